//! Random histories of statements, trades, payouts and corrections, against second books that share
//! no code:
//! after every step the bank is cash, shares and suspense less receivable (R70), and the credits of
//! the batch are all somewhere (R40).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wetland_exchange::ledger;

use super::desk::Row;
use crate::market::fair::{Fair, PAID_IN_FEN, purchases};
use crate::support::Town;

const STEPS: usize = 80;
const SHARES: [(&str, &str); 3] =
    [("T360124500", "township_share"), ("CENTRE", "centre_share"), ("FINANCE", "treasury_share")];

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn up_to(&mut self, most: i64) -> i64 {
        1 + i64::try_from(self.below(usize::try_from(most).unwrap())).unwrap()
    }
}

/// A trade as a clerk remembers it: who bought, and the three parts in fen.
struct Sold {
    id: Value,
    buyer: usize,
    m2: i64,
    parts: [i64; 3],
    undone: bool,
}

/// A payout as a clerk remembers it.
struct Out {
    payout: Value,
    share: usize,
    fen: i64,
    state: &'static str,
}

/// The clerk's own books: plain sums on paper.
struct Paper {
    bank: i64,
    cash: [i64; 2],
    credits: [i64; 2],
    shares: [i64; 3],
    owed: [i64; 3],
    suspense: i64,
    sold: Vec<Sold>,
    outs: Vec<Out>,
}

impl Paper {
    fn open(&self, share: usize) -> i64 {
        let open = |out: &&Out| out.share == share && ["entered", "approved"].contains(&out.state);
        self.outs.iter().filter(open).map(|out| out.fen).sum()
    }

    /// A tenth and a fifth, rounded half up in whole fen, the rest to the treasury.
    fn parts(amount: i64) -> [i64; 3] {
        let township = (amount * 2 + 5) / 10;
        let centre = (amount + 5) / 10;
        [township, centre, amount - township - centre]
    }
}

struct Story {
    fair: Fair,
    listing: Value,
    paper: Paper,
    dice: Dice,
    lines: usize,
}

impl Story {
    async fn begin(town: Town) -> Self {
        let fair = Fair::open(town, 2).await;
        let listing = fair.list(6_000, "94200.00").await;
        let paper = Paper {
            bank: 2 * PAID_IN_FEN,
            cash: [PAID_IN_FEN; 2],
            credits: [0; 2],
            shares: [0; 3],
            owed: [0; 3],
            suspense: 0,
            sold: Vec::new(),
            outs: Vec::new(),
        };
        Self { fair, listing, paper, dice: Dice(7), lines: 0 }
    }

    async fn step(&mut self) {
        match self.dice.below(8) {
            0 | 1 => self.buy().await,
            2 => self.enter().await,
            3 => self.approve().await,
            4 => self.bank_pays().await,
            5 => self.pays_in().await,
            6 => self.pays_without_a_reference().await,
            _ => self.undo().await,
        }
    }

    async fn buy(&mut self) {
        let (buyer, m2) = (self.dice.below(2), self.dice.up_to(60));
        // 94,200.00 a mu: 141.30 for a square metre.
        let amount = m2 * 14_130;
        let user = self.fair.town().user(&self.fair.buyers[buyer].0).await;
        let answer = user.post(&purchases(&self.listing), json!({ "m2": m2 })).await;
        if amount > self.paper.cash[buyer] {
            answer.refused(409, "not-enough-cash");
            return;
        }
        let parts = Paper::parts(amount);
        let trade = answer.created();
        self.paper.cash[buyer] -= amount;
        self.paper.credits[buyer] += m2;
        for (share, part) in parts.iter().enumerate() {
            self.paper.shares[share] += part;
        }
        let id = trade["id"].clone();
        self.paper.sold.push(Sold { id, buyer, m2, parts, undone: false });
    }

    async fn enter(&mut self) {
        let share = self.dice.below(3);
        let fen = self.dice.up_to(400_000);
        let (code, name) = SHARES[share];
        let amount = format!("{}.{:02}", fen / 100, fen % 100);
        let answer = self.fair.desk.enter_share(name, code, &amount).await;
        let free = self.paper.shares[share] - self.paper.open(share);
        if fen > free - self.paper.owed[share] {
            answer.refused(409, "exceeds-payable");
            return;
        }
        self.paper.shares[share] -= self.paper.owed[share];
        self.paper.owed[share] = 0;
        self.paper.outs.push(Out { payout: answer.created(), share, fen, state: "entered" });
    }

    async fn approve(&mut self) {
        let waits = self.paper.outs.iter_mut().find(|out| out.state == "entered");
        let Some(out) = waits else { return };
        self.fair.desk.approve("shen.yutong", &out.payout).await.ok();
        out.state = "approved";
    }

    async fn bank_pays(&mut self) {
        let on_its_way = self.paper.outs.iter_mut().find(|out| out.state == "approved");
        let Some(out) = on_its_way else { return };
        self.lines += 1;
        let account = out.payout["account"].as_str().unwrap().to_owned();
        let number = out.payout["number"].as_str().unwrap();
        let row = Row {
            from: Box::leak(account.into_boxed_str()),
            ..Row::new(&format!("L{}", self.lines), -out.fen, number)
        };
        self.fair.desk.import(self.fair.desk.file(self.paper.bank, &[row])).await;
        out.state = "paid";
        self.paper.bank -= out.fen;
        self.paper.shares[out.share] -= out.fen;
    }

