//! The statement as a workbook: what is summed is a formula, so that whoever opens it can follow.

use std::io::{Seek, Write};

use super::contents::{Contents, each_trade, each_voucher};
use super::names::{bucket_name, bucket_of, event_name, holder_of};
use crate::kernel::capitals::capitals;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::ledger::MoneyBucket;
use crate::web::paper::{Cell, Sheet, Workbook};

/// Where the accounts stand, for the formulas of the summary.
const ACCOUNTS: &str = "科目余额";

/// Writes the whole workbook, page by page of what is long.
pub(in crate::finance) fn write_workbook(
    c: &mut Conn,
    out: impl Write + Seek + Send,
    contents: &Contents,
) -> Answer<()> {
    let title = format!("{} 至 {} 期间报表", contents.from, contents.to);
    let mut book = Workbook::new(&title, contents.to)?;
    summary(&mut book, &title, contents)?;
    accounts(&mut book, contents)?;
    batches(&mut book, contents)?;
    trades(c, &mut book, contents)?;
    payouts(&mut book, contents)?;
    vouchers(c, &mut book, contents)?;
    book.save(out)
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn summary(book: &mut Workbook, title: &str, contents: &Contents) -> Answer<()> {
    let mut sheet = book.sheet("汇总", &[26, 22, 56])?;
    sheet.row(&[text(title)])?;
    let account = &contents.account;
    for (name, value) in [
        ("账号", account.number.clone()),
        ("户名", account.name.clone()),
        ("开户行", account.bank.clone()),
        ("区划", account.county.to_string()),
        (
            "结账",
            contents
                .closed_at
                .map_or("未结账".into(), |at| format!("已于 {} 结账", at.date_in_shanghai())),
        ),
    ] {
        sheet.row(&[text(name), Cell::Text(value)])?;
    }
    sheet.row(&[Cell::Head("项目"), Cell::Head("金额（元）"), Cell::Head("大写金额")])?;
    let bank = &contents.bank;
    for (name, fen) in [
        ("期初银行余额", bank.opening.get()),
        ("本期收入", bank.credits_fen),
        ("本期支出", bank.debits_fen),
    ] {
        sheet.row(&[text(name), Cell::Fen(fen), Cell::Text(capitals(fen))])?;
    }
    let next = sheet.next();
    let formula = format!("=B{}+B{}-B{}", next - 3, next - 2, next - 1);
    let closing = bank.closing.get();
    let closed =
        [text("期末银行余额"), Cell::FenFormula(formula, closing), Cell::Text(capitals(closing))];
    sheet.row(&closed)?;
    let first = sheet.next();
    let mut held = 0;
    for bucket in MoneyBucket::ALL {
        if matches!(bucket, MoneyBucket::Clearing | MoneyBucket::Receivable) {
            continue;
        }
        held += sum_of(&mut sheet, contents, *bucket)?;
    }
    let owed = sum_of(&mut sheet, contents, MoneyBucket::Receivable)?;
    let next = sheet.next();
    let formula = format!("=SUM(B{first}:B{})-B{}", next - 2, next - 1);
    sheet.row(&[text("合计（应等于期末银行余额）"), Cell::FenFormula(formula, held - owed)])?;
    let formula = format!("=B{}-B{next}", first - 1);
    sheet.row(&[text("差额"), Cell::FenFormula(formula, closing - held + owed)])?;
    if let Some(carried) = &contents.carried {
        sheet.row(&[text("未处理差异（笔）"), Cell::Whole(carried.exceptions)])?;
        sheet.row(&[text("未处理差异合计"), Cell::Fen(carried.exceptions_fen)])?;
        sheet.row(&[text("在途拨付（笔）"), Cell::Whole(carried.payouts)])?;
        sheet.row(&[text("在途拨付合计"), Cell::Fen(carried.payouts_fen)])?;
    }
    Ok(())
}

/// A row with what the accounts of a bucket come to, over the sheet of accounts.
fn sum_of(sheet: &mut Sheet<'_>, contents: &Contents, bucket: MoneyBucket) -> Answer<i64> {
    let fen = contents.closing_of(&[bucket]);
    let last = contents.lines.len() + 1;
    let formula =
        format!("=SUMIF('{ACCOUNTS}'!A2:A{last},A{},'{ACCOUNTS}'!G2:G{last})", sheet.next());
    let cells =
        [text(bucket_name(bucket)), Cell::FenFormula(formula, fen), Cell::Text(capitals(fen))];
    sheet.row(&cells)?;
    Ok(fen)
}

fn accounts(book: &mut Workbook, contents: &Contents) -> Answer<()> {
    let mut sheet = book.sheet(ACCOUNTS, &[20, 16, 36, 18, 18, 18, 18])?;
    sheet.freeze(1)?;
    let heads = ["科目", "单位代码", "单位名称", "期初余额", "本期增加", "本期减少", "期末余额"];
    sheet.row(&heads.map(Cell::Head))?;
    for line in &contents.lines {
        let row = sheet.next();
        sheet.row(&[
            text(bucket_name(line.bucket)),
            text(&line.code),
            text(&line.name),
            Cell::Fen(line.opening),
            Cell::Fen(line.came),
            Cell::Fen(line.went),
            Cell::FenFormula(format!("=D{row}+E{row}-F{row}"), line.closing),
        ])?;
    }
    let last = sheet.next() - 1;
    sheet.filter(1, last, 7)
}

fn batches(book: &mut Workbook, contents: &Contents) -> Answer<()> {
    let mut sheet = book.sheet("按批次", &[26, 10, 14, 18, 18, 18, 18])?;
    let heads = ["批次", "成交笔数", "面积（平方米）", "成交金额", "乡镇", "中心", "县财政"];
    sheet.row(&heads.map(Cell::Head))?;
    let mut sums = [0; 4];
    for line in &contents.batches {
        let fens = [line.amount, line.township, line.centre, line.treasury];
        add(&mut sums, &fens);
        let mut cells = vec![text(&line.number), Cell::Whole(line.trades), Cell::Whole(line.m2)];
        cells.extend(fens.map(Cell::Fen));
        sheet.row(&cells)?;
    }
    let total = vec![text("合计"), Cell::Nothing, Cell::Nothing];
    totals(&mut sheet, total, "DEFG", &sums)
}

fn trades(c: &mut Conn, book: &mut Workbook, contents: &Contents) -> Answer<()> {
    let mut sheet = book.sheet("成交", &[24, 12, 36, 14, 16, 18, 18, 18, 18])?;
    sheet.freeze(1)?;
    let heads = [
        "成交编号",
        "日期",
        "受让方",
        "面积（平方米）",
        "单价（元/亩）",
        "金额",
        "乡镇",
        "中心",
        "县财政",
    ];
    sheet.row(&heads.map(Cell::Head))?;
    let mut sums = [0; 4];
    each_trade(c, contents.account.id, contents.from, contents.to, |_, trade| {
        let fens = [trade.amount_fen, trade.township_fen, trade.centre_fen, trade.treasury_fen];
        add(&mut sums, &fens);
        let mut cells = vec![
            text(&trade.number),
            Cell::Text(trade.traded_on.to_string()),
            text(contents.name_of(trade.buyer_id)),
            Cell::Whole(trade.m2.get()),
            Cell::Fen(trade.price_fen_per_mu.fen()),
        ];
        cells.extend(fens.map(Cell::Fen));
        sheet.row(&cells)
    })?;
    let mut total = vec![text("合计")];
    total.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing, Cell::Nothing]);
    totals(&mut sheet, total, "FGHI", &sums)
}

