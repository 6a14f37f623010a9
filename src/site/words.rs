//! The words of states and kinds, as people say them.

mod desks;

use crate::web::pages::Say;

/// Each word of the API with its Chinese and its English; an unknown one is shown as it is.
const WORDS: &[(&str, &str, &str)] = &[
    ("open", "进行中", "open"),
    ("sold", "已售完", "sold out"),
    ("withdrawn", "已撤回", "withdrawn"),
    ("expired", "已到期", "expired"),
    ("suspended", "已暂停", "suspended"),
    ("coastal", "滨海湿地", "coastal"),
    ("river", "河流湿地", "river"),
    ("lake", "湖泊湿地", "lake"),
    ("marsh", "沼泽湿地", "marsh"),
    ("artificial", "人工湿地", "artificial"),
    ("announced", "已公告", "announced"),
    ("drawing", "摇号中", "draw under way"),
    ("noticed", "结果公示中", "result on notice"),
    ("confirmed", "已确认成交", "confirmed"),
    ("ended", "已结束", "ended"),
    ("failed", "流拍", "no sale"),
    ("cancelled", "已取消", "cancelled"),
    ("auction.open", "公开增价", "open ascending"),
    ("auction.sealed", "密封报价", "sealed bids"),
    ("auction.uniform", "统一价密封竞价", "sealed, uniform price"),
    ("awarded", "待确认", "awarded"),
    ("settled", "已交割", "settled"),
    ("defaulted", "已违约", "defaulted"),
    ("scheme", "修复方案公示", "restoration scheme"),
    ("result", "修复结果公示", "restoration result"),
    ("auction_result", "竞价结果公示", "auction result"),
    ("negotiated_transfer", "协议转让", "negotiated transfer"),
    ("enforced_sale", "质押处置", "enforced sale"),
    ("running", "公示中", "running"),
    ("objected", "有异议待处理", "objection open"),
    ("upheld", "异议成立", "objection upheld"),
    ("corrected", "已更正", "corrected"),
    ("filed", "已提交", "filed"),
    ("accepted", "已受理", "accepted"),
    ("refused", "不予受理", "not accepted"),
    ("dismissed", "异议不成立", "dismissed"),
    ("made", "已提出", "made"),
    ("admitted", "已受理", "admitted"),
    ("valid", "有效", "valid"),
    ("frozen", "冻结", "frozen"),
    ("void", "作废", "void"),
    ("unreleased", "未释放", "not released"),
    ("buffer", "缓冲储备", "buffer"),
    ("available", "可用", "available"),
    ("reserved", "已预留", "reserved"),
    ("pledged", "已质押", "pledged"),
    ("retired", "已核销", "retired"),
    ("issuance", "核发", "issuance"),
    ("owner", "项目业主", "project owner"),
    ("buyer", "购买方", "buyer"),
    ("register", "登记簿", "register"),
    ("listing", "挂牌", "listing"),
    ("auction", "竞价", "auction"),
    ("order", "买单", "order"),
    ("trade", "成交", "trade"),
    ("proposed", "立项", "proposed"),
    ("scheme_reviewed", "方案评审通过", "scheme reviewed"),
    ("approved", "已批准", "approved"),
    ("under_construction", "施工中", "under construction"),
    ("completed", "已竣工", "completed"),
    ("stage.accepted", "验收通过", "accepted"),
    ("monitoring", "后期管护监测", "monitoring"),
    ("closed", "已结项", "closed"),
    ("acceptance", "验收", "acceptance"),
    ("year_1", "满一年", "one year on"),
    ("year_3", "满三年", "three years on"),
    ("completion_assessment", "竣工评估", "completion assessment"),
    ("post_assessment", "后评估", "post assessment"),
    ("wetland", "湿地", "wetland"),
    ("reserve", "湿地后备资源", "reserve land"),
    ("national_important", "国家重要湿地", "nationally important"),
    ("provincial_important", "省级重要湿地", "provincially important"),
    ("general", "一般湿地", "general"),
    ("restoration", "修复中", "being restored"),
    ("certified", "已核算认定", "certified"),
    ("seasonal", "季节性积水", "seasonally wet"),
    ("long_term", "长期性积水", "permanently wet"),
    ("submitted", "已提交", "submitted"),
    ("returned", "已退回", "sent back"),
    ("verified", "已核实", "verified"),
    ("deficient", "待补正", "to be completed"),
    ("rejected", "不予批准", "rejected"),
    ("restored", "已恢复", "restored"),
    ("asked", "待本单位负责人确认", "waits for your director"),
    ("effective", "已生效", "effective"),
    ("entered", "待审批", "entered"),
    ("paid", "已到账", "paid"),
    ("notice.open", "待缴款", "to be paid"),
    ("payout.approved", "已审批待付款", "approved, to be paid"),
    ("payout.rejected", "已驳回", "rejected"),
    ("share", "分成拨付", "share"),
    ("refund", "退款", "refund"),
    ("return", "原路退回", "money given back"),
    ("township_share", "乡镇工作经费", "township share"),
    ("centre_share", "中心管理经费", "centre share"),
    ("treasury_share", "县财政", "treasury share"),
    ("right_holder_compensation", "权利人补偿", "compensation of right holders"),
    ("later_upkeep", "后期管护", "later upkeep"),
    ("other_protection_cost", "其他保护支出", "other protection"),
    ("dispute_mediation", "纠纷调处", "mediation of disputes"),
    ("other_stability_work", "其它维稳工作", "other stability work"),
    ("survey", "调查勘测", "survey"),
    ("publicity", "宣传", "publicity"),
    ("expert_review", "专家评审", "expert review"),
    ("organising_restoration", "组织修复", "organising restoration"),
    ("design_tender", "设计招标", "design and tender"),
    ("budget", "预算编制", "budget"),
    ("other_directly_related", "其他直接相关支出", "other directly related"),
    ("restoration_cost", "修复费用", "restoration cost"),
    ("certification", "核算认定", "certification"),
    ("release", "释放", "release"),
    ("buffer_return", "缓冲储备返还", "buffer returned"),
    ("loss", "灭失扣减", "loss"),
    ("replacement", "补建", "replacement"),
    ("retirement", "核销", "retirement"),
    ("withdrawal", "撤回", "withdrawal"),
    ("freeze", "冻结", "freeze"),
    ("thaw", "解冻", "thaw"),
    ("purchase", "购买", "purchase"),
    ("listing_cut", "挂牌核减", "listing cut"),
    ("auction_deposit", "竞价保证金", "auction deposit"),
    ("auction_deposit_end", "保证金退还", "deposit freed"),
    ("importing", "导入中", "importing"),
    ("published", "已入账", "booked"),
    ("new", "新增", "new"),
    ("already_known", "已导入过", "known already"),
    ("duplicate", "重复流水", "repeated line"),
    ("short", "金额不足", "short"),
    ("over", "金额超出", "over"),
    ("unknown_payer", "未知付款人", "unknown payer"),
    ("unknown_reference", "未知缴款码", "unknown reference"),
    ("reference_not_open", "缴款码已使用", "reference no longer open"),
    ("several_references", "多个缴款码", "several references"),
    ("unknown_debit", "未知支出", "unknown debit"),
    ("payout_mismatch", "与拨付不符", "not as the payout"),
    ("payout_returned", "拨付被退回", "payout came back"),
    ("deposit_returned", "缴款被退回", "deposit went back"),
    ("opening_balance", "期初余额", "opening balance"),
    ("deposit_reversed", "缴款冲正", "deposit reversed"),
    ("payout_reversed", "拨付冲正", "payout reversed"),
    ("administrator", "平台管理员", "administrator"),
    ("centre_director", "运营中心主任", "centre director"),
    ("centre_officer", "运营中心经办人", "centre officer"),
    ("finance_director", "财政局负责人", "finance director"),
    ("finance_officer", "财政局经办人", "finance officer"),
    ("forestry_officer", "林业局经办人", "forestry officer"),
    ("township_officer", "乡镇经办人", "township officer"),
    ("developer", "建设单位经办人", "developer"),
    ("developer_director", "建设单位负责人", "developer's director"),
    ("assessor", "评估机构", "assessor"),
    ("bank_officer", "银行经办人", "bank officer"),
    ("insurer_officer", "保险经办人", "insurer officer"),
    ("auditor", "审计人员", "auditor"),
];

