//! What the lender does: registers a pledge, releases it whole or in part, makes its term longer.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::batch_of;
use super::requests::{Wanted, check_run, subject, visible};
use crate::encumbrance::model::{
    DepartureId, DepartureKind, EncumbrancePartId, PledgeId, PledgeState, Run, RunKind,
};
use crate::encumbrance::rules::{
    CannotPledge, RUNS_MAX, check_extension, check_open, check_registration, check_runs, joined,
    lowest, m2_of, minus, within,
};
use crate::encumbrance::store::{self, DepartureRow, ExtensionRow, PledgeRow};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{self, Account, Chosen, CreditBucket, JournalId, NewJournal, NewTransfer};

/// The lender registers a pledge.
#[derive(Debug, Clone)]
pub(crate) struct Register {
    pub(crate) id: PledgeId,
    pub(crate) journal: JournalId,
}

/// The lender releases credits, all of them where nothing is named.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    pub(crate) id: DepartureId,
    pub(crate) pledge: PledgeId,
    pub(crate) wanted: Option<Wanted>,
    pub(crate) reason: Label,
    pub(crate) journal: JournalId,
}

/// The term of a pledge becomes longer.
#[derive(Debug, Clone)]
pub(crate) struct Extend {
    pub(crate) id: EncumbrancePartId,
    pub(crate) pledge: PledgeId,
    pub(crate) ends_on: NaiveDate,
    pub(crate) contract_no: Label,
}

/// Credits that leave a lien.
pub(crate) struct Departing<'a> {
    pub(crate) id: DepartureId,
    pub(crate) kind: DepartureKind,
    pub(crate) runs: &'a [Run],
    pub(crate) reason: &'a Label,
    pub(crate) journal: JournalId,
}

/// Puts the credits of a request under the lien, in one journal (R44).
pub(crate) fn register(tx: &mut Tx, it: &Register) -> Answer<PledgeId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible(tx.conn(), &actor, it.id)?;
    check_open(row.state, row.expires_on, now.date_in_shanghai())?;
    check_registration(row.treasury_share, row.signed_at.is_some())?;
    let batch = batch_of(tx.conn(), row.batch_id)?;
    if batch.frozen && batch.owner == row.holder_id {
        return Err(CannotPledge::Frozen.into());
    }
    let asked = store::runs_of(tx.conn(), row.id, RunKind::Asked)?;
    for run in &asked {
        check_run(tx.conn(), (row.holder_id, row.batch_id), *run)?;
    }
    ledger::check_unpledged(tx.conn(), row.holder_id, row.batch_id, row.m2.get())?;
    let way = (CreditBucket::Available, CreditBucket::Pledged);
    let moved = move_runs(tx, &row, (it.journal, "pledge"), way, (row.m2.get(), &asked))?;
    if moved.len() > RUNS_MAX {
        return Err(CannotPledge::RunCount { most: RUNS_MAX }.into());
    }
    store::insert_runs(tx, row.id, (RunKind::Pledged, None), &moved)?;
    let registered = PledgeRow {
        state: PledgeState::Registered,
        pledged_m2: row.m2.get(),
        expires_on: None,
        registered_by: Some(actor.user_id),
        registered_at: Some(now),
        journal_id: Some(it.journal),
        // The next look of the clock values it.
        valued_on: now.date_in_shanghai().pred_opt(),
        ..row
    };
    tx.update(&registered)?;
    tx.record(Event {
        subject: subject(it.id),
        before: Some(json!({ "state": PledgeState::Requested })),
        after: Some(json!({
            "number": registered.number, "state": PledgeState::Registered, "m2": registered.m2,
            "serials": moved,
        })),
        ..Event::default()
    });
    Ok(it.id)
}

/// What is under the lien now, in order.
pub(super) fn held(c: &mut Conn, id: PledgeId) -> Answer<Vec<Run>> {
    let pledged = store::runs_of(c, id, RunKind::Pledged)?;
    let departed = store::runs_of(c, id, RunKind::Departed)?;
    Ok(minus(&pledged, &departed))
}

/// Which of the credits under a lien are meant.
pub(super) fn chosen_of(
    c: &mut Conn,
    row: &PledgeRow,
    wanted: Option<&Wanted>,
) -> Answer<Vec<Run>> {
    if row.state != PledgeState::Registered {
        return Err(CannotPledge::NotInState(row.state).into());
    }
    let held = held(c, row.id)?;
    let runs = match wanted {
        None => held.clone(),
        Some(Wanted::Area(m2)) => lowest(&held, m2.get()),
        Some(Wanted::Serials(runs)) => check_runs(runs)?,
    };
    let asked = match wanted {
        Some(Wanted::Area(m2)) => m2.get(),
        Some(Wanted::Serials(_)) | None => m2_of(&runs),
    };
    if asked > m2_of(&held) {
        return Err(CannotPledge::MoreThanPledged { asked, held: m2_of(&held) }.into());
    }
    if !within(&runs, &held) {
        return Err(CannotPledge::OtherSerials.into());
    }
    Ok(runs)
}

