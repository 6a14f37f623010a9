//! What a bank line means (R70). Money in that names one open reference and is exactly what it
//! waits for becomes cash; other money in goes to suspense. Money out that is exactly a payout on
//! its way ends it; other money out stands in receivable until it is explained, since suspense can
//! hold no debt. Either way the line is booked in full.

use std::collections::BTreeSet;

use crate::finance::model::{ExceptionKind, NoticeId, PayoutId, PayoutState};
use crate::finance::statement::Line;
use crate::kernel::money::Fen;

const REFERENCE: &str = "SD######-####-####";
const PAYOUT_NUMBER: &str = "PO-####-####";

/// A reference on the desk of the person who matches lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskNotice {
    pub id: NoticeId,
    pub reference: String,
    /// What it still waits for; nothing when it is paid.
    pub rest: Fen,
}

/// A payout on the same desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPayout {
    pub id: PayoutId,
    pub number: String,
    pub amount: Fen,
    pub account: String,
    pub state: PayoutState,
}

/// How a line is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booking {
    /// The bank's money becomes the cash of the notice's developer.
    Deposit(NoticeId),
    /// The payout has left the account.
    Payout(PayoutId),
    /// Money in that waits in suspense.
    Suspense { kind: ExceptionKind, by: Option<Fen> },
    /// Money out that waits in receivable.
    Receivable { kind: ExceptionKind, by: Option<Fen> },
}

impl Booking {
    /// Why the line waits for a person, if it does.
    pub fn exception(&self) -> Option<(ExceptionKind, Option<Fen>)> {
        match self {
            Self::Deposit(_) | Self::Payout(_) => None,
            Self::Suspense { kind, by } | Self::Receivable { kind, by } => Some((*kind, *by)),
        }
    }
}

/// The references and payouts of one fee account that its new lines may mean.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    pub notices: Vec<DeskNotice>,
    pub payouts: Vec<DeskPayout>,
}

impl Desk {
    /// Decides one line; what it pays is paid for the lines after it.
    pub fn book(&mut self, line: &Line) -> Booking {
        if line.debit.is_zero() { self.money_in(line) } else { self.money_out(line) }
    }

    fn money_in(&mut self, line: &Line) -> Booking {
        let suspense = |kind, by| Booking::Suspense { kind, by };
        let codes = codes_of(line);
        let mut codes = codes.iter();
        let code = match (codes.next(), codes.next()) {
            (None, _) => return suspense(ExceptionKind::UnknownPayer, None),
            (Some(_), Some(_)) => return suspense(ExceptionKind::SeveralReferences, None),
            (Some(code), None) => code,
        };
        let Some(notice) = self.notices.iter_mut().find(|notice| notice.reference == *code) else {
            return suspense(ExceptionKind::UnknownReference, None);
        };
        if notice.rest.is_zero() {
            return suspense(ExceptionKind::ReferenceNotOpen, None);
        }
        match (notice.rest.checked_sub(line.credit), line.credit.checked_sub(notice.rest)) {
            (Some(Fen::ZERO), _) => {
                notice.rest = Fen::ZERO;
                Booking::Deposit(notice.id)
            }
            (Some(by), _) => suspense(ExceptionKind::Short, Some(by)),
            (None, by) => suspense(ExceptionKind::Over, by),
        }
    }

    fn money_out(&mut self, line: &Line) -> Booking {
        let receivable = |kind, by| Booking::Receivable { kind, by };
        let numbers = numbers_of(line);
        let mut numbers = numbers.iter();
        let (Some(number), None) = (numbers.next(), numbers.next()) else {
            return receivable(ExceptionKind::UnknownDebit, None);
        };
        let Some(payout) = self.payouts.iter_mut().find(|payout| payout.number == *number) else {
            return receivable(ExceptionKind::UnknownDebit, None);
        };
        let by = payout.amount.get().abs_diff(line.debit.get());
        let fits = by == 0
            && payout.account == line.counterparty_account
            && payout.state == PayoutState::Approved;
        if fits {
            payout.state = PayoutState::Paid;
            return Booking::Payout(payout.id);
        }
        let by = i64::try_from(by).ok().and_then(|by| Fen::of(by).ok()).filter(|by| !by.is_zero());
        receivable(ExceptionKind::PayoutMismatch, by)
    }
}

/// The reference codes that stand anywhere in a line's text, each once.
pub fn codes_of(line: &Line) -> BTreeSet<String> {
    found(&line.text, REFERENCE)
}

/// The payout numbers that stand anywhere in a line's text, each once.
pub fn numbers_of(line: &Line) -> BTreeSet<String> {
    found(&line.text, PAYOUT_NUMBER)
}

/// Finds a pattern, in which `#` is a digit, in free text: payers glue it between other letters,
/// type it in small or full-width letters, and use any dash.
fn found(text: &str, pattern: &str) -> BTreeSet<String> {
    let text: Vec<char> = text.chars().map(plain).collect();
    let length = pattern.chars().count();
    let mut codes = BTreeSet::new();
    let mut at = 0;
    while let Some(window) = text.get(at..at + length) {
        let fits = window.iter().zip(pattern.chars()).all(|(found, wanted)| match wanted {
            '#' => found.is_ascii_digit(),
            wanted => *found == wanted,
        });
        if fits {
            codes.insert(window.iter().collect());
        }
        at += if fits { length } else { 1 };
    }
    codes
}

fn plain(c: char) -> char {
    let narrow = match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    match narrow {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' => '-',
        narrow => narrow.to_ascii_uppercase(),
    }
}
