//! Certificates over HTTP, for their holders and the forestry bureau.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::occupation::actions::{self, MarkCertificate};
use crate::occupation::certificate::paper;
use crate::occupation::model::{CertificateId, CertificateMarkId, CertificateState};
use crate::occupation::store;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![export_certificate, create_certificate_freeze, create_certificate_thaw]
}

/// Hands out the certificate as PDF, with its signed contents attached
#[utoipa::path(
    get, path = "/api/v1/certificates/{certificate_id}/paper.pdf", tag = "occupation",
    params(("certificate_id" = CertificateId, Path)),
    responses((status = 200, body = String, content_type = "application/pdf",
        example = json!("%PDF-1.7")), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn export_certificate(
    db: Data<Db>,
    actor: Actor,
    certificate_id: Path<CertificateId>,
) -> Answer<HttpResponse> {
    let (id, asker) = (*certificate_id, actor.clone());
    let read = move |c: &mut Conn| {
        let row = actions::visible_certificate(c, &asker, id)?;
        let signature = hex::decode(&row.signature)
            .map_err(|_| Failure::broken("a signature is kept in hex digits"))?;
        Ok((row.number.clone(), paper(row.content.as_bytes(), &signature)?))
    };
    let (number, pdf) = db.read(Some(&actor), read).await?;
    let name = format!("attachment; filename=\"{number}.pdf\"");
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(("content-disposition", name))
        .body(pdf))
}

/// Why a certificate is frozen or thawed, and by which document.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCertificateMark {
    #[schema(value_type = String, example = "涉嫌提供虚假材料，核查期间冻结")]
    reason: Label,
    #[schema(value_type = String, example = "示例林湿〔2026〕41号")]
    document: Label,
}

/// What a certificate is worth after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct CertificateWorth {
    id: CertificateId,
    #[schema(example = "HXZ360124-2026-0001")]
    number: String,
    state: CertificateState,
    since: Time,
    history: Vec<CertificateMarkView>,
}

/// A change of what a certificate is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateMark)]
struct CertificateMarkView {
    state: CertificateState,
    reason: Label,
    document: Option<Label>,
    marked_at: Time,
}

fn mark(tx: &mut Tx, it: &MarkCertificate) -> Answer<CertificateWorth> {
    let id = actions::mark_certificate(tx, it)?;
    let today = tx.now().date_in_shanghai();
    let row = store::certificate(tx.conn(), id)?;
    let (state, since, _) = actions::worth_of(tx.conn(), &row, today)?;
    let history = store::marks_of(tx.conn(), id)?.into_iter().map(|it| CertificateMarkView {
        state: it.state,
        reason: it.reason,
        document: it.document,
        marked_at: it.marked_at,
    });
    Ok(CertificateWorth { id, number: row.number, state, since, history: history.collect() })
}

impl NewCertificateMark {
    fn into_command(
        self,
        certificate_id: CertificateId,
        state: CertificateState,
    ) -> MarkCertificate {
        let (reason, document) = (self.reason, self.document);
        MarkCertificate { id: CertificateMarkId::new(), certificate_id, state, reason, document }
    }
}

/// Freezes a certificate: until it is thawed its credits do not count
#[utoipa::path(
    post, path = "/api/v1/certificates/{certificate_id}/freeze", tag = "occupation",
    params(("certificate_id" = CertificateId, Path)), request_body = NewCertificateMark,
    responses((status = 201, body = CertificateWorth), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_certificate_freeze(
    db: Data<Db>,
    certificate_id: Path<CertificateId>,
    asked: Asked<NewCertificateMark>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command(*certificate_id, CertificateState::Frozen);
    let write = move |tx: &mut Tx| mark(tx, &command);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Thaws a certificate: it is valid again
#[utoipa::path(
    post, path = "/api/v1/certificates/{certificate_id}/thaw", tag = "occupation",
    params(("certificate_id" = CertificateId, Path)), request_body = NewCertificateMark,
    responses((status = 201, body = CertificateWorth), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_certificate_thaw(
    db: Data<Db>,
    certificate_id: Path<CertificateId>,
    asked: Asked<NewCertificateMark>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command(*certificate_id, CertificateState::Valid);
    let write = move |tx: &mut Tx| mark(tx, &command);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
