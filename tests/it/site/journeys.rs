//! A developer's way in chromium, scripts switched off, in English: from credits on sale to the
//! certificate of their retirement, which is downloaded.

use std::path::Path;
use std::time::{Duration, Instant};

use super::cdp::Chromium;
use super::chromium::log_in;
use crate::coverage::none;
use crate::occupation::site::Site;
use crate::support::{Engine, Town};

/// The one file that lies in a folder, once all of it is there.
async fn downloaded(folder: &Path) -> std::path::PathBuf {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let whole = |path: &std::path::PathBuf| path.extension().is_some_and(|ext| ext == "pdf");
        if let Some(file) = files.into_iter().find(whole) {
            return file;
        }
        assert!(Instant::now() < until, "nothing was downloaded");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn buys_and_retires(town: Town) {
    let Some(mut chromium) = Chromium::open() else { return };
    let site = Site::open(town, 0).await;
    site.fair.list(1_000, "337.00").await;
    let occupation = site.ready(1, "400.00").await;
    let occupation = occupation.rsplit('/').next().unwrap().to_owned();
    let url = site.town().url.clone();
    chromium.width(1280);
    chromium.scripts(false);

    let code = site.town().next_code("buyer.00").await;
    log_in(&mut chromium, &url, "buyer.00", &code);
    chromium.press(".who a");
    chromium.open_page(&format!("{url}/developer/occupations/{occupation}"));
    // What it still needs, then credits for it from the application itself.
    chromium.press(&format!("main .links a[href^='/developer/credits/{occupation}']"));
    assert!(chromium.text().contains("CNY 337.00 per mu"), "{}", chromium.text());
    chromium.press("tbody a[href^='/developer/purchases/']");
    chromium.fill("m2", "400");
    chromium.press("form.command button");
    assert!(chromium.text().contains("CNY 202.20"), "{}", chromium.text());
    chromium.press("form.command button");
    assert_eq!(site.credits().await, (400, 0));

    chromium.open_page(&format!("{url}/developer/new-retirement/{occupation}"));
    let batch = site.fair.batch.to_string();
    chromium.fill("batch_id", &batch);
    chromium.fill("m2", "400");
    chromium.press("form.command button");
    assert!(chromium.text().contains("another person of your organisation"), "{}", chromium.text());
    let page = chromium.value("location.pathname").as_str().unwrap().to_owned();
    chromium.press(".who form button");

    // The second person confirms, has the certificate issued and takes it along.
    let code = site.town().next_code("buyer.director").await;
    super::chromium::log_in_english(&mut chromium, &url, "buyer.director", &code);
    chromium.open_page(&format!("{url}{page}"));
    chromium.press("form.command button.strong");
    assert!(chromium.text().contains("The credits are retired."), "{}", chromium.text());
    chromium.press("form.command button.strong");
    assert!(chromium.text().contains("The certificate was issued."), "{}", chromium.text());
    let folder = tempfile::tempdir().unwrap();
    chromium.downloads(folder.path());
    chromium.click("tbody a[href^='/developer/certificates/']");
    let file = downloaded(folder.path()).await;
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF-"));
    none(chromium.complaints());
    assert_eq!(site.credits().await, (0, 400));
    site.town().verify().await;
}

#[actix_web::test]
async fn a_developer_buys_retires_and_downloads_the_certificate_with_scripts_switched_off() {
    Engine::Sqlite.play(buys_and_retires).await;
}
