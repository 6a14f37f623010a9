//! The pages in chromium: nothing to complain of, no sideways scrolling, and a whole story with
//! scripts switched off. With SITE_PICTURES=FOLDER every page is kept as a picture there.

use std::time::Duration;

use wetland_exchange::site;

use super::browser::Browser;
use super::cdp::Chromium;
use super::walk::{Walk, is_file, reader_of, readers};
use crate::coverage::none;
use crate::market::auctions::{Sale, announcement};
use crate::market::fair::Fair;
use crate::support::{Engine, Town};

const WIDTHS: [u32; 2] = [1280, 375];

fn keep(name: &str, chromium: &mut Chromium) {
    if let Ok(folder) = std::env::var("SITE_PICTURES") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(format!("{folder}/{name}.png"), chromium.picture()).unwrap();
    }
}

/// The cookies of somebody who is logged in, with a language.
pub(super) async fn cookies(
    town: &Town,
    username: Option<&str>,
    language: &str,
) -> Vec<(&'static str, String)> {
    let mut cookies = vec![("wetland_language", language.to_owned())];
    if let Some(username) = username {
        let browser = Browser::of(town, username).await;
        for name in ["wetland_access", "wetland_renewal", "wetland_form"] {
            cookies.push((name, browser.cookie(name).unwrap()));
        }
    }
    cookies
}

async fn every_page(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let walk = Walk::prepare(town).await;
    let mut complaints = Vec::new();
    let both = readers().into_iter().flat_map(|reader| [("zh", reader), ("en", reader)]);
    for (language, reader) in both {
        let cookies = cookies(walk.town(), reader, language).await;
        chromium.cookies(&walk.town().url, &cookies);
        for page in site::pages().iter().filter(|page| reader_of(page.path) == reader) {
            let Some(address) = walk.address(page.path) else { continue };
            if is_file(page.path) || page.path.contains("{language}") {
                continue;
            }
            for width in WIDTHS {
                chromium.width(width);
                chromium.open_page(&format!("{}{address}", walk.town().url));
                let at = format!("{} ({language}, {width})", page.path);
                let found = chromium.complaints().into_iter().map(|it| format!("{at}: {it}"));
                complaints.extend(found);
                let wide = chromium.value("document.documentElement.scrollWidth").as_u64().unwrap();
                if wide > u64::from(width) {
                    complaints.push(format!("{at}: {wide} wide"));
                }
                let name = page.path.replace(['/', '{', '}'], "_");
                keep(&format!("{name}-{language}-{width}"), &mut chromium);
            }
        }
    }
    none(complaints);
}

#[actix_web::test]
async fn every_page_shows_without_a_complaint_at_every_width() {
    Engine::Sqlite.play(every_page).await;
}

async fn without_scripts(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let fair = Fair::open(town, 1).await;
    let url = fair.town().url.clone();
    chromium.width(375);
    chromium.scripts(false);

    let code = fair.town().next_code("fu.guoping").await;
    log_in(&mut chromium, &url, "fu.guoping", &code);
    chromium.press("main .links .strong");
    chromium.fill("m2", "1000");
    chromium.fill("price_per_mu", "337.00");
    chromium.press("form.command button");
    assert!(chromium.text().contains("505.50 元"), "{}", chromium.text());
    chromium.press("form.command button");
    assert!(chromium.text().contains("挂牌成功"), "{}", chromium.text());
    chromium.press(".who form button");

    let code = fair.town().next_code("buyer.00").await;
    log_in(&mut chromium, &url, "buyer.00", &code);
    chromium.open_page(&format!("{url}/listings"));
    chromium.press("tbody a");
    chromium.press("main .links .strong");
    chromium.fill("m2", "400");
    chromium.press("form.command button");
    assert!(chromium.text().contains("202.20 元"), "{}", chromium.text());
    chromium.press("form.command button");
    assert!(chromium.text().contains("购买成功"), "{}", chromium.text());
    assert_eq!(chromium.complaints(), Vec::<String>::new());
    assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 400);
}

