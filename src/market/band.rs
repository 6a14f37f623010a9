//! The price band of a county: prices within so many percent of the last index (R60). Off unless
//! two people have set it. Pure.

use crate::kernel::ids::id;
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::region::RegionCode;

use super::order::CannotOrder;

id! {
    /// One decision on the price band of a county.
    pub struct PriceBandId;
}

/// The default width of a band, in percent (R60).
pub const PERCENT_DEFAULT: i64 = 10;

/// Returns the index in fen per mu: turnover over area, half up (R48).
pub fn index_fen(turnover: i64, m2: i64) -> Option<i64> {
    if m2 <= 0 {
        return None;
    }
    let twice = i128::from(turnover) * 2 + i128::from(m2);
    i64::try_from(twice / (i128::from(m2) * 2)).ok()
}

/// Checks that a price lies in the band, its ends included. The index enters with its turnover and
/// area, so that nothing is rounded before it is compared.
pub fn check_band(
    county: &RegionCode,
    price: PricePerMu,
    percent: i64,
    (turnover, m2): (i64, i64),
) -> Result<(), CannotOrder> {
    if m2 <= 0 {
        return Ok(());
    }
    let asked = i128::from(price.fen()) * i128::from(m2) * 100;
    let low = i128::from(turnover) * i128::from(100 - percent);
    let high = i128::from(turnover) * i128::from(100 + percent);
    if (low..=high).contains(&asked) {
        return Ok(());
    }
    // Shown inwards, so that both ends shown are themselves allowed.
    let per_mu = i128::from(m2) * 100;
    let shown = |fen: i128| i64::try_from(fen).map_or_else(|_| "–".into(), cny);
    Err(CannotOrder::OutsideBand {
        county: county.clone(),
        price: price.to_string(),
        low: shown((low + per_mu - 1) / per_mu),
        high: shown(high / per_mu),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r48_the_index_is_weighted_by_area_and_rounded_half_up() {
        // 1 m² at 100.00 and 2 m² at 200.00.
        assert_eq!(index_fen(10_000 + 2 * 20_000, 3), Some(16_667));
        assert_eq!(index_fen(33_700, 1), Some(33_700));
        assert_eq!(index_fen(0, 0), None);
    }

    #[test]
    fn r60_prices_lie_within_ten_percent_of_the_last_index() {
        let county: RegionCode = "360124".parse().unwrap();
        let check = |price: &str| {
            let price = price.parse().unwrap();
            check_band(&county, price, PERCENT_DEFAULT, (3 * 33_700, 3)).is_ok()
        };
        assert!(check("303.30") && check("337.00") && check("370.70"));
        assert!(!check("303.29") && !check("370.71"));
        assert!(check_band(&county, "1.00".parse().unwrap(), 10, (0, 0)).is_ok(), "no index yet");
    }
}
