//! How people here read amounts, areas, days and times, in both languages.

use chrono::{Datelike, NaiveDate, Timelike};

use crate::kernel::area::{SurveyedArea, hectares_shown, mu_shown};
use crate::kernel::clock::Time;
use crate::kernel::problem::Language;

/// Writes for readers of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Say(pub Language);

/// Shown where nothing is known.
pub(super) const NOTHING: &str = "—";

pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Say {
    /// The one of two texts that the reader reads.
    pub fn t<'t>(&self, chinese: &'t str, english: &'t str) -> &'t str {
        match self.0 {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    pub fn is_chinese(&self) -> bool {
        self.0 == Language::Chinese
    }

    /// `1601352.90` → `1,601,352.90 元`, `CNY 1,601,352.90`.
    pub fn yuan(&self, amount: &str) -> String {
        if amount.is_empty() {
            return NOTHING.to_owned();
        }
        let amount = grouped(amount);
        match self.0 {
            Language::Chinese => format!("{amount} 元"),
            Language::English => format!("CNY {amount}"),
        }
    }

    /// `94200.00` → `94,200.00 元/亩`.
    pub fn price(&self, price: &str) -> String {
        if price.is_empty() {
            return NOTHING.to_owned();
        }
        let price = grouped(price);
        match self.0 {
            Language::Chinese => format!("{price} 元/亩"),
            Language::English => format!("CNY {price} per mu"),
        }
    }

    /// A number of credits or whole square metres: `11333` → `11,333 m²`.
    pub fn m2(&self, m2: i64) -> String {
        format!("{} m²", grouped(&m2.to_string()))
    }

    /// The same with mu beside it: `11,333 m²（16.9995 亩）`.
    pub fn m2_mu(&self, m2: i64) -> String {
        let mu = m2.checked_mul(100).and_then(|centi| SurveyedArea::of_centi_m2(centi).ok());
        let Some(mu) = mu.map(mu_shown) else { return self.m2(m2) };
        match self.0 {
            Language::Chinese => format!("{}（{} 亩）", self.m2(m2), grouped(&mu)),
            Language::English => format!("{} ({} mu)", self.m2(m2), grouped(&mu)),
        }
    }

    /// A surveyed area as the API writes it: `11333.00` → `11,333.00 m²（1.1333 公顷）`.
    pub fn area(&self, m2: &str) -> String {
        if m2.is_empty() {
            return NOTHING.to_owned();
        }
        let hectares = m2.parse::<SurveyedArea>().ok().map(|area| hectares_shown(area, 4));
        let m2 = format!("{} m²", grouped(m2));
        match (self.0, hectares) {
            (_, None) => m2,
            (Language::Chinese, Some(hectares)) => format!("{m2}（{} 公顷）", grouped(&hectares)),
            (Language::English, Some(hectares)) => format!("{m2} ({} ha)", grouped(&hectares)),
        }
    }

    pub fn count(&self, count: i64) -> String {
        grouped(&count.to_string())
    }

    /// `2026-09-04` → `2026年9月4日`, `4 Sep 2026`.
    pub fn day(&self, day: &str) -> String {
        match day.parse::<NaiveDate>() {
            Ok(day) => self.date(day),
            Err(_) if day.is_empty() => NOTHING.to_owned(),
            Err(_) => day.to_owned(),
        }
    }

    pub fn date(&self, day: NaiveDate) -> String {
        match self.0 {
            Language::Chinese => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Language::English => {
                format!("{} {} {}", day.day(), month_name(day.month()), day.year())
            }
        }
    }

    /// `2026-09` → `2026年9月`, `Sep 2026`.
    pub fn month(&self, month: &str) -> String {
        match format!("{month}-01").parse::<NaiveDate>() {
            Err(_) => month.to_owned(),
            Ok(day) => match self.0 {
                Language::Chinese => format!("{}年{}月", day.year(), day.month()),
                Language::English => format!("{} {}", month_name(day.month()), day.year()),
            },
        }
    }

    /// `2026-09-04T02:05:00Z` → `2026年9月4日 10:05`, in the time of Shanghai (R9).
    pub fn time(&self, time: &str) -> String {
        let Some(here) = in_shanghai(time) else { return self.day(time) };
        let (hour, minute) = (here.time().hour(), here.time().minute());
        format!("{} {hour:02}:{minute:02}", self.date(here.date()))
    }

    /// The day of a time in Shanghai.
    pub fn day_of(&self, time: &str) -> String {
        in_shanghai(time).map_or_else(|| self.day(time), |here| self.date(here.date()))
    }

    /// `10.00` → `10 %`.
    pub fn percent(&self, percent: &str) -> String {
        let short = match percent.contains('.') {
            true => percent.trim_end_matches('0').trim_end_matches('.'),
            false => percent,
        };
        if short.is_empty() { NOTHING.to_owned() } else { format!("{short}%") }
    }

    /// Between a name and what is said of it.
    pub fn colon(&self) -> &'static str {
        self.t("：", ": ")
    }

    pub fn yes_no(&self, yes: bool) -> &'static str {
        if yes { self.t("是", "yes") } else { self.t("否", "no") }
    }
}

