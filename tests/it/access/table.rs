//! The table, written by hand: one row per operation.

mod auctions;
mod occupation;
mod pledged;
mod replaced;
mod trusted;

use std::str::FromStr;

use wetland_exchange::kernel::actor::Role;

/// Operation | who may call it | what somebody of the right role but of another organisation,
/// county or township gets. `centre`, `finance` and `developers` are both roles of each.
///
/// - `-`: there is no object of somebody's in it, or its callers look into all.
/// - `all`: whoever may call it may see it, whosesoever it is.
/// - `unknown THING`: the answer of an id that nobody knows.
/// - `filtered THING`: a list without it.
///
/// From its approval on a project is known to the other townships of its county too.
const TABLE: &str = "
create_account_opening_approval  | finance_director | unknown opening
list_account_openings            | finance auditor | unknown fee_account
get_audit_checkpoint             | public | all
get_audit_checkpoint_note        | public | all
list_audit_checkpoints           | public | all
get_inclusion_proof              | public | all
get_consistency_proof            | public | all
list_calendar_days               | everyone | -
create_calendar_days             | administrator | -
create_correction                | finance_officer | -
list_corrections                 | finance auditor | unknown fee_account
get_correction                   | finance auditor | unknown correction
create_correction_approval       | finance_director | unknown correction
create_correction_rejection      | finance_director | unknown correction
list_deposits                    | finance auditor | unknown fee_account
list_due_shares                  | finance auditor | unknown fee_account
create_payout_batch              | finance_officer | unknown fee_account
list_payout_batches              | finance auditor | unknown fee_account
get_payout_batch                 | finance auditor | unknown payout_batch
create_payout_batch_approval     | finance_director | unknown payout_batch
create_payout_batch_rejection    | finance_director | unknown payout_batch
create_payout_batch_cancellation | finance_officer | unknown payout_batch
get_payment_order                | finance auditor | unknown payout_batch
get_payment_table                | finance auditor | unknown payout_batch
get_payout_payment_order         | finance auditor | unknown payout
get_payout_payment_table         | finance auditor | unknown payout
create_payment_template          | finance_officer | unknown fee_account
list_payment_templates           | finance auditor | unknown fee_account
create_payout_return             | finance_officer | unknown payout
create_return_payout             | finance_officer | unknown line
list_receivables                 | finance auditor | unknown fee_account
create_receivable_payment        | finance_officer | unknown fee_account
list_receivable_payments         | finance auditor | unknown fee_account
create_spending                  | township_officer centre finance_officer | -
list_spendings                   | township_officer centre finance auditor | filtered spending
create_spending_approval         | centre | unknown spending
create_spending_rejection        | centre | unknown spending
list_spending_balances           | township_officer centre finance auditor | -
get_profit_statement             | township_officer centre finance auditor | unknown project
list_audit_entries               | auditor audit_administrator | -
get_audit_entry                  | auditor audit_administrator | -
export_audit_entries             | auditor audit_administrator | -
create_verification              | auditor audit_administrator | -
list_batches                     | public | all
get_batch                        | public | all
create_release                   | centre_director | unknown batch
list_cash_balances               | developers | filtered fee_account
list_certification_applications  | township_officer centre forestry_officer auditor administrator | filtered application
create_certification_application | centre_officer | unknown project
get_certification_gate           | township_officer centre forestry_officer auditor administrator | unknown project
get_application_gate             | township_officer centre forestry_officer auditor administrator | unknown application
get_certification_application    | township_officer centre forestry_officer auditor administrator | unknown application
create_certification             | centre | unknown application
create_rejection                 | centre | unknown application
create_county_boundary           | administrator | -
list_fee_accounts                | administrator centre finance township_officer developers auditor | all
create_fee_account               | administrator | -
get_fee_account_balances         | finance auditor | unknown fee_account
create_account_opening           | finance_officer | unknown fee_account
create_share_payout              | finance_officer | unknown fee_account
get_reconciliation               | finance auditor | unknown fee_account
list_period_closes               | finance auditor | unknown fee_account
get_period_close                 | finance auditor | -
get_period_close_check           | finance auditor | unknown fee_account
create_period_close              | finance_officer | unknown fee_account
create_period_close_approval     | finance_director | -
get_period_statement             | finance auditor | unknown fee_account
export_period_statement          | finance auditor | unknown fee_account
export_vouchers                  | finance auditor | unknown fee_account
export_books                     | finance auditor | unknown fee_account
get_fee_account_trial_balance    | finance auditor | unknown fee_account
create_statement_check           | finance | unknown fee_account
list_statement_exceptions        | finance auditor | unknown fee_account
list_statement_lines             | finance auditor | unknown fee_account
list_statements                  | finance auditor | unknown fee_account
create_statement                 | finance | unknown fee_account
list_fee_schedules               | public | all
create_fee_schedule              | finance | -
create_fee_schedule_approval     | finance | unknown schedule
list_holdings                    | township_officer developers | filtered batch
get_inventory_totals             | public | all
list_published_tables            | public | all
create_published_table           | administrator forestry_officer | -
get_published_table              | public | all
export_published_table           | public | all
export_published_deviations      | public | all
list_wetland_targets             | public | all
create_wetland_target            | administrator forestry_officer | -
get_wetland_target               | public | all
list_important_wetland_candidates | administrator centre forestry_officer auditor | -
create_list_decision             | forestry_officer | unknown parcel
list_list_decisions              | administrator centre forestry_officer township_officer auditor | unknown parcel
create_wetland_list              | forestry_officer | -
list_wetland_lists               | public | all
get_wetland_list                 | public | all
export_wetland_list              | public | all
create_wetland_marker            | forestry_officer | unknown parcel
list_wetland_markers             | public | all
get_public_map                   | public | all
get_public_tile                  | public | all
get_public_parcel                | public | all
get_map                          | administrator centre forestry_officer auditor | -
get_tile                         | administrator centre forestry_officer auditor | -
get_region_balance               | public | all
export_region_balance            | public | all
export_parcels                   | administrator centre forestry_officer township_officer auditor | filtered parcel
get_ogc_landing_page             | public | -
get_ogc_conformance              | public | -
list_ogc_collections             | public | all
get_ogc_collection               | public | all
list_ogc_items                   | public | all
get_ogc_item                     | public | all
get_balance                      | auditor administrator | -
list_entries                     | auditor administrator | -
list_lots                        | auditor administrator | -
get_trial_balance                | auditor administrator | -
create_land_answer               | administrator centre forestry_officer auditor | -
list_layer_versions              | administrator centre forestry_officer township_officer auditor | filtered layer_version
create_layer_version             | centre forestry_officer | -
get_layer_version                | administrator centre forestry_officer township_officer auditor | unknown layer_version
create_layer_approval            | centre_director forestry_officer | unknown layer_version
create_layer_argument            | centre forestry_officer | unknown layer_version
list_layer_comments              | administrator centre forestry_officer township_officer auditor | unknown layer_version
create_layer_comment             | centre forestry_officer | unknown layer_version
get_layer_comparison             | administrator centre forestry_officer auditor | unknown layer_version
create_layer_consultation        | centre forestry_officer | unknown layer_version
list_layer_features              | administrator centre forestry_officer township_officer auditor | unknown layer_version
create_layer_file_report         | centre forestry_officer | unknown layer_version
create_layer_file                | centre forestry_officer | unknown layer_version
list_listings                    | public | all
create_order                     | developer | -
list_orders                      | developers auditor | filtered order
get_order                        | developers auditor | unknown order
create_order_cancellation        | developer | unknown order
get_order_quote                  | developers | -
list_demand                      | public | all
list_demand_days                 | public | all
create_price_band                | finance | -
create_price_band_approval       | finance | unknown price_band
get_price_band                   | public | all
list_price_band_changes          | finance | filtered price_band
create_listing                   | township_officer | unknown batch
get_listing                      | public | all
create_purchase                  | developer | all
create_withdrawal                | township_officer | unknown listing
get_me                           | everyone | -
create_own_password              | everyone | -
get_second_factor                | everyone | -
create_second_factor             | everyone | -
create_second_factor_confirmation | everyone | -
create_fresh_code                | everyone | -
create_second_factor_reset       | administrator | -
list_second_factor_resets        | administrator security_administrator auditor | -
create_second_factor_reset_approval | security_administrator | -
create_password_reset            | administrator | -
list_password_resets             | administrator security_administrator auditor | -
create_password_reset_approval   | security_administrator | -
list_public_keys                 | public | all
list_organisations               | everyone | filtered organisation
create_organisation              | administrator | -
get_organisation                 | everyone | unknown organisation
list_participants                | township_officer developers centre | -
list_assessors                   | centre | -
create_parcel_import_report      | centre | -
list_parcel_imports              | administrator centre forestry_officer auditor | filtered import
create_parcel_import             | centre | -
get_parcel_import                | administrator centre forestry_officer auditor | unknown import
list_parcels                     | administrator centre forestry_officer township_officer auditor | filtered parcel
get_parcel                       | administrator centre forestry_officer township_officer auditor | unknown parcel
get_parcel_land_answer           | administrator centre forestry_officer township_officer auditor | unknown parcel
create_land_survey               | centre | unknown parcel
create_land_correction           | centre | unknown parcel
list_parcel_changes              | administrator centre forestry_officer township_officer auditor | unknown parcel
create_monitoring_correction     | centre forestry_officer | unknown parcel
create_parcel_withdrawal         | centre | unknown parcel
create_monitoring_update         | centre forestry_officer | unknown parcel
list_payment_notices             | developers finance auditor | filtered notice
create_payment_notice            | developer finance_officer | -
get_payment_notice               | developers finance auditor | unknown notice
list_payouts                     | developers township_officer centre finance auditor | filtered payout
get_payout                       | developers township_officer centre finance auditor | unknown payout
create_payout_approval           | finance | unknown payout
create_payout_cancellation       | finance_officer | unknown payout
create_payout_rejection          | finance_director | unknown payout
list_projects                    | township_officer centre forestry_officer finance auditor administrator | filtered approved_project
create_project                   | township_officer | -
get_project                      | township_officer centre forestry_officer finance auditor administrator | unknown approved_project
create_acceptance                | centre_officer | unknown project
create_project_approval          | centre_director | unknown project
create_closure                   | centre_officer | unknown project
create_completion                | township_officer | unknown project
create_construction              | township_officer | unknown project
create_monitoring                | centre_officer | unknown project
create_monitoring_plan           | township_officer centre_officer | unknown project
create_scheme_review             | centre_officer | unknown project
list_project_land_answers        | township_officer centre forestry_officer auditor administrator | unknown approved_project
create_project_withdrawal        | township_officer centre_officer | unknown project
create_zone_approval             | township_officer centre_officer | unknown project
list_public_batches              | public | all
list_public_retirements          | public | all
export_public_retirements        | public | all
list_public_trades               | public | all
export_public_trades             | public | all
get_price_index                  | public | all
export_price_index               | public | all
list_refund_requests             | developers finance auditor | filtered refund
create_refund_request            | developer | -
create_refund_payout             | finance_officer | unknown refund
list_regions                     | public | all
create_regions                   | administrator | -
create_session                   | public | -
create_logout                    | everyone | -
create_session_renewal           | public | -
list_share_balances              | township_officer centre finance | filtered fee_account
create_statement_assignment      | finance_officer | unknown line
get_statement_exception          | finance auditor | unknown exception
create_exception_owner           | finance | unknown exception
create_exception_note            | finance | unknown exception
list_exception_proposals         | finance | unknown exception
get_statement                    | finance auditor | unknown statement
create_statement_cancellation    | finance | unknown statement
list_reconciliation_items        | finance auditor | unknown fee_account
export_reconciliation_items      | finance auditor | unknown fee_account
create_statement_preview         | finance | unknown fee_account
create_statement_mapping         | finance | -
list_statement_mappings          | finance | filtered mapping
get_statement_mapping            | finance | unknown mapping
list_public_notices              | public | all
get_public_notice                | public | all
create_notice_correction         | centre | unknown public_notice
create_objection                 | public | all
get_objection_receipt            | public | all
list_objections                  | township_officer centre | filtered objection
get_objection                    | township_officer centre | unknown objection
create_objection_reply           | township_officer | unknown objection
create_objection_acceptance      | centre | unknown objection
create_objection_refusal         | centre | unknown objection
create_objection_dismissal       | centre_director | unknown objection
create_objection_upholding       | centre_director | unknown objection
create_expert                    | centre | -
list_experts                     | centre assessor auditor | filtered expert
get_expert                       | centre assessor auditor | unknown expert
create_expert_standing           | centre_director | unknown expert
create_expert_review             | centre | unknown expert
list_expert_reviews              | centre assessor auditor | unknown expert
create_expert_recusal            | centre assessor | unknown expert
list_expert_draws                | public | all
get_expert_draw                  | public | all
get_draw_repetition              | public | all
create_draw_announcement         | forestry_officer finance auditor | unknown draw
create_draw_reveal               | forestry_officer finance auditor | unknown draw
create_panel_replacement         | centre | unknown draw
create_panel_vote                | assessor | -
create_scheme_notice             | centre | unknown project
create_result_notice             | centre | unknown project
create_project_draw              | centre | unknown project
create_monitoring_report         | township_officer | unknown project
create_application_draw          | centre | unknown application
list_freezes                     | township_officer centre forestry_officer auditor | filtered freeze
get_freeze                       | township_officer centre forestry_officer auditor | unknown freeze
create_thaw_request              | centre | unknown freeze
create_thaw                      | centre_director | unknown thaw_request
create_loss                      | centre forestry_officer | unknown project
list_losses                      | township_officer centre forestry_officer auditor | unknown approved_project
get_loss                         | township_officer centre forestry_officer auditor | unknown loss
create_loss_approval             | centre_director | unknown loss
create_buffer_return             | centre_director | unknown batch
get_document_content             | administrator centre forestry_officer township_officer developers assessor auditor | unknown document
create_project_document          | township_officer centre | unknown project
list_project_documents           | township_officer centre forestry_officer auditor administrator | unknown project
export_parcel_form               | centre township_officer | -
create_parcel_error_sheet        | centre township_officer | -
create_survey_task               | centre | -
list_survey_tasks                | township_officer centre forestry_officer auditor | filtered survey_task
get_survey_task                  | township_officer centre forestry_officer auditor | unknown survey_task
create_survey_file               | township_officer | unknown survey_task
get_survey_report                | township_officer centre | unknown survey_task
create_pond_verification         | centre | unknown survey_task
create_survey_submission         | township_officer | unknown survey_task
create_survey_return             | centre | unknown survey_task
create_survey_verification       | centre | unknown survey_task
create_land_assembly             | township_officer | -
list_land_assemblies             | township_officer centre forestry_officer auditor | filtered land_assembly
get_land_assembly                | township_officer centre forestry_officer auditor | unknown land_assembly
create_assembly_document         | township_officer | unknown land_assembly
get_serial_trace                 | public | all
get_batch_state                  | public | all
list_trades                      | administrator centre finance forestry_officer township_officer developers auditor | filtered trade
get_trade                        | administrator centre finance forestry_officer township_officer developers auditor | unknown trade
get_trading_area                 | public | all
create_trading_area              | finance | -
create_trading_area_approval     | finance | unknown area
list_trading_area_changes        | finance | filtered area
list_role_grants                 | administrator security_administrator auditor | -
create_role_grant_approval       | security_administrator | -
create_role_grant_rejection      | security_administrator | -
list_users                       | administrator security_administrator audit_administrator auditor | -
create_user                      | administrator | -
get_user                         | everyone | unknown user
create_deactivation              | administrator | -
create_role_change               | administrator | -
get_health                       | public | -
get_metrics                      | public | -
get_api_document                 | public | -
get_readiness                    | public | -
";

