//! A whole database as a file and back, by what each engine brings for it: SQLite's `VACUUM INTO`,
//! PostgreSQL's `pg_dump` and `pg_restore`. Servers go on meanwhile; the copy is of one moment, and
//! whoever makes it proves that very moment.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, anyhow, bail};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use percent_encoding::percent_decode_str;

use super::connection::{self, Address, Conn, Use};
use super::snapshot;

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Writes the database to a new file and proves what was written; the connection that the proof
/// gets sees the copy, or the moment of which the copy is.
pub fn copy_out<T>(
    address: &Address,
    file: &Path,
    proof: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    match address {
        Address::Sqlite(path) => {
            if !Path::new(path).is_file() {
                bail!("there is no database file {path}");
            }
            let mut conn = connection::open(address, Use::Reading)?;
            let target = text(file)?.replace('\'', "''");
            conn.batch_execute("PRAGMA query_only = OFF")?;
            conn.batch_execute(&format!("VACUUM INTO '{target}'"))?;
            // SQLite leaves it to the system when this reaches the disk.
            File::open(file)?.sync_all()?;
            let proved = proof(&mut connection::open(&at(file)?, Use::Writing)?)?;
            File::open(file)?.sync_all()?;
            Ok(proved)
        }
        Address::Pg(url) => {
            let mut conn = connection::open(address, Use::Reading)?;
            snapshot::begin(&mut conn)?;
            let Conn::Pg(postgres) = &mut conn else { bail!("a PostgreSQL address is PostgreSQL") };
            let snapshot = format!("--snapshot={}", snapshot::export(postgres)?);
            let target = format!("--file={}", text(file)?);
            let flags = ["--format=custom", "--no-owner", "--no-privileges", &snapshot, &target];
            tool("pg_dump", url, &flags, &[])?;
            let proved = proof(&mut conn)?;
            conn.batch_execute("ROLLBACK")?;
            File::open(file)?.sync_all()?;
            Ok(proved)
        }
    }
}

/// Reads such a file into a database that has nothing in it, and proves it there. A SQLite file
/// gets its name only then.
pub fn copy_in<T>(
    file: &Path,
    address: &Address,
    proof: impl FnOnce(&mut Conn) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    match address {
        Address::Sqlite(path) => {
            let target = PathBuf::from(path);
            if target.exists() {
                bail!("there is a database already: {path}");
            }
            let draft = target.with_extension("restoring");
            fs::copy(file, &draft)
                .with_context(|| format!("{} cannot be written", draft.display()))?;
            let proved = connection::open(&at(&draft)?, Use::Writing)
                .and_then(|mut conn| proof(&mut conn))
                .inspect_err(|_| drop(fs::remove_file(&draft)))?;
            File::open(&draft)?.sync_all()?;
            fs::rename(&draft, &target)?;
            File::open(target.parent().filter(|it| *it != "").unwrap_or(Path::new(".")))?
                .sync_all()?;
            Ok(proved)
        }
        Address::Pg(url) => {
            let mut conn = connection::open(address, Use::Reading)?;
            let Conn::Pg(postgres) = &mut conn else { bail!("a PostgreSQL address is PostgreSQL") };
            let tables: CountRow = diesel::sql_query(
                "SELECT COUNT(*) AS count FROM information_schema.tables \
                 WHERE table_schema = current_schema()",
            )
            .get_result(postgres)?;
            if tables.count > 0 {
                bail!(
                    "the database has {} tables already; restore into an empty one",
                    tables.count
                );
            }
            let flags = ["--single-transaction", "--exit-on-error", "--no-owner"];
            tool("pg_restore", url, &flags, &[text(file)?])?;
            snapshot::begin(&mut conn)?;
            let proved = proof(&mut conn);
            conn.batch_execute("ROLLBACK")?;
            proved
        }
    }
}

fn at(file: &Path) -> anyhow::Result<Address> {
    Ok(Address::Sqlite(text(file)?.to_owned()))
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().ok_or_else(|| anyhow!("{} is not a name in UTF-8", path.display()))
}

/// Runs a program of PostgreSQL on the database. Its password goes by the environment, since
/// everybody on the machine can read arguments.
fn tool(program: &str, url: &str, flags: &[&str], files: &[&str]) -> anyhow::Result<()> {
    let (url, password) = without_password(url);
    let mut command = Command::new(program);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let output =
        command.args(flags).arg(format!("--dbname={url}")).args(files).output().with_context(
            || format!("{program} cannot be run; it comes with PostgreSQL's clients"),
        )?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    bail!("{program} failed: {}", complaint.lines().next().unwrap_or("it said nothing"))
}

/// Takes the password out of `postgres://USER:PASSWORD@HOST/NAME`.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (person, place) = rest.rsplit_once('@')?;
        let (user, password) = person.split_once(':')?;
        Some((format!("{scheme}://{user}@{place}"), password))
    });
    match parts {
        Some((url, password)) => {
            (url, Some(percent_decode_str(password).decode_utf8_lossy().into_owned()))
        }
        None => (url.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        let (url, password) = without_password("postgres://wetland:p%40ss%3Aword@db:5432/bank");
        assert_eq!(url, "postgres://wetland@db:5432/bank");
        assert_eq!(password.as_deref(), Some("p@ss:word"));
        for plain in ["postgres://wetland@db/bank", "postgres://db/bank"] {
            assert_eq!(without_password(plain), (plain.to_owned(), None));
        }
    }
}
