//! Which organisations and people are taken in, and what may be changed of them.

use super::uscc::{NotAUscc, check_uscc};
use crate::identity::model::{BankAccount, CreateOrganisation, OrganisationKind, User};
use crate::kernel::actor::Role;
use crate::kernel::ids::UserId;
use crate::kernel::region::{RegionCode, RegionLevel};

/// Names are shown in one line.
const NAME_CHARS_MAX: usize = 100;

/// Long enough that guessing at the permitted pace is hopeless.
pub(super) const PASSWORD_CHARS_MIN: usize = 12;

/// Of the meter's scores from 0 to 4: more than a hundred million guesses.
const PASSWORD_SCORE_MIN: zxcvbn::Score = zxcvbn::Score::Three;

/// A longer one only costs time to hash.
pub(super) const PASSWORD_CHARS_MAX: usize = 128;

/// Why an organisation or a person is not taken in or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemberRefused {
    #[error("a code is 2 to 20 capital letters and digits, not {0:?}")]
    Code(String),
    #[error("a name is 1 to 100 characters in one line")]
    Name,
    #[error("a username is 3 to 40 of a-z, 0-9, dot, hyphen and underscore, a letter first")]
    Username,
    #[error("{0}")]
    Uscc(#[from] NotAUscc),
    #[error("an organisation of the kind {0} needs its unified social credit code")]
    UsccMissing(OrganisationKind),
    #[error("an organisation of the kind {kind} cannot have its seat in {region}")]
    Seat { kind: OrganisationKind, region: RegionCode },
    #[error("a bank account is 8 to 32 digits with the name of its bank")]
    BankAccount,
    #[error("an organisation with this code is already there")]
    CodeTaken,
    #[error("an organisation with this unified social credit code is already there")]
    UsccTaken,
    #[error("this region has its {0} already")]
    OfficeTaken(OrganisationKind),
    #[error("somebody has this username already")]
    UsernameTaken,
    #[error("the organisation that is named is not known")]
    OrganisationUnknown,
    #[error("the role {role} does not exist in an organisation of the kind {kind}")]
    RoleNotInKind { role: Role, kind: OrganisationKind },
    #[error("nobody changes their own role or ends their own account")]
    Oneself,
    #[error("the account has ended")]
    Inactive,
    #[error("the person has this role already")]
    SameRole,
    #[error("system, security and audit administrators are three people: none becomes another")]
    Separate,
    #[error(
        "somebody of this name is {0} already; administrators have no other role: if it is another \
         person, write the name so that both can be told apart"
    )]
    OtherRole(Role),
    #[error("the person is no longer as they were when this was entered; enter it again")]
    GrantStale,
    #[error("this was decided already, or another was entered in its place")]
    GrantDecided,
    #[error("a password has 12 to 128 characters")]
    PasswordLength,
    #[error("this password is easily guessed: no username, common word, repetition or sequence")]
    PasswordWeak,
    #[error("the new password is the old one")]
    PasswordSame,
    #[error("a password has three of these: small letters, capitals, digits, other characters")]
    PasswordSimple,
    #[error("this password was one of the last five")]
    PasswordReused,
    #[error("one's own password is changed with the present one, not given anew")]
    PasswordOwn,
    #[error("this password was approved already")]
    PasswordResetApproved,
}

/// Returns the roles that exist in an organisation of that kind.
pub fn roles_of(kind: OrganisationKind) -> &'static [Role] {
    match kind {
        OrganisationKind::Operator => {
            &[Role::Administrator, Role::SecurityAdministrator, Role::AuditAdministrator]
        }
        OrganisationKind::OperationsCentre => &[Role::CentreDirector, Role::CentreOfficer],
        OrganisationKind::FinanceBureau => &[Role::FinanceDirector, Role::FinanceOfficer],
        OrganisationKind::ForestryBureau => &[Role::ForestryOfficer],
        OrganisationKind::Township => &[Role::TownshipOfficer],
        OrganisationKind::Developer => &[Role::Developer, Role::DeveloperDirector],
        OrganisationKind::Assessor => &[Role::Assessor],
        OrganisationKind::Bank => &[Role::BankOfficer],
        OrganisationKind::Insurer => &[Role::InsurerOfficer],
        OrganisationKind::Auditor => &[Role::Auditor],
    }
}

/// Whether that role may exist in an organisation of that kind.
pub(crate) fn check_role(role: Role, kind: OrganisationKind) -> Result<(), MemberRefused> {
    if roles_of(kind).contains(&role) {
        Ok(())
    } else {
        Err(MemberRefused::RoleNotInKind { role, kind })
    }
}

