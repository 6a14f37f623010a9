//! Liens on credits and their insurance: pledges for loans, so that whoever restores can borrow before
//! a buyer comes.
//!
//! A holder asks to pledge and its lender registers: two people of two sides, who both see the terms.
//! Registered, the credits lie in the holder's pledged bucket and nothing but the lender's act takes
//! them out: a release, or an enforced sale (R44). States: requested → registered → ended, or
//! withdrawn, refused, expired (after thirty days without an answer). Which serials are under a lien is
//! what was pledged less what departed (`pledge_serials`); a serial is under one lien at most, since it
//! is pledged out of what is available. The public sees that a batch carries a lien, never the terms.
//!
//! Who sells credits receives only shares, so a pledge names the shares that secure the loan: the
//! township's, and with the finance bureau's signature the treasury's. An enforced sale is a trade as
//! any other, at a price that lender and buyer agree on and the centre lets happen, out of the pledged
//! serials themselves and with the normal split; what secures the loan of its money, up to the claim, is
//! bound to the lender (`secured_proceeds`). Finance pays bound money to the lender's registered account
//! alone, by two people as any share. Without a share there is only the lien.
//!
//! Each day every lien is valued by the price index of its type and grade, less the agreed haircut; one
//! that falls below the agreed cover says so to lender and holder.
//!
//! An insurer registers which serials of a holder it insures, for what sum and against which perils. A
//! loss of restored land that took insured serials, found while the insurance was in force, opens a claim
//! by itself (R89); the insurer accepts it with an amount or refuses it with a reason. An accepted claim
//! ends `paid` by a line of the bank, which finance matches, or `replaced` by a replacement of the loss
//! that the centre took. Thirty days before its end an insurance says that it ends.
//!
//! Decisions. An extension needs the lender alone, since the lien holds anyway until it is released.
//! While a project is frozen, its own side's liens are neither made nor released nor enforced (R45).

mod actions;
mod api;
mod model;
mod notice;
mod refusal;
mod rules;
mod store;

pub use actions::run_due;
pub(crate) use actions::{claim_paid, claim_to_pay};
pub use api::operations;
pub use model::{EnforcedSaleId, InsuranceClaimId, PledgeId, ProceedsId, Run, SecuredShare};
pub use rules::{CannotPledge, check_runs};
pub(crate) use store::{ProceedsRow, bound_fen, insured_m2, proceeds, proceeds_page};
