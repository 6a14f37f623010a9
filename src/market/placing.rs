//! Placing orders, many at once: bring in what all of them touch, match each in order in memory by
//! the pure book, save set by set.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::api::OrderView;
use super::banding::Bands;
use super::book::{Fill, Stands, reserve};
use super::floor::{Floor, bid};
use super::model::{
    Execution, Listing, ListingId, ListingState, Order, OrderEndId, OrderEndKind, OrderFill,
    OrderState, PlaceOrder, Wanted,
};
use super::order::{Candidate, CannotChoose, CannotOrder, check_order, choose_counties};
use super::store::{self, OrderEndRow, Shift};
use crate::identity::{Commitment, CommitmentKind, Commitments};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::amount;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{self, Account, FeeAccountId, JournalId, MoneyBucket, NewJournal, NewTransfer};
use crate::settlement::{self, FeeAccount, Trade, check_terms};

/// What a batch of orders looks at and what becomes of it.
struct Desk {
    floor: Floor,
    /// The fee accounts of all counties, by county.
    accounts: BTreeMap<RegionCode, FeeAccount>,
    /// What each buyer has available, as the orders before leave it.
    cash: HashMap<Account, i64>,
    bands: Bands,
    /// How much one person of a buyer alone may order for, and the permits beyond that.
    commitments: Commitments,
    journals: Vec<(usize, NewJournal)>,
    trades: Vec<(usize, Trade)>,
    fills: Vec<(usize, OrderFill)>,
    ends: Vec<(usize, OrderEndRow)>,
    sold: BTreeSet<ListingId>,
    shift: Shift,
}

/// Places orders; each gets its own answer, and refused ones leave no trace.
pub fn place_orders(tx: &mut Tx<'_>, orders: &[&PlaceOrder]) -> Answer<Vec<Answer<OrderView>>> {
    let actors = (0..orders.len())
        .map(|command| tx.actor_of(command).cloned())
        .collect::<Answer<Vec<Actor>>>()?;
    let now = tx.now();
    let mut desk = Desk::open(tx.conn(), orders, &actors, now)?;
    let mut answers: Vec<Answer<Order>> = Vec::with_capacity(orders.len());
    for (command, (it, actor)) in orders.iter().zip(&actors).enumerate() {
        answers.push(desk.decide(tx.conn(), command, (it, actor), now)?);
    }
    number(tx, &mut answers)?;
    desk.save(tx, &answers)?;
    let mut fills: BTreeMap<_, Vec<OrderFill>> = BTreeMap::new();
    for (_, fill) in desk.fills {
        fills.entry(fill.order).or_default().push(fill);
    }
    let views = answers.into_iter().map(|answer| {
        answer.map(|order| {
            let fills = fills.remove(&order.id).unwrap_or_default();
            OrderView::of(order, fills)
        })
    });
    let views: Vec<Answer<OrderView>> = views.collect();
    for (command, view) in views.iter().enumerate() {
        if let Ok(view) = view {
            let subject = format!("order:{}", view.id);
            let after = serde_json::to_value(view).ok();
            tx.record_of(command, Event { subject, after, ..Event::default() });
        }
    }
    Ok(views)
}

impl Desk {
    fn open(conn: &mut Conn, orders: &[&PlaceOrder], actors: &[Actor], now: Time) -> Answer<Self> {
        let mut floor = Floor::default();
        floor.know(conn, actors.iter().map(|actor| actor.organisation_id))?;
        let commitments = Commitments::of(conn, floor.organisations(), now)?;
        let accounts = settlement::fee_accounts(conn)?;
        let accounts: BTreeMap<_, _> =
            accounts.into_iter().map(|one| (one.county.clone(), one)).collect();
        let mut wanted = BTreeSet::new();
        for (it, actor) in orders.iter().zip(actors) {
            let place = place_of(&it.wanted, &floor.organisation(actor.organisation_id)?.region);
            for account in accounts.values().filter(|one| may_pay(&it.wanted, &place, one)) {
                wanted.insert(available(actor.organisation_id, account.id));
            }
        }
        let cash = ledger::balances(conn, &wanted)?;
        Ok(Self {
            floor,
            accounts,
            cash,
            bands: Bands::default(),
            commitments,
            journals: Vec::with_capacity(orders.len() * 2),
            trades: Vec::new(),
            fills: Vec::new(),
            ends: Vec::new(),
            sold: BTreeSet::new(),
            shift: Shift::default(),
        })
    }

