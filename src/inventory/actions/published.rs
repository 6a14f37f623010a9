//! Takes published tables and targets in. What was published is never corrected (R85).

use rust_decimal::Decimal;
use serde_json::json;

use crate::inventory::model::{
    Measure, PublishedTable, PublishedTableId, TableKind, WetlandTarget, WetlandTargetId,
};
use crate::inventory::rules::{self, CannotKeep};
use crate::inventory::store;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;

/// A file that was read and is a table of totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepPublished {
    pub id: PublishedTableId,
    pub kind: TableKind,
    pub region: RegionCode,
    pub document: String,
    pub published_on: chrono::NaiveDate,
    pub file_sha256: String,
    pub content: String,
}

/// What a document demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetTarget {
    pub id: WetlandTargetId,
    pub region: RegionCode,
    pub year: i64,
    pub measure: Measure,
    pub at_least: Decimal,
    pub document: String,
}

/// Keeps a publication as the next version; one that is there already, byte for byte, is answered
/// as it is, and nothing is written.
pub fn create_published_table(tx: &mut Tx, it: &KeepPublished) -> Answer<PublishedTable> {
    let actor = tx.actor()?;
    keep(tx, &it.region)?;
    if let Some(known) = store::published_same(tx.conn(), it.kind, &it.region, &it.file_sha256)? {
        return Ok(known);
    }
    let table = PublishedTable {
        id: it.id,
        kind: it.kind,
        region: it.region.clone(),
        version: store::published_versions(tx.conn(), it.kind, &it.region)? + 1,
        document: it.document.clone(),
        published_on: it.published_on,
        file_sha256: it.file_sha256.clone(),
        content: it.content.clone(),
        imported_by: actor.user_id,
        organisation_id: actor.organisation_id,
        imported_at: tx.now(),
    };
    store::insert_published(tx, &table)?;
    tx.record(Event {
        subject: format!("published_table:{}", table.id),
        after: Some(json!({
            "kind": table.kind,
            "region": table.region,
            "version": table.version,
            "document": table.document,
            "published_on": table.published_on,
            "file_sha256": table.file_sha256,
        })),
        ..Event::default()
    });
    Ok(table)
}

/// Records what a document demands of a region.
pub fn create_wetland_target(tx: &mut Tx, it: &SetTarget) -> Answer<WetlandTarget> {
    let actor = tx.actor()?;
    keep(tx, &it.region)?;
    rules::target_in_range(it.measure, it.at_least)?;
    let target = WetlandTarget {
        id: it.id,
        region: it.region.clone(),
        year: it.year,
        measure: it.measure,
        at_least: it.at_least,
        document: it.document.clone(),
        entered_by: actor.user_id,
        entered_at: tx.now(),
    };
    store::insert_target(tx, &target, CannotKeep::TargetTwice.into())?;
    tx.record(Event {
        subject: format!("wetland_target:{}", target.id),
        after: Some(json!({
            "region": target.region,
            "year": target.year,
            "measure": target.measure,
            "at_least": target.at_least,
            "document": target.document,
        })),
        ..Event::default()
    });
    Ok(target)
}

/// Whether the actor keeps the figures of that region.
pub(super) fn keep(tx: &mut Tx, region: &RegionCode) -> Answer<()> {
    let actor = tx.actor()?;
    let known = store::region(tx.conn(), region)?;
    known.ok_or_else(|| CannotKeep::UnknownRegion(region.clone()))?;
    Ok(rules::keep(&actor.region, region)?)
}
