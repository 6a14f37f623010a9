//! What everybody may ask of certificates: whether one is valid, by its number and short code, and
//! the keys that sign them. It reveals no more than the paper; a wrong code is an unknown number.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Json, Path};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::occupation::actions;
use crate::occupation::certificate::Content;
use crate::occupation::model::CertificateState;
use crate::occupation::store;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![
        get_public_certificate,
        get_certificate_page,
        list_certificate_keys,
        get_certificate_key
    ]
}

/// What a certificate is worth now, and what stands on its paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct PublicCertificate {
    #[schema(example = "HXZ360124-2026-0001")]
    number: String,
    state: CertificateState,
    /// Since when it is so.
    since: Time,
    reason: Option<Label>,
    issued_at: Time,
    valid_to: NaiveDate,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    developer: String,
    #[schema(example = "示例县道改建工程")]
    project: String,
    #[schema(example = "ZY360124-2026-0001")]
    occupation: String,
    #[schema(example = "进贤县")]
    county: String,
    #[schema(example = 9877)]
    m2: i64,
    /// The runs of serials that were retired.
    #[schema(example = json!(["WL-360124-2023-B0001-000001-009877"]))]
    serials: Vec<String>,
    checked_at: Time,
}

/// Compares every byte, so that the time taken tells nothing of the code.
fn is_same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    differing == 0 && one.len() == other.len()
}

fn check(c: &mut Conn, number: &str, code: &str, now: Time) -> Answer<PublicCertificate> {
    let row = store::certificate_by_number(c, number)?;
    let row = row.filter(|row| is_same(&row.short_code, &code.to_ascii_uppercase()));
    let row = row.ok_or_else(Failure::not_found)?;
    let content: Content = serde_json::from_str(&row.content)
        .map_err(|_| Failure::broken("a certificate keeps its contents"))?;
    let (state, since, reason) = actions::worth_of(c, &row, now.date_in_shanghai())?;
    Ok(PublicCertificate {
        number: row.number,
        state,
        since,
        reason,
        issued_at: row.issued_at,
        valid_to: row.valid_to,
        developer: content.developer,
        project: content.project,
        occupation: content.occupation,
        county: content.county_name,
        m2: content.m2,
        serials: content.lots.into_iter().map(|lot| lot.serials).collect(),
        checked_at: now,
    })
}

/// Says what a certificate is worth: valid, frozen or void, and since when
#[utoipa::path(
    get, path = "/api/v1/public/certificates/{number}/{code}", tag = "occupation",
    params(
        ("number" = String, Path, example = "HXZ360124-2026-0001"),
        ("code" = String, Path, example = "7K3Q9XWE2M5T"),
    ),
    responses((status = 200, body = PublicCertificate), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
async fn get_public_certificate(
    db: Data<Db>,
    path: Path<(String, String)>,
) -> Answer<Json<PublicCertificate>> {
    let ((number, code), now) = (path.into_inner(), db.clock().now());
    Ok(Json(db.read(None, move |c| check(c, &number, &code, now)).await?))
}

/// The page to which the code on a certificate leads
#[utoipa::path(
    get, path = "/certificates/{number}/{code}", tag = "occupation",
    params(
        ("number" = String, Path, example = "HXZ360124-2026-0001"),
        ("code" = String, Path, example = "7K3Q9XWE2M5T"),
    ),
    responses((status = 200, body = String, content_type = "text/html",
        example = json!("<!doctype html><html lang=\"zh-CN\">…</html>")), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
async fn get_certificate_page(db: Data<Db>, path: Path<(String, String)>) -> Answer<HttpResponse> {
    let ((number, code), now) = (path.into_inner(), db.clock().now());
    let found = db.read(None, move |c| check(c, &number, &code, now)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(page(&found)))
}

/// Chinese first, English beside it; no script, no style but the browser's own.
fn page(it: &PublicCertificate) -> String {
    let state = match it.state {
        CertificateState::Valid => "有效 / valid",
        CertificateState::Frozen => "已冻结 / frozen",
        CertificateState::Void => "已作废 / void",
    };
    let reason = it.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    let rows = [
        ("证明编号 / certificate", it.number.clone()),
        ("状态 / state", state.to_owned()),
        ("自 / since", it.since.to_string()),
        ("原因 / reason", reason),
        ("建设单位 / developer", it.developer.clone()),
        ("项目 / project", format!("{} {}", it.occupation, it.project)),
        ("所在县 / county", it.county.clone()),
        ("核销面积 / retired", format!("{} m²", it.m2)),
        ("编号区间 / serials", it.serials.join(", ")),
        ("有效期至 / valid to", it.valid_to.to_string()),
        ("核验时间 / checked at", it.checked_at.to_string()),
    ];
    let rows: String = rows
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(head, text)| {
            format!("<tr><th scope=\"row\">{head}</th><td>{}</td></tr>", escaped(text))
        })
        .collect();
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\
         <body><h1>湿地占补平衡指标核销证明核验</h1><table>{rows}</table></body></html>",
        escaped(&it.number)
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A key that signs certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct CertificateKey {
    #[schema(example = "5f1d36a0c2e49b7d")]
    key_id: String,
    /// Ed25519, 64 hex digits.
    #[schema(example = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")]
    public_key: String,
}

/// The keys that sign certificates: a deployment has a handful in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct CertificateKeys {
    items: Vec<CertificateKey>,
}

/// Lists the public keys of certificates
#[utoipa::path(
    get, path = "/api/v1/public/certificate-keys", tag = "occupation",
    responses((status = 200, body = CertificateKeys), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
async fn list_certificate_keys(db: Data<Db>) -> Answer<Json<CertificateKeys>> {
    let keys = db.read(None, identity::certificate_keys).await?;
    let items = keys.into_iter().map(|(key_id, public_key)| CertificateKey { key_id, public_key });
    Ok(Json(CertificateKeys { items: items.collect() }))
}

/// Hands out a public key of certificates as PEM, as openssl reads it
#[utoipa::path(
    get, path = "/api/v1/public/certificate-keys/{key_id}/key.pem", tag = "occupation",
    params(("key_id" = String, Path, example = "5f1d36a0c2e49b7d")),
    responses((status = 200, body = String, content_type = "application/x-pem-file",
        example = json!("-----BEGIN PUBLIC KEY-----\n")), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
async fn get_certificate_key(db: Data<Db>, key_id: Path<String>) -> Answer<HttpResponse> {
    let wanted = key_id.into_inner();
    let keys = db.read(None, identity::certificate_keys).await?;
    let found = keys.into_iter().find(|(key_id, _)| *key_id == wanted);
    let (_, public_key) = found.ok_or_else(Failure::not_found)?;
    let pem = pem_of(&public_key).ok_or_else(|| Failure::broken("a public key is kept in hex"))?;
    Ok(HttpResponse::Ok().content_type("application/x-pem-file").body(pem))
}

/// The head of an Ed25519 key as SubjectPublicKeyInfo (RFC 8410).
const SPKI: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

fn pem_of(public_key: &str) -> Option<String> {
    let bytes: [u8; 32] = hex::decode(public_key).ok()?.try_into().ok()?;
    let text = BASE64_STANDARD.encode([SPKI, &bytes].concat());
    Some(format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_no_markup() {
        assert_eq!(escaped("<b>&\"'"), "&lt;b&gt;&amp;&quot;&#39;");
    }

    #[test]
    fn codes_are_the_same_to_the_letter() {
        assert!(is_same("ABC", "ABC"));
        assert!(!is_same("ABC", "ABD") && !is_same("ABC", "ABCD") && !is_same("", "A"));
    }
}
