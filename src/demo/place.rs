//! Where the demo plays: a database that it makes anew, and never one that it did not make.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};

/// "WETD" in the place of SQLite's header that tells whose file it is.
const MADE_BY_DEMO: u32 = u32::from_be_bytes(*b"WETD");
const SQLITE_HEADER: &[u8] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;

/// Makes `demo.db` in the folder anew and returns its URL.
pub(super) fn fresh_file(folder: &Path) -> anyhow::Result<String> {
    fs::create_dir_all(folder)
        .with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
    let path = folder.join("demo.db");
    if path.try_exists()? {
        clear(&path)?;
    }
    let name = path.to_str().context("the data folder has a name that is no text")?;
    let made = SqliteConnection::establish(name)
        .map_err(anyhow::Error::from)
        .and_then(|mut conn| Ok(conn.batch_execute(&mark())?));
    made.with_context(|| format!("{name} cannot be made"))?;
    Ok(format!("sqlite://{name}"))
}

fn mark() -> String {
    format!("PRAGMA application_id = {MADE_BY_DEMO}")
}

/// Removes the database of an earlier demo.
fn clear(path: &Path) -> anyhow::Result<()> {
    let name = path.display();
    anyhow::ensure!(
        is_ours(path).with_context(|| format!("{name} cannot be read"))?,
        "{name} was not made by the demo and is left alone; move it away, or choose another folder \
         with --data-dir"
    );
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    // This needs the file for itself, so it fails while a server uses it.
    conn.batch_execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
        .map_err(|_| anyhow::anyhow!("{name} is in use; end the demo that runs on it first"))?;
    drop(conn);
    fs::remove_file(path).with_context(|| format!("{name} cannot be removed"))?;
    for ending in ["-wal", "-shm"] {
        let beside = PathBuf::from(format!("{}{ending}", path.to_string_lossy()));
        if beside.try_exists()? {
            fs::remove_file(&beside)?;
        }
    }
    Ok(())
}

/// Whether the file carries the demo's mark.
fn is_ours(path: &Path) -> anyhow::Result<bool> {
    let mut header = Vec::new();
    File::open(path)?.take(100).read_to_end(&mut header)?;
    let id = header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4);
    Ok(header.starts_with(SQLITE_HEADER) && id == Some(&MADE_BY_DEMO.to_be_bytes()))
}

#[derive(QueryableByName)]
struct Tables {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Checks that there is nothing in a PostgreSQL database yet, and returns its URL.
pub(super) fn empty_server(url: &str) -> anyhow::Result<String> {
    let mut conn = PgConnection::establish(url)
        .map_err(|cause| anyhow::anyhow!("PostgreSQL cannot be reached: {cause}"))?;
    let query = "SELECT count(*) AS count FROM pg_tables \
                 WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let tables: Tables = diesel::sql_query(query).get_result(&mut conn)?;
    anyhow::ensure!(
        tables.count == 0,
        "this database was not made by the demo and is left alone: it has tables; name an empty one"
    );
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_database_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh_file(folder.path()).unwrap();
        assert!(url.starts_with("sqlite://") && url.ends_with("demo.db"), "{url}");
        let path = folder.path().join("demo.db");
        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        conn.batch_execute("PRAGMA journal_mode = WAL; CREATE TABLE old (id BIGINT)").unwrap();

        let refused = fresh_file(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("is in use"), "{refused}");
        drop(conn);
        fresh_file(folder.path()).unwrap();
        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        conn.batch_execute("CREATE TABLE old (id BIGINT)").unwrap();
    }

    #[test]
    fn a_database_that_it_did_not_make_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.db");
        let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        conn.batch_execute("CREATE TABLE theirs (id BIGINT)").unwrap();
        drop(conn);
        for text in [fs::read(&path).unwrap(), b"no database".to_vec(), Vec::new()] {
            fs::write(&path, &text).unwrap();
            let refused = fresh_file(folder.path()).unwrap_err().to_string();
            assert!(refused.contains("was not made by the demo"), "{refused}");
            assert_eq!(fs::read(&path).unwrap(), text);
        }
    }
}
