use std::collections::HashMap;

use super::*;
use crate::finance::model::{
    AccountHoldState, ExceptionKind, ExceptionState, NoticeId, PayoutId, PayoutState,
};
use crate::finance::statement::{Line, Statement};
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;

mod two_books;

fn fen(fen: i64) -> Fen {
    Fen::of(fen).unwrap()
}

fn day() -> chrono::NaiveDate {
    "2026-09-03".parse().unwrap()
}

fn line(serial: &str, signed_fen: i64, balance: i64, text: &str) -> Line {
    Line {
        row: 5,
        serial: Some(serial.into()),
        known_by: format!("serial:{serial}"),
        effective_at: Time::in_shanghai(day(), 10),
        credit: fen(signed_fen.max(0)),
        debit: fen((-signed_fen).max(0)),
        balance: fen(balance),
        counterparty_name: "甲".into(),
        counterparty_account: "1".into(),
        text: text.into(),
        parts: Vec::new(),
    }
}

fn file(opening: i64, lines: &[Line]) -> Statement {
    let closing = lines.last().map_or(fen(opening), |line| line.balance);
    let (from, to, lines) = (day(), day(), lines.to_vec());
    Statement {
        account: "A".into(),
        from,
        to,
        opening: fen(opening),
        closing,
        lines,
        repeats: vec![],
    }
}

fn booked(lines: &[Line]) -> Books {
    let known: HashMap<String, KnownLine> = (1..)
        .zip(lines)
        .map(|(position, line)| {
            let known = KnownLine {
                position,
                effective_at: line.effective_at,
                signed_fen: line.signed_fen(),
                balance: line.balance,
            };
            (line.known_by.clone(), known)
        })
        .collect();
    let last = lines
        .last()
        .map(|line| Last { position: i64::try_from(lines.len()).unwrap(), balance: line.balance });
    Books { known, last, before_period: Fen::ZERO }
}

#[test]
fn r70_a_file_adds_only_what_the_books_do_not_hold() {
    let lines = [
        line("1", 100, 100, ""),
        line("2", 50, 150, ""),
        line("3", -30, 120, ""),
        line("4", 5, 125, ""),
    ];
    let news = |opening: i64, from: usize, to: usize, known: usize| {
        let file = file(opening, &lines[from..to]);
        let plan = plan("A", &file, &booked(&lines[..known]))?;
        Ok((plan.new.len(), plan.already_known))
    };
    assert_eq!(news(0, 0, 3, 0), Ok((3, 0)));
    assert_eq!(news(0, 0, 3, 2), Ok((1, 2)));
    assert_eq!(news(0, 0, 3, 3), Ok((0, 3)));
    assert_eq!(news(0, 0, 1, 3), Ok((0, 1)));
    assert_eq!(news(100, 1, 4, 3), Ok((1, 2)));
    assert_eq!(news(150, 2, 4, 2), Ok((2, 0)));
    assert_eq!(
        news(150, 2, 4, 1),
        Err(FinanceRefusal::Gap { opening: fen(150), expected: fen(100) })
    );
    assert_eq!(news(100, 1, 4, 0), Err(FinanceRefusal::OpeningNeeded { opening: fen(100) }));
}

#[test]
fn r70_a_file_that_contradicts_the_books_is_refused() {
    let (first, second) = (line("1", 100, 100, ""), line("2", 50, 150, ""));
    let books = booked(&[first.clone(), second.clone()]);
    let other = line("1", 90, 90, "");
    assert_eq!(
        plan("A", &file(0, std::slice::from_ref(&other)), &books),
        Err(FinanceRefusal::OtherFigures { row: 5 })
    );
    let left_out = [first.clone(), line("3", 7, 107, "")];
    assert_eq!(
        plan("A", &file(0, &left_out), &books),
        Err(FinanceRefusal::LinesMissing { row: 5 })
    );
    let between = [line("0", 1, 1, ""), first, second];
    assert!(plan("A", &file(0, &between), &books).is_err());
    assert!(matches!(plan("B", &file(0, &[]), &books), Err(FinanceRefusal::OtherAccount { .. })));
}

