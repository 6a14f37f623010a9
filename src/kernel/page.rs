//! Lists go out in pages, newest first, by an opaque cursor.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::kernel::problem::{Answer, Failure, Problem};

/// Bounds the work and the memory of one request for a list.
pub const PAGE_ITEMS_MAX: i64 = 200;
const PAGE_ITEMS_DEFAULT: i64 = 50;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, example = 50)]
    #[serde(default, deserialize_with = "a_limit")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(example = "AZHkyHsacACAAAAAAAAAAQ")]
    #[serde(default)]
    cursor: Option<String>,
}

impl PageQuery {
    /// How many items the page may hold; ask the database for one more to see whether any follow.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(PAGE_ITEMS_DEFAULT)
    }

    /// The id of the last item of the page before.
    pub fn after<I: From<Uuid>>(&self) -> Answer<Option<I>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let id = BASE64_URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| Uuid::from_slice(&bytes).ok())
            .ok_or_else(|| Failure::Refused(bad_cursor()))?;
        Ok(Some(I::from(id)))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "AZHkyHsacACAAAAAAAAAAQ")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were loaded with one more than the limit.
    pub fn of<R>(
        mut rows: Vec<R>,
        page: &PageQuery,
        id: impl Fn(&R) -> Uuid,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = if more { rows.last().map(id) } else { None };
        Self {
            items: rows.into_iter().map(view).collect(),
            next_cursor: last.map(|id| BASE64_URL_SAFE_NO_PAD.encode(id.as_bytes())),
        }
    }
}

fn bad_cursor() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::BAD_REQUEST,
        "bad-cursor",
        "the cursor is not one that a page of this list gave",
        "游标无效，请使用上一页返回的 next_cursor",
    )
}

/// Takes a number and also its text: a query flattened into another arrives as text.
fn a_limit<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    struct Limit;

    impl de::Visitor<'_> for Limit {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a limit from 1 to {PAGE_ITEMS_MAX}")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<i64, E> {
            text.parse()
                .ok()
                .filter(|limit| (1..=PAGE_ITEMS_MAX).contains(limit))
                .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }

        fn visit_i64<E: de::Error>(self, limit: i64) -> Result<i64, E> {
            self.visit_str(&limit.to_string())
        }

        fn visit_u64<E: de::Error>(self, limit: u64) -> Result<i64, E> {
            self.visit_str(&limit.to_string())
        }
    }

    input.deserialize_any(Limit).map(Some)
}

#[cfg(test)]
mod tests {
    use actix_web::web::Query;

    use super::*;

    fn query(text: &str) -> Option<PageQuery> {
        Query::<PageQuery>::from_query(text).ok().map(Query::into_inner)
    }

    #[test]
    fn a_page_holds_one_to_two_hundred_items() {
        assert_eq!(query("").unwrap().limit(), 50);
        assert_eq!(query("limit=1").unwrap().limit(), 1);
        assert_eq!(query("limit=200").unwrap().limit(), 200);
        for bad in ["limit=0", "limit=201", "limit=-1", "limit=", "limit=ten", "limit=1.0"] {
            assert!(query(bad).is_none(), "{bad} was taken");
        }
    }

    #[test]
    fn the_cursor_of_a_page_leads_to_the_next_and_another_is_refused() {
        let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let page = Page::of(ids.clone(), &query("limit=2").unwrap(), |id| *id, |id| id);
        assert_eq!(page.items, ids.get(..2).unwrap());
        let next = query(&format!("cursor={}", page.next_cursor.unwrap())).unwrap();
        assert_eq!(next.after::<Uuid>().unwrap(), ids.get(1).copied());

        let last = Page::of(ids, &query("limit=3").unwrap(), |id| *id, |id| id);
        assert_eq!(last.next_cursor, None);
        for bad in ["cursor=x", "cursor=", "cursor=AAAA", "cursor=%00"] {
            assert!(query(bad).unwrap().after::<Uuid>().is_err(), "{bad} was taken");
        }
    }
}
