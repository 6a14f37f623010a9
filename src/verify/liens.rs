//! Liens and insurances: what is pledged is what lenders registered and have not let go (R44), and what an enforced
//! sale brought is bound no further than the claim.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "what is pledged is what liens hold", find: pledged },
        Proof { what: "liens moved what their rows say", find: moved },
        Proof { what: "enforced sales are trades of their pledges", find: sales },
        Proof { what: "insurances paid what was accepted", find: insurances },
    ];
    Plan { proofs, ..Plan::default() }
}

fn pledged(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "accounts",
        "what is pledged of a batch is not what its liens hold",
        "SELECT a.id AS key FROM accounts a JOIN balances l ON l.account_id = a.id \
         LEFT JOIN (SELECT holder_id, batch_id, SUM(pledged_m2) AS m2 FROM pledges \
             GROUP BY holder_id, batch_id) p \
             ON p.holder_id = a.holder_id AND p.batch_id = a.asset_id \
         WHERE a.asset = 'credits' AND a.bucket = 'pledged' AND l.balance <> COALESCE(p.m2, 0)",
    )?;
    found.look(
        conn,
        "pledges",
        "the lien does not hold its serials",
        "SELECT p.id AS key FROM pledges p \
         LEFT JOIN (SELECT pledge_id, SUM(CASE kind \
                 WHEN 'pledged' THEN last_serial - first_serial + 1 \
                 WHEN 'departed' THEN first_serial - last_serial - 1 ELSE 0 END) AS m2 \
             FROM pledge_serials GROUP BY pledge_id) s ON s.pledge_id = p.id \
         WHERE COALESCE(s.m2, 0) <> p.pledged_m2",
    )?;
    found.look(
        conn,
        "pledges",
        "what is left under the lien is not what its departures left",
        "SELECT p.id AS key FROM pledges p \
         LEFT JOIN (SELECT pledge_id, SUM(m2) AS m2, MIN(left_m2) AS left_m2 \
             FROM pledge_departures GROUP BY pledge_id) d ON d.pledge_id = p.id \
         WHERE p.state IN ('registered', 'ended') \
             AND p.pledged_m2 <> CASE WHEN d.m2 IS NULL THEN p.m2 ELSE d.left_m2 END \
             OR d.m2 + d.left_m2 <> p.m2",
    )
}

/// How much each journal moved into or out of what is pledged.
const MOVED: &str = "(SELECT t.journal_id, \
         SUM(CASE WHEN g.bucket = 'pledged' THEN t.amount ELSE 0 END) AS came, \
         SUM(CASE WHEN f.bucket = 'pledged' THEN t.amount ELSE 0 END) AS went \
     FROM transfers t JOIN accounts f ON f.id = t.from_account_id \
     JOIN accounts g ON g.id = t.to_account_id GROUP BY t.journal_id)";

fn moved(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "pledges",
        "the pledge has no journal of what it put under the lien",
        &format!(
            "SELECT p.id AS key FROM pledges p LEFT JOIN {MOVED} t ON t.journal_id = p.journal_id \
             WHERE p.registered_at IS NOT NULL AND (t.came IS NULL OR t.came <> p.m2)"
        ),
    )?;
    found.look(
        conn,
        "pledge_departures",
        "the departure has no journal of what left the lien, or not its serials",
        &format!(
            "SELECT d.id AS key FROM pledge_departures d \
             LEFT JOIN {MOVED} t ON t.journal_id = d.journal_id \
             LEFT JOIN (SELECT departure_id, SUM(last_serial - first_serial + 1) AS m2 \
                 FROM pledge_serials WHERE kind = 'departed' GROUP BY departure_id) s \
                 ON s.departure_id = d.id \
             WHERE t.went IS NULL OR t.went <> d.m2 OR s.m2 IS NULL OR s.m2 <> d.m2"
        ),
    )
}

fn sales(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "enforced_sales",
        "the enforced sale is not the trade that it names",
        "SELECT s.id AS key FROM enforced_sales s LEFT JOIN trades t ON t.id = s.trade_id \
         LEFT JOIN pledge_departures d ON d.id = s.departure_id \
         WHERE s.trade_id IS NOT NULL AND (t.id IS NULL OR t.source <> 'enforced_sale' \
             OR t.source_id <> s.id OR t.m2 <> s.m2 OR t.buyer_id <> s.buyer_id \
             OR t.seller_id <> s.seller_id OR t.batch_id <> s.batch_id OR d.id IS NULL \
             OR d.kind <> 'sold' OR d.m2 <> s.m2 OR d.pledge_id <> s.pledge_id)",
    )?;
    found.look(
        conn,
        "trades",
        "the trade of an enforced sale has no sale",
        "SELECT t.id AS key FROM trades t LEFT JOIN enforced_sales s ON s.trade_id = t.id \
         WHERE t.source = 'enforced_sale' AND s.id IS NULL",
    )?;
    found.look(
        conn,
        "enforced_sales",
        "more is bound to the lender than its claim",
        "SELECT s.id AS key FROM enforced_sales s \
         JOIN (SELECT sale_id, SUM(amount_fen) AS fen FROM secured_proceeds GROUP BY sale_id) p \
             ON p.sale_id = s.id \
         WHERE p.fen > s.claim_fen OR s.trade_id IS NULL",
    )?;
    found.look(
        conn,
        "secured_proceeds",
        "more went to the lender than is bound to it",
        "SELECT p.id AS key FROM secured_proceeds p \
         JOIN (SELECT x.proceeds_id, SUM(o.amount_fen) AS fen FROM secured_payouts x \
             JOIN payouts o ON o.id = x.id LEFT JOIN payout_returns r ON r.id = o.id \
             WHERE o.state IN ('entered', 'approved', 'paid') AND r.id IS NULL \
             GROUP BY x.proceeds_id) o ON o.proceeds_id = p.id \
         WHERE o.fen > p.amount_fen",
    )
}

fn insurances(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "insurance_policies",
        "the insurance does not cover its serials",
        "SELECT p.id AS key FROM insurance_policies p \
         LEFT JOIN (SELECT policy_id, SUM(last_serial - first_serial + 1) AS m2 \
             FROM policy_serials GROUP BY policy_id) s ON s.policy_id = p.id \
         WHERE s.m2 IS NULL OR s.m2 <> p.m2",
    )?;
    found.look(
        conn,
        "insurance_policies",
        "more was accepted than is insured",
        "SELECT p.id AS key FROM insurance_policies p \
         JOIN (SELECT policy_id, SUM(amount_fen) AS fen FROM insurance_claims \
             WHERE state IN ('accepted', 'paid') GROUP BY policy_id) c ON c.policy_id = p.id \
         WHERE c.fen > p.sum_fen",
    )?;
    found.look(
        conn,
        "insurance_claims",
        "the claim that was paid has no journal of its money",
        "SELECT c.id AS key FROM insurance_claims c \
         LEFT JOIN (SELECT j.subject_id, SUM(t.amount) AS fen FROM journals j \
             JOIN transfers t ON t.journal_id = j.id WHERE j.event = 'insurance_claim' \
             GROUP BY j.subject_id) b ON b.subject_id = c.id \
         WHERE COALESCE(b.fen, 0) <> CASE c.state WHEN 'paid' THEN c.amount_fen ELSE 0 END",
    )
}
