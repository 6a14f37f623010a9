//! Negotiated transfers over HTTP.

mod bodies;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};

use self::bodies::{
    NegotiatedTransferView, NewAcceptance, NewCounterOffer, NewNegotiatedTransfer,
    NewNegotiationEnd, RoundView,
};
use super::actions::{self, Accept, Approve, Counter, End, Open, Terms};
use super::model::{NegotiatedTransferId, RoundId};
use super::store::{self, Whose};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::JournalId;
use crate::settlement::TradeId;
use crate::web::{Asked, Problems};

/// Rounds that are shown of one negotiation.
const ROUNDS_SHOWN_MAX: i64 = 100;

pub(in crate::market) fn operations() -> Operations {
    operations![
        create_negotiated_acceptance,
        create_negotiated_approval,
        create_negotiated_counter_offer,
        create_negotiated_refusal,
        create_negotiated_rejection,
        create_negotiated_transfer,
        get_negotiated_transfer,
        list_negotiated_transfers,
    ]
}

/// Offers to sell or to buy credits by negotiation (R59)
#[utoipa::path(
    post, path = "/api/v1/negotiated-transfers", tag = "market",
    request_body = NewNegotiatedTransfer,
    responses((status = 201, body = NegotiatedTransferView), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer"])), ("x-effect" = json!("value"))
    )
)]
pub async fn create_negotiated_transfer(
    db: Data<Db>,
    asked: Asked<NewNegotiatedTransfer>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Open {
        id: NegotiatedTransferId::new(),
        round: RoundId::new(),
        batch: body.batch_id,
        other: body.counterparty_id,
        terms: Terms { area: body.m2, price: body.price_per_mu, valid_to: body.valid_to },
    };
    let write =
        move |tx: &mut Tx<'_>| actions::open(tx, &command).map(NegotiatedTransferView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Answers the terms on the table by others (R59)
#[utoipa::path(
    post, path = "/api/v1/negotiated-transfers/{negotiated_transfer_id}/counter-offers",
    tag = "market", params(("negotiated_transfer_id" = NegotiatedTransferId, Path)),
    request_body = NewCounterOffer,
    responses((status = 201, body = NegotiatedTransferView), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer"])), ("x-effect" = json!("value"))
    )
)]
pub async fn create_negotiated_counter_offer(
    db: Data<Db>,
    negotiated_transfer_id: Path<NegotiatedTransferId>,
    asked: Asked<NewCounterOffer>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Counter {
        id: *negotiated_transfer_id,
        round_id: RoundId::new(),
        round: body.round,
        terms: Terms { area: body.m2, price: body.price_per_mu, valid_to: body.valid_to },
    };
    let write =
        move |tx: &mut Tx<'_>| actions::counter(tx, &command).map(NegotiatedTransferView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Accepts the terms on the table: settled at once, or after its approval below the floor (R59)
#[utoipa::path(
    post, path = "/api/v1/negotiated-transfers/{negotiated_transfer_id}/acceptance",
    tag = "market", params(("negotiated_transfer_id" = NegotiatedTransferId, Path)),
    request_body = NewAcceptance,
    responses((status = 201, body = NegotiatedTransferView), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer"])), ("x-effect" = json!("value"))
    )
)]
pub async fn create_negotiated_acceptance(
    db: Data<Db>,
    negotiated_transfer_id: Path<NegotiatedTransferId>,
    asked: Asked<NewAcceptance>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Accept {
        id: *negotiated_transfer_id,
        round: body.round,
        trade: TradeId::new(),
        journal: JournalId::new(),
    };
    let write =
        move |tx: &mut Tx<'_>| actions::accept(tx, &command).map(NegotiatedTransferView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Declines the terms on the table, or takes the own ones back
#[utoipa::path(
    post, path = "/api/v1/negotiated-transfers/{negotiated_transfer_id}/refusal",
    tag = "market", params(("negotiated_transfer_id" = NegotiatedTransferId, Path)),
    request_body = NewNegotiationEnd,
    responses((status = 201, body = NegotiatedTransferView), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer"])), ("x-effect" = json!("value"))
    )
)]
pub async fn create_negotiated_refusal(
    db: Data<Db>,
    negotiated_transfer_id: Path<NegotiatedTransferId>,
    asked: Asked<NewNegotiationEnd>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = End { id: *negotiated_transfer_id, reason: body.reason };
    let write =
        move |tx: &mut Tx<'_>| actions::refuse(tx, &command).map(NegotiatedTransferView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Approves a price below the floor as the centre of the county; settled at once (R59)
#[utoipa::path(
    post, path = "/api/v1/negotiated-transfers/{negotiated_transfer_id}/approval",
    tag = "market", params(("negotiated_transfer_id" = NegotiatedTransferId, Path)),
    responses((status = 201, body = NegotiatedTransferView), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
pub async fn create_negotiated_approval(
    db: Data<Db>,
    negotiated_transfer_id: Path<NegotiatedTransferId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command =
        Approve { id: *negotiated_transfer_id, trade: TradeId::new(), journal: JournalId::new() };
    let write =
        move |tx: &mut Tx<'_>| actions::approve(tx, &command).map(NegotiatedTransferView::from);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Does not approve of a price below the floor; what was reserved is freed (R59)
#[utoipa::path(
    post, path = "/api/v1/negotiated-transfers/{negotiated_transfer_id}/rejection",
    tag = "market", params(("negotiated_transfer_id" = NegotiatedTransferId, Path)),
    request_body = NewNegotiationEnd,
    responses((status = 201, body = NegotiatedTransferView), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
pub async fn create_negotiated_rejection(
    db: Data<Db>,
    negotiated_transfer_id: Path<NegotiatedTransferId>,
    asked: Asked<NewNegotiationEnd>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = End { id: *negotiated_transfer_id, reason: body.reason };
    let write =
        move |tx: &mut Tx<'_>| actions::reject(tx, &command).map(NegotiatedTransferView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Who sees which negotiations (R94): the two sides, the offices of the county, the auditors.
fn visible_to(actor: &Actor) -> Whose {
    match actor.role {
        Role::Auditor | Role::Administrator => Whose::Everybody,
        Role::CentreDirector
        | Role::CentreOfficer
        | Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::ForestryOfficer => Whose::County(actor.region.clone()),
        Role::TownshipOfficer
        | Role::Developer
        | Role::DeveloperDirector
        | Role::Assessor
        | Role::BankOfficer
        | Role::InsurerOfficer
        | Role::SecurityAdministrator
        | Role::AuditAdministrator => Whose::Party(actor.organisation_id),
    }
}

/// Lists negotiated transfers that concern the caller, newest first
#[utoipa::path(
    get, path = "/api/v1/negotiated-transfers", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<NegotiatedTransferView>), Problems),
    extensions(
        ("x-roles" = json!([
            "administrator", "centre_director", "centre_officer", "finance_director",
            "finance_officer", "forestry_officer", "township_officer", "developer",
            "developer_director", "auditor"
        ])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_negotiated_transfers(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<NegotiatedTransferView>>> {
    let (whose, before, limit) = (visible_to(&actor), page.after()?, page.limit() + 1);
    let rows = db.read(Some(&actor), move |c| store::page(c, &whose, before, limit)).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), NegotiatedTransferView::from)))
}

/// Shows one negotiated transfer with its rounds
#[utoipa::path(
    get, path = "/api/v1/negotiated-transfers/{negotiated_transfer_id}", tag = "market",
    params(("negotiated_transfer_id" = NegotiatedTransferId, Path)),
    responses((status = 200, body = NegotiatedTransferView), Problems),
    extensions(
        ("x-roles" = json!([
            "administrator", "centre_director", "centre_officer", "finance_director",
            "finance_officer", "forestry_officer", "township_officer", "developer",
            "developer_director", "auditor"
        ])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn get_negotiated_transfer(
    db: Data<Db>,
    actor: Actor,
    negotiated_transfer_id: Path<NegotiatedTransferId>,
) -> Answer<Json<NegotiatedTransferView>> {
    let (whose, id) = (visible_to(&actor), *negotiated_transfer_id);
    let read = move |c: &mut _| {
        let negotiation = store::negotiation(c, id)?;
        Ok((negotiation, store::rounds(c, id, ROUNDS_SHOWN_MAX)?))
    };
    let (it, rounds) = db.read_snapshot(Some(&actor), read).await?;
    let is_theirs = match &whose {
        Whose::Everybody => true,
        Whose::County(county) => it.county == *county,
        Whose::Party(party) => it.seller == *party || it.buyer == *party,
    };
    if !is_theirs {
        return Err(Failure::not_found());
    }
    let rounds = rounds.into_iter().map(RoundView::from).collect();
    Ok(Json(NegotiatedTransferView { rounds, ..NegotiatedTransferView::from(it) }))
}
