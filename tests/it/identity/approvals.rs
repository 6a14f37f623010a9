//! The second person, as later capabilities use it: begin in one command, take effect in another.

use serde_json::{Value, json};
use wetland_exchange::identity::{self, ApprovalId, Approved, SecondPerson};
use wetland_exchange::kernel::actor::{Actor, Doing, Factor, Login, Role};
use wetland_exchange::kernel::db::Event;
use wetland_exchange::kernel::ids::SessionId;
use wetland_exchange::kernel::problem::{Answer, Failure};

use crate::support::{ADMINISTRATOR, Town};

const INITIATORS: &[Role] = &[Role::FinanceOfficer];
const APPROVERS: &[Role] = &[Role::FinanceOfficer, Role::FinanceDirector];

async fn actor(town: &Town, username: &str) -> Actor {
    let about = town.user(username).await.get("/api/v1/me").await.ok();
    let of = |pointer: &str| about.pointer(pointer).unwrap().clone();
    Actor {
        user_id: serde_json::from_value(of("/user/id")).unwrap(),
        organisation_id: serde_json::from_value(of("/organisation/id")).unwrap(),
        role: serde_json::from_value(of("/user/role")).unwrap(),
        region: serde_json::from_value(of("/organisation/region")).unwrap(),
        standing: of("/user/standing").as_i64().unwrap(),
        login: Login { session: SessionId::new(), factor: Factor::Confirmed(town.now()) },
    }
}

async fn ask(town: &Town, by: &Actor, content: Value) -> Answer<ApprovalId> {
    let command = move |tx: &mut wetland_exchange::kernel::db::Tx<'_>| {
        let asked = SecondPerson {
            subject: "payout:1",
            content: &content,
            initiator_roles: INITIATORS,
            approver_roles: APPROVERS,
        };
        let id = identity::ask_second_person(tx, asked)?;
        tx.record(Event { subject: "payout:1".into(), ..Event::default() });
        Ok(id)
    };
    town.db.write(Doing::by(by.clone(), "create_payout"), command).await
}

async fn approve(town: &Town, by: &Actor, id: ApprovalId, content: Value) -> Answer<Approved> {
    let command = move |tx: &mut wetland_exchange::kernel::db::Tx<'_>| {
        let people = identity::second_person(tx, id, &content)?;
        tx.record(Event { subject: "payout:1".into(), ..Event::default() });
        Ok(people)
    };
    let login = Login { factor: Factor::Confirmed(town.now()), ..by.login };
    let by = Actor { login, ..by.clone() };
    town.db.write(Doing::by(by, "create_payout_approval"), command).await
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Answer<T>, code: &str) {
    match answer {
        Err(Failure::Refused(problem)) => assert_eq!(problem.code, code),
        other => panic!("expected {code}, got {other:?}"),
    }
}

on_both_engines! {
    async fn an_act_takes_effect_once_by_another_person_for_the_exact_content(town: Town) {
        let officer = actor(&town, "peng.haoran").await;
        let director = actor(&town, "shen.yutong").await;
        let trader = actor(&town, "dev01.trader").await;
        let content = || json!({"fen": 28_825_200, "to": "1502999909000000021"});
        refused(ask(&town, &trader, content()).await, "initiator-role");
        let id = ask(&town, &officer, content()).await.unwrap();

        refused(approve(&town, &officer, id, content()).await, "same-person");
        refused(approve(&town, &trader, id, content()).await, "approver-role");
        let other = json!({"fen": 28_825_201, "to": "1502999909000000021"});
        refused(approve(&town, &director, id, other).await, "approval-content-changed");
        refused(approve(&town, &director, ApprovalId::new(), content()).await, "not-found");

        let turned = json!({"to": "1502999909000000021", "fen": 28_825_200});
        let people = approve(&town, &director, id, turned).await.unwrap();
        assert_eq!((people.initiator, people.approver), (officer.user_id, director.user_id));
        refused(approve(&town, &director, id, content()).await, "approval-used");
    }

    async fn an_approval_is_given_within_seven_days(town: Town) {
        let officer = actor(&town, "peng.haoran").await;
        let director = actor(&town, "shen.yutong").await;
        let early = ask(&town, &officer, json!(1)).await.unwrap();
        let late = ask(&town, &officer, json!(2)).await.unwrap();
        let asked_at = town.now();
        town.clock.set(asked_at.plus_seconds(7 * 86_400 - 1));
        approve(&town, &director, early, json!(1)).await.unwrap();
        town.clock.set(asked_at.plus_seconds(7 * 86_400));
        refused(approve(&town, &director, late, json!(2)).await, "approval-expired");
    }

    async fn both_still_hold_their_role_when_it_takes_effect(town: Town) {
        let officer = actor(&town, "peng.haoran").await;
        let director = actor(&town, "shen.yutong").await;
        let first = ask(&town, &officer, json!(1)).await.unwrap();
        let second = ask(&town, &officer, json!(2)).await.unwrap();
        let admin = town.user(ADMINISTRATOR).await;
        let person = format!("/api/v1/users/{}", officer.user_id);

        let role = json!({"role": "finance_director"});
        admin.post_on(&person, "role", role).await.created();
        town.let_in(&officer.user_id.to_string()).await;
        refused(approve(&town, &director, first, json!(1)).await, "initiator-gone");
        admin.post_on(&person, "role", json!({"role": "finance_officer"})).await.created();
        town.let_in(&officer.user_id.to_string()).await;
        approve(&town, &director, first, json!(1)).await.unwrap();

        admin.post(&format!("{person}/deactivation"), json!({})).await.created();
        refused(approve(&town, &director, second, json!(2)).await, "initiator-gone");
        refused(approve(&town, &officer, second, json!(2)).await, "credentials-needed");
    }
}
