//! The notices of a registration and of a release, as PDF: Chinese first, English on the second page.

use crate::encumbrance::model::{DepartureKind, Run, SecuredShare};
use crate::encumbrance::store::{DepartureRow, PledgeRow};
use crate::kernel::clock::Time;
use crate::web::paper::{Column, Document};

/// The notice that a pledge was registered; the same pledge gives the same bytes as long as nothing
/// leaves it.
pub(super) fn of_registration(row: &PledgeRow, runs: &[Run], at: Time) -> anyhow::Result<Vec<u8>> {
    let mut paper = Document::new("湿地占补平衡指标质押登记通知书", at.date_in_shanghai());
    let shares = |names: fn(SecuredShare) -> &'static str, none: &str, between: &str| {
        let named: Vec<&str> = row.shares().into_iter().map(names).collect();
        if named.is_empty() { none.to_owned() } else { named.join(between) }
    };
    let mut rows = terms(row, true);
    rows.push(line("担保的收益份额", shares(share_in_chinese, "无（仅设定质押）", "、")));
    rows.push(line("登记时间", shown(at)));
    table(&mut paper, ("项目", "内容"), &rows);
    serials(&mut paper, ("质押的指标", "编号区间", "平方米"), row, runs);
    paper.line("质押期间，上述指标在质权人解除质押前不得挂牌、转让、核销或再次质押。");
    paper.page("Notice that a pledge of wetland credits was registered");
    let mut rows = terms(row, false);
    rows.push(line("Securing shares", shares(SecuredShare::as_str, "none: the lien alone", ", ")));
    rows.push(line("Registered at", shown(at)));
    table(&mut paper, ("Item", "Content"), &rows);
    serials(&mut paper, ("Pledged credits", "Serials", "m²"), row, runs);
    paper.line(
        "Until the lender releases them these credits are not listed, sold, retired or pledged.",
    );
    paper.finish()
}

/// The notice that credits left a lien.
pub(super) fn of_departure(
    row: &PledgeRow,
    departure: &DepartureRow,
    runs: &[Run],
) -> anyhow::Result<Vec<u8>> {
    let (chinese, english) = match departure.kind {
        DepartureKind::Released => {
            ("湿地占补平衡指标解除质押通知书", "Notice that pledged wetland credits were released")
        }
        DepartureKind::Sold => {
            ("湿地占补平衡指标质押处置通知书", "Notice that pledged wetland credits were sold")
        }
    };
    let at = departure.departed_at;
    let mut paper = Document::new(chinese, at.date_in_shanghai());
    let mut rows = terms(row, true);
    rows.push(line("通知编号", departure.number.clone()));
    rows.push(line("事由", departure.reason.to_string()));
    rows.push(line("仍在质押", format!("{} 平方米", departure.left_m2)));
    rows.push(line("办理时间", shown(at)));
    table(&mut paper, ("项目", "内容"), &rows);
    serials(&mut paper, ("解除质押的指标", "编号区间", "平方米"), row, runs);
    paper.page(english);
    let mut rows = terms(row, false);
    rows.push(line("Notice", departure.number.clone()));
    rows.push(line("Reason", departure.reason.to_string()));
    rows.push(line("Still pledged", format!("{} m²", departure.left_m2)));
    rows.push(line("At", shown(at)));
    table(&mut paper, ("Item", "Content"), &rows);
    serials(&mut paper, ("Credits that left the lien", "Serials", "m²"), row, runs);
    paper.finish()
}

fn terms(row: &PledgeRow, chinese: bool) -> Vec<Vec<String>> {
    let heads = if chinese {
        ["质押编号", "出质人", "质权人", "指标批次", "质押面积", "借款金额", "合同编号", "期限"]
    } else {
        ["Pledge", "Holder", "Lender", "Batch", "Area", "Loan", "Contract", "Term"]
    };
    let (m2, yuan) = if chinese { ("平方米", "元") } else { ("m²", "CNY") };
    let texts = [
        row.number.clone(),
        row.holder_name.clone(),
        row.lender_name.clone(),
        row.batch_number.clone(),
        format!("{} {m2}", row.m2.get()),
        format!("{} {yuan}", row.amount_fen),
        row.contract_no.to_string(),
        format!("{} – {}", row.starts_on, row.ends_on),
    ];
    heads.into_iter().zip(texts).map(|(head, text)| line(head, text)).collect()
}

fn line(head: &str, text: String) -> Vec<String> {
    vec![head.to_owned(), text]
}

fn table(
    paper: &mut Document,
    (head, content): (&'static str, &'static str),
    rows: &[Vec<String>],
) {
    paper.table(&[Column::left(head, 3.0), Column::left(content, 9.0)], rows);
}

fn serials(
    paper: &mut Document,
    (heading, head, m2): (&str, &'static str, &'static str),
    row: &PledgeRow,
    runs: &[Run],
) {
    paper.heading(heading);
    let columns = [Column::left(head, 9.0), Column::right(m2, 3.0)];
    let shown = |run: &Run| vec![run_text(&row.batch_number, *run), run.m2().to_string()];
    paper.table(&columns, &runs.iter().map(shown).collect::<Vec<_>>());
}

/// The printed form of a run of serials.
pub(super) fn run_text(batch: &str, run: Run) -> String {
    crate::occupation::run_text(batch, run.first_serial, run.last_serial)
}

fn share_in_chinese(share: SecuredShare) -> &'static str {
    match share {
        SecuredShare::Township => "乡镇工作经费",
        SecuredShare::Treasury => "县财政收入",
    }
}

/// A moment as it is on the wall in Shanghai, to the second.
fn shown(at: Time) -> String {
    let local = at.plus_seconds(8 * 3_600).naive();
    format!("{} (UTC+8)", local.format("%Y-%m-%d %H:%M:%S"))
}
