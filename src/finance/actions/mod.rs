//! What people do with money in and out.

mod assign;
mod batches;
mod claims;
mod corrections;
mod closes;
mod exceptions;
mod give_back;
mod holds;
mod import;
mod mappings;
mod notices;
mod openings;
mod payment_orders;
mod payouts;
mod receivables;
mod refunds;
mod restoration_fees;
mod returns;
mod secured;
mod spendings;
mod waits;
pub(super) use self::assign::{AssignLine, assign_line};
pub(super) use self::batches::{
    BatchItem, DueShare, EnterBatch, approve_batch, cancel_batch, due_shares, enter_batch,
    reject_batch,
};
pub(super) use self::claims::{PayClaim, pay_claim};
pub(super) use self::closes::{EnterClose, Survey, close, enter_close, moments, survey};
pub(super) use self::corrections::{
    EnterCorrection, approve_correction, enter_correction, reject_correction,
};
pub(super) use self::exceptions::{GiveException, give_exception, note_exception, proposals_for};
pub(super) use self::give_back::{GiveBack, give_back};
pub(super) use self::holds::{HoldAccount, ask_hold_lift, hold_account, lift_hold};
pub(super) use self::import::{
    CheckedFile, CheckedLine, ImportStatement, LineResult, begin_import, cancel_import, check,
    import,
};
mod taken_back;
pub(super) use self::mappings::{KeepMapping, keep_mapping, layout_for, layout_of};
pub(super) use self::notices::{IssueNotice, issue_notice};
pub(super) use self::openings::{EnterOpening, approve_opening, enter_opening};
pub(super) use self::payment_orders::{
    EnterTemplate, enter_template, order_of, order_of_payout, template_of,
};
pub(super) use self::payouts::{
    EnterSharePayout, approve, cancel, enter_share, payable_of, reject,
};
pub(super) use self::receivables::{PayReceivable, owed, pay_receivable};
pub(super) use self::refunds::{AskRefund, ask_refund, enter_refund};
pub use self::restoration_fees::run_due;

pub(super) use self::returns::{TakeReturn, take_return};
pub(super) use self::secured::{enter_secured, rest_of};
pub(super) use self::spendings::{
    EnterSpending, ProjectResult, approve_spending, enter_spending, profit_of, reject_spending,
};
pub(super) use self::waits::waits_until;
use super::model::Share;
use super::statement::Line;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{
    self, Account, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal, NewTransfer,
};
use crate::settlement::{self, FeeAccount};

/// A fee account of the actor's own county: its finance bureau works in it, auditors look into all
/// (R94). What is not theirs is not found.
pub(super) fn own_fee_account(c: &mut Conn, actor: &Actor, id: FeeAccountId) -> Answer<FeeAccount> {
    let account = settlement::fee_account(c, id)?;
    let bureau = matches!(actor.role, Role::FinanceOfficer | Role::FinanceDirector)
        && actor.organisation_id == account.treasury;
    if bureau || actor.role == Role::Auditor { Ok(account) } else { Err(Failure::not_found()) }
}

/// A closed period takes no line any more; a file with one is refused before anything is booked.
fn still_open(c: &mut Conn, account: FeeAccountId, new: &[Line]) -> Answer<()> {
    let Some(before) = ledger::books_closed_before(c, account)? else { return Ok(()) };
    let late = new.iter().find(|line| line.effective_at < before);
    let refused = |line: &Line| {
        let on = line.effective_at.date_in_shanghai();
        ledger::CannotPost::Closed { on, through: ledger::last_day_before(before) }.into()
    };
    late.map_or(Ok(()), |line| Err(refused(line)))
}

/// The one who acts and the fee account in which they act.
fn desk_of(tx: &mut Tx<'_>, id: FeeAccountId) -> Answer<(Actor, FeeAccount)> {
    let actor = tx.actor()?;
    let account = own_fee_account(tx.conn(), &actor, id)?;
    Ok((actor, account))
}

fn house(fee_account: FeeAccountId, bucket: MoneyBucket) -> Account {
    Account::money(Holder::House, fee_account, bucket)
}

fn cash(fee_account: FeeAccountId, developer: OrganisationId, bucket: MoneyBucket) -> Account {
    Account::money(developer, fee_account, bucket)
}

/// The bucket in which an organisation's share is.
pub(super) fn bucket_of(share: Share) -> MoneyBucket {
    match share {
        Share::Township => MoneyBucket::TownshipShare,
        Share::Centre => MoneyBucket::CentreShare,
        Share::Treasury => MoneyBucket::TreasuryShare,
    }
}

/// What an account holds that is never in debt.
pub(super) fn held(c: &mut Conn, account: &Account) -> Answer<Fen> {
    let balance = ledger::balance(c, account)?;
    Fen::of(balance).map_err(|_| Failure::broken("only contra accounts are in debt"))
}

/// A journal of this moment with one transfer.
fn journal_now(
    tx: &Tx<'_>,
    event: &'static str,
    subject: uuid::Uuid,
    (from, to): (Account, Account),
    amount: Fen,
) -> NewJournal {
    NewJournal {
        id: JournalId::new(),
        event,
        subject,
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount: amount.get() }],
    }
}
