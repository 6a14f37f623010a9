//! The product, asked over HTTP to do what the model does.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use wetland_exchange::identity;
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::db::{Event, Tx};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::kernel::money::cny;
use wetland_exchange::ledger::{
    self, Account, BatchId, CreditBucket, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal,
    NewTransfer,
};

use super::model::{BUYERS, Bucket, HOLDERS, LEGS, Leaves, NEEDED_M2, View};
use super::op::{How, Op};
use crate::finance::desk::Row;
use crate::market::fair::{Fair, PAID_IN_FEN};
use crate::occupation::site::{Site, application, grading, path, person};
use crate::support::{NewBatch, Town, User};

const BUYER: [&str; BUYERS] = ["buyer.00", "buyer.01", "buyer.02"];
const PEOPLE: [&str; 7] = [
    "fu.guoping",
    "bnk02.desk",
    "luo.jingyi",
    "peng.haoran",
    "shen.yutong",
    "gan.zhiqiang",
    "buyer.director",
];
/// The holders of the shares, their buckets and the accounts that are registered for them.
const LEG: [(&str, &str, MoneyBucket, &str); LEGS] = [
    ("T360124108", "township_share", MoneyBucket::TownshipShare, "1502999909000000022"),
    ("T360124500", "township_share", MoneyBucket::TownshipShare, "1502999909000000021"),
    ("CENTRE", "centre_share", MoneyBucket::CentreShare, "1502999909000000011"),
    ("FINANCE", "treasury_share", MoneyBucket::TreasuryShare, "1502999909000000012"),
];
/// From where buyers pay.
const PAYER: &str = "1502999909000000101";

/// A town in which one history after the other happens.
pub(super) struct Lane<'s> {
    site: &'s Site,
    people: HashMap<&'static str, User<'s>>,
    account: FeeAccountId,
    /// Who holds credits: the seller, then the buyers.
    holders: [OrganisationId; HOLDERS],
    legs: [OrganisationId; LEGS],
    assessor: OrganisationId,
    lender: OrganisationId,
    /// What the bank's statements have come to, and how many lines they had.
    bank_fen: i64,
    lines: usize,
    histories: usize,
    now: Now,
}

/// The things of the history that goes on now.
struct Now {
    batch: BatchId,
    listings: Vec<String>,
    /// Orders with their buyers.
    orders: Vec<(usize, String)>,
    /// Trades with their corrections.
    trades: Vec<(String, Option<String>)>,
    pledges: Vec<String>,
    payouts: Vec<Paid>,
    occupation: Option<String>,
}

/// A payout as it was entered.
#[derive(Clone)]
struct Paid {
    id: String,
    number: String,
    leaves: Leaves,
    fen: i64,
}

/// Opens the site of a lane.
pub(super) async fn open(town: Town) -> Site {
    let fair = Fair::open(town, BUYERS).await;
    let developer = fair.buyers[0].1;
    let director = person(&fair, "buyer.director", developer, Role::DeveloperDirector);
    let doing = Doing::system("open_lane");
    let write = fair.town().db.write(doing, move |tx| identity::create_user(tx, &director));
    write.await.unwrap();
    Site { fair, developer }
}

impl<'s> Lane<'s> {
    pub(super) async fn of(site: &'s Site) -> Self {
        let (town, desk) = (site.town(), &site.fair.desk);
        let mut people = HashMap::new();
        for name in PEOPLE.into_iter().chain(BUYER) {
            people.insert(name, town.user(name).await);
        }
        let buyer = |n: usize| site.fair.buyers[n].1;
        let mut legs = [buyer(0); LEGS];
        for (leg, (code, ..)) in legs.iter_mut().zip(LEG) {
            *leg = desk.organisation(code).await;
        }
        Self {
            site,
            people,
            account: desk.account,
            holders: [legs[1], buyer(0), buyer(1), buyer(2)],
            legs,
            assessor: desk.organisation("ASR01").await,
            lender: desk.organisation("BNK02").await,
            bank_fen: PAID_IN_FEN * i64::try_from(BUYERS).unwrap(),
            lines: 0,
            histories: 0,
            now: Now::of(BatchId::new()),
        }
    }

