//! Enforced sales over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::requests::PledgeReason;
use crate::encumbrance::actions::{self, AcceptSale, AskSale};
use crate::encumbrance::model::{
    DepartureId, EnforcedSaleId, EnforcedSaleState, PledgeId, ProceedsId, SecuredShare,
};
use crate::encumbrance::store::{self, EnforcedSaleRow};
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, PricePerMu};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::{BatchId, JournalId};
use crate::settlement::TradeId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_enforced_sale,
        create_enforced_sale_acceptance,
        create_enforced_sale_approval,
        create_enforced_sale_withdrawal,
        get_enforced_sale,
        list_enforced_sales,
        list_pledge_sales
    ]
}

/// Pledged credits that are to be sold for their lender.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEnforcedSale {
    buyer_id: OrganisationId,
    /// The lowest serials under the lien.
    m2: SquareMetres,
    price_per_mu: PricePerMu,
    /// What the lender has to get, at most.
    #[schema(example = "300000.00")]
    claim: Fen,
    /// By which document it is enforced: an agreement of both sides or a ruling.
    #[schema(value_type = String, example = "（2027）赣0124执12号")]
    document: Label,
}

/// A sale of pledged credits for their lender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EnforcedSale)]
pub(super) struct EnforcedSaleView {
    id: EnforcedSaleId,
    #[schema(example = "ZYC360124-2027-0001")]
    number: String,
    state: EnforcedSaleState,
    pledge_id: PledgeId,
    county: RegionCode,
    batch_id: BatchId,
    seller_id: OrganisationId,
    lender_id: OrganisationId,
    buyer_id: OrganisationId,
    m2: SquareMetres,
    price_per_mu: PricePerMu,
    claim: Fen,
    document: Label,
    asked_at: Time,
    approved_at: Option<Time>,
    trade_id: Option<TradeId>,
    ended_at: Option<Time>,
    end_reason: Option<Label>,
}

impl From<EnforcedSaleRow> for EnforcedSaleView {
    fn from(row: EnforcedSaleRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            state: row.state,
            pledge_id: row.pledge_id,
            county: row.county,
            batch_id: row.batch_id,
            seller_id: row.seller_id,
            lender_id: row.lender_id,
            buyer_id: row.buyer_id,
            m2: row.m2,
            price_per_mu: row.price_fen_per_mu,
            claim: row.claim_fen,
            document: row.document,
            asked_at: row.asked_at,
            approved_at: row.approved_at,
            trade_id: row.trade_id,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
        }
    }
}

/// An enforced sale with what of its money is bound to the lender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct EnforcedSaleDetail {
    #[serde(flatten)]
    sale: EnforcedSaleView,
    bound: Vec<BoundShare>,
}

/// A part of a share that is bound to the lender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct BoundShare {
    id: ProceedsId,
    organisation_id: OrganisationId,
    share: SecuredShare,
    amount: Fen,
}

fn detail(c: &mut Conn, row: EnforcedSaleRow) -> Answer<EnforcedSaleDetail> {
    let bound = store::proceeds_of_sale(c, row.id)?.into_iter().map(|it| BoundShare {
        id: it.id,
        organisation_id: it.organisation_id,
        share: it.share,
        amount: it.amount_fen,
    });
    Ok(EnforcedSaleDetail { bound: bound.collect(), sale: row.into() })
}

fn left(tx: &mut Tx, id: EnforcedSaleId) -> Answer<EnforcedSaleDetail> {
    let row = store::enforced_sale(tx.conn(), id)?;
    detail(tx.conn(), row)
}

