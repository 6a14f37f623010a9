//! What may be ordered, and from which fee accounts it is paid (R3, R46). Pure.
//!
//! An order is paid from the fee accounts of the counties that it names, since cash in county A's
//! account pays only for credits sold by county A. It does not know beforehand which of them will
//! sell, so what is left of it is reserved in each of them, whole; a fill is paid in the account of
//! the county that sold, and frees what is no longer needed in all. An order that names one county,
//! which is the rule, reserves once. Who names none gets those counties of the trading area that may
//! sell to it and in whose accounts it has the cash, in the order of their codes.

use chrono::NaiveDate;

use super::listing::has_expired;
use super::model::{OrderState, Wanted};
use crate::kernel::area::SquareMetres;
use crate::kernel::money::{Fen, NoSuchAmount, amount, cny};
use crate::kernel::region::RegionCode;
use crate::settlement::CannotSettle;

/// How many counties an order is paid in at most: each is an account that every fill touches.
pub const COUNTIES_MAX: usize = 10;

/// Why an order is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotOrder {
    #[error("all of {asked} or nothing was asked, {available_m2} m² are to be had")]
    NotFilled { asked: SquareMetres, available_m2: i64 },
    #[error("the order is {0}")]
    NotOpen(OrderState),
    #[error(
        "the order reserves {due} CNY in {county}, {available} CNY are available: {short} CNY short"
    )]
    NotEnoughCash { county: RegionCode, due: String, available: String, short: String },
    #[error("the last day lies in the past")]
    AlreadyExpired,
    #[error("only an order that waits has a last day")]
    NothingWaits,
    #[error("the trading area {area} reaches beyond the province of {place}")]
    AreaTooWide { area: RegionCode, place: RegionCode },
    #[error("the county {county} does not lie in the trading area {area}, or has no fee account")]
    CountyOutsideArea { county: RegionCode, area: RegionCode },
    #[error("an order is paid in at most {COUNTIES_MAX} counties, each named once")]
    TooManyCounties,
    #[error("no county of {0} sells credits that this buyer may use")]
    NobodySells(RegionCode),
    #[error("{0}")]
    Amount(NoSuchAmount),
    #[error("{price} CNY per mu is outside the price band of {county}: {low} to {high}")]
    OutsideBand { county: RegionCode, price: String, low: String, high: String },
    #[error("this was approved before")]
    BandApproved,
}

/// A county that an order may be paid in: what cash the buyer has there, and whether its credits may
/// be sold to the buyer's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub county: RegionCode,
    pub cash_fen: i64,
    pub terms: Result<(), CannotSettle>,
}

/// Why no fee account can be chosen: a rule of the order or of the county's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotChoose {
    Order(CannotOrder),
    Terms(CannotSettle),
}

/// Returns the trading area of an order: what it names, or the buyer's own county.
pub fn check_order(
    wanted: &Wanted,
    place: &RegionCode,
    today: NaiveDate,
) -> Result<RegionCode, CannotOrder> {
    use super::model::Execution;
    if has_expired(wanted.valid_to, today) {
        return Err(CannotOrder::AlreadyExpired);
    }
    if wanted.valid_to.is_some() && wanted.execution != Execution::GoodTillDate {
        return Err(CannotOrder::NothingWaits);
    }
    // The limit stands for any price at which it may be filled, so that no fill is refused later.
    amount(wanted.area, wanted.limit).map_err(CannotOrder::Amount)?;
    let own = place.county().unwrap_or_else(|| place.clone());
    let area = wanted.trading_area.clone().unwrap_or(own);
    let area = area.county().unwrap_or(area);
    if !area.is_within(&place.province()) {
        return Err(CannotOrder::AreaTooWide { area, place: place.clone() });
    }
    let mut named = wanted.counties.clone();
    named.sort();
    named.dedup();
    if named.len() != wanted.counties.len() || named.len() > COUNTIES_MAX {
        return Err(CannotOrder::TooManyCounties);
    }
    Ok(area)
}

/// Chooses the counties in which an order is paid; candidates come in the order of their codes.
pub fn choose_counties(
    wanted: &Wanted,
    area: &RegionCode,
    need_fen: i64,
    candidates: &[Candidate],
) -> Result<Vec<RegionCode>, CannotChoose> {
    if need_fen > Fen::MAX {
        return Err(CannotChoose::Order(CannotOrder::Amount(NoSuchAmount::TooLarge)));
    }
    if wanted.counties.is_empty() {
        return choose_funded(area, need_fen, candidates);
    }
    let mut chosen = wanted.counties.clone();
    chosen.sort();
    for county in &chosen {
        let candidate = candidates.iter().find(|one| one.county == *county);
        let candidate = candidate.ok_or_else(|| {
            let (county, area) = (county.clone(), area.clone());
            CannotChoose::Order(CannotOrder::CountyOutsideArea { county, area })
        })?;
        candidate.terms.clone().map_err(CannotChoose::Terms)?;
        check_cash(candidate, need_fen).map_err(CannotChoose::Order)?;
    }
    Ok(chosen)
}

fn choose_funded(
    area: &RegionCode,
    need_fen: i64,
    candidates: &[Candidate],
) -> Result<Vec<RegionCode>, CannotChoose> {
    let selling: Vec<&Candidate> = candidates.iter().filter(|one| one.terms.is_ok()).collect();
    let Some(richest) = selling.iter().max_by_key(|one| one.cash_fen) else {
        let why = candidates.iter().find_map(|one| one.terms.clone().err());
        return Err(match why {
            Some(why) if candidates.len() == 1 => CannotChoose::Terms(why),
            _ => CannotChoose::Order(CannotOrder::NobodySells(area.clone())),
        });
    };
    check_cash(richest, need_fen).map_err(CannotChoose::Order)?;
    let funded = selling.iter().filter(|one| one.cash_fen >= need_fen);
    Ok(funded.take(COUNTIES_MAX).map(|one| one.county.clone()).collect())
}

