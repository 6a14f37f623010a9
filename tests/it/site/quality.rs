//! What others' programs say of the pages: html-validate of their HTML, axe-core of what people with
//! aids meet. Both come by `npm ci` in `tests/site-tools`; without it those tests say `not run`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wetland_exchange::site;

use super::browser::Browser;
use super::cdp::Chromium;
use super::walk::{Walk, is_file, reader_of, readers};
use crate::coverage::none;
use crate::support::{Engine, Town, text, tool};

const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/site-tools");

/// A file of the packages; `None` where they are not installed, which fails with REQUIRE_TOOLS=1.
fn package(file: &str) -> Option<PathBuf> {
    let path = Path::new(TOOLS).join("node_modules").join(file);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var("REQUIRE_TOOLS").is_ok_and(|value| value == "1");
    assert!(!required, "{file} is not installed by npm ci in {TOOLS}, and REQUIRE_TOOLS=1");
    eprintln!("not run: {file}");
    None
}

/// Keeps every page as a file; returns the files by their addresses.
async fn keep_all(walk: &Walk, folder: &Path) -> Vec<(String, PathBuf)> {
    let mut kept = Vec::new();
    for page in site::pages().iter().filter(|page| !is_file(page.path)) {
        let Some(address) = walk.address(page.path) else { continue };
        let mut browser = match reader_of(page.path) {
            Some(username) => Browser::of(walk.town(), username).await,
            None => Browser::new(walk.town()),
        };
        for language in ["zh", "en"] {
            if language == "en" {
                browser = browser.english();
            }
            let answer = browser.get(&address).await;
            if answer.status == 200 {
                let file = folder.join(format!("{:03}.html", kept.len()));
                std::fs::write(&file, &answer.text).unwrap();
                kept.push((format!("{address} ({language})"), file));
            }
        }
    }
    kept
}

async fn validated(town: Town) {
    let Some(program) = package("html-validate/bin/html-validate.mjs") else { return };
    let walk = Walk::prepare(town).await;
    let folder = tempfile::tempdir().unwrap();
    let kept = keep_all(&walk, folder.path()).await;
    assert!(kept.len() > 100, "{} pages", kept.len());
    let config = Path::new(TOOLS).join("htmlvalidate.json");
    // It ends with 1 where it finds anything, which `-f json` says better.
    let command = format!(
        "node {} --config {} -f json {}/*.html || true",
        text(&program),
        text(&config),
        text(folder.path()),
    );
    let Some(told) = tool("sh", &["-c", &command], &[]).await else { return };
    let told: Vec<Value> = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
    let mut complaints = Vec::new();
    for file in &told {
        let path = file["filePath"].as_str().unwrap();
        let at = kept.iter().find(|(_, kept)| text(kept) == path).map(|(at, _)| at.as_str());
        for message in file["messages"].as_array().unwrap() {
            complaints.push(format!(
                "{}: line {}: {} ({})",
                at.unwrap_or(path),
                message["line"],
                message["message"],
                message["ruleId"],
            ));
        }
    }
    none(complaints);
}

#[actix_web::test]
async fn every_page_is_valid_html() {
    Engine::Sqlite.play(validated).await;
}

/// What axe-core complains of in the open page; it is brought in past the page's policy.
pub(super) fn judged(chromium: &mut Chromium, axe: &str, at: &str) -> Vec<String> {
    chromium.value(&format!("{axe}; true"));
    let told = chromium.promised(
        "axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag', values: \
         ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }).then(told => \
         told.violations.map(it => it.id + ': ' + it.help + ' | ' + it.nodes.slice(0, 3).map(node => \
         node.html.slice(0, 160) + ' ' + node.any.concat(node.all).slice(0, 1).map(one => \
         one.message).join(' ')).join(' || ')))",
    );
    let told = told.as_array().unwrap_or_else(|| panic!("{at}: {told}")).iter();
    told.map(|one| format!("{at}: {}", one.as_str().unwrap())).collect()
}

/// The source of axe-core.
pub(super) fn axe() -> Option<String> {
    package("axe-core/axe.min.js").map(|file| std::fs::read_to_string(file).unwrap())
}

async fn with_aids(town: Town) {
    let (Some(axe), Some(mut chromium)) = (axe(), Chromium::open()) else { return };
    let walk = Walk::prepare(town).await;
    let mut complaints = Vec::new();
    // Width and language are varied together: what matters is the same markup and style in each.
    for (language, width) in [("zh", 1280), ("en", 375)] {
        chromium.width(width);
        for reader in readers() {
            let cookies = super::chromium::cookies(walk.town(), reader, language).await;
            chromium.cookies(&walk.town().url, &cookies);
            let pages = site::pages();
            for page in pages.iter().filter(|page| reader_of(page.path) == reader) {
                let Some(address) = walk.address(page.path) else { continue };
                if is_file(page.path) || page.path.contains("{language}") {
                    continue;
                }
                chromium.open_page(&format!("{}{address}", walk.town().url));
                let at = format!("{} ({language}, {width})", page.path);
                complaints.extend(judged(&mut chromium, &axe, &at));
            }
        }
    }
    none(complaints);
}

#[actix_web::test]
async fn every_page_can_be_read_and_used_with_aids() {
    Engine::Sqlite.play(with_aids).await;
}
