//! Who is in the pool, and how well they do.

use serde_json::json;
use uuid::Uuid;

use crate::experts::model::{
    DrawId, Expert, ExpertId, ExpertPartId, ExpertStanding, Field, Matter, Review,
};
use crate::experts::rules::{self, CannotDraw};
use crate::experts::store;
use crate::experts::store::rows::{ExpertRow, RecusalRow, ReviewRow, StandingRow};
use crate::identity;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Passage;

/// A pool that is read whole for each draw; a province has hundreds.
const POOL_MAX: usize = 1_000;

/// The centre takes a person into its pool.
#[derive(Debug, Clone)]
pub(crate) struct Enter {
    pub(crate) id: ExpertId,
    pub(crate) user_id: UserId,
    pub(crate) fields: Vec<Field>,
}

/// The centre says whether an expert may be drawn.
#[derive(Debug, Clone)]
pub(crate) struct SetStanding {
    pub(crate) id: ExpertPartId,
    pub(crate) expert_id: ExpertId,
    pub(crate) standing: ExpertStanding,
    pub(crate) reason: Passage,
}

/// The centre says how an expert did their part.
#[derive(Debug, Clone)]
pub(crate) struct ReviewExpert {
    pub(crate) id: ExpertPartId,
    pub(crate) expert_id: ExpertId,
    pub(crate) draw_id: Option<DrawId>,
    pub(crate) score: i64,
    pub(crate) remark: Passage,
}

/// An expert takes no part in a matter.
#[derive(Debug, Clone)]
pub(crate) struct Recuse {
    pub(crate) id: ExpertPartId,
    pub(crate) expert_id: ExpertId,
    pub(crate) matter: Matter,
    pub(crate) subject_id: Uuid,
    pub(crate) reason: Passage,
}

/// Returns an expert: for the centre of the pool, auditors, and the expert.
pub(crate) fn visible_expert(c: &mut Conn, actor: &Actor, id: ExpertId) -> Answer<Expert> {
    let expert = store::expert(c, id)?;
    let visible = match actor.role {
        Role::Assessor => expert.user_id == actor.user_id,
        Role::Auditor => true,
        _ => expert.region.is_within(&actor.region),
    };
    if visible { Ok(expert) } else { Err(Failure::not_found()) }
}

/// Returns one page of the pool, newest first, and one more; an expert sees their own places.
pub(crate) fn experts_page(
    c: &mut Conn,
    actor: &Actor,
    before: Option<ExpertId>,
    limit: i64,
) -> Answer<Vec<Expert>> {
    if actor.role == Role::Assessor {
        return store::experts_of_user(c, actor.user_id);
    }
    store::page(c, &actor.region, before, limit)
}

pub(crate) fn enter(tx: &mut Tx<'_>, it: &Enter) -> Answer<Expert> {
    let actor = tx.actor()?;
    rules::check_fields(&it.fields)?;
    let user = identity::find_user(tx.conn(), it.user_id)?;
    let person = user
        .filter(|user| user.role == Role::Assessor && user.active)
        .ok_or(CannotDraw::NotAnAssessor)?;
    let pool = store::pool(tx.conn(), &actor.region)?;
    if pool.iter().any(|expert| expert.user_id == it.user_id) {
        return Err(CannotDraw::InPool.into());
    }
    if pool.len() >= POOL_MAX {
        return Err(CannotDraw::PoolFull { max: POOL_MAX }.into());
    }
    let n = tx.next_number(&format!("expert:{}", actor.region))?;
    let row = ExpertRow {
        id: it.id,
        number: format!("EX{}-{n:04}", actor.region),
        user_id: person.id,
        organisation_id: person.organisation_id,
        name: person.display_name,
        fields: store::joined(&it.fields),
        region: actor.region.clone(),
        entered_by: actor.user_id,
        entered_at: tx.now(),
    };
    store::insert_expert(tx, &row)?;
    tx.record(Event {
        subject: format!("expert:{}", it.id),
        after: Some(json!({ "number": row.number, "fields": row.fields })),
        ..Event::default()
    });
    store::expert(tx.conn(), it.id)
}

pub(crate) fn set_standing(tx: &mut Tx<'_>, it: &SetStanding) -> Answer<Expert> {
    let actor = tx.actor()?;
    let expert = visible_expert(tx.conn(), &actor, it.expert_id)?;
    let position = store::standings_of(tx.conn(), expert.id)? + 1;
    store::insert_standing(
        tx,
        &StandingRow {
            id: it.id,
            expert_id: expert.id,
            position,
            standing: it.standing,
            reason: it.reason.clone(),
            set_by: actor.user_id,
            set_at: tx.now(),
        },
    )?;
    tx.record(Event {
        subject: format!("expert:{}", expert.id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "standing": expert.standing })),
        after: Some(json!({ "standing": it.standing })),
    });
    store::expert(tx.conn(), expert.id)
}

pub(crate) fn review(tx: &mut Tx<'_>, it: &ReviewExpert) -> Answer<Review> {
    let actor = tx.actor()?;
    let expert = visible_expert(tx.conn(), &actor, it.expert_id)?;
    rules::check_score(it.score)?;
    if let Some(draw) = it.draw_id {
        store::draw_row(tx.conn(), draw)?;
    }
    let row = ReviewRow {
        id: it.id,
        expert_id: expert.id,
        draw_id: it.draw_id,
        score: it.score,
        remark: it.remark.clone(),
        reviewed_by: actor.user_id,
        reviewed_at: tx.now(),
    };
    store::insert_review(tx, &row)?;
    tx.record(Event {
        subject: format!("expert:{}", expert.id),
        after: Some(json!({ "score": it.score })),
        ..Event::default()
    });
    Ok(store::review(row))
}

/// Returns one page of the reviews of an expert, newest first, and one more.
pub(crate) fn reviews_of(
    c: &mut Conn,
    actor: &Actor,
    id: ExpertId,
    before: Option<ExpertPartId>,
    limit: i64,
) -> Answer<Vec<Review>> {
    let expert = visible_expert(c, actor, id)?;
    Ok(store::reviews(c, expert.id, before, limit)?)
}

/// Keeps that an expert takes no part in a matter; later draws pass them by.
pub(crate) fn recuse(tx: &mut Tx<'_>, it: &Recuse) -> Answer<Expert> {
    let actor = tx.actor()?;
    let expert = visible_expert(tx.conn(), &actor, it.expert_id)?;
    if store::recused(tx.conn(), it.subject_id)?.contains(&expert.id) {
        return Err(CannotDraw::Recused(expert.number).into());
    }
    store::insert_recusal(
        tx,
        &RecusalRow {
            id: it.id,
            expert_id: expert.id,
            subject_kind: it.matter,
            subject_id: RawId(it.subject_id),
            reason: it.reason.clone(),
            declared_by: actor.user_id,
            declared_at: tx.now(),
        },
    )?;
    tx.record(Event {
        subject: format!("expert:{}", expert.id),
        reason: Some(it.reason.to_string()),
        after: Some(json!({ "recused_from": it.subject_id })),
        ..Event::default()
    });
    Ok(expert)
}
