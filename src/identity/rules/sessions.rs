//! How fast logins may be tried, and which refresh tokens are good.

use crate::identity::model::{KeptRefreshToken, LoginFailures, Session};
use crate::kernel::clock::Time;

/// People mistype; from the fifth failure on there is a wait.
const FAILURES_FREE: i64 = 4;

/// The longest wait: at this pace a good password outlives everybody.
const DELAY_S_MAX: i64 = 900;

/// After so long without a failure the count begins anew.
const QUIET_S: i64 = 6 * 3600;

/// The audit log hears of failures under one name at most this often.
const RECORD_EVERY_S: i64 = 60;

/// How long a refresh token waits for its use: who does nothing for so long logs in again.
const REFRESH_TOKEN_S: i64 = 30 * 60;

/// After so long everybody logs in again.
const SESSION_S_MAX: i64 = 12 * 3600;

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginRefused {
    #[error("the username, the password or the code is wrong")]
    WrongCredentials,
    #[error("too many failed logins under this name; try again in {retry_after_s} s")]
    TooSoon { retry_after_s: u32 },
}

/// Returns the wait that follows a failure: 0, 0, 0, 0, 1, 2, 4, 8 … seconds, at most a quarter of an
/// hour.
fn delay_s(failures: i64) -> i64 {
    let doublings = failures.saturating_sub(FAILURES_FREE + 1);
    if doublings < 0 {
        return 0;
    }
    let doublings = u32::try_from(doublings).unwrap_or(u32::MAX).min(62);
    DELAY_S_MAX.min(1 << doublings)
}

/// Whether a login under a name may be tried now.
pub(crate) fn check_pace(retry_at: Option<Time>, now: Time) -> Result<(), LoginRefused> {
    let Some(retry_at) = retry_at.filter(|retry_at| *retry_at > now) else { return Ok(()) };
    let wait_us = retry_at.unix_micros() - now.unix_micros();
    // Up, so that who waits as told is let in.
    let wait_s = u32::try_from((wait_us + 999_999) / 1_000_000).unwrap_or(u32::MAX);
    Err(LoginRefused::TooSoon { retry_after_s: wait_s })
}

/// Counts one more failure.
pub(crate) fn after_failure(before: Option<&LoginFailures>, now: Time) -> LoginFailures {
    let before = before.filter(|before| before.failed_at > quiet_before(now));
    let failures = before.map_or(0, |b| b.failures) + 1;
    LoginFailures {
        failures,
        unrecorded: before.map_or(0, |b| b.unrecorded) + 1,
        failed_at: now,
        retry_at: now.plus_seconds(delay_s(failures)),
        recorded_at: before.and_then(|b| b.recorded_at),
    }
}

/// Failures until this moment are so long ago that they no longer count.
pub(crate) fn quiet_before(now: Time) -> Time {
    now.plus_seconds(-QUIET_S)
}

/// Whether the audit log is to hear of failures now, or they wait for the next minute.
pub(crate) fn is_recorded_now(failures: &LoginFailures, now: Time) -> bool {
    failures.recorded_at.is_none_or(|at| at.plus_seconds(RECORD_EVERY_S) <= now)
}

/// What a refresh token that somebody sent comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// It is good: it is used up, and another takes its place.
    Renewed { expires_at: Time },
    /// It was used before, so two people hold it: the session ends.
    Reused,
    /// It has expired, or its session is over.
    Refused,
}

/// Decides about a refresh token. That the person is active and stands as when the session began
/// was checked before.
pub(crate) fn renewal(token: &KeptRefreshToken, session: &Session, now: Time) -> Renewal {
    if session.ended.is_some() {
        return Renewal::Refused;
    }
    if token.used_at.is_some() {
        return Renewal::Reused;
    }
    if token.expires_at <= now {
        return Renewal::Refused;
    }
    Renewal::Renewed { expires_at: refresh_expiry(session.opened_at, now) }
}

