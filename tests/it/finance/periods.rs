//! Days and months are closed, and stay as they were.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, Row};
use crate::coverage;
use crate::support::{Reply, Town};

/// September with money of DEV01, a trade, a payout on its way and a line that nobody knows.
pub(super) async fn september(town: Town) -> Desk {
    let desk = Desk::of(town).await;
    desk.town.on("2026-09-03");
    let reference = desk.notice("dev01.trader", "100.00").await;
    let rows = [Row::new("S1", 10_000, &reference), Row::new("S2", 500, "货款")];
    desk.import(desk.file(0, &rows)).await;
    desk.town.on("2026-09-04");
    desk.trade("DEV01", "T360124500", [200, 100, 700]).await;
    let payout = desk.enter_share("township_share", "T360124500", "2.00").await.created();
    desk.approve("shen.yutong", &payout).await.ok();
    desk
}

/// The bank's file once more, after the month is over.
pub(super) async fn import_again(desk: &Desk) {
    let rows = [Row::new("S1", 10_000, "SD360124-2026-0001"), Row::new("S2", 500, "货款")];
    desk.import(desk.file(0, &rows)).await;
}

/// September, closed on the second of October.
pub(crate) async fn closed_september(town: Town) -> Desk {
    let desk = september(town).await;
    desk.town.on("2026-10-02");
    import_again(&desk).await;
    let close = enter(&desk, "month", "2026-09-30").await.created();
    approve(&desk, &close).await.ok();
    desk
}

pub(super) async fn enter(desk: &Desk, kind: &str, day: &str) -> Reply {
    let body = json!({ "kind": kind, "day": day });
    desk.town.user("peng.haoran").await.post(&desk.path("period-closes"), body).await
}

pub(super) async fn approve(desk: &Desk, close: &Value) -> Reply {
    let path = format!("/api/v1/period-closes/{}/approval", close["id"].as_str().unwrap());
    desk.town.user("shen.yutong").await.post(&path, json!({})).await
}

/// Runs SQL past the program; the database's own guards stand.
pub(super) fn directly(town: &Town, sql: &str) -> Result<(), String> {
    let url = town.database_url();
    let done = match url.strip_prefix("sqlite://") {
        Some(path) => SqliteConnection::establish(path)
            .unwrap()
            .batch_execute(&format!("PRAGMA busy_timeout = 10000; {sql}")),
        None => PgConnection::establish(url).unwrap().batch_execute(sql),
    };
    done.map_err(|cause| cause.to_string())
}

