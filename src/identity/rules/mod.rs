//! Decisions about people: values in, decision or refusal out.

mod accounts;
mod factors;
mod grants;
mod keys;
mod limits;
mod members;
mod passwords;
mod second_person;
mod sessions;
mod trust;
mod uscc;

pub(super) use accounts::{AccountRefused, check_change, check_day, decide, trusted_from};
pub use factors::needs_factor;
pub(super) use factors::{FactorRefused, factor_of, is_fresh, take_back, use_step};
pub(super) use grants::{check_waits, enter_role, give_role, keep_apart};
pub(super) use keys::{KeyRefused, add_key, drop_key, lives, to_drop, use_key};
pub(super) use limits::{
    LimitNeeds, LimitRefused, PermitRefused, admit, ask_permit, check_limit_waits,
    check_permit_open, check_permit_waits, permit_ends_at, set_limit,
};
pub use members::roles_of;
pub(super) use members::{
    MemberRefused, change_password, check_name, check_organisation, check_password, check_role,
    check_username, deactivate,
};
pub(super) use passwords::{PASSWORDS_KEPT, aged, check_profile, reset_password};
pub(super) use second_person::{Person, SecondPersonRefused, approve, expiry_of};
pub(super) use sessions::{
    LoginRefused, Renewal, after_failure, check_pace, is_recorded_now, quiet_before,
    refresh_expiry, renewal, session_ends_at,
};
pub(super) use trust::{acts_from, check_addition, decide_addition, remove, waits_until};
pub(super) use uscc::NotAUscc;
