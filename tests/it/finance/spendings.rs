//! What money that was paid out is spent on, and what a project earned (R68).

use serde_json::{Value, json};

use super::desk::Row;
use crate::market::fair::{Fair, PAID_IN_FEN, purchases};
use crate::support::{Reply, Town};

/// 100 m² are sold for 14,130.00; the shares of 1,413.00 + 1,413.00 + 9,891.00 are paid out.
async fn paid_out(town: Town) -> Fair {
    let fair = Fair::open(town, 1).await;
    let listing = fair.list(1_000, "94200.00").await;
    let buyer = fair.town().user(&fair.buyers[0].0).await;
    buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
    drop(buyer);
    let township = fair.desk.organisation("T360124500").await;
    let centre = fair.desk.organisation("CENTRE").await;
    let treasury = fair.desk.organisation("FINANCE").await;
    let body = json!({ "from": "2023-08-01", "to": "2023-12-31", "payouts": [
        { "share": "township_share", "organisation_id": township, "amount": "1413.00" },
        { "share": "centre_share", "organisation_id": centre, "amount": "1413.00" },
        { "share": "treasury_share", "organisation_id": treasury, "amount": "9891.00" },
    ] });
    let peng = fair.town().user("peng.haoran").await;
    let batch = peng.post(&fair.desk.path("payout-batches"), body).await.created();
    let path = format!("/api/v1/payout-batches/{}/approval", batch["id"].as_str().unwrap());
    fair.town().user("shen.yutong").await.post(&path, json!({})).await.ok();
    drop(peng);
    let paid = [
        ("1502999909000000021", 141_300),
        ("1502999909000000011", 141_300),
        ("1502999909000000012", 989_100),
    ];
    let rows =
        paid.into_iter().zip(batch["payouts"].as_array().unwrap()).map(|((from, fen), payout)| {
            let number = payout["number"].as_str().unwrap();
            Row { from, ..Row::new(&format!("OUT{number}"), -fen, number) }
        });
    let rows: Vec<Row> = rows.collect();
    fair.desk.import(fair.desk.file(PAID_IN_FEN, &rows)).await;
    fair
}

fn spending(purpose: &str, amount: &str, voucher: &str) -> Value {
    json!({
        "purpose": purpose, "amount": amount, "spent_on": "2023-08-01", "payee": "示例单位",
        "vouchers": [{ "number": voucher, "issued_on": "2023-08-01", "amount": amount }],
    })
}

async fn spend(fair: &Fair, username: &str, body: Value) -> Reply {
    fair.town().user(username).await.post("/api/v1/spendings", body).await
}

