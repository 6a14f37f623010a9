//! What to buy for an application: the cheapest eligible set of listings.

use chrono::NaiveDate;

use super::facts::{Facts, facts};
use super::retirements::holding;
use crate::certification::{self, Grade};
use crate::inventory::WetlandType;
use crate::kernel::db::Conn;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, BatchId, CreditBucket, Place};
use crate::market::{self, Listing, OffersWanted};
use crate::occupation::model::{OccupationId, Quality, Wanted};
use crate::occupation::rules::{
    CannotRetire, Offer, RATE_FEN_MIN, cheapest, fits, restoration_fee,
};
use crate::settlement;

/// The cheapest so many listings are looked at.
const LISTINGS_MAX: i64 = 500;
/// Of so many batches what the developer has is looked at.
const BATCHES_MAX: usize = 500;

/// What the system proposes to buy.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) required_m2: i64,
    pub(crate) counted_m2: i64,
    /// What the developer has available that would count.
    pub(crate) in_hand_m2: i64,
    pub(crate) to_buy_m2: i64,
    pub(crate) purchases: Vec<ProposedPurchase>,
    pub(crate) bought_m2: i64,
    pub(crate) amount: Fen,
    /// What no listing covers.
    pub(crate) short_m2: i64,
    /// The least that would be paid to the state if restoring were impossible (R82).
    pub(crate) restoration_fee: Fen,
}

/// One purchase of a proposal.
#[derive(Debug, Clone)]
pub(crate) struct ProposedPurchase {
    pub(crate) listing: Listing,
    pub(crate) m2: i64,
    pub(crate) amount: Fen,
}

/// Proposes what to buy for what is still missing.
pub(crate) fn propose(c: &mut Conn, id: OccupationId, today: NaiveDate) -> Answer<Proposal> {
    let facts = facts(c, id, today)?;
    let wanted = facts.wanted.clone().ok_or(CannotRetire::NotGraded)?;
    let in_hand_m2 = in_hand(c, &facts, &wanted)?;
    let to_buy_m2 = (facts.gate.short_m2() - in_hand_m2).max(0);
    let listings = eligible(c, &facts, &wanted, today)?;
    let offers: Vec<Offer<&Listing>> = listings
        .iter()
        .map(|listing| Offer { listing, left_m2: listing.left_m2, price: listing.price })
        .collect();
    let mut purchases = Vec::new();
    let (mut bought_m2, mut fen) = (0_i64, 0_i64);
    let broken = |_| Failure::broken("purchases stay within the books");
    for pick in cheapest(&offers, to_buy_m2) {
        let Some(offer) = offers.get(pick.offer) else { continue };
        bought_m2 = bought_m2.saturating_add(pick.m2);
        fen = fen.saturating_add(pick.fen);
        let amount = Fen::of(pick.fen).map_err(broken)?;
        purchases.push(ProposedPurchase { listing: offer.listing.clone(), m2: pick.m2, amount });
    }
    let rate = Fen::of(RATE_FEN_MIN).map_err(broken)?;
    let occupation = &facts.occupation;
    let special = occupation.mangrove || occupation.peat;
    let fee = restoration_fee(occupation.area, occupation.wetland_type, special, rate)?;
    Ok(Proposal {
        required_m2: facts.gate.required_m2,
        counted_m2: facts.gate.counted_m2,
        in_hand_m2,
        to_buy_m2,
        purchases,
        bought_m2,
        amount: Fen::of(fen).map_err(broken)?,
        short_m2: to_buy_m2 - bought_m2,
        restoration_fee: fee.amount,
    })
}

/// What the developer has available of batches that would count.
fn in_hand(c: &mut Conn, facts: &Facts, wanted: &Wanted) -> Answer<i64> {
    let developer = facts.occupation.developer_id;
    let held = ledger::credits_of_holder(c, developer)?;
    let available = |it: &(Account, i64)| match it.0.place {
        Place::Credits(batch, CreditBucket::Available) if it.1 > 0 => Some(batch),
        Place::Credits(..) | Place::Money(..) => None,
    };
    let ids: Vec<BatchId> = held.iter().filter_map(available).take(BATCHES_MAX).collect();
    let mut in_hand = 0_i64;
    for batch in certification::batches(c, &ids)? {
        let quality = Quality {
            reach: settlement::reach_of_county(c, &batch.county)?,
            batch: batch.number,
            county: batch.county,
            wetland_type: batch.wetland_type,
            grade: batch.grade,
        };
        if fits(&quality, 0, wanted).is_ok() {
            in_hand = in_hand.saturating_add(holding(c, developer, batch.id)?.available);
        }
    }
    Ok(in_hand)
}

/// The cheapest listings whose credits would count, and that are not the developer's own.
fn eligible(
    c: &mut Conn,
    facts: &Facts,
    wanted: &Wanted,
    today: NaiveDate,
) -> Answer<Vec<Listing>> {
    let types = WetlandType::ALL.iter().copied();
    let types = types.filter(|it| wanted.policy.is_compatible(wanted.wetland_type, *it));
    let asked = OffersWanted {
        wetland_types: types.collect(),
        grade_max: wanted.grade.get(),
        province: wanted.county.province(),
        today,
    };
    let mut eligible = Vec::new();
    for listing in market::offers(c, &asked, LISTINGS_MAX)? {
        let (Ok(wetland_type), Ok(grade)) =
            (listing.wetland_type.parse(), Grade::try_from(listing.grade))
        else {
            continue;
        };
        let quality = Quality {
            batch: listing.batch_number.clone(),
            county: listing.county.clone(),
            reach: settlement::reach_of_county(c, &listing.county)?,
            wetland_type,
            grade,
        };
        let is_own = listing.seller == facts.occupation.developer_id;
        if !is_own && fits(&quality, 0, wanted).is_ok() {
            eligible.push(listing);
        }
    }
    Ok(eligible)
}
