//! The pool of experts, panels by a draw, and what they say, told as stories on both engines.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wetland_exchange::due;
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};

use crate::market::fair::invented_code;
use crate::restoration::works::Works;
use crate::support::{ADMINISTRATOR, Town, password_of, text, tool};

pub(crate) const NONCE: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

pub(crate) fn hash_of(nonce: &str) -> String {
    hex::encode(Sha256::digest(hex::decode(nonce).unwrap()))
}

/// People of an institute that has no part in anything: `expert.0` to `expert.5`.
pub(crate) async fn institute(town: &Town, related_to: Option<OrganisationId>) -> Vec<UserId> {
    let n = if related_to.is_some() { 1 } else { 0 };
    let organisation = CreateOrganisation {
        id: OrganisationId::new(),
        code: format!("INSTITUTE{n}"),
        kind: OrganisationKind::Assessor,
        name: format!("示例湿地研究所{n}"),
        region: "360124".parse().unwrap(),
        uscc: Some(invented_code(700 + n)),
        bank: None,
        related_to,
    };
    let people: Vec<CreateUser> = (0..6)
        .map(|one| {
            let username = format!("expert.{n}{one}");
            CreateUser {
                id: UserId::new(),
                password_hash: town.hash_of(&password_of(&username)),
                username,
                display_name: format!("专家{n}{one}"),
                organisation_id: organisation.id,
                role: Role::Assessor,
            }
        })
        .collect();
    let ids = people.iter().map(|person| person.id).collect();
    let write = town.db.write(Doing::system("found_institute"), move |tx| {
        identity::create_organisation(tx, &organisation)?;
        people.iter().try_for_each(|person| identity::create_user(tx, person).map(|_| ()))
    });
    write.await.unwrap();
    ids
}

/// Takes people into the pool: the first three know wetland, the others the two other fields.
pub(crate) async fn enter(town: &Town, people: &[UserId]) -> Vec<String> {
    let zhou = town.user("zhou.jianing").await;
    let mut ids = Vec::new();
    for (n, user_id) in people.iter().enumerate() {
        let fields = match n {
            0..3 => json!(["wetland"]),
            3 => json!(["economics_finance", "ecology_environment"]),
            4 => json!(["economics_finance"]),
            _ => json!(["ecology_environment"]),
        };
        let body = json!({ "user_id": user_id, "fields": fields });
        let expert = zhou.post("/api/v1/experts", body).await.created();
        ids.push(expert["id"].as_str().unwrap().to_owned());
    }
    ids
}

fn needs() -> Value {
    json!([
        { "field": "economics_finance", "seats": 1 }, { "field": "wetland", "seats": 1 },
        { "field": "ecology_environment", "seats": 1 },
    ])
}

/// Prepares and announces a draw for a proposed project, for noon of that day.
async fn announce(town: &Town, works: &Works<'_>) -> String {
    let moment = "2022-03-09T04:00:00Z";
    let body = json!({ "needs": needs(), "moment": moment });
    let zhou = town.user("zhou.jianing").await;
    let draw = zhou.post(&works.path("expert-draws"), body).await.created();
    let path = format!("/api/v1/expert-draws/{}", draw["id"].as_str().unwrap());
    let gan = town.user("gan.zhiqiang").await;
    let body = json!({ "nonce_hash": hash_of(NONCE) });
    gan.post(&format!("{path}/announcement"), body).await.created();
    path
}

/// Reveals the nonce after the moment; the first try may be the first entry after it.
async fn reveal(town: &Town, path: &str) -> Value {
    town.on("2022-03-10");
    due::run(&town.db).await.unwrap();
    let gan = town.user("gan.zhiqiang").await;
    gan.post(&format!("{path}/reveal"), json!({ "nonce": NONCE })).await.created()
}

