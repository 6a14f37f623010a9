//! The gate (R78–R80, R86): whether an occupation may be approved now, or all that is missing.

use super::apply::CannotOccupy;
use crate::certification::Grade;
use crate::inventory::{WetlandLevel, WetlandType};
use crate::kernel::area::SurveyedArea;
use crate::kernel::money::Fen;
use crate::kernel::region::RegionCode;
use crate::occupation::model::{
    CertificateState, DocumentKind, OccupationState, OccupationTerm, Policy, Quality, RetiredLot,
    Wanted,
};
use crate::settlement::{Reach, may_go};

/// Everything that the gate looks at.
#[derive(Debug, Clone)]
pub(crate) struct Case<'a> {
    pub(crate) state: OccupationState,
    pub(crate) county: &'a RegionCode,
    pub(crate) term: OccupationTerm,
    pub(crate) level: WetlandLevel,
    pub(crate) wetland_type: WetlandType,
    pub(crate) occupied: SurveyedArea,
    /// Set by the forestry bureau; absent until then.
    pub(crate) grade: Option<Grade>,
    /// Water works inside river management range or flood-storage areas, confirmed (R81).
    pub(crate) exempt: bool,
    pub(crate) policy: &'a Policy,
    pub(crate) lots: &'a [RetiredLot],
    pub(crate) documents_missing: Vec<DocumentKind>,
    /// Whether the national authority agrees; absent until its opinion is there (R77).
    pub(crate) opinion: Option<bool>,
    /// What is due instead of credits, and whether it is paid (R82).
    pub(crate) fee: Option<Standing>,
    /// The balances of its county and province before it, in 0.01 m² (R86).
    pub(crate) balances: Vec<(RegionCode, i64)>,
    /// What speaks against the place, as it is today (R18, R73, R74, R19).
    pub(crate) land: Vec<CannotOccupy>,
}

/// A restoration fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) amount: Fen,
    pub(crate) is_paid: bool,
}

/// One thing that is missing; the same words for developer and approver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Missing {
    #[error("the application is {0}")]
    State(OccupationState),
    #[error("the notice of what is missing is open")]
    NoticeOpen,
    #[error("the document is missing: {0}")]
    Document(DocumentKind),
    #[error("the application is not accepted yet")]
    NotAccepted,
    #[error("the forestry bureau has not set the grade of the occupied land")]
    NotGraded,
    #[error("the opinion of the national authority is missing")]
    NoOpinion,
    #[error("the national authority does not agree")]
    AdverseOpinion,
    #[error("{short} m² are missing: {required} m² must be retired, {counted} m² count")]
    AreaShort { required: i64, counted: i64, short: i64 },
    #[error("{m2} m² of {batch} do not count: grade {grade} is worse than {wanted}")]
    GradeTooLow { batch: String, m2: i64, grade: i64, wanted: i64 },
    #[error("{m2} m² of {batch} do not count: {found} does not stand for {wanted}")]
    WrongType { batch: String, m2: i64, found: WetlandType, wanted: WetlandType },
    #[error("{m2} m² of {batch} do not count: credits of {county} may go as far as its {reach}")]
    OutsideArea { batch: String, m2: i64, county: RegionCode, reach: Reach },
    #[error("{m2} m² of {batch} do not count: their certificate is frozen")]
    Frozen { batch: String, m2: i64 },
    #[error("{m2} m² of {batch} do not count: their certificate has expired; issue a new one")]
    Expired { batch: String, m2: i64 },
    #[error("the restoration fee of {0} CNY is not paid")]
    FeeUnpaid(Fen),
    #[error("the balance of {region} would be {short} m² below zero")]
    BalanceBelowZero { region: RegionCode, short: SurveyedArea },
    #[error("{0}")]
    Land(CannotOccupy),
}

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateAnswer {
    /// What must be retired; nothing where no credits are asked for.
    pub(crate) required_m2: i64,
    /// What was retired for it, whether it counts or not.
    pub(crate) retired_m2: i64,
    pub(crate) counted_m2: i64,
    pub(crate) missing: Vec<Missing>,
}

impl GateAnswer {
    pub(crate) fn is_open(&self) -> bool {
        self.missing.is_empty()
    }

    /// What is still to be retired.
    pub(crate) fn short_m2(&self) -> i64 {
        (self.required_m2 - self.counted_m2).max(0)
    }
}

