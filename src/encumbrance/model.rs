//! The nouns of liens and insurances.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::ids::id;
use crate::kernel::names::names;

id! {
    /// Credits that are pledged for a loan.
    pub struct PledgeId;
}

id! {
    /// A row that is a part of a pledge or an insurance and is known by it.
    pub struct EncumbrancePartId;
}

id! {
    /// Credits that leave a lien.
    pub struct DepartureId;
}

id! {
    /// A sale of pledged credits that the lender asks for.
    pub struct EnforcedSaleId;
}

id! {
    /// A part of a share that is bound to a lender.
    pub struct ProceedsId;
}

id! {
    /// An insurance of credits.
    pub struct InsurancePolicyId;
}

id! {
    /// A claim on an insurance.
    pub struct InsuranceClaimId;
}

names! {
    /// How far a claim is.
    pub enum ClaimState {
        Open = "open",
        /// Its money or its replacement is awaited.
        Accepted = "accepted",
        Refused = "refused",
        Paid = "paid",
        Replaced = "replaced",
    }
}

names! {
    /// How far a pledge is.
    pub enum PledgeState {
        /// The lender has not answered yet; nothing has moved.
        Requested = "requested",
        /// Its credits are under the lien.
        Registered = "registered",
        /// Nothing is under the lien any more.
        Ended = "ended",
        /// The holder took the request back.
        Withdrawn = "withdrawn",
        /// The lender refused.
        Refused = "refused",
        /// The lender did not answer in time.
        Expired = "expired",
    }
}

names! {
    /// What a run of serials is to its pledge.
    pub enum RunKind {
        Asked = "asked",
        Pledged = "pledged",
        Departed = "departed",
    }
}

names! {
    /// How credits leave a lien.
    pub enum DepartureKind {
        Released = "released",
        Sold = "sold",
    }
}

names! {
    /// How far an enforced sale is.
    pub enum EnforcedSaleState {
        Asked = "asked",
        /// The centre has agreed; it waits for its buyer.
        Approved = "approved",
        Settled = "settled",
        Withdrawn = "withdrawn",
    }
}

names! {
    /// A share of a trade that may secure a loan.
    pub enum SecuredShare {
        Township = "township_share",
        Treasury = "treasury_share",
    }
}

/// A run of serial numbers of one batch, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    #[schema(example = 1, minimum = 1)]
    pub first_serial: i64,
    #[schema(example = 10000, minimum = 1)]
    pub last_serial: i64,
}

impl Run {
    /// How many serials it has.
    pub fn m2(self) -> i64 {
        self.last_serial.saturating_sub(self.first_serial).saturating_add(1)
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}–{}", self.first_serial, self.last_serial)
    }
}
