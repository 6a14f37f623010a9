//! A holder asks to pledge; what becomes of the request before it is registered.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::json;

use super::batch_of;
use crate::encumbrance::model::{PledgeId, PledgeState, Run, RunKind, SecuredShare};
use crate::encumbrance::rules::{
    CannotPledge, DAYS_TO_REGISTER, Parties, TermsAsked, check_open, check_request, check_runs,
    check_signature, m2_of,
};
use crate::encumbrance::store::{self, PledgeRow, Whose};
use crate::identity::{self, Commitment, CommitmentKind, OrganisationKind};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{self, Account, BatchId, CreditBucket};

/// What of a batch is meant: so many m² of the lowest serials, or chosen ones.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    Area(SquareMetres),
    Serials(Vec<Run>),
}

/// A holder asks to pledge credits.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) id: PledgeId,
    pub(crate) lender: OrganisationId,
    pub(crate) batch: BatchId,
    pub(crate) wanted: Wanted,
    pub(crate) amount: Fen,
    pub(crate) contract_no: Label,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
    pub(crate) shares: Vec<SecuredShare>,
    pub(crate) haircut_percent: i64,
    pub(crate) cover_percent: i64,
}

/// One side ends a request.
#[derive(Debug, Clone)]
pub(crate) struct EndRequest {
    pub(crate) id: PledgeId,
    pub(crate) reason: Label,
}

/// Which pledges a person may know of.
pub(crate) fn seen_by(actor: &Actor) -> Whose {
    match actor.role {
        Role::TownshipOfficer | Role::Developer | Role::DeveloperDirector => {
            Whose::Holder(actor.organisation_id)
        }
        Role::BankOfficer => Whose::Lender(actor.organisation_id),
        _ => Whose::Region(actor.region.clone()),
    }
}

