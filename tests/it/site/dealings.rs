//! Sellers and buyers deal with one another by forms alone: auctions, orders, negotiations, pledges,
//! applications, projects.

use reqwest::StatusCode;
use serde_json::json;
use wetland_exchange::kernel::clock::Time;

use super::browser::{Browser, value_of};
use super::stories::{has, link};
use crate::market::fair::Fair;
use crate::market::permits;
use crate::occupation::site::{Site, square};
use crate::restoration::works::{described, enter_parcels};
use crate::support::{Reply, Town};

/// Fills a form in, looks at the amounts, and confirms what the page shows for it.
async fn confirm(browser: &Browser, path: &str, fields: &[(&str, &str)], amount: &str) -> Reply {
    let form = browser.get(path).await;
    for (name, _) in fields {
        has(&form.text, &format!("name=\"{name}\""));
    }
    let look = browser.post(path, fields).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.text);
    has(&look.text, amount);
    let (token, key) = (value_of(&look.text, "form_token"), value_of(&look.text, "key"));
    let mut all = vec![("form_token", &*token), ("key", &*key), ("step", "confirmed")];
    all.extend(fields);
    let done = browser.post_raw(path, &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    done
}

/// Where a form led, without what it says was done.
fn page(done: &Reply) -> String {
    done.header("location").split('?').next().unwrap().to_owned()
}

fn done(reply: Reply) -> Reply {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
    reply
}

/// Goes to that moment and lets the clock do its work.
async fn pass(town: &Town, time: Time) {
    town.clock.set(time);
    wetland_exchange::due::run(&town.db).await.unwrap();
}

