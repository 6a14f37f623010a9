//! The desk of the county's finance bureau: its fee account, bank files of the tests, and trades
//! reduced to their money.

use serde_json::{Value, json};
use wetland_exchange::identity;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::db::Event;
use wetland_exchange::kernel::ids::OrganisationId;
use wetland_exchange::kernel::money::cny;
use wetland_exchange::ledger::{
    self, Account, FeeAccountId, JournalId, MoneyBucket, NewJournal, NewTransfer,
};
use wetland_exchange::settlement::{self, OpenFeeAccount};

use crate::support::Town;

pub(super) const ACCOUNT: &str = "1502999909000000001";

/// A town with the fee account of 进贤县.
pub(crate) struct Desk {
    pub(crate) town: Town,
    pub(crate) account: FeeAccountId,
}

/// One booking of a bank file.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) serial: String,
    pub(crate) signed_fen: i64,
    pub(crate) text: String,
    pub(crate) from: &'static str,
}

impl Row {
    pub(crate) fn new(serial: &str, signed_fen: i64, text: &str) -> Self {
        let (serial, text) = (serial.to_owned(), text.to_owned());
        Self { serial, signed_fen, text, from: "1502999909000000101" }
    }
}

/// Two people put the registered account of an organisation on the list of trusted ones; it acts from
/// the fourth working day on.
pub(crate) async fn trust(town: &Town, code: &'static str) -> Value {
    let entered = enter_trust(town, code).await.created();
    decide_trust(town, "shen.yutong", &entered, "approval").await.ok()
}

/// peng.haoran enters the registered account of an organisation as one to be trusted.
pub(crate) async fn enter_trust(town: &Town, code: &'static str) -> crate::support::Reply {
    let read = town.db.read(None, move |c| identity::organisation_by_code(c, code));
    let organisation = read.await.unwrap();
    let body = json!({ "number": organisation.bank_account, "reason": "每月拨付，电话核实" });
    let path = format!("/api/v1/organisations/{}/trusted-accounts", organisation.id);
    town.user("peng.haoran").await.post(&path, body).await
}

pub(crate) async fn decide_trust(
    town: &Town,
    username: &str,
    entry: &Value,
    noun: &str,
) -> crate::support::Reply {
    let path = format!("/api/v1/trusted-accounts/{}/{noun}", entry["id"].as_str().unwrap());
    let body = if noun == "approval" { json!({}) } else { json!({ "reason": "账户存疑" }) };
    town.user(username).await.post(&path, body).await
}

