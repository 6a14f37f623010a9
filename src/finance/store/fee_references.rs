//! Which payment notice is for which restoration fee.

use diesel::prelude::*;

use crate::finance::model::NoticeId;
use crate::kernel::db::{Conn, record};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::JournalId;
use crate::occupation::RestorationFeeId;
use crate::schema::fee_references;

record! {
    /// A row is the payment notice of a restoration fee.
    pub(crate) struct FeeReferenceRow in fee_references {
        id: NoticeId as Id,
        fee_id: RestorationFeeId as Id,
        held_journal_id: Option<JournalId> as Nullable<Id>,
        ended_journal_id: Option<JournalId> as Nullable<Id>,
    }
}

/// The payment notice of a restoration fee that has one.
pub(in crate::finance) fn fee_reference(
    c: &mut Conn,
    id: RestorationFeeId,
) -> Answer<FeeReferenceRow> {
    let query = fee_references::table.filter(fee_references::fee_id.eq(id));
    let found = query.select(FeeReferenceRow::as_select()).first(c).optional()?;
    found.ok_or_else(|| Failure::broken("a fee that was noticed has its reference"))
}
