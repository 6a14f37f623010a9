//! Rows. One declaration gives a table's row type, its set-based insert on both engines and the
//! canonical form that the audit chain digests, so that no store can save a row unseen.
//!
//! The canonical form of a row is the table's name and then every column in order, each as
//! [`Canonical`](super::Canonical) writes it; its digest is SHA-256 of that without the hyphens at
//! its end. So a later migration may add columns at the end of a table, absent in the rows that are
//! there already, and their digests stay what they were. Nothing is lost by it: each value begins
//! with its length, so the hyphens that are missing can be told.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::connection::Conn;

/// A row that can be saved, many at a time.
pub trait Record: Clone + Send + 'static {
    const TABLE: &'static str;

    /// Inserts all rows: one statement on PostgreSQL, one prepared statement a row on SQLite.
    fn insert(conn: &mut Conn, rows: &[Self]) -> QueryResult<()>;
}

/// A row whose every version is digested into the audit chain.
pub trait Digested: Record {
    fn row_id(&self) -> Uuid;

    /// Writes the canonical form.
    fn canonical_row(&self, out: &mut Vec<u8>);

    /// Replaces all columns of the row with this id; returns how many rows there were.
    fn update(&self, conn: &mut Conn) -> QueryResult<usize>;

    /// The same for many rows: one statement on PostgreSQL; returns how many rows there were.
    fn update_all(conn: &mut Conn, rows: &[Self]) -> QueryResult<usize>;

    /// The next rows in the order of their ids, for who checks them all.
    fn page_after(conn: &mut Conn, after: Option<Uuid>, rows_max: i64) -> QueryResult<Vec<Self>>;

    fn digest(&self) -> [u8; 32] {
        let mut canonical = Vec::with_capacity(256);
        self.canonical_row(&mut canonical);
        Sha256::digest(without_absent_end(&canonical)).into()
    }
}

/// Leaves out the hyphens at the end, which stand for absent columns.
fn without_absent_end(canonical: &[u8]) -> &[u8] {
    let absent = canonical.iter().rev().take_while(|byte| **byte == b'-').count();
    canonical.split_at(canonical.len() - absent).0
}

