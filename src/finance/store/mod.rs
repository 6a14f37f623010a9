//! Every SQL statement of finance.

mod batches;
mod corrections;
mod closes;
mod exceptions;
mod fee_references;
mod holds;
mod items;
mod lines;
mod mappings;
mod notices;
mod openings;
mod payouts;
mod secured;
mod spendings;
mod statements;
mod waits;

pub(in crate::finance) use self::batches::*;
pub(crate) use self::batches::{
    PaymentTemplateRow, PayoutBatchRow, PayoutOriginRow, PayoutReturnRow, PayoutTermsRow,
};
pub(crate) use self::closes::PeriodCloseRow;
pub(in crate::finance) use self::closes::*;
pub(in crate::finance) use self::corrections::*;
pub(crate) use self::corrections::{CorrectionRow, ReceivablePaymentRow};
pub(in crate::finance) use self::exceptions::*;
pub(crate) use self::exceptions::{ExceptionRow, OwnerRow, ReturnRow, StepRow};
pub(crate) use self::fee_references::FeeReferenceRow;
pub(in crate::finance) use self::fee_references::*;
pub(crate) use self::holds::AccountHoldRow;
pub(in crate::finance) use self::holds::*;
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
pub(crate) use self::secured::SecuredPayoutRow;
pub(in crate::finance) use self::secured::*;
pub(in crate::finance) use self::spendings::*;
pub(crate) use self::spendings::{SpendingRow, VoucherRow};
pub(in crate::finance) use self::statements::*;
pub(crate) use self::statements::{StatementFileRow, StatementRow};
pub(crate) use self::waits::PayoutWaitRow;
pub(in crate::finance) use self::waits::*;
