//! A short history with something in every table that matters: land, a project, a batch, a listing
//! of which a part is sold, and money.

use serde_json::{Value, json};
use wetland_exchange::identity;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::db::Event;
use wetland_exchange::ledger::{
    self, Account, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal, NewTransfer,
};
use wetland_exchange::settlement::{self, OpenFeeAccount};

use crate::restoration::works::Works;
use crate::support::Town;

/// What happened.
pub(crate) struct History<'t> {
    town: &'t Town,
    account: FeeAccountId,
    listing: String,
}

impl<'t> History<'t> {
    /// From a parcel to two trades.
    pub(crate) async fn of(town: &'t Town) -> Self {
        let works = Works::propose(town, "P360124-001").await;
        let batch = certified(&works).await;
        let account = fee_account(town).await;
        schedule(town).await;
        let body = json!({"batch_id": batch["id"], "m2": 500, "price_per_mu": "94200.00"});
        let seller = town.user(works.township()).await;
        let listing = seller.post("/api/v1/listings", body).await.created();
        let listing = listing["id"].as_str().unwrap().to_owned();
        let history = Self { town, account, listing };
        history.deposit("DEV01", 100_000_000).await;
        history.buy(7).await;
        history.buy(33).await;
        history.order(5, "94200.00").await;
        history.order(20, "90000.00").await;
        history
    }

    /// dev01.trader buys that much.
    pub(crate) async fn buy(&self, m2: i64) {
        let path = format!("/api/v1/listings/{}/purchases", self.listing);
        self.town.user("dev01.trader").await.post(&path, json!({"m2": m2})).await.created();
    }

    /// dev01.trader orders that much; below 94,200.00 it waits.
    async fn order(&self, m2: i64, limit: &str) {
        let body = json!({
            "m2": m2, "price_per_mu": limit, "wetland_type": "marsh", "grade_max": 5,
        });
        self.town.user("dev01.trader").await.post("/api/v1/orders", body).await.created();
    }

    /// Cash arrives for a developer.
    pub(crate) async fn deposit(&self, code: &'static str, amount: i64) {
        let account = self.account;
        let id = JournalId::new();
        let write = self.town.db.write(Doing::system("deposit"), move |tx| {
            let developer = identity::organisation_by_code(tx.conn(), code)?.id;
            let from = Account::money(Holder::House, account, MoneyBucket::Clearing);
            let to = Account::money(developer, account, MoneyBucket::Available);
            let journal = NewJournal {
                id,
                event: "deposit",
                subject: id.uuid(),
                effective_at: tx.now(),
                reverses: None,
                transfers: vec![NewTransfer { from, to, amount }],
            };
            ledger::post(tx, journal)?;
            tx.record(Event { subject: format!("journal:{id}"), ..Event::default() });
            Ok(())
        });
        write.await.unwrap();
    }
}

async fn certified(works: &Works<'_>) -> Value {
    works.accept().await;
    let town = works.town;
    let zhou = town.user("zhou.jianing").await;
    let applications = "/api/v1/certification-applications";
    let application = zhou.post(applications, works.application()).await.created();
    town.on(works.it["certification"]["date"].as_str().unwrap());
    let liang = town.user("liang.wenbo").await;
    let path = format!("{applications}/{}/certification", application["id"].as_str().unwrap());
    let batch = liang.post(&path, json!({})).await.created();
    let releases = format!("/api/v1/batches/{}/releases", batch["id"].as_str().unwrap());
    liang.post(&releases, json!({"milestone": "acceptance"})).await.created();
    batch
}

async fn fee_account(town: &Town) -> FeeAccountId {
    let organisation = async |code: &'static str| {
        town.db.read(None, move |c| identity::organisation_by_code(c, code)).await.unwrap().id
    };
    let it = OpenFeeAccount {
        id: FeeAccountId::new(),
        county: "360124".parse().unwrap(),
        number: "1502999909000000001".into(),
        name: "进贤县湿地资源运营中心交易费用管理账户".into(),
        bank: "赣鄱示例银行进贤支行".into(),
        document: "进财建〔2022〕1号".into(),
        centre: organisation("CENTRE").await,
        treasury: organisation("FINANCE").await,
    };
    let doing = Doing::system("open_fee_account");
    town.db.write(doing, move |tx| settlement::open_fee_account(tx, &it)).await.unwrap()
}

async fn schedule(town: &Town) {
    let body = json!({
        "valid_from": "2023-07-23", "valid_to": "2024-07-22", "township_percent": "20",
        "centre_percent": "10", "label": "第一版",
    });
    let (peng, shen) = (town.user("peng.haoran").await, town.user("shen.yutong").await);
    let schedule = peng.post("/api/v1/fee-schedules", body).await.created();
    let path = format!("/api/v1/fee-schedules/{}/approval", schedule["id"].as_str().unwrap());
    let approved = shen.post(&path, json!({})).await;
    assert!(approved.status.is_success(), "{}", approved.text);
}
