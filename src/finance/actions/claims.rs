//! Money of insurers: a line of the bank pays an accepted claim.

use super::super::model::{ExceptionState, LineId, StepKind};
use super::super::rules::OutgoingRefusal;
use super::super::store;
use super::receivables::take_waiting;
use super::{desk_of, house, journal_now};
use crate::encumbrance::{self, InsuranceClaimId};
use crate::identity::{self, OrganisationKind};
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, MoneyBucket};

/// Says that a line of money in pays a claim.
#[derive(Debug, Clone)]
pub(crate) struct PayClaim {
    pub(crate) claim_id: InsuranceClaimId,
    pub(crate) line_id: LineId,
    pub(crate) reason: String,
}

/// Gives the insured what a line brought for its claim: a township money to be paid out like its
/// share, a developer cash.
pub(crate) fn pay_claim(tx: &mut Tx<'_>, it: &PayClaim) -> Answer<InsuranceClaimId> {
    let waiting = store::waiting(tx.conn(), it.line_id)?.ok_or_else(Failure::not_found)?;
    let (actor, account) = desk_of(tx, waiting.fee_account_id)?;
    let claim = encumbrance::claim_to_pay(tx.conn(), it.claim_id)?;
    if account.county != claim.county {
        return Err(Failure::not_found());
    }
    let amount = claim.amount_fen.ok_or_else(|| Failure::broken("an accepted claim has money"))?;
    if waiting.state != ExceptionState::Open || waiting.rest_fen != amount.get() {
        return Err(OutgoingRefusal::ReturnDoesNotFit { amount }.into());
    }
    take_waiting(tx, &actor, (it.line_id, StepKind::Assignment), amount, &it.reason)?;
    let insured = identity::organisation(tx.conn(), claim.holder_id)?;
    let bucket = match insured.kind {
        OrganisationKind::Township => MoneyBucket::TownshipShare,
        _ => MoneyBucket::Available,
    };
    let to = Account::money(insured.id, account.id, bucket);
    let sides = (house(account.id, MoneyBucket::Suspense), to);
    let journal = journal_now(tx, "insurance_claim", claim.id.uuid(), sides, amount);
    ledger::post(tx, journal)?;
    encumbrance::claim_paid(tx, claim.id, it.line_id.uuid())?;
    tx.record(Event {
        subject: format!("insurance_claim:{}", claim.id),
        reason: Some(it.reason.clone()),
        after: Some(serde_json::json!({
            "number": claim.number, "paid_by": it.line_id, "amount": amount,
        })),
        ..Event::default()
    });
    Ok(claim.id)
}
