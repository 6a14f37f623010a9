//! What is there before the story begins: regions, the county's boundary, organisations, people and
//! the fee account. All but the three administrators is entered over the API: people by the system
//! administrator, and let in by the security administrator.

use std::collections::HashMap;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::people::{ADMINISTRATOR, AUDIT, People, Person, SECURITY, password_of};
use super::story::{Setup, Story, file, json_file};
use crate::app::House;
use crate::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use crate::kernel::actor::{Doing, Role};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Failure;
use crate::kernel::region::RegionCode;

const OPERATOR: &str = "OPERATOR";

/// The ids of the exchange by the numbers and codes under which the story speaks of things.
#[derive(Debug, Default)]
pub(super) struct Ids(HashMap<String, String>);

impl Ids {
    pub(super) fn keep(&mut self, number: &str, answer: &Value) -> anyhow::Result<()> {
        let id = answer.get("id").and_then(Value::as_str);
        let id = id.with_context(|| format!("{number} was made without an id"))?;
        self.0.insert(number.to_owned(), id.to_owned());
        Ok(())
    }

    pub(super) fn id(&self, number: &str) -> anyhow::Result<&str> {
        let id = self.0.get(number).map(String::as_str);
        id.with_context(|| format!("{number} was not made yet"))
    }

    /// The number or code of an id.
    pub(super) fn number_of(&self, id: &str) -> Option<&str> {
        self.0.iter().find_map(|(number, known)| (known == id).then_some(number.as_str()))
    }
}

/// The county in which the story plays.
#[derive(Debug)]
pub(super) struct World {
    pub(super) county: String,
    pub(super) fee_account: String,
    pub(super) people: Vec<Person>,
    /// The names of organisations by their codes.
    pub(super) organisations: Vec<(String, String)>,
    /// The names of regions by their codes.
    pub(super) regions: HashMap<String, String>,
    pub(super) ids: Ids,
}

impl World {
    /// The county as the files tell of it, before anything is entered.
    pub(super) fn of(setup: &Setup, county: String) -> anyhow::Result<Self> {
        let places: Vec<Place> = lines(&setup.regions)?;
        Ok(Self {
            county,
            fee_account: String::new(),
            people: lines(&setup.users)?,
            organisations: Vec::new(),
            regions: places.into_iter().map(|place| (place.code, place.name)).collect(),
            ids: Ids::default(),
        })
    }

    /// Somebody of that organisation who has that role.
    pub(super) fn person_of(&self, code: &str, role: &str) -> anyhow::Result<String> {
        let is_meant = |person: &&Person| person.org_code == code && person.role == role;
        let person = self.people.iter().find(is_meant);
        let person = person.with_context(|| format!("{code} has no {role}"))?;
        Ok(person.username.clone())
    }

    /// Somebody else of that organisation who has that role too.
    pub(super) fn another_of(&self, code: &str, role: &str) -> anyhow::Result<String> {
        let is_meant = |person: &&Person| person.org_code == code && person.role == role;
        let person = self.people.iter().filter(is_meant).nth(1);
        let person = person.with_context(|| format!("{code} has one {role} only"))?;
        Ok(person.username.clone())
    }

    pub(super) fn code_of(&self, organisation: &Value) -> String {
        let id = organisation.as_str().unwrap_or_default();
        self.ids.number_of(id).unwrap_or(id).to_owned()
    }
}

/// A line of organisations.csv.
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

/// A line of regions.csv.
#[derive(Debug, Deserialize)]
struct Place {
    code: String,
    name: String,
}

/// Loads what the story begins with.
pub(super) async fn found(
    house: &House,
    people: &mut People,
    story: &Story,
) -> anyhow::Result<World> {
    let boundary = json_file(&story.setup.county_boundary)?;
    let county = boundary.pointer("/features/0/properties/code").and_then(Value::as_str);
    let county = county.context("the boundary names its county")?.to_owned();
    make_administrators(house, &county).await.map_err(cause_of)?;
    let csv = (&story.setup.regions, "text/csv", "/api/v1/regions");
    let geojson =
        (&story.setup.county_boundary, "application/geo+json", "/api/v1/county-boundaries");
    for (name, kind, path) in [csv, geojson] {
        people.post_file(ADMINISTRATOR, path, kind, file(name)?.to_vec()).await?.done()?;
    }
    let mut world = World::of(&story.setup, county)?;
    enter_organisations(people, story, &mut world).await?;
    enter_people(people, &world).await?;
    designate_fee_account(people, story, &mut world).await?;
    bring_zones_into_force(people, &world).await?;
    Ok(world)
}

fn lines<T: DeserializeOwned>(name: &str) -> anyhow::Result<Vec<T>> {
    let lines: Result<_, _> = csv::Reader::from_reader(file(name)?).deserialize().collect();
    lines.with_context(|| format!("{name} cannot be read"))
}

pub(super) fn cause_of(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Broken(cause) => cause,
        Failure::Refused(problem) => anyhow::anyhow!("{}", problem.english),
    }
}

