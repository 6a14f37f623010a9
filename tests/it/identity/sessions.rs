//! Logins, refresh tokens, logouts, and what a wrong password costs.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::{Value, json};
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::db::Tx;
use wetland_exchange::kernel::problem::{Answer, Failure};
use wetland_exchange::schema::audit_entries;

use crate::support::{ADMINISTRATOR, Reply, SECURITY, Town, password_of, send};

const PERSON: &str = "liang.wenbo";

async fn log_in(town: &Town, username: &str, password: &str) -> Reply {
    town.try_log_in(username, password).await
}

async fn log_in_rightly(town: &Town, username: &str) -> Value {
    log_in(town, username, &password_of(username)).await.created()
}

async fn renew(town: &Town, session: &Value) -> Reply {
    let body = json!({ "refresh_token": session["refresh_token"] });
    post(town, "/api/v1/sessions/renewal", None, body).await
}

async fn post(town: &Town, path: &str, session: Option<&Value>, body: Value) -> Reply {
    let request = town.http.post(format!("{}{path}", town.url)).json(&body);
    let request = request.header("accept-language", "en");
    send(match session {
        Some(session) => request.bearer_auth(session["access_token"].as_str().unwrap()),
        None => request,
    })
    .await
}

async fn me(town: &Town, session: &Value) -> Reply {
    let request = town.http.get(format!("{}/api/v1/me", town.url));
    send(request.bearer_auth(session["access_token"].as_str().unwrap())).await
}

fn seconds_later(town: &Town, seconds: i64) {
    town.clock.set(town.now().plus_seconds(seconds));
}

async fn id_of(town: &Town, username: &str) -> String {
    let session = log_in_rightly(town, username).await;
    me(town, &session).await.ok()["user"]["id"].as_str().unwrap().to_owned()
}

