//! Payouts that go to a lender, to whom their share is bound.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::encumbrance::ProceedsId;
use crate::finance::model::{PayoutId, PayoutState, Share};
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::OrganisationId;
use crate::ledger::FeeAccountId;
use crate::schema::{payout_returns, payouts, secured_payouts};

/// States in which a payout is on its way or has left.
const LIVE: [PayoutState; 3] = [PayoutState::Entered, PayoutState::Approved, PayoutState::Paid];

record! {
    /// A row is a payout that goes to a lender.
    pub(crate) struct SecuredPayoutRow in secured_payouts {
        id: PayoutId as Id,
        proceeds_id: ProceedsId as Id,
        lender_id: OrganisationId as Id,
    }
}

/// The lender to whom a payout goes, if it goes to one.
pub(in crate::finance) fn lender_of(
    c: &mut Conn,
    id: PayoutId,
) -> QueryResult<Option<OrganisationId>> {
    secured_payouts::table.find(id).select(secured_payouts::lender_id).first(c).optional()
}

/// What is on its way or has left of one bound part of a share, in fen.
pub(in crate::finance) fn secured_fen(c: &mut Conn, id: ProceedsId) -> QueryResult<i64> {
    payouts::table
        .inner_join(secured_payouts::table.on(secured_payouts::id.eq(payouts::id)))
        .filter(secured_payouts::proceeds_id.eq(id))
        .filter(payouts::state.eq_any(LIVE))
        .filter(payouts::id.ne_all(payout_returns::table.select(payout_returns::id)))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(payouts.amount_fen), 0) AS BIGINT)"))
        .first(c)
}

/// What is on its way or has left to lenders of a share of an organisation, in fen.
pub(in crate::finance) fn secured_of_share(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> QueryResult<i64> {
    payouts::table
        .inner_join(secured_payouts::table.on(secured_payouts::id.eq(payouts::id)))
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::organisation_id.eq(organisation_id))
        .filter(payouts::share.eq(share))
        .filter(payouts::state.eq_any(LIVE))
        .filter(payouts::id.ne_all(payout_returns::table.select(payout_returns::id)))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(payouts.amount_fen), 0) AS BIGINT)"))
        .first(c)
}
