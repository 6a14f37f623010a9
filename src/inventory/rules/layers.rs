//! How a version of a layer gets from draft to approved.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::inventory::model::{LayerKind, LayerState, LayerStep, LayerVersion};
use crate::kernel::ids::UserId;
use crate::kernel::region::RegionCode;

/// Why a version is not changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotChangeLayer {
    #[error("{0} is not a region that is known here")]
    UnknownRegion(RegionCode),
    #[error("there is a version of that name already")]
    NameTaken,
    #[error("{refused} of {of} features cannot be taken in, so nothing of the file was added")]
    FeaturesRefused { refused: usize, of: usize },
    #[error("this file was added already")]
    FileTwice,
    #[error("the version is {is}; only a draft is added to")]
    NotADraft { is: LayerState },
    #[error("the version is {is}, it cannot become {wanted}")]
    OutOfOrder { is: LayerState, wanted: LayerState },
    #[error("the version has no feature")]
    Empty,
    #[error("a consultation ends between today and {last}")]
    Term { last: NaiveDate },
    #[error("the consultation lasts until {closes_on}")]
    ConsultationOpen { closes_on: NaiveDate },
    #[error("the version is not in consultation")]
    NoConsultation,
    #[error("the date {date} must lie between {first} and {last}")]
    Dated { date: NaiveDate, first: NaiveDate, last: NaiveDate },
    #[error("who entered or argued the version cannot approve it; a second person is needed")]
    SamePerson,
}

/// The longest consultation.
const CONSULTATION_DAYS_MAX: u64 = 366;

/// The state that follows: an ecological red line is consulted and argued, others are published by
/// their authority and only checked here.
pub(crate) fn next(kind: LayerKind, is: LayerState) -> Option<LayerState> {
    let red_line = kind == LayerKind::EcologicalRedLine;
    match is {
        LayerState::Draft if red_line => Some(LayerState::Consultation),
        LayerState::Consultation => Some(LayerState::Argued),
        LayerState::Draft | LayerState::Argued => Some(LayerState::Approved),
        LayerState::Approved => None,
    }
}

/// Decides whether features may be added.
pub(crate) fn add(version: &LayerVersion) -> Result<(), CannotChangeLayer> {
    match version.state {
        LayerState::Draft => Ok(()),
        is => Err(CannotChangeLayer::NotADraft { is }),
    }
}

/// Decides whether the consultation may begin.
pub(crate) fn consult(
    version: &LayerVersion,
    closes_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotChangeLayer> {
    advance(version, LayerState::Consultation)?;
    let last = today.checked_add_days(chrono::Days::new(CONSULTATION_DAYS_MAX)).unwrap_or(today);
    let in_term = (today..=last).contains(&closes_on);
    if in_term { Ok(()) } else { Err(CannotChangeLayer::Term { last }) }
}

/// Decides whether a comment made on that day is kept.
pub(crate) fn comment(
    version: &LayerVersion,
    steps: &[LayerStep],
    made_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotChangeLayer> {
    let open = steps.iter().find(|step| step.state == LayerState::Consultation);
    let Some(open) = open.filter(|_| version.state == LayerState::Consultation) else {
        return Err(CannotChangeLayer::NoConsultation);
    };
    let first = open.entered_at.date_in_shanghai();
    let last = open.closes_on.unwrap_or(today).min(today);
    dated(made_on, first, last)
}

/// Decides whether the version was argued on that day, after its consultation.
pub(crate) fn argue(
    version: &LayerVersion,
    steps: &[LayerStep],
    on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotChangeLayer> {
    advance(version, LayerState::Argued)?;
    let closes_on = steps.iter().find_map(|step| step.closes_on).unwrap_or(today);
    if today <= closes_on {
        return Err(CannotChangeLayer::ConsultationOpen { closes_on });
    }
    dated(on, closes_on, today)
}

/// Decides on an approval of that day, by somebody who neither entered nor argued the version.
pub(crate) fn approve_layer(
    version: &LayerVersion,
    hands: &BTreeSet<UserId>,
    approver: UserId,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotChangeLayer> {
    advance(version, LayerState::Approved)?;
    if hands.contains(&approver) {
        return Err(CannotChangeLayer::SamePerson);
    }
    dated(on, version.source_date.min(today), today)
}

fn advance(version: &LayerVersion, wanted: LayerState) -> Result<(), CannotChangeLayer> {
    let is = version.state;
    if next(version.kind, is) != Some(wanted) {
        return Err(CannotChangeLayer::OutOfOrder { is, wanted });
    }
    if version.features == 0 { Err(CannotChangeLayer::Empty) } else { Ok(()) }
}

fn dated(date: NaiveDate, first: NaiveDate, last: NaiveDate) -> Result<(), CannotChangeLayer> {
    if (first..=last).contains(&date) {
        Ok(())
    } else {
        Err(CannotChangeLayer::Dated { date, first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_red_line_is_consulted_and_argued_and_others_are_not() {
        let way = |kind| {
            let mut states = vec![LayerState::Draft];
            while let Some(next) = states.last().and_then(|is| next(kind, *is)) {
                states.push(next);
            }
            states
        };
        assert_eq!(way(LayerKind::EcologicalRedLine), LayerState::ALL);
        for kind in LayerKind::ALL.iter().filter(|kind| **kind != LayerKind::EcologicalRedLine) {
            assert_eq!(way(*kind), [LayerState::Draft, LayerState::Approved], "{kind}");
        }
    }
}
