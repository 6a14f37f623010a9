//! Four times the load that the service can carry, and hundreds of senders that are slow on purpose:
//! it sheds what is too much, goes on answering reads, loses nothing and is soon as before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::market::crash::verify;
use crate::market::fair::{Fair, purchases};
use crate::support::{Engine, Served, Town, long_count};

const BUYERS: usize = 8;
const LISTED_M2: i64 = 1_000_000;
const SLOW_SENDERS: usize = 400;
/// Purchases under way at once, more than the server's queue holds; both engines may be tested side by
/// side in one process, whose open files are bounded.
const SENDERS: usize = 6_000;
const READERS: usize = 4;
/// How long it is measured what the service can carry.
const MEASURED: Duration = Duration::from_secs(2);
/// So many at once are carried well: the more commands wait together, the more are done in a second.
const AT_ONCE: usize = 512;
const TIMES: f64 = 4.0;
/// Nobody waits longer for an answer; who does asks again with the same key.
const PATIENCE: Duration = Duration::from_secs(60);
const NORMAL_WITHIN: Duration = Duration::from_secs(5);
const READ_P99_MAX: Duration = Duration::from_secs(1);
const MEMORY_MAX_MB: u64 = 1_024;

/// The buyers, the listing that they buy from, and what came back.
struct Load {
    address: String,
    path: String,
    tokens: Vec<String>,
    taken: AtomicUsize,
    shed: AtomicUsize,
}

/// Who buys one square metre after the other over a connection of its own, and asks for each with the
/// same key until it has it. Requests are written by hand: what a full client costs would come off the
/// load, since both have the same processors.
struct Sender {
    lane: usize,
    stream: Option<TcpStream>,
    key: Uuid,
    /// Whether the key was asked with and nothing is known of what came of it.
    is_in_doubt: bool,
}

impl Sender {
    fn new(lane: usize) -> Self {
        Self { lane, stream: None, key: Uuid::now_v7(), is_in_doubt: false }
    }

    /// Asks once; returns whether the square metre was taken.
    async fn ask(&mut self, load: &Load) -> bool {
        self.is_in_doubt = true;
        let Ok(Ok((status, stays))) = timeout(PATIENCE, self.exchange(load)).await else {
            self.stream = None;
            return false;
        };
        if !stays {
            self.stream = None;
        }
        match status {
            201 => {
                load.taken.fetch_add(1, Ordering::Relaxed);
                *self = Self { stream: self.stream.take(), ..Self::new(self.lane) };
                true
            }
            // 408: the server took the connection and came to read its head too late.
            503 | 408 => {
                load.shed.fetch_add(1, Ordering::Relaxed);
                false
            }
            other => panic!("{other}"),
        }
    }

