//! What a loss of restored land takes out of the owner's offers (R89): only who offers knows them.
//! Listings are cut first; an auction is cancelled whole, and its bidders' deposits are freed.

use super::actions::end_listing;
use super::auctions;
use super::model::{EndKind, ListingCutId, ListingEndId};
use super::store::{self, ListingCutRow, ListingEndRow, Shift};
use crate::certification::{self, Batch, Loss, LossId, TakeLoss};
use crate::kernel::db::Tx;
use crate::kernel::problem::Answer;
use crate::ledger::{self, Account, CreditBucket, JournalId, NewJournal, NewTransfer};

/// One loss cuts at most so many listings; what lies in more of them is owed.
const CUTS_MAX: i64 = 200;

/// The ids of one cut, made before the command.
#[derive(Debug, Clone, Copy)]
pub(super) struct CutIds {
    cut: ListingCutId,
    end: ListingEndId,
    journal: JournalId,
}

/// Makes the ids that a loss may need.
pub(super) fn ids() -> Vec<CutIds> {
    let one = |_| CutIds {
        cut: ListingCutId::new(),
        end: ListingEndId::new(),
        journal: JournalId::new(),
    };
    (0..CUTS_MAX).map(one).collect()
}

/// Takes a loss from the project's own side, its listings included.
pub(super) fn take_loss(tx: &mut Tx<'_>, it: &TakeLoss, ids: &[CutIds]) -> Answer<Loss> {
    let mut ids = ids.iter();
    certification::take_loss(tx, it, |tx, batch, wanted| {
        cut_listings(tx, (it.loss_id, batch), wanted, &mut ids)
    })
}

/// Frees so much of what the owner's listings and auctions of a batch reserve, the newest first;
/// returns how much it was.
fn cut_listings<'i>(
    tx: &mut Tx<'_>,
    (loss, batch): (LossId, &Batch),
    wanted: i64,
    ids: &mut impl Iterator<Item = &'i CutIds>,
) -> Answer<i64> {
    let mut freed = 0;
    let listings = store::open_of(tx.conn(), batch.id, batch.owner, CUTS_MAX)?;
    for (mut listing, ids) in listings.into_iter().zip(ids) {
        let m2 = listing.left_m2.min(wanted - freed);
        if m2 == 0 {
            break;
        }
        if m2 == listing.left_m2 {
            let ended_by = Some(tx.actor()?.user_id);
            let end = ListingEndRow {
                id: ids.end,
                listing_id: listing.id,
                kind: EndKind::Withdrawn,
                freed_m2: m2,
                reason: "the restored land was lost".into(),
                ended_by,
                ended_at: tx.now(),
            };
            end_listing(tx, &mut listing, ids.journal, &end)?;
        } else {
            listing.left_m2 -= m2;
            let cut_at = tx.now();
            let (id, listing_id, loss_id) = (ids.cut, listing.id, loss);
            store::insert_cut(tx, &ListingCutRow { id, listing_id, loss_id, m2, cut_at })?;
            store::save_remainders(tx, std::iter::once(&listing))?;
            let mut shift = Shift::default();
            shift.offer(&listing, -m2);
            store::save_shift(tx, shift)?;
            let from = Account::credits(batch.owner, batch.id, CreditBucket::Reserved);
            let to = Account::credits(batch.owner, batch.id, CreditBucket::Available);
            let journal = NewJournal {
                id: ids.journal,
                event: "listing_cut",
                subject: listing.id.uuid(),
                effective_at: cut_at,
                reverses: None,
                transfers: vec![NewTransfer { from, to, amount: m2 }],
            };
            ledger::post(tx, journal)?;
        }
        freed += m2;
    }
    if freed < wanted {
        freed += auctions::cancel_for_loss(tx, batch.id, batch.owner, wanted - freed)?;
    }
    Ok(freed)
}
