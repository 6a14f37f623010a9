//! Sessions, their refresh tokens, and failed logins.

use diesel::prelude::*;

use super::factors::factor;
use crate::identity::model::{
    KeptRefreshToken, KnownPerson, LoginFailures, LoginLookup, RefreshTokenId, Session, SessionEnd,
    SessionId,
};
use crate::identity::tokens::RefreshTokenHash;
use crate::kernel::actor::{Actor, Factor, Login, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, derived_record, record};
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{login_failures, organisations, refresh_tokens, sessions, users};

record! {
    /// A row is a session.
    pub(super) struct SessionRow in sessions {
        id: SessionId as Id,
        user_id: UserId as Id,
        standing: i64 as BigInt,
        opened_at: Time as Timestamp,
        ended_at: Option<Time> as Nullable<Timestamp>,
        ended_by: Option<SessionEnd> as Nullable<Text>,
    }
}

record! {
    /// A row is a refresh token.
    pub(super) struct RefreshTokenRow in refresh_tokens {
        id: RefreshTokenId as Id,
        session_id: SessionId as Id,
        token_hash: String as Text,
        issued_at: Time as Timestamp,
        expires_at: Time as Timestamp,
        used_at: Option<Time> as Nullable<Timestamp>,
    }
}

id! {
    /// A name under which logins failed.
    pub struct LoginFailuresId;
}

derived_record! {
    /// A row is a name under which logins failed lately; forgotten after a quiet time, and
    /// therefore no part of the audit chain.
    pub(super) struct LoginFailuresRow in login_failures {
        id: LoginFailuresId as Id,
        username_hash: String as Text,
        failures: i64 as BigInt,
        unrecorded: i64 as BigInt,
        failed_at: Time as Timestamp,
        retry_at: Time as Timestamp,
        recorded_at: Option<Time> as Nullable<Timestamp>,
    }
}

type ActorColumns = (UserId, OrganisationId, Role, RegionCode, i64);

fn actor(columns: ActorColumns, login: Login) -> Actor {
    let (user_id, organisation_id, role, region, standing) = columns;
    Actor { user_id, organisation_id, role, region, standing, login }
}

/// What is known of a login under that name: an ended account looks like none.
pub(crate) fn login_lookup(
    c: &mut Conn,
    username: &str,
    username_hash: &str,
    session: SessionId,
) -> QueryResult<LoginLookup> {
    let known: Option<(ActorColumns, String)> = users::table
        .inner_join(organisations::table)
        .filter(users::username.eq(username).and(users::active.eq(true)))
        .select((
            (users::id, organisations::id, users::role, organisations::region, users::standing),
            users::password_hash,
        ))
        .first(c)
        .optional()?;
    let person = match known {
        Some((columns, password_hash)) => {
            let factor = factor(c, columns.0)?;
            // Nothing is proven yet.
            let actor = actor(columns, Login { session, factor: Factor::Missing });
            Some(KnownPerson { actor, password_hash, factor })
        }
        None => None,
    };
    Ok(LoginLookup { person, retry_at: login_failures(c, username_hash)?.map(|f| f.retry_at) })
}

/// The failures under a name, if there were any lately.
pub(crate) fn login_failures(
    c: &mut Conn,
    username_hash: &str,
) -> QueryResult<Option<LoginFailures>> {
    let row: Option<LoginFailuresRow> = login_failures::table
        .filter(login_failures::username_hash.eq(username_hash))
        .select(LoginFailuresRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(|row| LoginFailures {
        failures: row.failures,
        unrecorded: row.unrecorded,
        failed_at: row.failed_at,
        retry_at: row.retry_at,
        recorded_at: row.recorded_at,
    }))
}

/// Keeps the failures under a name in place of what was kept before.
pub(crate) fn save_failures(
    tx: &mut Tx<'_>,
    username_hash: &str,
    it: &LoginFailures,
) -> QueryResult<()> {
    clear_failures(tx, username_hash)?;
    tx.insert_derived(&[LoginFailuresRow {
        id: LoginFailuresId::new(),
        username_hash: username_hash.to_owned(),
        failures: it.failures,
        unrecorded: it.unrecorded,
        failed_at: it.failed_at,
        retry_at: it.retry_at,
        recorded_at: it.recorded_at,
    }])
}

/// Forgets the failures under a name.
pub(crate) fn clear_failures(tx: &mut Tx<'_>, username_hash: &str) -> QueryResult<()> {
    let row = login_failures::table.filter(login_failures::username_hash.eq(username_hash));
    diesel::delete(row).execute(tx.conn()).map(|_| ())
}

