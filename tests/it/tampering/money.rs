//! A split, a payout, a closed period: whatever a hand alters of them is named.

use serde_json::json;

use super::hand::Hand;
use super::history::History;
use crate::finance::desk::Desk;
use crate::finance::periods::closed_september;

#[track_caller]
fn names(hand: &mut Hand, table: &str, statements: &[&str]) {
    let statements: Vec<String> = statements.iter().map(|sql| (*sql).to_owned()).collect();
    let report =
        hand.attempt(&statements).unwrap_or_else(|| panic!("nothing came of {statements:?}"));
    let named = report.findings.iter().any(|one| one.table == table);
    assert!(named, "{statements:?} is not named in {table}: {report}");
}

on_both_engines! {
    async fn r62_a_split_that_was_altered_is_named(town: Town) {
        History::of(&town).await;
        let mut hand = Hand::of(&town);
        names(&mut hand, "trades", &[
            "UPDATE trades SET township_fen = township_fen + 1, treasury_fen = treasury_fen - 1",
        ]);
        names(&mut hand, "trade_days", &["UPDATE trade_days SET centre_fen = centre_fen + 1"]);
        assert!(hand.attempt(&[]).unwrap().is_clean());
    }

    async fn r69_a_payout_that_was_altered_is_named(town: Town) {
        let desk = closed_september(town).await;
        let payout = desk.enter_share("centre_share", "CENTRE", "0.10").await.created();
        desk.approve("shen.yutong", &payout).await.ok();
        let mut hand = Hand::of(&desk.town);
        for change in ["amount_fen = amount_fen + 1", "account = '622848'", "state = 'entered'"] {
            names(&mut hand, "payouts", &[&format!("UPDATE payouts SET {change}")]);
        }
        assert!(hand.attempt(&[]).unwrap().is_clean());
    }

    async fn r70_a_closed_period_that_was_altered_is_named(town: Town) {
        let desk: Desk = closed_september(town).await;
        let mut hand = Hand::of(&desk.town);
        let clean = hand.attempt(&[]).unwrap();
        assert!(clean.is_clean(), "{clean}");
        for change in ["bank_fen = bank_fen + 1", "journals = journals - 1", "moved_fen = 0"] {
            names(&mut hand, "period_closes", &[&format!("UPDATE period_closes SET {change}")]);
        }
        names(&mut hand, "period_closes", &["DELETE FROM book_closes"]);
        names(&mut hand, "book_closes", &["DELETE FROM book_closes"]);
        names(&mut hand, "account_days", &["UPDATE account_days SET came_fen = came_fen + 1, balance_fen = balance_fen + 1"]);
        // The days of an account are shifted as a whole, each still following the one before.
        names(&mut hand, "period_closes", &["UPDATE account_days SET balance_fen = balance_fen + 7"]);
        names(&mut hand, "money_journals", &["DELETE FROM money_journals"]);
        // A journal is laid back into the closed period, in all its tables but the log.
        let earlier = if hand.is_postgres() {
            "INTERVAL '40 days'"
        } else {
            "40"
        };
        let late = |column: &str| if hand.is_postgres() {
            format!("{column} - {earlier}")
        } else {
            format!("strftime('%Y-%m-%d %H:%M:%f', {column}, '-{earlier} days') || '000'")
        };
        desk.town.on("2026-10-20");
        desk.enter_share("centre_share", "CENTRE", "0.10").await.created();
        desk.assign("S2", json!([{ "organisation_id": desk.organisation("DEV02").await, "amount": "5.00" }]))
            .await
            .created();
        let (of_journals, of_money) = (late("effective_at"), late("effective_at"));
        names(&mut hand, "money_journals", &[
            &format!("UPDATE journals SET effective_at = {of_journals} WHERE event = 'assignment'"),
            &format!(
                "UPDATE money_journals SET effective_at = {of_money} WHERE journal_id IN \
                 (SELECT id FROM journals WHERE event = 'assignment')"
            ),
        ]);
    }
}
