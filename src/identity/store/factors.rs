//! Second factors, and the wishes to take them back.

use diesel::prelude::*;

use crate::identity::model::{ApprovalId, FactorId, FactorResetId, KeptFactor};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{second_factor_resets, second_factors};

record! {
    /// A row is the second factor of a person.
    pub(crate) struct FactorRow in second_factors {
        id: FactorId as Id,
        user_id: UserId as Id,
        sealed_secret: Option<String> as Nullable<Text>,
        begun_at: Time as Timestamp,
        confirmed_at: Option<Time> as Nullable<Timestamp>,
        last_step: Option<i64> as Nullable<BigInt>,
    }
}

record! {
    /// A row is the wish that a person's second factor be taken back.
    pub(crate) struct FactorResetRow in second_factor_resets {
        id: FactorResetId as Id,
        user_id: UserId as Id,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// What there is of a person's second factor.
pub(crate) fn factor_row(c: &mut Conn, user: UserId) -> QueryResult<Option<FactorRow>> {
    let row = second_factors::table.filter(second_factors::user_id.eq(user));
    row.select(FactorRow::as_select()).first(c).optional()
}

/// The second factor of a person, begun or confirmed, unless it was taken back.
pub(crate) fn factor(c: &mut Conn, user: UserId) -> QueryResult<Option<KeptFactor>> {
    Ok(factor_row(c, user)?.and_then(|row| {
        Some(KeptFactor {
            id: row.id,
            sealed_secret: row.sealed_secret?,
            begun_at: row.begun_at,
            confirmed_at: row.confirmed_at,
            last_step: row.last_step,
        })
    }))
}

pub(crate) fn insert_factor(tx: &mut Tx<'_>, row: &FactorRow) -> QueryResult<()> {
    tx.insert(row)
}

pub(crate) fn update_factor(tx: &mut Tx<'_>, row: &FactorRow) -> QueryResult<()> {
    tx.update(row)
}

/// How many second factors another key than that one sealed. A secret that is sealed begins with the
/// id of its key; those of the first days have none.
pub(crate) fn sealed_otherwise(c: &mut Conn, key_id: &str) -> QueryResult<i64> {
    let others = second_factors::sealed_secret.not_like(format!("{key_id}:%"));
    second_factors::table.filter(others).count().get_result(c)
}

/// Some of them.
pub(crate) fn factors_sealed_otherwise(
    c: &mut Conn,
    key_id: &str,
    rows_max: i64,
) -> QueryResult<Vec<FactorRow>> {
    let others = second_factors::sealed_secret.not_like(format!("{key_id}:%"));
    let query = second_factors::table.filter(others).order(second_factors::id).limit(rows_max);
    query.select(FactorRow::as_select()).load(c)
}

/// Puts what was sealed anew in the place of what it was made from, unless that changed meanwhile.
pub(crate) fn seal_factors_anew(
    tx: &mut Tx<'_>,
    anew: &[(FactorId, String, String)],
) -> QueryResult<i64> {
    let mut count = 0;
    for (id, before, after) in anew {
        let row = second_factors::table.find(id).select(FactorRow::as_select());
        let row: FactorRow = row.first(tx.conn())?;
        if row.sealed_secret.as_ref() == Some(before) {
            tx.update(&FactorRow { sealed_secret: Some(after.clone()), ..row })?;
            count += 1;
        }
    }
    Ok(count)
}

pub(crate) fn factor_reset(c: &mut Conn, id: FactorResetId) -> Answer<FactorResetRow> {
    let query = second_factor_resets::table.find(id).select(FactorResetRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// Those of one person or of all, newest first, with one more than the page holds.
pub(crate) fn factor_resets(
    c: &mut Conn,
    of: Option<UserId>,
    page: &PageQuery,
) -> Answer<Vec<FactorResetRow>> {
    let mut query = second_factor_resets::table.into_boxed();
    if let Some(user_id) = of {
        query = query.filter(second_factor_resets::user_id.eq(user_id));
    }
    if let Some(after) = page.after::<FactorResetId>()? {
        query = query.filter(second_factor_resets::id.lt(after));
    }
    let query = query.order(second_factor_resets::id.desc()).limit(page.limit() + 1);
    Ok(query.select(FactorResetRow::as_select()).load(c)?)
}

pub(crate) fn insert_factor_reset(tx: &mut Tx<'_>, row: &FactorResetRow) -> QueryResult<()> {
    tx.insert(row)
}

pub(crate) fn update_factor_reset(tx: &mut Tx<'_>, row: &FactorResetRow) -> QueryResult<()> {
    tx.update(row)
}
