//! How banks lay out their statements, as finance bureaus keep it.

use diesel::prelude::*;

use crate::finance::model::MappingId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::page::PageQuery;
use crate::kernel::problem::Answer;
use crate::schema::statement_mappings;

record! {
    /// A row is one version of how a bank lays out its statements.
    pub(crate) struct MappingRow in statement_mappings {
        id: MappingId as Id,
        organisation_id: OrganisationId as Id,
        name: String as Text,
        version: i64 as BigInt,
        bank: String as Text,
        layout: String as Text,
        kept_by: UserId as Id,
        kept_at: Time as Timestamp,
    }
}

/// One mapping of a bureau.
pub(in crate::finance) fn mapping(
    c: &mut Conn,
    organisation_id: OrganisationId,
    id: MappingId,
) -> QueryResult<Option<MappingRow>> {
    statement_mappings::table
        .find(id)
        .filter(statement_mappings::organisation_id.eq(organisation_id))
        .select(MappingRow::as_select())
        .first(c)
        .optional()
}

/// The last version of a name; 0 where there is none.
pub(in crate::finance) fn last_version(
    c: &mut Conn,
    organisation_id: OrganisationId,
    name: &str,
) -> QueryResult<i64> {
    let found: Option<i64> = statement_mappings::table
        .filter(statement_mappings::organisation_id.eq(organisation_id))
        .filter(statement_mappings::name.eq(name))
        .order(statement_mappings::version.desc())
        .select(statement_mappings::version)
        .first(c)
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_mappings(
    c: &mut Conn,
    organisation_id: OrganisationId,
    page: &PageQuery,
) -> Answer<Vec<MappingRow>> {
    let mut query = statement_mappings::table
        .filter(statement_mappings::organisation_id.eq(organisation_id))
        .into_boxed();
    if let Some(after) = page.after::<MappingId>()? {
        query = query.filter(statement_mappings::id.lt(after));
    }
    let query = query.order(statement_mappings::id.desc()).limit(page.limit() + 1);
    Ok(query.select(MappingRow::as_select()).load(c)?)
}
