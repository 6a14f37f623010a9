use uuid::Uuid;

use super::*;
use crate::kernel::text::Label;

fn at(hour: u32) -> Time {
    Time::in_shanghai("2026-09-01".parse().unwrap(), hour)
}

fn candidate(n: u128, fields: &[Field]) -> Candidate {
    Candidate { id: Uuid::from_u128(n).into(), fields: fields.to_vec() }
}

fn need(field: Field, seats: i64) -> Need {
    Need { field, seats }
}

fn members(count: u128) -> Vec<Member> {
    let member = |n: u128| Member {
        id: Uuid::from_u128(100 + n).into(),
        position: i64::try_from(n).unwrap(),
        field: Field::Wetland,
        expert_id: Uuid::from_u128(n).into(),
        ticket: String::new(),
        replaces: None,
        reason: None,
        joined_at: at(9),
    };
    (1..=count).map(member).collect()
}

#[track_caller]
fn check_panel(needs: &[Need], candidates: &[Candidate], expected: Result<(), &str>) {
    let it = Prepared { needs, candidates, moment: at(12), other: None };
    let answer = check_prepare(&it, at(9)).map_err(|e| e.to_string());
    assert_eq!(answer, expected.map_err(str::to_owned));
}

#[test]
fn r30_a_panel_is_odd_and_has_three_members_at_least() {
    let pool: Vec<_> = (1..=20).map(|n| candidate(n, &[Field::Wetland])).collect();
    for (seats, fits) in [(1, false), (2, false), (3, true), (4, false), (5, true), (17, false)] {
        let needs = [need(Field::Wetland, seats)];
        let it = Prepared { needs: &needs, candidates: &pool, moment: at(12), other: None };
        assert_eq!(check_prepare(&it, at(9)).is_ok(), fits, "{seats}");
    }
    let twice = [need(Field::Wetland, 1), need(Field::Wetland, 2)];
    check_panel(
        &twice,
        &pool,
        Err("an expert knows at least one field, each named once; so does a panel"),
    );
}

#[test]
fn r30_the_pool_fills_every_seat_whatever_the_seed() {
    let (economics, wetland) = (Field::EconomicsFinance, Field::Wetland);
    let needs = [need(economics, 1), need(wetland, 2)];
    let both = &[economics, wetland];
    let tight = [candidate(1, both), candidate(2, both), candidate(3, &[wetland])];
    check_panel(&needs, &tight, Ok(()));
    let short = [candidate(1, both), candidate(2, &[wetland]), candidate(4, &[economics])];
    check_panel(
        &needs,
        &short,
        Err("wetland needs 3 candidates without an interest, the pool has 2"),
    );
}

#[test]
fn r30_the_moment_lies_ahead_and_one_panel_sits_at_a_time() {
    let pool: Vec<_> = (1..=3).map(|n| candidate(n, &[Field::Wetland])).collect();
    let needs = [need(Field::Wetland, 3)];
    let prepare = |moment, other| {
        check_prepare(&Prepared { needs: &needs, candidates: &pool, moment, other }, at(9))
    };
    assert_eq!(prepare(at(10), None), Ok(()));
    assert_eq!(prepare(at(9), None), Err(CannotDraw::Moment { max: 90 }));
    assert_eq!(prepare(at(9).plus_seconds(91 * DAY_S), None), Err(CannotDraw::Moment { max: 90 }));
    let number = "DR360124-2026-0001";
    let refused = CannotDraw::Drawing { number: number.into() };
    assert_eq!(prepare(at(10), Some(number)), Err(refused));
}

#[test]
fn r30_the_nonce_is_held_by_another_organisation_and_announced_before_the_moment() {
    let (centre, bureau) = (OrganisationId::new(), OrganisationId::new());
    let prepared = DrawState::Prepared;
    let times = (at(12), at(10));
    assert_eq!(commit(prepared, (centre, bureau), false, times), Ok(()));
    assert_eq!(commit(prepared, (centre, centre), false, times), Err(CannotDraw::OwnNonce));
    assert_eq!(commit(prepared, (centre, bureau), true, times), Err(CannotDraw::OwnNonce));
    let late = commit(prepared, (centre, bureau), false, (at(12), at(12)));
    assert_eq!(late, Err(CannotDraw::NotAnnounced));
    let again = commit(DrawState::Announced, (centre, bureau), false, times);
    assert!(matches!(again, Err(CannotDraw::State { .. })));
}

