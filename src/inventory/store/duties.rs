//! Land under a duty to restore it.

use diesel::prelude::*;

use crate::inventory::geometry::Bounds;
use crate::inventory::model::DutyLandId;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::UserId;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::schema::duty_lands;

/// No place has so many duties; more would hide behind each other.
const NEAR_MAX: i64 = 1_000;

record! {
    /// A row is land under a duty to restore it.
    pub(crate) struct DutyRow in duty_lands {
        id: DutyLandId as Id,
        county: RegionCode as Text,
        subject: String as Text,
        basis: Label as Text,
        west: i64 as BigInt,
        south: i64 as BigInt,
        east: i64 as BigInt,
        north: i64 as BigInt,
        polygon: String as Text,
        area: SurveyedArea as BigInt,
        entered_by: Option<UserId> as Nullable<Id>,
        entered_at: Time as Timestamp,
    }
}

/// The duties whose box touches this one.
pub(crate) fn duties_near(c: &mut Conn, bounds: &Bounds) -> Answer<Vec<DutyRow>> {
    Ok(duty_lands::table
        .filter(duty_lands::west.le(bounds.east))
        .filter(duty_lands::east.ge(bounds.west))
        .filter(duty_lands::south.le(bounds.north))
        .filter(duty_lands::north.ge(bounds.south))
        .order(duty_lands::id)
        .limit(NEAR_MAX)
        .select(DutyRow::as_select())
        .load(c)?)
}
