//! The books: entries follow one another, balances and lots are what their history says (R40, R41).

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "transfers join accounts of one asset", find: transfers },
        Proof { what: "each entry follows the one before", find: entries },
        Proof { what: "balances are the sums of transfers", find: balances },
        Proof { what: "each asset adds up to nothing", find: sums },
        Proof { what: "lots tile their batch", find: tiles },
        Proof { what: "lots are what moved", find: lots },
        Proof { what: "serials move with their credits", find: moves },
        Proof { what: "credits change hands for money alone", find: gifts },
    ];
    Plan { proofs, ..Plan::default() }
}

fn transfers(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "transfers",
        "the transfer does not join two accounts of one fee account or batch",
        "SELECT CAST(t.journal_id AS TEXT) || '/' || CAST(t.n AS TEXT) AS key FROM transfers t \
         LEFT JOIN accounts f ON f.id = t.from_account_id \
         LEFT JOIN accounts g ON g.id = t.to_account_id \
         WHERE f.id IS NULL OR g.id IS NULL OR f.asset <> g.asset OR f.asset_id <> g.asset_id",
    )
}

fn entries(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "entries",
        "the entry does not begin where the one before it ended",
        "SELECT CAST(account_id AS TEXT) || '/' || CAST(version AS TEXT) AS key FROM (\
             SELECT account_id, version, balance_before, \
                 LAG(balance_after, 1, CAST(0 AS BIGINT)) OVER w AS previous, \
                 ROW_NUMBER() OVER w AS place \
             FROM entries WINDOW w AS (PARTITION BY account_id ORDER BY version)\
         ) e WHERE balance_before <> previous OR version <> place",
    )
}

fn balances(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "balances",
        "the balance is not the sum of the account's transfers",
        "SELECT account_id AS key FROM (\
             SELECT account_id, amount AS balance, 1 AS version FROM entries \
             UNION ALL SELECT account_id, -balance, -version FROM balances\
         ) b GROUP BY account_id HAVING SUM(balance) <> 0 OR SUM(version) <> 0",
    )?;
    found.look(
        conn,
        "balances",
        "the balance belongs to no account, or is negative where it must not be",
        "SELECT b.account_id AS key FROM balances b LEFT JOIN accounts a ON a.id = b.account_id \
         WHERE a.id IS NULL OR (b.balance < 0 AND NOT b.contra) \
             OR b.contra <> (a.bucket IN ('clearing', 'receivable', 'issuance'))",
    )
}

/// For credits this is R40: what was issued is what lies in all buckets of all holders.
fn sums(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "accounts",
        "the balances of this fee account or batch do not add up to nothing",
        "SELECT a.asset_id AS key FROM balances b JOIN accounts a ON a.id = b.account_id \
         GROUP BY a.asset, a.asset_id HAVING SUM(b.balance) <> 0",
    )
}

fn tiles(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "lots",
        "the lot does not begin where the one before it ended",
        "SELECT CAST(batch_id AS TEXT) || '/' || CAST(last_serial AS TEXT) AS key FROM (\
             SELECT batch_id, first_serial, last_serial, \
                 LAG(last_serial, 1, CAST(0 AS BIGINT)) OVER w AS previous \
             FROM lots WINDOW w AS (PARTITION BY batch_id ORDER BY last_serial)\
         ) l WHERE first_serial <> previous + 1",
    )?;
    found.look(
        conn,
        "batches",
        "the lots, the issue in the ledger and the certification are not of one size",
        "SELECT batch_id AS key FROM (\
             SELECT batch_id, MAX(last_serial) AS lots, 0 AS issued, 0 AS certified \
             FROM lots GROUP BY batch_id \
             UNION ALL SELECT a.asset_id, 0, -b.balance, 0 FROM balances b \
                 JOIN accounts a ON a.id = b.account_id WHERE a.bucket = 'issuance' \
             UNION ALL SELECT id, 0, 0, issued_m2 FROM batches\
         ) b GROUP BY batch_id \
         HAVING SUM(lots) <> SUM(issued) OR SUM(issued) <> SUM(certified)",
    )?;
    found.look(
        conn,
        "batches",
        "the townships' parts are not the whole batch",
        "SELECT b.id AS key FROM batches b \
         LEFT JOIN (SELECT batch_id, SUM(certified_m2) AS m2 FROM batch_townships GROUP BY batch_id) t \
             ON t.batch_id = b.id \
         WHERE t.m2 IS NULL OR t.m2 <> b.issued_m2",
    )
}

