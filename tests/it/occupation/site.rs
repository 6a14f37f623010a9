//! A building site: a developer with credits of 五里 and two people, and land that nobody has.

use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::ledger::{self, Account, CreditBucket};

use crate::market::fair::{Fair, invented_code, purchases};
use crate::support::{Reply, Town, User, password_of};

/// A square of so many m² on plain land of 进贤县; each place is apart from the others.
pub(crate) fn square(place: i64, m2: &str) -> Value {
    let offset: f64 = (place % 10).to_string().parse().unwrap();
    let row: f64 = (place / 10).to_string().parse().unwrap();
    square_at((116.24 + 0.004 * offset, 28.4 + 0.004 * row), m2)
}

/// A square of so many m² whose lowest corner lies there.
pub(crate) fn square_at((x, y): (f64, f64), m2: &str) -> Value {
    let phi = y.to_radians();
    let north = 111_132.92 - 559.82 * (2.0 * phi).cos() + 1.175 * (4.0 * phi).cos();
    let east = 111_412.84 * phi.cos() - 93.5 * (3.0 * phi).cos();
    let side = m2.parse::<f64>().unwrap().sqrt();
    let (wide, high) = (side / east, side / north);
    json!({ "type": "Polygon", "coordinates": [[
        [x, y], [x + wide, y], [x + wide, y + high], [x, y + high], [x, y],
    ]] })
}

/// An application for a road over so many m² of general marsh, with all its papers.
pub(crate) fn application(place: i64, m2: &str) -> Value {
    let document = |kind: &str| json!({ "kind": kind, "title": kind, "sha256": "ab".repeat(32) });
    json!({
        "county": "360124", "project_name": "示例县道改建工程", "term": "permanent",
        "ground": "other", "legal_basis": "湿地保护法第十九条", "wetland_type": "marsh",
        "level": "general", "area_m2": m2, "polygon": square(place, m2),
        "avoidance_statement": "比选三条线位，无法避让，已缩减4.2%",
        "impact_measures": "施工期围堰与表土剥离回用", "permanent_building": true,
        "documents": [
            document("form"), document("legal_person"), document("project_approval"),
            document("feasibility_report"),
        ],
    })
}

/// The grade of the land by an assessor without interest.
pub(crate) fn grading(grade: i64) -> Value {
    json!({
        "grade": grade, "assessor": "ASR01", "report_number": "JY-2023-044",
        "reported_on": "2023-08-20", "author": "裴若兰", "no_interest_declared": true,
    })
}

/// A case of land that nobody was allowed to occupy.
pub(crate) fn case() -> Value {
    json!({
        "county": "360124", "kind": "natural_wetland_reclaimed", "offender": "示例养殖场",
        "area_m2": "1234.50", "basis": "现场检查笔录 2023-3", "found_on": "2023-08-20",
    })
}

/// The site with its people.
pub(crate) struct Site {
    pub(crate) fair: Fair,
    pub(crate) developer: OrganisationId,
}

impl Site {
    /// The developer has bought so many m² of the batch, or none.
    pub(crate) async fn open(town: Town, m2: i64) -> Self {
        let fair = Fair::open(town, 1).await;
        let developer = fair.buyers[0].1;
        let director = person(&fair, "buyer.director", developer, Role::DeveloperDirector);
        let write = fair
            .town()
            .db
            .write(Doing::system("open_site"), move |tx| identity::create_user(tx, &director));
        write.await.unwrap();
        if m2 > 0 {
            let listing = fair.list(m2, "337.00").await;
            let buyer = fair.town().user("buyer.00").await;
            buyer.post(&purchases(&listing), json!({ "m2": m2 })).await.created();
        }
        Self { fair, developer }
    }

    pub(crate) fn town(&self) -> &Town {
        self.fair.town()
    }

