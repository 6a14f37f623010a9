//! Decides on important wetlands, publishes lists, sets markers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::corrections::own_parcel;
use super::published::keep;
use crate::inventory::model::{
    LandClass, ListDecision, ListDecisionId, ListEntry, ListOutcome, MarkerText, Parcel, ParcelId,
    ParcelKind, WetlandLevel, WetlandList, WetlandListId, WetlandMarker, WetlandMarkerId,
    WetlandType,
};
use crate::inventory::refusal::list_refused;
use crate::inventory::rules::{self, CannotList};
use crate::inventory::store;
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;

/// A list is one document: a province has some thousand important and general wetlands by name.
pub(crate) const LIST_ENTRIES_MAX: i64 = 20_000;

/// What was decided on a wetland.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideOnList {
    pub id: ListDecisionId,
    pub parcel_id: ParcelId,
    pub outcome: ListOutcome,
    pub level: WetlandLevel,
    pub document: String,
    pub reason: Option<String>,
    pub decided_on: NaiveDate,
}

/// The list of one level of a region, to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishList {
    pub id: WetlandListId,
    pub region: RegionCode,
    pub level: WetlandLevel,
    pub document: String,
    pub published_on: NaiveDate,
}

/// A marker that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMarker {
    pub id: WetlandMarkerId,
    pub parcel_id: ParcelId,
    pub text: MarkerText,
    pub set_on: NaiveDate,
}

/// A wetland on a list, as the list keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListEntryText {
    #[schema(example = "W360124-0002")]
    pub number: String,
    #[schema(example = "示例湖滨沼泽")]
    pub name: String,
    pub county: RegionCode,
    pub township: RegionCode,
    pub land_class: LandClass,
    pub wetland_type: WetlandType,
    pub area_m2: SurveyedArea,
    /// The document of the decision, where one was made here.
    #[schema(example = "示例林湿〔2026〕3号")]
    pub document: Option<String>,
}

impl From<ListEntry> for ListEntryText {
    fn from(it: ListEntry) -> Self {
        Self {
            number: it.number,
            name: it.name,
            county: it.county,
            township: it.township,
            land_class: it.land_class,
            wetland_type: it.wetland_type,
            area_m2: it.area,
            document: it.document,
        }
    }
}

/// Records whether a wetland stands on a list of important wetlands.
pub fn create_list_decision(tx: &mut Tx, it: &DecideOnList) -> Answer<ListDecision> {
    let actor = tx.actor()?;
    let parcel = own_parcel(tx, it.parcel_id)?;
    let decision = ListDecision {
        id: it.id,
        wetland_number: parcel.number.clone(),
        parcel_id: parcel.id,
        outcome: it.outcome,
        level: it.level,
        document: it.document.clone(),
        reason: it.reason.clone(),
        decided_on: it.decided_on,
        recorded_by: actor.user_id,
        recorded_at: tx.now(),
    };
    rules::decide(&parcel, &decision, tx.now().date_in_shanghai())?;
    let before = level_now(tx.conn(), &parcel)?;
    store::insert_decision(tx, &decision)?;
    tx.record(Event {
        subject: format!("parcel:{}", parcel.id),
        reason: decision.reason.clone(),
        before: Some(json!({ "level": before })),
        after: Some(json!({
            "number": parcel.number,
            "outcome": decision.outcome,
            "list": decision.level,
            "document": decision.document,
            "decided_on": decision.decided_on,
            "level": rules::level_of(parcel.monitoring.level, Some(&decision)),
        })),
    });
    Ok(decision)
}

