//! Which role a person may be given, and that administrators have no other.

use super::members::{MemberRefused, check_role, not_oneself, raised};
use crate::identity::model::{OrganisationKind, RoleGrantState, User};
use crate::kernel::actor::Role;
use crate::kernel::ids::UserId;

/// Whether somebody of that role administers the exchange: whoever does has no part in its business.
fn administers(role: Role) -> bool {
    match role {
        Role::Administrator | Role::SecurityAdministrator | Role::AuditAdministrator => true,
        Role::CentreDirector
        | Role::CentreOfficer
        | Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::ForestryOfficer
        | Role::TownshipOfficer
        | Role::Developer
        | Role::DeveloperDirector
        | Role::Assessor
        | Role::BankOfficer
        | Role::InsurerOfficer
        | Role::Auditor => false,
    }
}

/// Somebody whose first role nobody has approved yet: everything else that ends a login raises its
/// standing.
fn is_newcomer(user: &User) -> bool {
    !user.active && user.standing == 1
}

/// Whether a role may be entered for a person; returns the role that it is to replace.
pub(crate) fn enter_role(
    user: &User,
    by: UserId,
    role: Role,
    kind: OrganisationKind,
) -> Result<Option<Role>, MemberRefused> {
    not_oneself(user, by)?;
    check_role(role, kind)?;
    if is_newcomer(user) {
        return Ok(None);
    }
    if !user.active {
        return Err(MemberRefused::Inactive);
    }
    if user.role == role {
        return Err(MemberRefused::SameRole);
    }
    if administers(user.role) || administers(role) {
        return Err(MemberRefused::Separate);
    }
    Ok(Some(user.role))
}

/// Administrators have one login and no other role under their name, and nobody else has theirs.
/// `others` are the roles of the other people of that name who may log in.
pub(crate) fn keep_apart(role: Role, others: &[Role]) -> Result<(), MemberRefused> {
    match others.iter().find(|other| administers(role) || administers(**other)) {
        Some(other) => Err(MemberRefused::OtherRole(*other)),
        None => Ok(()),
    }
}

/// A role that was entered is decided once.
pub(crate) fn check_waits(state: RoleGrantState) -> Result<(), MemberRefused> {
    match state {
        RoleGrantState::Entered => Ok(()),
        RoleGrantState::Approved | RoleGrantState::Rejected | RoleGrantState::Replaced => {
            Err(MemberRefused::GrantDecided)
        }
    }
}

/// The person with the role that was entered for them, if they still are as they were then.
pub(crate) fn give_role(
    user: &User,
    by: UserId,
    previous: Option<Role>,
    role: Role,
) -> Result<User, MemberRefused> {
    not_oneself(user, by)?;
    match previous {
        None if !is_newcomer(user) => Err(MemberRefused::GrantStale),
        None => Ok(User { role, active: true, standing: user.standing + 1, ..user.clone() }),
        Some(previous) if user.role != previous => Err(MemberRefused::GrantStale),
        Some(_) => raised(user).map(|user| User { role, ..user }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::OrganisationId;

    fn officer() -> User {
        User {
            id: UserId::new(),
            username: "zhou.jianing".into(),
            display_name: "周佳宁".into(),
            organisation_id: OrganisationId::new(),
            role: Role::CentreOfficer,
            standing: 3,
            active: true,
        }
    }

    fn newcomer() -> User {
        User { active: false, standing: 1, ..officer() }
    }

    #[test]
    fn a_role_is_entered_for_newcomers_and_for_those_who_have_another() {
        let (admin, kind) = (UserId::new(), OrganisationKind::OperationsCentre);
        let enter = |user: &User, role| enter_role(user, admin, role, kind);
        assert_eq!(enter(&officer(), Role::CentreDirector), Ok(Some(Role::CentreOfficer)));
        assert_eq!(enter(&newcomer(), Role::CentreOfficer), Ok(None));
        assert_eq!(enter(&officer(), Role::CentreOfficer), Err(MemberRefused::SameRole));
        let ended = User { active: false, ..officer() };
        assert_eq!(enter(&ended, Role::CentreDirector), Err(MemberRefused::Inactive));
        let own = officer();
        let entered = enter_role(&own, own.id, Role::CentreDirector, kind);
        assert_eq!(entered, Err(MemberRefused::Oneself));
    }

    #[test]
    fn no_administrator_becomes_another() {
        let kind = OrganisationKind::Operator;
        let three = [Role::Administrator, Role::SecurityAdministrator, Role::AuditAdministrator];
        for one in three {
            for other in three.into_iter().filter(|other| *other != one) {
                let user = User { role: one, ..officer() };
                let entered = enter_role(&user, UserId::new(), other, kind);
                assert_eq!(entered, Err(MemberRefused::Separate), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_name_with_an_administrative_role_has_no_other() {
        let (security, trader) = (Role::SecurityAdministrator, Role::Developer);
        assert_eq!(keep_apart(security, &[]), Ok(()));
        assert_eq!(keep_apart(trader, &[Role::TownshipOfficer]), Ok(()));
        for (role, other) in [
            (security, trader),
            (trader, security),
            (security, Role::Administrator),
            (Role::AuditAdministrator, Role::Auditor),
        ] {
            assert_eq!(keep_apart(role, &[other]), Err(MemberRefused::OtherRole(other)));
        }
    }

    #[test]
    fn a_role_takes_effect_on_the_person_for_whom_it_was_entered() {
        let security = UserId::new();
        let give = |user: &User, previous, role| give_role(user, security, previous, role);
        let promoted = give(&officer(), Some(Role::CentreOfficer), Role::CentreDirector).unwrap();
        assert_eq!((promoted.role, promoted.standing), (Role::CentreDirector, 4));
        let opened = give(&newcomer(), None, Role::CentreOfficer).unwrap();
        assert_eq!((opened.active, opened.standing), (true, 2));
        let stale = Err(MemberRefused::GrantStale);
        assert_eq!(give(&officer(), None, Role::CentreOfficer), stale);
        assert_eq!(give(&officer(), Some(Role::CentreDirector), Role::CentreOfficer), stale);
        let ended = User { active: false, ..officer() };
        let given = give(&ended, Some(Role::CentreOfficer), Role::CentreDirector);
        assert_eq!(given, Err(MemberRefused::Inactive));
        let own = officer();
        let given = give_role(&own, own.id, Some(Role::CentreOfficer), Role::CentreDirector);
        assert_eq!(given, Err(MemberRefused::Oneself));
    }
}
