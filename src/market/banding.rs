//! Setting the price band of a county by two people, and asking whether a price lies in it (R60).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::band::{PriceBandId, check_band};
use super::order::CannotOrder;
use super::store::{self, PriceBandRow};
use crate::identity::{self, SecondPerson};
use crate::inventory::WetlandType;
use crate::kernel::actor::Role;
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::settlement;

const ENTER: &[Role] = &[Role::FinanceOfficer, Role::FinanceDirector];
const APPROVE: &[Role] = &[Role::FinanceDirector];

/// Enters the price band of the own county, or its end; takes effect with the approval.
#[derive(Debug, Clone)]
pub(super) struct EnterPriceBand {
    pub(super) id: PriceBandId,
    pub(super) percent: Option<i64>,
    pub(super) document: String,
}

/// What the second person approves, to the letter.
#[derive(Debug, Serialize)]
struct Content<'a> {
    id: PriceBandId,
    county: &'a RegionCode,
    percent: Option<i64>,
    document: &'a str,
}

impl<'a> From<&'a PriceBandRow> for Content<'a> {
    fn from(row: &'a PriceBandRow) -> Self {
        let (county, document) = (&row.county, row.document.as_str());
        Self { id: row.id, county, percent: row.percent, document }
    }
}

pub(super) fn enter_price_band(tx: &mut Tx<'_>, it: &EnterPriceBand) -> Answer<PriceBandId> {
    let actor = tx.actor()?;
    let mut row = PriceBandRow {
        id: it.id,
        county: actor.region.county().ok_or_else(Failure::not_found)?,
        percent: it.percent,
        document: it.document.clone(),
        approval_id: RawId(uuid::Uuid::nil()),
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    let subject = format!("price_band:{}", it.id);
    let content = Content::from(&row);
    let (initiator_roles, approver_roles) = (ENTER, APPROVE);
    let asked =
        SecondPerson { subject: &subject, content: &content, initiator_roles, approver_roles };
    row.approval_id = RawId(identity::ask_second_person(tx, asked)?.uuid());
    tx.insert(&row)?;
    let (reason, after) =
        (Some(it.document.clone()), serde_json::to_value(Content::from(&row)).ok());
    tx.record(Event { subject, reason, after, ..Event::default() });
    Ok(it.id)
}

pub(super) fn approve_price_band(tx: &mut Tx<'_>, id: PriceBandId) -> Answer<PriceBandId> {
    let actor = tx.actor()?;
    let mut row = store::price_band(tx.conn(), id)?;
    if actor.region.county().as_ref() != Some(&row.county) {
        return Err(Failure::not_found());
    }
    if row.approved_at.is_some() {
        return Err(CannotOrder::BandApproved.into());
    }
    let people = identity::second_person(tx, row.approval_id.0.into(), &Content::from(&row))?;
    row.approved_by = Some(people.approver);
    row.approved_at = Some(tx.now());
    tx.update(&row)?;
    tx.record(Event { subject: format!("price_band:{id}"), ..Event::default() });
    Ok(id)
}

/// The bands that orders of one transaction look at, each looked up once.
#[derive(Debug, Default)]
pub(super) struct Bands(BTreeMap<(RegionCode, WetlandType, i64), Option<Band>>);

/// How far a price may be from an index, which is turnover over area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Band {
    percent: i64,
    turnover: i64,
    m2: i64,
}

impl Bands {
    /// Refuses a price outside the band of its county.
    pub(super) fn check(
        &mut self,
        conn: &mut Conn,
        county: &RegionCode,
        price: PricePerMu,
        (wetland_type, grade): (WetlandType, i64),
        today: NaiveDate,
    ) -> Answer<()> {
        let key = (county.clone(), wetland_type, grade);
        let band = match self.0.get(&key) {
            Some(band) => *band,
            None => {
                let band = band_of(conn, county, (wetland_type, grade), today)?;
                self.0.insert(key, band);
                band
            }
        };
        match band {
            Some(Band { percent, turnover, m2 }) => {
                Ok(check_band(county, price, percent, (turnover, m2))?)
            }
            None => Ok(()),
        }
    }
}

/// Refuses a price outside the band of its county; for one price alone.
pub(super) fn check_price(
    conn: &mut Conn,
    county: &RegionCode,
    price: PricePerMu,
    kind: (WetlandType, i64),
    today: NaiveDate,
) -> Answer<()> {
    Bands::default().check(conn, county, price, kind, today)
}

/// The band of a county around its last index: that of the newest day before today on which this type
/// and grade was traded, so that nobody moves it by trades of today.
fn band_of(
    conn: &mut Conn,
    county: &RegionCode,
    kind: (WetlandType, i64),
    today: NaiveDate,
) -> Answer<Option<Band>> {
    let Some(percent) = store::band_of_county(conn, county)? else { return Ok(None) };
    let last = settlement::last_price_day(conn, county, kind, today)?;
    Ok(last.map(|last| Band { percent, turnover: last.turnover, m2: last.m2 }))
}
