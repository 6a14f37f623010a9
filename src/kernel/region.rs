//! Region codes of GB/T 2260: province 36, prefecture 3601, county 360124, township 360124100.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::kernel::names::names;

/// A region by its code; each code begins with that of the region above it.
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
#[schema(value_type = String, pattern = r"^(\d{2}|\d{4}|\d{6}|\d{9})$", example = "360124")]
pub struct RegionCode(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a region code of 2, 4, 6 or 9 digits")]
pub struct NotARegion(pub String);

names! {
    /// How high a region stands.
    pub enum RegionLevel {
        Province = "province",
        Prefecture = "prefecture",
        County = "county",
        Township = "township",
    }
}

impl RegionCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn level(&self) -> RegionLevel {
        match self.0.len() {
            2 => RegionLevel::Province,
            4 => RegionLevel::Prefecture,
            6 => RegionLevel::County,
            _ => RegionLevel::Township,
        }
    }

    pub fn province(&self) -> Self {
        Self(self.0.chars().take(2).collect())
    }

    /// The prefecture it lies in or is; a province lies in none.
    pub fn prefecture(&self) -> Option<Self> {
        self.first_digits(4)
    }

    /// The county it lies in or is; a province or prefecture lies in none.
    pub fn county(&self) -> Option<Self> {
        self.first_digits(6)
    }

    /// Whether it is `other` or lies in it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    fn first_digits(&self, count: usize) -> Option<Self> {
        self.0.get(..count).map(|code| Self(code.to_owned()))
    }
}

impl std::str::FromStr for RegionCode {
    type Err = NotARegion;

    fn from_str(text: &str) -> Result<Self, NotARegion> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if digits && matches!(text.len(), 2 | 4 | 6 | 9) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotARegion(text.chars().take(20).collect()))
        }
    }
}

impl std::fmt::Display for RegionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RegionCode {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RegionCode {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

crate::kernel::db::sql::sql_text!(RegionCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_the_regions_above_it() {
        let township: RegionCode = "360124500".parse().unwrap();
        assert_eq!(township.level(), RegionLevel::Township);
        assert_eq!(township.county(), "360124".parse().ok());
        assert_eq!(township.prefecture(), "3601".parse().ok());
        assert_eq!(township.province(), "36".parse().unwrap());
        assert!(township.is_within(&"3601".parse().unwrap()));
        for bad in ["", "360", "36012x", "3601245000", " 36"] {
            assert!(bad.parse::<RegionCode>().is_err(), "{bad:?} was taken");
        }
    }
}
