//! The load: HTTP/1.1 with keep-alive over plain sockets, requests written beforehand, one thread,
//! so that as little as possible of the two cores goes to it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use tokio::net::TcpStream;

use crate::figures::Sample;

/// What is sent; each time with an `Idempotency-Key` of its own.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) token: String,
    pub(crate) kind: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Everything up to the value of the key, and everything after it.
    fn halves(&self) -> (Vec<u8>, Vec<u8>) {
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: {}\r\n\
             content-length: {}\r\nidempotency-key: ",
            self.path,
            self.token,
            self.kind,
            self.body.len()
        );
        (head.into_bytes(), [b"\r\n\r\n", self.body.as_slice()].concat())
    }
}

/// One connection with what it has read.
struct Lane {
    stream: TcpStream,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Lane {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, input: Vec::with_capacity(4_096), output: Vec::with_capacity(1_024) })
    }

    /// Sends what lies in `output` and returns status and body of the answer.
    async fn ask(&mut self) -> anyhow::Result<(u16, Vec<u8>)> {
        let mut sent = 0;
        while let Some(rest) = self.output.get(sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.try_write(rest) {
                Ok(bytes) => sent += bytes,
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {
                    self.stream.writable().await?;
                }
                Err(cause) => return Err(cause.into()),
            }
        }
        self.input.clear();
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.input) {
                Ok(0) => bail!("the server hung up"),
                Ok(_) => {}
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(cause) => return Err(cause.into()),
            }
            if let Some(answer) = whole(&self.input)? {
                return Ok(answer);
            }
        }
    }
}

/// Status and body, once all of it is there.
fn whole(input: &[u8]) -> anyhow::Result<Option<(u16, Vec<u8>)>> {
    let Some(end) = input.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let (head, body) = input.split_at(end + 4);
    let head = std::str::from_utf8(head)?;
    let status = head.get(9..12).context("a status line")?.parse()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.ok_or_else(|| anyhow!("no content-length: {head}"))?;
    Ok((body.len() >= length).then(|| (status, body.to_vec())))
}

/// Sends one request and returns the body of its answer.
pub(crate) async fn once(address: SocketAddr, request: &Request) -> anyhow::Result<Vec<u8>> {
    let mut lane = Lane::open(address).await?;
    let (head, tail) = request.halves();
    let key = uuid::Uuid::now_v7().to_string();
    lane.output = [head, key.into_bytes(), tail].concat();
    match lane.ask().await? {
        (200..=202, body) => Ok(body),
        (status, body) => bail!("{status}: {}", String::from_utf8_lossy(&body)),
    }
}

/// Sends requests over that many connections for a while; every answer must be a success.
pub(crate) async fn run(
    address: SocketAddr,
    requests: &[Request],
    connections: usize,
    time: Duration,
) -> anyhow::Result<Sample> {
    let until = Instant::now() + time;
    let mut lanes = Vec::with_capacity(connections);
    for request in requests.iter().cycle().take(connections) {
        let (lane, halves) = (Lane::open(address).await?, request.halves());
        lanes.push((lane, halves));
    }
    let began = Instant::now();
    let tasks: Vec<_> =
        lanes.into_iter().map(|(lane, halves)| tokio::spawn(drive(lane, halves, until))).collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await??);
    }
    Ok(Sample::of(micros, began.elapsed()))
}

async fn drive(
    mut lane: Lane,
    (head, tail): (Vec<u8>, Vec<u8>),
    until: Instant,
) -> anyhow::Result<Vec<u64>> {
    let mut micros = Vec::with_capacity(4_096);
    while Instant::now() < until {
        lane.output.clear();
        lane.output.extend_from_slice(&head);
        lane.output.extend_from_slice(uuid::Uuid::now_v7().to_string().as_bytes());
        lane.output.extend_from_slice(&tail);
        let began = Instant::now();
        let (status, body) = lane.ask().await?;
        if status != 201 {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        micros.push(u64::try_from(began.elapsed().as_micros())?);
    }
    Ok(micros)
}

/// Reads paths in turn over that many connections for a while; every answer must be whole.
pub(crate) async fn read(
    address: SocketAddr,
    paths: &[String],
    connections: usize,
    time: Duration,
) -> anyhow::Result<Sample> {
    let began = Instant::now();
    let paths: std::sync::Arc<[String]> = paths.into();
    let lanes = (0..connections).map(|first| {
        let paths = paths.clone();
        tokio::spawn(async move {
            let mut lane = Lane::open(address).await?;
            let mut micros = Vec::with_capacity(4_096);
            for path in paths.iter().cycle().skip(first) {
                if began.elapsed() >= time {
                    break;
                }
                lane.output = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n").into_bytes();
                let asked = Instant::now();
                let (status, _) = lane.ask().await?;
                anyhow::ensure!(status == 200, "{path}: {status}");
                micros.push(u64::try_from(asked.elapsed().as_micros())?);
            }
            Ok(micros)
        })
    });
    let mut micros = Vec::new();
    for lane in lanes.collect::<Vec<_>>() {
        micros.extend(lane.await??);
    }
    Ok(Sample::of(micros, began.elapsed()))
}
