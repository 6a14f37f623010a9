//! What PostgreSQL believes of how full its tables are. Its own housekeeping looks about once a
//! minute; until then it would plan a large import, and the reads after it, as for empty tables. So
//! the writer has it look again whenever as many rows were saved as were there before.

use diesel::connection::SimpleConnection;

use super::connection::Conn;

/// Fewer rows are read quickly by any plan; the writer does nothing else while it looks.
const ROWS_MIN: usize = 20_000;

/// How much was saved since the last look.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    /// What was there at the last look; absent before the first batch.
    known: Option<usize>,
    since: usize,
}

impl Statistics {
    /// Counts rows that a batch has saved; so many entries of the log were there before it.
    pub(super) fn count(&mut self, saved: usize, before: i64) {
        self.known.get_or_insert_with(|| usize::try_from(before).unwrap_or_default());
        self.since += saved;
    }

    /// Whether so much was saved since the last look that it says little by now.
    fn are_stale(&self) -> bool {
        self.since >= self.known.unwrap_or_default().max(ROWS_MIN)
    }

    /// Has the database look at its tables again, when that is due.
    pub(super) fn renew(&mut self, conn: &mut Conn) {
        if !self.are_stale() {
            return;
        }
        self.known = Some(self.known.unwrap_or_default() + self.since);
        self.since = 0;
        if let Conn::Pg(conn) = conn
            && let Err(cause) = conn.batch_execute("ANALYZE")
        {
            tracing::warn!("the tables' statistics were not renewed: {cause}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_due_when_the_tables_have_doubled() {
        let mut it = Statistics::default();
        it.count(ROWS_MIN - 1, 0);
        assert!(!it.are_stale());
        it.count(1, 19_999);
        assert!(it.are_stale());
        let mut old = Statistics::default();
        old.count(ROWS_MIN, 1_000_000);
        assert!(!old.are_stale());
        old.count(1_000_000, 1_002_000);
        assert!(old.are_stale());
    }
}
