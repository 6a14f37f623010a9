//! Money whose owner never becomes known is given back to the account that it came from: entered by
//! one person and approved by another, like any payout (R69–R71). From its entry on the money is set
//! aside, so that nobody can assign it on the way; refused or cancelled, it waits for a person again.

use super::super::model::{ExceptionKind, LineId, PayoutId, PayoutKind, StepKind};
use super::super::rules::gives_back;
use super::super::store::{self, PayoutOriginRow, PayoutRow};
use super::corrections::waits_again;
use super::payouts::{NewPayout, enter, leaves_from};
use super::receivables::take_waiting;
use super::{desk_of, house, journal_now};
use crate::kernel::db::Tx;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, MoneyBucket};

/// Gives back what waits of a line.
#[derive(Debug, Clone)]
pub(crate) struct GiveBack {
    pub(crate) id: PayoutId,
    pub(crate) line_id: LineId,
    pub(crate) reason: String,
}

/// Enters a payout of all that waits of a line to the account that it came from.
pub(crate) fn give_back(tx: &mut Tx<'_>, it: &GiveBack) -> Answer<PayoutId> {
    let line = store::line(tx.conn(), it.line_id)?;
    let (actor, account) = desk_of(tx, line.fee_account_id)?;
    let waiting = store::waiting(tx.conn(), line.id)?;
    let waiting = waiting.map(|row| (row.kind, row.state, row.rest_fen));
    let amount = gives_back(&line.counterparty_account, waiting)?;
    take_waiting(tx, &actor, (line.id, StepKind::Return), amount, &it.reason)?;
    let payout = NewPayout {
        id: it.id,
        kind: PayoutKind::Return,
        share: None,
        // Nobody here owns the money; the bureau that keeps the account gives it back.
        organisation_id: account.treasury,
        amount,
        account: line.counterparty_account,
        account_name: line.counterparty_name,
        bank_name: None,
        waits_until: None,
        request: None,
    };
    let sides =
        (house(account.id, MoneyBucket::Suspense), house(account.id, MoneyBucket::Reserved));
    let journal = journal_now(tx, "return_reserved", it.id.uuid(), sides, amount);
    ledger::post(tx, journal)?;
    let id = enter(tx, &actor, &account, payout)?;
    tx.insert(&PayoutOriginRow { id, line_id: line.id })?;
    Ok(id)
}

/// What was to be given back waits for a person again.
pub(super) fn wait_again(tx: &mut Tx<'_>, payout: &PayoutRow, reason: &str) -> Answer<()> {
    let origin = store::origin_of(tx.conn(), payout.id)?;
    let origin = origin.ok_or_else(|| Failure::broken("what is given back came by a line"))?;
    let sides = (leaves_from(payout), house(payout.fee_account_id, MoneyBucket::Suspense));
    let journal = journal_now(tx, "return_freed", payout.id.uuid(), sides, payout.amount_fen);
    ledger::post(tx, journal)?;
    let waits = (ExceptionKind::UnknownPayer, payout.amount_fen.get());
    waits_again(tx, origin.line_id, waits, reason)
}
