//! The centre's day in chromium with scripts switched off: from the inbox to a certified batch that
//! is frozen, in both languages.

use super::cdp::Chromium;
use super::chromium::{log_in, log_in_english, worries};
use super::quality;
use crate::coverage::none;
use crate::restoration::works::Works;
use crate::support::{Engine, Town};

#[actix_web::test]
async fn the_centre_publishes_certifies_and_freezes_with_scripts_switched_off() {
    Engine::Sqlite.play(the_centre).await;
}

async fn the_centre(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let works = Works::propose(&town, "P360124-001").await;
    works.complete().await;
    works.enter("accepted").await;
    works.plan().await;
    let url = town.url.clone();
    chromium.width(1280);
    chromium.scripts(false);

    // An officer finds the project in the inbox and publishes its result.
    town.on("2023-08-07");
    let code = town.next_code("zhou.jianing").await;
    log_in(&mut chromium, &url, "zhou.jianing", &code);
    let project = format!("{url}/centre/projects/{}", works.id);
    let inbox = format!("main a[href*=\"/centre/projects/{}\"]", works.id);
    chromium.press(&inbox);
    assert!(chromium.text().contains("修复结果尚未公示"), "{}", chromium.text());
    chromium.press("main a[href$=\"/result-notice\"]");
    chromium.press("form.command button");
    assert!(chromium.text().contains("已办理：公示修复结果"), "{}", chromium.text());

    // The gate says why it does not open while the notice runs.
    chromium.open_page(&format!("{project}/certification"));
    assert!(chromium.text().contains("现在不能办理"), "{}", chromium.text());
    chromium.press(".who form button");

    // Once it has ended she enters the application, first with something missing.
    town.on("2023-08-25");
    let code = town.next_code("zhou.jianing").await;
    log_in(&mut chromium, &url, "zhou.jianing", &code);
    chromium.open_page(&format!("{project}/certification"));
    chromium.fill("m2", "");
    chromium.press("form.command button");
    assert!(chromium.text().contains("请填写此项"), "{}", chromium.text());
    chromium.fill("m2", "11333");
    chromium.fill("wetland_type", "marsh");
    chromium.fill("grade", "2");
    chromium.fill("grade_method", "DEMO-GRADE-1.0");
    chromium.fill("grade_indicators", "水质：3\n植被盖度 4");
    chromium.press("form.command button");
    let application = chromium.value("location.pathname").as_str().unwrap().to_owned();
    assert!(application.starts_with("/centre/applications/"), "{application}");
    assert!(chromium.text().contains("由运营中心主任办理"), "{}", chromium.text());
    chromium.press(".who form button");

    // The director, in English, sees every amount before the credits are issued.
    chromium.press(".who a");
    let code = town.next_code("liang.wenbo").await;
    log_in_english(&mut chromium, &url, "liang.wenbo", &code);
    chromium.press(&format!("main a[href*=\"{application}\"]"));
    chromium.press("main a[href$=\"/certification\"]");
    for amount in ["11,333 m²", "1,133 m²", "6,120 m²"] {
        assert!(chromium.text().contains(amount), "{amount}: {}", chromium.text());
    }
    chromium.press("form.command button");
    let batch = chromium.value("location.pathname").as_str().unwrap().to_owned();
    assert!(batch.starts_with("/centre/batches/"), "{batch}: {}", chromium.text());
    chromium.press("main a[href$=\"/release\"]");
    chromium.fill("milestone", "acceptance");
    chromium.press("form.command button");
    assert!(chromium.text().contains("Done: Release credits"), "{}", chromium.text());
    if let Some(axe) = quality::axe() {
        chromium.scripts(true);
        none(quality::judged(&mut chromium, &axe, "/centre/batches/{batch_id}"));
        chromium.scripts(false);
    }
    chromium.press(".who form button");

    // The forestry bureau orders a freeze; the director agrees, and the credits are frozen.
    let code = town.next_code("gan.zhiqiang").await;
    chromium.width(375);
    log_in_english(&mut chromium, &url, "gan.zhiqiang", &code);
    chromium.open_page(&format!("{url}/forestry/projects/{}/freeze-order", works.id));
    chromium.fill("authority", "centre");
    chromium.fill("document", "示例〔2023〕1号");
    chromium.fill("reason", "待查");
    chromium.press("form.command button");
    let order = chromium.value("location.pathname").as_str().unwrap().to_owned();
    assert!(order.starts_with("/forestry/freeze-orders/"), "{order}: {}", chromium.text());
    let order = order.replace("/forestry", "/centre");
    chromium.press(".who form button");
    let code = town.next_code("liang.wenbo").await;
    log_in_english(&mut chromium, &url, "liang.wenbo", &code);
    chromium.open_page(&format!("{url}{order}/approval"));
    chromium.press("form.command button");
    assert!(chromium.text().contains("6,120 m²"), "{}", chromium.text());
    let wide = chromium.value("document.documentElement.scrollWidth").as_u64().unwrap();
    assert!(wide <= 375, "{wide}");
    none(worries(&mut chromium));
    let fu = town.user("fu.guoping").await.get("/api/v1/holdings").await.ok();
    let frozen = fu.as_array().unwrap().iter().find(|one| one["bucket"] == "frozen").unwrap();
    assert_eq!(frozen["m2"], 6_120);
    town.verify().await;
}
