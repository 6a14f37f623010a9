//! The rows of occupations, retirements, certificates and cases.

pub(super) const TABLE: &str = "
create_occupation                | developer | -
list_occupations                 | developers forestry_officer auditor administrator | filtered occupation
get_occupation                   | developers forestry_officer auditor administrator | unknown occupation
create_occupation_document       | developer | unknown occupation
create_occupation_file           | developer | unknown occupation
list_occupation_files            | developers forestry_officer auditor administrator | unknown occupation
create_deficiency_notice         | forestry_officer | unknown occupation
create_occupation_acceptance     | forestry_officer | unknown occupation
create_occupation_extension      | forestry_officer | unknown occupation
create_occupation_grading        | forestry_officer | unknown occupation
create_national_opinion          | forestry_officer | unknown occupation
create_restoration_fee           | forestry_officer | unknown occupation
get_occupation_gate              | developers forestry_officer auditor administrator | unknown occupation
get_purchase_proposal            | developers | unknown occupation
create_occupation_order          | developer | unknown occupation
create_occupation_approval       | forestry_officer | unknown occupation
create_occupation_rejection      | forestry_officer | unknown occupation
create_occupation_withdrawal     | developer | unknown occupation
create_land_restoration          | forestry_officer | unknown occupation
create_retirement                | developers | unknown occupation
list_retirements                 | developers forestry_officer auditor administrator | filtered retirement
get_retirement                   | developers forestry_officer auditor administrator | unknown retirement
create_retirement_confirmation   | developers | unknown retirement
create_retirement_cancellation   | developers | unknown retirement
create_retirement_assignment     | developers | unknown retirement
create_assignment_confirmation   | developers | unknown retirement
create_certificate               | developers | unknown retirement
export_certificate               | developers forestry_officer auditor administrator | unknown certificate
create_certificate_freeze        | forestry_officer | unknown certificate
create_certificate_thaw          | forestry_officer | unknown certificate
get_public_certificate           | public | all
get_certificate_page             | public | all
list_certificate_keys            | public | all
get_certificate_key              | public | all
list_occupation_alarms           | forestry_officer auditor administrator | -
create_violation_case            | forestry_officer | -
list_violation_cases             | forestry_officer auditor administrator | filtered violation_case
get_violation_case               | forestry_officer auditor administrator | unknown violation_case
create_violation_decision        | forestry_officer | unknown violation_case
create_violation_closure         | forestry_officer | unknown violation_case
get_fine_range                   | public | all
create_occupation_policy         | forestry_officer | -
create_occupation_policy_approval | forestry_officer | unknown occupation_policy
get_occupation_policy            | public | all
";
