//! One object of every kind, the people to whom it belongs, and the others.

use std::collections::HashMap;

use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::ledger::FeeAccountId;
use wetland_exchange::settlement::{self, OpenFeeAccount};

use super::bodies::query_of;
use super::table::{Other, Row};
use crate::coverage::Described;
use crate::inventory::files::{KIND, bytes, plots};
use crate::market::fair::{Fair, invented_code, purchases};
use crate::support::{Reply, Town, password_of};

/// An id that nobody knows.
pub(super) const UNKNOWN: &str = "0191e4c8-7b1a-7000-8000-000000000001";

/// A county in which everything has happened, and people of the next one.
pub(super) struct Scene {
    pub(super) fair: Fair,
    pub(super) things: HashMap<&'static str, String>,
}

impl Scene {
    pub(super) async fn set(town: Town) -> Self {
        let mut scene = Self { fair: Fair::open(town, 1).await, things: HashMap::new() };
        scene.people_of_the_next_county().await;
        scene.things_of_the_market().await;
        scene.things_of_the_desk().await;
        scene.things_occupied().await;
        scene.layers().await;
        for (thing, username, path) in [
            ("approved_project", "zhou.jianing", "/api/v1/projects".to_owned()),
            ("project", "zhou.jianing", "/api/v1/projects".to_owned()),
            ("application", "zhou.jianing", "/api/v1/certification-applications".to_owned()),
            ("parcel", "zhou.jianing", "/api/v1/parcels".to_owned()),
            ("import", "zhou.jianing", "/api/v1/parcel-imports".to_owned()),
            ("notice", "buyer.00", "/api/v1/payment-notices".to_owned()),
            ("line", "luo.jingyi", scene.fair.desk.path("statement-lines")),
            ("statement", "luo.jingyi", scene.fair.desk.path("statements")),
            ("exception", "luo.jingyi", scene.fair.desk.path("statement-exceptions")),
        ] {
            let list = scene.town().user(username).await.get(&path).await.ok();
            scene.put(thing, &list["items"][0]["id"]);
        }
        let me = scene.town().user("fu.guoping").await.get("/api/v1/me").await.ok();
        let id = me.get("id").or_else(|| me.pointer("/user/id"));
        scene.put("user", id.unwrap_or_else(|| panic!("no id: {me:#}")));
        let organisation = scene.fair.desk.organisation("T360124500").await;
        scene.put("organisation", &json!(organisation));
        scene.things_pledged().await;
        scene.things_of_auctions().await;
        scene.afterwards().await;
        scene
    }

    pub(super) fn town(&self) -> &Town {
        self.fair.town()
    }

    #[track_caller]
    pub(super) fn put(&mut self, thing: &'static str, id: &Value) {
        let id = id.as_str().unwrap_or_else(|| panic!("no {thing}"));
        self.things.insert(thing, id.to_owned());
    }

    async fn things_of_the_market(&mut self) {
        let listing = self.fair.list(6_000, "94200.00").await;
        let body = json!({ "m2": 100 });
        let buyer = self.town().user("buyer.00").await;
        let trade = buyer.post(&purchases(&listing), body).await.created();
        let order = json!({
            "m2": 5, "price_per_mu": "337.00", "wetland_type": "marsh", "grade_max": 5,
        });
        let order = buyer.post("/api/v1/orders", order).await.created();
        let body = json!({ "county": "360124", "amount": "1.00" });
        let refund = buyer.post("/api/v1/refund-requests", body).await.created();
        drop(buyer);
        let peng = self.town().user("peng.haoran").await;
        let band = json!({ "on": true, "document": "示例〔2026〕7号" });
        let band = peng.post("/api/v1/price-bands", band).await.created();
        drop(peng);
        self.put("order", &order["id"]);
        self.put("price_band", &band["id"]);
        self.put("listing", &listing["id"]);
        self.put("trade", &trade["id"]);
        self.put("refund", &refund["id"]);
        self.put("batch", &json!(self.fair.batch));
        self.put("fee_account", &json!(self.fair.desk.account));
    }

