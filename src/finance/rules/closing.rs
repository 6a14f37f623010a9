//! When a day or a month of a fee account may be closed, and what stands in its way (R70).
//!
//! What must be solved blocks: the bank and the books differ, days of which the bank has sent no
//! file, an import that was broken off, an opening balance that nobody approved. What is merely open
//! is carried into the next period and listed: exceptions, and payouts that the bank has not shown.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::finance::model::CloseKind;
use crate::kernel::money::cny;

/// What is closed of a fee account, and since when it has money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedSoFar {
    pub today: NaiveDate,
    /// The day on which money first moved.
    pub first_day: Option<NaiveDate>,
    pub through: Option<NaiveDate>,
    pub months_through: Option<NaiveDate>,
}

/// What a fee account came to at the end of a period, in fen, and what moved in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub bank: i64,
    pub cash: i64,
    pub shares: i64,
    pub suspense: i64,
    /// What is owed to the fee account, as a positive amount.
    pub receivable: i64,
    pub journals: i64,
    pub moved: i64,
}

/// What stays open and is carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    pub exceptions: i64,
    /// Money in less money out.
    pub exceptions_fen: i64,
    pub payouts: i64,
    pub payouts_fen: i64,
}

/// What bank and books say of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The bank's own balance at the end of the period.
    pub closing: i64,
    pub figures: Figures,
    /// Suspense less receivable now, which the open exceptions explain.
    pub waiting_now: i64,
    pub carried: Carried,
    pub missing: Vec<(NaiveDate, NaiveDate)>,
    /// Files whose import was broken off.
    pub broken_off: Vec<String>,
    /// Opening balances that nobody approved yet.
    pub openings: Vec<NaiveDate>,
}

/// Something that must be solved before a period is closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    #[error("the bank's balance is {}, that of the books {}", cny(*bank), cny(*books))]
    BankDiffers { bank: i64, books: i64 },
    #[error("the bank holds {}, cash, shares and suspense come to {}", cny(*bank), cny(*held))]
    IdentityBroken { bank: i64, held: i64 },
    #[error("the open exceptions come to {}, what waits to {}", cny(*listed), cny(*waiting))]
    ExceptionsDiffer { listed: i64, waiting: i64 },
    #[error("no bank file covers {from} to {to} whole")]
    DaysMissing { from: NaiveDate, to: NaiveDate },
    #[error("the import of {file} was broken off; import it again")]
    BrokenOff { file: String },
    #[error("the opening balance of {on} waits for its second person")]
    OpeningWaits { on: NaiveDate },
}

/// Why a period is not closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotClose {
    #[error("no money has moved in this fee account yet")]
    Nothing,
    #[error("{to} is not over yet")]
    NotOver { to: NaiveDate },
    #[error("it is closed through {through} already")]
    Already { through: NaiveDate },
    #[error("close the month of {month} first")]
    MonthOpen { month: NaiveDate },
    #[error("{} things stand open that must be solved", .0.len())]
    StandsOpen(Vec<Obstacle>),
    #[error("the period changed since this close was entered; enter it anew")]
    Changed,
    #[error("this close was decided already")]
    Decided,
}

/// The period that a close on that day would close: all open days up to it, or its month. Months are
/// closed one after the other, and no day beyond an open month.
pub fn period_of(
    kind: CloseKind,
    day: NaiveDate,
    so_far: &ClosedSoFar,
) -> Result<(NaiveDate, NaiveDate), CannotClose> {
    let first_day = so_far.first_day.ok_or(CannotClose::Nothing)?;
    let open_month = match so_far.months_through {
        Some(through) => first_of_month(next_day(through)),
        None => first_of_month(first_day),
    };
    let (from, to) = match kind {
        CloseKind::Month => (first_of_month(day), last_of_month(day)),
        CloseKind::Day => (so_far.through.map_or(first_day, next_day), day),
    };
    let done = match kind {
        CloseKind::Month => so_far.months_through,
        CloseKind::Day => so_far.through,
    };
    if let Some(through) = done.filter(|through| to <= *through) {
        return Err(CannotClose::Already { through });
    }
    if to >= so_far.today {
        return Err(CannotClose::NotOver { to });
    }
    if to < first_day {
        return Err(CannotClose::Nothing);
    }
    if first_of_month(to) > open_month {
        return Err(CannotClose::MonthOpen { month: open_month });
    }
    Ok((from, to))
}

/// All that must be solved first.
pub fn obstacles(evidence: &Evidence) -> Vec<Obstacle> {
    let figures = &evidence.figures;
    let held = figures.cash + figures.shares + figures.suspense - figures.receivable;
    let mut found = Vec::new();
    if evidence.closing != figures.bank {
        found.push(Obstacle::BankDiffers { bank: evidence.closing, books: figures.bank });
    }
    if figures.bank != held {
        found.push(Obstacle::IdentityBroken { bank: figures.bank, held });
    }
    if evidence.carried.exceptions_fen != evidence.waiting_now {
        let listed = evidence.carried.exceptions_fen;
        found.push(Obstacle::ExceptionsDiffer { listed, waiting: evidence.waiting_now });
    }
    let missing = evidence.missing.iter();
    found.extend(missing.map(|(from, to)| Obstacle::DaysMissing { from: *from, to: *to }));
    let broken_off = evidence.broken_off.iter();
    found.extend(broken_off.map(|file| Obstacle::BrokenOff { file: file.clone() }));
    found.extend(evidence.openings.iter().map(|on| Obstacle::OpeningWaits { on: *on }));
    found
}

