//! What people do to the terms of trade.

use chrono::NaiveDate;
use serde::Serialize;

use super::fees::overlapping;
use super::model::{Reach, Schedule, ScheduleId, TradingAreaId};
use super::rules::CannotSettle;
use super::store::{self, FeeAccountRow, FeeScheduleRow, TradingAreaRow};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, OnConstraint, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::FeeAccountId;

/// Designates a county's bank account for trading money.
#[derive(Debug, Clone)]
pub struct OpenFeeAccount {
    pub id: FeeAccountId,
    pub county: RegionCode,
    pub number: String,
    pub name: String,
    pub bank: String,
    pub document: String,
    pub centre: OrganisationId,
    pub treasury: OrganisationId,
}

/// Opens a fee account.
pub fn open_fee_account(tx: &mut Tx<'_>, it: &OpenFeeAccount) -> Answer<FeeAccountId> {
    let row = FeeAccountRow {
        id: it.id,
        county: it.county.clone(),
        number: it.number.clone(),
        name: it.name.clone(),
        bank: it.bank.clone(),
        document: it.document.clone(),
        centre_id: it.centre,
        treasury_id: it.treasury,
        opened_at: tx.now(),
    };
    tx.insert(&row).on_constraint("fee_accounts_county_key", CannotSettle::FeeAccountExists)?;
    tx.record(Event {
        subject: format!("fee_account:{}", it.id),
        reason: Some(it.document.clone()),
        after: Some(serde_json::json!({ "county": it.county, "number": it.number })),
        ..Event::default()
    });
    Ok(it.id)
}

/// Enters how a county's trades are to be split in a period; takes effect with the approval.
#[derive(Debug, Clone)]
pub(super) struct EnterSchedule {
    pub(super) id: ScheduleId,
    pub(super) valid_from: NaiveDate,
    pub(super) valid_to: NaiveDate,
    pub(super) township_bp: i64,
    pub(super) centre_bp: i64,
    pub(super) label: String,
}

/// What the second person approves, to the letter.
#[derive(Debug, Serialize)]
struct ScheduleContent<'a> {
    id: ScheduleId,
    county: &'a RegionCode,
    version: i64,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    township_bp: i64,
    centre_bp: i64,
    label: &'a str,
}

impl<'a> From<&'a FeeScheduleRow> for ScheduleContent<'a> {
    fn from(row: &'a FeeScheduleRow) -> Self {
        Self {
            id: row.id,
            county: &row.county,
            version: row.version,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            township_bp: row.township_bp,
            centre_bp: row.centre_bp,
            label: &row.label,
        }
    }
}

const ENTER: &[Role] = &[Role::FinanceOfficer, Role::FinanceDirector];
const APPROVE: &[Role] = &[Role::FinanceDirector];