/// Asks to sell pledged credits to a buyer, as their lender; the centre agrees
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/enforced-sales", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)), request_body = NewEnforcedSale,
    responses((status = 201, body = EnforcedSaleDetail), Problems),
    extensions(("x-roles" = json!(["bank_officer"])), ("x-effect" = json!("value")))
)]
async fn create_enforced_sale(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<NewEnforcedSale>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = AskSale {
        id: EnforcedSaleId::new(),
        pledge: *pledge_id,
        buyer: body.buyer_id,
        area: body.m2,
        price: body.price_per_mu,
        claim: body.claim,
        document: body.document,
    };
    let write = move |tx: &mut Tx| actions::ask_sale(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Agrees to an enforced sale, as the second person
#[utoipa::path(
    post, path = "/api/v1/enforced-sales/{sale_id}/approval", tag = "encumbrance",
    params(("sale_id" = EnforcedSaleId, Path)),
    responses((status = 201, body = EnforcedSaleDetail), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
async fn create_enforced_sale_approval(
    db: Data<Db>,
    sale_id: Path<EnforcedSaleId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *sale_id;
    let write = move |tx: &mut Tx| actions::approve_sale(tx, id).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Takes an enforced sale back before it is settled, as its lender
#[utoipa::path(
    post, path = "/api/v1/enforced-sales/{sale_id}/withdrawal", tag = "encumbrance",
    params(("sale_id" = EnforcedSaleId, Path)), request_body = PledgeReason,
    responses((status = 201, body = EnforcedSaleDetail), Problems),
    extensions(("x-roles" = json!(["bank_officer"])), ("x-effect" = json!("write")))
)]
async fn create_enforced_sale_withdrawal(
    db: Data<Db>,
    sale_id: Path<EnforcedSaleId>,
    asked: Asked<PledgeReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let id = *sale_id;
    let write =
        move |tx: &mut Tx| actions::withdraw_sale(tx, id, &body.reason).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Accepts an enforced sale as its buyer; it is settled at once with the normal split (R61, R62)
#[utoipa::path(
    post, path = "/api/v1/enforced-sales/{sale_id}/acceptance", tag = "encumbrance",
    params(("sale_id" = EnforcedSaleId, Path)),
    responses((status = 201, body = EnforcedSaleDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])), ("x-effect" = json!("value"))
    )
)]
async fn create_enforced_sale_acceptance(
    db: Data<Db>,
    sale_id: Path<EnforcedSaleId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command = AcceptSale {
        id: *sale_id,
        trade: TradeId::new(),
        journal: JournalId::new(),
        departure: DepartureId::new(),
    };
    let write = move |tx: &mut Tx| actions::accept_sale(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Shows an enforced sale
#[utoipa::path(
    get, path = "/api/v1/enforced-sales/{sale_id}", tag = "encumbrance",
    params(("sale_id" = EnforcedSaleId, Path)),
    responses((status = 200, body = EnforcedSaleDetail), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_enforced_sale(
    db: Data<Db>,
    actor: Actor,
    sale_id: Path<EnforcedSaleId>,
) -> Answer<Json<EnforcedSaleDetail>> {
    let (id, asker) = (*sale_id, actor.clone());
    let read = move |c: &mut Conn| {
        let row = actions::visible_sale(c, &asker, id)?;
        detail(c, row)
    };
    Ok(Json(db.read(Some(&actor), read).await?))
}

/// Lists the enforced sales of a pledge, newest first
#[utoipa::path(
    get, path = "/api/v1/pledges/{pledge_id}/enforced-sales", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path), PageQuery),
    responses((status = 200, body = Page<EnforcedSaleView>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_pledge_sales(
    db: Data<Db>,
    actor: Actor,
    pledge_id: Path<PledgeId>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<EnforcedSaleView>>> {
    Ok(Json(sales(&db, &actor, Some(*pledge_id), &page).await?))
}

/// Lists enforced sales: those that a developer may accept or did, or those of an authority's region
#[utoipa::path(
    get, path = "/api/v1/enforced-sales", tag = "encumbrance", params(PageQuery),
    responses((status = 200, body = Page<EnforcedSaleView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "centre_officer",
            "centre_director", "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_enforced_sales(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<EnforcedSaleView>>> {
    Ok(Json(sales(&db, &actor, None, &page).await?))
}

async fn sales(
    db: &Db,
    actor: &Actor,
    pledge: Option<PledgeId>,
    page: &PageQuery,
) -> Answer<Page<EnforcedSaleView>> {
    let (before, limit, asker) = (page.after()?, page.limit() + 1, actor.clone());
    let read = move |c: &mut Conn| {
        let of = actions::sales_of(c, &asker, pledge)?;
        store::enforced_sales_page(c, &of, before, limit)
    };
    let rows = db.read(Some(actor), read).await?;
    Ok(Page::of(rows, page, |row| row.id.uuid(), EnforcedSaleView::from))
}