    pub(crate) async fn trader(&self) -> User<'_> {
        self.town().user("buyer.00").await
    }

    pub(crate) async fn director(&self) -> User<'_> {
        self.town().user("buyer.director").await
    }

    pub(crate) async fn forestry(&self) -> User<'_> {
        self.town().user("gan.zhiqiang").await
    }

    /// Applies; returns the path of the application.
    pub(crate) async fn apply(&self, body: Value) -> String {
        let made = self.trader().await.post("/api/v1/occupations", body).await.created();
        path(&made)
    }

    /// Applies for land of that size, accepted and graded.
    pub(crate) async fn ready(&self, place: i64, m2: &str) -> String {
        self.ready_with(application(place, m2), "gan.zhiqiang").await
    }

    /// Applies; that person of a forestry bureau accepts and grades.
    pub(crate) async fn ready_with(&self, body: Value, reviewer: &str) -> String {
        let path = self.apply(body).await;
        let reviewer = self.town().user(reviewer).await;
        reviewer.post(&format!("{path}/acceptance"), json!({})).await.created();
        reviewer.post(&format!("{path}/gradings"), grading(3)).await.created();
        path
    }

    /// The county lets credits of that type stand for another one.
    pub(crate) async fn substitutes(&self, pairs: Value) {
        let policy = json!({
            "region": "360124", "ratio": "1.00", "general_compensates": true,
            "substitutes": pairs, "document": "示例〔2023〕3号",
        });
        self.policy(policy).await;
    }

    /// Two people of the forestry bureau decide what the county asks.
    pub(crate) async fn policy(&self, policy: Value) {
        let gan = self.forestry().await;
        let entered = gan.post("/api/v1/occupation-policies", policy).await.created();
        let id = entered["id"].as_str().unwrap();
        let approval = format!("/api/v1/occupation-policies/{id}/approval");
        self.town().user("mei.xiulan").await.post(&approval, json!({})).await.created();
    }

    /// Asks to retire these parts for an application.
    pub(crate) async fn ask(&self, path: &str, parts: Value) -> Reply {
        let body = json!({ "parts": parts, "reason": "占补平衡" });
        self.trader().await.post(&format!("{path}/retirements"), body).await
    }

    /// Asks to retire so many m² from the lowest serials on.
    pub(crate) async fn ask_m2(&self, path: &str, m2: i64) -> Value {
        let parts = json!([{ "batch_id": self.fair.batch, "m2": m2 }]);
        self.ask(path, parts).await.created()
    }

    /// The director confirms.
    pub(crate) async fn confirm(&self, retirement: &Value) -> Reply {
        let id = retirement["id"].as_str().unwrap();
        let director = self.director().await;
        director.post(&format!("/api/v1/retirements/{id}/confirmation"), json!({})).await
    }

    /// Two people retire so many m².
    pub(crate) async fn retire(&self, path: &str, m2: i64) -> Value {
        let asked = self.ask_m2(path, m2).await;
        self.confirm(&asked).await.created()
    }

    pub(crate) async fn approve(&self, path: &str) -> Reply {
        self.approve_as(path, "gan.zhiqiang").await
    }

    pub(crate) async fn approve_as(&self, path: &str, reviewer: &str) -> Reply {
        let body = json!({ "document": "示例林湿许〔2023〕8号" });
        self.town().user(reviewer).await.post(&format!("{path}/approval"), body).await
    }

    /// The forestry bureau of a region, with one officer of that username.
    pub(crate) async fn bureau(&self, n: usize, region: &str, username: &str) {
        let it = CreateOrganisation {
            id: OrganisationId::new(),
            code: format!("FORESTRY{region}"),
            kind: OrganisationKind::ForestryBureau,
            name: format!("示例林业局{region}"),
            region: region.parse().unwrap(),
            uscc: Some(invented_code(700 + n)),
            bank: None,
            related_to: None,
        };
        let officer = person(&self.fair, username, it.id, Role::ForestryOfficer);
        let write = self.town().db.write(Doing::system("open_site"), move |tx| {
            identity::create_organisation(tx, &it)?;
            identity::create_user(tx, &officer)
        });
        write.await.unwrap();
    }

    pub(crate) async fn gate(&self, path: &str) -> Value {
        self.trader().await.get(&format!("{path}/gate")).await.ok()
    }

    /// The codes of what the gate misses.
    pub(crate) async fn missing(&self, path: &str) -> Vec<String> {
        let gate = self.gate(path).await;
        let missing = gate["missing"].as_array().unwrap();
        missing.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
    }

    /// What the developer has of the batch, as (available, retired).
    pub(crate) async fn credits(&self) -> (i64, i64) {
        let (developer, batch) = (self.developer, self.fair.batch);
        let read = self.town().db.read(None, move |c| {
            let of = |bucket| Account::credits(developer, batch, bucket);
            let available = ledger::balance(c, &of(CreditBucket::Available))?;
            Ok((available, ledger::balance(c, &of(CreditBucket::Retired))?))
        });
        read.await.unwrap()
    }

    /// Does what the clock asks for.
    pub(crate) async fn due(&self) {
        wetland_exchange::due::run(&self.town().db).await.unwrap();
    }
}

/// The path of an application.
pub(crate) fn path(occupation: &Value) -> String {
    format!("/api/v1/occupations/{}", occupation["id"].as_str().unwrap())
}

/// Somebody of an organisation, with a login.
pub(crate) fn person(
    fair: &Fair,
    username: &str,
    organisation_id: OrganisationId,
    role: Role,
) -> CreateUser {
    CreateUser {
        id: UserId::new(),
        username: username.into(),
        display_name: "示例人员".into(),
        organisation_id,
        role,
        password_hash: fair.town().hash_of(&password_of(username)),
    }
}
