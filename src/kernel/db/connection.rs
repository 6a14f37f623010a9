//! One connection type for both engines, and how a connection of each is made ready.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2;

/// A connection to either engine; diesel's query builder works on it as on any other.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pg(_) => "Conn::Pg",
            Self::Sqlite(_) => "Conn::Sqlite",
        })
    }
}

/// Where the database is. The scheme chooses the engine: diesel's own `establish` would open a
/// SQLite file for a mistyped PostgreSQL address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A `postgres://` or `postgresql://` URL.
    Pg(String),
    /// The path of `sqlite://PATH`.
    Sqlite(String),
}

impl std::str::FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(url: &str) -> anyhow::Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Pg(url.to_owned()));
        }
        match url.strip_prefix("sqlite://") {
            Some("") => anyhow::bail!("the database URL names no file: write sqlite://PATH"),
            Some(path) => Ok(Self::Sqlite(path.to_owned())),
            None => anyhow::bail!(
                "the database URL must begin with sqlite:// or postgres://, not {:?}",
                url.split(':').next().unwrap_or_default()
            ),
        }
    }
}

/// What a connection is for; readers of SQLite cannot write even by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Writing,
    Reading,
}

/// Opens a connection and makes it ready.
pub(super) fn open(address: &Address, purpose: Use) -> anyhow::Result<Conn> {
    match address {
        Address::Pg(url) => {
            let mut conn = PgConnection::establish(url)
                .map_err(|cause| anyhow::anyhow!("PostgreSQL cannot be reached: {cause}"))?;
            // Compiling a query anew each time costs more than it saves, also for `verify`.
            conn.batch_execute(
                "SET timezone = 'UTC'; SET client_min_messages = warning; SET jit = off",
            )?;
            Ok(Conn::Pg(conn))
        }
        Address::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path).map_err(|cause| {
                anyhow::anyhow!("the database file {path} cannot be opened: {cause}")
            })?;
            prepare_sqlite(&mut conn, purpose).map_err(|cause| {
                anyhow::anyhow!("the database file {path} cannot be used: {cause}")
            })?;
            Ok(Conn::Sqlite(conn))
        }
    }
}

/// FULL durability, so that nothing acknowledged is lost with the power; refuses to go on without.
fn prepare_sqlite(conn: &mut SqliteConnection, purpose: Use) -> anyhow::Result<()> {
    conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON")?;
    match purpose {
        Use::Writing => conn.batch_execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; \
             PRAGMA wal_autocheckpoint = 16000",
        )?,
        Use::Reading => conn.batch_execute(
            "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA query_only = ON",
        )?,
    }
    if pragma(conn, "synchronous")? != "2" || pragma(conn, "journal_mode")? != "wal" {
        anyhow::bail!("SQLite did not take synchronous=FULL with a write-ahead log");
    }
    Ok(())
}

#[derive(QueryableByName)]
struct PragmaRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn pragma(conn: &mut SqliteConnection, name: &str) -> QueryResult<String> {
    let query = format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}");
    diesel::sql_query(query).get_result::<PragmaRow>(conn).map(|row| row.value)
}

/// Makes connections of one address for a pool.
#[derive(Debug, Clone)]
pub(super) struct Manager {
    pub(super) address: Address,
    pub(super) read_time: Duration,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        let mut conn = open(&self.address, Use::Reading).map_err(|cause| {
            r2d2::Error::ConnectionError(ConnectionError::BadConnection(cause.to_string()))
        })?;
        if let Conn::Pg(conn) = &mut conn {
            let milliseconds = self.read_time.as_millis();
            conn.batch_execute(&format!("SET statement_timeout = {milliseconds}"))
                .map_err(r2d2::Error::QueryError)?;
        }
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        match conn {
            Conn::Pg(conn) => conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError),
            Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        match conn {
            Conn::Pg(conn) => r2d2::R2D2Connection::is_broken(conn),
            Conn::Sqlite(conn) => r2d2::R2D2Connection::is_broken(conn),
        }
    }
}

pub(super) type Pool = r2d2::Pool<Manager>;

/// The pool for reads. Connections are opened when needed; waiting for one is bounded, and so is each
/// statement on PostgreSQL.
pub(super) fn pool(
    address: &Address,
    readers_max: u32,
    read_time: Duration,
) -> anyhow::Result<Pool> {
    let pool = r2d2::Pool::builder()
        .max_size(readers_max)
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(10))
        .build_unchecked(Manager { address: address.clone(), read_time });
    Ok(pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_of_the_url_chooses_the_engine() {
        let address = |url: &str| url.parse::<Address>().map_err(|e| e.to_string());
        assert_eq!(address("sqlite://data/a.db"), Ok(Address::Sqlite("data/a.db".into())));
        assert_eq!(address("sqlite:///a.db"), Ok(Address::Sqlite("/a.db".into())));
        assert_eq!(address("postgres://h/d"), Ok(Address::Pg("postgres://h/d".into())));
        assert_eq!(
            address("postgers://h/d"),
            Err("the database URL must begin with sqlite:// or postgres://, not \"postgers\""
                .into())
        );
        assert!(address("sqlite://").is_err());
    }
}
