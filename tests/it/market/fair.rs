//! A fair: a county with released credits, a fee schedule, and buyers who have paid in.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::db::{Event, RawId, Tx};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::ledger::{
    self, Account, BatchId, CreditBucket, JournalId, MoneyBucket, NewJournal,
};
use wetland_exchange::schema::report_duties;

use crate::certification::certify;
use crate::finance::desk::{Desk, Row};
use crate::restoration::works::Works;
use crate::support::{NewBatch, Town, password_of};

/// What each buyer has paid in.
pub(crate) const PAID_IN_FEN: i64 = 10_000_000;

/// 6,120 m² of 五里 are released and nobody has listed them yet.
pub(crate) struct Fair {
    pub(crate) desk: Desk,
    pub(crate) batch: BatchId,
    /// Usernames, and the organisations that they buy for.
    pub(crate) buyers: Vec<(String, OrganisationId)>,
}

impl Fair {
    /// Opens with that many buyers, each with 100,000.00 CNY.
    pub(crate) async fn open(town: Town, buyers: usize) -> Self {
        let batch = certify(&Works::propose(&town, "P360124-001").await).await;
        let batch: Uuid = batch["id"].as_str().unwrap().parse().unwrap();
        let liang = town.user("liang.wenbo").await;
        let releases = format!("/api/v1/batches/{batch}/releases");
        liang.post(&releases, json!({ "milestone": "acceptance" })).await.created();
        let desk = Desk::of(town).await;
        let mut fair = Self { desk, batch: batch.into(), buyers: Vec::new() };
        fair.set_schedule().await;
        for n in 0..buyers {
            let buyer = fair.enrol(n).await;
            fair.buyers.push(buyer);
        }
        fair.pay_in().await;
        fair
    }

    pub(crate) fn town(&self) -> &Town {
        &self.desk.town
    }

    /// Delivers the monitoring reports that are due until the machine's own day, each on its day, so
    /// that servers on the machine's time have nothing to freeze.
    pub(crate) async fn report_until_now(&self) {
        wetland_exchange::due::run(&self.town().db).await.unwrap();
        let today = Clock::Machine.now().date_in_shanghai();
        let due = self.town().db.read(None, |c| {
            let duties = report_duties::table.order(report_duties::due_on);
            Ok(duties.select((report_duties::project_id, report_duties::due_on)).load(c)?)
        });
        let due: Vec<(RawId, NaiveDate)> = due.await.unwrap();
        let fu = self.town().user("fu.guoping").await;
        for (project, due_on) in due.into_iter().filter(|(_, due_on)| *due_on <= today) {
            self.town().on(&due_on.to_string());
            let path = format!("/api/v1/projects/{}/monitoring-reports", project.0);
            let body = json!({
                "due_on": due_on, "report_no": format!("WL-JC-{due_on}"), "date": due_on,
                "author": "裴若兰", "restored_area_m2": "11333.00", "findings": "植被盖度稳定",
            });
            fu.post(&path, body).await.created();
        }
    }

    async fn set_schedule(&self) {
        let body = json!({
            "valid_from": "2023-07-23", "valid_to": "2099-07-22", "township_percent": "20",
            "centre_percent": "10", "label": "演示版",
        });
        let (peng, shen) =
            (self.town().user("peng.haoran").await, self.town().user("shen.yutong").await);
        let schedule = peng.post("/api/v1/fee-schedules", body).await.created();
        let path = format!("/api/v1/fee-schedules/{}/approval", schedule["id"].as_str().unwrap());
        shen.post(&path, json!({})).await.created();
    }

    /// A buyer that is related to the seller, with 100,000.00 CNY; returns its username.
    pub(crate) async fn relative(&self) -> String {
        let seller = self.desk.organisation("T360124500").await;
        let (username, _) = self.enrol_related(50, Some(seller)).await;
        let before = PAID_IN_FEN * i64::try_from(self.buyers.len()).unwrap();
        let amount = wetland_exchange::kernel::money::cny(PAID_IN_FEN);
        let reference = self.desk.notice(&username, &amount).await;
        let row = Row::new("20230826000050", PAID_IN_FEN, &reference);
        self.desk.import(self.desk.file(before, &[row])).await;
        username
    }

    async fn enrol(&self, n: usize) -> (String, OrganisationId) {
        self.enrol_related(n, None).await
    }

