//! What a form sent: texts, and at most one file.

use actix_web::web::{Bytes, Query};
use serde_json::{Map, Value};

use crate::kernel::problem::Answer;
use crate::web::refusal::Turned;

/// More parts than any form of ours has.
const PARTS_MAX: usize = 100;
/// The end of a longer name says nothing more; as kinds of files stand there, it is refused then.
const FILE_NAME_CHARS_MAX: usize = 200;

/// The fields of a form as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    fields: Vec<(String, String)>,
    pub file: Option<SentFile>,
}

/// A file that somebody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    pub name: String,
    pub bytes: Bytes,
}

impl Sent {
    /// Reads the body of a form of either kind.
    pub(super) fn read(content_type: &str, body: &Bytes) -> Answer<Self> {
        let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        match kind.trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Self::of_text(body),
            "multipart/form-data" => {
                let boundary = parameters.trim().strip_prefix("boundary=").unwrap_or_default();
                Self::of_parts(boundary.trim_matches('"'), body)
            }
            _ => Err(Turned::OtherKindOfBody("a form".to_owned()).into()),
        }
    }

    fn of_text(body: &[u8]) -> Answer<Self> {
        let unreadable = || Turned::BadQuery("the form cannot be read".to_owned());
        let text = std::str::from_utf8(body).map_err(|_| unreadable())?;
        let fields = Query::<Vec<(String, String)>>::from_query(text).map_err(|_| unreadable())?;
        Ok(Self { fields: fields.into_inner(), file: None })
    }

    /// RFC 7578, the whole body at hand.
    fn of_parts(boundary: &str, body: &Bytes) -> Answer<Self> {
        let unreadable = || Turned::BadQuery("the form cannot be read".to_owned());
        if boundary.is_empty() || boundary.len() > 70 {
            return Err(unreadable().into());
        }
        let mark = format!("\r\n--{boundary}");
        // The first boundary has no line before it.
        let mut at = body.strip_prefix(mark.trim_start().as_bytes()).ok_or_else(unreadable)?;
        let mut sent = Self::default();
        for _ in 0..PARTS_MAX {
            if at.starts_with(b"--") {
                return Ok(sent);
            }
            let part = at.strip_prefix(b"\r\n").ok_or_else(unreadable)?;
            let (head, rest) = cut(part, b"\r\n\r\n").ok_or_else(unreadable)?;
            let (content, after) = cut(rest, mark.as_bytes()).ok_or_else(unreadable)?;
            let head = std::str::from_utf8(head).map_err(|_| unreadable())?;
            sent.take(head, body.slice_ref(content));
            at = after;
        }
        Err(unreadable().into())
    }

    fn take(&mut self, head: &str, content: Bytes) {
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-disposition").then_some(value)
        });
        let Some(disposition) = disposition else { return };
        let Some(name) = parameter(disposition, "name") else { return };
        match parameter(disposition, "filename") {
            Some(file) => {
                // Some browsers send the whole path.
                let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
                let file = file.chars().take(FILE_NAME_CHARS_MAX).collect();
                if !content.is_empty() {
                    self.file = Some(SentFile { name: file, bytes: content });
                }
            }
            None => {
                let text = String::from_utf8_lossy(&content).into_owned();
                self.fields.push((name, text));
            }
        }
    }

    /// A field without the spaces at its ends; empty where it is missing.
    pub fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    pub fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Every field of that name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(known, _)| known == name).map(|(_, v)| v.trim()).collect()
    }

    /// The named fields as JSON, those left empty not among them; texts stay texts, `whole` are
    /// numbers where they can be read as such.
    pub fn json(&self, texts: &[&str], whole: &[&str]) -> Value {
        let mut object = Map::new();
        for name in texts.iter().filter(|name| self.has(name)) {
            object.insert((*name).to_owned(), Value::from(self.text(name)));
        }
        for name in whole.iter().filter(|name| self.has(name)) {
            // People write thousands apart.
            let text = self.text(name).replace([',', '，', ' '], "");
            let value = text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from);
            object.insert((*name).to_owned(), value);
        }
        Value::Object(object)
    }
}

/// An object with one more field.
pub fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.insert(name.to_owned(), value.into());
    }
    object
}

/// What stands before the first `mark`, and what follows it.
fn cut<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

/// `name="value"`; quotes and line breaks inside come percent-encoded.
fn parameter(disposition: &str, name: &str) -> Option<String> {
    disposition.split(';').find_map(|part| {
        let (its, value) = part.trim().split_once('=')?;
        let value = value.trim().trim_matches('"');
        (its == name).then(|| value.replace("%22", "\""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_forms_are_read() {
        let text = Bytes::from_static(b"m2=1%2C000&note=a+b%26c");
        let sent = Sent::read("application/x-www-form-urlencoded", &text).unwrap();
        assert_eq!(sent.text("note"), "a b&c");
        let json = sent.json(&["note", "absent"], &["m2"]);
        assert_eq!(json, serde_json::json!({"note": "a b&c", "m2": 1000}));

        let body = "--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nreserve\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\\a;b.csv\"\r\n\
                    Content-Type: text/csv\r\n\r\n1,2\r\n--x--\r\n";
        let body = body.replace("a;b", "ab");
        let sent = Sent::read("multipart/form-data; boundary=x", &Bytes::from(body)).unwrap();
        assert_eq!(sent.text("kind"), "reserve");
        let file = sent.file.unwrap();
        assert_eq!((file.name.as_str(), &file.bytes[..]), ("ab.csv", &b"1,2"[..]));
    }

    #[test]
    fn a_form_that_breaks_off_or_is_none_is_refused() {
        for (kind, body) in [
            ("application/json", "{}"),
            ("multipart/form-data; boundary=", "----"),
            ("multipart/form-data; boundary=x", ""),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data"),
            ("multipart/form-data; boundary=x", "--x\r\n\r\n\r\nno end"),
            ("application/x-www-form-urlencoded", "\u{0}%ff=%ff\u{1}"),
        ] {
            let read = Sent::read(kind, &Bytes::from(body));
            let harmless = read.as_ref().is_ok_and(|sent| sent.text("a").is_empty());
            assert!(read.is_err() || harmless, "{kind} {body} was taken");
        }
    }
}
