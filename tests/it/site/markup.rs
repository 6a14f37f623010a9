//! What every page has: a language, one heading, labels, nothing inline, nothing unescaped.

use wetland_exchange::kernel::operations::Callers;
use wetland_exchange::site;

use super::browser::Browser;
use super::walk::{HOSTILE, Walk, reader_of};
use crate::coverage::none;
use crate::support::Reply;

/// Pages of which the place has nothing to show: they are looked at elsewhere.
const EMPTY: [&str; 1] = ["/finance/closes/{period_close_id}"];

/// What casework begins in stories of its own.
const IN_STORIES: [&str; 8] = [
    "{auction_id}",
    "{auction_objection_id}",
    "{draw_id}",
    "{freeze_id}",
    "{objection_id}",
    "{replacement_id}",
    "{sale_id}",
    "{spending_id}",
];

pub(super) fn judge(at: &str, answer: &Reply, language: &str) -> Vec<String> {
    let html = &answer.text;
    let mut found = Vec::new();
    let mut want = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{at} ({language}): {what}"));
        }
    };
    want(html.contains(&format!("<html lang=\"{language}\">")), "another language");
    want(html.matches("<h1>").count() == 1, "not one h1");
    want(html.len() <= 100_000, "over 100 KB");
    want(!html.contains(" style=") && !html.contains("<style"), "an inline style");
    want(!html.contains(" on") || !inline_handler(html), "an inline handler");
    want(html.matches("<script").count() == 1, "a script that is not the site's own");
    want(!html.contains(HOSTILE), "an unescaped name");
    want(!elsewhere(html), "something from elsewhere");
    let policy = answer.header("content-security-policy");
    want(policy.starts_with("default-src 'none'"), "no policy");
    want(!policy.contains("unsafe") && !policy.contains("http"), "a weak policy");
    for field in fields(html) {
        want(html.contains(&format!("<label for=\"{field}\"")), &format!("{field} has no label"));
    }
    found
}

fn inline_handler(html: &str) -> bool {
    [" onclick=", " onload=", " onsubmit=", " onchange="].iter().any(|one| html.contains(one))
}

/// Whether the page itself loads something of another host; links may lead anywhere.
fn elsewhere(html: &str) -> bool {
    ["src=\"http", "href=\"//", "src=\"//", "@import"].iter().any(|one| html.contains(one))
}

/// The ids of all fields that people fill in.
fn fields(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in ["<input id=\"", "<select id=\"", "<textarea id=\""] {
        let ids = html.split(tag).skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(ids.map(str::to_owned));
    }
    found
}

on_both_engines! {
    async fn every_page_reads_well_in_both_languages(town: Town) {
        let walk = Walk::prepare(town).await;
        let mut complaints = Vec::new();
        for page in site::pages().iter() {
            let Some(address) = walk.address(page.path) else {
                let told = IN_STORIES.iter().any(|id| page.path.contains(id));
                if !told && !EMPTY.contains(&page.path) {
                    complaints.push(format!("{} cannot be looked at", page.path));
                }
                continue;
            };
            let chinese = match reader_of(page.path) {
                Some(username) => Browser::of(walk.town(), username).await,
                None => Browser::new(walk.town()),
            };
            assert_eq!(reader_of(page.path).is_none(), page.callers == Callers::Public, "{}", page.path);
            let answer = chinese.get(&address).await;
            if answer.status.is_redirection() || !answer.header("content-disposition").is_empty() {
                continue;
            }
            if answer.status != 200 {
                complaints.push(format!("{address} answered {}: {:.300}", answer.status, answer.text));
                continue;
            }
            complaints.extend(judge(&address, &answer, "zh-CN"));
            let private = page.callers != Callers::Public;
            let keep = answer.header("cache-control");
            if private && keep != "no-store" {
                complaints.push(format!("{address} may be kept: {keep}"));
            }
            let answer = chinese.english().get(&address).await;
            complaints.extend(judge(&address, &answer, "en"));
        }
        none(complaints);
    }

    async fn a_foreign_or_unknown_thing_is_a_page_that_says_so(town: Town) {
        let walk = Walk::prepare(town).await;
        let mut complaints = Vec::new();
        let foreign = Browser::of(walk.town(), "buyer.00").await;
        for page in site::pages().iter().filter(|page| page.path.contains("_id}")) {
            let browser = match reader_of(page.path) {
                Some(username) => Browser::of(walk.town(), username).await,
                None => Browser::new(walk.town()),
            };
            let unknown = "0191e4c8-7b1a-7000-8000-000000000001";
            for id in [unknown, "nonsense", "%00"] {
                let (start, _) = page.path.split_once('{').unwrap();
                let (_, end) = page.path.rsplit_once('}').unwrap();
                let answer = browser.get(&format!("{start}{id}{end}")).await;
                let fits = answer.status == 404 || (id == "%00" && answer.status == 400);
                if !fits || !answer.text.contains("<h1>") {
                    complaints.push(format!("{} with {id}: {}", page.path, answer.status));
                }
            }
            if reader_of(page.path).is_some_and(|reader| reader != "buyer.00") {
                let Some(address) = walk.address(page.path) else { continue };
                let answer = foreign.get(&address).await;
                // Papers of pledges are read by developers too, but not those of others.
                let refused = if page.path.starts_with("/pledge-papers") { 404 } else { 403 };
                if answer.status != refused || !answer.text.contains("<h1>") {
                    complaints.push(format!("{} for another role: {}", page.path, answer.status));
                }
            }
        }
        let answer = foreign.get("/nowhere").await;
        assert_eq!(answer.status, 404);
        assert!(answer.text.contains("<h1>"), "{}", answer.text);
        none(complaints);
    }
}
