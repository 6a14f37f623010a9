//! Auctions and negotiated transfers: what they reserve lies in the books, deposits and awards ended
//! as their auction did.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "auctions hold the credits that are left", find: credits },
        Proof { what: "deposits lie where their auction says", find: deposits },
        Proof { what: "awards are bids that were made", find: awards },
        Proof { what: "negotiations hold what waits for an approval", find: negotiations },
    ];
    Plan { proofs, ..Plan::default() }
}

/// What the journals about the thing brought into reserved less what they took out of it.
const RESERVED: &str = "\
    SELECT j.subject_id AS subject, \
        SUM(CASE WHEN g.bucket = 'reserved' THEN x.amount ELSE 0 END) \
            - SUM(CASE WHEN f.bucket = 'reserved' THEN x.amount ELSE 0 END) AS held \
    FROM journals j JOIN transfers x ON x.journal_id = j.id \
    JOIN accounts f ON f.id = x.from_account_id JOIN accounts g ON g.id = x.to_account_id";

fn credits(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let sql = format!(
        "SELECT a.id AS key FROM auctions a LEFT JOIN auction_standings s ON s.id = a.id \
         LEFT JOIN ({RESERVED} WHERE j.event IN ('auction', 'auction_end') GROUP BY j.subject_id) h \
             ON h.subject = a.id \
         LEFT JOIN (SELECT source_id, SUM(m2) AS m2 FROM trades WHERE source = 'auction' \
             GROUP BY source_id) t ON t.source_id = a.id \
         WHERE s.id IS NULL OR COALESCE(h.held, 0) - COALESCE(t.m2, 0) <> s.left_m2 \
             OR (s.left_m2 <> 0 AND s.state IN ('ended', 'failed', 'withdrawn', 'cancelled'))"
    );
    found.look(conn, "auctions", "the auction does not hold what is neither sold nor freed", &sql)
}

fn deposits(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let sql = format!(
        "SELECT b.id AS key FROM auction_bidders b \
         LEFT JOIN auction_standings s ON s.id = b.auction_id \
         LEFT JOIN ({RESERVED} WHERE j.event IN ('auction_deposit', 'auction_deposit_end') \
             GROUP BY j.subject_id) h ON h.subject = b.id \
         WHERE s.id IS NULL \
             OR COALESCE(h.held, 0) <> CASE WHEN b.outcome = 'held' THEN b.deposit_fen ELSE 0 END \
             OR (b.outcome = 'held' AND s.state IN ('ended', 'failed', 'withdrawn', 'cancelled'))"
    );
    found.look(conn, "auction_bidders", "the deposit is not where its auction says", &sql)
}

fn awards(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "auction_awards",
        "the award is not what this bidder bid for, or its trade is another",
        "SELECT w.id AS key FROM auction_awards w \
         LEFT JOIN auction_bids b ON b.id = w.bid_id \
         LEFT JOIN trades t ON t.id = w.trade_id \
         WHERE b.id IS NULL OR b.auction_id <> w.auction_id OR b.bidder_id <> w.bidder_id \
             OR w.m2 > b.m2 OR w.price_fen_per_mu > b.price_fen_per_mu \
             OR (w.trade_id IS NOT NULL AND (t.id IS NULL OR t.source_id <> w.auction_id \
                 OR t.buyer_id <> w.bidder_id OR t.m2 <> w.m2 \
                 OR t.price_fen_per_mu <> w.price_fen_per_mu OR t.amount_fen <> w.amount_fen))",
    )
}

fn negotiations(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let held = |asset: &str| {
        format!(
            "{RESERVED} WHERE j.event IN ('negotiated_transfer', 'negotiated_transfer_end') \
                 AND f.asset = '{asset}' GROUP BY j.subject_id"
        )
    };
    let (money, credits) = (held("money"), held("credits"));
    let sql = format!(
        "SELECT n.id AS key FROM negotiated_transfers n \
         LEFT JOIN ({money}) h ON h.subject = n.id LEFT JOIN ({credits}) c ON c.subject = n.id \
         LEFT JOIN negotiated_rounds r ON r.negotiated_transfer_id = n.id AND r.round = n.round \
         LEFT JOIN trades t ON t.id = n.trade_id \
         WHERE COALESCE(h.held, 0) <> n.reserved_fen \
             OR COALESCE(c.held, 0) <> CASE WHEN n.state = 'awaiting_approval' THEN n.m2 ELSE 0 END \
             OR (n.reserved_fen <> 0) <> (n.state = 'awaiting_approval') \
             OR r.id IS NULL OR r.m2 <> n.m2 OR r.price_fen_per_mu <> n.price_fen_per_mu \
             OR (n.trade_id IS NOT NULL AND (t.id IS NULL OR t.source_id <> n.id \
                 OR t.m2 <> n.m2 OR t.price_fen_per_mu <> n.price_fen_per_mu))"
    );
    found.look(
        conn,
        "negotiated_transfers",
        "the negotiation does not hold what waits for its approval, or its trade is another",
        &sql,
    )
}
