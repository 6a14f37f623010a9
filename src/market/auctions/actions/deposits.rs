//! What becomes of deposits. Each ends once: its row leaves `held` together with its money.

use crate::kernel::db::Tx;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, JournalId, MoneyBucket, NewJournal, NewTransfer};
use crate::market::auctions::model::{Auction, Bidder, DepositOutcome};
use crate::market::auctions::store;
use crate::settlement;

/// Frees the deposits of bidders (R55); returns how many.
pub(super) fn free_all(tx: &mut Tx<'_>, auction: &Auction, bidders: Vec<Bidder>) -> Answer<usize> {
    let count = bidders.len();
    let mut ends = Vec::with_capacity(count);
    for bidder in bidders {
        let to = cash(auction, &bidder, MoneyBucket::Available);
        ends.push((bidder, DepositOutcome::Freed, to));
    }
    end_each(tx, auction, ends)?;
    Ok(count)
}

/// Turns a winner's deposit into cash again, of which its payment takes what it needs (R55).
pub(super) fn use_for_payment(tx: &mut Tx<'_>, auction: &Auction, bidder: Bidder) -> Answer<()> {
    let to = cash(auction, &bidder, MoneyBucket::Available);
    end_each(tx, auction, vec![(bidder, DepositOutcome::PartPayment, to)])
}

/// Forfeits a deposit, whole, to the treasury share of the seller's county: no trade took place
/// (R55).
pub(super) fn forfeit(tx: &mut Tx<'_>, auction: &Auction, bidder: Bidder) -> Answer<()> {
    let treasury = settlement::fee_account(tx.conn(), auction.fee_account)?.treasury;
    let to = Account::money(treasury, auction.fee_account, MoneyBucket::TreasuryShare);
    end_each(tx, auction, vec![(bidder, DepositOutcome::Forfeited, to)])
}

/// Where money of a bidder lies.
pub(super) fn cash(auction: &Auction, bidder: &Bidder, bucket: MoneyBucket) -> Account {
    Account::money(bidder.organisation, auction.fee_account, bucket)
}

fn end_each(
    tx: &mut Tx<'_>,
    auction: &Auction,
    ends: Vec<(Bidder, DepositOutcome, Account)>,
) -> Answer<()> {
    let now = tx.now();
    let (mut rows, mut journals) = (Vec::with_capacity(ends.len()), Vec::with_capacity(ends.len()));
    for (bidder, outcome, to) in ends {
        if bidder.outcome != DepositOutcome::Held {
            return Err(Failure::broken("a deposit ends once"));
        }
        let from = cash(auction, &bidder, MoneyBucket::Reserved);
        let journal = NewJournal {
            id: JournalId::new(),
            event: "auction_deposit_end",
            subject: bidder.id.uuid(),
            effective_at: now,
            reverses: None,
            transfers: vec![NewTransfer { from, to, amount: bidder.deposit_fen }],
        };
        journals.push((0, journal));
        rows.push(store::BidderRow::from(&Bidder { outcome, ended_at: Some(now), ..bidder }));
    }
    for posted in ledger::post_each(tx, journals)? {
        posted?;
    }
    Ok(tx.update_all(&rows)?)
}
