//! The organisations and people of the fixtures, and the administrators, whom they lack.

use std::collections::HashMap;
use std::sync::LazyLock;

use data_encoding::BASE32_NOPAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use wetland_exchange::app::House;
use wetland_exchange::identity::{
    self, BankAccount, CreateOrganisation, CreateUser, OrganisationKind, Secret,
};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::db::Tx;
use wetland_exchange::kernel::ids::{OrganisationId, UserId};

use super::town::password_of;

pub(crate) const ADMINISTRATOR: &str = "town.administrator";
pub(crate) const SECURITY: &str = "town.security";
pub(crate) const AUDIT: &str = "town.audit";
const OPERATOR: &str = "OPERATOR";
const ORGANISATIONS: &str = include_str!("../../fixtures/jinxian/organisations.csv");
const USERS: &str = include_str!("../../fixtures/jinxian/users.csv");

/// One line of organisations.csv.
#[derive(Debug, Deserialize)]
struct Body {
    org_code: String,
    kind: String,
    name: String,
    region_code: String,
    uscc: Option<String>,
    bank_account: Option<String>,
    bank_name: Option<String>,
    related_to: Option<String>,
}

/// One line of users.csv.
#[derive(Debug, Deserialize)]
struct Person {
    username: String,
    org_code: String,
    role: Role,
    display_name: String,
}

static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| {
    let administrators = [
        (ADMINISTRATOR, Role::Administrator, "系统管理员"),
        (SECURITY, Role::SecurityAdministrator, "安全管理员"),
        (AUDIT, Role::AuditAdministrator, "审计管理员"),
    ];
    let administrators = administrators.map(|(username, role, display_name)| Person {
        username: username.into(),
        org_code: OPERATOR.into(),
        role,
        display_name: display_name.into(),
    });
    administrators.into_iter().chain(lines(USERS)).collect()
});

/// The first person of that role.
pub(crate) fn username_of(role: &str) -> Option<&'static str> {
    PEOPLE.iter().find(|person| person.role.as_str() == role).map(|person| &*person.username)
}

/// The secret of the authenticator of a person of the fixtures; `None` for those without one.
pub(super) fn secret_of(username: &str) -> Option<Secret> {
    let person = PEOPLE.iter().find(|person| person.username == username)?;
    let hash = Sha256::digest(username.as_bytes());
    let secret = Secret::of_text(&BASE32_NOPAD.encode(&hash[..20]));
    identity::needs_factor(person.role).then(|| secret.unwrap())
}

/// Whether it is a person of the fixtures.
pub(super) fn is_known(username: &str) -> bool {
    PEOPLE.iter().any(|person| person.username == username)
}

/// Takes in all organisations and gives everybody a login.
pub(super) async fn settle(house: &House) {
    let operator = Body {
        org_code: OPERATOR.into(),
        kind: OrganisationKind::Operator.to_string(),
        name: "进贤县湿地交易系统运维".into(),
        region_code: "360124".into(),
        uscc: None,
        bank_account: None,
        bank_name: None,
        related_to: None,
    };
    let mut ids = HashMap::new();
    for body in std::iter::once(operator).chain(lines(ORGANISATIONS)) {
        let id = OrganisationId::new();
        ids.insert(body.org_code.clone(), id);
        let bank = body.bank_account.zip(body.bank_name);
        let command = CreateOrganisation {
            id,
            code: body.org_code,
            kind: body.kind.parse().unwrap(),
            name: body.name,
            region: body.region_code.parse().unwrap(),
            uscc: body.uscc,
            bank: bank.map(|(number, bank_name)| BankAccount { number, bank_name }),
            related_to: body.related_to.map(|code| ids[&code]),
        };
        let doing = Doing::system("found_town");
        let made = house.db.write(doing, move |tx| identity::create_organisation(tx, &command));
        made.await.unwrap();
    }
    for person in PEOPLE.iter() {
        let password = password_of(&person.username);
        let command = CreateUser {
            id: UserId::new(),
            username: person.username.clone(),
            display_name: person.display_name.clone(),
            organisation_id: ids[&person.org_code],
            role: person.role,
            password_hash: house.passwords.hash(password).await.unwrap(),
        };
        let doing = Doing::system("found_town");
        let sealed = secret_of(&person.username);
        let sealed = sealed.map(|secret| house.vault.seal(command.id, &secret).unwrap());
        let found = move |tx: &mut Tx<'_>| {
            let user = identity::create_user(tx, &command)?;
            match &sealed {
                Some(sealed) => identity::give_second_factor(tx, user.id, sealed),
                None => Ok(()),
            }
        };
        house.db.write(doing, found).await.unwrap();
    }
}

fn lines<T: DeserializeOwned>(csv: &str) -> Vec<T> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().map(Result::unwrap).collect()
}