on_both_engines! {
    async fn r68_the_townships_money_is_spent_on_its_purposes_within_what_was_paid_out(town: Town) {
        let fair = paid_out(town).await;
        let fu = "fu.guoping";
        let first = spend(&fair, fu, spending("later_upkeep", "1000.00", "记-1")).await.created();
        assert_eq!((&first["state"], &first["share"]), (&json!("effective"), &json!("township_share")));
        for (body, status, code) in [
            (spending("later_upkeep", "413.01", "记-2"), 409, "exceeds-paid-out"),
            (spending("publicity", "1.00", "记-3"), 422, "purpose-not-permitted"),
            (spending("restoration_cost", "1.00", "记-3"), 422, "purpose-not-permitted"),
            (spending("banquet", "1.00", "记-3"), 422, "unreadable-values"),
            (spending("later_upkeep", "-1.00", "记-3"), 422, "unreadable-values"),
            (spending("later_upkeep", "0.00", "记-3"), 422, "vouchers-do-not-add-up"),
            (spending("later_upkeep", "1.00", "记-1"), 409, "voucher-used"),
        ] {
            spend(&fair, fu, body).await.refused(status, code);
        }
        let mut short = spending("later_upkeep", "2.00", "记-4");
        short["vouchers"][0]["amount"] = json!("1.99");
        spend(&fair, fu, short.clone()).await.refused(422, "vouchers-do-not-add-up");
        short["vouchers"] = json!([]);
        spend(&fair, fu, short).await.refused(422, "voucher-count");
        let mut tomorrow = spending("later_upkeep", "1.00", "记-5");
        tomorrow["spent_on"] = json!("2099-12-31");
        spend(&fair, fu, tomorrow).await.refused(422, "spent-in-future");
        spend(&fair, fu, spending("dispute_mediation", "413.00", "记-6")).await.created();
        let balances = fair.town().user(fu).await.get("/api/v1/spending-balances").await.ok();
        assert_eq!(balances.as_array().unwrap().len(), 1, "its own only");
        assert_eq!((&balances[0]["paid_out"], &balances[0]["left"]), (&json!("1413.00"), &json!("0.00")));
        assert_eq!(balances[0]["purposes"].as_array().unwrap().len(), 2, "{balances:#}");
        let all = fair.town().user("shen.yutong").await.get("/api/v1/spending-balances").await.ok();
        assert_eq!(all.as_array().unwrap().len(), 3);
        let other = fair.town().user("hu.xiaoqiu").await;
        assert_eq!(other.get("/api/v1/spendings").await.ok()["items"], json!([]));
        other.post("/api/v1/spendings", spending("later_upkeep", "0.01", "记-7")).await
            .refused(409, "exceeds-paid-out");
        fair.town().verify().await;
    }

    async fn r68_other_cost_of_the_centre_needs_a_reason_and_a_second_person(town: Town) {
        let fair = paid_out(town).await;
        let mut other = spending("other_directly_related", "400.00", "记-1");
        spend(&fair, "zhou.jianing", other.clone()).await.refused(422, "reason-missing");
        other["reason"] = json!("水样检测");
        let entered = spend(&fair, "zhou.jianing", other.clone()).await.created();
        assert_eq!(entered["state"], "entered");
        let path = format!("/api/v1/spendings/{}", entered["id"].as_str().unwrap());
        let approval = format!("{path}/approval");
        let zhou = fair.town().user("zhou.jianing").await;
        let same = zhou.post(&approval, json!({})).await;
        assert_eq!(same.status.as_u16(), 403, "{}", same.text);
        spend(&fair, "zhou.jianing", spending("survey", "1013.01", "记-2")).await
            .refused(409, "exceeds-paid-out");
        let liang = fair.town().user("liang.wenbo").await;
        let counts = liang.post(&approval, json!({})).await.ok();
        assert_eq!(counts["state"], "effective");
        liang.post(&approval, json!({})).await.refused(409, "spending-decided");
        other["vouchers"][0]["number"] = json!("记-3");
        let second = spend(&fair, "zhou.jianing", other).await.created();
        let path = format!("/api/v1/spendings/{}/rejection", second["id"].as_str().unwrap());
        liang.post(&path, json!({ "reason": "与项目无关" })).await.ok();
        spend(&fair, "zhou.jianing", spending("survey", "1013.00", "记-3")).await.created();
        fair.town().verify().await;
    }

    async fn the_profit_of_a_project_counts_what_it_sold_and_its_bill(town: Town) {
        let fair = paid_out(town).await;
        let shen = fair.town().user("shen.yutong").await;
        let projects = shen.get("/api/v1/projects").await.ok();
        let project = &projects["items"][0];
        let path = format!("/api/v1/projects/{}/profit-statement", project["id"].as_str().unwrap());
        let told = shen.get(&path).await.ok();
        assert_eq!((&told["trades"], &told["amount"]), (&json!(1), &json!("14130.00")));
        assert_eq!(told["approved_bill"], project["bill_total"]);
        let fen = |text: &Value| {
            let text = text.as_str().unwrap().replace('.', "");
            text.parse::<i64>().unwrap()
        };
        let profit = 1_413_000 - 282_600 - 141_300 - fen(&told["approved_bill"]);
        assert_eq!(fen(&told["profit"]), profit);
        assert_eq!(fen(&told["shortfall"]), (-profit).max(0));
        assert!(profit < 0, "too few credits are sold yet");

        let mut paid = spending("restoration_cost", "5000.00", "记-1");
        spend(&fair, "peng.haoran", paid.clone()).await.refused(422, "project-named");
        paid["project_id"] = project["id"].clone();
        spend(&fair, "peng.haoran", paid.clone()).await.created();
        paid["amount"] = json!("4891.01");
        paid["vouchers"] = json!([{ "number": "记-2", "issued_on": "2023-08-01", "amount": "4891.01" }]);
        spend(&fair, "peng.haoran", paid.clone()).await.refused(409, "exceeds-paid-out");
        spend(&fair, "zhou.jianing", paid).await.refused(422, "purpose-not-permitted");
        assert_eq!(shen.get(&path).await.ok()["restoration_paid"], "5000.00");
        let owner = fair.town().user("fu.guoping").await.get(&path).await.ok();
        assert_eq!(owner["profit"], told["profit"]);
        fair.town().user("hu.xiaoqiu").await.get(&path).await.refused(404, "not-found");
    }
}
