//! Notices over HTTP: everybody reads and objects, the centre answers.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::notices::actions::{self, AsOf, Correct, Object, Reply, TakeStep};
use crate::notices::model::{
    NoticeField, NoticeKind, Objection, ObjectionId, ObjectionReceipt, ObjectionReplyId,
    ObjectionStepId, ObjectionStepKind, Periods, PublicNotice, PublicNoticeId,
};
use crate::notices::store::Filter;
use crate::web::{Asked, Problems};

/// Everything that can be asked of this capability.
pub fn operations() -> Operations {
    operations![
        list_public_notices,
        get_public_notice,
        create_notice_correction,
        create_objection,
        get_objection_receipt,
        list_objections,
        get_objection,
        create_objection_acceptance,
        create_objection_refusal,
        create_objection_dismissal,
        create_objection_upholding,
        create_objection_reply,
    ]
}

/// Which notices are listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoticeQuery {
    #[param(inline, example = "result")]
    kind: Option<NoticeKind>,
    /// The project, the application or the auction that they are about.
    #[param(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    subject_id: Option<Uuid>,
    #[param(value_type = Option<String>, example = "360124")]
    region: Option<RegionCode>,
    /// Only those whose period lasts.
    #[serde(default)]
    #[param(example = true)]
    running: bool,
}

/// What a township says to an objection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjectionReply {
    #[schema(example = "已与村民小组复核界址，附图以勘测定界图为准")]
    pub text: Passage,
}

/// What somebody has against a notice. Names are optional and never published.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjection {
    #[serde(default)]
    #[schema(example = "涂秋生")]
    pub author: Option<Label>,
    /// How the centre can reach the author.
    #[serde(default)]
    #[schema(example = "13800000000")]
    pub contact: Option<Label>,
    #[schema(example = "公示面积与村民小组承包合同附图不一致，申请复核")]
    pub text: Passage,
}

/// An objection that was taken. The receipt code is told once, here.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TakenObjection {
    #[schema(example = "OBJ-2026-0001")]
    pub number: String,
    #[schema(example = "GS360124-2026-0001")]
    pub notice_number: String,
    /// With it the author learns what became of the objection.
    #[schema(example = "7f3a1c9e5b2d4f608a1c")]
    pub receipt_code: String,
    pub filed_at: Time,
}

/// Why the centre does so.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionReason {
    #[schema(example = "经复核，公示面积与勘测报告一致")]
    pub reason: Passage,
}

/// A notice published anew.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNoticeCorrection {
    #[schema(example = "公示面积与勘测报告不一致")]
    pub reason: Passage,
    #[schema(example = "五里垦殖场示例退养塘湿地修复项目修复结果公示（更正）")]
    pub title: Label,
    #[schema(min_items = 1, max_items = 150)]
    pub fields: Vec<NoticeField>,
}

/// Lists public notices
///
/// Newest first; all of them, for ever, without login.
#[utoipa::path(
    get, path = "/api/v1/public-notices", tag = "notices", params(NoticeQuery, PageQuery),
    responses((status = 200, body = Page<PublicNotice>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn list_public_notices(
    db: Data<Db>,
    query: Query<NoticeQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let NoticeQuery { kind, subject_id, region, running } = query.into_inner();
    let (before, limit) = (page.after()?, page.limit());
    let (filter, today) = (Filter { kind, subject_id, region, running }, today(&db));
    let rows = db.read(None, move |c| actions::page(c, &filter, before, limit, today)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |notice| notice.id.uuid(), |row| row)))
}

