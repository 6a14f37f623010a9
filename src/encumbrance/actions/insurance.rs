//! Insurances: the insurer registers them, a loss opens claims by itself, the insurer decides, and the
//! bank's line or a replacement ends them.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::batch_of;
use crate::certification::{self, Loss, LossId, ReplacementId};
use crate::encumbrance::model::{ClaimState, InsuranceClaimId, InsurancePolicyId, Run};
use crate::encumbrance::rules::{
    CannotInsure, check_amount, check_claim, check_policy_term, check_runs, hit, joined, m2_of,
    minus, reminder_on,
};
use crate::encumbrance::store::{self, ClaimRow, InsuredLossRow, PolicyRow, Whose};
use crate::identity;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, OnConstraint, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{self, BatchId};

/// How many one command looks at, so that the writer is not held up.
pub(super) const PER_COMMAND_MAX: i64 = 20;

/// An insurer registers an insurance.
#[derive(Debug, Clone)]
pub(crate) struct RegisterPolicy {
    pub(crate) id: InsurancePolicyId,
    pub(crate) policy_no: Label,
    pub(crate) holder: OrganisationId,
    pub(crate) batch: BatchId,
    pub(crate) runs: Vec<Run>,
    pub(crate) sum: Fen,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
    pub(crate) perils: Label,
}

/// What an insurer says to a claim.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Accepted(Fen),
    Refused(Label),
}

/// Which insurances and claims a person may know of.
pub(crate) fn insured_seen_by(actor: &Actor) -> Whose {
    match actor.role {
        Role::TownshipOfficer | Role::Developer | Role::DeveloperDirector => {
            Whose::Holder(actor.organisation_id)
        }
        Role::InsurerOfficer => Whose::Lender(actor.organisation_id),
        _ => Whose::Region(actor.region.clone()),
    }
}

