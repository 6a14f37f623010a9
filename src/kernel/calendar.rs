//! Working days (R8): a day is one by its weekday, unless the calendar says otherwise. Terms count
//! from the day after their event.
//!
//! The days that come with the program are the State Council's notices of 2023 to 2026; what a
//! deployment enters stands above them, so that each year's notice is a matter of data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::kernel::names::names;

names! {
    /// What a day is, against its weekday.
    pub enum DayKind {
        /// Nobody works, whatever weekday it is.
        Holiday = "holiday",
        /// People work to make up for a holiday.
        Workday = "workday",
        /// As its weekday says: takes back what was said of the day.
        Ordinary = "ordinary",
    }
}

/// No holiday is longer; a search that comes so far has no calendar to go by.
const DAYS_OFF_MAX: usize = 60;

/// One day of a published notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    pub day: NaiveDate,
    pub kind: DayKind,
    pub name: String,
}

static PUBLISHED: LazyLock<Vec<CalendarDay>> = LazyLock::new(|| {
    let lines = include_str!("holidays_cn.csv").lines().skip(1);
    let day = |line: &str| {
        let mut cells = line.trim_end().splitn(3, ',');
        let (day, kind, name) = (cells.next()?, cells.next()?, cells.next()?);
        Some(CalendarDay {
            day: day.parse().ok()?,
            kind: kind.parse().ok()?,
            name: name.to_owned(),
        })
    };
    lines.filter_map(day).collect()
});

/// Which days people work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    days: BTreeMap<NaiveDate, DayKind>,
}

impl Calendar {
    /// The days that come with the program.
    pub fn published() -> Self {
        Self { days: published().iter().map(|one| (one.day, one.kind)).collect() }
    }

    /// The calendar with these days said anew.
    pub fn with(mut self, days: impl IntoIterator<Item = (NaiveDate, DayKind)>) -> Self {
        self.days.extend(days);
        self
    }

    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        match self.days.get(&day) {
            Some(DayKind::Holiday) => false,
            Some(DayKind::Workday) => true,
            Some(DayKind::Ordinary) | None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// Returns the first working day after that one; nothing where the calendar has no end of
    /// holidays.
    pub fn next_working_day(&self, after: NaiveDate) -> Option<NaiveDate> {
        after.iter_days().skip(1).take(DAYS_OFF_MAX).find(|day| self.is_working_day(*day))
    }

    /// Returns the last day of a term of so many working days, which starts on the day after its
    /// event.
    pub fn term_end(&self, event: NaiveDate, working_days: u32) -> Option<NaiveDate> {
        (0..working_days).try_fold(event, |day, _| self.next_working_day(day))
    }

    /// Returns how many working days lie after one day and up to another.
    pub fn working_days_after(&self, after: NaiveDate, until: NaiveDate) -> usize {
        let days = after.iter_days().skip(1).take_while(|day| *day <= until);
        days.filter(|day| self.is_working_day(*day)).count()
    }
}

/// The days that come with the program, in order.
pub fn published() -> &'static [CalendarDay] {
    &PUBLISHED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn r8_every_day_of_the_notices_is_read() {
        assert_eq!(published().len(), include_str!("holidays_cn.csv").lines().count() - 1);
        assert_eq!(
            include_str!("holidays_cn.csv"),
            include_str!("../../tests/fixtures/holidays_cn.csv")
        );
    }

    #[test]
    fn r8_working_days_follow_the_notices_with_their_make_up_days() {
        let calendar = Calendar::published();
        let next = |day: &str| calendar.next_working_day(date(day)).unwrap().to_string();
        // Before the National Day of 2023 comes a Thursday; the Saturday after makes up for it.
        assert_eq!(next("2023-09-28"), "2023-10-07");
        assert_eq!(next("2023-10-07"), "2023-10-08");
        assert_eq!(next("2023-10-08"), "2023-10-09");
        assert_eq!(next("2023-08-25"), "2023-08-28");
    }

    #[test]
    fn r8_a_term_starts_on_the_day_after_its_event() {
        let calendar = Calendar::published();
        assert_eq!(calendar.term_end(date("2023-09-28"), 5), Some(date("2023-10-11")));
        assert_eq!(calendar.term_end(date("2023-08-25"), 1), Some(date("2023-08-28")));
        assert_eq!(calendar.term_end(date("2023-08-25"), 0), Some(date("2023-08-25")));
    }

    #[test]
    fn r8_what_is_entered_stands_above_the_notices() {
        let day = date("2023-10-07");
        let calendar = Calendar::published().with([(day, DayKind::Ordinary)]);
        assert!(!calendar.is_working_day(day), "a Saturday again");
        let calendar = calendar.with([(date("2023-10-09"), DayKind::Holiday)]);
        assert_eq!(calendar.next_working_day(date("2023-10-08")), Some(date("2023-10-10")));
    }

    #[test]
    fn r8_a_calendar_without_working_days_ends_the_search() {
        let from = date("2023-01-01");
        let holidays = from.iter_days().take(400).map(|day| (day, DayKind::Holiday));
        let calendar = Calendar::published().with(holidays);
        assert_eq!(calendar.next_working_day(date("2023-02-01")), None);
    }
}
