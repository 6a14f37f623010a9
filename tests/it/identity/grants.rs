//! Roles: entered by the system administrator, in force by the security administrator; and that the
//! three administrators are three people of whom none does business.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wetland_exchange::kernel::actor::Role;

use crate::coverage::{none, operations};
use crate::support::{ADMINISTRATOR, AUDIT, SECURITY, Town, password_of};

const NEWCOMER: &str = "new.officer";

async fn organisation(town: &Town, code: &str) -> Value {
    let admin = town.user(ADMINISTRATOR).await;
    let all = admin.get("/api/v1/organisations?limit=200").await.ok();
    let all = all["items"].as_array().unwrap();
    all.iter().find(|one| one["code"] == code).unwrap()["id"].clone()
}

async fn newcomer(town: &Town, name: &str, code: &str, role: &str) -> Value {
    json!({
        "username": NEWCOMER, "display_name": name, "organisation_id": organisation(town, code).await,
        "role": role, "password": password_of(NEWCOMER),
    })
}

async fn waiting(town: &Town, user: &str) -> String {
    let path = format!("/api/v1/role-grants?user_id={user}&state=entered");
    let list = town.user(SECURITY).await.get(&path).await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list:#}");
    format!("/api/v1/role-grants/{}", list["items"][0]["id"].as_str().unwrap())
}

async fn log_in(town: &Town) -> crate::support::Reply {
    town.try_log_in(NEWCOMER, &password_of(NEWCOMER)).await
}

on_both_engines! {
    async fn a_role_takes_effect_when_the_security_administrator_approves_it(town: Town) {
        let (admin, security) = (town.user(ADMINISTRATOR).await, town.user(SECURITY).await);
        let new = newcomer(&town, "新来的", "CENTRE", "centre_officer").await;
        let made = admin.post("/api/v1/users", new).await.created();
        assert_eq!((&made["active"], &made["standing"]), (&json!(false), &json!(1)));
        let id = made["id"].as_str().unwrap();
        log_in(&town).await.refused(401, "wrong-credentials");
        let grant = waiting(&town, id).await;
        let approval = format!("{grant}/approval");
        admin.post(&approval, json!({})).await.refused(403, "not-allowed");
        town.user("liang.wenbo").await.post(&approval, json!({})).await.refused(403, "not-allowed");
        let done = security.post(&approval, json!({})).await.ok();
        assert_eq!((&done["state"], &done["previous_role"]), (&json!("approved"), &Value::Null));
        assert!(done["decided_by"] != done["entered_by"], "{done:#}");
        security.post(&approval, json!({})).await.refused(409, "grant-decided");
        log_in(&town).await.created();

        // Another role waits as the first did; the person stays what they were until then.
        let person = format!("/api/v1/users/{id}");
        let director = json!({ "role": "centre_director" });
        let entered = admin.post_on(&person, "role", director.clone()).await.created();
        assert_eq!(entered["previous_role"], "centre_officer");
        assert_eq!(admin.get(&person).await.ok()["role"], "centre_officer");
        let grant = waiting(&town, id).await;
        let rejection = format!("{grant}/rejection");
        let turned = security.post(&rejection, json!({ "reason": "无任命文件" })).await.ok();
        assert_eq!((&turned["state"], &turned["decision"]), (&json!("rejected"), &json!("无任命文件")));
        security.post(&format!("{grant}/approval"), json!({})).await.refused(409, "grant-decided");
        assert_eq!(admin.get(&person).await.ok()["role"], "centre_officer");
        admin.post_on(&person, "role", director).await.created();
        assert_eq!(town.let_in(id).await["state"], "approved");
        assert_eq!(admin.get(&person).await.ok()["role"], "centre_director");

        let list = town.user("aud01.desk").await.get(&format!("/api/v1/role-grants?user_id={id}")).await;
        assert_eq!(list.ok()["items"].as_array().unwrap().len(), 3);
        town.verify().await;
    }

    async fn a_role_that_is_entered_anew_takes_the_place_of_the_one_that_waits(town: Town) {
        let (admin, security) = (town.user(ADMINISTRATOR).await, town.user(SECURITY).await);
        let new = newcomer(&town, "新来的", "CENTRE", "centre_officer").await;
        let made = admin.post("/api/v1/users", new).await.created();
        let id = made["id"].as_str().unwrap();
        let first = waiting(&town, id).await;
        town.clock.set(town.now().plus_seconds(7 * 86_400));
        security.post(&format!("{first}/approval"), json!({})).await.refused(409, "approval-expired");
        let person = format!("/api/v1/users/{id}");
        admin.post_on(&person, "role", json!({ "role": "centre_director" })).await.created();
        security.post(&format!("{first}/approval"), json!({})).await.refused(409, "grant-decided");
        let done = town.let_in(id).await;
        assert_eq!((&done["role"], &done["previous_role"]), (&json!("centre_director"), &Value::Null));
        let user = admin.get(&person).await.ok();
        assert_eq!((&user["active"], &user["role"]), (&json!(true), &json!("centre_director")));

        // Whoever ended meanwhile is given nothing.
        admin.post_on(&person, "role", json!({ "role": "centre_officer" })).await.created();
        let grant = waiting(&town, id).await;
        admin.post(&format!("{person}/deactivation"), json!({})).await.created();
        security.post(&format!("{grant}/approval"), json!({})).await.refused(409, "account-ended");
        town.verify().await;
    }

    async fn an_approval_of_a_role_needs_a_code_of_the_last_five_minutes(town: Town) {
        let admin = town.user(ADMINISTRATOR).await;
        let new = newcomer(&town, "新来的", "CENTRE", "centre_officer").await;
        let made = admin.post("/api/v1/users", new).await.created();
        let grant = waiting(&town, made["id"].as_str().unwrap()).await;
        let token = town.log_in(SECURITY).await;
        town.clock.set(town.now().plus_seconds(301));
        let request = town.http.post(format!("{}{grant}/approval", town.url)).json(&json!({}));
        let request = request.header("idempotency-key", "one").bearer_auth(token);
        crate::support::send(request).await.refused(403, "fresh-code-needed");
    }

    async fn no_administrator_has_another_role_and_nobody_else_has_theirs(town: Town) {
        let admin = town.user(ADMINISTRATOR).await;
        let users = admin.get("/api/v1/users?limit=200").await.ok();
        let of = |username: &str| {
            let all = users["items"].as_array().unwrap();
            all.iter().find(|one| one["username"] == username).unwrap().clone()
        };
        for (username, role) in
            [(SECURITY, "audit_administrator"), (AUDIT, "security_administrator"), (SECURITY, "administrator")]
        {
            let person = format!("/api/v1/users/{}", of(username)["id"].as_str().unwrap());
            admin.post_on(&person, "role", json!({ "role": role })).await.refused(403, "separate-roles");
        }
        let name = |username: &str| of(username)["display_name"].as_str().unwrap().to_owned();
        for (name, code, role) in [
            (name(SECURITY), "DEV01", "developer"),
            (name(SECURITY), "OPERATOR", "administrator"),
            (name("dev01.trader"), "OPERATOR", "audit_administrator"),
            (name("aud01.desk"), "OPERATOR", "audit_administrator"),
        ] {
            let new = newcomer(&town, &name, code, role).await;
            admin.post("/api/v1/users", new).await.refused(409, "person-has-another-role");
        }
        // A name that became an administrator's while the role waited is found too.
        let new = newcomer(&town, "林小川", "DEV01", "developer").await;
        let made = admin.post("/api/v1/users", new).await.created();
        let other = json!({
            "username": "lin.security", "display_name": "林小川", "role": "security_administrator",
            "organisation_id": organisation(&town, "OPERATOR").await, "password": password_of("lin.security"),
        });
        let other = admin.post("/api/v1/users", other).await.created();
        town.let_in(other["id"].as_str().unwrap()).await;
        let grant = waiting(&town, made["id"].as_str().unwrap()).await;
        let late = town.user(SECURITY).await.post(&format!("{grant}/approval"), json!({})).await;
        late.refused(409, "person-has-another-role");
    }
}

