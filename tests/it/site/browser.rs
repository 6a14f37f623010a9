//! A person with a browser: cookies, pages, forms, without a script.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{Reply, Town, password_of, send};

pub(crate) struct Browser {
    url: String,
    http: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub(crate) fn new(town: &Town) -> Self {
        let kept = Duration::from_secs(1);
        let none = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(none).pool_idle_timeout(kept);
        let (url, http) = (town.url.clone(), http.build().unwrap());
        Self { url, http, cookies: Mutex::default() }
    }

    /// One that is logged in.
    pub(crate) async fn of(town: &Town, username: &str) -> Self {
        let browser = Self::new(town);
        browser.get("/login").await;
        let (password, code) = (password_of(username), town.next_code(username).await);
        let fields = [("username", username), ("password", &*password), ("code", &*code)];
        let answer = browser.post("/login", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    pub(crate) fn english(self) -> Self {
        self.cookies.lock().unwrap().insert("wetland_language".into(), "en".into());
        self
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.into(), value.into());
    }

    /// Opens a page as it is, without following where it leads.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.keep(send(self.with_cookies(self.http.get(format!("{}{path}", self.url)))).await)
    }

    /// Sends a form of the page at that path, with the token that the page shows. What the page
    /// lets people choose from a list is chosen from it.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let page = self.get(path).await;
        for (name, value) in fields {
            let offered = offered(&page.text, name);
            let among = offered.iter().any(|one| one == value);
            assert!(
                offered.is_empty() || among,
                "{path} offers for {name}: {offered:?}, not {value}"
            );
        }
        let token = value_of(&page.text, "form_token");
        let key = value_of(&page.text, "key");
        let mut all = vec![("form_token", token.as_str()), ("key", key.as_str())];
        all.extend(fields);
        all.retain(|(_, value)| !value.is_empty());
        self.post_raw(path, &all).await
    }

    /// Sends exactly these fields.
    pub(crate) async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = body.collect::<Vec<_>>().join("&");
        let request = self.with_cookies(self.http.post(format!("{}{path}", self.url)));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.keep(send(request.body(body)).await)
    }

    /// Hands a file to the form of the page at that path.
    pub(crate) async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> Reply {
        let page = self.get(path).await;
        let token = value_of(&page.text, "form_token");
        let key = value_of(&page.text, "key");
        let mut body = Vec::new();
        for (field, value) in
            [("form_token", token.as_str()), ("key", key.as_str())].iter().chain(fields)
        {
            let part = format!(
                "--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = self.with_cookies(self.http.post(format!("{}{path}", self.url)));
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        self.keep(send(request.body(body)).await)
    }

    fn with_cookies(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let cookies = self.cookies.lock().unwrap();
        let cookies = cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let request = request.header("accept", "text/html");
        if cookies.is_empty() { request } else { request.header("cookie", cookies) }
    }

    fn keep(&self, answer: Reply) -> Reply {
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            for flag in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
                assert!(cookie.contains(flag), "{cookie}");
            }
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match value.is_empty() {
                true => cookies.remove(name),
                false => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        drop(cookies);
        answer
    }
}

/// The value of the first hidden field of that name.
pub(crate) fn value_of(html: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = html.split_once(&mark).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The values among which the page lets people choose for a field.
pub(crate) fn offered(html: &str, name: &str) -> Vec<String> {
    let mark = format!(" name=\"{name}\"");
    let selects = html.split("<select ").skip(1).filter_map(|rest| rest.split("</select>").next());
    let named = selects.filter(|select| select.split('>').next().unwrap().contains(&mark));
    let options = named.flat_map(|select| select.split("<option value=\"").skip(1));
    options.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
