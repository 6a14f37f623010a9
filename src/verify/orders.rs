//! Orders: what is left of each follows from its fills and its end, what is reserved follows from
//! what is left, and the days of demand and prices follow from all of them.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "orders hold what is not filled", find: orders },
        Proof { what: "fills are the trades that they name", find: fills },
        Proof { what: "waiting orders stand in their lines", find: lines },
        Proof { what: "reserved cash is what open orders need", find: reserved },
        Proof { what: "the price index is that of its trades", find: prices },
        Proof { what: "days of demand follow from orders and listings", find: demand },
    ];
    Plan { proofs, ..Plan::default() }
}

fn day_of(conn: &Conn, moment: &str) -> String {
    match conn {
        Conn::Pg(_) => format!("CAST({moment} + INTERVAL '8 hours' AS DATE)"),
        Conn::Sqlite(_) => format!("DATE({moment}, '+8 hours')"),
    }
}

fn orders(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "order_remainders",
        "what is left of the order is not what was not filled or freed",
        "SELECT o.id AS key FROM orders o \
         LEFT JOIN order_remainders r ON r.order_id = o.id \
         LEFT JOIN order_ends e ON e.order_id = o.id \
         LEFT JOIN (SELECT order_id, COUNT(*) AS n, MAX(n) AS last, SUM(m2) AS m2 \
             FROM order_fills GROUP BY order_id) f ON f.order_id = o.id \
         WHERE r.order_id IS NULL OR COALESCE(f.last, 0) <> COALESCE(f.n, 0) \
             OR r.fills <> COALESCE(f.n, 0) \
             OR r.left_m2 + COALESCE(f.m2, 0) + COALESCE(e.freed_m2, 0) <> o.m2 \
             OR r.state <> COALESCE(e.kind, CASE WHEN r.left_m2 = 0 THEN 'filled' ELSE 'open' END) \
             OR r.place <> o.place OR r.area <> o.area OR r.wetland_type <> o.wetland_type \
             OR r.grade_max <> o.grade_max \
             OR COALESCE(CAST(r.valid_to AS TEXT), '') <> COALESCE(CAST(o.valid_to AS TEXT), '')",
    )?;
    found.look(
        conn,
        "order_remainders",
        "another amount is reserved than what is left of the order needs",
        "SELECT r.order_id AS key FROM order_remainders r JOIN orders o ON o.id = r.order_id \
         WHERE r.reserved_fen <> CASE WHEN r.state <> 'open' THEN 0 \
             ELSE (r.left_m2 * o.limit_fen_per_mu * 3 + 1999) / 2000 \
                 + CASE WHEN r.left_m2 < 50 - r.fills THEN r.left_m2 ELSE 50 - r.fills END - 1 END",
    )?;
    found.look(
        conn,
        "order_remainders",
        "something is left of an order that there is not",
        "SELECT r.order_id AS key FROM order_remainders r \
         LEFT JOIN orders o ON o.id = r.order_id WHERE o.id IS NULL",
    )
}

fn fills(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "order_fills",
        "the fill is not the trade that it names, or not within its order",
        "SELECT f.id AS key FROM order_fills f LEFT JOIN orders o ON o.id = f.order_id \
         LEFT JOIN trades t ON t.id = f.trade_id LEFT JOIN listings l ON l.id = f.listing_id \
         WHERE o.id IS NULL OR t.id IS NULL OR l.id IS NULL OR t.buyer_id <> o.buyer_id \
             OR t.source_id <> f.listing_id OR t.m2 <> f.m2 OR t.amount_fen <> f.amount_fen \
             OR t.price_fen_per_mu <> f.price_fen_per_mu OR t.traded_at <> f.filled_at \
             OR f.price_fen_per_mu > o.limit_fen_per_mu OR l.price_fen_per_mu > o.limit_fen_per_mu \
             OR l.wetland_type <> o.wetland_type OR l.grade > o.grade_max",
    )
}

/// The counties of an order are codes of six digits with spaces between them.
fn lines(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "order_purses",
        "the line does not say what its order says",
        "SELECT CAST(p.order_id AS TEXT) || '/' || p.county AS key FROM order_purses p \
         LEFT JOIN orders o ON o.id = p.order_id \
         LEFT JOIN order_remainders r ON r.order_id = p.order_id \
         LEFT JOIN fee_accounts a ON a.id = p.fee_account_id \
         WHERE o.id IS NULL OR r.order_id IS NULL OR a.id IS NULL OR a.county <> p.county \
             OR o.counties NOT LIKE '%' || p.county || '%' OR p.state <> r.state \
             OR p.wetland_type <> o.wetland_type OR p.grade_max <> o.grade_max \
             OR p.limit_fen_per_mu <> o.limit_fen_per_mu OR p.placed_at <> o.placed_at",
    )?;
    found.look(
        conn,
        "order_purses",
        "an order does not stand in the lines of its counties",
        // One that was over at once stands in none.
        "SELECT o.id AS key FROM orders o JOIN order_remainders r ON r.order_id = o.id \
         LEFT JOIN (SELECT order_id, COUNT(*) AS n FROM order_purses GROUP BY order_id) p \
             ON p.order_id = o.id \
         LEFT JOIN (SELECT j.subject_id, COUNT(*) AS n FROM journals j WHERE j.event = 'order' \
             GROUP BY j.subject_id) j ON j.subject_id = o.id \
         WHERE COALESCE(p.n, 0) <> COALESCE(j.n, 0) \
             OR (r.state = 'open' AND COALESCE(p.n, 0) * 7 <> LENGTH(o.counties) + 1)",
    )?;
    found.look(
        conn,
        "listing_remainders",
        "the line does not say what its listing says",
        "SELECT r.listing_id AS key FROM listing_remainders r \
         JOIN listings l ON l.id = r.listing_id \
         WHERE COALESCE(r.county, '') <> l.county OR COALESCE(r.wetland_type, '') <> l.wetland_type \
             OR COALESCE(r.grade, 0) <> l.grade \
             OR COALESCE(r.price_fen_per_mu, 0) <> l.price_fen_per_mu \
             OR r.listed_at IS NULL OR r.listed_at <> l.listed_at",
    )
}

