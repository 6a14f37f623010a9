//! What the clock asks for. Each capability says what of its own is due and does it in commands of
//! bounded size, each of which looks again at the state that it changes; so this may run anywhere
//! at any time, by several instances at once and again after a crash, and each thing happens once.
//!
//! `serve` runs it every few seconds, `wetland-exchange run-due` runs it by hand.

use crate::kernel::db::Db;
use crate::kernel::problem::Answer;
use crate::{certification, encumbrance, experts, finance, market, occupation, restoration};

/// How much was done of each kind of work, in reading order.
pub type Done = Vec<(&'static str, usize)>;

/// Does everything that is due.
pub async fn run(db: &Db) -> Answer<Done> {
    Ok(vec![
        ("draws voided", experts::run_due(db).await?),
        ("monitoring plans counted", restoration::run_due(db).await?),
        ("projects frozen", certification::run_due(db).await?),
        ("listings ended", market::run_due(db).await?),
        ("listings matched", market::match_due_listings(db).await?),
        ("orders ended", market::end_due_orders(db).await?),
        ("steps of auctions", market::advance_auctions(db).await?),
        ("negotiations ended", market::expire_negotiations(db).await?),
        ("terms of occupations ended", occupation::run_due(db).await?),
        ("liens looked at", encumbrance::run_due(db).await?),
        ("restoration fees moved on", finance::run_due(db).await?),
    ])
}
