//! The rows of liens, of what is bound to lenders, and of orders to freeze.

/// Nobody has bound proceeds in the scene: its enforced sale waits for the centre.
pub(super) const TABLE: &str = "
create_pledge                    | township_officer developers | -
list_pledges                     | township_officer developers bank_officer centre finance auditor | filtered pledge
get_pledge                       | township_officer developers bank_officer centre finance auditor | unknown pledge
create_pledge_refusal            | bank_officer | unknown pledge
create_pledge_withdrawal         | township_officer developers | unknown pledge
create_treasury_signature        | finance_director | unknown pledge
create_pledge_registration       | bank_officer | unknown pledge
create_pledge_release            | bank_officer | unknown pledge
create_pledge_extension          | bank_officer | unknown pledge
export_pledge_notice             | township_officer developers bank_officer centre finance auditor | unknown pledge
export_pledge_departure_notice   | township_officer developers bank_officer centre finance auditor | unknown departure
get_pledge_valuation             | township_officer developers bank_officer centre finance auditor | unknown pledge
create_enforced_sale             | bank_officer | unknown pledge
create_enforced_sale_approval    | centre_director | unknown enforced_sale
create_enforced_sale_withdrawal  | bank_officer | unknown enforced_sale
create_enforced_sale_acceptance  | developers | unknown enforced_sale
get_enforced_sale                | township_officer developers bank_officer centre finance auditor | unknown enforced_sale
list_pledge_sales                | township_officer developers bank_officer centre finance auditor | unknown pledge
list_enforced_sales              | developers centre finance auditor | filtered enforced_sale
list_secured_proceeds            | finance auditor | unknown fee_account
create_secured_payout            | finance_officer | -
create_freeze_order              | centre_director forestry_officer | unknown project
create_freeze_order_approval     | centre_director forestry_officer | unknown freeze_order
get_freeze_order                 | centre forestry_officer auditor | unknown freeze_order
list_freeze_orders               | centre forestry_officer auditor | filtered freeze_order
";
