//! Money. Amounts are integer fen; JSON carries decimal strings in CNY with two places (R4).
//! Prices are CNY per mu; an amount is half_up(m² × price × 3 / 2000) (R5).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::kernel::area::{SquareMetres, plain_decimal, scaled};
use crate::kernel::db::sql::sql_bigint;

/// An amount in fen, never negative, at most [`Fen::MAX`] (R3, R4).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
#[schema(value_type = String, pattern = r"^\d{1,14}\.\d{2}$", example = "1601352.90")]
pub struct Fen(i64);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an amount in CNY from 0.00 to 10000000000000.00 with at most two places")]
pub struct NotAnAmount(pub String);

impl Fen {
    pub const ZERO: Self = Self(0);
    /// The largest amount: 10¹⁵ fen (R3).
    pub const MAX: i64 = 1_000_000_000_000_000;

    pub fn of(fen: i64) -> Result<Self, NotAnAmount> {
        if (0..=Self::MAX).contains(&fen) {
            Ok(Self(fen))
        } else {
            Err(NotAnAmount(fen.to_string()))
        }
    }

    pub fn get(self) -> i64 {
        self.0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::of(self.0.checked_add(other.0)?).ok()
    }

    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::of(self.0.checked_sub(other.0)?).ok()
    }
}

impl std::str::FromStr for Fen {
    type Err = NotAnAmount;

    /// Reads "1601352.90"; a missing second place is a zero.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let refused = || NotAnAmount(text.chars().take(40).collect());
        let fen = plain_decimal(text).and_then(|cny| scaled(cny, 2)).ok_or_else(refused)?;
        Self::of(fen).map_err(|_| refused())
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", cny(self.0))
    }
}

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

sql_bigint!(Fen, |fen| fen.0, Fen::of);

/// Writes signed fen as CNY with two places: -5 → "-0.05".
pub fn cny(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// A price in fen per mu, from 0.01 to 10⁹ CNY (R3, R5).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
#[schema(value_type = String, pattern = r"^\d{1,10}\.\d{2}$", example = "94200.00")]
pub struct PricePerMu(i64);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a price in CNY per mu from 0.01 to 1000000000.00 with at most two places")]
pub struct NotAPrice(pub String);

impl PricePerMu {
    /// The highest price: 10⁹ CNY per mu (R3).
    pub const MAX_FEN: i64 = 100_000_000_000;
    /// The highest price that there is (R3).
    pub const HIGHEST: Self = Self(Self::MAX_FEN);

    pub fn of_fen(fen: i64) -> Result<Self, NotAPrice> {
        if (1..=Self::MAX_FEN).contains(&fen) { Ok(Self(fen)) } else { Err(NotAPrice(cny(fen))) }
    }

    pub fn fen(self) -> i64 {
        self.0
    }
}

impl std::str::FromStr for PricePerMu {
    type Err = NotAPrice;

    fn from_str(text: &str) -> Result<Self, NotAPrice> {
        let refused = || NotAPrice(text.chars().take(40).collect());
        let fen = plain_decimal(text).and_then(|cny| scaled(cny, 2)).ok_or_else(refused)?;
        Self::of_fen(fen).map_err(|_| refused())
    }
}

impl fmt::Display for PricePerMu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", cny(self.0))
    }
}

impl Serialize for PricePerMu {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PricePerMu {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

sql_bigint!(PricePerMu, |price| price.0, PricePerMu::of_fen);

/// An amount is worth nothing or more than the books hold (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchAmount {
    #[error("the amount rounds to 0.00")]
    RoundsToZero,
    #[error("the amount exceeds 10000000000000.00")]
    TooLarge,
}

/// Returns half_up(m² × price_fen_per_mu × 3 / 2000) in fen (R5).
pub fn amount(area: SquareMetres, price: PricePerMu) -> Result<Fen, NoSuchAmount> {
    let thrice = i128::from(area.get()) * i128::from(price.0) * 3;
    match i64::try_from((thrice + 1000) / 2000) {
        Ok(0) => Err(NoSuchAmount::RoundsToZero),
        Ok(fen) => Fen::of(fen).map_err(|_| NoSuchAmount::TooLarge),
        Err(_) => Err(NoSuchAmount::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::{Decimal, RoundingStrategy};

    use super::*;

    #[track_caller]
    fn check(m2: i64, price: &str, expected: Result<&str, NoSuchAmount>) {
        let area = SquareMetres::try_from(m2).unwrap();
        let answer = amount(area, price.parse().unwrap()).map(|fen| fen.to_string());
        assert_eq!(answer.as_deref().map_err(|e| *e), expected);
    }

    #[test]
    fn r5_an_amount_is_area_times_price_per_mu_half_up() {
        check(11_333, "94200.00", Ok("1601352.90"));
        check(6_001, "91630.00", Ok("824807.45"));
        check(1, "337.00", Ok("0.51"));
    }

    #[test]
    fn r3_a_trade_that_rounds_to_nothing_or_beyond_the_books_is_refused() {
        check(1, "0.01", Err(NoSuchAmount::RoundsToZero));
        check(1, "3.34", Ok("0.01"));
        check(1, "3.33", Err(NoSuchAmount::RoundsToZero));
        check(1_000_000_000, "1000000000.00", Err(NoSuchAmount::TooLarge));
    }

    #[test]
    fn r4_money_is_integer_fen_and_a_decimal_string_in_json() {
        let fen: Fen = serde_json::from_str("\"1601352.90\"").unwrap();
        assert_eq!(fen.get(), 160_135_290);
        assert_eq!(serde_json::to_string(&fen).unwrap(), "\"1601352.90\"");
        for bad in ["1.5", "\"\"", "\"-1.00\"", "\"1.005\"", "\"1e3\"", "\"10000000000000.01\""] {
            assert!(serde_json::from_str::<Fen>(bad).is_err(), "{bad} was taken");
        }
        assert_eq!(cny(-5), "-0.05");
    }

    #[test]
    fn r3_prices_run_from_a_fen_to_a_thousand_million() {
        for good in ["0.01", "1000000000.00"] {
            assert!(good.parse::<PricePerMu>().is_ok(), "{good} was refused");
        }
        for bad in ["0.00", "1000000000.01", "0.001", "-1"] {
            assert!(bad.parse::<PricePerMu>().is_err(), "{bad} was taken");
        }
    }

    proptest! {
        /// The naive version works in decimals of yuan and mu, as a clerk would.
        #[test]
        fn r5_the_amount_agrees_with_a_clerks_decimal_arithmetic(m2 in 1_i64..50_000_000, price in 1_i64..10_000_000_000) {
            let yuan = Decimal::from(m2) * Decimal::new(price, 2) * Decimal::new(15, 4);
            let clerk = yuan.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            let ours = amount(m2.try_into().unwrap(), PricePerMu::of_fen(price).unwrap());
            match ours {
                Ok(fen) => prop_assert_eq!(Decimal::new(fen.get(), 2), clerk),
                Err(NoSuchAmount::RoundsToZero) => prop_assert!(clerk.is_zero()),
                Err(NoSuchAmount::TooLarge) => prop_assert!(clerk > Decimal::new(Fen::MAX, 2)),
            }
        }
    }
}
