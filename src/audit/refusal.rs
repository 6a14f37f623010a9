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
