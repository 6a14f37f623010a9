//! What the audit desk may answer instead of doing what was asked.

use actix_web::http::StatusCode;

use crate::kernel::problem::{Problem, Refusal};

/// Why there is no verification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CannotVerify {
    #[error(
        "the log has {entries} entries, and a request verifies at most {limit}: run \
         `wetland-exchange verify` beside the database"
    )]
    TooLong { entries: i64, limit: i64 },
}

impl Refusal for CannotVerify {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "log-too-long",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::TooLong { .. } => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::TooLong { entries, limit } => format!(
                "审计日志共有 {entries} 条，在线验证最多 {limit} 条；请在数据库所在机器上运行 wetland-exchange verify"
            ),
        }
    }
}

/// Why there is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoProof {
    #[error(
        "entry {seq} in a log of {size}: the log has {log} entries, and an entry lies in a log that \
         is at least as long as its number"
    )]
    Inclusion { seq: i64, size: i64, log: i64 },
    #[error(
        "from {from} to {to}: the log has {log} entries, and both sizes are 1 or more, the older one \
         first"
    )]
    Consistency { from: i64, to: i64, log: i64 },
}

impl Refusal for NoProof {
    fn code(&self) -> &'static str {
        match self {
            Self::Inclusion { .. } | Self::Consistency { .. } => "no-such-proof",
        }
    }

    fn status(&self) -> StatusCode {
        StatusCode::UNPROCESSABLE_ENTITY
    }

    fn chinese(&self) -> String {
        match self {
            Self::Inclusion { seq, size, log } => format!(
                "日志现有 {log} 条；第 {seq} 条不在长度为 {size} 的日志中，无法给出包含证明"
            ),
            Self::Consistency { from, to, log } => format!(
                "日志现有 {log} 条；长度须不小于 1 且先小后大，{from} 至 {to} 无法给出一致性证明"
            ),
        }
    }
}

/// One verification runs at a time, since each reads everything.
pub(super) fn under_way() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "verification-under-way",
        "another verification is under way; ask again when it has ended",
        "另一项验证正在进行，请稍后再试",
    )
    .retry_after(10)
}
