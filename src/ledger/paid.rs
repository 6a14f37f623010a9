//! Credits change hands for money alone: nothing gives them away, so that nobody who got in by
//! somebody's password can send them off.

use super::model::NewTransfer;

/// Whether every transfer of credits from one organisation to another is paid in the same journal:
/// the receiver pays, or the giver gets money back, as when a trade is undone.
pub(super) fn is_paid(transfers: &[NewTransfer]) -> bool {
    let is_money = |one: &&NewTransfer| one.from.fee_account().is_some();
    let settles = |credits: &NewTransfer, money: &NewTransfer| {
        money.from.holder == credits.to.holder || money.to.holder == credits.from.holder
    };
    let is_settled =
        |credits| transfers.iter().filter(is_money).any(|money| settles(credits, money));
    transfers.iter().filter(|one| changes_hands(one)).all(is_settled)
}

/// Issuing is no change of hands, and nothing comes back from the register.
fn changes_hands(one: &NewTransfer) -> bool {
    let is_credits = one.from.batch().is_some();
    is_credits && one.from.holder != one.to.holder && !one.from.is_contra()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::OrganisationId;
    use crate::ledger::model::{Account, BatchId, CreditBucket, FeeAccountId, Holder, MoneyBucket};

    #[test]
    fn credits_leave_an_organisation_for_money_alone() {
        let (fee, batch) = (FeeAccountId::new(), BatchId::new());
        let [seller, buyer, township] = std::array::from_fn(|_| OrganisationId::new());
        let credits = |of: OrganisationId, bucket| Account::credits(of, batch, bucket);
        let cash = |of: OrganisationId| Account::money(of, fee, MoneyBucket::Available);
        let one = |from, to| NewTransfer { from, to, amount: 5 };
        let issued = Account::credits(Holder::House, batch, CreditBucket::Issuance);
        let held = credits(seller, CreditBucket::Available);
        let gift = one(held, credits(buyer, CreditBucket::Available));
        let share = Account::money(township, fee, MoneyBucket::TownshipShare);
        let paid = one(cash(buyer), share);
        let back = one(credits(buyer, CreditBucket::Available), held);
        for (transfers, expected) in [
            (vec![one(issued, held)], true),
            (vec![one(held, credits(seller, CreditBucket::Retired))], true),
            (vec![gift.clone()], false),
            (vec![gift.clone(), paid.clone()], true),
            (vec![gift.clone(), one(cash(township), share)], false),
            (vec![back.clone(), one(share, cash(buyer))], true),
            (vec![back, one(share, cash(township))], false),
            (vec![paid], true),
        ] {
            assert_eq!(is_paid(&transfers), expected, "{transfers:?}");
        }
    }
}