/// Whether an organisation can be taken in as it is described.
pub(crate) fn check_organisation(it: &CreateOrganisation) -> Result<(), MemberRefused> {
    let is_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    if !(2..=20).contains(&it.code.len()) || !it.code.chars().all(is_code) {
        return Err(MemberRefused::Code(it.code.chars().take(40).collect()));
    }
    check_name(&it.name)?;
    match (&it.uscc, it.kind) {
        (Some(uscc), _) => check_uscc(uscc)?,
        (None, OrganisationKind::Operator) => {}
        (None, kind) => return Err(MemberRefused::UsccMissing(kind)),
    }
    if !may_sit_in(it.kind, it.region.level()) {
        return Err(MemberRefused::Seat { kind: it.kind, region: it.region.clone() });
    }
    it.bank.as_ref().map_or(Ok(()), check_bank_account)
}

/// A township sits in its township; an office of a county or above does not.
fn may_sit_in(kind: OrganisationKind, level: RegionLevel) -> bool {
    match kind {
        OrganisationKind::Township => level == RegionLevel::Township,
        OrganisationKind::OperationsCentre
        | OrganisationKind::FinanceBureau
        | OrganisationKind::ForestryBureau => level != RegionLevel::Township,
        OrganisationKind::Operator
        | OrganisationKind::Developer
        | OrganisationKind::Assessor
        | OrganisationKind::Bank
        | OrganisationKind::Insurer
        | OrganisationKind::Auditor => true,
    }
}

pub(super) fn check_bank_account(bank: &BankAccount) -> Result<(), MemberRefused> {
    let digits = bank.number.bytes().all(|b| b.is_ascii_digit());
    if digits && (8..=32).contains(&bank.number.len()) && check_name(&bank.bank_name).is_ok() {
        Ok(())
    } else {
        Err(MemberRefused::BankAccount)
    }
}

/// A name for people: not empty, one line, nothing invisible around it.
pub(crate) fn check_name(name: &str) -> Result<(), MemberRefused> {
    let length = name.chars().count();
    let visible = name.trim() == name && !name.chars().any(char::is_control);
    if visible && (1..=NAME_CHARS_MAX).contains(&length) {
        Ok(())
    } else {
        Err(MemberRefused::Name)
    }
}

/// A name for logins: one spelling only, so that no two look alike.
pub(crate) fn check_username(username: &str) -> Result<(), MemberRefused> {
    let letter_first = username.starts_with(|c: char| c.is_ascii_lowercase());
    let is_known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if letter_first && (3..=40).contains(&username.len()) && username.chars().all(is_known) {
        Ok(())
    } else {
        Err(MemberRefused::Username)
    }
}

/// Whether that person may use that password.
pub(crate) fn check_password(password: &str, username: &str) -> Result<(), MemberRefused> {
    let characters = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&characters) {
        return Err(MemberRefused::PasswordLength);
    }
    // The meter knows common words, names, keyboards, dates and what is made of the username.
    let strength = zxcvbn::zxcvbn(password, &[username]);
    let easy = strength.score() < PASSWORD_SCORE_MIN;
    if easy || password.eq_ignore_ascii_case(username) {
        return Err(MemberRefused::PasswordWeak);
    }
    Ok(())
}

/// The person with the standing that a new password brings.
pub(crate) fn change_password(user: &User) -> Result<User, MemberRefused> {
    raised(user)
}

/// The person whose account has ended. Nobody ends their own, so one administrator remains.
pub(crate) fn deactivate(user: &User, by: UserId) -> Result<User, MemberRefused> {
    not_oneself(user, by)?;
    raised(user).map(|user| User { active: false, ..user })
}

pub(super) fn not_oneself(user: &User, by: UserId) -> Result<(), MemberRefused> {
    if user.id == by { Err(MemberRefused::Oneself) } else { Ok(()) }
}

