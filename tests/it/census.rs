//! The reserve census: tasks, tables, ponds, and assembled land, on both engines.

use std::io::Cursor;

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use serde_json::{Value, json};

use crate::inventory::files::{SIX, before_step_nine, plots};
use crate::restoration::works::enter_parcels;
use crate::support::User;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADS: [&str; 20] = [
    "地块编号",
    "地块名称",
    "乡镇代码",
    "地类编码",
    "申报面积",
    "权属",
    "湿地级别",
    "湿地类型",
    "调查年度",
    "积水情况",
    "恢复结论",
    "恢复依据",
    "评估人",
    "评估日期",
    "报送人",
    "核实结果",
    "核实证据",
    "核实人",
    "核实日期",
    "界址坐标",
];

/// The plots of the fixtures as people write them into a table.
fn table(numbers: &[&str], with_ponds: bool) -> Vec<Vec<String>> {
    let mut rows = vec![HEADS.map(str::to_owned).to_vec()];
    for feature in plots(numbers)["features"].as_array().unwrap() {
        let of = |pointer: &str| match feature["properties"].pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let pond = |name: &str| {
            if with_ponds { of(&format!("/pond_check/{name}")) } else { String::new() }
        };
        let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
        let points: Vec<String> =
            ring.iter().map(|point| format!("{} {}", point[0], point[1])).collect();
        rows.push(vec![
            of("/parcel_no"),
            of("/name"),
            of("/township_code"),
            of("/land_class"),
            of("/declared_area_m2"),
            of("/tenure"),
            of("/level"),
            of("/wetland_type"),
            of("/survey_year"),
            of("/water_regime"),
            of("/restorable/conclusion"),
            of("/restorable/basis"),
            of("/restorable/author"),
            of("/restorable/date"),
            of("/submitted_by"),
            pond("result"),
            pond("evidence"),
            pond("verified_by"),
            pond("date"),
            format!("POLYGON(({}))", points.join(", ")),
        ]);
    }
    rows
}

fn csv_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| out.write_record(row).unwrap());
    out.into_inner().unwrap()
}

fn xlsx_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// Posts a file and returns the workbook of the answer as rows.
async fn sheet(user: &User<'_>, path: &str, kind: &str, bytes: Vec<u8>) -> Vec<Vec<String>> {
    let request = user.request(reqwest::Method::POST, path).await.header("content-type", kind);
    read(request.body(bytes)).await
}

