//! Draws and panels.

use diesel::prelude::*;
use uuid::Uuid;

use super::pool::split;
use super::rows::{CommitmentRow, ConclusionRow, DrawRow, MemberRow, OutcomeRow, VoteRow};
use crate::experts::model::{
    Candidate, CastVote, Draw, DrawEnd, DrawId, Matter, Member, MemberId, Need, PanelConclusion,
    Vote,
};
use crate::experts::rules;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{
    draw_commitments, draw_members, draw_outcomes, expert_draws, panel_conclusions, panel_votes,
};

/// Loads a draw as it was prepared; an unknown id is not found.
pub(in crate::experts) fn draw_row(c: &mut Conn, id: DrawId) -> Answer<DrawRow> {
    let row = expert_draws::table.find(id).select(DrawRow::as_select()).first(c).optional()?;
    row.ok_or_else(Failure::not_found)
}

/// Loads a draw with everything; an unknown id is not found.
pub(in crate::experts) fn draw(c: &mut Conn, id: DrawId) -> Answer<Draw> {
    let row = draw_row(c, id)?;
    whole(c, vec![row])?.pop().ok_or_else(Failure::not_found)
}

/// Loads one page of draws, newest first, and one more.
pub(in crate::experts) fn draws(
    c: &mut Conn,
    before: Option<DrawId>,
    limit: i64,
) -> Answer<Vec<Draw>> {
    let mut query = expert_draws::table.select(DrawRow::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(expert_draws::id.lt(before));
    }
    let rows = query.order(expert_draws::id.desc()).limit(limit + 1).load(c)?;
    whole(c, rows)
}

/// Loads the draws for a matter, the first first.
pub(in crate::experts) fn draws_about(
    c: &mut Conn,
    matter: Matter,
    subject: Uuid,
) -> Answer<Vec<Draw>> {
    let rows = expert_draws::table
        .filter(expert_draws::subject_id.eq(RawId(subject)))
        .filter(expert_draws::subject_kind.eq(matter))
        .order(expert_draws::id)
        .select(DrawRow::as_select())
        .load(c)?;
    whole(c, rows)
}

/// Loads the announcement of a draw, if there is one.
pub(in crate::experts) fn commitment(
    c: &mut Conn,
    id: DrawId,
) -> QueryResult<Option<CommitmentRow>> {
    draw_commitments::table
        .filter(draw_commitments::draw_id.eq(id))
        .select(CommitmentRow::as_select())
        .first(c)
        .optional()
}

/// Returns the draws without an end whose column of time lies before now, the earliest first.
pub(in crate::experts) fn undrawn(
    c: &mut Conn,
    now: Time,
    rows_max: i64,
) -> QueryResult<Vec<(DrawId, Time, Time)>> {
    expert_draws::table
        .left_join(draw_outcomes::table.on(draw_outcomes::draw_id.eq(expert_draws::id)))
        .filter(draw_outcomes::id.is_null())
        .filter(expert_draws::moment.lt(now))
        .order(expert_draws::moment)
        .limit(rows_max)
        .select((expert_draws::id, expert_draws::moment, expert_draws::reveal_by))
        .load(c)
}

pub(in crate::experts) fn insert_draw(tx: &mut Tx<'_>, row: &DrawRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_commitment(tx: &mut Tx<'_>, row: &CommitmentRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_outcome(tx: &mut Tx<'_>, row: &OutcomeRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_members(tx: &mut Tx<'_>, rows: &[MemberRow]) -> Answer<()> {
    Ok(tx.insert_all(rows)?)
}

pub(in crate::experts) fn insert_vote(tx: &mut Tx<'_>, row: &VoteRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_conclusion(tx: &mut Tx<'_>, row: &ConclusionRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

/// The votes of a panel, also while they are not told.
pub(in crate::experts) fn votes(
    c: &mut Conn,
    id: DrawId,
) -> QueryResult<Vec<(MemberId, Vote, i64)>> {
    panel_votes::table
        .filter(panel_votes::draw_id.eq(id))
        .order(panel_votes::id)
        .select((panel_votes::member_id, panel_votes::vote, panel_votes::score))
        .load(c)
}

/// The organisations that have an interest in the matter, with those to which they are related.
pub(in crate::experts) fn parties(
    text: &str,
) -> Answer<Vec<(OrganisationId, Option<OrganisationId>)>> {
    serde_json::from_str(text).map_err(|_| Failure::broken("the parties of a matter are ids"))
}

fn whole(c: &mut Conn, rows: Vec<DrawRow>) -> Answer<Vec<Draw>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let commitment = commitment(c, row.id)?;
        let outcome: Option<OutcomeRow> = draw_outcomes::table
            .filter(draw_outcomes::draw_id.eq(row.id))
            .select(OutcomeRow::as_select())
            .first(c)
            .optional()?;
        let members = members(c, row.id)?;
        let conclusion = conclusion(c, row.id)?;
        let votes = if conclusion.is_some() { cast_votes(c, row.id)? } else { Vec::new() };
        all.push(draw_of(row, commitment, outcome, Panel { members, votes, conclusion })?);
    }
    Ok(all)
}

