//! What may be wrong with a bank file, in both languages.

use super::{CELL_CHARS_MAX, FILE_BYTES_MAX, NUMBER_CHARS_MAX, ROWS_MAX};
use crate::kernel::money::cny;

/// A fault and the line of the file at which it was found; 0 is the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub row: u64,
    pub fault: Fault,
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
    #[error("there is no header row with 交易日期, 借方发生额, 贷方发生额 and 余额")]
    NoHeader,
    #[error("the column {name} is missing")]
    ColumnMissing { name: &'static str },
    #[error("the column {name} comes twice")]
    ColumnTwice { name: &'static str },
    #[error("the title lines do not tell {label}")]
    TitleMissing { label: &'static str },
    #[error("{label} in the title lines cannot be read")]
    TitleUnreadable { label: &'static str },
    #[error("{label} comes twice in the title lines")]
    TitleTwice { label: &'static str },
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
    BadAmount { column: &'static str, text: String },
    #[error("{column} {text:?} is negative; a reversal by the bank is to be entered by hand")]
    NegativeAmount { column: &'static str, text: String },
    #[error("the balance is missing")]
    NoBalance,
    #[error("{column} {text:?} is not a number of at most {NUMBER_CHARS_MAX} digits or letters")]
    BadNumber { column: &'static str, text: String },
    #[error("{column} is longer than {CELL_CHARS_MAX} characters")]
    TooLong { column: &'static str },
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
        Unreadable { row, fault: self }
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
    /// The text in Chinese with the line.
    pub fn chinese(&self) -> String {
        match self.row {
            0 => self.fault.chinese(),
            row => format!("第 {row} 行：{}", self.fault.chinese()),
        }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            0 => self.fault.fmt(f),
            row => write!(f, "line {row}: {}", self.fault),
        }
    }
}
