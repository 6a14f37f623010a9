//! What a bank file may and may not do to the books.

use serde_json::json;

use super::desk::{Desk, Row};

on_both_engines! {
    async fn r70_a_check_shows_what_an_import_would_book_and_books_nothing(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "10.00").await;
        let rows = [Row::new("S1", 1_000, &reference), Row::new("S2", 1_000, &reference)];
        let file = desk.file(0, &rows);
        let luo = desk.town.user("luo.jingyi").await;
        let told = luo.post_file(&desk.path("statement-checks"), "text/csv", file.clone()).await.ok();
        assert_eq!(told["new"], 2);
        assert_eq!(told["lines"][0]["exception"], json!(null));
        assert_eq!(told["lines"][1]["exception"], "reference_not_open");
        assert_eq!(desk.reconciliation().await["closing"], "0.00");
        desk.import(file).await;
        let told = desk.reconciliation().await;
        assert_eq!(told["identity"]["cash"], "10.00");
        assert_eq!(told["identity"]["suspense"], "10.00");
    }

    async fn r70_a_file_that_leaves_a_gap_or_contradicts_is_refused_whole(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let luo = desk.town.user("luo.jingyi").await;
        let path = desk.path("statements");
        let send = |file: Vec<u8>| luo.post_file(&path, "text/csv", file);
        let (one, two) = (Row::new("S1", 1_000, ""), Row::new("S2", 500, ""));
        send(desk.file(100, std::slice::from_ref(&one))).await.refused(409, "opening-needed");
        send(desk.file(0, std::slice::from_ref(&one))).await.created();
        send(desk.file(2_000, std::slice::from_ref(&two))).await.refused(409, "statement-gap");
        send(desk.file(0, &[Row::new("S1", 900, "")])).await.refused(409, "statement-contradicts");
        send(desk.file(1_000, &[two])).await.created();
        send(desk.file(0, &[one, Row::new("S3", 1, "")])).await.refused(409, "statement-lines-missing");
        send(b"a,b\n1,2\n".to_vec()).await.refused(422, "statement-unreadable");
        let other = String::from_utf8(desk.file(0, &[])).unwrap().replace("0001\t", "0002\t");
        send(other.into_bytes()).await.refused(422, "statement-of-another-account");
        assert_eq!(desk.reconciliation().await["closing"], "15.00");
    }

    async fn r70_a_long_file_is_booked_in_parts_and_published_once(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let rows: Vec<Row> =
            (0..300).map(|n| Row::new(&format!("S{n}"), 100 + n, "货款")).collect();
        let told = desk.import(desk.file(0, &rows[..150])).await;
        assert_eq!((&told["imported"], &told["state"]), (&json!(150), &json!("published")));
        let told = desk.import(desk.file(0, &rows)).await;
        assert_eq!((&told["imported"], &told["already_known"]), (&json!(150), &json!(150)));
        let told = desk.reconciliation().await;
        assert_eq!(told["identity"]["suspense"], told["closing"]);
        assert_eq!(told["exceptions_sum"], told["closing"]);
    }

    async fn r70_a_request_that_comes_twice_has_one_effect_and_one_answer(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let luo = desk.town.user("luo.jingyi").await;
        let file = desk.file(0, &[Row::new("S1", 1_000, "")]);
        let send = async |body: Vec<u8>| {
            let request = luo.request(reqwest::Method::POST, &desk.path("statements")).await;
            let request = request.header("content-type", "text/csv").header("idempotency-key", "k1");
            crate::support::send(request.body(body)).await
        };
        let first = send(file.clone()).await.created();
        assert_eq!(send(file).await.created(), first);
        assert_eq!(send(desk.file(0, &[])).await.status.as_u16(), 422);
    }

    async fn r70_an_opening_balance_is_a_journal_by_two_people(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-01");
        let body = json!({ "amount": "5.00", "opened_on": "2026-09-01", "reason": "由原账户结转" });
        let peng = desk.town.user("peng.haoran").await;
        let opening = peng.post(&desk.path("openings"), body.clone()).await.created();
        let path = format!("/api/v1/account-openings/{}/approval", opening["id"].as_str().unwrap());
        peng.post(&path, json!({})).await.refused(403, "not-allowed");
        desk.town.user("shen.yutong").await.post(&path, json!({})).await.ok();
        peng.post(&desk.path("openings"), body).await.refused(409, "opening-too-late");
        desk.town.on("2026-09-03");
        desk.import(desk.file(500, &[Row::new("S1", 1_000, "")])).await;
        let told = desk.reconciliation().await;
        assert_eq!(told["identity"]["bank_balance"], "15.00");
        assert_eq!(told["exceptions_sum"], "15.00");
        assert_eq!(told["exceptions"][0]["kind"], "opening_balance");
    }

    async fn r70_money_out_that_nobody_knows_stands_in_receivable(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let rows = [Row::new("S1", 1_000, "货款"), Row::new("S2", -1_000, "手续费")];
        desk.import(desk.file(0, &rows)).await;
        let told = desk.reconciliation().await;
        assert_eq!(told["identity"]["suspense"], "10.00");
        assert_eq!(told["identity"]["receivable"], "10.00");
        assert_eq!(told["exceptions_sum"], "0.00");
        let parts = json!([{ "payout": "PO-2026-0001", "amount": "10.00" }]);
        desk.assign("S2", parts).await.refused(422, "no-such-payout");
    }

    async fn r70_a_line_is_assigned_in_parts_and_no_further(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "4.00").await;
        let two = desk.notice("dev02.trader", "6.00").await;
        let both = format!("{reference}{two}");
        desk.import(desk.file(0, &[Row::new("S1", 1_000, &both)])).await;
        let part = |reference: &str, amount: &str| json!({ "reference": reference, "amount": amount });
        desk.assign("S1", json!([part("SD360124-2026-0009", "1.00")])).await
            .refused(422, "no-such-reference");
        desk.assign("S1", json!([part(&reference, "10.01")])).await
            .refused(422, "parts-exceed-line");
        let told = desk.assign("S1", json!([part(&reference, "4.00")])).await.created();
        assert_eq!((&told["state"], &told["rest"]), (&json!("open"), &json!("6.00")));
        let told = desk.assign("S1", json!([part(&two, "6.00")])).await.created();
        assert_eq!((&told["state"], &told["rest"]), (&json!("resolved"), &json!("0.00")));
        desk.assign("S1", json!([part(&two, "0.01")])).await.refused(409, "nothing-to-assign");
        assert_eq!(desk.balance("DEV02", "available").await, "6.00");
        let notices = desk.town.user("dev01.trader").await.get("/api/v1/payment-notices").await.ok();
        assert_eq!(notices["items"].as_array().unwrap().len(), 1);
        assert_eq!(notices["items"][0]["state"], "paid");
    }
}
