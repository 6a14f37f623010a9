//! Every SQL statement of finance.

mod exceptions;
mod items;
mod lines;
mod mappings;
mod notices;
mod openings;
mod payouts;
mod statements;

pub(in crate::finance) use self::exceptions::*;
pub(crate) use self::exceptions::{ExceptionRow, OwnerRow, ReturnRow, StepRow};
pub(in crate::finance) use self::items::*;
pub(in crate::finance) use self::lines::*;
pub(crate) use self::lines::{LineRow, TransactionRow};
pub(crate) use self::mappings::MappingRow;
pub(in crate::finance) use self::mappings::*;
pub(in crate::finance) use self::notices::*;
pub(crate) use self::notices::{DepositRow, NoticeRow};
pub(crate) use self::openings::OpeningRow;
pub(in crate::finance) use self::openings::*;
pub(in crate::finance) use self::payouts::*;
pub(crate) use self::payouts::{PayoutRow, RefundRequestRow};
pub(in crate::finance) use self::statements::*;
pub(crate) use self::statements::{StatementFileRow, StatementRow};