#[test]
fn r70_a_file_without_lines_must_fit_the_balance_of_its_period() {
    let books = Books { before_period: fen(150), ..booked(&[line("1", 150, 150, "")]) };
    assert!(plan("A", &file(150, &[]), &books).is_ok());
    assert_eq!(
        plan("A", &file(149, &[]), &books),
        Err(FinanceRefusal::Gap { opening: fen(149), expected: fen(150) })
    );
    assert!(plan("A", &file(0, &[]), &Books::default()).is_ok());
}

#[test]
fn r70_a_part_of_a_file_goes_on_where_the_books_end() {
    let lines = [line("1", 100, 100, ""), line("2", 50, 150, ""), line("3", 5, 155, "")];
    let rest = |known: usize| continue_with(&lines, &booked(&lines[..known])).map(|new| new.len());
    assert_eq!(rest(0), Ok(3));
    assert_eq!(rest(2), Ok(1));
    let late = continue_with(&lines[1..], &Books::default());
    assert_eq!(late, Err(FinanceRefusal::OutOfOrder { row: 5 }));
}

#[test]
fn r70_references_are_found_wherever_they_are_glued() {
    let found = |text: &str| codes_of(&line("1", 1, 1, text)).into_iter().collect::<Vec<_>>();
    let one = ["SD360124-2026-0003".to_owned()];
    for text in [
        "SD360124-2026-0003",
        "购买款SD360124-2026-0003军湖示例",
        "xSD360124-2026-00039",
        "1sd360124-2026-0003款",
        "ＳＤ３６０１２４－２０２６－０００３",
        "SD360124–2026—0003",
        "SDSD360124-2026-0003 SD360124-2026-0003",
    ] {
        assert_eq!(found(text), one, "{text}");
    }
    for text in ["", "SD36012-2026-0003", "SD360124-2026-003", "SD 360124-2026-0003", "SD３"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
    assert_eq!(found("SD360124-2026-0001SD360124-2026-0002").len(), 2);
}

fn desk() -> Desk {
    let notice = |reference: &str, rest| DeskNotice {
        id: NoticeId::new(),
        reference: reference.into(),
        rest: fen(rest),
    };
    let payout = |number: &str, state| DeskPayout {
        id: PayoutId::new(),
        number: number.into(),
        amount: fen(40),
        account: "1".into(),
        state,
    };
    Desk::of(
        [notice("SD360124-2026-0001", 100), notice("SD360124-2026-0002", 0)],
        [
            payout("PO-2026-0001", PayoutState::Approved),
            payout("PO-2026-0002", PayoutState::Entered),
            payout("PO-2026-0004", PayoutState::Paid),
        ],
    )
}

#[test]
fn r70_only_an_exact_payment_of_one_open_reference_becomes_cash() {
    let suspense = |kind, by: Option<i64>| Booking::Suspense { kind, by: by.map(fen) };
    for (credit, text, expected) in [
        (99, "SD360124-2026-0001", suspense(ExceptionKind::Short, Some(1))),
        (101, "SD360124-2026-0001", suspense(ExceptionKind::Over, Some(1))),
        (100, "货款", suspense(ExceptionKind::UnknownPayer, None)),
        (100, "SD360124-2026-0009", suspense(ExceptionKind::UnknownReference, None)),
        (100, "SD360124-2026-0002", suspense(ExceptionKind::ReferenceNotOpen, None)),
        (40, "退票 PO-2026-0004", suspense(ExceptionKind::PayoutReturned, None)),
        (41, "退票 PO-2026-0004", suspense(ExceptionKind::UnknownPayer, None)),
        (40, "退票 PO-2026-0001", suspense(ExceptionKind::UnknownPayer, None)),
        (
            100,
            "SD360124-2026-0001 SD360124-2026-0002",
            suspense(ExceptionKind::SeveralReferences, None),
        ),
    ] {
        assert_eq!(desk().book(&line("1", credit, 500, text)), expected, "{text}");
    }
    let mut desk = desk();
    let exact = line("1", 100, 500, "SD360124-2026-0001");
    let id = desk.notice("SD360124-2026-0001").unwrap().id;
    assert_eq!(desk.book(&exact), Booking::Deposit(id));
    assert_eq!(desk.book(&exact), suspense(ExceptionKind::ReferenceNotOpen, None));
}

#[test]
fn r70_only_an_exact_debit_of_a_payout_on_its_way_ends_it() {
    let waits = |kind, by: Option<i64>| Booking::Receivable { kind, by: by.map(fen) };
    for (debit, account, text, expected) in [
        (41, "1", "PO-2026-0001", waits(ExceptionKind::PayoutMismatch, Some(1))),
        (40, "2", "PO-2026-0001", waits(ExceptionKind::PayoutMismatch, None)),
        (40, "1", "PO-2026-0002", waits(ExceptionKind::PayoutMismatch, None)),
        (40, "1", "PO-2026-0003", waits(ExceptionKind::UnknownDebit, None)),
        (40, "1", "手续费", waits(ExceptionKind::UnknownDebit, None)),
        (40, "1", "冲正 SD360124-2026-0002", waits(ExceptionKind::DepositReturned, None)),
        (40, "1", "冲正 SD360124-2026-0009", waits(ExceptionKind::UnknownDebit, None)),
        (40, "1", "PO-2026-0001PO-2026-0002", waits(ExceptionKind::UnknownDebit, None)),
    ] {
        let line = Line { counterparty_account: account.into(), ..line("1", -debit, 500, text) };
        assert_eq!(desk().book(&line), expected, "{text}");
    }
    let mut desk = desk();
    let exact = line("1", -40, 500, "拨付PO-2026-0001");
    let id = desk.payout("PO-2026-0001").unwrap().id;
    assert_eq!(desk.book(&exact), Booking::Payout(id));
    assert_eq!(desk.book(&exact), waits(ExceptionKind::PayoutMismatch, None));
}

#[test]
fn r70_a_line_is_assigned_in_parts_up_to_what_waits() {
    let waiting = |rest_fen, kind, state| CanTake { kind, state, rest_fen };
    let open = waiting(100, ExceptionKind::Short, ExceptionState::Open);
    let to = |amount| Part {
        target: PartTarget::Reference("SD360124-2026-0001".into()),
        amount: fen(amount),
    };
    assert_eq!(parts_of_credit(open, &[to(60), to(40)]), Ok(fen(0)));
    assert_eq!(parts_of_credit(open, &[to(60)]), Ok(fen(40)));
    assert_eq!(
        parts_of_credit(open, &[to(60), to(41)]),
        Err(FinanceRefusal::PartsExceed { rest: fen(100) })
    );
    assert_eq!(parts_of_credit(open, &[to(0)]), Err(FinanceRefusal::NothingAsked));
    assert_eq!(parts_of_credit(open, &[]), Err(FinanceRefusal::PartCount { most: 50 }));
    for closed in [
        waiting(0, ExceptionKind::Duplicate, ExceptionState::Open),
        waiting(0, ExceptionKind::Short, ExceptionState::Resolved),
    ] {
        assert_eq!(parts_of_credit(closed, &[to(1)]), Err(FinanceRefusal::NothingWaits));
    }
    let out = waiting(-40, ExceptionKind::UnknownDebit, ExceptionState::Open);
    let payout =
        |amount| Part { target: PartTarget::Payout("PO-2026-0001".into()), amount: fen(amount) };
    assert_eq!(payout_of_debit(out, &[payout(40)]), Ok("PO-2026-0001"));
    assert_eq!(payout_of_debit(out, &[payout(39)]), Err(FinanceRefusal::DebitIsPayout));
    assert_eq!(parts_of_credit(out, &[to(40)]), Err(FinanceRefusal::DebitIsPayout));
    assert_eq!(parts_of_credit(open, &[payout(40)]), Err(FinanceRefusal::CreditIsNoPayout));
}

#[test]
fn r69_payable_is_the_share_less_what_is_on_its_way() {
    assert_eq!(payable(fen(100), fen(40)), fen(60));
    assert_eq!(payable(fen(100), fen(140)), Fen::ZERO);
    assert_eq!(within_payable(fen(60), fen(60)), Ok(()));
    assert_eq!(
        within_payable(fen(60), fen(61)),
        Err(FinanceRefusal::ExceedsPayable { payable: fen(60), asked: fen(61) })
    );
    assert_eq!(within_payable(fen(60), Fen::ZERO), Err(FinanceRefusal::NothingAsked));
}

#[test]
fn r69_unused_cash_goes_back_only_to_where_it_came_from() {
    let from = |account: &str, rest| Source {
        account: account.into(),
        name: "甲".into(),
        rest: fen(rest),
    };
    let one = [from("1", 100)];
    let two = [from("1", 100), from("2", 50)];
    assert_eq!(refund_to(&one, None, fen(100)), Ok(&one[0]));
    assert_eq!(refund_to(&two, Some("2"), fen(50)), Ok(&two[1]));
    assert_eq!(refund_to(&two, None, fen(50)), Err(FinanceRefusal::SeveralSources));
    assert_eq!(refund_to(&one, Some("3"), fen(1)), Err(FinanceRefusal::NotASource));
    assert_eq!(refund_to(&[from("", 9)], None, fen(1)), Err(FinanceRefusal::NotASource));
    assert_eq!(
        refund_to(&two, Some("2"), fen(51)),
        Err(FinanceRefusal::ExceedsSource { rest: fen(50), asked: fen(51) })
    );
}

#[test]
fn r71_who_posts_receipts_approves_no_payouts() {
    assert_eq!(may_approve(0), Ok(()));
    assert_eq!(may_approve(1), Err(FinanceRefusal::PostsReceipts));
}

#[test]
fn a_payout_is_decided_once_and_cancelled_by_who_entered_it() {
    let (one, other) = (UserId::new(), UserId::new());
    assert_eq!(may_cancel(PayoutState::Entered, one, one), Ok(()));
    assert_eq!(may_cancel(PayoutState::Entered, one, other), Err(FinanceRefusal::NotWhoEntered));
    for state in [PayoutState::Approved, PayoutState::Paid, PayoutState::Rejected] {
        assert_eq!(decide(state), Err(FinanceRefusal::Decided { state }));
    }
}

#[test]
fn a_code_has_four_digits_and_the_year_no_more() {
    assert_eq!(next_code(1).as_deref(), Ok("0001"));
    assert_eq!(next_code(9_999).as_deref(), Ok("9999"));
    assert_eq!(next_code(10_000), Err(FinanceRefusal::CodesUsedUp));
}

#[test]
fn r69_only_waiting_money_in_is_given_back_and_only_to_a_known_account() {
    use ExceptionKind::{Duplicate, Short, UnknownDebit, UnknownPayer};
    use ExceptionState::{Open, Resolved};
    let known = |waiting| gives_back("6217", waiting);
    assert_eq!(known(Some((UnknownPayer, Open, 8_800))), Ok(fen(8_800)));
    assert_eq!(known(Some((Short, Open, 1))), Ok(fen(1)));
    let nothing = Err(OutgoingRefusal::NothingToGiveBack);
    for waiting in [
        None,
        Some((UnknownPayer, Resolved, 0)),
        Some((Duplicate, Open, 0)),
        Some((UnknownDebit, Open, -8_800)),
    ] {
        assert_eq!(known(waiting), nothing);
    }
    let nowhere = gives_back("", Some((UnknownPayer, Open, 8_800)));
    assert_eq!(nowhere, Err(OutgoingRefusal::NoPayerAccount));
}

#[test]
fn r69_a_hold_is_set_at_once_and_lifted_once_it_was_asked_for() {
    use AccountHoldState::{Held, LiftAsked, Lifted};
    assert_eq!((hold(None), hold(Some(Lifted))), (Ok(()), Ok(())));
    for standing in [Held, LiftAsked] {
        assert_eq!(hold(Some(standing)), Err(OutgoingRefusal::HeldAlready));
        assert_eq!(ask_lift(standing), Ok(()));
    }
    assert_eq!(lift(LiftAsked), Ok(()));
    assert_eq!(lift(Held), Err(OutgoingRefusal::LiftNotAsked));
    assert_eq!(
        (ask_lift(Lifted), lift(Lifted)),
        (Err(OutgoingRefusal::HoldLifted), Err(OutgoingRefusal::HoldLifted))
    );
    let held = std::collections::BTreeSet::from(["6217".to_owned()]);
    assert_eq!(not_held(&held, "PO-2026-0001", "6218"), Ok(()));
    let refused = not_held(&held, "PO-2026-0001", "6217").unwrap_err();
    assert_eq!(refused.to_string(), "PO-2026-0001 goes to 6217, which is on hold");
}