    async fn layers(&mut self) {
        let zhou = self.town().user("zhou.jianing").await;
        let version = json!({
            "kind": "zones", "region": "360124", "name": "demo-1",
            "source_authority": "进贤县自然资源局", "source_document": "示例〔2021〕3号",
            "source_date": "2021-01-01",
        });
        let version = zhou.post("/api/v1/layer-versions", version).await.created();
        drop(zhou);
        self.put("layer_version", &version["id"]);
    }

    async fn things_of_the_desk(&mut self) {
        let unknown = crate::finance::desk::Row::new("20230825900001", 500, "货款");
        self.fair.desk.import(self.fair.desk.file(10_000_000, &[unknown])).await;
        let payout = self.fair.desk.enter_share("township_share", "T360124500", "0.10").await;
        let payout = payout.created();
        let peng = self.town().user("peng.haoran").await;
        let schedule = json!({
            "valid_from": "2099-07-23", "valid_to": "2102-07-22", "township_percent": "20",
            "centre_percent": "10", "label": "下一版",
        });
        let schedule = peng.post("/api/v1/fee-schedules", schedule).await.created();
        let mapping = json!({
            "name": "网银明细", "bank": "赣鄱示例银行",
            "layout": {
                "columns": { "date": "日期", "amount": "金额", "balance": "余额" },
                "titles": { "account": "账号" },
            },
        });
        let mapping = peng.post("/api/v1/statement-mappings", mapping).await.created();
        let me = peng.get("/api/v1/me").await.ok();
        let area = json!({ "document": "示例〔2024〕21号", "reach": "prefecture" });
        let area = peng.post("/api/v1/trading-areas", area).await.created();
        drop(peng);
        self.put("payout", &payout["id"]);
        self.things_to_decide().await;
        self.put("schedule", &schedule["id"]);
        self.put("area", &area["id"]);
        self.put("mapping", &mapping["id"]);
        self.put("officer", me.get("id").or_else(|| me.pointer("/user/id")).unwrap());
    }

    /// The same offices in 南昌县, and a director for the buyer.
    async fn people_of_the_next_county(&self) {
        let offices = [
            ("NEXTCENTRE", OrganisationKind::OperationsCentre, "360121"),
            ("NEXTFINANCE", OrganisationKind::FinanceBureau, "360121"),
            ("NEXTFORESTRY", OrganisationKind::ForestryBureau, "360121"),
            ("NEXTTOWNSHIP", OrganisationKind::Township, "360121100"),
        ];
        for (n, (code, kind, region)) in offices.into_iter().enumerate() {
            let organisation = CreateOrganisation {
                id: OrganisationId::new(),
                code: code.into(),
                kind,
                name: format!("南昌县示例机构{n}"),
                region: region.parse().unwrap(),
                uscc: Some(invented_code(900 + n)),
                bank: None,
                related_to: None,
            };
            let roles = identity::roles_of(kind).iter();
            let people: Vec<_> = roles
                .map(|role| self.person(&format!("next.{role}"), organisation.id, *role))
                .collect();
            let doing = Doing::system("set_scene");
            let write = self.town().db.write(doing, move |tx| {
                identity::create_organisation(tx, &organisation)?;
                people.iter().try_for_each(|person| identity::create_user(tx, person).map(|_| ()))
            });
            write.await.unwrap();
        }
        let director =
            self.person("buyer.director", self.fair.buyers[0].1, Role::DeveloperDirector);
        let doing = Doing::system("set_scene");
        let write = self.town().db.write(doing, move |tx| identity::create_user(tx, &director));
        write.await.unwrap();
    }

    /// Gives the next county a fee account with an opening balance that waits for its approval.
    pub(super) async fn open_next_account(&mut self) {
        let desk = &self.fair.desk;
        let it = OpenFeeAccount {
            id: FeeAccountId::new(),
            county: "360121".parse().unwrap(),
            number: "1502999909000000002".into(),
            name: "南昌县示例交易费用管理账户".into(),
            bank: "南昌示例商业银行".into(),
            document: "示例〔2022〕2号".into(),
            centre: desk.organisation("NEXTCENTRE").await,
            treasury: desk.organisation("NEXTFINANCE").await,
        };
        let path = format!("/api/v1/fee-accounts/{}/openings", it.id);
        let doing = Doing::system("set_scene");
        let write = self.town().db.write(doing, move |tx| settlement::open_fee_account(tx, &it));
        write.await.unwrap();
        let body = json!({ "amount": "5.00", "opened_on": "2023-08-25", "reason": "由原账户结转" });
        let officer = self.town().user("next.finance.officer").await;
        let opening = officer.post(&path, body).await.created();
        drop(officer);
        self.put("opening", &opening["id"]);
    }

