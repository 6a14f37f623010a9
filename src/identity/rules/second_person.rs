//! Two people behind one act: one asks, another approves exactly what was asked.

use crate::identity::model::Approval;
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;

/// An approval that nobody gives in this time is asked for anew.
const APPROVAL_DAYS: i64 = 7;

/// Why the second person's word does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SecondPersonRefused {
    #[error("the role {0} may not begin this; it needs a second person")]
    InitiatorRole(Role),
    #[error("who began it cannot approve it; a second person is needed")]
    SamePerson,
    #[error("the role {0} may not approve this")]
    ApproverRole(Role),
    #[error("who began it no longer holds a role that may begin it")]
    InitiatorGone,
    #[error("what is approved is not exactly what was asked for")]
    ContentChanged,
    #[error("this approval was used already")]
    Used,
    #[error("this approval was asked for more than {APPROVAL_DAYS} days ago; ask again")]
    Expired,
    #[error("give a code of your second factor first: an approval needs one of the last 5 minutes")]
    FreshCodeNeeded,
}

/// One of the two, as the database has them now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub id: UserId,
    pub role: Role,
    pub active: bool,
}

/// Decides whether `approver` may let happen now what `initiator` asked for.
pub(crate) fn approve(
    approval: &Approval,
    initiator: &Person,
    approver: &Person,
    content_hash: &str,
    now: Time,
) -> Result<(), SecondPersonRefused> {
    if approver.id == approval.initiator {
        return Err(SecondPersonRefused::SamePerson);
    }
    if !approver.active || !approval.approver_roles.contains(&approver.role) {
        return Err(SecondPersonRefused::ApproverRole(approver.role));
    }
    if approval.approved.is_some() {
        return Err(SecondPersonRefused::Used);
    }
    if approval.expires_at <= now {
        return Err(SecondPersonRefused::Expired);
    }
    if approval.content_hash != content_hash {
        return Err(SecondPersonRefused::ContentChanged);
    }
    let still = initiator.active && approval.initiator_roles.contains(&initiator.role);
    if !still || initiator.id != approval.initiator {
        return Err(SecondPersonRefused::InitiatorGone);
    }
    Ok(())
}

/// When an approval that is asked for now can no longer be given.
pub(crate) fn expiry_of(asked_at: Time) -> Time {
    asked_at.plus_seconds(APPROVAL_DAYS * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::model::ApprovalId;

    fn noon() -> Time {
        Time::in_shanghai("2026-09-04".parse().unwrap(), 12)
    }

    fn officer() -> Person {
        Person { id: UserId::new(), role: Role::FinanceOfficer, active: true }
    }

    fn director() -> Person {
        Person { id: UserId::new(), role: Role::FinanceDirector, active: true }
    }

    fn asked_by(initiator: &Person) -> Approval {
        Approval {
            id: ApprovalId::new(),
            subject: "payout:1".into(),
            content_hash: "a1".into(),
            initiator: initiator.id,
            initiator_roles: vec![Role::FinanceOfficer],
            approver_roles: vec![Role::FinanceDirector, Role::FinanceOfficer],
            asked_at: noon(),
            expires_at: expiry_of(noon()),
            approved: None,
        }
    }

    #[track_caller]
    fn check(
        change: impl FnOnce(&mut Approval, &mut Person, &mut Person),
        later_s: i64,
        expected: Result<(), SecondPersonRefused>,
    ) {
        let (mut initiator, mut approver) = (officer(), director());
        let mut approval = asked_by(&initiator);
        change(&mut approval, &mut initiator, &mut approver);
        let decided = approve(&approval, &initiator, &approver, "a1", noon().plus_seconds(later_s));
        assert_eq!(decided, expected);
    }

    #[test]
    fn another_person_with_the_role_approves_within_seven_days() {
        check(|_, _, _| {}, 0, Ok(()));
        check(|_, _, _| {}, 7 * 86_400 - 1, Ok(()));
        check(|_, _, _| {}, 7 * 86_400, Err(SecondPersonRefused::Expired));
    }

    #[test]
    fn nobody_is_their_own_second_person() {
        let same = |_: &mut Approval, initiator: &mut Person, approver: &mut Person| {
            *approver = *initiator;
        };
        check(same, 0, Err(SecondPersonRefused::SamePerson));
    }

    #[test]
    fn both_hold_the_role_when_it_takes_effect() {
        let gone = SecondPersonRefused::InitiatorGone;
        check(|_, initiator, _| initiator.active = false, 0, Err(gone.clone()));
        check(|_, initiator, _| initiator.role = Role::Auditor, 0, Err(gone));
        let role = SecondPersonRefused::ApproverRole;
        check(|_, _, approver| approver.active = false, 0, Err(role(Role::FinanceDirector)));
        check(|_, _, approver| approver.role = Role::Auditor, 0, Err(role(Role::Auditor)));
    }

    #[test]
    fn an_approval_is_used_once_and_for_the_exact_content() {
        let used = |approval: &mut Approval, _: &mut Person, _: &mut Person| {
            approval.approved = Some((UserId::new(), noon()));
        };
        check(used, 0, Err(SecondPersonRefused::Used));
        let other = |approval: &mut Approval, _: &mut Person, _: &mut Person| {
            approval.content_hash = "a2".into();
        };
        check(other, 0, Err(SecondPersonRefused::ContentChanged));
    }
}