/// Declares the row of a table whose first column is its `id`.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $vis:vis struct $name:ident in $table:ident {
            $first:ident: $first_type:ty as $first_sql:ty,
            $($field:ident: $type:ty as $sql:ty),* $(,)?
        }
    ) => {
        $crate::kernel::db::derived_record! {
            $(#[$doc])*
            #[derive(diesel::AsChangeset)]
            #[diesel(treat_none_as_null = true)]
            $vis struct $name in $table {
                $first: $first_type as $first_sql,
                $($field: $type as $sql),*
            }
        }

        impl $crate::kernel::db::Digested for $name {
            fn row_id(&self) -> uuid::Uuid {
                self.$first.into()
            }

            fn canonical_row(&self, out: &mut Vec<u8>) {
                use $crate::kernel::db::Canonical;
                stringify!($table).canonical(out);
                self.$first.canonical(out);
                $(self.$field.canonical(out);)*
            }

            fn update(&self, conn: &mut $crate::kernel::db::Conn) -> diesel::QueryResult<usize> {
                use diesel::prelude::*;
                use diesel::query_builder::{AstPass, QueryFragment, QueryId};
                use diesel::sqlite::Sqlite;
                use $crate::kernel::db::sql::types::*;

                /// One row. Written out here, since diesel prepares its own updates anew each time.
                struct Put<'a>(&'a $name);

                impl QueryId for Put<'_> {
                    type QueryId = Put<'static>;
                    const HAS_STATIC_QUERY_ID: bool = true;
                }

                impl QueryFragment<Sqlite> for Put<'_> {
                    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> diesel::QueryResult<()> {
                        out.push_sql(concat!("UPDATE ", stringify!($table)));
                        let mut separators = std::iter::once(" SET ").chain(std::iter::repeat(", "));
                        $(
                            out.push_sql(separators.next().unwrap_or_default());
                            out.push_sql(concat!(stringify!($field), " = "));
                            out.push_bind_param::<$sql, _>(&self.0.$field)?;
                        )*
                        out.push_sql(concat!(" WHERE ", stringify!($first), " = "));
                        out.push_bind_param::<$first_sql, _>(&self.0.$first)
                    }
                }

                impl RunQueryDsl<diesel::SqliteConnection> for Put<'_> {}

                match conn {
                    $crate::kernel::db::Conn::Pg(conn) => {
                        diesel::update($crate::schema::$table::table.find(self.$first)).set(self).execute(conn)
                    }
                    $crate::kernel::db::Conn::Sqlite(conn) => Put(self).execute(conn),
                }
            }

            fn update_all(
                conn: &mut $crate::kernel::db::Conn,
                rows: &[Self],
            ) -> diesel::QueryResult<usize> {
                use diesel::RunQueryDsl;
                use diesel::pg::Pg;
                use diesel::query_builder::{AstPass, QueryFragment, QueryId};
                use $crate::kernel::db::sql::types::*;

                /// The columns of many rows, one array each.
                struct Replacing<'a> {
                    $first: Vec<&'a $first_type>,
                    $($field: Vec<&'a $type>),*
                }

                impl QueryId for Replacing<'_> {
                    type QueryId = Replacing<'static>;
                    const HAS_STATIC_QUERY_ID: bool = true;
                }

                impl QueryFragment<Pg> for Replacing<'_> {
                    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                        let names: &[&str] = &[$(stringify!($field)),*];
                        $crate::kernel::db::push_replacing(&mut out, stringify!($table), names);
                        out.push_bind_param::<Array<$first_sql>, _>(&self.$first)?;
                        $(
                            out.push_sql(", ");
                            out.push_bind_param::<Array<$sql>, _>(&self.$field)?;
                        )*
                        $crate::kernel::db::push_replaced(&mut out, (stringify!($table), stringify!($first)), names);
                        Ok(())
                    }
                }

                impl RunQueryDsl<diesel::PgConnection> for Replacing<'_> {}

                match conn {
                    $crate::kernel::db::Conn::Pg(conn) if rows.len() > 1 => {
                        let columns = Replacing {
                            $first: rows.iter().map(|row| &row.$first).collect(),
                            $($field: rows.iter().map(|row| &row.$field).collect()),*
                        };
                        columns.execute(conn)
                    }
                    conn => rows.iter().map(|row| row.update(conn)).sum(),
                }
            }

            fn page_after(
                conn: &mut $crate::kernel::db::Conn,
                after: Option<uuid::Uuid>,
                rows_max: i64,
            ) -> diesel::QueryResult<Vec<Self>> {
                use diesel::prelude::*;
                let after = $crate::kernel::db::RawId(after.unwrap_or_default());
                $crate::schema::$table::table
                    .filter($crate::schema::$table::$first.gt(after))
                    .order($crate::schema::$table::$first)
                    .limit(rows_max)
                    .select(Self::as_select())
                    .load(conn)
            }
        }
    };
}

