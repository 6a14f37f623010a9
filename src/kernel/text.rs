//! Texts that people write: names, reasons, titles.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::kernel::db::sql::sql_text;

/// A text that was checked is shown, sent and kept as it stands, and checked again when it is read.
macro_rules! told_as_text {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?.parse().map_err(de::Error::custom)
            }
        }

        sql_text!($type);
    };
}

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

told_as_text!(Label);

/// What a person wrote at length: 1 to 4000 characters, line breaks included, no other control
/// characters, no space at its ends.
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
#[schema(value_type = String, min_length = 1, max_length = 4000, example = "经复核，公示面积与勘测报告一致")]
pub struct Passage(String);

/// A text is empty, too long or holds control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a text has 1 to 4000 characters, none of them control characters but line breaks")]
pub struct NotAPassage;

impl Passage {
    /// Two printed pages.
    pub const CHARS_MAX: usize = 4_000;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Passage {
    type Err = NotAPassage;

    fn from_str(text: &str) -> Result<Self, NotAPassage> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= Self::CHARS_MAX;
        let breaks = |c: char| matches!(c, '\n' | '\r' | '\t');
        if fits && !text.chars().any(|c| c.is_control() && !breaks(c)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPassage)
        }
    }
}

told_as_text!(Passage);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_may_have_lines() {
        assert_eq!(" 一\n二 ".parse::<Passage>().unwrap().as_str(), "一\n二");
        for bad in ["", " \n ", "a\u{0}b", &"长".repeat(4_001)] {
            assert!(bad.parse::<Passage>().is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn a_text_has_a_length_and_no_control_characters() {
        assert_eq!(" 芦苇 ".parse::<Label>().unwrap().as_str(), "芦苇");
        for bad in ["", "  ", "a\u{0}b", &"长".repeat(301)] {
            assert!(bad.parse::<Label>().is_err(), "{bad} was taken");
        }
    }
}
