//! Enforced sales: the lender asks, the centre agrees, the buyer accepts, and what secures the loan is
//! bound to the lender.

use chrono::Datelike;
use serde::Serialize;
use serde_json::json;

use super::lender::{Departing, chosen_of, depart};
use super::requests::{Wanted, seen_by, subject, visible};
use crate::encumbrance::model::{
    DepartureId, DepartureKind, EnforcedSaleId, EnforcedSaleState, PledgeId, ProceedsId, Run,
    SecuredShare,
};
use crate::encumbrance::rules::{CannotPledge, Leg, bound};
use crate::encumbrance::store::{self, EnforcedSaleRow, PledgeRow, ProceedsRow, SalesOf, Whose};
use crate::identity::{self, Commitment, CommitmentKind, OrganisationKind, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, PricePerMu};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{self, Account, Chosen, CreditBucket, Holder, JournalId, MoneyBucket, Place};
use crate::market::{self, Deal};
use crate::settlement::{Source, TradeId};

const ASK: &[Role] = &[Role::BankOfficer];
const APPROVE: &[Role] = &[Role::CentreDirector];

/// The lender asks to sell pledged credits to a buyer.
#[derive(Debug, Clone)]
pub(crate) struct AskSale {
    pub(crate) id: EnforcedSaleId,
    pub(crate) pledge: PledgeId,
    pub(crate) buyer: OrganisationId,
    pub(crate) area: SquareMetres,
    pub(crate) price: PricePerMu,
    pub(crate) claim: Fen,
    pub(crate) document: Label,
}

/// The buyer accepts.
#[derive(Debug, Clone)]
pub(crate) struct AcceptSale {
    pub(crate) id: EnforcedSaleId,
    pub(crate) trade: TradeId,
    pub(crate) journal: JournalId,
    pub(crate) departure: DepartureId,
}

/// What the centre agrees to, to the letter.
#[derive(Debug, Serialize)]
struct Content<'a> {
    id: EnforcedSaleId,
    pledge_id: PledgeId,
    buyer_id: OrganisationId,
    m2: SquareMetres,
    price_per_mu: PricePerMu,
    claim: Fen,
    document: &'a Label,
}

impl<'a> From<&'a EnforcedSaleRow> for Content<'a> {
    fn from(row: &'a EnforcedSaleRow) -> Self {
        Self {
            id: row.id,
            pledge_id: row.pledge_id,
            buyer_id: row.buyer_id,
            m2: row.m2,
            price_per_mu: row.price_fen_per_mu,
            claim: row.claim_fen,
            document: &row.document,
        }
    }
}

/// Which enforced sales a person may know of, of a pledge or altogether.
pub(crate) fn sales_of(c: &mut Conn, actor: &Actor, pledge: Option<PledgeId>) -> Answer<SalesOf> {
    Ok(match (pledge, actor.role) {
        (Some(id), _) => SalesOf::Pledge(visible(c, actor, id)?.id),
        (None, Role::Developer | Role::DeveloperDirector) => SalesOf::Buyer(actor.organisation_id),
        (None, _) => SalesOf::Region(actor.region.clone()),
    })
}

