//! A hand inside the database, past every trigger and constraint. What it does is undone after each
//! look, since all of it happens in one transaction.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use wetland_exchange::audit::{self, Report, raw};
use wetland_exchange::kernel::db::Conn;
use wetland_exchange::verify;

use crate::support::Town;

/// Strangers write it and it is soon forgotten; migrations say only what ran.
const NOT_PROVED: [&str; 2] = ["login_failures", "__diesel_schema_migrations"];

pub(crate) struct Hand {
    conn: Conn,
    pub(crate) columns: Vec<Column>,
    random: u64,
}

#[derive(Debug, Clone, QueryableByName)]
pub(crate) struct Column {
    #[diesel(sql_type = Text)]
    pub(crate) table_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) column_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Hand {
    /// Opens the town's database and takes its guards away.
    pub(crate) fn of(town: &Town) -> Self {
        let url = town.database_url();
        let mut hand = match url.strip_prefix("sqlite://") {
            Some(path) => {
                let conn = Conn::Sqlite(SqliteConnection::establish(path).unwrap());
                Self { conn, columns: Vec::new(), random: 11 }
            }
            None => {
                let conn = Conn::Pg(PgConnection::establish(url).unwrap());
                Self { conn, columns: Vec::new(), random: 12 }
            }
        };
        let (guards, columns) = if hand.is_postgres() {
            hand.run("SET session_replication_role = replica");
            (
                "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname AS word \
                 FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace",
                "SELECT t.table_name::text, c.column_name::text, c.data_type::text AS kind \
                 FROM information_schema.tables t \
                 JOIN information_schema.columns c USING (table_schema, table_name) \
                 WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2",
            )
        } else {
            hand.run("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
            (
                "SELECT 'DROP TRIGGER ' || name AS word FROM sqlite_master WHERE type = 'trigger'",
                "SELECT t.name AS table_name, c.name AS column_name, lower(c.type) AS kind \
                 FROM sqlite_master t, pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY 1, 2",
            )
        };
        for guard in hand.words(guards) {
            hand.run(&guard);
        }
        hand.columns = raw::load(&mut hand.conn, columns).unwrap();
        hand.columns.retain(|column| !NOT_PROVED.contains(&&*column.table_name));
        hand
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.conn, Conn::Pg(_))
    }

    pub(crate) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Proves the database as it is inside the hand's transaction.
    pub(crate) fn look(&mut self) -> Report {
        audit::verify(&mut self.conn, &verify::plan(), None).unwrap()
    }

    /// Does something, looks, and undoes it. `None` when the database did not let it happen or
    /// nothing came of it.
    pub(crate) fn attempt(&mut self, statements: &[String]) -> Option<Report> {
        self.run("BEGIN");
        let report = self.changes(statements).then(|| self.look());
        self.run("ROLLBACK");
        report
    }

    /// Whether all of it happened, and something came of each.
    pub(crate) fn changes(&mut self, statements: &[String]) -> bool {
        statements.iter().all(|sql| self.execute(sql).is_ok_and(|rows| rows > 0))
    }

    /// The change of one value of one row; `None` where the table is empty.
    pub(crate) fn flip(&mut self) -> Option<(String, String)> {
        let n = self.below(self.columns.len());
        let column = self.columns[n].clone();
        let table = &column.table_name;
        if self.number(&format!("SELECT COUNT(*) AS number FROM {table}")) == 0 {
            return None;
        }
        let (row, value) = (self.any_row(table), self.other_value(&column));
        let change = format!("UPDATE {table} SET {} = {value} WHERE {row}", column.column_name);
        Some((table.clone(), change))
    }

    /// The removal of one row.
    pub(crate) fn removal(&mut self) -> String {
        let table = self.any_table();
        let row = self.any_row(&table);
        format!("DELETE FROM {table} WHERE {row}")
    }

    /// Two rows that change their ids, and the copy of a row under a new one; `None` in a table
    /// without ids.
    pub(crate) fn swap_and_copy(&mut self) -> Option<(Option<[String; 3]>, String)> {
        let table = self.any_table();
        let of_table = |column: &&Column| column.table_name == table;
        let columns = self.columns.iter().filter(of_table).map(|column| &*column.column_name);
        let columns: Vec<&str> = columns.collect();
        if !columns.contains(&"id") || table == "audit_head" {
            return None;
        }
        let others: Vec<&str> = columns.iter().filter(|name| **name != "id").copied().collect();
        let others = others.join(", ");
        let ids = format!("SELECT CAST(id AS TEXT) AS word FROM {table} ORDER BY id LIMIT 40");
        let ids = self.words(&ids);
        let (one, other) = (&ids[self.below(ids.len())], &ids[self.below(ids.len())]);
        let spare = "0191e4c8-7b1a-7000-8000-0000000000ff";
        let rename =
            |from: &str, to: &str| format!("UPDATE {table} SET id = '{to}' WHERE id = '{from}'");
        let swap = [rename(one, spare), rename(other, one), rename(spare, other)];
        let id = if self.is_postgres() {
            format!("CAST('{spare}' AS UUID)")
        } else {
            format!("'{spare}'")
        };
        let copy = format!(
            "INSERT INTO {table} (id, {others}) SELECT {id}, {others} FROM {table} WHERE id = '{one}'"
        );
        Some(((one != other).then_some(swap), copy))
    }

    pub(crate) fn run(&mut self, sql: &str) {
        let done = match &mut self.conn {
            Conn::Pg(conn) => conn.batch_execute(sql),
            Conn::Sqlite(conn) => conn.batch_execute(sql),
        };
        done.unwrap_or_else(|cause| panic!("{sql}: {cause}"));
    }

    fn execute(&mut self, sql: &str) -> QueryResult<usize> {
        match &mut self.conn {
            Conn::Pg(conn) => diesel::sql_query(sql).execute(conn),
            Conn::Sqlite(conn) => diesel::sql_query(sql).execute(conn),
        }
    }

    pub(crate) fn words(&mut self, sql: &str) -> Vec<String> {
        raw::load::<Word>(&mut self.conn, sql).unwrap().into_iter().map(|row| row.word).collect()
    }

    pub(crate) fn number(&mut self, sql: &str) -> i64 {
        raw::load::<Number>(&mut self.conn, sql).unwrap().first().unwrap().number
    }

    /// A number below the limit; the same in every run.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.random >> 33).unwrap() % limit
    }

    pub(crate) fn any_table(&mut self) -> String {
        loop {
            let n = self.below(self.columns.len());
            let table = self.columns[n].table_name.clone();
            if self.number(&format!("SELECT COUNT(*) AS number FROM {table}")) > 0 {
                return table;
            }
        }
    }

    /// A condition that holds for one row of the table.
    pub(crate) fn any_row(&mut self, table: &str) -> String {
        let count = self.number(&format!("SELECT COUNT(*) AS number FROM {table}"));
        let n = self.below(usize::try_from(count).unwrap());
        let found = if self.is_postgres() {
            format!(
                "SELECT 'ctid = ''' || ctid::text || '''' AS word FROM {table} LIMIT 1 OFFSET {n}"
            )
        } else {
            let keys = self.words(&format!(
                "SELECT name AS word FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"
            ));
            let parts: Vec<String> =
                keys.iter().map(|key| format!("'{key} = ' || quote({key})")).collect();
            format!(
                "SELECT {} AS word FROM {table} LIMIT 1 OFFSET {n}",
                parts.join(" || ' AND ' || ")
            )
        };
        self.words(&found).remove(0)
    }

    /// SQL for another value of the column.
    pub(crate) fn other_value(&mut self, column: &Column) -> String {
        let (name, pg) = (&column.column_name, self.is_postgres());
        let or = |fallback: &str, changed: String| {
            format!("CASE WHEN {name} IS NULL THEN {fallback} ELSE {changed} END")
        };
        let is_id = name == "id" || name.ends_with("_id") || column.kind == "uuid";
        let n = self.below(9) + 1;
        match column.kind.as_str() {
            _ if is_id && column.kind != "integer" => {
                let id = format!("'0191e4c8-7b1a-7000-8000-00000000000{n}'");
                if pg && column.kind == "uuid" { format!("CAST({id} AS UUID)") } else { id }
            }
            "text" => or("'x'", format!("{name} || '{n}'")),
            "bigint" | "integer" => or("1", format!("{name} + {n}")),
            "boolean" if pg => or("true", format!("NOT {name}")),
            "boolean" => or("1", format!("1 - {name}")),
            "date" if pg => or("CURRENT_DATE", format!("{name} + {n}")),
            "date" => or("'2020-01-01'", format!("date({name}, '+{n} days')")),
            "bytea" => {
                or("'\\x00'", format!("set_byte({name}, {n}, (get_byte({name}, {n}) + 1) % 256)"))
            }
            "blob" => "randomblob(32)".to_owned(),
            _ if pg => or("NOW()", format!("{name} + INTERVAL '{n} microseconds'")),
            _ => or(
                "'2020-01-01 00:00:00.000000'",
                format!("substr({name}, 1, 25) || ((substr({name}, 26) + {n}) % 10)"),
            ),
        }
    }
}
