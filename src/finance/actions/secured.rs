//! What enforced sales bound to lenders: kept for them, and paid to their registered accounts alone.

use super::super::model::{PayoutId, PayoutKind, Share};
use super::super::rules::{FinanceRefusal, OutgoingRefusal, within_payable};
use super::super::store::{self, SecuredPayoutRow};
use super::payouts::{NewPayout, enter};
use super::{bucket_of, desk_of, held};
use crate::encumbrance::{self, ProceedsId, SecuredShare};
use crate::identity;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{Account, FeeAccountId};

/// What of a share is bound to lenders and not on its way to them yet.
pub(super) fn kept_for_lenders(
    c: &mut Conn,
    account: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> Answer<Fen> {
    let secured = match share {
        Share::Township => SecuredShare::Township,
        Share::Treasury => SecuredShare::Treasury,
        Share::Centre => return Ok(Fen::ZERO),
    };
    let bound = encumbrance::bound_fen(c, account, organisation_id, secured)?;
    let out = store::secured_of_share(c, account, organisation_id, share)?;
    amount(bound - out)
}

/// What of one bound part is not on its way to its lender yet.
pub(crate) fn rest_of(c: &mut Conn, id: ProceedsId, bound: Fen) -> Answer<Fen> {
    amount(bound.get() - store::secured_fen(c, id)?)
}

/// Enters the payout of what is left of a bound part, to the lender's registered account.
pub(crate) fn enter_secured(
    tx: &mut Tx<'_>,
    (id, proceeds_id): (PayoutId, ProceedsId),
) -> Answer<PayoutId> {
    let proceeds = encumbrance::proceeds(tx.conn(), proceeds_id)?;
    let (actor, account) = desk_of(tx, proceeds.fee_account_id)?;
    let rest = rest_of(tx.conn(), proceeds.id, proceeds.amount_fen)?;
    if rest.is_zero() {
        return Err(OutgoingRefusal::NothingDue.into());
    }
    let share = match proceeds.share {
        SecuredShare::Township => Share::Township,
        SecuredShare::Treasury => Share::Treasury,
    };
    let whose = proceeds.organisation_id;
    let in_share = held(tx.conn(), &Account::money(whose, account.id, bucket_of(share)))?;
    let open = amount(store::open_payouts_fen(tx.conn(), account.id, whose, share)?)?;
    within_payable(in_share.checked_sub(open).unwrap_or_default(), rest)?;
    let lender = identity::organisation(tx.conn(), proceeds.lender_id)?;
    let registered = lender.bank_account.ok_or(FinanceRefusal::NoRegisteredAccount)?;
    let now = tx.now();
    let payout = NewPayout {
        id,
        kind: PayoutKind::Share,
        share: Some(share),
        organisation_id: whose,
        amount: rest,
        account: registered,
        account_name: lender.name,
        bank_name: lender.bank_name,
        waits_until: identity::account_waits_until(tx.conn(), lender.id, now)?,
        request: None,
    };
    let id = enter(tx, &actor, &account, payout)?;
    tx.insert(&SecuredPayoutRow { id, proceeds_id: proceeds.id, lender_id: lender.id })?;
    Ok(id)
}

fn amount(fen: i64) -> Answer<Fen> {
    Fen::of(fen).map_err(|_| Failure::broken("no more goes to a lender than is bound to it"))
}
