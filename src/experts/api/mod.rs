//! Experts over HTTP: the pool, draws that everybody may repeat, and what panels say.

mod bodies;
mod papers;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use crate::experts::actions::{
    self, CastBallot, Commit, Enter, Recuse, Replace, Reveal, ReviewExpert, SetStanding,
};
use crate::experts::model::{Draw, DrawId, Expert, ExpertId, ExpertPartId, MemberId, Review};
use crate::experts::repeat::{Repetition, repeat};
use crate::experts::rules::CannotVote;
use crate::kernel::actor::Actor;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::web::{Asked, Problems};

pub use bodies::{
    NewAnnouncement, NewDraw, NewExpert, NewRecusal, NewReplacement, NewReveal, NewReview,
    NewStanding, NewVote,
};

/// Everything that can be asked of this capability.
pub fn operations() -> Operations {
    operations![
        create_expert,
        list_experts,
        get_expert,
        create_expert_standing,
        create_expert_review,
        list_expert_reviews,
        create_expert_recusal,
        list_expert_draws,
        get_expert_draw,
        get_draw_repetition,
        create_draw_announcement,
        create_draw_reveal,
        create_panel_replacement,
        create_panel_vote,
    ]
    .and(papers::operations())
}

/// Takes a person into the pool of experts
#[utoipa::path(
    post, path = "/api/v1/experts", tag = "experts", request_body = NewExpert,
    responses((status = 201, body = Expert), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_expert(db: Data<Db>, asked: Asked<NewExpert>) -> Answer<HttpResponse> {
    let Asked { doing, body: NewExpert { user_id, fields } } = asked;
    let command = Enter { id: ExpertId::new(), user_id, fields };
    let expert = db.write(doing, move |tx| actions::enter(tx, &command)).await?;
    Ok(HttpResponse::Created().json(expert))
}

/// Lists the pool of experts
///
/// The centre sees its pool, an expert their own places in pools.
#[utoipa::path(
    get, path = "/api/v1/experts", tag = "experts", params(PageQuery),
    responses((status = 200, body = Page<Expert>), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "assessor", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_experts(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let rows =
        db.read(Some(&actor), move |c| actions::experts_page(c, &reader, before, limit)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |expert| expert.id.uuid(), |row| row)))
}

