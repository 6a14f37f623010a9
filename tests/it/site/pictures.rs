//! The pictures of the README, made of the demo: `cargo test --test it -- --ignored pictures`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use wetland_exchange::identity::{Secret, step_at};
use wetland_exchange::kernel::clock::Clock;

use super::cdp::Chromium;

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

/// The demo as it goes on serving, with what it printed of its accounts.
struct Demo {
    child: Child,
    url: String,
    lines: Vec<String>,
}

impl Demo {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
            .args(["demo", "--listen=127.0.0.1:0", "--data-dir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = Vec::new();
        for line in told {
            let line = line.unwrap();
            let last = line.contains("Ctrl-C");
            lines.push(line);
            if last {
                break;
            }
        }
        let mut words = lines.iter().flat_map(|line| line.split_whitespace());
        let url = words.rfind(|word| word.starts_with("http://")).unwrap();
        let url = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        Self { child, url, lines }
    }

    /// A code of somebody's authenticator; empty for those who need none.
    fn code(&self, who: &str) -> String {
        let line = self.lines.iter().find(|line| line.starts_with(who)).unwrap();
        let secret = line.split_whitespace().find_map(Secret::of_text);
        secret.map_or_else(String::new, |secret| secret.code(step_at(Clock::Machine.now())))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "writes the pictures of the README into tests/pictures"]
fn pictures_are_made_of_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let mut chromium = Chromium::open().unwrap();
    std::fs::create_dir_all(FOLDER).unwrap();
    for (name, who, page, width, height) in PICTURES {
        chromium.cookies(&demo.url, &[]);
        chromium.size(width, height);
        if !who.is_empty() {
            chromium.open_page(&format!("{}/login", demo.url));
            chromium.fill("username", who);
            chromium.fill("password", &format!("wetland-{who}"));
            chromium.fill("code", &demo.code(who));
            chromium.press("form.command button");
        }
        chromium.open_page(&format!("{}{page}", demo.url));
        let picture = chromium.window();
        assert!(picture.len() <= BYTES_MAX, "{name} has {} bytes", picture.len());
        std::fs::write(Path::new(FOLDER).join(format!("{name}.png")), picture).unwrap();
    }
}
