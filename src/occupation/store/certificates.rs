//! Certificates and what they are worth, and cases of unauthorised occupation.

use diesel::prelude::*;

use super::rows::{CaseRow, CertificateRow, MarkRow};
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::occupation::model::{CertificateId, RetirementId, ViolationCaseId, ViolationState};
use crate::schema::{certificate_marks, certificates, violation_cases};

/// A certificate changes its worth seldom; older changes are in the audit log.
const MARKS_MAX: i64 = 100;

/// Loads a certificate; an unknown id is not found.
pub(crate) fn certificate(c: &mut Conn, id: CertificateId) -> Answer<CertificateRow> {
    let query = certificates::table.find(id).select(CertificateRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// Loads a certificate by its number.
pub(crate) fn certificate_by_number(c: &mut Conn, number: &str) -> Answer<Option<CertificateRow>> {
    let query = certificates::table.filter(certificates::number.eq(number));
    Ok(query.select(CertificateRow::as_select()).first(c).optional()?)
}

/// The certificates of a retirement, newest first.
pub(crate) fn certificates_of(c: &mut Conn, id: RetirementId) -> Answer<Vec<CertificateRow>> {
    certificates_of_retirements(c, &[id])
}

/// The certificates of several retirements, newest first.
pub(crate) fn certificates_of_retirements(
    c: &mut Conn,
    ids: &[RetirementId],
) -> Answer<Vec<CertificateRow>> {
    Ok(certificates::table
        .filter(certificates::retirement_id.eq_any(ids))
        .order(certificates::id.desc())
        .select(CertificateRow::as_select())
        .load(c)?)
}

/// The last change of what a certificate is worth.
pub(crate) fn last_mark(c: &mut Conn, id: CertificateId) -> Answer<Option<MarkRow>> {
    Ok(certificate_marks::table
        .filter(certificate_marks::certificate_id.eq(id))
        .order(certificate_marks::id.desc())
        .select(MarkRow::as_select())
        .first(c)
        .optional()?)
}

/// The changes of what a certificate is worth, oldest first.
pub(crate) fn marks_of(c: &mut Conn, id: CertificateId) -> Answer<Vec<MarkRow>> {
    Ok(certificate_marks::table
        .filter(certificate_marks::certificate_id.eq(id))
        .order(certificate_marks::id)
        .limit(MARKS_MAX)
        .select(MarkRow::as_select())
        .load(c)?)
}

/// Loads a case; an unknown id is not found.
pub(crate) fn violation_case(c: &mut Conn, id: ViolationCaseId) -> Answer<CaseRow> {
    let query = violation_cases::table.find(id).select(CaseRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// One page of the cases of a region, newest first.
pub(crate) fn cases_page(
    c: &mut Conn,
    region: &RegionCode,
    state: Option<ViolationState>,
    before: Option<ViolationCaseId>,
    rows_max: i64,
) -> Answer<Vec<CaseRow>> {
    let mut query = violation_cases::table
        .filter(violation_cases::county.like(format!("{region}%")))
        .select(CaseRow::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(violation_cases::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(violation_cases::id.lt(before));
    }
    Ok(query.order(violation_cases::id.desc()).limit(rows_max).load(c)?)
}
