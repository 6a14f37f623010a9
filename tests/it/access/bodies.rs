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
            "create_order" | "create_occupation_order" => json!({
                "m2": 1, "price_per_mu": "337.00", "wetland_type": "marsh", "grade_max": 5,
            }),
            "create_price_band" => json!({ "on": true, "document": "示例〔2026〕7号" }),
            "create_auction" => json!({
                "batch_id": id, "kind": "sealed", "m2": 1, "start_price_per_mu": "94200.00",
                "opens_at": "2099-01-01T00:00:00Z", "closes_at": "2099-01-02T00:00:00Z",
            }),
            "create_auction_cancellation"
            | "create_auction_withdrawal"
            | "create_award_refusal"
            | "create_negotiated_refusal"
            | "create_negotiated_rejection"
            | "create_trading_ban_lift" => json!({ "reason": "示例" }),
            "create_freeze_order" => json!({
                "authority": "centre", "document": "示例〔2023〕11号", "reason": "待查",
            }),
            "create_pledge_extension" => {
                json!({ "ends_on": "2041-01-01", "contract_no": "质借〔2023〕1号展期" })
            }
            "create_enforced_sale" => json!({
                "buyer_id": self.fair.buyers[0].1, "m2": 1, "price_per_mu": "94200.00",
                "claim": "1.00", "document": "示例执〔2023〕2号",
            }),
            "create_insurance_claim" => json!({ "loss_id": self.things["loss"] }),
            "create_claim_payment" => json!({ "claim_id": UNKNOWN, "reason": "示例" }),
            "create_auction_draw" => json!({ "nonce_hash": "0".repeat(64) }),
            "create_auction_draw_reveal" => json!({ "nonce": "0".repeat(32) }),
            "create_auction_objection" => {
                json!({ "author": "示例", "contact": "示例", "said": "示例" })
            }
            "create_auction_objection_step" => json!({ "state": "admitted", "answer": "示例" }),
            "create_negotiated_acceptance" => json!({ "round": 1 }),
            "create_negotiated_counter_offer" => {
                json!({ "round": 1, "m2": 1, "price_per_mu": "94200.00" })
            }
            "create_negotiated_transfer" => json!({
                "batch_id": self.things["batch"], "counterparty_id": self.things["organisation"],
                "m2": 1, "price_per_mu": "94200.00",
            }),
            "create_price_floor" => {
                json!({ "price_per_mu": "90000.00", "document": "示例〔2024〕22号" })
            }
            "create_auction_bid" => json!({ "price_per_mu": "94200.00" }),
            "create_trading_ban" => {
                json!({ "organisation_id": self.things["organisation"], "reason": "示例" })
            }
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
            "create_return_payout" => json!({ "reason": "来源不明" }),
            "create_payout_return" => json!({ "line_id": UNKNOWN, "reason": "账号有误" }),
            "create_receivable_payment" => json!({
                "organisation_id": self.things["payee"], "amount": "1.00", "reason": "抵扣",
            }),
            "create_trusted_account" => {
                json!({ "number": "1502999909000000021", "reason": "每月拨付" })
            }
            "create_account_hold" => json!({ "number": "622848000000098", "reason": "存疑" }),
            "create_trusted_account_rejection"
            | "create_trusted_account_removal"
            | "create_account_hold_lift_request"
            | "create_account_change_rejection"
            | "create_commitment_permit_rejection"
            | "create_correction_rejection"
            | "create_payout_batch_rejection"
            | "create_payout_batch_cancellation"
            | "create_single_person_limit_rejection"
            | "create_spending_rejection"
            | "create_rejection"
            | "create_withdrawal"
            | "create_order_cancellation"
            | "create_payout_cancellation"
            | "create_statement_cancellation"
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
            "create_survey_task" => json!({
                "township": "360124500", "survey_year": 2022, "title": "普查",
                "document": "示例〔2022〕6号", "due_on": "2099-12-31",
            }),
            "create_pond_verification" => json!({
                "parcel_no": "R360124-0012", "result": "passed", "evidence": "影像",
            }),
            "create_survey_return" => json!({ "reason": "请核对" }),
            "create_land_assembly" => json!({
                "parcel_no": "R360124-0012", "mode": "lease", "assembled_on": "2022-02-28",
                "document": "示例收储〔2022〕3号",
                "holders": [{ "name": "一组", "area_m2": "11333.00", "consented_on": "2022-02-23" }],
            }),
            "create_notice_correction" => json!({
                "reason": "面积有误", "title": "修复结果公示（更正）",
                "fields": [{ "name": "验收面积", "value": "11333.00 m²" }],
            }),
            "create_objection" => json!({ "text": "面积有误" }),
            "create_objection_reply" => json!({ "text": "界址已经复核" }),
            "create_objection_acceptance"
            | "create_objection_refusal"
            | "create_objection_dismissal"
            | "create_objection_upholding"
            | "create_pledge_refusal"
            | "create_pledge_release"
            | "create_pledge_withdrawal"
            | "create_enforced_sale_withdrawal"
            | "create_thaw_request" => json!({ "reason": "经复核" }),
            "create_expert" => json!({ "user_id": UNKNOWN, "fields": ["wetland"] }),
            "create_expert_standing" => json!({ "standing": "active", "reason": "复核" }),
            "create_expert_review" => json!({ "score": 86, "remark": "按时提交" }),
            "create_expert_recusal" => {
                json!({ "matter": "project", "subject_id": UNKNOWN, "reason": "有利害关系" })
            }
            "create_draw_announcement" => json!({ "nonce_hash": "ab".repeat(32) }),
            "create_draw_reveal" => json!({ "nonce": "ab".repeat(32) }),
            "create_panel_replacement" => json!({ "member_id": UNKNOWN, "reason": "因故" }),
            "create_panel_vote" => json!({ "vote": "approve", "score": 80, "reason": "可行" }),
            "create_project_draw" | "create_application_draw" => json!({
                "needs": [{ "field": "wetland", "seats": 3 }],
                "moment": "2023-09-30T04:00:00Z",
            }),
            "create_monitoring_report" => json!({
                "due_on": "2024-08-04", "report_no": "JC-1", "date": "2023-08-20",
                "author": "裴若兰", "restored_area_m2": "11333.00", "findings": "良好",
            }),
            "create_loss" => json!({
                "m2": 1, "found_on": "2023-08-20", "reason": "洪水", "reference": "示例〔2023〕9号",
            }),
            "create_loss_replacement" => json!({
                "kind": "credits", "source_id": self.things["batch"], "m2": 1, "reason": "补建",
                "reference": "示例〔2023〕10号",
            }),
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

/// What an operation has to be asked with beside its path.
pub(super) fn query_of(operation: &str) -> &'static str {
    match operation {
        "get_reconciliation" | "get_period_statement" | "export_vouchers" => {
            "?from=2026-09-01&to=2026-09-30"
        }
        "export_period_statement" => "?from=2026-09-01&to=2026-09-30&format=csv",
        "export_books" => "?format=hledger",
        "get_inclusion_proof" => "?seq=1&size=1",
        "get_consistency_proof" => "?from=1&to=1",
        "list_due_shares" => "?to=2026-09-30",
        "get_period_close_check" => "?kind=month&day=2023-08-31",
        one if one.ends_with("_reconciliation_items") => "?list=matched",
        _ => "",
    }
}
