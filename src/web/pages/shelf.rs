//! Pages that everybody sees alike, kept for some seconds, so that many visitors at once cost the
//! database what one costs it. One shelf a worker; nothing that a person's login shows ever comes here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix_web::web::Bytes;

use crate::kernel::problem::Language;

/// How old a page may be that everybody sees.
pub(super) const KEPT: Duration = Duration::from_secs(5);
/// How long the others are still shown an old page while one visitor waits for the new one.
const RENEWAL: Duration = Duration::from_secs(2);

/// What one worker keeps, in pages and in bytes.
const PAGES_MAX: usize = 256;
const BYTES_MAX: usize = 8 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Shelf(RefCell<HashMap<(Language, String), Kept>>);

/// One page as it was written.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) html: Bytes,
    until: Instant,
}

impl Kept {
    /// For how many seconds a browser may keep it.
    pub(super) fn seconds(&self, now: Instant) -> u64 {
        self.until.saturating_duration_since(now).min(KEPT).as_secs()
    }
}

impl Shelf {
    /// The page at that address, unless it is too old. The first who finds it so gets none and writes
    /// it anew; the others are shown the old one meanwhile.
    pub(super) fn take(&self, language: Language, here: &str, now: Instant) -> Option<Kept> {
        let mut pages = self.0.borrow_mut();
        let kept = pages.get_mut(&(language, here.to_owned()))?;
        if kept.until > now {
            return Some(kept.clone());
        }
        kept.until = now + RENEWAL;
        None
    }

    pub(super) fn put(&self, language: Language, here: String, html: Bytes, now: Instant) {
        let mut pages = self.0.borrow_mut();
        let full = |pages: &HashMap<_, Kept>| {
            let bytes: usize = pages.values().map(|kept| kept.html.len()).sum();
            pages.len() >= PAGES_MAX || bytes.saturating_add(html.len()) > BYTES_MAX
        };
        if full(&pages) {
            pages.retain(|_, kept| kept.until > now);
        }
        if full(&pages) {
            return;
        }
        pages.insert((language, here), Kept { html, until: now + KEPT });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINESE: Language = Language::Chinese;

    fn shelf(now: Instant) -> Shelf {
        let shelf = Shelf::default();
        shelf.put(CHINESE, "/".into(), Bytes::from_static(b"old"), now);
        shelf
    }

    #[test]
    fn a_page_is_kept_for_some_seconds_for_its_address_and_language() {
        let now = Instant::now();
        let shelf = shelf(now);
        assert_eq!(shelf.take(CHINESE, "/", now).unwrap().seconds(now), 5);
        let later = now + Duration::from_secs(3);
        assert_eq!(shelf.take(CHINESE, "/", later).unwrap().seconds(later), 2);
        assert!(shelf.take(Language::English, "/", now).is_none());
        assert!(shelf.take(CHINESE, "/listings", now).is_none());
    }

    #[test]
    fn one_visitor_renews_an_old_page_while_others_see_it() {
        let now = Instant::now();
        let shelf = shelf(now);
        let later = now + KEPT;
        assert!(shelf.take(CHINESE, "/", later).is_none(), "the first writes it anew");
        assert!(shelf.take(CHINESE, "/", later).is_some(), "the second does not wait");
        // The first never came back with it: another tries.
        assert!(shelf.take(CHINESE, "/", later + RENEWAL).is_none());
        shelf.put(CHINESE, "/".into(), Bytes::from_static(b"new"), later);
        assert_eq!(shelf.take(CHINESE, "/", later).unwrap().html, "new");
    }

    #[test]
    fn a_shelf_has_an_end() {
        let now = Instant::now();
        let shelf = Shelf::default();
        for at in 0..PAGES_MAX {
            shelf.put(CHINESE, format!("/?a={at}"), Bytes::from_static(b"page"), now);
        }
        shelf.put(CHINESE, "/one-more".into(), Bytes::from_static(b"page"), now);
        assert!(shelf.take(CHINESE, "/one-more", now).is_none());
        shelf.put(CHINESE, "/later".into(), Bytes::from_static(b"page"), now + KEPT);
        assert!(shelf.take(CHINESE, "/later", now + KEPT).is_some(), "old pages make room");
        let big = Bytes::from(vec![b'x'; BYTES_MAX + 1]);
        shelf.put(CHINESE, "/big".into(), big, now);
        assert!(shelf.take(CHINESE, "/big", now).is_none());
    }
}
