//! What is sent to the operations that take a body.

use serde_json::{Value, json};

use super::scene::{Scene, UNKNOWN};
use crate::restoration::works::{acceptance, described};

impl Scene {
    pub(super) fn body(&self, operation: &str, id: &str) -> Value {
        let it = described("P360124-001");
        match operation {
            "create_release" => json!({ "milestone": "acceptance" }),
            "create_certification_application" => {
                let it = &it["certification"];
                json!({
                    "project_id": id, "m2": it["certified_m2"], "grade": it["grade"],
                    "wetland_type": it["wetland_type"], "grade_method": it["grade_method"],
                    "grade_indicators": it["grade_indicators"],
                })
            }
            "create_account_opening" => {
                json!({ "amount": "5.00", "opened_on": "2023-08-01", "reason": "由原账户结转" })
            }
            "create_period_close" => json!({ "kind": "month", "day": "2023-08-31" }),
            "create_share_payout" => json!({
                "share": "township_share", "amount": "0.01",
                "organisation_id": self.things["organisation"],
            }),
            "create_listing" => json!({ "batch_id": id, "m2": 1, "price_per_mu": "94200.00" }),
            "create_account_change" => json!({
                "bank": { "number": "622848000000002", "bank_name": "示例银行" }, "reason": "来函",
            }),
            "create_payout_batch" => json!({ "from": "2023-08-01", "to": "2023-08-31" }),
            "create_payment_template" => json!({
                "bank": "示例银行", "encoding": "utf8_bom",
                "columns": [
                    { "title": "账号", "field": "payee_account" },
                    { "title": "户名", "field": "payee_name" },
                    { "title": "金额", "field": "amount" },
                ],
            }),
            "create_payout_return" => json!({ "line_id": UNKNOWN, "reason": "账号有误" }),
            "create_receivable_payment" => json!({
                "organisation_id": self.things["payee"], "amount": "1.00", "reason": "抵扣",
            }),
            "create_account_change_rejection"
            | "create_correction_rejection"
            | "create_payout_batch_rejection"
            | "create_payout_batch_cancellation"
            | "create_spending_rejection"
            | "create_rejection"
            | "create_withdrawal"
            | "create_payout_cancellation"
            | "create_payout_rejection" => json!({ "reason": "金额有误" }),
            "create_occupation_document" => json!({
                "kind": "other", "title": "补充说明", "sha256": "ab".repeat(32),
            }),
            "create_deficiency_notice" => json!({ "documents": ["form"], "note": "申请表未盖章" }),
            "create_occupation_extension"
            | "create_occupation_rejection"
            | "create_occupation_withdrawal" => json!({ "reason": "选址未充分避让" }),
            "create_occupation_grading" => json!({
                "grade": 3, "assessor": "ASR01", "report_number": "JY-2023-044",
                "reported_on": "2023-08-20", "author": "裴若兰", "no_interest_declared": true,
            }),
            "create_national_opinion" => json!({
                "number": "林湿函〔2023〕12号", "authority": "国家林业和草原局",
                "given_on": "2023-08-20", "favourable": true,
            }),
            "create_restoration_fee" => json!({
                "rate_per_m2": "200.00", "reason": "县内无可恢复的后备资源", "document": "示例〔2023〕33号",
            }),
            "create_occupation_approval" => json!({ "document": "示例林湿许〔2023〕8号" }),
            "create_land_restoration" => json!({ "restored_on": "2023-08-20", "report": "记录" }),
            "create_retirement" => json!({
                "parts": [{ "batch_id": self.things["batch"], "m2": 1 }], "reason": "占补平衡",
            }),
            "create_retirement_assignment" => json!({ "occupation_id": UNKNOWN }),
            "create_certificate_freeze" | "create_certificate_thaw" => {
                json!({ "reason": "核查期间冻结", "document": "示例林湿〔2023〕41号" })
            }
            "create_violation_decision" => json!({
                "rate_yuan_per_m2": 600, "document": "示例林罚〔2023〕5号",
                "restore_by": "2024-06-30",
            }),
            "create_violation_closure" => json!({ "restored_on": "2023-08-20", "report": "记录" }),
            "create_land_survey" => json!({
                "source": "2025年度国土变更调查", "survey_year": 2025, "land_class": "1104A",
                "declared_area_m2": "11333.00",
            }),
            "create_monitoring_update" => json!({
                "source": "湿地生态综合监测", "survey_year": 2025, "level": "general",
                "wetland_type": "lake", "water_regime": "seasonal",
            }),
            "create_layer_approval" | "create_layer_argument" => {
                json!({ "document": "示例〔2021〕5号", "dated": "2021-03-01" })
            }
            "create_layer_consultation" => json!({ "closes_on": "2099-01-31" }),
            "create_layer_comment" => json!({
                "author": "梅庄镇人民政府", "comment": "无意见", "made_on": "2021-01-20",
            }),
            "create_zone_approval" => json!({
                "zone_no": "Z360124-Y01", "approval_no": "示例〔2024〕17号",
                "by": "county_government", "date": "2022-03-02",
            }),
            "create_land_correction" => json!({
                "reason": "界址点坐标有误", "source": "2025年度国土变更调查", "survey_year": 2025,
                "name": "示例", "land_class": "1104A", "declared_area_m2": "11333.00",
            }),
            "create_monitoring_correction" => json!({
                "reason": "录入时级别有误", "source": "湿地生态综合监测", "survey_year": 2025,
                "level": "general", "wetland_type": "lake", "water_regime": "seasonal",
            }),
            "create_parcel_withdrawal" => json!({ "reason": "经核实不再具备修复条件" }),
            "create_project_withdrawal" => json!({ "reason": "权利人改变用途" }),
            "create_list_decision" => json!({
                "outcome": "listed", "level": "provincial_important",
                "document": "示例林湿〔2023〕3号", "decided_on": "2023-08-01",
            }),
            "create_wetland_marker" => json!({ "set_on": "2023-08-01" }),
            "create_acceptance" => acceptance(&it),
            "create_closure" => json!({
                "keeper": "五里垦殖场湿地管护站",
                "post_assessment": {
                    "assessor": "ASR01", "report_no": "JY-2028-031", "date": "2023-08-20",
                    "author": "裴若兰", "no_interest_declared": true,
                },
            }),
            "create_monitoring_plan" => json!({ "years": 5 }),
            "create_exception_owner" => json!({ "owner_id": self.things["officer"] }),
            "create_exception_note" => json!({ "said": "已电话联系付款人" }),
            "create_statement_assignment" => json!({
                "parts": [{ "amount": "1.00", "reference": "SD360124-2026-0002" }],
                "reason": "付款人来函说明",
            }),
            _ => json!({}),
        }
    }
}
