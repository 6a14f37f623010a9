//! No credits leave an organisation without payment: there is no operation that gives them away, the
//! ledger books no such journal, and `verify` names one that a hand wrote.

use serde_json::json;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::db::{Event, Tx};
use wetland_exchange::kernel::problem::{Answer, Failure};
use wetland_exchange::ledger::{self, Account, CreditBucket, JournalId, NewJournal, NewTransfer};

use crate::market::fair::{Fair, purchases};
use crate::tampering::hand::Hand;

on_both_engines! {
    async fn no_credits_are_given_away(town: Town) {
        let fair = Fair::open(town, 2).await;
        let listing = fair.list(1_000, "94200.00").await;
        let buyer = fair.town().user(&fair.buyers[0].0).await;
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
        let ((_, from), (_, to), batch) = (fair.buyers[0].clone(), fair.buyers[1].clone(), fair.batch);
        let gift = move |tx: &mut Tx<'_>| -> Answer<()> {
            let id = JournalId::new();
            let from = Account::credits(from, batch, CreditBucket::Available);
            let to = Account::credits(to, batch, CreditBucket::Available);
            let journal = NewJournal {
                id, event: "gift", subject: id.uuid(), effective_at: tx.now(), reverses: None,
                transfers: vec![NewTransfer { from, to, amount: 1 }],
            };
            ledger::post(tx, journal)?;
            tx.record(Event { subject: "gift".into(), ..Event::default() });
            Ok(())
        };
        match fair.town().db.write(Doing::system("gift"), gift).await {
            Err(Failure::Broken(cause)) => {
                let said = cause.to_string();
                assert!(said.contains("money alone"), "{said}");
            }
            other => panic!("a gift was answered with {other:?}"),
        }
        assert_eq!((fair.credits_m2(from).await, fair.credits_m2(to).await), (100, 0));
        fair.town().verify().await;

        // The money of the trade is taken out of its journal by hand.
        let mut hand = Hand::of(fair.town());
        let money = "DELETE FROM transfers WHERE from_account_id IN \
            (SELECT id FROM accounts WHERE asset = 'money' AND bucket = 'available')";
        let report = hand.attempt(&[money.to_owned()]).unwrap();
        let named = report.findings.iter().any(|one| one.what.contains("without payment"));
        assert!(named, "{report}");
        assert!(hand.attempt(&[]).unwrap().is_clean());
    }
}
