//! Proving the database: the chain, every row, and what each capability says must hold.

mod chain;
mod guards;
mod rows;
mod tree;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use ed25519_dalek::VerifyingKey;

use crate::audit::checkpoint::Checkpoint;
use crate::audit::store::raw;
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};

/// How many wrong rows are named; all are counted.
const FINDINGS_SHOWN_MAX: usize = 20;

/// One row that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub table: String,
    /// Its key.
    pub row: String,
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.table, self.row, self.what)
    }
}

/// The wrong rows, in the order in which they were met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    shown: Vec<Finding>,
    count: i64,
}

impl Findings {
    pub fn add(&mut self, table: &str, row: impl fmt::Display, what: impl fmt::Display) {
        self.add_many(table, row, what, 1);
    }

    fn add_many(
        &mut self,
        table: &str,
        row: impl fmt::Display,
        what: impl fmt::Display,
        many: i64,
    ) {
        if self.shown.len() < FINDINGS_SHOWN_MAX {
            let (row, what) = (row.to_string(), what.to_string());
            self.shown.push(Finding { table: table.to_owned(), row, what });
        }
        self.count += many;
    }

    /// Adds what a query finds that selects the `key` of each wrong row.
    pub fn look(&mut self, conn: &mut Conn, table: &str, what: &str, sql: &str) -> Answer<()> {
        let wrong = raw::wrong_rows(conn, sql, FINDINGS_SHOWN_MAX)?;
        let total = wrong.first().map_or(0, |row| row.total);
        let shown = i64::try_from(wrong.len()).unwrap_or(i64::MAX);
        for (n, row) in wrong.iter().enumerate() {
            // The first stands for those that are not named too.
            let many = if n == 0 { total - shown + 1 } else { 1 };
            self.add_many(table, &row.key, what, many);
        }
        Ok(())
    }
}

/// A table whose rows have no digest, and what proves it instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undigested {
    pub table: &'static str,
    pub because: &'static str,
}

/// Tables whose rows are covered by a hash on a row of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    pub parent: &'static str,
    /// The parent's column with SHA-256 over its children.
    pub hash: &'static str,
    /// The children's column with the parent's id.
    pub by: &'static str,
    /// The children in the order in which they are hashed, each ordered by its column `n`.
    pub children: &'static [&'static str],
}

/// Something that must hold of a capability's tables.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    pub what: &'static str,
    pub find: fn(&mut Conn, &mut Findings) -> Answer<()>,
}

/// What is to be proved beside the chain and the digests.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub undigested: Vec<Undigested>,
    pub guards: Vec<Guard>,
    pub proofs: Vec<Proof>,
}

impl Plan {
    /// Both plans in one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.undigested.extend(other.undigested);
        self.guards.extend(other.guards);
        self.proofs.extend(other.proofs);
        self
    }
}

/// What `verify` saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub entries: i64,
    pub changes: i64,
    pub rows: i64,
    /// The root of the tree over the entries, in hex.
    pub root: String,
    /// How many rows are wrong.
    pub wrong: i64,
    /// The first of them.
    pub findings: Vec<Finding>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.wrong == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entries, changes, rows, root, wrong, findings } = self;
        let Some(first) = findings.first() else {
            return write!(
                f,
                "nothing is wrong: {entries} entries, {changes} changes and {rows} rows agree; root {root}"
            );
        };
        match wrong {
            1 => write!(f, "1 row is wrong: {first}"),
            _ => write!(f, "{wrong} rows are wrong; the first: {first}"),
        }
    }
}

/// Proves everything as of one moment, against a checkpoint that any of these keys signed. The
/// connection is in a snapshot.
pub fn verify(
    conn: &mut Conn,
    plan: &Plan,
    against: Option<(&Checkpoint, &[VerifyingKey])>,
) -> Answer<Report> {
    verify_side_by_side(std::slice::from_mut(conn), plan, against)
}

