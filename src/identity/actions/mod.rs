//! What is done to organisations, people, sessions, keys and approvals.

mod accounts;
mod commitments;
mod content;
mod factors;
mod grants;
mod keys;
mod limits;
mod members;
mod passwords;
mod permits;
mod second_person;
mod sessions;
mod trust;
mod verified;

pub(super) use accounts::{
    EnterAccountChange, approve_account_change, enter_account_change, enter_days,
    reject_account_change, visible_organisation,
};
pub use commitments::{Commitments, commit};
pub use factors::give_second_factor;
pub(super) use factors::{
    EnterFactorReset, approve_factor_reset, begin_factor, confirm_factor, confirm_session,
    enter_factor_reset,
};
pub(super) use grants::{approve_role, enter_role, enter_user, reject_role};
pub use keys::{UsedKey, add_key, certificate_keys, drop_key, known_keys, register_keys, use_key};
pub(super) use limits::{approve_limit, reject_limit, set_limit};
pub use members::{create_organisation, create_user};
pub(super) use members::{deactivate_user, rehash, set_password};
pub(super) use passwords::{EnterPasswordReset, approve_password_reset, enter_password_reset};
pub(super) use permits::{AskPermit, approve_permit, ask_permit, reject_permit};
pub use second_person::{SecondPerson, ask_second_person, fresh_code, second_person};
pub(super) use sessions::{
    OpenSession, OpenedTimes, RenewSession, Renewed, close_session, note_failure, open_session,
    pass_failures, renew_session,
};
pub use trust::waits_for_trust;
pub(super) use trust::{
    EnterTrustedAccount, approve_trusted_account, enter_trusted_account, reject_trusted_account,
    remove_trusted_account,
};
pub use verified::plan;
