//! When something is published, who may object, and what the centre may do about it.

use chrono::{Days, NaiveDate};

use crate::kernel::calendar::Calendar;
use crate::kernel::ids::UserId;
use crate::notices::model::{
    NoticeField, NoticeObjectionState, ObjectionStepKind, Periods, PublicNoticeState, Standing,
};

/// No notice has more lines: a scheme with every parcel of a hundred.
pub(crate) const FIELDS_MAX: usize = 150;
/// The longest period of a notice: a quarter.
const DAYS_MAX: i64 = 90;
/// So many objections to one notice are taken; more than any village has households.
const OBJECTIONS_MAX: i64 = 2_000;

/// So often a township says something to one objection; what is more belongs into its papers.
const REPLIES_MAX: i64 = 5;

/// Why notices and objections are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotNotify {
    #[error("a notice runs for 1 to {max} days, {asked} were asked for")]
    Days { asked: i64, max: i64 },
    #[error("a notice has 1 to {max} lines")]
    Fields { max: usize },
    #[error("this was published as {number}; correct that notice instead")]
    Published { number: String },
    #[error("notice {number} was corrected already; correct its correction")]
    Corrected { number: String },
    #[error("objections to this notice were taken from {from} to {to}")]
    OutOfPeriod { from: NaiveDate, to: NaiveDate },
    #[error("this notice has as many objections as can be taken: {max}")]
    Full { max: i64 },
    #[error("the objection is {is}, it cannot be {wanted}")]
    WrongStep { is: NoticeObjectionState, wanted: ObjectionStepKind },
    #[error("who issued a notice does not decide on objections to it")]
    IssuerDecides,
    #[error("the objection is {is}, nothing more is said to it")]
    Closed { is: NoticeObjectionState },
    #[error("a township says something to an objection {max} times at most")]
    Replied { max: i64 },
}

/// What of the notices of one kind about a subject matters to the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The last day of the newest notice; absent when there is none.
    pub(crate) newest_to: Option<NaiveDate>,
    /// How far the objections to the newest notice are.
    pub(crate) of_newest: Vec<NoticeObjectionState>,
    /// How far the objections to the notices before are.
    pub(crate) of_older: Vec<NoticeObjectionState>,
}

/// Returns the first and the last day of a period that begins today, both included.
pub(crate) fn period(today: NaiveDate, days: i64) -> Result<(NaiveDate, NaiveDate), CannotNotify> {
    let refused = CannotNotify::Days { asked: days, max: DAYS_MAX };
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(refused);
    }
    let more = u64::try_from(days - 1).map_err(|_| refused.clone())?;
    let to = today.checked_add_days(Days::new(more)).ok_or(refused)?;
    Ok((today, to))
}

/// Decides whether something is published: once for each kind and subject.
pub(crate) fn check_new(
    fields: &[NoticeField],
    published: Option<&str>,
) -> Result<(), CannotNotify> {
    if !(1..=FIELDS_MAX).contains(&fields.len()) {
        return Err(CannotNotify::Fields { max: FIELDS_MAX });
    }
    match published {
        Some(number) => Err(CannotNotify::Published { number: number.to_owned() }),
        None => Ok(()),
    }
}

/// Decides whether an objection is taken: within the period of the notice.
pub(crate) fn may_object(
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
    objections: i64,
) -> Result<(), CannotNotify> {
    if !(from..=to).contains(&today) {
        return Err(CannotNotify::OutOfPeriod { from, to });
    }
    if objections >= OBJECTIONS_MAX {
        return Err(CannotNotify::Full { max: OBJECTIONS_MAX });
    }
    Ok(())
}

/// Returns how far an objection is by the steps that were taken on it.
pub(crate) fn state_of(steps: impl IntoIterator<Item = ObjectionStepKind>) -> NoticeObjectionState {
    steps.into_iter().last().map_or(NoticeObjectionState::Filed, |last| match last {
        ObjectionStepKind::Accepted => NoticeObjectionState::Accepted,
        ObjectionStepKind::Refused => NoticeObjectionState::Refused,
        ObjectionStepKind::Upheld => NoticeObjectionState::Upheld,
        ObjectionStepKind::Dismissed => NoticeObjectionState::Dismissed,
    })
}

