//! What identity refuses, as problems.

use actix_web::http::StatusCode;

use super::model::OrganisationKind;
use super::rules::{
    AccountRefused, FactorRefused, KeyRefused, LimitRefused, LoginRefused, MemberRefused, NotAUscc,
    PermitRefused, SecondPersonRefused,
};
use crate::kernel::problem::{Failure, Problem, Refusal};

impl Refusal for AccountRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Member(refusal) => refusal.code(),
            Self::SameAccount => "account-is-registered",
            Self::ChangedMeanwhile => "account-changed-meanwhile",
            Self::Decided => "account-change-decided",
            Self::NotRegistered { .. } => "account-not-registered",
            Self::OnList => "account-on-list",
            Self::NotOnList => "account-not-on-list",
            Self::TrustDecided => "trust-decided",
            Self::DayOutOfRange => "day-out-of-range",
            Self::DayCount { .. } => "day-count",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Member(refusal) => refusal.status(),
            Self::ChangedMeanwhile
            | Self::Decided
            | Self::NotRegistered { .. }
            | Self::OnList
            | Self::NotOnList
            | Self::TrustDecided => StatusCode::CONFLICT,
            Self::SameAccount | Self::DayOutOfRange | Self::DayCount { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Member(refusal) => refusal.chinese(),
            Self::SameAccount => "该账户即为现登记账户".into(),
            Self::ChangedMeanwhile => "登记账户在申请后已变更，请重新申请".into(),
            Self::Decided => "该变更此前已有决定".into(),
            Self::NotRegistered { number } => format!("{number} 不是登记账户"),
            Self::OnList => "该账户已在受信账户名单中，或正待审批".into(),
            Self::NotOnList => "该账户不在受信账户名单中".into(),
            Self::TrustDecided => "该账户加入名单的申请此前已有决定".into(),
            Self::DayOutOfRange => "日期应在 2000 年至 2100 年之间".into(),
            Self::DayCount { most } => format!("一次应登记 1 至 {most} 天，同一天只登记一次"),
        }
    }
}

impl Refusal for FactorRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "wrong-code",
            Self::Present => "second-factor-present",
            Self::Absent => "no-second-factor",
            Self::Own => "own-second-factor",
            Self::Approved => "second-factor-reset-approved",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::WrongCode => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Present | Self::Absent | Self::Approved => StatusCode::CONFLICT,
            Self::Own => StatusCode::FORBIDDEN,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::WrongCode => "动态验证码错误、已使用过或已过期，请用下一个验证码再试".into(),
            Self::Present => "已绑定动态验证码；只能由另外两人办理解除".into(),
            Self::Absent => "没有可用的动态验证码，请先绑定".into(),
            Self::Own => "任何人不得解除自己的动态验证码".into(),
            Self::Approved => "该解除申请此前已批准".into(),
        }
    }
}

/// For the operator at the machine.
impl Refusal for KeyRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NextPresent { .. } => "next-key-present",
            Self::NoNext(_) => "no-next-key",
            Self::Overlap { .. } => "previous-key-accepted",
            Self::NothingToDrop(_) => "no-key-to-drop",
            Self::TokensRun { .. } | Self::Sealed { .. } => "key-still-needed",
        }
    }

    fn status(&self) -> StatusCode {
        StatusCode::CONFLICT
    }

    fn chinese(&self) -> String {
        match self {
            Self::NextPresent { purpose, key_id } => format!("{purpose} 已有待启用的密钥 {key_id}"),
            Self::NoNext(purpose) => format!("{purpose} 没有待启用的密钥，请先 keys add {purpose}"),
            Self::Overlap { purpose, key_id } => {
                format!("{purpose} 的上一密钥 {key_id} 仍有效，请先 keys drop {purpose}")
            }
            Self::NothingToDrop(purpose) => format!("{purpose} 只有一个在用的密钥，无可停用"),
            Self::TokensRun { key_id, until } => {
                format!("密钥 {key_id} 签发的令牌在 {until} 之前仍有效")
            }
            Self::Sealed { key_id, count } => format!(
                "仍有 {count} 个动态验证码由密钥 {key_id} 加密，请先 keys use tokens 重新加密"
            ),
        }
    }
}

