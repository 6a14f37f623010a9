//! Listing credits, taking them back, and what the clock does to listings.

use super::banding::check_price;
use super::listing::{CannotTrade, check_listing, check_open, has_expired};
use super::matching::match_listing;
use super::model::{
    EndKind, List, Listing, ListingEndId, ListingId, ListingState, OffersWanted, Withdraw,
};
use super::store::{self, ListingEndRow, Shift};
use crate::certification;
use crate::identity;
use crate::kernel::actor::Doing;
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, CreditBucket, JournalId, NewJournal, NewTransfer};

/// How many listings one command ends, so that the writer is not held up.
const EXPIRED_PER_COMMAND_MAX: i64 = 100;

/// Offers credits of the actor's organisation and reserves them (R47).
pub(super) fn list(tx: &mut Tx<'_>, it: &List) -> Answer<Listing> {
    let actor = tx.actor()?;
    let today = tx.now().date_in_shanghai();
    let batches = certification::batches(tx.conn(), &[it.batch])?;
    let batch = batches.into_iter().next().ok_or_else(Failure::not_found)?;
    let seller = identity::organisation(tx.conn(), actor.organisation_id)?;
    let available = Account::credits(seller.id, batch.id, CreditBucket::Available);
    let available_m2 = ledger::balance(tx.conn(), &available)?;
    if batch.owner != seller.id && available_m2 == 0 {
        return Err(Failure::not_found());
    }
    if batch.frozen {
        return Err(CannotTrade::Suspended.into());
    }
    ledger::check_unpledged(tx.conn(), seller.id, batch.id, it.area.get())?;
    check_listing(it.area, available_m2, it.valid_to, today)?;
    let year = chrono::Datelike::year(&today);
    let series = format!("LS-{year}");
    let number = format!("{series}-{:04}", tx.next_number(&series)?);
    let listing = Listing {
        id: it.listing,
        number,
        batch: batch.id,
        batch_number: batch.number,
        county: batch.county,
        seller: seller.id,
        seller_name: seller.name,
        wetland_type: batch.wetland_type.to_string(),
        grade: batch.grade.get(),
        area: it.area,
        price: it.price,
        listed_by: actor.user_id,
        listed_at: tx.now(),
        valid_to: it.valid_to,
        left_m2: it.area.get(),
        state: ListingState::Open,
        suspended: false,
    };
    let reserved = Account::credits(seller.id, batch.id, CreditBucket::Reserved);
    let (price, kind) = (listing.price, (batch.wetland_type, listing.grade));
    check_price(tx.conn(), &listing.county, price, kind, today)?;
    move_credits(tx, it.journal, "listing", &listing, (available, reserved))?;
    store::insert(tx, &listing)?;
    let mut shift = Shift::default();
    shift.offer(&listing, listing.left_m2);
    store::save_shift(tx, shift)?;
    let mut listing = listing;
    let (orders_filled, is_more) = match_listing(tx, &mut listing)?;
    if is_more {
        store::insert_matching(tx, listing.id)?;
    }
    tx.record(Event {
        subject: format!("listing:{}", listing.id),
        after: Some(serde_json::json!({
            "number": listing.number,
            "batch": listing.batch_number,
            "m2": listing.area,
            "price_per_mu": listing.price,
            "orders_filled": orders_filled,
            "left_m2": listing.left_m2,
        })),
        ..Event::default()
    });
    Ok(listing)
}

/// Says which of these listings are suspended, since their projects are frozen (R45).
pub(super) fn with_suspensions(c: &mut Conn, mut rows: Vec<Listing>) -> Answer<Vec<Listing>> {
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row.batch).collect();
    let batches = certification::batches(c, &ids.into_iter().collect::<Vec<_>>())?;
    for row in &mut rows {
        row.suspended = batches.iter().any(|batch| batch.id == row.batch && batch.frozen);
    }
    Ok(rows)
}

/// Returns a listing as everybody sees it; an unknown id is not found.
pub(super) fn shown(c: &mut Conn, id: ListingId) -> Answer<Listing> {
    let listing = store::listing(c, id)?;
    with_suspensions(c, vec![listing])?.pop().ok_or_else(Failure::not_found)
}

