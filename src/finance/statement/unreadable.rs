//! What may be wrong with a bank file, in both languages.

use super::{CELL_CHARS_MAX, FILE_BYTES_MAX, NUMBER_CHARS_MAX, ROWS_MAX};
use crate::kernel::money::cny;

/// A fault and where in the file it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line of the file, from 1; 0 is the file as a whole.
    pub row: u64,
    /// The place of the cell in its row, from 0.
    pub column: Option<usize>,
    pub fault: Fault,
    /// What else is wrong, in the order of the file; a bounded part of it.
    pub more: Vec<Unreadable>,
}

/// Why a bank file cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    #[error("the file is empty")]
    Empty,
    #[error("the file is UTF-16; save it as UTF-8 or GB18030")]
    Utf16,
    #[error("the file is neither UTF-8 nor GB18030")]
    NotText,
    #[error("there is a control character")]
    ControlCharacter,
    #[error("the line is not CSV")]
    NotCsv,
    #[error("the workbook cannot be read")]
    NotAWorkbook,
    #[error("the workbook is larger than {FILE_BYTES_MAX} bytes times eight when unpacked")]
    UnpacksTooLarge,
    #[error("the XML is not a camt.053 statement: {why}")]
    NotCamt { why: String },
    #[error("the file holds statements of several accounts, or with a gap between them")]
    SeveralStatements,
    #[error("the batch entry is {}, its transactions add to {}", cny(*entry), cny(*summed))]
    BatchDoesNotAddUp { entry: i64, summed: i64 },
    #[error("the account is in debt, which a fee account never is")]
    InDebt,
    #[error("the cell holds a formula; save the file with values only")]
    Formula,
    #[error("the cell holds no value of its kind")]
    WrongCell,
    #[error(
        "{column} is kept as a number, which loses digits after the fifteenth; save it as text"
    )]
    LongNumber { column: String },
    #[error("{text:?} tells neither money in nor money out")]
    NoDirection { text: String },
    #[error("the layout names neither a column nor a title for the account")]
    NoAccount,
    #[error("the rows name several accounts: {first} and {other}")]
    SeveralAccounts { first: String, other: String },
    #[error("the file has no lines, and its titles do not tell its {missing}")]
    NothingToGoBy { missing: &'static str },
    #[error("the header stands in line {row}, which the file has not")]
    NoSuchHeaderRow { row: u64 },
    #[error("there is no header row with 交易日期, 借方发生额, 贷方发生额 and 余额")]
    NoHeader,
    #[error("the column {name} is missing")]
    ColumnMissing { name: String },
    #[error("the column {name} comes twice")]
    ColumnTwice { name: String },
    #[error("the title lines do not tell {label}")]
    TitleMissing { label: String },
    #[error("{label} in the title lines cannot be read")]
    TitleUnreadable { label: String },
    #[error("{label} comes twice in the title lines")]
    TitleTwice { label: String },
    #[error("the currency is not CNY")]
    NotCny,
    #[error("the period ends before it begins")]
    PeriodBackwards,
    #[error("the file has more than {ROWS_MAX} rows")]
    TooManyRows,
    #[error("the row has {found} cells, the header {expected}")]
    CellCount { found: usize, expected: usize },
    #[error("the date {text:?} cannot be read")]
    BadDate { text: String },
    #[error("the time {text:?} cannot be read")]
    BadTime { text: String },
    #[error("{column} {text:?} is not an amount with at most two places")]
    BadAmount { column: String, text: String },
    #[error("{column} {text:?} is negative; a reversal by the bank is to be entered by hand")]
    NegativeAmount { column: String, text: String },
    #[error("the balance is missing")]
    NoBalance,
    #[error("{column} {text:?} is not a number of at most {NUMBER_CHARS_MAX} digits or letters")]
    BadNumber { column: String, text: String },
    #[error("{column} is longer than {CELL_CHARS_MAX} characters")]
    TooLong { column: String },
    #[error("the row is both a debit and a credit")]
    BothSides,
    #[error("the row is neither a debit nor a credit")]
    NeitherSide,
    #[error("the date is outside the period of the title lines")]
    OutsidePeriod,
    #[error("the serial number is that of line {first}, with other figures")]
    SerialTwice { first: u64 },
    #[error("the balance is {}, by the lines before it should be {}", cny(*found), cny(*expected))]
    WrongBalance { expected: i64, found: i64 },
    #[error("opening + credits − debits is {}, the closing balance {}", cny(*summed), cny(*closing))]
    DoesNotAddUp { summed: i64, closing: i64 },
}

impl Fault {
    pub(super) fn at(self, row: u64) -> Unreadable {
        Unreadable { row, column: None, fault: self, more: Vec::new() }
    }

    pub(super) fn at_cell(self, row: u64, column: Option<usize>) -> Unreadable {
        Unreadable { row, column, fault: self, more: Vec::new() }
    }