/// What somebody of the right role gets on an object of another organisation.
#[derive(Clone, Copy)]
pub(super) enum Other {
    /// There is nobody else, or nothing of somebody's.
    Nobody,
    /// The same as everybody.
    Same,
    /// What an id gets that nobody knows.
    Unknown(&'static str),
    /// A list without it.
    Filtered(&'static str),
}

/// One row of the table.
pub(super) struct Row {
    pub(super) id: &'static str,
    /// `None`: open to all.
    pub(super) roles: Option<Vec<Role>>,
    pub(super) other: Other,
}

impl Row {
    pub(super) fn names(&self, role: Role) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.contains(&role))
    }
}

pub(super) fn rows() -> Vec<Row> {
    [TABLE, auctions::TABLE, occupation::TABLE, pledged::TABLE, replaced::TABLE, trusted::TABLE]
        .iter()
        .flat_map(|table| table.trim().lines())
        .map(row)
        .collect()
}

fn row(line: &'static str) -> Row {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [id, roles, other] = cells[..] else { panic!("not three cells: {line}") };
    let roles = (roles != "public").then(|| roles.split(' ').flat_map(named).collect());
    let other = match other.split_once(' ') {
        None if other == "-" => Other::Nobody,
        None if other == "all" => Other::Same,
        Some(("unknown", thing)) => Other::Unknown(thing),
        Some(("filtered", thing)) => Other::Filtered(thing),
        _ => panic!("{other} is nothing that somebody gets: {line}"),
    };
    Row { id, roles, other }
}

fn named(word: &str) -> Vec<Role> {
    match word {
        "everyone" => Role::ALL.to_vec(),
        "centre" => vec![Role::CentreDirector, Role::CentreOfficer],
        "finance" => vec![Role::FinanceDirector, Role::FinanceOfficer],
        "developers" => vec![Role::Developer, Role::DeveloperDirector],
        role => vec![Role::from_str(role).unwrap_or_else(|_| panic!("{role} is no role"))],
    }
}
