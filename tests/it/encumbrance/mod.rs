//! Liens on credits, told as stories on both engines.

mod histories;
mod insurance;
mod pledges;
mod races;
mod sales;
mod values;

use serde_json::{Value, json};
use wetland_exchange::ledger::{self, Account, CreditBucket};

use crate::market::fair::Fair;
use crate::support::Reply;

pub(crate) const PATH: &str = "/api/v1/pledges";

/// What 五里 asks the second bank for, where a story says nothing else.
pub(crate) async fn request(fair: &Fair) -> Value {
    json!({
        "lender_id": fair.desk.organisation("BNK02").await, "batch_id": fair.batch, "m2": 5_000,
        "amount": "100000.00", "contract_no": "质借〔2023〕1号", "starts_on": "2023-08-25",
        "ends_on": "2024-08-24", "shares": ["township_share"],
    })
}

/// Asks as 五里; returns the path of the pledge.
pub(crate) async fn ask(fair: &Fair, body: Value) -> String {
    let fu = fair.town().user("fu.guoping").await;
    let asked = fu.post(PATH, body).await.created();
    assert_eq!((&asked["state"], &asked["pledged_m2"]), (&json!("requested"), &json!(0)));
    format!("{PATH}/{}", asked["id"].as_str().unwrap())
}

/// 五里 asks for so many m² and the bank registers it; returns the path of the pledge.
pub(crate) async fn pledged(fair: &Fair, m2: i64) -> String {
    let mut body = request(fair).await;
    body["m2"] = json!(m2);
    let path = ask(fair, body).await;
    lend(fair, &path, "registration", json!({})).await.created();
    path
}

/// The second bank does something to a pledge.
pub(crate) async fn lend(fair: &Fair, path: &str, what: &str, body: Value) -> Reply {
    fair.town().user("bnk02.desk").await.post(&format!("{path}/{what}"), body).await
}

/// What 五里 has of the batch in a bucket.
pub(crate) async fn held(fair: &Fair, bucket: CreditBucket) -> i64 {
    let account = Account::credits(fair.desk.organisation("T360124500").await, fair.batch, bucket);
    fair.town().db.read(None, move |c| ledger::balance(c, &account)).await.unwrap()
}
