//! Published tables, targets and balances: Qinzhou's own figures, beside a county of the story.

use reqwest::Method;
use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};

use super::files::before_step_nine;
use crate::certification::certify;
use crate::restoration::works::Works;
use crate::support::{Reply, Town, User, password_of, send, username_of};

const AREAS: &str = include_str!("../../fixtures/qinzhou_area_targets.csv");
const RATES: &str = include_str!("../../fixtures/qinzhou_protection_rate.csv");
const KEEPER: &str = "keeper.qinzhou";

/// Qinzhou with its counties and its forestry bureau.
async fn qinzhou(town: &Town) -> User<'_> {
    let regions = "code,name,parent_code,level\n45,广西壮族自治区,,province\n\
        4507,钦州市,45,prefecture\n450702,钦南区,4507,county\n450703,钦北区,4507,county\n\
        450721,灵山县,4507,county\n450722,浦北县,4507,county\n";
    let administrator = town.user(username_of("administrator").unwrap()).await;
    administrator.post_file("/api/v1/regions", "text/csv", regions.into()).await.created();
    let bureau = CreateOrganisation {
        id: OrganisationId::new(),
        code: "FORQZ".into(),
        kind: OrganisationKind::ForestryBureau,
        name: "钦州市林业局".into(),
        region: "4507".parse().unwrap(),
        uscc: Some(crate::market::fair::invented_code(950)),
        bank: None,
        related_to: None,
    };
    let keeper = CreateUser {
        id: UserId::new(),
        username: KEEPER.into(),
        display_name: "示例人员".into(),
        organisation_id: bureau.id,
        role: Role::ForestryOfficer,
        password_hash: town.hash_of(&password_of(KEEPER)),
    };
    let write = town.db.write(Doing::system("found_qinzhou"), move |tx| {
        identity::create_organisation(tx, &bureau)?;
        identity::create_user(tx, &keeper).map(|_| ())
    });
    write.await.unwrap();
    town.user(KEEPER).await
}

async fn publish(user: &User<'_>, region: &str, text: &str) -> Reply {
    // 钦州方案
    let document = "%E9%92%A6%E5%B7%9E%E6%96%B9%E6%A1%88";
    let path = format!(
        "/api/v1/published-tables?region={region}&document={document}&published_on=2018-08-01"
    );
    let request = user.request(Method::POST, &path).await.header("content-type", "text/csv");
    send(request.body(text.to_owned())).await
}

fn deviations(report: &Value) -> Vec<[&str; 4]> {
    let names = ["unit", "column", "published", "computed"];
    let all = report["deviations"].as_array().unwrap().iter();
    all.map(|it| names.map(|name| it[name].as_str().unwrap())).collect()
}