/// The operations that name that role, but for those of one's own account, which everybody has.
fn operations_of(role: Role) -> BTreeSet<String> {
    let names = |roles: &Value| {
        let roles = roles.as_array().unwrap();
        roles.len() < Role::ALL.len() && roles.iter().any(|one| one == role.as_str())
    };
    let all = operations();
    let named = all.iter().filter(|one| names(&one.about["x-roles"]));
    named.map(|one| one.id().to_owned()).collect()
}

#[test]
fn the_three_administrators_have_nothing_to_do_with_value() {
    let mut complaints = Vec::new();
    for one in operations().iter().filter(|one| one.about["x-effect"] == "value") {
        let roles = one.about["x-roles"].as_array().unwrap();
        let is_one = |role: &&Value| role.as_str().unwrap().ends_with("administrator");
        complaints.extend(roles.iter().find(is_one).map(|role| format!("{} by {role}", one.id())));
    }
    none(complaints);
}

#[test]
fn the_audit_administrator_reads_the_log_and_the_names_in_it_alone() {
    let log =
        ["create_verification", "export_audit_entries", "get_audit_entry", "list_audit_entries"];
    let expected = log.into_iter().chain(["list_users"]).map(str::to_owned).collect();
    assert_eq!(operations_of(Role::AuditAdministrator), expected);
}

#[test]
fn the_security_administrator_approves_and_enters_nothing() {
    let expected = [
        "create_password_reset_approval",
        "create_role_grant_approval",
        "create_role_grant_rejection",
        "create_second_factor_reset_approval",
        "list_password_resets",
        "list_role_grants",
        "list_second_factor_resets",
        "list_users",
    ];
    let expected = expected.into_iter().map(str::to_owned).collect();
    assert_eq!(operations_of(Role::SecurityAdministrator), expected);
    let both = operations_of(Role::Administrator);
    let both = both.intersection(&expected).filter(|one| !one.starts_with("list_"));
    assert_eq!(both.count(), 0);
}
