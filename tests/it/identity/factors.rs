//! The second factor: codes count once, nothing is open without one, and approvals need a fresh one.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateUser, Hashing, Passwords, Secret, step_at};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::UserId;
use wetland_exchange::schema::{audit_entries, second_factors, users};

use super::sessions::futures_of;
use crate::coverage::{none, operations};
use crate::support::{ADMINISTRATOR, Reply, SECURITY, Town, password_of, send};

const FACTOR: &str = "/api/v1/me/second-factor";
const PERSON: &str = "liang.wenbo";
const NEWCOMER: &str = "new.officer";

/// What is open to who has yet to set up their second factor.
const OWN_ACCOUNT: &[&str] = &[
    "create_logout",
    "create_own_password",
    "create_second_factor",
    "create_second_factor_confirmation",
    "get_me",
    "get_second_factor",
];

async fn post(town: &Town, path: &str, session: Option<&Value>, body: Value) -> Reply {
    let request = town.http.post(format!("{}{path}", town.url)).json(&body);
    let request = request.header("accept-language", "en");
    let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
    send(match session {
        Some(session) => request.bearer_auth(session["access_token"].as_str().unwrap()),
        None => request,
    })
    .await
}

async fn get(town: &Town, path: &str, session: &Value) -> Reply {
    let request = town.http.get(format!("{}{path}", town.url));
    send(request.bearer_auth(session["access_token"].as_str().unwrap())).await
}

async fn log_in(town: &Town, username: &str, code: Option<&str>) -> Reply {
    let mut body = json!({ "username": username, "password": password_of(username) });
    if let Some(code) = code {
        body["code"] = code.into();
    }
    post(town, "/api/v1/sessions", None, body).await
}

/// Somebody of that organisation and role whom one administrator adds and the other lets in.
pub(super) async fn add(town: &Town, username: &str, code: &str, role: &str) -> String {
    let admin = town.user(ADMINISTRATOR).await;
    let organisations = admin.get("/api/v1/organisations?limit=200").await.ok();
    let organisations = organisations["items"].as_array().unwrap().clone();
    let organisation = organisations.iter().find(|one| one["code"] == code).unwrap();
    let new = json!({
        "username": username, "display_name": format!("新来的 {username}"), "organisation_id": organisation["id"],
        "role": role, "password": password_of(username),
    });
    let made = admin.post("/api/v1/users", new).await.created();
    let id = made["id"].as_str().unwrap().to_owned();
    town.let_in(&id).await;
    id
}

fn code_now(town: &Town, secret: &Secret) -> String {
    secret.code(step_at(town.now()))
}

fn later(town: &Town, seconds: i64) {
    town.clock.set(town.now().plus_seconds(seconds));
}

/// Sets a second factor up in that session.
async fn enrol(town: &Town, session: &Value) -> (Secret, Value) {
    let begun = post(town, FACTOR, Some(session), json!({})).await.created();
    let secret = Secret::of_text(begun["secret"].as_str().unwrap()).unwrap();
    let code = json!({ "code": code_now(town, &secret) });
    let confirmed = post(town, &format!("{FACTOR}/confirmation"), Some(session), code).await;
    (secret, confirmed.created())
}

