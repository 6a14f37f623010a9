//! Retirement by two people of the developer (R42, R43, R79, R80).

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::Serialize;
use serde_json::json;

use super::balance::{Move, record_move};
use super::certificates::{Press, issue};
use super::facts::{RETIREMENTS_MAX, facts, visible, visible_retirement};
use crate::certification::{self, Batch};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{
    self, Account, BatchId, Chosen, CreditBucket, JournalId, NewJournal, NewTransfer, Place,
};
use crate::occupation::model::{
    BalanceMoveId, BalanceMoveKind, OccupationId, Quality, RetirementId, RetirementPartId,
    RetirementState, run_text,
};
use crate::occupation::rules::{
    CannotRetire, Holding, PARTS_MAX, PartAsked, check_parts, may_retire,
};
use crate::occupation::store::{self, PartRow, RetirementRow, SerialsRow};
use crate::settlement;

pub(super) const DEVELOPERS: &[Role] = &[Role::Developer, Role::DeveloperDirector];

/// What of a batch is to be retired: so many m² from the lowest serials on, or chosen serials.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) id: RetirementPartId,
    pub(crate) batch: BatchId,
    pub(crate) m2: SquareMetres,
    pub(crate) serials: Option<(i64, i64)>,
}

/// One person of the developer asks to retire credits.
#[derive(Debug, Clone)]
pub(crate) struct AskRetirement {
    pub(crate) id: RetirementId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) parts: Vec<Part>,
    pub(crate) reason: Label,
}

/// Another person lets it happen.
#[derive(Debug, Clone)]
pub(crate) struct ConfirmRetirement {
    pub(crate) id: RetirementId,
    pub(crate) journal: JournalId,
    pub(crate) press: Press,
}

/// What the second person confirms, to the letter.
#[derive(Debug, Serialize)]
struct Content<'a> {
    id: RetirementId,
    occupation_id: OccupationId,
    reason: &'a Label,
    parts: Vec<(BatchId, SquareMetres, Option<i64>, Option<i64>)>,
}

impl<'a> Content<'a> {
    fn of(row: &'a RetirementRow, parts: &[PartRow]) -> Self {
        let part = |it: &PartRow| (it.batch_id, it.m2, it.first_serial, it.last_serial);
        Self {
            id: row.id,
            occupation_id: row.occupation_id,
            reason: &row.reason,
            parts: parts.iter().map(part).collect(),
        }
    }
}

/// Asks to retire credits for an application; nothing moves yet.
pub(crate) fn ask_retirement(tx: &mut Tx, it: &AskRetirement) -> Answer<RetirementId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    let runs: Vec<_> = it.parts.iter().map(|part| (part.batch, part.serials)).collect();
    check_parts(&runs)?;
    let asked = store::retirements_serving(
        tx.conn(),
        it.occupation_id,
        RetirementState::Asked,
        RETIREMENTS_MAX,
    )?;
    let effective = store::retirements_serving(
        tx.conn(),
        it.occupation_id,
        RetirementState::Effective,
        RETIREMENTS_MAX,
    )?;
    let most = usize::try_from(RETIREMENTS_MAX).unwrap_or(usize::MAX);
    if asked.len() + effective.len() >= most {
        return Err(CannotRetire::TooMany { most: RETIREMENTS_MAX }.into());
    }
    let parts: Vec<PartRow> = (1..)
        .zip(&it.parts)
        .map(|(position, part)| PartRow {
            id: part.id,
            retirement_id: it.id,
            position,
            batch_id: part.batch,
            m2: part.m2,
            first_serial: part.serials.map(|serials| serials.0),
            last_serial: part.serials.map(|serials| serials.1),
        })
        .collect();
    check(tx, it.occupation_id, occupation.developer_id, &parts)?;
    let sum = parts.iter().fold(0_i64, |sum, part| sum.saturating_add(part.m2.get()));
    let m2 =
        SquareMetres::try_from(sum).map_err(|_| CannotRetire::PartCount { most: PARTS_MAX })?;
    let series = format!("HX{}-{}", occupation.county, now.date_in_shanghai().year());
    let mut row = RetirementRow {
        id: it.id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        occupation_id: occupation.id,
        serves_id: occupation.id,
        developer_id: occupation.developer_id,
        county: occupation.county.clone(),
        m2,
        reason: it.reason.clone(),
        approval_id: RawId(uuid::Uuid::nil()),
        state: RetirementState::Asked,
        asked_by: actor.user_id,
        asked_at: now,
        journal_id: None,
        decided_by: None,
        decided_at: None,
    };
    let subject = format!("retirement:{}", it.id);
    row.approval_id = ask(tx, &subject, &Content::of(&row, &parts))?;
    tx.insert(&row)?;
    tx.insert_all(&parts)?;
    tx.record(Event {
        subject,
        reason: Some(it.reason.to_string()),
        after: Some(json!({
            "number": row.number, "occupation": occupation.number, "m2": m2,
            "parts": parts.len(),
        })),
        ..Event::default()
    });
    Ok(it.id)
}

