//! A naive exchange: plain integers, vectors and one owner for each serial number. It shares no
//! function with the product, so that what both say is likely so.

mod market;

use super::op::Op;

/// Who holds credits: 0 is the seller, the others are the buyers.
pub(super) const HOLDERS: usize = 4;
pub(super) const BUYERS: usize = HOLDERS - 1;
/// The shares: two townships in the order of their codes, the centre, the treasury.
pub(super) const LEGS: usize = 4;
/// What an application to occupy wetland needs.
pub(super) const NEEDED_M2: i64 = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bucket {
    Available,
    Reserved,
    Pledged,
    Retired,
}

/// What can be compared with the product: everything that anybody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// Available and reserved fen of each buyer.
    pub(super) cash: [(i64, i64); BUYERS],
    pub(super) legs: [i64; LEGS],
    /// The owner of each serial number.
    pub(super) serials: Vec<(usize, Bucket)>,
}

#[derive(Debug, Clone)]
pub(super) struct Listing {
    price: i64,
    pub(super) left: i64,
    pub(super) open: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) buyer: usize,
    limit: i64,
    left: i64,
    fills: i64,
    held: i64,
    pub(super) open: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Trade {
    buyer: usize,
    m2: i64,
    legs: [i64; LEGS],
    undone: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Pledge {
    pub(super) holder: usize,
    serials: Vec<usize>,
}

/// Whose money leaves: a share, or the cash of a buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    Share(usize),
    Cash(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Entered,
    Approved,
    Over,
}

#[derive(Debug, Clone)]
pub(super) struct Payout {
    pub(super) leaves: Leaves,
    pub(super) fen: i64,
    pub(super) stage: Stage,
}

/// The exchange as it should be.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) view: View,
    /// Certified m² of the two townships.
    certified: [i64; 2],
    pub(super) listings: Vec<Listing>,
    pub(super) orders: Vec<Order>,
    /// Trades that came from a purchase or from an order when it was placed.
    pub(super) trades: Vec<Trade>,
    pub(super) pledges: Vec<Pledge>,
    pub(super) payouts: Vec<Payout>,
    retired: i64,
    /// What each buyer has paid in by a statement and not asked back.
    pub(super) refundable: [i64; BUYERS],
    /// What is in the fee account.
    bank: i64,
}

type Outcome = Result<(), &'static str>;

impl Model {
    pub(super) fn new(certified: [i64; 2], cash: [i64; BUYERS]) -> Self {
        let issued = usize::try_from(certified[0] + certified[1]).unwrap();
        let serials = vec![(0, Bucket::Available); issued];
        let view = View { cash: cash.map(|fen| (fen, 0)), legs: [0; LEGS], serials };
        Self {
            view,
            certified,
            listings: Vec::new(),
            orders: Vec::new(),
            trades: Vec::new(),
            pledges: Vec::new(),
            payouts: Vec::new(),
            retired: 0,
            refundable: [0; BUYERS],
            bank: cash.iter().sum(),
        }
    }

    pub(super) fn held(&self, who: usize, bucket: Bucket) -> i64 {
        let owner = (who, bucket);
        let count = self.view.serials.iter().filter(|one| **one == owner).count();
        i64::try_from(count).unwrap()
    }

    /// Does it, or says why not.
    pub(super) fn apply(&mut self, op: &Op) -> Outcome {
        match *op {
            Op::Deposit { buyer, fen } => {
                self.view.cash[buyer].0 += fen;
                self.refundable[buyer] += fen;
                self.bank += fen;
                Ok(())
            }
            Op::List { m2, price } => self.list(m2, price),
            Op::Withdraw { listing } => self.withdraw(listing),
            Op::Buy { buyer, listing, m2 } => self.buy(buyer, listing, m2),
            Op::Order { buyer, m2, limit, how } => self.order(buyer, m2, limit, how),
            Op::Cancel { order } => self.cancel(order),
            Op::Pledge { holder, m2 } => self.pledge(holder, m2),
            Op::Release { pledge, m2 } => self.release(pledge, m2),
            Op::Retire { m2 } => self.retire(m2),
            Op::Enter { leaves, fen } => self.enter(leaves, fen),
            Op::Approve { payout } => self.decide(payout, Stage::Approved),
            Op::Reject { payout } => self.decide(payout, Stage::Over),
            Op::BankPays { payout } => self.bank_pays(payout),
            Op::Reverse { trade } => self.reverse(trade),
        }
    }

    /// What must hold whatever happened.
    pub(super) fn check(&self) {
        let cash: i64 = self.view.cash.iter().map(|(free, held)| free + held).sum();
        let legs: i64 = self.view.legs.iter().sum();
        assert_eq!(cash + legs, self.bank, "the money is all there");
        let held: i64 = self.orders.iter().map(|order| order.held).sum();
        let on_its_way =
            |one: &&Payout| one.stage != Stage::Over && matches!(one.leaves, Leaves::Cash(_));
        let on_its_way: i64 = self.payouts.iter().filter(on_its_way).map(|one| one.fen).sum();
        let reserved: i64 = self.view.cash.iter().map(|(_, held)| held).sum();
        assert_eq!(reserved, held + on_its_way, "reserved for orders and refunds, no more");
        let listed: i64 = self.listings.iter().map(|listing| listing.left).sum();
        assert_eq!(listed, self.held(0, Bucket::Reserved), "reserved for listings, no more");
        assert!(self.view.cash.iter().all(|(free, held)| *free >= 0 && *held >= 0));
    }

