//! What a bank line means (R70). Money in that names one open reference and is exactly what it
//! waits for becomes cash; other money in goes to suspense. Money out that is exactly a payout on
//! its way ends it; other money out stands in receivable until it is explained, since suspense can
//! hold no debt. Either way the line is booked in full. The transactions of a batch entry are decided
//! one by one, and booked as one line.

use std::collections::{BTreeSet, HashMap};

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
    notices: HashMap<String, DeskNotice>,
    payouts: HashMap<String, DeskPayout>,
}

/// A part of a line that is booked as one: the whole of most lines, a transaction of a batch entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    pub amount: Fen,
    /// The transaction among the line's parts.
    pub part: Option<usize>,
    pub booking: Booking,
}

impl Desk {
    pub fn of(
        notices: impl IntoIterator<Item = DeskNotice>,
        payouts: impl IntoIterator<Item = DeskPayout>,
    ) -> Self {
        let notices = notices.into_iter().map(|one| (one.reference.clone(), one));
        let payouts = payouts.into_iter().map(|one| (one.number.clone(), one));
        Self { notices: notices.collect(), payouts: payouts.collect() }
    }

    pub fn notice(&self, reference: &str) -> Option<&DeskNotice> {
        self.notices.get(reference)
    }

    pub fn payout(&mut self, number: &str) -> Option<&mut DeskPayout> {
        self.payouts.get_mut(number)
    }

    /// Decides one line without parts; what it pays is paid for the lines after it.
    pub fn book(&mut self, line: &Line) -> Booking {
        if line.debit.is_zero() {
            self.money_in(line.credit, &line.text)
        } else {
            self.money_out(line.debit, &line.text, &line.counterparty_account)
        }
    }

    /// Decides a line: as one, or each transaction of a batch entry by itself.
    pub fn book_portions(&mut self, line: &Line) -> Vec<Portion> {
        if line.parts.is_empty() {
            let amount = if line.debit.is_zero() { line.credit } else { line.debit };
            return vec![Portion { amount, part: None, booking: self.book(line) }];
        }
        let is_in = line.debit.is_zero();
        let each = line.parts.iter().enumerate().map(|(at, part)| {
            let booking = if is_in {
                self.money_in(part.amount, &part.text)
            } else {
                self.money_out(part.amount, &part.text, &part.counterparty_account)
            };
            Portion { amount: part.amount, part: Some(at), booking }
        });
        each.collect()
    }

    fn money_in(&mut self, credit: Fen, text: &str) -> Booking {
        let suspense = |kind, by| Booking::Suspense { kind, by };
        let codes = found(text, REFERENCE);
        let mut codes = codes.iter();
        let code = match (codes.next(), codes.next()) {
            (None, _) if self.returns_a_payout(credit, text) => {
                return suspense(ExceptionKind::PayoutReturned, None);
            }
            (None, _) => return suspense(ExceptionKind::UnknownPayer, None),
            (Some(_), Some(_)) => return suspense(ExceptionKind::SeveralReferences, None),
            (Some(code), None) => code,
        };
        let Some(notice) = self.notices.get_mut(code) else {
            return suspense(ExceptionKind::UnknownReference, None);
        };
        if notice.rest.is_zero() {
            return suspense(ExceptionKind::ReferenceNotOpen, None);
        }
        match (notice.rest.checked_sub(credit), credit.checked_sub(notice.rest)) {
            (Some(Fen::ZERO), _) => {
                notice.rest = Fen::ZERO;
                Booking::Deposit(notice.id)
            }
            (Some(by), _) => suspense(ExceptionKind::Short, Some(by)),
            (None, by) => suspense(ExceptionKind::Over, by),
        }
    }

    /// Whether money in is what one payout of this account sent out before.
    fn returns_a_payout(&self, credit: Fen, text: &str) -> bool {
        let numbers = found(text, PAYOUT_NUMBER);
        let paid = |number: &String| {
            let payout = self.payouts.get(number);
            payout.is_some_and(|one| one.state == PayoutState::Paid && one.amount == credit)
        };
        numbers.len() == 1 && numbers.iter().all(paid)
    }

    fn money_out(&mut self, debit: Fen, text: &str, account: &str) -> Booking {
        let receivable = |kind, by| Booking::Receivable { kind, by };
        let numbers = found(text, PAYOUT_NUMBER);
        let mut numbers = numbers.iter();
        let payout = match (numbers.next(), numbers.next()) {
            (Some(number), None) => self.payouts.get_mut(number),
            (None, _) if self.names_a_reference(text) => {
                return receivable(ExceptionKind::DepositReturned, None);
            }
            _ => None,
        };
        let Some(payout) = payout else { return receivable(ExceptionKind::UnknownDebit, None) };
        let by = payout.amount.get().abs_diff(debit.get());
        let fits = by == 0 && payout.account == account && payout.state == PayoutState::Approved;
        if fits {
            payout.state = PayoutState::Paid;
            return Booking::Payout(payout.id);
        }
        let by = i64::try_from(by).ok().and_then(|by| Fen::of(by).ok()).filter(|by| !by.is_zero());
        receivable(ExceptionKind::PayoutMismatch, by)
    }

    fn names_a_reference(&self, text: &str) -> bool {
        found(text, REFERENCE).iter().any(|code| self.notices.contains_key(code))
    }
}

/// The reference codes that stand anywhere in a line's text or its parts, each once.
pub fn codes_of(line: &Line) -> BTreeSet<String> {
    found_in(line, REFERENCE)
}

/// The payout numbers that stand anywhere in a line's text or its parts, each once.
pub fn numbers_of(line: &Line) -> BTreeSet<String> {
    found_in(line, PAYOUT_NUMBER)
}

/// The reference codes of a text.
pub fn codes_in(text: &str) -> BTreeSet<String> {
    found(text, REFERENCE)
}

/// The payout numbers of a text.
pub fn numbers_in(text: &str) -> BTreeSet<String> {
    found(text, PAYOUT_NUMBER)
}

fn found_in(line: &Line, pattern: &str) -> BTreeSet<String> {
    let mut codes = found(&line.text, pattern);
    for part in &line.parts {
        codes.extend(found(&part.text, pattern));
    }
    codes
}

/// Finds a pattern, in which `#` is a digit, in free text: payers glue it between other letters,
/// type it in small or full-width letters, and use any dash.
fn found(text: &str, pattern: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let (begins, length) = (pattern.chars().next(), pattern.chars().count());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_code = Some(plain(c)) == begins && begins_with(rest, pattern);
        let passed = if is_code { length } else { 1 };
        if is_code {
            codes.insert(rest.chars().take(length).map(plain).collect());
        }
        rest = rest.char_indices().nth(passed).map_or("", |(at, _)| rest.split_at(at).1);
    }
    codes
}

fn begins_with(text: &str, pattern: &str) -> bool {
    let mut text = text.chars().map(plain);
    pattern.chars().all(|wanted| match (wanted, text.next()) {
        ('#', Some(found)) => found.is_ascii_digit(),
        (wanted, found) => found == Some(wanted),
    })
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
