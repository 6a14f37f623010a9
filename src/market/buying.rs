//! Buying from listings, many purchases at once: load what all of them touch, decide each in
//! order in memory by the pure rules, save set by set.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::listing::{CannotTrade, check_assessor, check_purchase};
use super::model::{Buy, Listing, ListingId};
use super::placing::take;
use super::store::{self, Shift};
use crate::certification::{self, Batch};
use crate::identity::{self, Commitment, CommitmentKind, Commitments};
use crate::kernel::clock::Time;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{self, Account, Books, CannotPost, CreditBucket, NewJournal};
use crate::settlement::{
    self, Goods, Party, Sale, Source, Terms, Township, Trade, TradeView, settle,
};

/// Everything that a batch of purchases looks at.
struct Desk {
    listings: HashMap<ListingId, Listing>,
    goods: HashMap<ListingId, Goods>,
    /// Who assessed the land behind each listing.
    assessors: HashMap<ListingId, OrganisationId>,
    parties: HashMap<OrganisationId, Party>,
    /// Absent when the county has none: then each purchase is refused for that reason.
    terms: BTreeMap<RegionCode, Terms>,
    /// How much one person of a buyer alone may buy for, and the permits beyond that.
    commitments: Commitments,
    books: Books,
}

/// Buys from listings; each purchase gets its own answer, and refused ones leave no trace.
pub fn buy(tx: &mut Tx<'_>, purchases: &[&Buy]) -> Answer<Vec<Answer<TradeView>>> {
    let buyers = (0..purchases.len())
        .map(|command| tx.actor_of(command).map(|actor| actor.organisation_id))
        .collect::<Answer<Vec<OrganisationId>>>()?;
    let mut desk = load(tx, purchases, &buyers)?;
    let mut settled: Vec<(usize, Trade)> = Vec::with_capacity(purchases.len());
    let mut refusals: BTreeMap<usize, Failure> = BTreeMap::new();
    for (command, (purchase, buyer)) in purchases.iter().zip(&buyers).enumerate() {
        match decide(&mut desk, command, purchase, *buyer, tx.now()) {
            Ok(trade) => settled.push((command, trade)),
            Err(refusal) => {
                refusals.insert(command, refusal);
            }
        }
    }
    let mut views = save(tx, desk, &settled)?;
    let answer = |command: usize| match (views.remove(&command), refusals.remove(&command)) {
        (Some(view), _) => Ok(view),
        (None, Some(refusal)) => Err(refusal),
        (None, None) => Err(Failure::broken("every purchase is settled or refused")),
    };
    Ok((0..purchases.len()).map(answer).collect())
}

fn load(tx: &mut Tx<'_>, purchases: &[&Buy], buyers: &[OrganisationId]) -> Answer<Desk> {
    let now = tx.now();
    let conn = tx.conn();
    let ids: BTreeSet<ListingId> = purchases.iter().map(|purchase| purchase.listing).collect();
    let mut listings = store::listings(conn, &ids.into_iter().collect::<Vec<_>>())?;
    let batch_ids: BTreeSet<_> = listings.values().map(|listing| listing.batch).collect();
    let batches = certification::batches(conn, &batch_ids.into_iter().collect::<Vec<_>>())?;
    for listing in listings.values_mut() {
        listing.suspended = batches.iter().any(|batch| batch.id == listing.batch && batch.frozen);
    }
    let sellers = listings.values().map(|listing| listing.seller);
    let assessors = batches.iter().map(|batch| batch.assessor);
    let party_ids: BTreeSet<_> = buyers.iter().copied().chain(sellers).chain(assessors).collect();
    let parties = identity::organisations(conn, &party_ids.into_iter().collect::<Vec<_>>())?;
    let mut terms = BTreeMap::new();
    for county in listings.values().map(|l| l.county.clone()).collect::<BTreeSet<_>>() {
        let found = settlement::terms_of_county(conn, &county)?;
        terms.insert(county, found);
    }
    let limited = parties.iter().filter(|party| buyers.contains(&party.id));
    let commitments = Commitments::of(conn, limited, now)?;
    let batch_of = |l: &Listing| batches.iter().find(|batch| batch.id == l.batch);
    let goods = listings.values().filter_map(|l| Some((l.id, goods(batch_of(l)?))));
    let assessors = listings.values().filter_map(|l| Some((l.id, batch_of(l)?.assessor)));
    let mut desk = Desk {
        goods: goods.collect(),
        assessors: assessors.collect(),
        parties: parties.into_iter().map(|o| (o.id, party(o))).collect(),
        terms,
        commitments,
        books: Books::default(),
        listings,
    };
    desk.books = load_books(tx, &desk, purchases, buyers)?;
    Ok(desk)
}

