//! The reserve census (后备资源普查): survey tasks per township, and land that was assembled (收储).
//!
//! The centre gives a township a task for a survey year. The township hands in files of reserve
//! plots, each a new version that is checked at once, and submits the newest; the centre verifies
//! ponds in the field, then verifies the task, by which its plots enter the reserve, or returns it
//! with a reason. A pond is verified by somebody else than who handed the file in (R15), and who
//! submitted does not verify.
//!
//! States of a task: open → submitted → verified, or returned and open again.
//!
//! An assembly of land names the parcel, the way in which it was assembled, its right holders with
//! the day of their consent, and carries the consents as documents. Who holds rights is told to the
//! township and the authorities alone (R92).
//!
//! Invariants: nothing enters the reserve but by the checks of every import · each version and each
//! step stays · the area of the holders is at most that of the parcel.

mod actions;
mod api;
mod model;
mod refusal;
mod rules;
mod store;

pub use api::operations;
pub use model::*;