    /// The same text in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::TooLarge => format!("文件超过 {FILE_BYTES_MAX} 字节"),
            Self::Empty => "文件为空".into(),
            Self::Utf16 => "文件为 UTF-16 编码，请另存为 UTF-8 或 GB18030".into(),
            Self::NotText => "文件既不是 UTF-8 也不是 GB18030 编码".into(),
            Self::ControlCharacter => "含有控制字符".into(),
            Self::NotCsv => "该行不是 CSV 格式".into(),
            Self::NotAWorkbook => "工作簿无法读取".into(),
            Self::UnpacksTooLarge => format!("工作簿解压后超过 {FILE_BYTES_MAX} 字节的八倍"),
            Self::NotCamt { why } => format!("该 XML 不是 camt.053 对账单：{why}"),
            Self::SeveralStatements => "文件含多个账号的对账单，或各对账单之间不衔接".into(),
            Self::BatchDoesNotAddUp { entry, summed } => {
                format!("批量入账金额为 {}，各笔合计为 {}", cny(*entry), cny(*summed))
            }
            Self::InDebt => "账户余额为负，交易费用管理账户不得透支".into(),
            Self::Formula => "单元格含公式，请另存为数值".into(),
            Self::WrongCell => "单元格内容类型不符".into(),
            Self::LongNumber { column } => {
                format!("“{column}”为数值格式，超过十五位会丢失数字，请另存为文本")
            }
            Self::NoDirection { text } => format!("“{text}”既非收入也非支出"),
            Self::NoAccount => "列映射中没有账号所在的列或标题".into(),
            Self::SeveralAccounts { first, other } => format!("各行账号不同：{first} 与 {other}"),
            Self::NothingToGoBy { missing } => format!("文件没有流水，标题行中也没有{missing}"),
            Self::NoSuchHeaderRow { row } => format!("文件没有第 {row} 行，找不到表头"),
            Self::NoHeader => "没有含交易日期、借方发生额、贷方发生额和余额的表头".into(),
            Self::ColumnMissing { name } => format!("缺少“{name}”列"),
            Self::ColumnTwice { name } => format!("“{name}”列重复"),
            Self::TitleMissing { label } => format!("标题行中没有{label}"),
            Self::TitleUnreadable { label } => format!("标题行中的{label}无法识别"),
            Self::TitleTwice { label } => format!("标题行中的{label}重复"),
            Self::NotCny => "币种不是人民币".into(),
            Self::PeriodBackwards => "查询区间的止日早于起日".into(),
            Self::TooManyRows => format!("文件超过 {ROWS_MAX} 行"),
            Self::CellCount { found, expected } => {
                format!("该行有 {found} 格，表头有 {expected} 格")
            }
            Self::BadDate { text } => format!("日期“{text}”无法识别"),
            Self::BadTime { text } => format!("时间“{text}”无法识别"),
            Self::BadAmount { column, text } => {
                format!("{column}“{text}”不是至多两位小数的金额")
            }
            Self::NegativeAmount { column, text } => {
                format!("{column}“{text}”为负数；银行冲正请人工登记")
            }
            Self::NoBalance => "缺少余额".into(),
            Self::BadNumber { column, text } => {
                format!("{column}“{text}”不是至多 {NUMBER_CHARS_MAX} 位的数字或字母")
            }
            Self::TooLong { column } => format!("{column}超过 {CELL_CHARS_MAX} 个字符"),
            Self::BothSides => "该行同时有借方和贷方发生额".into(),
            Self::NeitherSide => "该行既无借方也无贷方发生额".into(),
            Self::OutsidePeriod => "日期不在标题行的查询区间内".into(),
            Self::SerialTwice { first } => format!("流水号与第 {first} 行相同而金额等不同"),
            Self::WrongBalance { expected, found } => {
                format!("余额为 {}，按之前各行应为 {}", cny(*found), cny(*expected))
            }
            Self::DoesNotAddUp { summed, closing } => {
                format!("期初余额加贷方减借方为 {}，期末余额为 {}", cny(*summed), cny(*closing))
            }
        }
    }
}

impl Unreadable {
    /// The text in Chinese with the place.
    pub fn chinese(&self) -> String {
        match (self.row, self.column) {
            (0, _) => self.fault.chinese(),
            (row, None) => format!("第 {row} 行：{}", self.fault.chinese()),
            (row, Some(at)) => format!("第 {row} 行 {} 列：{}", letters(at), self.fault.chinese()),
        }
    }

    /// The place as a pointer: `/rows/5/columns/D`, with an empty one for the file as a whole.
    pub fn pointer(&self) -> String {
        match (self.row, self.column) {
            (0, _) => String::new(),
            (row, None) => format!("/rows/{row}"),
            (row, Some(at)) => format!("/rows/{row}/columns/{}", letters(at)),
        }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.row, self.column) {
            (0, _) => self.fault.fmt(f),
            (row, None) => write!(f, "line {row}: {}", self.fault),
            (row, Some(at)) => write!(f, "line {row}, column {}: {}", letters(at), self.fault),
        }
    }
}

/// The name that spreadsheets give the column at that place: A, B … Z, AA.
fn letters(at: usize) -> String {
    let (mut at, mut name) = (at + 1, Vec::new());
    while at > 0 {
        let letter = u8::try_from((at - 1) % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        at = (at - 1) / 26;
    }
    name.iter().rev().collect()
}