/// When a refresh token that is given out now ends, in a session that began at `opened_at`.
pub(crate) fn refresh_expiry(opened_at: Time, now: Time) -> Time {
    now.plus_seconds(REFRESH_TOKEN_S).min(session_ends_at(opened_at))
}

/// When a session ends, whatever is done in it.
pub(crate) fn session_ends_at(opened_at: Time) -> Time {
    opened_at.plus_seconds(SESSION_S_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::model::{RefreshTokenId, SessionEnd, SessionId};
    use crate::kernel::ids::UserId;

    fn noon() -> Time {
        Time::in_shanghai("2026-09-04".parse().unwrap(), 12)
    }

    #[test]
    fn c5_the_wait_after_failures_grows_and_has_an_end() {
        let waits: Vec<i64> = (0..17).map(delay_s).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(delay_s(i64::MAX), 900);
    }

    #[test]
    fn failures_add_up_until_there_is_a_quiet_time() {
        let mut failures = after_failure(None, noon());
        for _ in 0..5 {
            failures = after_failure(Some(&failures), noon().plus_seconds(60));
        }
        assert_eq!((failures.failures, failures.unrecorded), (6, 6));
        assert_eq!(failures.retry_at, noon().plus_seconds(62));
        let later = noon().plus_seconds(60 + QUIET_S);
        assert_eq!(after_failure(Some(&failures), later).failures, 1);
    }

    #[test]
    fn who_waits_as_told_may_try() {
        let retry_at = noon().plus_seconds(4);
        assert_eq!(check_pace(None, noon()), Ok(()));
        let too_soon = Err(LoginRefused::TooSoon { retry_after_s: 4 });
        assert_eq!(check_pace(Some(retry_at), noon()), too_soon);
        assert_eq!(check_pace(Some(retry_at), retry_at), Ok(()));
    }

    #[test]
    fn the_audit_log_hears_of_failures_once_a_minute() {
        let first = after_failure(None, noon());
        assert!(is_recorded_now(&first, noon()));
        let recorded = LoginFailures { recorded_at: Some(noon()), ..first };
        assert!(!is_recorded_now(&recorded, noon().plus_seconds(59)));
        assert!(is_recorded_now(&recorded, noon().plus_seconds(60)));
    }

    fn token_and_session() -> (KeptRefreshToken, Session) {
        let session = Session {
            id: SessionId::new(),
            user_id: UserId::new(),
            standing: 1,
            opened_at: noon(),
            ended: None,
        };
        let token = KeptRefreshToken {
            id: RefreshTokenId::new(),
            session_id: session.id,
            expires_at: refresh_expiry(noon(), noon()),
            used_at: None,
        };
        (token, session)
    }

    #[test]
    fn c6_a_refresh_token_is_good_once_and_for_half_an_hour() {
        let (token, session) = token_and_session();
        let idle = 30 * 60;
        let renewed = |opened: i64, now: i64| Renewal::Renewed {
            expires_at: noon().plus_seconds((now + idle).min(opened + 12 * 3600)),
        };
        assert_eq!(renewal(&token, &session, noon()), renewed(0, 0));
        let last = noon().plus_seconds(idle - 1);
        assert_eq!(renewal(&token, &session, last), renewed(0, idle - 1));
        assert_eq!(renewal(&token, &session, noon().plus_seconds(idle)), Renewal::Refused);
        let used = KeptRefreshToken { used_at: Some(noon()), ..token };
        assert_eq!(renewal(&used, &session, noon()), Renewal::Reused);
    }

    #[test]
    fn an_old_token_of_a_session_that_is_over_changes_nothing_more() {
        let (token, session) = token_and_session();
        let used = KeptRefreshToken { used_at: Some(noon()), ..token };
        let over = Session { ended: Some((noon(), SessionEnd::Reuse)), ..session };
        assert_eq!(renewal(&used, &over, noon()), Renewal::Refused);
    }

    #[test]
    fn c6_no_session_outlives_twelve_hours() {
        let opened = noon().plus_seconds(600 - 12 * 3600);
        assert_eq!(refresh_expiry(opened, noon()), noon().plus_seconds(600));
    }
}
