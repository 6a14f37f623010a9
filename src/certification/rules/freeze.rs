//! When a project is frozen and thawed (R45, R88).

use crate::restoration::Stage;

/// Why a project is not frozen or thawed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotFreeze {
    #[error("the project is frozen already")]
    Frozen,
    #[error("this freeze has ended")]
    Thawed,
    #[error("a project is frozen from its acceptance to its closure, it is {0}")]
    OutOfTime(Stage),
    #[error("a monitoring report is still more than thirty days late: it comes first")]
    ReportOverdue,
    #[error("what was frozen by order is thawed by a document")]
    DocumentMissing,
}

/// Decides whether somebody may freeze the project: while it has land that was accepted.
pub(crate) fn check_freeze(is: Stage, frozen: bool) -> Result<(), CannotFreeze> {
    if !matches!(is, Stage::Accepted | Stage::Monitoring) {
        return Err(CannotFreeze::OutOfTime(is));
    }
    if frozen { Err(CannotFreeze::Frozen) } else { Ok(()) }
}

/// Decides whether a freeze ends: once, and with every report there that is so late (R45).
pub(crate) fn check_thaw(thawed: bool, report_overdue: bool) -> Result<(), CannotFreeze> {
    if thawed {
        return Err(CannotFreeze::Thawed);
    }
    if report_overdue { Err(CannotFreeze::ReportOverdue) } else { Ok(()) }
}

/// Decides whether the document of a thaw is there: an ordered freeze ends by one too (R45).
pub(crate) fn check_document(ordered: bool, named: bool) -> Result<(), CannotFreeze> {
    if ordered && !named { Err(CannotFreeze::DocumentMissing) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r45_accepted_land_is_frozen_once() {
        for stage in Stage::ALL {
            let fits = matches!(stage, Stage::Accepted | Stage::Monitoring);
            assert_eq!(check_freeze(*stage, false).is_ok(), fits, "{stage}");
        }
        assert_eq!(check_freeze(Stage::Monitoring, true), Err(CannotFreeze::Frozen));
    }

    #[test]
    fn r45_what_was_frozen_by_order_is_thawed_by_a_document() {
        assert_eq!(check_document(true, false), Err(CannotFreeze::DocumentMissing));
        assert_eq!(check_document(true, true), Ok(()));
        assert_eq!(check_document(false, false), Ok(()));
    }

    #[test]
    fn r45_a_freeze_ends_once_and_not_while_a_report_is_overdue() {
        assert_eq!(check_thaw(false, false), Ok(()));
        assert_eq!(check_thaw(true, false), Err(CannotFreeze::Thawed));
        assert_eq!(check_thaw(false, true), Err(CannotFreeze::ReportOverdue));
    }
}