/// Decides on a step of the centre: first it is accepted or refused, then decided (R58), by
/// another person than the one who issued the notice.
pub(crate) fn check_step(
    is: NoticeObjectionState,
    wanted: ObjectionStepKind,
    issued_by: Option<UserId>,
    decider: UserId,
) -> Result<(), CannotNotify> {
    let first = matches!(wanted, ObjectionStepKind::Accepted | ObjectionStepKind::Refused);
    let fits = if first {
        is == NoticeObjectionState::Filed
    } else {
        is == NoticeObjectionState::Accepted
    };
    if !fits {
        return Err(CannotNotify::WrongStep { is, wanted });
    }
    if issued_by == Some(decider) { Err(CannotNotify::IssuerDecides) } else { Ok(()) }
}

/// Decides whether a township says something to an objection: while the centre is at it (R58).
pub(crate) fn check_reply(is: NoticeObjectionState, replies: i64) -> Result<(), CannotNotify> {
    if !is.is_open() {
        return Err(CannotNotify::Closed { is });
    }
    if replies >= REPLIES_MAX {
        return Err(CannotNotify::Replied { max: REPLIES_MAX });
    }
    Ok(())
}

/// Returns by when the centre has to take its next step on an objection (R58, R8).
pub(crate) fn due_on(
    state: NoticeObjectionState,
    filed_on: NaiveDate,
    accepted_on: Option<NaiveDate>,
    periods: &Periods,
    calendar: &Calendar,
) -> Option<NaiveDate> {
    match state {
        NoticeObjectionState::Filed => calendar.term_end(filed_on, periods.accept_working_days),
        NoticeObjectionState::Accepted => {
            calendar.term_end(accepted_on.unwrap_or(filed_on), periods.decide_working_days)
        }
        NoticeObjectionState::Refused
        | NoticeObjectionState::Upheld
        | NoticeObjectionState::Dismissed => None,
    }
}

/// Returns where the notices of one kind about a subject stand. An open objection to any of them
/// blocks; an upheld one blocks until the notice that it met was corrected (R28).
pub(crate) fn standing(facts: &Facts, today: NaiveDate) -> Standing {
    let Some(to) = facts.newest_to else { return Standing::Missing };
    let all = facts.of_newest.iter().chain(&facts.of_older);
    let open = all.filter(|state| state.is_open()).count();
    if open > 0 {
        Standing::Objected { open }
    } else if facts.of_newest.contains(&NoticeObjectionState::Upheld) {
        Standing::Upheld
    } else if today <= to {
        Standing::Running { to }
    } else {
        Standing::Ended { on: to }
    }
}