async fn live(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let fair = Fair::open(town, 1).await;
    let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
    sale.put_down("buyer.00", None).await.created();
    sale.pass(sale.opens_at).await;
    chromium.open_page(&format!("{}/auctions/{}", fair.town().url, sale.id));
    assert!(!chromium.text().contains("94,300.00"));
    for _ in 0..100 {
        if chromium.text().contains("实时更新中") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    sale.bid(0, "94300.00").await.created();
    for _ in 0..100 {
        if chromium.text().contains("94,300.00") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(chromium.text().contains("94,300.00"), "{}", chromium.text());
    assert_eq!(chromium.complaints(), Vec::<String>::new());
}

#[actix_web::test]
async fn an_auction_shows_a_bid_without_being_reloaded() {
    Engine::Sqlite.play(live).await;
}

pub(super) fn log_in(chromium: &mut Chromium, url: &str, username: &str, code: &str) {
    chromium.open_page(&format!("{url}/login"));
    chromium.fill("username", username);
    chromium.fill("password", &crate::support::password_of(username));
    chromium.fill("code", code);
    chromium.press("form.command button");
    assert!(
        ["待办", "我的指标", "审计条目"].iter().any(|sign| chromium.text().contains(sign)),
        "{}",
        chromium.text()
    );
}

#[actix_web::test]
async fn a_township_lists_and_a_developer_buys_with_scripts_switched_off() {
    Engine::Sqlite.play(without_scripts).await;
}

/// What the tab complained of but that a form was refused, which is as it should be.
pub(super) fn worries(chromium: &mut Chromium) -> Vec<String> {
    chromium.complaints().into_iter().filter(|one| !one.contains("status of 422")).collect()
}

/// Finance brings the bank's file in, mends what it could not place, and two people close the month.
async fn finance_closes(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let desk = crate::finance::desk::Desk::of(town).await;
    let url = desk.town.url.clone();
    desk.town.on("2026-09-03");
    let reference = desk.notice("dev01.trader", "100.00").await;
    desk.town.on("2026-10-02");
    let row = crate::finance::desk::Row::new;
    let rows = [row("S1", 10_000, &reference), row("S2", 500, "没有缴款码")];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("九月.csv");
    std::fs::write(&file, desk.file(0, &rows)).unwrap();
    chromium.width(1280);
    chromium.scripts(false);

    let code = desk.town.next_code("peng.haoran").await;
    log_in(&mut chromium, &url, "peng.haoran", &code);
    chromium.open_page(&format!("{url}/finance/statements"));
    chromium.choose("file", &file);
    chromium.press("form.command button");
    assert!(chromium.text().contains("尚未入账"), "{}", chromium.text());
    chromium.choose("file", &file);
    chromium.press("form.command button");
    assert!(chromium.text().contains("流水已导入"), "{}", chromium.text());
    // The rest of the story in English.
    chromium.press(".who a");
    chromium.press("main .links .strong");
    assert!(chromium.text().contains("The books agree"), "{}", chromium.text());
    chromium.open_page(&format!("{url}/finance/exceptions"));
    chromium.press("tbody a");
    // Without a reason nothing is booked, and the page says so beside the field.
    let assign = "form.command:has(#reference) button";
    chromium.press(assign);
    assert!(chromium.text().contains("this is needed"), "{}", chromium.text());
    let dev01 = desk.organisation("DEV01").await.to_string();
    chromium.fill("organisation_id", &dev01);
    let reason = chromium.value("document.querySelector('form:has(#reference) [name=reason]').id");
    chromium.fill(reason.as_str().unwrap(), "付款人来函说明");
    chromium.press(assign);
    assert!(chromium.text().contains("Done."), "{}", chromium.text());
    assert!(chromium.text().contains("resolved"), "{}", chromium.text());

    chromium.open_page(&format!("{url}/finance/closes?kind=month&day=2026-09-30"));
    chromium.press("form.command button");
    assert!(chromium.text().contains("the director approves it"), "{}", chromium.text());
    let close = chromium.value("location.pathname").as_str().unwrap().to_owned();
    if let Some(axe) = super::quality::axe() {
        chromium.scripts(true);
        none(super::quality::judged(&mut chromium, &axe, "/finance/closes/{period_close_id}"));
        chromium.scripts(false);
    }
    chromium.press(".who form button");
    let code = desk.town.next_code("shen.yutong").await;
    log_in_english(&mut chromium, &url, "shen.yutong", &code);
    chromium.open_page(&format!("{url}{close}"));
    chromium.press("form.command button");
    assert!(chromium.text().contains("Closed."), "{}", chromium.text());
    chromium.press("main .links .strong");
    assert!(chromium.text().contains("CNY 105.00"), "{}", chromium.text());
    none(worries(&mut chromium));
    let closes = desk.town.user("peng.haoran").await.get(&desk.path("period-closes")).await.ok();
    assert_eq!(closes["items"][0]["state"], "closed");
    desk.town.verify().await;
}

pub(super) fn log_in_english(chromium: &mut Chromium, url: &str, username: &str, code: &str) {
    chromium.open_page(&format!("{url}/login"));
    chromium.fill("username", username);
    chromium.fill("password", &crate::support::password_of(username));
    chromium.fill("code", code);
    chromium.press("form.command button");
    assert!(chromium.text().contains("What waits for you"), "{}", chromium.text());
}

#[actix_web::test]
async fn finance_imports_reconciles_and_closes_with_scripts_switched_off() {
    Engine::Sqlite.play(finance_closes).await;
}

async fn a_citizen(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let works = crate::restoration::works::Works::propose(&town, "P360124-001").await;
    let notices = works.it["notices"].as_array().unwrap();
    let scheme = notices.iter().find(|notice| notice["kind"] == "scheme").unwrap();
    town.on(scheme["from"].as_str().unwrap());
    let path = format!("/api/v1/projects/{}/scheme-notice", works.id);
    town.user("zhou.jianing").await.post(&path, serde_json::json!({})).await.created();
    chromium.width(375);
    chromium.scripts(false);
    chromium.open_page(&format!("{}/notices", town.url));
    chromium.press("tbody a");
    // Empty it is refused, in the reader's language and beside the field.
    chromium.press("form.command button");
    assert!(chromium.text().contains("请填写此项"), "{}", chromium.text());
    chromium.press(".who a");
    chromium.fill("text", "The boundary crosses my contracted land.");
    chromium.press("form.command button");
    let receipt = chromium.value("!!document.querySelector('a[href^=\"/objections?code=\"]')");
    assert_eq!(receipt, true, "{}", chromium.text());
    none(worries(&mut chromium));
}

#[actix_web::test]
async fn a_citizen_objects_to_a_notice_with_scripts_switched_off() {
    Engine::Sqlite.play(a_citizen).await;
}

async fn an_auditor(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let fair = Fair::open(town, 1).await;
    let url = fair.town().url.clone();
    chromium.width(1280);
    chromium.scripts(false);
    log_in(&mut chromium, &url, "aud01.desk", "");
    chromium.press("tbody a");
    assert!(chromium.text().contains("链上哈希"), "{}", chromium.text());
    chromium
        .open_page(&format!("{url}/auditor/entries?outcome=done&operation=create_payment_notice"));
    assert_eq!(chromium.value("document.querySelectorAll('tbody tr').length"), 1);
    chromium.open_page(&format!("{url}/auditor/verification"));
    chromium.press("form.command button");
    assert!(chromium.text().contains("全部一致"), "{}", chromium.text());
    // A checkpoint that is none is said to be none.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint.json");
    std::fs::write(&file, "nothing").unwrap();
    chromium.press(".who a");
    chromium.open_page(&format!("{url}/auditor/verification"));
    chromium.choose("file", &file);
    chromium.press("form.command button");
    assert!(chromium.text().contains("no checkpoint"), "{}", chromium.text());
    let kept = fair.town().stranger().get("/api/v1/audit/checkpoint/note").await;
    std::fs::write(&file, kept.text).unwrap();
    chromium.choose("file", &file);
    chromium.press("form.command button");
    assert!(chromium.text().contains("All is well"), "{}", chromium.text());
    none(worries(&mut chromium));
}

#[actix_web::test]
async fn an_auditor_reads_the_log_and_verifies_with_scripts_switched_off() {
    Engine::Sqlite.play(an_auditor).await;
}