    async fn enrol_related(
        &self,
        n: usize,
        related_to: Option<OrganisationId>,
    ) -> (String, OrganisationId) {
        let organisation = CreateOrganisation {
            id: OrganisationId::new(),
            code: format!("BUYER{n:02}"),
            kind: OrganisationKind::Developer,
            name: format!("示例建设单位{n:02}"),
            region: "360124".parse().unwrap(),
            uscc: Some(invented_code(n)),
            bank: None,
            related_to,
        };
        let (username, id) = (format!("buyer.{n:02}"), organisation.id);
        let user = CreateUser {
            id: UserId::new(),
            username: username.clone(),
            display_name: format!("买方{n:02}"),
            organisation_id: id,
            role: Role::Developer,
            password_hash: self.town().hash_of(&password_of(&username)),
        };
        let write = self.town().db.write(Doing::system("open_fair"), move |tx| {
            identity::create_organisation(tx, &organisation)?;
            identity::create_user(tx, &user)
        });
        write.await.unwrap();
        (username, id)
    }

    /// Every buyer pays in, by one bank statement.
    async fn pay_in(&self) {
        let mut rows = Vec::new();
        for (n, (username, _)) in self.buyers.iter().enumerate() {
            let amount = wetland_exchange::kernel::money::cny(PAID_IN_FEN);
            let reference = self.desk.notice(username, &amount).await;
            rows.push(Row::new(&format!("20230825{n:06}"), PAID_IN_FEN, &reference));
        }
        let file = self.desk.file(0, &rows);
        let import = self.desk.import(file).await;
        assert_eq!(import["imported"], self.buyers.len(), "{import:#}");
    }

    /// Issues another batch of that size to 五里 and lists all of it; returns the listing.
    pub(crate) async fn list_big(&self, m2: i64, price: &str) -> Value {
        let owner = self.desk.organisation("T360124500").await;
        let it = NewBatch {
            batch: BatchId::new(),
            number: 1,
            townships: [self.desk.organisation("T360124108").await, owner],
            certified: [0, m2],
            assessor: self.desk.organisation("ASR01").await,
            officer: UserId::new(),
        };
        let (id, batch) = (JournalId::new(), it.batch);
        let issue = move |tx: &mut Tx<'_>| {
            let journal = NewJournal {
                id,
                event: "test_issue",
                subject: id.uuid(),
                effective_at: tx.now(),
                reverses: None,
                transfers: vec![it.save(tx)?],
            };
            ledger::post(tx, journal)?;
            tx.record(Event { subject: format!("batch:{}", it.batch), ..Event::default() });
            Ok(())
        };
        self.town().db.write(Doing::system("issue_big_batch"), issue).await.unwrap();
        let fu = self.town().user("fu.guoping").await;
        let body = json!({ "batch_id": batch, "m2": m2, "price_per_mu": price });
        fu.post("/api/v1/listings", body).await.created()
    }

    /// Lists credits of the batch; returns the listing.
    pub(crate) async fn list(&self, m2: i64, price: &str) -> Value {
        let fu = self.town().user("fu.guoping").await;
        let body = json!({ "batch_id": self.batch, "m2": m2, "price_per_mu": price });
        fu.post("/api/v1/listings", body).await.created()
    }

    pub(crate) async fn cash_fen(&self, of: OrganisationId) -> i64 {
        let cash = Account::money(of, self.desk.account, MoneyBucket::Available);
        self.town().db.read(None, move |c| ledger::balance(c, &cash)).await.unwrap()
    }

    /// What is reserved for orders.
    pub(crate) async fn reserved_fen(&self, of: OrganisationId) -> i64 {
        let reserved = Account::money(of, self.desk.account, MoneyBucket::Reserved);
        self.town().db.read(None, move |c| ledger::balance(c, &reserved)).await.unwrap()
    }

    pub(crate) async fn credits_m2(&self, of: OrganisationId) -> i64 {
        let held = Account::credits(of, self.batch, CreditBucket::Available);
        self.town().db.read(None, move |c| ledger::balance(c, &held)).await.unwrap()
    }
}

/// The path of the purchases from a listing.
pub(crate) fn purchases(listing: &Value) -> String {
    format!("/api/v1/listings/{}/purchases", listing["id"].as_str().unwrap())
}

/// A limit order for the credits of the fair.
pub(crate) fn order(m2: i64, limit: &str) -> Value {
    json!({ "m2": m2, "price_per_mu": limit, "wetland_type": "marsh", "grade_max": 5 })
}

/// An invented credit code with the check characters of GB 11714 and GB 32100.
pub(crate) fn invented_code(n: usize) -> String {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("DEM02{n:03}");
    let weighed = body.chars().zip([3, 7, 9, 10, 5, 8, 4, 2]);
    let sum: u32 = weighed.map(|(c, weight)| c.to_digit(36).unwrap() * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap(),
    };
    let code = format!("91360124{body}{check}");
    let (mut sum, mut weight) = (0, 1);
    for c in code.chars() {
        sum += LETTERS.find(c).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    format!("{code}{}", LETTERS.chars().nth((31 - sum % 31) % 31).unwrap())
}
