//! What is refused with its reasons, and moves nothing.

use serde_json::json;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::db::Event;
use wetland_exchange::ledger::{
    self, Account, Chosen, CreditBucket, JournalId, NewJournal, NewTransfer,
};

use super::site::Site;

/// Sets serials of the developer aside, as a lien or a freeze does.
async fn set_aside(site: &Site, to: CreditBucket, first: i64, last: i64) {
    let (developer, batch, id) = (site.developer, site.fair.batch, JournalId::new());
    let write = site.town().db.write(Doing::system("set_aside"), move |tx| {
        let from = Account::credits(developer, batch, CreditBucket::Available);
        let to = Account::credits(developer, batch, to);
        let journal = NewJournal {
            id,
            event: "set_aside",
            subject: id.uuid(),
            effective_at: tx.now(),
            reverses: None,
            transfers: vec![NewTransfer { from, to, amount: last - first + 1 }],
        };
        ledger::post_chosen(tx, journal, &[Chosen { from, first, last }])?;
        tx.record(Event { subject: "set_aside".into(), ..Event::default() });
        Ok(())
    });
    write.await.unwrap();
}

on_both_engines! {
    async fn r44_r80_pledged_frozen_and_buffer_credits_are_not_retired_and_nothing_moves(town: Town) {
        let site = Site::open(town, 1_000).await;
        set_aside(&site, CreditBucket::Pledged, 101, 200).await;
        set_aside(&site, CreditBucket::Frozen, 301, 400).await;
        let path = site.ready(1, "900.00").await;
        let parts = json!([{ "batch_id": site.fair.batch, "m2": 801 }]);
        let problem = site.ask(&path, parts).await.refused(409, "credits-pledged");
        let said = problem["detail"].as_str().unwrap();
        assert_eq!(said, "R44: 800 m² available, 100 m² pledged; 801 m² were asked for");
        // Pledged, and half pledged.
        for (first, last) in [(101, 150), (150, 250)] {
            let parts =
                json!([{ "batch_id": site.fair.batch, "first_serial": first, "last_serial": last }]);
            site.ask(&path, parts).await.refused(409, "credits-pledged");
        }
        // Frozen, not released, and the buffer.
        for (first, last) in [(301, 301), (7_000, 7_010), (10_201, 10_210)] {
            let parts =
                json!([{ "batch_id": site.fair.batch, "first_serial": first, "last_serial": last }]);
            let asked = site.ask(&path, parts).await.created();
            site.confirm(&asked).await.refused(409, "serials-not-there");
        }
        assert_eq!(site.credits().await, (800, 0));
        let list = site.trader().await.get("/api/v1/retirements").await.ok();
        assert!(list["items"].as_array().unwrap().iter().all(|it| it["state"] == "asked"));
        let done = site.retire(&path, 800).await;
        let runs: Vec<_> = done["serials"].as_array().unwrap().iter()
            .map(|it| (it["first_serial"].as_i64().unwrap(), it["last_serial"].as_i64().unwrap()))
            .collect();
        assert_eq!(runs, [(1, 100), (201, 300), (401, 1_000)], "lien and freeze are stepped over");
        assert_eq!(site.missing(&path).await, ["area-short"]);
        site.approve(&path).await.refused(409, "gate-closed");
    }

    async fn r78_an_expired_certificate_does_not_count_until_it_is_renewed(town: Town) {
        let site = Site::open(town, 1_000).await;
        let path = site.ready(1, "500.00").await;
        let done = site.retire(&path, 500).await;
        assert_eq!(site.gate(&path).await["open"], true);
        site.town().on("2024-08-24");
        assert_eq!(site.gate(&path).await["open"], true, "its last day");
        site.town().on("2024-08-25");
        assert_eq!(site.missing(&path).await, ["area-short", "certificate-expired"]);
        let problem = site.approve(&path).await.refused(409, "gate-closed");
        assert_eq!(problem["errors"][1]["code"], "certificate-expired");
        assert_eq!(site.forestry().await.get(&path).await.ok()["state"], "accepted");
        let renewal = format!("/api/v1/retirements/{}/certificates", done["id"].as_str().unwrap());
        site.trader().await.post(&renewal, json!({})).await.created();
        assert_eq!(site.credits().await, (500, 500), "a new paper retires nothing more");
        site.approve(&path).await.created();
        site.town().verify().await;
    }
}
