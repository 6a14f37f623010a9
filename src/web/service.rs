//! What the service says of itself: alive, ready, counted, described.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;

use crate::kernel::db::{Db, WriteFault};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::web::metrics::metrics_text;

/// The API document as it is checked in; a test holds it to the code. Making it anew at each start
/// would leave a hundred megabytes of torn memory behind.
const DOCUMENT: &str = include_str!("../../openapi/openapi.json");

pub fn operations() -> Operations {
    operations![get_health, get_readiness, get_metrics, get_api_document]
}

/// Says that the process is alive
#[utoipa::path(
    get, path = "/healthz", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain", example = "alive")),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_health() -> &'static str {
    "alive"
}

/// Says whether the service can read and write, or why not
#[utoipa::path(
    get, path = "/readyz", tag = "service",
    responses(
        (status = 200, body = String, content_type = "text/plain", example = "ready"),
        crate::web::Problems,
    ),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_readiness(db: Data<Db>) -> Answer<&'static str> {
    let asked = db.read(None, |conn| {
        use diesel::RunQueryDsl;
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
            .get_result::<i32>(conn)
            .map_err(Failure::from)
    });
    if asked.await.is_err() {
        return Err(Failure::Refused(not_ready(
            "cannot-read",
            "the database does not answer",
            "数据库无响应",
        )));
    }
    match db.write_fault() {
        None => Ok("ready"),
        Some((since, fault)) => {
            let (english, chinese) = match fault {
                WriteFault::Disk => {
                    ("the disk is full, read-only or broken", "磁盘已满、只读或损坏")
                }
                WriteFault::Connection => ("the database cannot be reached", "无法连接数据库"),
            };
            Err(Failure::Refused(not_ready(
                "cannot-write",
                &format!("nothing can be written since {since}: {english}; reading goes on"),
                &format!("自 {since} 起无法写入：{chinese}；查询不受影响"),
            )))
        }
    }
}

/// The service tries by itself until it can again.
fn not_ready(code: &'static str, english: &str, chinese: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, english, chinese).retry_after(1)
}

/// Counts requests and times for Prometheus
#[utoipa::path(
    get, path = "/metrics", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain",
        example = "http_requests_total{operation=\"get_health\",status=\"200\"} 1")),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_metrics() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(metrics_text())
}

/// Describes the API by OpenAPI 3.1
#[utoipa::path(
    get, path = "/openapi.json", tag = "service",
    responses((status = 200, body = Object, example = json!({"openapi": "3.1.0"}))),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_api_document() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("application/json")
        .body(DOCUMENT)
}
