//! Settlement over HTTP.

mod areas;
mod terms;
mod trades;

pub use trades::TradeView;

use areas::*;
use terms::*;
use trades::*;

use crate::kernel::operations::{Operations, operations};

pub fn operations() -> Operations {
    operations![
        create_fee_account,
        list_fee_accounts,
        create_fee_schedule,
        create_fee_schedule_approval,
        list_fee_schedules,
        create_trading_area,
        create_trading_area_approval,
        get_trading_area,
        list_trading_area_changes,
        list_trades,
        get_trade,
    ]
}
