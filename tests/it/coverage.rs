//! Walks the API document: what every operation must have and must answer.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use wetland_exchange::{app, openapi};

use crate::support::send;

/// The first words of operation ids; a new one is added here with care.
const VERBS: &[&str] = &["create", "export", "get", "list"];

/// Reads that are sent something in a body, which a GET has not, or that cost too much for one.
const CHECKS: &[&str] = &[
    "create_land_answer",
    "create_layer_file_report",
    "create_parcel_error_sheet",
    "create_parcel_import_report",
    "create_statement_check",
    "create_statement_preview",
    "create_verification",
];

/// One operation as the document has it.
pub(crate) struct Described {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) about: Value,
}

impl Described {
    pub(crate) fn id(&self) -> &str {
        self.about["operationId"].as_str().unwrap_or_default()
    }

    pub(crate) fn is_public(&self) -> bool {
        self.about["x-roles"] == serde_json::json!(["public"])
    }

    /// The path with an id in each place.
    pub(crate) fn example_path(&self) -> String {
        self.path_of("0191e4c8-7b1a-7000-8000-000000000001")
    }

    /// The path with this id in each place.
    pub(crate) fn path_of(&self, id: &str) -> String {
        let parts = self.path.split('/').map(|part| match part.split_once('}') {
            Some((_, ending)) => format!("{id}{ending}"),
            None => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

pub(crate) fn operations() -> Vec<Described> {
    let document = openapi::document(&app::operations());
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, about) in item.as_object().unwrap() {
            let (path, method, about) = (path.clone(), method.to_uppercase(), about.clone());
            all.push(Described { path, method, about });
        }
    }
    all
}

/// Fails with every complaint at once.
#[track_caller]
pub(crate) fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn a_version_is_taken_only_of_what_can_be_read() {
    let all = operations();
    let reads = |path: &str| all.iter().any(|one| one.method == "GET" && one.path == path);
    let mut complaints = Vec::new();
    for one in &all {
        let taken = one.about["x-if-match"].as_str();
        let resource = one.path.rsplit_once('/').map_or("", |(resource, _)| resource);
        match taken {
            None => {}
            Some("taken" | "required") if resource.ends_with('}') && reads(resource) => {}
            Some(how) => complaints.push(format!("{}: x-if-match {how:?} of {resource}", one.id())),
        }
    }
    none(complaints);
}

#[test]
fn every_operation_names_its_callers_and_its_effect() {
    let mut complaints = Vec::new();
    for one in operations() {
        let roles = one.about["x-roles"].as_array().cloned().unwrap_or_default();
        let known = |role: &Value| {
            let role = role.as_str().unwrap_or_default();
            role == "public" || role.parse::<wetland_exchange::kernel::actor::Role>().is_ok()
        };
        if roles.is_empty() || !roles.iter().all(known) {
            complaints.push(format!("{}: x-roles {:?}", one.id(), roles));
        }
        let effect = one.about["x-effect"].as_str().unwrap_or_default();
        let fits = match effect {
            "read" => one.method == "GET" || CHECKS.contains(&one.id()),
            "write" | "value" => one.method == "POST" || one.method == "PUT",
            _ => false,
        };
        if !fits {
            complaints.push(format!("{}: {} with x-effect {effect:?}", one.id(), one.method));
        }
        if one.about["summary"].as_str().unwrap_or_default().is_empty() {
            complaints.push(format!("{}: no doc sentence", one.id()));
        }
    }
    none(complaints);
}

#[test]
fn every_operation_is_called_by_a_verb_and_its_resource_like_its_handler() {
    let mut complaints = Vec::new();
    for operation in app::operations().iter() {
        let id = operation.document.operation_id.as_deref().unwrap_or_default();
        let verb = id.split('_').next().unwrap_or_default();
        if id != operation.id || !VERBS.contains(&verb) {
            complaints.push(format!("{} (handler {}): not <verb>_<resource>", id, operation.id));
        }
    }
    let mut ids: Vec<_> = app::operations().iter().map(|operation| operation.id).collect();
    ids.sort_unstable();
    complaints.extend(
        ids.windows(2).filter(|two| two[0] == two[1]).map(|two| format!("{} twice", two[0])),
    );
    none(complaints);
}

#[test]
fn every_body_has_an_example() {
    let mut complaints = Vec::new();
    for one in operations() {
        let mut contents = vec![("request".to_owned(), &one.about["requestBody"]["content"])];
        for (status, answer) in one.about["responses"].as_object().unwrap() {
            contents.push((status.clone(), &answer["content"]));
        }
        for (place, content) in contents {
            for (kind, body) in content.as_object().into_iter().flatten() {
                if body.get("example").is_none() && body.get("examples").is_none() {
                    complaints
                        .push(format!("{} {place} {kind}: a text without an example", one.id()));
                }
            }
        }
    }
    none(complaints);
}

#[test]
fn a_name_of_the_document_means_one_thing() {
    let mut known = std::collections::HashMap::new();
    let mut complaints = Vec::new();
    for operation in app::operations().iter() {
        for (name, schema) in &(operation.schemas)() {
            let schema = serde_json::to_value(schema).unwrap();
            let first = known.entry(name.clone()).or_insert_with(|| (operation.id, schema.clone()));
            if first.1 != schema {
                complaints.push(format!("{name} of {} is another in {}", first.0, operation.id));
            }
        }
    }
    none(complaints);
}

#[test]
fn every_operation_documents_the_shared_problems() {
    let lacks =
        |one: &Described| one.about["responses"].get("404").is_none() && one.path.contains('{');
    none(
        operations()
            .iter()
            .filter(|one| lacks(one))
            .map(|one| format!("{}: no Problems", one.id()))
            .collect(),
    );
}

on_both_engines! {
    async fn a_stranger_reaches_only_what_is_public(town: Town) {
        let mut complaints = Vec::new();
        for one in operations().iter().filter(|one| !one.is_public()) {
            let stranger = town.stranger();
            let method = Method::from_bytes(one.method.as_bytes()).unwrap();
            let request = stranger.request(method, &one.example_path()).await;
            for request in [request.try_clone().unwrap(), request.bearer_auth("not.a.token")] {
                let answer = send(request).await;
                let challenged = answer.header("www-authenticate").starts_with("Bearer");
                if answer.status != StatusCode::UNAUTHORIZED || !challenged {
                    complaints.push(format!("{} answered {}", one.id(), answer.status));
                }
            }
        }
        none(complaints);
    }
}
