//! What is sent, to whom it is new.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use crate::audit::{self, ChangePage, Place};
use crate::certification;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::problem::Answer;
use crate::market::api::ListingView;
use crate::market::auctions::api as auctions;
use crate::market::{actions, store};
use crate::settlement::{self, Source, TradeRow};
use crate::web::{Outlet, Streams, event};

/// Whose rows are events: an auction's standing changes with everything that happens to it.
const TABLES: [&str; 4] = ["auction_standings", "listing_ends", "listings", "trades"];
/// How often the chain is looked at while somebody follows it.
const LOOK: Duration = Duration::from_millis(250);
/// So that what is between reader and server does not take the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events that are kept for streams that follow closely.
const KEPT_MAX: usize = 1_000;

/// One thing that happened, as everybody sees it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Happened {
    pub(super) place: Place,
    pub(super) kind: &'static str,
    pub(super) data: Value,
    /// The last event of its change: only it has an id, so that who resumes gets all of them.
    pub(super) is_last: bool,
}

/// A stretch of the chain with what happened in it.
pub(super) struct Stretch {
    pub(super) events: Vec<Happened>,
    pub(super) upto: Place,
    pub(super) more: bool,
}

/// What is kept in memory: everything after `from` up to `upto`.
struct Kept {
    from: Place,
    upto: Place,
    events: VecDeque<(Place, Bytes)>,
}

/// The live view of one instance.
pub struct Live {
    db: Db,
    pub(super) streams: Streams,
    kept: Mutex<Option<Kept>>,
    news: watch::Sender<Place>,
}

impl Live {
    pub fn new(db: Db, streams_max: usize) -> Self {
        let news = watch::Sender::new(Place::START);
        Self { db, streams: Streams::new(streams_max), kept: Mutex::new(None), news }
    }

    /// Ends all streams.
    pub fn close(&self) {
        self.streams.close();
    }

