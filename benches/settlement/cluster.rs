//! A private PostgreSQL cluster in a temporary folder, as durable as PostgreSQL is by default.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Runs as another process: it ends the cluster and removes its folder as soon as its input ends.
const KEEPER: &str = r#"
set -u
trap '' INT TERM HUP
bin=$1 port=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/wetland-exchange-bench-XXXXXX") || exit 1
"$bin/initdb" -D "$dir/data" -U exchange -A trust -E UTF8 --locale=C >"$dir/log" 2>&1 \
    || { tail -n 5 "$dir/log"; rm -rf "$dir"; exit 1; }
"$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" -c listen_addresses=127.0.0.1 \
    -c shared_buffers=256MB -c max_wal_size=4GB -c max_connections=200 \
    </dev/null >"$dir/log" 2>&1 &
server=$!
until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
    kill -0 $server 2>/dev/null || { tail -n 5 "$dir/log"; rm -rf "$dir"; exit 1; }
    sleep 0.05
done
echo ready
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$dir"
"#;

/// A running cluster, gone when dropped.
pub(crate) struct Cluster {
    port: u16,
    keeper: Child,
}

impl Cluster {
    /// Starts one, or says that PostgreSQL is not installed.
    pub(crate) fn start() -> anyhow::Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut keeper = as_nobody_special()?
            .args(["sh", "-c", KEEPER, "sh"])
            .arg(programs)
            .arg(port.to_string())
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut output = BufReader::new(keeper.stdout.take().context("a pipe")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        if line.trim() != "ready" {
            output.read_to_string(&mut line)?;
            bail!("PostgreSQL did not start: {line}");
        }
        Ok(Some(Self { port, keeper }))
    }

    /// Makes a database, empty or a copy of another, and returns its URL.
    pub(crate) fn create_database(&self, name: &str, of: &str) -> anyhow::Result<String> {
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {of}"))?;
        Ok(self.url(name))
    }

    pub(crate) fn drop_database(&self, name: &str) -> anyhow::Result<()> {
        self.run(&format!("DROP DATABASE {name} WITH (FORCE)"))
    }

    fn url(&self, name: &str) -> String {
        format!("postgres://exchange@127.0.0.1:{}/{name}", self.port)
    }

    fn run(&self, command: &str) -> anyhow::Result<()> {
        let mut conn = PgConnection::establish(&self.url("postgres"))?;
        Ok(conn.batch_execute(command)?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// PostgreSQL refuses to run as root, so root hands it to another user.
fn as_nobody_special() -> anyhow::Result<Command> {
    let answer = |args: &[&str]| -> anyhow::Result<String> {
        let output = Command::new("id").args(args).stderr(Stdio::null()).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if answer(&["-u"])? != "0" {
        return Ok(Command::new("env"));
    }
    let user = if answer(&["-u", "postgres"])?.is_empty() { "nobody" } else { "postgres" };
    let mut other = Command::new("setpriv");
    other.args(["--reuid", &answer(&["-u", user])?, "--regid", &answer(&["-g", user])?]);
    other.arg("--clear-groups");
    Ok(other)
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<u32> =
        versions.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let packaged =
        versions.iter().map(|version| format!("/usr/lib/postgresql/{version}/bin").into());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    packaged.chain(path).find(|folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"].iter().all(|program| folder.join(program).is_file())
    })
}
