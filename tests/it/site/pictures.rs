//! The pictures of the README, made of the demo: `cargo test --test it -- --ignored pictures`.

use std::path::Path;

use super::cdp::Chromium;
use crate::support::Served;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures");
/// What a picture may weigh in the repository.
const BYTES_MAX: usize = 150_000;

/// Each picture: its name, who looks, the page, the width and the height.
const PICTURES: [(&str, &str, &str, u32, u32); 6] = [
    ("home", "", "/", 1100, 820),
    ("notice-phone", "", "/notices", 375, 760),
    ("township", "fu.guoping", "/township", 1100, 820),
    ("finance", "peng.haoran", "/finance", 1100, 820),
    ("downloads", "shen.yutong", "/finance/downloads?from=2026-09-01&to=2026-09-30", 1100, 820),
    ("audit", "aud01.desk", "/auditor", 1100, 820),
];

#[test]
#[ignore = "writes the pictures of the README into tests/pictures"]
fn pictures_are_made_of_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_wetland-exchange");
    let mut demo = std::process::Command::new(program);
    demo.args(["demo", "--exit"]).arg("--data-dir").arg(folder.path());
    assert!(demo.status().unwrap().success());
    let database = format!("sqlite://{}", folder.path().join("demo.db").display());
    let served = Served::start(&database, folder.path());
    let mut chromium = Chromium::open().expect("chromium");
    std::fs::create_dir_all(FOLDER).unwrap();
    for (name, who, page, width, height) in PICTURES {
        chromium.cookies(&served.url, &[]);
        chromium.size(width, height);
        if !who.is_empty() {
            chromium.open_page(&format!("{}/login", served.url));
            chromium.fill("username", who);
            chromium.fill("password", &format!("wetland-{who}"));
            chromium.press("form.command button");
        }
        chromium.open_page(&format!("{}{page}", served.url));
        let picture = chromium.window();
        assert!(picture.len() <= BYTES_MAX, "{name} has {} bytes", picture.len());
        std::fs::write(Path::new(FOLDER).join(format!("{name}.png")), picture).unwrap();
    }
    served.kill();
}
