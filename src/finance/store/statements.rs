//! Imports of bank files: what each file said and how it was read.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::finance::model::{FileState, MappingId, StatementFileId, StatementId, StatementState};
use crate::finance::statement::{Encoding, Format};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::schema::{statement_files, statements};

record! {
    /// A row is one import of a bank's file.
    pub(crate) struct StatementRow in statements {
        id: StatementId as Id,
        fee_account_id: FeeAccountId as Id,
        file_name: String as Text,
        file_hash: String as Text,
        period_from: NaiveDate as Date,
        period_to: NaiveDate as Date,
        opening_fen: Fen as BigInt,
        closing_fen: Fen as BigInt,
        file_rows: i64 as BigInt,
        imported: i64 as BigInt,
        already_known: i64 as BigInt,
        repeated: i64 as BigInt,
        state: StatementState as Text,
        imported_by: UserId as Id,
        imported_at: Time as Timestamp,
    }
}

record! {
    /// A row is how the file of one import was read, and how far its booking is.
    pub(crate) struct StatementFileRow in statement_files {
        id: StatementFileId as Id,
        statement_id: StatementId as Id,
        format: Format as Text,
        encoding: Encoding as Text,
        mapping_id: Option<MappingId> as Nullable<Id>,
        transactions: i64 as BigInt,
        to_book: i64 as BigInt,
        state: FileState as Text,
        problem: Option<String> as Nullable<Text>,
        started_at: Time as Timestamp,
        ended_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_statements(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<StatementRow>> {
    let mut query =
        statements::table.filter(statements::fee_account_id.eq(fee_account_id)).into_boxed();
    if let Some(after) = page.after::<StatementId>()? {
        query = query.filter(statements::id.lt(after));
    }
    let query = query.order(statements::id.desc()).limit(page.limit() + 1);
    Ok(query.select(StatementRow::as_select()).load(c)?)
}

pub(in crate::finance) fn statement(c: &mut Conn, id: StatementId) -> Answer<StatementRow> {
    statement_if_any(c, id)?.ok_or_else(Failure::not_found)
}

pub(in crate::finance) fn statement_if_any(
    c: &mut Conn,
    id: StatementId,
) -> QueryResult<Option<StatementRow>> {
    statements::table.find(id).select(StatementRow::as_select()).first(c).optional()
}

/// How the file of an import was read; imports before files were kept have none.
pub(in crate::finance) fn statement_file(
    c: &mut Conn,
    id: StatementId,
) -> QueryResult<Option<StatementFileRow>> {
    statement_files::table
        .filter(statement_files::statement_id.eq(id))
        .select(StatementFileRow::as_select())
        .first(c)
        .optional()
}

/// The same for many imports.
pub(in crate::finance) fn statement_files_of(
    c: &mut Conn,
    ids: &[StatementId],
) -> QueryResult<HashMap<StatementId, StatementFileRow>> {
    let rows: Vec<StatementFileRow> = statement_files::table
        .filter(statement_files::statement_id.eq_any(ids))
        .select(StatementFileRow::as_select())
        .load(c)?;
    Ok(rows.into_iter().map(|row| (row.statement_id, row)).collect())
}

/// The last whole import of this very file.
pub(in crate::finance) fn statement_of_hash(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    file_hash: &str,
) -> QueryResult<Option<StatementId>> {
    statements::table
        .filter(statements::fee_account_id.eq(fee_account_id))
        .filter(statements::file_hash.eq(file_hash))
        .filter(statements::state.eq(StatementState::Published))
        .order(statements::id.desc())
        .select(statements::id)
        .first(c)
        .optional()
}

/// How many imports of a person booked anything in a fee account.
pub(in crate::finance) fn imports_by(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    user_id: UserId,
) -> QueryResult<i64> {
    statements::table
        .filter(statements::fee_account_id.eq(fee_account_id))
        .filter(statements::imported_by.eq(user_id))
        .filter(statements::imported.gt(0))
        .count()
        .get_result(c)
}