    /// Decides one order; what it changes is kept for the save. The outer error is a fault after
    /// something was changed already: then none of the orders may stay.
    fn decide(
        &mut self,
        conn: &mut Conn,
        command: usize,
        (it, actor): (&PlaceOrder, &Actor),
        now: Time,
    ) -> Answer<Answer<Order>> {
        let mut order = match self.accept(conn, (it, actor), now) {
            Ok(order) => order,
            Err(refused @ Failure::Refused(_)) => return Ok(Err(refused)),
            Err(broken) => return Err(broken),
        };
        let commitment = commitment(&order)?;
        let permit = match self.commitments.admit(&commitment) {
            Ok(permit) => permit,
            Err(refused) => return Ok(Err(refused)),
        };
        let bid = bid(&order, self.floor.side(order.buyer)?);
        self.floor.bring_asks(conn, &bid, &order.counties, now)?;
        if order.execution == Execution::FillOrKill {
            let available_m2 = self.floor.book.quote(&bid).iter().map(|fill| fill.m2).sum();
            if available_m2 < order.left_m2 {
                let asked = order.area;
                return Ok(Err(CannotOrder::NotFilled { asked, available_m2 }.into()));
            }
        }
        self.commitments.use_up(command, permit, &commitment)?;
        let placed = self.floor.book.place(&bid, order.execution);
        self.shift.want(&order, order.left_m2);
        for fill in &placed.fills {
            self.fill(command, &mut order, fill, now)?;
        }
        self.let_stand(command, &mut order, placed.stands, now)?;
        Ok(Ok(order))
    }

    /// The order as it comes in, once its terms, counties and cash are in order.
    fn accept(
        &mut self,
        conn: &mut Conn,
        (it, actor): (&PlaceOrder, &Actor),
        now: Time,
    ) -> Answer<Order> {
        let (wanted, today) = (&it.wanted, now.date_in_shanghai());
        let buyer = self.floor.organisation(actor.organisation_id)?.clone();
        let place = place_of(wanted, &buyer.region);
        let area = check_order(wanted, &place, today)?;
        let need_fen = reserve(wanted.area.get(), wanted.limit.fen(), 0);
        let mut candidates = Vec::new();
        let paying: Vec<FeeAccount> =
            self.accounts.values().filter(|one| may_pay(wanted, &place, one)).cloned().collect();
        for account in paying {
            let cash_fen = self.cash_of(buyer.id, account.id);
            // A county without cash is only looked at when its reason may be the answer.
            let terms = self.floor.terms(conn, &account.county)?;
            let terms = check_terms(terms, &place, today);
            candidates.push(Candidate { county: account.county, cash_fen, terms });
        }
        let counties = choose_counties(wanted, &area, need_fen, &candidates)?;
        for county in &counties {
            let kind = (wanted.wetland_type, wanted.grade_max);
            self.bands.check(conn, county, wanted.limit, kind, today)?;
        }
        Ok(Order {
            id: it.order,
            number: String::new(),
            buyer: buyer.id,
            buyer_name: buyer.name,
            place,
            occupation: wanted.occupation.as_ref().map(|(id, _)| *id),
            area: wanted.area,
            limit: wanted.limit,
            wetland_type: wanted.wetland_type,
            grade_max: wanted.grade_max,
            trading_area: area,
            counties,
            execution: wanted.execution,
            valid_to: wanted.valid_to,
            shows_buyer: it.shows_buyer,
            placed_by: actor.user_id,
            placed_at: now,
            left_m2: wanted.area.get(),
            fills: 0,
            reserved_fen: 0,
            state: OrderState::Open,
        })
    }

