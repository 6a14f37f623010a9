//! Which column of a bank's table is what, and what its title lines tell.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sheet::Cell;

/// The most names that one layout may list for texts, footers or words of direction.
const NAMES_MAX: usize = 20;
/// The longest name of a column or title.
const NAME_CHARS_MAX: usize = 60;

/// How one bank lays out its table. Columns and titles are known by their names, so that a bank may
/// move them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StatementLayout)]
pub struct Layout {
    pub columns: ColumnNames,
    #[serde(default)]
    pub titles: TitleNames,
    /// The line of the header, from 1; absent where the name of the date column tells it.
    #[serde(default)]
    #[schema(example = 4)]
    pub header_row: Option<u64>,
    /// A row whose first filled cell begins with one of these ends no booking: totals, remarks.
    #[serde(default)]
    #[schema(example = json!(["合计"]))]
    pub footers: Vec<String>,
}

/// The names of the columns, as they stand in the header.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StatementColumnNames)]
pub struct ColumnNames {
    /// The day, or day and time in one cell.
    #[schema(example = "交易日期")]
    pub date: String,
    #[serde(default)]
    #[schema(example = "交易时间")]
    pub time: Option<String>,
    /// Money in; together with `debit`.
    #[serde(default)]
    #[schema(example = "贷方发生额")]
    pub credit: Option<String>,
    /// Money out.
    #[serde(default)]
    #[schema(example = "借方发生额")]
    pub debit: Option<String>,
    /// Both in one column: negative is money out, or `direction` tells.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub amount: Option<String>,
    /// Beside `amount`: 贷, 收, C or CRDT is money in; 借, 支, D or DBIT money out.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub direction: Option<String>,
    #[schema(example = "余额")]
    pub balance: String,
    #[serde(default)]
    #[schema(example = "对方户名")]
    pub counterparty_name: Option<String>,
    #[serde(default)]
    #[schema(example = "对方账号")]
    pub counterparty_account: Option<String>,
    /// Columns that may carry a reference; where there are several they are joined.
    #[serde(default)]
    #[schema(example = json!(["摘要", "用途"]))]
    pub texts: Vec<String>,
    #[serde(default)]
    #[schema(example = "流水号")]
    pub serial: Option<String>,
    /// The account itself, where the titles do not tell it.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub own_account: Option<String>,
}

/// The names of what the lines above the header tell, each followed by a colon or in a cell of its
/// own. What has no name here is taken from the lines below.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StatementTitleNames)]
pub struct TitleNames {
    #[serde(default)]
    #[schema(example = "账号")]
    pub account: Option<String>,
    #[serde(default)]
    #[schema(example = "查询区间")]
    pub period: Option<String>,
    #[serde(default)]
    #[schema(example = "期初余额")]
    pub opening: Option<String>,
    #[serde(default)]
    #[schema(example = "期末余额")]
    pub closing: Option<String>,
    #[serde(default)]
    #[schema(example = "币种")]
    pub currency: Option<String>,
}

/// Why a layout cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLayout {
    #[error("a layout names credit and debit, or amount")]
    Money,
    #[error("a layout names a title or a column for the account")]
    Account,
    #[error("a name in a layout has 1 to {NAME_CHARS_MAX} characters")]
    Name,
    #[error("a list in a layout has at most {NAMES_MAX} names")]
    Names,
    #[error("one column stands for two things")]
    Twice,
}

impl BadLayout {
    /// The same text in Chinese.
    pub fn chinese(self) -> String {
        match self {
            Self::Money => "应指明贷方与借方两列，或金额一列".into(),
            Self::Account => "应指明账号所在的标题或列".into(),
            Self::Name => format!("名称应为 1 至 {NAME_CHARS_MAX} 个字符"),
            Self::Names => format!("每个列表至多 {NAMES_MAX} 项"),
            Self::Twice => "同一列不能有两种含义".into(),
        }
    }
}

impl Layout {
    /// The layout of our own examples, which many banks share.
    pub fn standard() -> Self {
        let some = |name: &str| Some(name.to_owned());
        Self {
            columns: ColumnNames {
                date: "交易日期".into(),
                time: some("交易时间"),
                credit: some("贷方发生额"),
                debit: some("借方发生额"),
                balance: "余额".into(),
                counterparty_name: some("对方户名"),
                counterparty_account: some("对方账号"),
                texts: ["摘要", "用途", "附言", "备注"].map(str::to_owned).to_vec(),
                serial: some("流水号"),
                ..ColumnNames::default()
            },
            titles: TitleNames {
                account: some("账号"),
                period: some("查询区间"),
                opening: some("期初余额"),
                closing: some("期末余额"),
                currency: some("币种"),
            },
            header_row: None,
            footers: Vec::new(),
        }
    }