/// The first people cannot be entered by anybody, so the system does it, as `user add` does.
async fn make_administrators(house: &House, county: &str) -> Result<(), Failure> {
    let region: RegionCode =
        county.parse().map_err(|_| Failure::broken("the story plays in a county"))?;
    let operator = CreateOrganisation {
        id: OrganisationId::new(),
        code: OPERATOR.into(),
        kind: OrganisationKind::Operator,
        name: "演示系统运维 (demo operator)".into(),
        region,
        uscc: None,
        bank: None,
        related_to: None,
    };
    let organisation_id = operator.id;
    let doing = Doing::system("found_demo");
    house.db.write(doing, move |tx| identity::create_organisation(tx, &operator)).await?;
    for (username, display_name, role) in [
        (ADMINISTRATOR, "演示系统管理员", Role::Administrator),
        (SECURITY, "演示安全管理员", Role::SecurityAdministrator),
        (AUDIT, "演示审计管理员", Role::AuditAdministrator),
    ] {
        let person = CreateUser {
            id: UserId::new(),
            username: username.into(),
            display_name: display_name.into(),
            organisation_id,
            role,
            password_hash: house.passwords.hash(password_of(username)).await?,
        };
        let doing = Doing::system("found_demo");
        house.db.write(doing, move |tx| identity::create_user(tx, &person)).await?;
    }
    Ok(())
}

async fn enter_organisations(
    people: &mut People,
    story: &Story,
    world: &mut World,
) -> anyhow::Result<()> {
    for body in lines::<Body>(&story.setup.organisations)? {
        let bank = body.bank_account.zip(body.bank_name);
        let related_to = match &body.related_to {
            Some(code) => Some(world.ids.id(code)?.to_owned()),
            None => None,
        };
        let new = json!({
            "code": body.org_code, "kind": body.kind, "name": body.name,
            "region": body.region_code, "uscc": body.uscc, "related_to": related_to,
            "bank": bank.map(|(number, name)| json!({"number": number, "bank_name": name})),
        });
        let made = people.post(ADMINISTRATOR, "/api/v1/organisations", new).await?.done()?;
        world.ids.keep(&body.org_code, &made)?;
        world.organisations.push((body.org_code, body.name));
    }
    Ok(())
}

async fn enter_people(people: &mut People, world: &World) -> anyhow::Result<()> {
    for person in &world.people {
        let new = json!({
            "username": person.username, "display_name": person.display_name,
            "organisation_id": world.ids.id(&person.org_code)?, "role": person.role,
            "password": password_of(&person.username),
        });
        let made = people.post(ADMINISTRATOR, "/api/v1/users", new).await?.done()?;
        let_in(people, &made).await?;
        people.begin(&person.username).await?;
    }
    people.begin(AUDIT).await
}

/// A person's first role takes effect by the security administrator.
async fn let_in(people: &mut People, user: &Value) -> anyhow::Result<()> {
    let user = user.get("id").and_then(Value::as_str).context("a person has an id")?;
    let path = format!("/api/v1/role-grants?user_id={user}&state=entered");
    let waiting = people.get(SECURITY, &path).await?;
    let grant = waiting.pointer("/items/0/id").and_then(Value::as_str);
    let grant = grant.context("a new person's role waits")?;
    let path = format!("/api/v1/role-grants/{grant}/approval");
    people.post(SECURITY, &path, Value::Null).await?.done()?;
    Ok(())
}

/// The red and yellow zones: entered by an officer of the centre, approved by its director.
async fn bring_zones_into_force(people: &mut People, world: &World) -> anyhow::Result<()> {
    let officer = world.person_of("CENTRE", "centre_officer")?;
    let director = world.person_of("CENTRE", "centre_director")?;
    let new = json!({
        "kind": "zones", "region": world.county, "name": "demo-1",
        "source_authority": "进贤县自然资源局", "source_document": "示例〔2021〕1号",
        "source_date": "2021-01-01",
    });
    let made = people.post(&officer, "/api/v1/layer-versions", new).await?.done()?;
    let id = made.get("id").and_then(Value::as_str).context("a version has an id")?;
    let path = format!("/api/v1/layer-versions/{id}");
    let zones = file("redlines.geojson")?.to_vec();
    let kind = "application/geo+json";
    people.post_file(&officer, &format!("{path}/files"), kind, zones).await?.done()?;
    let approval = json!({"document": "示例〔2021〕2号", "dated": "2021-01-15"});
    people.post(&director, &format!("{path}/approval"), approval).await?.done()?;
    Ok(())
}

async fn designate_fee_account(
    people: &mut People,
    story: &Story,
    world: &mut World,
) -> anyhow::Result<()> {
    let account = &story.fee_account;
    let new = json!({
        "county": world.county, "number": account.account, "name": account.name,
        "bank": account.bank, "document": "示例〔2022〕1号",
        "centre_organisation_id": world.ids.id("CENTRE")?,
        "treasury_organisation_id": world.ids.id("FINANCE")?,
    });
    let made = people.post(ADMINISTRATOR, "/api/v1/fee-accounts", new).await?.done()?;
    world.ids.keep(&account.account, &made)?;
    world.fee_account = world.ids.id(&account.account)?.to_owned();
    Ok(())
}