/// Opens the books on the accounts that these purchases would touch.
fn load_books(
    tx: &mut Tx<'_>,
    desk: &Desk,
    purchases: &[&Buy],
    buyers: &[OrganisationId],
) -> Answer<Books> {
    let mut journals: Vec<NewJournal> = Vec::with_capacity(purchases.len());
    for (purchase, buyer) in purchases.iter().zip(buyers) {
        // What the rules refuse here they refuse again when it is decided.
        journals.extend(sale(desk, purchase, *buyer, tx.now()).ok().map(|(_, journal)| journal));
    }
    ledger::open_for(tx.conn(), &journals)
}

fn decide(
    desk: &mut Desk,
    command: usize,
    purchase: &Buy,
    buyer: OrganisationId,
    now: Time,
) -> Answer<Trade> {
    let listing = desk.listings.get(&purchase.listing).ok_or_else(Failure::not_found)?;
    check_purchase(listing, buyer, purchase.area, now.date_in_shanghai())?;
    let assessor = desk.assessors.get(&listing.id).and_then(|id| desk.parties.get(id));
    if let (Some(assessor), Some(buyer)) = (assessor, desk.parties.get(&buyer)) {
        check_assessor(assessor, buyer)?;
    }
    let (trade, journal) = sale(desk, purchase, buyer, now)?;
    let commitment = Commitment {
        organisation: buyer,
        kind: CommitmentKind::Purchase,
        subject: Some(listing.id.uuid()),
        amount_fen: trade.split.amount,
        becomes: ("trade", trade.id.uuid()),
    };
    let permit = desk.commitments.admit(&commitment)?;
    let cash = Account::money(buyer, trade.fee_account, ledger::MoneyBucket::Available);
    let available = desk.books.balance(&cash);
    desk.books.post(command, journal).map_err(|cause| match cause {
        CannotPost::NotEnough { .. } if available < trade.split.amount => {
            Failure::from(CannotTrade::NotEnoughCash {
                due: cny(trade.split.amount),
                available: cny(available),
                short: cny(trade.split.amount - available),
            })
        }
        other => other.into(),
    })?;
    desk.commitments.use_up(command, permit, &commitment)?;
    if let Some(listing) = desk.listings.get_mut(&purchase.listing) {
        take(listing, purchase.area.get());
    }
    Ok(trade)
}

/// The trade that a purchase would be, and its journal.
fn sale(
    desk: &Desk,
    purchase: &Buy,
    buyer: OrganisationId,
    at: Time,
) -> Answer<(Trade, NewJournal)> {
    let listing = desk.listings.get(&purchase.listing).ok_or_else(Failure::not_found)?;
    let missing = || Failure::broken("a listing has its batch, its seller and its county's terms");
    let settled = settle(&Sale {
        trade: purchase.trade,
        journal: purchase.journal,
        source: Source::Listing,
        source_id: listing.id.uuid(),
        goods: desk.goods.get(&listing.id).ok_or_else(missing)?,
        terms: desk.terms.get(&listing.county).ok_or_else(missing)?,
        seller: desk.parties.get(&listing.seller).ok_or_else(missing)?,
        from: CreditBucket::Reserved,
        buyer: desk.parties.get(&buyer).ok_or_else(missing)?,
        area: purchase.area,
        price: listing.price,
        at,
    })?;
    Ok(settled)
}

fn save(
    tx: &mut Tx<'_>,
    mut desk: Desk,
    settled: &[(usize, Trade)],
) -> Answer<HashMap<usize, TradeView>> {
    let touched: BTreeSet<_> = settled.iter().map(|(_, trade)| trade.source_id).collect();
    ledger::save(tx, desk.books)?;
    desk.commitments.save(tx)?;
    let remainders = desk.listings.values().filter(|l| touched.contains(&l.id.uuid()));
    store::save_remainders(tx, remainders)?;
    let mut shift = Shift::default();
    for (_, trade) in settled {
        let listing = desk.listings.get(&ListingId::from(trade.source_id));
        listing.into_iter().for_each(|listing| shift.offer(listing, -trade.area.get()));
    }
    store::save_shift(tx, shift)?;
    let mut views = HashMap::with_capacity(settled.len());
    for (command, row) in settlement::save_trades(tx, settled)? {
        let view = TradeView::from(row);
        let subject = format!("trade:{}", view.id);
        let after = serde_json::to_value(&view).ok();
        tx.record_of(command, Event { subject, after, ..Event::default() });
        views.insert(command, view);
    }
    Ok(views)
}

pub(super) fn goods(batch: &Batch) -> Goods {
    let township = |t: &certification::TownshipShare| Township {
        region: t.region.clone(),
        organisation: t.organisation_id,
        certified_m2: t.certified_m2,
    };
    Goods {
        batch: batch.id,
        county: batch.county.clone(),
        townships: batch.townships.iter().map(township).collect(),
    }
}

pub(super) fn party(organisation: identity::Organisation) -> Party {
    Party { id: organisation.id, region: organisation.region, related_to: organisation.related_to }
}
