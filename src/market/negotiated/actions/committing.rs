//! What the buyer's person commits in a negotiation.

use crate::identity::{self, Commitment, CommitmentKind};
use crate::kernel::db::Tx;
use crate::kernel::problem::Answer;
use crate::market::negotiated::model::{Negotiation, Side};

/// Terms bind who puts them, and who accepts them: the buyer commits its money by either.
pub(super) fn commit(tx: &mut Tx<'_>, it: &Negotiation, side: Side, amount_fen: i64) -> Answer<()> {
    if side == Side::Seller {
        return Ok(());
    }
    let commitment = Commitment {
        organisation: it.buyer,
        kind: CommitmentKind::NegotiatedTransfer,
        subject: Some(it.id.uuid()),
        amount_fen,
        becomes: ("negotiated_transfer", it.id.uuid()),
    };
    identity::commit(tx, &commitment)
}
