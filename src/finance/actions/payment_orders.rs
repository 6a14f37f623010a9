//! What a bank is told to pay, of a batch or of one payout, and in which columns.

use super::super::model::{
    PaymentColumn, PaymentTemplateId, PayoutBatchState, PayoutState, Share, TableEncoding,
};
use super::super::payment_file::{
    Payment, PaymentOrder, STANDARD, STANDARD_ENCODING, check_columns,
};
use super::super::rules::OutgoingRefusal;
use super::super::store::{self, PaymentTemplateRow, PayoutBatchRow, PayoutRow};
use super::desk_of;
use super::waits::Gate;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::settlement;

/// What the bank is to pay of an approved batch. It is the same whenever it is asked for: cancelled
/// payouts are left out, and while one still waits or is held there is no order, so that none goes out
/// twice.
pub(crate) fn order_of(c: &mut Conn, batch: &PayoutBatchRow, now: Time) -> Answer<PaymentOrder> {
    let (PayoutBatchState::Approved, Some(ordered_at)) = (batch.state, batch.decided_at) else {
        return Err(OutgoingRefusal::BatchNotApproved.into());
    };
    let gate = Gate::of(c, batch.fee_account_id, now)?;
    let mut payments = Vec::new();
    for (payout, terms) in store::payouts_of_batch(c, batch.id)? {
        if payout.state == PayoutState::Cancelled {
            continue;
        }
        gate.lets_out(c, &payout, Some(&terms))?;
        payments.push(payment(payout, terms.bank_name));
    }
    if payments.is_empty() {
        return Err(OutgoingRefusal::BatchEmpty.into());
    }
    order(c, batch.fee_account_id, &batch.number, ordered_at, payments)
}

/// What the bank is to pay of a payout that was approved for itself: a refund, or a share outside a
/// batch. The same whenever it is asked for, also when the bank has paid it.
pub(crate) fn order_of_payout(c: &mut Conn, payout: &PayoutRow, now: Time) -> Answer<PaymentOrder> {
    let terms = store::terms_of(c, &[payout.id])?.remove(&payout.id);
    if let Some(batch) = terms.as_ref().and_then(|terms| terms.batch_id) {
        let number = store::batch(c, batch)?.number;
        return Err(OutgoingRefusal::InBatch { number }.into());
    }
    let goes_out = matches!(payout.state, PayoutState::Approved | PayoutState::Paid);
    let ordered_at = payout.decided_at.filter(|_| goes_out);
    let ordered_at = ordered_at.ok_or(OutgoingRefusal::PayoutNotApproved)?;
    Gate::of(c, payout.fee_account_id, now)?.lets_out(c, payout, terms.as_ref())?;
    let bank = terms.and_then(|terms| terms.bank_name);
    let payments = vec![payment(payout.clone(), bank)];
    order(c, payout.fee_account_id, &payout.number, ordered_at, payments)
}

fn order(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    number: &str,
    ordered_at: Time,
    payments: Vec<Payment>,
) -> Answer<PaymentOrder> {
    let account = settlement::fee_account(c, fee_account_id)?;
    Ok(PaymentOrder {
        id: format!("{}-{number}", account.county),
        ordered_at,
        payer_name: account.name,
        payer_account: account.number,
        payer_bank: account.bank,
        payments,
    })
}

fn payment(payout: PayoutRow, payee_bank: Option<String>) -> Payment {
    let share = match payout.share {
        Some(Share::Township) => "乡镇工作经费",
        Some(Share::Centre) => "中心管理经费",
        Some(Share::Treasury) => "县财政收入",
        None => "退款",
    };
    Payment {
        purpose: format!("{} {share}", payout.number),
        number: payout.number,
        payee_name: payout.account_name,
        payee_account: payout.account,
        payee_bank,
        amount: payout.amount_fen,
    }
}

/// Enters how a bank wants its table of payments.
#[derive(Debug, Clone)]
pub(crate) struct EnterTemplate {
    pub(crate) id: PaymentTemplateId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) bank: String,
    pub(crate) columns: Vec<PaymentColumn>,
    pub(crate) encoding: TableEncoding,
}

/// Enters a template.
pub(crate) fn enter_template(tx: &mut Tx<'_>, it: &EnterTemplate) -> Answer<PaymentTemplateId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    check_columns(&it.columns)?;
    let layout = serde_json::to_string(&it.columns).map_err(anyhow::Error::from)?;
    let row = PaymentTemplateRow {
        id: it.id,
        fee_account_id: account.id,
        bank: it.bank.clone(),
        layout,
        encoding: it.encoding,
        entered_by: actor.user_id,
        entered_at: tx.now(),
    };
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("payment_template:{}", row.id),
        after: Some(serde_json::json!({ "bank": row.bank, "columns": it.columns })),
        ..Event::default()
    });
    Ok(row.id)
}

/// The columns of a template of the fee account, or the standard ones where none is named.
pub(crate) fn template_of(
    c: &mut Conn,
    account: FeeAccountId,
    named: Option<PaymentTemplateId>,
) -> Answer<(Vec<PaymentColumn>, TableEncoding)> {
    let Some(id) = named else {
        let column = |(title, field): (&str, _)| PaymentColumn { title: title.to_owned(), field };
        return Ok((STANDARD.into_iter().map(column).collect(), STANDARD_ENCODING));
    };
    let found = store::template(c, id)?.filter(|row| row.fee_account_id == account);
    let row = found.ok_or(OutgoingRefusal::NoSuchTemplate)?;
    let columns = serde_json::from_str(&row.layout).map_err(anyhow::Error::from)?;
    Ok((columns, row.encoding))
}
