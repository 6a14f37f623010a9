//! The one writer: what happens to a command among others, and when the database goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::db::{Address, Conn, Db, Event, Limits, Tx};
use wetland_exchange::kernel::problem::{Answer, Failure};

use crate::support::postgres;

/// A command with an effect that can be counted.
fn count(name: &'static str) -> impl Fn(&mut Tx<'_>) -> Answer<i64> {
    move |tx| {
        let n = tx.next_number(name)?;
        tx.record(Event { subject: format!("counter:{name}"), ..Event::default() });
        Ok(n)
    }
}

async fn counted(db: &Db, name: &'static str) -> i64 {
    let peek = move |tx: &mut Tx<'_>| {
        let n = tx.next_number(name)?;
        tx.record(Event { subject: "peek".into(), ..Event::default() });
        Ok(n)
    };
    db.write(Doing::system("peek"), peek).await.unwrap() - 1
}

on_both_engines! {
    async fn a_read_waits_for_a_connection_as_long_as_reads_may_take_and_no_longer(town: Town) {
        let address = town.database_url().parse().unwrap();
        let read_time = Duration::from_secs(1);
        let limits = Limits { readers_max: 1, read_time, ..Limits::default() };
        let db = Db::open(&address, Clock::Machine, limits).unwrap();
        let (busy, held) = (db.clone(), Arc::new(AtomicBool::new(false)));
        let seen = held.clone();
        let slow = actix_web::rt::spawn(async move {
            let slow = move |conn: &mut Conn| {
                seen.store(true, Ordering::SeqCst);
                match conn {
                    Conn::Pg(conn) => conn.batch_execute("SELECT pg_sleep(60)")?,
                    Conn::Sqlite(_) => std::thread::sleep(3 * read_time),
                }
                Ok(())
            };
            busy.read(None, slow).await
        });
        while !held.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let status = |answer: Answer<()>| match answer {
            Err(Failure::Refused(problem)) => Some(problem.status.as_u16()),
            other => panic!("it was not refused: {other:?}"),
        };
        let on_sqlite = matches!(address, Address::Sqlite(_));
        if on_sqlite {
            assert_eq!(status(db.read(None, |_| Ok(())).await), Some(503));
            slow.await.unwrap().unwrap();
        } else {
            assert_eq!(status(slow.await.unwrap()), Some(503));
        }
        db.read(None, |_| Ok(())).await.unwrap();
        db.close().await;
    }

    async fn a_refused_or_panicking_command_leaves_its_neighbours_alone(town: Town) {
        let commands = (0..60).map(|n| {
            let db = town.db.clone();
            async move {
                match n % 3 {
                    0 => db.write(Doing::system("good"), count("good")).await.is_ok(),
                    1 => {
                        let refused = |tx: &mut Tx<'_>| -> Answer<i64> {
                            count("refused")(tx)?;
                            Err(Failure::not_found())
                        };
                        db.write(Doing::system("refused"), refused).await.is_ok()
                    }
                    _ => {
                        let panicking = |tx: &mut Tx<'_>| -> Answer<i64> {
                            count("panicking")(tx)?;
                            panic!("on purpose");
                        };
                        db.write(Doing::system("panicking"), panicking).await.is_ok()
                    }
                }
            }
        });
        let done = futures_of(commands).await;
        assert_eq!(done.into_iter().filter(|ok| *ok).count(), 20);
        assert_eq!(counted(&town.db, "good").await, 20);
        assert_eq!(counted(&town.db, "refused").await, 0);
        assert_eq!(counted(&town.db, "panicking").await, 0);
    }

    async fn a_command_that_saves_rows_must_say_what_it_did(town: Town) {
        let silent = |tx: &mut Tx<'_>| -> Answer<i64> { Ok(tx.next_number("silent")?) };
        let answer = town.db.write(Doing::system("silent"), silent).await;
        assert!(matches!(answer, Err(Failure::Broken(_))));
        assert_eq!(counted(&town.db, "silent").await, 0);
    }

    async fn hot_commands_that_wait_together_are_handled_together(town: Town) {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        fn number(tx: &mut Tx<'_>, inputs: &[&i64]) -> Answer<Vec<Answer<i64>>> {
            CALLS.fetch_add(1, Ordering::SeqCst);
            let commands: Vec<usize> = (0..inputs.len()).collect();
            let first = tx.next_numbers("hot", &commands)?;
            commands.iter().for_each(|c| tx.record_of(*c, Event::default()));
            Ok((first..).zip(inputs).map(|(n, input)| Ok(n * 1000 + **input)).collect())
        }
        let before = CALLS.load(Ordering::SeqCst);
        let commands = (0..64).map(|input| {
            let db = town.db.clone();
            async move { db.write_together(Doing::system("hot"), input, number).await.unwrap() }
        });
        let mut answers = futures_of(commands).await;
        answers.sort_unstable();
        let numbers: Vec<i64> = answers.iter().map(|answer| answer / 1000).collect();
        assert_eq!(numbers, (1..=64).collect::<Vec<i64>>());
        let inputs: std::collections::BTreeSet<i64> = answers.iter().map(|a| a % 1000).collect();
        assert_eq!(inputs.len(), 64, "each gets its own answer");
        assert!(CALLS.load(Ordering::SeqCst) - before < 64, "they were joined");
    }

    async fn a_hot_batch_that_cannot_be_saved_is_run_one_by_one(town: Town) {
        fn fussy(tx: &mut Tx<'_>, inputs: &[&i64]) -> Answer<Vec<Answer<i64>>> {
            let commands: Vec<usize> = (0..inputs.len()).collect();
            tx.next_numbers("fussy", &commands)?;
            commands.iter().for_each(|c| tx.record_of(*c, Event::default()));
            if inputs.iter().any(|input| **input == 13) {
                return Err(Failure::broken("thirteen cannot be saved"));
            }
            Ok(inputs.iter().map(|input| Ok(**input)).collect())
        }
        let commands = (0..32).map(|input| {
            let db = town.db.clone();
            async move { db.write_together(Doing::system("fussy"), input, fussy).await.ok() }
        });
        let answers = futures_of(commands).await;
        let failed: Vec<usize> =
            answers.iter().enumerate().filter(|(_, a)| a.is_none()).map(|(n, _)| n).collect();
        assert_eq!(failed, [13]);
        assert_eq!(counted(&town.db, "fussy").await, 31);
    }
}