    /// A buyer announces money, and the bank has it.
    async fn pays_in(&mut self) {
        let (buyer, fen) = (self.dice.below(2), self.dice.up_to(300_000));
        let amount = format!("{}.{:02}", fen / 100, fen % 100);
        let reference = self.fair.desk.notice(&self.fair.buyers[buyer].0, &amount).await;
        self.bank_receives(fen, &reference).await;
        self.paper.cash[buyer] += fen;
    }

    async fn pays_without_a_reference(&mut self) {
        let fen = self.dice.up_to(300_000);
        self.bank_receives(fen, "货款").await;
        self.paper.suspense += fen;
    }

    async fn bank_receives(&mut self, fen: i64, text: &str) {
        self.lines += 1;
        let row = Row::new(&format!("L{}", self.lines), fen, text);
        self.fair.desk.import(self.fair.desk.file(self.paper.bank, &[row])).await;
        self.paper.bank += fen;
    }

    async fn undo(&mut self) {
        let stands: Vec<usize> =
            (0..self.paper.sold.len()).filter(|n| !self.paper.sold[*n].undone).collect();
        if stands.is_empty() {
            return;
        }
        let n = stands[self.dice.below(stands.len())];
        let id = self.paper.sold[n].id.clone();
        let body = json!({ "kind": "trade", "subject_id": id, "reason": "双方书面同意撤销" });
        let town = self.fair.town();
        let entered =
            town.user("peng.haoran").await.post("/api/v1/corrections", body).await.created();
        let path = format!("/api/v1/corrections/{}/approval", entered["id"].as_str().unwrap());
        let done = town.user("shen.yutong").await.post(&path, json!({})).await.ok();
        let (buyer, m2, parts) = {
            let sold = &mut self.paper.sold[n];
            sold.undone = true;
            (sold.buyer, sold.m2, sold.parts)
        };
        let mut gone = 0;
        for (share, part) in parts.into_iter().enumerate() {
            let back = part.min(self.paper.shares[share] - self.paper.open(share));
            self.paper.shares[share] -= back;
            self.paper.owed[share] += part - back;
            gone += part - back;
        }
        self.paper.cash[buyer] += parts.iter().sum::<i64>();
        self.paper.credits[buyer] -= m2;
        assert_eq!(done["receivable"], format!("{}.{:02}", gone / 100, gone % 100));
    }

    /// The books of the exchange say what stands on paper.
    async fn compare(&self) {
        let shen = self.fair.town().user("shen.yutong").await;
        let told = shen.get(&self.fair.desk.path("balances")).await.ok();
        let identity = &told["identity"];
        assert_eq!(identity["holds"], true, "R70: {told:#}");
        let fen = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        let paper = &self.paper;
        let cash: i64 = paper.cash.iter().sum();
        let (shares, owed): (i64, i64) = (paper.shares.iter().sum(), paper.owed.iter().sum());
        assert_eq!(paper.bank, cash + shares + paper.suspense - owed, "the paper itself");
        let theirs = ["bank_balance", "closing", "cash", "shares", "suspense", "receivable"];
        let theirs: Vec<i64> = theirs.iter().map(|name| fen(&identity[*name])).collect();
        assert_eq!(
            theirs,
            [paper.bank, paper.bank, cash, shares, paper.suspense, owed],
            "{told:#}"
        );
        let balances: BTreeMap<(String, String), i64> = told["balances"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
                ((text("organisation_code"), text("bucket")), fen(&one["balance"]))
            })
            .collect();
        let of = |code: &str, bucket: &str| {
            balances.get(&(code.to_owned(), bucket.to_owned())).copied().unwrap_or(0)
        };
        for (n, (code, share)) in SHARES.into_iter().enumerate() {
            assert_eq!(of(code, share), paper.shares[n], "{code}");
            assert_eq!(of(code, "receivable"), -paper.owed[n], "{code}");
        }
        for (n, (_, id)) in self.fair.buyers.iter().enumerate() {
            assert_eq!(self.fair.cash_fen(*id).await, paper.cash[n]);
            assert_eq!(self.fair.credits_m2(*id).await, paper.credits[n]);
        }
        let batch = self.fair.batch;
        let all = self.fair.town().db.read(None, move |c| ledger::balances_of_batch(c, batch));
        let all = all.await.unwrap();
        let issued = all.iter().filter(|(account, _)| account.is_contra()).map(|(_, m2)| -m2);
        let held = all.iter().filter(|(account, _)| !account.is_contra()).map(|(_, m2)| *m2);
        assert_eq!(issued.sum::<i64>(), held.sum::<i64>(), "R40");
    }
}

on_both_engines! {
    async fn r40_r67_r70_random_histories_agree_with_a_clerks_paper(town: Town) {
        let mut story = Story::begin(town).await;
        for _ in 0..STEPS {
            story.step().await;
            story.compare().await;
        }
        assert!(story.paper.sold.iter().any(|sold| sold.undone), "something was undone");
        assert!(story.paper.outs.iter().any(|out| out.state == "paid"), "something was paid");
        story.fair.town().verify().await;
    }
}