    /// Asks until it has what it is in doubt about.
    async fn ask_until_taken(mut self, load: &Load) {
        let began = Instant::now();
        while self.is_in_doubt {
            assert!(began.elapsed() < PATIENCE, "there is room again");
            if !self.ask(load).await {
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// The status of the answer, and whether the connection stays open.
    async fn exchange(&mut self, load: &Load) -> std::io::Result<(u16, bool)> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(&load.address).await?,
        };
        let stream = self.stream.insert(stream);
        let (path, token) = (&load.path, &load.tokens[self.lane % BUYERS]);
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\n\
             idempotency-key: {}\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n\
             {{\"m2\":1}}",
            self.key
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::with_capacity(2_048);
        loop {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(whole) = read_answer(&answer) {
                return Ok(whole);
            }
        }
    }
}

/// Status and whether the connection stays open, once the whole answer is there.
fn read_answer(answer: &[u8]) -> Option<(u16, bool)> {
    let (head, body) = std::str::from_utf8(answer).ok()?.split_once("\r\n\r\n")?;
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    if body.len() < length.parse::<usize>().unwrap() {
        return None;
    }
    let status = head[9..12].parse().unwrap();
    assert!(status != 503 || head.contains("\r\nretry-after: "), "it says when to come again");
    Some((status, !head.contains("\r\nconnection: close")))
}

impl Load {
    /// How many purchases the service carries in a second.
    async fn capacity(self: &Arc<Self>) -> f64 {
        let (began, before) = (Instant::now(), self.taken.load(Ordering::Relaxed));
        let mut buying = JoinSet::new();
        for lane in 0..AT_ONCE {
            let load = Arc::clone(self);
            buying.spawn(async move {
                let mut sender = Sender::new(lane);
                while began.elapsed() < MEASURED {
                    sender.ask(&load).await;
                }
                sender.ask_until_taken(&load).await;
            });
        }
        buying.join_all().await;
        let taken = u32::try_from(self.taken.load(Ordering::Relaxed) - before).unwrap();
        f64::from(taken) / began.elapsed().as_secs_f64()
    }

    /// Sends at that rate whether or not answers come, as long as a sender is free.
    /// Returns how many were sent, and the senders once they have their answers.
    async fn overload(self: &Arc<Self>, rate: f64, time: Duration) -> (usize, JoinSet<Sender>) {
        let (began, mut under_way) = (Instant::now(), JoinSet::new());
        let mut free: Vec<Sender> = (0..SENDERS).map(Sender::new).collect();
        let mut sent = 0_u32;
        while began.elapsed() < time {
            while f64::from(sent) < began.elapsed().as_secs_f64() * rate
                && let Some(mut sender) = free.pop()
            {
                let load = Arc::clone(self);
                under_way.spawn(async move {
                    sender.ask(&load).await;
                    sender
                });
                sent += 1;
            }
            sleep(Duration::from_millis(5)).await;
            while let Some(ended) = under_way.try_join_next() {
                free.push(ended.unwrap());
            }
        }
        for sender in free {
            under_way.spawn(async move { sender });
        }
        (usize::try_from(sent).unwrap(), under_way)
    }

    /// Whoever is in doubt asks again, as many at once as the service carries well; returns how many.
    async fn ask_again(self: &Arc<Self>, mut senders: JoinSet<Sender>) -> usize {
        let (mut asked, mut again) = (JoinSet::new(), 0);
        while let Some(sender) = senders.join_next().await {
            let sender = sender.unwrap();
            again += usize::from(sender.is_in_doubt);
            if asked.len() == AT_ONCE {
                asked.join_next().await.unwrap().unwrap();
            }
            let load = Arc::clone(self);
            asked.spawn(async move { sender.ask_until_taken(&load).await });
        }
        asked.join_all().await;
        again
    }
}

/// Sends the head of a request that is let in, and then its body byte by byte; begins anew when it is
/// cut off. (A stranger would be turned away by the head alone, and come again at once.)
async fn send_slowly(load: Arc<Load>, over: Arc<AtomicBool>) {
    let Load { address, path, tokens, .. } = &*load;
    while !over.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: slow\r\nauthorization: Bearer {}\r\n\
             idempotency-key: {}\r\ncontent-type: application/json\r\n\
             content-length: 10000\r\n\r\n{{",
            tokens[0],
            Uuid::now_v7(),
        );
        let mut sent = stream.write_all(head.as_bytes()).await;
        while sent.is_ok() && !over.load(Ordering::Relaxed) {
            let mut answer = [0; 256];
            match timeout(Duration::from_millis(500), stream.read(&mut answer)).await {
                Ok(_) => break,
                Err(_) => sent = stream.write_all(b" ").await,
            }
        }
    }
}

/// Some read what everybody may read, one page after the other, in a thread of their own, so that they
/// do not wait for the senders; returns how long each page took.
fn read_in_a_thread(url: String, over: Arc<AtomicBool>) -> JoinHandle<Vec<Duration>> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
            let mut readers = JoinSet::new();
            for _ in 0..READERS {
                readers.spawn(read_on(http.clone(), url.clone(), Arc::clone(&over)));
            }
            readers.join_all().await.concat()
        })
    })
}

/// The first of them makes the connection, before there is any load, and does not count.
async fn read_on(http: reqwest::Client, url: String, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut took = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let began = Instant::now();
        let answer = http.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap();
        took.push(began.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    took.split_off(1)
}

/// The memory that a process has, in megabytes.
fn memory_mb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
}

/// Asks every 50 ms until a write is answered within half a second again.
async fn normal_again(load: &Arc<Load>) -> Duration {
    let (began, mut sender) = (Instant::now(), Sender::new(0));
    loop {
        let asked = Instant::now();
        let taken = sender.ask(load).await;
        if taken && asked.elapsed() < Duration::from_millis(500) {
            return began.elapsed();
        }
        assert!(began.elapsed() < PATIENCE, "it never comes back");
        sleep(Duration::from_millis(50)).await;
    }
}

/// The figures of one overload.
struct Told {
    /// How many times what it carries was really sent.
    times: f64,
    read_p99: Duration,
    memory_mb: u64,
    normal_after: Duration,
    shed: usize,
}