/// Runs all at once and returns their answers in order.
async fn futures_of<T: Send + 'static>(
    commands: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = commands.map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

/// Stands between the writer and PostgreSQL and, when armed, loses the connection around COMMIT.
struct Wire {
    url: String,
    /// Lose the connection at the next COMMIT.
    armed: Arc<AtomicBool>,
    /// The server still gets that COMMIT.
    delivered: Arc<AtomicBool>,
}

impl Wire {
    async fn to(url: &str) -> Self {
        let (head, rest) = url.split_once('@').unwrap();
        let (host, database) = rest.split_once('/').unwrap();
        let host = host.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (armed, delivered) =
            (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (is_armed, is_delivered) = (Arc::clone(&armed), Arc::clone(&delivered));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&host).await.unwrap();
                tokio::spawn(pass(
                    client,
                    server,
                    Arc::clone(&is_armed),
                    Arc::clone(&is_delivered),
                ));
            }
        });
        Self { url: format!("{head}@127.0.0.1:{port}/{database}"), armed, delivered }
    }
}

async fn pass(
    client: TcpStream,
    server: TcpStream,
    armed: Arc<AtomicBool>,
    delivered: Arc<AtomicBool>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
    });
    let mut bytes = vec![0; 65536];
    while let Ok(n @ 1..) = from_client.read(&mut bytes).await {
        let sent = &bytes[..n];
        // Not the READ COMMITTED of a BEGIN: a query ends with a zero byte.
        if sent.windows(7).any(|w| w == b"COMMIT\0") && armed.swap(false, Ordering::SeqCst) {
            back.abort();
            if delivered.load(Ordering::SeqCst) {
                to_server.write_all(sent).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            }
            return;
        }
        if to_server.write_all(sent).await.is_err() {
            return;
        }
    }
}

