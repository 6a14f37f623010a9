//! What is shown: plain lines of at most 80 columns where that is possible.

use std::io::Write;

use super::story::{Ending, Step};

const COLUMNS: usize = 80;

/// Writes one line to standard output.
pub(super) fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

/// How many columns a text takes; Chinese characters take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

/// Fills a text with spaces to so many columns.
pub(super) fn wide(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(columns(text))))
}

/// The text, cut to one line.
pub(super) fn shortened(text: &str) -> String {
    if columns(text) <= COLUMNS {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if columns(&short) + 3 > COLUMNS {
            break;
        }
        short.push(c);
    }
    short + "…"
}

/// The heading of a part of the report.
pub(super) fn heading(chinese: &str, english: &str) -> anyhow::Result<()> {
    say("")?;
    say(&format!("== {chinese} {english} =="))
}

/// One line for a step that was played.
pub(super) fn line_of_step(step: &Step, of: usize, figures: usize, differences: usize) -> String {
    let ending = match step.outcome {
        Ending::Refused => "拒绝 refused",
        Ending::Done => "完成 done",
    };
    let result = if differences == 0 {
        format!("{figures:>3} 相符 agree")
    } else {
        format!("{differences}/{figures} 不符 differ")
    };
    let act = wide(&format!("{} {}", chinese_of(&step.action), step.action), 28);
    format!("[{:>2}/{of}] {} {act} {} {result}", step.step, step.date, wide(ending, 12))
}

fn chinese_of(action: &str) -> &'static str {
    match action {
        "import_parcels" => "导入地块",
        "propose_project" => "申报项目",
        "advance_project" => "推进项目",
        "accept_project" => "项目验收",
        "apply_certification" => "申请核算",
        "certify" => "核算认定",
        "release" => "释放指标",
        "enter_schedule" | "schedules_in_force" => "分配标准",
        "announce_auction" => "竞价公告",
        "reserve_bid_deposits" => "缴保证金",
        "run_auction" => "竞价出价",
        "settle_auction" => "竞价成交",
        "negotiated_transfer" => "协议转让",
        "pledge" => "指标质押",
        "apply_occupation" => "申请占用",
        "retire" => "指标核销",
        "approve_occupation" => "占用审批",
        "record_spending" => "登记支出",
        "period_statement" => "期间报表",
        "project_statement" => "项目收益",
        "list" => "指标挂牌",
        "buy" => "购买结算",
        "import_statement" => "导入流水",
        "assign_line" => "认领款项",
        "approve_payout" => "审批拨付",
        "payout" => "拨付到账",
        "reconcile" => "期末对账",
        "verify" => "全面校验",
        _ => "其他",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::story::Story;

    #[test]
    fn every_step_fits_a_terminal_of_eighty_columns() {
        let steps = Story::read(None).unwrap().steps;
        for step in &steps {
            for differences in [0, 12] {
                let line = line_of_step(step, steps.len(), 120, differences);
                assert!(columns(&line) <= COLUMNS, "{} columns: {line}", columns(&line));
            }
            assert_ne!(chinese_of(&step.action), "其他", "{}", step.action);
        }
        let long = shortened(&"指标".repeat(60));
        assert!((78..=80).contains(&columns(&long)), "{}", columns(&long));
        assert_eq!(shortened("short"), "short");
    }
}