    fn cash_of(&self, buyer: OrganisationId, account: FeeAccountId) -> i64 {
        self.cash.get(&available(buyer, account)).copied().unwrap_or_default()
    }

    fn fill(&mut self, command: usize, order: &mut Order, fill: &Fill, now: Time) -> Answer<()> {
        let (trade, journal) = self.floor.sale(fill, order, now)?;
        *self.cash.entry(available(order.buyer, trade.fee_account)).or_default() -=
            trade.split.amount;
        let listing = self.floor.listings.get_mut(&fill.listing);
        let listing = listing.ok_or_else(|| Failure::broken("a fill has its listing"))?;
        take(listing, fill.m2);
        self.shift.offer(listing, -fill.m2);
        self.shift.want(order, -fill.m2);
        self.sold.insert(fill.listing);
        order.left_m2 -= fill.m2;
        order.fills += 1;
        self.fills.push((command, fill_of(order, &trade, fill)));
        self.journals.push((command, journal));
        self.trades.push((command, trade));
        Ok(())
    }

    /// Reserves for what waits, or ends what does not.
    fn let_stand(
        &mut self,
        command: usize,
        order: &mut Order,
        stands: Stands,
        now: Time,
    ) -> Answer<()> {
        let kind = match stands {
            Stands::Filled => {
                order.state = OrderState::Filled;
                return Ok(());
            }
            Stands::Waiting => {
                order.reserved_fen = reserve(order.left_m2, order.limit.fen(), order.fills);
                return self.reserve_cash(command, order, now);
            }
            Stands::Cut => OrderEndKind::Unfilled,
            Stands::Exhausted => OrderEndKind::Exhausted,
            Stands::Killed => return Err(Failure::broken("what is killed is not placed")),
        };
        self.ends.push((command, end_of(order, OrderEndId::new(), kind, now)));
        self.shift.want(order, -order.left_m2);
        order.state = kind.state();
        order.left_m2 = 0;
        Ok(())
    }

    fn reserve_cash(&mut self, command: usize, order: &Order, now: Time) -> Answer<()> {
        for county in &order.counties {
            let account = self.accounts.get(county).map(|account| account.id);
            let account =
                account.ok_or_else(|| Failure::broken("a county chosen has its account"))?;
            let from = available(order.buyer, account);
            *self.cash.entry(from).or_default() -= order.reserved_fen;
            let to = Account::money(order.buyer, account, MoneyBucket::Reserved);
            self.journals
                .push((command, moving(order, "order", (from, to), order.reserved_fen, now)));
        }
        Ok(())
    }

    fn save(&mut self, tx: &mut Tx<'_>, answers: &[Answer<Order>]) -> Answer<()> {
        self.commitments.save(tx)?;
        let journals = std::mem::take(&mut self.journals);
        let only: Vec<NewJournal> = journals.iter().map(|(_, journal)| journal.clone()).collect();
        let mut books = ledger::open_for(tx.conn(), &only)?;
        for (command, journal) in journals {
            books.post(command, journal)?;
        }
        ledger::save(tx, books)?;
        let placed: Vec<(usize, &Order)> = answers
            .iter()
            .enumerate()
            .filter_map(|(n, answer)| Some((n, answer.as_ref().ok()?)))
            .collect();
        let ids = self.accounts.iter().map(|(county, account)| (county.clone(), account.id));
        store::insert_orders(tx, &placed, &ids.collect())?;
        settlement::save_trades(tx, &self.trades)?;
        store::insert_fills(tx, &self.fills)?;
        store::insert_order_ends(tx, std::mem::take(&mut self.ends))?;
        let sold = self.floor.listings.values().filter(|listing| self.sold.contains(&listing.id));
        store::save_remainders(tx, sold)?;
        store::save_shift(tx, std::mem::take(&mut self.shift))
    }
}