    /// Checks that it names what is needed and nothing twice.
    pub fn check(&self) -> Result<(), BadLayout> {
        let it = &self.columns;
        if !matches!(
            (&it.credit, &it.debit, &it.amount, &it.direction),
            (Some(_), Some(_), None, None) | (None, None, Some(_), _)
        ) {
            return Err(BadLayout::Money);
        }
        if it.own_account.is_none() && self.titles.account.is_none() {
            return Err(BadLayout::Account);
        }
        if it.texts.len() > NAMES_MAX || self.footers.len() > NAMES_MAX {
            return Err(BadLayout::Names);
        }
        let mut columns: Vec<&String> = self.columns().collect();
        let titles = [
            &self.titles.account,
            &self.titles.period,
            &self.titles.opening,
            &self.titles.closing,
            &self.titles.currency,
        ];
        let names =
            columns.iter().copied().chain(titles.into_iter().flatten()).chain(&self.footers);
        if names.into_iter().any(|name| !(1..=NAME_CHARS_MAX).contains(&name.chars().count())) {
            return Err(BadLayout::Name);
        }
        columns.sort_unstable();
        if columns.windows(2).any(|two| two.first() == two.last()) {
            return Err(BadLayout::Twice);
        }
        Ok(())
    }

    fn columns(&self) -> impl Iterator<Item = &String> {
        let it = &self.columns;
        let single = [
            &it.time,
            &it.credit,
            &it.debit,
            &it.amount,
            &it.direction,
            &it.counterparty_name,
            &it.counterparty_account,
            &it.serial,
            &it.own_account,
        ];
        [&it.date, &it.balance].into_iter().chain(single.into_iter().flatten()).chain(&it.texts)
    }

    /// Proposes a layout by the names that banks use: the first row that names a date, a balance
    /// and an amount is the header.
    pub(super) fn guess(rows: &[(u64, Vec<String>)]) -> Option<Self> {
        rows.iter().find_map(|(row, cells)| {
            let columns = guess_columns(cells)?;
            let above = rows.iter().take_while(|(at, _)| at < row);
            let titles: Vec<String> = above.map(|(_, cells)| cells.join(",")).collect();
            let title = |names: &[&str]| {
                names
                    .iter()
                    .find(|name| titles.iter().any(|title| title.contains(**name)))
                    .map(|name| (*name).to_owned())
            };
            Some(Self {
                columns,
                titles: TitleNames {
                    account: title(&["账号", "账户号", "卡号"]),
                    period: title(&["查询区间", "起止日期", "查询期间", "日期范围", "账期"]),
                    opening: title(&["期初余额", "上期余额", "起始余额", "承前余额"]),
                    closing: title(&["期末余额", "本期余额", "终了余额", "结束余额"]),
                    currency: title(&["币种", "货币"]),
                },
                header_row: Some(*row),
                footers: ["合计", "总计", "小计"].map(str::to_owned).to_vec(),
            })
        })
    }
}

fn guess_columns(header: &[String]) -> Option<ColumnNames> {
    let one = |names: &[&str]| {
        names.iter().find(|name| header.iter().any(|cell| cell == *name)).map(|n| (*n).to_owned())
    };
    let date = one(&["交易日期", "记账日期", "入账日期", "交易日", "记账日", "日期", "Date"]);
    let time = one(&["交易时间", "记账时间", "入账时间", "时间", "Time"]);
    let (date, time) = match (date, time) {
        (Some(date), time) => (date, time),
        (None, Some(both)) => (both, None),
        (None, None) => return None,
    };
    let credit = one(&[
        "贷方发生额",
        "贷方金额",
        "收入金额",
        "转入金额",
        "收款金额",
        "贷方",
        "收入",
        "Credit",
    ]);
    let debit = one(&[
        "借方发生额",
        "借方金额",
        "支出金额",
        "转出金额",
        "付款金额",
        "借方",
        "支出",
        "Debit",
    ]);
    let amount = one(&["交易金额", "发生额", "金额", "Amount"]);
    let direction = one(&["借贷标志", "借贷方向", "收支标志", "收支方向", "借贷", "借/贷"]);
    let (credit, debit, amount, direction) = match (credit, debit, amount) {
        (Some(credit), Some(debit), _) => (Some(credit), Some(debit), None, None),
        (_, _, Some(amount)) => (None, None, Some(amount), direction),
        _ => return None,
    };
    let texts = ["摘要", "用途", "附言", "备注", "交易摘要", "交易附言", "交易用途", "Text"];
    Some(ColumnNames {
        date,
        time,
        credit,
        debit,
        amount,
        direction,
        balance: one(&["余额", "账户余额", "交易后余额", "当前余额", "本次余额", "Balance"])?,
        counterparty_name: one(&[
            "对方户名",
            "对方名称",
            "对方账户名称",
            "对方单位",
            "交易对手",
            "收付方名称",
        ]),
        counterparty_account: one(&["对方账号", "对方账户", "对手账号", "收付方账号"]),
        texts: texts.into_iter().filter_map(|name| one(&[name])).collect(),
        serial: one(&["流水号", "交易流水号", "银行流水号", "核心流水号", "流水序号", "Reference"]),
        own_account: one(&["本方账号", "账号", "我方账号"]),
    })
}

/// A row of cells as plain texts, to be shown or guessed from.
pub(super) fn plain(cells: &[Cell<'_>]) -> Vec<String> {
    let mut cells: Vec<String> = cells.iter().map(|cell| cell.text().into_owned()).collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}