    /// Looks for news as long as the instance runs.
    pub async fn watch(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if self.streams.count() == 0 {
                *self.kept() = None;
            } else if let Err(failure) = self.look().await {
                tracing::warn!("the live view waits for the database: {failure}");
            }
        }
    }

    /// The end of the chain now.
    pub(super) async fn end(&self) -> Answer<Place> {
        self.db.read(None, audit::end_of_chain).await
    }

    /// What happened after that place, read from the database.
    pub(super) async fn after(&self, after: Place) -> Answer<Stretch> {
        self.db.read(None, move |conn| stretch(conn, after)).await
    }

    async fn look(&self) -> Answer<()> {
        let known = self.kept().as_ref().map(|kept| kept.upto);
        let mut from = match known {
            Some(upto) => upto,
            None => self.end().await?,
        };
        loop {
            let Stretch { events, upto, more } = self.after(from).await?;
            self.keep(from, upto, &events);
            self.news.send_if_modified(|place| std::mem::replace(place, upto) != upto);
            if !more {
                return Ok(());
            }
            from = upto;
        }
    }

    fn keep(&self, from: Place, upto: Place, events: &[Happened]) {
        let mut guard = self.kept();
        let kept = guard.get_or_insert(Kept { from, upto, events: VecDeque::new() });
        kept.events.extend(events.iter().map(|one| (one.place, one.on_the_wire())));
        kept.upto = upto;
        while kept.events.len() > KEPT_MAX
            && let Some((place, _)) = kept.events.pop_front()
        {
            kept.from = place;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From memory, where it reaches back that far.
    fn recent(&self, after: Place) -> Option<(Vec<Bytes>, Place)> {
        let guard = self.kept();
        let kept = guard.as_ref().filter(|kept| kept.from <= after && after <= kept.upto)?;
        let new = kept.events.iter().filter(|(place, _)| *place > after);
        Some((new.map(|(_, bytes)| bytes.clone()).collect(), kept.upto))
    }

    /// Sends what happens after that place until the reader is gone.
    pub(super) async fn follow(&self, mut outlet: Outlet, mut after: Place) {
        let mut news = self.news.subscribe();
        if outlet.send(Bytes::from_static(b"retry: 2000\n\n")).await.is_err() {
            return;
        }
        loop {
            news.borrow_and_update();
            let (messages, upto, more) = match self.recent(after) {
                Some((messages, upto)) => (messages, upto, false),
                None => match self.after(after).await {
                    Ok(Stretch { events, upto, more }) => {
                        (events.iter().map(Happened::on_the_wire).collect(), upto, more)
                    }
                    Err(_) => return,
                },
            };
            for message in messages {
                if outlet.send(message).await.is_err() {
                    return;
                }
            }
            after = upto;
            if more {
                continue;
            }
            tokio::select! {
                () = outlet.gone() => return,
                _ = news.changed() => {}
                () = tokio::time::sleep(HEARTBEAT) => {
                    if outlet.send(Bytes::from_static(b":\n\n")).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

impl Happened {
    fn on_the_wire(&self) -> Bytes {
        let id = self.is_last.then(|| self.place.to_string());
        event(id.as_deref(), self.kind, &self.data.to_string())
    }
}

fn stretch(conn: &mut Conn, after: Place) -> Answer<Stretch> {
    let ChangePage { changes, upto, more } = audit::changes_after(conn, after, &TABLES)?;
    let mut events = Vec::with_capacity(changes.len());
    for change in changes {
        let things = things(conn, &change.table_name, change.row_id.0)?;
        let count = things.len();
        for (n, (kind, data)) in (1..).zip(things) {
            let place = Place { seq: change.seq, n: change.n };
            events.push(Happened { place, kind, data, is_last: n == count });
        }
    }
    Ok(Stretch { events, upto, more })
}

/// What a changed row says to the public.
fn things(conn: &mut Conn, table: &str, row: uuid::Uuid) -> Answer<Vec<(&'static str, Value)>> {
    let listing =
        |conn: &mut Conn, id| shown("listing", &ListingView::from(actions::shown(conn, id)?));
    match table {
        "auction_standings" => Ok(vec![shown("auction", &auctions::view(conn, row.into())?)?]),
        "listings" => Ok(vec![listing(conn, row.into())?]),
        "listing_ends" => {
            let id = store::listing_of_end(conn, row.into())?;
            Ok(vec![listing(conn, id)?])
        }
        "trades" => {
            let trade = settlement::trade_row(conn, row.into())?;
            let mut things = Vec::with_capacity(2);
            if trade.source == Source::Listing {
                things.push(listing(conn, trade.source_id.0.into())?);
            }
            things.push(shown("trade", &live_trade(conn, trade)?)?);
            Ok(things)
        }
        _ => Ok(Vec::new()),
    }
}

fn shown(kind: &'static str, view: &impl Serialize) -> Answer<(&'static str, Value)> {
    Ok((kind, serde_json::to_value(view).map_err(anyhow::Error::from)?))
}

/// A trade as everybody sees it; never who bought.
#[derive(Debug, Serialize)]
struct LiveTrade {
    id: settlement::TradeId,
    number: String,
    source: Source,
    source_id: uuid::Uuid,
    county: crate::kernel::region::RegionCode,
    batch_number: Option<String>,
    wetland_type: Option<String>,
    grade: Option<i64>,
    m2: crate::kernel::area::SquareMetres,
    price_per_mu: crate::kernel::money::PricePerMu,
    amount: String,
    related: bool,
    traded_at: Time,
}

fn live_trade(conn: &mut Conn, row: TradeRow) -> Answer<LiveTrade> {
    let batch = certification::batches(conn, &[row.batch_id])?.into_iter().next();
    Ok(LiveTrade {
        id: row.id,
        number: row.number,
        source: row.source,
        source_id: row.source_id.0,
        county: row.county,
        wetland_type: batch.as_ref().map(|batch| batch.wetland_type.to_string()),
        grade: batch.as_ref().map(|batch| batch.grade.get()),
        batch_number: batch.map(|batch| batch.number),
        m2: row.m2,
        price_per_mu: row.price_fen_per_mu,
        amount: crate::kernel::money::cny(row.amount_fen),
        related: row.related,
        traded_at: row.traded_at,
    })
}