/// What the journals about an order brought into reserved less what they took out of it is, in each
/// of its fee accounts, what is reserved for what is left.
fn reserved(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "order_remainders",
        "the books do not hold what is reserved for the order",
        "SELECT CAST(p.order_id AS TEXT) || '/' || p.county AS key FROM order_purses p \
         JOIN order_remainders r ON r.order_id = p.order_id \
         LEFT JOIN (SELECT j.subject_id, f.asset_id, \
             SUM(CASE WHEN g.bucket = 'reserved' THEN x.amount ELSE 0 END) \
                 - SUM(CASE WHEN f.bucket = 'reserved' THEN x.amount ELSE 0 END) AS held \
             FROM journals j JOIN transfers x ON x.journal_id = j.id \
             JOIN accounts f ON f.id = x.from_account_id \
             JOIN accounts g ON g.id = x.to_account_id \
             WHERE j.event IN ('order', 'order_release') AND f.holder_id = g.holder_id \
             GROUP BY j.subject_id, f.asset_id) h \
             ON h.subject_id = p.order_id AND h.asset_id = p.fee_account_id \
         WHERE COALESCE(h.held, 0) <> r.reserved_fen",
    )
}

/// A day has a row when something happened on it, also when that came to nothing.
fn prices(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "price_days",
        "the index of the day is not that of its trades",
        "SELECT region || '/' || wetland_type || '/' || CAST(grade AS TEXT) || '/' \
             || CAST(day AS TEXT) AS key FROM (\
             SELECT SUBSTR(t.county, 1, r.digits) AS region, b.wetland_type, b.grade, \
                 t.traded_on AS day, 0 AS is_row, CASE WHEN c.id IS NULL THEN 1 ELSE 0 END AS trades, \
                 CASE WHEN c.id IS NULL THEN t.m2 ELSE 0 END AS m2, \
                 CASE WHEN c.id IS NULL THEN t.m2 * t.price_fen_per_mu ELSE 0 END AS turnover \
             FROM trades t JOIN batches b ON b.id = t.batch_id \
             CROSS JOIN (SELECT 2 AS digits UNION ALL SELECT 4 UNION ALL SELECT 6) r \
             LEFT JOIN corrections c ON c.subject_id = t.id AND c.kind = 'trade' \
                 AND c.state = 'approved' \
             WHERE NOT t.related \
             UNION ALL SELECT region, wetland_type, grade, day, 1, -trades, -m2, -turnover \
             FROM price_days\
         ) d GROUP BY region, wetland_type, grade, day \
         HAVING SUM(trades) <> 0 OR SUM(m2) <> 0 OR SUM(turnover) <> 0 OR SUM(is_row) <> 1 \
             OR COUNT(*) < 2",
    )
}

fn demand(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let listed = day_of(conn, "l.listed_at");
    let (placed, filled) = (day_of(conn, "o.placed_at"), day_of(conn, "f.filled_at"));
    let cut = day_of(conn, "c.cut_at");
    let (ended, order_ended) = (day_of(conn, "e.ended_at"), day_of(conn, "oe.ended_at"));
    let sql = format!(
        "SELECT county || '/' || wetland_type || '/' || CAST(grade AS TEXT) || '/' \
             || CAST(day AS TEXT) AS key FROM (\
             SELECT o.place AS county, o.wetland_type, o.grade_max AS grade, {placed} AS day, \
                 0 AS is_row, o.m2 AS wanted, 0 AS offered FROM orders o \
             UNION ALL SELECT o.place, o.wetland_type, o.grade_max, {filled}, 0, -f.m2, 0 \
                 FROM order_fills f JOIN orders o ON o.id = f.order_id \
             UNION ALL SELECT o.place, o.wetland_type, o.grade_max, {order_ended}, 0, -oe.freed_m2, 0 \
                 FROM order_ends oe JOIN orders o ON o.id = oe.order_id \
             UNION ALL SELECT l.county, l.wetland_type, l.grade, {listed}, 0, 0, l.m2 FROM listings l \
             UNION ALL SELECT l.county, l.wetland_type, l.grade, t.traded_on, 0, 0, -t.m2 \
                 FROM trades t JOIN listings l ON l.id = t.source_id AND t.source = 'listing' \
             UNION ALL SELECT l.county, l.wetland_type, l.grade, {ended}, 0, 0, -e.freed_m2 \
                 FROM listing_ends e JOIN listings l ON l.id = e.listing_id \
             UNION ALL SELECT l.county, l.wetland_type, l.grade, {cut}, 0, 0, -c.m2 \
                 FROM listing_cuts c JOIN listings l ON l.id = c.listing_id \
             UNION ALL SELECT county, wetland_type, grade, day, 1, \
                 LAG(wanted_m2, 1, CAST(0 AS BIGINT)) OVER k - wanted_m2, \
                 LAG(offered_m2, 1, CAST(0 AS BIGINT)) OVER k - offered_m2 FROM demand_days \
                 WINDOW k AS (PARTITION BY county, wetland_type, grade ORDER BY day)\
         ) d GROUP BY county, wetland_type, grade, day \
         HAVING SUM(wanted) <> 0 OR SUM(offered) <> 0 OR SUM(is_row) <> 1 OR COUNT(*) < 2"
    );
    found.look(conn, "demand_days", "the day does not end with what waited then", &sql)
}