fn payouts(book: &mut Workbook, contents: &Contents) -> Answer<()> {
    let mut sheet = book.sheet("拨付", &[18, 12, 36, 24, 36, 40, 18])?;
    let heads = ["拨付编号", "到账日期", "收款单位", "账号", "户名", "大写金额", "金额"];
    sheet.row(&heads.map(Cell::Head))?;
    let mut sums = [0; 1];
    for payout in &contents.payouts {
        let fen = payout.amount_fen.get();
        add(&mut sums, &[fen]);
        let day = payout.paid_at.map(|at| at.date_in_shanghai().to_string());
        sheet.row(&[
            text(&payout.number),
            Cell::Text(day.unwrap_or_default()),
            text(contents.name_of(payout.organisation_id)),
            text(&payout.account),
            text(&payout.account_name),
            Cell::Text(capitals(fen)),
            Cell::Fen(fen),
        ])?;
    }
    let mut total = vec![text("合计")];
    total.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing, Cell::Nothing]);
    total.push(Cell::Text(capitals(sums.iter().sum())));
    totals(&mut sheet, total, "G", &sums)
}

/// The sheet to be filtered: its sum is of the rows that are seen.
fn vouchers(c: &mut Conn, book: &mut Workbook, contents: &Contents) -> Answer<()> {
    let known = super::contents::known_holders(c, contents.account.id)?;
    let mut sheet = book.sheet("凭证", &[16, 12, 16, 18, 32, 18, 32, 18, 38])?;
    sheet.freeze(1)?;
    let heads = [
        "凭证号",
        "日期",
        "摘要",
        "借方科目",
        "借方单位",
        "贷方科目",
        "贷方单位",
        "金额",
        "凭证标识",
    ];
    sheet.row(&heads.map(Cell::Head))?;
    let mut moved = 0;
    each_voucher(c, contents.account.id, (contents.from, contents.to), |number, voucher| {
        let day = voucher.journal.effective_at.date_in_shanghai().to_string();
        for transfer in &voucher.transfers {
            let name = |account| text(bucket_of(account).map_or("", bucket_name));
            moved += transfer.amount;
            sheet.row(&[
                text(number),
                text(&day),
                text(event_name(&voucher.journal.event)),
                name(&transfer.from),
                text(holder_of(&transfer.from, &known).1),
                name(&transfer.to),
                text(holder_of(&transfer.to, &known).1),
                Cell::Fen(transfer.amount),
                Cell::Text(voucher.journal.id.to_string()),
            ])?;
        }
        Ok(())
    })?;
    let last = sheet.next() - 1;
    let mut total = vec![text("合计（筛选后）")];
    total.extend(std::iter::repeat_n(Cell::Nothing, 6));
    let formula = format!("=SUBTOTAL(109,H2:H{})", last.max(2));
    total.push(Cell::FenFormula(formula, moved));
    sheet.row(&total)?;
    sheet.filter(1, last, 9)
}

fn add<const N: usize>(sums: &mut [i64; N], fens: &[i64; N]) {
    sums.iter_mut().zip(fens).for_each(|(sum, fen)| *sum += fen);
}

/// The last row: a sum under each of these columns.
fn totals(sheet: &mut Sheet<'_>, mut row: Vec<Cell>, columns: &str, sums: &[i64]) -> Answer<()> {
    let last = (sheet.next() - 1).max(2);
    let cells = columns.chars().zip(sums);
    row.extend(cells.map(|(c, sum)| Cell::FenFormula(format!("=SUM({c}2:{c}{last})"), *sum)));
    sheet.row(&row)
}
