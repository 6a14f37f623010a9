//! Who is acting, and in doing what.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, SessionId, UserId};
use crate::kernel::names::names;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::kernel::region::RegionCode;
use crate::kernel::version::Expected;

names! {
    /// What a person may do; each person has one role in one organisation.
    pub enum Role {
        /// Of the system: opens organisations and people, and enters which role each is to have.
        Administrator = "administrator",
        CentreDirector = "centre_director",
        CentreOfficer = "centre_officer",
        FinanceDirector = "finance_director",
        FinanceOfficer = "finance_officer",
        ForestryOfficer = "forestry_officer",
        TownshipOfficer = "township_officer",
        Developer = "developer",
        DeveloperDirector = "developer_director",
        Assessor = "assessor",
        BankOfficer = "bank_officer",
        InsurerOfficer = "insurer_officer",
        Auditor = "auditor",
        /// Lets roles take effect that the system administrator entered.
        SecurityAdministrator = "security_administrator",
        /// Reads the audit log, and nothing else of the county.
        AuditAdministrator = "audit_administrator",
    }
}

/// A person who has shown a valid token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub user_id: UserId,
    pub organisation_id: OrganisationId,
    pub role: Role,
    /// The seat of the organisation.
    pub region: RegionCode,
    /// `users.standing` when the token was made. Every change of role or password raises it, and
    /// the database refuses tokens with another, so that such a change acts at once.
    pub standing: i64,
    /// The login by which they act.
    pub login: Login,
}

/// A login: its session, and what was proven beyond the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    pub session: SessionId,
    pub factor: Factor,
}

/// The second factor of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Factor {
    /// The role needs none, and the person has none.
    NotNeeded,
    /// The role needs one that the person has yet to set up: until then nothing but their own
    /// account is open to them.
    Missing,
    /// The password is older than the deployment allows: until there is a new one nothing but their
    /// own account is open to them.
    PasswordOutdated,
    /// A code was given, last at that time.
    Confirmed(Time),
}

/// A caller's promise that a request which comes twice is meant once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request_hash: [u8; 32],
}

/// One command: by whom, which operation, and whether it may come twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doing {
    /// `None` is the system itself, or a stranger who logs in.
    pub actor: Option<Actor>,
    /// The operation id of the API.
    pub operation: Cow<'static, str>,
    pub once: Option<Once>,
    /// The version that the caller saw of what is acted on.
    pub expected: Option<Expected>,
}

impl Doing {
    pub fn by(actor: Actor, operation: &'static str) -> Self {
        Self { actor: Some(actor), ..Self::system(operation) }
    }

    pub fn system(operation: &'static str) -> Self {
        Self { actor: None, operation: Cow::Borrowed(operation), once: None, expected: None }
    }

    /// The person who acts; operations without one do not ask.
    pub fn actor(&self) -> Answer<&Actor> {
        self.actor.as_ref().ok_or_else(|| Failure::Refused(credentials_needed()))
    }
}

/// No token, a bad one, or one made before the person's rights changed.
pub fn credentials_needed() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::UNAUTHORIZED,
        "credentials-needed",
        "log in again: there is no token, or it is no longer valid",
        "请重新登录：缺少令牌或令牌已失效",
    )
}
