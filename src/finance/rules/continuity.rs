//! What a file adds to the books (R70). The bank's lines of one account are one unbroken sequence:
//! a file may repeat what is booked and may go on where the books end, and nothing else.

use std::collections::HashMap;

use super::FinanceRefusal;
use crate::finance::statement::{Line, Statement};
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;

/// A booked line, as far as a file must agree with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLine {
    pub position: i64,
    pub effective_at: Time,
    pub signed_fen: i64,
    pub balance: Fen,
}

/// Where the books of an account end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    pub position: i64,
    pub balance: Fen,
}

/// What is booked of an account, as far as one file needs it.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// The lines of the file that are booked, by what they are known by.
    pub known: HashMap<String, KnownLine>,
    pub last: Option<Last>,
    /// The balance before the period of the file.
    pub before_period: Fen,
}

/// What is new in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The lines after those that are booked.
    pub new: &'a [Line],
    pub already_known: usize,
}

/// Compares a file with the books of its account.
pub fn plan<'a>(
    account: &str,
    statement: &'a Statement,
    books: &Books,
) -> Result<Plan<'a>, FinanceRefusal> {
    if statement.account != account {
        let (found, expected) = (statement.account.clone(), account.to_owned());
        return Err(FinanceRefusal::OtherAccount { found, expected });
    }
    if statement.lines.is_empty() {
        let (opening, expected) = (statement.opening, books.before_period);
        return match (opening == expected, books.last) {
            (true, _) => Ok(Plan { new: &[], already_known: 0 }),
            (false, None) => Err(FinanceRefusal::OpeningNeeded { opening }),
            (false, Some(_)) => Err(FinanceRefusal::Gap { opening, expected }),
        };
    }
    let (mut already_known, mut is_new) = (0, false);
    let mut known_to: Option<i64> = None;
    for line in &statement.lines {
        match books.known.get(&line.known_by) {
            Some(known) => {
                agrees(line, known)?;
                if is_new || known_to.is_some_and(|before| before + 1 != known.position) {
                    return Err(FinanceRefusal::OutOfOrder { row: line.row });
                }
                known_to = Some(known.position);
                already_known += 1;
            }
            None => is_new = true,
        }
    }
    let new = statement.lines.get(already_known..).unwrap_or_default();
    continues(new, known_to, statement.opening, books.last)?;
    Ok(Plan { new, already_known })
}

/// Drops from lines what was booked meanwhile and checks that the rest goes on where the books end.
pub fn continue_with<'a>(
    lines: &'a [Line],
    books: &Books,
) -> Result<Vec<&'a Line>, FinanceRefusal> {
    let new: Vec<&Line> =
        lines.iter().filter(|line| !books.known.contains_key(&line.known_by)).collect();
    let ends_at = books.last.map_or(0, |last| last.balance.get());
    match new.first() {
        Some(first) if first.balance.get() - first.signed_fen() != ends_at => {
            Err(FinanceRefusal::OutOfOrder { row: first.row })
        }
        _ => Ok(new),
    }
}

fn agrees(line: &Line, known: &KnownLine) -> Result<(), FinanceRefusal> {
    let same = line.signed_fen() == known.signed_fen
        && line.balance == known.balance
        && line.effective_at == known.effective_at;
    if same { Ok(()) } else { Err(FinanceRefusal::OtherFigures { row: line.row }) }
}

fn continues(
    new: &[Line],
    known_to: Option<i64>,
    opening: Fen,
    last: Option<Last>,
) -> Result<(), FinanceRefusal> {
    let Some(first) = new.first() else { return Ok(()) };
    match (known_to, last) {
        (Some(position), Some(last)) if position == last.position => Ok(()),
        (Some(_), _) => Err(FinanceRefusal::LinesMissing { row: first.row }),
        (None, Some(last)) if last.balance == opening => Ok(()),
        (None, Some(last)) => Err(FinanceRefusal::Gap { opening, expected: last.balance }),
        (None, None) if opening.is_zero() => Ok(()),
        (None, None) => Err(FinanceRefusal::OpeningNeeded { opening }),
    }
}
