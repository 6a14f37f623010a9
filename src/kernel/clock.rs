//! Time. It is an argument everywhere; only the border asks a [`Clock`] (R9).
//!
//! Times are UTC, truncated to microseconds, and shown in Asia/Shanghai. Dates are Shanghai dates.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, SecondsFormat, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// A moment in UTC, to the microsecond.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::Timestamp)]
#[schema(value_type = String, format = DateTime, example = "2026-09-04T02:00:00Z")]
pub struct Time(NaiveDateTime);

impl Time {
    pub fn of(utc: NaiveDateTime) -> Self {
        Self(utc.with_nanosecond(utc.nanosecond() / 1000 * 1000).unwrap_or(utc))
    }

    pub fn naive(self) -> NaiveDateTime {
        self.0
    }

    /// The day on the wall in Shanghai, eight hours ahead of UTC all year.
    pub fn date_in_shanghai(self) -> NaiveDate {
        (self.0 + Duration::hours(8)).date()
    }

    /// The moment at which that hour of that day begins in Shanghai.
    pub fn in_shanghai(date: NaiveDate, hour: u32) -> Self {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        Self(midnight + Duration::hours(i64::from(hour) - 8))
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + Duration::seconds(seconds))
    }

    /// The last moment before this one.
    pub fn just_before(self) -> Self {
        Self(self.0 - Duration::microseconds(1))
    }

    /// The moment of that many seconds since 1970, where there is one.
    pub fn of_unix_seconds(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(|at| Self(at.naive_utc()))
    }

    pub fn unix_seconds(self) -> i64 {
        self.0.and_utc().timestamp()
    }

    pub fn unix_micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }
}

impl std::fmt::Display for Time {
    /// RFC 3339 with six places: the form that is hashed and sent.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.and_utc().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl std::str::FromStr for Time {
    type Err = chrono::ParseError;

    /// Takes RFC 3339.
    fn from_str(text: &str) -> Result<Self, chrono::ParseError> {
        Ok(Self::of(DateTime::parse_from_rfc3339(text)?.naive_utc()))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

/// Returns the day before the anniversary: two years from 2024-02-29 end on 2026-02-28 (R9).
pub fn last_day_of_years(from: NaiveDate, years: i32) -> Option<NaiveDate> {
    let year = from.year().checked_add(years)?;
    match from.with_year(year) {
        Some(anniversary) => anniversary.pred_opt(),
        None => NaiveDate::from_ymd_opt(year, 2, 28),
    }
}

/// Who is asked what time it is: the machine, or in `demo` and tests a clock that is set.
#[derive(Clone, Default)]
pub enum Clock {
    #[default]
    Machine,
    Set(SetClock),
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn now(&self) -> Time {
        match self {
            Self::Machine => Time::of(chrono::Utc::now().naive_utc()),
            Self::Set(set) => set.now(),
        }
    }
}

/// A clock that its owner moves; it goes over to the machine's time when it is let go.
#[derive(Clone)]
pub struct SetClock(Arc<Mutex<Option<Time>>>);

impl SetClock {
    pub fn at(time: Time) -> Self {
        Self(Arc::new(Mutex::new(Some(time))))
    }

    pub fn set(&self, time: Time) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(time);
    }

    /// From now on the machine's time is told.
    pub fn let_go(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn now(&self) -> Time {
        let set = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        set.unwrap_or_else(|| Clock::Machine.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn r9_two_years_from_a_leap_day_end_on_the_twenty_eighth() {
        assert_eq!(last_day_of_years(date("2024-02-29"), 2), Some(date("2026-02-28")));
        assert_eq!(last_day_of_years(date("2024-03-01"), 2), Some(date("2026-02-28")));
        assert_eq!(last_day_of_years(date("2024-01-01"), 1), Some(date("2024-12-31")));
    }

    #[test]
    fn r9_times_are_kept_in_utc_and_dated_in_shanghai() {
        let time: Time = serde_json::from_str("\"2026-09-03T16:30:00Z\"").unwrap();
        assert_eq!(time.date_in_shanghai(), date("2026-09-04"));
        assert_eq!(time.to_string(), "2026-09-03T16:30:00.000000Z");
        assert_eq!(
            Time::in_shanghai(date("2026-09-04"), 9).to_string(),
            "2026-09-04T01:00:00.000000Z"
        );
    }

    #[test]
    fn a_set_clock_stands_until_it_is_let_go() {
        let noon = Time::in_shanghai(date("2022-03-01"), 12);
        let set = SetClock::at(noon);
        let clock = Clock::Set(set.clone());
        assert_eq!(clock.now(), noon);
        set.let_go();
        assert!(clock.now() > noon);
    }
}
