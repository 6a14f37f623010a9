//! Compensate first: no approval with less retired than occupied, and every retirement is what its
//! journal moved (R42, R78, R80, R86).

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![
        Proof { what: "retirements are what their journals moved", find: retirements },
        Proof { what: "approved occupations were compensated first", find: approvals },
        Proof { what: "balances are the sums of what moved them", find: balances },
    ];
    Plan { proofs, ..Plan::default() }
}

fn retirements(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "retirements",
        "the serials of the retirement are not its area, or not what its journal moved",
        "SELECT r.id AS key FROM retirements r \
         LEFT JOIN (SELECT retirement_id, SUM(m2) AS m2 FROM retirement_serials \
             GROUP BY retirement_id) s ON s.retirement_id = r.id \
         LEFT JOIN (SELECT t.journal_id, SUM(t.amount) AS m2, \
                 SUM(CASE WHEN f.bucket = 'available' AND g.bucket = 'retired' \
                     AND f.holder_id = g.holder_id THEN 0 ELSE 1 END) AS others \
             FROM transfers t JOIN accounts f ON f.id = t.from_account_id \
             JOIN accounts g ON g.id = t.to_account_id GROUP BY t.journal_id) t \
             ON t.journal_id = r.journal_id \
         WHERE (r.state = 'effective' AND (s.m2 IS NULL OR s.m2 <> r.m2 OR t.m2 IS NULL \
                 OR t.m2 <> r.m2 OR t.others <> 0)) \
             OR (r.state <> 'effective' AND (s.m2 IS NOT NULL OR r.journal_id IS NOT NULL))",
    )?;
    found.look(
        conn,
        "retirement_serials",
        "the serials did not move in the journal of their retirement",
        "SELECT s.id AS key FROM retirement_serials s \
         LEFT JOIN retirements r ON r.id = s.retirement_id \
         LEFT JOIN lot_moves m ON m.journal_id = r.journal_id AND m.batch_id = s.batch_id \
             AND m.first_serial = s.first_serial AND m.last_serial = s.last_serial \
         WHERE m.journal_id IS NULL",
    )?;
    found.look(
        conn,
        "journals",
        "the journal of a retirement has no retirement",
        "SELECT j.id AS key FROM journals j \
         LEFT JOIN retirements r ON r.journal_id = j.id \
         WHERE j.event = 'retirement' AND r.id IS NULL",
    )?;
    found.look(
        conn,
        "certificates",
        "the certificate is of no retirement that took effect",
        "SELECT c.id AS key FROM certificates c LEFT JOIN retirements r ON r.id = c.retirement_id \
         WHERE r.id IS NULL OR r.state <> 'effective'",
    )
}

fn approvals(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    found.look(
        conn,
        "occupation_decisions",
        "less was retired for the approved occupation than it had to be",
        "SELECT d.id AS key FROM occupation_decisions d \
         LEFT JOIN (SELECT serves_id, SUM(m2) AS m2 FROM retirements WHERE state = 'effective' \
             GROUP BY serves_id) r ON r.serves_id = d.occupation_id \
         WHERE d.outcome = 'approved' AND COALESCE(r.m2, 0) < d.required_m2",
    )?;
    found.look(
        conn,
        "occupation_decisions",
        "an approval without credits, fee, exemption or term that needs none",
        "SELECT d.id AS key FROM occupation_decisions d \
         JOIN occupations o ON o.id = d.occupation_id \
         JOIN occupation_states s ON s.id = d.occupation_id \
         LEFT JOIN restoration_fees f ON f.occupation_id = d.occupation_id \
             AND f.state IN ('paid', 'collected') \
         WHERE d.outcome = 'approved' AND o.term = 'permanent' AND o.level <> 'general' \
             AND NOT s.exempt AND f.id IS NULL AND d.required_m2 * 100 < o.area",
    )?;
    found.look(
        conn,
        "occupation_states",
        "the state of the application is not that of its decision",
        "SELECT s.id AS key FROM occupation_states s \
         LEFT JOIN occupation_decisions d ON d.occupation_id = s.id \
         WHERE COALESCE(d.outcome, 'pending') <> CASE \
             WHEN s.state IN ('approved', 'restored') THEN 'approved' \
             WHEN s.state IN ('rejected', 'withdrawn') THEN s.state ELSE 'pending' END",
    )?;
    found.look(
        conn,
        "retirements",
        "credits were retired for the occupation after its approval",
        "SELECT r.id AS key FROM retirements r \
         JOIN occupation_decisions d ON d.occupation_id = r.occupation_id \
         WHERE d.outcome = 'approved' AND r.state = 'effective' AND r.decided_at > d.decided_at",
    )
}

/// Each day of each region is what all moves up to its end come to, and no day is there without one.
/// A county's code begins with those of its prefecture and its province.
fn balances(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let day = super::periods::day_of(conn, "m.moved_at");
    let effects = format!(
        "SELECT g.region, {day} AS day, \
             CASE WHEN m.kind = 'released' THEN m.centi_m2 ELSE 0 END AS released, \
             CASE WHEN m.kind = 'retired' AND SUBSTR(m.county, 1, g.digits) = g.region \
                 THEN m.centi_m2 ELSE 0 END AS went, \
             CASE WHEN m.kind = 'retired' AND SUBSTR(m.county, 1, g.digits) <> g.region \
                 THEN m.centi_m2 ELSE 0 END AS came, \
             CASE WHEN m.kind = 'occupied' THEN m.centi_m2 ELSE 0 END AS occupied \
         FROM balance_moves m JOIN (\
             SELECT DISTINCT SUBSTR(c.county, 1, d.digits) AS region, d.digits \
             FROM (SELECT county FROM balance_moves \
                 UNION SELECT occupation_county FROM balance_moves \
                 WHERE occupation_county IS NOT NULL) c \
             CROSS JOIN (SELECT 2 AS digits UNION SELECT 4 UNION SELECT 6) d) g \
         ON (m.kind <> 'retired' AND SUBSTR(m.county, 1, g.digits) = g.region) \
             OR (m.kind = 'retired' AND (SUBSTR(m.county, 1, g.digits) = g.region) \
                 <> (SUBSTR(m.occupation_county, 1, g.digits) = g.region))"
    );
    let sql = format!(
        "SELECT region || '/' || CAST(day AS TEXT) AS key FROM (\
             SELECT region, day, SUM(released) OVER w AS released, SUM(went) OVER w AS went, \
                 SUM(came) OVER w AS came, SUM(occupied) OVER w AS occupied, 1 AS days \
             FROM (SELECT region, day, SUM(released) AS released, SUM(went) AS went, \
                     SUM(came) AS came, SUM(occupied) AS occupied \
                 FROM ({effects}) e GROUP BY region, day) f \
             WINDOW w AS (PARTITION BY region ORDER BY day) \
             UNION ALL SELECT region, day, -released, -retired_elsewhere, -retired_for_it, \
                 -occupied, -1 FROM balance_days\
         ) b GROUP BY region, day HAVING SUM(released) <> 0 OR SUM(went) <> 0 \
             OR SUM(came) <> 0 OR SUM(occupied) <> 0 OR SUM(days) <> 0"
    );
    found.look(conn, "balance_days", "the balance of the day is not what moved it", &sql)
}
