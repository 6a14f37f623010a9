//! When a panel may be drawn, who reveals the nonce, who votes, and what comes of it (R30).

use std::collections::BTreeSet;

use crate::experts::model::{
    Candidate, DrawEnd, DrawState, ExpertId, Field, Member, MemberId, Need, PanelOutcome, Vote,
};
use crate::kernel::clock::Time;
use crate::kernel::ids::OrganisationId;

/// The smallest panel.
const MEMBERS_MIN: i64 = 3;
/// The largest panel: more could not meet.
const MEMBERS_MAX: i64 = 15;
/// The nonce is revealed within so many days after the moment. A setting's default (D).
pub(crate) const REVEAL_DAYS: i64 = 3;
/// A draw is announced for a moment within a quarter.
const AHEAD_DAYS_MAX: i64 = 90;
const DAY_S: i64 = 86_400;

/// Why a panel is not drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotDraw {
    #[error("a panel is odd and has {min} to {max} members, {asked} were asked for")]
    Seats { asked: i64, min: i64, max: i64 },
    #[error("an expert knows at least one field, each named once; so does a panel")]
    Fields,
    #[error("{field} needs {needed} candidates without an interest, the pool has {has}")]
    TooFew { field: Field, needed: i64, has: i64 },
    #[error("the moment of a draw lies ahead, by at most {max} days")]
    Moment { max: i64 },
    #[error("a panel for this matter is being drawn or sits: {number}")]
    Drawing { number: String },
    #[error("the draw is {is}, it was to be {wanted}")]
    State { is: DrawState, wanted: DrawState },
    #[error("the nonce is held by a person of another organisation than the one that draws")]
    OwnNonce,
    #[error("the moment has passed without an announcement")]
    NotAnnounced,
    #[error("only who published the hash of the nonce reveals it")]
    NotHolder,
    #[error("the nonce is revealed after {moment}, not earlier")]
    TooEarly { moment: Time },
    #[error("the nonce had to be revealed by {by}")]
    TooLate { by: Time },
    #[error("nothing was recorded since the moment yet; try again in a few seconds")]
    NoHead,
    #[error("this is not the nonce whose hash was published")]
    OtherNonce,
    #[error("a nonce is 16 to 64 bytes in hexadecimal, its hash 32")]
    NotANonce,
    #[error("{0} is no member of this panel now")]
    NotAMember(String),
    #[error("who has voted stays in the panel")]
    HasVoted,
    #[error("no candidate is left for {0}")]
    NobodyLeft(Field),
    #[error("the pool has this person already")]
    InPool,
    #[error("only people who may log in as assessors are taken into the pool")]
    NotAnAssessor,
    #[error("{0} takes no part in this matter already")]
    Recused(String),
    #[error("the pool holds at most {max} experts")]
    PoolFull { max: usize },
}

/// Why a vote does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotVote {
    #[error("there is no panel yet: the draw is {is}")]
    NoPanel { is: DrawState },
    #[error("only members of the panel vote")]
    NotAMember,
    #[error("this member has voted")]
    Voted,
    #[error("a member who belongs to a party of the matter does not vote")]
    Interested,
    #[error("a score runs from 0 to 100")]
    Score,
}

/// A draw as it is prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prepared<'a> {
    pub(crate) needs: &'a [Need],
    pub(crate) candidates: &'a [Candidate],
    pub(crate) moment: Time,
    /// The number of a draw for the same matter that is under way or has a panel.
    pub(crate) other: Option<&'a str>,
}

/// A member who votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ballot<'a> {
    pub(crate) state: DrawState,
    pub(crate) members: &'a [Member],
    pub(crate) voted: &'a [MemberId],
    pub(crate) expert: Option<ExpertId>,
    pub(crate) interested: bool,
    pub(crate) score: i64,
}

/// Decides whether these are fields: one at least, each once.
pub(crate) fn check_fields(fields: &[Field]) -> Result<(), CannotDraw> {
    let different: BTreeSet<&Field> = fields.iter().collect();
    let fits = !fields.is_empty() && different.len() == fields.len();
    if fits { Ok(()) } else { Err(CannotDraw::Fields) }
}

/// Decides whether a draw may be prepared: whatever the seed will be, every seat must find somebody.
pub(crate) fn check_prepare(it: &Prepared, now: Time) -> Result<(), CannotDraw> {
    check_fields(&it.needs.iter().map(|need| need.field).collect::<Vec<_>>())?;
    let each = it.needs.iter().all(|need| (1..=MEMBERS_MAX).contains(&need.seats));
    let asked: i64 = it.needs.iter().map(|need| need.seats).fold(0, i64::saturating_add);
    if !each || !(MEMBERS_MIN..=MEMBERS_MAX).contains(&asked) || asked % 2 == 0 {
        return Err(CannotDraw::Seats { asked, min: MEMBERS_MIN, max: MEMBERS_MAX });
    }
    let latest = now.plus_seconds(AHEAD_DAYS_MAX * DAY_S);
    if it.moment <= now || it.moment > latest {
        return Err(CannotDraw::Moment { max: AHEAD_DAYS_MAX });
    }
    if let Some(number) = it.other {
        return Err(CannotDraw::Drawing { number: number.to_owned() });
    }
    let mut before: Vec<Need> = Vec::new();
    for need in it.needs {
        enough(*need, &before, it.candidates)?;
        before.push(*need);
    }
    Ok(())
}

