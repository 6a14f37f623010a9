//! An order that is paid in more than one county: each has its own fee account, and cash in one pays
//! only for what that county sells.

use serde_json::json;
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::db::Event;
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::ledger::{
    self, Account, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal, NewTransfer,
};
use wetland_exchange::settlement::{self, OpenFeeAccount};

use super::fair::{Fair, PAID_IN_FEN, invented_code, order};
use crate::support::password_of;

const OFFICER: &str = "nanchang.officer";
const DIRECTOR: &str = "nanchang.director";
const DEPOSIT_FEN: i64 = 50_000;

/// 南昌县 beside the fair: with a fee account, a schedule, and cash of the first buyer in it.
async fn second_county(fair: &Fair) -> FeeAccountId {
    let organisation = |n: usize, kind: OrganisationKind| CreateOrganisation {
        id: OrganisationId::new(),
        code: format!("NANCHANG{n}"),
        kind,
        name: format!("南昌县示例机构{n}"),
        region: "360121".parse().unwrap(),
        uscc: Some(invented_code(800 + n)),
        bank: None,
        related_to: None,
    };
    let bureau = organisation(0, OrganisationKind::FinanceBureau);
    let centre = organisation(1, OrganisationKind::OperationsCentre);
    let person = |username: &str, role: Role| CreateUser {
        id: UserId::new(),
        username: username.into(),
        display_name: "示例人员".into(),
        organisation_id: bureau.id,
        role,
        password_hash: fair.town().hash_of(&password_of(username)),
    };
    let people = [person(OFFICER, Role::FinanceOfficer), person(DIRECTOR, Role::FinanceDirector)];
    let account = OpenFeeAccount {
        id: FeeAccountId::new(),
        county: "360121".parse().unwrap(),
        number: "1502999909000000002".into(),
        name: "南昌县示例交易费用管理账户".into(),
        bank: "南昌示例商业银行".into(),
        document: "示例〔2022〕2号".into(),
        centre: centre.id,
        treasury: bureau.id,
    };
    let (id, buyer, journal) = (account.id, fair.buyers[0].1, JournalId::new());
    let write = fair.town().db.write(Doing::system("open_county"), move |tx| {
        identity::create_organisation(tx, &bureau)?;
        identity::create_organisation(tx, &centre)?;
        people.iter().try_for_each(|one| identity::create_user(tx, one).map(|_| ()))?;
        settlement::open_fee_account(tx, &account)?;
        let from = Account::money(Holder::House, account.id, MoneyBucket::Clearing);
        let to = Account::money(buyer, account.id, MoneyBucket::Available);
        let transfers = vec![NewTransfer { from, to, amount: DEPOSIT_FEN }];
        let (subject, effective_at) = (journal.uuid(), tx.now());
        let deposit = NewJournal {
            id: journal,
            event: "deposit",
            subject,
            effective_at,
            reverses: None,
            transfers,
        };
        ledger::post(tx, deposit)?;
        tx.record(Event { subject: "county:360121".into(), ..Event::default() });
        Ok(())
    });
    write.await.unwrap();
    let schedule = json!({
        "valid_from": "2023-07-23", "valid_to": "2099-07-22", "township_percent": "20",
        "centre_percent": "10", "label": "演示版",
    });
    let (officer, director) = (fair.town().user(OFFICER).await, fair.town().user(DIRECTOR).await);
    let schedule = officer.post("/api/v1/fee-schedules", schedule).await.created();
    let path = format!("/api/v1/fee-schedules/{}/approval", schedule["id"].as_str().unwrap());
    director.post(&path, json!({})).await.created();
    id
}

/// Lets the credits of a county go as far as its prefecture.
async fn reaches_the_prefecture(fair: &Fair, officer: &str, director: &str) {
    let (officer, director) = (fair.town().user(officer).await, fair.town().user(director).await);
    let body = json!({ "reach": "prefecture", "document": "示例〔2023〕1号" });
    let area = officer.post("/api/v1/trading-areas", body).await.created();
    let path = format!("/api/v1/trading-areas/{}/approval", area["id"].as_str().unwrap());
    director.post(&path, json!({})).await.created();
}

on_both_engines! {
    async fn r46_an_order_over_two_counties_reserves_in_both_and_pays_where_it_is_filled(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (name, id) = fair.buyers[0].clone();
        let second = second_county(&fair).await;
        let held = async |bucket: MoneyBucket| {
            let account = Account::money(id, second, bucket);
            fair.town().db.read(None, move |c| ledger::balance(c, &account)).await.unwrap()
        };
        let mut wide = order(100, "337.00");
        wide["trading_area"] = json!("3601");
        let buyer = fair.town().user(&name).await;
        let near = buyer.post("/api/v1/orders", wide.clone()).await.created();
        assert_eq!(near["reserved"], json!({ "360124": "51.04" }), "the other keeps its credits");
        reaches_the_prefecture(&fair, OFFICER, DIRECTOR).await;
        let both = buyer.post("/api/v1/orders", wide.clone()).await.created();
        assert_eq!(both["reserved"], json!({ "360121": "51.04", "360124": "51.04" }));
        assert_eq!((fair.reserved_fen(id).await, held(MoneyBucket::Reserved).await), (2 * 5_104, 5_104));
        fair.town().verify().await;

        // 100 m² fill the first order, 40 of the second; what is left of it needs less in both.
        fair.list(140, "300.00").await;
        let path = format!("/api/v1/orders/{}", both["id"].as_str().unwrap());
        let filled = buyer.get(&path).await.ok();
        assert_eq!((&filled["left_m2"], &filled["fills"][0]["amount"]), (&json!(60), &json!("20.22")));
        assert_eq!(filled["reserved"], json!({ "360121": "30.81", "360124": "30.81" }));
        assert_eq!((fair.reserved_fen(id).await, held(MoneyBucket::Reserved).await), (3_081, 3_081));
        assert_eq!(fair.cash_fen(id).await, PAID_IN_FEN - 5_055 - 2_022 - 3_081);
        assert_eq!(held(MoneyBucket::Available).await, DEPOSIT_FEN - 3_081);
        fair.town().verify().await;

        // Who names the counties is refused where one of them lacks the cash.
        wide["m2"] = json!(1_000);
        wide["counties"] = json!(["360121", "360124"]);
        let short = buyer.post("/api/v1/orders", wide).await.refused(409, "not-enough-cash");
        assert!(short["detail"].as_str().unwrap().contains("in 360121"), "{short}");
        buyer.post(&format!("{path}/cancellation"), json!({ "reason": "…" })).await.created();
        assert_eq!((fair.reserved_fen(id).await, held(MoneyBucket::Reserved).await), (0, 0));
        assert_eq!(held(MoneyBucket::Available).await, DEPOSIT_FEN);
        fair.town().verify().await;
    }
}
