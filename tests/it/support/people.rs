//! The organisations and people of the fixtures.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use wetland_exchange::app::House;
use wetland_exchange::identity::{
    self, BankAccount, CreateOrganisation, CreateUser, OrganisationKind,
};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};

use super::town::password_of;

/// Who sets the others up; the fixtures have no administrator.
pub(crate) const ADMINISTRATOR: &str = "town.administrator";

const ORGANISATIONS: &str = include_str!("../../fixtures/jinxian/organisations.csv");
const USERS: &str = include_str!("../../fixtures/jinxian/users.csv");

/// One line of users.csv.
#[derive(Debug, Deserialize)]
pub(super) struct Person {
    pub(super) username: String,
    pub(super) org_code: String,
    pub(super) role: String,
    pub(super) display_name: String,
}

static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| {
    csv::Reader::from_reader(USERS.as_bytes()).deserialize().map(Result::unwrap).collect()
});

pub(super) fn people() -> &'static [Person] {
    &PEOPLE
}

/// The first person of the fixtures who has that role.
pub(crate) fn username_of(role: &str) -> Option<&'static str> {
    if role == "administrator" {
        return Some(ADMINISTRATOR);
    }
    people().iter().find(|person| person.role == role).map(|person| &*person.username)
}

/// One line of organisations.csv.
#[derive(Debug, Deserialize)]
struct Member {
    org_code: String,
    kind: OrganisationKind,
    name: String,
    region_code: String,
    uscc: String,
    bank_account: String,
    bank_name: String,
    related_to: String,
}

/// Takes in the organisations and the people of the fixtures, and the administrator.
pub(super) async fn settle(house: &House) {
    let mut ids = HashMap::from([("OPERATOR".to_owned(), OrganisationId::new())]);
    let operator = CreateOrganisation {
        id: ids["OPERATOR"],
        code: "OPERATOR".into(),
        kind: OrganisationKind::Operator,
        name: "平台运营方".into(),
        region: "36".parse().unwrap(),
        uscc: None,
        bank: None,
        related_to: None,
    };
    take_in(house, operator).await;
    for member in csv::Reader::from_reader(ORGANISATIONS.as_bytes()).deserialize() {
        let member: Member = member.unwrap();
        let id = OrganisationId::new();
        ids.insert(member.org_code.clone(), id);
        let bank = BankAccount { number: member.bank_account, bank_name: member.bank_name };
        let organisation = CreateOrganisation {
            id,
            code: member.org_code,
            kind: member.kind,
            name: member.name,
            region: member.region_code.parse().unwrap(),
            uscc: Some(member.uscc),
            bank: Some(bank).filter(|bank| !bank.number.is_empty()),
            related_to: ids.get(&member.related_to).copied(),
        };
        take_in(house, organisation).await;
    }
    let operator = ids["OPERATOR"];
    enrol(house, operator, ADMINISTRATOR, "administrator", "管理员").await;
    for person in people() {
        let Person { username, org_code, role, display_name } = person;
        enrol(house, ids[org_code], username, role, display_name).await;
    }
}

async fn take_in(house: &House, command: CreateOrganisation) {
    let doing = Doing::system("create_organisation");
    let run = house.db.write(doing, move |tx| identity::create_organisation(tx, &command));
    run.await.unwrap();
}

async fn enrol(house: &House, of: OrganisationId, username: &str, role: &str, name: &str) {
    let role: Role = role.parse().unwrap();
    let command = CreateUser {
        id: UserId::new(),
        username: username.to_owned(),
        display_name: name.to_owned(),
        organisation_id: of,
        role,
        password_hash: house.passwords.hash_here(&password_of(username)).unwrap(),
    };
    let doing = Doing::system("create_user");
    let run = house.db.write(doing, move |tx| identity::create_user(tx, &command));
    run.await.unwrap();
}
