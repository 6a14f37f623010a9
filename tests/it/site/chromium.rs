//! The pages in chromium: nothing to complain of, no sideways scrolling, and a whole story with
//! scripts switched off. With SITE_PICTURES=FOLDER every page is kept as a picture there.

use wetland_exchange::site;

use super::browser::Browser;
use super::cdp::Chromium;
use super::walk::{Walk, reader_of};
use crate::coverage::none;
use crate::market::fair::Fair;
use crate::support::{Engine, Town};

const WIDTHS: [u32; 2] = [1280, 375];

fn keep(name: &str, picture: &[u8]) {
    if let Ok(folder) = std::env::var("SITE_PICTURES") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(format!("{folder}/{name}.png"), picture).unwrap();
    }
}

/// The cookies of somebody who is logged in, with a language.
async fn cookies(
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
    for (language, reader) in [("zh", None), ("en", None)].into_iter().chain(
        super::walk::READERS.iter().flat_map(|(_, it)| [("zh", Some(*it)), ("en", Some(*it))]),
    ) {
        let cookies = cookies(walk.town(), reader, language).await;
        chromium.cookies(&walk.town().url, &cookies);
        for page in site::pages().iter().filter(|page| reader_of(page.path) == reader) {
            let Some(address) = walk.address(page.path) else { continue };
            let files = ["{certificate_id}", "{document_id}", "{language}"];
            if files.iter().any(|file| page.path.contains(file)) {
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
                keep(&format!("{name}-{language}-{width}"), &chromium.picture());
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

    log_in(&mut chromium, &url, "fu.guoping");
    chromium.press("main .links .strong");
    chromium.fill("m2", "1000");
    chromium.fill("price_per_mu", "337.00");
    chromium.press("form.command button");
    assert!(chromium.text().contains("505.50 元"), "{}", chromium.text());
    chromium.press("form.command button");
    assert!(chromium.text().contains("挂牌成功"), "{}", chromium.text());
    chromium.press(".who form button");

    log_in(&mut chromium, &url, "buyer.00");
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

fn log_in(chromium: &mut Chromium, url: &str, username: &str) {
    chromium.open_page(&format!("{url}/login"));
    chromium.fill("username", username);
    chromium.fill("password", &crate::support::password_of(username));
    chromium.press("form.command button");
    assert!(
        chromium.text().contains("待办") || chromium.text().contains("我的指标"),
        "{}",
        chromium.text()
    );
}

#[actix_web::test]
async fn a_township_lists_and_a_developer_buys_with_scripts_switched_off() {
    Engine::Sqlite.play(without_scripts).await;
}
