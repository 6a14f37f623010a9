//! What happens to credits after their certification: what is frozen is what freezes moved and no
//! loss took (R45), losses took what their rows say (R89), buffers went whole (R38).

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "what is frozen is what freezes moved", find: frozen },
        Proof { what: "losses took what was lost", find: losses },
        Proof { what: "buffers went to their owners", find: buffers },
        Proof { what: "replacements paid what was owed", find: replacements },
    ];
    Plan { proofs, ..Plan::default() }
}

/// The freezes that have not ended.
const OPEN: &str = "freezes f LEFT JOIN thaws t ON t.freeze_id = f.id";

fn frozen(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let sql = format!(
        "SELECT b.id AS key FROM batches b \
         LEFT JOIN (SELECT a.asset_id, SUM(l.balance) AS m2 FROM accounts a \
             JOIN balances l ON l.account_id = a.id \
             WHERE a.asset = 'credits' AND a.bucket = 'frozen' GROUP BY a.asset_id) h \
             ON h.asset_id = b.id \
         LEFT JOIN (SELECT m.batch_id, SUM(m.m2) AS m2 FROM {OPEN} \
             JOIN freeze_moves m ON m.freeze_id = f.id \
             WHERE t.id IS NULL GROUP BY m.batch_id) v ON v.batch_id = b.id \
         LEFT JOIN (SELECT m.batch_id, SUM(m.m2) AS m2 FROM {OPEN} \
             JOIN losses l ON l.project_id = f.project_id AND l.decided_at >= f.frozen_at \
             JOIN loss_moves m ON m.loss_id = l.id AND m.bucket = 'frozen' \
             WHERE t.id IS NULL GROUP BY m.batch_id) g ON g.batch_id = b.id \
         WHERE COALESCE(h.m2, 0) <> COALESCE(v.m2, 0) - COALESCE(g.m2, 0)"
    );
    found.look(conn, "batches", "what is frozen is not what a freeze moved", &sql)?;
    found.look(
        conn,
        "freezes",
        "the project has two freezes at once",
        &format!(
            "SELECT MIN(CAST(f.id AS TEXT)) AS key FROM {OPEN} WHERE t.id IS NULL \
             GROUP BY f.project_id HAVING COUNT(*) > 1"
        ),
    )
}

fn losses(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "losses",
        "the loss did not take or owe what was lost",
        "SELECT l.id AS key FROM losses l JOIN loss_findings f ON f.id = l.finding_id \
         LEFT JOIN (SELECT loss_id, SUM(m2) AS m2 FROM loss_moves GROUP BY loss_id) m \
             ON m.loss_id = l.id \
         WHERE l.taken_m2 + l.duty_m2 <> f.m2 OR COALESCE(m.m2, 0) <> l.taken_m2",
    )?;
    found.look(
        conn,
        "losses",
        "the loss has no journal of what it took",
        "SELECT l.id AS key FROM losses l \
         LEFT JOIN (SELECT j.subject_id, SUM(t.amount) AS m2 FROM journals j \
             JOIN transfers t ON t.journal_id = j.id \
             JOIN accounts a ON a.id = t.to_account_id AND a.bucket = 'cancelled' \
             WHERE j.event = 'loss' GROUP BY j.subject_id) b ON b.subject_id = l.finding_id \
         WHERE COALESCE(b.m2, 0) <> l.taken_m2",
    )
}

fn buffers(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "buffer_returns",
        "the buffer did not go to its owner as a journal",
        "SELECT r.id AS key FROM buffer_returns r \
         LEFT JOIN (SELECT j.subject_id, SUM(t.amount) AS m2 FROM journals j \
             JOIN transfers t ON t.journal_id = j.id \
             JOIN accounts a ON a.id = t.from_account_id AND a.bucket = 'buffer' \
             WHERE j.event = 'buffer_return' GROUP BY j.subject_id) b ON b.subject_id = r.id \
         WHERE COALESCE(b.m2, 0) <> r.m2",
    )
}

fn replacements(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "losses",
        "what is owed is not the duty less its replacements",
        "SELECT l.id AS key FROM losses l \
         JOIN (SELECT loss_id, SUM(m2) AS m2, MIN(left_m2) AS left_m2 FROM replacement_takings \
             GROUP BY loss_id) t ON t.loss_id = l.finding_id \
         WHERE t.m2 + t.left_m2 <> l.duty_m2",
    )?;
    found.look(
        conn,
        "replacement_takings",
        "what was taken is not what was offered, or has no journal of its credits",
        "SELECT t.id AS key FROM replacement_takings t \
         LEFT JOIN replacements r ON r.id = t.replacement_id \
         LEFT JOIN (SELECT j.subject_id, SUM(x.amount) AS m2 FROM journals j \
             JOIN transfers x ON x.journal_id = j.id \
             JOIN accounts a ON a.id = x.from_account_id AND a.bucket = 'available' \
             JOIN accounts b ON b.id = x.to_account_id AND b.bucket = 'cancelled' \
             WHERE j.event = 'replacement' GROUP BY j.subject_id) b \
             ON b.subject_id = t.replacement_id \
         WHERE r.id IS NULL OR r.m2 <> t.m2 OR r.loss_id <> t.loss_id \
             OR COALESCE(b.m2, 0) <> CASE r.kind WHEN 'credits' THEN t.m2 ELSE 0 END",
    )
}
