//! The statement as it is printed and signed.

use super::contents::{Contents, each_voucher};
use super::names::{bucket_name, bucket_of, event_name, holder_of};
use crate::kernel::capitals::capitals;
use crate::kernel::db::Conn;
use crate::kernel::money::cny;
use crate::kernel::problem::Answer;
use crate::ledger::MoneyBucket;
use crate::web::paper::{Column, Document};

/// A longer list is left to the workbook: nobody prints it.
const VOUCHERS_PRINTED_MAX: i64 = 1_000;

/// Lays the statement out.
pub(in crate::finance) fn write_pdf(c: &mut Conn, contents: &Contents) -> Answer<Vec<u8>> {
    let title = format!("交易费用管理账户期间报表（{} 至 {}）", contents.from, contents.to);
    let mut paper = Document::new(&title, contents.to);
    let account = &contents.account;
    paper.line(&format!("户名：{}", account.name));
    paper.line(&format!("账号：{}    开户行：{}", account.number, account.bank));
    let state = contents.closed_at.map(|at| format!("已于 {} 结账", at.date_in_shanghai()));
    paper.line(&format!("状态：{}", state.unwrap_or_else(|| "未结账".into())));
    summary(&mut paper, contents);
    accounts(&mut paper, contents);
    batches(&mut paper, contents);
    payouts(&mut paper, contents);
    vouchers(c, &mut paper, contents)?;
    paper.heading("签章");
    paper.line("制表：                    复核：                    财政局（章）：");
    Ok(paper.finish()?)
}

fn summary(paper: &mut Document, contents: &Contents) {
    let bank = &contents.bank;
    let row = |name: &str, fen: i64| vec![name.to_owned(), cny(fen), capitals(fen)];
    let shares = [MoneyBucket::TownshipShare, MoneyBucket::CentreShare, MoneyBucket::TreasuryShare];
    let rows = [
        row("期初银行余额", bank.opening.get()),
        row("本期收入", bank.credits_fen),
        row("本期支出", bank.debits_fen),
        row("期末银行余额", bank.closing.get()),
        row("其中：暂存款", contents.closing_of(&[MoneyBucket::Available, MoneyBucket::Reserved])),
        row("　　　分成份额", contents.closing_of(&shares)),
        row("　　　暂收款", contents.closing_of(&[MoneyBucket::Suspense])),
        row("　　　减：应收款", contents.closing_of(&[MoneyBucket::Receivable])),
    ];
    paper.heading("一、资金总表（元）");
    let columns =
        [Column::left("项目", 3.0), Column::right("金额", 3.0), Column::left("大写金额", 7.0)];
    paper.table(&columns, &rows);
    if let Some(carried) = &contents.carried {
        paper.line(&format!(
            "结转下期：未处理差异 {} 笔，合计 {}；在途拨付 {} 笔，合计 {}。",
            carried.exceptions,
            cny(carried.exceptions_fen),
            carried.payouts,
            cny(carried.payouts_fen),
        ));
    }
}

fn accounts(paper: &mut Document, contents: &Contents) {
    paper.heading("二、科目余额（元）");
    let columns = [
        Column::left("科目", 3.4),
        Column::left("单位", 5.0),
        Column::right("期初余额", 2.7),
        Column::right("本期增加", 2.7),
        Column::right("本期减少", 2.7),
        Column::right("期末余额", 2.7),
    ];
    let rows: Vec<Vec<String>> = contents
        .lines
        .iter()
        .map(|line| {
            let mut cells = vec![bucket_name(line.bucket).to_owned(), line.name.clone()];
            cells.extend([line.opening, line.came, line.went, line.closing].map(cny));
            cells
        })
        .collect();
    paper.table(&columns, &rows);
}

fn batches(paper: &mut Document, contents: &Contents) {
    paper.heading("三、按批次成交");
    if contents.batches.is_empty() {
        return paper.line("本期无成交。");
    }
    let columns = [
        Column::left("批次", 4.0),
        Column::right("笔数", 1.2),
        Column::right("面积（m²）", 2.4),
        Column::right("金额", 3.0),
        Column::right("乡镇", 3.0),
        Column::right("中心", 3.0),
        Column::right("县财政", 3.0),
    ];
    let rows: Vec<Vec<String>> = contents
        .batches
        .iter()
        .map(|line| {
            let mut cells = vec![line.number.clone(), line.trades.to_string(), line.m2.to_string()];
            cells.extend([line.amount, line.township, line.centre, line.treasury].map(cny));
            cells
        })
        .collect();
    paper.table(&columns, &rows);
}

fn payouts(paper: &mut Document, contents: &Contents) {
    paper.heading("四、拨付");
    if contents.payouts.is_empty() {
        return paper.line("本期无拨付。");
    }
    let columns = [
        Column::left("编号", 2.6),
        Column::left("日期", 2.2),
        Column::left("户名", 4.0),
        Column::left("账号", 3.6),
        Column::right("金额", 2.6),
        Column::left("大写金额", 5.0),
    ];
    let rows: Vec<Vec<String>> = contents
        .payouts
        .iter()
        .map(|payout| {
            let day = payout.paid_at.map(|at| at.date_in_shanghai().to_string());
            let fen = payout.amount_fen.get();
            vec![
                payout.number.clone(),
                day.unwrap_or_default(),
                payout.account_name.clone(),
                payout.account.clone(),
                cny(fen),
                capitals(fen),
            ]
        })
        .collect();
    paper.table(&columns, &rows);
}

fn vouchers(c: &mut Conn, paper: &mut Document, contents: &Contents) -> Answer<()> {
    paper.heading("五、凭证");
    if contents.journals > VOUCHERS_PRINTED_MAX {
        paper.line(&format!("本期共 {} 张凭证，见工作簿。", contents.journals));
        return Ok(());
    }
    let known = super::contents::known_holders(c, contents.account.id)?;
    let columns = [
        Column::left("凭证号", 2.8),
        Column::left("日期", 2.3),
        Column::left("摘要", 2.3),
        Column::left("借方", 4.2),
        Column::left("贷方", 4.2),
        Column::right("金额", 2.8),
    ];
    let mut rows = Vec::new();
    each_voucher(c, contents.account.id, (contents.from, contents.to), |number, voucher| {
        let day = voucher.journal.effective_at.date_in_shanghai().to_string();
        for transfer in &voucher.transfers {
            let side = |account| {
                let bucket = bucket_of(account).map_or("", bucket_name);
                format!("{bucket} {}", holder_of(account, &known).1)
            };
            rows.push(vec![
                number.to_owned(),
                day.clone(),
                event_name(&voucher.journal.event).to_owned(),
                side(&transfer.from),
                side(&transfer.to),
                cny(transfer.amount),
            ]);
        }
        Ok(())
    })?;
    paper.table(&columns, &rows);
    Ok(())
}
