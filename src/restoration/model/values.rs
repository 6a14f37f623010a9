//! Texts and quantities of work, parsed once at the border.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::kernel::area::{plain_decimal, scaled};
use crate::kernel::db::sql::{sql_bigint, sql_text};

/// A line that a person wrote: 1 to 300 characters, no control characters, no space at its ends.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[schema(value_type = String, min_length = 1, max_length = 300, example = "五里垦殖场示例退养塘湿地修复项目")]
pub struct Label(String);

/// A text is empty, too long or holds control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a text has 1 to 300 characters, none of them control characters")]
pub struct NotALabel;

impl Label {
    /// Longest text of a name, reason or title: what fits a printed form.
    pub const CHARS_MAX: usize = 300;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Label {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= Self::CHARS_MAX;
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotALabel)
        }
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

sql_text!(Label);

/// An amount of work in hundredths of its unit, 0.01 to 10⁹; JSON carries a decimal string.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
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

sql_bigint!(Quantity, |quantity| quantity.0, Quantity::of_hundredths);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_two_places_and_texts_have_a_length() {
        for (text, kept) in [("4375.24", "4375.24"), ("2", "2.00"), ("0.1", "0.10")] {
            assert_eq!(text.parse::<Quantity>().unwrap().to_string(), kept);
        }
        for bad in ["0", "0.001", "-1", "1e3", "1000000000.01", ""] {
            assert!(bad.parse::<Quantity>().is_err(), "{bad} was taken");
        }
        assert_eq!(" 芦苇 ".parse::<Label>().unwrap().as_str(), "芦苇");
        for bad in ["", "  ", "a\u{0}b", &"长".repeat(301)] {
            assert!(bad.parse::<Label>().is_err(), "{bad} was taken");
        }
    }
}
