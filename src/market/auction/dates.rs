//! The days between the close of an auction and its completion (R56, R57).

use chrono::{Days, NaiveDate};

use crate::kernel::calendar::Calendar;
use crate::kernel::clock::Time;

/// What is known of a result whose notice runs or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Course {
    /// The last day of the notice.
    pub(crate) notice_to: NaiveDate,
    /// The day on which the last objection was decided, where there was one.
    pub(crate) decided_on: Option<NaiveDate>,
    /// An objection is open: it suspends settlement (R57).
    pub(crate) is_contested: bool,
}

/// Returns the last day of a notice that begins on the day after the close, as terms do (R8, R57).
pub(crate) fn last_notice_day(closed_on: NaiveDate, days: i64) -> NaiveDate {
    let after = u64::try_from(days).unwrap_or_default();
    closed_on.checked_add_days(Days::new(after)).unwrap_or(closed_on)
}

/// Returns the day on which deals are confirmed: the first working day after the notice (R56), and
/// after the decision on an objection; none while one is open.
pub(crate) fn confirmation_day(course: &Course, calendar: &Calendar) -> Option<NaiveDate> {
    if course.is_contested {
        return None;
    }
    let after = course.decided_on.map_or(course.notice_to, |on| on.max(course.notice_to));
    calendar.next_working_day(after)
}

/// Returns the last day for the completion (R56) and the moment at which it has passed.
pub(crate) fn last_day_to_complete(
    confirmed_on: NaiveDate,
    working_days: u32,
    calendar: &Calendar,
) -> Option<(NaiveDate, Time)> {
    let last = calendar.term_end(confirmed_on, working_days)?;
    Some((last, Time::in_shanghai(last.succ_opt()?, 0)))
}