/// Answers yes, or everything that is missing.
pub(crate) fn gate(case: &Case) -> GateAnswer {
    let mut missing = Vec::new();
    match case.state {
        OccupationState::Accepted => {}
        OccupationState::Submitted => missing.push(Missing::NotAccepted),
        OccupationState::Deficient => missing.push(Missing::NoticeOpen),
        ended => missing.push(Missing::State(ended)),
    }
    missing.extend(case.documents_missing.iter().map(|kind| Missing::Document(*kind)));
    if case.grade.is_none() {
        missing.push(Missing::NotGraded);
    }
    if case.level == WetlandLevel::NationalImportant {
        match case.opinion {
            None => missing.push(Missing::NoOpinion),
            Some(false) => missing.push(Missing::AdverseOpinion),
            Some(true) => {}
        }
    }
    missing.extend(case.land.iter().cloned().map(Missing::Land));
    let required_m2 = if compensates(case) { required_m2(case) } else { 0 };
    let (counted_m2, unfit) = counted(case);
    let retired_m2 = case.lots.iter().map(|lot| lot.m2).sum();
    if counted_m2 < required_m2 {
        let short = required_m2 - counted_m2;
        missing.push(Missing::AreaShort { required: required_m2, counted: counted_m2, short });
        missing.extend(unfit);
    }
    if let Some(fee) = case.fee.filter(|fee| !fee.is_paid) {
        missing.push(Missing::FeeUnpaid(fee.amount));
    }
    missing.extend(below_zero(case));
    GateAnswer { required_m2, retired_m2, counted_m2, missing }
}

/// Whether credits are asked for: not of what is restored afterwards, exempt, paid for by a fee, or
/// general wetland where its region does not ask.
fn compensates(case: &Case) -> bool {
    let is_general = case.level == WetlandLevel::General;
    case.term == OccupationTerm::Permanent
        && !case.exempt
        && case.fee.is_none()
        && (!is_general || case.policy.general_compensates)
}

/// The occupied area times the ratio, in whole m², rounded up: 9,876.40 → 9,877.
pub(crate) fn required_m2(case: &Case) -> i64 {
    let product = i128::from(case.occupied.centi_m2()) * i128::from(case.policy.ratio_bp);
    i64::try_from((product + 999_999) / 1_000_000).unwrap_or(i64::MAX)
}

/// What counts, and why the rest does not.
fn counted(case: &Case) -> (i64, Vec<Missing>) {
    let Some(grade) = case.grade else { return (0, Vec::new()) };
    let wanted = Wanted {
        county: case.county.clone(),
        wetland_type: case.wetland_type,
        grade,
        policy: case.policy.clone(),
    };
    let (mut counted, mut unfit) = (0, Vec::new());
    for lot in case.lots {
        let batch = lot.quality.batch.clone();
        let m2 = lot.m2;
        match lot.certificate {
            CertificateState::Frozen => unfit.push(Missing::Frozen { batch, m2 }),
            CertificateState::Void => unfit.push(Missing::Expired { batch, m2 }),
            CertificateState::Valid => match fits(&lot.quality, m2, &wanted) {
                Ok(()) => counted += m2,
                Err(why) => unfit.push(why),
            },
        }
    }
    (counted, unfit)
}

/// Decides whether credits can stand for an occupation: no worse, of a type that may, and allowed to
/// go there (R78).
pub(crate) fn fits(it: &Quality, m2: i64, wanted: &Wanted) -> Result<(), Missing> {
    let batch = it.batch.clone();
    if it.grade > wanted.grade {
        let (grade, wanted) = (it.grade.get(), wanted.grade.get());
        return Err(Missing::GradeTooLow { batch, m2, grade, wanted });
    }
    if !wanted.policy.is_compatible(wanted.wetland_type, it.wetland_type) {
        let (found, wanted) = (it.wetland_type, wanted.wetland_type);
        return Err(Missing::WrongType { batch, m2, found, wanted });
    }
    if !may_go(&it.county, it.reach, &wanted.county) {
        return Err(Missing::OutsideArea { batch, m2, county: it.county.clone(), reach: it.reach });
    }
    Ok(())
}

/// No approval brings a balance below zero (R86). Land that is restored afterwards is not lost.
fn below_zero(case: &Case) -> Vec<Missing> {
    if case.term == OccupationTerm::Temporary {
        return Vec::new();
    }
    let after = |(region, balance): &(RegionCode, i64)| {
        let left = balance.saturating_sub(case.occupied.centi_m2());
        let short = SurveyedArea::of_centi_m2(left.checked_neg()?).ok()?;
        (left < 0).then(|| Missing::BalanceBelowZero { region: region.clone(), short })
    };
    case.balances.iter().filter_map(after).collect()
}

#[cfg(test)]
mod tests;
