//! Parcels that were withdrawn.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::places;
use crate::inventory::model::ParcelId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::schema::parcel_withdrawals;

record! {
    /// A row is the withdrawal of the parcel with the same id.
    pub(crate) struct WithdrawalRow in parcel_withdrawals {
        id: ParcelId as Id,
        reason: String as Text,
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
pub(crate) fn insert_withdrawal(tx: &mut Tx, row: &WithdrawalRow) -> Answer<()> {
    tx.insert(row)?;
    places::displace(tx, row.id)
}

/// The withdrawal of a parcel.
pub(crate) fn withdrawal(c: &mut Conn, id: ParcelId) -> Answer<Option<WithdrawalRow>> {
    let row = parcel_withdrawals::table.find(id).select(WithdrawalRow::as_select()).first(c);
    Ok(row.optional()?)
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
