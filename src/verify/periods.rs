//! Days and periods: what is kept of each day follows from the transfers, and a closed period is what
//! it was when it was closed.
//!
//! SQLite carries a cross join out in the order in which it is written. Transfers lie by their journals,
//! so from journal to journal each is found beside the last; the order that SQLite would choose itself
//! (by an index of accounts) takes three times as long.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "days are the sums of transfers", find: days },
        Proof { what: "journals of money are those that moved it", find: journals },
        Proof { what: "nothing took effect in a closed period afterwards", find: late },
        Proof { what: "closed periods are what they were", find: closes },
    ];
    Plan { proofs, ..Plan::default() }
}

/// The day in Shanghai of a moment.
pub(super) fn day_of(conn: &Conn, moment: &str) -> String {
    match conn {
        Conn::Pg(_) => format!("CAST({moment} + INTERVAL '8 hours' AS DATE)"),
        Conn::Sqlite(_) => format!("DATE({moment}, '+8 hours')"),
    }
}

/// The moment at which a day is over in Shanghai, and a moment as it lies in its column.
fn moments(conn: &Conn, day: &str, moment: &str) -> (String, String) {
    match conn {
        Conn::Pg(_) => {
            (format!("CAST({day} + 1 AS TIMESTAMP) - INTERVAL '8 hours'"), moment.into())
        }
        Conn::Sqlite(_) => {
            (format!("DATETIME({day}, '+1 day', '-8 hours')"), format!("DATETIME({moment})"))
        }
    }
}

fn days(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let day = day_of(conn, "j.effective_at");
    let moved = |way: &str, came: &str, went: &str| {
        format!(
            "SELECT t.{way}_account_id AS account_id, {day} AS day, {came} AS came, {went} AS went \
             FROM journals j CROSS JOIN transfers t JOIN accounts a ON a.id = t.{way}_account_id \
             WHERE t.journal_id = j.id AND a.asset = 'money'"
        )
    };
    let sql = format!(
        "SELECT CAST(account_id AS TEXT) || '/' || CAST(day AS TEXT) AS key FROM (\
             {came} UNION ALL {went} \
             UNION ALL SELECT account_id, day, -came_fen, -went_fen FROM account_days\
         ) d GROUP BY account_id, day HAVING SUM(came) <> 0 OR SUM(went) <> 0",
        came = moved("to", "t.amount", "0"),
        went = moved("from", "0", "t.amount"),
    );
    found.look(conn, "account_days", "the sums of the day are not those of its transfers", &sql)?;
    found.look(
        conn,
        "account_days",
        "the day does not end with what was there before and what moved",
        "SELECT CAST(account_id AS TEXT) || '/' || CAST(day AS TEXT) AS key FROM (\
             SELECT account_id, day, came_fen, went_fen, balance_fen, \
                 LAG(balance_fen, 1, CAST(0 AS BIGINT)) OVER \
                     (PARTITION BY account_id ORDER BY day) AS previous \
             FROM account_days\
         ) d WHERE balance_fen <> previous + came_fen - went_fen",
    )
}

/// Each way by lookups: sorting all journals by the texts that name them costs three times as much.
fn journals(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "money_journals",
        "the journal moved no money of this fee account then",
        "SELECT CAST(m.journal_id AS TEXT) AS key FROM money_journals m \
         LEFT JOIN journals j ON j.id = m.journal_id \
         WHERE j.id IS NULL OR j.effective_at <> m.effective_at OR NOT EXISTS (\
             SELECT 1 FROM transfers t JOIN accounts a ON a.id = t.from_account_id \
             WHERE t.journal_id = m.journal_id AND a.asset = 'money' \
                 AND a.asset_id = m.fee_account_id)",
    )?;
    found.look(
        conn,
        "money_journals",
        "the journal moved money of a fee account and is not named",
        "SELECT DISTINCT CAST(j.id AS TEXT) AS key FROM journals j CROSS JOIN transfers t \
         JOIN accounts a ON a.id = t.from_account_id \
         WHERE t.journal_id = j.id AND a.asset = 'money' AND NOT EXISTS (\
             SELECT 1 FROM money_journals m WHERE m.fee_account_id = a.asset_id \
                 AND m.effective_at = j.effective_at AND m.journal_id = j.id)",
    )
}

/// Of each close the figures of its two people are what the days say now, and the books are closed
/// through its last day.
fn closes(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let held = |buckets: &str, sign: &str| {
        format!(
            "(SELECT COALESCE(SUM({sign}(SELECT d.balance_fen FROM account_days d \
                 WHERE d.account_id = a.id AND d.day <= p.period_to \
                 ORDER BY d.day DESC LIMIT 1)), 0) \
             FROM accounts a WHERE a.asset_id = p.fee_account_id AND a.bucket IN ({buckets}))"
        )
    };
    let bank = held("'clearing'", "-");
    let cash = held("'available', 'reserved'", "");
    let shares = held("'township_share', 'centre_share', 'treasury_share'", "");
    let suspense = held("'suspense'", "");
    let receivable = held("'receivable'", "-");
    let sql = format!(
        "SELECT p.id AS key FROM period_closes p WHERE p.state = 'closed' AND (\
             p.bank_fen <> {bank} OR p.cash_fen <> {cash} OR p.shares_fen <> {shares} \
             OR p.suspense_fen <> {suspense} OR p.receivable_fen <> {receivable})"
    );
    found.look(conn, "period_closes", "the books no longer say what was closed", &sql)?;
    let day = day_of(conn, "m.effective_at");
    let sql = format!(
        "SELECT p.id AS key FROM period_closes p \
         LEFT JOIN money_journals m ON m.fee_account_id = p.fee_account_id \
             AND {day} BETWEEN p.period_from AND p.period_to \
         WHERE p.state = 'closed' GROUP BY p.id, p.journals HAVING COUNT(m.journal_id) <> p.journals"
    );
    found.look(conn, "period_closes", "the journals of the period are not as many", &sql)?;
    let sql = "SELECT p.id AS key FROM period_closes p \
         LEFT JOIN accounts a ON a.asset_id = p.fee_account_id \
         LEFT JOIN account_days d ON d.account_id = a.id \
             AND d.day BETWEEN p.period_from AND p.period_to \
         WHERE p.state = 'closed' GROUP BY p.id, p.moved_fen \
         HAVING COALESCE(SUM(d.came_fen), 0) <> p.moved_fen";
    found.look(conn, "period_closes", "another amount moved in the period", sql)?;
    let (over, before) = moments(conn, "p.period_to", "c.closed_before");
    let sql = format!(
        "SELECT p.id AS key FROM period_closes p WHERE p.state = 'closed' AND NOT EXISTS (\
             SELECT 1 FROM book_closes c WHERE c.fee_account_id = p.fee_account_id \
                 AND {before} >= {over})"
    );
    found.look(conn, "period_closes", "the books are not closed through this period", &sql)
}

fn late(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "money_journals",
        "the journal took effect in a period that was closed before",
        "SELECT CAST(m.journal_id AS TEXT) AS key FROM money_journals m \
         JOIN journals j ON j.id = m.journal_id \
         JOIN book_closes c ON c.fee_account_id = m.fee_account_id \
             AND c.closed_before > m.effective_at AND c.closed_at < j.recorded_at",
    )
}
