//! What the profile of a deployment asks of passwords beyond their length and strength (C2).

use super::members::MemberRefused;
use crate::identity::model::{PasswordProfile, User};
use crate::kernel::actor::Factor;
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;

/// Of small letters, capitals, digits and everything else.
const KINDS_MIN: usize = 3;

/// A password is good for so long.
const DAYS_MAX: i64 = 90;

/// So many passwords, the present one among them, are not taken again.
pub(crate) const PASSWORDS_KEPT: usize = 5;

/// Whether the profile takes such a password.
pub(crate) fn check_profile(profile: PasswordProfile, password: &str) -> Result<(), MemberRefused> {
    if profile == PasswordProfile::Standard {
        return Ok(());
    }
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let kinds = [
        has(|c| c.is_ascii_lowercase()),
        has(|c| c.is_ascii_uppercase()),
        has(|c| c.is_ascii_digit()),
        has(|c| !c.is_ascii_alphanumeric()),
    ];
    let count = kinds.into_iter().filter(|there| *there).count();
    if count < KINDS_MIN { Err(MemberRefused::PasswordSimple) } else { Ok(()) }
}

/// What a login with a password comes to that was set then; one whose age nobody knows is too old.
pub(crate) fn aged(
    profile: PasswordProfile,
    factor: Factor,
    set_at: Option<Time>,
    now: Time,
) -> Factor {
    let is_good = set_at.is_some_and(|at| now < at.plus_seconds(DAYS_MAX * 86_400));
    match profile {
        PasswordProfile::Dengbao3 if !is_good => Factor::PasswordOutdated,
        PasswordProfile::Dengbao3 | PasswordProfile::Standard => factor,
    }
}

/// Whether somebody may enter, or let happen, that a person gets another password.
pub(crate) fn reset_password(of: &User, by: UserId) -> Result<(), MemberRefused> {
    if of.id == by {
        return Err(MemberRefused::PasswordOwn);
    }
    if of.active { Ok(()) } else { Err(MemberRefused::Inactive) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::actor::Role;
    use crate::kernel::ids::OrganisationId;

    #[test]
    fn c2_a_password_has_three_kinds_of_characters_where_the_profile_asks_for_it() {
        let simple = Err(MemberRefused::PasswordSimple);
        for (password, expected) in [
            ("heron copper lantern", simple.clone()),
            ("heroncopperlantern88", simple.clone()),
            ("heron copper lantern 88", Ok(())),
            ("HeronCopperLantern88", Ok(())),
            ("河边青草十二岁的红鲤鱼游", simple),
            ("河边青草Heron的红鲤鱼游", Ok(())),
        ] {
            assert_eq!(check_profile(PasswordProfile::Dengbao3, password), expected, "{password}");
            assert_eq!(check_profile(PasswordProfile::Standard, password), Ok(()));
        }
    }

    #[test]
    fn nobody_gets_their_own_password_anew_nor_one_whose_account_has_ended() {
        let user = User {
            id: UserId::new(),
            username: "liang.wenbo".into(),
            display_name: "梁文博".into(),
            organisation_id: OrganisationId::new(),
            role: Role::TownshipOfficer,
            standing: 3,
            active: true,
        };
        assert_eq!(reset_password(&user, UserId::new()), Ok(()));
        assert_eq!(reset_password(&user, user.id), Err(MemberRefused::PasswordOwn));
        let ended = User { active: false, ..user };
        assert_eq!(reset_password(&ended, UserId::new()), Err(MemberRefused::Inactive));
    }

    #[test]
    fn c2_a_password_is_good_for_ninety_days_where_the_profile_asks_for_it() {
        let noon = Time::in_shanghai("2026-09-04".parse().unwrap(), 12);
        let after = |seconds: i64| {
            aged(
                PasswordProfile::Dengbao3,
                Factor::NotNeeded,
                Some(noon),
                noon.plus_seconds(seconds),
            )
        };
        assert_eq!(after(90 * 86_400 - 1), Factor::NotNeeded);
        assert_eq!(after(90 * 86_400), Factor::PasswordOutdated);
        let missing = |profile| aged(profile, Factor::Missing, None, noon);
        assert_eq!(missing(PasswordProfile::Dengbao3), Factor::PasswordOutdated);
        assert_eq!(missing(PasswordProfile::Standard), Factor::Missing);
    }
}
