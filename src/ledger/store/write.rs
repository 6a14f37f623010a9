//! Saving what was booked: one statement a table.

use super::days::save_days;
use super::rows::{
    AccountRow, BalanceRow, JournalRow, LotMoveRow, LotRow, TransferRow, account_id, contents_hash,
};
use crate::kernel::db::{RawId, Tx};
use crate::kernel::problem::Answer;
use crate::ledger::books::{Booked, Closed};

pub(in crate::ledger) fn save(tx: &mut Tx<'_>, closed: Closed) -> Answer<()> {
    let Closed { accounts, lots, booked } = closed;
    save_days(tx, &booked, &accounts)?;
    let mut journals = Vec::with_capacity(booked.len());
    let mut transfers = Vec::with_capacity(booked.len() * 4);
    let mut moves = Vec::with_capacity(booked.len() * 2);
    let first_command = booked.first().map_or(0, |one| one.command);
    for one in booked {
        let command = one.command;
        let (journal, its_transfers, its_moves) = rows_of(one, tx);
        journals.push((command, journal));
        transfers.extend(its_transfers);
        moves.extend(its_moves);
    }
    let new = accounts.iter().filter(|changed| changed.is_new);
    let new = new.map(|changed| (first_command, AccountRow::of(&changed.account)));
    tx.insert_each(new.collect())?;
    let balances: Vec<BalanceRow> = accounts
        .iter()
        .map(|changed| BalanceRow {
            account_id: account_id(&changed.account),
            balance: changed.standing.balance,
            version: changed.standing.version,
            contra: changed.account.is_contra(),
        })
        .collect();
    tx.insert_derived(&balances)?;
    tx.insert_each(journals)?;
    tx.insert_derived(&transfers)?;
    tx.insert_derived(&moves)?;
    let lots: Vec<LotRow> = lots
        .into_iter()
        .map(|lot| LotRow {
            batch_id: lot.batch,
            last_serial: lot.run.last,
            first_serial: lot.run.first,
            account_id: account_id(&lot.account),
        })
        .collect();
    tx.insert_derived(&lots)?;
    Ok(())
}

fn rows_of(one: Booked, tx: &Tx<'_>) -> (JournalRow, Vec<TransferRow>, Vec<LotMoveRow>) {
    let journal_id = one.journal.id;
    let transfers: Vec<TransferRow> = (0..)
        .zip(one.moved)
        .map(|(n, moved)| TransferRow {
            journal_id,
            n,
            from_account_id: account_id(&moved.from.account),
            to_account_id: account_id(&moved.to.account),
            amount: moved.amount,
            from_before: moved.from.before,
            from_after: moved.from.after,
            from_version: moved.from.version,
            to_before: moved.to.before,
            to_after: moved.to.after,
            to_version: moved.to.version,
        })
        .collect();
    let moves: Vec<LotMoveRow> = (0..)
        .zip(one.lots)
        .map(|(n, lot)| LotMoveRow {
            journal_id,
            n,
            batch_id: lot.batch,
            first_serial: lot.run.first,
            last_serial: lot.run.last,
            from_account_id: account_id(&lot.from),
            to_account_id: account_id(&lot.to),
        })
        .collect();
    let row = JournalRow {
        id: journal_id,
        event: one.journal.event.to_owned(),
        subject_id: RawId(one.journal.subject),
        effective_at: one.journal.effective_at,
        recorded_at: tx.now(),
        reverses_id: one.journal.reverses,
        contents_hash: contents_hash(&transfers, &moves).to_vec(),
    };
    (row, transfers, moves)
}
