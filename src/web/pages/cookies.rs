//! Cookies: what the browser keeps for us.

use actix_web::HttpRequest;
use actix_web::http::header;

/// The access token, which is sent to each operation.
pub(super) const ACCESS: &str = "wetland_access";
/// The refresh token.
pub(super) const RENEWAL: &str = "wetland_renewal";
/// Random, of which the tokens of forms are made.
pub(super) const FORM: &str = "wetland_form";
/// `zh` or `en`.
pub(super) const LANGUAGE: &str = "wetland_language";

/// Longer than any value of ours.
const VALUE_BYTES_MAX: usize = 2_048;

/// The value of a cookie that was sent.
pub(super) fn cookie(request: &HttpRequest, name: &str) -> Option<String> {
    let headers = request.headers().get_all(header::COOKIE);
    let mut pairs = headers.filter_map(|header| header.to_str().ok()).flat_map(|h| h.split(';'));
    pairs.find_map(|pair| {
        let (its, value) = pair.trim().split_once('=')?;
        let fits = its == name && !value.is_empty() && value.len() <= VALUE_BYTES_MAX;
        fits.then(|| value.to_owned())
    })
}

/// A cookie that no script reads and no other site sends along.
pub(super) fn set(name: &str, value: &str, seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// Takes a cookie back.
pub(super) fn forget(name: &str, secure: bool) -> String {
    set(name, "", 0, secure)
}