#[test]
fn r30_the_nonce_is_revealed_by_its_holder_after_the_moment_and_in_time() {
    let term = (at(12), at(18));
    let ask = |is_holder, now, hash: &[u8]| {
        reveal(DrawState::Announced, is_holder, term, now, (b"hash", hash))
    };
    assert_eq!(ask(true, at(13), b"hash"), Ok(()));
    assert_eq!(ask(true, at(18), b"hash"), Ok(()));
    assert_eq!(ask(false, at(13), b"hash"), Err(CannotDraw::NotHolder));
    assert_eq!(ask(true, at(12), b"hash"), Err(CannotDraw::TooEarly { moment: at(12) }));
    assert_eq!(ask(true, at(19), b"hash"), Err(CannotDraw::TooLate { by: at(18) }));
    assert_eq!(ask(true, at(13), b"other"), Err(CannotDraw::OtherNonce));
}

#[test]
fn r30_who_has_an_interest_is_known_by_relations_both_ways() {
    let (owner, other) = (OrganisationId::new(), OrganisationId::new());
    let parties = [(owner, None)];
    assert!(related((owner, None), &parties));
    assert!(related((other, Some(owner)), &parties));
    assert!(related((other, None), &[(owner, Some(other))]));
    assert!(!related((other, None), &parties));
}

#[test]
fn r30_only_members_vote_and_once() {
    let members = members(3);
    let ballot = |expert: u128| Ballot {
        state: DrawState::Drawn,
        members: &members,
        voted: &[],
        expert: Some(Uuid::from_u128(expert).into()),
        interested: false,
        score: 80,
    };
    assert_eq!(check_vote(&ballot(1)), Ok(members[0].id));
    assert_eq!(check_vote(&ballot(9)), Err(CannotVote::NotAMember));
    let voted = [members[0].id];
    assert_eq!(check_vote(&Ballot { voted: &voted, ..ballot(1) }), Err(CannotVote::Voted));
    let interested = Ballot { interested: true, ..ballot(1) };
    assert_eq!(check_vote(&interested), Err(CannotVote::Interested));
    assert_eq!(check_vote(&Ballot { score: 101, ..ballot(1) }), Err(CannotVote::Score));
    let early = Ballot { state: DrawState::Announced, ..ballot(1) };
    assert_eq!(check_vote(&early), Err(CannotVote::NoPanel { is: DrawState::Announced }));
}

#[test]
fn r30_a_replaced_member_neither_votes_nor_counts() {
    let mut members = members(3);
    let replaced = members[0].id;
    members.push(Member {
        id: Uuid::from_u128(104).into(),
        position: 4,
        expert_id: Uuid::from_u128(4).into(),
        replaces: Some(replaced),
        reason: Some("因故不能到会".parse::<Label>().unwrap()),
        ..members[0].clone()
    });
    let ballot = |expert: u128| Ballot {
        state: DrawState::Drawn,
        members: &members,
        voted: &[],
        expert: Some(Uuid::from_u128(expert).into()),
        interested: false,
        score: 80,
    };
    assert_eq!(check_vote(&ballot(1)), Err(CannotVote::NotAMember));
    assert_eq!(check_vote(&ballot(4)), Ok(members[3].id));
    let drawn = DrawState::Drawn;
    let again = check_replacement(drawn, &members, &[], replaced);
    assert!(matches!(again, Err(CannotDraw::NotAMember(_))));
    let has_voted = check_replacement(drawn, &members, &[members[1].id], members[1].id);
    assert_eq!(has_voted, Err(CannotDraw::HasVoted));
    assert_eq!(check_replacement(drawn, &members, &[], members[2].id), Ok(()));
}

#[test]
fn r30_the_majority_decides_when_all_have_voted() {
    let members = members(3);
    let vote = |n: usize, vote, score| (members[n].id, vote, score);
    let (yes, no) = (Vote::Approve, Vote::Reject);
    let two = [vote(0, yes, 80), vote(1, no, 60)];
    assert_eq!(conclude(&members, &two), None);
    let all = [vote(0, yes, 80), vote(1, no, 60), vote(2, yes, 81)];
    // 221 / 3 = 73.666…
    assert_eq!(conclude(&members, &all), Some((PanelOutcome::Approved, 2, 1, 7_367)));
    let against = [vote(0, yes, 80), vote(1, no, 60), vote(2, no, 40)];
    assert_eq!(conclude(&members, &against), Some((PanelOutcome::Rejected, 1, 2, 6_000)));
    assert_eq!(conclude(&[], &[]), None);
}