impl Desk {
    pub(crate) async fn of(town: Town) -> Self {
        let organisation = |code: &'static str| {
            town.db.read(None, move |c| identity::organisation_by_code(c, code))
        };
        let (centre, treasury) = (organisation("CENTRE").await, organisation("FINANCE").await);
        let it = OpenFeeAccount {
            id: FeeAccountId::new(),
            county: "360124".parse().unwrap(),
            number: ACCOUNT.into(),
            name: "进贤县湿地资源运营中心交易费用管理账户".into(),
            bank: "赣鄱示例银行进贤支行".into(),
            document: "进财建〔2022〕1号".into(),
            centre: centre.unwrap().id,
            treasury: treasury.unwrap().id,
        };
        let doing = Doing::system("open_fee_account");
        let write = town.db.write(doing, move |tx| settlement::open_fee_account(tx, &it));
        let account = write.await.unwrap();
        Self { town, account }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/fee-accounts/{}/{rest}", self.account)
    }

    pub(crate) async fn organisation(&self, code: &'static str) -> OrganisationId {
        let read = self.town.db.read(None, move |c| identity::organisation_by_code(c, code));
        read.await.unwrap().id
    }

    /// What a trade does to the money of the fee account.
    pub(crate) async fn trade(&self, buyer: &'static str, township: &'static str, fen: [i64; 3]) {
        let cash =
            Account::money(self.organisation(buyer).await, self.account, MoneyBucket::Available);
        let legs = [
            (township, MoneyBucket::TownshipShare),
            ("CENTRE", MoneyBucket::CentreShare),
            ("FINANCE", MoneyBucket::TreasuryShare),
        ];
        let mut transfers = Vec::new();
        for ((code, bucket), amount) in legs.into_iter().zip(fen) {
            let to = Account::money(self.organisation(code).await, self.account, bucket);
            transfers.push(NewTransfer { from: cash, to, amount });
        }
        let write = self.town.db.write(Doing::system("trade"), move |tx| {
            let id = JournalId::new();
            let journal = NewJournal {
                id,
                event: "test_trade",
                subject: id.uuid(),
                effective_at: tx.now(),
                reverses: None,
                transfers: transfers.clone(),
            };
            ledger::post(tx, journal)?;
            tx.record(Event { subject: "trade:test".into(), ..Event::default() });
            Ok(())
        });
        write.await.unwrap();
    }

    pub(crate) async fn notice(&self, username: &str, amount: &str) -> String {
        let body = json!({ "county": "360124", "amount": amount, "purpose": "购买指标" });
        let user = self.town.user(username).await;
        let notice = user.post("/api/v1/payment-notices", body).await.created();
        notice["reference"].as_str().unwrap().to_owned()
    }

    /// Imports a file as luo.jingyi and returns its answer.
    pub(crate) async fn import(&self, file: Vec<u8>) -> Value {
        let luo = self.town.user("luo.jingyi").await;
        luo.post_file(&self.path("statements"), "text/csv", file).await.created()
    }

    /// A file with these rows, oldest first, on that opening balance.
    pub(crate) fn file(&self, opening_fen: i64, rows: &[Row]) -> Vec<u8> {
        let (mut balance, mut lines) = (opening_fen, String::new());
        for row in rows {
            balance += row.signed_fen;
            let (debit, credit) = (cny((-row.signed_fen).max(0)), cny(row.signed_fen.max(0)));
            lines += &format!(
                "20260903,10:00:00,{debit},{credit},{},甲,{}\t,{},{}\t\r\n",
                cny(balance),
                row.from,
                row.text,
                row.serial
            );
        }
        format!(
            "账户明细\r\n账号：{ACCOUNT}\t,币种：人民币\r\n查询区间：2026-09-01至2026-09-30,\
             期初余额：{},期末余额：{}\r\n交易日期,交易时间,借方发生额,贷方发生额,余额,对方户名,\
             对方账号,摘要,流水号\r\n{lines}",
            cny(opening_fen),
            cny(balance)
        )
        .into_bytes()
    }

    pub(crate) async fn reconciliation(&self) -> Value {
        let shen = self.town.user("shen.yutong").await;
        let path = self.path("reconciliation?from=2026-09-01&to=2026-09-30");
        let told = shen.get(&path).await.ok();
        assert_eq!(told["identity"]["holds"], true, "{told:#}");
        assert_eq!(told["difference"], "0.00", "{told:#}");
        told
    }

    /// Open exceptions as (serial, kind, by), oldest first.
    pub(crate) async fn exceptions(&self) -> Vec<(String, String, String)> {
        let told = self.reconciliation().await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let exceptions = told["exceptions"].as_array().unwrap().iter();
        exceptions
            .map(|one| (text(&one["line"]["serial"]), text(&one["kind"]), text(&one["by"])))
            .collect()
    }

    /// The id of the line with that serial.
    pub(crate) async fn line(&self, serial: &str) -> String {
        let peng = self.town.user("peng.haoran").await;
        let lines = peng.get(&self.path("statement-lines")).await.ok();
        let lines = lines["items"].as_array().unwrap().clone();
        let line = lines.iter().find(|line| line["serial"] == serial).unwrap();
        line["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn assign(&self, serial: &str, parts: Value) -> crate::support::Reply {
        let path = format!("/api/v1/statement-lines/{}/assignments", self.line(serial).await);
        let body = json!({ "parts": parts, "reason": "付款人来函说明" });
        self.town.user("peng.haoran").await.post(&path, body).await
    }

    /// A holder's balance in a bucket; "0.00" where there is none.
    pub(crate) async fn balance(&self, code: &str, bucket: &str) -> String {
        let shen = self.town.user("shen.yutong").await;
        let told = shen.get(&self.path("balances")).await.ok();
        let balances = told["balances"].as_array().unwrap().clone();
        let found =
            balances.iter().find(|one| one["organisation_code"] == code && one["bucket"] == bucket);
        found.map_or("0.00".into(), |one| one["balance"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn enter_share(
        &self,
        share: &str,
        code: &'static str,
        amount: &str,
    ) -> crate::support::Reply {
        let organisation_id = self.organisation(code).await;
        let body = json!({ "share": share, "organisation_id": organisation_id, "amount": amount });
        self.town.user("peng.haoran").await.post(&self.path("payouts"), body).await
    }

    pub(crate) async fn approve(&self, username: &str, payout: &Value) -> crate::support::Reply {
        let path = format!("/api/v1/payouts/{}/approval", payout["id"].as_str().unwrap());
        self.town.user(username).await.post(&path, json!({})).await
    }

    /// dev01.trader asks for a refund and peng.haoran enters it.
    pub(crate) async fn refund(&self, amount: &str) -> Value {
        let body = json!({ "county": "360124", "amount": amount });
        let dev01 = self.town.user("dev01.trader").await;
        let request = dev01.post("/api/v1/refund-requests", body).await.created();
        let path = format!("/api/v1/refund-requests/{}/payout", request["id"].as_str().unwrap());
        self.town.user("peng.haoran").await.post(&path, json!({})).await.created()
    }
}
