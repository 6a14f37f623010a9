//! The trading floor of one transaction: the first of each line of the book, brought in from the
//! database as far as orders can need them. The database is the truth; nothing stays here.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::book::{Ask, Bid, Book, Fill, Kind, Party, Turn};
use super::buying::{goods, party};
use super::listing::is_on_offer;
use super::model::{Listing, ListingId, Order};
use super::store::{self, Line, Part};
use crate::certification::{self, Batch};
use crate::identity::{self, Organisation};
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, CreditBucket, JournalId, NewJournal};
use crate::settlement::{self, Sale, Source, Terms, Trade, TradeId, settle};

/// How many listings of a line are brought in first, and then each time.
const FIRST: i64 = 8;
const FURTHER: i64 = 64;

/// What a batch of orders looks at.
#[derive(Default)]
pub(super) struct Floor {
    pub(super) book: Book,
    pub(super) listings: HashMap<ListingId, Listing>,
    /// How much of a line is here, and whether that is all of it.
    lines: BTreeMap<Kind, (i64, bool)>,
    batches: HashMap<BatchId, Batch>,
    parties: HashMap<OrganisationId, Organisation>,
    terms: BTreeMap<RegionCode, Terms>,
}

impl Floor {
    /// Brings in these organisations.
    pub(super) fn know(
        &mut self,
        conn: &mut Conn,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Answer<()> {
        let missing: BTreeSet<_> =
            ids.into_iter().filter(|id| !self.parties.contains_key(id)).collect();
        if !missing.is_empty() {
            let missing: Vec<_> = missing.into_iter().collect();
            let found = identity::organisations(conn, &missing)?;
            self.parties.extend(found.into_iter().map(|one| (one.id, one)));
        }
        Ok(())
    }

    pub(super) fn organisation(&self, id: OrganisationId) -> Answer<&Organisation> {
        self.parties.get(&id).ok_or_else(|| Failure::broken("a party of the floor is known"))
    }

    /// Those that are known so far.
    pub(super) fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        self.parties.values()
    }

    /// The side of the book that an organisation is.
    pub(super) fn side(&self, id: OrganisationId) -> Answer<Party> {
        let it = self.organisation(id)?;
        Ok(Party { id: it.id, related_to: it.related_to })
    }

    /// The terms of a county, brought in once.
    pub(super) fn terms(&mut self, conn: &mut Conn, county: &RegionCode) -> Answer<&Terms> {
        Ok(match self.terms.entry(county.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(settlement::terms_of_county(conn, county)?),
        })
    }

    /// Brings in a listing with all that its sale needs; the ask of it, when it is on offer.
    pub(super) fn admit(
        &mut self,
        conn: &mut Conn,
        listings: Vec<Listing>,
        now: Time,
    ) -> Answer<Vec<Ask>> {
        let missing: BTreeSet<BatchId> = listings.iter().map(|listing| listing.batch).collect();
        let missing: Vec<_> =
            missing.into_iter().filter(|id| !self.batches.contains_key(id)).collect();
        if !missing.is_empty() {
            let found = certification::batches(conn, &missing)?;
            self.batches.extend(found.into_iter().map(|batch| (batch.id, batch)));
        }
        let sellers: Vec<_> = listings.iter().map(|listing| listing.seller).collect();
        let assessors: Vec<_> = self.batches.values().map(|batch| batch.assessor).collect();
        self.know(conn, sellers.into_iter().chain(assessors))?;
        let mut asks = Vec::with_capacity(listings.len());
        for listing in listings {
            let batch = self.batches.get(&listing.batch);
            let batch = batch.ok_or_else(|| Failure::broken("a listing has its batch"))?;
            if is_on_offer(&listing, batch, now.date_in_shanghai()) {
                let assessor = self.side(batch.assessor)?;
                asks.push(ask(&listing, batch, assessor));
            }
            self.listings.insert(listing.id, listing);
        }
        Ok(asks)
    }

    /// Brings in of each line what an order can need of it.
    pub(super) fn bring_asks(
        &mut self,
        conn: &mut Conn,
        bid: &Bid,
        counties: &[RegionCode],
        now: Time,
    ) -> Answer<()> {
        for county in counties {
            for grade in 1..=bid.grade_max {
                let (county, wetland_type) = (county.clone(), bid.wetland_type);
                let kind = Kind { county: number_of(&county), wetland_type, grade };
                let line = Line { county, wetland_type, grade };
                self.bring_line(conn, bid, (kind, &line), now)?;
            }
        }
        Ok(())
    }

    fn bring_line(
        &mut self,
        conn: &mut Conn,
        bid: &Bid,
        (kind, line): (Kind, &Line),
        now: Time,
    ) -> Answer<()> {
        loop {
            let (after, is_all) = self.lines.get(&kind).copied().unwrap_or_default();
            if is_all || (after > 0 && self.book.has_enough(bid, &kind)) {
                return Ok(());
            }
            let count = if after == 0 { FIRST } else { FURTHER };
            let listings = store::asks_in_line(conn, line, Part { after, count })?;
            let found = i64::try_from(listings.len()).unwrap_or(count);
            for ask in self.admit(conn, listings, now)? {
                self.book.lay_in_ask(ask);
            }
            self.lines.insert(kind, (after + found, found < count));
        }
    }

    /// The trade that a fill is, and the journal that pays for it from what the buyer has available.
    pub(super) fn sale(&self, fill: &Fill, order: &Order, at: Time) -> Answer<(Trade, NewJournal)> {
        let missing = || Failure::broken("a fill has its listing, its batch and its terms");
        let listing = self.listings.get(&fill.listing).ok_or_else(missing)?;
        let buyer = party(self.organisation(order.buyer)?.clone());
        let settled = settle(&Sale {
            trade: TradeId::new(),
            journal: JournalId::new(),
            source: Source::Listing,
            source_id: listing.id.uuid(),
            goods: &goods(self.batches.get(&listing.batch).ok_or_else(missing)?),
            terms: self.terms.get(&listing.county).ok_or_else(missing)?,
            seller: &party(self.organisation(listing.seller)?.clone()),
            from: CreditBucket::Reserved,
            buyer: &settlement::Party { region: order.place.clone(), ..buyer },
            area: fill.m2.try_into().map_err(|_| missing())?,
            price: PricePerMu::of_fen(fill.price_fen).map_err(|_| missing())?,
            at,
        })?;
        Ok(settled)
    }
}

/// A listing as the book has it.
pub(super) fn ask(listing: &Listing, batch: &Batch, assessor: Party) -> Ask {
    Ask {
        listing: listing.id,
        turn: turn(listing.listed_at, listing.id.uuid()),
        kind: Kind {
            county: number_of(&listing.county),
            wetland_type: batch.wetland_type,
            grade: listing.grade,
        },
        seller: listing.seller,
        assessor,
        price_fen: listing.price.fen(),
        left_m2: listing.left_m2,
    }
}

/// An order as the book has it.
pub(super) fn bid(order: &Order, buyer: Party) -> Bid {
    Bid {
        order: order.id,
        turn: turn(order.placed_at, order.id.uuid()),
        buyer,
        counties: order.counties.iter().map(number_of).collect(),
        wetland_type: order.wetland_type,
        grade_max: order.grade_max,
        limit_fen: order.limit.fen(),
        left_m2: order.left_m2,
        fills: order.fills,
    }
}

fn turn(at: Time, id: uuid::Uuid) -> Turn {
    Turn { at_micros: at.unix_micros(), id }
}

/// A region's code as a number: it is made of digits.
fn number_of(region: &RegionCode) -> u32 {
    region.as_str().parse().unwrap_or_default()
}