on_both_engines! {
    async fn c4_without_the_second_factor_that_a_role_needs_only_ones_own_account_is_open(town: Town) {
        add(&town, NEWCOMER, "CENTRE", "centre_officer").await;
        let session = log_in(&town, NEWCOMER, None).await.created();
        let token = session["access_token"].as_str().unwrap();
        let mut complaints = Vec::new();
        for one in operations().iter().filter(|one| !one.is_public()) {
            if OWN_ACCOUNT.contains(&one.id()) {
                continue;
            }
            let method = Method::from_bytes(one.method.as_bytes()).unwrap();
            let request = town.http.request(method, format!("{}{}", town.url, one.example_path()));
            let answer = send(request.bearer_auth(token).header("idempotency-key", "k")).await;
            let refused = answer.status == 403 && answer.text.contains("/problems/second-factor-needed");
            if !refused {
                complaints.push(format!("{} answered {}", one.id(), answer.text));
            }
        }
        none(complaints);
        get(&town, "/api/v1/me", &session).await.ok();
        assert_eq!(get(&town, FACTOR, &session).await.ok()["needed"], true);
        get(&town, "/api/v1/listings", &session).await.ok();
        let renewal = json!({ "refresh_token": session["refresh_token"] });
        let renewed = post(&town, "/api/v1/sessions/renewal", None, renewal).await.created();
        get(&town, "/api/v1/parcels", &renewed).await.refused(403, "second-factor-needed");

        let (_, confirmed) = enrol(&town, &renewed).await;
        get(&town, "/api/v1/parcels", &confirmed).await.ok();
        // What began without the second factor is over.
        get(&town, "/api/v1/me", &renewed).await.refused(401, "credentials-needed");
        let renewal = json!({ "refresh_token": renewed["refresh_token"] });
        let renewed = post(&town, "/api/v1/sessions/renewal", None, renewal).await;
        renewed.refused(401, "credentials-needed");
        post(&town, FACTOR, Some(&confirmed), json!({})).await.refused(409, "second-factor-present");
    }

    async fn c4_a_login_takes_a_code_that_counts_once(town: Town) {
        add(&town, NEWCOMER, "CENTRE", "centre_officer").await;
        let session = log_in(&town, NEWCOMER, None).await.created();
        let begun = post(&town, FACTOR, Some(&session), json!({})).await.created();
        let address = begun["otpauth_url"].as_str().unwrap();
        assert!(address.contains(NEWCOMER) && address.contains(begun["secret"].as_str().unwrap()));
        let wrong = json!({ "code": "000000" });
        let confirmation = format!("{FACTOR}/confirmation");
        post(&town, &confirmation, Some(&session), wrong).await.refused(422, "wrong-code");
        let (secret, _) = enrol(&town, &session).await;
        let of = |mut problem: Value| {
            problem["request_id"] = Value::Null;
            problem
        };
        // The code of the confirmation is used up.
        let used = code_now(&town, &secret);
        let used = of(log_in(&town, NEWCOMER, Some(&used)).await.refused(401, "wrong-credentials"));
        let body = json!({ "username": NEWCOMER, "password": "not the password" });
        let wrong = post(&town, "/api/v1/sessions", None, body).await;
        assert_eq!(of(wrong.refused(401, "wrong-credentials")), used);
        let none = log_in(&town, NEWCOMER, None).await;
        assert_eq!(of(none.refused(401, "wrong-credentials")), used);

        later(&town, 60);
        let code = code_now(&town, &secret);
        log_in(&town, NEWCOMER, Some(&code)).await.created();
        log_in(&town, NEWCOMER, Some(&code)).await.refused(401, "wrong-credentials");
        let earlier = secret.code(step_at(town.now()) - 1);
        log_in(&town, NEWCOMER, Some(&earlier)).await.refused(401, "wrong-credentials");
        later(&town, 30);
        log_in(&town, NEWCOMER, Some(&code_now(&town, &secret))).await.created();
    }

    async fn c4_of_32_logins_side_by_side_with_one_code_one_succeeds(town: Town) {
        let code = town.next_code(PERSON).await;
        let all = (0..32).map(|_| log_in(&town, PERSON, Some(&code)));
        let mut answers = Vec::new();
        for answer in futures_of(all).await {
            answers.push(answer.status.as_u16());
        }
        assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
        let refused = answers.iter().filter(|status| [401, 429].contains(status));
        assert_eq!(refused.count(), 31, "{answers:?}");
    }

    async fn c4_guesses_of_a_code_are_slowed_down_like_guesses_of_a_password(town: Town) {
        let session = town.try_log_in(PERSON, &password_of(PERSON)).await.created();
        let fresh = "/api/v1/session/second-factor";
        let guess = json!({ "code": "000000" });
        for _ in 0..5 {
            post(&town, fresh, Some(&session), guess.clone()).await.refused(422, "wrong-code");
        }
        let right = json!({ "code": town.next_code(PERSON).await });
        let answer = post(&town, fresh, Some(&session), right).await;
        assert_eq!(answer.header("retry-after"), "1");
        answer.refused(429, "too-many-failed-logins");
    }

    async fn c4_an_approval_needs_a_code_of_the_last_five_minutes(town: Town) {
        let officer = town.user("peng.haoran").await;
        let payee = add(&town, NEWCOMER, "T360124500", "township_officer").await;
        let admin = town.user(ADMINISTRATOR).await;
        let payee = admin.get(&format!("/api/v1/users/{payee}")).await.ok();
        let changes = format!(
            "/api/v1/organisations/{}/account-changes",
            payee["organisation_id"].as_str().unwrap()
        );
        let new = json!({
            "bank": { "number": "1502999909000000999", "bank_name": "赣鄱示例银行" },
            "reason": "来函",
        });
        let change = officer.post(&changes, new).await.created();
        let approval = format!("/api/v1/account-changes/{}/approval", change["id"].as_str().unwrap());
        let director = "shen.yutong";
        let mut session = town.try_log_in(director, &password_of(director)).await.created();
        later(&town, 301);
        let stale = post(&town, &approval, Some(&session), json!({})).await;
        stale.refused(403, "fresh-code-needed");
        let renewal = json!({ "refresh_token": session["refresh_token"] });
        session = post(&town, "/api/v1/sessions/renewal", None, renewal).await.created();
        let stale = post(&town, &approval, Some(&session), json!({})).await;
        stale.refused(403, "fresh-code-needed");

        let code = json!({ "code": town.next_code(director).await });
        let fresh = "/api/v1/session/second-factor";
        let confirmed = post(&town, fresh, Some(&session), code.clone()).await.created();
        post(&town, fresh, Some(&session), code).await.refused(422, "wrong-code");
        later(&town, 300);
        let done = post(&town, &approval, Some(&confirmed), json!({})).await.ok();
        assert_eq!(done["state"], "approved");

        let presented = json!({ "refresh_token": session["refresh_token"] });
        let out = post(&town, "/api/v1/sessions/logout", Some(&confirmed), presented).await;
        assert_eq!(out.status, 204);
        let code = json!({ "code": town.next_code(director).await });
        post(&town, fresh, Some(&confirmed), code).await.refused(401, "credentials-needed");
    }

    async fn c4_a_second_factor_is_taken_back_by_two_others(town: Town) {
        let id = add(&town, NEWCOMER, "CENTRE", "centre_officer").await;
        let session = log_in(&town, NEWCOMER, None).await.created();
        let resets = format!("/api/v1/users/{id}/second-factor-resets");
        let reason = json!({ "reason": "手机遗失" });
        let admin = town.user(ADMINISTRATOR).await;
        admin.post(&resets, reason.clone()).await.refused(409, "no-second-factor");
        let (secret, session) = enrol(&town, &session).await;
        let unknown = format!("/api/v1/users/{}/second-factor-resets", uuid::Uuid::now_v7());
        admin.post(&unknown, reason.clone()).await.refused(404, "not-found");
        let own = admin.get("/api/v1/me").await.ok()["user"]["id"].as_str().unwrap().to_owned();
        let own = format!("/api/v1/users/{own}/second-factor-resets");
        admin.post(&own, reason.clone()).await.refused(403, "own-second-factor");
        let reset = admin.post(&resets, reason).await.created();
        let approval = format!("/api/v1/second-factor-resets/{}/approval", reset["id"].as_str().unwrap());
        admin.post(&approval, json!({})).await.refused(403, "not-allowed");
        get(&town, "/api/v1/parcels", &session).await.ok();

        let second = town.user(SECURITY).await;
        let done = second.post(&approval, json!({})).await.ok();
        assert!(done["approved_by"].is_string(), "{done:#}");
        second.post(&approval, json!({})).await.refused(409, "second-factor-reset-approved");
        let list = second.get("/api/v1/second-factor-resets").await.ok();
        assert_eq!(list["items"], json!([done]));
        get(&town, "/api/v1/me", &session).await.refused(401, "credentials-needed");
        let session = log_in(&town, NEWCOMER, None).await.created();
        get(&town, "/api/v1/parcels", &session).await.refused(403, "second-factor-needed");
        let (other, _) = enrol(&town, &session).await;
        assert!(other != secret);
        town.verify().await;
    }

    async fn c4_a_secret_is_shown_once_and_kept_in_no_clear_form(town: Town) {
        add(&town, NEWCOMER, "CENTRE", "centre_officer").await;
        let session = log_in(&town, NEWCOMER, None).await.created();
        let (secret, session) = enrol(&town, &session).await;
        let secret = secret.text();
        let shown = get(&town, FACTOR, &session).await;
        assert!(!shown.text.contains(&secret), "{}", shown.text);
        let kept = town.db.read(None, |c| {
            let sealed: Vec<Option<String>> =
                second_factors::table.select(second_factors::sealed_secret).load(c)?;
            let told: Vec<Option<String>> =
                audit_entries::table.select(audit_entries::after).load(c)?;
            Ok([sealed, told].concat())
        });
        let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in kept.await.unwrap().into_iter().flatten() {
            assert!(!text.contains(&secret) && !text.contains(&hex), "{text}");
        }
        let auditor = town.user("aud01.desk").await;
        let log = auditor.get("/api/v1/audit/export").await;
        assert_eq!(log.status, 200);
        assert!(!log.text.contains(&secret) && !log.text.contains(&hex));
    }

    async fn c4_an_auditor_may_do_without_a_second_factor_or_with_one(town: Town) {
        let session = log_in(&town, "aud01.desk", None).await.created();
        get(&town, "/api/v1/audit/entries", &session).await.ok();
        assert_eq!(get(&town, FACTOR, &session).await.ok()["needed"], false);
        let (secret, session) = enrol(&town, &session).await;
        get(&town, "/api/v1/audit/entries", &session).await.ok();
        log_in(&town, "aud01.desk", None).await.refused(401, "wrong-credentials");
        later(&town, 60);
        log_in(&town, "aud01.desk", Some(&code_now(&town, &secret))).await.created();
    }

    async fn c3_a_hash_of_another_cost_is_made_anew_at_the_next_login(town: Town) {
        let me = town.user("aud01.desk").await.get("/api/v1/me").await.ok();
        let dear = Passwords::new(Hashing { passes: 2, ..Hashing::cheap() }).unwrap();
        let command = CreateUser {
            id: UserId::new(),
            username: NEWCOMER.into(),
            display_name: "新来的".into(),
            organisation_id: serde_json::from_value(me["organisation"]["id"].clone()).unwrap(),
            role: Role::Auditor,
            password_hash: dear.hash_here(&password_of(NEWCOMER)).unwrap(),
        };
        let id = command.id;
        let add = move |tx: &mut wetland_exchange::kernel::db::Tx<'_>| {
            identity::create_user(tx, &command).map(|_| ())
        };
        town.db.write(Doing::system("user_add"), add).await.unwrap();
        let hash = || async {
            let hash = town.db.read(None, move |c| {
                Ok(users::table.find(id).select(users::password_hash).first::<String>(c)?)
            });
            hash.await.unwrap()
        };
        assert!(hash().await.starts_with("$argon2id$v=19$m=8,t=2,"));
        let session = log_in(&town, NEWCOMER, None).await.created();
        assert!(hash().await.starts_with("$argon2id$v=19$m=8,t=1,"));
        get(&town, "/api/v1/me", &session).await.ok();
        log_in(&town, NEWCOMER, None).await.created();
    }
}
