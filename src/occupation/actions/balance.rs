//! The balance of counties, prefectures and provinces (R86), kept day by day.

use uuid::Uuid;

use crate::certification;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::occupation::model::{BalanceMoveId, BalanceMoveKind};
use crate::occupation::rules::{BalanceChange, BalanceStep, BalanceTerms, changes};
use crate::occupation::store::{self, BalanceDayRow, BalanceMoveRow};

/// Releases are few; so many are counted at a time.
const RELEASES_PER_LOAD: i64 = 200;

/// Something that moves balances.
#[derive(Debug, Clone)]
pub(super) struct Move {
    pub(super) id: BalanceMoveId,
    pub(super) kind: BalanceMoveKind,
    pub(super) subject: Uuid,
    pub(super) county: RegionCode,
    /// Where the occupation is that credits of the county were retired for.
    pub(super) occupation_county: Option<RegionCode>,
    pub(super) at: Time,
    pub(super) centi_m2: i64,
}

/// Releases that are not counted yet, with the county of each.
fn releases_uncounted(c: &mut Conn) -> Answer<Vec<Move>> {
    let since = store::last_release_at(c)?;
    let mut found = Vec::new();
    for (id, county, release) in certification::releases_since(c, since, RELEASES_PER_LOAD)? {
        if !store::has_moved(c, BalanceMoveKind::Released, id.uuid())? {
            found.push(Move {
                id: BalanceMoveId::new(),
                kind: BalanceMoveKind::Released,
                subject: id.uuid(),
                county,
                occupation_county: None,
                at: release.released_at,
                centi_m2: release.step_m2.saturating_mul(100),
            });
        }
    }
    Ok(found)
}

/// Whether any release is not counted yet.
pub(super) fn has_uncounted(c: &mut Conn) -> Answer<bool> {
    Ok(!releases_uncounted(c)?.is_empty())
}

/// Counts releases that came since; every command that moves a balance does so first, so that days
/// come in order.
pub(super) fn count_releases(tx: &mut Tx) -> Answer<usize> {
    let mut counted = 0;
    loop {
        let moves = releases_uncounted(tx.conn())?;
        if moves.is_empty() {
            return Ok(counted);
        }
        for it in &moves {
            add(tx, it)?;
        }
        counted += moves.len();
    }
}

/// Records a move and adds it to the balances of the regions that it concerns.
pub(super) fn record_move(tx: &mut Tx, it: &Move) -> Answer<()> {
    count_releases(tx)?;
    add(tx, it)
}

fn add(tx: &mut Tx, it: &Move) -> Answer<()> {
    tx.insert(&BalanceMoveRow {
        id: it.id,
        kind: it.kind,
        subject_id: RawId(it.subject),
        county: it.county.clone(),
        occupation_county: it.occupation_county.clone(),
        moved_at: it.at,
        centi_m2: it.centi_m2,
    })?;
    let day = it.at.date_in_shanghai();
    for (region, more) in changes(&change_of(it), it.centi_m2) {
        let last = store::balance_day(tx.conn(), &region)?;
        let day = last.as_ref().map_or(day, |last| last.day.max(day));
        let terms = last.as_ref().map(terms_of).unwrap_or_default().plus(more);
        store::save_balance_day(
            tx,
            BalanceDayRow {
                region,
                day,
                released: terms.released,
                retired_elsewhere: terms.retired_elsewhere,
                retired_for_it: terms.retired_for_it,
                occupied: terms.occupied,
            },
        )?;
    }
    Ok(())
}

/// What it is for the rule.
fn change_of(it: &Move) -> BalanceChange {
    let county = it.county.clone();
    match (it.kind, &it.occupation_county) {
        (BalanceMoveKind::Released, _) => BalanceChange::Released { county },
        (BalanceMoveKind::Occupied, _) | (BalanceMoveKind::Retired, None) => {
            BalanceChange::Occupied { county }
        }
        (BalanceMoveKind::Retired, Some(occupation)) => {
            BalanceChange::Retired { batch: county, occupation: occupation.clone() }
        }
    }
}

fn terms_of(day: &BalanceDayRow) -> BalanceTerms {
    BalanceTerms {
        released: day.released,
        retired_elsewhere: day.retired_elsewhere,
        retired_for_it: day.retired_for_it,
        occupied: day.occupied,
    }
}

/// The balance of a region now, with releases that are not counted yet.
pub fn balance_of(c: &mut Conn, region: &RegionCode) -> Answer<BalanceTerms> {
    let last = store::balance_day(c, region)?;
    let mut terms = last.as_ref().map(terms_of).unwrap_or_default();
    for it in releases_uncounted(c)? {
        if it.county.is_within(region) {
            terms.released = terms.released.saturating_add(it.centi_m2);
        }
    }
    Ok(terms)
}

/// Returns the balance of a region after each of the newest days that changed it, oldest first.
pub fn balance_steps(c: &mut Conn, region: &RegionCode, days_max: i64) -> Answer<Vec<BalanceStep>> {
    let days = store::balance_days(c, region, days_max)?;
    let step = |day: &BalanceDayRow| BalanceStep { on: day.day, terms: terms_of(day) };
    let mut steps: Vec<BalanceStep> = days.iter().rev().map(step).collect();
    for it in releases_uncounted(c)? {
        if !it.county.is_within(region) {
            continue;
        }
        let more = BalanceTerms { released: it.centi_m2, ..BalanceTerms::default() };
        let on = it.at.date_in_shanghai();
        let last = steps.last().copied();
        let terms = last.map(|last| last.terms).unwrap_or_default().plus(more);
        match steps.last_mut() {
            Some(last) if last.on >= on => last.terms = terms,
            _ => steps.push(BalanceStep { on, terms }),
        }
    }
    Ok(steps)
}
