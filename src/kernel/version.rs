//! Versions of single resources. The `ETag` of an answer names what the caller saw; with `If-Match`
//! a command acts on exactly that or not at all (412), decided inside its own transaction, so that
//! nobody can come in between. An operation that knows no version of what it acts on refuses the
//! header instead of ignoring it (400).

use actix_web::http::StatusCode;
use sha2::{Digest, Sha256};

use crate::kernel::problem::Refusal;

/// The entity tag of these bytes.
pub fn version_of(bytes: &[u8]) -> String {
    format!("\"{}\"", hex::encode(Sha256::digest(bytes).get(..16).unwrap_or_default()))
}

/// The versions that a caller would accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected(String);

impl Expected {
    /// What stands in `If-Match`.
    pub fn of(header: &str) -> Self {
        Self(header.to_owned())
    }

    /// Whether that version is among them; weak tags never are (RFC 9110, 13.1.1).
    pub fn admits(&self, version: &str) -> bool {
        self.0.split(',').map(str::trim).any(|one| one == "*" || one == version)
    }
}

/// Why a command with `If-Match` does not run.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionRefused {
    #[error("this has changed since you read it: read it again before you decide")]
    Stale,
    #[error("say with If-Match which version you read: this command overwrites it")]
    Missing,
    #[error("this operation takes no If-Match")]
    NotTaken,
}

impl Refusal for VersionRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Stale => "version-stale",
            Self::Missing => "version-missing",
            Self::NotTaken => "version-not-taken",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Missing => StatusCode::PRECONDITION_REQUIRED,
            Self::NotTaken => StatusCode::BAD_REQUEST,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Stale => "自您读取后内容已变更：请重新读取后再决定".into(),
            Self::Missing => "该操作会覆盖现有内容，请用 If-Match 说明您读取的版本".into(),
            Self::NotTaken => "该操作不接受 If-Match".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, version: &str, expected: bool) {
        assert_eq!(Expected::of(header).admits(version), expected, "{header} against {version}");
    }

    #[test]
    fn a_version_is_admitted_by_its_own_tag_only() {
        check("\"a\"", "\"a\"", true);
        check("\"b\", \"a\"", "\"a\"", true);
        check("*", "\"a\"", true);
        check("\"b\"", "\"a\"", false);
        check("W/\"a\"", "\"a\"", false);
        check("", "\"a\"", false);
    }
}