impl Refusal for MemberRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Code(_) => "not-an-organisation-code",
            Self::Name => "not-a-name",
            Self::Username => "not-a-username",
            Self::Uscc(_) => "not-a-uscc",
            Self::UsccMissing(_) => "uscc-missing",
            Self::Seat { .. } => "wrong-seat",
            Self::BankAccount => "not-a-bank-account",
            Self::CodeTaken => "organisation-code-taken",
            Self::UsccTaken => "uscc-taken",
            Self::OfficeTaken(_) => "office-taken",
            Self::UsernameTaken => "username-taken",
            Self::OrganisationUnknown => "organisation-unknown",
            Self::RoleNotInKind { .. } => "role-not-in-kind",
            Self::Oneself => "own-account",
            Self::Inactive => "account-ended",
            Self::SameRole => "same-role",
            Self::Separate => "separate-roles",
            Self::OtherRole(_) => "person-has-another-role",
            Self::GrantStale => "grant-stale",
            Self::GrantDecided => "grant-decided",
            Self::PasswordLength => "password-length",
            Self::PasswordWeak => "password-weak",
            Self::PasswordSame => "password-same",
            Self::PasswordSimple => "password-simple",
            Self::PasswordReused => "password-reused",
            Self::PasswordOwn => "own-password",
            Self::PasswordResetApproved => "password-reset-approved",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::CodeTaken
            | Self::UsccTaken
            | Self::OfficeTaken(_)
            | Self::UsernameTaken
            | Self::Inactive
            | Self::SameRole
            | Self::OtherRole(_)
            | Self::GrantStale
            | Self::GrantDecided
            | Self::PasswordResetApproved => StatusCode::CONFLICT,
            Self::Oneself | Self::Separate | Self::PasswordOwn => StatusCode::FORBIDDEN,
            Self::Code(_)
            | Self::Name
            | Self::Username
            | Self::Uscc(_)
            | Self::UsccMissing(_)
            | Self::Seat { .. }
            | Self::BankAccount
            | Self::OrganisationUnknown
            | Self::RoleNotInKind { .. }
            | Self::PasswordLength
            | Self::PasswordWeak
            | Self::PasswordSame
            | Self::PasswordSimple
            | Self::PasswordReused => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Code(code) => format!("机构代号须为 2 至 20 位大写字母或数字，不能是“{code}”"),
            Self::Name => "名称须为一行 1 至 100 个字符".into(),
            Self::Username => {
                "用户名须为 3 至 40 位小写字母、数字、点、连字符或下划线，且以字母开头".into()
            }
            Self::Uscc(fault) => chinese_of_uscc(fault),
            Self::UsccMissing(kind) => format!("{}须填统一社会信用代码", chinese_kind(*kind)),
            Self::Seat { kind, region } => {
                format!("{}的所在地不能是区划 {region}", chinese_kind(*kind))
            }
            Self::BankAccount => "银行账号须为 8 至 32 位数字，并填开户银行名称".into(),
            Self::CodeTaken => "该机构代号已存在".into(),
            Self::UsccTaken => "该统一社会信用代码的机构已存在".into(),
            Self::OfficeTaken(kind) => format!("该区划已有{}", chinese_kind(*kind)),
            Self::UsernameTaken => "该用户名已被使用".into(),
            Self::OrganisationUnknown => "所指的机构不存在".into(),
            Self::RoleNotInKind { role, kind } => {
                format!("{}没有角色 {role}", chinese_kind(*kind))
            }
            Self::Oneself => "任何人不得变更自己的角色或停用自己的账号".into(),
            Self::Inactive => "该账号已停用".into(),
            Self::SameRole => "该人员已是此角色".into(),
            Self::Separate => "系统管理员、安全管理员、审计管理员须由三人分别担任，不得互换".into(),
            Self::OtherRole(role) => format!(
                "同名人员已担任角色 {role}；管理员不得兼任其他角色。如确系不同的人，请在姓名中加以区分"
            ),
            Self::GrantStale => "该人员在录入后已有变化，请重新录入".into(),
            Self::GrantDecided => "该授权此前已有决定，或已被新的录入取代".into(),
            Self::PasswordLength => "密码须为 12 至 128 个字符".into(),
            Self::PasswordWeak => {
                "该密码容易被猜到：请勿使用用户名、常见词语、重复或连续的字符".into()
            }
            Self::PasswordSame => "新密码不能与原密码相同".into(),
            Self::PasswordSimple => "密码须含小写字母、大写字母、数字、其他字符中的三类".into(),
            Self::PasswordReused => "新密码不能与最近五次使用过的密码相同".into(),
            Self::PasswordOwn => "本人的密码请凭现密码自行修改，不得重置".into(),
            Self::PasswordResetApproved => "该密码重置此前已批准".into(),
        }
    }
}

