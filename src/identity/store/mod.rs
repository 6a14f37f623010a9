//! Every SQL statement of identity.

mod accounts;
mod approvals;
mod factors;
mod grants;
mod keys;
mod limits;
mod members;
mod passwords;
mod sessions;
mod trust;

pub(crate) use accounts::AccountChangeRow;
pub(super) use accounts::{
    account_change, account_changes, calendar_days, insert_account_change, save_calendar_days,
    update_account_change,
};
pub use accounts::{account_waits_until, calendar};
pub(super) use approvals::{approval, insert_approval, mark_approved, person};
pub(super) use factors::{
    FactorResetRow, FactorRow, factor, factor_reset, factor_resets, factor_row,
    factors_sealed_otherwise, insert_factor, insert_factor_reset, seal_factors_anew,
    sealed_otherwise, update_factor, update_factor_reset,
};
pub(crate) use grants::{RoleGrantRow, RoleGrants};
pub(super) use grants::{
    insert_role_grant, role_grant, role_grants, roles_of_namesakes, update_role_grant,
    waiting_role_grant,
};
pub(super) use keys::{first_keys, insert_first_key, insert_key_step, key_steps};
pub(crate) use limits::{CommitmentPermitRow, SinglePersonLimitRow};
pub(super) use limits::{
    count_open_permits, insert_limit, insert_permit, permit, permits, single_person_limit,
    single_person_limits, update_limit, update_permit, usable_permits, waiting_limit,
};
pub(super) use members::{
    Organisations, assessor_list, find_organisation, insert_newcomer, insert_organisation,
    insert_user, organisation_list, update_bank_account, update_single_person_limit, update_user,
    user_list,
};
pub use members::{
    find_user, organisation, organisation_by_code, organisation_in_region, organisations,
};
pub(super) use passwords::{
    PasswordResetRow, insert_password, insert_password_reset, last_passwords, password_reset,
    password_resets, password_set_at, update_password_reset,
};
pub(super) use sessions::{
    KnownSession, clear_failures, find_session, find_token, forget_quiet_failures,
    insert_refresh_token, insert_session, login_failures, login_lookup, mark_ended, mark_used,
    save_failures, session, session_by_token,
};
pub(crate) use trust::TrustedAccountRow;
pub(super) use trust::{
    insert_trusted_account, standing_accounts, trust_acts_from, trusted_account, trusted_accounts,
    update_trusted_account,
};