pub(super) fn ask(tx: &mut Tx, subject: &str, content: &impl Serialize) -> Answer<RawId> {
    let asked =
        SecondPerson { subject, content, initiator_roles: DEVELOPERS, approver_roles: DEVELOPERS };
    Ok(RawId(identity::ask_second_person(tx, asked)?.uuid()))
}

/// Decides whether these parts may be retired now; returns their batches.
fn check(
    tx: &mut Tx,
    id: OccupationId,
    developer: OrganisationId,
    parts: &[PartRow],
) -> Answer<BTreeMap<BatchId, Batch>> {
    let today = tx.now().date_in_shanghai();
    let facts = facts(tx.conn(), id, today)?;
    let ids: Vec<BatchId> = parts.iter().map(|part| part.batch_id).collect();
    let batches = certification::batches(tx.conn(), &ids)?;
    let batches: BTreeMap<BatchId, Batch> =
        batches.into_iter().map(|batch| (batch.id, batch)).collect();
    let mut asked = Vec::with_capacity(parts.len());
    for part in parts {
        let batch = batches.get(&part.batch_id).ok_or_else(Failure::not_found)?;
        let of_batch = parts.iter().filter(|one| one.batch_id == batch.id);
        let m2 = of_batch.fold(0_i64, |sum, one| sum.saturating_add(one.m2.get()));
        ledger::check_unpledged(tx.conn(), developer, batch.id, m2)?;
        if let (Some(first), Some(last)) = (part.first_serial, part.last_serial) {
            ledger::check_unpledged_serials(tx.conn(), developer, batch.id, (first, last))?;
        }
        asked.push(PartAsked {
            quality: Quality {
                batch: batch.number.clone(),
                county: batch.county.clone(),
                reach: settlement::reach_of_county(tx.conn(), &batch.county)?,
                wetland_type: batch.wetland_type,
                grade: batch.grade,
            },
            m2: part.m2.get(),
            holding: holding(tx.conn(), developer, batch.id)?,
        });
    }
    may_retire(facts.state.state, facts.wanted.as_ref(), &facts.gate, &asked)?;
    Ok(batches)
}

/// What a developer has of a batch: available, and elsewhere.
pub(super) fn holding(c: &mut Conn, of: OrganisationId, batch: BatchId) -> Answer<Holding> {
    let mut holding = Holding { available: 0, elsewhere: 0 };
    for (account, balance) in ledger::balances_of_holder(c, of, batch.uuid())? {
        match account.place {
            Place::Credits(_, CreditBucket::Available) => holding.available += balance,
            Place::Credits(_, CreditBucket::Retired | CreditBucket::Cancelled) => {}
            Place::Credits(..) => holding.elsewhere += balance,
            Place::Money(..) => {}
        }
    }
    Ok(holding)
}

/// Lets the retirement happen: one journal, the serials, the balances and the certificate.
pub(crate) fn confirm_retirement(tx: &mut Tx, it: &ConfirmRetirement) -> Answer<RetirementId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible_retirement(tx.conn(), &actor, it.id)?;
    if row.state != RetirementState::Asked {
        return Err(CannotRetire::NotWaiting(row.state).into());
    }
    let parts = store::parts(tx.conn(), row.id)?;
    let people = identity::second_person(tx, row.approval_id.0.into(), &Content::of(&row, &parts))?;
    let batches = check(tx, row.occupation_id, row.developer_id, &parts)?;
    let serials = use_up(tx, it.journal, &row, &parts, &batches)?;
    let row = RetirementRow {
        state: RetirementState::Effective,
        journal_id: Some(it.journal),
        decided_by: Some(people.approver),
        decided_at: Some(now),
        ..row
    };
    tx.update(&row)?;
    tx.insert_all(&serials)?;
    count_for(tx, &row, &serials, 1)?;
    let certificate = issue(tx, &it.press, &row, &serials)?;
    tx.record(Event {
        subject: format!("retirement:{}", row.id),
        reason: Some(row.reason.to_string()),
        before: Some(json!({ "state": RetirementState::Asked })),
        after: Some(json!({
            "state": RetirementState::Effective, "m2": row.m2, "certificate": certificate,
            "serials": serials.iter().map(serials_text).collect::<Vec<_>>(),
        })),
    });
    Ok(row.id)
}

