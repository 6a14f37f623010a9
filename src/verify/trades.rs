//! Trades: the amount by R5, the split by R62 and R65, both of them in the trade's own journal (R61),
//! and what follows from trades: the sums of days and what is left of listings.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "trades are split by their schedule", find: splits },
        Proof { what: "trades move credits against money", find: journals },
        Proof { what: "days are the sums of their trades", find: days },
        Proof { what: "listings hold what is not traded", find: listings },
    ];
    Plan { proofs, ..Plan::default() }
}

/// Whole and remainder apart, so that no product leaves 64 bits.
const PARTS: &str = "\
    SELECT t.*, s.id AS terms_id, s.county AS terms_county, s.valid_from, s.valid_to, s.approved_at, \
        t.amount_fen / 10000 * s.township_bp \
            + (t.amount_fen % 10000 * s.township_bp + 5000) / 10000 AS township, \
        t.amount_fen / 10000 * s.centre_bp \
            + (t.amount_fen % 10000 * s.centre_bp + 5000) / 10000 AS centre \
    FROM trades t LEFT JOIN fee_schedules s ON s.id = t.schedule_id";

fn splits(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "trades",
        "the amount is not area × price, half up",
        "SELECT id AS key FROM trades \
         WHERE amount_fen <> (m2 * price_fen_per_mu * 3 + 1000) / 2000",
    )?;
    let sql = format!(
        "SELECT id AS key FROM ({PARTS}) t WHERE terms_id IS NULL OR terms_county <> county \
             OR approved_at IS NULL OR traded_on NOT BETWEEN valid_from AND valid_to \
             OR township_fen <> township \
             OR centre_fen <> CASE WHEN centre < amount_fen - township THEN centre \
                 ELSE amount_fen - township END \
             OR treasury_fen <> amount_fen - township_fen - centre_fen"
    );
    found.look(conn, "trades", "the split is not that of the schedule in force", &sql)
}

fn journals(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "trades",
        "the journal of the trade does not move these credits against this money",
        "SELECT t.id AS key FROM trades t \
         LEFT JOIN transfers x ON x.journal_id = t.journal_id \
         LEFT JOIN accounts f ON f.id = x.from_account_id \
         LEFT JOIN accounts g ON g.id = x.to_account_id \
         GROUP BY t.id, t.m2, t.township_fen, t.centre_fen, t.treasury_fen HAVING \
             SUM(CASE WHEN g.asset = 'credits' THEN x.amount ELSE 0 END) <> t.m2 \
             OR SUM(CASE WHEN g.bucket = 'township_share' THEN x.amount ELSE 0 END) <> t.township_fen \
             OR SUM(CASE WHEN g.bucket = 'centre_share' THEN x.amount ELSE 0 END) <> t.centre_fen \
             OR SUM(CASE WHEN g.bucket = 'treasury_share' THEN x.amount ELSE 0 END) <> t.treasury_fen \
             OR SUM(CASE WHEN g.asset = 'money' \
                 AND (f.holder_id <> t.buyer_id OR g.asset_id <> t.fee_account_id) THEN 1 \
                 WHEN g.asset = 'credits' AND (f.holder_id <> t.seller_id \
                     OR g.holder_id <> t.buyer_id OR g.asset_id <> t.batch_id) THEN 1 \
                 ELSE 0 END) <> 0",
    )?;
    found.look(
        conn,
        "journals",
        "the journal of a trade has no trade",
        "SELECT j.id AS key FROM journals j \
         LEFT JOIN trades t ON t.id = j.subject_id AND t.journal_id = j.id \
         WHERE j.event = 'trade' AND t.id IS NULL",
    )
}

fn days(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "trade_days",
        "the sums of the day are not those of its trades",
        "SELECT CAST(fee_account_id AS TEXT) || '/' || CAST(traded_on AS TEXT) AS key FROM (\
             SELECT fee_account_id, traded_on, 1 AS trades, m2, amount_fen, township_fen, \
                 centre_fen, treasury_fen FROM trades \
             UNION ALL SELECT fee_account_id, traded_on, -trades, -m2, -amount_fen, -township_fen, \
                 -centre_fen, -treasury_fen FROM trade_days\
         ) d GROUP BY fee_account_id, traded_on HAVING SUM(trades) <> 0 OR SUM(m2) <> 0 \
             OR SUM(amount_fen) <> 0 OR SUM(township_fen) <> 0 OR SUM(centre_fen) <> 0 \
             OR SUM(treasury_fen) <> 0",
    )
}

fn listings(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "listing_remainders",
        "what is left of the listing is not what was not traded or freed",
        "SELECT l.id AS key FROM listings l \
         LEFT JOIN listing_remainders r ON r.listing_id = l.id \
         LEFT JOIN listing_ends e ON e.listing_id = l.id \
         LEFT JOIN (SELECT source_id, SUM(m2) AS m2 FROM trades WHERE source = 'listing' \
             GROUP BY source_id) t ON t.source_id = l.id \
         LEFT JOIN (SELECT listing_id, SUM(m2) AS m2 FROM listing_cuts \
             GROUP BY listing_id) c ON c.listing_id = l.id \
         WHERE r.listing_id IS NULL \
             OR r.left_m2 + COALESCE(t.m2, 0) + COALESCE(c.m2, 0) + COALESCE(e.freed_m2, 0) <> l.m2 \
             OR r.state <> COALESCE(e.kind, CASE WHEN r.left_m2 = 0 THEN 'sold' ELSE 'open' END) \
             OR COALESCE(CAST(r.valid_to AS TEXT), '') <> COALESCE(CAST(l.valid_to AS TEXT), '')",
    )?;
    found.look(
        conn,
        "listing_remainders",
        "something is left of a listing that there is not",
        "SELECT r.listing_id AS key FROM listing_remainders r \
         LEFT JOIN listings l ON l.id = r.listing_id WHERE l.id IS NULL",
    )
}
