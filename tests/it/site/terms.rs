//! What finance sets for its county, and what a township says and gives when something is wrong.

use reqwest::StatusCode;
use serde_json::json;

use super::browser::Browser;
use super::markup::judge;
use super::stories::{has, link};
use crate::coverage::none;
use crate::finance::desk::Desk;
use crate::market::fair::Fair;
use crate::restoration::works::Works;
use crate::support::{Reply, password_of};

#[track_caller]
fn went(answer: &Reply) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

type Term = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

/// The terms of trade: noun, command, what is filled in, and what the director sees before it acts.
const TERMS: [Term; 3] = [
    (
        "trading-areas",
        "trading-area",
        &[("reach", "prefecture"), ("document", "示例〔2026〕21号")],
        "限本市",
    ),
    (
        "price-bands",
        "price-band",
        &[("on", "true"), ("percent", "15"), ("document", "示例〔2026〕7号")],
        "±15%",
    ),
    (
        "price-floors",
        "price-floor",
        &[("price_per_mu", "90,000"), ("document", "示例〔2026〕22号")],
        "90,000.00",
    ),
];

on_both_engines! {
    async fn what_finance_sets_is_entered_by_one_and_approved_by_the_director(town: Town) {
        let peng = Browser::of(&town, "peng.haoran").await;
        for (noun, name, fields, seen) in TERMS {
            let shen = Browser::of(&town, "shen.yutong").await;
            let list = format!("/finance/{noun}");
            let empty = peng.get(&list).await;
            none(judge(noun, &empty, "zh-CN"));
            has(&empty.text, &format!("/finance/new/{name}"));
            let new = format!("/finance/new/{name}");
            let wrong = peng.post(&new, &fields[..fields.len() - 1]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{noun}");
            has(&wrong.text, "id=\"document-error\"");
            let entered = went(&peng.post(&new, fields).await);
            let page = link(&peng.get(&entered).await.text, &format!("{list}/"));
            let shown = peng.get(&page).await;
            has(&shown.text, "由财政局负责人办理");
            let form = shen.get(&format!("{page}/approval")).await;
            has(&form.text, seen);
            none(judge(noun, &form, "zh-CN"));
            went(&shen.post(&format!("{page}/approval"), &[]).await);
            has(&shen.get(&page).await.text, "批准时间");
            has(&shen.get(&format!("{page}/approval")).await.text, "现在不能办理");
            none(judge(noun, &shen.english().get(&page).await, "en"));
        }
        let anybody = town.stranger();
        let floor = anybody.get("/api/v1/price-floors?county=360124").await.ok();
        assert_eq!(floor["price_per_mu"], "90000.00");
        let band = anybody.get("/api/v1/price-bands?county=360124").await.ok();
        assert_eq!(band["percent"], 15);
        let area = anybody.get("/api/v1/trading-areas?county=360124").await.ok();
        assert_eq!(area["reach"], "prefecture");
    }

    async fn a_fee_schedule_is_entered_and_approved_with_its_split(town: Town) {
        let peng = Browser::of(&town, "peng.haoran").await;
        let fields = [
            ("label", "远期方案"), ("valid_from", "2045-01-01"), ("valid_to", "2045-12-31"),
            ("township_percent", "25"), ("centre_percent", "12.5"),
        ];
        let entered = went(&peng.post("/finance/new/fee-schedule", &fields).await);
        let list = peng.get(&entered).await;
        has(&list.text, "远期方案");
        let (before, _) = list.text.split_once("远期方案").unwrap();
        let page = before.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned();
        let shen = Browser::of(&town, "shen.yutong").await;
        let form = shen.get(&format!("{page}/approval")).await;
        for share in ["25", "12.5", "62.5"] {
            has(&form.text, share);
        }
        went(&shen.post(&format!("{page}/approval"), &[]).await);
        has(&shen.get(&page).await.text, "批准时间");
    }

    async fn finance_keeps_the_form_of_the_banks_table_and_an_opening_balance(town: Town) {
        let desk = Desk::of(town).await;
        let peng = Browser::of(&desk.town, "peng.haoran").await;
        let path = "/finance/payment-templates";
        has(&peng.get(path).await.text, "还没有登记格式");
        let wrong = peng.post(path, &[("bank", "示例银行"), ("encoding", "gb18030")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        has(&wrong.text, "value=\"示例银行\"");
        let columns = [
            ("bank", "示例银行"), ("encoding", "gb18030"), ("payee_account", "2.收款账号"),
            ("payee_name", "1.收款户名"), ("amount", "3.金额"), ("purpose", "附言"),
        ];
        went(&peng.post(path, &columns).await);
        let account = desk.path("payment-templates");
        let kept = desk.town.user("peng.haoran").await.get(&account).await.ok();
        let titles: Vec<&str> = kept["items"][0]["columns"].as_array().unwrap().iter()
            .map(|one| one["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["收款户名", "收款账号", "金额", "附言"]);
        none(judge("templates", &peng.get(path).await, "zh-CN"));

        let notices = "/finance/payment-notices";
        let dev01 = desk.organisation("DEV01").await.to_string();
        let asked = [("organisation_id", &*dev01), ("amount", "1,000"), ("purpose", "购买指标")];
        let issued = went(&peng.post(notices, &asked).await);
        has(&peng.get(&issued).await.text, "1,000.00 元");
        let shen = Browser::of(&desk.town, "shen.yutong").await;
        has(&shen.get(notices).await.text, "由财政局经办人开具");
        has(&shen.get(path).await.text, "由财政局经办人登记");
    }

    async fn an_opening_balance_is_entered_by_one_and_booked_by_the_director(town: Town) {
        let desk = Desk::of(town).await;
        let town = &desk.town;
        town.on("2026-09-01");
        let peng = Browser::of(town, "peng.haoran").await;
        let path = "/finance/openings";
        has(&peng.get(path).await.text, "没有期初余额");
        let wrong = peng.post(path, &[("act", "enter"), ("amount", "x"), ("opened_on", "2026-09-01"), ("reason", "结转")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&wrong.text, "value=\"x\"");
        let right = [("act", "enter"), ("amount", "1,200.5"), ("opened_on", "2026-09-01"), ("reason", "由原账户结转")];
        let sent = peng.post(path, &right).await;
        has(&peng.get(&went(&sent)).await.text, "待负责人批准");
        let shen = Browser::of(town, "shen.yutong").await;
        let form = shen.get(path).await;
        has(&form.text, "1,200.50 元");
        none(judge("openings", &form, "zh-CN"));
        let id = super::browser::value_of(&form.text, "opening_id");
        let sent = shen.post(path, &[("act", "approve"), ("opening_id", &id)]).await;
        has(&shen.get(&went(&sent)).await.text, "已记账");
        town.verify().await;
    }

    async fn an_insurers_payment_is_booked_to_its_claim_on_the_page_of_its_line(town: Town) {
        let walk = super::walk::Walk::prepare(town).await;
        let town = walk.town();
        let claim = format!("/api/v1/insurance-claims/{}/acceptance", walk.id("claim_id"));
        town.user("ins01.desk").await.post(&claim, json!({ "amount": "123.00" })).await.created();
        let page = format!("/finance/exceptions/{}", walk.id("exception_id"));
        let luo = Browser::of(town, "luo.jingyi").await;
        let shown = luo.get(&page).await;
        has(&shown.text, "保险公司的赔款，全额归被保险人：123.00 元");
        let token = super::browser::value_of(&shown.text, "form_token");
        let key = uuid::Uuid::now_v7().to_string();
        let fields = [
            ("form_token", &*token), ("key", &*key), ("act", "claim"),
            ("claim_id", walk.id("claim_id")), ("reason", "保险赔款到账"),
        ];
        went(&luo.post_raw(&page, &fields).await);
        let claims = town.user("ins01.desk").await.get("/api/v1/insurance-claims").await.ok();
        assert_eq!(claims["items"][0]["state"], "paid");
        town.verify().await;
    }

    async fn a_person_changes_their_password_and_logs_in_with_it(town: Town) {
        let zhou = Browser::of(&town, "zhou.jianing").await;
        let (old, new) = (password_of("zhou.jianing"), "a brand new secret of seven words, truly");
        none(judge("password", &zhou.get("/password").await, "zh-CN"));
        let differ = [("current_password", &*old), ("new_password", new), ("again", "another")];
        let refused = zhou.post("/password", &differ).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&refused.text, "两次输入的新密码不一致");
        has(&refused.text, "id=\"again-error\"");
        assert!(!refused.text.contains(new), "a password went back into a page");
        let wrong = [("current_password", "not mine"), ("new_password", new), ("again", new)];
        let refused = zhou.post("/password", &wrong).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        let right = [("current_password", &*old), ("new_password", new), ("again", new)];
        let done = zhou.post("/password", &right).await;
        assert_eq!(went(&done), "/login?done=password");
        has(&zhou.get("/login?done=password").await.text, "密码已修改");
        assert_eq!(zhou.get("/centre").await.status, StatusCode::SEE_OTHER);
        let code = town.next_code("zhou.jianing").await;
        let login = [("username", "zhou.jianing"), ("password", new), ("code", &*code)];
        assert_eq!(went(&zhou.post("/login", &login).await), "/home");
    }

    async fn a_township_answers_an_objection_on_its_page(town: Town) {
        let works = Works::propose(&town, "P360124-001").await;
        town.on("2022-04-06");
        let zhou = town.user("zhou.jianing").await;
        let notice = zhou.post(&works.path("scheme-notice"), json!({})).await.created();
        let path = format!("/api/v1/public-notices/{}/objections", notice["id"].as_str().unwrap());
        let body = json!({ "author": "涂秋生", "text": "边界与承包地重叠" });
        let taken = town.stranger().post(&path, body).await.created();
        let fu = Browser::of(&town, "fu.guoping").await;
        let home = fu.get("/township").await;
        has(&home.text, "异议可以答复");
        let page = link(&home.text, "/township/objections/");
        let shown = fu.get(&page).await;
        has(&shown.text, "边界与承包地重叠");
        assert!(!shown.text.contains("涂秋生"), "who objects is told to the centre alone");
        none(judge("objection", &shown, "zh-CN"));
        let empty = fu.post(&format!("{page}/reply"), &[]).await;
        has(&empty.text, "id=\"text-error\"");
        went(&fu.post(&format!("{page}/reply"), &[("text", "已复核，不重叠")]).await);
        assert!(!fu.get("/township").await.text.contains("异议可以答复"));
        let centre = Browser::of(&town, "tu.mingyuan").await;
        let seen = centre.get(&page.replace("/township", "/centre")).await;
        has(&seen.text, "已复核，不重叠");
        has(&seen.text, "涂秋生");
        let code = taken["receipt_code"].as_str().unwrap();
        let stranger = Browser::new(&town);
        has(&stranger.get(&format!("/objections?code={code}")).await.text, "已复核，不重叠");
    }

    async fn a_township_offers_a_replacement_on_its_page(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let projects = town.user("zhou.jianing").await.get("/api/v1/projects").await.ok();
        let path = format!("/api/v1/projects/{}/losses", projects["items"][0]["id"].as_str().unwrap());
        let loss = json!({
            "m2": 50, "found_on": "2023-08-25", "reason": "冲毁", "reference": "示例〔2023〕9号",
        });
        let loss = town.user("gan.zhiqiang").await.post(&path, loss).await.created();
        let page = format!("/township/losses/{}", loss["id"].as_str().unwrap());
        let fu = Browser::of(town, "fu.guoping").await;
        let shown = fu.get(&page).await;
        has(&shown.text, "提出补建：仍有待补建的面积时办理");
        none(judge("loss", &shown, "zh-CN"));
        has(&fu.get(&format!("{page}/replacement")).await.text, "现在不能办理");
        let english = fu.english();
        none(judge("loss", &english.get(&page).await, "en"));
        has(&english.get("/township/losses").await.text, "Nothing is to be replaced");
    }

    async fn a_file_of_features_goes_into_a_draft_of_a_layer(town: Town) {
        let zhou = Browser::of(&town, "zhou.jianing").await;
        let draft = [
            ("kind", "zones"), ("name", "示例分区"), ("region", "360124"),
            ("source_authority", "示例局"), ("source_document", "示例〔2021〕3号"),
            ("source_date", "2021-01-01"),
        ];
        let made = went(&zhou.post("/centre/new/layer", &draft).await);
        let page = link(&zhou.get(&made).await.text, "/centre/layers/");
        let features = link(&zhou.get(&page).await.text, &format!("{page}/features"));
        let zones = include_bytes!("../../fixtures/jinxian/redlines.geojson");
        let checked = zhou.upload(&features, &[("act", "check")], ("分区.geojson", zones)).await;
        has(&checked.text, "尚未导入");
        none(judge("features", &checked, "zh-CN"));
        let sent = zhou.upload(&features, &[("act", "take")], ("分区.geojson", zones)).await;
        assert_eq!(went(&sent), page);
        let none_chosen = zhou.upload(&features, &[("act", "take")], ("", b"")).await;
        assert_eq!(none_chosen.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
