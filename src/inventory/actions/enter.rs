//! Takes a file that was checked into the inventory, in one transaction.

use std::collections::BTreeMap;

use serde_json::json;

use super::check::{Candidate, Checked, against_inventory};
use crate::inventory::geometry::Bounds;
use crate::inventory::model::{
    ImportMode, LandSurvey, Monitoring, Parcel, ParcelId, ParcelImport, ParcelImportId, ParcelKind,
};
use crate::inventory::refusal::features_refused;
use crate::inventory::rules::Finding;
use crate::inventory::store;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};

/// A file that was checked, to be entered.
#[derive(Debug, Clone, PartialEq)]
pub struct EnterParcels {
    pub id: ParcelImportId,
    pub mode: ImportMode,
    pub checked: Checked,
}

/// Enters the good features. One bad feature refuses the whole file when it is to be rejected;
/// a file without a good one is refused in any case.
pub fn enter_parcels(tx: &mut Tx, it: &EnterParcels) -> Answer<ParcelImport> {
    let checked = as_of_now(tx, &it.checked)?;
    let report = checked.report();
    if report.accepted == 0 || (report.refused > 0 && it.mode == ImportMode::Reject) {
        return Err(features_refused(&report.features));
    }
    let actor = tx.actor()?;
    let import = ParcelImport {
        id: it.id,
        number: tx.next_number("parcel_import")?,
        kind: report.kind,
        mode: it.mode,
        file_sha256: report.file_sha256.clone(),
        accepted: report.accepted,
        refused: report.refused,
        declared_area: report.declared_area_m2,
        report: serde_json::to_string(&report).map_err(anyhow::Error::from)?,
        region: actor.region,
        imported_by: actor.user_id,
        organisation_id: actor.organisation_id,
        imported_at: tx.now(),
    };
    store::insert_import(tx, &import)?;
    let good = checked.candidates.into_iter().filter(|candidate| candidate.findings.is_empty());
    let parcels: Option<Vec<(Parcel, Bounds, String)>> =
        good.map(|candidate| parcel(candidate, &import)).collect();
    let parcels = parcels.ok_or_else(|| Failure::broken("a feature without a finding is whole"))?;
    store::insert_parcels(tx, parcels)?;
    tx.record(Event {
        subject: format!("parcel_import:{}", import.id),
        after: Some(json!({
            "number": import.number,
            "kind": import.kind,
            "mode": import.mode,
            "file_sha256": import.file_sha256,
            "accepted": import.accepted,
            "refused": import.refused,
            "declared_area_m2": import.declared_area,
        })),
        ..Event::default()
    });
    Ok(import)
}

/// What entered since the file was checked may overlap it; mostly nothing did.
fn as_of_now(tx: &mut Tx, checked: &Checked) -> Answer<Checked> {
    let mut checked = checked.clone();
    if store::seen(tx.conn())? != checked.seen {
        let since = store::since(tx.conn(), &checked.seen)?;
        let kind = checked.by.kind;
        // What was found before is known; only features that are still good are looked at again.
        let (mut good, bad): (Vec<Candidate>, Vec<Candidate>) =
            checked.candidates.iter().cloned().partition(|it| it.findings.is_empty());
        against_inventory(tx.conn(), kind, &mut good, &since)?;
        let now: BTreeMap<ParcelId, Vec<Finding>> =
            good.into_iter().chain(bad).map(|it| (it.id, it.findings)).collect();
        for candidate in &mut checked.candidates {
            candidate.findings = now.get(&candidate.id).cloned().unwrap_or_default();
        }
    }
    Ok(checked)
}

/// A feature without a finding has all that its kind needs.
fn parcel(candidate: Candidate, import: &ParcelImport) -> Option<(Parcel, Bounds, String)> {
    let Candidate { id, draft, bounds, polygon, computed_area, .. } = candidate;
    let (township, land_class) = (draft.township?, draft.land_class?);
    let (survey_year, kind) = (draft.survey_year?, import.kind);
    // A reserve file names no source of its own: it is what the submitter reports.
    let source = draft.source.or_else(|| draft.submitted_by.clone())?;
    let parcel = Parcel {
        id,
        number: draft.number?,
        kind,
        name: draft.name?,
        county: township.county()?,
        township,
        land: LandSurvey {
            source: source.clone(),
            survey_year,
            land_class,
            declared_area: draft.declared_area?,
            tenure: draft.tenure,
        },
        entered_class: land_class,
        monitoring: Monitoring {
            source,
            survey_year,
            level: draft.level?,
            wetland_type: draft.wetland_type?,
            water_regime: draft.water_regime,
            protected: draft.protected,
        },
        restorability: draft.restorability,
        pond_check: draft
            .pond_check
            .filter(|_| kind == ParcelKind::Reserve && land_class.is_pond()),
        submitted_by: draft.submitted_by,
        computed_area: computed_area?,
        import_id: import.id,
        entered_at: import.imported_at,
        withdrawn_at: None,
    };
    Some((parcel, bounds?, polygon?))
}