/// Shows a public notice
///
/// With the frozen text and its hash, and with what became of the objections to it.
#[utoipa::path(
    get, path = "/api/v1/public-notices/{notice_id}", tag = "notices",
    params(("notice_id" = PublicNoticeId, Path)),
    responses((status = 200, body = PublicNotice), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn get_public_notice(
    db: Data<Db>,
    notice_id: Path<PublicNoticeId>,
) -> Answer<HttpResponse> {
    let (id, today) = (notice_id.into_inner(), today(&db));
    Ok(HttpResponse::Ok().json(db.read(None, move |c| actions::notice(c, id, today)).await?))
}

/// Corrects a public notice
///
/// By a new notice that links to the old one, runs as long as it did, and counts in its stead.
#[utoipa::path(
    post, path = "/api/v1/public-notices/{notice_id}/corrections", tag = "notices",
    params(("notice_id" = PublicNoticeId, Path)), request_body = NewNoticeCorrection,
    responses((status = 201, body = PublicNotice), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_notice_correction(
    db: Data<Db>,
    notice_id: Path<PublicNoticeId>,
    asked: Asked<NewNoticeCorrection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewNoticeCorrection { reason, title, fields } } = asked;
    let (id, notice_id) = (PublicNoticeId::new(), notice_id.into_inner());
    let command = Correct { id, notice_id, reason, title, fields };
    let notice = db.write(doing, move |tx| actions::correct(tx, &command)).await?;
    Ok(HttpResponse::Created().json(notice))
}

/// Objects to a public notice
///
/// Anybody may, within its period and also without a name. The receipt code is told once.
#[utoipa::path(
    post, path = "/api/v1/public-notices/{notice_id}/objections", tag = "notices",
    params(("notice_id" = PublicNoticeId, Path)), request_body = NewObjection,
    responses((status = 201, body = TakenObjection), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("write"))),
)]
pub async fn create_objection(
    db: Data<Db>,
    notice_id: Path<PublicNoticeId>,
    asked: Asked<NewObjection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewObjection { author, contact, text } } = asked;
    let (notice_id, today) = (notice_id.into_inner(), today(&db));
    db.read(None, move |c| actions::check_objection(c, notice_id, today)).await?;
    let receipt_code = hex::encode(rand::random::<[u8; 10]>());
    let receipt_hash = actions::hash_of(&receipt_code);
    let id = ObjectionId::new();
    let command = Object { id, notice_id, author, contact, text, receipt_hash };
    let write = move |tx: &mut Tx<'_>| {
        let row = actions::object(tx, &command)?;
        Ok(TakenObjection {
            number: row.number,
            notice_number: row.notice_number,
            receipt_code: receipt_code.clone(),
            filed_at: row.filed_at,
        })
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Shows what became of an objection, to who has its receipt code
#[utoipa::path(
    get, path = "/api/v1/objection-receipts/{receipt_code}", tag = "notices",
    params(("receipt_code" = String, Path, example = "7f3a1c9e5b2d4f608a1c")),
    responses((status = 200, body = ObjectionReceipt), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn get_objection_receipt(
    db: Data<Db>,
    receipt_code: Path<String>,
    periods: Option<Data<Periods>>,
) -> Answer<HttpResponse> {
    let (code, as_of) = (receipt_code.into_inner(), as_of(&db, periods));
    Ok(HttpResponse::Ok().json(db.read(None, move |c| actions::receipt(c, &code, as_of)).await?))
}

/// Lists objections
///
/// Those of the centre's region, with their authors, newest first; a township sees those about its
/// own projects, without their authors.
#[utoipa::path(
    get, path = "/api/v1/objections", tag = "notices", params(PageQuery),
    responses((status = 200, body = Page<Objection>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director"])),
        ("x-effect" = json!("read"))
    ),
)]
pub async fn list_objections(
    db: Data<Db>,
    actor: Actor,
    periods: Option<Data<Periods>>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, as_of) = (page.after()?, page.limit(), as_of(&db, periods));
    let reader = actor.clone();
    let list = move |c: &mut Conn| actions::visible_objections(c, &reader, before, limit, as_of);
    let rows = db.read(Some(&actor), list).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |one| one.id.uuid(), |row| row)))
}

/// Shows an objection
#[utoipa::path(
    get, path = "/api/v1/objections/{objection_id}", tag = "notices",
    params(("objection_id" = ObjectionId, Path)),
    responses((status = 200, body = Objection), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director"])),
        ("x-effect" = json!("read"))
    ),
)]
pub async fn get_objection(
    db: Data<Db>,
    actor: Actor,
    objection_id: Path<ObjectionId>,
    periods: Option<Data<Periods>>,
) -> Answer<HttpResponse> {
    let (id, as_of, reader) = (objection_id.into_inner(), as_of(&db, periods), actor.clone());
    let read = move |c: &mut Conn| actions::visible_objection(c, &reader, id, as_of);
    Ok(HttpResponse::Ok().json(db.read(Some(&actor), read).await?))
}

