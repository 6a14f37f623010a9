//! What must be over before a step: a public notice (R28), the word of a panel (R30).

use super::{CannotAdvance, Notified};
use crate::experts::{Panel, PanelOutcome};
use crate::notices::Standing;
use crate::restoration::model::{Project, Stage};

/// Decides whether what is notified leads on: the notice ended and nothing against it is open (R28).
pub(crate) fn notified(what: Notified, standing: Standing) -> Result<(), CannotAdvance> {
    match standing {
        Standing::Missing => Err(CannotAdvance::NotNotified(what)),
        Standing::Running { to } => Err(CannotAdvance::NoticeRuns { what, to }),
        Standing::Objected { open } => Err(CannotAdvance::Objected { what, open }),
        Standing::Upheld => Err(CannotAdvance::Upheld(what)),
        Standing::Ended { .. } => Ok(()),
    }
}

/// Decides whether an objection blocks the step; whether the notice is there and over is asked by
/// the steps that need it.
pub(crate) fn unobjected(what: Notified, standing: Standing) -> Result<(), CannotAdvance> {
    match standing {
        Standing::Objected { .. } | Standing::Upheld => notified(what, standing),
        Standing::Missing | Standing::Running { .. } | Standing::Ended { .. } => Ok(()),
    }
}

/// Decides whether the panel of experts, where there is one, lets the matter go on (R30).
pub(crate) fn judged(panel: Panel) -> Result<(), CannotAdvance> {
    match panel {
        Panel::None | Panel::Concluded(PanelOutcome::Approved) => Ok(()),
        Panel::Pending => Err(CannotAdvance::PanelPending),
        Panel::Concluded(PanelOutcome::Rejected) => Err(CannotAdvance::PanelAgainst),
    }
}

/// Decides whether the project is in the stage in which this is put before everybody.
pub(crate) fn may_notify(project: &Project, what: Notified) -> Result<(), CannotAdvance> {
    let is = project.stage;
    let fits = match what {
        Notified::Scheme => is <= Stage::SchemeReviewed,
        Notified::Result => matches!(is, Stage::Accepted | Stage::Monitoring),
    };
    if fits { Ok(()) } else { Err(CannotAdvance::NoticeOutOfTime { what, is }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restoration::tests::{day, wuli};

    #[test]
    fn r28_the_step_waits_for_the_notice_and_for_every_objection() {
        let (what, to) = (Notified::Scheme, day("2022-04-12"));
        let check = |standing, leads_on: bool, blocks_others: bool| {
            assert_eq!(notified(what, standing).is_ok(), leads_on, "{standing:?}");
            assert_eq!(unobjected(what, standing).is_err(), blocks_others, "{standing:?}");
        };
        check(Standing::Missing, false, false);
        check(Standing::Running { to }, false, false);
        check(Standing::Objected { open: 1 }, false, true);
        check(Standing::Upheld, false, true);
        check(Standing::Ended { on: to }, true, false);
    }

    #[test]
    fn r28_the_scheme_is_published_before_the_approval_and_the_result_after_the_acceptance() {
        for stage in Stage::ALL {
            let project = wuli(*stage);
            let scheme = may_notify(&project, Notified::Scheme).is_ok();
            assert_eq!(scheme, *stage < Stage::Approved, "{stage}");
            let result = may_notify(&project, Notified::Result).is_ok();
            assert_eq!(result, matches!(stage, Stage::Accepted | Stage::Monitoring), "{stage}");
        }
    }

    #[test]
    fn r30_a_panel_that_was_asked_for_must_have_approved() {
        assert_eq!(judged(Panel::None), Ok(()));
        assert_eq!(judged(Panel::Pending), Err(CannotAdvance::PanelPending));
        assert_eq!(judged(Panel::Concluded(PanelOutcome::Approved)), Ok(()));
        let against = judged(Panel::Concluded(PanelOutcome::Rejected));
        assert_eq!(against, Err(CannotAdvance::PanelAgainst));
    }
}