/// Lets credits leave the lien: they are available to their holder again. While their project is
/// frozen nothing of its own side becomes available (R45).
pub(crate) fn release(tx: &mut Tx, it: &Release) -> Answer<DepartureId> {
    let actor = tx.actor()?;
    let row = visible(tx.conn(), &actor, it.pledge)?;
    let runs = chosen_of(tx.conn(), &row, it.wanted.as_ref())?;
    let batch = batch_of(tx.conn(), row.batch_id)?;
    if batch.frozen && batch.owner == row.holder_id {
        return Err(CannotPledge::Frozen.into());
    }
    let way = (CreditBucket::Pledged, CreditBucket::Available);
    move_runs(tx, &row, (it.journal, "pledge_release"), way, (m2_of(&runs), &runs))?;
    let departing = Departing {
        id: it.id,
        kind: DepartureKind::Released,
        runs: &runs,
        reason: &it.reason,
        journal: it.journal,
    };
    depart(tx, row, &departing)?;
    Ok(it.id)
}

/// Keeps what left a lien; the pledge ends with the last of it. The journal is posted by the caller.
pub(super) fn depart(tx: &mut Tx, row: PledgeRow, it: &Departing) -> Answer<()> {
    let (by, now) = (tx.actor()?.user_id, tx.now());
    let m2 = m2_of(it.runs);
    let left_m2 = row.pledged_m2 - m2;
    let series = format!("ZYJ{}-{}", row.county, now.date_in_shanghai().year());
    let departure = DepartureRow {
        id: it.id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        pledge_id: row.id,
        kind: it.kind,
        m2: SquareMetres::try_from(m2)
            .map_err(|_| Failure::broken("what leaves a lien has serials"))?,
        left_m2,
        reason: it.reason.clone(),
        journal_id: it.journal,
        departed_by: by,
        departed_at: now,
    };
    tx.insert(&departure)?;
    store::insert_runs(tx, row.id, (RunKind::Departed, Some(it.id)), it.runs)?;
    let ended = left_m2 == 0;
    let after = PledgeRow {
        state: if ended { PledgeState::Ended } else { row.state },
        pledged_m2: left_m2,
        ended_at: ended.then_some(now),
        end_reason: ended.then(|| it.reason.clone()),
        below_cover_since: row.below_cover_since.filter(|_| !ended),
        valued_on: row.valued_on.filter(|_| !ended),
        ..row.clone()
    };
    tx.update(&after)?;
    tx.record(Event {
        subject: subject(row.id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "pledged_m2": row.pledged_m2 })),
        after: Some(json!({
            "number": row.number, "departure": departure.number, "kind": it.kind, "m2": m2,
            "pledged_m2": left_m2, "serials": it.runs,
        })),
    });
    Ok(())
}

/// Makes the term of a pledge longer, by the agreement that is named.
pub(crate) fn extend(tx: &mut Tx, it: &Extend) -> Answer<PledgeId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible(tx.conn(), &actor, it.pledge)?;
    check_extension(row.state, (row.ends_on, it.ends_on), now.date_in_shanghai())?;
    tx.insert(&ExtensionRow {
        id: it.id,
        pledge_id: row.id,
        ends_on_before: row.ends_on,
        ends_on: it.ends_on,
        contract_no: it.contract_no.clone(),
        registered_by: actor.user_id,
        registered_at: now,
    })?;
    tx.update(&PledgeRow { ends_on: it.ends_on, ..row.clone() })?;
    tx.record(Event {
        subject: subject(row.id),
        reason: Some(it.contract_no.to_string()),
        before: Some(json!({ "ends_on": row.ends_on })),
        after: Some(json!({ "number": row.number, "ends_on": it.ends_on })),
    });
    Ok(row.id)
}

/// Moves credits between two buckets of the holder: these serials, or the lowest ones; returns which
/// they were, in order.
fn move_runs(
    tx: &mut Tx,
    row: &PledgeRow,
    (id, event): (JournalId, &'static str),
    (from, to): (CreditBucket, CreditBucket),
    (m2, runs): (i64, &[Run]),
) -> Answer<Vec<Run>> {
    let from = Account::credits(row.holder_id, row.batch_id, from);
    let to = Account::credits(row.holder_id, row.batch_id, to);
    let chosen = |run: &Run| Chosen { from, first: run.first_serial, last: run.last_serial };
    let chosen: Vec<Chosen> = runs.iter().map(chosen).collect();
    let journal = NewJournal {
        id,
        event,
        subject: row.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount: m2 }],
    };
    let moved = ledger::post_chosen(tx, journal, &chosen)?;
    let run = |(_, first_serial, last_serial)| Run { first_serial, last_serial };
    Ok(joined(moved.into_iter().map(run).collect()))
}
