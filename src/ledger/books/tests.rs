//! Booking, checked against a ledger that keeps an owner for each serial.

use proptest::prelude::*;

use super::*;
use crate::kernel::clock::{Clock, Time};
use crate::kernel::ids::OrganisationId;
use crate::ledger::model::{FeeAccountId, Holder, JournalId, MoneyBucket};

fn journal(transfers: Vec<NewTransfer>) -> NewJournal {
    let effective_at: Time = Clock::Machine.now();
    let subject = uuid::Uuid::now_v7();
    NewJournal {
        id: JournalId::new(),
        event: "test",
        subject,
        effective_at,
        reverses: None,
        transfers,
    }
}

fn transfer(from: Account, to: Account, amount: i64) -> NewTransfer {
    NewTransfer { from, to, amount }
}

#[test]
fn r4_money_that_is_not_there_does_not_move() {
    let (fee, buyer, town) = (FeeAccountId::new(), OrganisationId::new(), OrganisationId::new());
    let bank = Account::money(Holder::House, fee, MoneyBucket::Clearing);
    let cash = Account::money(buyer, fee, MoneyBucket::Available);
    let share = Account::money(town, fee, MoneyBucket::TownshipShare);
    let mut books = Books::default();
    books.post(0, journal(vec![transfer(bank, cash, 100)])).unwrap();
    let refused =
        books.post(1, journal(vec![transfer(cash, share, 60), transfer(cash, share, 41)]));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "asked for 0.41 CNY, but available holds 0.40 CNY"
    );
    assert_eq!((books.balance(&cash), books.balance(&share)), (100, 0));
    assert_eq!(books.balance(&bank), -100);
}

#[test]
fn r70_nothing_takes_effect_in_a_closed_period() {
    let (fee, other) = (FeeAccountId::new(), FeeAccountId::new());
    let close = Time::in_shanghai("2026-10-01".parse().unwrap(), 0);
    let mut books = Books::default().closed(HashMap::from([(fee, close)]));
    let deposit = |fee, at: Time| {
        let bank = Account::money(Holder::House, fee, MoneyBucket::Clearing);
        let waits = Account::money(Holder::House, fee, MoneyBucket::Suspense);
        NewJournal { effective_at: at, ..journal(vec![transfer(bank, waits, 5)]) }
    };
    let late = books.post(0, deposit(fee, close.plus_seconds(-1))).unwrap_err();
    assert_eq!(
        late.to_string(),
        "the books of this fee account are closed through 2026-09-30; 2026-09-30 is in it"
    );
    assert_eq!(books.post(0, deposit(fee, close)), Ok(()));
    assert_eq!(books.post(0, deposit(other, close.plus_seconds(-1))), Ok(()));
}

#[test]
fn r42_nothing_leaves_retired_or_cancelled() {
    let (batch, owner) = (BatchId::new(), OrganisationId::new());
    let issuance = Account::credits(Holder::House, batch, CreditBucket::Issuance);
    let retired = Account::credits(owner, batch, CreditBucket::Retired);
    let free = Account::credits(owner, batch, CreditBucket::Available);
    let mut books = Books::default();
    books.post(0, journal(vec![transfer(issuance, retired, 10)])).unwrap();
    assert_eq!(
        books.post(0, journal(vec![transfer(retired, free, 1)])),
        Err(CannotPost::Final { bucket: "retired" })
    );
}

#[test]
fn r41_a_split_takes_the_lowest_serials_and_its_parts_stay_contiguous() {
    let (batch, owner, buyer) = (BatchId::new(), OrganisationId::new(), OrganisationId::new());
    let issuance = Account::credits(Holder::House, batch, CreditBucket::Issuance);
    let held = Account::credits(owner, batch, CreditBucket::Available);
    let bought = Account::credits(buyer, batch, CreditBucket::Available);
    let mut books = Books::default();
    books.post(0, journal(vec![transfer(issuance, held, 100)])).unwrap();
    books.post(0, journal(vec![transfer(held, bought, 30)])).unwrap();
    let closed = books.close();
    let lots: Vec<_> = closed.lots.iter().map(|lot| (lot.run.first, lot.run.last)).collect();
    assert_eq!(lots, [(1, 30), (31, 100)]);
}