pub(super) fn raised(user: &User) -> Result<User, MemberRefused> {
    if user.active {
        Ok(User { standing: user.standing + 1, ..user.clone() })
    } else {
        Err(MemberRefused::Inactive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::OrganisationId;

    fn developer() -> CreateOrganisation {
        CreateOrganisation {
            id: OrganisationId::new(),
            code: "DEV01".into(),
            kind: OrganisationKind::Developer,
            name: "赣鄱示例公路建设有限公司".into(),
            region: "360124".parse().unwrap(),
            uscc: Some("91360124DEM001017Y".into()),
            bank: Some(BankAccount {
                number: "1502999909000000101".into(),
                bank_name: "赣鄱示例银行进贤支行".into(),
            }),
            related_to: None,
        }
    }

    fn user() -> User {
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

    #[test]
    fn each_role_exists_in_exactly_one_kind_of_organisation() {
        for role in Role::ALL {
            let homes = OrganisationKind::ALL.iter().filter(|k| roles_of(**k).contains(role));
            assert_eq!(homes.count(), 1, "{role}");
        }
        assert_eq!(check_role(Role::CentreDirector, OrganisationKind::OperationsCentre), Ok(()));
        assert_eq!(
            check_role(Role::FinanceDirector, OrganisationKind::Developer)
                .map_err(|e| e.to_string()),
            Err(
                "the role finance_director does not exist in an organisation of the kind developer"
                    .to_owned()
            )
        );
    }

    #[test]
    fn an_organisation_needs_code_name_seat_and_a_valid_credit_code() {
        let dev = developer;
        assert_eq!(check_organisation(&dev()), Ok(()));
        let township: RegionCode = "360124500".parse().unwrap();
        let kind = OrganisationKind::FinanceBureau;
        for (it, expected) in [
            (CreateOrganisation { code: "d".into(), ..dev() }, MemberRefused::Code("d".into())),
            (CreateOrganisation { name: " 公司".into(), ..dev() }, MemberRefused::Name),
            (CreateOrganisation { name: "公\n司".into(), ..dev() }, MemberRefused::Name),
            (
                CreateOrganisation { uscc: None, ..dev() },
                MemberRefused::UsccMissing(OrganisationKind::Developer),
            ),
            (
                CreateOrganisation { uscc: Some("91360124DEM001017X".into()), ..dev() },
                MemberRefused::Uscc(NotAUscc::CheckCharacter),
            ),
            (
                CreateOrganisation { kind, region: township.clone(), ..dev() },
                MemberRefused::Seat { kind, region: township },
            ),
            (
                CreateOrganisation { kind: OrganisationKind::Township, ..dev() },
                MemberRefused::Seat {
                    kind: OrganisationKind::Township,
                    region: "360124".parse().unwrap(),
                },
            ),
            (
                CreateOrganisation {
                    bank: Some(BankAccount { number: "12 34".into(), bank_name: "x".into() }),
                    ..dev()
                },
                MemberRefused::BankAccount,
            ),
        ] {
            assert_eq!(check_organisation(&it), Err(expected));
        }
    }

    #[test]
    fn usernames_have_one_spelling() {
        for good in ["liang.wenbo", "dev01.trader", "a-b_c"] {
            assert_eq!(check_username(good), Ok(()), "{good}");
        }
        let long = "a".repeat(41);
        for bad in ["", "ab", "Liang", "1ab", "梁文博", "a b", &long] {
            assert_eq!(check_username(bad), Err(MemberRefused::Username), "{bad:?}");
        }
    }

    #[test]
    fn c1_passwords_that_can_be_guessed_are_refused() {
        for good in ["wetland-liang.wenbo", "河边青草十二岁的红鲤鱼游", "heron copper lantern 88"]
        {
            assert_eq!(check_password(good, "liang.wenbo"), Ok(()), "{good}");
        }
        for short in ["", "12345678901", "湿地湿地湿地"] {
            assert_eq!(check_password(short, "u"), Err(MemberRefused::PasswordLength), "{short}");
        }
        let long = "ab".repeat(65);
        assert_eq!(check_password(&long, "u"), Err(MemberRefused::PasswordLength));
        for weak in [
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "passwordpassword",
            "password1234",
            "qwertyuiop123",
            "LIANG.wenbo1",
        ] {
            let refused = check_password(weak, "liang.wenbo");
            assert_eq!(refused, Err(MemberRefused::PasswordWeak), "{weak}");
        }
    }

    #[test]
    fn each_change_of_rights_raises_the_standing() {
        let (user, admin) = (user(), UserId::new());
        assert_eq!(change_password(&user).unwrap().standing, 4);
        let ended = deactivate(&user, admin).unwrap();
        assert_eq!((ended.active, ended.standing), (false, 4));
        assert_eq!(deactivate(&ended, admin), Err(MemberRefused::Inactive));
        assert_eq!(change_password(&ended), Err(MemberRefused::Inactive));
    }

    #[test]
    fn nobody_ends_their_own_account() {
        let user = user();
        assert_eq!(deactivate(&user, user.id), Err(MemberRefused::Oneself));
    }
}