on_both_engines! {
    async fn r70_a_month_is_closed_by_two_people_when_nothing_must_be_solved(town: Town) {
        let desk = september(town).await;
        enter(&desk, "month", "2026-09-30").await.refused(409, "period-not-over");
        desk.town.on("2026-10-02");
        let refused = enter(&desk, "month", "2026-09-30").await.refused(409, "period-stands-open");
        let errors = refused["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{refused:#}");
        assert_eq!(errors[0]["code"], "days-missing");
        assert!(errors[0]["message"].as_str().unwrap().contains("2026-09-03 至 2026-09-30"));

        import_again(&desk).await;
        let path = desk.path("period-close-check?kind=month&day=2026-09-12");
        let check = desk.town.user("aud01.desk").await.get(&path).await.ok();
        for (field, expected) in [
            ("from", json!("2026-09-01")),
            ("to", json!("2026-09-30")),
            ("ready", json!(true)),
            ("must_be_solved", json!([])),
            ("bank", json!("105.00")),
            ("cash", json!("90.00")),
            ("shares", json!("10.00")),
            ("suspense", json!("5.00")),
            ("journals", json!(3)),
            ("exceptions", json!(1)),
            ("exceptions_sum", json!("5.00")),
            ("payouts", json!(1)),
            ("payouts_sum", json!("2.00")),
        ] {
            assert_eq!(check[field], expected, "{field}: {check:#}");
        }
        let close = enter(&desk, "month", "2026-09-30").await.created();
        assert_eq!((&close["state"], &close["exceptions"]), (&json!("entered"), &json!(1)));
        let path = format!("/api/v1/period-closes/{}/approval", close["id"].as_str().unwrap());
        desk.town.user("peng.haoran").await.post(&path, json!({})).await.refused(403, "not-allowed");
        let closed = approve(&desk, &close).await.ok();
        assert_eq!(closed["state"], "closed");
        approve(&desk, &close).await.refused(409, "period-close-decided");
        enter(&desk, "month", "2026-09-30").await.refused(409, "period-already-closed");
        let list = desk.town.user("aud01.desk").await.get(&desk.path("period-closes")).await.ok();
        assert_eq!(list["items"], json!([closed]));
        desk.town.verify().await;
    }

    async fn r70_what_is_found_after_the_close_is_booked_in_the_open_period(town: Town) {
        let desk = closed_september(town).await;
        let luo = desk.town.user("luo.jingyi").await;
        let rows = [
            Row::new("S1", 10_000, "SD360124-2026-0001"),
            Row::new("S2", 500, "货款"),
            Row::new("S3", 300, "迟到的流水"),
        ];
        for path in ["statement-checks", "statements"] {
            let late = luo.post_file(&desk.path(path), "text/csv", desk.file(0, &rows)).await;
            let problem = late.refused(409, "period-closed");
            assert!(problem["detail"].as_str().unwrap().contains("2026-09-30"), "{problem:#}");
        }
        let before = desk.town.user("shen.yutong").await.get(&desk.path(
            "period-statement?from=2026-09-01&to=2026-09-30")).await.ok();
        let dev02 = desk.organisation("DEV02").await;
        let parts = json!([{ "organisation_id": dev02, "amount": "5.00" }]);
        desk.assign("S2", parts).await.created();
        assert_eq!(desk.balance("DEV02", "available").await, "5.00");
        let shen = desk.town.user("shen.yutong").await;
        let after = shen.get(&desk.path("period-statement?from=2026-09-01&to=2026-09-30")).await.ok();
        assert_eq!(after, before, "September stays as it was closed");
        let october = shen.get(&desk.path("period-statement?from=2026-10-01&to=2026-10-31")).await.ok();
        assert_eq!(october["opening"], before["closing"]);
        let suspense = |told: &Value| {
            let lines = told["accounts"].as_array().unwrap().clone();
            let line = lines.into_iter().find(|line| line["bucket"] == "suspense").unwrap();
            [line["opening"].clone(), line["came"].clone(), line["went"].clone(), line["closing"].clone()]
        };
        assert_eq!(suspense(&after), ["0.00", "5.00", "0.00", "5.00"]);
        assert_eq!(suspense(&october), ["5.00", "0.00", "5.00", "0.00"]);

        let late = "INSERT INTO money_journals (fee_account_id, effective_at, journal_id) \
            SELECT fee_account_id, '2026-09-20 00:00:00.000000', journal_id FROM money_journals \
            WHERE effective_at > '2026-10-01'";
        assert!(directly(&desk.town, late).unwrap_err().contains("closed"));
        desk.town.verify().await;
    }

    async fn r70_days_are_closed_in_order_and_within_their_month(town: Town) {
        let desk = september(town).await;
        desk.town.on("2026-09-10");
        import_again(&desk).await;
        enter(&desk, "day", "2026-09-10").await.refused(409, "period-not-over");
        let first = enter(&desk, "day", "2026-09-05").await.created();
        let longer = enter(&desk, "day", "2026-09-07").await.created();
        assert_eq!((&first["from"], &first["to"]), (&json!("2026-09-03"), &json!("2026-09-05")));
        approve(&desk, &longer).await.ok();
        approve(&desk, &first).await.refused(409, "period-already-closed");
        let next = enter(&desk, "day", "2026-09-08").await.created();
        assert_eq!((&next["from"], &next["journals"]), (&json!("2026-09-08"), &json!(0)));
        desk.town.on("2026-11-03");
        enter(&desk, "day", "2026-10-02").await.refused(409, "earlier-month-open");
        enter(&desk, "month", "2026-10-31").await.refused(409, "earlier-month-open");
        let refused = enter(&desk, "month", "2026-09-30").await.refused(409, "period-stands-open");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("2026-09-10 to 2026-09-30"));
        import_again(&desk).await;
        let month = enter(&desk, "month", "2026-09-30").await.created();
        assert_eq!((&month["from"], &month["journals"]), (&json!("2026-09-01"), &json!(3)));
        approve(&desk, &month).await.ok();
        desk.town.verify().await;
    }

    async fn r94_another_countys_bureau_knows_nothing_of_the_period(town: Town) {
        let desk = closed_september(town).await;
        let close = desk.town.user("shen.yutong").await.get(&desk.path("period-closes")).await.ok();
        let close = format!("/api/v1/period-closes/{}", close["items"][0]["id"].as_str().unwrap());
        super::readers::bureau_of_the_next_county(&desk).await;
        let (officer, director) =
            (desk.town.user("next.officer").await, desk.town.user("next.director").await);
        for rest in [
            "period-closes",
            "period-close-check?kind=month&day=2026-10-31",
            "period-statement?from=2026-09-01&to=2026-09-30",
            "period-statement-file?from=2026-09-01&to=2026-09-30&format=pdf",
            "vouchers?from=2026-09-01&to=2026-09-30",
            "books?format=beancount",
            "trial-balance",
        ] {
            officer.get(&desk.path(rest)).await.refused(404, "not-found");
            assert_eq!(desk.town.user("aud01.desk").await.get(&desk.path("trial-balance")).await.status, 200);
        }
        officer.get(&close).await.refused(404, "not-found");
        let body = json!({ "kind": "month", "day": "2026-09-30" });
        officer.post(&desk.path("period-closes"), body).await.refused(404, "not-found");
        director.post(&format!("{close}/approval"), json!({})).await.refused(404, "not-found");
    }

    async fn r72_trade_records_are_kept_and_nothing_is_purged(town: Town) {
        let desk = closed_september(town).await;
        desk.town.on("2066-10-02");
        desk.town.verify().await;
        for table in [
            "journals", "transfers", "accounts", "statement_lines", "money_journals",
            "book_closes", "period_closes", "audit_entries", "audit_changes",
        ] {
            let refused = directly(&desk.town, &format!("DELETE FROM {table}"));
            assert!(refused.is_err(), "{table} let its rows go");
        }
        let removed: Vec<String> = coverage::operations()
            .iter()
            .filter(|one| one.method == Method::DELETE.as_str())
            .map(|one| one.id().to_owned())
            .collect();
        assert_eq!(removed, Vec::<String>::new(), "nothing is removed over the API");
        let statement = desk.path("period-statement?from=2026-09-01&to=2026-09-30");
        let told = desk.town.user("aud01.desk").await.get(&statement).await.ok();
        assert_eq!((&told["closing"], &told["vouchers"]), (&json!("105.00"), &json!(3)));
    }
}
