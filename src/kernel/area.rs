//! Areas. Surveyed land is kept to 0.01 m² (R2), credits are whole m² (R3), and mu and hectares
//! exist only on the way to a reader: 1 ha = 10,000 m² = 15 mu (R1). No floats.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::kernel::db::sql::sql_bigint;

/// A positive number of whole square metres, at most [`SquareMetres::MAX`] (R3).
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
#[schema(value_type = i64, minimum = 1, maximum = 1_000_000_000, example = 11333)]
pub struct SquareMetres(i64);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a whole number of square metres from 1 to 1000000000")]
pub struct NotSquareMetres(pub String);

impl SquareMetres {
    /// The largest quantity of one order (R3).
    pub const MAX: i64 = 1_000_000_000;
    /// The smallest.
    pub const ONE: Self = Self(1);

    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for SquareMetres {
    type Error = NotSquareMetres;

    fn try_from(m2: i64) -> Result<Self, NotSquareMetres> {
        if (1..=Self::MAX).contains(&m2) {
            Ok(Self(m2))
        } else {
            Err(NotSquareMetres(m2.to_string()))
        }
    }
}

impl Serialize for SquareMetres {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for SquareMetres {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        i64::deserialize(input)?.try_into().map_err(de::Error::custom)
    }
}

impl fmt::Display for SquareMetres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} m²", self.0)
    }
}

sql_bigint!(SquareMetres, |area| area.0, SquareMetres::try_from);

/// A surveyed area in units of 0.01 m², not negative; JSON carries a decimal string (R2).
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
#[schema(value_type = String, pattern = r"^\d{1,12}(\.\d{1,2})?$", example = "11333.00")]
pub struct SurveyedArea(i64);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an area in m² with at most two decimal places")]
pub struct NotAnArea(pub String);

impl SurveyedArea {
    /// The largest surveyed area: 10¹² m², more than the whole country.
    pub const MAX_CENTI_M2: i64 = 100_000_000_000_000;

    /// Takes units of 0.01 m².
    pub fn of_centi_m2(centi_m2: i64) -> Result<Self, NotAnArea> {
        if (0..=Self::MAX_CENTI_M2).contains(&centi_m2) {
            Ok(Self(centi_m2))
        } else {
            Err(NotAnArea(centi_m2.to_string()))
        }
    }

    pub fn centi_m2(self) -> i64 {
        self.0
    }

    /// Returns the whole square metres, rounded down: 11,333.99 m² → 11,333 (R2).
    pub fn whole_m2_floor(self) -> i64 {
        self.0 / 100
    }
}

impl std::str::FromStr for SurveyedArea {
    type Err = NotAnArea;

    fn from_str(text: &str) -> Result<Self, NotAnArea> {
        let refused = || NotAnArea(text.chars().take(40).collect());
        let m2 = plain_decimal(text).ok_or_else(refused)?;
        let centi_m2 = scaled(m2, 2).ok_or_else(refused)?;
        Self::of_centi_m2(centi_m2).map_err(|_| refused())
    }
}

impl fmt::Display for SurveyedArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for SurveyedArea {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SurveyedArea {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

sql_bigint!(SurveyedArea, |area| area.0, SurveyedArea::of_centi_m2);

/// Returns the area in mu with four places, half up, for a reader (R1, R6).
pub fn mu_shown(area: SurveyedArea) -> String {
    let mu = Decimal::from(area.0) * Decimal::from(3) / Decimal::from(200_000);
    shown(mu, 4)
}

/// Returns the area in hectares with the given places, half up, for a reader: four for a parcel,
/// two for a total (R1, R6).
pub fn hectares_shown(area: SurveyedArea, places: u32) -> String {
    shown(Decimal::from(area.0) / Decimal::from(1_000_000), places)
}

fn shown(value: Decimal, places: u32) -> String {
    let mut rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(places);
    rounded.to_string()
}

/// Reads digits with at most one decimal point: no sign, no exponent, no separators.
pub(crate) fn plain_decimal(text: &str) -> Option<Decimal> {
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !digits || !text.starts_with(|c: char| c.is_ascii_digit()) || text.ends_with('.') {
        return None;
    }
    text.parse().ok()
}

/// Returns `value` × 10^`places` where that is a whole number that fits.
pub(crate) fn scaled(value: Decimal, places: u32) -> Option<i64> {
    let scaled = value.checked_mul(Decimal::from(10_i64.checked_pow(places)?))?;
    if scaled.fract().is_zero() { scaled.trunc().try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> SurveyedArea {
        text.parse().unwrap()
    }

    #[test]
    fn r1_mu_and_hectares_come_from_exact_rationals() {
        assert_eq!(mu_shown(area("10000")), "15.0000");
        assert_eq!(hectares_shown(area("10000"), 4), "1.0000");
        assert_eq!(mu_shown(area("666.67")), "1.0000");
        assert_eq!(mu_shown(area("209603")), "314.4045");
    }

    #[test]
    fn r2_surveyed_area_is_kept_to_a_hundredth_and_certified_rounded_down() {
        assert_eq!(area("11333.99").whole_m2_floor(), 11_333);
        assert_eq!(area("11333.9").to_string(), "11333.90");
        for bad in ["", "1.", ".5", "1.001", "-1", "+1", "1e3", "1,000", "NaN", "9999999999999"] {
            assert!(bad.parse::<SurveyedArea>().is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn r3_quantities_are_positive_whole_square_metres() {
        for good in ["1", "1000000000"] {
            assert!(serde_json::from_str::<SquareMetres>(good).is_ok(), "{good} was refused");
        }
        for bad in ["0", "-1", "1.5", "1.0", "1000000001", "\"5\"", "9223372036854775808"] {
            assert!(serde_json::from_str::<SquareMetres>(bad).is_err(), "{bad} was taken");
        }
    }
}
