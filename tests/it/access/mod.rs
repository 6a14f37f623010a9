//! Who may do what: a table written by hand, compared with the API document and with the real
//! answers of every operation.

mod afterwards;
mod auctions;
mod bodies;
mod decisions;
mod occupied;
mod pledged;
mod scene;
mod table;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use wetland_exchange::kernel::actor::Role;

use self::scene::Scene;
use self::table::{Other, Row, rows};
use crate::coverage::{Described, none, operations};
use crate::support::{Reply, User, send, username_of};

/// Open to all, besides the pages of `/docs`.
const OPEN: &[&str] = &[
    "get_health",
    "get_readiness",
    "get_metrics",
    "get_api_document",
    // Login; a logout belongs to somebody.
    "create_session",
    "create_session_renewal",
    // The public reads.
    "get_audit_checkpoint",
    "get_audit_checkpoint_note",
    "list_audit_checkpoints",
    "get_inclusion_proof",
    "get_consistency_proof",
    "list_batches",
    "get_batch",
    "list_fee_schedules",
    "get_inventory_totals",
    "list_published_tables",
    "get_published_table",
    "export_published_table",
    "export_published_deviations",
    "list_wetland_targets",
    "get_wetland_target",
    "list_wetland_lists",
    "get_wetland_list",
    "export_wetland_list",
    "list_wetland_markers",
    "get_public_map",
    "get_public_tile",
    "get_public_parcel",
    "create_auction_objection",
    "list_auction_draws",
    "get_price_floor",
    "list_events",
    "list_auctions",
    "get_auction",
    "list_auction_bids",
    "get_region_balance",
    "export_region_balance",
    "list_listings",
    "get_listing",
    "list_demand",
    "list_demand_days",
    "get_price_band",
    "list_public_batches",
    "list_public_retirements",
    "export_public_retirements",
    "list_public_trades",
    "export_public_trades",
    "get_price_index",
    "export_price_index",
    "list_regions",
    "get_ogc_landing_page",
    "get_ogc_conformance",
    "list_ogc_collections",
    "get_ogc_collection",
    "list_ogc_items",
    "get_ogc_item",
    "get_trading_area",
    "list_late_publications",
    "list_public_notices",
    "get_public_notice",
    "create_objection",
    "get_objection_receipt",
    "list_expert_draws",
    "get_expert_draw",
    "get_draw_repetition",
    "get_serial_trace",
    "get_batch_state",
    "get_public_certificate",
    "get_certificate_page",
    "list_certificate_keys",
    "list_public_keys",
    "get_certificate_key",
    "get_fine_range",
    "get_occupation_policy",
];

/// Their 401 is about a secret that is wrong, not about who asks.
const ASK_FOR_SECRETS: &[&str] =
    &["create_session", "create_session_renewal", "create_own_password"];

/// Every operation with its row; fails where one is without the other.
#[track_caller]
fn paired() -> Vec<(Described, Row)> {
    let (mut rows, mut complaints, mut pairs) = (rows(), Vec::new(), Vec::new());
    for one in operations() {
        match rows.iter().position(|row| row.id == one.id()) {
            Some(at) => pairs.push((one, rows.swap_remove(at))),
            None => complaints.push(format!("{} has no row in the table of access", one.id())),
        }
    }
    complaints.extend(rows.iter().map(|row| format!("{} is a row without an operation", row.id)));
    none(complaints);
    pairs
}

