//! The tables of negotiations.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{
    NegotiatedTransferId, Negotiation, NegotiationState, OfferedTerms, Round, RoundId, Side,
};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, FeeAccountId};
use crate::schema::{negotiated_rounds, negotiated_transfers};
use crate::settlement::TradeId;

record! {
    /// A row is a sale that a seller and a buyer negotiate.
    pub(crate) struct NegotiationRow in negotiated_transfers {
        id: NegotiatedTransferId as Id,
        number: String as Text,
        batch_id: BatchId as Id,
        batch_number: String as Text,
        county: RegionCode as Text,
        fee_account_id: FeeAccountId as Id,
        seller_id: OrganisationId as Id,
        seller_name: String as Text,
        buyer_id: OrganisationId as Id,
        buyer_name: String as Text,
        wetland_type: String as Text,
        grade: i64 as BigInt,
        round: i64 as BigInt,
        offered_by: Side as Text,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        valid_to: NaiveDate as Date,
        state: NegotiationState as Text,
        due_on: Option<NaiveDate> as Nullable<Date>,
        reserved_fen: i64 as BigInt,
        floor_fen_per_mu: Option<PricePerMu> as Nullable<BigInt>,
        accepted_by: Option<UserId> as Nullable<Id>,
        accepted_at: Option<Time> as Nullable<Timestamp>,
        approved_by: Option<UserId> as Nullable<Id>,
        trade_id: Option<TradeId> as Nullable<Id>,
        ended_by: Option<UserId> as Nullable<Id>,
        ended_at: Option<Time> as Nullable<Timestamp>,
        end_reason: Option<String> as Nullable<Text>,
        opened_at: Time as Timestamp,
    }
}

record! {
    /// A row is the terms of one round.
    pub(crate) struct RoundRow in negotiated_rounds {
        id: RoundId as Id,
        negotiated_transfer_id: NegotiatedTransferId as Id,
        round: i64 as BigInt,
        offered_by: Side as Text,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        valid_to: NaiveDate as Date,
        said_by: UserId as Id,
        said_at: Time as Timestamp,
    }
}

impl From<NegotiationRow> for Negotiation {
    fn from(row: NegotiationRow) -> Self {
        Self {
            terms: OfferedTerms {
                area: row.m2,
                price: row.price_fen_per_mu,
                valid_to: row.valid_to,
            },
            id: row.id,
            number: row.number,
            batch: row.batch_id,
            batch_number: row.batch_number,
            county: row.county,
            fee_account: row.fee_account_id,
            seller: row.seller_id,
            seller_name: row.seller_name,
            buyer: row.buyer_id,
            buyer_name: row.buyer_name,
            wetland_type: row.wetland_type,
            grade: row.grade,
            round: row.round,
            offered_by: row.offered_by,
            state: row.state,
            due_on: row.due_on,
            reserved_fen: row.reserved_fen,
            floor: row.floor_fen_per_mu,
            accepted_by: row.accepted_by,
            accepted_at: row.accepted_at,
            approved_by: row.approved_by,
            trade: row.trade_id,
            ended_by: row.ended_by,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            opened_at: row.opened_at,
        }
    }
}

impl From<&Negotiation> for NegotiationRow {
    fn from(it: &Negotiation) -> Self {
        let it = it.clone();
        Self {
            id: it.id,
            number: it.number,
            batch_id: it.batch,
            batch_number: it.batch_number,
            county: it.county,
            fee_account_id: it.fee_account,
            seller_id: it.seller,
            seller_name: it.seller_name,
            buyer_id: it.buyer,
            buyer_name: it.buyer_name,
            wetland_type: it.wetland_type,
            grade: it.grade,
            round: it.round,
            offered_by: it.offered_by,
            m2: it.terms.area,
            price_fen_per_mu: it.terms.price,
            valid_to: it.terms.valid_to,
            state: it.state,
            due_on: it.due_on,
            reserved_fen: it.reserved_fen,
            floor_fen_per_mu: it.floor,
            accepted_by: it.accepted_by,
            accepted_at: it.accepted_at,
            approved_by: it.approved_by,
            trade_id: it.trade,
            ended_by: it.ended_by,
            ended_at: it.ended_at,
            end_reason: it.end_reason,
            opened_at: it.opened_at,
        }
    }
}

