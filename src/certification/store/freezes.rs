//! Freezes and their ends.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::orders::{documents_of, insert_document, orders_of};
use super::rows::{FreezeMoveRow, FreezeRow, ThawRequestRow, ThawRow};
use crate::certification::model::{
    CertificationPartId, Freeze, FreezeId, FreezeMove, ThawRequest, ThawRequestId,
};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::restoration::ProjectId;
use crate::schema::{freeze_moves, freezes, thaw_requests, thaws};

/// Whose freezes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::certification) enum Freezes {
    Owner(OrganisationId),
    Region(RegionCode),
}

/// Loads a freeze; an unknown id is not found.
pub(in crate::certification) fn freeze(c: &mut Conn, id: FreezeId) -> Answer<Freeze> {
    let row = freezes::table.find(id).select(FreezeRow::as_select()).first(c).optional()?;
    let row: FreezeRow = row.ok_or_else(Failure::not_found)?;
    whole(c, vec![row])?.pop().ok_or_else(Failure::not_found)
}

/// Returns the freeze of a project that has not ended, if there is one.
pub(in crate::certification) fn open_freeze(
    c: &mut Conn,
    project: ProjectId,
) -> QueryResult<Option<FreezeId>> {
    freezes::table
        .left_join(thaws::table.on(thaws::freeze_id.eq(freezes::id)))
        .filter(freezes::project_id.eq(project))
        .filter(thaws::id.is_null())
        .select(freezes::id)
        .first(c)
        .optional()
}

/// Which of these projects are frozen.
pub(super) fn frozen_among(
    c: &mut Conn,
    projects: &[ProjectId],
) -> QueryResult<BTreeSet<ProjectId>> {
    let open = freezes::table
        .left_join(thaws::table.on(thaws::freeze_id.eq(freezes::id)))
        .filter(freezes::project_id.eq_any(projects))
        .filter(thaws::id.is_null())
        .select(freezes::project_id);
    let rows: Vec<ProjectId> = match c {
        Conn::Pg(c) => open.load(c)?,
        Conn::Sqlite(c) => open.load(c)?,
    };
    Ok(rows.into_iter().collect())
}

/// Loads one page of freezes, newest first, and one more.
pub(in crate::certification) fn freezes(
    c: &mut Conn,
    whose: &Freezes,
    before: Option<FreezeId>,
    limit: i64,
) -> Answer<Vec<Freeze>> {
    let mut query = freezes::table.select(FreezeRow::as_select()).into_boxed();
    match whose {
        Freezes::Owner(owner) => query = query.filter(freezes::owner_id.eq(*owner)),
        Freezes::Region(region) => {
            query = query.filter(freezes::township.like(format!("{region}%")));
        }
    }
    if let Some(before) = before {
        query = query.filter(freezes::id.lt(before));
    }
    let rows = query.order(freezes::id.desc()).limit(limit + 1).load(c)?;
    whole(c, rows)
}

/// Loads a request for a thaw; an unknown id is not found.
pub(in crate::certification) fn thaw_request(
    c: &mut Conn,
    id: ThawRequestId,
) -> Answer<ThawRequest> {
    let row = thaw_requests::table.find(id).select(ThawRequestRow::as_select()).first(c);
    let row: Option<ThawRequestRow> = row.optional()?;
    let row = row.ok_or_else(Failure::not_found)?;
    let document = documents_of(c, &[row.id])?.remove(&row.id);
    Ok(request_of(row, document))
}

pub(in crate::certification) fn insert_freeze(
    tx: &mut Tx,
    it: &Freeze,
    (township, owner_id): (&RegionCode, OrganisationId),
) -> Answer<()> {
    let frozen_by = tx.doing()?.actor.as_ref().map(|actor| actor.user_id);
    tx.insert(&FreezeRow {
        id: it.id,
        project_id: it.project_id,
        project_number: it.project_number.clone(),
        township: township.clone(),
        owner_id,
        cause: it.cause,
        due_on: it.due_on,
        reason: it.reason.clone(),
        frozen_by,
        frozen_at: it.frozen_at,
    })?;
    let row = |moved: &FreezeMove| FreezeMoveRow {
        id: CertificationPartId::new(),
        freeze_id: it.id,
        batch_id: moved.batch_id,
        m2: moved.m2,
    };
    Ok(tx.insert_all(&it.moves.iter().map(row).collect::<Vec<_>>())?)
}

