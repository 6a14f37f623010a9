//! What the two sides, the centre and the clock do to a negotiation.

mod committing;

use chrono::NaiveDate;
use serde_json::json;

use committing::commit;

use super::model::{
    NegotiatedTransferId, Negotiation, NegotiationState, OfferedTerms, RoundId, Side,
};
use super::rules::{
    self, CannotNegotiate, approval_over_on, check_answer, check_awaiting, check_offered,
    check_terms, day_after, side_of,
};
use super::store;
use crate::identity::{self, OrganisationKind};
use crate::kernel::actor::{Actor, Doing, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Db, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{
    self, Account, BatchId, CreditBucket, JournalId, MoneyBucket, NewJournal, NewTransfer,
};
use crate::market::deal::{self, Deal};
use crate::market::{bans, floors};
use crate::settlement::{self, Source, TradeId};

/// How many negotiations one look finds.
const DUE_PER_LOOK_MAX: i64 = 50;

/// What somebody puts to the other side; the last day is thirty days away unless it is named.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) area: SquareMetres,
    pub(super) price: PricePerMu,
    pub(super) valid_to: Option<NaiveDate>,
}

/// Opens a negotiation.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) id: NegotiatedTransferId,
    pub(super) round: RoundId,
    pub(super) batch: BatchId,
    pub(super) other: OrganisationId,
    pub(super) terms: Terms,
}

/// Answers the terms on the table by others.
#[derive(Debug, Clone)]
pub(super) struct Counter {
    pub(super) id: NegotiatedTransferId,
    pub(super) round_id: RoundId,
    pub(super) round: i64,
    pub(super) terms: Terms,
}

/// Accepts the terms on the table.
#[derive(Debug, Clone)]
pub(super) struct Accept {
    pub(super) id: NegotiatedTransferId,
    pub(super) round: i64,
    pub(super) trade: TradeId,
    pub(super) journal: JournalId,
}

/// Ends a negotiation without a trade.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) id: NegotiatedTransferId,
    pub(super) reason: Label,
}

/// Approves a price below the floor.
#[derive(Debug, Clone)]
pub(super) struct Approve {
    pub(super) id: NegotiatedTransferId,
    pub(super) trade: TradeId,
    pub(super) journal: JournalId,
}

pub(super) fn open(tx: &mut Tx<'_>, it: &Open) -> Answer<Negotiation> {
    let actor = tx.actor()?;
    let now = tx.now();
    let terms = terms_of(&it.terms, now.date_in_shanghai())?;
    let batch = deal::batch(tx.conn(), it.batch)?;
    let side = match actor.role {
        Role::TownshipOfficer => Side::Seller,
        _ => Side::Buyer,
    };
    let own = identity::organisation(tx.conn(), actor.organisation_id)?;
    let other = identity::organisation(tx.conn(), it.other)?;
    let (seller, buyer) = match side {
        Side::Seller => (own, other),
        Side::Buyer => (other, own),
    };
    let available = Account::credits(seller.id, batch.id, CreditBucket::Available);
    let available_m2 = ledger::balance(tx.conn(), &available)?;
    if batch.owner != seller.id && available_m2 == 0 {
        return Err(match side {
            Side::Seller => Failure::not_found(),
            Side::Buyer => CannotNegotiate::OtherSide.into(),
        });
    }
    if buyer.kind != OrganisationKind::Developer {
        return Err(CannotNegotiate::OtherSide.into());
    }
    if side == Side::Seller {
        ledger::check_unpledged(tx.conn(), seller.id, batch.id, terms.area.get())?;
    }
    if side == Side::Seller && terms.area.get() > available_m2 {
        return Err(CannotNegotiate::NotEnoughCredits { asked: terms.area, available_m2 }.into());
    }
    bans::check(tx.conn(), &batch.county, buyer.id)?;
    let fee_account = settlement::fee_account_of_county(tx.conn(), &batch.county)?;
    let series = format!("XY{}-{}", batch.county, chrono::Datelike::year(&now.date_in_shanghai()));
    let number = format!("{series}-{:04}", tx.next_number(&series)?);
    let negotiation = Negotiation {
        id: it.id,
        number,
        batch: batch.id,
        batch_number: batch.number,
        county: batch.county,
        fee_account: fee_account.id,
        seller: seller.id,
        seller_name: seller.name,
        buyer: buyer.id,
        buyer_name: buyer.name,
        wetland_type: batch.wetland_type.to_string(),
        grade: batch.grade.get(),
        round: 1,
        offered_by: side,
        terms,
        state: NegotiationState::Offered,
        due_on: day_after(terms.valid_to),
        reserved_fen: 0,
        floor: None,
        accepted_by: None,
        accepted_at: None,
        approved_by: None,
        trade: None,
        ended_by: None,
        ended_at: None,
        end_reason: None,
        opened_at: now,
    };
    let amount_fen =
        deal::check(tx.conn(), &sale(&negotiation, TradeId::new(), JournalId::new()), now)?;
    commit(tx, &negotiation, side, amount_fen)?;
    store::insert(tx, &negotiation)?;
    store::insert_round(tx, it.round, &negotiation, actor.user_id)?;
    record(tx, &negotiation, None);
    Ok(negotiation)
}

