//! Refunds of unused cash: asked for by the developer, entered and approved like any payout. The
//! cash is reserved when the payout is entered, so that it cannot be spent on the way (R69).

use super::super::model::{PayoutId, PayoutKind, RefundRequestId, RefundRequestState};
use super::super::rules::{FinanceRefusal, Source, refund_to};
use super::super::store::{self, RefundRequestRow};
use super::payouts::{NewPayout, enter};
use super::{cash, desk_of, held, journal_now};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{self, FeeAccountId, MoneyBucket};
use crate::settlement;

/// Asks for unused cash back.
#[derive(Debug, Clone)]
pub(crate) struct AskRefund {
    pub(crate) id: RefundRequestId,
    pub(crate) county: RegionCode,
    pub(crate) amount: Fen,
    /// Needed only where the cash came from several accounts.
    pub(crate) account: Option<String>,
}

/// A developer asks for unused cash back, to an account that it came from.
pub(crate) fn ask_refund(tx: &mut Tx<'_>, it: &AskRefund) -> Answer<RefundRequestId> {
    let actor = tx.actor()?;
    let fee_account = settlement::fee_account_of_county(tx.conn(), &it.county)?;
    let (account, developer) = (fee_account.id, actor.organisation_id);
    let to = refundable(tx.conn(), account, developer, it.account.as_deref(), it.amount)?;
    let row = RefundRequestRow {
        id: it.id,
        fee_account_id: account,
        organisation_id: developer,
        amount_fen: it.amount,
        account: to.account,
        account_name: to.name,
        state: RefundRequestState::Open,
        asked_by: actor.user_id,
        asked_at: tx.now(),
    };
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("refund_request:{}", row.id),
        after: Some(serde_json::json!({ "amount": row.amount_fen, "account": row.account })),
        ..Event::default()
    });
    Ok(row.id)
}

/// Enters the payout of a developer's request and reserves its cash.
pub(crate) fn enter_refund(
    tx: &mut Tx<'_>,
    id: PayoutId,
    request_id: RefundRequestId,
) -> Answer<PayoutId> {
    let request = store::refund_request(tx.conn(), request_id)?;
    let (actor, account) = desk_of(tx, request.fee_account_id)?;
    if request.state != RefundRequestState::Open {
        return Err(FinanceRefusal::RequestDecided { state: request.state }.into());
    }
    let (developer, amount) = (request.organisation_id, request.amount_fen);
    let to = refundable(tx.conn(), account.id, developer, Some(&request.account), amount)?;
    let sides = (
        cash(account.id, developer, MoneyBucket::Available),
        cash(account.id, developer, MoneyBucket::Reserved),
    );
    let journal = journal_now(tx, "refund_reserved", id.uuid(), sides, amount);
    ledger::post(tx, journal)?;
    let request = RefundRequestRow { state: RefundRequestState::Entered, ..request };
    tx.update(&request)?;
    let payout = NewPayout {
        id,
        kind: PayoutKind::Refund,
        share: None,
        organisation_id: developer,
        amount,
        account: to.account,
        account_name: to.name,
        bank_name: None,
        waits_until: None,
        request: Some(request),
    };
    enter(tx, &actor, &account, payout)
}

/// The account to which so much cash may go back now.
fn refundable(
    c: &mut Conn,
    account: FeeAccountId,
    developer: OrganisationId,
    named: Option<&str>,
    asked: Fen,
) -> Answer<Source> {
    let available = held(c, &cash(account, developer, MoneyBucket::Available))?;
    if asked > available {
        return Err(FinanceRefusal::ExceedsCash { available, asked }.into());
    }
    let mut sources = store::sources(c, account, developer)?;
    for source in &mut sources {
        let back = store::refunds_fen(c, account, developer, &source.account)?;
        let back = Fen::of(back).map_err(|_| Failure::broken("refunds stay within the books"))?;
        source.rest = source.rest.checked_sub(back).unwrap_or_default();
    }
    Ok(refund_to(&sources, named, asked)?.clone())
}
