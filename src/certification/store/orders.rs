//! Orders to freeze a project, and the documents by which thaws are asked for.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::certification::model::{
    FreezeAuthority, FreezeId, FreezeOrder, FreezeOrderId, ThawRequestId,
};
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::restoration::ProjectId;
use crate::schema::{freeze_orders, thaw_documents};

record! {
    /// A row is an order to freeze a project.
    pub(crate) struct FreezeOrderRow in freeze_orders {
        id: FreezeOrderId as Id,
        project_id: ProjectId as Id,
        project_number: String as Text,
        township: RegionCode as Text,
        authority: FreezeAuthority as Text,
        document: Label as Text,
        reason: Passage as Text,
        approval_id: ApprovalId as Id,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
        freeze_id: Option<FreezeId> as Nullable<Id>,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is the document by which a thaw is asked for.
    pub(crate) struct ThawDocumentRow in thaw_documents {
        id: ThawRequestId as Id,
        document: Label as Text,
    }
}

/// Loads an order; an unknown id is not found.
pub(in crate::certification) fn order(c: &mut Conn, id: FreezeOrderId) -> Answer<FreezeOrder> {
    let row = freeze_orders::table.find(id).select(FreezeOrderRow::as_select()).first(c);
    row.optional()?.map(order_of).ok_or_else(Failure::not_found)
}

/// Loads one page of orders of a region, newest first, and one more.
pub(in crate::certification) fn orders(
    c: &mut Conn,
    region: &RegionCode,
    before: Option<FreezeOrderId>,
    limit: i64,
) -> Answer<Vec<FreezeOrder>> {
    let mut query = freeze_orders::table
        .filter(freeze_orders::township.like(format!("{region}%")))
        .select(FreezeOrderRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(freeze_orders::id.lt(before));
    }
    let rows: Vec<FreezeOrderRow> =
        query.order(freeze_orders::id.desc()).limit(limit + 1).load(c)?;
    Ok(rows.into_iter().map(order_of).collect())
}

/// The orders of these freezes: who ordered them and by which document.
pub(super) fn orders_of(
    c: &mut Conn,
    freezes: &[FreezeId],
) -> QueryResult<BTreeMap<FreezeId, (FreezeAuthority, Label)>> {
    let rows: Vec<(Option<FreezeId>, FreezeAuthority, Label)> = freeze_orders::table
        .filter(freeze_orders::freeze_id.eq_any(freezes))
        .select((freeze_orders::freeze_id, freeze_orders::authority, freeze_orders::document))
        .load(c)?;
    let of = |(freeze, authority, document)| Some((freeze?, (authority, document)));
    Ok(rows.into_iter().filter_map(of).collect())
}

/// The documents of these requests to thaw.
pub(super) fn documents_of(
    c: &mut Conn,
    requests: &[ThawRequestId],
) -> QueryResult<BTreeMap<ThawRequestId, Label>> {
    let rows: Vec<(ThawRequestId, Label)> = thaw_documents::table
        .filter(thaw_documents::id.eq_any(requests))
        .select((thaw_documents::id, thaw_documents::document))
        .load(c)?;
    Ok(rows.into_iter().collect())
}

pub(in crate::certification) fn insert_order(
    tx: &mut Tx,
    it: &FreezeOrder,
    township: &RegionCode,
) -> Answer<()> {
    Ok(tx.insert(&row_of(it, township))?)
}

pub(in crate::certification) fn update_order(
    tx: &mut Tx,
    it: &FreezeOrder,
    township: &RegionCode,
) -> Answer<()> {
    Ok(tx.update(&row_of(it, township))?)
}

pub(super) fn insert_document(
    tx: &mut Tx,
    id: ThawRequestId,
    document: Option<&Label>,
) -> Answer<()> {
    let Some(document) = document.cloned() else { return Ok(()) };
    Ok(tx.insert(&ThawDocumentRow { id, document })?)
}

fn row_of(it: &FreezeOrder, township: &RegionCode) -> FreezeOrderRow {
    let it = it.clone();
    FreezeOrderRow {
        id: it.id,
        project_id: it.project_id,
        project_number: it.project_number,
        township: township.clone(),
        authority: it.authority,
        document: it.document,
        reason: it.reason,
        approval_id: it.approval_id,
        asked_by: it.asked_by,
        asked_at: it.asked_at,
        freeze_id: it.freeze_id,
        approved_by: it.approved_by,
        approved_at: it.approved_at,
    }
}

fn order_of(row: FreezeOrderRow) -> FreezeOrder {
    FreezeOrder {
        id: row.id,
        project_id: row.project_id,
        project_number: row.project_number,
        authority: row.authority,
        document: row.document,
        reason: row.reason,
        approval_id: row.approval_id,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
        freeze_id: row.freeze_id,
        approved_by: row.approved_by,
        approved_at: row.approved_at,
    }
}