    fn cash(&self, buyer: usize, bucket: MoneyBucket) -> Account {
        Account::money(self.holders[buyer + 1], self.account, bucket)
    }

    fn leg(&self, leg: usize) -> Account {
        Account::money(self.legs[leg], self.account, LEG[leg].2)
    }

    /// Issues a new batch, and lets everybody have what the history starts with.
    pub(super) async fn begin(&mut self, certified: [i64; 2], cash: [i64; BUYERS]) {
        self.now = Now::of(BatchId::new());
        self.histories += 1;
        let batch = NewBatch {
            batch: self.now.batch,
            number: self.histories,
            townships: [self.legs[0], self.legs[1]],
            certified,
            assessor: self.assessor,
            officer: UserId::new(),
        };
        let mut wanted: Vec<(Account, i64)> = Vec::new();
        for (buyer, fen) in cash.into_iter().enumerate() {
            wanted.push((self.cash(buyer, MoneyBucket::Available), fen));
        }
        wanted.extend((0..LEGS).map(|leg| (self.leg(leg), 0)));
        let house = Account::money(Holder::House, self.account, MoneyBucket::Clearing);
        let id = JournalId::new();
        let begin = move |tx: &mut Tx<'_>| {
            let accounts: BTreeSet<Account> = wanted.iter().map(|(account, _)| *account).collect();
            let held = ledger::balances(tx.conn(), &accounts)?;
            let mut transfers = vec![batch.save(tx)?];
            for (account, fen) in &wanted {
                let more = fen - held.get(account).copied().unwrap_or_default();
                let (from, to) = if more > 0 { (house, *account) } else { (*account, house) };
                if more != 0 {
                    transfers.push(NewTransfer { from, to, amount: more.abs() });
                }
            }
            let (subject, effective_at) = (id.uuid(), tx.now());
            let event = "test_start";
            let journal =
                NewJournal { id, event, subject, effective_at, reverses: None, transfers };
            ledger::post(tx, journal)?;
            tx.record(Event { subject: format!("journal:{id}"), ..Event::default() });
            Ok(())
        };
        self.site.town().db.write(Doing::system("begin_history"), begin).await.unwrap();
    }

    /// What everybody has.
    pub(super) async fn view(&self) -> View {
        let each = |bucket| (0..BUYERS).map(move |buyer| self.cash(buyer, bucket));
        let accounts: Vec<Account> = each(MoneyBucket::Available)
            .chain(each(MoneyBucket::Reserved))
            .chain((0..LEGS).map(|leg| self.leg(leg)))
            .collect();
        let wanted: BTreeSet<Account> = accounts.iter().copied().collect();
        let batch = self.now.batch;
        let read = self.site.town().db.read(None, move |c| {
            Ok((ledger::balances(c, &wanted)?, ledger::lots_of_batch(c, batch)?))
        });
        let (balances, lots) = read.await.unwrap();
        let fen = |n: usize| balances.get(&accounts[n]).copied().unwrap_or_default();
        let mut serials = Vec::new();
        for lot in lots {
            assert_eq!(usize::try_from(lot.first).unwrap(), serials.len() + 1, "no gap");
            let holder = self.holders.iter().position(|id| Holder::from(*id) == lot.holder);
            let bucket = match lot.bucket {
                CreditBucket::Available => Bucket::Available,
                CreditBucket::Reserved => Bucket::Reserved,
                CreditBucket::Pledged => Bucket::Pledged,
                CreditBucket::Retired => Bucket::Retired,
                other => panic!("nothing is ever {other}"),
            };
            let last = usize::try_from(lot.last).unwrap();
            serials.resize(last, (holder.unwrap(), bucket));
        }
        View {
            cash: [0, 1, 2].map(|buyer| (fen(buyer), fen(BUYERS + buyer))),
            legs: [0, 1, 2, 3].map(|leg| fen(2 * BUYERS + leg)),
            serials,
        }
    }

    /// Proves the town with all its histories.
    pub(super) async fn verify(&self) {
        self.site.town().verify().await;
    }

    /// Asks for something; the answer, or the code of the problem.
    async fn post(&self, who: &str, path: &str, body: Value) -> Result<Value, String> {
        let reply = self.people[who].post(path, body).await;
        if reply.status.is_success() {
            return Ok(reply.json());
        }
        assert!(reply.status.is_client_error(), "{path}: {}", reply.text);
        let problem = reply.json();
        Err(problem["type"].as_str().unwrap().trim_start_matches("/problems/").to_owned())
    }

    /// Does it, or says the code of the refusal.
    pub(super) async fn apply(&mut self, op: &Op) -> Result<(), String> {
        match *op {
            Op::Deposit { buyer, fen } => self.deposit(buyer, fen).await,
            Op::List { m2, price } => {
                let body = json!({
                    "batch_id": self.now.batch, "m2": m2, "price_per_mu": cny(price),
                });
                let made = self.post("fu.guoping", "/api/v1/listings", body).await?;
                self.now.listings.push(id(&made));
            }
            Op::Withdraw { listing } => {
                let path = format!("/api/v1/listings/{}/withdrawal", self.now.listings[listing]);
                self.post("fu.guoping", &path, json!({ "reason": "…" })).await?;
            }
            Op::Buy { buyer, listing, m2 } => {
                let path = format!("/api/v1/listings/{}/purchases", self.now.listings[listing]);
                let trade = self.post(BUYER[buyer], &path, json!({ "m2": m2 })).await?;
                self.now.trades.push((id(&trade), None));
            }
            Op::Order { buyer, m2, limit, how } => {
                let execution = match how {
                    How::Waits => "good_till_date",
                    How::AtOnce => "immediate_or_cancel",
                    How::AllOrNothing => "fill_or_kill",
                };
                let body = json!({
                    "m2": m2, "price_per_mu": cny(limit), "wetland_type": "marsh",
                    "grade_max": 5, "execution": execution,
                });
                let order = self.post(BUYER[buyer], "/api/v1/orders", body).await?;
                self.now.orders.push((buyer, id(&order)));
                let fills = order["fills"].as_array().unwrap().iter();
                let trade = |fill: &Value| (fill["trade_id"].as_str().unwrap().to_owned(), None);
                self.now.trades.extend(fills.map(trade));
            }
            Op::Cancel { order } => {
                let (buyer, id) = &self.now.orders[order];
                let path = format!("/api/v1/orders/{id}/cancellation");
                self.post(BUYER[*buyer], &path, json!({ "reason": "…" })).await?;
            }
            Op::Pledge { holder, m2 } => self.pledge(holder, m2).await?,
            Op::Release { pledge, m2 } => {
                let path = format!("/api/v1/pledges/{}/releases", self.now.pledges[pledge]);
                let body = json!({ "m2": m2, "reason": "部分清偿" });
                self.post("bnk02.desk", &path, body).await?;
            }
            Op::Retire { m2 } => self.retire(m2).await?,
            Op::Enter { leaves, fen } => self.enter(leaves, fen).await?,
            Op::Approve { payout } => {
                let path = format!("/api/v1/payouts/{}/approval", self.now.payouts[payout].id);
                self.post("shen.yutong", &path, json!({})).await?;
            }
            Op::Reject { payout } => {
                let path = format!("/api/v1/payouts/{}/rejection", self.now.payouts[payout].id);
                self.post("shen.yutong", &path, json!({ "reason": "材料不全" })).await?;
            }
            Op::BankPays { payout } => {
                let Paid { number, leaves, fen, .. } = self.now.payouts[payout].clone();
                let to = match leaves {
                    Leaves::Share(leg) => LEG[leg].3,
                    Leaves::Cash(_) => PAYER,
                };
                self.book(-fen, &number, to).await;
            }
            Op::Reverse { trade } => self.reverse(trade).await?,
        }
        Ok(())
    }

    async fn deposit(&mut self, buyer: usize, fen: i64) {
        let body = json!({ "county": "360124", "amount": cny(fen), "purpose": "购买指标" });
        let notice = self.post(BUYER[buyer], "/api/v1/payment-notices", body).await.unwrap();
        let reference = notice["reference"].as_str().unwrap().to_owned();
        self.book(fen, &reference, PAYER).await;
    }

    /// The bank's statement comes with one line.
    async fn book(&mut self, fen: i64, text: &str, other: &'static str) {
        self.lines += 1;
        let row = Row { from: other, ..Row::new(&format!("H{:08}", self.lines), fen, text) };
        let desk = &self.site.fair.desk;
        let file = desk.file(self.bank_fen, &[row]);
        let path = desk.path("statements");
        let import = self.people["luo.jingyi"].post_file(&path, "text/csv", file).await.created();
        assert_eq!(import["imported"], 1, "{import:#}");
        self.bank_fen += fen;
    }

    async fn pledge(&mut self, holder: usize, m2: i64) -> Result<(), String> {
        let body = json!({
            "lender_id": self.lender, "batch_id": self.now.batch, "m2": m2,
            "amount": "100000.00", "contract_no": "质借〔2023〕1号", "starts_on": "2023-08-25",
            "ends_on": "2024-08-24", "shares": [],
        });
        let who = holder.checked_sub(1).map_or("fu.guoping", |buyer| BUYER[buyer]);
        let pledge = self.post(who, "/api/v1/pledges", body).await?;
        let path = format!("/api/v1/pledges/{}/registration", id(&pledge));
        self.post("bnk02.desk", &path, json!({})).await?;
        self.now.pledges.push(id(&pledge));
        Ok(())
    }

    async fn retire(&mut self, m2: i64) -> Result<(), String> {
        if self.now.occupation.is_none() {
            let body = application(1, &format!("{NEEDED_M2}.00"));
            let made = self.post(BUYER[0], "/api/v1/occupations", body).await.unwrap();
            let path = path(&made);
            for (noun, body) in [("acceptance", json!({})), ("gradings", grading(3))] {
                self.post("gan.zhiqiang", &format!("{path}/{noun}"), body).await.unwrap();
            }
            self.now.occupation = Some(path);
        }
        let path = format!("{}/retirements", self.now.occupation.as_ref().unwrap());
        let parts = json!([{ "batch_id": self.now.batch, "m2": m2 }]);
        let asked =
            self.post(BUYER[0], &path, json!({ "parts": parts, "reason": "占补平衡" })).await?;
        let path = format!("/api/v1/retirements/{}/confirmation", id(&asked));
        self.post("buyer.director", &path, json!({})).await.map(drop)
    }

    async fn enter(&mut self, leaves: Leaves, fen: i64) -> Result<(), String> {
        let payout = match leaves {
            Leaves::Share(leg) => {
                let body = json!({
                    "share": LEG[leg].1, "organisation_id": self.legs[leg], "amount": cny(fen),
                });
                let path = self.site.fair.desk.path("payouts");
                self.post("peng.haoran", &path, body).await?
            }
            Leaves::Cash(buyer) => {
                let body = json!({ "county": "360124", "amount": cny(fen) });
                let asked = self.post(BUYER[buyer], "/api/v1/refund-requests", body).await?;
                let path = format!("/api/v1/refund-requests/{}/payout", id(&asked));
                self.post("peng.haoran", &path, json!({})).await?
            }
        };
        let number = payout["number"].as_str().unwrap().to_owned();
        self.now.payouts.push(Paid { id: id(&payout), number, leaves, fen });
        Ok(())
    }

    async fn reverse(&mut self, trade: usize) -> Result<(), String> {
        let (subject, entered) = self.now.trades[trade].clone();
        let correction = match entered {
            Some(correction) => correction,
            None => {
                let body = json!({ "kind": "trade", "subject_id": subject, "reason": "同意撤销" });
                id(&self.post("peng.haoran", "/api/v1/corrections", body).await?)
            }
        };
        self.now.trades[trade].1 = Some(correction.clone());
        let path = format!("/api/v1/corrections/{correction}/approval");
        let done = self.post("shen.yutong", &path, json!({})).await;
        if done.is_ok() {
            // Once it is undone, who wants it undone has to enter it anew, and is refused.
            self.now.trades[trade].1 = None;
        }
        done.map(drop)
    }
}

impl Now {
    fn of(batch: BatchId) -> Self {
        Self {
            batch,
            listings: Vec::new(),
            orders: Vec::new(),
            trades: Vec::new(),
            pledges: Vec::new(),
            payouts: Vec::new(),
            occupation: None,
        }
    }
}

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}
