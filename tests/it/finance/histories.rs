//! The identity of R70 after every step of random histories, on both engines: files cut anywhere
//! and imported again, trades, assignments, payouts, refunds, money that goes back.

use serde_json::json;

use super::desk::{ACCOUNT, Desk, Row};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

const PAYERS: [&str; 3] = ["dev01.trader", "dev02.trader", "dev04.trader"];
const CODES: [&str; 3] = ["DEV01", "DEV02", "DEV04"];

/// The bank and the desk beside it.
struct History {
    desk: Desk,
    dice: Dice,
    rows: Vec<Row>,
    references: Vec<(String, i64)>,
    payouts: Vec<(String, i64)>,
    imported: usize,
}

impl History {
    fn bank_fen(&self, rows: usize) -> i64 {
        self.rows[..rows].iter().map(|row| row.signed_fen).sum()
    }

    async fn step(&mut self) {
        match self.dice.below(12) {
            0 | 1 => self.issue().await,
            2..=4 => self.money_in(),
            5 => self.money_out(),
            6..=8 => self.import().await,
            9 => self.trade().await,
            10 => self.pay_out().await,
            _ => self.assign().await,
        }
    }

    async fn issue(&mut self) {
        let (who, fen) = (self.dice.below(3), 1_000 + i64::try_from(self.dice.below(9)).unwrap());
        let amount = wetland_exchange::kernel::money::cny(fen);
        let reference = self.desk.notice(PAYERS[who], &amount).await;
        self.references.push((reference, fen));
    }

    fn money_in(&mut self) {
        let mut text = "货款".to_owned();
        let mut fen = 900;
        for _ in 0..self.dice.below(3) {
            if let Some((reference, rest)) =
                self.references.get(self.dice.below(self.references.len()))
            {
                text += reference;
                fen = *rest;
            }
        }
        fen += [0, 0, 0, -1, 1][self.dice.below(5)];
        self.book(fen, &text);
    }

    fn money_out(&mut self) {
        let known = self.payouts.get(self.dice.below(self.payouts.len())).cloned();
        let (text, fen) = known.unwrap_or(("手续费".into(), 7));
        if self.bank_fen(self.rows.len()) >= fen {
            self.book(-fen, &text);
        }
    }

    fn book(&mut self, fen: i64, text: &str) {
        let serial = format!("H{:04}", self.rows.len());
        let from = ["1502999909000000101", "1502999909000000021"][usize::from(fen < 0)];
        self.rows.push(Row { from, ..Row::new(&serial, fen, text) });
    }

    /// A file that begins anywhere in what is booked and ends anywhere after that.
    async fn import(&mut self) {
        let from = self.dice.below(self.imported + 1);
        let to = from + self.dice.below(self.rows.len() - from + 1);
        let mut rows = self.rows[from..to].to_vec();
        let closing = self.bank_fen(to);
        if !rows.is_empty() && self.dice.below(3) == 0 {
            rows.push(rows[0].clone());
        }
        let (luo, opening) = (self.desk.town.user("luo.jingyi").await, self.bank_fen(from));
        let file = with_repeat(&self.desk, opening, &rows, to - from, closing);
        let answer = luo.post_file(&self.desk.path("statements"), "text/csv", file).await;
        // A file that leaves booked lines out is refused as a whole, and a repeat may be the last.
        if answer.status.as_u16() == 201 && to > from {
            self.imported = self.imported.max(to);
        }
        assert!([201, 409].contains(&answer.status.as_u16()), "{}", answer.text);
    }

    async fn trade(&mut self) {
        let buyer = CODES[self.dice.below(3)];
        if self.desk.balance(buyer, "available").await.len() > 4 {
            self.desk.trade(buyer, "T360124500", [200, 100, 700]).await;
        }
    }

    async fn pay_out(&mut self) {
        let entered = self.desk.enter_share("township_share", "T360124500", "2.00").await;
        if entered.status.as_u16() == 201 {
            let payout = entered.json();
            self.desk.approve("shen.yutong", &payout).await.ok();
            self.payouts.push((payout["number"].as_str().unwrap().to_owned(), 200));
        }
    }

    async fn assign(&mut self) {
        let told = self.desk.reconciliation().await;
        let open = told["exceptions"].as_array().unwrap();
        let Some(one) = open.get(self.dice.below(open.len())) else { return };
        let rest = one["rest"].as_str().unwrap().to_owned();
        let serial = one["line"]["serial"].as_str().unwrap().to_owned();
        let parts = match rest.strip_prefix('-') {
            Some(out) => {
                let credit = open.iter().find(|other| other["rest"] == *out);
                let Some(credit) = credit else { return };
                json!([{ "returned_line": credit["line"]["id"], "amount": out }])
            }
            None if rest == "0.00" => return,
            None => {
                let id = self.desk.organisation(CODES[self.dice.below(3)]).await;
                json!([{ "organisation_id": id, "amount": rest }])
            }
        };
        let answer = self.desk.assign(&serial, parts).await;
        assert!([201, 409].contains(&answer.status.as_u16()), "{}", answer.text);
    }

    /// bank = closing = cash + shares + suspense − receivable, and open exceptions add up to what
    /// waits; the desk's reconciliation asserts the first itself.
    async fn check(&self) {
        let told = self.desk.reconciliation().await;
        let fen = |value: &serde_json::Value| -> i64 {
            value.as_str().unwrap().replace('.', "").parse().unwrap()
        };
        let it = &told["identity"];
        assert_eq!(fen(&it["closing"]), self.bank_fen(self.imported), "{told:#}");
        assert_eq!(fen(&told["exceptions_sum"]), fen(&it["suspense"]) - fen(&it["receivable"]));
    }
}

/// A file whose last row repeats its first one.
fn with_repeat(desk: &Desk, opening: i64, rows: &[Row], distinct: usize, closing: i64) -> Vec<u8> {
    let plain = String::from_utf8(desk.file(opening, &rows[..distinct])).unwrap();
    assert!(
        plain.contains(ACCOUNT) && plain.contains(&wetland_exchange::kernel::money::cny(closing))
    );
    if rows.len() == distinct {
        return plain.into_bytes();
    }
    let first = plain.lines().nth(4).unwrap().to_owned();
    format!("{plain}{first}\r\n").into_bytes()
}

async fn play(town: crate::support::Town, seed: u64, steps: usize) {
    let desk = Desk::of(town).await;
    desk.town.on("2026-09-03");
    let (rows, references, payouts) = (Vec::new(), Vec::new(), Vec::new());
    let mut history = History { desk, dice: Dice(seed), rows, references, payouts, imported: 0 };
    for _ in 0..steps {
        history.step().await;
        history.check().await;
    }
    history.desk.town.verify().await;
}

on_both_engines! {
    async fn r70_the_identity_holds_after_every_step_of_a_random_history(town: Town) {
        play(town, 20_260_903, 60).await;
    }

    async fn r70_the_identity_holds_after_every_step_of_another_history(town: Town) {
        play(town, 7, 60).await;
    }
}
