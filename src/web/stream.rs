//! Answers that go on: server-sent events. A stream has a place among a bounded number and a short
//! queue of its own; who does not read what is in it for some seconds is dropped, so that no slow
//! reader fills the memory. Streams end when their reader leaves or the service stops.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use crate::kernel::problem::{Answer, Failure, Problem};

/// Messages that wait for one reader.
const WAITING_MAX: usize = 32;
/// How long a full queue may stay full.
const STUCK_MAX: Duration = Duration::from_secs(10);
/// When it is worth trying again to get a place.
const RETRY_AFTER_S: u32 = 30;

/// The places of streams.
pub struct Streams {
    places: Arc<Semaphore>,
    most: usize,
    stuck_max: Duration,
    over: watch::Sender<bool>,
}

impl Streams {
    pub fn new(most: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
            most,
            stuck_max: STUCK_MAX,
            over: watch::Sender::new(false),
        }
    }

    /// Begins a stream: what goes into the outlet comes out of the answer. Refused with 503 when
    /// all places are taken.
    pub fn open(&self) -> Answer<(Outlet, HttpResponse)> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| full())?;
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let (over, stuck_max) = (self.over.subscribe(), self.stuck_max);
        let outlet = Outlet { sender, over, stuck_max, _place: place };
        let answer = HttpResponse::Ok()
            .content_type("text/event-stream")
            // A stream that is compressed waits until there is enough to compress.
            .insert_header((header::CONTENT_ENCODING, "identity"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header(("x-accel-buffering", "no"))
            .body(Inlet(receiver));
        Ok((outlet, answer))
    }

    /// How many streams there are.
    pub fn count(&self) -> usize {
        self.most - self.places.available_permits()
    }

    /// Ends all streams; the service stops.
    pub fn close(&self) {
        self.over.send_replace(true);
        self.places.close();
    }
}

/// The reader has left, is too slow, or the service stops.
#[derive(Debug, PartialEq, Eq)]
pub struct Gone;

/// The end of a stream into which messages go.
pub struct Outlet {
    sender: mpsc::Sender<Bytes>,
    over: watch::Receiver<bool>,
    stuck_max: Duration,
    _place: OwnedSemaphorePermit,
}

impl Outlet {
    /// Hands a message to the reader, or gives it up.
    pub async fn send(&self, message: Bytes) -> Result<(), Gone> {
        if *self.over.borrow() {
            return Err(Gone);
        }
        match tokio::time::timeout(self.stuck_max, self.sender.send(message)).await {
            Ok(sent) => sent.map_err(|_| Gone),
            Err(_) => {
                tracing::info!("a reader of a stream was too slow and is dropped");
                Err(Gone)
            }
        }
    }

    /// Waits until there is nobody to send to any more.
    pub async fn gone(&mut self) {
        tokio::select! {
            () = self.sender.closed() => {}
            _ = self.over.wait_for(|over| *over) => {}
        }
    }
}

/// The end of a stream that the server reads and sends.
struct Inlet(mpsc::Receiver<Bytes>);

impl MessageBody for Inlet {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.poll_recv(cx).map(|message| message.map(Ok))
    }
}

/// One event as it goes over the wire; without an id the reader keeps the one before.
pub fn event(id: Option<&str>, kind: &str, data: &str) -> Bytes {
    let mut text = String::with_capacity(data.len() + 64);
    if let Some(id) = id {
        text.push_str(&format!("id: {id}\n"));
    }
    text.push_str(&format!("event: {kind}\n"));
    for line in data.lines() {
        text.push_str(&format!("data: {line}\n"));
    }
    text.push('\n');
    Bytes::from(text)
}

fn full() -> Failure {
    let problem = Problem::new(
        actix_web::http::StatusCode::SERVICE_UNAVAILABLE,
        "too-many-streams",
        "as many streams as there may be are open; ask for single pages, or try again",
        "实时推送连接数已满，请分页查询或稍后重试",
    );
    Failure::Refused(problem.retry_after(RETRY_AFTER_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Bytes {
        event(Some("1.2"), "trade", "{}")
    }

    #[test]
    fn an_event_is_written_as_the_standard_says() {
        assert_eq!(message(), "id: 1.2\nevent: trade\ndata: {}\n\n");
        assert_eq!(event(None, "a", "b\nc"), "event: a\ndata: b\ndata: c\n\n");
    }

    #[actix_web::test]
    async fn a_reader_that_does_not_read_is_dropped_and_its_place_is_free() {
        let streams = Streams { stuck_max: Duration::from_millis(50), ..Streams::new(1) };
        let (outlet, _answer) = streams.open().unwrap();
        assert_eq!(streams.count(), 1);
        for _ in 0..WAITING_MAX {
            outlet.send(message()).await.unwrap();
        }
        assert_eq!(outlet.send(message()).await, Err(Gone), "nobody reads");
        assert!(streams.open().is_err(), "the only place is taken");
        drop(outlet);
        assert!(streams.open().is_ok());
    }

    #[actix_web::test]
    async fn streams_end_when_their_reader_leaves_or_the_service_stops() {
        let streams = Streams::new(2);
        let (mut left, answer) = streams.open().unwrap();
        drop(answer);
        left.gone().await;
        assert_eq!(left.send(message()).await, Err(Gone));
        let (mut open, _answer) = streams.open().unwrap();
        streams.close();
        open.gone().await;
        assert_eq!(open.send(message()).await, Err(Gone));
    }
}
