//! Tables as the database itself writes them out, in the canonical form. No row type of ours takes
//! part, so that this is a second way to the bytes that were digested.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

/// How a column lies in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Id,
    Text,
    Whole,
    Bool,
    Date,
    Timestamp,
    Binary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
}

/// A table of the database's own catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTable {
    pub name: String,
    columns: Vec<Column>,
    on_postgres: bool,
}

/// One row: its key as text and its columns in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct RawRow {
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = Text)]
    pub canonical: String,
    /// What else was asked for.
    #[diesel(sql_type = Text)]
    pub more: String,
}

/// A row that a query found wrong, and how many there are of its kind.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(in crate::audit) struct WrongRow {
    #[diesel(sql_type = Text)]
    pub(in crate::audit) key: String,
    #[diesel(sql_type = BigInt)]
    pub(in crate::audit) total: i64,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct CatalogueRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

/// Runs a query on either engine.
pub fn load<T>(conn: &mut Conn, sql: &str) -> Answer<Vec<T>>
where
    T: QueryableByName<diesel::pg::Pg> + QueryableByName<diesel::sqlite::Sqlite> + 'static,
{
    Ok(match conn {
        Conn::Pg(conn) => diesel::sql_query(sql).load(conn)?,
        Conn::Sqlite(conn) => diesel::sql_query(sql).load(conn)?,
    })
}

/// Writes a text as SQL does.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Asked of the server's own catalogue, which answers a hundred times as fast as the standard's views
/// of it.
const CATALOGUE_PG: &str = "\
    SELECT t.relname::text AS table_name, c.attname::text AS column_name, \
        format_type(c.atttypid, NULL) AS kind \
    FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid \
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') \
        AND c.attnum > 0 AND NOT c.attisdropped \
        AND t.relname <> '__diesel_schema_migrations' \
    ORDER BY t.relname COLLATE \"C\", c.attnum";

const CATALOGUE_SQLITE: &str = "\
    SELECT t.name AS table_name, c.name AS column_name, c.type AS kind \
    FROM sqlite_master t, pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
        AND t.name <> '__diesel_schema_migrations' \
    ORDER BY t.name, c.cid";

/// Returns all tables there are, in the order of their names, and the columns whose type is none of
/// ours. The list of migrations, which says only what ran, is left out.
pub fn tables(conn: &mut Conn) -> Answer<(Vec<RawTable>, Vec<String>)> {
    let on_postgres = matches!(conn, Conn::Pg(_));
    let catalogue = if on_postgres { CATALOGUE_PG } else { CATALOGUE_SQLITE };
    let mut found: Vec<RawTable> = Vec::new();
    let mut strange = Vec::new();
    for row in load::<CatalogueRow>(conn, catalogue)? {
        if found.last().is_none_or(|table| table.name != row.table_name) {
            let name = row.table_name.clone();
            found.push(RawTable { name, columns: Vec::new(), on_postgres });
        }
        match (kind_of(&row.kind), found.last_mut()) {
            (Some(kind), Some(table)) => {
                table.columns.push(Column { name: row.column_name, kind });
            }
            _ => strange.push(format!("{}.{}", row.table_name, row.column_name)),
        }
    }
    Ok((found, strange))
}

fn kind_of(sql: &str) -> Option<Kind> {
    Some(match sql.to_ascii_lowercase().as_str() {
        "uuid" => Kind::Id,
        "text" => Kind::Text,
        "bigint" | "integer" => Kind::Whole,
        "boolean" => Kind::Bool,
        "date" => Kind::Date,
        "timestamp" | "timestamp without time zone" => Kind::Timestamp,
        "bytea" | "blob" => Kind::Binary,
        _ => return None,
    })
}

impl RawTable {
    /// Whether the table has such a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }

