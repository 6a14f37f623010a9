//! Money of an unknown payer that goes back to the account that it came from.

use serde_json::{Value, json};

use super::desk::{Desk, Row};
use crate::support::{Reply, Town};

const PAYER: &str = "6217999900010002345";

/// 88.00 of somebody unknown wait, and 5.00 without an account.
async fn unknown_money(town: Town) -> Desk {
    let desk = Desk::of(town).await;
    desk.town.on("2026-09-03");
    let rows = [
        Row { from: PAYER, ..Row::new("S1", 8_800, "货款") },
        Row { from: "", ..Row::new("S2", 500, "现金") },
    ];
    desk.import(desk.file(0, &rows)).await;
    desk
}

async fn give_back(desk: &Desk, serial: &str) -> Reply {
    let path = format!("/api/v1/statement-lines/{}/return-payout", desk.line(serial).await);
    let body = json!({ "reason": "来源不明，联系不上付款人" });
    desk.town.user("peng.haoran").await.post(&path, body).await
}

async fn suspense(desk: &Desk) -> Value {
    desk.reconciliation().await["identity"]["suspense"].clone()
}

on_both_engines! {
    async fn r69_money_of_an_unknown_payer_goes_back_by_two_people(town: Town) {
        let desk = unknown_money(town).await;
        assert_eq!(suspense(&desk).await, "93.00");
        give_back(&desk, "S2").await.refused(409, "no-payer-account");

        let payout = give_back(&desk, "S1").await.created();
        assert_eq!((&payout["kind"], &payout["amount"]), (&json!("return"), &json!("88.00")));
        assert_eq!((&payout["account"], &payout["share"]), (&json!(PAYER), &json!(null)));
        // From here on nobody else can take it, and the identity holds.
        assert_eq!(suspense(&desk).await, "5.00");
        let part = json!([{ "organisation_id": desk.organisation("DEV01").await, "amount": "88.00" }]);
        desk.assign("S1", part.clone()).await.refused(409, "nothing-to-assign");
        give_back(&desk, "S1").await.refused(409, "nothing-to-give-back");

        // Refused by the second person, it waits again and may be assigned after all.
        let path = format!("/api/v1/payouts/{}/rejection", payout["id"].as_str().unwrap());
        let shen = desk.town.user("shen.yutong").await;
        shen.post(&path, json!({ "reason": "付款人已来函" })).await.ok();
        assert_eq!(suspense(&desk).await, "93.00");

        let again = give_back(&desk, "S1").await.created();
        let peng = desk.town.user("peng.haoran").await;
        let path = format!("/api/v1/payouts/{}/approval", again["id"].as_str().unwrap());
        peng.post(&path, json!({})).await.refused(403, "same-person");
        // Nobody here is to say that an unknown payer's account is trusted.
        let approved = desk.approve("shen.yutong", &again).await.ok();
        assert_eq!(approved["waits_until"], "2026-09-04T04:00:00.000000Z");
        let number = again["number"].as_str().unwrap();
        let out = Row { from: PAYER, ..Row::new("S3", -8_800, number) };
        let rows = [
            Row { from: PAYER, ..Row::new("S1", 8_800, "货款") },
            Row { from: "", ..Row::new("S2", 500, "现金") },
            out.clone(),
        ];
        desk.import(desk.file(0, &rows)).await;
        let told = desk.reconciliation().await;
        assert_eq!((&told["refunded"], &told["paid_out"]), (&json!("88.00"), &json!("0.00")));
        assert_eq!(told["identity"]["suspense"], "5.00");

        // The bank sends it back: it is unknown money again, and can be given back once more.
        let back = Row { from: PAYER, ..Row::new("S4", 8_800, number) };
        desk.import(desk.file(0, &[&rows[..], &[back]].concat())).await;
        let path = format!("/api/v1/payouts/{}/return", again["id"].as_str().unwrap());
        let body = json!({ "line_id": desk.line("S4").await, "reason": "账户已销户" });
        peng.post(&path, body).await.refused(409, "money-waits-itself");
        assert_eq!(suspense(&desk).await, "93.00");
        give_back(&desk, "S4").await.created();
        desk.town.verify().await;
    }
}
