//! Insurances and claims on them.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Whose;
use crate::certification::{LossId, ReplacementId};
use crate::encumbrance::model::{
    ClaimState, EncumbrancePartId, InsuranceClaimId, InsurancePolicyId, Run,
};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::schema::{insurance_claims, insurance_policies, insured_losses, policy_serials};

/// Insurances of one batch that are looked at; a batch has a handful.
const POLICIES_MAX: i64 = 200;

record! {
    /// A row is an insurance of credits of a holder.
    pub(crate) struct PolicyRow in insurance_policies {
        id: InsurancePolicyId as Id,
        number: String as Text,
        policy_no: Label as Text,
        insurer_id: OrganisationId as Id,
        insurer_name: String as Text,
        holder_id: OrganisationId as Id,
        holder_name: String as Text,
        batch_id: BatchId as Id,
        batch_number: String as Text,
        county: RegionCode as Text,
        m2: SquareMetres as BigInt,
        sum_fen: Fen as BigInt,
        starts_on: NaiveDate as Date,
        ends_on: NaiveDate as Date,
        perils: Label as Text,
        registered_by: UserId as Id,
        registered_at: Time as Timestamp,
        remind_on: Option<NaiveDate> as Nullable<Date>,
        reminded_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is a run of serials that an insurance covers.
    pub(crate) struct PolicySerialsRow in policy_serials {
        id: EncumbrancePartId as Id,
        policy_id: InsurancePolicyId as Id,
        first_serial: i64 as BigInt,
        last_serial: i64 as BigInt,
    }
}

record! {
    /// A row is a loss that was compared with the insurances of its credits.
    pub(crate) struct InsuredLossRow in insured_losses {
        id: LossId as Id,
        claims: i64 as BigInt,
        decided_at: Time as Timestamp,
    }
}

record! {
    /// A row is a claim on an insurance, and how far it is.
    pub(crate) struct ClaimRow in insurance_claims {
        id: InsuranceClaimId as Id,
        number: String as Text,
        policy_id: InsurancePolicyId as Id,
        policy_no: Label as Text,
        insurer_id: OrganisationId as Id,
        holder_id: OrganisationId as Id,
        county: RegionCode as Text,
        loss_id: LossId as Id,
        loss_number: String as Text,
        m2: SquareMetres as BigInt,
        opened_by: Option<UserId> as Nullable<Id>,
        opened_at: Time as Timestamp,
        state: ClaimState as Text,
        amount_fen: Option<Fen> as Nullable<BigInt>,
        reason: Option<Label> as Nullable<Text>,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        line_id: Option<RawId> as Nullable<Id>,
        replacement_id: Option<ReplacementId> as Nullable<Id>,
        ended_by: Option<UserId> as Nullable<Id>,
        ended_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// Returns one insurance; an unknown id is not found.
pub(crate) fn policy(c: &mut Conn, id: InsurancePolicyId) -> Answer<PolicyRow> {
    let found =
        insurance_policies::table.find(id).select(PolicyRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Returns insurances, newest first; to an insurer its own.
pub(crate) fn policies_page(
    c: &mut Conn,
    whose: &Whose,
    before: Option<InsurancePolicyId>,
    limit: i64,
) -> Answer<Vec<PolicyRow>> {
    let mut query = insurance_policies::table.select(PolicyRow::as_select()).into_boxed();
    query = match whose {
        Whose::Holder(id) => query.filter(insurance_policies::holder_id.eq(*id)),
        Whose::Lender(id) => query.filter(insurance_policies::insurer_id.eq(*id)),
        Whose::Region(region) => {
            query.filter(insurance_policies::county.like(format!("{region}%")))
        }
    };
    if let Some(before) = before {
        query = query.filter(insurance_policies::id.lt(before));
    }
    Ok(query.order(insurance_policies::id.desc()).limit(limit).load(c)?)
}

/// Returns the insurances of a batch that are in force at some time from a day to another.
pub(crate) fn policies_of_batch(
    c: &mut Conn,
    batch: BatchId,
    (from, to): (NaiveDate, NaiveDate),
) -> Answer<Vec<PolicyRow>> {
    Ok(insurance_policies::table
        .filter(insurance_policies::batch_id.eq(batch))
        .filter(insurance_policies::ends_on.ge(from))
        .filter(insurance_policies::starts_on.le(to))
        .order(insurance_policies::id)
        .limit(POLICIES_MAX)
        .select(PolicyRow::as_select())
        .load(c)?)
}

/// Returns insurances of which somebody is to be reminded by then, a bounded number of them.
pub(crate) fn policies_to_remind(
    c: &mut Conn,
    today: NaiveDate,
    limit: i64,
) -> Answer<Vec<PolicyRow>> {
    Ok(insurance_policies::table
        .filter(insurance_policies::remind_on.le(today))
        .order(insurance_policies::remind_on)
        .limit(limit)
        .select(PolicyRow::as_select())
        .load(c)?)
}

/// Returns the serials that an insurance covers, in order.
pub(crate) fn policy_runs(c: &mut Conn, id: InsurancePolicyId) -> Answer<Vec<Run>> {
    let rows: Vec<(i64, i64)> = policy_serials::table
        .filter(policy_serials::policy_id.eq(id))
        .order(policy_serials::first_serial)
        .select((policy_serials::first_serial, policy_serials::last_serial))
        .load(c)?;
    let run = |(first_serial, last_serial)| Run { first_serial, last_serial };
    Ok(rows.into_iter().map(run).collect())
}

/// Keeps the serials that an insurance covers.
pub(crate) fn insert_policy_runs(
    tx: &mut Tx,
    policy_id: InsurancePolicyId,
    runs: &[Run],
) -> Answer<()> {
    let row = |run: &Run| PolicySerialsRow {
        id: EncumbrancePartId::new(),
        policy_id,
        first_serial: run.first_serial,
        last_serial: run.last_serial,
    };
    Ok(tx.insert_all(&runs.iter().map(row).collect::<Vec<_>>())?)
}

/// When the last loss that was compared with insurances was decided.
pub(crate) fn looked_until(c: &mut Conn) -> Answer<Option<Time>> {
    Ok(insured_losses::table
        .order(insured_losses::decided_at.desc())
        .select(insured_losses::decided_at)
        .first(c)
        .optional()?)
}

/// Which of these losses were compared with insurances.
pub(crate) fn looked_at(c: &mut Conn, ids: &[LossId]) -> Answer<Vec<LossId>> {
    Ok(insured_losses::table
        .filter(insured_losses::id.eq_any(ids))
        .select(insured_losses::id)
        .load(c)?)
}

/// Returns one claim; an unknown id is not found.
pub(crate) fn claim(c: &mut Conn, id: InsuranceClaimId) -> Answer<ClaimRow> {
    let found =
        insurance_claims::table.find(id).select(ClaimRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Returns claims, newest first; to an insurer its own.
pub(crate) fn claims_page(
    c: &mut Conn,
    whose: &Whose,
    before: Option<InsuranceClaimId>,
    limit: i64,
) -> Answer<Vec<ClaimRow>> {
    let mut query = insurance_claims::table.select(ClaimRow::as_select()).into_boxed();
    query = match whose {
        Whose::Holder(id) => query.filter(insurance_claims::holder_id.eq(*id)),
        Whose::Lender(id) => query.filter(insurance_claims::insurer_id.eq(*id)),
        Whose::Region(region) => query.filter(insurance_claims::county.like(format!("{region}%"))),
    };
    if let Some(before) = before {
        query = query.filter(insurance_claims::id.lt(before));
    }
    Ok(query.order(insurance_claims::id.desc()).limit(limit).load(c)?)
}

/// Says whether a loss was claimed on an insurance.
pub(crate) fn is_claimed(c: &mut Conn, policy: InsurancePolicyId, loss: LossId) -> Answer<bool> {
    let its = insurance_claims::table
        .filter(insurance_claims::policy_id.eq(policy))
        .filter(insurance_claims::loss_id.eq(loss));
    Ok(diesel::select(diesel::dsl::exists(its)).get_result(c)?)
}

/// How much was accepted on an insurance, in fen.
pub(crate) fn accepted_fen(c: &mut Conn, policy: InsurancePolicyId) -> Answer<i64> {
    Ok(insurance_claims::table
        .filter(insurance_claims::policy_id.eq(policy))
        .filter(insurance_claims::state.eq_any([ClaimState::Accepted, ClaimState::Paid]))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT)"))
        .first(c)?)
}

/// Returns how many credits of a batch are insured on a day; of one serial where one is named.
pub(crate) fn insured_m2(
    c: &mut Conn,
    batch: BatchId,
    serial: Option<i64>,
    on: NaiveDate,
) -> Answer<i64> {
    let mut m2 = 0;
    for policy in policies_of_batch(c, batch, (on, on))? {
        for run in policy_runs(c, policy.id)? {
            m2 += match serial {
                None => run.m2(),
                Some(serial) => i64::from((run.first_serial..=run.last_serial).contains(&serial)),
            };
        }
    }
    Ok(m2)
}