/// The printed form of the serials of a row.
pub(super) fn serials_text(it: &SerialsRow) -> String {
    run_text(&it.batch_number, it.first_serial, it.last_serial)
}

/// Books available → retired and returns the serials that went.
fn use_up(
    tx: &mut Tx,
    journal: JournalId,
    row: &RetirementRow,
    parts: &[PartRow],
    batches: &BTreeMap<BatchId, Batch>,
) -> Answer<Vec<SerialsRow>> {
    let account = |batch, bucket| Account::credits(row.developer_id, batch, bucket);
    let (mut transfers, mut chosen) = (Vec::with_capacity(parts.len()), Vec::new());
    for part in parts {
        let from = account(part.batch_id, CreditBucket::Available);
        let to = account(part.batch_id, CreditBucket::Retired);
        transfers.push(NewTransfer { from, to, amount: part.m2.get() });
        if let (Some(first), Some(last)) = (part.first_serial, part.last_serial) {
            chosen.push(Chosen { from, first, last });
        }
    }
    let journal = NewJournal {
        id: journal,
        event: "retirement",
        subject: row.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers,
    };
    let moved = ledger::post_chosen(tx, journal, &chosen)?;
    let mut serials = Vec::with_capacity(moved.len());
    for (position, (from, first_serial, last_serial)) in (1..).zip(moved) {
        let broken = || Failure::broken("a retirement moves serials of its batches");
        let batch = from.batch().and_then(|id| batches.get(&id)).ok_or_else(broken)?;
        let m2 = SquareMetres::try_from(last_serial - first_serial + 1).map_err(|_| broken())?;
        serials.push(SerialsRow {
            id: RetirementPartId::new(),
            retirement_id: row.id,
            position,
            batch_id: batch.id,
            batch_number: batch.number.clone(),
            county: batch.county.clone(),
            wetland_type: batch.wetland_type,
            grade: batch.grade.get(),
            first_serial,
            last_serial,
            m2,
        });
    }
    Ok(serials)
}

/// Counts retired credits for the county of the occupation that they serve, or takes them back when
/// they go to another one (R86).
pub(super) fn count_for(
    tx: &mut Tx,
    row: &RetirementRow,
    serials: &[SerialsRow],
    sign: i64,
) -> Answer<()> {
    let occupation = store::occupation(tx.conn(), row.serves_id)?;
    let mut by_county: BTreeMap<_, i64> = BTreeMap::new();
    for run in serials {
        let sum = by_county.entry(run.county.clone()).or_default();
        *sum = sum.saturating_add(run.m2.get().saturating_mul(100 * sign));
    }
    for (county, centi_m2) in by_county {
        let it = Move {
            id: BalanceMoveId::new(),
            kind: BalanceMoveKind::Retired,
            subject: row.id.uuid(),
            county,
            occupation_county: Some(occupation.county.clone()),
            at: tx.now(),
            centi_m2,
        };
        record_move(tx, &it)?;
    }
    Ok(())
}

/// The developer gives up a retirement that nobody has confirmed.
pub(crate) fn cancel_retirement(tx: &mut Tx, id: RetirementId) -> Answer<RetirementId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible_retirement(tx.conn(), &actor, id)?;
    if row.state != RetirementState::Asked {
        return Err(CannotRetire::NotWaiting(row.state).into());
    }
    let cancelled = RetirementRow {
        state: RetirementState::Cancelled,
        decided_by: Some(actor.user_id),
        decided_at: Some(now),
        ..row
    };
    tx.update(&cancelled)?;
    tx.record(Event {
        subject: format!("retirement:{id}"),
        before: Some(json!({ "state": RetirementState::Asked })),
        after: Some(json!({ "state": RetirementState::Cancelled })),
        ..Event::default()
    });
    Ok(id)
}