/// Loads an insurance that the actor may know of.
pub(crate) fn visible_policy(
    c: &mut Conn,
    actor: &Actor,
    id: InsurancePolicyId,
) -> Answer<PolicyRow> {
    let row = store::policy(c, id)?;
    let is_seen = match insured_seen_by(actor) {
        Whose::Holder(id) => row.holder_id == id,
        Whose::Lender(id) => row.insurer_id == id,
        Whose::Region(region) => row.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

/// Loads a claim that the actor may know of.
pub(crate) fn visible_claim(c: &mut Conn, actor: &Actor, id: InsuranceClaimId) -> Answer<ClaimRow> {
    let row = store::claim(c, id)?;
    let is_seen = match insured_seen_by(actor) {
        Whose::Holder(id) => row.holder_id == id,
        Whose::Lender(id) => row.insurer_id == id,
        Whose::Region(region) => row.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

/// Registers an insurance of credits that a holder has.
pub(crate) fn register_policy(tx: &mut Tx, it: &RegisterPolicy) -> Answer<InsurancePolicyId> {
    let (actor, today) = (tx.actor()?, tx.now().date_in_shanghai());
    let batch = batch_of(tx.conn(), it.batch)?;
    let holder = identity::organisation(tx.conn(), it.holder)?;
    let insurer = identity::organisation(tx.conn(), actor.organisation_id)?;
    check_policy_term((it.starts_on, it.ends_on), today)?;
    let runs = check_runs(&it.runs).map_err(CannotInsure::Runs)?;
    for run in &runs {
        let held = ledger::held_among(
            tx.conn(),
            (holder.id, batch.id),
            (run.first_serial, run.last_serial),
        )?;
        if held != run.m2() {
            return Err(CannotInsure::NotHeld(*run).into());
        }
    }
    let others = store::policies_of_batch(tx.conn(), batch.id, (it.starts_on, it.ends_on))?;
    for other in others {
        let covered = store::policy_runs(tx.conn(), other.id)?;
        let twice = runs.iter().find(|run| m2_of(&minus(&[**run], &covered)) != run.m2());
        if let Some(run) = twice {
            return Err(CannotInsure::InsuredAlready(*run).into());
        }
    }
    let series = format!("BX{}-{}", batch.county, today.year());
    let row = PolicyRow {
        id: it.id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        policy_no: it.policy_no.clone(),
        insurer_id: insurer.id,
        insurer_name: insurer.name,
        holder_id: holder.id,
        holder_name: holder.name,
        batch_id: batch.id,
        batch_number: batch.number,
        county: batch.county,
        m2: SquareMetres::try_from(m2_of(&runs))
            .map_err(|_| Failure::broken("serials of a batch are an area"))?,
        sum_fen: it.sum,
        starts_on: it.starts_on,
        ends_on: it.ends_on,
        perils: it.perils.clone(),
        registered_by: actor.user_id,
        registered_at: tx.now(),
        remind_on: Some(reminder_on(it.ends_on)),
        reminded_at: None,
    };
    tx.insert(&row)
        .on_constraint("insurance_policies_insurer_id_policy_no_key", CannotInsure::NumberTaken)?;
    store::insert_policy_runs(tx, row.id, &runs)?;
    tx.record(Event {
        subject: format!("insurance_policy:{}", row.id),
        after: Some(json!({
            "number": row.number, "policy_no": row.policy_no, "batch": row.batch_number,
            "serials": runs, "sum": row.sum_fen, "ends_on": row.ends_on, "perils": row.perils,
        })),
        ..Event::default()
    });
    Ok(row.id)
}

/// The holder claims a loss that nobody has claimed yet.
pub(crate) fn open_claim(
    tx: &mut Tx,
    (id, policy, loss): (InsuranceClaimId, InsurancePolicyId, LossId),
) -> Answer<InsuranceClaimId> {
    let actor = tx.actor()?;
    let policy = visible_policy(tx.conn(), &actor, policy)?;
    let loss = certification::loss(tx.conn(), loss)?;
    if loss.decided_at.is_none() {
        return Err(CannotInsure::LossUndecided.into());
    }
    if store::is_claimed(tx.conn(), policy.id, loss.id)? {
        return Err(CannotInsure::ClaimedBefore.into());
    }
    let m2 = hit_by(tx, &policy, &loss)??;
    let row = insert_claim(tx, id, &policy, &loss, m2)?;
    tx.record(Event {
        subject: format!("insurance_claim:{id}"),
        after: Some(json!({ "number": row.number, "loss": row.loss_number, "m2": row.m2 })),
        ..Event::default()
    });
    Ok(id)
}

/// How much of what is insured a loss took.
fn hit_by(tx: &mut Tx, policy: &PolicyRow, loss: &Loss) -> Answer<Result<i64, CannotInsure>> {
    let lost = ledger::serials_moved(tx.conn(), "loss", loss.id.uuid(), policy.batch_id)?;
    let run = |(first_serial, last_serial)| Run { first_serial, last_serial };
    let lost = joined(lost.into_iter().map(run).collect());
    let insured = store::policy_runs(tx.conn(), policy.id)?;
    Ok(hit(&insured, &lost, (policy.starts_on, policy.ends_on), loss.found_on))
}

fn insert_claim(
    tx: &mut Tx,
    id: InsuranceClaimId,
    policy: &PolicyRow,
    loss: &Loss,
    m2: i64,
) -> Answer<ClaimRow> {
    let series = format!("LP{}-{}", policy.county, tx.now().date_in_shanghai().year());
    let row = ClaimRow {
        id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        policy_id: policy.id,
        policy_no: policy.policy_no.clone(),
        insurer_id: policy.insurer_id,
        holder_id: policy.holder_id,
        county: policy.county.clone(),
        loss_id: loss.id,
        loss_number: loss.number.clone(),
        m2: SquareMetres::try_from(m2)
            .map_err(|_| Failure::broken("a hit takes at least one credit"))?,
        opened_by: tx.doing()?.actor.as_ref().map(|actor| actor.user_id),
        opened_at: tx.now(),
        state: ClaimState::Open,
        amount_fen: None,
        reason: None,
        decided_by: None,
        decided_at: None,
        line_id: None,
        replacement_id: None,
        ended_by: None,
        ended_at: None,
    };
    tx.insert(&row)?;
    Ok(row)
}

/// Losses that were not compared with insurances yet, the oldest first.
pub(super) fn losses_to_look_at(c: &mut Conn) -> Answer<Vec<Loss>> {
    let from = store::looked_until(c)?;
    let losses = certification::losses_taken(c, from, PER_COMMAND_MAX)?;
    let ids: Vec<LossId> = losses.iter().map(|loss| loss.id).collect();
    let looked = store::looked_at(c, &ids)?;
    Ok(losses.into_iter().filter(|loss| !looked.contains(&loss.id)).collect())
}

/// Opens a claim on each insurance that covers what losses took (R89).
pub(super) fn open_claims(tx: &mut Tx) -> Answer<usize> {
    let losses = losses_to_look_at(tx.conn())?;
    let mut opened = Vec::new();
    for loss in &losses {
        let mut claims = 0;
        let batches: std::collections::BTreeSet<BatchId> =
            loss.moves.iter().map(|one| one.batch_id).collect();
        for batch in batches {
            let on = (loss.found_on, loss.found_on);
            for policy in store::policies_of_batch(tx.conn(), batch, on)? {
                if store::is_claimed(tx.conn(), policy.id, loss.id)? {
                    continue;
                }
                // An insurance that the loss does not hit has nothing to claim.
                let Ok(m2) = hit_by(tx, &policy, loss)? else { continue };
                let row = insert_claim(tx, InsuranceClaimId::new(), &policy, loss, m2)?;
                opened.push(row.number);
                claims += 1;
            }
        }
        let decided_at =
            loss.decided_at.ok_or_else(|| Failure::broken("a loss that was taken was decided"))?;
        tx.insert(&InsuredLossRow { id: loss.id, claims, decided_at })?;
    }
    if !losses.is_empty() {
        tx.record(Event {
            subject: "insurance_claims".into(),
            after: Some(json!({ "losses": losses.len(), "opened": opened })),
            ..Event::default()
        });
    }
    Ok(losses.len())
}

/// Reminds of insurances that end soon.
pub(super) fn remind(tx: &mut Tx) -> Answer<usize> {
    let (now, today) = (tx.now(), tx.now().date_in_shanghai());
    let rows = store::policies_to_remind(tx.conn(), today, PER_COMMAND_MAX)?;
    for row in &rows {
        let reminded = PolicyRow { remind_on: None, reminded_at: Some(now), ..row.clone() };
        tx.update(&reminded)?;
    }
    if !rows.is_empty() {
        let ends = |row: &PolicyRow| json!({ "number": row.number, "ends_on": row.ends_on });
        tx.record(Event {
            subject: "insurance_policies".into(),
            after: Some(json!({ "end_soon": rows.iter().map(ends).collect::<Vec<_>>() })),
            ..Event::default()
        });
    }
    Ok(rows.len())
}

/// The insurer accepts a claim with an amount, or refuses it with a reason.
pub(crate) fn decide_claim(
    tx: &mut Tx,
    (id, verdict): (InsuranceClaimId, &Verdict),
) -> Answer<InsuranceClaimId> {
    let actor = tx.actor()?;
    let row = visible_claim(tx.conn(), &actor, id)?;
    check_claim(row.state, ClaimState::Open)?;
    let (state, amount_fen, reason) = match verdict {
        Verdict::Accepted(amount) => {
            let policy = store::policy(tx.conn(), row.policy_id)?;
            let accepted = store::accepted_fen(tx.conn(), row.policy_id)?;
            check_amount(amount.get(), (policy.sum_fen.get(), accepted))?;
            (ClaimState::Accepted, Some(*amount), None)
        }
        Verdict::Refused(reason) => (ClaimState::Refused, None, Some(reason.clone())),
    };
    let after = ClaimRow {
        state,
        amount_fen,
        reason,
        decided_by: Some(actor.user_id),
        decided_at: Some(tx.now()),
        ..row
    };
    save(tx, &after)?;
    Ok(id)
}

/// The insurer ends an accepted claim by a replacement of the loss that the centre has taken.
pub(crate) fn replace_claim(
    tx: &mut Tx,
    (id, replacement): (InsuranceClaimId, ReplacementId),
) -> Answer<InsuranceClaimId> {
    let actor = tx.actor()?;
    let row = visible_claim(tx.conn(), &actor, id)?;
    check_claim(row.state, ClaimState::Accepted)?;
    let replacement = certification::replacement(tx.conn(), replacement)?;
    if replacement.loss_id != row.loss_id || replacement.taken_at.is_none() {
        return Err(CannotInsure::NotItsReplacement.into());
    }
    let after = ClaimRow {
        state: ClaimState::Replaced,
        replacement_id: Some(replacement.id),
        ended_by: Some(actor.user_id),
        ended_at: Some(tx.now()),
        ..row
    };
    save(tx, &after)?;
    Ok(id)
}

/// An accepted claim that waits for its money; others are refused.
pub(crate) fn claim_to_pay(c: &mut Conn, id: InsuranceClaimId) -> Answer<ClaimRow> {
    let row = store::claim(c, id)?;
    check_claim(row.state, ClaimState::Accepted)?;
    Ok(row)
}

/// A line of the bank has paid an accepted claim.
pub(crate) fn claim_paid(tx: &mut Tx, id: InsuranceClaimId, line: uuid::Uuid) -> Answer<()> {
    let actor = tx.actor()?;
    let row = claim_to_pay(tx.conn(), id)?;
    let after = ClaimRow {
        state: ClaimState::Paid,
        line_id: Some(RawId(line)),
        ended_by: Some(actor.user_id),
        ended_at: Some(tx.now()),
        ..row
    };
    save(tx, &after)
}

fn save(tx: &mut Tx, row: &ClaimRow) -> Answer<()> {
    tx.update(row)?;
    tx.record(Event {
        subject: format!("insurance_claim:{}", row.id),
        reason: row.reason.as_ref().map(Label::to_string),
        after: Some(json!({
            "number": row.number, "state": row.state, "amount": row.amount_fen,
        })),
        ..Event::default()
    });
    Ok(())
}
