//! The classes of the third national land survey, a table that is data: `land_classes.csv`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::kernel::names::names;

names! {
    /// The groups of land classes (R10).
    pub enum ClassGroup {
        Wetland = "wetland",
        Water = "water",
        Cropland = "cropland",
        Garden = "garden",
        Forest = "forest",
        Grassland = "grassland",
        Construction = "construction",
        Other = "other",
    }
}

/// A class of the third national land survey: one that the table knows (R10).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    utoipa::ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[schema(value_type = String, example = "1104A")]
pub struct LandClass(&'static str);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a land class of the third national land survey")]
pub struct UnknownLandClass(pub String);

struct ClassEntry {
    name: &'static str,
    group: ClassGroup,
}

static CLASSES: LazyLock<BTreeMap<&'static str, ClassEntry>> = LazyLock::new(|| {
    let lines = include_str!("land_classes.csv").lines().skip(1);
    let entry = |line: &'static str| {
        let mut cells = line.split(',');
        let (code, name, group) = (cells.next()?, cells.next()?, cells.next()?);
        Some((code, ClassEntry { name, group: group.parse().ok()? }))
    };
    lines.filter_map(entry).collect()
});

impl LandClass {
    /// All classes in order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        CLASSES.keys().map(|code| Self(code))
    }

    /// The code, such as `1104A`.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The name in Chinese.
    pub fn name(self) -> &'static str {
        CLASSES.get(self.0).map_or("", |class| class.name)
    }

    pub fn group(self) -> ClassGroup {
        CLASSES.get(self.0).map_or(ClassGroup::Other, |class| class.group)
    }

    /// Ponds, of which the survey does not say whether fish are still fed in them (R15).
    pub fn is_pond(self) -> bool {
        matches!(self.0, "1104" | "1104A" | "1104K")
    }

    /// A class whose land can be turned back into cropland and counts as such (R17).
    pub fn is_adjustable(self) -> bool {
        self.0.ends_with('K')
    }

    /// Whether its area counts as wetland or water: paddy and aquaculture ponds do not (R11).
    pub fn counts_in_wetland_totals(self) -> bool {
        matches!(self.group(), ClassGroup::Wetland | ClassGroup::Water)
            && !matches!(self.0, "1104A" | "1104K")
    }

    pub fn is_mangrove(self) -> bool {
        self.0 == "0303"
    }
}

impl std::str::FromStr for LandClass {
    type Err = UnknownLandClass;

    fn from_str(text: &str) -> Result<Self, UnknownLandClass> {
        let known = CLASSES.get_key_value(text).map(|(code, _)| Self(code));
        known.ok_or_else(|| UnknownLandClass(text.chars().take(20).collect()))
    }
}

impl std::fmt::Display for LandClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for LandClass {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for LandClass {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}

crate::kernel::db::sql::sql_text!(LandClass);

#[cfg(test)]
mod tests {
    use super::*;

    fn class(code: &str) -> LandClass {
        code.parse().unwrap()
    }

    #[test]
    fn r10_the_class_table_is_known_and_nothing_else() {
        let of = |group: ClassGroup| -> Vec<&str> {
            CLASSES.iter().filter(|(_, c)| c.group == group).map(|(code, _)| *code).collect()
        };
        assert_eq!(CLASSES.len(), include_str!("land_classes.csv").lines().count() - 1);
        assert_eq!(
            of(ClassGroup::Wetland),
            ["0303", "0304", "0306", "0402", "0603", "1105", "1106", "1108"]
        );
        assert_eq!(
            of(ClassGroup::Water),
            ["1101", "1102", "1103", "1104", "1104A", "1104K", "1107", "1107A", "1109", "1110"]
        );
        for code in ["0103", "0404", "0602", "1202", "1204", "1206"] {
            assert!(code.parse::<LandClass>().is_ok(), "{code}");
        }
        for code in ["", "9999", "1104B", "1104a", " 1104", "00"] {
            assert!(code.parse::<LandClass>().is_err(), "{code:?} was taken");
        }
    }

    #[test]
    fn r11_paddy_and_aquaculture_ponds_count_in_no_wetland_total() {
        for code in ["0101", "1104A", "1104K", "0103", "1206"] {
            assert!(!class(code).counts_in_wetland_totals(), "{code} counts");
        }
        for code in ["1104", "1106", "1108", "0603", "1101"] {
            assert!(class(code).counts_in_wetland_totals(), "{code} does not count");
        }
    }

    #[test]
    fn r17_every_class_with_the_suffix_k_is_adjustable() {
        assert!(class("1104K").is_adjustable() && class("0201K").is_adjustable());
        assert!(!class("1104A").is_adjustable());
    }
}