pub(in crate::certification) fn insert_thaw_request(tx: &mut Tx, it: &ThawRequest) -> Answer<()> {
    tx.insert(&ThawRequestRow {
        id: it.id,
        freeze_id: it.freeze_id,
        reason: it.reason.clone(),
        approval_id: it.approval_id,
        asked_by: it.asked_by,
        asked_at: it.asked_at,
    })?;
    insert_document(tx, it.id, it.document.as_ref())
}

pub(in crate::certification) fn insert_thaw(
    tx: &mut Tx,
    id: CertificationPartId,
    request: &ThawRequest,
    thawed_by: UserId,
) -> Answer<()> {
    let (freeze_id, request_id, thawed_at) = (request.freeze_id, request.id, tx.now());
    Ok(tx.insert(&ThawRow { id, freeze_id, request_id, thawed_by, thawed_at })?)
}

fn request_of(row: ThawRequestRow, document: Option<Label>) -> ThawRequest {
    ThawRequest {
        id: row.id,
        freeze_id: row.freeze_id,
        reason: row.reason,
        document,
        approval_id: row.approval_id,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
    }
}

/// Adds moves, requests and ends to freezes: one query for all of each.
fn whole(c: &mut Conn, rows: Vec<FreezeRow>) -> Answer<Vec<Freeze>> {
    let ids: Vec<FreezeId> = rows.iter().map(|row| row.id).collect();
    let moved =
        freeze_moves::table.filter(freeze_moves::freeze_id.eq_any(&ids)).order(freeze_moves::id);
    let asked =
        thaw_requests::table.filter(thaw_requests::freeze_id.eq_any(&ids)).order(thaw_requests::id);
    let ended = thaws::table
        .filter(thaws::freeze_id.eq_any(&ids))
        .select((thaws::freeze_id, thaws::thawed_at));
    let (moved, asked, ended): (Vec<FreezeMoveRow>, Vec<ThawRequestRow>, Vec<(FreezeId, Time)>) =
        match c {
            Conn::Pg(c) => (
                moved.select(FreezeMoveRow::as_select()).load(c)?,
                asked.select(ThawRequestRow::as_select()).load(c)?,
                ended.load(c)?,
            ),
            Conn::Sqlite(c) => (
                moved.select(FreezeMoveRow::as_select()).load(c)?,
                asked.select(ThawRequestRow::as_select()).load(c)?,
                ended.load(c)?,
            ),
        };
    let mut moves: BTreeMap<FreezeId, Vec<FreezeMove>> = BTreeMap::new();
    for row in moved {
        let moved = FreezeMove { batch_id: row.batch_id, m2: row.m2 };
        moves.entry(row.freeze_id).or_default().push(moved);
    }
    let mut requests: BTreeMap<FreezeId, Vec<ThawRequest>> = BTreeMap::new();
    let asked_ids: Vec<ThawRequestId> = asked.iter().map(|row| row.id).collect();
    let mut documents = documents_of(c, &asked_ids)?;
    for row in asked {
        let document = documents.remove(&row.id);
        requests.entry(row.freeze_id).or_default().push(request_of(row, document));
    }
    let mut orders = orders_of(c, &ids)?;
    let ended: BTreeMap<FreezeId, Time> = ended.into_iter().collect();
    let freeze = |row: FreezeRow| {
        let (authority, document) = orders.remove(&row.id).unzip();
        Freeze {
            id: row.id,
            project_id: row.project_id,
            project_number: row.project_number,
            cause: row.cause,
            due_on: row.due_on,
            reason: row.reason,
            frozen_at: row.frozen_at,
            moves: moves.remove(&row.id).unwrap_or_default(),
            thaw_requests: requests.remove(&row.id).unwrap_or_default(),
            thawed_at: ended.get(&row.id).copied(),
            authority,
            document,
        }
    };
    Ok(rows.into_iter().map(freeze).collect())
}