async fn overloaded(engine: Engine, time: Duration, settings: &[(&str, &str)]) -> Told {
    let fair = Fair::open(Town::in_memory(engine).await, BUYERS).await;
    let listing = fair.list_big(LISTED_M2, "337.00").await;
    fair.report_until_now().await;
    fair.town().clock.let_go();
    let mut tokens = Vec::new();
    for (name, _) in &fair.buyers {
        tokens.push(fair.town().log_in(name).await);
    }
    let (database, data) = (fair.town().database_url(), fair.town().data_dir());
    let served = Served::start_with(database, data, settings);
    let load = Arc::new(Load {
        address: served.url.trim_start_matches("http://").to_owned(),
        path: purchases(&listing),
        tokens,
        taken: AtomicUsize::new(0),
        shed: AtomicUsize::new(0),
    });

    let capacity = load.capacity().await;
    let over = Arc::new(AtomicBool::new(false));
    let listings = format!("{}/api/v1/listings?limit=10", served.url);
    let readers = read_in_a_thread(listings, Arc::clone(&over));
    sleep(Duration::from_millis(100)).await;
    for _ in 0..SLOW_SENDERS {
        tokio::spawn(send_slowly(Arc::clone(&load), Arc::clone(&over)));
    }
    let (process, watched) = (served.id(), Arc::clone(&over));
    let memory = tokio::spawn(async move {
        let mut most = 0;
        while !watched.load(Ordering::Relaxed) {
            most = most.max(memory_mb(process));
            sleep(Duration::from_millis(100)).await;
        }
        most
    });
    let (sent, senders) = load.overload(TIMES * capacity, time).await;
    let times = f64::from(u32::try_from(sent).unwrap()) / time.as_secs_f64() / capacity;
    let normal_after = normal_again(&load).await;
    over.store(true, Ordering::Relaxed);
    let mut took = readers.join().unwrap();
    took.sort_unstable();
    let (read_p50, read_p99) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    let memory_mb = memory.await.unwrap();

    let shed = load.shed.load(Ordering::Relaxed);
    let again = load.ask_again(senders).await;
    let taken = load.taken.load(Ordering::Relaxed);
    let path = format!("{}/api/v1/listings/{}", served.url, listing["id"].as_str().unwrap());
    let shown: Value = fair.town().http.get(path).send().await.unwrap().json().await.unwrap();
    let sold = LISTED_M2 - shown["left_m2"].as_i64().unwrap();
    assert_eq!(sold, i64::try_from(taken).unwrap(), "all that was taken is there, none twice");
    served.kill();
    verify(database, data);
    eprintln!(
        "overload on {engine:?}: {sent} purchases in {} s ({times:.1} times the {capacity:.0}/s that it \
         carries), beside {SLOW_SENDERS} slow senders: {shed} shed, {again} sent again, {taken} \
         taken, 0 lost; {} reads, p50 {} ms, p99 {} ms; memory at most {memory_mb} MB; normal after {} ms",
        time.as_secs(),
        took.len(),
        read_p50.as_millis(),
        read_p99.as_millis(),
        normal_after.as_millis(),
    );
    Told { times, read_p99, memory_mb, normal_after, shed }
}

#[actix_web::test]
async fn too_much_load_is_shed_and_nothing_is_lost_on_sqlite() {
    let told = overloaded(Engine::Sqlite, Duration::from_secs(5), &[]).await;
    assert!(told.memory_mb < MEMORY_MAX_MB, "{} MB", told.memory_mb);
}

#[actix_web::test]
async fn too_much_load_is_shed_and_nothing_is_lost_on_postgres() {
    if Engine::Postgres.is_here() {
        let told = overloaded(Engine::Postgres, Duration::from_secs(5), &[]).await;
        assert!(told.memory_mb < MEMORY_MAX_MB, "{} MB", told.memory_mb);
    }
}

async fn for_a_minute(engine: Engine) {
    let time = Duration::from_secs(long_count("OVERLOAD_SECONDS", 60));
    // The same machine has to send four times what the server carries. Small batches make it carry
    // less without being another server.
    let batch_max = if matches!(engine, Engine::Sqlite) { "4" } else { "16" };
    let settings = [("EXCHANGE_BATCH_MAX", batch_max)];
    let Told { times, read_p99, memory_mb, normal_after, shed } =
        overloaded(engine, time, &settings).await;
    assert!(times > TIMES * 0.95, "only {times:.2} times the load");
    assert!(shed > 0, "nothing was shed: it was no overload");
    assert!(read_p99 <= READ_P99_MAX, "reads: p99 {read_p99:?}");
    assert!(memory_mb < MEMORY_MAX_MB, "{memory_mb} MB");
    assert!(normal_after <= NORMAL_WITHIN, "normal after {normal_after:?}");
}

#[actix_web::test]
#[ignore = "takes minutes and the whole machine; the sample of it runs always"]
async fn a_minute_of_four_times_the_load_is_shed_on_sqlite() {
    for_a_minute(Engine::Sqlite).await;
}

#[actix_web::test]
#[ignore = "takes minutes and the whole machine; the sample of it runs always"]
async fn a_minute_of_four_times_the_load_is_shed_on_postgres() {
    if Engine::Postgres.is_here() {
        for_a_minute(Engine::Postgres).await;
    }
}
