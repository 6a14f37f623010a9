//! One private PostgreSQL cluster for this process, in a temporary folder, gone when we are gone.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Runs as another process: it ends the cluster and removes its folder as soon as its input ends,
/// which is when the tests end, however they end.
const KEEPER: &str = r#"
set -u
trap '' INT TERM HUP
bin=$1 port=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/wetland-exchange-postgres-XXXXXX") || exit 1
"$bin/initdb" -D "$dir/data" -U exchange -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 \
    || { tail -n 5 "$dir/log"; rm -rf "$dir"; exit 1; }
"$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" -c listen_addresses=127.0.0.1 \
    -c fsync=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=300 \
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

static CLUSTER: LazyLock<Option<Cluster>> = LazyLock::new(Cluster::start);

/// A running cluster; its keeper stops it when our end of the pipe closes.
pub(super) struct Cluster {
    port: u16,
    made: AtomicU32,
    /// PostgreSQL copies a template only while nobody else does.
    copying: Mutex<()>,
    _keeper: Child,
}

impl Cluster {
    /// The cluster of this process, or `None` on a machine without PostgreSQL.
    pub(super) fn get() -> Option<&'static Self> {
        CLUSTER.as_ref()
    }

    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            let required = std::env::var("REQUIRE_TOOLS").is_ok_and(|value| value == "1");
            assert!(!required, "PostgreSQL is not installed (initdb), and REQUIRE_TOOLS=1");
            return None;
        };
        let mut complaints = String::new();
        // Between choosing a port and taking it another program may be faster.
        for _ in 0..5 {
            match keep(&programs, free_port()) {
                Ok(cluster) => return Some(cluster),
                Err(complaint) => complaints += &complaint,
            }
        }
        panic!("PostgreSQL did not start:\n{complaints}");
    }

    /// Makes a database, empty or as the template is, and returns its URL.
    pub(super) fn create_database(&self, template: Option<&str>) -> Database {
        let name = format!("town_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template0");
        let _turn = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        let url = format!("postgres://exchange@127.0.0.1:{}/{name}", self.port);
        Database { name, url, is_elsewhere: false }
    }

    /// The same with its tables in that empty folder, on a disk of its own; the cluster's log of writes
    /// stays where it is.
    pub(super) fn create_database_in(&self, folder: &Path, template: &str) -> Database {
        let name = format!("town_{}", self.made.fetch_add(1, Ordering::Relaxed));
        if let Some((uid, gid)) = nobody_special() {
            std::os::unix::fs::chown(folder, Some(uid), Some(gid)).unwrap();
        }
        let _turn = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folder.to_str().unwrap();
        self.run(&format!("CREATE TABLESPACE {name} LOCATION '{folder}'"));
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template} TABLESPACE {name}"));
        let url = format!("postgres://exchange@127.0.0.1:{}/{name}", self.port);
        Database { name, url, is_elsewhere: true }
    }

    fn run(&self, command: &str) {
        self.try_run(command).unwrap();
    }

    fn try_run(&self, command: &str) -> diesel::QueryResult<()> {
        let url = format!("postgres://exchange@127.0.0.1:{}/postgres", self.port);
        let mut conn = PgConnection::establish(&url).unwrap();
        conn.batch_execute(command)
    }
}

/// A database of one town, dropped with it.
pub(super) struct Database {
    pub(super) name: String,
    pub(super) url: String,
    /// In a tablespace of the same name.
    is_elsewhere: bool,
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = Cluster::get().filter(|_| self.is_elsewhere) {
            // Also after a panic: its disk goes next, and the cluster must not look for it then.
            let _ = cluster.try_run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
            let _ = cluster.try_run(&format!("DROP TABLESPACE {}", self.name));
            return;
        }
        if let Some(cluster) = Cluster::get().filter(|_| !std::thread::panicking()) {
            cluster.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

fn keep(programs: &Path, port: u16) -> Result<Cluster, String> {
    let mut keeper = as_nobody_special()
        .args(["sh", "-c", KEEPER, "sh"])
        .arg(programs)
        .arg(port.to_string())
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|cause| cause.to_string())?;
    let mut output = BufReader::new(keeper.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).map_err(|cause| cause.to_string())?;
    if line.trim() != "ready" {
        let _ = output.read_to_string(&mut line);
        return Err(line);
    }
    Ok(Cluster { port, made: AtomicU32::new(0), copying: Mutex::new(()), _keeper: keeper })
}

/// PostgreSQL refuses to run as root, so root hands it to another user.
fn as_nobody_special() -> Command {
    let Some((uid, gid)) = nobody_special() else { return Command::new("env") };
    if Command::new("setpriv").arg("--version").output().is_ok() {
        let mut env = Command::new("setpriv");
        env.args(["--reuid", &uid.to_string(), "--regid", &gid.to_string(), "--clear-groups"]);
        return env;
    }
    let mut env = Command::new("runuser");
    env.args(["-u", special_user(), "--"]);
    env
}

fn id_says(args: &[&str]) -> String {
    let output = Command::new("id").args(args).stderr(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn special_user() -> &'static str {
    if id_says(&["-u", "postgres"]).is_empty() { "nobody" } else { "postgres" }
}

/// The user and group that the cluster runs as, where that is not our own.
fn nobody_special() -> Option<(u32, u32)> {
    let id = |what| id_says(&[what, special_user()]).parse().unwrap();
    (id_says(&["-u"]) == "0").then(|| (id("-u"), id("-g")))
}

/// The newest version that is installed where packages put it, else what is on the path.
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

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