/// Loads a pledge that the actor may know of.
pub(crate) fn visible(c: &mut Conn, actor: &Actor, id: PledgeId) -> Answer<PledgeRow> {
    let row = store::pledge(c, id)?;
    let is_seen = match seen_by(actor) {
        Whose::Holder(id) => row.holder_id == id,
        Whose::Lender(id) => row.lender_id == id,
        Whose::Region(region) => row.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

/// Asks to pledge credits; nothing moves until the lender registers it.
pub(crate) fn ask(tx: &mut Tx, it: &Request) -> Answer<PledgeId> {
    let (actor, today) = (tx.actor()?, tx.now().date_in_shanghai());
    let batch = batch_of(tx.conn(), it.batch)?;
    let holder = identity::organisation(tx.conn(), actor.organisation_id)?;
    let available = Account::credits(holder.id, batch.id, CreditBucket::Available);
    let available_m2 = ledger::balance(tx.conn(), &available)?;
    let lender = identity::organisation(tx.conn(), it.lender)?;
    let runs = match &it.wanted {
        Wanted::Area(_) => Vec::new(),
        Wanted::Serials(runs) => check_runs(runs)?,
    };
    let m2 = match it.wanted {
        Wanted::Area(m2) => m2.get(),
        Wanted::Serials(_) => m2_of(&runs),
    };
    for run in &runs {
        check_run(tx.conn(), (holder.id, batch.id), *run)?;
    }
    ledger::check_unpledged(tx.conn(), holder.id, batch.id, m2)?;
    let terms =
        TermsAsked { m2, starts_on: it.starts_on, ends_on: it.ends_on, shares: it.shares.clone() };
    let parties = Parties {
        holder_has_share: batch.townships.iter().any(|one| one.organisation_id == holder.id),
        holder_is_owner: batch.owner == holder.id,
        lender_is_bank: lender.kind == OrganisationKind::Bank,
    };
    check_request(&terms, parties, (available_m2, batch.frozen), today)?;
    let m2 = SquareMetres::try_from(m2)
        .map_err(|_| CannotPledge::NotEnough { asked: m2, available: available_m2 })?;
    // As soon as the lender registers it the credits are bound, without another word of the holder.
    let commitment = Commitment {
        organisation: holder.id,
        kind: CommitmentKind::Pledge,
        subject: Some(batch.id.uuid()),
        amount_fen: it.amount.get(),
        becomes: ("pledge", it.id.uuid()),
    };
    identity::commit(tx, &commitment)?;
    let series = format!("ZYD{}-{}", batch.county, today.year());
    let row = PledgeRow {
        id: it.id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        batch_id: batch.id,
        batch_number: batch.number,
        county: batch.county,
        holder_id: holder.id,
        holder_name: holder.name,
        lender_id: lender.id,
        lender_name: lender.name,
        m2,
        amount_fen: it.amount,
        contract_no: it.contract_no.clone(),
        starts_on: it.starts_on,
        ends_on: it.ends_on,
        township_share: it.shares.contains(&SecuredShare::Township),
        treasury_share: it.shares.contains(&SecuredShare::Treasury),
        haircut_percent: it.haircut_percent,
        cover_percent: it.cover_percent,
        state: PledgeState::Requested,
        pledged_m2: 0,
        expires_on: today.checked_add_days(Days::new(DAYS_TO_REGISTER)),
        requested_by: actor.user_id,
        requested_at: tx.now(),
        signed_by: None,
        signed_at: None,
        registered_by: None,
        registered_at: None,
        journal_id: None,
        ended_at: None,
        end_reason: None,
        below_cover_since: None,
        valued_on: None,
    };
    tx.insert(&row)?;
    store::insert_runs(tx, row.id, (RunKind::Asked, None), &runs)?;
    tx.record(Event {
        subject: subject(row.id),
        after: Some(json!({
            "number": row.number, "batch": row.batch_number, "m2": row.m2, "lender": row.lender_name,
            "amount": row.amount_fen, "contract_no": row.contract_no, "ends_on": row.ends_on,
            "shares": row.shares(), "runs": runs,
        })),
        ..Event::default()
    });
    Ok(row.id)
}

/// Refuses serials that are not all available: a second lien in the words of R44.
pub(super) fn check_run(
    c: &mut Conn,
    (holder, batch): (OrganisationId, BatchId),
    run: Run,
) -> Answer<()> {
    let account = |bucket| Account::credits(holder, batch, bucket);
    let (first, last) = (run.first_serial, run.last_serial);
    if ledger::holds(c, &account(CreditBucket::Available), first, last)? {
        return Ok(());
    }
    if ledger::touches(c, &account(CreditBucket::Pledged), first, last)? {
        return Err(CannotPledge::SecondLien(run).into());
    }
    Err(CannotPledge::NotAvailable(run).into())
}

/// The finance bureau lets the treasury share of the county secure a loan.
pub(crate) fn sign(tx: &mut Tx, id: PledgeId) -> Answer<PledgeId> {
    let actor = tx.actor()?;
    let row = visible(tx.conn(), &actor, id)?;
    check_open(row.state, row.expires_on, tx.now().date_in_shanghai())?;
    check_signature(row.treasury_share, row.signed_at.is_some())?;
    tx.update(&PledgeRow {
        signed_by: Some(actor.user_id),
        signed_at: Some(tx.now()),
        ..row.clone()
    })?;
    tx.record(Event {
        subject: subject(id),
        after: Some(json!({ "number": row.number, "treasury_signed": true })),
        ..Event::default()
    });
    Ok(id)
}

/// The holder takes its request back.
pub(crate) fn withdraw(tx: &mut Tx, it: &EndRequest) -> Answer<PledgeId> {
    let actor = tx.actor()?;
    let row = visible(tx.conn(), &actor, it.id)?;
    end(tx, row, PledgeState::Withdrawn, &it.reason)
}

/// The lender refuses a request.
pub(crate) fn refuse(tx: &mut Tx, it: &EndRequest) -> Answer<PledgeId> {
    let actor = tx.actor()?;
    let row = visible(tx.conn(), &actor, it.id)?;
    end(tx, row, PledgeState::Refused, &it.reason)
}

fn end(tx: &mut Tx, row: PledgeRow, state: PledgeState, reason: &Label) -> Answer<PledgeId> {
    check_open(row.state, row.expires_on, tx.now().date_in_shanghai())?;
    tx.update(&PledgeRow {
        state,
        expires_on: None,
        ended_at: Some(tx.now()),
        end_reason: Some(reason.clone()),
        ..row.clone()
    })?;
    tx.record(Event {
        subject: subject(row.id),
        reason: Some(reason.to_string()),
        before: Some(json!({ "state": row.state })),
        after: Some(json!({ "number": row.number, "state": state })),
    });
    Ok(row.id)
}

pub(super) fn subject(id: PledgeId) -> String {
    format!("pledge:{id}")
}