struct Panel {
    members: Vec<Member>,
    votes: Vec<CastVote>,
    conclusion: Option<PanelConclusion>,
}

fn draw_of(
    row: DrawRow,
    commitment: Option<CommitmentRow>,
    outcome: Option<OutcomeRow>,
    panel: Panel,
) -> Answer<Draw> {
    let end: Option<DrawEnd> = outcome.as_ref().map(|outcome| outcome.outcome);
    let needs: Vec<Need> = serde_json::from_str(&row.needs)
        .map_err(|_| Failure::broken("the needs of a draw are fields and numbers"))?;
    let hexed = |of: fn(&OutcomeRow) -> &Option<Vec<u8>>| {
        outcome.as_ref().and_then(|outcome| of(outcome).as_ref()).map(hex::encode)
    };
    Ok(Draw {
        id: row.id,
        number: row.number,
        state: rules::state_of(commitment.is_some(), end),
        matter: row.subject_kind,
        subject_id: row.subject_id.0,
        subject_number: row.subject_number,
        region: row.region,
        needs,
        moment: row.moment,
        reveal_by: row.reveal_by,
        candidates: candidates(&row.candidates)?,
        candidates_hash: hex::encode(row.candidates_hash),
        prepared_at: row.prepared_at,
        nonce_hash: commitment.as_ref().map(|one| hex::encode(&one.nonce_hash)),
        committed_by: commitment.as_ref().map(|one| one.organisation_id),
        announced_at: commitment.as_ref().map(|one| one.committed_at),
        head_seq: outcome.as_ref().and_then(|outcome| outcome.head_seq),
        head_hash: hexed(|outcome| &outcome.head_hash),
        nonce: hexed(|outcome| &outcome.nonce),
        seed: hexed(|outcome| &outcome.seed),
        void_reason: outcome.as_ref().and_then(|outcome| outcome.reason.clone()),
        members: panel.members,
        votes: panel.votes,
        conclusion: panel.conclusion,
    })
}

/// Reads the frozen list: a line `id:field,field` for each candidate.
fn candidates(list: &str) -> Answer<Vec<Candidate>> {
    let candidate = |line: &str| {
        let (id, fields) =
            line.split_once(':').ok_or_else(|| Failure::broken("a candidate has fields"))?;
        let id = id.parse().map_err(|_| Failure::broken("a candidate has an id"))?;
        Ok(Candidate { id, fields: split(fields)? })
    };
    list.lines().map(candidate).collect()
}

fn members(c: &mut Conn, id: DrawId) -> QueryResult<Vec<Member>> {
    let rows: Vec<MemberRow> = draw_members::table
        .filter(draw_members::draw_id.eq(id))
        .order(draw_members::position)
        .select(MemberRow::as_select())
        .load(c)?;
    let member = |row: MemberRow| Member {
        id: row.id,
        position: row.position,
        field: row.field,
        expert_id: row.expert_id,
        ticket: hex::encode(row.ticket),
        replaces: row.replaces_id,
        reason: row.reason,
        joined_at: row.joined_at,
    };
    Ok(rows.into_iter().map(member).collect())
}

fn cast_votes(c: &mut Conn, id: DrawId) -> QueryResult<Vec<CastVote>> {
    let rows: Vec<VoteRow> = panel_votes::table
        .filter(panel_votes::draw_id.eq(id))
        .order(panel_votes::id)
        .select(VoteRow::as_select())
        .load(c)?;
    let vote = |row: VoteRow| CastVote {
        member_id: row.member_id,
        vote: row.vote,
        score: row.score,
        reason: row.reason,
        cast_at: row.cast_at,
    };
    Ok(rows.into_iter().map(vote).collect())
}

fn conclusion(c: &mut Conn, id: DrawId) -> QueryResult<Option<PanelConclusion>> {
    let row: Option<ConclusionRow> = panel_conclusions::table
        .filter(panel_conclusions::draw_id.eq(id))
        .select(ConclusionRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(|row| PanelConclusion {
        outcome: row.outcome,
        approvals: row.approvals,
        rejections: row.rejections,
        score_hundredths: row.score_hundredths,
        concluded_at: row.concluded_at,
    }))
}
