//! Each line once, in the order in which the balance ran.

use std::collections::HashMap;

use super::unreadable::{Fault, Unreadable};
use super::{Line, Repeat};
use crate::kernel::money::Fen;

type Ordered = (Vec<Line>, Vec<Repeat>);

/// Takes each line once. Banks export oldest first or newest first; the running balance tells.
pub(super) fn distinct_in_order(opening: Fen, rows: Vec<Line>) -> Result<Ordered, Unreadable> {
    let repeated = repeats(&rows)?;
    let fault = match first_wrong_balance(opening, first_times(&rows, &repeated.forward)) {
        None => return Ok(split(rows, &repeated.forward)),
        Some(fault) => fault,
    };
    let backward = first_times(&rows, &repeated.backward).rev();
    if first_wrong_balance(opening, backward).is_some() {
        return Err(fault);
    }
    let (mut lines, repeats) = split(rows, &repeated.backward);
    lines.reverse();
    Ok((lines, repeats))
}

/// The same for a file that does not tell its opening: it is what was there before the oldest line.
pub(super) fn distinct_by_first_balance(
    rows: Vec<Line>,
) -> Result<(Fen, Vec<Line>, Vec<Repeat>), Unreadable> {
    let before = |line: Option<&Line>| {
        let line = line.ok_or_else(|| Fault::NothingToGoBy { missing: "opening" }.at(0))?;
        let fen = line.balance.get() - line.signed_fen();
        Fen::of(fen).map_err(|_| Fault::InDebt.at(line.row))
    };
    let (oldest_first, newest_first) = (before(rows.first())?, before(rows.last()));
    let fault = match distinct_in_order(oldest_first, rows.clone()) {
        Ok((lines, repeats))
            if lines.first().map(|line| line.row) == rows.first().map(|l| l.row) =>
        {
            return Ok((oldest_first, lines, repeats));
        }
        Ok(_) => Fault::NothingToGoBy { missing: "opening" }.at(0),
        Err(fault) => fault,
    };
    let opening = newest_first?;
    let (lines, repeats) = distinct_in_order(opening, rows).map_err(|_| fault)?;
    Ok((opening, lines, repeats))
}

/// Which rows say again what another row said: seen from the first row, and from the last.
struct Repeats {
    forward: Vec<bool>,
    backward: Vec<bool>,
}

fn repeats(rows: &[Line]) -> Result<Repeats, Unreadable> {
    let mut seen: HashMap<&str, (usize, usize)> = HashMap::with_capacity(rows.len());
    let mut forward = vec![false; rows.len()];
    let mut again = false;
    for (at, row) in rows.iter().enumerate() {
        let Some((first, last)) = seen.get_mut(row.known_by.as_str()) else {
            seen.insert(&row.known_by, (at, at));
            continue;
        };
        let Some(before) = rows.get(*first) else { continue };
        if row.serial.is_some() && !row.says_the_same_as(before) {
            return Err(Fault::SerialTwice { first: before.row }.at(row.row));
        }
        *last = at;
        again = true;
        if let Some(is_repeat) = forward.get_mut(at) {
            *is_repeat = true;
        }
    }
    let backward = match again {
        false => forward.clone(),
        true => {
            let is_last = |(at, row): (usize, &Line)| {
                seen.get(row.known_by.as_str()).is_some_and(|(_, last)| *last == at)
            };
            rows.iter().enumerate().map(|one| !is_last(one)).collect()
        }
    };
    Ok(Repeats { forward, backward })
}

fn first_times<'a>(
    rows: &'a [Line],
    is_repeat: &'a [bool],
) -> impl DoubleEndedIterator<Item = &'a Line> {
    rows.iter().zip(is_repeat).filter(|(_, is_repeat)| !**is_repeat).map(|(row, _)| row)
}

fn split(rows: Vec<Line>, is_repeat: &[bool]) -> Ordered {
    let (mut lines, mut repeats) = (Vec::with_capacity(rows.len()), Vec::new());
    for (row, is_repeat) in rows.into_iter().zip(is_repeat) {
        if *is_repeat {
            repeats.push(Repeat { row: row.row, of: row.known_by });
        } else {
            lines.push(row);
        }
    }
    (lines, repeats)
}

fn first_wrong_balance<'a>(
    opening: Fen,
    lines: impl Iterator<Item = &'a Line>,
) -> Option<Unreadable> {
    let mut running = opening.get();
    for line in lines {
        running += line.signed_fen();
        if running != line.balance.get() {
            let found = line.balance.get();
            return Some(Fault::WrongBalance { expected: running, found }.at(line.row));
        }
    }
    None
}
