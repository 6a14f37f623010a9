//! How much of an organisation's money or credits one person alone commits, and the permits of two
//! people by which more is committed, once each.
//!
//! Each act is held against the limit by itself: what was committed before it does not count.

use crate::identity::model::{
    Commitment, CommitmentKind, CommitmentPermitId, LimitState, Permit, PermitState,
};
use crate::kernel::clock::Time;
use crate::kernel::money::{Fen, cny};

/// How long a permit is good for once it is approved.
const PERMIT_HOURS: i64 = 24;

/// Permits of one organisation that wait or can be used, at a time: every purchase looks at the
/// latter.
pub(crate) const PERMITS_OPEN_MAX: i64 = 100;

/// Why a limit is not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LimitRefused {
    #[error("this is the limit already")]
    Same,
    #[error("this limit was decided already, or another was set in its place")]
    Decided,
}

/// Why a permit is not given, or something is not committed without one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PermitRefused {
    #[error(
        "this commits {amount} CNY; one person of your organisation alone commits at most {limit} \
         CNY: ask for a permit, let another person of it approve it, and do this again within \
         {PERMIT_HOURS} hours"
    )]
    Needed { amount: String, limit: String },
    #[error("a permit is for 0.01 CNY or more")]
    Nothing,
    #[error(
        "a permit that names what it is about names the kind of act too; an order is about none"
    )]
    SubjectOdd,
    #[error("at most {PERMITS_OPEN_MAX} permits of an organisation wait or can be used at a time")]
    TooMany,
    #[error("this permit was turned down or used already")]
    Decided,
    #[error("this permit was asked for too long ago; ask again")]
    Expired,
}

/// What a new limit needs to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitNeeds {
    /// Nothing: it is lower than before.
    OnePerson,
    SecondPerson,
}

/// Decides what a limit needs: no limit is the highest one.
pub(crate) fn set_limit(
    before: Option<Fen>,
    asked: Option<Fen>,
) -> Result<LimitNeeds, LimitRefused> {
    match (before, asked) {
        (before, asked) if before == asked => Err(LimitRefused::Same),
        (None, Some(_)) => Ok(LimitNeeds::OnePerson),
        (Some(before), Some(asked)) if asked < before => Ok(LimitNeeds::OnePerson),
        (Some(_), _) | (None, None) => Ok(LimitNeeds::SecondPerson),
    }
}

/// A limit is decided once. One that waits was set above the limit that still holds, since each that
/// takes effect replaces it.
pub(crate) fn check_limit_waits(state: LimitState) -> Result<(), LimitRefused> {
    match state {
        LimitState::Entered => Ok(()),
        LimitState::Effective | LimitState::Rejected | LimitState::Replaced => {
            Err(LimitRefused::Decided)
        }
    }
}

/// Whether such a permit may be asked for, beside those that are open.
pub(crate) fn ask_permit(
    kind: Option<CommitmentKind>,
    names_subject: bool,
    amount: Fen,
    open: i64,
) -> Result<(), PermitRefused> {
    if amount.is_zero() {
        return Err(PermitRefused::Nothing);
    }
    if names_subject && matches!(kind, None | Some(CommitmentKind::Order)) {
        return Err(PermitRefused::SubjectOdd);
    }
    if open >= PERMITS_OPEN_MAX {
        return Err(PermitRefused::TooMany);
    }
    Ok(())
}

/// Whether a permit still waits for a second person.
pub(crate) fn check_permit_waits(
    state: PermitState,
    expires_at: Time,
    now: Time,
) -> Result<(), PermitRefused> {
    match state {
        PermitState::Asked if now < expires_at => Ok(()),
        PermitState::Asked => Err(PermitRefused::Expired),
        PermitState::Approved | PermitState::Rejected | PermitState::Used => {
            Err(PermitRefused::Decided)
        }
    }
}

/// Whether a permit can still be turned down: also one that was approved, until it is used.
pub(crate) fn check_permit_open(state: PermitState) -> Result<(), PermitRefused> {
    match state {
        PermitState::Asked | PermitState::Approved => Ok(()),
        PermitState::Rejected | PermitState::Used => Err(PermitRefused::Decided),
    }
}

/// Until when a permit is good that is approved now.
pub(crate) fn permit_ends_at(approved_at: Time) -> Time {
    approved_at.plus_seconds(PERMIT_HOURS * 3600)
}

/// Returns the permit that a commitment uses up, if it is over the limit: of those that cover it the
/// smallest, so that a larger one stays for what needs it.
pub(crate) fn admit<'p>(
    limit: Option<Fen>,
    permits: impl Iterator<Item = &'p Permit>,
    it: &Commitment,
    now: Time,
) -> Result<Option<CommitmentPermitId>, PermitRefused> {
    let Some(limit) = limit.filter(|limit| it.amount_fen > limit.get()) else { return Ok(None) };
    let fitting = permits.filter(|permit| covers(permit, it, now));
    match fitting.min_by_key(|permit| (permit.amount, permit.id)) {
        Some(permit) => Ok(Some(permit.id)),
        None => Err(PermitRefused::Needed { amount: cny(it.amount_fen), limit: cny(limit.get()) }),
    }
}

