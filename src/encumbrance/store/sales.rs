//! Enforced sales, and what of their money is bound to lenders.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{EnforcedSaleRow, ProceedsRow};
use crate::encumbrance::model::{EnforcedSaleId, PledgeId, ProceedsId, SecuredShare};
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::FeeAccountId;
use crate::schema::{enforced_sales, secured_proceeds};

/// Whose enforced sales are asked for.
#[derive(Debug, Clone)]
pub(crate) enum SalesOf {
    Pledge(PledgeId),
    Buyer(OrganisationId),
    Region(RegionCode),
}

/// Returns one enforced sale; an unknown id is not found.
pub(crate) fn enforced_sale(c: &mut Conn, id: EnforcedSaleId) -> Answer<EnforcedSaleRow> {
    let found =
        enforced_sales::table.find(id).select(EnforcedSaleRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Returns enforced sales, newest first.
pub(crate) fn enforced_sales_page(
    c: &mut Conn,
    of: &SalesOf,
    before: Option<EnforcedSaleId>,
    limit: i64,
) -> Answer<Vec<EnforcedSaleRow>> {
    let mut query = enforced_sales::table.select(EnforcedSaleRow::as_select()).into_boxed();
    query = match of {
        SalesOf::Pledge(id) => query.filter(enforced_sales::pledge_id.eq(*id)),
        SalesOf::Buyer(id) => query.filter(enforced_sales::buyer_id.eq(*id)),
        SalesOf::Region(region) => query.filter(enforced_sales::county.like(format!("{region}%"))),
    };
    if let Some(before) = before {
        query = query.filter(enforced_sales::id.lt(before));
    }
    Ok(query.order(enforced_sales::id.desc()).limit(limit).load(c)?)
}

/// Returns a part of a share that is bound to a lender; an unknown id is not found.
pub(crate) fn proceeds(c: &mut Conn, id: ProceedsId) -> Answer<ProceedsRow> {
    let found =
        secured_proceeds::table.find(id).select(ProceedsRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Returns what of a fee account's shares is bound to lenders, newest first.
pub(crate) fn proceeds_page(
    c: &mut Conn,
    fee_account: FeeAccountId,
    before: Option<ProceedsId>,
    limit: i64,
) -> Answer<Vec<ProceedsRow>> {
    let mut query = secured_proceeds::table
        .filter(secured_proceeds::fee_account_id.eq(fee_account))
        .select(ProceedsRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(secured_proceeds::id.lt(before));
    }
    Ok(query.order(secured_proceeds::id.desc()).limit(limit).load(c)?)
}

/// Returns what an enforced sale bound to the lender, the first share first.
pub(crate) fn proceeds_of_sale(c: &mut Conn, id: EnforcedSaleId) -> Answer<Vec<ProceedsRow>> {
    Ok(secured_proceeds::table
        .filter(secured_proceeds::sale_id.eq(id))
        .order(secured_proceeds::id)
        .select(ProceedsRow::as_select())
        .load(c)?)
}

/// Returns how much of a share of an organisation was ever bound to lenders, in fen.
pub(crate) fn bound_fen(
    c: &mut Conn,
    fee_account: FeeAccountId,
    organisation: OrganisationId,
    share: SecuredShare,
) -> Answer<i64> {
    Ok(secured_proceeds::table
        .filter(secured_proceeds::fee_account_id.eq(fee_account))
        .filter(secured_proceeds::organisation_id.eq(organisation))
        .filter(secured_proceeds::share.eq(share))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT)"))
        .first(c)?)
}
