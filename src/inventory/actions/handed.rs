//! Files of reserve plots that others hand in on their way to the reserve.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::check::{CheckParcels, Checked, check_parcels, read_parcels};
use super::enter::{EnterParcels, enter_parcels};
use crate::inventory::import::{FileFormat, open_file};
use crate::inventory::model::{ImportMode, ParcelImport, ParcelImportId, ParcelKind, PondCheck};
use crate::inventory::refusal::features_refused;
use crate::inventory::report::FeatureReport;
use crate::inventory::rules::Submission;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;

/// Checks a file of reserve plots as somebody of these names hands it in for that region, with what
/// was found at its ponds in the place of what the file itself says of them (R15).
pub fn check_reserve_file(
    c: &mut Conn,
    (importer, region, today): (Vec<String>, RegionCode, NaiveDate),
    content_type: &str,
    bytes: &[u8],
    ponds: &[(String, PondCheck)],
) -> Answer<Checked> {
    let format = FileFormat::of_content_type(content_type).unwrap_or(FileFormat::GeoJson);
    let by = Submission { kind: ParcelKind::Reserve, importer, region, today };
    let opened = open_file(format, by.kind, None, bytes)?;
    let mut file = read_parcels(c, &by, opened)?;
    for read in &mut file.reads {
        let number = read.draft.number.as_deref();
        // The newest stands last.
        let found = ponds.iter().rfind(|(pond, _)| Some(pond.as_str()) == number);
        read.draft.pond_check = found.map(|(_, check)| check.clone());
    }
    let file_sha256 = hex::encode(Sha256::digest(bytes));
    check_parcels(c, CheckParcels { by, file_sha256, file })
}

/// Refuses a file of which any feature breaks a rule, but for that one.
pub fn refuse_unless(checked: &Checked, but: Option<&str>) -> Answer<()> {
    let mut features: Vec<FeatureReport> = checked.report().features;
    for feature in &mut features {
        feature.findings.retain(|finding| but.is_none() || finding.rule.as_deref() != but);
        feature.accepted = feature.findings.is_empty();
    }
    let good = !features.is_empty() && features.iter().all(|feature| feature.accepted);
    if good { Ok(()) } else { Err(features_refused(&features)) }
}

/// Enters a file that was checked, all of it or nothing.
pub fn enter_whole(tx: &mut Tx, id: ParcelImportId, checked: &Checked) -> Answer<ParcelImport> {
    let (mode, checked) = (ImportMode::Reject, checked.clone());
    enter_parcels(tx, &EnterParcels { id, mode, checked })
}
