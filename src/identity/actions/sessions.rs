//! Sessions are opened, renewed and closed; failed logins are counted.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::factors::use_code;
use crate::identity::model::{
    KeptRefreshToken, LoginFailures, RefreshTokenId, Session, SessionEnd, SessionId, UsedCode,
};
use crate::identity::rules::{self, Renewal};
use crate::identity::store;
use crate::identity::tokens::RefreshTokenHash;
use crate::kernel::clock::Time;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};

/// Begins a session for the actor, whose password was right.
#[derive(Debug, Clone)]
pub(in crate::identity) struct OpenSession {
    pub(in crate::identity) session: SessionId,
    pub(in crate::identity) token: RefreshTokenId,
    pub(in crate::identity) token_hash: RefreshTokenHash,
    pub(in crate::identity) username_hash: String,
    /// The code that was right too, where there is a second factor.
    pub(in crate::identity) code: Option<UsedCode>,
}

/// When a session began, by the time of the log, and when its first refresh token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::identity) struct OpenedTimes {
    pub(in crate::identity) opened_at: Time,
    pub(in crate::identity) refresh_expires_at: Time,
}

/// Opens a session. A right password that comes too soon after
/// failures is refused like a wrong one, so that guesses sent side by side win nothing.
pub(in crate::identity) fn open_session(tx: &mut Tx<'_>, it: &OpenSession) -> Answer<OpenedTimes> {
    let actor = tx.actor()?;
    let failures = pass_failures(tx, &it.username_hash)?;
    if let Some(code) = &it.code {
        use_code(tx, actor.user_id, code)?;
    }
    let times = insert_opened(tx, it, actor.user_id, actor.standing)?;
    tx.record(Event {
        after: Some(json!({ "failures_before": failures.map_or(0, |f| f.unrecorded) })),
        ..about(it.session)
    });
    Ok(times)
}

/// Saves a session that begins now with its first refresh token.
pub(super) fn insert_opened(
    tx: &mut Tx<'_>,
    it: &OpenSession,
    user_id: UserId,
    standing: i64,
) -> Answer<OpenedTimes> {
    let now = tx.now();
    let session = Session { id: it.session, user_id, standing, opened_at: now, ended: None };
    let token = KeptRefreshToken {
        id: it.token,
        session_id: it.session,
        expires_at: rules::refresh_expiry(now, now),
        used_at: None,
    };
    store::insert_session(tx, &session)?;
    store::insert_refresh_token(tx, &token, &it.token_hash)?;
    Ok(OpenedTimes { opened_at: now, refresh_expires_at: token.expires_at })
}

/// Lets a right password through unless it came too soon, and begins a new count of failures.
pub(in crate::identity) fn pass_failures(
    tx: &mut Tx<'_>,
    username_hash: &str,
) -> Answer<Option<LoginFailures>> {
    let failures = store::login_failures(tx.conn(), username_hash)?;
    rules::check_pace(failures.as_ref().map(|f| f.retry_at), tx.now())?;
    store::clear_failures(tx, username_hash)?;
    Ok(failures)
}

/// Counts a failed login; of known people the audit log hears, once a minute, with the count.
pub(in crate::identity) fn note_failure(
    tx: &mut Tx<'_>,
    username_hash: &str,
    user: Option<UserId>,
    reason: &str,
) -> Answer<()> {
    let now = tx.now();
    let before = store::login_failures(tx.conn(), username_hash)?;
    // Of guesses sent side by side only the first counts as one; the others came too soon.
    rules::check_pace(before.as_ref().map(|f| f.retry_at), now)?;
    let mut failures = rules::after_failure(before.as_ref(), now);
    if let Some(user) = user
        && rules::is_recorded_now(&failures, now)
    {
        tx.record(Event {
            subject: format!("user:{user}"),
            reason: Some(reason.to_owned()),
            after: Some(json!({ "failures": failures.unrecorded })),
            ..Event::default()
        });
        failures = LoginFailures { unrecorded: 0, recorded_at: Some(now), ..failures };
    }
    store::forget_quiet_failures(tx, rules::quiet_before(now))?;
    Ok(store::save_failures(tx, username_hash, &failures)?)
}

/// Exchanges a refresh token for the next one.
#[derive(Debug, Clone)]
pub(in crate::identity) struct RenewSession {
    pub(in crate::identity) presented_hash: RefreshTokenHash,
    pub(in crate::identity) token: RefreshTokenId,
    pub(in crate::identity) token_hash: RefreshTokenHash,
}

/// What came of a renewal that the caller must still answer for: an error would undo the end of
/// the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::identity) enum Renewed {
    Until(Time),
    SessionEnded,
}

/// Uses the token up; one that was used before ends its session.
pub(in crate::identity) fn renew_session(tx: &mut Tx<'_>, it: &RenewSession) -> Answer<Renewed> {
    let refused = || Failure::Refused(crate::kernel::actor::credentials_needed());
    let now = tx.now();
    let token = store::find_token(tx.conn(), &it.presented_hash)?.ok_or_else(refused)?;
    let session = store::session(tx.conn(), token.session_id)?;
    match rules::renewal(&token, &session, now) {
        Renewal::Refused => Err(refused()),
        Renewal::Reused => {
            store::mark_ended(tx, session.id, SessionEnd::Reuse)?;
            let reason = "a refresh token came back after its use".to_owned();
            tx.record(Event { reason: Some(reason), ..about(session.id) });
            Ok(Renewed::SessionEnded)
        }
        Renewal::Renewed { expires_at } => {
            let next = KeptRefreshToken {
                id: it.token,
                session_id: session.id,
                expires_at,
                used_at: None,
            };
            store::mark_used(tx, token.id)?;
            store::insert_refresh_token(tx, &next, &it.token_hash)?;
            tx.record(about(session.id));
            Ok(Renewed::Until(expires_at))
        }
    }
}

/// Ends the session of the actor to which the token belongs; one that is over stays as it is.
pub(in crate::identity) fn close_session(
    tx: &mut Tx<'_>,
    presented_hash: &RefreshTokenHash,
) -> Answer<()> {
    let actor = tx.actor()?;
    let token = store::find_token(tx.conn(), presented_hash)?;
    let token = token.ok_or_else(Failure::not_found)?;
    let session = store::session(tx.conn(), token.session_id)?;
    if session.user_id != actor.user_id {
        return Err(Failure::not_found());
    }
    if session.ended.is_none() {
        store::mark_ended(tx, session.id, SessionEnd::Logout)?;
        tx.record(about(session.id));
    }
    Ok(())
}

fn about(session: SessionId) -> Event {
    Event { subject: format!("session:{session}"), ..Event::default() }
}
