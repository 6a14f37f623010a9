//! The pages of the API document, embedded in the binary, so that they work without a network.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::{self, Path, ServiceConfig};
use utoipa_swagger_ui::Config;

/// Registers `/docs/`; these pages are the only ones that are no operation.
pub fn mount_docs(config: &mut ServiceConfig) {
    let pages = Arc::new(Config::from("/openapi.json"));
    let page = move |path: Path<String>| {
        let pages = Arc::clone(&pages);
        async move { show(&path, pages) }
    };
    config.service(web::redirect("/docs", "/docs/")).service(
        web::resource("/docs/{page:.*}")
            .route(web::get().to(page.clone()))
            .route(web::head().to(page))
            .default_service(web::to(not_allowed)),
    );
}

fn show(page: &str, pages: Arc<Config<'static>>) -> HttpResponse {
    match utoipa_swagger_ui::serve(page, pages) {
        Ok(Some(file)) => {
            let mut answer = HttpResponse::Ok();
            if file.gzpipped {
                answer.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
            }
            answer.content_type(file.content_type).body(file.bytes.into_owned())
        }
        Ok(None) | Err(_) => HttpResponse::NotFound().finish(),
    }
}

async fn not_allowed() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish()
}