/// The same by several connections, each with a thread of its own; all are in the same snapshot.
/// Whoever is free takes the next step: the log with all rows is the first and longest, then each
/// proof is one.
pub fn verify_side_by_side(
    conns: &mut [Conn],
    plan: &Plan,
    against: Option<(&Checkpoint, &[VerifyingKey])>,
) -> Answer<Report> {
    let next = AtomicUsize::new(0);
    let work = |conn: &mut Conn| -> Answer<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let mut found = Findings::default();
            let seen = match n.checked_sub(1).map(|n| plan.proofs.get(n)) {
                None => Some(prove_rows(conn, plan, against, &mut found)?),
                Some(Some(proof)) => {
                    attempt(conn, proof, &mut found)?;
                    None
                }
                Some(None) => return Ok(steps),
            };
            steps.push(Step { n, found, seen });
        }
    };
    let Some((first, others)) = conns.split_first_mut() else {
        return Err(Failure::broken("somebody verifies"));
    };
    let mut steps = std::thread::scope(|scope| {
        let others: Vec<_> = others.iter_mut().map(|conn| scope.spawn(|| work(conn))).collect();
        let mut steps = work(first)?;
        for other in others {
            steps.extend(other.join().map_err(|_| Failure::broken("a proof does not panic"))??);
        }
        Ok::<_, Failure>(steps)
    })?;
    steps.sort_by_key(|step| step.n);
    let mut report = Report::default();
    for Step { found, seen, .. } in steps {
        if let Some(seen) = seen {
            report = seen;
        }
        let room = FINDINGS_SHOWN_MAX - report.findings.len();
        report.wrong += found.count;
        report.findings.extend(found.shown.into_iter().take(room));
    }
    Ok(report)
}

/// What one step of a verification came to.
struct Step {
    n: usize,
    found: Findings,
    /// What the first of them counted.
    seen: Option<Report>,
}

/// The chain, every row against its digest, and the rows that a hash on another covers.
fn prove_rows(
    conn: &mut Conn,
    plan: &Plan,
    against: Option<(&Checkpoint, &[VerifyingKey])>,
    found: &mut Findings,
) -> Answer<Report> {
    let (tables, strange) = raw::tables(conn)?;
    for column in strange {
        found.add("catalogue", column, "a column of a type that no digest is made of");
    }
    let checkpoint = against.map(|(checkpoint, keys)| {
        if let Err(bad) = checkpoint.check_any(keys) {
            found.add("checkpoint", checkpoint.size, bad);
        }
        checkpoint
    });
    let chain = chain::prove(conn, &tables, checkpoint, found)?;
    let rows = rows::prove(conn, &tables, plan, &chain.tables, found)?;
    for guard in &plan.guards {
        guards::prove(conn, &tables, guard, found)?;
    }
    let chain::Chain { entries, changes, root, .. } = chain;
    Ok(Report { entries, changes, rows, root, ..Report::default() })
}

/// A value that nobody can read or add up is itself a finding, and must not end the others.
fn attempt(conn: &mut Conn, proof: &Proof, found: &mut Findings) -> Answer<()> {
    raw::execute(conn, "SAVEPOINT proof")?;
    let proved = (proof.find)(conn, found);
    if let Err(failure) = proved {
        raw::execute(conn, "ROLLBACK TO proof")?;
        let cause = match failure {
            Failure::Broken(cause) => format!("{cause:#}"),
            Failure::Refused(problem) => problem.english,
        };
        found.add("proof", proof.what, format!("cannot be carried out: {cause}"));
    }
    raw::execute(conn, "RELEASE proof")
}

fn field(text: &str, out: &mut String) {
    out.push_str(&text.len().to_string());
    out.push(':');
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wrong_row_is_named_in_a_sentence_with_the_count() {
        let mut report =
            Report { entries: 2, changes: 3, rows: 4, root: "ab".into(), ..Report::default() };
        assert_eq!(
            report.to_string(),
            "nothing is wrong: 2 entries, 3 changes and 4 rows agree; root ab"
        );
        let mut found = Findings::default();
        found.add("trades", "7", "the row was removed");
        report = Report { wrong: found.count, findings: found.shown.clone(), ..report };
        assert_eq!(report.to_string(), "1 row is wrong: trades 7: the row was removed");
        found.add("trades", "8", "the row was removed");
        report = Report { wrong: found.count, findings: found.shown, ..report };
        assert_eq!(
            report.to_string(),
            "2 rows are wrong; the first: trades 7: the row was removed"
        );
    }

    #[test]
    fn a_field_is_written_with_its_length_in_bytes() {
        let mut out = String::new();
        field("乡镇", &mut out);
        field("", &mut out);
        assert_eq!(out, "6:乡镇0:");
    }
}
