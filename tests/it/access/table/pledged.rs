//! The rows of liens, of what is bound to lenders, and of orders to freeze.

/// Nobody has bound proceeds or a claim in the scene: its enforced sale waits for the centre, and no
/// loss was taken.
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
create_insurance_policy          | insurer_officer | -
list_insurance_policies          | township_officer developers insurer_officer centre finance auditor | filtered policy
get_insurance_policy             | township_officer developers insurer_officer centre finance auditor | unknown policy
create_insurance_claim           | township_officer developers | unknown policy
list_insurance_claims            | township_officer developers insurer_officer centre finance auditor | -
get_insurance_claim              | township_officer developers insurer_officer centre finance auditor | -
create_insurance_claim_acceptance | insurer_officer | -
create_insurance_claim_refusal   | insurer_officer | -
create_insurance_claim_replacement | insurer_officer | -
create_claim_payment             | finance_officer | unknown line
create_freeze_order              | centre_director forestry_officer | unknown project
create_freeze_order_approval     | centre_director forestry_officer | unknown freeze_order
get_freeze_order                 | centre forestry_officer auditor | unknown freeze_order
list_freeze_orders               | centre forestry_officer auditor | filtered freeze_order
";