/// Takes back what is left of a listing and frees it (R47).
pub(super) fn withdraw(tx: &mut Tx<'_>, it: &Withdraw) -> Answer<Listing> {
    let actor = tx.actor()?;
    let mut listing = store::listing(tx.conn(), it.listing)?;
    if listing.seller != actor.organisation_id {
        return Err(Failure::not_found());
    }
    check_open(&listing, tx.now().date_in_shanghai())?;
    let end = ListingEndRow {
        id: it.end,
        listing_id: listing.id,
        kind: EndKind::Withdrawn,
        freed_m2: listing.left_m2,
        reason: it.reason.clone(),
        ended_by: Some(actor.user_id),
        ended_at: tx.now(),
    };
    end_listing(tx, &mut listing, it.journal, &end)?;
    tx.record(Event {
        subject: format!("listing:{}", listing.id),
        reason: Some(it.reason.clone()),
        after: Some(serde_json::json!({ "freed_m2": end.freed_m2 })),
        ..Event::default()
    });
    Ok(listing)
}

/// Frees what is left of listings whose last day has passed; returns how many there were. Each
/// call ends a bounded number of them and brings its own ids.
fn expire_listings(tx: &mut Tx<'_>, ids: &[(ListingEndId, JournalId)]) -> Answer<usize> {
    let today = tx.now().date_in_shanghai();
    let expired = store::expired(tx.conn(), today, EXPIRED_PER_COMMAND_MAX)?;
    let mut ended: Vec<ListingId> = Vec::with_capacity(expired.len());
    for (id, (end, journal)) in expired.into_iter().zip(ids) {
        let mut listing = store::listing(tx.conn(), id)?;
        if listing.state != ListingState::Open || !has_expired(listing.valid_to, today) {
            continue;
        }
        let end = ListingEndRow {
            id: *end,
            listing_id: id,
            kind: EndKind::Expired,
            freed_m2: listing.left_m2,
            reason: "the last day has passed".into(),
            ended_by: None,
            ended_at: tx.now(),
        };
        end_listing(tx, &mut listing, *journal, &end)?;
        ended.push(id);
    }
    if !ended.is_empty() {
        tx.record(Event {
            subject: "listings".into(),
            after: Some(serde_json::json!({ "expired": ended })),
            ..Event::default()
        });
    }
    Ok(ended.len())
}

/// Returns what is on offer of those types in a province, the cheapest first.
pub fn offers(conn: &mut Conn, wanted: &OffersWanted, rows_max: i64) -> Answer<Vec<Listing>> {
    store::offers(conn, wanted, rows_max)
}

/// Does what the clock asks of the market: ends listings whose last day has passed; returns how
/// many. Where nothing is due it only reads.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut ended = 0;
    loop {
        let today = db.clock().now().date_in_shanghai();
        if db.read(None, move |conn| Ok(store::expired(conn, today, 1)?)).await?.is_empty() {
            return Ok(ended);
        }
        let ids: Vec<(ListingEndId, JournalId)> =
            (0..EXPIRED_PER_COMMAND_MAX).map(|_| (ListingEndId::new(), JournalId::new())).collect();
        let doing = Doing::system("expire_listings");
        ended += db.write(doing, move |tx| expire_listings(tx, &ids)).await?;
    }
}

pub(super) fn end_listing(
    tx: &mut Tx<'_>,
    listing: &mut Listing,
    journal: JournalId,
    end: &ListingEndRow,
) -> Answer<()> {
    let reserved = Account::credits(listing.seller, listing.batch, CreditBucket::Reserved);
    let available = Account::credits(listing.seller, listing.batch, CreditBucket::Available);
    move_credits(tx, journal, "listing_end", listing, (reserved, available))?;
    listing.left_m2 = 0;
    listing.state = match end.kind {
        EndKind::Withdrawn => ListingState::Withdrawn,
        EndKind::Expired => ListingState::Expired,
    };
    store::insert_end(tx, end)?;
    let mut shift = Shift::default();
    shift.offer(listing, -end.freed_m2);
    store::save_shift(tx, shift)?;
    store::save_remainders(tx, std::iter::once(&*listing))
}

fn move_credits(
    tx: &mut Tx<'_>,
    journal: JournalId,
    event: &'static str,
    listing: &Listing,
    (from, to): (Account, Account),
) -> Answer<()> {
    let journal = NewJournal {
        id: journal,
        event,
        subject: listing.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount: listing.left_m2 }],
    };
    ledger::post(tx, journal)
}
