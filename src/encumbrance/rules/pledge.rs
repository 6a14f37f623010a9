//! When credits are pledged, and when they leave the lien (R44).

use chrono::{Datelike, NaiveDate};

use crate::encumbrance::model::{EnforcedSaleState, PledgeState, Run, SecuredShare};

/// A request that the lender does not answer in so many days has run out.
pub(crate) const DAYS_TO_REGISTER: u64 = 30;
/// Loans on credits are not longer.
const YEARS_MAX: i32 = 30;

/// Why credits are not pledged, released or sold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotPledge {
    #[error("the lender is not a bank")]
    NotALender,
    #[error(
        "a township's share secures a pledge of the township alone, who has pledged nothing else"
    )]
    ShareNotYours,
    #[error("a share is named once")]
    ShareTwice,
    #[error("a term ends after it begins, after today, and within {YEARS_MAX} years")]
    TermOdd,
    #[error("a request names an area, or 1 to {most} runs of serials")]
    RunCount { most: usize },
    #[error("the serials {0} run from a first to a later last one, from 1 on")]
    RunBackwards(Run),
    #[error("the serials {0} are named twice")]
    RunsOverlap(Run),
    #[error("R44: the serials {0} are under a lien already: one lien per credit")]
    SecondLien(Run),
    #[error(
        "the serials {0} are not all available: reserved, frozen, in the buffer, sold or not released"
    )]
    NotAvailable(Run),
    #[error("{asked} m² were to be pledged, {available} m² are available")]
    NotEnough { asked: i64, available: i64 },
    #[error("the project is frozen: its credits are not pledged")]
    Frozen,
    #[error("the pledge is {0}")]
    NotInState(PledgeState),
    #[error("the finance bureau has not signed the treasury share that is to secure the loan")]
    NotSigned,
    #[error("the treasury share does not secure this pledge, or was signed before")]
    NothingToSign,
    #[error("{asked} m² were to leave the lien, {held} m² are under it")]
    MoreThanPledged { asked: i64, held: i64 },
    #[error("the serials are not all under this lien")]
    OtherSerials,
    #[error("an extension ends later than the term")]
    NotLonger,
    #[error("the sale is {0}")]
    SaleState(EnforcedSaleState),
    #[error("credits are sold to a developer other than their holder")]
    NotABuyer,
}

/// The two sides of a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parties {
    /// The holder is one of the townships that get the township's share.
    pub(crate) holder_has_share: bool,
    pub(crate) holder_is_owner: bool,
    pub(crate) lender_is_bank: bool,
}

/// The terms that a holder asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermsAsked {
    pub(crate) m2: i64,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
    pub(crate) shares: Vec<SecuredShare>,
}

/// Decides whether a request is taken.
pub(crate) fn check_request(
    terms: &TermsAsked,
    parties: Parties,
    (available, frozen): (i64, bool),
    today: NaiveDate,
) -> Result<(), CannotPledge> {
    if !parties.lender_is_bank {
        return Err(CannotPledge::NotALender);
    }
    let last = today.with_year(today.year() + YEARS_MAX).unwrap_or(NaiveDate::MAX);
    if terms.ends_on < terms.starts_on || terms.ends_on <= today || terms.ends_on > last {
        return Err(CannotPledge::TermOdd);
    }
    // Whoever sold its own credits on gets no share of them; a buyer never did.
    let has_share = parties.holder_is_owner && parties.holder_has_share;
    if !terms.shares.is_empty() && !has_share {
        return Err(CannotPledge::ShareNotYours);
    }
    let times = |share| terms.shares.iter().filter(|one| **one == share).count();
    if times(SecuredShare::Township) > 1 || times(SecuredShare::Treasury) > 1 {
        return Err(CannotPledge::ShareTwice);
    }
    if frozen && parties.holder_is_owner {
        return Err(CannotPledge::Frozen);
    }
    if terms.m2 > available {
        return Err(CannotPledge::NotEnough { asked: terms.m2, available });
    }
    Ok(())
}

/// Decides whether a request still waits for its answer on that day.
pub(crate) fn check_open(
    state: PledgeState,
    expires_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), CannotPledge> {
    match state {
        PledgeState::Requested if expires_on.is_some_and(|last| last < today) => {
            Err(CannotPledge::NotInState(PledgeState::Expired))
        }
        PledgeState::Requested => Ok(()),
        state => Err(CannotPledge::NotInState(state)),
    }
}

/// Decides whether a request may be registered: the treasury share only with its signature.
pub(crate) fn check_registration(treasury: bool, signed: bool) -> Result<(), CannotPledge> {
    if treasury && !signed { Err(CannotPledge::NotSigned) } else { Ok(()) }
}

/// Decides whether the finance bureau has something to sign.
pub(crate) fn check_signature(treasury: bool, signed: bool) -> Result<(), CannotPledge> {
    if treasury && !signed { Ok(()) } else { Err(CannotPledge::NothingToSign) }
}

