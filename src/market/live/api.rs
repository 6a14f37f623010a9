//! The live view over HTTP.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, rt};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::feed::{Happened, Live, Stretch};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::web::Problems;

pub(in crate::market) fn operations() -> Operations {
    operations![list_events]
}

/// From where on events are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// The id of the last event seen, as `Last-Event-ID` says it; now when absent.
    #[param(example = "1024.0")]
    after: Option<String>,
}

/// Something that happened to a listing, an auction or by a trade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    #[schema(example = "1025.3")]
    pub id: String,
    /// `listing`, `auction` or `trade`.
    #[schema(example = "listing")]
    pub event: String,
    /// The thing as it is now, as everybody sees it.
    #[schema(value_type = Object, example = json!({"number": "LS-2026-0001", "left_m2": 5900}))]
    pub data: serde_json::Value,
}

impl From<Happened> for EventView {
    fn from(it: Happened) -> Self {
        Self { id: it.place.to_string(), event: it.kind.to_owned(), data: it.data }
    }
}

/// A page of events; ask for the next with `after` = `last_event_id`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventPage {
    pub items: Vec<EventView>,
    #[schema(example = "1025.3")]
    pub last_event_id: String,
    /// There is more already.
    pub more: bool,
}

/// Follows listings, auctions and trades as they happen: a stream of server-sent events where
/// `Accept` names text/event-stream, resumed after `Last-Event-ID`; otherwise one page
#[utoipa::path(
    get, path = "/api/v1/events", tag = "market",
    params(EventQuery, ("Last-Event-ID" = Option<String>, Header, example = "1024.0")),
    responses(
        (status = 200, content(
            (EventPage = "application/json"),
            (String = "text/event-stream",
                example = "id: 1025.3\nevent: listing\ndata: {\"number\":\"LS-2026-0001\"}\n\n"),
        )),
        Problems,
    ),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_events(
    live: Data<Live>,
    request: HttpRequest,
    query: Query<EventQuery>,
) -> Answer<HttpResponse> {
    let end = live.end().await?;
    let after = match asked_from(&request, &query) {
        Some(text) => text.parse().ok().filter(|place| *place <= end).ok_or_else(bad_event_id)?,
        None => end,
    };
    if !wants_stream(&request) {
        let Stretch { events, upto, more } = live.after(after).await?;
        let items = events.into_iter().map(EventView::from).collect();
        let page = EventPage { items, last_event_id: upto.to_string(), more };
        return Ok(HttpResponse::Ok().json(page));
    }
    let (outlet, answer) = live.streams.open()?;
    rt::spawn(async move { live.follow(outlet, after).await });
    Ok(answer)
}

fn asked_from(request: &HttpRequest, query: &EventQuery) -> Option<String> {
    let header = request.headers().get("last-event-id");
    let header = header.map(|id| id.to_str().unwrap_or("?").to_owned());
    header.or_else(|| query.after.clone())
}

fn wants_stream(request: &HttpRequest) -> bool {
    let accept = request.headers().get(actix_web::http::header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.into_iter().any(|kind| kind.eq_ignore_ascii_case("text/event-stream"))
}

fn bad_event_id() -> Failure {
    Failure::Refused(Problem::new(
        actix_web::http::StatusCode::BAD_REQUEST,
        "bad-event-id",
        "the id is not one that an event here had",
        "事件编号无效，请使用已收到的最后一个事件编号",
    ))
}