/// What an order commits at most: all of it at its limit.
fn commitment(order: &Order) -> Answer<Commitment> {
    let most = amount(order.area, order.limit).map_err(CannotOrder::Amount)?;
    Ok(Commitment {
        organisation: order.buyer,
        kind: CommitmentKind::Order,
        subject: None,
        amount_fen: most.get(),
        becomes: ("order", order.id.uuid()),
    })
}

/// Gives each accepted order its number.
fn number(tx: &mut Tx<'_>, answers: &mut [Answer<Order>]) -> Answer<()> {
    let accepted: Vec<usize> =
        answers.iter().enumerate().filter(|(_, answer)| answer.is_ok()).map(|(n, _)| n).collect();
    if accepted.is_empty() {
        return Ok(());
    }
    let series = format!("MD-{}", chrono::Datelike::year(&tx.now().date_in_shanghai()));
    let first = tx.next_numbers(&series, &accepted)?;
    for (n, order) in (first..).zip(answers.iter_mut().filter_map(|answer| answer.as_mut().ok())) {
        order.number = format!("{series}-{n:06}");
    }
    Ok(())
}

/// Where the buyer stands: the county of the occupation that it names, else its seat (R46).
pub(super) fn place_of(wanted: &Wanted, seat: &RegionCode) -> RegionCode {
    let place = wanted.occupation.as_ref().map_or(seat, |(_, county)| county);
    place.county().unwrap_or_else(|| place.clone())
}

/// Whether an order can be paid in that account at all.
pub(super) fn may_pay(wanted: &Wanted, place: &RegionCode, account: &FeeAccount) -> bool {
    let area = wanted.trading_area.as_ref().unwrap_or(place);
    let area = area.county().unwrap_or_else(|| area.clone());
    let is_named = wanted.counties.is_empty() || wanted.counties.contains(&account.county);
    is_named && account.county.is_within(&area)
}

/// Takes what was sold off a listing.
pub(super) fn take(listing: &mut Listing, m2: i64) {
    listing.left_m2 -= m2;
    if listing.left_m2 == 0 {
        listing.state = ListingState::Sold;
    }
}

/// The fill that the order has just had.
pub(super) fn fill_of(order: &Order, trade: &Trade, fill: &Fill) -> OrderFill {
    OrderFill {
        order: order.id,
        n: order.fills,
        trade: trade.id,
        listing: fill.listing,
        area: trade.area,
        price: trade.price,
        amount_fen: trade.split.amount,
        at: trade.at,
    }
}

/// The end of an order, by the rules and not by a person.
pub(super) fn end_of(order: &Order, id: OrderEndId, kind: OrderEndKind, at: Time) -> OrderEndRow {
    let reason = match kind {
        OrderEndKind::Unfilled => "what was not filled at once is cancelled",
        OrderEndKind::Exhausted => "it has had all its fills",
        OrderEndKind::Expired => "the last day has passed",
        OrderEndKind::Cancelled => "cancelled",
    };
    let (order_id, freed_m2, reason) = (order.id, order.left_m2, reason.to_owned());
    OrderEndRow { id, order_id, kind, freed_m2, reason, ended_by: None, ended_at: at }
}

pub(super) fn available(buyer: OrganisationId, account: FeeAccountId) -> Account {
    Account::money(buyer, account, MoneyBucket::Available)
}

/// A journal that moves cash of an order between what is available and what is reserved.
pub(super) fn moving(
    order: &Order,
    event: &'static str,
    (from, to): (Account, Account),
    amount: i64,
    at: Time,
) -> NewJournal {
    NewJournal {
        id: JournalId::new(),
        event,
        subject: order.id.uuid(),
        effective_at: at,
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount }],
    }
}

impl From<CannotChoose> for Failure {
    fn from(why: CannotChoose) -> Self {
        match why {
            CannotChoose::Order(why) => why.into(),
            CannotChoose::Terms(why) => why.into(),
        }
    }
}