impl From<RoundRow> for Round {
    fn from(row: RoundRow) -> Self {
        let terms =
            OfferedTerms { area: row.m2, price: row.price_fen_per_mu, valid_to: row.valid_to };
        Self { round: row.round, offered_by: row.offered_by, terms, said_at: row.said_at }
    }
}

/// Returns one negotiation; an unknown id is not found.
pub(super) fn negotiation(conn: &mut Conn, id: NegotiatedTransferId) -> Answer<Negotiation> {
    let query = negotiated_transfers::table.find(id).select(NegotiationRow::as_select());
    let row: Option<NegotiationRow> = query.first(conn).optional()?;
    row.map(Negotiation::from).ok_or_else(Failure::not_found)
}

/// Saves a negotiation that is new.
pub(super) fn insert(tx: &mut Tx<'_>, it: &Negotiation) -> Answer<()> {
    Ok(tx.insert(&NegotiationRow::from(it))?)
}

/// Saves what became of a negotiation.
pub(super) fn update(tx: &mut Tx<'_>, it: &Negotiation) -> Answer<()> {
    Ok(tx.update(&NegotiationRow::from(it))?)
}

/// Keeps the terms that are on the table now.
pub(super) fn insert_round(
    tx: &mut Tx<'_>,
    id: RoundId,
    it: &Negotiation,
    said_by: UserId,
) -> Answer<()> {
    let row = RoundRow {
        id,
        negotiated_transfer_id: it.id,
        round: it.round,
        offered_by: it.offered_by,
        m2: it.terms.area,
        price_fen_per_mu: it.terms.price,
        valid_to: it.terms.valid_to,
        said_by,
        said_at: tx.now(),
    };
    Ok(tx.insert(&row)?)
}

/// Returns the last rounds of a negotiation, the first of them first.
pub(super) fn rounds(
    conn: &mut Conn,
    id: NegotiatedTransferId,
    rows_max: i64,
) -> Answer<Vec<Round>> {
    let mut rows: Vec<RoundRow> = negotiated_rounds::table
        .filter(negotiated_rounds::negotiated_transfer_id.eq(id))
        .order(negotiated_rounds::round.desc())
        .limit(rows_max)
        .select(RoundRow::as_select())
        .load(conn)?;
    rows.reverse();
    Ok(rows.into_iter().map(Round::from).collect())
}

/// Returns negotiations that the clock has to end, the longest due first.
pub(super) fn due(
    conn: &mut Conn,
    today: NaiveDate,
    rows_max: i64,
) -> QueryResult<Vec<NegotiatedTransferId>> {
    negotiated_transfers::table
        .filter(negotiated_transfers::due_on.le(today))
        .order(negotiated_transfers::due_on)
        .limit(rows_max)
        .select(negotiated_transfers::id)
        .load(conn)
}

/// Whose negotiations are asked for.
#[derive(Debug, Clone)]
pub(super) enum Whose {
    /// All that an organisation sells or buys in.
    Party(OrganisationId),
    County(RegionCode),
    Everybody,
}

/// Returns negotiations, newest first.
pub(super) fn page(
    conn: &mut Conn,
    whose: &Whose,
    before: Option<NegotiatedTransferId>,
    rows_max: i64,
) -> Answer<Vec<Negotiation>> {
    let mut query = negotiated_transfers::table.select(NegotiationRow::as_select()).into_boxed();
    match whose {
        Whose::Party(party) => {
            let sells = negotiated_transfers::seller_id.eq(*party);
            query = query.filter(sells.or(negotiated_transfers::buyer_id.eq(*party)));
        }
        Whose::County(county) => {
            query = query.filter(negotiated_transfers::county.eq(county.clone()));
        }
        Whose::Everybody => {}
    }
    if let Some(before) = before {
        query = query.filter(negotiated_transfers::id.lt(before));
    }
    let rows: Vec<NegotiationRow> =
        query.order(negotiated_transfers::id.desc()).limit(rows_max).load(conn)?;
    Ok(rows.into_iter().map(Negotiation::from).collect())
}