/// Shows an expert
#[utoipa::path(
    get, path = "/api/v1/experts/{expert_id}", tag = "experts",
    params(("expert_id" = ExpertId, Path)),
    responses((status = 200, body = Expert), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "assessor", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_expert(
    db: Data<Db>,
    actor: Actor,
    expert_id: Path<ExpertId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (expert_id.into_inner(), actor.clone());
    let expert = db.read(Some(&actor), move |c| actions::visible_expert(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(expert))
}

/// Says whether an expert may be drawn
#[utoipa::path(
    post, path = "/api/v1/experts/{expert_id}/standing", tag = "experts",
    params(("expert_id" = ExpertId, Path)), request_body = NewStanding,
    responses((status = 201, body = Expert), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_expert_standing(
    db: Data<Db>,
    expert_id: Path<ExpertId>,
    asked: Asked<NewStanding>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewStanding { standing, reason } } = asked;
    let (id, expert_id) = (ExpertPartId::new(), expert_id.into_inner());
    let command = SetStanding { id, expert_id, standing, reason };
    let expert = db.write(doing, move |tx| actions::set_standing(tx, &command)).await?;
    Ok(HttpResponse::Created().json(expert))
}

/// Says how an expert did their part
#[utoipa::path(
    post, path = "/api/v1/experts/{expert_id}/reviews", tag = "experts",
    params(("expert_id" = ExpertId, Path)), request_body = NewReview,
    responses((status = 201, body = Review), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_expert_review(
    db: Data<Db>,
    expert_id: Path<ExpertId>,
    asked: Asked<NewReview>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewReview { draw_id, score, remark } } = asked;
    let (id, expert_id) = (ExpertPartId::new(), expert_id.into_inner());
    let command = ReviewExpert { id, expert_id, draw_id, score, remark };
    let review = db.write(doing, move |tx| actions::review(tx, &command)).await?;
    Ok(HttpResponse::Created().json(review))
}

/// Lists how an expert did their part
#[utoipa::path(
    get, path = "/api/v1/experts/{expert_id}/reviews", tag = "experts",
    params(("expert_id" = ExpertId, Path), PageQuery),
    responses((status = 200, body = Page<Review>), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "assessor", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_expert_reviews(
    db: Data<Db>,
    actor: Actor,
    expert_id: Path<ExpertId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = expert_id.into_inner();
    let rows =
        db.read(Some(&actor), move |c| actions::reviews_of(c, &reader, id, before, limit)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |review| review.id.uuid(), |row| row)))
}

/// Keeps that an expert takes no part in a matter
///
/// By the expert or by the centre; later draws pass the expert by.
#[utoipa::path(
    post, path = "/api/v1/experts/{expert_id}/recusals", tag = "experts",
    params(("expert_id" = ExpertId, Path)), request_body = NewRecusal,
    responses((status = 201, body = Expert), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "assessor"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_expert_recusal(
    db: Data<Db>,
    expert_id: Path<ExpertId>,
    asked: Asked<NewRecusal>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewRecusal { matter, subject_id, reason } } = asked;
    let (id, expert_id) = (ExpertPartId::new(), expert_id.into_inner());
    let command = Recuse { id, expert_id, matter, subject_id, reason };
    let expert = db.write(doing, move |tx| actions::recuse(tx, &command)).await?;
    Ok(HttpResponse::Created().json(expert))
}

/// Lists the draws of panels
#[utoipa::path(
    get, path = "/api/v1/expert-draws", tag = "experts", params(PageQuery),
    responses((status = 200, body = Page<Draw>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn list_expert_draws(db: Data<Db>, page: Query<PageQuery>) -> Answer<HttpResponse> {
    let (before, limit) = (page.after()?, page.limit());
    let rows = db.read(None, move |c| actions::draws(c, before, limit)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |draw| draw.id.uuid(), |row| row)))
}

/// Shows a draw with everything by which it can be repeated
///
/// This is the file that `wetland-exchange repeat-draw` reads.
#[utoipa::path(
    get, path = "/api/v1/expert-draws/{draw_id}", tag = "experts",
    params(("draw_id" = DrawId, Path)),
    responses((status = 200, body = Draw), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn get_expert_draw(db: Data<Db>, draw_id: Path<DrawId>) -> Answer<HttpResponse> {
    let id = draw_id.into_inner();
    Ok(HttpResponse::Ok().json(db.read(None, move |c| actions::draw(c, id)).await?))
}

/// Repeats a draw from its public data
#[utoipa::path(
    get, path = "/api/v1/expert-draws/{draw_id}/repetition", tag = "experts",
    params(("draw_id" = DrawId, Path)),
    responses((status = 200, body = Repetition), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn get_draw_repetition(db: Data<Db>, draw_id: Path<DrawId>) -> Answer<HttpResponse> {
    let id = draw_id.into_inner();
    let draw = db.read(None, move |c| actions::draw(c, id)).await?;
    let repetition = repeat(&draw).ok_or(CannotVote::NoPanel { is: draw.state })?;
    Ok(HttpResponse::Ok().json(repetition))
}

/// Announces a draw by the hash of a nonce
///
/// By a person of another organisation than the one that draws, before the moment.
#[utoipa::path(
    post, path = "/api/v1/expert-draws/{draw_id}/announcement", tag = "experts",
    params(("draw_id" = DrawId, Path)), request_body = NewAnnouncement,
    responses((status = 201, body = Draw), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_draw_announcement(
    db: Data<Db>,
    draw_id: Path<DrawId>,
    asked: Asked<NewAnnouncement>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewAnnouncement { nonce_hash } } = asked;
    let command = Commit { id: ExpertPartId::new(), draw_id: draw_id.into_inner(), nonce_hash };
    let draw = db.write(doing, move |tx| actions::commit(tx, &command)).await?;
    Ok(HttpResponse::Created().json(draw))
}

/// Reveals the nonce and draws the panel
///
/// By who published its hash, after the moment and within three days.
#[utoipa::path(
    post, path = "/api/v1/expert-draws/{draw_id}/reveal", tag = "experts",
    params(("draw_id" = DrawId, Path)), request_body = NewReveal,
    responses((status = 201, body = Draw), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_draw_reveal(
    db: Data<Db>,
    draw_id: Path<DrawId>,
    asked: Asked<NewReveal>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewReveal { nonce } } = asked;
    let command = Reveal { id: ExpertPartId::new(), draw_id: draw_id.into_inner(), nonce };
    let draw = db.write(doing, move |tx| actions::reveal(tx, &command)).await?;
    Ok(HttpResponse::Created().json(draw))
}

/// Replaces a member of a panel by the next of the draw
#[utoipa::path(
    post, path = "/api/v1/expert-draws/{draw_id}/replacements", tag = "experts",
    params(("draw_id" = DrawId, Path)), request_body = NewReplacement,
    responses((status = 201, body = Draw), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_panel_replacement(
    db: Data<Db>,
    draw_id: Path<DrawId>,
    asked: Asked<NewReplacement>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewReplacement { member_id, reason } } = asked;
    let (id, draw_id) = (MemberId::new(), draw_id.into_inner());
    let command = Replace { id, draw_id, out: member_id, reason };
    let draw = db.write(doing, move |tx| actions::replace(tx, &command)).await?;
    Ok(HttpResponse::Created().json(draw))
}

/// Votes as a member of a panel
///
/// Once; votes are told when all members have voted and the majority is known.
#[utoipa::path(
    post, path = "/api/v1/expert-draws/{draw_id}/votes", tag = "experts",
    params(("draw_id" = DrawId, Path)), request_body = NewVote,
    responses((status = 201, body = Draw), Problems),
    extensions(("x-roles" = json!(["assessor"])), ("x-effect" = json!("write"))),
)]
pub async fn create_panel_vote(
    db: Data<Db>,
    draw_id: Path<DrawId>,
    asked: Asked<NewVote>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewVote { vote, score, reason } } = asked;
    let (id, conclusion_id) = (ExpertPartId::new(), ExpertPartId::new());
    let draw_id = draw_id.into_inner();
    let command = CastBallot { id, conclusion_id, draw_id, vote, score, reason };
    let draw = db.write(doing, move |tx| actions::cast(tx, &command)).await?;
    Ok(HttpResponse::Created().json(draw))
}