/// Decides whether a term is made longer.
pub(crate) fn check_extension(
    state: PledgeState,
    (ends_on, asked): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Result<(), CannotPledge> {
    if state != PledgeState::Registered {
        return Err(CannotPledge::NotInState(state));
    }
    let last = today.with_year(today.year() + YEARS_MAX).unwrap_or(NaiveDate::MAX);
    if asked <= ends_on || asked <= today || asked > last {
        return Err(CannotPledge::NotLonger);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const OWNER: Parties =
        Parties { holder_has_share: true, holder_is_owner: true, lender_is_bank: true };

    fn terms() -> TermsAsked {
        TermsAsked {
            m2: 10_000,
            starts_on: date("2026-09-23"),
            ends_on: date("2027-09-22"),
            shares: vec![SecuredShare::Township],
        }
    }

    #[track_caller]
    fn check(
        change: impl FnOnce(&mut TermsAsked, &mut Parties, &mut (i64, bool)),
        expected: Result<(), CannotPledge>,
    ) {
        let (mut terms, mut parties, mut held) = (terms(), OWNER, (11_934, false));
        change(&mut terms, &mut parties, &mut held);
        assert_eq!(check_request(&terms, parties, held, date("2026-09-23")), expected);
    }

    #[test]
    fn r44_what_is_available_is_pledged_to_a_bank_for_a_term() {
        check(|_, _, _| {}, Ok(()));
        check(|terms, _, _| terms.m2 = 11_934, Ok(()));
        let short = CannotPledge::NotEnough { asked: 11_935, available: 11_934 };
        check(|terms, _, _| terms.m2 = 11_935, Err(short));
        check(|_, parties, _| parties.lender_is_bank = false, Err(CannotPledge::NotALender));
        check(|_, _, held| held.1 = true, Err(CannotPledge::Frozen));
        let odd = Err(CannotPledge::TermOdd);
        check(|terms, _, _| terms.ends_on = date("2026-09-22"), odd.clone());
        check(|terms, _, _| terms.ends_on = date("2026-09-23"), odd.clone());
        check(|terms, _, _| terms.ends_on = date("2026-09-24"), Ok(()));
        check(|terms, _, _| terms.ends_on = date("2056-09-24"), odd);
    }

    #[test]
    fn r44_only_who_gets_a_share_lets_it_secure_a_loan() {
        let not_yours = Err(CannotPledge::ShareNotYours);
        check(|_, parties, _| parties.holder_is_owner = false, not_yours.clone());
        check(|_, parties, _| parties.holder_has_share = false, not_yours);
        check(
            |terms, parties, _| {
                terms.shares.clear();
                parties.holder_is_owner = false;
            },
            Ok(()),
        );
        let twice = Err(CannotPledge::ShareTwice);
        check(|terms, _, _| terms.shares.push(SecuredShare::Township), twice);
        check(|terms, _, _| terms.shares.push(SecuredShare::Treasury), Ok(()));
    }

    #[test]
    fn r44_a_request_waits_thirty_days_and_is_answered_once() {
        let until = Some(date("2026-10-23"));
        assert_eq!(check_open(PledgeState::Requested, until, date("2026-10-23")), Ok(()));
        let over = Err(CannotPledge::NotInState(PledgeState::Expired));
        assert_eq!(check_open(PledgeState::Requested, until, date("2026-10-24")), over);
        for state in PledgeState::ALL.iter().filter(|one| **one != PledgeState::Requested) {
            let answer = check_open(*state, None, date("2026-10-01"));
            assert_eq!(answer, Err(CannotPledge::NotInState(*state)));
        }
    }

    #[test]
    fn r44_the_treasury_share_secures_only_with_the_bureaus_signature() {
        assert_eq!(check_registration(true, false), Err(CannotPledge::NotSigned));
        assert_eq!(check_registration(true, true), Ok(()));
        assert_eq!(check_registration(false, false), Ok(()));
        assert_eq!(check_signature(true, false), Ok(()));
        assert_eq!(check_signature(true, true), Err(CannotPledge::NothingToSign));
        assert_eq!(check_signature(false, false), Err(CannotPledge::NothingToSign));
    }

    #[test]
    fn r44_an_extension_is_longer_than_the_term() {
        let today = date("2026-10-01");
        let check = |asked: &str| {
            let terms = (date("2027-09-22"), date(asked));
            check_extension(PledgeState::Registered, terms, today)
        };
        assert_eq!(check("2027-09-23"), Ok(()));
        assert_eq!(check("2027-09-22"), Err(CannotPledge::NotLonger));
        let ended = check_extension(PledgeState::Ended, (today, date("2028-01-01")), today);
        assert_eq!(ended, Err(CannotPledge::NotInState(PledgeState::Ended)));
    }
}
