//! Floor prices: below its county's floor a negotiated transfer needs a second approval (R59). A
//! floor is entered by one person of the finance bureau and approved by another; the last one that
//! was approved stands.

mod api;
mod store;

use serde::Serialize;

pub(super) use self::api::operations;
use self::store::PriceFloorRow;
pub(super) use self::store::floor_of;
use super::negotiated::CannotNegotiate;
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, RawId, Tx};
use crate::kernel::ids::id;
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

id! {
    /// One decision on a county's floor price.
    pub struct PriceFloorId;
}

const ENTER: &[Role] = &[Role::FinanceOfficer, Role::FinanceDirector];
const APPROVE: &[Role] = &[Role::FinanceDirector];

/// Enters the floor price of the actor's county; takes effect with the approval.
#[derive(Debug, Clone)]
struct EnterFloor {
    id: PriceFloorId,
    price: PricePerMu,
    document: Label,
}

/// What the second person approves, to the letter.
#[derive(Debug, Serialize)]
struct FloorContent<'a> {
    id: PriceFloorId,
    county: &'a RegionCode,
    price_per_mu: PricePerMu,
    document: &'a str,
}

impl<'a> From<&'a PriceFloorRow> for FloorContent<'a> {
    fn from(row: &'a PriceFloorRow) -> Self {
        Self {
            id: row.id,
            county: &row.county,
            price_per_mu: row.price_fen_per_mu,
            document: &row.document,
        }
    }
}

fn enter(tx: &mut Tx<'_>, it: &EnterFloor) -> Answer<PriceFloorRow> {
    let actor = tx.actor()?;
    let mut row = PriceFloorRow {
        id: it.id,
        county: actor.region.county().ok_or_else(Failure::not_found)?,
        price_fen_per_mu: it.price,
        document: it.document.to_string(),
        approval_id: RawId(uuid::Uuid::nil()),
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    let asked = SecondPerson {
        subject: &format!("price_floor:{}", it.id),
        content: &FloorContent::from(&row),
        initiator_roles: ENTER,
        approver_roles: APPROVE,
    };
    row.approval_id = RawId(identity::ask_second_person(tx, asked)?.uuid());
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("price_floor:{}", it.id),
        reason: Some(row.document.clone()),
        after: serde_json::to_value(FloorContent::from(&row)).ok(),
        ..Event::default()
    });
    Ok(row)
}

fn approve(tx: &mut Tx<'_>, id: PriceFloorId) -> Answer<PriceFloorRow> {
    let actor = tx.actor()?;
    let mut row = store::floor(tx.conn(), id)?;
    if actor.region.county().as_ref() != Some(&row.county) {
        return Err(Failure::not_found());
    }
    if row.approved_at.is_some() {
        return Err(CannotNegotiate::AlreadyApproved.into());
    }
    let approval = row.approval_id.0.into();
    let people = identity::second_person(tx, approval, &FloorContent::from(&row))?;
    row.approved_by = Some(people.approver);
    row.approved_at = Some(tx.now());
    tx.update(&row)?;
    tx.record(Event { subject: format!("price_floor:{id}"), ..Event::default() });
    Ok(row)
}