on_both_engines! {
    async fn a_person_logs_in_and_acts_for_ten_minutes(town: Town) {
        let session = log_in_rightly(&town, PERSON).await;
        assert_eq!(session["token_type"], "Bearer");
        let about = me(&town, &session).await.ok();
        assert_eq!(about["user"]["username"], PERSON);
        assert_eq!(about["user"]["role"], "centre_director");
        assert_eq!(about["organisation"]["code"], "CENTRE");
        assert!(!about.to_string().contains("argon2"), "{about}");

        seconds_later(&town, 599);
        me(&town, &session).await.ok();
        seconds_later(&town, 1);
        me(&town, &session).await.refused(401, "credentials-needed");
    }

    async fn c5_an_unknown_name_and_a_wrong_password_get_the_same_answer(town: Town) {
        let of = |mut problem: Value| {
            problem["request_id"] = Value::Null;
            problem
        };
        let wrong = log_in(&town, PERSON, "not the password").await.refused(401, "wrong-credentials");
        let unknown = log_in(&town, "nobody", "not the password").await;
        assert_eq!(of(unknown.refused(401, "wrong-credentials")), of(wrong));
        for body in [json!({}), json!({"username": 1}), json!({"username": "a", "password": null})] {
            let answer = post(&town, "/api/v1/sessions", None, body).await;
            answer.refused(422, "unreadable-values");
        }
        let long = "x".repeat(100_000);
        log_in(&town, &long, &long).await.refused(401, "wrong-credentials");
    }

    async fn a_refresh_token_is_used_once_and_its_return_ends_the_session(town: Town) {
        let first = log_in_rightly(&town, PERSON).await;
        seconds_later(&town, 700);
        let second = renew(&town, &first).await.created();
        me(&town, &second).await.ok();
        let third = renew(&town, &second).await.created();
        me(&town, &third).await.ok();

        renew(&town, &first).await.refused(401, "credentials-needed");
        renew(&town, &third).await.refused(401, "credentials-needed");
        renew(&town, &json!({"refresh_token": "x"})).await.refused(401, "credentials-needed");
        let other = log_in_rightly(&town, PERSON).await;
        renew(&town, &other).await.created();
    }

    async fn of_32_renewals_side_by_side_one_succeeds_at_most_and_the_session_is_over(town: Town) {
        let first = log_in_rightly(&town, PERSON).await;
        let replies = futures_of((0..32).map(|_| renew(&town, &first))).await;
        let won: Vec<Reply> = replies.into_iter().filter(|one| one.status == 201).collect();
        assert!(won.len() <= 1, "{} renewals by one token", won.len());
        for one in won {
            renew(&town, &one.created()).await.refused(401, "credentials-needed");
        }
        renew(&town, &first).await.refused(401, "credentials-needed");
    }

    async fn c6_a_session_ends_after_half_an_hour_of_rest_and_after_twelve_hours(town: Town) {
        let first = log_in_rightly(&town, PERSON).await;
        seconds_later(&town, 30 * 60 - 1);
        let second = renew(&town, &first).await.created();
        seconds_later(&town, 30 * 60);
        renew(&town, &second).await.refused(401, "credentials-needed");

        let mut session = log_in_rightly(&town, PERSON).await;
        for _ in 0..24 {
            seconds_later(&town, 29 * 60);
            session = renew(&town, &session).await.created();
        }
        seconds_later(&town, 24 * 60 - 1);
        session = renew(&town, &session).await.created();
        me(&town, &session).await.ok();
        seconds_later(&town, 1);
        me(&town, &session).await.refused(401, "credentials-needed");
        renew(&town, &session).await.refused(401, "credentials-needed");
    }

    async fn a_logout_ends_the_session_and_no_other(town: Town) {
        let session = log_in_rightly(&town, PERSON).await;
        let other = log_in_rightly(&town, PERSON).await;
        let stranger = log_in_rightly(&town, "zhou.jianing").await;
        let presented = json!({ "refresh_token": session["refresh_token"] });
        let logout = "/api/v1/sessions/logout";
        let foreign = post(&town, logout, Some(&stranger), presented.clone()).await;
        foreign.refused(404, "not-found");

        for _ in 0..2 {
            let answer = post(&town, logout, Some(&session), presented.clone()).await;
            assert_eq!(answer.status.as_u16(), 204);
        }
        renew(&town, &session).await.refused(401, "credentials-needed");
        renew(&town, &other).await.created();
    }

    async fn a_change_of_role_acts_at_once(town: Town) {
        let session = log_in_rightly(&town, PERSON).await;
        let id = id_of(&town, PERSON).await;
        let admin = town.user(ADMINISTRATOR).await;
        let person = format!("/api/v1/users/{id}");
        admin.post_on(&person, "role", json!({"role": "centre_officer"})).await.created();
        me(&town, &session).await.ok();
        town.let_in(&id.to_string()).await;
        let changed = admin.get(&person).await.ok();
        assert_eq!((&changed["role"], &changed["standing"]), (&json!("centre_officer"), &json!(2)));

        me(&town, &session).await.refused(401, "credentials-needed");
        renew(&town, &session).await.refused(401, "credentials-needed");
        let again = log_in_rightly(&town, PERSON).await;
        assert_eq!(me(&town, &again).await.ok()["user"]["role"], "centre_officer");

        admin.post_on(&person, "role", json!({"role": "centre_officer"})).await.refused(409, "same-role");
        let foreign = admin.post_on(&person, "role", json!({"role": "finance_officer"})).await;
        foreign.refused(422, "role-not-in-kind");
    }

    async fn a_change_of_role_acts_on_what_waits_behind_it_for_the_writer(town: Town) {
        let liang = town.user(PERSON).await;
        let admin = town.user(ADMINISTRATOR).await;
        let person = format!("/api/v1/users/{}", id_of(&town, PERSON).await);
        let nothing = format!("/api/v1/batches/{}/releases", uuid::Uuid::now_v7());
        liang.post(&nothing, json!({ "milestone": "year_1" })).await.refused(404, "not-found");
        let role = json!({ "role": "centre_officer" });
        admin.post_on(&person, "role", role).await.created();
        let security = town.user(SECURITY).await;
        let grant = security.get("/api/v1/role-grants?state=entered").await.ok();
        let grant = grant["items"][0]["id"].as_str().unwrap().to_owned();
        // Both wait while the writer is busy, so that it takes them together.
        let busy = |_: &mut Tx<'_>| -> Answer<()> {
            std::thread::sleep(Duration::from_millis(900));
            Err(Failure::not_found())
        };
        let changed = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let approval = format!("/api/v1/role-grants/{grant}/approval");
            security.post(&approval, json!({})).await.ok();
        };
        let acted = async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            liang.post(&nothing, json!({ "milestone": "year_1" })).await
        };
        let (_, (), acted) =
            tokio::join!(town.db.write(Doing::system("busy"), busy), changed, acted);
        acted.refused(401, "credentials-needed");
    }

    async fn the_end_of_an_account_acts_at_once(town: Town) {
        let session = log_in_rightly(&town, PERSON).await;
        let id = id_of(&town, PERSON).await;
        let admin = town.user(ADMINISTRATOR).await;
        let end = format!("/api/v1/users/{id}/deactivation");
        assert_eq!(admin.post(&end, json!({})).await.created()["active"], false);
        me(&town, &session).await.refused(401, "credentials-needed");
        renew(&town, &session).await.refused(401, "credentials-needed");
        let again = log_in(&town, PERSON, &password_of(PERSON)).await;
        again.refused(401, "wrong-credentials");
        admin.post(&end, json!({})).await.refused(409, "account-ended");

        let own = id_of(&town, ADMINISTRATOR).await;
        let own = admin.post(&format!("/api/v1/users/{own}/deactivation"), json!({})).await;
        own.refused(403, "own-account");
    }

    async fn a_new_password_ends_all_sessions(town: Town) {
        let session = log_in_rightly(&town, PERSON).await;
        let path = "/api/v1/me/password";
        let new = "quite another password";
        let change = |current: &str, new: &str| {
            let body = json!({ "current_password": current, "new_password": new });
            (path, Some(&session), body)
        };
        for (current, new, status, code) in [
            ("not the password", new, 401, "wrong-credentials"),
            (&*password_of(PERSON), "short", 422, "password-length"),
            (&*password_of(PERSON), &*password_of(PERSON), 422, "password-same"),
        ] {
            let (path, session, body) = change(current, new);
            post(&town, path, session, body).await.refused(status, code);
        }
        let (path, with, body) = change(&password_of(PERSON), new);
        assert_eq!(post(&town, path, with, body).await.status.as_u16(), 204);
        me(&town, &session).await.refused(401, "credentials-needed");
        renew(&town, &session).await.refused(401, "credentials-needed");
        let old = log_in(&town, PERSON, &password_of(PERSON)).await;
        old.refused(401, "wrong-credentials");
        log_in(&town, PERSON, new).await.created();
    }

    async fn a_password_is_given_anew_by_two_others(town: Town) {
        let session = log_in_rightly(&town, PERSON).await;
        let (admin, security) = (town.user(ADMINISTRATOR).await, town.user(SECURITY).await);
        let resets = |id: &str| format!("/api/v1/users/{id}/password-resets");
        let wish = |password: &str| json!({ "password": password, "reason": "忘记密码" });
        let new = "set by two administrators";
        let id = id_of(&town, PERSON).await;
        let own = id_of(&town, ADMINISTRATOR).await;
        admin.post(&resets(&own), wish(new)).await.refused(403, "own-password");
        admin.post(&resets(&id), wish("short")).await.refused(422, "password-length");
        let unknown = uuid::Uuid::now_v7().to_string();
        admin.post(&resets(&unknown), wish(new)).await.refused(404, "not-found");
        security.post(&resets(&id), wish(new)).await.refused(403, "not-allowed");

        // What one of them entered changes nothing.
        let reset = admin.post(&resets(&id), wish(new)).await.created();
        log_in(&town, PERSON, new).await.refused(401, "wrong-credentials");
        me(&town, &session).await.ok();
        let approval =
            format!("/api/v1/password-resets/{}/approval", reset["id"].as_str().unwrap());
        admin.post(&approval, json!({})).await.refused(403, "not-allowed");

        let done = security.post(&approval, json!({})).await.ok();
        assert!(done["approved_by"].is_string(), "{done:#}");
        assert!(done.get("password_hash").is_none(), "{done:#}");
        let list = security.get(&format!("/api/v1/password-resets?user_id={id}")).await.ok();
        assert_eq!(list["items"], json!([done]));
        security.post(&approval, json!({})).await.refused(409, "password-reset-approved");
        me(&town, &session).await.refused(401, "credentials-needed");
        log_in(&town, PERSON, &password_of(PERSON)).await.refused(401, "wrong-credentials");
        log_in(&town, PERSON, new).await.created();
        town.verify().await;
    }

    async fn a_password_is_not_given_anew_without_a_fresh_code(town: Town) {
        let id = id_of(&town, PERSON).await;
        let wish = json!({ "password": "set by two administrators", "reason": "忘记密码" });
        let admin = town.user(ADMINISTRATOR).await;
        let reset = admin.post(&format!("/api/v1/users/{id}/password-resets"), wish).await.created();
        let token = town.log_in(SECURITY).await;
        seconds_later(&town, 301);
        let path = format!("/api/v1/password-resets/{}/approval", reset["id"].as_str().unwrap());
        let session = json!({ "access_token": token });
        post(&town, &path, Some(&session), json!({})).await.refused(403, "fresh-code-needed");
        town.log_in(SECURITY).await;
        town.user(SECURITY).await.post(&path, json!({})).await.ok();
    }

    async fn c5_the_wait_after_failures_grows_alike_for_known_and_unknown_names(town: Town) {
        for name in [PERSON, "nobody"] {
            for wait_s in [0, 0, 0, 0, 1, 2, 4, 8] {
                log_in(&town, name, "not the password").await.refused(401, "wrong-credentials");
                if wait_s == 0 {
                    continue;
                }
                let answer = log_in(&town, name, &password_of(name)).await;
                assert_eq!(answer.header("retry-after"), wait_s.to_string());
                answer.refused(429, "too-many-failed-logins");
                seconds_later(&town, wait_s);
            }
        }
        log_in_rightly(&town, PERSON).await;
        for _ in 0..2 {
            log_in(&town, PERSON, "not the password").await.refused(401, "wrong-credentials");
        }
        log_in_rightly(&town, PERSON).await;
    }

    async fn guesses_sent_side_by_side_win_nothing(town: Town) {
        let guess = |_| log_in(&town, PERSON, "not the password");
        let guesses = (0..24).map(guess);
        let mut answers = Vec::new();
        for answer in futures_of(guesses).await {
            answers.push(answer.status.as_u16());
        }
        assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 429).count(), 19, "{answers:?}");
    }

    async fn the_audit_log_hears_of_failed_logins_once_a_minute_with_their_count(town: Town) {
        for wait_s in [0, 0, 1, 2, 60] {
            log_in(&town, PERSON, "not the password").await.refused(401, "wrong-credentials");
            log_in(&town, "nobody", "not the password").await.refused(401, "wrong-credentials");
            seconds_later(&town, wait_s);
        }
        log_in(&town, PERSON, "not the password").await.refused(401, "wrong-credentials");
        let found = town.db.read(None, |c| {
            let found: Vec<Option<String>> = audit_entries::table
                .filter(audit_entries::reason.eq("wrong password"))
                .order(audit_entries::seq)
                .select(audit_entries::after)
                .load(c)?;
            Ok(found)
        });
        let counts: Vec<String> = found.await.unwrap().into_iter().flatten().collect();
        assert_eq!(counts, [r#"{"failures":1}"#, r#"{"failures":5}"#]);
    }
}

/// Waits for all of them at once.
pub(super) async fn futures_of<F: Future<Output = Reply>>(
    all: impl Iterator<Item = F>,
) -> Vec<Reply> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(reply) => {
                done.push(reply);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}
