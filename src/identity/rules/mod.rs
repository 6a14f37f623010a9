//! Decisions about people: values in, decision or refusal out.

mod members;
mod second_person;
mod sessions;
mod uscc;

pub use members::{
    MemberRefused, change_password, change_role, check_name, check_organisation, check_password,
    check_role, check_username, deactivate, roles_of,
};
pub use second_person::{Person, SecondPersonRefused, approve, content_hash, expiry_of};
pub use sessions::{
    LoginRefused, Renewal, after_failure, check_pace, is_recorded_now, quiet_before,
    refresh_expiry, renewal,
};
pub use uscc::NotAUscc;
