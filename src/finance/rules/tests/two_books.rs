//! The books by the rules against a naive second set of books, on random bank files: cut anywhere,
//! with repeated rows, imported again and in any order.

use proptest::prelude::*;

use super::*;
use crate::finance::statement;

const NOTICES: usize = 4;
const PAYOUTS: usize = 3;

fn reference(n: usize) -> String {
    format!("SD360124-2026-{:04}", n + 1)
}

fn number(n: usize) -> String {
    format!("PO-2026-{:04}", n + 1)
}

fn notice_fen(n: usize) -> i64 {
    1_000 + i64::try_from(n).unwrap()
}

const PAYOUT_FEN: i64 = 300;

/// What happens at the bank or at the desk.
#[derive(Debug, Clone)]
enum Step {
    /// Money in of a notice's amount plus `off`, quoting these notices.
    In {
        notices: Vec<usize>,
        off: i64,
    },
    /// Money out of a payout's amount plus `off`.
    Out {
        payout: usize,
        off: i64,
    },
    /// A file with the lines from one to another and rows repeated, as shares of what there is.
    Import {
        from: usize,
        to: usize,
        repeat: usize,
    },
    /// Cash becomes a share.
    Trade,
    Approve(usize),
    /// A person gives a part of the first waiting line to a developer.
    Assign {
        percent: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let off = prop_oneof![3 => Just(0_i64), 1 => -5_i64..5];
    prop_oneof![
        4 => (prop::collection::vec(0..NOTICES + 1, 0..3), off.clone())
            .prop_map(|(notices, off)| Step::In { notices, off }),
        2 => (0..PAYOUTS + 1, off).prop_map(|(payout, off)| Step::Out { payout, off }),
        6 => (0..4_usize, 0..100_usize, 0..4_usize)
            .prop_map(|(from, to, repeat)| Step::Import { from, to, repeat }),
        1 => Just(Step::Trade),
        1 => (0..PAYOUTS).prop_map(Step::Approve),
        1 => (1..=100_i64).prop_map(|percent| Step::Assign { percent }),
    ]
}

/// The bank: what really happened there.
#[derive(Default)]
struct Bank {
    rows: Vec<(i64, i64, String)>,
}

impl Bank {
    fn balance(&self) -> i64 {
        self.rows.last().map_or(0, |row| row.1)
    }

    fn book(&mut self, signed: i64, text: String) {
        if signed != 0 && self.balance() + signed >= 0 {
            self.rows.push((signed, self.balance() + signed, text));
        }
    }

    /// The export of lines `from..to`, in which row `repeat` comes a second time at the end.
    fn file(&self, from: usize, to: usize, repeat: usize) -> String {
        let before = if from == 0 { 0 } else { self.rows[from - 1].1 };
        let closing = if to == from { before } else { self.rows[to - 1].1 };
        let row = |n: usize| {
            let (signed, balance, text) = &self.rows[n];
            let (debit, credit) = (yuan((-signed).max(0)), yuan((*signed).max(0)));
            format!("20260903,100000,{debit},{credit},{},甲,1,{text},S{n}\n", yuan(*balance))
        };
        let mut rows: String = (from..to).map(row).collect();
        if from + repeat < to {
            rows += &row(from + repeat);
        }
        format!(
            "账号：A1\n查询区间：2026-09-01至2026-09-30,期初余额：{},期末余额：{}\n\
             交易日期,交易时间,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要,流水号\n{rows}",
            yuan(before),
            yuan(closing)
        )
    }
}

fn yuan(fen: i64) -> String {
    crate::kernel::money::cny(fen)
}

/// What both sets of books tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Told {
    bank: i64,
    cash: i64,
    shares: i64,
    suspense: i64,
    receivable: i64,
}

/// The books by the rules: every booking takes from one place and gives to another.
struct Ours {
    lines: Vec<Line>,
    desk: Desk,
    told: Told,
    waiting: Vec<(usize, i64)>,
    repeated: std::collections::BTreeSet<String>,
}

impl Ours {
    fn import(&mut self, file: &str) -> Result<Vec<usize>, FinanceRefusal> {
        let statement = statement::read(file.as_bytes()).expect("the bank writes sound files");
        let mut books = booked(&self.lines);
        books.before_period = Fen::ZERO;
        if statement.lines.is_empty() {
            return Ok(Vec::new());
        }
        let plan = plan("A1", &statement, &books)?;
        assert_eq!(plan.new.len() + plan.already_known, statement.lines.len());
        self.repeated.extend(statement.repeats.iter().map(|repeat| repeat.of.clone()));
        let mut added = Vec::new();
        for line in continue_with(plan.new, &books)? {
            let (amount, at) = (line.signed_fen(), self.lines.len());
            self.told.bank += amount;
            match self.desk.book(line) {
                Booking::Deposit(_) => self.told.cash += amount,
                Booking::Payout(_) => self.told.shares += amount,
                Booking::Suspense { .. } => self.told.suspense += amount,
                Booking::Receivable { .. } => self.told.receivable -= amount,
            }
            if amount > 0 && self.told.suspense > 0 {
                self.waiting.push((at, amount));
            }
            self.lines.push(line.clone());
            added.push(at);
        }
        Ok(added)
    }
}

