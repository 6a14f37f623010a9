//! What the kernel checks of every command before it runs: that the person still stands as the
//! token says, and whether the request came before.

use std::borrow::Cow;
use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Text};

use super::connection::Conn;
use super::record::record;
use super::sql::Id;
use crate::kernel::actor::{Actor, Doing, credentials_needed};
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::schema::{idempotency_keys, users};

id! {
    /// An answer that is kept for a request which may come twice.
    pub struct OnceId;
}

record! {
    /// A row is the answer to a request that may come twice.
    pub(crate) struct OnceRow in idempotency_keys {
        id: OnceId as Id,
        organisation_id: OrganisationId as Id,
        operation: String as Text,
        key: String as Text,
        request_hash: Vec<u8> as Binary,
        answer: String as Text,
        recorded_at: Time as Timestamp,
    }
}

/// The standing of those people who may act at all.
pub(super) type Standings = HashMap<UserId, i64>;

pub(super) fn standings(conn: &mut Conn, people: &[UserId]) -> QueryResult<Standings> {
    if people.is_empty() {
        return Ok(Standings::new());
    }
    let active = users::table.select((users::id, users::standing)).filter(users::active.eq(true));
    let rows: Vec<(UserId, i64)> = match conn {
        Conn::Pg(conn) => active.filter(users::id.eq_any(people)).load(conn)?,
        Conn::Sqlite(conn) => {
            let mut rows = Vec::with_capacity(people.len());
            for person in people {
                let found: Option<(UserId, i64)> =
                    active.filter(users::id.eq(person)).get_result(conn).optional()?;
                rows.extend(found);
            }
            rows
        }
    };
    Ok(rows.into_iter().collect())
}

/// Refuses a person whose rights changed since the token was made.
pub(super) fn check(actor: &Actor, standings: &Standings) -> Answer<()> {
    if standings.get(&actor.user_id) == Some(&actor.standing) {
        Ok(())
    } else {
        Err(Failure::Refused(credentials_needed()))
    }
}

/// By what a request is known again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct OnceKey {
    key: String,
    organisation_id: OrganisationId,
    operation: Cow<'static, str>,
}

/// By what this request is known again, if it may come twice.
pub(super) fn once_key(doing: &Doing) -> Option<OnceKey> {
    let (once, actor) = (doing.once.as_ref()?, doing.actor.as_ref()?);
    Some(OnceKey {
        key: once.key.clone(),
        organisation_id: actor.organisation_id,
        operation: doing.operation.clone(),
    })
}

/// How long a key stands for its request. After that it is free; the row of the old answer is
/// replaced when the key is used again, and never removed, since the chain keeps every digest.
const KEPT_DAYS: i64 = 30;

/// The answers that are kept for these keys, and the rows of keys whose time is over.
pub(super) fn kept_answers(
    conn: &mut Conn,
    keys: &[OnceKey],
    now: Time,
) -> QueryResult<(HashMap<OnceKey, OnceRow>, HashMap<OnceKey, OnceId>)> {
    if keys.is_empty() {
        return Ok((HashMap::new(), HashMap::new()));
    }
    let rows: Vec<OnceRow> = match conn {
        Conn::Pg(conn) => RowsOf::new(keys).load(conn)?,
        Conn::Sqlite(conn) => {
            let mut rows = Vec::new();
            for once in keys {
                let one = idempotency_keys::table
                    .filter(idempotency_keys::key.eq(&once.key))
                    .filter(idempotency_keys::organisation_id.eq(once.organisation_id))
                    .filter(idempotency_keys::operation.eq(&once.operation))
                    .select(OnceRow::as_select());
                rows.extend(one.get_result(conn).optional()?);
            }
            rows
        }
    };
    let since = now.naive() - chrono::Duration::days(KEPT_DAYS);
    let (kept, over): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.recorded_at.naive() >= since);
    let kept = kept.into_iter().map(|row| (row.once_key(), row)).collect();
    Ok((kept, over.into_iter().map(|row| (row.once_key(), row.id)).collect()))
}

impl OnceRow {
    pub(super) fn once_key(&self) -> OnceKey {
        OnceKey {
            key: self.key.clone(),
            organisation_id: self.organisation_id,
            operation: Cow::Owned(self.operation.clone()),
        }
    }
}

/// The rows of many keys in one statement of PostgreSQL, one probe of the index for each.
struct RowsOf<'a> {
    keys: Vec<&'a str>,
    organisations: Vec<OrganisationId>,
    operations: Vec<&'a str>,
}

impl<'a> RowsOf<'a> {
    fn new(keys: &'a [OnceKey]) -> Self {
        Self {
            keys: keys.iter().map(|once| once.key.as_str()).collect(),
            organisations: keys.iter().map(|once| once.organisation_id).collect(),
            operations: keys.iter().map(|once| once.operation.as_ref()).collect(),
        }
    }
}

impl Query for RowsOf<'_> {
    type SqlType = idempotency_keys::SqlType;
}

impl QueryId for RowsOf<'_> {
    type QueryId = RowsOf<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for RowsOf<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT kept.* FROM UNNEST(");
        out.push_bind_param::<Array<Text>, _>(&self.keys)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.organisations)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.operations)?;
        out.push_sql(
            ") AS asked (key, organisation_id, operation) \
             JOIN idempotency_keys kept USING (key, organisation_id, operation)",
        );
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for RowsOf<'_> {}

/// The row that keeps the answer of a command.
pub(super) fn to_keep(doing: &Doing, answer: String, now: Time) -> Option<OnceRow> {
    let (once, actor) = (doing.once.as_ref()?, doing.actor.as_ref()?);
    Some(OnceRow {
        id: OnceId::new(),
        organisation_id: actor.organisation_id,
        operation: doing.operation.clone().into_owned(),
        key: once.key.clone(),
        request_hash: once.request_hash.to_vec(),
        answer,
        recorded_at: now,
    })
}

/// The same key came with another request.
pub(super) fn key_used_otherwise() -> Failure {
    Failure::Refused(Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency-key-reused",
        "this Idempotency-Key was used for another request",
        "该幂等键已用于另一请求",
    ))
}