    /// The lowest serials of one owner go to another.
    fn hand(&mut self, m2: i64, from: (usize, Bucket), to: (usize, Bucket)) -> Vec<usize> {
        let own = |(_, owner): &(usize, &(usize, Bucket))| **owner == from;
        let found = self.view.serials.iter().enumerate().filter(own).map(|(n, _)| n);
        let found: Vec<usize> = found.take(usize::try_from(m2).unwrap()).collect();
        assert_eq!(i64::try_from(found.len()).unwrap(), m2, "it was looked before");
        found.iter().for_each(|n| self.view.serials[*n] = to);
        found
    }

    /// Half up, by remainder.
    fn rounded(parts: i64, of: i64) -> i64 {
        parts / of + i64::from(parts % of * 2 >= of)
    }

    fn amount(m2: i64, price: i64) -> i64 {
        Self::rounded(m2 * price * 3, 2_000)
    }

    /// 20 % to the townships by their certified area, 10 % to the centre, the rest to the treasury.
    fn split(&self, fen: i64) -> [i64; LEGS] {
        let township = Self::rounded(fen * 20, 100);
        let centre = Self::rounded(fen * 10, 100).min(fen - township);
        let [low, high] = self.certified;
        let whole = low + high;
        let (mut first, second) = (township * low / whole, township * high / whole);
        if first + second < township && township * low % whole >= township * high % whole {
            first += 1;
        }
        [first, township - first, centre, fen - township - centre]
    }

    fn trade(&mut self, buyer: usize, m2: i64, price: i64) -> Trade {
        let fen = Self::amount(m2, price);
        let legs = self.split(fen);
        self.view.cash[buyer].0 -= fen;
        for (leg, fen) in legs.iter().enumerate() {
            self.view.legs[leg] += fen;
        }
        self.hand(m2, (0, Bucket::Reserved), (buyer + 1, Bucket::Available));
        Trade { buyer, m2, legs, undone: false }
    }

    fn not_more_than_available(&self, who: usize, m2: i64, why: &'static str) -> Outcome {
        if m2 <= self.held(who, Bucket::Available) {
            return Ok(());
        }
        Err(if self.held(who, Bucket::Pledged) > 0 { "credits-pledged" } else { why })
    }

    fn pledge(&mut self, holder: usize, m2: i64) -> Outcome {
        self.not_more_than_available(holder, m2, "not-enough-to-pledge")?;
        let serials = self.hand(m2, (holder, Bucket::Available), (holder, Bucket::Pledged));
        self.pledges.push(Pledge { holder, serials });
        Ok(())
    }

    fn release(&mut self, pledge: usize, m2: i64) -> Outcome {
        let Pledge { holder, serials } = &mut self.pledges[pledge];
        if serials.is_empty() {
            return Err("pledge-state");
        }
        let m2 = usize::try_from(m2).unwrap();
        if m2 > serials.len() {
            return Err("more-than-pledged");
        }
        for n in serials.drain(..m2) {
            self.view.serials[n] = (*holder, Bucket::Available);
        }
        Ok(())
    }

    fn retire(&mut self, m2: i64) -> Outcome {
        let available = self.held(1, Bucket::Available);
        if m2 > available && self.held(1, Bucket::Pledged) > 0 {
            return Err("credits-pledged");
        }
        if m2 > NEEDED_M2 - self.retired {
            return Err("more-than-needed");
        }
        self.not_more_than_available(1, m2, "not-available")?;
        self.hand(m2, (1, Bucket::Available), (1, Bucket::Retired));
        self.retired += m2;
        Ok(())
    }

    fn enter(&mut self, leaves: Leaves, fen: i64) -> Outcome {
        match leaves {
            Leaves::Share(leg) => {
                let open = |one: &&Payout| one.stage != Stage::Over && one.leaves == leaves;
                let open: i64 = self.payouts.iter().filter(open).map(|one| one.fen).sum();
                if fen > self.view.legs[leg] - open {
                    return Err("exceeds-payable");
                }
            }
            Leaves::Cash(buyer) => {
                if fen > self.view.cash[buyer].0 {
                    return Err("exceeds-cash");
                }
                self.view.cash[buyer].0 -= fen;
                self.view.cash[buyer].1 += fen;
                self.refundable[buyer] -= fen;
            }
        }
        self.payouts.push(Payout { leaves, fen, stage: Stage::Entered });
        Ok(())
    }

    fn decide(&mut self, payout: usize, stage: Stage) -> Outcome {
        let Payout { leaves, fen, stage: before } = self.payouts[payout];
        if before != Stage::Entered {
            return Err("payout-decided");
        }
        self.payouts[payout].stage = stage;
        if let (Leaves::Cash(buyer), Stage::Over) = (leaves, stage) {
            self.view.cash[buyer].0 += fen;
            self.view.cash[buyer].1 -= fen;
            self.refundable[buyer] += fen;
        }
        Ok(())
    }

    /// The bank's statement has the line of an approved payout.
    fn bank_pays(&mut self, payout: usize) -> Outcome {
        let Payout { leaves, fen, .. } = self.payouts[payout];
        match leaves {
            Leaves::Share(leg) => self.view.legs[leg] -= fen,
            Leaves::Cash(buyer) => self.view.cash[buyer].1 -= fen,
        }
        self.payouts[payout].stage = Stage::Over;
        self.bank -= fen;
        Ok(())
    }

    fn reverse(&mut self, trade: usize) -> Outcome {
        let Trade { buyer, m2, legs, undone, .. } = self.trades[trade];
        if undone {
            return Err("already-corrected");
        }
        if m2 > self.held(buyer + 1, Bucket::Available) {
            return Err("credits-gone");
        }
        self.hand(m2, (buyer + 1, Bucket::Available), (0, Bucket::Available));
        for (leg, fen) in legs.iter().enumerate() {
            self.view.legs[leg] -= fen;
            self.view.cash[buyer].0 += fen;
        }
        self.trades[trade].undone = true;
        Ok(())
    }
}