/// Accepts an objection for examination
///
/// Within three working days after it was filed, by another person than who issued the notice.
#[utoipa::path(
    post, path = "/api/v1/objections/{objection_id}/acceptance", tag = "notices",
    params(("objection_id" = ObjectionId, Path)), request_body = ObjectionReason,
    responses((status = 201, body = Objection), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_objection_acceptance(
    db: Data<Db>,
    objection_id: Path<ObjectionId>,
    periods: Option<Data<Periods>>,
    asked: Asked<ObjectionReason>,
) -> Answer<HttpResponse> {
    take(&db, objection_id.into_inner(), periods, ObjectionStepKind::Accepted, asked).await
}

/// Refuses to examine an objection
///
/// Within three working days after it was filed, with the reason.
#[utoipa::path(
    post, path = "/api/v1/objections/{objection_id}/refusal", tag = "notices",
    params(("objection_id" = ObjectionId, Path)), request_body = ObjectionReason,
    responses((status = 201, body = Objection), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_objection_refusal(
    db: Data<Db>,
    objection_id: Path<ObjectionId>,
    periods: Option<Data<Periods>>,
    asked: Asked<ObjectionReason>,
) -> Answer<HttpResponse> {
    take(&db, objection_id.into_inner(), periods, ObjectionStepKind::Refused, asked).await
}

/// Decides that an objection is unfounded
///
/// Within thirty working days after it was accepted. The next step is free again.
#[utoipa::path(
    post, path = "/api/v1/objections/{objection_id}/dismissal", tag = "notices",
    params(("objection_id" = ObjectionId, Path)), request_body = ObjectionReason,
    responses((status = 201, body = Objection), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_objection_dismissal(
    db: Data<Db>,
    objection_id: Path<ObjectionId>,
    periods: Option<Data<Periods>>,
    asked: Asked<ObjectionReason>,
) -> Answer<HttpResponse> {
    take(&db, objection_id.into_inner(), periods, ObjectionStepKind::Dismissed, asked).await
}

/// Decides that an objection is well founded
///
/// Within thirty working days after it was accepted. Only a correction of the notice leads on.
#[utoipa::path(
    post, path = "/api/v1/objections/{objection_id}/upholding", tag = "notices",
    params(("objection_id" = ObjectionId, Path)), request_body = ObjectionReason,
    responses((status = 201, body = Objection), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_objection_upholding(
    db: Data<Db>,
    objection_id: Path<ObjectionId>,
    periods: Option<Data<Periods>>,
    asked: Asked<ObjectionReason>,
) -> Answer<HttpResponse> {
    take(&db, objection_id.into_inner(), periods, ObjectionStepKind::Upheld, asked).await
}

/// Says something to an objection that is about the township's own project
///
/// As long as it is open. The centre decides on the objection all the same; its author reads this.
#[utoipa::path(
    post, path = "/api/v1/objections/{objection_id}/replies", tag = "notices",
    params(("objection_id" = ObjectionId, Path)), request_body = NewObjectionReply,
    responses((status = 201, body = Objection), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_objection_reply(
    db: Data<Db>,
    objection_id: Path<ObjectionId>,
    periods: Option<Data<Periods>>,
    asked: Asked<NewObjectionReply>,
) -> Answer<HttpResponse> {
    let (periods, objection_id) = (in_force(periods), objection_id.into_inner());
    let command = Reply { id: ObjectionReplyId::new(), objection_id, text: asked.body.text };
    let write = move |tx: &mut Tx<'_>| actions::reply(tx, &command, periods);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

async fn take(
    db: &Db,
    objection_id: ObjectionId,
    periods: Option<Data<Periods>>,
    step: ObjectionStepKind,
    asked: Asked<ObjectionReason>,
) -> Answer<HttpResponse> {
    let periods = in_force(periods);
    let reason = asked.body.reason;
    let command = TakeStep { id: ObjectionStepId::new(), objection_id, step, reason };
    let write = move |tx: &mut Tx<'_>| actions::take_step(tx, &command, periods);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

fn as_of(db: &Db, periods: Option<Data<Periods>>) -> AsOf {
    AsOf { periods: in_force(periods), today: today(db) }
}

/// The periods that the service was started with, or their defaults.
fn in_force(periods: Option<Data<Periods>>) -> Periods {
    periods.map(|periods| *periods.get_ref()).unwrap_or_default()
}

fn today(db: &Db) -> chrono::NaiveDate {
    db.clock().now().date_in_shanghai()
}