    fn person(&self, username: &str, organisation_id: OrganisationId, role: Role) -> CreateUser {
        CreateUser {
            id: UserId::new(),
            username: username.replace('_', "."),
            display_name: "示例人员".into(),
            organisation_id,
            role,
            password_hash: self.town().hash_of(&password_of(&username.replace('_', "."))),
        }
    }

    /// The person of that role to whom the thing belongs.
    pub(super) fn own(&self, role: Role, other: Other) -> Option<String> {
        let (Other::Unknown(thing) | Other::Filtered(thing)) = other else { return None };
        let is_theirs = match thing {
            // A developer and an assessor read what is theirs; the scene's paper is the township's.
            "document" => {
                !matches!(role, Role::Developer | Role::DeveloperDirector | Role::Assessor)
            }
            "opening" => return Some("next.finance.director".into()),
            "expert" if role == Role::Assessor => return Some("pei.ruolan".into()),
            "user" | "organisation" => role == Role::TownshipOfficer,
            // A draft is the affair of those who may change it.
            "layer_version" => role != Role::TownshipOfficer,
            // A retirement that took effect has nothing left to be assigned or cancelled.
            "retirement" | "certificate" | "occupation" => {
                matches!(role, Role::Developer | Role::DeveloperDirector | Role::ForestryOfficer)
            }
            "spending" => matches!(
                role,
                Role::CentreOfficer
                    | Role::CentreDirector
                    | Role::FinanceOfficer
                    | Role::FinanceDirector
            ),
            "pledge" | "departure" | "policy" => {
                !matches!(role, Role::Developer | Role::DeveloperDirector)
            }
            "payout" => {
                matches!(role, Role::TownshipOfficer | Role::FinanceOfficer | Role::FinanceDirector)
            }
            _ => true,
        };
        let username = match role {
            Role::CentreDirector => "liang.wenbo",
            Role::CentreOfficer => "tu.mingyuan",
            Role::FinanceDirector => "shen.yutong",
            Role::FinanceOfficer => "luo.jingyi",
            Role::ForestryOfficer => "gan.zhiqiang",
            Role::TownshipOfficer => "fu.guoping",
            Role::Developer => "buyer.00",
            Role::DeveloperDirector => "buyer.director",
            Role::BankOfficer => "bnk01.desk",
            Role::InsurerOfficer => "ins01.desk",
            _ => return None,
        };
        is_theirs.then(|| username.to_owned())
    }

    /// People of that role to whom it does not belong; auditors and administrators look into all.
    pub(super) fn others(&self, role: Role, other: Other) -> Vec<String> {
        let (Other::Unknown(thing) | Other::Filtered(thing)) = other else { return Vec::new() };
        if !self.things.contains_key(thing) {
            return Vec::new();
        }
        let usernames: &[&str] = match role {
            // Finance pays to every organisation.
            Role::FinanceDirector | Role::FinanceOfficer if thing == "organisation" => &[],
            Role::CentreDirector => &["next.centre.director", "liang.wenbo"],
            Role::CentreOfficer => &["next.centre.officer", "tu.mingyuan"],
            Role::FinanceDirector => &["next.finance.director", "shen.yutong"],
            Role::FinanceOfficer => &["next.finance.officer", "luo.jingyi"],
            Role::ForestryOfficer => &["next.forestry.officer", "gan.zhiqiang"],
            Role::TownshipOfficer if thing == "approved_project" => &["next.township.officer"],
            Role::TownshipOfficer => &["hu.xiaoqiu", "next.township.officer"],
            Role::Developer => &["dev01.trader", "buyer.00"],
            Role::DeveloperDirector => &["dev01.director", "buyer.director"],
            Role::Assessor => &["ke.anran"],
            Role::BankOfficer => &["bnk02.desk"],
            Role::InsurerOfficer => &[],
            Role::Auditor
            | Role::Administrator
            | Role::SecurityAdministrator
            | Role::AuditAdministrator => &[],
        };
        let own = self.own(role, other);
        let theirs = |username: &&&str| own.as_deref() == Some(**username);
        let mut others: Vec<_> = usernames.iter().collect();
        others.retain(|username| !theirs(username));
        others.into_iter().map(|username| (*username).to_owned()).collect()
    }