#[actix_web::test]
async fn a_connection_lost_in_commit_is_resolved_by_reading_the_head() {
    let Some(place) = postgres().await else { return };
    let wire = Wire::to(&place.url).await;
    let address = wire.url.parse().unwrap();
    // The wire passes bytes on this thread, so opening must not hold it up.
    let open = move || Db::open(&address, Clock::Machine, Limits::default());
    let db = tokio::task::spawn_blocking(open).await.unwrap().unwrap();
    db.write(Doing::system("first"), count("wire")).await.unwrap();

    wire.delivered.store(true, Ordering::SeqCst);
    wire.armed.store(true, Ordering::SeqCst);
    let answer = db.write(Doing::system("second"), count("wire")).await;
    assert_eq!(answer.unwrap(), 2, "it was committed, and the writer found out");
    assert_eq!(db.write_fault(), None, "what was committed could be written");

    wire.delivered.store(false, Ordering::SeqCst);
    wire.armed.store(true, Ordering::SeqCst);
    let answer = db.write(Doing::system("third"), count("wire")).await;
    let Err(Failure::Refused(problem)) = answer else { panic!("{answer:?}") };
    assert_eq!((problem.status.as_u16(), problem.code), (503, "try-again"));

    assert_eq!(counted(&db, "wire").await, 2, "the third had no effect");
    db.close().await;
}

/// Two writers over one database: what one reads before it writes is still so when it writes.
async fn take_turns(url: &str) {
    let address = url.parse().unwrap();
    let one = Db::open(&address, Clock::Machine, Limits::default()).unwrap();
    let other = Db::open(&address, Clock::Machine, Limits::default()).unwrap();
    let commands = (0..200).map(|n| {
        let db = if n % 2 == 0 { one.clone() } else { other.clone() };
        async move { db.write(Doing::system("turn"), count("turns")).await.unwrap() }
    });
    let mut numbers = futures_of(commands).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<i64>>());
    one.close().await;
    other.close().await;
}

#[actix_web::test]
async fn two_instances_over_one_postgres_take_turns() {
    if let Some(place) = postgres().await {
        take_turns(&place.url).await;
    }
}

#[actix_web::test]
async fn two_writers_over_one_sqlite_take_turns() {
    take_turns(&crate::support::sqlite().await.url).await;
}

#[actix_web::test]
async fn a_transaction_of_sqlite_holds_the_pen_from_its_beginning() {
    let place = crate::support::sqlite().await;
    let address = place.url.parse().unwrap();
    let db = Db::open(&address, Clock::Machine, Limits::default()).unwrap();
    let other = Db::open(&address, Clock::Machine, Limits::default()).unwrap();
    // One reads, waits, and writes by what it read; the other would write in between.
    let (held, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let slow = {
        let (held, asked) = (Arc::clone(&held), Arc::clone(&asked));
        move |tx: &mut Tx<'_>| {
            held.store(true, Ordering::SeqCst);
            while !asked.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(300));
            count("pen")(tx)
        }
    };
    let first = tokio::spawn({
        let db = db.clone();
        async move { db.write(Doing::system("slow"), slow).await }
    });
    while !held.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    asked.store(true, Ordering::SeqCst);
    let second = other.write(Doing::system("quick"), count("pen")).await.unwrap();
    assert_eq!((first.await.unwrap().unwrap(), second), (1, 2));
    db.close().await;
    other.close().await;
}

#[actix_web::test]
async fn a_reader_of_sqlite_cannot_write() {
    let place = crate::support::sqlite().await;
    let db = Db::open(&place.url.parse().unwrap(), Clock::Machine, Limits::default()).unwrap();
    let written = db
        .read(None, |conn: &mut Conn| Ok(conn.batch_execute("DELETE FROM counters").is_ok()))
        .await;
    assert!(!written.unwrap());
    db.close().await;
}
