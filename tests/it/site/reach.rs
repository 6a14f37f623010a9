//! What people do with the program they can do on a page: every operation with an effect is asked
//! for by a page of each of its callers, or stands here with the reason why not.

use std::path::Path;

use serde_json::Value;
use wetland_exchange::kernel::actor::Role;
use wetland_exchange::kernel::operations::Callers;
use wetland_exchange::site;

use crate::coverage::{Described, none, operations};

/// Operations without a page of that role, or of any, and why.
const WITHOUT: &[(&str, &str, &str)] = &[
    ("create_county_boundary", "", "a file of the survey, taken in when a county is set up"),
    ("create_logout", "", "the page /logout asks for it as it takes the cookies back"),
    ("create_published_table", "", "a file of a published table, taken in when it comes out"),
    ("create_regions", "", "the file of regions, taken in when the program is set up"),
    ("create_session_renewal", "", "the program renews the session of a cookie by itself"),
    (
        "create_wetland_target",
        "administrator",
        "the forestry bureau has the page; targets are its own",
    ),
];

/// Where the pages of a role are written, besides those that several share.
const AREAS: &[(&str, &[&str])] = &[
    ("administrator", &["administrator"]),
    ("assessor", &["experts"]),
    ("audit_administrator", &["auditor"]),
    ("auditor", &["auditor"]),
    ("bank_officer", &["bank"]),
    ("centre_director", &["centre"]),
    ("centre_officer", &["centre"]),
    ("developer", &["developer"]),
    ("developer_director", &["developer"]),
    ("finance_director", &["finance"]),
    ("finance_officer", &["finance"]),
    ("forestry_officer", &["forestry", "centre"]),
    ("insurer_officer", &["insurer"]),
    ("public", &["public", "entry"]),
    ("security_administrator", &["security"]),
    ("township_officer", &["township"]),
];
const SHARED: &[&str] =
    &["auctions", "entry", "factor", "insurance", "password", "pledges", "transfers"];

/// A file of the site: its path below `src/site`, and its text.
type Source = (String, String);

fn sources(folder: &Path, under: &str, all: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{under}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            sources(&path, &format!("{name}/"), all);
        } else if name.ends_with(".rs") {
            all.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn areas_of(role: &str) -> Option<&'static [&'static str]> {
    AREAS.iter().find(|(known, _)| role == *known).map(|(_, areas)| *areas)
}

/// Whether the file is of one of these areas.
fn is_of(file: &str, areas: &[&str]) -> bool {
    let stem = file.split(['/', '.']).next().unwrap_or_default();
    areas.contains(&stem)
}

/// Whether a text asks for the operation of that path: it names the resource and what is done to it.
fn asks(text: &str, path: &str) -> bool {
    let tail: Vec<&str> = path.rsplit('/').take_while(|part| !part.starts_with('{')).collect();
    let tail = tail.into_iter().rev().collect::<Vec<_>>().join("/");
    let ways = |what: &str| ["\"", "?"].iter().any(|end| text.contains(&format!("{what}{end}")));
    match path.contains('{') {
        false => ways(&format!("\"{path}")),
        true => {
            let root = path.split('/').nth(3).unwrap_or_default();
            let root = format!("\"/api/v1/{root}");
            text.contains(&root) && (ways(&format!("/{tail}")) || ways(&format!("\"{tail}")))
        }
    }
}

/// The paths of the pages that a role opens.
fn pages_of(role: &str) -> Vec<&'static str> {
    let all = site::pages();
    let mine = all.iter().filter(|page| match &page.callers {
        Callers::Public => role == "public",
        Callers::Roles(roles) => roles.iter().any(|one| one.as_str() == role),
    });
    mine.map(|page| page.path).collect()
}

/// Whether a command of casework, or a page of documents, stands on a page of that role.
fn is_given(one: &Described, role: &str, pages: &[&str], all: &[Source]) -> bool {
    let open = |noun: &str, end: &str| {
        let of_thing = format!("/{noun}/{{");
        let begun = end == "/{deed}" && pages.iter().any(|page| page.ends_with("/new/{deed}"));
        (noun == "new" && begun)
            || pages.iter().any(|page| page.contains(&of_thing) && page.ends_with(end))
    };
    let mut commands = site::commands().into_iter().filter(|it| it.operation == one.path);
    let given = commands
        .any(|it| it.roles.iter().any(|known| known.as_str() == role) && open(it.noun, "/{deed}"));
    let papers = one.path.strip_suffix("/documents").is_some_and(|path| {
        let root = path.split('/').nth(3).unwrap_or_default();
        let taken = format!("papers: \"/api/v1/{root}/{{id}}/documents\"");
        let noun = |text: &str| {
            let cases = text.split("Case = Case {").filter(|case| case.contains(&taken));
            let nouns = cases.filter_map(|case| case.split_once("noun: \""));
            nouns.filter_map(|(_, rest)| Some(rest.split_once('"')?.0.to_owned())).next()
        };
        let noun = all.iter().find_map(|(_, text)| noun(text));
        noun.is_some_and(|noun| open(&noun, "/documents"))
    });
    given || papers
}

/// Who cannot do what, among those who may.
fn complaints(all: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let listed = |one: &Described, role: &str| {
        WITHOUT.iter().any(|(id, whose, _)| *id == one.id() && role.ends_with(whose))
    };
    for one in operations() {
        if one.about["x-effect"] == "read" {
            continue;
        }
        for role in one.about["x-roles"].as_array().unwrap().iter().filter_map(Value::as_str) {
            if listed(&one, role) {
                continue;
            }
            let areas = areas_of(role).unwrap_or_else(|| panic!("{role} has no pages"));
            let mut own = all.iter().filter(|(file, _)| is_of(file, areas) || is_of(file, SHARED));
            let pages = pages_of(role);
            if !own.any(|(_, text)| asks(text, &one.path)) && !is_given(&one, role, &pages, all) {
                complaints.push(format!("{role} has no page for {} ({})", one.id(), one.path));
            }
        }
    }
    complaints
}

#[test]
fn every_operation_with_an_effect_stands_on_a_page_of_each_of_its_callers() {
    let mut all = Vec::new();
    sources(Path::new("src/site"), "", &mut all);
    let known: Vec<String> = operations().iter().map(|one| one.id().to_owned()).collect();
    let gone = WITHOUT.iter().filter(|(id, _, _)| !known.iter().any(|one| one == id));
    let gone = gone.map(|(id, _, _)| format!("{id} is listed and no operation"));
    none(gone.chain(complaints(&all)).collect());
}

#[test]
fn an_operation_that_no_page_asks_for_is_found() {
    let mut all = Vec::new();
    sources(Path::new("src/site"), "", &mut all);
    for (_, text) in &mut all {
        *text = text.replace("/payment-templates", "/elsewhere");
    }
    let found = complaints(&all);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("finance_officer has no page for create_payment_template"));
    for role in Role::ALL {
        assert!(areas_of(role.as_str()).is_some(), "{role}");
    }
}
