//! Takes layers in, version by version, and brings them into force.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;

use crate::inventory::model::{
    FRAME, LayerComment, LayerKind, LayerPartId, LayerState, LayerStep, LayerVersion,
    LayerVersionId,
};
use crate::inventory::rules::{self, CannotChangeLayer};
use crate::inventory::store;
use crate::kernel::actor::Actor;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

/// A version that is begun.
#[derive(Debug, Clone)]
pub struct BeginLayer {
    pub id: LayerVersionId,
    pub kind: LayerKind,
    pub region: RegionCode,
    pub name: Label,
    pub source_authority: Label,
    pub source_document: Label,
    pub source_date: NaiveDate,
}

/// By which document a version enters its next state, and of which day it is.
#[derive(Debug, Clone)]
pub struct LayerDecision {
    pub document: Label,
    pub dated: NaiveDate,
}

/// A comment as it is handed in.
#[derive(Debug, Clone)]
pub struct CommentLayer {
    pub id: LayerPartId,
    pub author: Label,
    pub comment: Label,
    pub made_on: NaiveDate,
}

/// Begins a version as an empty draft.
pub fn begin_layer(tx: &mut Tx, it: BeginLayer) -> Answer<LayerVersion> {
    let (actor, now) = (tx.actor()?, tx.now());
    let known =
        store::region(tx.conn(), &it.region)?.filter(|_| it.region.is_within(&actor.region));
    known.ok_or_else(|| CannotChangeLayer::UnknownRegion(it.region.clone()))?;
    let (first, last) = (NaiveDate::MIN, now.date_in_shanghai());
    if it.source_date > last {
        return Err(CannotChangeLayer::Dated { date: it.source_date, first, last }.into());
    }
    let version = LayerVersion {
        id: it.id,
        kind: it.kind,
        region: it.region,
        name: it.name,
        state: LayerState::Draft,
        in_force: false,
        source_authority: it.source_authority,
        source_document: it.source_document,
        source_date: it.source_date,
        frame: FRAME.to_owned(),
        features: 0,
        area_m2: SurveyedArea::default(),
        entered_by: actor.user_id,
        organisation_id: actor.organisation_id,
        entered_at: now,
    };
    store::insert_version(tx, &version)?;
    let step = step(&version, &actor, None, None, version.entered_at);
    store::insert_step(tx, version.id, &step)?;
    record(
        tx,
        &version,
        json!({
            "kind": version.kind,
            "region": version.region,
            "name": version.name,
            "source_authority": version.source_authority,
            "source_document": version.source_document,
            "source_date": version.source_date,
            "state": version.state,
        }),
    );
    Ok(version)
}

/// Opens a version to comments until that day.
pub fn consult_layer(
    tx: &mut Tx,
    id: LayerVersionId,
    closes_on: NaiveDate,
) -> Answer<LayerVersion> {
    let version = own_version(tx, id)?;
    rules::consult(&version, closes_on, tx.now().date_in_shanghai())?;
    enter(tx, version, LayerState::Consultation, None, Some(closes_on))
}

/// Keeps what somebody said of a version in consultation.
pub fn comment_layer(tx: &mut Tx, id: LayerVersionId, it: CommentLayer) -> Answer<LayerComment> {
    let version = own_version(tx, id)?;
    let (actor, now) = (tx.actor()?, tx.now());
    let steps = store::steps(tx.conn(), id)?;
    rules::comment(&version, &steps, it.made_on, now.date_in_shanghai())?;
    let comment = LayerComment {
        id: it.id,
        author: it.author,
        comment: it.comment,
        made_on: it.made_on,
        entered_by: actor.user_id,
        organisation_id: actor.organisation_id,
        entered_at: now,
    };
    store::insert_comment(tx, id, &comment)?;
    record(tx, &version, json!({ "author": comment.author, "comment": comment.comment }));
    Ok(comment)
}