fn check_cash(candidate: &Candidate, need_fen: i64) -> Result<(), CannotOrder> {
    if candidate.cash_fen >= need_fen {
        return Ok(());
    }
    Err(CannotOrder::NotEnoughCash {
        county: candidate.county.clone(),
        due: cny(need_fen),
        available: cny(candidate.cash_fen),
        short: cny(need_fen - candidate.cash_fen),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::WetlandType;
    use crate::market::model::Execution;
    use crate::settlement::Reach;

    fn region(code: &str) -> RegionCode {
        code.parse().unwrap()
    }

    fn wanted(m2: i64, limit: &str) -> Wanted {
        Wanted {
            area: m2.try_into().unwrap(),
            limit: limit.parse().unwrap(),
            wetland_type: WetlandType::Marsh,
            grade_max: 3,
            trading_area: None,
            counties: Vec::new(),
            occupation: None,
            execution: Execution::GoodTillDate,
            valid_to: None,
        }
    }

    fn today() -> NaiveDate {
        "2026-09-04".parse().unwrap()
    }

    fn sells(county: &str, cash_fen: i64) -> Candidate {
        Candidate { county: region(county), cash_fen, terms: Ok(()) }
    }

    fn keeps(county: &str) -> Candidate {
        let (reach, buyer) = (Reach::County, region("360124"));
        let county = region(county);
        let terms = Err(CannotSettle::OutsideTradingArea { county: county.clone(), reach, buyer });
        Candidate { county, cash_fen: 1_000, terms }
    }

    #[test]
    fn r46_an_order_narrows_its_area_and_never_widens_it_beyond_the_province() {
        let area = |code: Option<&str>| {
            let it = Wanted { trading_area: code.map(region), ..wanted(1, "337.00") };
            check_order(&it, &region("360124"), today())
        };
        assert_eq!(area(None), Ok(region("360124")));
        assert_eq!(area(Some("3601")), Ok(region("3601")));
        assert_eq!(area(Some("36")), Ok(region("36")));
        assert_eq!(area(Some("360124500")), Ok(region("360124")));
        let (too_wide, place) = (region("35"), region("360124"));
        assert_eq!(area(Some("35")), Err(CannotOrder::AreaTooWide { area: too_wide, place }));
    }

    #[test]
    fn r3_an_order_whose_amount_is_nothing_or_beyond_the_books_is_refused() {
        let check = |m2, limit| check_order(&wanted(m2, limit), &region("360124"), today()).err();
        assert_eq!(check(1, "3.33"), Some(CannotOrder::Amount(NoSuchAmount::RoundsToZero)));
        assert_eq!(check(1, "3.34"), None);
        let too_large = Some(CannotOrder::Amount(NoSuchAmount::TooLarge));
        assert_eq!(check(1_000_000_000, "1000000000.00"), too_large);
    }

    #[test]
    fn an_order_that_waits_may_have_a_last_day_which_is_not_over() {
        let check = |valid_to: &str, execution| {
            let valid_to = Some(valid_to.parse().unwrap());
            let it = Wanted { valid_to, execution, ..wanted(1, "337.00") };
            check_order(&it, &region("360124"), today()).err()
        };
        assert_eq!(check("2026-09-04", Execution::GoodTillDate), None);
        let over = check("2026-09-03", Execution::GoodTillDate);
        assert_eq!(over, Some(CannotOrder::AlreadyExpired));
        let killed = check("2026-09-04", Execution::FillOrKill);
        assert_eq!(killed, Some(CannotOrder::NothingWaits));
    }

    #[test]
    fn an_order_is_paid_where_the_cash_is_and_where_credits_may_come_from() {
        let (area, it) = (region("3601"), wanted(1, "337.00"));
        let candidates =
            [sells("360121", 10), keeps("360123"), sells("360124", 60), sells("360125", 90)];
        let chosen = choose_counties(&it, &area, 51, &candidates);
        assert_eq!(chosen, Ok(vec![region("360124"), region("360125")]));
        let short = choose_counties(&it, &area, 91, &candidates);
        let county = region("360125");
        let (due, available, short_of) = ("0.91".into(), "0.90".into(), "0.01".into());
        let refused = CannotOrder::NotEnoughCash { county, due, available, short: short_of };
        assert_eq!(short, Err(CannotChoose::Order(refused)));
        let nobody = choose_counties(&it, &area, 51, &[keeps("360121"), keeps("360123")]);
        assert_eq!(nobody, Err(CannotChoose::Order(CannotOrder::NobodySells(area))));
    }

    #[test]
    fn a_named_county_that_cannot_be_paid_in_is_refused_by_its_reason() {
        let area = region("3601");
        let candidates = [sells("360121", 10), keeps("360123"), sells("360124", 60)];
        let choose = |codes: &[&str]| {
            let counties = codes.iter().map(|code| region(code)).collect();
            choose_counties(&Wanted { counties, ..wanted(1, "337.00") }, &area, 51, &candidates)
        };
        assert_eq!(choose(&["360124"]), Ok(vec![region("360124")]));
        let refused = choose(&["360124", "360121"]);
        assert!(matches!(refused, Err(CannotChoose::Order(CannotOrder::NotEnoughCash { .. }))));
        assert!(matches!(choose(&["360123"]), Err(CannotChoose::Terms(_))));
        let outside = choose(&["360199"]);
        assert!(matches!(outside, Err(CannotChoose::Order(CannotOrder::CountyOutsideArea { .. }))));
    }
}