async fn read(request: reqwest::RequestBuilder) -> Vec<Vec<String>> {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let bytes = answer.bytes().await.unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let name = book.sheet_names()[0].clone();
    let cells = book.worksheet_range(&name).unwrap();
    cells.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

on_both_engines! {
    async fn r12_r14_r15_r17_a_table_comes_back_with_what_is_wrong_beside_each_row(town: Town) {
        before_step_nine(&town).await;
        let zhou = town.user("zhou.jianing").await;
        let rows = table(&SIX, true);
        let report = "/api/v1/parcel-import-reports?kind=reserve";
        let told = zhou.post_file(report, CSV, csv_of(&rows)).await.ok();
        assert_eq!((&told["accepted"], &told["refused"]), (&json!(2), &json!(4)), "{told:#}");
        let same = zhou.post_file(report, XLSX, xlsx_of(&rows)).await.ok();
        assert_eq!(same["features"], told["features"]);
        for (kind, bytes) in [(CSV, csv_of(&rows)), (XLSX, xlsx_of(&rows))] {
            let back = sheet(&zhou, "/api/v1/parcel-error-sheets", kind, bytes).await;
            assert_eq!(back.len(), 7);
            assert_eq!(back[0][20..], ["结果", "错误"]);
            for (row, feature) in back[1..].iter().zip(told["features"].as_array().unwrap()) {
                let accepted = feature["accepted"] == true;
                assert_eq!(row[20], if accepted { "通过" } else { "退回" });
                for finding in feature["findings"].as_array().unwrap() {
                    assert!(row[21].contains(finding["message_zh"].as_str().unwrap()), "{row:?}");
                }
                assert_eq!(row[21].is_empty(), accepted);
            }
        }
        zhou.post_file(report, XLSX, b"PK no workbook".to_vec()).await.refused(422, "not-a-table");
        let fu = town.user("fu.guoping").await;
        let form = read(fu.request(reqwest::Method::GET, "/api/v1/parcel-form").await).await;
        assert_eq!(form, [HEADS.map(str::to_owned).to_vec()]);
    }

    async fn r15_a_township_hands_in_and_the_centre_verifies_its_ponds_and_the_task(town: Town) {
        town.on("2022-03-02");
        let (zhou, tu, fu) = (
            town.user("zhou.jianing").await, town.user("tu.mingyuan").await,
            town.user("fu.guoping").await,
        );
        let body = json!({
            "township": "360124500", "survey_year": 2022, "title": "2022年度湿地后备资源普查",
            "document": "示例林湿〔2022〕6号", "due_on": "2022-12-31",
        });
        let task = zhou.post("/api/v1/survey-tasks", body.clone()).await.created();
        assert_eq!(task["number"], "PC360124-2022-0001");
        let mut wrong = body.clone();
        wrong["township"] = json!("360124");
        zhou.post("/api/v1/survey-tasks", wrong).await.refused(422, "not-a-township");
        let mut wrong = body;
        wrong["survey_year"] = json!(2023);
        zhou.post("/api/v1/survey-tasks", wrong).await.refused(422, "survey-term");
        let path = format!("/api/v1/survey-tasks/{}", task["id"].as_str().unwrap());
        let noun = |noun: &str| format!("{path}/{noun}");
        fu.post(&noun("submission"), json!({})).await.refused(409, "survey-without-file");
        town.user("hu.xiaoqiu").await.get(&path).await.refused(404, "not-found");

        // A table with a plot outside its declared area is kept, and cannot be submitted.
        let mut rows = table(&["R360124-0012"], false);
        rows[1][4] = "9000.00".into();
        let first = fu.post_file(&noun("files"), CSV, csv_of(&rows)).await.created();
        assert_eq!(first["report"]["refused"], 1);
        fu.post(&noun("submission"), json!({})).await.refused(422, "parcels-refused");
        let rows = table(&["R360124-0012"], false);
        let second = fu.post_file(&noun("files"), CSV, csv_of(&rows)).await.created();
        assert_eq!(second["task"]["files"].as_array().unwrap().len(), 2);
        let rules: Vec<&Value> = second["report"]["features"][0]["findings"].as_array().unwrap()
            .iter().map(|finding| &finding["rule"]).collect();
        assert_eq!(rules, [&json!("R15")]);
        let submitted = fu.post(&noun("submission"), json!({})).await.created();
        assert_eq!(submitted["state"], "submitted");
        fu.post_file(&noun("files"), CSV, csv_of(&rows)).await.refused(409, "survey-state");

        // Returned with a reason, handed in again, and not verified before its pond is.
        let reason = json!({ "reason": "界址坐标与影像不符，请核对" });
        let returned = tu.post(&noun("return"), reason.clone()).await.created();
        assert_eq!((&returned["state"], &returned["steps"][1]["reason"]), (&json!("returned"), &reason["reason"]));
        fu.post(&noun("submission"), json!({})).await.created();
        tu.post(&noun("verification"), json!({})).await.refused(422, "parcels-refused");
        let pond = |result: &str| json!({
            "parcel_no": "R360124-0012", "result": result, "evidence": "停养证明及影像",
        });
        fu.post(&noun("pond-verifications"), pond("passed")).await.refused(403, "not-allowed");
        zhou.post(&noun("pond-verifications"), pond("refused")).await.created();
        tu.post(&noun("verification"), json!({})).await.refused(422, "parcels-refused");
        zhou.post(&noun("pond-verifications"), pond("passed")).await.created();
        assert_eq!(fu.get(&noun("report")).await.ok()["report"]["accepted"], 1);
        let verified = tu.post(&noun("verification"), json!({})).await.created();
        assert_eq!(verified["state"], "verified");
        tu.post(&noun("verification"), json!({})).await.refused(409, "survey-state");

        let parcels = fu.get("/api/v1/parcels").await.ok();
        assert_eq!(parcels["items"][0]["number"], "R360124-0012");
        assert_eq!(parcels["items"][0]["pond_check"]["verified_by"], "zhou.jianing");
        town.verify().await;
    }

    async fn land_is_assembled_with_its_right_holders_and_their_consents(town: Town) {
        town.on("2022-03-02");
        enter_parcels(&town, &["R360124-0012"]).await;
        let fu = town.user("fu.guoping").await;
        let holder = |name: &str, area: &str| {
            json!({ "name": name, "area_m2": area, "consented_on": "2022-02-23" })
        };
        let body = |holders: Value| json!({
            "parcel_no": "R360124-0012", "mode": "lease", "assembled_on": "2022-02-28",
            "document": "示例收储〔2022〕3号", "holders": holders,
        });
        let path = "/api/v1/land-assemblies";
        let (one, two) = (holder("五里村一组", "5666.50"), holder("五里村二组", "5666.50"));
        fu.post(path, body(json!([]))).await.refused(422, "right-holders");
        let much = body(json!([one, holder("五里村三组", "9000.00")]));
        fu.post(path, much).await.refused(422, "right-holders-area");
        let assembly = fu.post(path, body(json!([one, two]))).await.created();
        fu.post(path, body(json!([one]))).await.refused(409, "parcel-assembled");
        town.user("hu.xiaoqiu").await.post(path, body(json!([one]))).await.refused(404, "not-found");

        let own = format!("{path}/{}", assembly["id"].as_str().unwrap());
        let consent = format!("{own}/documents?name=a.pdf&purpose=consent");
        let pdf = b"%PDF-1.7\n%%EOF\n".to_vec();
        let any = "application/octet-stream";
        let document = fu.post_file(&consent, any, pdf.clone()).await.created();
        assert_eq!(document["subject_kind"], "land_assembly");
        let zhou = town.user("zhou.jianing").await;
        assert_eq!(zhou.get(&own).await.ok(), assembly);
        town.user("hu.xiaoqiu").await.get(&own).await.refused(404, "not-found");
        // The names of the holders stand in the register of the land alone.
        let log = town.user("aud01.desk").await;
        let entries = log.get("/api/v1/audit/entries?operation=create_land_assembly").await.ok();
        assert!(!entries.to_string().contains("五里村一组"), "{entries:#}");
        town.verify().await;
    }
}