/// Loads an enforced sale that the actor may know of: its buyer, and who may know of its pledge.
pub(crate) fn visible_sale(
    c: &mut Conn,
    actor: &Actor,
    id: EnforcedSaleId,
) -> Answer<EnforcedSaleRow> {
    let row = store::enforced_sale(c, id)?;
    let own = actor.organisation_id;
    let is_seen = match seen_by(actor) {
        Whose::Holder(_) => row.seller_id == own || row.buyer_id == own,
        Whose::Lender(_) => row.lender_id == own,
        Whose::Region(region) => row.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

/// Asks to sell pledged credits; nothing moves until the centre has agreed and the buyer accepts.
pub(crate) fn ask_sale(tx: &mut Tx, it: &AskSale) -> Answer<EnforcedSaleId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let pledge = visible(tx.conn(), &actor, it.pledge)?;
    chosen_of(tx.conn(), &pledge, Some(&Wanted::Area(it.area)))?;
    let buyer = identity::organisation(tx.conn(), it.buyer)?;
    if buyer.kind != OrganisationKind::Developer || buyer.id == pledge.holder_id {
        return Err(CannotPledge::NotABuyer.into());
    }
    let series = format!("ZYC{}-{}", pledge.county, now.date_in_shanghai().year());
    let mut row = EnforcedSaleRow {
        id: it.id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        pledge_id: pledge.id,
        county: pledge.county.clone(),
        batch_id: pledge.batch_id,
        seller_id: pledge.holder_id,
        lender_id: pledge.lender_id,
        buyer_id: buyer.id,
        m2: it.area,
        price_fen_per_mu: it.price,
        claim_fen: it.claim,
        document: it.document.clone(),
        approval_id: RawId(uuid::Uuid::nil()),
        state: EnforcedSaleState::Asked,
        asked_by: actor.user_id,
        asked_at: now,
        approved_by: None,
        approved_at: None,
        trade_id: None,
        departure_id: None,
        ended_by: None,
        ended_at: None,
        end_reason: None,
    };
    market::check_enforced(tx.conn(), &deal_of(&row, TradeId::new(), JournalId::new()), now)?;
    let asked = SecondPerson {
        subject: &format!("enforced_sale:{}", it.id),
        content: &Content::from(&row),
        initiator_roles: ASK,
        approver_roles: APPROVE,
    };
    row.approval_id = RawId(identity::ask_second_person(tx, asked)?.uuid());
    tx.insert(&row)?;
    record(tx, &row, None);
    Ok(row.id)
}

/// The centre agrees to an enforced sale.
pub(crate) fn approve_sale(tx: &mut Tx, id: EnforcedSaleId) -> Answer<EnforcedSaleId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible_sale(tx.conn(), &actor, id)?;
    check_state(&row, EnforcedSaleState::Asked)?;
    let people = identity::second_person(tx, row.approval_id.0.into(), &Content::from(&row))?;
    let row = EnforcedSaleRow {
        state: EnforcedSaleState::Approved,
        approved_by: Some(people.approver),
        approved_at: Some(now),
        ..row
    };
    tx.update(&row)?;
    record(tx, &row, None);
    Ok(id)
}

/// The lender takes an enforced sale back before it is settled.
pub(crate) fn withdraw_sale(
    tx: &mut Tx,
    id: EnforcedSaleId,
    reason: &Label,
) -> Answer<EnforcedSaleId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible_sale(tx.conn(), &actor, id)?;
    match row.state {
        EnforcedSaleState::Asked | EnforcedSaleState::Approved => {}
        state @ (EnforcedSaleState::Settled | EnforcedSaleState::Withdrawn) => {
            return Err(CannotPledge::SaleState(state).into());
        }
    }
    let row = EnforcedSaleRow {
        state: EnforcedSaleState::Withdrawn,
        ended_by: Some(actor.user_id),
        ended_at: Some(now),
        end_reason: Some(reason.clone()),
        ..row
    };
    tx.update(&row)?;
    record(tx, &row, Some(reason));
    Ok(id)
}

