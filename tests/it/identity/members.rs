//! Organisations, users and the keys of a deployment.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wetland_exchange::app::House;
use wetland_exchange::kernel::clock::Clock;

use crate::support::{ADMINISTRATOR, config};

fn developer() -> Value {
    json!({
        "code": "DEV05", "kind": "developer", "name": "示例建设有限公司", "region": "360124",
        "uscc": "91360124DEM00105X7",
        "bank": { "number": "1502999909000000105", "bank_name": "赣鄱示例银行进贤支行" },
    })
}

fn but(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

on_both_engines! {
    async fn an_administrator_takes_in_organisations_and_people(town: Town) {
        let admin = town.user(ADMINISTRATOR).await;
        let all = admin.get("/api/v1/organisations?kind=developer").await.ok();
        let known = all["items"].as_array().unwrap();
        assert_eq!(known.len(), 4);
        let taken = known.iter().find(|one| one["code"] == "DEV01").unwrap();

        let path = "/api/v1/organisations";
        for (field, value, status, code) in [
            ("code", json!("dev"), 422, "not-an-organisation-code"),
            ("code", json!("DEV01"), 409, "organisation-code-taken"),
            ("uscc", taken["uscc"].clone(), 409, "uscc-taken"),
            ("uscc", json!("91360124DEM00105X8"), 422, "not-a-uscc"),
            ("uscc", Value::Null, 422, "uscc-missing"),
            ("kind", json!("finance_bureau"), 409, "office-taken"),
            ("kind", json!("township"), 422, "wrong-seat"),
            ("kind", json!("casino"), 422, "unreadable-values"),
            ("region", json!("3601"), 201, ""),
        ] {
            let body = but(developer(), field, value);
            let answer = admin.post(path, body).await;
            if status == 201 { drop(answer.created()) } else { drop(answer.refused(status, code)) }
        }

        let found = admin.get("/api/v1/organisations?kind=developer&limit=2").await.ok();
        assert_eq!(found["items"][0]["code"], "DEV05");
        let rest = format!(
            "/api/v1/organisations?kind=developer&limit=200&cursor={}",
            found["next_cursor"].as_str().unwrap()
        );
        assert_eq!(admin.get(&rest).await.ok()["items"].as_array().unwrap().len(), 3);

        let person = json!({
            "username": "dev05.trader", "display_name": "新人", "role": "developer",
            "organisation_id": found["items"][0]["id"], "password": "the long password of dev05.trader",
        });
        for (field, value, status, code) in [
            ("username", json!("Dev05"), 422, "not-a-username"),
            ("username", json!("dev01.trader"), 409, "username-taken"),
            ("role", json!("administrator"), 422, "role-not-in-kind"),
            ("password", json!("short"), 422, "password-length"),
            ("organisation_id", json!("0191e4c8-7b1a-7000-8000-000000000001"), 422, "organisation-unknown"),
        ] {
            admin.post("/api/v1/users", but(person.clone(), field, value)).await.refused(status, code);
        }
        let made = admin.post("/api/v1/users", person).await.created();
        assert_eq!((&made["active"], &made["standing"]), (&json!(false), &json!(1)));
        town.let_in(made["id"].as_str().unwrap()).await;
        let trader = town.user("dev05.trader").await;
        assert_eq!(trader.get("/api/v1/me").await.ok()["organisation"]["code"], "DEV05");
    }

    async fn r94_whom_one_deals_with_is_known_by_name_without_account_or_limit(town: Town) {
        let trader = town.user("dev01.trader").await;
        let all = trader.get("/api/v1/participants?limit=200").await.ok();
        let all = all["items"].as_array().unwrap();
        let kinds: BTreeSet<&str> = all.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, BTreeSet::from(["bank", "developer", "insurer", "township"]));
        for one in all {
            let told: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(told, ["code", "id", "kind", "name", "region"]);
        }
        let banks = trader.get("/api/v1/participants?kind=bank").await.ok();
        let codes: Vec<&Value> = banks["items"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
        assert!(codes.contains(&&json!("BNK02")), "{codes:?}");
        let offices = trader.get("/api/v1/participants?kind=finance_bureau").await.ok();
        assert_eq!(offices["items"], json!([]));

        let page = trader.get("/api/v1/participants?limit=1").await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        let next = format!("/api/v1/participants?limit=200&cursor={}", page["next_cursor"].as_str().unwrap());
        let rest = trader.get(&next).await.ok();
        assert_eq!(rest["items"].as_array().unwrap().len(), all.len() - 1);
        let seat = trader.get("/api/v1/participants?kind=township&region=360124500").await.ok();
        assert_eq!(seat["items"].as_array().unwrap().len(), 1);
        town.user("aud01.desk").await.get("/api/v1/participants").await.refused(403, "not-allowed");
    }

    async fn r94_everyone_sees_their_own_organisation_and_foreign_ids_answer_as_unknown_ones(town: Town) {
        let admin = town.user(ADMINISTRATOR).await;
        let all = admin.get("/api/v1/organisations?limit=200").await.ok();
        let all = all["items"].as_array().unwrap().clone();
        assert_eq!(all.len(), 21);
        let everybody = admin.get("/api/v1/users?limit=200").await.ok();
        let everybody = everybody["items"].as_array().unwrap().clone();
        assert_eq!(everybody.len(), 33);
        let auditor = town.user("aud01.desk").await;
        assert_eq!(auditor.get("/api/v1/users?limit=200").await.ok()["items"], json!(everybody));

        let trader = town.user("dev01.trader").await;
        let me = trader.get("/api/v1/me").await.ok();
        let own = trader.get("/api/v1/organisations").await.ok();
        assert_eq!(own["items"], json!([me["organisation"]]));
        trader.get("/api/v1/users").await.refused(403, "not-allowed");
        trader.post("/api/v1/organisations", developer()).await.refused(403, "not-allowed");

        let unknown = "0191e4c8-7b1a-7000-8000-000000000001";
        let of = |mut problem: Value| {
            problem["request_id"] = Value::Null;
            problem
        };
        for (list, path, own) in [
            (&all, "/api/v1/organisations", &me["organisation"]["id"]),
            (&everybody, "/api/v1/users", &me["user"]["id"]),
        ] {
            let answer = trader.get(&format!("{path}/{unknown}")).await;
            let expected = of(answer.refused(404, "not-found"));
            for one in list {
                let path = format!("{path}/{}", one["id"].as_str().unwrap());
                let of_mine = one["organisation_id"] == me["organisation"]["id"];
                if one["id"] == *own || of_mine {
                    assert_eq!(&trader.get(&path).await.ok(), one);
                } else {
                    let problem = trader.get(&path).await.refused(404, "not-found");
                    assert_eq!(of(problem), expected);
                }
                assert_eq!(&admin.get(&path).await.ok(), one);
            }
        }
        let foreign = format!("/api/v1/users/{unknown}");
        let role = json!({"role": "auditor"});
        admin.post_on_version(&foreign, "role", role, "*").await.refused(404, "not-found");
        admin.post(&format!("{foreign}/deactivation"), json!({})).await.refused(404, "not-found");
        let password = json!({"password": "a long password", "reason": "忘记密码"});
        let resets = format!("{foreign}/password-resets");
        admin.post(&resets, password).await.refused(404, "not-found");
    }

    async fn an_instance_without_the_keys_of_the_database_refuses_to_start(town: Town) {
        let elsewhere = tempfile::tempdir().unwrap();
        let settings = config(town.database_url(), elsewhere.path());
        let refused = House::open(&settings, Clock::Machine).await.err().unwrap();
        let line = format!("{refused:#}");
        assert!(line.contains("copy all files *.key"), "{line}");
        assert!(!line.contains('\n'), "{line}");

        let same = config(town.database_url(), town.data_dir());
        let house = House::open(&same, Clock::Machine).await.unwrap();
        house.db.close().await;
    }
}