on_both_engines! {
    async fn r30_a_panel_comes_from_a_draw_that_anybody_can_repeat(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let people = institute(&town, None).await;
        let ids = enter(&town, &people).await;
        let (zhou, gan) = (town.user("zhou.jianing").await, town.user("gan.zhiqiang").await);
        let body = json!({ "user_id": people[0], "fields": ["wetland"] });
        zhou.post("/api/v1/experts", body).await.refused(409, "expert-in-pool");

        // Who has an interest, stands aside or is suspended is not on the list.
        let me = town.user("fu.guoping").await.get("/api/v1/me").await.ok();
        let owner = me.get("organisation_id").or_else(|| me.pointer("/user/organisation_id"));
        let owner: uuid::Uuid = owner.unwrap().as_str().unwrap().parse().unwrap();
        enter(&town, &institute(&town, Some(owner.into())).await).await;
        let recusal = json!({ "matter": "project", "subject_id": wuli.id, "reason": "曾编制方案" });
        town.user("expert.00").await
            .post(&format!("/api/v1/experts/{}/recusals", ids[0]), recusal).await.created();
        let standing = json!({ "standing": "suspended", "reason": "年度考核不合格" });
        town.user("liang.wenbo").await
            .post(&format!("/api/v1/experts/{}/standing", ids[1]), standing).await.created();
        let path = announce(&town, &wuli).await;
        let draw = town.stranger().get(&path).await.ok();
        let mut listed: Vec<&str> = draw["candidates"].as_array().unwrap().iter()
            .map(|one| one["id"].as_str().unwrap()).collect();
        listed.sort_unstable();
        let mut expected: Vec<&str> = ids[2..].iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(listed, expected);
        assert_eq!(draw["state"], "announced");
        let body = json!({ "needs": needs(), "moment": "2022-03-09T04:00:00Z" });
        zhou.post(&wuli.path("expert-draws"), body).await.refused(409, "panel-exists");

        let secret = json!({ "nonce": NONCE });
        gan.post(&format!("{path}/reveal"), secret.clone()).await.refused(409, "nonce-too-early");
        town.stranger().get(&format!("{path}/repetition")).await.refused(409, "no-panel");
        town.on("2022-03-10");
        due::run(&town.db).await.unwrap();
        let other = json!({ "nonce": hash_of(NONCE) });
        gan.post(&format!("{path}/reveal"), other).await.refused(422, "nonce-mismatch");
        town.user("peng.haoran").await.post(&format!("{path}/reveal"), secret.clone()).await
            .refused(403, "not-the-nonce-holder");
        let drawn = gan.post(&format!("{path}/reveal"), secret).await.created();
        assert_eq!(drawn["members"].as_array().unwrap().len(), 3);
        // The head is the first entry after noon of the ninth, and the log has it.
        let seq = drawn["head_seq"].as_i64().unwrap();
        let aud = town.user("aud01.desk").await;
        let entry = aud.get(&format!("/api/v1/audit/entries/{seq}")).await.ok();
        assert!(entry["recorded_at"].as_str().unwrap() > "2022-03-09T04:00:00Z");
        let before = aud.get(&format!("/api/v1/audit/entries/{}", seq - 1)).await.ok();
        assert!(before["recorded_at"].as_str().unwrap() <= "2022-03-09T04:00:00Z");
        assert_eq!(entry["hash"], drawn["head_hash"]);

        let out = drawn["members"][1]["id"].clone();
        let replace = json!({ "member_id": out, "reason": "因故不能到会" });
        zhou.post(&format!("{path}/replacements"), replace).await.refused(409, "no-candidate-left");
        let repetition = town.stranger().get(&format!("{path}/repetition")).await.ok();
        assert_eq!(repetition["agrees"], true, "{repetition:#}");
        town.verify().await;
    }

    async fn r30_the_draw_is_repeated_by_a_command_and_by_a_script_in_another_language(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        enter(&town, &institute(&town, None).await).await;
        let path = announce(&town, &wuli).await;
        let drawn = reveal(&town, &path).await;
        let zhou = town.user("zhou.jianing").await;
        let replace = json!({ "member_id": drawn["members"][1]["id"], "reason": "因故不能到会" });
        let replaced = zhou.post(&format!("{path}/replacements"), replace.clone()).await.created();
        assert_eq!(replaced["members"].as_array().unwrap().len(), 4);
        zhou.post(&format!("{path}/replacements"), replace).await.refused(409, "not-a-panel-member");

        let public = town.stranger().get(&path).await;
        let members: Vec<String> = public.json()["members"].as_array().unwrap().iter()
            .map(|member| member["expert_id"].as_str().unwrap().to_owned()).collect();
        let file = town.data_dir().join("draw.json");
        std::fs::write(&file, &public.text).unwrap();
        let program = env!("CARGO_BIN_EXE_wetland-exchange");
        let said = tool(program, &["repeat-draw", text(&file)], &[]).await.unwrap();
        assert_eq!(said.trim().lines().skip(1).collect::<Vec<_>>(), members);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/repeat_draw.py");
        if let Some(said) = tool("python3", &[script, text(&file)], &[]).await {
            assert_eq!(said.lines().collect::<Vec<_>>(), members);
        }

        // One candidate moved to another field, and both say so.
        let mut forged = public.json();
        forged["candidates"][0]["fields"] = json!(["economics_finance"]);
        forged["candidates"][1]["fields"] = json!(["wetland"]);
        std::fs::write(&file, forged.to_string()).unwrap();
        let output = std::process::Command::new(program).args(["repeat-draw", text(&file)]).output();
        assert_eq!(output.unwrap().status.code(), Some(1));
    }

    async fn r30_a_nonce_that_is_not_revealed_voids_the_draw(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        enter(&town, &institute(&town, None).await).await;
        let path = announce(&town, &wuli).await;
        town.on("2022-03-13");
        due::run(&town.db).await.unwrap();
        let gan = town.user("gan.zhiqiang").await;
        gan.post(&format!("{path}/reveal"), json!({ "nonce": NONCE })).await
            .refused(409, "draw-state");
        let draw = town.stranger().get(&path).await.ok();
        assert_eq!((&draw["state"], &draw["members"]), (&json!("void"), &json!([])));
        due::run(&town.db).await.unwrap();
        let body = json!({ "needs": needs(), "moment": "2022-03-20T04:00:00Z" });
        town.user("zhou.jianing").await.post(&wuli.path("expert-draws"), body).await.created();
        town.verify().await;
    }

    async fn r30_members_vote_once_and_the_majority_lets_the_project_go_on(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let people = institute(&town, None).await;
        let ids = enter(&town, &people).await;
        let path = announce(&town, &wuli).await;
        let drawn = reveal(&town, &path).await;
        wuli.enter("scheme_reviewed").await;
        let liang = town.user("liang.wenbo").await;
        liang.post(&wuli.path("approval"), json!({})).await.refused(409, "panel-pending");
        let members: Vec<usize> = drawn["members"].as_array().unwrap().iter()
            .map(|member| ids.iter().position(|id| member["expert_id"] == id.as_str()).unwrap())
            .collect();
        let outside = (0..6).find(|n| !members.contains(n)).unwrap();
        let vote = async |n: usize, vote: &str, score: i64| {
            let expert = town.user(&format!("expert.0{n}")).await;
            let body = json!({ "vote": vote, "score": score, "reason": "方案可行" });
            expert.post(&format!("{path}/votes"), body).await
        };
        vote(outside, "approve", 80).await.refused(403, "not-on-the-panel");
        vote(members[0], "approve", 101).await.refused(422, "score-out-of-range");
        let first = vote(members[0], "approve", 80).await.created();
        assert_eq!((&first["votes"], first.get("conclusion")), (&json!([]), None));
        vote(members[0], "reject", 10).await.refused(409, "voted-already");
        vote(members[1], "reject", 60).await.created();
        let last = vote(members[2], "approve", 81).await.created();
        let conclusion = &last["conclusion"];
        assert_eq!((&conclusion["outcome"], &conclusion["approvals"]), (&json!("approved"), &json!(2)));
        assert_eq!(conclusion["score_hundredths"], 7_367);
        assert_eq!(last["votes"].as_array().unwrap().len(), 3);
        wuli.enter("approved").await;

        let zhou = town.user("zhou.jianing").await;
        let expert = format!("/api/v1/experts/{}", ids[members[0]]);
        for score in [80, 91] {
            let review = json!({ "draw_id": last["id"], "score": score, "remark": "按时提交" });
            zhou.post(&format!("{expert}/reviews"), review).await.created();
        }
        let reviewed = zhou.get(&expert).await.ok();
        assert_eq!((&reviewed["reviews"], &reviewed["mean_score_hundredths"]), (&json!(2), &json!(8_550)));
        town.user(ADMINISTRATOR).await.get(&expert).await.refused(403, "not-allowed");
        town.verify().await;
    }
}