/// The naive books: replayed from the log each time, matching by plain search.
enum Logged {
    Booked(usize),
    Trade(i64),
    Assigned(i64),
    Approved(usize),
}

fn naive(bank: &Bank, log: &[Logged]) -> Told {
    let mut told = Told::default();
    let (mut paid, mut approved) = (vec![false; NOTICES], vec![false; PAYOUTS]);
    for entry in log {
        match entry {
            Logged::Booked(n) => {
                let (signed, balance, text) = &bank.rows[*n];
                told.bank = *balance;
                if *signed > 0 {
                    let named: Vec<usize> =
                        (0..=NOTICES).filter(|n| text.contains(&reference(*n))).collect();
                    match named[..] {
                        [n] if n < NOTICES && !paid[n] && *signed == notice_fen(n) => {
                            paid[n] = true;
                            told.cash += signed;
                        }
                        _ => told.suspense += signed,
                    }
                } else {
                    match (0..PAYOUTS).find(|n| text.contains(&number(*n))) {
                        Some(n) if approved[n] && -signed == PAYOUT_FEN => {
                            approved[n] = false;
                            told.shares += signed;
                        }
                        _ => told.receivable -= signed,
                    }
                }
            }
            Logged::Trade(amount) => {
                told.cash -= amount;
                told.shares += amount;
            }
            Logged::Assigned(amount) => {
                told.suspense -= amount;
                told.cash += amount;
            }
            Logged::Approved(n) => approved[*n] = true,
        }
    }
    told
}

fn ours() -> Ours {
    let notices = (0..NOTICES).map(|n| DeskNotice {
        id: NoticeId::new(),
        reference: reference(n),
        rest: fen(notice_fen(n)),
    });
    let payouts = (0..PAYOUTS).map(|n| DeskPayout {
        id: PayoutId::new(),
        number: number(n),
        amount: fen(PAYOUT_FEN),
        account: "1".into(),
        state: PayoutState::Entered,
    });
    let desk = Desk::of(notices, payouts);
    let (lines, waiting, repeated) = (Vec::new(), Vec::new(), std::collections::BTreeSet::new());
    Ours { lines, desk, told: Told::default(), waiting, repeated }
}

proptest! {
    #[test]
    fn r70_bank_is_cash_and_shares_and_suspense_whatever_is_imported(steps in prop::collection::vec(step(), 1..60)) {
        let (mut bank, mut ours, mut log) = (Bank::default(), ours(), Vec::new());
        for step in steps {
            match step {
                Step::In { notices, off } => {
                    let text: String = notices.iter().map(|n| format!("款{}", reference(*n))).collect();
                    bank.book(notice_fen(notices.first().copied().unwrap_or(0)) + off, text);
                }
                Step::Out { payout, off } => bank.book(-(PAYOUT_FEN + off), format!("付{}", number(payout))),
                Step::Import { from, to, repeat } => {
                    let to = bank.rows.len() * to / 99;
                    let from = from.min(to);
                    let (known, file) = (ours.lines.len(), bank.file(from, to, repeat));
                    let before = ours.told.clone();
                    match ours.import(&file) {
                        Ok(added) => {
                            prop_assert_eq!(ours.lines.len(), if from < to { known.max(to) } else { known });
                            log.extend(added.into_iter().map(Logged::Booked));
                        }
                        Err(_) => {
                            prop_assert!(from > known, "a file without a gap was refused");
                            prop_assert_eq!(&before, &ours.told);
                        }
                    }
                }
                Step::Trade => {
                    let amount = ours.told.cash / 2;
                    ours.told.cash -= amount;
                    ours.told.shares += amount;
                    log.push(Logged::Trade(amount));
                }
                Step::Approve(n) => {
                    let payout = ours.desk.payout(&number(n)).unwrap();
                    if decide(payout.state).is_ok() && within_payable(fen(ours.told.shares.max(0)), payout.amount).is_ok() {
                        payout.state = PayoutState::Approved;
                        log.push(Logged::Approved(n));
                    }
                }
                Step::Assign { percent } => {
                    let Some((_, rest)) = ours.waiting.pop() else { continue };
                    let rest = rest.min(ours.told.suspense);
                    let amount = rest * percent / 100;
                    let waiting = CanTake { kind: ExceptionKind::UnknownPayer, state: ExceptionState::Open, rest_fen: rest };
                    let target = PartTarget::Organisation(crate::kernel::ids::OrganisationId::new());
                    if let Ok(left) = parts_of_credit(waiting, &[Part { target, amount: fen(amount) }]) {
                        prop_assert_eq!(left.get() + amount, rest);
                        ours.told.suspense -= amount;
                        ours.told.cash += amount;
                        log.push(Logged::Assigned(amount));
                    }
                }
            }
            let told = &ours.told;
            prop_assert_eq!(told, &naive(&bank, &log));
            prop_assert_eq!(told.bank, told.cash + told.shares + told.suspense - told.receivable);
            prop_assert_eq!(told.bank, ours.lines.last().map_or(0, |line| line.balance.get()));
            prop_assert!(ours.repeated.len() <= ours.lines.len());
        }
    }
}