#[test]
fn access_the_table_and_the_document_name_the_same_callers() {
    let mut complaints = Vec::new();
    for (one, row) in paired() {
        let told: BTreeSet<String> = one.about["x-roles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| role.as_str().unwrap().to_owned())
            .collect();
        let meant: BTreeSet<String> = match &row.roles {
            None => BTreeSet::from(["public".to_owned()]),
            Some(roles) => roles.iter().map(Role::to_string).collect(),
        };
        if told != meant {
            complaints.push(format!("{}: x-roles {told:?}, in the table {meant:?}", row.id));
        }
        if row.roles.is_none() != OPEN.contains(&row.id) {
            complaints.push(format!("{}: public and not in the list of what is open", row.id));
        }
    }
    none(complaints);
}

/// Sends the operation's example about an id that nobody knows.
async fn ask(user: &User<'_>, one: &Described) -> Reply {
    let method = Method::from_bytes(one.method.as_bytes()).unwrap();
    let mut request = user.request(method, &one.example_path()).await;
    let content = one.about["requestBody"]["content"].as_object();
    if let Some((kind, body)) = content.and_then(|content| content.iter().next()) {
        let example = match &body["example"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        request = request.header("content-type", kind).body(example);
    }
    let key = uuid::Uuid::now_v7().to_string();
    send(request.header("idempotency-key", key)).await
}

fn is_refused_by_role(answer: &Reply) -> bool {
    answer.status == 403 && answer.json()["type"] == "/problems/not-allowed"
}

async fn judge_others(
    scene: &Scene,
    pairs: impl Iterator<Item = &(Described, Row)>,
) -> Vec<String> {
    let mut complaints = Vec::new();
    for (one, row) in pairs {
        for role in row.roles.iter().flatten() {
            for other in scene.others(*role, row.other) {
                complaints.extend(scene.judge_other(one, row, &other).await);
            }
        }
    }
    complaints
}

on_both_engines! {
    async fn access_is_given_to_the_roles_of_the_table_alone(town: Town) {
        let (pairs, mut complaints, mut people) = (paired(), Vec::new(), Vec::new());
        for role in Role::ALL {
            let username = username_of(role.as_str());
            let user = town.user(username.unwrap_or_else(|| panic!("nobody is {role}"))).await;
            user.get("/api/v1/me").await.ok();
            people.push((*role, user));
        }
        let stranger = town.stranger();
        assert_eq!(stranger.get("/docs/").await.status, 200);
        for (one, row) in &pairs {
            let answer = ask(&stranger, one).await;
            let turned_away = answer.status == 401;
            let about_a_secret = row.roles.is_none() && ASK_FOR_SECRETS.contains(&row.id);
            let is_open = OPEN.contains(&row.id);
            if turned_away == is_open && !about_a_secret || is_refused_by_role(&answer) {
                complaints.push(format!("{} told a stranger {}", row.id, answer.status));
            }
        }
        for (role, user) in &people {
            for (one, row) in &pairs {
                let answer = ask(user, one).await;
                let unknown = answer.status == 401 && !ASK_FOR_SECRETS.contains(&row.id);
                if unknown || is_refused_by_role(&answer) == row.names(*role) {
                    let text = &answer.text;
                    complaints.push(format!("{} told {role} {}: {text:.200}", row.id, answer.status));
                }
            }
        }
        none(complaints);
    }

    async fn access_to_what_is_anothers_is_like_access_to_the_unknown(town: Town) {
        let mut scene = Scene::set(town).await;
        let (pairs, mut complaints) = (paired(), Vec::new());
        // At first the next county has no fee account, so that its lists of money are refused.
        let single = pairs.iter().filter(|(_, row)| matches!(row.other, Other::Unknown(_)));
        complaints.extend(judge_others(&scene, single).await);
        scene.open_next_account().await;
        complaints.extend(judge_others(&scene, pairs.iter()).await);
        // Who reads does so before others decide, since a decision may undo what there is to read.
        let (reads, decisions): (Vec<_>, Vec<_>) =
            pairs.iter().partition(|(one, _)| one.method == "GET");
        for (one, row) in reads.into_iter().chain(decisions) {
            for role in row.roles.iter().flatten() {
                if let Some(own) = scene.own(*role, row.other) {
                    complaints.extend(scene.judge_own(one, row, &own).await);
                }
            }
        }
        none(complaints);
    }
}
