//! When terms may be put, accepted and taken back (R59). Pure.

use chrono::{Days, NaiveDate};

use super::model::{Negotiation, NegotiationState, OfferedTerms, Side};
use crate::kernel::area::SquareMetres;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::PricePerMu;

/// Terms wait no longer for an answer.
const DAYS_VALID_MAX: u64 = 90;
/// Where an offer says nothing else.
const DAYS_VALID_DEFAULT: u64 = 30;
/// Money and credits wait no longer for an approval.
const DAYS_TO_APPROVE: u64 = 30;

/// Why a negotiation refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotNegotiate {
    #[error("an offer is valid for today to {DAYS_VALID_MAX} days from now")]
    ValidityOdd,
    #[error("the other side is not one that may buy or sell these credits")]
    OtherSide,
    #[error("the negotiation is {0}")]
    NotInState(NegotiationState),
    #[error("the last day of the offer has passed")]
    Expired,
    #[error("you put these terms yourself: the other side answers them")]
    OwnTerms,
    #[error("round {now} is on the table, you named round {asked}: read the terms again")]
    OtherRound { asked: i64, now: i64 },
    #[error("the seller has {available_m2} m² of this batch available, {asked} are to be sold")]
    NotEnoughCredits { asked: SquareMetres, available_m2: i64 },
    #[error("{due} CNY are due, {available} CNY are available")]
    NotEnoughCash { due: String, available: String },
    #[error("this was approved before")]
    AlreadyApproved,
}

/// The side on which an organisation stands, if it is one of them.
pub(super) fn side_of(it: &Negotiation, organisation: OrganisationId) -> Option<Side> {
    if organisation == it.seller {
        Some(Side::Seller)
    } else if organisation == it.buyer {
        Some(Side::Buyer)
    } else {
        None
    }
}

/// The last day of an offer that names none.
pub(super) fn default_valid_to(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(DAYS_VALID_DEFAULT)).unwrap_or(today)
}

/// Checks the last day of an offer.
pub(super) fn check_terms(terms: &OfferedTerms, today: NaiveDate) -> Result<(), CannotNegotiate> {
    let last = today.checked_add_days(Days::new(DAYS_VALID_MAX)).unwrap_or(today);
    if (today..=last).contains(&terms.valid_to) {
        Ok(())
    } else {
        Err(CannotNegotiate::ValidityOdd)
    }
}

/// Checks that this side may answer that round on that day: by other terms or by accepting them.
pub(super) fn check_answer(
    it: &Negotiation,
    side: Side,
    round: i64,
    today: NaiveDate,
) -> Result<(), CannotNegotiate> {
    check_offered(it)?;
    if it.offered_by == side {
        return Err(CannotNegotiate::OwnTerms);
    }
    if it.round != round {
        return Err(CannotNegotiate::OtherRound { asked: round, now: it.round });
    }
    if it.terms.valid_to < today {
        return Err(CannotNegotiate::Expired);
    }
    Ok(())
}

/// Checks that terms are still on the table.
pub(super) fn check_offered(it: &Negotiation) -> Result<(), CannotNegotiate> {
    match it.state {
        NegotiationState::Offered => Ok(()),
        state => Err(CannotNegotiate::NotInState(state)),
    }
}

/// Checks that the negotiation waits for its second approval.
pub(super) fn check_awaiting(it: &Negotiation) -> Result<(), CannotNegotiate> {
    match it.state {
        NegotiationState::AwaitingApproval => Ok(()),
        state => Err(CannotNegotiate::NotInState(state)),
    }
}

/// Whether a price needs a second approval: it lies below the county's floor.
pub(super) fn needs_approval(price: PricePerMu, floor: Option<PricePerMu>) -> bool {
    floor.is_some_and(|floor| price < floor)
}

/// The day from which on nobody can accept the terms any more.
pub(super) fn day_after(valid_to: NaiveDate) -> Option<NaiveDate> {
    valid_to.succ_opt()
}

/// The day from which on an accepted negotiation is no longer approved.
pub(super) fn approval_over_on(today: NaiveDate) -> Option<NaiveDate> {
    today.checked_add_days(Days::new(DAYS_TO_APPROVE + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Clock;
    use crate::ledger::{BatchId, FeeAccountId};
    use crate::market::negotiated::model::NegotiatedTransferId;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms(valid_to: &str) -> OfferedTerms {
        OfferedTerms {
            area: 100.try_into().unwrap(),
            price: "94200.00".parse().unwrap(),
            valid_to: date(valid_to),
        }
    }

    fn negotiation(state: NegotiationState) -> Negotiation {
        Negotiation {
            id: NegotiatedTransferId::new(),
            number: "XY360124-2026-0001".into(),
            batch: BatchId::new(),
            batch_number: "360124-2023-B0001".into(),
            county: "360124".parse().unwrap(),
            fee_account: FeeAccountId::new(),
            seller: OrganisationId::new(),
            seller_name: "五里垦殖场".into(),
            buyer: OrganisationId::new(),
            buyer_name: "示例建设单位".into(),
            wetland_type: "marsh".into(),
            grade: 2,
            round: 3,
            offered_by: Side::Seller,
            terms: terms("2026-09-30"),
            state,
            due_on: None,
            reserved_fen: 0,
            floor: None,
            accepted_by: None,
            accepted_at: None,
            approved_by: None,
            trade: None,
            ended_by: None,
            ended_at: None,
            end_reason: None,
            opened_at: Clock::Machine.now(),
        }
    }

    #[track_caller]
    fn check(side: Side, round: i64, day: &str, expected: Result<(), CannotNegotiate>) {
        let it = negotiation(NegotiationState::Offered);
        assert_eq!(check_answer(&it, side, round, date(day)), expected);
    }

    #[test]
    fn r59_the_other_side_answers_the_last_terms_while_they_are_valid() {
        check(Side::Buyer, 3, "2026-09-30", Ok(()));
        check(Side::Seller, 3, "2026-09-30", Err(CannotNegotiate::OwnTerms));
        let other = CannotNegotiate::OtherRound { asked: 2, now: 3 };
        check(Side::Buyer, 2, "2026-09-30", Err(other));
        check(Side::Buyer, 3, "2026-10-01", Err(CannotNegotiate::Expired));
        for state in NegotiationState::ALL.iter().filter(|s| **s != NegotiationState::Offered) {
            let over = CannotNegotiate::NotInState(*state);
            let it = negotiation(*state);
            let answer = check_answer(&it, Side::Buyer, 3, date("2026-09-30"));
            assert_eq!(answer, Err(over));
        }
    }

    #[test]
    fn r59_a_price_below_the_floor_needs_a_second_approval() {
        let floor = "90000.00".parse().ok();
        let price = |text: &str| text.parse().unwrap();
        assert!(needs_approval(price("89999.99"), floor));
        assert!(!needs_approval(price("90000.00"), floor));
        assert!(!needs_approval(price("0.01"), None));
    }

    #[test]
    fn an_offer_is_valid_for_days_and_not_for_ever() {
        let today = date("2026-09-01");
        for good in ["2026-09-01", "2026-11-30"] {
            assert_eq!(check_terms(&terms(good), today), Ok(()), "{good}");
        }
        for bad in ["2026-08-31", "2026-12-01"] {
            let odd = Err(CannotNegotiate::ValidityOdd);
            assert_eq!(check_terms(&terms(bad), today), odd, "{bad}");
        }
        assert_eq!(default_valid_to(today), date("2026-10-01"));
        assert_eq!(day_after(today), Some(date("2026-09-02")));
        assert_eq!(approval_over_on(today), Some(date("2026-10-02")));
    }
}