/// Publishes the wetlands of one level of a region as they are now; the list never changes.
pub fn create_wetland_list(tx: &mut Tx, it: &PublishList) -> Answer<WetlandList> {
    let actor = tx.actor()?;
    keep(tx, &it.region)?;
    rules::not_after(it.published_on, tx.now().date_in_shanghai())?;
    let entries = entries(tx.conn(), &it.region, it.level)?;
    if entries.is_empty() {
        return Err(CannotList::ListEmpty(it.region.to_string()).into());
    }
    let centi_m2: i64 = entries.iter().map(|entry| entry.area.centi_m2()).sum();
    let list = WetlandList {
        id: it.id,
        region: it.region.clone(),
        level: it.level,
        version: store::list_versions(tx.conn(), &it.region, it.level)? + 1,
        document: it.document.clone(),
        published_on: it.published_on,
        entry_count: i64::try_from(entries.len()).unwrap_or(i64::MAX),
        area: SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default(),
        entries: text_of(entries)?,
        published_by: actor.user_id,
        recorded_at: tx.now(),
    };
    store::insert_list(tx, &list)?;
    tx.record(Event {
        subject: format!("wetland_list:{}", list.id),
        after: Some(json!({
            "region": list.region,
            "level": list.level,
            "version": list.version,
            "document": list.document,
            "published_on": list.published_on,
            "entries": list.entry_count,
            "area_m2": list.area,
        })),
        ..Event::default()
    });
    Ok(list)
}

/// Records a marker; what it says of level, type and area is what is recorded of the wetland.
pub fn create_wetland_marker(tx: &mut Tx, it: &SetMarker) -> Answer<WetlandMarker> {
    let actor = tx.actor()?;
    let parcel = own_parcel(tx, it.parcel_id)?;
    if parcel.kind != ParcelKind::Wetland {
        return Err(CannotList::NotAWetland.into());
    }
    let level = level_now(tx.conn(), &parcel)?;
    rules::set_marker(level, &it.text).map_err(list_refused)?;
    rules::not_after(it.set_on, tx.now().date_in_shanghai())?;
    let county = parcel.county.clone();
    let number = tx.next_number(&format!("wetland_marker:{county}"))?;
    let marker = WetlandMarker {
        id: it.id,
        wetland_number: parcel.number.clone(),
        parcel_id: parcel.id,
        number: format!("JB{county}-{number:04}"),
        county,
        text: it.text.clone(),
        level,
        wetland_type: parcel.monitoring.wetland_type,
        area: parcel.land.declared_area,
        set_on: it.set_on,
        recorded_by: actor.user_id,
        recorded_at: tx.now(),
    };
    store::insert_marker(tx, &marker)?;
    tx.record(Event {
        subject: format!("wetland_marker:{}", marker.id),
        after: Some(json!({
            "number": marker.number,
            "wetland": marker.wetland_number,
            "name": marker.text.name,
            "level": marker.level,
            "set_on": marker.set_on,
        })),
        ..Event::default()
    });
    Ok(marker)
}

fn level_now(c: &mut Conn, parcel: &Parcel) -> Answer<WetlandLevel> {
    let newest = store::decisions_on(c, &parcel.number, None, 1)?;
    Ok(rules::level_of(parcel.monitoring.level, newest.first()))
}

/// The wetlands of a region that are of that level now.
fn entries(c: &mut Conn, region: &RegionCode, level: WetlandLevel) -> Answer<Vec<ListEntry>> {
    let wetlands = store::wetlands_in(c, region, LIST_ENTRIES_MAX)?;
    let numbers: Vec<String> = wetlands.iter().map(|it| it.number.clone()).collect();
    let decisions = store::newest_decisions(c, &numbers)?;
    let entry = |it: Parcel| {
        let decision = decisions.get(&it.number);
        let is_on_it = rules::level_of(it.monitoring.level, decision) == level;
        let listed = decision.filter(|decision| decision.outcome == ListOutcome::Listed);
        is_on_it.then(|| ListEntry {
            document: listed.map(|decision| decision.document.clone()),
            number: it.number,
            name: it.name,
            county: it.county,
            township: it.township,
            land_class: it.land.land_class,
            wetland_type: it.monitoring.wetland_type,
            area: it.land.declared_area,
        })
    };
    Ok(wetlands.into_iter().filter_map(entry).collect())
}

fn text_of(entries: Vec<ListEntry>) -> Answer<String> {
    let entries: Vec<ListEntryText> = entries.into_iter().map(ListEntryText::from).collect();
    Ok(serde_json::to_string(&entries).map_err(anyhow::Error::from)?)
}