/// The runs of days from the first to the last, both included, that no file covers. A file covers
/// the days of its period that were over when it was imported.
pub fn days_missing(
    from: NaiveDate,
    to: NaiveDate,
    files: &[(NaiveDate, NaiveDate)],
) -> Vec<(NaiveDate, NaiveDate)> {
    let mut files: Vec<_> = files.to_vec();
    files.sort_unstable();
    let (mut missing, mut next) = (Vec::new(), from);
    for (first, last) in files {
        if last < next {
            continue;
        }
        if first > to {
            break;
        }
        if first > next {
            missing.push((next, first - Days::new(1)));
        }
        next = next_day(last);
    }
    if next <= to {
        missing.push((next, to));
    }
    missing
}

fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    let next = first_of_month(day).checked_add_months(Months::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(
        kind: CloseKind,
        day: &str,
        through: &str,
        months: &str,
        expected: Result<(&str, &str), &str>,
    ) {
        let so_far = ClosedSoFar {
            today: date("2026-11-10"),
            first_day: Some(date("2026-09-03")),
            through: (!through.is_empty()).then(|| date(through)),
            months_through: (!months.is_empty()).then(|| date(months)),
        };
        let period = period_of(kind, date(day), &so_far).map_err(|cause| cause.to_string());
        let expected = expected.map(|(from, to)| (date(from), date(to))).map_err(str::to_owned);
        assert_eq!(period, expected);
    }

    #[test]
    fn r70_days_and_months_are_closed_one_after_the_other() {
        use CloseKind::{Day, Month};
        check(Day, "2026-09-10", "", "", Ok(("2026-09-03", "2026-09-10")));
        check(Day, "2026-09-12", "2026-09-10", "", Ok(("2026-09-11", "2026-09-12")));
        check(Day, "2026-09-10", "2026-09-10", "", Err("it is closed through 2026-09-10 already"));
        check(Day, "2026-09-30", "2026-09-10", "", Ok(("2026-09-11", "2026-09-30")));
        check(Day, "2026-10-01", "2026-09-30", "", Err("close the month of 2026-09-01 first"));
        check(Month, "2026-09-17", "2026-09-30", "", Ok(("2026-09-01", "2026-09-30")));
        check(Month, "2026-10-31", "", "", Err("close the month of 2026-09-01 first"));
        check(Month, "2026-10-02", "2026-09-30", "2026-09-30", Ok(("2026-10-01", "2026-10-31")));
        check(
            Month,
            "2026-09-02",
            "2026-09-30",
            "2026-09-30",
            Err("it is closed through 2026-09-30 already"),
        );
        check(Day, "2026-10-05", "2026-09-30", "2026-09-30", Ok(("2026-10-01", "2026-10-05")));
        check(Month, "2026-11-02", "2026-10-31", "2026-10-31", Err("2026-11-30 is not over yet"));
        check(Day, "2026-11-10", "2026-10-31", "2026-10-31", Err("2026-11-10 is not over yet"));
        check(Day, "2026-09-02", "", "", Err("no money has moved in this fee account yet"));
    }

    #[test]
    fn r70_all_that_stands_open_is_named_at_once() {
        let mut evidence = Evidence {
            closing: 100,
            figures: Figures {
                bank: 100,
                cash: 60,
                shares: 30,
                suspense: 15,
                receivable: 5,
                journals: 3,
                moved: 9,
            },
            waiting_now: 10,
            carried: Carried { exceptions: 2, exceptions_fen: 10, payouts: 1, payouts_fen: 30 },
            missing: Vec::new(),
            broken_off: Vec::new(),
            openings: Vec::new(),
        };
        assert_eq!(obstacles(&evidence), [], "what is carried over does not block");
        evidence.closing = 101;
        evidence.figures.cash = 61;
        evidence.carried.exceptions_fen = 9;
        evidence.missing = vec![(date("2026-09-23"), date("2026-09-30"))];
        evidence.broken_off = vec!["九月.csv".into()];
        evidence.openings = vec![date("2026-09-01")];
        let named: Vec<String> = obstacles(&evidence).iter().map(ToString::to_string).collect();
        assert_eq!(
            named,
            [
                "the bank's balance is 1.01, that of the books 1.00",
                "the bank holds 1.00, cash, shares and suspense come to 1.01",
                "the open exceptions come to 0.09, what waits to 0.10",
                "no bank file covers 2026-09-23 to 2026-09-30 whole",
                "the import of 九月.csv was broken off; import it again",
                "the opening balance of 2026-09-01 waits for its second person",
            ]
        );
    }

    proptest! {
        /// The naive version looks at each day.
        #[test]
        fn r70_missing_days_agree_with_looking_at_each(files in proptest::collection::vec((0_u64..40, 0_u64..8), 0..8)) {
            let day = |n: u64| date("2026-09-01") + Days::new(n);
            let files: Vec<_> = files.into_iter().map(|(first, more)| (day(first), day(first + more))).collect();
            let (from, to) = (day(5), day(30));
            let naive: Vec<_> = (5..=30).map(day)
                .filter(|one| !files.iter().any(|(first, last)| first <= one && one <= last))
                .collect();
            let runs = days_missing(from, to, &files);
            let ours: Vec<_> = runs.iter().flat_map(|(first, last)| first.iter_days().take_while(move |one| one <= last)).collect();
            prop_assert_eq!(ours, naive);
        }
    }
}