/// The seats before may take those who also know an earlier field, at most one each.
fn enough(need: Need, before: &[Need], candidates: &[Candidate]) -> Result<(), CannotDraw> {
    let knows = |one: &&Candidate| one.fields.contains(&need.field);
    let earlier = |one: &&Candidate| before.iter().any(|need| one.fields.contains(&need.field));
    let has = i64::try_from(candidates.iter().filter(knows).count()).unwrap_or(i64::MAX);
    let also = candidates.iter().filter(knows).filter(earlier).count();
    let seats: i64 = before.iter().map(|need| need.seats).sum();
    let gone = i64::try_from(also).unwrap_or(i64::MAX).min(seats);
    let needed = need.seats + gone;
    if has >= needed { Ok(()) } else { Err(CannotDraw::TooFew { field: need.field, needed, has }) }
}

/// Whether one organisation has an interest in a matter of others: it is one of them, or related.
pub(crate) fn related(
    one: (OrganisationId, Option<OrganisationId>),
    parties: &[(OrganisationId, Option<OrganisationId>)],
) -> bool {
    let (id, related_to) = one;
    parties
        .iter()
        .any(|(party, theirs)| *party == id || related_to == Some(*party) || *theirs == Some(id))
}

/// Returns how far a draw is.
pub(crate) fn state_of(announced: bool, end: Option<DrawEnd>) -> DrawState {
    match end {
        Some(DrawEnd::Drawn) => DrawState::Drawn,
        Some(DrawEnd::Void) => DrawState::Void,
        None if announced => DrawState::Announced,
        None => DrawState::Prepared,
    }
}

/// Decides whether somebody may announce a draw by the hash of a nonce.
pub(crate) fn commit(
    is: DrawState,
    (drawer, holder): (OrganisationId, OrganisationId),
    interested: bool,
    (moment, now): (Time, Time),
) -> Result<(), CannotDraw> {
    if is != DrawState::Prepared {
        return Err(CannotDraw::State { is, wanted: DrawState::Prepared });
    }
    if drawer == holder || interested {
        return Err(CannotDraw::OwnNonce);
    }
    if now >= moment { Err(CannotDraw::NotAnnounced) } else { Ok(()) }
}

/// Decides whether a nonce is revealed: by its holder, between the moment and the last one.
pub(crate) fn reveal(
    is: DrawState,
    is_holder: bool,
    (moment, by): (Time, Time),
    now: Time,
    (published, revealed): (&[u8], &[u8]),
) -> Result<(), CannotDraw> {
    if is != DrawState::Announced {
        return Err(CannotDraw::State { is, wanted: DrawState::Announced });
    }
    if !is_holder {
        return Err(CannotDraw::NotHolder);
    }
    if now <= moment {
        return Err(CannotDraw::TooEarly { moment });
    }
    if now > by {
        return Err(CannotDraw::TooLate { by });
    }
    if published == revealed { Ok(()) } else { Err(CannotDraw::OtherNonce) }
}

/// Decides whether a member is replaced: one who sits now and has not voted.
pub(crate) fn check_replacement(
    is: DrawState,
    members: &[Member],
    voted: &[MemberId],
    out: MemberId,
) -> Result<(), CannotDraw> {
    if is != DrawState::Drawn {
        return Err(CannotDraw::State { is, wanted: DrawState::Drawn });
    }
    if !sitting(members).any(|member| member.id == out) {
        return Err(CannotDraw::NotAMember(out.to_string()));
    }
    if voted.contains(&out) { Err(CannotDraw::HasVoted) } else { Ok(()) }
}

/// Decides whether a vote counts, and for which member.
pub(crate) fn check_vote(it: &Ballot) -> Result<MemberId, CannotVote> {
    if it.state != DrawState::Drawn {
        return Err(CannotVote::NoPanel { is: it.state });
    }
    let member = sitting(it.members).find(|member| Some(member.expert_id) == it.expert);
    let Some(member) = member else { return Err(CannotVote::NotAMember) };
    if it.interested {
        return Err(CannotVote::Interested);
    }
    if it.voted.contains(&member.id) {
        return Err(CannotVote::Voted);
    }
    check_score(it.score)?;
    Ok(member.id)
}

/// Decides whether this is a score.
pub(crate) fn check_score(score: i64) -> Result<(), CannotVote> {
    if (0..=100).contains(&score) { Ok(()) } else { Err(CannotVote::Score) }
}

/// Returns what a panel came to, once everybody who sits has voted: the majority of an odd panel,
/// and the mean score in hundredths, half up.
pub(crate) fn conclude(
    members: &[Member],
    votes: &[(MemberId, Vote, i64)],
) -> Option<(PanelOutcome, i64, i64, i64)> {
    let of = |member: &Member| votes.iter().find(|(id, ..)| *id == member.id);
    let cast: Vec<&(MemberId, Vote, i64)> = sitting(members).map(of).collect::<Option<_>>()?;
    let count = i64::try_from(cast.len()).ok().filter(|count| *count > 0)?;
    let for_it = cast.iter().filter(|(_, vote, _)| *vote == Vote::Approve).count();
    let approvals = i64::try_from(for_it).ok()?;
    let rejections = count - approvals;
    let sum: i64 = cast.iter().map(|(_, _, score)| score).sum();
    let score_hundredths = (sum * 200 + count) / (2 * count);
    let outcome =
        if approvals > rejections { PanelOutcome::Approved } else { PanelOutcome::Rejected };
    Some((outcome, approvals, rejections, score_hundredths))
}

/// Those who sit now: all whom nobody replaced.
fn sitting(members: &[Member]) -> impl Iterator<Item = &Member> {
    let replaced: Vec<MemberId> = members.iter().filter_map(|member| member.replaces).collect();
    members.iter().filter(move |member| !replaced.contains(&member.id))
}

#[cfg(test)]
mod tests;
