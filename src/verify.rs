//! What must hold between the capabilities, for `verify`: the list of tables without digests, what
//! proves each of them, and the sums that several of them share.
//!
//! It stands at the top since it reads across; the walk itself is `audit`'s. The proofs are single
//! statements that select the key of each wrong row, the same text on both engines; the database
//! does the sorting and adding up, so that no memory of ours grows with the history. A table that is
//! not listed here has digests, or `verify` says that its rows were added.

mod afterwards;
mod auctions;
mod land;
mod ledger;
mod liens;
mod orders;
mod occupations;
mod periods;
mod trades;

use std::num::NonZeroUsize;

use ed25519_dalek::VerifyingKey;

use crate::audit::{self, Checkpoint, Guard, Plan, Report, Undigested};
use crate::kernel::db::{Address, Conn, in_one_snapshot, in_snapshot};
use crate::kernel::problem::Answer;

const UNDIGESTED: [Undigested; 15] = [
    Undigested { table: "transfers", because: "their journal's contents hash covers them" },
    Undigested { table: "lot_moves", because: "their journal's contents hash covers them" },
    Undigested { table: "balances", because: "recomputed from transfers" },
    Undigested { table: "lots", because: "recomputed from lot moves" },
    Undigested { table: "account_days", because: "recomputed from transfers" },
    Undigested { table: "money_journals", because: "recomputed from transfers" },
    Undigested { table: "trade_days", because: "recomputed from trades" },
    Undigested { table: "price_days", because: "recomputed from trades" },
    Undigested { table: "demand_days", because: "recomputed from orders and listings" },
    Undigested { table: "order_remainders", because: "recomputed from orders and their fills" },
    Undigested {
        table: "order_purses",
        because: "recomputed from orders and what is left of them",
    },
    Undigested { table: "balance_days", because: "recomputed from balance moves" },
    Undigested { table: "parcel_places", because: "recomputed from polygons and their changes" },
    Undigested { table: "listing_remainders", because: "recomputed from listings and trades" },
    Undigested {
        table: "login_failures",
        because: "strangers write it; it says how long a login must wait and is soon forgotten",
    },
];

const JOURNALS: Guard = Guard {
    parent: "journals",
    hash: "contents_hash",
    by: "journal_id",
    children: &["transfers", "lot_moves"],
};

/// Everything that is proved beside the chain and the digests.
pub fn plan() -> Plan {
    let tables =
        Plan { undigested: UNDIGESTED.to_vec(), guards: vec![JOURNALS], proofs: Vec::new() };
    tables
        .and(land::plan())
        .and(ledger::plan())
        .and(trades::plan())
        .and(periods::plan())
        .and(orders::plan())
        .and(afterwards::plan())
        .and(auctions::plan())
        .and(occupations::plan())
        .and(liens::plan())
}

/// How many connections prove a database side by side at most; more wait for the longest of them.
const CONNECTIONS_MAX: usize = 4;

/// Proves the whole database as of one moment, with as many processors as there are.
pub fn verify_at(
    address: &Address,
    against: Option<(&Checkpoint, &[VerifyingKey])>,
) -> anyhow::Result<Answer<Report>> {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    in_one_snapshot(address, processors.min(CONNECTIONS_MAX), |conns| {
        audit::verify_side_by_side(conns, &plan(), against)
    })
}

/// Proves the whole database as of one moment, by one connection.
pub fn verify(conn: &mut Conn, against: Option<(&Checkpoint, &[VerifyingKey])>) -> Answer<Report> {
    in_snapshot(conn, |conn| audit::verify(conn, &plan(), against))
}