on_both_engines! {
    async fn r85_the_tables_of_qinzhou_are_kept_to_the_letter_with_what_does_not_follow(town: Town) {
        let keeper = qinzhou(&town).await;
        let areas = publish(&keeper, "4507", AREAS).await.created();
        assert_eq!(areas["table"]["kind"], "area_targets");
        assert_eq!((&areas["sums_checked"], &areas["deviations"]), (&json!(11), &json!([])));
        assert_eq!(areas["rows"][0]["region"], "450721");
        assert_eq!(areas["rows"][4]["is_total"], true);

        let rates = publish(&keeper, "4507", RATES).await.created();
        assert_eq!(rates["sums_checked"], 9);
        assert_eq!(rates["rates_checked"], 10);
        assert_eq!(deviations(&rates), [
            ["浦北县", "rate_2020_pct", "86.48", "86.49"],
            ["钦南区", "rate_2018_pct", "22.32", "22.33"],
            ["钦北区", "rate_2018_pct", "48.19", "48.17"],
            ["合计", "rate_2018_pct", "30.09", "30.10"],
            ["合计", "protected_2018_ha", "25118.46", "25118.45"],
            ["合计", "protected_2020_ha", "27538.51", "27538.50"],
        ]);
        // What was published stays, to the letter: 3257.8 with one place, 33 with none.
        assert_eq!(rates["rows"][0]["cells"][3]["published"], "3257.8");
        assert_eq!(rates["rows"][4]["cells"][4]["published"], "33");

        let stranger = town.stranger();
        let path = format!("/api/v1/published-tables/{}", rates["table"]["id"].as_str().unwrap());
        assert_eq!(stranger.get(&path).await.ok(), rates);
        assert_eq!(stranger.get(&format!("{path}/file.csv")).await.text, RATES);
        let csv = stranger.get(&format!("{path}/deviations.csv")).await.text;
        assert!(csv.starts_with("\u{feff}单位,列,核对,公布值,推算值,差\r\n"), "{csv}");
        assert!(csv.contains("合计,protected_2020_ha,各单位之和,27538.51,27538.50,0.01\r\n"), "{csv}");
        assert_eq!(csv.lines().count(), 7);
        let list = stranger.get("/api/v1/published-tables?region=4507&limit=1").await.ok();
        assert_eq!(list["items"][0]["kind"], "protection_rates");
        assert!(list["next_cursor"].is_string());
        town.verify().await;
    }

    async fn r85_a_table_again_is_recognised_and_a_corrected_one_is_a_version_beside_it(town: Town) {
        let keeper = qinzhou(&town).await;
        let first = publish(&keeper, "4507", RATES).await.created();
        let again = publish(&keeper, "4507", RATES).await.ok();
        assert_eq!(again, first);
        let corrected = publish(&keeper, "4507", &RATES.replace("27538.51", "27538.50")).await;
        let corrected = corrected.created();
        assert_eq!(corrected["table"]["version"], 2);
        assert_eq!(corrected["deviations"].as_array().unwrap().len(), 6);
        let unchanged = town.stranger();
        let path = format!("/api/v1/published-tables/{}", first["table"]["id"].as_str().unwrap());
        assert_eq!(unchanged.get(&path).await.ok(), first);

        let problem = publish(&keeper, "4507", "unit,total_ha,note\n").await;
        let problem = problem.refused(422, "table-refused");
        assert_eq!(problem["errors"][0]["pointer"], "/lines/1");
        publish(&keeper, "4599", RATES).await.refused(422, "unknown-region");
        publish(&keeper, "360124", RATES).await.refused(403, "not-your-region");
        let gan = town.user("gan.zhiqiang").await;
        publish(&gan, "4507", RATES).await.refused(403, "not-your-region");
    }

    async fn r6_r87_the_target_of_2020_is_missed_on_unrounded_values(town: Town) {
        let keeper = qinzhou(&town).await;
        publish(&keeper, "4507", RATES).await.created();
        publish(&keeper, "4507", AREAS).await.created();
        let target = async |year: i64, measure: &str, at_least: &str| {
            keeper.post("/api/v1/wetland-targets", json!({
                "region": "4507", "year": year, "measure": measure, "at_least": at_least,
                "document": format!("钦州方案 {measure}"),
            })).await
        };
        let rate = target(2020, "protection_rate", "33").await.created();
        assert_eq!(rate["standings"], json!([
            {"basis": "published", "area_ha": "27538.51", "whole_ha": "83450.06",
                "rate_pct": "33.00", "required_ha": "27538.5198", "is_met": false,
                "short_by_ha": "0.0098", "above_by_ha": null},
            {"basis": "row_sum", "area_ha": "27538.50", "whole_ha": "83450.06",
                "rate_pct": "33.00", "required_ha": "27538.5198", "is_met": false,
                "short_by_ha": "0.0198", "above_by_ha": null},
        ]));
        let area = target(2020, "wetland_area", "83450.06").await.created();
        assert_eq!(area["standings"][0]["is_met"], true);
        assert_eq!(area["standings"][0]["above_by_ha"], "0");
        let natural = target(2020, "natural_wetland_area", "62070.85").await.created();
        assert_eq!(natural["standings"][0]["area_ha"], "62070.85");
        assert_eq!(natural["standings"][0]["is_met"], true);
        // Nothing is known of a year that the table does not have.
        assert_eq!(target(2030, "protection_rate", "35").await.created()["standings"], json!([]));

        target(2020, "protection_rate", "33").await.refused(409, "target-twice");
        target(2020, "protection_rate", "100.01").await.refused(422, "target-out-of-range");
        target(2020, "protection_rate", "33 %").await.refused(422, "unreadable-values");
        let path = format!("/api/v1/wetland-targets/{}", rate["id"].as_str().unwrap());
        assert_eq!(town.stranger().get(&path).await.ok(), rate);
        let all = town.stranger().get("/api/v1/wetland-targets?region=45").await.ok();
        assert_eq!(all["items"].as_array().unwrap().len(), 4);
    }

    async fn r10_r11_r85_the_parcels_stand_beside_what_was_published(town: Town) {
        before_step_nine(&town).await;
        let gan = town.user("gan.zhiqiang").await;
        let head = AREAS.lines().next().unwrap();
        let table = format!("{head}\n进贤县,13.00,0,3.00,10.00,0,0,\n合计,13.00,0,3.00,10.00,0,0,\n");
        let report = publish(&gan, "3601", &table).await.created();
        let cells = &report["rows"][0]["cells"];
        assert_eq!(cells[0]["published"], "13.00");
        // 129,335.25 m² of three wetlands; no paddy and no pond among them (R11).
        assert_eq!(cells[0]["parcels"], "12.933525");
        assert_eq!(cells[0]["difference"], "0.066475");
        let sum: f64 = (1..=5).map(|n| cells[n]["parcels"].as_str().unwrap().parse::<f64>().unwrap()).sum();
        assert!((sum - 12.933525).abs() < 1e-9, "{cells:#}");

        let target = json!({
            "region": "360124", "year": 2025, "measure": "protection_rate", "at_least": "50",
            "document": "示例〔2025〕1号",
        });
        let target = gan.post("/api/v1/wetland-targets", target).await.created();
        assert_eq!(target["standings"][0]["basis"], "parcels");
        assert_eq!(target["standings"][0]["whole_ha"], "12.933525");
    }

    async fn r86_the_balance_of_a_county_and_its_province_grows_with_each_release(town: Town) {
        let batch = certify(&Works::propose(&town, "P360124-001").await).await;
        let path = "/api/v1/public/balances";
        let before = town.stranger().get(&format!("{path}/360124")).await.ok();
        assert_eq!(before["now"]["balance_m2"], "0.00");
        assert_eq!(before["history"], json!([]));
        let liang = town.user("liang.wenbo").await;
        let releases = format!("/api/v1/batches/{}/releases", batch["id"].as_str().unwrap());
        let release = liang.post(&releases, json!({"milestone": "acceptance"})).await.created();
        let m2 = format!("{}.00", release["step_m2"]);

        let county = town.stranger().get(&format!("{path}/360124")).await.ok();
        assert_eq!(county["now"], json!({
            "released_m2": m2, "retired_elsewhere_m2": "0.00", "retired_for_it_m2": "0.00",
            "occupied_m2": "0.00", "balance_m2": m2,
        }));
        assert_eq!(county["not_recorded"], json!([]));
        assert_eq!(county["history"].as_array().unwrap().len(), 1);
        assert_eq!(county["history"][0]["balance_m2"], m2.as_str());
        let province = town.stranger().get(&format!("{path}/36")).await.ok();
        assert_eq!(province["now"], county["now"]);
        let parts = province["parts"].as_array().unwrap();
        let own = parts.iter().find(|part| part["region"] == "3601").unwrap();
        assert_eq!(own["balance_m2"], m2.as_str());
        let other = parts.iter().find(|part| part["region"] == "3611").unwrap();
        assert_eq!(other["balance_m2"], "0.00");

        let csv = town.stranger().get(&format!("{path}/360124/history.csv")).await.text;
        assert!(csv.starts_with("\u{feff}区划代码,"), "{csv}");
        assert!(csv.contains(&format!(",{m2},0.00,0.00,0.00,{m2}\r\n")), "{csv}");
        town.stranger().get(&format!("{path}/99")).await.refused(404, "not-found");
        town.stranger().get(&format!("{path}/360124100")).await.refused(404, "not-found");
    }
}