fn lots(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "lots",
        "the lot lies in an account of another batch",
        "SELECT CAST(l.batch_id AS TEXT) || '/' || CAST(l.last_serial AS TEXT) AS key FROM lots l \
         LEFT JOIN accounts a ON a.id = l.account_id \
         WHERE a.id IS NULL OR a.asset_id <> l.batch_id",
    )?;
    found.look(
        conn,
        "lots",
        "the account's lots are not its balance",
        "SELECT account_id AS key FROM (\
             SELECT account_id, last_serial - first_serial + 1 AS m2 FROM lots \
             UNION ALL SELECT b.account_id, -b.balance FROM balances b \
                 JOIN accounts a ON a.id = b.account_id \
                 WHERE a.asset = 'credits' AND a.bucket <> 'issuance'\
         ) l GROUP BY account_id HAVING SUM(m2) <> 0",
    )?;
    // A serial that came into an account and did not leave it lies there: at each serial the comings
    // less the goings step as the lots of the account do, in whatever order it all happened.
    found.look(
        conn,
        "lots",
        "the serials of the account from this one on are not those that moved there",
        "SELECT CAST(account_id AS TEXT) || '/' || CAST(serial AS TEXT) AS key FROM (\
             SELECT to_account_id AS account_id, first_serial AS serial, 1 AS step FROM lot_moves \
             UNION ALL SELECT to_account_id, last_serial + 1, -1 FROM lot_moves \
             UNION ALL SELECT from_account_id, first_serial, -1 FROM lot_moves \
             UNION ALL SELECT from_account_id, last_serial + 1, 1 FROM lot_moves \
             UNION ALL SELECT account_id, first_serial, -1 FROM lots \
             UNION ALL SELECT account_id, last_serial + 1, 1 FROM lots\
         ) m WHERE account_id NOT IN (SELECT id FROM accounts WHERE bucket = 'issuance') \
         GROUP BY account_id, serial HAVING SUM(step) <> 0",
    )
}

fn moves(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "lot_moves",
        "the serials moved between accounts of another batch",
        "SELECT CAST(m.journal_id AS TEXT) || '/' || CAST(m.n AS TEXT) AS key FROM lot_moves m \
         LEFT JOIN accounts f ON f.id = m.from_account_id \
         LEFT JOIN accounts g ON g.id = m.to_account_id \
         WHERE f.id IS NULL OR g.id IS NULL OR f.asset_id <> m.batch_id OR g.asset_id <> m.batch_id",
    )?;
    found.look(
        conn,
        "journals",
        "the serials that moved are not as many as the credits",
        "SELECT CAST(journal_id AS TEXT) AS key FROM (\
             SELECT journal_id, from_account_id, to_account_id, \
                 last_serial - first_serial + 1 AS m2 FROM lot_moves \
             UNION ALL SELECT t.journal_id, t.from_account_id, t.to_account_id, -t.amount \
                 FROM transfers t JOIN accounts a ON a.id = t.from_account_id \
                 WHERE a.asset = 'credits'\
         ) m GROUP BY journal_id, from_account_id, to_account_id HAVING SUM(m2) <> 0",
    )
}

/// Who receives credits pays, or who gives them gets money back, in the same journal.
fn gifts(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "transfers",
        "the credits went from one organisation to another without payment",
        "SELECT CAST(t.journal_id AS TEXT) || '/' || CAST(t.n AS TEXT) AS key FROM transfers t \
         JOIN accounts f ON f.id = t.from_account_id \
         JOIN accounts g ON g.id = t.to_account_id \
         WHERE f.asset = 'credits' AND f.holder_id <> g.holder_id AND f.bucket <> 'issuance' \
             AND NOT EXISTS (\
                 SELECT 1 FROM transfers m \
                 JOIN accounts x ON x.id = m.from_account_id \
                 JOIN accounts y ON y.id = m.to_account_id \
                 WHERE m.journal_id = t.journal_id AND x.asset = 'money' \
                     AND (x.holder_id = g.holder_id OR y.holder_id = f.holder_id))",
    )
}
