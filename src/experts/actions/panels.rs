//! Panels: replacements, votes, and what comes of them.

use serde_json::json;
use uuid::Uuid;

use super::draws::{is_interested, subject};
use crate::experts::model::{
    Draw, DrawId, DrawState, ExpertPartId, Matter, MemberId, PanelOutcome, Vote,
};
use crate::experts::rules::{self, Ballot, CannotDraw};
use crate::experts::store;
use crate::experts::store::rows::{ConclusionRow, MemberRow, VoteRow};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};

/// A member is replaced by the next one of the draw.
#[derive(Debug, Clone)]
pub(crate) struct Replace {
    pub(crate) id: MemberId,
    pub(crate) draw_id: DrawId,
    pub(crate) out: MemberId,
    pub(crate) reason: Label,
}

/// A member votes.
#[derive(Debug, Clone)]
pub(crate) struct CastBallot {
    pub(crate) id: ExpertPartId,
    pub(crate) conclusion_id: ExpertPartId,
    pub(crate) draw_id: DrawId,
    pub(crate) vote: Vote,
    pub(crate) score: i64,
    pub(crate) reason: Passage,
}

/// Where the panel for a matter stands: what a gate asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// None was asked for, or its draw is void.
    None,
    /// It is being drawn, or has not concluded.
    Pending,
    Concluded(PanelOutcome),
}

/// Returns where the panel for a matter stands.
pub fn panel_of(c: &mut Conn, matter: Matter, subject: Uuid) -> Answer<Panel> {
    let draws = store::draws_about(c, matter, subject)?;
    let last = draws.into_iter().rfind(|draw| draw.state != DrawState::Void);
    Ok(match last {
        None => Panel::None,
        Some(draw) => match draw.conclusion {
            Some(conclusion) => Panel::Concluded(conclusion.outcome),
            None => Panel::Pending,
        },
    })
}

/// Replaces a member who cannot come by the next of the draw, in the same field.
pub(crate) fn replace(tx: &mut Tx<'_>, it: &Replace) -> Answer<Draw> {
    let actor = tx.actor()?;
    let row = store::draw_row(tx.conn(), it.draw_id)?;
    if !row.region.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let draw = store::draw(tx.conn(), it.draw_id)?;
    let voted = voted(tx.conn(), it.draw_id)?;
    rules::check_replacement(draw.state, &draw.members, &voted, it.out)?;
    let out = draw.members.iter().find(|member| member.id == it.out);
    let field = out.map(|member| member.field).ok_or_else(Failure::not_found)?;
    let seed = seed_of(&draw)?;
    let taken: Vec<_> = draw.members.iter().map(|member| member.expert_id).collect();
    let seat = rules::next_for(&seed, field, &draw.candidates, &taken)
        .ok_or(CannotDraw::NobodyLeft(field))?;
    let position = i64::try_from(draw.members.len()).unwrap_or(i64::MAX).saturating_add(1);
    store::insert_members(
        tx,
        &[MemberRow {
            id: it.id,
            draw_id: it.draw_id,
            position,
            field,
            expert_id: seat.expert,
            ticket: seat.ticket.to_vec(),
            replaces_id: Some(it.out),
            reason: Some(it.reason.clone()),
            joined_at: tx.now(),
        }],
    )?;
    tx.record(Event {
        subject: subject(it.draw_id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "member": out.map(|member| member.expert_id) })),
        after: Some(json!({ "member": seat.expert })),
    });
    store::draw(tx.conn(), it.draw_id)
}

/// Keeps a member's vote; with the last one the panel concludes.
pub(crate) fn cast(tx: &mut Tx<'_>, it: &CastBallot) -> Answer<Draw> {
    let actor = tx.actor()?;
    let row = store::draw_row(tx.conn(), it.draw_id)?;
    let draw = store::draw(tx.conn(), it.draw_id)?;
    let places = store::experts_of_user(tx.conn(), actor.user_id)?;
    let expert = places
        .iter()
        .map(|expert| expert.id)
        .find(|id| draw.members.iter().any(|member| member.expert_id == *id));
    let ballot = Ballot {
        state: draw.state,
        members: &draw.members,
        voted: &voted(tx.conn(), it.draw_id)?,
        expert,
        interested: is_interested(tx.conn(), &row, actor.organisation_id)?,
        score: it.score,
    };
    let member_id = rules::check_vote(&ballot)?;
    let expert_id = expert.ok_or_else(|| Failure::broken("who votes is an expert"))?;
    store::insert_vote(
        tx,
        &VoteRow {
            id: it.id,
            draw_id: it.draw_id,
            member_id,
            expert_id,
            vote: it.vote,
            score: it.score,
            reason: it.reason.clone(),
            cast_by: actor.user_id,
            cast_at: tx.now(),
        },
    )?;
    let votes = store::votes(tx.conn(), it.draw_id)?;
    let concluded = rules::conclude(&draw.members, &votes);
    if let Some((outcome, approvals, rejections, score_hundredths)) = concluded {
        let concluded_at = tx.now();
        store::insert_conclusion(
            tx,
            &ConclusionRow {
                id: it.conclusion_id,
                draw_id: it.draw_id,
                outcome,
                approvals,
                rejections,
                score_hundredths,
                concluded_at,
            },
        )?;
    }
    // How somebody voted is told with the conclusion, here as well as there.
    tx.record(Event {
        subject: subject(it.draw_id),
        after: Some(
            json!({ "voted": member_id, "outcome": concluded.map(|(outcome, ..)| outcome) }),
        ),
        ..Event::default()
    });
    store::draw(tx.conn(), it.draw_id)
}

fn voted(c: &mut Conn, id: DrawId) -> Answer<Vec<MemberId>> {
    Ok(store::votes(c, id)?.into_iter().map(|(member, ..)| member).collect())
}

fn seed_of(draw: &Draw) -> Answer<[u8; 32]> {
    let seed = draw.seed.as_deref().and_then(|seed| hex::decode(seed).ok());
    let seed = seed.and_then(|seed| seed.try_into().ok());
    seed.ok_or_else(|| Failure::broken("a draw that was drawn has its seed"))
}
