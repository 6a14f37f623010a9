//! Accounts that money leaves for, and what one person alone may commit.

pub(super) const TABLE: &str = "
create_account_change            | finance_officer | unknown payee
list_account_changes             | finance auditor | unknown payee
create_account_change_approval   | finance_director | unknown account_change
create_account_change_rejection  | finance_director | unknown account_change
create_trusted_account           | finance_officer | unknown payee
list_trusted_accounts            | finance auditor | unknown payee
create_trusted_account_approval  | finance_director | unknown trusted_account
create_trusted_account_rejection | finance_director | unknown trusted_account
create_trusted_account_removal   | finance | unknown trusted_account
create_account_hold              | finance | unknown fee_account
list_account_holds               | finance auditor | unknown fee_account
get_account_hold                 | finance auditor | unknown account_hold
create_account_hold_lift_request | finance_officer | unknown account_hold
create_account_hold_lift         | finance_director | unknown account_hold
get_single_person_limit          | developers | -
list_single_person_limits        | developers | filtered single_person_limit
create_single_person_limit       | developers | -
create_single_person_limit_approval | developers | unknown single_person_limit
create_single_person_limit_rejection | developers | unknown single_person_limit
list_commitment_permits          | developers | filtered permit
get_commitment_permit            | developers | unknown permit
create_commitment_permit         | developers | -
create_commitment_permit_approval | developers | unknown permit
create_commitment_permit_rejection | developers | unknown permit
";