/// Says a word of the API in the reader's language; `kind.word` where one word means two things.
pub fn word(say: &Say, name: &str) -> String {
    let known = WORDS.iter().chain(desks::WORDS).find(|(known, _, _)| *known == name);
    if let Some((_, chinese, english)) = known {
        return say.t(chinese, english).to_owned();
    }
    let plain = name.rsplit('.').next().unwrap_or(name);
    if plain == name { name.to_owned() } else { word(say, plain) }
}

/// The choices of a filter: everything, and each of these.
pub(super) fn choices(say: &Say, any: &str, names: &[&str]) -> Vec<(String, String)> {
    let any = (String::new(), any.to_owned());
    let each = names.iter().map(|name| {
        let plain = name.rsplit('.').next().unwrap_or(name);
        (plain.to_owned(), word(say, name))
    });
    std::iter::once(any).chain(each).collect()
}

/// The types of wetland.
pub(super) const TYPES: &[&str] = &["coastal", "river", "lake", "marsh", "artificial"];

/// Grades, 1 being the best: `2 级`, `grade 2`.
pub(super) fn grade(say: &Say, grade: &str) -> String {
    match (grade.is_empty(), say.is_chinese()) {
        (true, _) => "—".to_owned(),
        (false, true) => format!("{grade} 级"),
        (false, false) => format!("grade {grade}"),
    }
}