impl From<Standing> for PublicNoticeState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Missing | Standing::Running { .. } => Self::Running,
            Standing::Objected { .. } => Self::Objected,
            Standing::Upheld => Self::Upheld,
            Standing::Ended { .. } => Self::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn r28_a_period_has_both_its_ends() {
        let seven = period(day("2022-04-06"), 7);
        assert_eq!(seven, Ok((day("2022-04-06"), day("2022-04-12"))));
        assert_eq!(period(day("2022-04-06"), 1), Ok((day("2022-04-06"), day("2022-04-06"))));
        for days in [0, -1, 91] {
            let refused = CannotNotify::Days { asked: days, max: 90 };
            assert_eq!(period(day("2022-04-06"), days), Err(refused));
        }
    }

    #[test]
    fn r28_objections_are_taken_on_the_first_and_last_day_and_not_after() {
        let term = (day("2026-08-19"), day("2026-08-25"));
        for (today, taken) in [
            ("2026-08-18", false),
            ("2026-08-19", true),
            ("2026-08-25", true),
            ("2026-08-26", false),
        ] {
            assert_eq!(may_object(term, day(today), 0).is_ok(), taken, "{today}");
        }
        assert!(may_object(term, day("2026-08-19"), OBJECTIONS_MAX).is_err());
    }

    #[test]
    fn r28_what_is_open_blocks_and_what_was_upheld_blocks_until_corrected() {
        use NoticeObjectionState::{Accepted, Dismissed, Filed, Refused, Upheld};
        let (to, after) = (day("2026-08-25"), day("2026-08-26"));
        let facts = |of_newest: &[NoticeObjectionState], of_older: &[NoticeObjectionState]| Facts {
            newest_to: Some(to),
            of_newest: of_newest.to_vec(),
            of_older: of_older.to_vec(),
        };
        let check = |facts: Facts, today: NaiveDate, expected: Standing| {
            assert_eq!(standing(&facts, today), expected, "{facts:?} on {today}");
        };
        check(Facts { newest_to: None, ..facts(&[], &[]) }, to, Standing::Missing);
        check(facts(&[], &[]), to, Standing::Running { to });
        check(facts(&[], &[]), after, Standing::Ended { on: to });
        check(facts(&[Filed], &[]), after, Standing::Objected { open: 1 });
        check(facts(&[Accepted, Dismissed], &[Filed]), to, Standing::Objected { open: 2 });
        check(facts(&[Refused, Dismissed], &[Upheld]), after, Standing::Ended { on: to });
        check(facts(&[Upheld], &[]), after, Standing::Upheld);
        check(facts(&[Upheld, Filed], &[]), after, Standing::Objected { open: 1 });
    }

    #[test]
    fn r58_a_complaint_is_accepted_or_refused_and_then_decided() {
        use ObjectionStepKind::{Accepted, Dismissed, Refused, Upheld};
        let (issuer, director) = (UserId::new(), UserId::new());
        let check = |is: NoticeObjectionState, allowed: &[ObjectionStepKind]| {
            for wanted in ObjectionStepKind::ALL {
                let answer = check_step(is, *wanted, Some(issuer), director);
                assert_eq!(answer.is_ok(), allowed.contains(wanted), "{is} → {wanted}");
            }
        };
        check(NoticeObjectionState::Filed, &[Accepted, Refused]);
        check(NoticeObjectionState::Accepted, &[Upheld, Dismissed]);
        check(NoticeObjectionState::Refused, &[]);
        check(NoticeObjectionState::Upheld, &[]);
        check(NoticeObjectionState::Dismissed, &[]);
        let own = check_step(NoticeObjectionState::Filed, Accepted, Some(issuer), issuer);
        assert_eq!(own, Err(CannotNotify::IssuerDecides));
    }

    #[test]
    fn r58_a_township_replies_while_an_objection_is_open() {
        for is in NoticeObjectionState::ALL {
            assert_eq!(check_reply(*is, 0).is_ok(), is.is_open(), "{is}");
        }
        assert_eq!(check_reply(NoticeObjectionState::Filed, REPLIES_MAX - 1), Ok(()));
        let full = Err(CannotNotify::Replied { max: REPLIES_MAX });
        assert_eq!(check_reply(NoticeObjectionState::Filed, REPLIES_MAX), full);
    }

    #[test]
    fn r58_r8_the_clock_of_a_complaint_counts_working_days() {
        let (calendar, periods) = (Calendar::published(), Periods::default());
        let due = |state, filed: &str, accepted: Option<&str>| {
            due_on(state, day(filed), accepted.map(day), &periods, &calendar)
        };
        // The National Day of 2023 lies between: 7 and 8 October are worked, 28 September too.
        assert_eq!(due(NoticeObjectionState::Filed, "2023-09-28", None), Some(day("2023-10-09")));
        let thirty = due(NoticeObjectionState::Accepted, "2023-08-23", Some("2023-08-25"));
        assert_eq!(thirty, Some(day("2023-10-12")));
        assert_eq!(due(NoticeObjectionState::Upheld, "2023-08-23", Some("2023-08-25")), None);
    }
}