/// Settles an enforced sale: a trade as any other, whose secured shares are bound to the lender.
pub(crate) fn accept_sale(tx: &mut Tx, it: &AcceptSale) -> Answer<EnforcedSaleId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = store::enforced_sale(tx.conn(), it.id)?;
    if row.buyer_id != actor.organisation_id {
        return Err(Failure::not_found());
    }
    check_state(&row, EnforcedSaleState::Approved)?;
    let amount_fen = market::check_enforced(tx.conn(), &deal_of(&row, it.trade, it.journal), now)?;
    let commitment = Commitment {
        organisation: row.buyer_id,
        kind: CommitmentKind::EnforcedSale,
        subject: Some(row.id.uuid()),
        amount_fen,
        becomes: ("trade", it.trade.uuid()),
    };
    identity::commit(tx, &commitment)?;
    let pledge = store::pledge(tx.conn(), row.pledge_id)?;
    let runs = chosen_of(tx.conn(), &pledge, Some(&Wanted::Area(row.m2)))?;
    let from = Account::credits(pledge.holder_id, pledge.batch_id, CreditBucket::Pledged);
    let chosen = |run: &Run| Chosen { from, first: run.first_serial, last: run.last_serial };
    let chosen: Vec<Chosen> = runs.iter().map(chosen).collect();
    let trade = market::settle_enforced(tx, &deal_of(&row, it.trade, it.journal), &chosen)?;
    let departing = Departing {
        id: it.departure,
        kind: DepartureKind::Sold,
        runs: &runs,
        reason: &row.document,
        journal: it.journal,
    };
    depart(tx, pledge.clone(), &departing)?;
    let row = EnforcedSaleRow {
        state: EnforcedSaleState::Settled,
        trade_id: Some(trade.id),
        departure_id: Some(it.departure),
        ended_by: Some(actor.user_id),
        ended_at: Some(now),
        ..row
    };
    tx.update(&row)?;
    let proceeds = bind(tx, &pledge, &row, it.journal)?;
    let told = |one: &ProceedsRow| json!({ "share": one.share, "amount": one.amount_fen });
    tx.record(Event {
        subject: subject(pledge.id),
        after: Some(json!({
            "enforced_sale": row.number, "trade": trade.number, "m2": row.m2,
            "bound": proceeds.iter().map(told).collect::<Vec<_>>(),
        })),
        ..Event::default()
    });
    Ok(row.id)
}

/// Binds to the lender what secures the loan of the money that a sale brought, up to the claim.
fn bind(
    tx: &mut Tx,
    pledge: &PledgeRow,
    row: &EnforcedSaleRow,
    journal: JournalId,
) -> Answer<Vec<ProceedsRow>> {
    let mut legs = Vec::new();
    for transfer in ledger::transfers_of(tx.conn(), journal)? {
        let Place::Money(fee_account, bucket) = transfer.to.place else { continue };
        let share = match bucket {
            MoneyBucket::TownshipShare => SecuredShare::Township,
            MoneyBucket::TreasuryShare => SecuredShare::Treasury,
            _ => continue,
        };
        let Holder::Organisation(organisation) = transfer.to.holder else { continue };
        // Another township's part of the share is not the holder's to give.
        if share == SecuredShare::Township && organisation != pledge.holder_id {
            continue;
        }
        let organisation = (organisation, fee_account);
        legs.push(Leg { organisation, share, fen: transfer.amount });
    }
    let proceeds: Vec<ProceedsRow> = bound(&legs, &pledge.shares(), row.claim_fen.get())
        .into_iter()
        .map(|leg| {
            let (organisation_id, fee_account_id) = leg.organisation;
            let amount_fen =
                Fen::of(leg.fen).map_err(|_| Failure::broken("a share is an amount"))?;
            Ok(ProceedsRow {
                id: ProceedsId::new(),
                sale_id: row.id,
                lender_id: row.lender_id,
                fee_account_id,
                organisation_id,
                share: leg.share,
                amount_fen,
                bound_at: tx.now(),
            })
        })
        .collect::<Answer<_>>()?;
    tx.insert_all(&proceeds)?;
    Ok(proceeds)
}

fn deal_of(row: &EnforcedSaleRow, trade: TradeId, journal: JournalId) -> Deal {
    Deal {
        trade,
        journal,
        source: Source::EnforcedSale,
        source_id: row.id.uuid(),
        batch: row.batch_id,
        seller: row.seller_id,
        from: CreditBucket::Pledged,
        buyer: row.buyer_id,
        area: row.m2,
        price: row.price_fen_per_mu,
    }
}

fn check_state(row: &EnforcedSaleRow, wanted: EnforcedSaleState) -> Result<(), CannotPledge> {
    if row.state == wanted { Ok(()) } else { Err(CannotPledge::SaleState(row.state)) }
}

fn record(tx: &mut Tx, row: &EnforcedSaleRow, reason: Option<&Label>) {
    tx.record(Event {
        subject: subject(row.pledge_id),
        reason: reason.map(Label::to_string),
        after: Some(json!({
            "enforced_sale": row.number, "state": row.state, "m2": row.m2,
            "price_per_mu": row.price_fen_per_mu, "claim": row.claim_fen,
            "document": row.document,
        })),
        ..Event::default()
    });
}
