//! The balance of counties, prefectures and provinces (R86), kept day by day.

use uuid::Uuid;

use crate::certification;
use crate::inventory::{BalanceChange, BalanceFact, BalanceTerms};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::occupation::model::{BalanceMoveId, BalanceMoveKind};
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
    for (region, change) in changes(it) {
        let last = store::balance_day(tx.conn(), &region)?;
        let day = last.as_ref().map_or(day, |last| last.day.max(day));
        let terms = last.as_ref().map(terms_of).unwrap_or_default();
        let sum = |one: i64, other: i64| one.saturating_add(other);
        store::save_balance_day(
            tx,
            BalanceDayRow {
                region,
                day,
                released: sum(terms.released, change.released),
                retired_elsewhere: sum(terms.retired_elsewhere, change.retired_elsewhere),
                retired_for_it: sum(terms.retired_for_it, change.retired_for_it),
                occupied: sum(terms.occupied, change.occupied),
            },
        )?;
    }
    Ok(())
}

/// The county, its prefecture and its province.
fn regions(county: &RegionCode) -> Vec<RegionCode> {
    let above = [county.prefecture(), Some(county.province())];
    std::iter::once(county.clone()).chain(above.into_iter().flatten()).collect()
}

/// What a move changes of which region; what stays inside a region changes nothing of it.
fn changes(it: &Move) -> Vec<(RegionCode, BalanceTerms)> {
    let none = BalanceTerms::default();
    let m2 = it.centi_m2;
    match (it.kind, &it.occupation_county) {
        (BalanceMoveKind::Released, _) => regions(&it.county)
            .into_iter()
            .map(|region| (region, BalanceTerms { released: m2, ..none }))
            .collect(),
        (BalanceMoveKind::Occupied, _) | (BalanceMoveKind::Retired, None) => regions(&it.county)
            .into_iter()
            .map(|region| (region, BalanceTerms { occupied: m2, ..none }))
            .collect(),
        (BalanceMoveKind::Retired, Some(occupied)) => {
            let leaves = regions(&it.county)
                .into_iter()
                .filter(|region| !occupied.is_within(region))
                .map(|region| (region, BalanceTerms { retired_elsewhere: m2, ..none }));
            let comes = regions(occupied)
                .into_iter()
                .filter(|region| !it.county.is_within(region))
                .map(|region| (region, BalanceTerms { retired_for_it: m2, ..none }));
            leaves.chain(comes).collect()
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
pub(super) fn balance_of(c: &mut Conn, region: &RegionCode) -> Answer<BalanceTerms> {
    let last = store::balance_day(c, region)?;
    let mut terms = last.as_ref().map(terms_of).unwrap_or_default();
    for it in releases_uncounted(c)? {
        if it.county.is_within(region) {
            terms.released = terms.released.saturating_add(it.centi_m2);
        }
    }
    Ok(terms)
}

/// Returns the retirements and approved occupations that moved the balance of a region; releases are
/// certification's to know.
pub fn balance_facts(c: &mut Conn, region: &RegionCode) -> Answer<Vec<BalanceFact>> {
    let rows = store::moves_about(c, region)?;
    rows.into_iter().filter_map(|row| fact(row).transpose()).collect()
}

fn fact(row: BalanceMoveRow) -> Answer<Option<BalanceFact>> {
    let county = row.county;
    let change = match (row.kind, row.occupation_county) {
        (BalanceMoveKind::Released, _) => return Ok(None),
        (BalanceMoveKind::Occupied, _) => BalanceChange::Occupied { county },
        (BalanceMoveKind::Retired, Some(occupation)) => {
            BalanceChange::Retired { batch: county, occupation }
        }
        (BalanceMoveKind::Retired, None) => {
            return Err(Failure::broken("a retirement has the county of its occupation"));
        }
    };
    let on = row.moved_at.date_in_shanghai();
    Ok(Some(BalanceFact { on, change, centi_m2: row.centi_m2 }))
}