pub(super) fn counter(tx: &mut Tx<'_>, it: &Counter) -> Answer<Negotiation> {
    let (actor, side, mut negotiation) = own(tx, it.id)?;
    let (now, today) = (tx.now(), tx.now().date_in_shanghai());
    check_answer(&negotiation, side, it.round, today)?;
    bans::check(tx.conn(), &negotiation.county, negotiation.buyer)?;
    negotiation.terms = terms_of(&it.terms, today)?;
    negotiation.round += 1;
    negotiation.offered_by = side;
    negotiation.due_on = day_after(negotiation.terms.valid_to);
    let amount_fen =
        deal::check(tx.conn(), &sale(&negotiation, TradeId::new(), JournalId::new()), now)?;
    commit(tx, &negotiation, side, amount_fen)?;
    store::update(tx, &negotiation)?;
    store::insert_round(tx, it.round_id, &negotiation, actor.user_id)?;
    record(tx, &negotiation, None);
    Ok(negotiation)
}

/// Settles what both sides agree on, or reserves it until the price below the floor is approved.
pub(super) fn accept(tx: &mut Tx<'_>, it: &Accept) -> Answer<Negotiation> {
    let (actor, side, mut negotiation) = own(tx, it.id)?;
    let (now, today) = (tx.now(), tx.now().date_in_shanghai());
    check_answer(&negotiation, side, it.round, today)?;
    bans::check(tx.conn(), &negotiation.county, negotiation.buyer)?;
    let deal = sale(&negotiation, it.trade, it.journal);
    let amount_fen = deal::check(tx.conn(), &deal, now)?;
    check_means(tx, &negotiation, amount_fen)?;
    commit(tx, &negotiation, side, amount_fen)?;
    negotiation.accepted_by = Some(actor.user_id);
    negotiation.accepted_at = Some(now);
    let floor = floors::floor_of(tx.conn(), &negotiation.county)?;
    if rules::needs_approval(negotiation.terms.price, floor) {
        negotiation.floor = floor;
        negotiation.state = NegotiationState::AwaitingApproval;
        negotiation.due_on = approval_over_on(today);
        negotiation.reserved_fen = amount_fen;
        reserve(tx, &negotiation)?;
    } else {
        settle(tx, &mut negotiation, &deal)?;
    }
    store::update(tx, &negotiation)?;
    record(tx, &negotiation, None);
    Ok(negotiation)
}

/// The other side declines, or who offered takes it back.
pub(super) fn refuse(tx: &mut Tx<'_>, it: &End) -> Answer<Negotiation> {
    let (actor, side, negotiation) = own(tx, it.id)?;
    check_offered(&negotiation)?;
    let state = if negotiation.offered_by == side {
        NegotiationState::Withdrawn
    } else {
        NegotiationState::Declined
    };
    end(tx, negotiation, state, Some(&actor), it.reason.as_str())
}

pub(super) fn approve(tx: &mut Tx<'_>, it: &Approve) -> Answer<Negotiation> {
    let (actor, mut negotiation) = of_county(tx, it.id)?;
    check_awaiting(&negotiation)?;
    free(tx, &negotiation)?;
    negotiation.reserved_fen = 0;
    negotiation.approved_by = Some(actor.user_id);
    let deal = sale(&negotiation, it.trade, it.journal);
    settle(tx, &mut negotiation, &deal)?;
    store::update(tx, &negotiation)?;
    record(tx, &negotiation, None);
    Ok(negotiation)
}

pub(super) fn reject(tx: &mut Tx<'_>, it: &End) -> Answer<Negotiation> {
    let (actor, negotiation) = of_county(tx, it.id)?;
    check_awaiting(&negotiation)?;
    end(tx, negotiation, NegotiationState::Rejected, Some(&actor), it.reason.as_str())
}

/// Does what the clock asks of negotiations: ends those that nobody has answered in time; returns
/// how many.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut done = 0;
    loop {
        let today = db.clock().now().date_in_shanghai();
        let due = db.read(None, move |c| Ok(store::due(c, today, DUE_PER_LOOK_MAX)?)).await?;
        let mut steps = 0;
        for id in due {
            let doing = Doing::system("expire_negotiation");
            steps += usize::from(db.write(doing, move |tx| expire(tx, id)).await?);
        }
        if steps == 0 {
            return Ok(done);
        }
        done += steps;
    }
}

fn expire(tx: &mut Tx<'_>, id: NegotiatedTransferId) -> Answer<bool> {
    let negotiation = store::negotiation(tx.conn(), id)?;
    let today = tx.now().date_in_shanghai();
    if negotiation.due_on.is_none_or(|due_on| today < due_on) {
        return Ok(false);
    }
    end(tx, negotiation, NegotiationState::Expired, None, "nobody answered in time")?;
    Ok(true)
}

