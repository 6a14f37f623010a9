//! Replacements of restored land that was lost, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::certification::actions::{self, OfferReplacement, ReplacementSource, TakeReplacement};
use crate::certification::model::{
    CertificationPartId, Loss, LossId, Replacement, ReplacementId, ReplacementKind,
};
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::{Label, Passage};
use crate::ledger::JournalId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_loss_replacement,
        list_loss_replacements,
        get_replacement,
        create_replacement_approval,
        list_replacement_duties,
    ]
}

/// What is offered in replacement of restored land that was lost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLossReplacement {
    #[schema(example = "credits")]
    pub kind: ReplacementKind,
    /// The batch of the credits, or the certification application of the land.
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    pub source_id: Uuid,
    /// Land replaces with all that its application is for.
    pub m2: SquareMetres,
    #[schema(example = "以三里乡项目的指标履行补建义务")]
    pub reason: Passage,
    /// The document that goes with it.
    #[schema(example = "示例五垦〔2026〕4号")]
    pub reference: Label,
}

/// Which duties are listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DutyQuery {
    /// Only those of which something is still owed.
    #[serde(default)]
    #[param(example = true)]
    open: bool,
}

/// Offers a replacement for restored land that was lost
///
/// By the owner of the project: credits that it has available, or land that is as ripe as land that
/// becomes credits. In the same county, of a type that was lost and of no worse grade, and no more
/// than is owed. A second person takes it.
#[utoipa::path(
    post, path = "/api/v1/losses/{loss_id}/replacements", tag = "certification",
    params(("loss_id" = LossId, Path)), request_body = NewLossReplacement,
    responses((status = 201, body = Replacement), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_loss_replacement(
    db: Data<Db>,
    loss_id: Path<LossId>,
    asked: Asked<NewLossReplacement>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewLossReplacement { kind, source_id, m2, reason, reference } } =
        asked;
    let source = match kind {
        ReplacementKind::Credits => ReplacementSource::Credits(source_id.into()),
        ReplacementKind::Area => ReplacementSource::Area(source_id.into()),
    };
    let (id, loss_id) = (ReplacementId::new(), loss_id.into_inner());
    let command = OfferReplacement { id, loss_id, source, m2, reason, reference };
    let replacement = db.write(doing, move |tx| actions::offer_replacement(tx, &command)).await?;
    Ok(HttpResponse::Created().json(replacement))
}

/// Lists what was offered and taken in replacement of a loss
#[utoipa::path(
    get, path = "/api/v1/losses/{loss_id}/replacements", tag = "certification",
    params(("loss_id" = LossId, Path), PageQuery),
    responses((status = 200, body = Page<Replacement>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_loss_replacements(
    db: Data<Db>,
    actor: Actor,
    loss_id: Path<LossId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = loss_id.into_inner();
    let rows = db
        .read(Some(&actor), move |c| actions::visible_replacements(c, &reader, id, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |one| one.id.uuid(), |row| row)))
}

/// Shows a replacement
#[utoipa::path(
    get, path = "/api/v1/replacements/{replacement_id}", tag = "certification",
    params(("replacement_id" = ReplacementId, Path)),
    responses((status = 200, body = Replacement), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_replacement(
    db: Data<Db>,
    actor: Actor,
    replacement_id: Path<ReplacementId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (replacement_id.into_inner(), actor.clone());
    let read = move |c: &mut _| actions::visible_replacement(c, &reader, id);
    Ok(HttpResponse::Ok().json(db.read(Some(&actor), read).await?))
}

/// Takes a replacement as the second person
///
/// Credits are cancelled, so that nobody sells or retires them; the land of an application earns no
/// credits. The duty is fulfilled when nothing is owed any more.
#[utoipa::path(
    post, path = "/api/v1/replacements/{replacement_id}/approval", tag = "certification",
    params(("replacement_id" = ReplacementId, Path)),
    responses((status = 201, body = Replacement), Problems),
    extensions(
        ("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")),
        ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_replacement_approval(
    db: Data<Db>,
    replacement_id: Path<ReplacementId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, journal_id) = (CertificationPartId::new(), JournalId::new());
    let command = TakeReplacement { id, replacement_id: replacement_id.into_inner(), journal_id };
    let write = move |tx: &mut crate::kernel::db::Tx<'_>| {
        let reader = tx.actor()?;
        tx.expect_version(|c| actions::visible_replacement(c, &reader, command.replacement_id))?;
        actions::take_replacement(tx, &command)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Lists the losses that left something to replace
///
/// Newest first, each with what is still owed. A township sees its own, the authorities those of
/// their region.
#[utoipa::path(
    get, path = "/api/v1/replacement-duties", tag = "certification", params(DutyQuery, PageQuery),
    responses((status = 200, body = Page<Loss>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_replacement_duties(
    db: Data<Db>,
    actor: Actor,
    query: Query<DutyQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let open = query.open;
    let rows = db
        .read(Some(&actor), move |c| actions::visible_duties(c, &reader, open, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |loss| loss.id.uuid(), |row| row)))
}
