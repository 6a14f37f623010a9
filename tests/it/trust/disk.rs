//! A disk that is full, that cannot be synced, that cannot be written: writes are answered with 503,
//! reads go on, nothing acknowledged is lost, and all is well again without a restart.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::market::crash::verify;
use crate::support::{ADMINISTRATOR, Engine, Reply, Served, Town, send, text, tool};

/// The size of the small disk, and of one that holds a database of PostgreSQL.
const DISK: &str = "size=48m";
const DISK_OF_POSTGRES: &str = "size=128m";

/// A small disk of its own in memory, gone with this.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// `None` where this user may not mount anything.
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", size, "tmpfs", text(folder.path())])
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        eprintln!("not run: mount");
        None
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file until nothing more fits.
    fn fill(&self) -> PathBuf {
        let path = self.path().join("filling");
        let mut file = std::fs::File::create(&path).unwrap();
        for size in [65_536, 512, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l", text(self.path())]).status();
    }
}

/// A server of its own process, and what it has acknowledged.
struct Story {
    town: Town,
    token: String,
    served: Served,
    url: String,
    days: chrono::NaiveDate,
    acknowledged: Vec<chrono::NaiveDate>,
}

impl Story {
    /// Serves the town's database, or a copy of it at that path.
    async fn of(town: Town, copy: Option<&Path>) -> Self {
        town.clock.let_go();
        let token = town.log_in(ADMINISTRATOR).await;
        town.db.close().await;
        let (data, mut url) = (town.data_dir(), town.database_url().to_owned());
        if let Some(copy) = copy {
            std::fs::copy(data.join("exchange.db"), copy).unwrap();
            url = format!("sqlite://{}", copy.display());
        }
        let served = Served::start(&url, data);
        let days = chrono::NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
        Self { town, token, served, url, days, acknowledged: Vec::new() }
    }

    /// Asks to keep one more day of the calendar.
    async fn write(&mut self) -> Reply {
        let request = self.town.http.post(format!("{}/api/v1/calendar-days", self.served.url));
        let day = self.days;
        self.days = day.succ_opt().unwrap();
        let name = "停电".repeat(10);
        let body = json!({ "days": [{ "day": day, "kind": "holiday", "name": name }] });
        let key = uuid::Uuid::now_v7().to_string();
        let request = request.header("idempotency-key", key).bearer_auth(&self.token);
        let reply = send(request.json(&body)).await;
        if reply.status == 201 {
            self.acknowledged.push(day);
        }
        reply
    }

    /// Writes that are answered with 503 and when to come again, and reads beside them.
    async fn is_refused_but_reads(&mut self) {
        for _ in 0..20 {
            let refused = self.write().await;
            assert!(!refused.header("retry-after").is_empty(), "{}", refused.text);
            refused.refused(503, "try-again");
            self.reads().await;
        }
        let told = self.readiness().await;
        assert!(told.text.contains("磁盘已满、只读或损坏"), "{}", told.text);
        told.refused(503, "cannot-write");
    }

    async fn readiness(&self) -> Reply {
        send(self.town.http.get(format!("{}/readyz", self.served.url))).await
    }

