//! What a file would add, line by line, without adding it.

use std::collections::BTreeMap;

use super::super::own_fee_account;
use super::booking::desk_for;
use super::{ImportStatement, new_from};
use crate::finance::model::{ExceptionKind, StatementId};
use crate::finance::statement::{Line, Repeat};
use crate::finance::store;
use crate::kernel::actor::Actor;
use crate::kernel::db::Conn;
use crate::kernel::money::Fen;
use crate::kernel::problem::Answer;

/// A whole file beside the books.
#[derive(Debug, Clone)]
pub(crate) struct CheckedFile {
    pub(crate) new: usize,
    pub(crate) already_known: usize,
    /// This very file, imported before.
    pub(crate) imported_as: Option<StatementId>,
    /// How many new lines, and how much money, would wait for which reason.
    pub(crate) exceptions: BTreeMap<ExceptionKind, (usize, i64)>,
    /// Every row, in the order of the file.
    pub(crate) lines: Vec<CheckedLine>,
}

/// A row of a file with what it is or would be booked as.
#[derive(Debug, Clone)]
pub(crate) struct CheckedLine {
    pub(crate) row: u64,
    /// Absent for a row that repeats a line.
    pub(crate) line: Option<Line>,
    pub(crate) result: LineResult,
}

/// What an import would make of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineResult {
    AlreadyKnown,
    Repeat,
    Matched,
    Waits { kind: ExceptionKind, by: Option<Fen> },
}

/// Compares a file with the books: what is new in it, and how each new line would be booked now.
pub(crate) fn check(c: &mut Conn, actor: &Actor, it: &ImportStatement) -> Answer<CheckedFile> {
    let account = own_fee_account(c, actor, it.fee_account_id)?;
    let already_known = new_from(c, &account, &it.statement)?;
    let (known, new) = it.statement.lines.split_at(already_known);
    let (mut desk, _, _) = desk_for(c, account.id, new)?;
    let mut exceptions = BTreeMap::new();
    let mut lines = Vec::with_capacity(it.statement.rows());
    lines.extend(known.iter().map(|line| checked(line, LineResult::AlreadyKnown)));
    for line in new {
        let portions = desk.book_portions(line);
        let waits = portions.iter().find_map(|portion| portion.booking.exception());
        let result = match waits {
            None => LineResult::Matched,
            Some((kind, by)) => {
                let fen: i64 = portions
                    .iter()
                    .filter(|portion| portion.booking.exception().is_some())
                    .map(|portion| portion.amount.get())
                    .sum();
                let sum: &mut (usize, i64) = exceptions.entry(kind).or_default();
                *sum = (sum.0 + 1, sum.1 + fen * line.signed_fen().signum());
                LineResult::Waits { kind, by: by.filter(|_| portions.len() == 1) }
            }
        };
        lines.push(checked(line, result));
    }
    let repeat = |it: &Repeat| CheckedLine { row: it.row, line: None, result: LineResult::Repeat };
    lines.extend(it.statement.repeats.iter().map(repeat));
    lines.sort_by_key(|line| line.row);
    let imported_as = store::statement_of_hash(c, account.id, &it.file_hash)?;
    Ok(CheckedFile { new: new.len(), already_known, imported_as, exceptions, lines })
}

fn checked(line: &Line, result: LineResult) -> CheckedLine {
    CheckedLine { row: line.row, line: Some(line.clone()), result }
}
