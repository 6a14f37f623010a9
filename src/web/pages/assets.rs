//! The style, the script and the sign of the site, embedded; their names change with their content,
//! so that a browser keeps them for good.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path, ServiceConfig};
use sha2::{Digest, Sha256};

/// One file of the site's own.
struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

impl Asset {
    fn of(stem: &str, ending: &str, kind: &'static str, text: &'static str) -> Self {
        let hash = hex::encode(Sha256::digest(text.as_bytes()));
        let short = hash.get(..12).unwrap_or_default();
        Self { name: format!("{stem}-{short}.{ending}"), kind, text }
    }

    fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::of("site", "css", "text/css; charset=utf-8", include_str!("site.css")));
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of("site", "js", "text/javascript; charset=utf-8", include_str!("site.js"))
});
static SIGN: LazyLock<Asset> =
    LazyLock::new(|| Asset::of("sign", "svg", "image/svg+xml", include_str!("sign.svg")));

pub(super) fn style() -> String {
    STYLE.path()
}

pub(super) fn script() -> String {
    SCRIPT.path()
}

pub(super) fn sign() -> String {
    SIGN.path()
}

pub(super) fn mount(config: &mut ServiceConfig) {
    config.service(
        web::resource("/assets/{name}")
            .route(web::get().to(show))
            .route(web::head().to(show))
            .default_service(web::to(not_allowed)),
    );
}

async fn show(name: Path<String>) -> HttpResponse {
    let known = [&STYLE, &SCRIPT, &SIGN];
    let Some(asset) = known.into_iter().find(|asset| asset.name == *name) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .content_type(asset.kind)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.text)
}

async fn not_allowed() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish()
}
