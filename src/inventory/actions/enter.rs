//! Takes a file that was checked into the inventory, in one transaction.

use std::borrow::Cow;

use serde_json::json;

use super::check::{Candidate, Checked, against_inventory};
use crate::inventory::geometry::Bounds;
use crate::inventory::model::{
    ImportMode, LandSurvey, Monitoring, Parcel, ParcelImport, ParcelImportId, ParcelKind,
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

/// How many plots are turned into rows at a time, so that a large file does not lie in memory twice.
const PLOTS_PER_SAVE: usize = 1_000;

/// Enters the good features. One bad feature refuses the whole file when it is to be rejected;
/// a file without a good one is refused in any case.
pub fn enter_parcels(tx: &mut Tx, it: &EnterParcels) -> Answer<ParcelImport> {
    let checked = &it.checked;
    let findings = findings_now(tx, checked)?;
    let report = checked.report_with(findings.iter().map(AsRef::as_ref));
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
    drop(report);
    store::insert_import(tx, &import)?;
    let with_findings = checked.candidates.iter().zip(findings);
    let good: Vec<&Candidate> =
        with_findings.filter(|(_, findings)| findings.is_empty()).map(|(good, _)| good).collect();
    for part in good.chunks(PLOTS_PER_SAVE) {
        let parcels: Option<Vec<(Parcel, Bounds, String)>> =
            part.iter().map(|candidate| parcel(candidate, &import)).collect();
        let parcels =
            parcels.ok_or_else(|| Failure::broken("a feature without a finding is whole"))?;
        store::insert_parcels(tx, parcels)?;
    }
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

/// What speaks against each feature now: what entered since the file was checked may overlap it;
/// mostly nothing did.
fn findings_now<'a>(tx: &mut Tx, checked: &'a Checked) -> Answer<Vec<Cow<'a, [Finding]>>> {
    let mut findings: Vec<Cow<'a, [Finding]>> =
        checked.candidates.iter().map(|it| Cow::Borrowed(it.findings.as_slice())).collect();
    if store::seen(tx.conn())? != checked.seen {
        let since = store::since(tx.conn(), &checked.seen)?;
        // What was found before is known; only features that are still good are looked at again.
        let good: Vec<&Candidate> =
            checked.candidates.iter().filter(|it| it.findings.is_empty()).collect();
        let against = against_inventory(tx.conn(), checked.by.kind, &good, &since)?;
        for (now, found) in findings.iter_mut().filter(|it| it.is_empty()).zip(against) {
            *now = Cow::Owned(found);
        }
    }
    Ok(findings)
}

/// A feature without a finding has all that its kind needs.
fn parcel(candidate: &Candidate, import: &ParcelImport) -> Option<(Parcel, Bounds, String)> {
    let draft = &candidate.draft;
    let (township, land_class) = (draft.township.clone()?, draft.land_class?);
    let (survey_year, kind) = (draft.survey_year?, import.kind);
    // A reserve file names no source of its own: it is what the submitter reports.
    let source = draft.source.clone().or_else(|| draft.submitted_by.clone())?;
    let parcel = Parcel {
        id: candidate.id,
        number: draft.number.clone()?,
        kind,
        name: draft.name.clone()?,
        county: township.county()?,
        township,
        land: LandSurvey {
            source: source.clone(),
            survey_year,
            land_class,
            declared_area: draft.declared_area?,
            tenure: draft.tenure.clone(),
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
        restorability: draft.restorability.clone(),
        pond_check: draft
            .pond_check
            .clone()
            .filter(|_| kind == ParcelKind::Reserve && land_class.is_pond()),
        submitted_by: draft.submitted_by.clone(),
        computed_area: candidate.computed_area?,
        import_id: import.id,
        entered_at: import.imported_at,
        withdrawn_at: None,
    };
    Some((parcel, candidate.bounds?, candidate.polygon.clone()?))
}