/// Records that a version was argued by experts after its consultation.
pub fn argue_layer(tx: &mut Tx, id: LayerVersionId, it: LayerDecision) -> Answer<LayerVersion> {
    let version = own_version(tx, id)?;
    let steps = store::steps(tx.conn(), id)?;
    rules::argue(&version, &steps, it.dated, tx.now().date_in_shanghai())?;
    enter(tx, version, LayerState::Argued, Some(it), None)
}

/// Brings a version into force by a second person; the one before it stays readable.
pub fn approve_layer(tx: &mut Tx, id: LayerVersionId, it: LayerDecision) -> Answer<LayerVersion> {
    let mut version = own_version(tx, id)?;
    let actor = tx.actor()?;
    let steps = store::steps(tx.conn(), id)?;
    let files = store::files(tx.conn(), id)?;
    let hands: BTreeSet<UserId> = steps
        .iter()
        .map(|step| step.entered_by)
        .chain(files.iter().map(|file| file.entered_by))
        .collect();
    let today = tx.now().date_in_shanghai();
    rules::approve_layer(&version, &hands, actor.user_id, it.dated, today)?;
    let before = store::version_in_force(tx.conn(), version.kind, &version.region)?;
    if let Some(before) = before {
        store::update_version(tx, &LayerVersion { in_force: false, ..before })?;
    }
    version.in_force = true;
    enter(tx, version, LayerState::Approved, Some(it), None)
}

/// A version of which somebody of that seat may know: over its region or a part of it, and what is no
/// draft any more also over what it is a part of.
pub(crate) fn readable_layer(
    c: &mut Conn,
    seat: &RegionCode,
    id: LayerVersionId,
) -> Answer<LayerVersion> {
    let readable = |it: &LayerVersion| {
        let published = it.state != LayerState::Draft && seat.is_within(&it.region);
        it.region.is_within(seat) || published
    };
    store::version(c, id)?.filter(readable).ok_or_else(Failure::not_found)
}

/// A version that somebody of that seat may change; another is like one that is not there.
pub(crate) fn own_layer(
    c: &mut Conn,
    seat: &RegionCode,
    id: LayerVersionId,
) -> Answer<LayerVersion> {
    let version = store::version(c, id)?.filter(|it| it.region.is_within(seat));
    version.ok_or_else(Failure::not_found)
}

pub(super) fn own_version(tx: &mut Tx, id: LayerVersionId) -> Answer<LayerVersion> {
    let seat = tx.actor()?.region;
    own_layer(tx.conn(), &seat, id)
}

fn enter(
    tx: &mut Tx,
    mut version: LayerVersion,
    state: LayerState,
    decision: Option<LayerDecision>,
    closes_on: Option<NaiveDate>,
) -> Answer<LayerVersion> {
    version.state = state;
    let step = step(&version, &tx.actor()?, decision, closes_on, tx.now());
    store::insert_step(tx, version.id, &step)?;
    store::update_version(tx, &version)?;
    record(
        tx,
        &version,
        json!({
            "state": state,
            "document": step.document,
            "dated": step.dated,
            "closes_on": step.closes_on,
            "in_force": version.in_force,
        }),
    );
    Ok(version)
}

fn step(
    version: &LayerVersion,
    actor: &Actor,
    decision: Option<LayerDecision>,
    closes_on: Option<NaiveDate>,
    entered_at: Time,
) -> LayerStep {
    let (document, dated) = decision.map(|it| (it.document, it.dated)).unzip();
    LayerStep {
        state: version.state,
        document,
        dated,
        closes_on,
        entered_by: actor.user_id,
        organisation_id: actor.organisation_id,
        entered_at,
    }
}

pub(super) fn record(tx: &mut Tx, version: &LayerVersion, after: serde_json::Value) {
    let subject = format!("layer_version:{}", version.id);
    tx.record(Event { subject, after: Some(after), ..Event::default() });
}
