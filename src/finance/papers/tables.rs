//! The statement and the list of vouchers as comma-separated text.

use std::io::Write;

use chrono::NaiveDate;

use super::contents::{Contents, each_voucher, known_holders};
use super::names::{bucket_name, bucket_of, event_name, holder_of};
use crate::kernel::db::Conn;
use crate::kernel::money::cny;
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::paper::Table;

/// Writes a row for each account.
pub(in crate::finance) fn write_statement(out: impl Write, contents: &Contents) -> Answer<()> {
    let heads = ["科目", "单位代码", "单位名称", "期初余额", "本期增加", "本期减少", "期末余额"];
    let mut table = Table::new(out, &heads)?;
    for line in &contents.lines {
        table.row(
            &[bucket_name(line.bucket), &line.code, &line.name],
            &[line.opening, line.came, line.went, line.closing].map(cny),
        )?;
    }
    table.finish()
}

/// Writes a row for each transfer of each voucher of a period.
pub(in crate::finance) fn write_vouchers(
    c: &mut Conn,
    out: impl Write,
    fee_account: FeeAccountId,
    from: NaiveDate,
    to: NaiveDate,
) -> Answer<()> {
    let heads = [
        "凭证号",
        "日期",
        "摘要",
        "借方科目",
        "借方单位",
        "贷方科目",
        "贷方单位",
        "凭证标识",
        "金额",
    ];
    let known = known_holders(c, fee_account)?;
    let mut table = Table::new(out, &heads)?;
    each_voucher(c, fee_account, (from, to), |number, voucher| {
        let day = voucher.journal.effective_at.date_in_shanghai().to_string();
        let id = voucher.journal.id.to_string();
        for transfer in &voucher.transfers {
            let name = |account| bucket_of(account).map_or("", bucket_name);
            table.row(
                &[
                    number,
                    &day,
                    event_name(&voucher.journal.event),
                    name(&transfer.from),
                    holder_of(&transfer.from, &known).1,
                    name(&transfer.to),
                    holder_of(&transfer.to, &known).1,
                    &id,
                ],
                &[cny(transfer.amount)],
            )?;
        }
        Ok(())
    })?;
    table.finish()
}