    /// The SQL that writes one column as its canonical text, without its length. On SQLite a value
    /// that is not stored as its column says comes out as something that no digest was made of.
    pub fn text(&self, column: &str) -> String {
        let kind = self.columns.iter().find(|known| known.name == column).map(|known| known.kind);
        let column = name(column);
        match (kind, self.on_postgres) {
            (None, _) => "'?'".to_owned(),
            (Some(Kind::Text), true) => column,
            (Some(Kind::Id | Kind::Whole | Kind::Bool), true) => format!("{column}::text"),
            (Some(Kind::Date), true) => format!("to_char({column}, 'YYYY-MM-DD')"),
            (Some(Kind::Timestamp), true) => {
                format!("to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            }
            (Some(Kind::Binary), true) => format!("encode({column}, 'hex')"),
            (Some(Kind::Id | Kind::Text | Kind::Date), false) => stored(&column, "text", &column),
            (Some(Kind::Whole), false) => {
                stored(&column, "integer", &format!("CAST({column} AS TEXT)"))
            }
            (Some(Kind::Bool), false) => {
                let word = format!(
                    "CASE {column} WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE 'neither' END"
                );
                stored(&column, "integer", &word)
            }
            (Some(Kind::Timestamp), false) => {
                // Kept as `YYYY-MM-DD hh:mm:ss.ffffff`.
                let moment = format!(
                    "CASE WHEN length({column}) = 26 AND substr({column}, 11, 1) = ' ' \
                     THEN replace({column}, ' ', 'T') || 'Z' ELSE 'not a moment: ' || {column} END"
                );
                stored(&column, "text", &moment)
            }
            (Some(Kind::Binary), false) => {
                stored(&column, "blob", &format!("lower(hex({column}))"))
            }
        }
    }

    /// The SQL that writes columns one after another in canonical form; all but `without`.
    pub fn canonical(&self, without: &[&str]) -> String {
        let columns = self.columns.iter().filter(|column| !without.contains(&&*column.name));
        let one = |column: &Column| match self.on_postgres {
            true => on_postgres(column.kind, &name(&column.name)),
            false => on_sqlite(column.kind, &name(&column.name)),
        };
        columns.map(one).collect::<Vec<_>>().join(" || ")
    }

    /// How many rows there are.
    pub fn count(&self, conn: &mut Conn) -> Answer<i64> {
        let sql = format!("SELECT COUNT(*) AS count FROM {}", name(&self.name));
        Ok(load::<CountRow>(conn, &sql)?.first().map_or(0, |row| row.count))
    }

    /// The next rows in the order of their keys: `condition` may narrow them down.
    pub fn page(
        &self,
        conn: &mut Conn,
        (key, without): (&str, &[&str]),
        more: &str,
        condition: &str,
        order: &str,
        rows_max: usize,
    ) -> Answer<Vec<RawRow>> {
        let sql = format!(
            "SELECT {key} AS key, {canonical} AS canonical, {more} AS more FROM {table} \
             WHERE {condition} ORDER BY {order} LIMIT {rows_max}",
            key = self.text(key),
            canonical = self.canonical(without),
            table = name(&self.name),
        );
        load(conn, &sql)
    }
}

/// One column in canonical form. Its value is made once: the length of most kinds is known.
fn on_postgres(kind: Kind, column: &str) -> String {
    let some = match kind {
        Kind::Text => format!("octet_length({column}) || ':' || {column}"),
        Kind::Id => format!("'36:' || {column}"),
        Kind::Whole => format!("octet_length({column}::text) || ':' || {column}"),
        Kind::Bool => format!("CASE WHEN {column} THEN '4:true' ELSE '5:false' END"),
        Kind::Date => format!("'10:' || to_char({column}, 'YYYY-MM-DD')"),
        Kind::Timestamp => {
            format!("'27:' || to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        Kind::Binary => format!("(octet_length({column}) * 2) || ':' || encode({column}, 'hex')"),
    };
    match kind {
        Kind::Bool => format!("CASE WHEN {column} IS NULL THEN '-' ELSE {some} END"),
        _ => format!("COALESCE({some}, '-')"),
    }
}

/// The same; what is not stored as its column says comes out as no digest was made of.
fn on_sqlite(kind: Kind, column: &str) -> String {
    let (stored, some) = match kind {
        Kind::Id | Kind::Text | Kind::Date => {
            ("text", format!("octet_length({column}) || ':' || {column}"))
        }
        Kind::Whole => ("integer", format!("octet_length({column}) || ':' || {column}")),
        Kind::Bool => (
            "integer",
            format!("CASE {column} WHEN 0 THEN '5:false' WHEN 1 THEN '4:true' ELSE 'neither' END"),
        ),
        Kind::Timestamp => (
            "text",
            format!(
                "CASE WHEN length({column}) = 26 AND substr({column}, 11, 1) = ' ' \
                 THEN '27:' || replace({column}, ' ', 'T') || 'Z' \
                 ELSE 'not a moment: ' || {column} END"
            ),
        ),
        Kind::Binary => ("blob", format!("(length({column}) * 2) || ':' || lower(hex({column}))")),
    };
    format!(
        "CASE typeof({column}) WHEN '{stored}' THEN {some} WHEN 'null' THEN '-' \
         ELSE 'stored as ' || typeof({column}) END"
    )
}

fn stored(column: &str, kind: &str, text: &str) -> String {
    format!(
        "CASE typeof({column}) WHEN '{kind}' THEN {text} WHEN 'null' THEN NULL \
         ELSE 'stored as ' || typeof({column}) END"
    )
}

/// Runs a query that selects the `key` of each wrong row, and returns some of them with the number
/// of all.
pub(in crate::audit) fn wrong_rows(
    conn: &mut Conn,
    sql: &str,
    rows_max: usize,
) -> Answer<Vec<WrongRow>> {
    let counted = format!(
        "SELECT CAST(key AS TEXT) AS key, COUNT(*) OVER () AS total FROM ({sql}) wrong \
         ORDER BY 1 LIMIT {rows_max}"
    );
    load(conn, &counted)
}

/// Runs a statement that answers nothing, such as a savepoint.
pub(in crate::audit) fn execute(conn: &mut Conn, sql: &str) -> Answer<()> {
    match conn {
        Conn::Pg(conn) => diesel::sql_query(sql).execute(conn)?,
        Conn::Sqlite(conn) => diesel::sql_query(sql).execute(conn)?,
    };
    Ok(())
}
