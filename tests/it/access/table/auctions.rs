//! The rows of auctions, negotiated transfers and the live view.

pub(super) const TABLE: &str = "
create_auction                   | township_officer | unknown batch
create_auction_cancellation      | centre_director | unknown auction
create_auction_withdrawal        | township_officer | unknown auction
get_auction                      | public | all
list_auctions                    | public | all
create_award_completion          | developer | unknown award
create_award_refusal             | developer | unknown award
list_auction_awards              | developers | filtered award
create_auction_bid               | developer | all
create_auction_deposit           | developer | all
list_auction_bids                | public | all
list_auction_deposits            | developers | filtered auction_deposit
create_auction_draw              | forestry_officer finance | unknown auction
create_auction_draw_reveal       | forestry_officer finance | -
list_auction_draws               | public | all
create_auction_objection         | public | all
create_auction_objection_step    | forestry_officer | unknown auction_objection
list_auction_objections          | forestry_officer auditor | filtered auction_objection
create_trading_ban               | centre_director | -
create_trading_ban_lift          | centre_director | unknown ban
list_trading_bans                | centre forestry_officer auditor | filtered ban
list_events                      | public | all
create_negotiated_acceptance     | township_officer developer | unknown negotiation
create_negotiated_approval       | centre_director | unknown negotiation
create_negotiated_counter_offer  | township_officer developer | unknown negotiation
create_negotiated_refusal        | township_officer developer | unknown negotiation
create_negotiated_rejection      | centre_director | unknown negotiation
create_negotiated_transfer       | township_officer developer | -
get_negotiated_transfer          | administrator centre finance forestry_officer township_officer developers auditor | unknown negotiation
list_negotiated_transfers        | administrator centre finance forestry_officer township_officer developers auditor | filtered negotiation
create_price_floor               | finance | -
create_price_floor_approval      | finance | unknown floor
get_price_floor                  | public | all
list_price_floor_changes         | finance | filtered floor
";
