//! Listings, purchases and orders of the naive exchange: every question is a walk over all of them.

use super::super::op::How;
use super::{Bucket, Listing, Model, Order, Outcome};

const FILLS_MAX: i64 = 50;

impl Model {
    /// What lies behind the rest of an order: its price rounded up, and a fen for each further fill.
    fn behind(m2: i64, limit: i64, fills: i64) -> i64 {
        let further = (FILLS_MAX - fills).min(m2);
        if further <= 0 {
            return 0;
        }
        let parts = m2 * limit * 3;
        parts / 2_000 + i64::from(parts % 2_000 > 0) + further - 1
    }

    fn hold(&mut self, order: usize, fen: i64) {
        let (buyer, was) = (self.orders[order].buyer, self.orders[order].held);
        self.orders[order].held = fen;
        self.view.cash[buyer].0 += was - fen;
        self.view.cash[buyer].1 += fen - was;
    }

    pub(super) fn list(&mut self, m2: i64, price: i64) -> Outcome {
        self.not_more_than_available(0, m2, "not-enough-to-list")?;
        self.hand(m2, (0, Bucket::Available), (0, Bucket::Reserved));
        let mut left = m2;
        let mut waiting: Vec<usize> = (0..self.orders.len()).collect();
        waiting.retain(|n| self.orders[*n].open && self.orders[*n].limit >= price);
        // The highest first; of equal ones the earlier, since the sort is stable.
        waiting.sort_by_key(|n| -self.orders[*n].limit);
        for n in waiting {
            let take = left.min(self.orders[n].left);
            if take == 0 {
                break;
            }
            left -= take;
            let (buyer, limit) = (self.orders[n].buyer, self.orders[n].limit);
            self.orders[n].left -= take;
            self.orders[n].fills += 1;
            let order = &self.orders[n];
            let behind = Self::behind(order.left, limit, order.fills);
            self.hold(n, behind);
            self.trade(buyer, take, limit);
            self.orders[n].open = self.orders[n].left > 0;
        }
        self.listings.push(Listing { price, left, open: left > 0 });
        Ok(())
    }

    pub(super) fn withdraw(&mut self, listing: usize) -> Outcome {
        if !self.listings[listing].open {
            return Err("listing-not-open");
        }
        let left = self.listings[listing].left;
        self.hand(left, (0, Bucket::Reserved), (0, Bucket::Available));
        self.listings[listing].left = 0;
        self.listings[listing].open = false;
        Ok(())
    }

    pub(super) fn buy(&mut self, buyer: usize, listing: usize, m2: i64) -> Outcome {
        let Listing { price, left, open } = self.listings[listing];
        if !open {
            return Err("listing-not-open");
        }
        if m2 > left {
            return Err("not-enough-left");
        }
        if Self::amount(m2, price) > self.view.cash[buyer].0 {
            return Err("not-enough-cash");
        }
        self.take(listing, m2);
        let trade = self.trade(buyer, m2, price);
        self.trades.push(trade);
        Ok(())
    }

    fn take(&mut self, listing: usize, m2: i64) {
        self.listings[listing].left -= m2;
        self.listings[listing].open = self.listings[listing].left > 0;
    }

    pub(super) fn order(&mut self, buyer: usize, m2: i64, limit: i64, how: How) -> Outcome {
        if Self::behind(m2, limit, 0) > self.view.cash[buyer].0 {
            return Err("not-enough-cash");
        }
        let mut asks: Vec<usize> = (0..self.listings.len()).collect();
        asks.retain(|n| self.listings[*n].open && self.listings[*n].price <= limit);
        asks.sort_by_key(|n| self.listings[*n].price);
        let offered: i64 = asks.iter().map(|n| self.listings[*n].left).sum();
        if how == How::AllOrNothing && offered < m2 {
            return Err("not-filled");
        }
        let (mut left, mut fills) = (m2, 0);
        for n in asks {
            let take = left.min(self.listings[n].left);
            if take == 0 {
                break;
            }
            left -= take;
            fills += 1;
            let price = self.listings[n].price;
            self.take(n, take);
            let trade = self.trade(buyer, take, price);
            self.trades.push(trade);
        }
        let open = left > 0 && how == How::Waits;
        self.orders.push(Order { buyer, limit, left, fills, held: 0, open });
        let behind = if open { Self::behind(left, limit, fills) } else { 0 };
        self.hold(self.orders.len() - 1, behind);
        Ok(())
    }

    pub(super) fn cancel(&mut self, order: usize) -> Outcome {
        if !self.orders[order].open {
            return Err("order-not-open");
        }
        self.hold(order, 0);
        self.orders[order].open = false;
        Ok(())
    }
}