proptest! {
    /// The naive version keeps one owner for each serial; what was chosen leaves first, then the
    /// lowest.
    #[test]
    fn r41_chosen_serials_leave_and_what_is_left_of_their_lots_stays(
        before in proptest::collection::vec(1_i64..25, 0..4),
        (first, length, more) in (1_i64..110, 1_i64..30, 0_i64..20),
    ) {
        let (batch, owner, other) = (BatchId::new(), OrganisationId::new(), OrganisationId::new());
        let issuance = Account::credits(Holder::House, batch, CreditBucket::Issuance);
        let held = Account::credits(owner, batch, CreditBucket::Available);
        let gone = Account::credits(other, batch, CreditBucket::Available);
        let retired = Account::credits(owner, batch, CreditBucket::Retired);
        let mut books = Books::default();
        books.post(0, journal(vec![transfer(issuance, held, 100)])).unwrap();
        let mut is_ours = [true; 100];
        for m2 in before {
            // Away and in part back again, so that the lots lie apart.
            books.post(0, journal(vec![transfer(held, gone, m2)])).unwrap();
            let lowest: Vec<usize> = (0..100).filter(|at| is_ours[*at]).collect();
            lowest.iter().take(usize::try_from(m2).unwrap()).for_each(|at| is_ours[*at] = false);
            if m2 > 3 {
                books.post(0, journal(vec![transfer(gone, held, 2)])).unwrap();
                let theirs: Vec<usize> = (0..100).filter(|at| !is_ours[*at]).collect();
                theirs.iter().take(2).for_each(|at| is_ours[*at] = true);
            }
        }
        let last = first + length - 1;
        books.choose(&[Chosen { from: held, first, last }]);
        let posted = books.post(0, journal(vec![transfer(held, retired, length + more)]));
        let chosen: Vec<usize> =
            (first..=last).map(|serial| usize::try_from(serial - 1).unwrap()).collect();
        let all_there = chosen.iter().all(|at| is_ours.get(*at) == Some(&true));
        let count = i64::try_from(is_ours.iter().filter(|ours| **ours).count()).unwrap();
        prop_assert_eq!(posted.is_ok(), all_there && count >= length + more);
        if posted.is_err() {
            return Ok(());
        }
        let mut is_retired = [false; 100];
        chosen.iter().for_each(|at| is_retired[*at] = true);
        let rest = (0..100).filter(|at| is_ours[*at] && !chosen.contains(at));
        let rest: Vec<usize> = rest.take(usize::try_from(more).unwrap()).collect();
        rest.iter().for_each(|at| is_retired[*at] = true);
        let closed = books.close();
        let mut next = 1;
        for lot in &closed.lots {
            prop_assert_eq!(lot.run.first, next, "the lots tile the batch");
            next = lot.run.last + 1;
            for serial in lot.run.first..=lot.run.last {
                let at = usize::try_from(serial - 1).unwrap();
                prop_assert_eq!(lot.account == retired, is_retired[at], "{}", serial);
            }
        }
        prop_assert_eq!(next, 101);
    }

    /// The naive version keeps one owner for each serial.
    #[test]
    fn r40_r41_lots_agree_with_a_ledger_of_single_serials(
        moves in proptest::collection::vec((0_usize..4, 0_usize..4, 1_i64..40), 1..60)
    ) {
        let batch = BatchId::new();
        let hands: Vec<Account> = (0..4)
            .map(|_| Account::credits(OrganisationId::new(), batch, CreditBucket::Available))
            .collect();
        let issuance = Account::credits(Holder::House, batch, CreditBucket::Issuance);
        let mut books = Books::default();
        books.post(0, journal(vec![transfer(issuance, hands[0], 100)])).unwrap();
        let mut owner_of_serial = [0_usize; 100];
        for (from, to, amount) in moves {
            let held: Vec<usize> = (0..100).filter(|&s| owner_of_serial[s] == from).collect();
            let possible = from != to && i64::try_from(held.len()).unwrap() >= amount;
            let posted = books.post(0, journal(vec![transfer(hands[from], hands[to], amount)]));
            prop_assert_eq!(posted.is_ok(), possible);
            if possible {
                held.iter().take(usize::try_from(amount).unwrap()).for_each(|&s| owner_of_serial[s] = to);
            }
        }
        for (hand, account) in hands.iter().enumerate() {
            let count = owner_of_serial.iter().filter(|&&o| o == hand).count();
            let count = i64::try_from(count).unwrap();
            prop_assert_eq!(books.balance(account), count);
        }
        let closed = books.close();
        let mut next = 1;
        for lot in &closed.lots {
            prop_assert_eq!(lot.run.first, next, "the lots tile the batch");
            next = lot.run.last + 1;
            for serial in lot.run.first..=lot.run.last {
                let hand = owner_of_serial[usize::try_from(serial).unwrap() - 1];
                prop_assert_eq!(lot.account, hands[hand]);
            }
        }
        prop_assert_eq!(next, 101);
    }
}