on_both_engines! {
    async fn a_township_auctions_and_a_developer_bids_wins_and_completes_the_deal(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let batch = fair.batch.to_string();
        let township = Browser::of(town, "fu.guoping").await;
        let day = |days: i64| town.now().plus_seconds(days * 86_400).date_in_shanghai();
        let (opens, closes) = (day(8).to_string(), day(9).to_string());
        let announced = [
            ("batch_id", &*batch), ("kind", "open"), ("m2", "100"), ("step_per_mu", "100"),
            ("start_price_per_mu", "94,200"), ("opens_on", &opens), ("opens_at", "09:00"),
            ("closes_on", &closes), ("closes_at", "17:00"), ("deposit_percent", "10"),
        ];
        // 100 m² at 94,200.00 a mu are 14,130.00.
        let one = confirm(&township, "/township/new-auction", &announced, "14,130.00 元").await;
        let own = page(&one);
        has(&township.get(&own).await.text, "已公告");
        has(&township.get("/township/auctions").await.text, &own);
        let id = own.rsplit('/').next().unwrap();

        let buyer = Browser::of(town, "buyer.00").await;
        let public = buyer.get(&format!("/auctions/{id}")).await;
        let bidding = link(&public.text, "/developer/auctions/");
        done(buyer.post(&bidding, &[("act", "deposit"), ("amount", "1413")]).await);
        has(&buyer.get(&bidding).await.text, "已冻结");
        let again = buyer.post(&bidding, &[("act", "deposit"), ("amount", "99999999")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
        has(&again.text, "value=\"99999999\"");

        pass(town, Time::in_shanghai(opens.parse().unwrap(), 9)).await;
        // Days later everybody logs in again.
        let buyer = Browser::of(town, "buyer.00").await;
        let bid = [("act", "bid"), ("price_per_mu", "94300")];
        confirm(&buyer, &bidding, &bid, "14,145.00 元").await;
        has(&buyer.get(&bidding).await.text, "（本单位）");
        let low = buyer.post(&bidding, &[("act", "bid"), ("step", "confirmed"), ("price_per_mu", "94300")]).await;
        assert_eq!(low.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", low.text);
        let closes: chrono::NaiveDate = closes.parse().unwrap();
        pass(town, Time::in_shanghai(closes, 18)).await;
        // Anybody may object while the result is on notice; here nobody does.
        has(&Browser::new(town).get(&format!("/auctions/{id}")).await.text, "对竞价结果有异议");
        let township = Browser::of(town, "fu.guoping").await;
        has(&township.get(&own).await.text, "示例建设单位00");
        for days in 1..20 {
            pass(town, Time::in_shanghai(closes + chrono::Days::new(days), 9)).await;
            let one = town.stranger().get(&format!("/api/v1/auctions/{id}")).await.ok();
            if one["state"] == "confirmed" {
                break;
            }
        }
        let buyer = Browser::of(town, "buyer.00").await;
        let township = Browser::of(town, "fu.guoping").await;
        has(&buyer.get("/developer").await.text, "竞得待交割");
        let shown = buyer.get(&bidding).await;
        has(&shown.text, "付款交割");
        let award = value_of(&shown.text, "award");
        let trade = done(buyer.post(&bidding, &[("act", "complete"), ("award", &award)]).await);
        has(&buyer.get(trade.header("location")).await.text, "14,145.00 元");
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 100);
        has(&township.get(&own).await.text, "已交割");
    }

    async fn a_developer_finds_credits_from_its_application_orders_and_retires_them(town: Town) {
        let site = Site::open(town, 0).await;
        site.fair.list(300, "337.00").await;
        let path = site.ready(1, "500.00").await;
        let id = path.rsplit('/').next().unwrap();
        let buyer = Browser::of(site.town(), "buyer.00").await;
        let mine = buyer.get("/developer/occupations").await;
        has(&mine.text, &format!("/developer/occupations/{id}"));
        // 300 m² at 337.00 a mu are 151.65; 200 m² are not to be had.
        let found = buyer.get(&format!("/developer/credits/{id}")).await;
        has(&found.text, "151.65 元");
        has(&found.text, "200 m²");
        let buy = link(&found.text, "/developer/purchases/");
        has(&buyer.get(&buy.replace("&amp;", "&")).await.text, "value=\"300\"");
        let quote = buyer.get("/developer/quote?m2=500&wetland_type=marsh&grade_max=5").await;
        has(&quote.text, "151.65 元");

        let order = link(&found.text, "/developer/new-order?occupation=");
        let form = buyer.get(&order).await;
        has(&form.text, "value=\"500\"");
        let fields = [
            ("occupation", id), ("m2", "500"), ("wetland_type", "marsh"), ("grade_max", "3"),
            ("price_per_mu", "337"), ("execution", "good_till_date"), ("shows_buyer", "yes"),
        ];
        let placed = confirm(&buyer, "/developer/new-order", &fields, "252.75 元").await;
        let shown = buyer.get(&page(&placed)).await;
        has(&shown.text, "151.65 元");
        has(&shown.text, "等待成交");
        has(&Browser::new(site.town()).get("/demand").await.text, "示例建设单位00");
        // What is left is filled as soon as somebody lists it.
        site.fair.list(200, "337.00").await;
        has(&buyer.get(&page(&placed)).await.text, "已全部成交");
        let late = buyer.post(&page(&placed), &[("reason", "不需要了")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text);

        has(&buyer.get(&format!("/developer/occupations/{id}")).await.text, "0 m² / 500 m²");
        let retire = format!("/developer/new-retirement/{id}");
        let batch = site.fair.batch.to_string();
        let fields = [("batch_id", &*batch), ("m2", "500"), ("reason", "占补平衡")];
        let asked = done(buyer.post(&retire, &fields).await);
        let director = Browser::of(site.town(), "buyer.director").await;
        let waits = director.get("/developer").await;
        has(&waits.text, "核销待确认");
        let at = link(&waits.text, "/developer/retirements/");
        assert_eq!(at, page(&asked));
        done(director.post(&at, &[("act", "confirm")]).await);
        has(&buyer.get(&format!("/developer/occupations/{id}")).await.text, "条件已全部满足");
    }

    async fn a_developer_applies_with_the_corners_of_its_land_and_attaches_its_papers(town: Town) {
        let site = Site::open(town, 0).await;
        let buyer = Browser::of(site.town(), "buyer.00").await;
        let land = square(1, "500.00");
        let corners = land["coordinates"][0].as_array().unwrap().iter();
        let corners: Vec<String> = corners.map(|at| format!("{},{}", at[0], at[1])).collect();
        let corners = corners.join("\n");
        let mut fields = vec![
            ("project_name", "示例县道改建工程"), ("county", "360124"), ("term", "permanent"),
            ("ground", "other"), ("legal_basis", "湿地保护法第十九条"),
            ("wetland_type", "marsh"), ("level", "general"), ("area_m2", "500"),
            ("polygon", "nowhere"), ("avoidance_statement", "比选三条线位，无法避让"),
            ("impact_measures", "施工期围堰"), ("permanent_building", "yes"),
            ("mangrove", "no"), ("peat", "no"),
        ];
        let wrong = buyer.post("/developer/new-occupation", &fields).await;
        has(&wrong.text, "id=\"polygon-error\"");
        has(&wrong.text, "示例县道改建工程");
        fields[8].1 = &corners;
        let made = done(buyer.post("/developer/new-occupation", &fields).await);
        let at = page(&made);
        let shown = buyer.get(&at).await;
        has(&shown.text, "还缺少下列各项");
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
        let none = buyer.upload(&at, &[("act", "attach"), ("kind", "form")], ("a.pdf", b"")).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.text);
        let fields = [("act", "attach"), ("kind", "form"), ("purpose", "占用申请表")];
        done(buyer.upload(&at, &fields, ("申请表.pdf", pdf)).await);
        let shown = buyer.get(&at).await;
        let paper = buyer.get(&link(&shown.text, "/developer/documents/")).await;
        assert!(paper.text.starts_with("%PDF"), "{}", paper.text);
        done(buyer.post(&at, &[("act", "withdraw"), ("reason", "线路改走")]).await);
        has(&buyer.get(&at).await.text, "已撤回");
    }

    async fn two_people_of_a_developer_let_a_purchase_over_the_limit_happen(town: Town) {
        let fair = permits::fair(town).await;
        let one = Browser::of(fair.town(), "buyer.00").await;
        let other = Browser::of(fair.town(), permits::OTHER).await;
        let id = fair.list(1_000, "337.00").await["id"].as_str().unwrap().to_owned();
        let limit = "/developer/limit";
        let wrong = one.post(limit, &[("act", "set"), ("limit", "many"), ("reason", "授权")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        done(one.post(limit, &[("act", "set"), ("limit", "50"), ("reason", "授权")]).await);
        has(&one.get(limit).await.text, "50.00 元");

        // 100 m² at 337.00 a mu are 50.55.
        let buy = format!("/developer/purchases/{id}");
        let look = one.post(&buy, &[("m2", "100")]).await;
        has(&look.text, "须先取得本单位另一人批准的许可");
        has(&look.text, "/developer/new-permit?kind=purchase");
        let terms = [("kind", "purchase"), ("subject_id", &*id), ("amount", "50.55"), ("reason", "公路项目")];
        done(one.post("/developer/new-permit", &terms).await);
        let home = other.get("/developer").await;
        has(&home.text, "许可待批准");
        let at = link(&home.text, "/developer/permits/");
        done(other.post(&at, &[("act", "approve")]).await);
        has(&one.post(&buy, &[("m2", "100")]).await.text, "将使用本单位已批准的许可");
        confirm(&one, &buy, &[("m2", "100")], "50.55 元").await;
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 100);
        has(&other.get(&at).await.text, "已使用");

        let (bank, batch) = (fair.desk.organisation("BNK02").await.to_string(), fair.batch.to_string());
        let pledge = [
            ("lender_id", &*bank), ("batch_id", &*batch), ("m2", "50"), ("amount", "50.01"),
            ("contract_no", "质借〔2023〕2号"), ("starts_on", "2023-08-25"),
            ("ends_on", "2024-08-24"), ("shares", "township_share"),
        ];
        let look = one.post("/developer/new-pledge", &pledge).await;
        has(&look.text, "须先取得本单位另一人批准的许可");
        let word = look.text.find("/developer/new-permit?kind=pledge").unwrap();
        assert!(word < look.text.find("确认申请").unwrap(), "the way out stands above the button");

        done(one.post(limit, &[("act", "set"), ("limit", "1,000"), ("reason", "授权")]).await);
        has(&other.get("/developer").await.text, "限额待批准");
        let waiting = value_of(&other.get(limit).await.text, "limit_id");
        done(other.post(limit, &[("act", "approve"), ("limit_id", &*waiting)]).await);
        has(&one.get(limit).await.text, "1,000.00 元");
    }

    async fn two_sides_negotiate_until_one_accepts(town: Town) {
        let fair = Fair::open(town, 1).await;
        let township = Browser::of(fair.town(), "fu.guoping").await;
        let buyer = Browser::of(fair.town(), "buyer.00").await.english();
        let (batch, seller) = (fair.batch.to_string(), fair.desk.organisation("T360124500").await.to_string());
        let offer = [
            ("batch_id", &*batch), ("counterparty_id", &*seller), ("m2", "100"),
            ("price_per_mu", "90000"),
        ];
        let made = confirm(&buyer, "/developer/new-transfer", &offer, "CNY 13,500.00").await;
        has(&buyer.get(&page(&made)).await.text, "waits for the other side");
        let home = township.get("/township").await;
        has(&home.text, "协议转让待答复");
        let at = link(&home.text, "/township/transfers/");
        let counter = [("act", "counter"), ("round", "1"), ("m2", "80"), ("price_per_mu", "95000.00")];
        done(township.post(&at, &counter).await);
        let shown = buyer.get(&page(&made)).await;
        // 80 m² at 95,000.00 a mu are 11,400.00.
        has(&shown.text, "Accept · CNY 11,400.00");
        let old = buyer.post(&page(&made), &[("act", "accept"), ("round", "1")]).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", old.text);
        done(buyer.post(&page(&made), &[("act", "accept"), ("round", "2")]).await);
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 80);
        has(&township.get(&at).await.text, "已成交");
    }

    async fn a_township_proposes_a_project_and_files_what_its_stage_needs(town: Town) {
        let it = described("P360124-001");
        town.on(it["stages"]["proposed"].as_str().unwrap());
        let number = it["parcel_no"].as_str().unwrap();
        enter_parcels(&town, &[number]).await;
        let township = Browser::of(&town, "fu.guoping").await;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let lines = it["bill_of_quantities"]["lines"].as_array().unwrap().iter();
        let bill: Vec<String> = lines.map(|line| {
            let part = |name: &str| text(&line[name]);
            format!("{},{},{},{}", part("item"), part("unit"), part("quantity"), part("unit_price"))
        }).collect();
        let species = it["species"].as_array().unwrap().iter();
        let species: Vec<String> = species.map(|one| {
            format!("{},{}", text(&one["name"]), text(&one["latin"]))
        }).collect();
        let (bill, species) = (bill.join("\n"), species.join("\n"));
        let (name, contractor) = (text(&it["name"]), text(&it["contractor"]));
        let day = text(&it["right_holder_consent"]["date"]);
        let mut fields = vec![
            ("name", &*name), ("parcels", number), ("mode", "entrusted"),
            ("contractor", &*contractor), ("date", &*day), ("holders", "1"), ("objections", "0"),
            ("exists", "no"), ("basis", "无违法占用"), ("bill_of_quantities", "土方"),
            ("species", &*species),
        ];
        let wrong = township.post("/township/new-project", &fields).await;
        has(&wrong.text, "id=\"bill_of_quantities-error\"");
        fields[9].1 = &bill;
        let made = done(township.post("/township/new-project", &fields).await);
        let at = page(&made);
        let shown = township.get(&at).await;
        let total = text(&it["bill_of_quantities"]["total"]);
        assert!(shown.text.replace(',', "").contains(&total), "{total}: {}", shown.text);
        has(&township.get("/township/projects").await.text, &at);
        let fields = [("act", "attach"), ("purpose", "权利人同意书")];
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
        done(township.upload(&at, &fields, ("同意书.pdf", pdf)).await);
        has(&township.get(&at).await.text, "权利人同意书");
        has(&township.get("/township/map").await.text, &format!("number={number}"));
        let assembled = [
            ("parcel_no", number), ("mode", "lease"), ("assembled_on", &*day),
            ("document", "示例收储〔2022〕3号"), ("holders", "五里村一组,5666.5"),
        ];
        let wrong = township.post("/township/new-assembly", &assembled).await;
        has(&wrong.text, "id=\"holders-error\"");
        let holders = format!("五里村一组,5666.5,{day}");
        let mut assembled = assembled.to_vec();
        assembled[4].1 = &holders;
        let land = done(township.post("/township/new-assembly", &assembled).await);
        has(&township.get(&page(&land)).await.text, "五里村一组");
        let zone = [
            ("act", "zone-approvals"), ("zone_no", "Z360124-01"), ("approval_no", "示例〔2022〕1号"),
            ("by", "示例林业局"), ("date", &*day),
        ];
        done(township.post(&at, &zone).await);
        done(township.post(&at, &[("act", "withdrawal"), ("reason", "权利人反悔")]).await);
        has(&township.get(&at).await.text, "权利人反悔");
        let late = township.post(&at, &[("act", "withdrawal"), ("reason", "再次")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text);
    }

    async fn a_holder_asks_a_bank_for_a_pledge_and_a_share_is_spent_with_a_voucher(town: Town) {
        let fair = Fair::open(town, 1).await;
        let township = Browser::of(fair.town(), "fu.guoping").await;
        let (bank, batch) = (fair.desk.organisation("BNK02").await.to_string(), fair.batch.to_string());
        let asked = [
            ("lender_id", &*bank), ("batch_id", &*batch), ("m2", "5,000"), ("amount", "100000"),
            ("contract_no", "质借〔2023〕1号"), ("starts_on", "2023-08-25"),
            ("ends_on", "2024-08-24"), ("shares", "township_share"), ("haircut_percent", "30"),
            ("cover_percent", "100"),
        ];
        let made = confirm(&township, "/township/new-pledge", &asked, "100,000.00 元").await;
        let at = page(&made);
        has(&township.get(&at).await.text, "待银行登记");
        done(township.post(&at, &[("act", "withdraw"), ("reason", "改由他行贷款")]).await);
        has(&township.get("/township/pledges").await.text, "已撤回");

        // Nothing has been paid out yet: the refusal says so in the form, and keeps what was written.
        let spending = [
            ("purpose", "later_upkeep"), ("amount", "500"), ("payee", "五里垦殖场护塘队"),
            ("spent_on", "2023-08-25"), ("number", "记-2023-0117"), ("issued_on", "2023-08-25"),
        ];
        let refused = township.post("/township/new-spending", &spending).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        has(&refused.text, "value=\"记-2023-0117\"");
        has(&refused.text, "role=\"alert\"");
    }

    async fn a_developer_asks_unused_money_back(town: Town) {
        let fair = Fair::open(town, 1).await;
        let buyer = Browser::of(fair.town(), "buyer.00").await;
        let at = "/developer/refunds";
        let wrong = buyer.post(at, &[("act", "ask"), ("county", "360124"), ("amount", "much")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        has(&wrong.text, "value=\"much\"");
        let asked = buyer.post(at, &[("act", "ask"), ("county", "360124"), ("amount", "1,000")]).await;
        done(asked);
        has(&buyer.get(at).await.text, "1,000.00 元");
        let list = fair.town().user("buyer.00").await.get("/api/v1/refund-requests").await.ok();
        assert_eq!(list["items"][0]["amount"], json!("1000.00"));
    }
}