/// Forgets failures that are so old, so that strangers cannot fill the table.
pub(crate) fn forget_quiet_failures(tx: &mut Tx<'_>, failed_before: Time) -> QueryResult<()> {
    let rows = login_failures::table.filter(login_failures::failed_at.le(failed_before));
    diesel::delete(rows).execute(tx.conn()).map(|_| ())
}

pub(crate) fn insert_session(tx: &mut Tx<'_>, it: &Session) -> QueryResult<()> {
    tx.insert(&SessionRow {
        id: it.id,
        user_id: it.user_id,
        standing: it.standing,
        opened_at: it.opened_at,
        ended_at: None,
        ended_by: None,
    })
}

/// Returns the session; a refresh token names one that exists.
pub(crate) fn session(c: &mut Conn, id: SessionId) -> Answer<Session> {
    find_session(c, id)?.ok_or_else(|| Failure::broken("sessions are never deleted"))
}

/// The session, if there is one.
pub(crate) fn find_session(c: &mut Conn, id: SessionId) -> QueryResult<Option<Session>> {
    let row: Option<SessionRow> =
        sessions::table.find(id).select(SessionRow::as_select()).first(c).optional()?;
    Ok(row.map(|row| Session {
        id: row.id,
        user_id: row.user_id,
        standing: row.standing,
        opened_at: row.opened_at,
        ended: row.ended_at.zip(row.ended_by),
    }))
}

pub(crate) fn mark_ended(tx: &mut Tx<'_>, id: SessionId, by: SessionEnd) -> QueryResult<()> {
    let row: SessionRow =
        sessions::table.find(id).select(SessionRow::as_select()).first(tx.conn())?;
    let ended_at = Some(tx.now());
    tx.update(&SessionRow { ended_at, ended_by: Some(by), ..row })
}

/// The session of a refresh token, before it was looked at whether the token is good.
pub(crate) struct KnownSession {
    /// With the standing under which it began.
    pub(crate) actor: Actor,
    pub(crate) opened_at: Time,
    /// Whether the person has a second factor.
    pub(crate) has_factor: bool,
}

/// The session of that refresh token, if it was ever given out.
pub(crate) fn session_by_token(
    c: &mut Conn,
    token_hash: &RefreshTokenHash,
) -> QueryResult<Option<KnownSession>> {
    let found: Option<(ActorColumns, SessionId, Time)> = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table.inner_join(organisations::table)))
        .filter(refresh_tokens::token_hash.eq(token_hash))
        .select((
            (users::id, organisations::id, users::role, organisations::region, sessions::standing),
            sessions::id,
            sessions::opened_at,
        ))
        .first(c)
        .optional()?;
    let Some((columns, session, opened_at)) = found else { return Ok(None) };
    let has_factor = factor(c, columns.0)?.is_some_and(|factor| factor.confirmed_at.is_some());
    let actor = actor(columns, Login { session, factor: Factor::Missing });
    Ok(Some(KnownSession { actor, opened_at, has_factor }))
}

/// The token with that hash, if it was ever given out.
pub(crate) fn find_token(
    c: &mut Conn,
    token_hash: &RefreshTokenHash,
) -> QueryResult<Option<KeptRefreshToken>> {
    let row: Option<RefreshTokenRow> = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(token_hash))
        .select(RefreshTokenRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(|row| KeptRefreshToken {
        id: row.id,
        session_id: row.session_id,
        expires_at: row.expires_at,
        used_at: row.used_at,
    }))
}

pub(crate) fn insert_refresh_token(
    tx: &mut Tx<'_>,
    it: &KeptRefreshToken,
    token_hash: &RefreshTokenHash,
) -> QueryResult<()> {
    tx.insert(&RefreshTokenRow {
        id: it.id,
        session_id: it.session_id,
        token_hash: token_hash.clone(),
        issued_at: tx.now(),
        expires_at: it.expires_at,
        used_at: None,
    })
}

pub(crate) fn mark_used(tx: &mut Tx<'_>, id: RefreshTokenId) -> QueryResult<()> {
    let row: RefreshTokenRow =
        refresh_tokens::table.find(id).select(RefreshTokenRow::as_select()).first(tx.conn())?;
    let used_at = Some(tx.now());
    tx.update(&RefreshTokenRow { used_at, ..row })
}
