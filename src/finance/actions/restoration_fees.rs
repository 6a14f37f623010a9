//! The money of restoration fees (R82). What occupation has set is pulled from here: the occupier gets
//! a reference for it; its payment comes in like any other, is held, and goes to the treasury's share
//! with the approval, or back to the occupier's cash when the application ends without one.

use chrono::Datelike;

use super::super::model::{NoticeId, NoticeState};
use super::super::rules::next_code;
use super::super::store::{self, FeeReferenceRow, NoticeRow};
use super::cash;
use crate::kernel::actor::Doing;
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, JournalId, MoneyBucket, NewJournal, NewTransfer};
use crate::occupation::{self, DueFee, FeeState, RestorationFeeId};
use crate::settlement;

/// Fees are few; so many are looked at in one read.
const FEES_PER_READ: i64 = 100;

/// Moves restoration fees on as far as they go; returns how many steps. Where nothing is due it only
/// reads.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut done = 0;
    for state in [FeeState::Determined, FeeState::Noticed, FeeState::Paid] {
        let mut after: Option<RestorationFeeId> = None;
        loop {
            let read = move |c: &mut Conn| {
                let fees = occupation::fees_in_state(c, state, after, FEES_PER_READ)?;
                let last = fees.last().map(|fee| fee.id);
                let mut ready = Vec::new();
                for fee in fees {
                    if is_ready(c, state, &fee)? {
                        ready.push(fee.id);
                    }
                }
                Ok((last, ready))
            };
            let (last, ready) = db.read(None, read).await?;
            for id in ready {
                done += move_on(db, state, id).await?;
            }
            match last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
    }
    Ok(done)
}

/// One step of one fee; when another instance was faster, or the cash is spent, nothing is done.
async fn move_on(db: &Db, state: FeeState, id: RestorationFeeId) -> Answer<usize> {
    let (notice, journal) = (NoticeId::new(), JournalId::new());
    let step = match state {
        FeeState::Determined => {
            let write = move |tx: &mut Tx| issue(tx, id, notice);
            db.write(Doing::system("issue_restoration_fee_notice"), write).await
        }
        FeeState::Noticed => {
            let write = move |tx: &mut Tx| hold(tx, id, journal);
            db.write(Doing::system("hold_restoration_fee"), write).await
        }
        _ => {
            let write = move |tx: &mut Tx| end(tx, id, journal);
            db.write(Doing::system("end_restoration_fee"), write).await
        }
    };
    match step {
        Ok(()) => Ok(1),
        Err(Failure::Refused(problem)) => {
            tracing::info!("restoration fee {id} stays {state}: {}", problem.english);
            Ok(0)
        }
        Err(broken) => Err(broken),
    }
}

fn is_ready(c: &mut Conn, state: FeeState, fee: &DueFee) -> Answer<bool> {
    match state {
        FeeState::Determined => Ok(settlement::fee_account_of_county(c, &fee.county).is_ok()),
        FeeState::Noticed => {
            let reference = store::fee_reference(c, fee.id)?;
            let notice = store::notice(c, reference.id)?;
            let available = ledger::balance(c, &available(&notice))?;
            Ok(notice.state == NoticeState::Paid && available >= fee.amount.get())
        }
        _ => Ok(fee.approved.is_some()),
    }
}

fn available(notice: &NoticeRow) -> Account {
    cash(notice.fee_account_id, notice.organisation_id, MoneyBucket::Available)
}

/// Gives the occupier a reference to quote, as for any payment.
fn issue(tx: &mut Tx, id: RestorationFeeId, notice: NoticeId) -> Answer<()> {
    let (fee, _) = occupation::fee_is_for(tx.conn(), id)?;
    let account = settlement::fee_account_of_county(tx.conn(), &fee.county)?;
    let (year, county) = (tx.now().date_in_shanghai().year(), &account.county);
    let number = next_code(tx.next_number(&format!("payment_notice:{county}:{year}"))?)?;
    let row = NoticeRow {
        id: notice,
        fee_account_id: account.id,
        county: county.clone(),
        reference: format!("SD{county}-{year}-{number}"),
        organisation_id: fee.developer,
        amount_fen: fee.amount,
        received_fen: Fen::ZERO,
        purpose: fee.purpose,
        state: NoticeState::Open,
        issued_by: fee.determined_by,
        issued_at: tx.now(),
        paid_at: None,
    };
    let pay_by = occupation::fee_noticed(tx, id, &row.reference)?;
    tx.insert(&row)?;
    tx.insert(&FeeReferenceRow {
        id: notice,
        fee_id: id,
        held_journal_id: None,
        ended_journal_id: None,
    })?;
    tx.record(Event {
        subject: format!("payment_notice:{}", row.reference),
        reason: Some(row.purpose.clone()),
        after: Some(serde_json::json!({ "amount": row.amount_fen, "pay_by": pay_by })),
        ..Event::default()
    });
    Ok(())
}

/// What came in for a fee is held until its application ends.
fn hold(tx: &mut Tx, id: RestorationFeeId, journal: JournalId) -> Answer<()> {
    let (fee, reference, notice) = known(tx, id)?;
    occupation::fee_paid(tx, id)?;
    let reserved = cash(notice.fee_account_id, notice.organisation_id, MoneyBucket::Reserved);
    let sides = (available(&notice), reserved);
    book(tx, journal, "restoration_fee_held", &fee, sides)?;
    tx.update(&FeeReferenceRow { held_journal_id: Some(journal), ..reference })?;
    said(tx, &notice, "held");
    Ok(())
}

/// The held money goes to the treasury with the approval, else back to the occupier's cash.
fn end(tx: &mut Tx, id: RestorationFeeId, journal: JournalId) -> Answer<()> {
    let (fee, reference, notice) = known(tx, id)?;
    let is_approved = fee.approved.ok_or_else(|| Failure::broken("its application has ended"))?;
    occupation::fee_ended(tx, id, is_approved)?;
    let reserved = cash(notice.fee_account_id, notice.organisation_id, MoneyBucket::Reserved);
    let treasury = settlement::fee_account(tx.conn(), notice.fee_account_id)?.treasury;
    let (to, event) = if is_approved {
        let share = Account::money(treasury, notice.fee_account_id, MoneyBucket::TreasuryShare);
        (share, "restoration_fee")
    } else {
        (available(&notice), "restoration_fee_back")
    };
    book(tx, journal, event, &fee, (reserved, to))?;
    tx.update(&FeeReferenceRow { ended_journal_id: Some(journal), ..reference })?;
    said(tx, &notice, if is_approved { "collected" } else { "refunded" });
    Ok(())
}

fn known(tx: &mut Tx, id: RestorationFeeId) -> Answer<(DueFee, FeeReferenceRow, NoticeRow)> {
    let (fee, _) = occupation::fee_is_for(tx.conn(), id)?;
    let reference = store::fee_reference(tx.conn(), id)?;
    let notice = store::notice(tx.conn(), reference.id)?;
    Ok((fee, reference, notice))
}

fn book(
    tx: &mut Tx,
    id: JournalId,
    event: &'static str,
    fee: &DueFee,
    (from, to): (Account, Account),
) -> Answer<()> {
    let journal = NewJournal {
        id,
        event,
        subject: fee.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount: fee.amount.get() }],
    };
    ledger::post(tx, journal)
}

fn said(tx: &mut Tx, notice: &NoticeRow, what: &str) {
    tx.record(Event {
        subject: format!("payment_notice:{}", notice.reference),
        after: Some(serde_json::json!({ "restoration_fee": what, "amount": notice.amount_fen })),
        ..Event::default()
    });
}
