//! Whatever is sent to an operation, it answers with a clear problem and never with a 500.

use reqwest::Method;
use serde_json::{Value, json};

use crate::coverage::{Described, none, operations};
use crate::support::{Reply, send, username_of};

/// Bodies that no operation can take, with the status that each gets.
fn bodies() -> Vec<(&'static str, String, &'static [u16])> {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    vec![
        ("cut off", "{\"a\":".into(), &[400]),
        ("not UTF-8 in JSON", "\u{fffd}".into(), &[400]),
        ("a list", "[1, 2]".into(), &[422]),
        ("a number past every limit", "1e999".into(), &[422]),
        ("an unknown field", json!({"nonsense": 1}).to_string(), &[422]),
        ("deep nesting", deep, &[400, 422]),
        ("too large", format!("\"{}\"", "x".repeat(2 << 20)), &[413]),
    ]
}

fn takes_json(one: &Described) -> bool {
    one.about["requestBody"]["content"].get("application/json").is_some()
}

/// The first fixture person who may call it.
fn caller(one: &Described) -> Option<&'static str> {
    let roles = one.about["x-roles"].as_array()?;
    roles.iter().find_map(|role| username_of(role.as_str()?))
}

fn judge(one: &Described, what: &str, answer: &Reply, expected: &[u16]) -> Option<String> {
    let status = answer.status.as_u16();
    let is_problem = answer.header("content-type") == "application/problem+json";
    let fits = expected.contains(&status) && is_problem;
    (!fits).then(|| format!("{} with {what} answered {status}: {:.200}", one.id(), answer.text))
}

on_both_engines! {
    async fn a_body_that_no_operation_can_take_gets_a_clear_problem(town: Town) {
        let mut complaints = Vec::new();
        for one in operations().iter().filter(|one| takes_json(one)) {
            let Some(username) = caller(one) else { continue };
            let user = town.user(username).await;
            for (what, body, expected) in bodies() {
                let method = Method::from_bytes(one.method.as_bytes()).unwrap();
                let request = user.request(method, &one.example_path()).await;
                let request = request.header("content-type", "application/json");
                let request = match one.about["x-if-match"].as_str() {
                    Some(_) => request.header("if-match", "*"),
                    None => request,
                };
                let answer = send(request.header("idempotency-key", "garbage").body(body)).await;
                complaints.extend(judge(one, what, &answer, expected));
            }
        }
        none(complaints);
    }

    async fn an_example_about_things_that_do_not_exist_is_never_a_500(town: Town) {
        let mut complaints = Vec::new();
        for one in operations().iter().filter(|one| one.path.starts_with("/api/")) {
            let Some(username) = caller(one) else { continue };
            let user = town.user(username).await;
            let method = Method::from_bytes(one.method.as_bytes()).unwrap();
            let mut request = user.request(method, &one.example_path()).await;
            if let Some(content) = one.about["requestBody"]["content"].as_object() {
                let (kind, body) = content.iter().next().unwrap();
                let example = match &body["example"] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                request = request.header("content-type", kind).body(example);
            }
            let answer = send(request.header("idempotency-key", "example")).await;
            if answer.status.is_server_error() {
                complaints.push(format!("{}: {}", one.id(), answer.text));
            }
        }
        none(complaints);
    }

    async fn a_role_that_is_not_named_is_refused(town: Town) {
        use wetland_exchange::kernel::actor::Role;
        let mut complaints = Vec::new();
        for role in Role::ALL {
            let Some(username) = username_of(role.as_str()) else { continue };
            let user = town.user(username).await;
            for one in operations().iter().filter(|one| !one.is_public()) {
                if one.about["x-roles"].as_array().unwrap().contains(&json!(role.as_str())) {
                    continue;
                }
                let method = Method::from_bytes(one.method.as_bytes()).unwrap();
                let request = user.request(method, &one.example_path()).await;
                let answer = send(request).await;
                complaints.extend(judge(one, role.as_str(), &answer, &[403]));
            }
        }
        none(complaints);
    }
}