    /// Says that it is ready again, though nobody writes anything.
    async fn becomes_ready(&self) {
        for _ in 0..100 {
            if self.readiness().await.status == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the service is not ready: {}", self.readiness().await.text);
    }

    async fn reads(&self) -> Value {
        let path = "/api/v1/calendar-days?from=2030-01-01&to=2049-12-31";
        let request = self.town.http.get(format!("{}{path}", self.served.url));
        send(request.bearer_auth(&self.token)).await.ok()
    }

    /// Writes again, without a restart.
    async fn is_well(&mut self) {
        for _ in 0..5 {
            self.write().await.created();
        }
    }

    /// Everything that was acknowledged is there, and nothing is wrong.
    async fn end(self) {
        let told = self.reads().await.to_string();
        for day in &self.acknowledged {
            assert!(told.contains(&day.to_string()), "{day} was acknowledged: {told}");
        }
        self.served.kill();
        verify(&self.url, self.town.data_dir());
    }
}

#[actix_web::test]
async fn a_full_disk_refuses_writes_with_503_and_heals_without_a_restart() {
    let Some(disk) = Disk::mount(DISK) else { return };
    let town = Town::new(Engine::Sqlite).await;
    let story = Story::of(town, Some(&disk.path().join("exchange.db"))).await;
    fills_and_heals(story, &disk).await;
}

/// The tables lie on the small disk, PostgreSQL's own log of writes elsewhere: where that has no room
/// left, PostgreSQL ends itself, and everything is answered with 503 until somebody starts it again.
#[actix_web::test]
async fn a_full_disk_of_postgres_refuses_writes_with_503_and_heals_without_a_restart() {
    if !Engine::Postgres.is_here() {
        return;
    }
    let Some(disk) = Disk::mount(DISK_OF_POSTGRES) else { return };
    let tables = disk.path().join("tables");
    std::fs::create_dir(&tables).unwrap();
    let story = Story::of(Town::on_disk(&tables).await, None).await;
    fills_and_heals(story, &disk).await;
}

async fn fills_and_heals(mut story: Story, disk: &Disk) {
    story.is_well().await;
    for _ in 0..3 {
        let filling = disk.fill();
        // What the database has room for from before is still used.
        let mut tries = 0;
        while story.write().await.status == 201 {
            tries += 1;
            assert!(tries < 2_000, "the disk is full");
        }
        story.is_refused_but_reads().await;
        std::fs::remove_file(filling).unwrap();
        story.becomes_ready().await;
        story.is_well().await;
    }
    story.end().await;
}

/// Whether that tracer has every thread of a process; it takes them one after the other.
fn traces(tracer: u32, process: &str) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let is_traced = |thread: std::path::PathBuf| {
        // A thread that has ended in between is no matter.
        let status = std::fs::read_to_string(thread.join("status")).unwrap_or_default();
        status.is_empty() || status.contains(&format!("TracerPid:\t{tracer}\n"))
    };
    threads.into_iter().all(|thread| is_traced(thread.unwrap().path()))
}

/// Lets a system call of a running process fail for as long as this is there.
struct Failing {
    strace: Child,
}

impl Failing {
    /// `None` where no process may be traced.
    fn inject(served: &Served, fault: &str) -> Option<Self> {
        let process = served.id().to_string();
        let mut strace = Command::new("strace")
            .args([
                "-f",
                "-qq",
                "-e",
                &format!("inject={fault}"),
                "-o",
                "/dev/null",
                "-p",
                &process,
            ])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..500 {
            std::thread::sleep(Duration::from_millis(20));
            if traces(strace.id(), &process) {
                return Some(Self { strace });
            }
            if strace.try_wait().unwrap().is_some() {
                break;
            }
        }
        let _ = strace.kill();
        eprintln!("not run: strace of a running process");
        None
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        // Asked to end it lets go of the process, which goes on.
        let _ = Command::new("kill").args(["-INT", &self.strace.id().to_string()]).status();
        let _ = self.strace.wait();
    }
}

async fn a_fault_heals(fault: &str) {
    if tool("strace", &["--version"], &[]).await.is_none() {
        return;
    }
    let town = Town::new(Engine::Sqlite).await;
    let mut story = Story::of(town, None).await;
    story.is_well().await;
    for _ in 0..2 {
        let Some(failing) = Failing::inject(&story.served, fault) else { return };
        story.is_refused_but_reads().await;
        drop(failing);
        story.becomes_ready().await;
        story.is_well().await;
    }
    story.end().await;
}

#[actix_web::test]
async fn a_disk_that_cannot_be_synced_refuses_writes_with_503_and_heals() {
    a_fault_heals("fdatasync,fsync:error=EIO").await;
}

#[actix_web::test]
async fn a_disk_that_became_read_only_refuses_writes_with_503_and_heals() {
    a_fault_heals("pwrite64:error=EROFS").await;
}