fn end(
    tx: &mut Tx<'_>,
    mut negotiation: Negotiation,
    state: NegotiationState,
    by: Option<&Actor>,
    reason: &str,
) -> Answer<Negotiation> {
    if negotiation.state == NegotiationState::AwaitingApproval {
        free(tx, &negotiation)?;
        negotiation.reserved_fen = 0;
    }
    negotiation.state = state;
    negotiation.due_on = None;
    negotiation.ended_by = by.map(|actor| actor.user_id);
    negotiation.ended_at = Some(tx.now());
    negotiation.end_reason = Some(reason.to_owned());
    store::update(tx, &negotiation)?;
    record(tx, &negotiation, Some(reason));
    Ok(negotiation)
}

fn settle(tx: &mut Tx<'_>, negotiation: &mut Negotiation, deal: &Deal) -> Answer<()> {
    deal::settle(tx, deal)?;
    negotiation.state = NegotiationState::Settled;
    negotiation.due_on = None;
    negotiation.trade = Some(deal.trade);
    negotiation.ended_at = Some(tx.now());
    Ok(())
}

fn sale(it: &Negotiation, trade: TradeId, journal: JournalId) -> Deal {
    Deal {
        trade,
        journal,
        source: Source::NegotiatedTransfer,
        source_id: it.id.uuid(),
        batch: it.batch,
        seller: it.seller,
        from: CreditBucket::Available,
        buyer: it.buyer,
        area: it.terms.area,
        price: it.terms.price,
    }
}

fn terms_of(it: &Terms, today: NaiveDate) -> Answer<OfferedTerms> {
    let valid_to = it.valid_to.unwrap_or(rules::default_valid_to(today));
    let terms = OfferedTerms { area: it.area, price: it.price, valid_to };
    check_terms(&terms, today)?;
    Ok(terms)
}

/// The credits and the money that the two sides need are there.
fn check_means(tx: &mut Tx<'_>, it: &Negotiation, amount_fen: i64) -> Answer<()> {
    let credits = Account::credits(it.seller, it.batch, CreditBucket::Available);
    let available_m2 = ledger::balance(tx.conn(), &credits)?;
    ledger::check_unpledged(tx.conn(), it.seller, it.batch, it.terms.area.get())?;
    if available_m2 < it.terms.area.get() {
        let asked = it.terms.area;
        return Err(CannotNegotiate::NotEnoughCredits { asked, available_m2 }.into());
    }
    let cash = Account::money(it.buyer, it.fee_account, MoneyBucket::Available);
    let available = ledger::balance(tx.conn(), &cash)?;
    if available < amount_fen {
        let (due, available) = (cny(amount_fen), cny(available));
        return Err(CannotNegotiate::NotEnoughCash { due, available }.into());
    }
    Ok(())
}

fn reserve(tx: &mut Tx<'_>, it: &Negotiation) -> Answer<()> {
    hold(tx, it, "negotiated_transfer", |available, reserved| (available, reserved))
}

fn free(tx: &mut Tx<'_>, it: &Negotiation) -> Answer<()> {
    hold(tx, it, "negotiated_transfer_end", |available, reserved| (reserved, available))
}

/// Moves the credits of the seller and the money of the buyer one way, in one journal.
fn hold(
    tx: &mut Tx<'_>,
    it: &Negotiation,
    event: &'static str,
    way: fn(Account, Account) -> (Account, Account),
) -> Answer<()> {
    let credits = |bucket| Account::credits(it.seller, it.batch, bucket);
    let money = |bucket| Account::money(it.buyer, it.fee_account, bucket);
    let (from, to) = way(credits(CreditBucket::Available), credits(CreditBucket::Reserved));
    let of_credits = NewTransfer { from, to, amount: it.terms.area.get() };
    let (from, to) = way(money(MoneyBucket::Available), money(MoneyBucket::Reserved));
    let of_money = NewTransfer { from, to, amount: it.reserved_fen };
    let journal = NewJournal {
        id: JournalId::new(),
        event,
        subject: it.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![of_credits, of_money],
    };
    ledger::post(tx, journal)
}

/// The negotiation and the side on which the actor stands; others know of none.
fn own(tx: &mut Tx<'_>, id: NegotiatedTransferId) -> Answer<(Actor, Side, Negotiation)> {
    let actor = tx.actor()?;
    let negotiation = store::negotiation(tx.conn(), id)?;
    let side = side_of(&negotiation, actor.organisation_id).ok_or_else(Failure::not_found)?;
    Ok((actor, side, negotiation))
}

fn of_county(tx: &mut Tx<'_>, id: NegotiatedTransferId) -> Answer<(Actor, Negotiation)> {
    let actor = tx.actor()?;
    let negotiation = store::negotiation(tx.conn(), id)?;
    if actor.region.county().as_ref() == Some(&negotiation.county) {
        Ok((actor, negotiation))
    } else {
        Err(Failure::not_found())
    }
}

fn record(tx: &mut Tx<'_>, it: &Negotiation, reason: Option<&str>) {
    tx.record(Event {
        subject: format!("negotiated_transfer:{}", it.id),
        reason: reason.map(str::to_owned),
        after: Some(json!({
            "number": it.number,
            "state": it.state,
            "round": it.round,
            "m2": it.terms.area,
            "price_per_mu": it.terms.price,
            "trade": it.trade,
        })),
        ..Event::default()
    });
}
