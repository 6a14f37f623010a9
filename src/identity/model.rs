//! Organisations, users, sessions, keys, limits and approvals as values.

mod keys;
mod limits;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::keys::*;
pub use self::limits::*;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
pub use crate::kernel::ids::SessionId;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::money::Fen;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;

id! {
    /// A refresh token.
    pub struct RefreshTokenId;
}

id! {
    /// An act that waits for a second person.
    pub struct ApprovalId;
}

id! {
    /// A change of the account to which an organisation is paid.
    pub struct AccountChangeId;
}

id! {
    /// An account on the list of those that an organisation trusts.
    pub struct TrustedAccountId;
}

id! {
    /// A day of the calendar that somebody entered.
    pub struct CalendarDayId;
}

id! {
    /// The second factor of a person.
    pub struct FactorId;
}

id! {
    /// A second factor that is to be taken back.
    pub struct FactorResetId;
}

id! {
    /// A password that a person is to be given.
    pub struct PasswordResetId;
}

id! {
    /// A role that a person is to be given.
    pub struct RoleGrantId;
}

id! {
    /// A password that a person had from a moment on.
    pub struct PasswordChangeId;
}

names! {
    /// What is asked of passwords.
    pub enum PasswordProfile {
        /// Long and hard to guess, and good until it is changed.
        Standard = "standard",
        /// As GB/T 22239 (等级保护三级) is checked: of several kinds of characters, for 90 days, and
        /// none of the last five again.
        Dengbao3 = "dengbao3",
    }
}

names! {
    /// What became of a role that was entered for a person.
    pub enum RoleGrantState {
        Entered = "entered",
        Approved = "approved",
        Rejected = "rejected",
        /// Another was entered in its place.
        Replaced = "replaced",
    }
}

names! {
    /// What became of a change of account.
    pub enum AccountChangeState {
        Entered = "entered",
        Approved = "approved",
        Rejected = "rejected",
    }
}

names! {
    /// How far an account is on its way to the list of trusted ones, and off it.
    pub enum TrustedAccountState {
        Entered = "entered",
        /// On the list; it acts from its day on.
        Approved = "approved",
        Rejected = "rejected",
        Removed = "removed",
    }
}

names! {
    /// What an organisation is; it decides which roles its people may have.
    pub enum OrganisationKind {
        /// Runs the service itself; its people are the three kinds of administrators.
        Operator = "operator",
        OperationsCentre = "operations_centre",
        FinanceBureau = "finance_bureau",
        ForestryBureau = "forestry_bureau",
        Township = "township",
        Developer = "developer",
        Assessor = "assessor",
        Bank = "bank",
        Insurer = "insurer",
        Auditor = "auditor",
    }
}

/// An organisation: everybody who acts does so for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    pub id: OrganisationId,
    /// A short name for files and people.
    #[schema(example = "DEV01")]
    pub code: String,
    pub kind: OrganisationKind,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    pub name: String,
    /// Its seat.
    pub region: RegionCode,
    /// Unified social credit code (GB 32100).
    #[schema(example = "91360124DEM001017Y")]
    pub uscc: Option<String>,
    #[schema(example = "1502999909000000101")]
    pub bank_account: Option<String>,
    #[schema(example = "赣鄱示例银行进贤支行")]
    pub bank_name: Option<String>,
    /// An organisation with an interest in this one, or in which it has one (R29, R48).
    pub related_to: Option<OrganisationId>,
    /// How much one person alone commits. Never shown with the rest, since others would learn from
    /// it what the organisation can be made to pay.
    #[serde(skip)]
    pub single_person_limit: Option<Fen>,
}

/// An organisation as those who deal with it know it: no account, no limit, no interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Participant {
    pub id: OrganisationId,
    #[schema(example = "BNK02")]
    pub code: String,
    pub kind: OrganisationKind,
    #[schema(example = "赣鄱示例银行进贤支行")]
    pub name: String,
    /// Its seat.
    pub region: RegionCode,
}

impl From<Organisation> for Participant {
    fn from(it: Organisation) -> Self {
        Self { id: it.id, code: it.code, kind: it.kind, name: it.name, region: it.region }
    }
}

/// A person with a login; the password is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    pub id: UserId,
    #[schema(example = "liang.wenbo")]
    pub username: String,
    #[schema(example = "梁文博")]
    pub display_name: String,
    pub organisation_id: OrganisationId,
    pub role: Role,
    /// Raised by every change of role or password and by the end of the account.
    pub standing: i64,
    /// Whether the person may log in.
    pub active: bool,
}

/// A person of an assessing institution, as a centre that looks for experts knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assessor {
    pub id: UserId,
    #[schema(example = "裴若兰")]
    pub display_name: String,
    pub organisation_id: OrganisationId,
    #[schema(example = "赣鄱示例湿地评估有限公司")]
    pub organisation_name: String,
}

/// A bank account with the bank that keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    pub number: String,
    pub bank_name: String,
}

/// Takes an organisation in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOrganisation {
    pub id: OrganisationId,
    pub code: String,
    pub kind: OrganisationKind,
    pub name: String,
    pub region: RegionCode,
    pub uscc: Option<String>,
    pub bank: Option<BankAccount>,
    pub related_to: Option<OrganisationId>,
}

/// Gives a person a login; the password was hashed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateUser {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub organisation_id: OrganisationId,
    pub role: Role,
    pub password_hash: String,
}

names! {
    /// What ended a session.
    pub enum SessionEnd {
        Logout = "logout",
        /// A refresh token came back after its use: two people hold it.
        Reuse = "reuse",
    }
}

/// A session as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// The user's standing when it began; with another the session is over.
    pub standing: i64,
    pub opened_at: Time,
    pub ended: Option<(Time, SessionEnd)>,
}

/// A refresh token as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptRefreshToken {
    pub id: RefreshTokenId,
    pub session_id: SessionId,
    pub expires_at: Time,
    pub used_at: Option<Time>,
}

/// What a login looks up: the person under that name, if there is one, and when it may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoginLookup {
    pub person: Option<KnownPerson>,
    pub retry_at: Option<Time>,
}

/// An active person with the hash of their password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownPerson {
    pub actor: Actor,
    pub password_hash: String,
    pub factor: Option<KeptFactor>,
}

/// A second factor as the database has it, with its secret sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptFactor {
    pub id: FactorId,
    pub sealed_secret: String,
    pub begun_at: Time,
    pub confirmed_at: Option<Time>,
    /// The last step of time whose code was used.
    pub last_step: Option<i64>,
}

/// A code that was compared with the secret of that factor, and the step of time that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UsedCode {
    pub factor: KeptFactor,
    pub step: i64,
    /// The step of time in which it was compared.
    pub now_step: i64,
}

/// Failed logins under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoginFailures {
    /// In a row, with no quiet time and no success between.
    pub failures: i64,
    /// Not yet in the audit log.
    pub unrecorded: i64,
    pub failed_at: Time,
    pub retry_at: Time,
    /// When the audit log last heard of it.
    pub recorded_at: Option<Time>,
}

/// An act that waits for a second person, or had one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Approval {
    pub id: ApprovalId,
    /// What it is about, as `kind:id`.
    pub subject: String,
    /// SHA-256 of the exact content, in hex.
    pub content_hash: String,
    pub initiator: UserId,
    pub initiator_roles: Vec<Role>,
    pub approver_roles: Vec<Role>,
    pub asked_at: Time,
    pub expires_at: Time,
    /// Who approved it and when.
    pub approved: Option<(UserId, Time)>,
}

/// The two people behind an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approved {
    pub initiator: UserId,
    pub approver: UserId,
}