fn chinese_of_uscc(fault: &NotAUscc) -> String {
    match fault {
        NotAUscc::Length(length) => format!("统一社会信用代码应为 18 位，现为 {length} 位"),
        NotAUscc::Character(character) => format!("统一社会信用代码中没有字符“{character}”"),
        NotAUscc::Region => "统一社会信用代码第 3 至 8 位应为行政区划数字".into(),
        NotAUscc::OrganisationCode => {
            "统一社会信用代码第 9 至 17 位的主体标识码校验不符（GB 11714）".into()
        }
        NotAUscc::CheckCharacter => "统一社会信用代码第 18 位校验码不符（GB 32100）".into(),
    }
}

fn chinese_kind(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Operator => "平台运营方",
        OrganisationKind::OperationsCentre => "湿地资源运营中心",
        OrganisationKind::FinanceBureau => "财政局",
        OrganisationKind::ForestryBureau => "林业局",
        OrganisationKind::Township => "乡镇",
        OrganisationKind::Developer => "建设单位",
        OrganisationKind::Assessor => "评估机构",
        OrganisationKind::Bank => "银行",
        OrganisationKind::Insurer => "保险机构",
        OrganisationKind::Auditor => "审计机构",
    }
}

impl Refusal for SecondPersonRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::InitiatorRole(_) => "initiator-role",
            Self::SamePerson => "same-person",
            Self::ApproverRole(_) => "approver-role",
            Self::InitiatorGone => "initiator-gone",
            Self::ContentChanged => "approval-content-changed",
            Self::Used => "approval-used",
            Self::Expired => "approval-expired",
            Self::FreshCodeNeeded => "fresh-code-needed",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::InitiatorRole(_)
            | Self::SamePerson
            | Self::ApproverRole(_)
            | Self::FreshCodeNeeded => StatusCode::FORBIDDEN,
            Self::InitiatorGone | Self::ContentChanged | Self::Used | Self::Expired => {
                StatusCode::CONFLICT
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::InitiatorRole(role) => format!("角色 {role} 不能发起须经第二人审批的此事项"),
            Self::SamePerson => "发起人不能审批自己发起的事项，须由第二人审批".into(),
            Self::ApproverRole(role) => format!("角色 {role} 不能审批此事项"),
            Self::InitiatorGone => "发起人已不再具有发起此事项的角色".into(),
            Self::ContentChanged => "审批内容与发起时的内容不完全一致".into(),
            Self::Used => "该审批已被使用".into(),
            Self::Expired => "该审批已超过 7 天，请重新发起".into(),
            Self::FreshCodeNeeded => {
                "请先输入动态验证码：审批须在 5 分钟内核验过一次动态验证码".into()
            }
        }
    }
}

impl Refusal for LimitRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Same => "same-limit",
            Self::Decided => "limit-decided",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Same | Self::Decided => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Same => "现行限额即为此数".into(),
            Self::Decided => "该限额此前已有决定，或已被新的设定取代".into(),
        }
    }
}

impl Refusal for PermitRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Needed { .. } => "permit-needed",
            Self::Nothing => "permit-for-nothing",
            Self::SubjectOdd => "permit-subject-odd",
            Self::TooMany => "too-many-permits",
            Self::Decided => "permit-decided",
            Self::Expired => "permit-expired",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Needed { .. } | Self::TooMany | Self::Decided | Self::Expired => {
                StatusCode::CONFLICT
            }
            Self::Nothing | Self::SubjectOdd => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Needed { amount, limit } => format!(
                "本次涉及 {amount} 元，超过本单位单人办理限额 {limit} 元：请先申请超限许可，由本单位另一人批准后，在 24 小时内重新办理"
            ),
            Self::Nothing => "许可金额须不少于 0.01 元".into(),
            Self::SubjectOdd => "指明对象的许可须同时指明办理种类；买单没有可指明的对象".into(),
            Self::TooMany => "本单位待批准或可使用的许可已达 100 份".into(),
            Self::Decided => "该许可此前已驳回或已使用".into(),
            Self::Expired => "该许可申请已过期，请重新申请".into(),
        }
    }
}

/// Not by [`Refusal`]: who comes too soon is also told when to come back.
impl From<LoginRefused> for Failure {
    fn from(refused: LoginRefused) -> Self {
        let english = refused.to_string();
        Self::Refused(match refused {
            LoginRefused::WrongCredentials => Problem::new(
                StatusCode::UNAUTHORIZED,
                "wrong-credentials",
                &english,
                "用户名、密码或动态验证码错误",
            ),
            LoginRefused::TooSoon { retry_after_s } => Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-failed-logins",
                &english,
                &format!("该用户名登录失败次数过多，请在 {retry_after_s} 秒后再试"),
            )
            .retry_after(retry_after_s),
        })
    }
}
