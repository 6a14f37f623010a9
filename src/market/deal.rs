//! One sale that was agreed otherwise than by taking a listing: checked as it would be settled, and
//! settled.

use super::bans;
use super::buying::{goods, party};
use super::listing::{CannotTrade, check_assessor};
use crate::certification::{self, Batch};
use crate::identity;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{
    self, Account, BatchId, Chosen, CreditBucket, JournalId, MoneyBucket, NewJournal,
};
use crate::settlement::{self, Party, Sale, Source, Trade, TradeId, TradeRow};

/// A sale that two sides have agreed on, or may.
#[derive(Debug, Clone)]
pub(crate) struct Deal {
    pub(crate) trade: TradeId,
    pub(crate) journal: JournalId,
    pub(crate) source: Source,
    pub(crate) source_id: uuid::Uuid,
    pub(crate) batch: BatchId,
    pub(crate) seller: OrganisationId,
    /// Where the seller's credits lie.
    pub(crate) from: CreditBucket,
    pub(crate) buyer: OrganisationId,
    pub(crate) area: SquareMetres,
    pub(crate) price: PricePerMu,
}

/// Returns a batch; an unknown id is not found.
pub(super) fn batch(conn: &mut Conn, id: BatchId) -> Answer<Batch> {
    let batches = certification::batches(conn, &[id])?;
    batches.into_iter().next().ok_or_else(Failure::not_found)
}

/// Refuses while the project of the batch is frozen: its offers are suspended (R45).
pub(super) fn check_not_frozen(batch: &Batch) -> Result<(), CannotTrade> {
    if batch.frozen { Err(CannotTrade::Suspended) } else { Ok(()) }
}

/// Checks that the sale could be settled at that moment, but for money and credits: the parties,
/// the trading area, the schedule, the amount. Returns the amount in fen.
pub(super) fn check(conn: &mut Conn, deal: &Deal, at: Time) -> Answer<i64> {
    Ok(prepare(conn, deal, at)?.0.split.amount)
}

/// Settles the sale: credits against money from the buyer's available cash (R61).
pub(super) fn settle(tx: &mut Tx<'_>, deal: &Deal) -> Answer<TradeRow> {
    let at = tx.now();
    let (trade, journal) = prepare(tx.conn(), deal, at)?;
    ledger::post(tx, journal)?;
    let saved = settlement::save_trades(tx, &[(0, trade)])?.into_iter().next();
    saved.map(|(_, row)| row).ok_or_else(|| Failure::broken("a trade that is saved has a row"))
}

/// Checks that a sale of pledged credits could be settled at that moment, but for money and credits.
/// Returns the amount in fen.
pub(crate) fn check_enforced(conn: &mut Conn, deal: &Deal, at: Time) -> Answer<i64> {
    let county = batch(conn, deal.batch)?.county;
    bans::check(conn, &county, deal.buyer)?;
    check(conn, deal, at)
}

/// Settles a sale of exactly these pledged serials, split as any other (R61, R62).
pub(crate) fn settle_enforced(tx: &mut Tx<'_>, deal: &Deal, chosen: &[Chosen]) -> Answer<TradeRow> {
    let at = tx.now();
    let due = check_enforced(tx.conn(), deal, at)?;
    let (trade, journal) = prepare(tx.conn(), deal, at)?;
    let cash = Account::money(deal.buyer, trade.fee_account, MoneyBucket::Available);
    let available = ledger::balance(tx.conn(), &cash)?;
    if available < due {
        let short = cny(due - available);
        let (due, available) = (cny(due), cny(available));
        return Err(CannotTrade::NotEnoughCash { due, available, short }.into());
    }
    ledger::post_chosen(tx, journal, chosen)?;
    let saved = settlement::save_trades(tx, &[(0, trade)])?.into_iter().next();
    saved.map(|(_, row)| row).ok_or_else(|| Failure::broken("a trade that is saved has a row"))
}

fn prepare(conn: &mut Conn, deal: &Deal, at: Time) -> Answer<(Trade, NewJournal)> {
    let batch = batch(conn, deal.batch)?;
    check_not_frozen(&batch)?;
    let terms = settlement::terms_of_county(conn, &batch.county)?;
    let ids = [deal.seller, deal.buyer, batch.assessor];
    let parties: Vec<Party> = identity::organisations(conn, &ids)?.into_iter().map(party).collect();
    let one = |id: OrganisationId| {
        let found = parties.iter().find(|party| party.id == id);
        found.ok_or_else(|| Failure::broken("a party of a sale is an organisation"))
    };
    let (seller, buyer) = (one(deal.seller)?, one(deal.buyer)?);
    check_assessor(one(batch.assessor)?, buyer)?;
    Ok(settlement::settle(&Sale {
        trade: deal.trade,
        journal: deal.journal,
        source: deal.source,
        source_id: deal.source_id,
        goods: &goods(&batch),
        terms: &terms,
        seller,
        from: deal.from,
        buyer,
        area: deal.area,
        price: deal.price,
        at,
    })?)
}
