//! How a booking is undone (R67): mirror transfers that take everything back to where it came from.
//! What a holder no longer has, since it was paid out or spent, becomes its receivable.

use std::collections::HashMap;

use super::OutgoingRefusal;
use crate::kernel::money::Fen;
use crate::ledger::{Account, CreditBucket, Holder, MoneyBucket, NewTransfer, Place};

/// What of an account can be taken back: what it holds less what is on its way out of it.
pub type Free = HashMap<Account, i64>;

/// The transfers that undo a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    pub transfers: Vec<NewTransfer>,
    /// What was not there any more and is owed now.
    pub receivable_fen: i64,
}

/// Returns the mirror of these transfers. Credits go back whole or not at all, and to the seller's
/// available ones, since the listing that they were reserved for is over; money goes back as far as
/// it is there, and what is missing its holder owes.
pub fn mirror_of(original: &[NewTransfer], free: &Free) -> Result<Mirror, OutgoingRefusal> {
    let mut left = free.clone();
    let mut mirror = Mirror { transfers: Vec::new(), receivable_fen: 0 };
    for transfer in original.iter().rev() {
        let (from, to, amount) = (transfer.to, came_from(transfer.from), transfer.amount);
        if from.is_contra() || from.holder == Holder::House {
            mirror.transfers.push(NewTransfer { from, to, amount });
            continue;
        }
        let held = left.entry(from).or_default();
        let taken = amount.min((*held).max(0));
        *held -= taken;
        if taken > 0 {
            mirror.transfers.push(NewTransfer { from, to, amount: taken });
        }
        if taken == amount {
            continue;
        }
        let Place::Money(fee_account, _) = from.place else {
            return Err(OutgoingRefusal::CreditsGone { held: taken, sold: amount });
        };
        let owed = Account::money(from.holder, fee_account, MoneyBucket::Receivable);
        mirror.transfers.push(NewTransfer { from: owed, to, amount: amount - taken });
        mirror.receivable_fen += amount - taken;
    }
    Ok(mirror)
}

fn came_from(account: Account) -> Account {
    match account.place {
        Place::Credits(batch, CreditBucket::Reserved) => {
            Account { place: Place::Credits(batch, CreditBucket::Available), ..account }
        }
        _ => account,
    }
}

/// A receivable is paid out of what is there, up to what is owed.
pub fn within_owed(owed: Fen, held: Fen, asked: Fen) -> Result<(), OutgoingRefusal> {
    if asked > owed || asked.is_zero() {
        return Err(OutgoingRefusal::ExceedsOwed { owed, asked });
    }
    if asked > held {
        return Err(OutgoingRefusal::ExceedsHeld { held, asked });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::OrganisationId;
    use crate::ledger::{BatchId, FeeAccountId};

    struct Trade {
        transfers: Vec<NewTransfer>,
        accounts: [Account; 5],
        owed: Account,
        reserved: Account,
    }

    /// cash 100 → township 20, centre 10, treasury 70; 6 m² → the buyer.
    fn trade() -> Trade {
        let (fee, batch) = (FeeAccountId::new(), BatchId::new());
        let [buyer, seller, township, centre, treasury] =
            std::array::from_fn(|_| OrganisationId::new());
        let money = |holder, bucket| Account::money(holder, fee, bucket);
        let cash = money(buyer, MoneyBucket::Available);
        let shares = [
            (money(township, MoneyBucket::TownshipShare), 20),
            (money(centre, MoneyBucket::CentreShare), 10),
            (money(treasury, MoneyBucket::TreasuryShare), 70),
        ];
        let reserved = Account::credits(seller, batch, CreditBucket::Reserved);
        let bought = Account::credits(buyer, batch, CreditBucket::Available);
        let mut transfers: Vec<NewTransfer> =
            shares.map(|(to, amount)| NewTransfer { from: cash, to, amount }).into();
        transfers.push(NewTransfer { from: reserved, to: bought, amount: 6 });
        let accounts = [shares[0].0, shares[1].0, shares[2].0, bought, cash];
        let owed = money(township, MoneyBucket::Receivable);
        Trade { transfers, accounts, owed, reserved }
    }

    fn free(trade: &Trade, held: [i64; 4]) -> Free {
        trade.accounts.into_iter().zip(held).collect()
    }

    #[test]
    fn r67_a_mirror_takes_everything_back() {
        let it = trade();
        let mirror = mirror_of(&it.transfers, &free(&it, [20, 10, 70, 6])).unwrap();
        assert_eq!((mirror.transfers.len(), mirror.receivable_fen), (4, 0));
        let back: i64 = mirror.transfers[1..].iter().map(|transfer| transfer.amount).sum();
        assert_eq!(back, 100);
        let credits = &mirror.transfers[0];
        assert_eq!((credits.from, credits.amount), (it.accounts[3], 6));
        assert_eq!(credits.to.holder, it.reserved.holder);
        assert_eq!(credits.to.place.bucket(), "available");
    }

    #[test]
    fn r67_what_was_paid_out_becomes_a_receivable_of_who_had_it() {
        let it = trade();
        let mirror = mirror_of(&it.transfers, &free(&it, [5, 10, 70, 6])).unwrap();
        assert_eq!(mirror.receivable_fen, 15);
        let owed = mirror.transfers.iter().find(|transfer| transfer.from == it.owed).unwrap();
        assert_eq!((owed.to, owed.amount), (it.accounts[4], 15));
        let all_gone = mirror_of(&it.transfers, &free(&it, [0, 0, -3, 6])).unwrap();
        assert_eq!(all_gone.receivable_fen, 100);
    }

    #[test]
    fn r67_credits_go_back_only_if_the_buyer_still_has_them() {
        let it = trade();
        let gone = mirror_of(&it.transfers, &free(&it, [20, 10, 70, 5]));
        assert_eq!(gone, Err(OutgoingRefusal::CreditsGone { held: 5, sold: 6 }));
    }

    #[test]
    fn a_receivable_is_paid_up_to_what_is_owed_and_there() {
        let fen = |fen: i64| Fen::of(fen).unwrap();
        assert_eq!(within_owed(fen(15), fen(15), fen(15)), Ok(()));
        let (owed, asked) = (fen(15), fen(16));
        assert_eq!(
            within_owed(owed, fen(99), asked),
            Err(OutgoingRefusal::ExceedsOwed { owed, asked })
        );
        assert_eq!(
            within_owed(owed, fen(3), fen(4)),
            Err(OutgoingRefusal::ExceedsHeld { held: fen(3), asked: fen(4) })
        );
    }
}
