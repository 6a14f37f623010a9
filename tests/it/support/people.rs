//! The organisations and people of the fixtures.

use std::sync::LazyLock;

use serde::Deserialize;

/// Who sets the others up; the fixtures have no administrator.
pub(super) const ADMINISTRATOR: &str = "town.administrator";

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
