//! People do their day's work with forms alone.

use reqwest::StatusCode;
use serde_json::json;

use super::browser::Browser;
use super::walk::Walk;
use crate::market::fair::Fair;

pub(super) fn has(html: &str, text: &str) {
    assert!(html.contains(text), "{text} is missing: {html}");
}

/// The first link of a page that leads below a path.
pub(super) fn link(html: &str, start: &str) -> String {
    let mark = format!("href=\"{start}");
    let rest = html.split_once(&mark).unwrap_or_else(|| panic!("no link to {start}: {html}")).1;
    format!("{start}{}", rest.split('"').next().unwrap())
}

on_both_engines! {
    async fn a_township_lists_and_a_developer_buys(town: Town) {
        let fair = Fair::open(town, 1).await;
        let batch = fair.batch.to_string();
        let township = Browser::of(fair.town(), "fu.guoping").await;
        let home = township.get("/township").await;
        has(&home.text, "6,120 m²");

        // What is wrong stands beside its field, and what was written stays.
        let path = "/township/new-listing";
        let wrong = township
            .post(path, &[("batch_id", &batch), ("m2", "many"), ("price_per_mu", "337.00")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&wrong.text, "id=\"m2-error\"");
        has(&wrong.text, "value=\"many\"");

        let listed = [("batch_id", &*batch), ("m2", "1,000"), ("price_per_mu", "337.00")];
        let look = township.post(path, &listed).await;
        assert_eq!(look.status, StatusCode::OK);
        has(&look.text, "505.50 元");
        let token = super::browser::value_of(&look.text, "form_token");
        let key = super::browser::value_of(&look.text, "key");
        let mut confirmed = listed.to_vec();
        confirmed.extend([("form_token", &*token), ("key", &*key), ("step", "confirmed")]);
        let done = township.post_raw(path, &confirmed).await;
        assert_eq!(done.header("location"), "/township/listings?done=listed", "{}", done.text);
        // Sent twice by a second click, it is one listing.
        let again = township.post_raw(path, &confirmed).await;
        assert_eq!(again.header("location"), "/township/listings?done=listed");
        let mine = township.get("/township/listings?done=listed").await;
        assert_eq!(mine.text.matches("/withdrawal").count(), 1);

        let buyer = Browser::of(fair.town(), "buyer.00").await;
        let found = buyer.get("/listings").await;
        let listing = link(&found.text, "/listings/");
        let shown = buyer.get(&listing).await;
        let buy = link(&shown.text, "/developer/purchases/");
        let look = buyer.post(&buy, &[("m2", "400")]).await;
        has(&look.text, "202.20 元");
        let token = super::browser::value_of(&look.text, "form_token");
        let key = super::browser::value_of(&look.text, "key");
        let confirmed = [("form_token", &*token), ("key", &*key), ("m2", "400"), ("step", "confirmed")];
        let done = buyer.post_raw(&buy, &confirmed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let trade = buyer.get(done.header("location")).await;
        has(&trade.text, "40.44 元");
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 400);
        // Once more by the back button: the same trade.
        let again = buyer.post_raw(&buy, &confirmed).await;
        assert_eq!(again.header("location"), done.header("location"));
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 400);

        // What the exchange refuses comes back in the same form.
        let look = buyer.post(&buy, &[("m2", "601")]).await;
        let token = super::browser::value_of(&look.text, "form_token");
        let too_much = [("form_token", &*token), ("key", "another"), ("m2", "601"), ("step", "confirmed")];
        let refused = buyer.post_raw(&buy, &too_much).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&refused.text, "role=\"alert\"");
        has(&refused.text, "value=\"601\"");

        // The township withdraws the rest, with a reason.
        let withdraw = link(&township.get("/township/listings").await.text, "/township/listings/");
        let refused = township.post(&withdraw, &[]).await;
        has(&refused.text, "id=\"reason-error\"");
        let done = township.post(&withdraw, &[("reason", "价格需要重新评估")]).await;
        assert_eq!(done.header("location"), "/township/listings?done=withdrawn", "{}", done.text);
    }

    async fn from_home_to_last_months_share_and_its_trades_in_three_steps(town: Town) {
        let walk = Walk::prepare(town).await;
        let township = Browser::of(walk.town(), "fu.guoping").await;
        let home = township.get("/township").await;
        has(&home.text, "/township/shares");
        let shares = township.get(&link(&home.text, "/township/shares")).await;
        let month = township.get(&link(&shares.text, "/township/shares/")).await;
        // 3,000 m² at 337.00 a mu are 1,516.50; 20 % of it is the township's.
        has(&month.text, "303.30 元");
        has(&month.text, "1,516.50 元");
        has(&month.text, "CJ360124-");
    }

    async fn a_table_is_sorted_by_its_headings_and_taken_along_with_all_its_pages(town: Town) {
        let fair = Fair::open(town, 1).await;
        for n in 0..52 {
            fair.list(10 + n, &format!("{}.00", 300 + (n * 7) % 52)).await;
        }
        let known = Browser::of(fair.town(), "buyer.00").await;
        let page = known.get("/listings").await.text;
        has(&page, "rel=\"next\"");
        let dearest = page.matches(" 元/亩").count();
        assert_eq!(dearest, 50, "rows of a page");
        // Once up, once more down; what else was asked for stays.
        let up = link(&page, "/listings?sort=0-5");
        let sorted = known.get(&up).await.text;
        has(&sorted, "aria-sort=\"ascending\"");
        let prices = |html: &str| -> Vec<String> {
            let cells = html.split(" 元/亩").filter_map(|part| part.rsplit_once('>'));
            let mut cells: Vec<_> = cells.map(|(_, price)| price.to_owned()).collect();
            cells.truncate(50);
            cells
        };
        let shown = prices(&sorted);
        assert!(shown.is_sorted(), "{shown:?}");
        let down = known.get(&link(&sorted, "/listings?sort=0-5-down")).await.text;
        assert_eq!(prices(&down), shown.into_iter().rev().collect::<Vec<_>>());

        let file = known.get(&link(&page, "/listings?export=0")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert!(file.header("content-disposition").starts_with("attachment"));
        assert!(file.text.starts_with("\u{feff}编号,卖方,类型,等级,剩余 (m²),单价 (元/亩),状态\r\n"));
        assert_eq!(file.text.lines().count(), 53, "all pages: {}", file.text);
        for wrong in ["/listings?export=7", "/about?export=0"] {
            assert_eq!(known.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        assert_eq!(known.get("/listings?export=x&sort=y").await.status, StatusCode::OK);
    }

    async fn anybody_objects_to_a_notice_and_follows_it(town: Town) {
        let works = crate::restoration::works::Works::propose(&town, "P360124-001").await;
        let notices = works.it["notices"].as_array().unwrap();
        let scheme = notices.iter().find(|notice| notice["kind"] == "scheme").unwrap();
        town.on(scheme["from"].as_str().unwrap());
        let path = format!("/api/v1/projects/{}/scheme-notice", works.id);
        let notice = town.user("zhou.jianing").await.post(&path, json!({})).await.created();
        let notice = notice["id"].as_str().unwrap();
        let citizen = Browser::new(&town);
        let page = format!("/notices/{notice}");
        let empty = citizen.post(&page, &[("author", "李明")]).await;
        has(&empty.text, "id=\"text-error\"");
        has(&empty.text, "value=\"李明\"");
        let taken = citizen.post(&page, &[("text", "边界与承包地重叠")]).await;
        let receipt = link(&taken.text, "/objections?code=");
        let follow = citizen.get(&receipt).await;
        has(&follow.text, "OBJ-");
        assert_eq!(citizen.get("/objections?code=nonsense").await.status, StatusCode::OK);
    }

    async fn a_developer_pays_in_retires_and_takes_the_certificate(town: Town) {
        let walk = Walk::prepare(town).await;
        let buyer = Browser::of(walk.town(), "buyer.00").await;
        let fields = [("county", "360124"), ("amount", "1,500"), ("purpose", "购买指标")];
        let done = buyer.post("/developer/new-deposit", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let instructions = buyer.get(done.header("location")).await;
        has(&instructions.text, "1502999909000000001");
        has(&instructions.text, "1,500.00 元");
        has(&instructions.text, "SD360124-");

        let occupation = walk.site.ready(2, "100.00").await;
        let occupation = occupation.rsplit('/').next().unwrap();
        let path = format!("/developer/new-retirement/{occupation}");
        let fields = [("batch_id", walk.id("batch_id")), ("m2", "100"), ("reason", "占补平衡")];
        let done = buyer.post(&path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let page = done.header("location").split('?').next().unwrap().to_owned();
        // Who asked does not confirm.
        let own = buyer.post(&page, &[("act", "confirm")]).await;
        assert!(own.status == 422 || own.status == 403, "{}", own.status);
        let director = Browser::of(walk.town(), "buyer.director").await;
        let done = director.post(&page, &[("act", "confirm")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let done = director.post(&page, &[("act", "issue")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let shown = director.get(&page).await;
        let paper = director.get(&link(&shown.text, "/developer/certificates/")).await;
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert!(paper.header("content-disposition").starts_with("attachment"));
    }

    async fn finance_pays_a_share_out_with_a_second_person(town: Town) {
        let walk = Walk::prepare(town).await;
        let peng = Browser::of(walk.town(), "peng.haoran").await;
        has(&peng.get("/finance").await.text, "账实相符");
        let pay = walk.address("/finance/new-payout").unwrap();
        let look = peng.get(&pay).await;
        let key = super::browser::value_of(&look.text, "key");
        assert!(!key.is_empty());
        let token = super::browser::value_of(&look.text, "form_token");
        let share = [
            ("form_token", &*token),
            ("key", &*key),
            ("organisation_id", walk.id("organisation_id")),
            ("share", "township_share"),
            ("amount", "100.00"),
        ];
        let done = peng.post_raw("/finance/new-payout", &share).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let page = done.header("location").split('?').next().unwrap().to_owned();
        let shen = Browser::of(walk.town(), "shen.yutong").await;
        let shown = shen.get(&page).await;
        has(&shown.text, "100.00 元");
        // Minutes later a fresh code is asked for, and then it goes on where it was.
        let town = walk.town();
        town.clock.set(town.now().plus_seconds(301));
        let asks = shen.post(&page, &[("act", "approve")]).await;
        let confirm = asks.header("location").to_owned();
        assert!(confirm.starts_with("/confirm-code?to=%2Ffinance%2Fpayouts%2F"), "{confirm}");
        let form = shen.get(&confirm).await;
        has(&form.text, "核验动态验证码");
        let to = super::browser::value_of(&form.text, "to");
        assert_eq!(to, page);
        let wrong = shen.post("/confirm-code", &[("code", "000000"), ("to", &to)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let code = town.next_code("shen.yutong").await;
        let back = shen.post("/confirm-code", &[("code", &*code), ("to", &to)]).await;
        assert_eq!(back.header("location"), page, "{}", back.text);
        let done = shen.post(&page, &[("act", "approve")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert!(done.header("location").starts_with(&page), "{}", done.header("location"));
        has(&shen.get(&page).await.text, "已审批待付款");
    }

    async fn somebody_new_sets_a_second_factor_up_before_anything_else(town: Town) {
        let admin = town.user(crate::support::ADMINISTRATOR).await;
        let fu = town.user("fu.guoping").await.get("/api/v1/me").await.ok();
        let password = crate::support::password_of("new.officer");
        let new = json!({
            "username": "new.officer", "display_name": "新来的", "password": password,
            "organisation_id": fu["organisation"]["id"], "role": "township_officer",
        });
        let made = admin.post("/api/v1/users", new).await.created();
        town.let_in(made["id"].as_str().unwrap()).await;
        let browser = Browser::new(&town);
        let fields = [("username", "new.officer"), ("password", &*password)];
        assert_eq!(browser.post("/login", &fields).await.header("location"), "/home");
        for page in ["/home", "/township", "/township/parcels", "/confirm-code"] {
            let led = browser.get(page).await;
            let to = led.header("location");
            assert!(to.starts_with("/second-factor?to=%2F"), "{page} led to {to}");
        }
        let begin = browser.get("/second-factor?to=%2Ftownship%2Fparcels").await;
        has(&begin.text, "开始绑定");
        let form_token = super::browser::value_of(&begin.text, "form_token");
        let sent = [("form_token", &*form_token), ("to", "/township/parcels")];
        let shown = browser.post_raw("/second-factor", &sent).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        has(&shown.text, "<svg");
        // Four letters at a time, as people type them.
        let is_secret = |text: &&str| text.len() == 39 && text.split(' ').all(|four| four.len() == 4);
        let secret = shown.text.split(['<', '>']).map(str::trim).find(is_secret).unwrap();
        let secret = wetland_exchange::identity::Secret::of_text(secret).unwrap();
        let wrong = [("form_token", &*form_token), ("begun", "1"), ("code", "000000")];
        let wrong = browser.post_raw("/second-factor", &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let code = secret.code(wetland_exchange::identity::step_at(town.now()));
        let right = [
            ("form_token", &*form_token),
            ("begun", "1"),
            ("to", "/township/parcels"),
            ("code", &*code),
        ];
        let done = browser.post_raw("/second-factor", &right).await;
        assert_eq!(done.header("location"), "/township/parcels", "{}", done.text);
        assert_eq!(browser.get("/township/parcels").await.status, StatusCode::OK);
        has(&browser.get("/second-factor").await.text, "已绑定");
    }

    async fn finance_looks_at_a_statement_before_it_books_it(town: Town) {
        let fair = Fair::open(town, 1).await;
        let row = crate::finance::desk::Row::new("20230901000001", 12_300, "没有缴款码");
        let file = fair.desk.file(crate::market::fair::PAID_IN_FEN, &[row]);
        let peng = Browser::of(fair.town(), "peng.haoran").await;
        let path = "/finance/statements";
        let check = peng.upload(path, &[("act", "check")], ("九月.csv", &file)).await;
        assert_eq!(check.status, StatusCode::OK, "{}", check.text);
        has(&check.text, "尚未入账");
        has(&check.text, "123.00 元");
        let done = peng.upload(path, &[("act", "book")], ("九月.csv", &file)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        has(&peng.get(done.header("location")).await.text, "九月.csv");
        let none = peng.post_raw(path, &[]).await;
        assert_eq!(none.status, StatusCode::FORBIDDEN);
    }

    async fn a_township_hands_in_its_survey_row_by_row(town: Town) {
        let task = json!({
            "document": "赣湿办〔2025〕3号", "due_on": "2022-12-31", "survey_year": 2022,
            "title": "后备资源摸底", "township": "360124500",
        });
        let tu = town.user("tu.mingyuan").await;
        let task = tu.post("/api/v1/survey-tasks", task).await.created();
        let page = format!("/township/surveys/{}", task["id"].as_str().unwrap());
        let township = Browser::of(&town, "fu.guoping").await;
        let none = township.upload(&page, &[], ("empty.geojson", b"")).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        let bad = br#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{}}]}"#;
        let told = township.upload(&page, &[], ("a.geojson", bad)).await;
        assert!(told.status == 200 || told.status == 422, "{}", told.text);
        let told = township.upload(&page, &[], ("a.csv", b"no table")).await;
        assert!(told.status.is_success() || told.status == 422, "{} {}", told.status, told.text);
    }
}