fn covers(permit: &Permit, it: &Commitment, now: Time) -> bool {
    permit.organisation == it.organisation
        && permit.kind.is_none_or(|kind| kind == it.kind)
        && permit.subject.is_none_or(|subject| Some(subject) == it.subject)
        && permit.amount.get() >= it.amount_fen
        && now < permit.expires_at
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::kernel::ids::OrganisationId;

    fn fen(fen: i64) -> Fen {
        Fen::of(fen).unwrap()
    }

    fn noon() -> Time {
        Time::in_shanghai("2026-09-04".parse().unwrap(), 12)
    }

    #[test]
    fn a_limit_is_lowered_by_one_person_and_raised_or_removed_by_two() {
        let one = Ok(LimitNeeds::OnePerson);
        let two = Ok(LimitNeeds::SecondPerson);
        for (before, asked, expected) in [
            (None, Some(100), one.clone()),
            (None, Some(0), one.clone()),
            (Some(100), Some(99), one),
            (Some(100), Some(101), two.clone()),
            (Some(0), None, two),
            (Some(100), Some(100), Err(LimitRefused::Same)),
            (None, None, Err(LimitRefused::Same)),
        ] {
            assert_eq!(
                set_limit(before.map(fen), asked.map(fen)),
                expected,
                "{before:?} {asked:?}"
            );
        }
    }

    fn act(of: OrganisationId, amount_fen: i64) -> Commitment {
        Commitment {
            organisation: of,
            kind: CommitmentKind::Purchase,
            subject: Some(Uuid::from_u128(1)),
            amount_fen,
            becomes: ("trade", Uuid::from_u128(2)),
        }
    }

    fn permit(of: OrganisationId, amount: i64) -> Permit {
        Permit {
            id: CommitmentPermitId::new(),
            organisation: of,
            kind: None,
            subject: None,
            amount: fen(amount),
            expires_at: permit_ends_at(noon()),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Permit, &mut Commitment), later_s: i64, expected: bool) {
        let of = OrganisationId::new();
        let (mut permit, mut act) = (permit(of, 101), act(of, 101));
        change(&mut permit, &mut act);
        let now = noon().plus_seconds(later_s);
        let needed = PermitRefused::Needed { amount: cny(act.amount_fen), limit: "1.00".into() };
        let expected = if expected { Ok(Some(permit.id)) } else { Err(needed) };
        assert_eq!(admit(Some(fen(100)), [permit].iter(), &act, now), expected);
    }

    #[test]
    fn one_person_alone_commits_the_limit_and_not_a_fen_more() {
        let of = OrganisationId::new();
        let alone = |limit: Option<i64>, amount: i64| {
            admit(limit.map(fen), [].iter(), &act(of, amount), noon())
        };
        assert_eq!(alone(None, Fen::MAX), Ok(None));
        assert_eq!(alone(Some(100), 100), Ok(None));
        let needed = PermitRefused::Needed { amount: "1.01".into(), limit: "1.00".into() };
        assert_eq!(alone(Some(100), 101), Err(needed));
        assert!(alone(Some(0), 1).is_err());
    }

    #[test]
    fn a_permit_covers_what_it_names_up_to_its_amount_for_a_day() {
        check(|_, _| {}, 0, true);
        check(|_, act| act.amount_fen = 102, 0, false);
        check(|_, _| {}, 24 * 3600 - 1, true);
        check(|_, _| {}, 24 * 3600, false);
        check(|permit, _| permit.kind = Some(CommitmentKind::Purchase), 0, true);
        check(|permit, _| permit.kind = Some(CommitmentKind::Bid), 0, false);
        check(|permit, _| permit.subject = Some(Uuid::from_u128(1)), 0, true);
        check(|permit, _| permit.subject = Some(Uuid::from_u128(3)), 0, false);
        check(|permit, _| permit.organisation = OrganisationId::new(), 0, false);
    }

    #[test]
    fn the_smallest_permit_that_covers_it_is_used() {
        let of = OrganisationId::new();
        let permits = [permit(of, 500), permit(of, 101), permit(of, 300)];
        let used = admit(Some(fen(100)), permits.iter(), &act(of, 200), noon());
        assert_eq!(used, Ok(Some(permits[2].id)));
    }

    #[test]
    fn a_permit_names_an_amount_and_with_a_thing_the_kind_of_act() {
        let ask = |kind, names_subject, amount| ask_permit(kind, names_subject, fen(amount), 0);
        assert_eq!(ask(None, false, 1), Ok(()));
        assert_eq!(ask(Some(CommitmentKind::Bid), true, 1), Ok(()));
        assert_eq!(ask(None, false, 0), Err(PermitRefused::Nothing));
        assert_eq!(ask(None, true, 1), Err(PermitRefused::SubjectOdd));
        assert_eq!(ask(Some(CommitmentKind::Order), true, 1), Err(PermitRefused::SubjectOdd));
        let many = ask_permit(None, false, fen(1), PERMITS_OPEN_MAX);
        assert_eq!(many, Err(PermitRefused::TooMany));
    }

    #[test]
    fn a_permit_is_approved_once_while_it_waits_and_turned_down_until_it_is_used() {
        let waits = |state| check_permit_waits(state, noon().plus_seconds(1), noon());
        assert_eq!(waits(PermitState::Asked), Ok(()));
        assert_eq!(
            check_permit_waits(PermitState::Asked, noon(), noon()),
            Err(PermitRefused::Expired)
        );
        for state in [PermitState::Approved, PermitState::Rejected, PermitState::Used] {
            assert_eq!(waits(state), Err(PermitRefused::Decided));
        }
        assert_eq!(check_permit_open(PermitState::Approved), Ok(()));
        assert_eq!(check_permit_open(PermitState::Used), Err(PermitRefused::Decided));
    }
}
