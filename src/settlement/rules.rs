//! Delivery versus payment: what must hold for a trade, and the one journal that settles it. Pure.

use super::fees::{in_force, split, township_legs};
use super::model::{Party, Reach, Sale, Split, Terms, Trade};
use crate::kernel::money::{NoSuchAmount, amount};
use crate::kernel::region::RegionCode;
use crate::ledger::{Account, CreditBucket, MoneyBucket, NewJournal, NewTransfer};

/// Why a sale cannot be settled, or terms cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotSettle {
    #[error("buyer and seller are the same")]
    SameParty,
    #[error("credits of {county} may go as far as its {reach}; the buyer is in {buyer}")]
    OutsideTradingArea { county: RegionCode, reach: Reach, buyer: RegionCode },
    #[error("no fee schedule of {county} is in force on {on}")]
    NoSchedule { county: RegionCode, on: chrono::NaiveDate },
    #[error("{0}")]
    Amount(NoSuchAmount),
    #[error("the county {0} has no fee account yet")]
    NoFeeAccount(RegionCode),
    #[error("the period overlaps version {0}")]
    PeriodsOverlap(i64),
    #[error("the period ends before it begins")]
    PeriodReversed,
    #[error("the parts add up to more than 100 %")]
    PartsTooLarge,
    #[error("this was approved before")]
    AlreadyApproved,
    #[error("this county has a fee account already")]
    FeeAccountExists,
    #[error("the number of the version was taken by another one meanwhile")]
    VersionTaken,
}

/// Returns the trade and the journal that settles it: credits against money, the money split, all
/// in one (R61, R62).
pub fn settle(sale: &Sale<'_>) -> Result<(Trade, NewJournal), CannotSettle> {
    let (goods, terms) = (sale.goods, sale.terms);
    if sale.seller.id == sale.buyer.id {
        return Err(CannotSettle::SameParty);
    }
    check_area(&goods.county, terms.reach, &sale.buyer.region)?;
    let on = sale.at.date_in_shanghai();
    let schedule = in_force(&terms.schedules, on)
        .ok_or_else(|| CannotSettle::NoSchedule { county: goods.county.clone(), on })?;
    let amount = amount(sale.area, sale.price).map_err(CannotSettle::Amount)?;
    let split = split(amount, schedule);
    let trade = Trade {
        id: sale.trade,
        journal: sale.journal,
        source: sale.source,
        source_id: sale.source_id,
        county: goods.county.clone(),
        fee_account: terms.fee_account.id,
        schedule: schedule.id,
        batch: goods.batch,
        seller: sale.seller.id,
        buyer: sale.buyer.id,
        related: are_related(sale.seller, sale.buyer),
        area: sale.area,
        price: sale.price,
        split,
        at: sale.at,
    };
    let journal = NewJournal {
        id: sale.journal,
        event: "trade",
        subject: sale.trade.uuid(),
        effective_at: sale.at,
        reverses: None,
        transfers: transfers(sale, &split),
    };
    Ok((trade, journal))
}

/// Checks that credits of a county may be sold there on that day, whatever the price (R46, R65).
pub fn check_terms(
    terms: &Terms,
    buyer: &RegionCode,
    on: chrono::NaiveDate,
) -> Result<(), CannotSettle> {
    let county = &terms.fee_account.county;
    check_area(county, terms.reach, buyer)?;
    match in_force(&terms.schedules, on) {
        Some(_) => Ok(()),
        None => Err(CannotSettle::NoSchedule { county: county.clone(), on }),
    }
}

/// The buyer's place must lie in the area that the county of the credits has set (R46).
fn check_area(county: &RegionCode, reach: Reach, buyer: &RegionCode) -> Result<(), CannotSettle> {
    if may_go(county, reach, buyer) {
        return Ok(());
    }
    let (county, buyer) = (county.clone(), buyer.clone());
    Err(CannotSettle::OutsideTradingArea { county, reach, buyer })
}

/// Whether credits of a county that lets them go so far may be used in that place (R46).
pub fn may_go(county: &RegionCode, reach: Reach, place: &RegionCode) -> bool {
    let area = match reach {
        Reach::County => county.county(),
        Reach::Prefecture => county.prefecture(),
        Reach::Province => Some(county.province()),
    };
    area.is_some_and(|area| place.is_within(&area))
}

fn are_related(one: &Party, other: &Party) -> bool {
    one.related_to == Some(other.id) || other.related_to == Some(one.id)
}

fn transfers(sale: &Sale<'_>, split: &Split) -> Vec<NewTransfer> {
    let fee_account = &sale.terms.fee_account;
    let money = |holder, bucket| Account::money(holder, fee_account.id, bucket);
    let cash = money(sale.buyer.id, MoneyBucket::Available);
    let pay =
        |holder, bucket, fen| NewTransfer { from: cash, to: money(holder, bucket), amount: fen };
    let mut transfers = Vec::with_capacity(3 + sale.goods.townships.len());
    let areas: Vec<_> =
        sale.goods.townships.iter().map(|t| (t.region.clone(), t.certified_m2)).collect();
    for (region, fen) in township_legs(split.township, &areas) {
        let township = sale.goods.townships.iter().find(|t| t.region == region);
        transfers.extend(township.map(|t| pay(t.organisation, MoneyBucket::TownshipShare, fen)));
    }
    transfers.push(pay(fee_account.centre, MoneyBucket::CentreShare, split.centre));
    transfers.push(pay(fee_account.treasury, MoneyBucket::TreasuryShare, split.treasury));
    transfers.push(NewTransfer {
        from: Account::credits(sale.seller.id, sale.goods.batch, sale.from),
        to: Account::credits(sale.buyer.id, sale.goods.batch, CreditBucket::Available),
        amount: sale.area.get(),
    });
    // A part of a tiny amount may be nothing, and nothing is not a transfer.
    transfers.retain(|transfer| transfer.amount > 0);
    transfers
}