fn in_shanghai(time: &str) -> Option<chrono::NaiveDateTime> {
    let utc = chrono::DateTime::parse_from_rfc3339(time).ok()?.naive_utc();
    utc.checked_add_signed(chrono::TimeDelta::hours(8))
}

/// The month of a time in Shanghai, as `2026-09`.
pub fn month_of(time: &str) -> String {
    in_shanghai(time).map_or_else(String::new, |at| format!("{}-{:02}", at.year(), at.month()))
}

/// The day of a moment in Shanghai, as `2026-09-04`.
pub fn today(now: Time) -> String {
    now.date_in_shanghai().to_string()
}

fn month_name(month: u32) -> &'static str {
    let at = usize::try_from(month).unwrap_or_default().saturating_sub(1);
    MONTHS.get(at).copied().unwrap_or_default()
}

/// `-1601352.90` → `-1,601,352.90`.
fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.chars().count() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(write: impl Fn(&Say) -> String, chinese: &str, english: &str) {
        assert_eq!(write(&Say(Language::Chinese)), chinese);
        assert_eq!(write(&Say(Language::English)), english);
    }

    #[test]
    fn amounts_stand_in_thousands_with_their_unit() {
        check(|say| say.yuan("1601352.90"), "1,601,352.90 元", "CNY 1,601,352.90");
        check(|say| say.yuan("-0.05"), "-0.05 元", "CNY -0.05");
        check(|say| say.yuan(""), "—", "—");
        check(|say| say.price("94200.00"), "94,200.00 元/亩", "CNY 94,200.00 per mu");
    }

    #[test]
    fn areas_stand_with_the_unit_that_people_count_in() {
        check(|say| say.m2(999), "999 m²", "999 m²");
        check(|say| say.m2_mu(11_333), "11,333 m²（16.9995 亩）", "11,333 m² (16.9995 mu)");
        check(
            |say| say.area("11333.00"),
            "11,333.00 m²（1.1333 公顷）",
            "11,333.00 m² (1.1333 ha)",
        );
    }

    #[test]
    fn r9_times_are_shown_as_in_shanghai() {
        check(|say| say.time("2026-09-04T16:05:00Z"), "2026年9月5日 00:05", "5 Sep 2026 00:05");
        check(|say| say.day_of("2026-09-04T16:05:00.000001Z"), "2026年9月5日", "5 Sep 2026");
        check(|say| say.day("2026-12-31"), "2026年12月31日", "31 Dec 2026");
        check(|say| say.month("2026-09"), "2026年9月", "Sep 2026");
        check(|say| say.day(""), "—", "—");
        assert_eq!(month_of("2026-08-31T16:00:00Z"), "2026-09");
    }

    #[test]
    fn percents_lose_the_places_that_say_nothing() {
        check(|say| say.percent("10.00"), "10%", "10%");
        check(|say| say.percent("12.50"), "12.5%", "12.5%");
        check(|say| say.percent("100"), "100%", "100%");
    }
}
