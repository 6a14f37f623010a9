//! What everybody can see: the tape, the index that follows from it, what is wanted; and the band
//! that keeps prices near the index.

use std::path::Path;

use reqwest::Method;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use super::fair::{Fair, order, purchases};
use crate::finance::readers::RECALCULATE;
use crate::support::{Town, text, tool};

const ORDERS: &str = "/api/v1/orders";
const INDEX: &str = "/api/v1/public/price-index?region=360124&from=2023-08-01&to=2023-12-31";
const TAPE: &str = "/api/v1/public/trades.csv?from=2023-08-01&to=2023-12-31";

/// Somebody without a login gets a file.
async fn csv(fair: &Fair, path: &str) -> String {
    let stranger = fair.town().stranger();
    let answer = stranger.request(Method::GET, path).await.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The index as a clerk adds it up from the tape: prices weighted by area, of what counts.
fn recomputed(csv: &str) -> String {
    let (mut turnover, mut m2) = (Decimal::ZERO, Decimal::ZERO);
    for row in records(csv).iter().filter(|row| row[11] == "1") {
        let area: Decimal = row[6].parse().unwrap();
        (turnover, m2) = (turnover + area * row[7].parse::<Decimal>().unwrap(), m2 + area);
    }
    let index = (turnover / m2).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    format!("{index:.2}")
}

/// Buys of a listing of its own at that price.
async fn buy(fair: &Fair, name: &str, m2: i64, price: &str) -> Value {
    let listing = fair.list(m2, price).await;
    let buyer = fair.town().user(name).await;
    buyer.post(&purchases(&listing), json!({ "m2": m2 })).await.created()
}

/// Two people undo a trade.
async fn undo(fair: &Fair, trade: &Value) {
    let (peng, shen) =
        (fair.town().user("peng.haoran").await, fair.town().user("shen.yutong").await);
    let body = json!({ "kind": "trade", "subject_id": trade["id"], "reason": "面积有误" });
    let correction = peng.post("/api/v1/corrections", body).await.created();
    let path = format!("/api/v1/corrections/{}/approval", correction["id"].as_str().unwrap());
    let approved = shen.post(&path, json!({})).await;
    assert!(approved.status.is_success(), "{}", approved.text);
}

/// Five trades over two days, one of them of related parties and one undone.
async fn traded(town: Town) -> Fair {
    let fair = Fair::open(town, 2).await;
    let relative = fair.relative().await;
    buy(&fair, "buyer.00", 10, "337.00").await;
    buy(&fair, &relative, 100, "900.00").await;
    fair.town().on("2023-09-04");
    buy(&fair, "buyer.01", 33, "350.05").await;
    let wrong = buy(&fair, "buyer.00", 50, "100.00").await;
    undo(&fair, &wrong).await;
    let listing = fair.list(7, "360.00").await;
    let buyer = fair.town().user("buyer.01").await;
    let placed = buyer.post(ORDERS, order(7, "400.00")).await.created();
    assert_eq!(placed["fills"][0]["listing_id"], listing["id"]);
    fair
}

/// Writes a workbook whose one formula adds up the tape that stands beside it.
fn workbook(folder: &Path, csv: &str) -> String {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows = records(csv);
    for (n, row) in rows.iter().enumerate() {
        for (column, cell) in [6, 7, 11].into_iter().zip([0, 1, 2]) {
            let number: f64 = row[column].parse().unwrap();
            sheet.write_number(u32::try_from(n).unwrap(), cell, number).unwrap();
        }
    }
    let last = rows.len();
    let formula = format!(
        "=ROUND(SUMPRODUCT(A1:A{last},B1:B{last},C1:C{last})/SUMPRODUCT(A1:A{last},C1:C{last}),2)"
    );
    sheet.write_formula(0, 4, formula.as_str()).unwrap();
    let path = folder.join("tape.xlsx");
    book.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

on_both_engines! {
    async fn r48_r67_the_index_leaves_related_parties_and_undone_trades_out(town: Town) {
        let fair = traded(town).await;
        let stranger = fair.town().stranger();
        let index = stranger.get(INDEX).await.ok();
        // (10 × 337.00 + 33 × 350.05 + 7 × 360.00) / 50.
        assert_eq!((&index["trades"], &index["m2"]), (&json!(3), &json!(50)));
        assert_eq!(index["price_per_mu"], "348.83");
        assert_eq!(index["points"].as_array().unwrap().len(), 2);
        assert_eq!(index["points"][0]["price_per_mu"], "337.00");
        assert_eq!(index["kinds"][0]["price_per_mu"], "348.83");
        for region in ["3601", "36"] {
            let wider = stranger.get(&INDEX.replace("360124", region)).await.ok();
            assert_eq!(wider["price_per_mu"], "348.83");
        }
        let of_lakes = stranger.get(&format!("{INDEX}&wetland_type=lake")).await.ok();
        assert_eq!((&of_lakes["trades"], of_lakes.get("price_per_mu")), (&json!(0), None));
        let monthly = stranger.get(&format!("{INDEX}&interval=month")).await.ok();
        assert_eq!(monthly["points"][1]["day"], "2023-09-01");
        stranger.get(&INDEX.replace("2023-12-31", "2043-12-31")).await.refused(422, "bad-period");

        let tape = stranger.get("/api/v1/public/trades").await.ok();
        let flags = |name: &str| -> Vec<bool> {
            tape["items"].as_array().unwrap().iter().map(|trade| trade[name].as_bool().unwrap()).collect()
        };
        assert_eq!(flags("related"), [false, false, false, true, false]);
        assert_eq!(flags("undone"), [false, true, false, false, false]);
        fair.town().verify().await;
    }

    async fn r48_the_tape_as_csv_recomputes_the_index(town: Town) {
        let fair = traded(town).await;
        let tape = csv(&fair, TAPE).await;
        assert_eq!(records(&tape).len(), 5);
        let index = fair.town().stranger().get(INDEX).await.ok();
        assert_eq!(json!(recomputed(&tape)), index["price_per_mu"]);
        let first = csv(&fair, &TAPE.replace("2023-12-31", "2023-09-03")).await;
        assert_eq!(json!(recomputed(&first)), index["points"][0]["price_per_mu"]);
        let days = records(&csv(&fair, &INDEX.replace("index?", "index.csv?")).await);
        assert_eq!(days.len(), 2);
        assert_eq!(json!(days[1][6]), index["points"][1]["price_per_mu"]);
        for row in records(&tape) {
            assert!(!row.concat().contains("买方"), "the public does not learn who bought");
        }
    }

    #[ignore = "needs LibreOffice; cargo test --test it -- --ignored libreoffice"]
    async fn r48_libreoffice_recomputes_the_index_from_the_tape(town: Town) {
        let fair = traded(town).await;
        let tape = csv(&fair, TAPE).await;
        let folder = tempfile::tempdir().unwrap();
        let (path, out) = (workbook(folder.path(), &tape), text(folder.path()).to_owned());
        let profile = format!("-env:UserInstallation=file://{out}/profile");
        let user = folder.path().join("profile/user");
        std::fs::create_dir_all(&user).unwrap();
        std::fs::write(user.join("registrymodifications.xcu"), RECALCULATE).unwrap();
        let args = [&*profile, "--headless", "--convert-to", "csv", "--outdir", &out, &path];
        if tool("soffice", &args, &[]).await.is_none() {
            return;
        }
        let sums = std::fs::read_to_string(folder.path().join("tape.csv")).unwrap();
        let index = fair.town().stranger().get(INDEX).await.ok();
        let first = sums.lines().next().unwrap();
        assert!(first.ends_with(index["price_per_mu"].as_str().unwrap()), "{sums}");
    }

    async fn r60_a_county_may_keep_prices_near_its_last_index(town: Town) {
        let fair = Fair::open(town, 1).await;
        buy(&fair, "buyer.00", 10, "337.00").await;
        let (peng, shen) =
            (fair.town().user("peng.haoran").await, fair.town().user("shen.yutong").await);
        let path = "/api/v1/price-bands?county=360124";
        let body = json!({ "on": true, "document": "示例〔2023〕7号" });
        let band = peng.post("/api/v1/price-bands", body).await.created();
        let approval = format!("/api/v1/price-bands/{}/approval", band["id"].as_str().unwrap());
        assert_eq!(fair.town().stranger().get(path).await.ok(), json!({ "county": "360124" }));
        assert_eq!(peng.post(&approval, json!({})).await.status, 403, "not by the same person");
        shen.post(&approval, json!({})).await.created();
        shen.post(&approval, json!({})).await.refused(409, "already-approved");
        assert_eq!(fair.town().stranger().get(path).await.ok()["percent"], 10);

        // The trades of today are in no last index: there is none yet.
        fair.list(1, "900.00").await;
        fair.town().on("2023-10-09");
        let fu = fair.town().user("fu.guoping").await;
        let buyer = fair.town().user("buyer.00").await;
        let listing = |price: &str| json!({ "batch_id": fair.batch, "m2": 1, "price_per_mu": price });
        let refused = fu.post("/api/v1/listings", listing("370.71")).await;
        let refused = refused.refused(422, "outside-price-band");
        assert_eq!(
            refused["detail"],
            "370.71 CNY per mu is outside the price band of 360124: 303.30 to 370.70"
        );
        fu.post("/api/v1/listings", listing("303.29")).await.refused(422, "outside-price-band");
        fu.post("/api/v1/listings", listing("370.70")).await.created();
        let of = |limit: &str| {
            json!({ "m2": 1, "price_per_mu": limit, "wetland_type": "marsh", "grade_max": 2 })
        };
        buyer.post(ORDERS, of("371.00")).await.refused(422, "outside-price-band");
        buyer.post(ORDERS, of("303.30")).await.created();
        fair.town().verify().await;
    }

    async fn what_is_wanted_stands_on_the_board_without_who_wants_it(town: Town) {
        let fair = Fair::open(town, 2).await;
        let buyer = fair.town().user("buyer.00").await;
        let quiet = buyer.post(ORDERS, order(40, "300.00")).await.created();
        let mut open = order(60, "310.00");
        open["shows_buyer"] = json!(true);
        open["grade_max"] = json!(1);
        open["trading_area"] = json!("3601");
        let other = fair.town().user("buyer.01").await;
        let open = other.post(ORDERS, open).await.created();
        let stranger = fair.town().stranger();
        let board = async |query: &str| -> Vec<Value> {
            let list = stranger.get(&format!("/api/v1/public/demand{query}")).await.ok();
            list["items"].as_array().unwrap().clone()
        };
        let all = board("").await;
        assert_eq!((&all[0]["order_id"], &all[1]["order_id"]), (&open["id"], &quiet["id"]));
        assert_eq!((&all[0]["buyer_name"], all[1].get("buyer_name")), (&json!("示例建设单位01"), None));
        assert_eq!(board("?grade=2").await.len(), 1);
        assert_eq!(board("?wetland_type=lake").await.len(), 0);
        assert_eq!(board("?county=360124").await.len(), 2);
        assert_eq!(board("?county=360121").await.len(), 0);
        assert_eq!(board("?near=360124500").await.len(), 2, "its own county's demand");
        assert_eq!(board("?near=360121100").await.len(), 0, "its county keeps its credits");
        let page = stranger.get("/api/v1/public/demand?limit=1").await.ok();
        let next = page["next_cursor"].as_str().unwrap();
        let page = stranger.get(&format!("/api/v1/public/demand?limit=1&cursor={next}")).await.ok();
        assert_eq!(page["items"][0]["order_id"], quiet["id"]);

        let cancel = format!("{ORDERS}/{}/cancellation", quiet["id"].as_str().unwrap());
        buyer.post(&cancel, json!({ "reason": "…" })).await.created();
        assert_eq!(board("").await.len(), 1);
        fair.town().verify().await;
    }

    async fn the_shortage_of_each_type_and_grade_is_kept_by_day(town: Town) {
        let fair = Fair::open(town, 1).await;
        let buyer = fair.town().user("buyer.00").await;
        let day = fair.town().now().date_in_shanghai().to_string();
        let waiting = buyer.post(ORDERS, order(500, "100.00")).await.created();
        fair.list(120, "200.00").await;
        fair.town().on("2023-10-09");
        let buyer = fair.town().user("buyer.00").await;
        buyer.post(ORDERS, order(20, "250.00")).await.created();
        let days = async |rest: &str| -> Vec<Value> {
            let path = format!("/api/v1/public/demand-days?county=360124{rest}");
            fair.town().stranger().get(&path).await.ok()["items"].as_array().unwrap().clone()
        };
        let figures = |day: &Value| {
            ["wanted_m2", "offered_m2", "short_m2"].map(|name| day[name].as_i64().unwrap())
        };
        let worst = days(&format!("&from={day}&to=2023-10-09&grade=5")).await;
        assert_eq!(worst.iter().map(figures).collect::<Vec<_>>(), [[500, 0, 380], [500, 0, 400]]);
        let offered = days("&from=2023-10-01&to=2023-10-09&wetland_type=marsh").await;
        let offered: Vec<_> = offered.iter().filter(|day| day["grade"] != 5).map(figures).collect();
        assert_eq!(offered, [[0, 120, 0], [0, 100, 0]], "what stood before the period, then the day");
        let cancel = format!("{ORDERS}/{}/cancellation", waiting["id"].as_str().unwrap());
        buyer.post(&cancel, json!({ "reason": "…" })).await.created();
        let last = days("&from=2023-10-09&to=2023-10-09&grade=5").await;
        assert_eq!(figures(last.last().unwrap()), [0, 0, 0]);
        fair.town().verify().await;
    }
}
