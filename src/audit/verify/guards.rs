//! Rows that are covered by a hash on the row that they belong to.

use sha2::{Digest, Sha256};

use super::{Findings, Guard, field};
use crate::audit::store::raw::{RawRow, RawTable, quoted};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

const PARENTS_PER_PAGE: usize = 500;
const CHILDREN_PER_PAGE: usize = 2_000;

pub(super) fn prove(
    conn: &mut Conn,
    tables: &[RawTable],
    guard: &Guard,
    found: &mut Findings,
) -> Answer<()> {
    let find = |name: &str| tables.iter().find(|table| table.name == name);
    let Some(parents) = find(guard.parent) else {
        found.add("catalogue", guard.parent, "the table is missing");
        return Ok(());
    };
    let mut children = Vec::new();
    for name in guard.children {
        match find(name) {
            Some(table) => children.push(Children::of(table, guard.by)),
            None => found.add("catalogue", name, "the table is missing"),
        }
    }
    let mut after = None::<String>;
    loop {
        let condition = after.map_or("1 = 1".to_owned(), |id| format!("id > {}", quoted(&id)));
        let hash = parents.text(guard.hash);
        let page = parents.page(conn, ("id", &[]), &hash, &condition, "id", PARENTS_PER_PAGE)?;
        for parent in &page {
            let mut hasher = Sha256::new();
            for rows in &mut children {
                rows.of_parent(conn, &parent.key, &mut hasher, found)?;
            }
            if hex::encode(hasher.finalize()) != parent.more {
                let what = format!(
                    "its {} are not those that it was booked with",
                    guard.children.join(" and ")
                );
                found.add(guard.parent, &parent.key, what);
            }
        }
        if page.len() < PARENTS_PER_PAGE {
            break;
        }
        after = page.last().map(|parent| parent.key.clone());
    }
    for rows in &mut children {
        rows.without_parent(conn, None, found)?;
    }
    Ok(())
}

/// The rows of one table in the order of their parents, a page at a time.
struct Children<'a> {
    table: &'a RawTable,
    by: &'a str,
    page: std::iter::Peekable<std::vec::IntoIter<RawRow>>,
    /// Parent and number of the last row that was loaded.
    last: Option<(String, String)>,
    ended: bool,
}

impl<'a> Children<'a> {
    fn of(table: &'a RawTable, by: &'a str) -> Self {
        Self { table, by, page: Vec::new().into_iter().peekable(), last: None, ended: false }
    }

    /// Hashes the children of this parent; those of parents before it have none.
    fn of_parent(
        &mut self,
        conn: &mut Conn,
        parent: &str,
        hasher: &mut Sha256,
        found: &mut Findings,
    ) -> Answer<()> {
        self.without_parent(conn, Some(parent), found)?;
        let mut name = String::new();
        field(&self.table.name, &mut name);
        while let Some(row) = self.next_if(conn, |key| key == parent)? {
            hasher.update(name.as_bytes());
            hasher.update(row.canonical.as_bytes());
        }
        Ok(())
    }

    /// Names the children before that parent, or all that are left.
    fn without_parent(
        &mut self,
        conn: &mut Conn,
        before: Option<&str>,
        found: &mut Findings,
    ) -> Answer<()> {
        let lost = |key: &str| before.is_none_or(|parent| key < parent);
        while let Some(row) = self.next_if(conn, lost)? {
            let key = format!("{}/{}", row.key, row.more);
            found.add(&self.table.name, key, "the row belongs to nothing that there is");
        }
        Ok(())
    }

    fn next_if(
        &mut self,
        conn: &mut Conn,
        wanted: impl Fn(&str) -> bool,
    ) -> Answer<Option<RawRow>> {
        if self.page.peek().is_none() && !self.ended {
            self.load(conn)?;
        }
        Ok(self.page.next_if(|row| wanted(&row.key)))
    }

    fn load(&mut self, conn: &mut Conn) -> Answer<()> {
        let by = self.by;
        // The first condition finds the place in the index, the second is the exact one.
        let condition = self.last.as_ref().map_or("1 = 1".to_owned(), |(parent, n)| {
            let parent = quoted(parent);
            format!("{by} >= {parent} AND ({by} > {parent} OR n > {n})")
        });
        let number = self.table.text("n");
        let order = format!("{by}, n");
        let page =
            self.table.page(conn, (by, &[]), &number, &condition, &order, CHILDREN_PER_PAGE)?;
        self.last = page.last().map(|row| (row.key.clone(), row.more.clone()));
        // A number that is none leads nowhere; its row is found by its hash.
        let leads_on = self.last.as_ref().is_some_and(|(_, n)| n.parse::<i64>().is_ok());
        self.ended = page.len() < CHILDREN_PER_PAGE || !leads_on;
        self.page = page.into_iter().peekable();
        Ok(())
    }
}
