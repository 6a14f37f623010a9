//! What the kernel checks of every command before it runs: that the person still stands as the
//! token says, and whether the request came before.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::connection::Conn;
use super::record::record;
use super::sql::Canonical;
use crate::kernel::actor::{Actor, Doing, credentials_needed};
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::schema::{idempotency_keys, users};

id! {
    /// A key by which a request is known again, made from organisation, operation and key.
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

/// The id under which the answer to this request is kept, if it may come twice.
pub(super) fn once_id(doing: &Doing) -> Option<OnceId> {
    let (once, actor) = (doing.once.as_ref()?, doing.actor.as_ref()?);
    let mut name = Vec::with_capacity(160);
    actor.organisation_id.canonical(&mut name);
    doing.operation.canonical(&mut name);
    once.key.canonical(&mut name);
    let digest: [u8; 32] = Sha256::digest(&name).into();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Some(Uuid::new_v8(bytes).into())
}

/// How long a key stands for its request. After that it is free; the row of the old answer is
/// replaced when the key is used again, and never removed, since the chain keeps every digest.
const KEPT_DAYS: i64 = 30;

/// The answers that are kept for these keys, and the keys whose time is over.
pub(super) fn kept_answers(
    conn: &mut Conn,
    ids: &[OnceId],
    now: Time,
) -> QueryResult<(HashMap<OnceId, OnceRow>, HashSet<OnceId>)> {
    if ids.is_empty() {
        return Ok((HashMap::new(), HashSet::new()));
    }
    let rows: Vec<OnceRow> = match conn {
        Conn::Pg(conn) => idempotency_keys::table
            .filter(idempotency_keys::id.eq_any(ids))
            .select(OnceRow::as_select())
            .load(conn)?,
        Conn::Sqlite(conn) => {
            let mut rows = Vec::new();
            for id in ids {
                let one = idempotency_keys::table.find(*id).select(OnceRow::as_select());
                rows.extend(one.get_result(conn).optional()?);
            }
            rows
        }
    };
    let since = now.naive() - chrono::Duration::days(KEPT_DAYS);
    let (kept, over): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.recorded_at.naive() >= since);
    let kept = kept.into_iter().map(|row| (row.id, row)).collect();
    Ok((kept, over.into_iter().map(|row| row.id).collect()))
}

/// The row that keeps the answer of a command.
pub(super) fn to_keep(doing: &Doing, answer: String, now: Time) -> Option<OnceRow> {
    let (once, actor) = (doing.once.as_ref()?, doing.actor.as_ref()?);
    Some(OnceRow {
        id: once_id(doing)?,
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
