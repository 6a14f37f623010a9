//! When credits may be listed, bought and taken back (R47, R48). Pure.

use chrono::NaiveDate;

use super::model::{Listing, ListingState};
use crate::certification::Batch;
use crate::kernel::area::SquareMetres;
use crate::kernel::ids::OrganisationId;
use crate::settlement::Party;

/// Why the market refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotTrade {
    #[error("asked for {asked}, {left_m2} m² are left")]
    NotEnoughLeft { asked: SquareMetres, left_m2: i64 },
    #[error("the listing is {0}")]
    NotOpen(ListingState),
    #[error("you have {available_m2} m² of this batch available, {asked} were to be listed")]
    NotEnoughToList { asked: SquareMetres, available_m2: i64 },
    #[error("the purchase costs {due} CNY, {available} CNY are available: {short} CNY short")]
    NotEnoughCash { due: String, available: String, short: String },
    #[error("the seller cannot buy from its own listing")]
    OwnListing,
    #[error("the last day lies in the past")]
    AlreadyExpired,
    #[error("the assessor of the restored land and the buyer are related parties")]
    AssessorRelated,
    #[error("the project is frozen: its offers are suspended")]
    Suspended,
}

/// Checks that the listing can be bought from on that day; what is taken must still be left.
pub fn check_purchase(
    listing: &Listing,
    buyer: OrganisationId,
    asked: SquareMetres,
    today: NaiveDate,
) -> Result<(), CannotTrade> {
    if listing.seller == buyer {
        return Err(CannotTrade::OwnListing);
    }
    check_open(listing, today)?;
    if listing.suspended {
        return Err(CannotTrade::Suspended);
    }
    if asked.get() > listing.left_m2 {
        return Err(CannotTrade::NotEnoughLeft { asked, left_m2: listing.left_m2 });
    }
    Ok(())
}

/// The assessor of the land has no interest in who buys its credits (R29).
pub fn check_assessor(assessor: &Party, buyer: &Party) -> Result<(), CannotTrade> {
    if assessor.related_to == Some(buyer.id) || buyer.related_to == Some(assessor.id) {
        Err(CannotTrade::AssessorRelated)
    } else {
        Ok(())
    }
}

/// Checks that the listing is still on offer on that day.
pub fn check_open(listing: &Listing, today: NaiveDate) -> Result<(), CannotTrade> {
    match listing.state {
        ListingState::Open if has_expired(listing.valid_to, today) => {
            Err(CannotTrade::NotOpen(ListingState::Expired))
        }
        ListingState::Open => Ok(()),
        // A late buyer of the last m² learns how much is left, as an early one would.
        state @ (ListingState::Sold | ListingState::Withdrawn | ListingState::Expired) => {
            Err(CannotTrade::NotOpen(state))
        }
    }
}

/// Whether orders may be filled from the listing on that day: what is suspended is not (R45).
pub fn is_on_offer(listing: &Listing, batch: &Batch, today: NaiveDate) -> bool {
    !batch.frozen && check_open(listing, today).is_ok()
}

/// Whether the last day has passed; a listing without one never expires.
pub fn has_expired(valid_to: Option<NaiveDate>, today: NaiveDate) -> bool {
    valid_to.is_some_and(|last| last < today)
}

/// Checks that the seller has what is to be listed (R38, R47): buffer and unreleased credits are
/// not available.
pub fn check_listing(
    asked: SquareMetres,
    available_m2: i64,
    valid_to: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), CannotTrade> {
    if has_expired(valid_to, today) {
        return Err(CannotTrade::AlreadyExpired);
    }
    if asked.get() > available_m2 {
        return Err(CannotTrade::NotEnoughToList { asked, available_m2 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Clock;
    use crate::kernel::ids::UserId;
    use crate::ledger::BatchId;
    use crate::market::model::ListingId;

    fn m2(m2: i64) -> SquareMetres {
        m2.try_into().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn listing(left_m2: i64, state: ListingState) -> Listing {
        Listing {
            id: ListingId::new(),
            number: "LS-2026-0001".into(),
            batch: BatchId::new(),
            batch_number: "360124-2023-B0001".into(),
            county: "360124".parse().unwrap(),
            seller: OrganisationId::new(),
            seller_name: "五里垦殖场".into(),
            wetland_type: "marsh".into(),
            grade: 2,
            area: m2(100),
            price: "94200.00".parse().unwrap(),
            listed_by: UserId::new(),
            listed_at: Clock::Machine.now(),
            valid_to: Some(date("2026-09-30")),
            left_m2,
            state,
            suspended: false,
        }
    }

    #[test]
    fn r45_nobody_buys_from_a_suspended_listing() {
        let suspended = Listing { suspended: true, ..listing(40, ListingState::Open) };
        check(&suspended, 1, "2026-09-01", Err("the project is frozen: its offers are suspended"));
    }

    #[track_caller]
    fn check(listing: &Listing, asked: i64, today: &str, expected: Result<(), &str>) {
        let answer = check_purchase(listing, OrganisationId::new(), m2(asked), date(today));
        assert_eq!(answer.map_err(|e| e.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn r47_what_is_left_can_be_bought_in_whole_or_part_and_no_more() {
        check(&listing(40, ListingState::Open), 40, "2026-09-30", Ok(()));
        check(&listing(40, ListingState::Open), 1, "2026-09-01", Ok(()));
        check(
            &listing(40, ListingState::Open),
            41,
            "2026-09-30",
            Err("asked for 41 m², 40 m² are left"),
        );
    }

    #[test]
    fn r47_a_listing_that_is_over_cannot_be_bought_from() {
        check(&listing(0, ListingState::Sold), 1, "2026-09-30", Err("the listing is sold"));
        check(
            &listing(0, ListingState::Withdrawn),
            1,
            "2026-09-30",
            Err("the listing is withdrawn"),
        );
        check(&listing(40, ListingState::Open), 1, "2026-10-01", Err("the listing is expired"));
    }

    #[test]
    fn r48_a_seller_does_not_buy_from_itself() {
        let own = listing(40, ListingState::Open);
        let answer = check_purchase(&own, own.seller, m2(1), date("2026-09-30"));
        assert_eq!(answer, Err(CannotTrade::OwnListing));
    }

    #[test]
    fn r29_credits_are_not_sold_to_who_is_related_to_their_assessor() {
        let party = |related_to| Party {
            id: OrganisationId::new(),
            region: "360124".parse().unwrap(),
            related_to,
        };
        let buyer = party(None);
        assert_eq!(check_assessor(&party(None), &buyer), Ok(()));
        assert_eq!(
            check_assessor(&party(Some(buyer.id)), &buyer),
            Err(CannotTrade::AssessorRelated)
        );
        let assessor = party(None);
        assert_eq!(
            check_assessor(&assessor, &party(Some(assessor.id))),
            Err(CannotTrade::AssessorRelated)
        );
    }

    #[test]
    fn r38_buffer_credits_are_not_there_to_be_listed() {
        let answer = check_listing(m2(11_333), 10_200, None, date("2026-09-01"));
        assert_eq!(
            answer,
            Err(CannotTrade::NotEnoughToList { asked: m2(11_333), available_m2: 10_200 })
        );
        assert_eq!(check_listing(m2(10_200), 10_200, None, date("2026-09-01")), Ok(()));
    }
}
