//! What one person alone may commit, and permits for more, as values.

use uuid::Uuid;

use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, id};
use crate::kernel::money::Fen;
use crate::kernel::names::names;

id! {
    /// A limit that somebody set for their organisation.
    pub struct SinglePersonLimitId;
}

id! {
    /// A permit to commit more than one person alone may.
    pub struct CommitmentPermitId;
}

names! {
    /// What became of a limit that somebody set.
    pub enum LimitState {
        /// It waits for a second person.
        Entered = "entered",
        /// It took effect; the newest of these is the limit.
        Effective = "effective",
        Rejected = "rejected",
        /// Another was set in its place.
        Replaced = "replaced",
    }
}

names! {
    /// What became of a permit that somebody asked for.
    pub enum PermitState {
        Asked = "asked",
        Approved = "approved",
        Rejected = "rejected",
        Used = "used",
    }
}

names! {
    /// By what one person can commit money or credits of their organisation.
    pub enum CommitmentKind {
        /// From a listing.
        Purchase = "purchase",
        Order = "order",
        /// In an auction.
        Bid = "bid",
        /// The buyer's own terms, or its acceptance of the seller's.
        NegotiatedTransfer = "negotiated_transfer",
        /// The purchase of pledged credits.
        EnforcedSale = "enforced_sale",
        /// Credits for a loan.
        Pledge = "pledge",
    }
}

/// What an act would commit of an organisation's money or credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment {
    pub organisation: OrganisationId,
    pub kind: CommitmentKind,
    /// The listing, auction, negotiation, sale or batch that it is about; an order is about none.
    pub subject: Option<Uuid>,
    pub amount_fen: i64,
    /// What it becomes, such as a trade.
    pub becomes: (&'static str, Uuid),
}

/// A permit of two people to commit more than one person alone may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::identity) struct Permit {
    pub id: CommitmentPermitId,
    pub organisation: OrganisationId,
    /// Without one it is for acts of any kind.
    pub kind: Option<CommitmentKind>,
    /// Without one it is for any listing, auction or whatever the kind of act is about.
    pub subject: Option<Uuid>,
    pub amount: Fen,
    pub expires_at: Time,
}