    pub(super) async fn judge_other(
        &self,
        one: &Described,
        row: &Row,
        username: &str,
    ) -> Option<String> {
        match row.other {
            Other::Unknown(thing) => {
                let id = &self.things[thing];
                let foreign = self.ask(one, username, id).await;
                let unknown = self.ask(one, username, UNKNOWN).await;
                let alike = bare(&foreign.text.replace(id, UNKNOWN)) == bare(&unknown.text);
                let fits = foreign.status == 404 && unknown.status == 404 && alike;
                (!fits).then(|| {
                    let (foreign, unknown) = (&foreign.text, &unknown.text);
                    format!("{} told {username} {foreign:.200}; unknown: {unknown:.200}", row.id)
                })
            }
            Other::Filtered(thing) => {
                let id = &self.things[thing];
                let list = self.ask(one, username, id).await;
                let fits = !list.text.contains(id) && list.status == 200;
                (!fits)
                    .then(|| format!("{} told {username} of {thing}: {:.200}", row.id, list.text))
            }
            Other::Nobody | Other::Same => None,
        }
    }

    pub(super) async fn judge_own(
        &self,
        one: &Described,
        row: &Row,
        username: &str,
    ) -> Option<String> {
        let (Other::Unknown(thing) | Other::Filtered(thing)) = row.other else { return None };
        let id = &self.things[thing];
        let answer = self.ask(one, username, id).await;
        let fits = match answer.status.as_u16() {
            200 | 201 if one.method == "GET" => {
                answer.text.contains(id) || !is_a_list_of(row.other)
            }
            200 | 201 => true,
            // A second person and who posts receipts are questions of business.
            403 => answer.json()["type"] != "/problems/not-allowed",
            // Papers of what is not decided yet.
            409 if [
                "get_period_close_check",
                "get_payment_order",
                "get_payment_table",
                "get_payout_payment_order",
                "get_payout_payment_table",
            ]
            .contains(&one.id()) =>
            {
                true
            }
            409 | 422 => one.method != "GET",
            _ => false,
        };
        let (status, text) = (answer.status, &answer.text);
        (!fits).then(|| format!("{} told {username}, whose it is, {status}: {text:.200}", row.id))
    }

    async fn ask(&self, one: &Described, username: &str, id: &str) -> Reply {
        let mut path = one.path_of(id);
        path += query_of(one.id());
        let user = self.town().user(username).await;
        match (&*one.method, one.id()) {
            ("GET", _) => user.get(&path).await,
            (_, "create_layer_file" | "create_layer_file_report") => {
                let zones = include_bytes!("../../fixtures/jinxian/redlines.geojson");
                user.post_file(&path, "application/geo+json", zones.to_vec()).await
            }
            (_, "create_survey_file") => {
                user.post_file(&path, KIND, bytes(&plots(&["R360124-0012"]))).await
            }
            (_, one)
                if one == "create_occupation_file"
                    || (one.ends_with("_document") && one != "create_occupation_document") =>
            {
                path += "?kind=other&name=a.pdf&purpose=%E5%90%8C%E6%84%8F%E4%B9%A6";
                let pdf = b"%PDF-1.7\n%%EOF\n".to_vec();
                user.post_file(&path, "application/octet-stream", pdf).await
            }
            (_, "create_statement" | "create_statement_check" | "create_statement_preview") => {
                user.post_file(&path, "text/csv", self.fair.desk.file(0, &[])).await
            }
            (_, operation) => user.post(&path, self.body(operation, id)).await,
        }
    }
}

fn is_a_list_of(other: Other) -> bool {
    matches!(other, Other::Filtered(_))
}

/// A problem without what differs from request to request.
fn bare(text: &str) -> Value {
    let mut problem: Value = serde_json::from_str(text).unwrap_or_default();
    if let Some(problem) = problem.as_object_mut() {
        problem.remove("request_id");
    }
    problem
}
