//! Settlement: delivery versus payment, and the split of what is paid.
//!
//! A sale that is agreed anywhere (a listing, later an auction or a negotiated transfer) is settled
//! in one transaction: credits seller → buyer, cash buyer → township, centre and treasury of the
//! county of the batch, the trade row and its audit entry; all of it or none (R61). `fees` splits
//! an amount, `rules` makes the journal; neither knows how the parties met.
//!
//! Here are also a county's fee account, its fee schedules (R65, R66: rows with a period, approved
//! by a second person, never changed afterwards) and its trading area (R46). `trade_days` keeps
//! sums by day, so that a period statement does not add up all trades of history; `price_days` does
//! so for the price index (R48), by region, type and grade, without related parties and without
//! trades that were undone.

mod actions;
mod api;
mod fees;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::{OpenFeeAccount, open_fee_account};
pub use api::{TradeView, operations};
pub use model::{
    FeeAccount, Goods, Party, Reach, Sale, Schedule, Source, Split, Terms, Totals, Township, Trade,
    TradeId,
};
pub use rules::{CannotSettle, check_terms, may_go, settle};
pub use store::{
    IndexKey, PriceDay, fee_account, fee_account_of_county, fee_accounts, last_price_day,
    price_days, reach_of_county, take_out_of_index, terms_of_county, totals, totals_of_batches,
    trade_of, trades_of_buyer,
};
pub(crate) use store::{TradePage, TradeRow, save_trades, trade as trade_row, trades_between};