/// Declares the row of a table that is not digested, since it can be computed from others (or is
/// part of the chain itself). With `replacing (keys) set (columns)` a row that is there already is
/// brought up to date instead.
macro_rules! derived_record {
    (
        $(#[$doc:meta])*
        $vis:vis struct $name:ident in $table:ident {
            $first:ident: $first_type:ty as $first_sql:ty,
            $($field:ident: $type:ty as $sql:ty),* $(,)?
        }
        $(replacing ($($key:ident),+) set ($($set:ident),+))?
    ) => {
        #[derive(Debug, Clone, PartialEq, diesel::Queryable, diesel::Selectable)]
        #[diesel(table_name = $crate::schema::$table)]
        #[diesel(primary_key($first))]
        $(#[$doc])*
        $vis struct $name {
            $vis $first: $first_type,
            $($vis $field: $type),*
        }

        const _: () = {
            use diesel::pg::Pg;
            use diesel::query_builder::{AstPass, QueryFragment, QueryId};
            use diesel::sqlite::Sqlite;
            use $crate::kernel::db::sql::types::*;

            /// The columns of many rows, one array each.
            struct Columns<'a> {
                $first: Vec<&'a $first_type>,
                $($field: Vec<&'a $type>),*
            }

            impl QueryId for Columns<'_> {
                type QueryId = $name;
                const HAS_STATIC_QUERY_ID: bool = true;
            }

            impl QueryFragment<Pg> for Columns<'_> {
                fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                    out.push_sql(concat!("INSERT INTO ", stringify!($table), " (", stringify!($first)));
                    $(out.push_sql(concat!(", ", stringify!($field)));)*
                    out.push_sql(") SELECT * FROM UNNEST(");
                    out.push_bind_param::<Array<$first_sql>, _>(&self.$first)?;
                    $(
                        out.push_sql(", ");
                        out.push_bind_param::<Array<$sql>, _>(&self.$field)?;
                    )*
                    out.push_sql(")");
                    $(
                        let keys: &[&str] = &[$(stringify!($key)),+];
                        let set: &[&str] = &[$(stringify!($set)),+];
                        $crate::kernel::db::push_conflict(&mut out, keys, set);
                    )?
                    Ok(())
                }
            }

            impl diesel::RunQueryDsl<diesel::PgConnection> for Columns<'_> {}

            /// One row. Written out here, since diesel prepares its own upserts anew each time.
            struct One<'a>(&'a $name);

            impl QueryId for One<'_> {
                type QueryId = $name;
                const HAS_STATIC_QUERY_ID: bool = true;
            }

            impl QueryFragment<Sqlite> for One<'_> {
                fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> diesel::QueryResult<()> {
                    out.push_sql(concat!(
                        "INSERT INTO ", stringify!($table), " (", stringify!($first),
                        $(", ", stringify!($field),)* ") VALUES ("
                    ));
                    out.push_bind_param::<$first_sql, _>(&self.0.$first)?;
                    $(
                        out.push_sql(", ");
                        out.push_bind_param::<$sql, _>(&self.0.$field)?;
                    )*
                    out.push_sql(")");
                    $(
                        let keys: &[&str] = &[$(stringify!($key)),+];
                        let set: &[&str] = &[$(stringify!($set)),+];
                        $crate::kernel::db::push_conflict(&mut out, keys, set);
                    )?
                    Ok(())
                }
            }

            impl diesel::RunQueryDsl<diesel::SqliteConnection> for One<'_> {}

            impl $crate::kernel::db::Record for $name {
                const TABLE: &'static str = stringify!($table);

                fn insert(conn: &mut $crate::kernel::db::Conn, rows: &[Self]) -> diesel::QueryResult<()> {
                    use diesel::RunQueryDsl;
                    if rows.is_empty() {
                        return Ok(());
                    }
                    match conn {
                        $crate::kernel::db::Conn::Pg(conn) => {
                            let columns = Columns {
                                $first: rows.iter().map(|row| &row.$first).collect(),
                                $($field: rows.iter().map(|row| &row.$field).collect()),*
                            };
                            columns.execute(conn)?;
                        }
                        $crate::kernel::db::Conn::Sqlite(conn) => {
                            for row in rows {
                                One(row).execute(conn)?;
                            }
                        }
                    }
                    Ok(())
                }
            }
        };
    };
}

pub(crate) use {derived_record, record};

/// Ends an insert with what happens to rows that are there already.
pub(crate) fn push_conflict<DB: Backend>(
    out: &mut AstPass<'_, '_, DB>,
    keys: &[&str],
    set: &[&str],
) {
    out.push_sql(" ON CONFLICT (");
    push_list(out, keys, |out, key| out.push_sql(key));
    out.push_sql(") DO UPDATE SET ");
    push_list(out, set, |out, column| {
        out.push_sql(column);
        out.push_sql(" = EXCLUDED.");
        out.push_sql(column);
    });
}

/// Begins an update of many rows, whose columns follow as arrays.
pub(crate) fn push_replacing(
    out: &mut AstPass<'_, '_, diesel::pg::Pg>,
    table: &str,
    names: &[&str],
) {
    out.push_sql("UPDATE ");
    out.push_sql(table);
    out.push_sql(" SET ");
    push_list(out, names, |out, name| {
        out.push_sql(name);
        out.push_sql(" = new.");
        out.push_sql(name);
    });
    out.push_sql(" FROM UNNEST(");
}

/// Ends it: which array is which column, and which row is which.
pub(crate) fn push_replaced(
    out: &mut AstPass<'_, '_, diesel::pg::Pg>,
    (table, id): (&str, &str),
    names: &[&str],
) {
    out.push_sql(") AS new (");
    out.push_sql(id);
    for name in names {
        out.push_sql(", ");
        out.push_sql(name);
    }
    out.push_sql(") WHERE ");
    for part in [table, ".", id, " = new.", id] {
        out.push_sql(part);
    }
}

fn push_list<DB: Backend>(
    out: &mut AstPass<'_, '_, DB>,
    names: &[&str],
    push: impl Fn(&mut AstPass<'_, '_, DB>, &str),
) {
    for (n, name) in names.iter().enumerate() {
        if n > 0 {
            out.push_sql(", ");
        }
        push(out, name);
    }
}
