//! Quantities of work, parsed once at the border.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::kernel::area::{plain_decimal, scaled};

/// An amount of work in hundredths of its unit, 0.01 to 10⁹; JSON carries a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = r"^\d{1,10}(\.\d{1,2})?$", example = "4375.24")]
pub struct Quantity(i64);

/// A text is no quantity of work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a quantity from 0.01 to 1000000000.00 with at most two places")]
pub struct NotAQuantity(pub String);

impl Quantity {
    /// The largest quantity of one line: 10⁹ units.
    pub const HUNDREDTHS_MAX: i64 = 100_000_000_000;

    pub fn of_hundredths(hundredths: i64) -> Result<Self, NotAQuantity> {
        if (1..=Self::HUNDREDTHS_MAX).contains(&hundredths) {
            Ok(Self(hundredths))
        } else {
            Err(NotAQuantity(hundredths.to_string()))
        }
    }

    pub fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::str::FromStr for Quantity {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let refused = || NotAQuantity(text.chars().take(40).collect());
        let hundredths =
            plain_decimal(text).and_then(|units| scaled(units, 2)).ok_or_else(refused)?;
        Self::of_hundredths(hundredths).map_err(|_| refused())
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r26_quantities_have_two_places() {
        for (text, kept) in [("4375.24", "4375.24"), ("2", "2.00"), ("0.1", "0.10")] {
            assert_eq!(text.parse::<Quantity>().unwrap().to_string(), kept);
        }
        for bad in ["0", "0.001", "-1", "1e3", "1000000000.01", ""] {
            assert!(bad.parse::<Quantity>().is_err(), "{bad} was taken");
        }
    }
}
