//! Which constraint a save broke, by the name that our migrations give it.
//!
//! PostgreSQL says the name. SQLite says it for a CHECK; of a UNIQUE it names the columns, from
//! which our naming rebuilds `<table>_<columns>_key`; of a foreign key it says nothing.

use diesel::QueryResult;
use diesel::result::Error;

use crate::kernel::problem::{Answer, Failure};

/// Turns a broken constraint into the refusal that it guards.
pub trait OnConstraint<T> {
    fn on_constraint(self, name: &str, refusal: impl Into<Failure>) -> Answer<T>;
}

impl<T> OnConstraint<T> for QueryResult<T> {
    fn on_constraint(self, name: &str, refusal: impl Into<Failure>) -> Answer<T> {
        self.map_err(|cause| match broken(&cause) {
            Some(broken) if broken == name => refusal.into(),
            _ => cause.into(),
        })
    }
}

fn broken(cause: &Error) -> Option<String> {
    let Error::DatabaseError(_, info) = cause else { return None };
    match info.constraint_name() {
        Some(name) => Some(name.to_owned()),
        None => of_sqlite(info.message()),
    }
}

fn of_sqlite(message: &str) -> Option<String> {
    if let Some(name) = message.strip_prefix("CHECK constraint failed: ") {
        return Some(name.to_owned());
    }
    let columns = message.strip_prefix("UNIQUE constraint failed: ")?;
    let table = columns.split('.').next()?;
    let names: Vec<&str> = columns.split(", ").filter_map(|c| c.split('.').nth(1)).collect();
    Some(format!("{table}_{}_key", names.join("_")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_sqlite_constraint_is_rebuilt_from_its_message() {
        for (message, expected) in [
            ("UNIQUE constraint failed: t.a, t.b", Some("t_a_b_key")),
            ("CHECK constraint failed: t_a_check", Some("t_a_check")),
            ("FOREIGN KEY constraint failed", None),
        ] {
            assert_eq!(of_sqlite(message).as_deref(), expected, "{message}");
        }
    }
}
