//! The centre, the forestry bureau and experts do their day's work with forms alone.

use reqwest::StatusCode;
use serde_json::{Value, json};
use wetland_exchange::site;

use super::browser::{Browser, offered};
use super::markup::judge;
use crate::coverage::{none, operations};
use crate::experts::{NONCE, enter, hash_of, institute};
use crate::market::fair::Fair;
use crate::occupation::site::{Site, case};
use crate::restoration::works::Works;
use crate::support::{Reply, Town};

/// Whose commands stand on pages of casework.
const ROLES: [&str; 4] = ["centre_officer", "centre_director", "forestry_officer", "assessor"];

/// Commands that have a page of their own, or none.
const ELSEWHERE: &[&str] = &[
    // Files: on the pages of documents and of imports.
    "create_application_document",
    "create_draw_document",
    "create_parcel_document",
    "create_project_document",
    "create_parcel_import",
    "create_parcel_import_report",
    "create_parcel_error_sheet",
    // Of one's own login.
    "create_logout",
    "create_fresh_code",
    "create_own_password",
    "create_second_factor_confirmation",
    // Files and polygons that come from other programs.
    "create_land_answer",
    "create_layer_file",
    "create_layer_file_report",
    "create_published_table",
    // The officer is among the callers only to be refused.
    "create_certification",
    "create_rejection",
    "create_second_factor",
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Something of every kind that these people work on, for the pages to show.
pub(crate) async fn things(site: &Site) -> Vec<(&'static str, String)> {
    let town = site.town();
    let (zhou, gan) = (town.user("zhou.jianing").await, town.user("gan.zhiqiang").await);
    let list = async |path: &str| zhou.get(path).await.ok()["items"][0]["id"].clone();
    let project = text(&list("/api/v1/projects").await);
    let path = format!("/api/v1/projects/{project}");
    let paper = b"%PDF-1.4\n%%EOF\n".to_vec();
    let to = format!("{path}/documents?name=a.pdf&purpose=b");
    let document = zhou.post_file(&to, "application/octet-stream", paper).await.created();
    let order = json!({ "authority": "centre", "document": "示例〔2023〕1号", "reason": "待查" });
    let order = gan.post(&format!("{path}/freeze-orders"), order).await.created();
    let loss = json!({
        "m2": 1, "found_on": "2023-08-25", "reference": "示例〔2023〕2号", "reason": "冲毁",
    });
    let loss = zhou.post(&format!("{path}/losses"), loss).await.created();
    let person = town.user("pei.ruolan").await.get("/api/v1/me").await.ok();
    let expert = json!({ "user_id": person["user"]["id"], "fields": ["wetland"] });
    let expert = zhou.post("/api/v1/experts", expert).await.created();
    let layer = json!({
        "kind": "zones", "region": "360124", "name": "示例分区", "source_authority": "示例局",
        "source_document": "示例〔2021〕3号", "source_date": "2021-01-01",
    });
    let layer = zhou.post("/api/v1/layer-versions", layer).await.created();
    let banned = site.fair.desk.organisation("DEV03").await;
    let ban = json!({ "organisation_id": banned, "reason": "逾期未付款" });
    let liang = town.user("liang.wenbo").await;
    let ban = liang.post("/api/v1/trading-bans", ban).await.created();
    let seller = site.fair.desk.organisation("T360124500").await;
    let offer = json!({
        "batch_id": site.fair.batch, "counterparty_id": seller, "m2": 10, "price_per_mu": "337.00",
    });
    let transfer = site.trader().await.post("/api/v1/negotiated-transfers", offer).await.created();
    let case = gan.post("/api/v1/violation-cases", case()).await.created();
    let peng = town.user("peng.haoran").await;
    let band = json!({ "on": true, "document": "示例〔2023〕7号" });
    let band = peng.post("/api/v1/price-bands", band).await.created();
    let floor = json!({ "price_per_mu": "90000.00", "document": "示例〔2023〕22号" });
    let floor = peng.post("/api/v1/price-floors", floor).await.created();
    let area = json!({ "reach": "county", "document": "示例〔2023〕21号" });
    let area = peng.post("/api/v1/trading-areas", area).await.created();
    let schedules = peng.get("/api/v1/fee-schedules?county=360124").await.ok();
    vec![
        ("application_id", text(&list("/api/v1/certification-applications").await)),
        ("ban_id", text(&ban["id"])),
        ("case_id", text(&case["id"])),
        ("document_id", text(&document["id"])),
        ("expert_id", text(&expert["id"])),
        ("import_id", text(&list("/api/v1/parcel-imports").await)),
        ("loss_id", text(&loss["id"])),
        ("price_band_id", text(&band["id"])),
        ("price_floor_id", text(&floor["id"])),
        ("schedule_id", text(&schedules["schedules"][0]["id"])),
        ("trading_area_id", text(&area["id"])),
        ("freeze_order_id", text(&order["id"])),
        ("transfer_id", text(&transfer["id"])),
        ("version_id", text(&layer["id"])),
    ]
}

/// The first command that the reader of a page may give there.
pub(crate) fn first_deed(page: &str) -> String {
    let mut parts = page.split('/').skip(1);
    let role = match parts.next() {
        Some("centre") => "centre_officer",
        Some("finance") => "finance_officer",
        Some("forestry") => "forestry_officer",
        Some("township") => "township_officer",
        _ => "assessor",
    };
    let noun = parts.next().unwrap_or_default();
    if page == "/finance/new/{deed}" {
        return "fee-schedule".to_owned();
    }
    let commands = site::commands();
    let mut of_noun = commands.iter().filter(|one| one.noun == noun);
    let mine = of_noun.clone().find(|one| one.roles.iter().any(|it| it.as_str() == role));
    mine.or_else(|| of_noun.next()).map(|one| one.name.to_owned()).unwrap_or_default()
}

#[test]
fn every_command_of_the_centre_the_bureau_and_experts_stands_on_a_page() {
    let (commands, all) = (site::commands(), operations());
    let mut complaints = Vec::new();
    for one in all.iter().filter(|one| one.method == "POST" && !ELSEWHERE.contains(&one.id())) {
        let roles: Vec<&str> =
            one.about["x-roles"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for role in roles.iter().filter(|role| ROLES.contains(role)) {
            let mut given = commands.iter().filter(|it| it.operation == one.path);
            if !given.any(|it| it.roles.iter().any(|known| known.as_str() == *role)) {
                complaints.push(format!("{role} cannot give {} on a page", one.id()));
            }
        }
    }
    for it in commands {
        let known = all.iter().find(|one| one.method == "POST" && one.path == it.operation);
        let Some(known) = known else {
            complaints.push(format!("{}/{} asks for {}", it.noun, it.name, it.operation));
            continue;
        };
        for role in it.roles {
            if !known.about["x-roles"].as_array().unwrap().contains(&json!(role.as_str())) {
                complaints.push(format!("{}/{}: not {role}", it.noun, it.name));
            }
        }
    }
    none(complaints);
}

#[track_caller]
fn has(html: &str, text: &str) {
    assert!(html.contains(text), "{text} is missing: {html}");
}

/// Where a form leads.
#[track_caller]
fn led(answer: &Reply) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

/// A person at their desk on that day.
async fn at_desk(town: &Town, username: &str) -> Browser {
    Browser::of(town, username).await
}

on_both_engines! {
    async fn the_centre_takes_a_project_from_its_scheme_to_a_certified_batch(town: Town) {
        let works = Works::propose(&town, "P360124-001").await;
        let page = format!("/centre/projects/{}", works.id);
        let day = |stage: &str| works.it["stages"][stage].as_str().unwrap().to_owned();

        town.on("2022-04-06");
        let zhou = at_desk(&town, "zhou.jianing").await;
        let home = zhou.get("/home").await;
        assert_eq!(led(&home), "/centre");
        let home = zhou.get("/centre").await;
        has(&home.text, "项目待方案公示和评审");
        has(&home.text, &page);
        let shown = zhou.get(&page).await;
        has(&shown.text, "只有验收合格的项目才能核算认定");
        has(&shown.text, "验收：竣工后办理");
        assert_eq!(led(&zhou.post(&format!("{page}/scheme-notice"), &[]).await), format!("{page}?done=scheme-notice"));

        town.on(&day("scheme_reviewed"));
        let zhou = at_desk(&town, "zhou.jianing").await;
        led(&zhou.post(&format!("{page}/scheme-review"), &[]).await);
        has(&zhou.get(&page).await.text, "批准项目：由运营中心主任办理");
        town.on(&day("approved"));
        let liang = at_desk(&town, "liang.wenbo").await;
        has(&liang.get("/centre").await.text, "项目待批准");
        led(&liang.post(&format!("{page}/approval"), &[]).await);
        works.enter("under_construction").await;
        works.enter("completed").await;

        town.on(&day("accepted"));
        let zhou = at_desk(&town, "zhou.jianing").await;
        let report = [
            ("assessor", "ASR01"), ("report_no", "JY-2023-018"), ("date", "2023-06-12"),
            ("author", "裴若兰"), ("accepted_area_m2", "11,333"), ("no_interest_declared", "true"),
            ("inspected_on", "2023-06-21"),
        ];
        let wrong = zhou.post(&format!("{page}/acceptance"), &report).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        has(&wrong.text, "value=\"JY-2023-018\"");
        let whole = [&report[..], &[("inspectors", "甘志强\r\n梅秀兰")]].concat();
        led(&zhou.post(&format!("{page}/acceptance"), &whole).await);
        led(&zhou.post(&format!("{page}/monitoring-plan"), &[("years", "5")]).await);
        has(&zhou.get(&page).await.text, "修复结果尚未公示");
        has(&zhou.get(&format!("{page}/certification")).await.text, "现在不能办理");
        town.on("2023-08-07");
        let zhou = at_desk(&town, "zhou.jianing").await;
        led(&zhou.post(&format!("{page}/result-notice"), &[]).await);

        town.on("2023-08-25");
        let zhou = at_desk(&town, "zhou.jianing").await;
        let form = zhou.get(&format!("{page}/certification")).await;
        has(&form.text, "value=\"11333\"");
        none(judge("certification", &form, "zh-CN"));
        let fields = [
            ("m2", "11333"), ("wetland_type", "marsh"), ("grade", "2"),
            ("grade_method", "DEMO-GRADE-1.0"), ("grade_indicators", "水质：3\n植被盖度 4"),
        ];
        let application = led(&zhou.post(&format!("{page}/certification"), &fields).await);
        assert!(application.starts_with("/centre/applications/"), "{application}");
        // Who entered it does not decide, and neither does an officer.
        let certify = format!("{application}/certification");
        let form = zhou.get(&certify).await;
        has(&form.text, "由运营中心主任办理");
        assert!(!form.text.contains("class=\"strong\">"), "{}", form.text);
        let liang = at_desk(&town, "liang.wenbo").await;
        has(&liang.get("/centre").await.text, "认定申请待决定");
        let form = liang.get(&certify).await;
        for amount in ["11,333 m²", "1,133 m²", "6,120 m²", "8,160 m²", "10,200 m²"] {
            has(&form.text, amount);
        }
        let batch = led(&liang.post(&certify, &[]).await);
        assert!(batch.starts_with("/centre/batches/"), "{batch}");
        led(&liang.post(&format!("{batch}/release"), &[("milestone", "acceptance")]).await);
        let english = liang.english();
        let shown = english.get(&format!("{batch}?done=release")).await;
        none(judge("batch", &shown, "en"));
        has(&shown.text, "360124-2023-B0001");
        has(&shown.text, "6,120 m²");
        has(&shown.text, "Done: Release credits");
    }

    async fn objections_are_answered_by_others_than_who_published_the_notice(town: Town) {
        let works = Works::propose(&town, "P360124-001").await;
        town.on("2022-04-06");
        let zhou = at_desk(&town, "zhou.jianing").await;
        led(&zhou.post(&format!("/centre/projects/{}/scheme-notice", works.id), &[]).await);
        has(&zhou.get(&format!("/centre/projects/{}", works.id)).await.text, "/centre/notices/");
        let notices = town.stranger().get("/api/v1/public-notices").await.ok();
        let notice = format!("/api/v1/public-notices/{}/objections", text(&notices["items"][0]["id"]));
        town.stranger().post(&notice, json!({ "text": "边界与承包地重叠" })).await.created();
        has(&zhou.get("/centre").await.text, "异议待答复是否受理");
        let list = zhou.get("/api/v1/objections").await;
        assert_ne!(list.status, StatusCode::OK, "a cookie opens no operation");
        let objections = town.user("zhou.jianing").await.get("/api/v1/objections").await.ok();
        let objection = format!("/centre/objections/{}", text(&objections["items"][0]["id"]));
        let tu = at_desk(&town, "tu.mingyuan").await;
        let empty = tu.post(&format!("{objection}/acceptance"), &[]).await;
        has(&empty.text, "id=\"reason-error\"");
        // Who published the notice does not decide about objections to it.
        let own = zhou.post(&format!("{objection}/acceptance"), &[("reason", "事实待查")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        led(&tu.post(&format!("{objection}/acceptance"), &[("reason", "事实待查")]).await);
        let liang = at_desk(&town, "liang.wenbo").await;
        has(&liang.get("/centre").await.text, "异议待决定");
        led(&liang.post(&format!("{objection}/dismissal"), &[("reason", "经核查不重叠")]).await);
        let shown = zhou.get(&objection).await;
        has(&shown.text, "经核查不重叠");
        none(judge("objection", &shown, "zh-CN"));
    }

    async fn a_project_is_frozen_by_an_order_and_thawed_by_two(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let projects = town.user("zhou.jianing").await.get("/api/v1/projects").await.ok();
        let project = text(&projects["items"][0]["id"]);
        let zhou = at_desk(town, "zhou.jianing").await;
        let liang = at_desk(town, "liang.wenbo").await;
        let gan = at_desk(town, "gan.zhiqiang").await;
        let order = [("authority", "centre"), ("document", "示例〔2022〕1号"), ("reason", "待查")];
        let path = format!("/forestry/projects/{project}/freeze-order");
        let order = led(&gan.post(&path, &order).await);
        // Who entered it is told that another person approves it.
        has(&gan.get(&order).await.text, "批准冻结：须由录入人以外的人办理");
        let order = order.replace("/forestry", "/centre");
        has(&liang.get("/centre").await.text, "冻结令待批准");
        let freeze = led(&liang.post(&format!("{order}/approval"), &[]).await);
        has(&liang.get(&freeze).await.text, "批准解冻：有人申请解冻后办理");
        let why = [("reason", "已查明"), ("document", "示例〔2022〕2号")];
        led(&zhou.post(&format!("{freeze}/thaw-request"), &why).await);
        let form = liang.get(&format!("{freeze}/thaw")).await;
        none(judge("thaw", &form, "zh-CN"));
        let request = form.text.split_once("<option value=\"").unwrap().1;
        let request = request.split('"').next().unwrap();
        led(&liang.post(&format!("{freeze}/thaw"), &[("request_id", request)]).await);
        has(&liang.get(&freeze).await.text, "解冻时间");
    }

    async fn experts_and_the_banned_are_chosen_by_name(town: Town) {
        let zhou = at_desk(&town, "zhou.jianing").await;
        let form = zhou.get("/centre/new/expert").await;
        none(judge("new expert", &form, "zh-CN"));
        has(&form.text, "裴若兰 · ");
        // Nobody is chosen until somebody chooses.
        let people = offered(&form.text, "user_id");
        assert_eq!(people[0], "");
        let known = [("wetland", "true"), ("economics_finance", "false"), ("ecology_environment", "false")];
        let nobody = zhou.post("/centre/new/expert", &known).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nobody.text);
        has(&nobody.text, "id=\"user_id-error\"");
        let pei = text(&town.user("pei.ruolan").await.get("/api/v1/me").await.ok()["user"]["id"]);
        led(&zhou.post("/centre/new/expert", &[&known[..], &[("user_id", &*pei)]].concat()).await);
        has(&zhou.get("/centre/experts").await.text, "裴若兰");

        let liang = at_desk(&town, "liang.wenbo").await;
        let form = liang.get("/centre/new/trading-ban").await;
        none(judge("new ban", &form, "zh-CN"));
        let banned = form.text.split("<option value=\"").find(|one| one.contains(" · DEV03<")).unwrap();
        let ban = [("organisation_id", banned.split('"').next().unwrap()), ("reason", "逾期未付款")];
        led(&liang.post("/centre/new/trading-ban", &ban).await);
        has(&liang.get("/centre/trading-bans").await.text, "逾期未付款");
    }

    async fn a_panel_is_drawn_and_votes(town: Town) {
        let works = Works::propose(&town, "P360124-001").await;
        enter(&town, &institute(&town, None).await).await;
        let zhou = at_desk(&town, "zhou.jianing").await;
        let fields = [
            ("economics_finance", "1"), ("wetland", "1"), ("ecology_environment", "1"),
            ("moment", "2022-03-09"),
        ];
        let path = format!("/centre/projects/{}/expert-draw", works.id);
        let draw = led(&zhou.post(&path, &fields).await);
        let id = draw.rsplit('/').next().unwrap().to_owned();
        let gan = at_desk(&town, "gan.zhiqiang").await;
        has(&gan.get("/forestry").await.text, "专家摇号待公布摘要");
        let page = format!("/forestry/draws/{id}");
        led(&gan.post(&format!("{page}/announcement"), &[("nonce_hash", &hash_of(NONCE))]).await);
        town.on("2022-03-10");
        wetland_exchange::due::run(&town.db).await.unwrap();
        let gan = at_desk(&town, "gan.zhiqiang").await;
        led(&gan.post(&format!("{page}/reveal"), &[("nonce", NONCE)]).await);
        has(&gan.get(&page).await.text, "与公开数据复算一致");
        let mut voted = 0;
        for n in 0..6 {
            let expert = at_desk(&town, &format!("expert.0{n}")).await;
            let home = expert.get("/expert").await;
            none(judge("expert", &home, "zh-CN"));
            if !home.text.contains(&format!("/expert/draws/{id}/vote")) {
                continue;
            }
            let vote = [("vote", "approve"), ("score", "80"), ("reason", "方案可行")];
            led(&expert.post(&format!("/expert/draws/{id}/vote"), &vote).await);
            voted += 1;
        }
        assert_eq!(voted, 3);
        let zhou = at_desk(&town, "zhou.jianing").await;
        let shown = zhou.get(&draw).await;
        has(&shown.text, "80.00");
        none(judge("draw", &shown, "zh-CN"));
    }
}
