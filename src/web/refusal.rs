//! Why a request is turned away before any capability sees it. These leave no audit entry: strangers
//! must not be able to fill the chain.

use actix_web::http::StatusCode;

use crate::kernel::problem::Refusal;

/// A request that cannot be read or may not come in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Turned {
    #[error("the body is not JSON: {0}")]
    MalformedJson(String),
    #[error("this operation needs a body")]
    BodyMissing,
    #[error("this operation reads {0}")]
    OtherKindOfBody(String),
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body did not arrive within {seconds} seconds")]
    TooSlow { seconds: u64 },
    #[error("the body broke off")]
    BrokeOff,
    #[error("the body cannot be taken as it is")]
    BadValues,
    #[error("the query cannot be read: {0}")]
    BadQuery(String),
    #[error("the address holds a zero byte")]
    ZeroByte,
    #[error("this operation moves value: send an Idempotency-Key of your own with it")]
    KeyMissing,
    #[error("an Idempotency-Key has 1 to 255 visible ASCII characters")]
    KeyMalformed,
    #[error("your role may not do this")]
    NotAllowed,
    #[error("set up your second factor first: your role needs one")]
    SecondFactorNeeded,
    #[error("your password is older than 90 days: set a new one first")]
    PasswordOutdated,
    #[error("too many files are being read at the moment")]
    Busy,
}

impl Refusal for Turned {
    fn code(&self) -> &'static str {
        match self {
            Self::MalformedJson(_) => "malformed-json",
            Self::BodyMissing => "body-missing",
            Self::OtherKindOfBody(_) => "unsupported-media-type",
            Self::TooLarge { .. } => "body-too-large",
            Self::TooSlow { .. } => "body-too-slow",
            Self::BrokeOff => "body-broke-off",
            Self::BadValues => "unreadable-values",
            Self::BadQuery(_) => "bad-query",
            Self::ZeroByte => "zero-byte",
            Self::KeyMissing => "idempotency-key-missing",
            Self::KeyMalformed => "idempotency-key-malformed",
            Self::NotAllowed => "not-allowed",
            Self::SecondFactorNeeded => "second-factor-needed",
            Self::PasswordOutdated => "password-outdated",
            Self::Busy => "try-again",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::MalformedJson(_)
            | Self::BodyMissing
            | Self::BrokeOff
            | Self::BadQuery(_)
            | Self::ZeroByte
            | Self::KeyMissing
            | Self::KeyMalformed => StatusCode::BAD_REQUEST,
            Self::OtherKindOfBody(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::BadValues => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotAllowed | Self::SecondFactorNeeded | Self::PasswordOutdated => {
                StatusCode::FORBIDDEN
            }
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::MalformedJson(at) => format!("请求正文不是有效的 JSON：{at}"),
            Self::BodyMissing => "该操作需要请求正文".into(),
            Self::OtherKindOfBody(kinds) => format!("该操作只接受 {kinds}"),
            Self::TooLarge { limit } => format!("请求正文超过 {limit} 字节"),
            Self::TooSlow { seconds } => format!("请求正文未在 {seconds} 秒内到达"),
            Self::BrokeOff => "请求正文中断".into(),
            Self::BadValues => "请求正文中的内容不符合要求".into(),
            Self::BadQuery(at) => format!("查询参数无法读取：{at}"),
            Self::ZeroByte => "地址中含有空字节".into(),
            Self::KeyMissing => "该操作涉及价值转移，请附上 Idempotency-Key".into(),
            Self::KeyMalformed => "Idempotency-Key 须为 1 至 255 个可见 ASCII 字符".into(),
            Self::NotAllowed => "您的角色无权进行该操作".into(),
            Self::SecondFactorNeeded => "您的岗位须先绑定动态验证码，才能办理业务".into(),
            Self::PasswordOutdated => "您的密码已使用超过 90 天，须先修改密码，才能办理业务".into(),
            Self::Busy => "正在处理的文件过多，请稍后再试".into(),
        }
    }
}
