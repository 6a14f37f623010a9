//! Parcels that were withdrawn.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::places;
use crate::inventory::model::{ParcelId, ParcelWithdrawal};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::schema::parcel_withdrawals;

record! {
    /// A row is the withdrawal of the parcel with the same id.
    pub(super) struct WithdrawalRow in parcel_withdrawals {
        id: ParcelId as Id,
        reason: Label as Text,
        withdrawn_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        withdrawn_at: Time as Timestamp,
    }
}

/// The ids of all parcels that were withdrawn.
#[diesel::dsl::auto_type]
pub(super) fn withdrawn() -> _ {
    parcel_withdrawals::table.select(parcel_withdrawals::id)
}

/// Withdraws a parcel and takes it out of the search.
pub(crate) fn insert_withdrawal(tx: &mut Tx, id: ParcelId, it: &ParcelWithdrawal) -> Answer<()> {
    tx.insert(&WithdrawalRow {
        id,
        reason: it.reason.clone(),
        withdrawn_by: it.withdrawn_by,
        organisation_id: it.organisation_id,
        withdrawn_at: it.withdrawn_at,
    })?;
    places::displace(tx, id)
}

/// The withdrawal of a parcel.
pub(crate) fn withdrawal(c: &mut Conn, id: ParcelId) -> Answer<Option<ParcelWithdrawal>> {
    let row = parcel_withdrawals::table.find(id).select(WithdrawalRow::as_select()).first(c);
    let row: Option<WithdrawalRow> = row.optional()?;
    Ok(row.map(|row| ParcelWithdrawal {
        reason: row.reason,
        withdrawn_by: row.withdrawn_by,
        organisation_id: row.organisation_id,
        withdrawn_at: row.withdrawn_at,
    }))
}

/// When those of the parcels were withdrawn that were.
pub(super) fn withdrawn_at(c: &mut Conn, ids: &[ParcelId]) -> Answer<BTreeMap<ParcelId, Time>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(500) {
        let rows: Vec<(ParcelId, Time)> = parcel_withdrawals::table
            .filter(parcel_withdrawals::id.eq_any(ids))
            .select((parcel_withdrawals::id, parcel_withdrawals::withdrawn_at))
            .load(c)?;
        found.extend(rows);
    }
    Ok(found)
}
