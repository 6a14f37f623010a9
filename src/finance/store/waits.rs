//! Payouts that wait since their account was not trusted.

use std::collections::HashMap;

use diesel::prelude::*;

use super::batches::IDS_MAX;
use crate::finance::model::PayoutId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::schema::payout_waits;

record! {
    /// A row says of a payout whose account was not trusted when it was approved until when it waits.
    pub(crate) struct PayoutWaitRow in payout_waits {
        id: PayoutId as Id,
        waits_until: Time as Timestamp,
    }
}

/// Until when these payouts wait; the others' accounts were trusted, or they are not approved.
pub(in crate::finance) fn waits_of(
    c: &mut Conn,
    ids: &[PayoutId],
) -> QueryResult<HashMap<PayoutId, PayoutWaitRow>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(IDS_MAX) {
        let rows: Vec<PayoutWaitRow> = payout_waits::table
            .filter(payout_waits::id.eq_any(ids))
            .select(PayoutWaitRow::as_select())
            .load(c)?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}