pub(super) fn enter_schedule(tx: &mut Tx<'_>, it: &EnterSchedule) -> Answer<ScheduleId> {
    let actor = tx.actor()?;
    let county = county_of(&actor.region)?;
    if it.valid_to < it.valid_from {
        return Err(CannotSettle::PeriodReversed.into());
    }
    if it.township_bp + it.centre_bp > 10_000 {
        return Err(CannotSettle::PartsTooLarge.into());
    }
    let known: Vec<Schedule> =
        store::schedules(tx.conn(), &county)?.iter().map(Schedule::from).collect();
    if let Some(other) = overlapping(&known, it.valid_from, it.valid_to) {
        return Err(CannotSettle::PeriodsOverlap(other.version).into());
    }
    let version = known.last().map_or(0, |last| last.version) + 1;
    let mut row = FeeScheduleRow {
        id: it.id,
        county,
        version,
        valid_from: it.valid_from,
        valid_to: it.valid_to,
        township_bp: it.township_bp,
        centre_bp: it.centre_bp,
        label: it.label.clone(),
        approval_id: RawId(uuid::Uuid::nil()),
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    row.approval_id = ask(tx, &format!("fee_schedule:{}", it.id), &ScheduleContent::from(&row))?;
    tx.insert(&row)
        .on_constraint("fee_schedules_county_version_key", CannotSettle::VersionTaken)?;
    tx.record(Event {
        subject: format!("fee_schedule:{}", it.id),
        after: serde_json::to_value(ScheduleContent::from(&row)).ok(),
        ..Event::default()
    });
    Ok(it.id)
}

pub(super) fn approve_schedule(tx: &mut Tx<'_>, id: ScheduleId) -> Answer<ScheduleId> {
    let actor = tx.actor()?;
    let mut row = store::schedule(tx.conn(), id)?;
    must_be_own(&row.county, &actor.region)?;
    if row.approved_at.is_some() {
        return Err(CannotSettle::AlreadyApproved.into());
    }
    let approval = row.approval_id.0.into();
    let people = identity::second_person(tx, approval, &ScheduleContent::from(&row))?;
    row.approved_by = Some(people.approver);
    row.approved_at = Some(tx.now());
    tx.update(&row)?;
    tx.record(Event { subject: format!("fee_schedule:{id}"), ..Event::default() });
    Ok(id)
}

/// Enters how far a county's credits may go; takes effect with the approval.
#[derive(Debug, Clone)]
pub(super) struct EnterTradingArea {
    pub(super) id: TradingAreaId,
    pub(super) reach: Reach,
    pub(super) document: String,
}

#[derive(Debug, Serialize)]
struct TradingAreaContent<'a> {
    id: TradingAreaId,
    county: &'a RegionCode,
    reach: Reach,
    document: &'a str,
}

impl<'a> From<&'a TradingAreaRow> for TradingAreaContent<'a> {
    fn from(row: &'a TradingAreaRow) -> Self {
        Self { id: row.id, county: &row.county, reach: row.reach, document: &row.document }
    }
}

pub(super) fn enter_trading_area(tx: &mut Tx<'_>, it: &EnterTradingArea) -> Answer<TradingAreaId> {
    let actor = tx.actor()?;
    let mut row = TradingAreaRow {
        id: it.id,
        county: county_of(&actor.region)?,
        reach: it.reach,
        document: it.document.clone(),
        approval_id: RawId(uuid::Uuid::nil()),
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    row.approval_id = ask(tx, &format!("trading_area:{}", it.id), &TradingAreaContent::from(&row))?;
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("trading_area:{}", it.id),
        reason: Some(it.document.clone()),
        after: serde_json::to_value(TradingAreaContent::from(&row)).ok(),
        ..Event::default()
    });
    Ok(it.id)
}

pub(super) fn approve_trading_area(tx: &mut Tx<'_>, id: TradingAreaId) -> Answer<TradingAreaId> {
    let actor = tx.actor()?;
    let mut row = store::trading_area(tx.conn(), id)?;
    must_be_own(&row.county, &actor.region)?;
    if row.approved_at.is_some() {
        return Err(CannotSettle::AlreadyApproved.into());
    }
    let approval = row.approval_id.0.into();
    let people = identity::second_person(tx, approval, &TradingAreaContent::from(&row))?;
    row.approved_by = Some(people.approver);
    row.approved_at = Some(tx.now());
    tx.update(&row)?;
    tx.record(Event { subject: format!("trading_area:{id}"), ..Event::default() });
    Ok(id)
}

fn ask(tx: &mut Tx<'_>, subject: &str, content: &impl Serialize) -> Answer<RawId> {
    let asked = SecondPerson { subject, content, initiator_roles: ENTER, approver_roles: APPROVE };
    Ok(RawId(identity::ask_second_person(tx, asked)?.uuid()))
}

/// The county of a bureau's seat; a bureau of a prefecture has none to set terms for.
fn county_of(seat: &RegionCode) -> Answer<RegionCode> {
    seat.county().ok_or_else(Failure::not_found)
}

/// Another county's terms are not yours to know of here.
fn must_be_own(county: &RegionCode, seat: &RegionCode) -> Answer<()> {
    if seat.county().as_ref() == Some(county) { Ok(()) } else { Err(Failure::not_found()) }
}
