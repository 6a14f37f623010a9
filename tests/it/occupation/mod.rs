//! Compensate first, told as stories on both engines: applications, the gate, retirements, their
//! certificates, and what follows.

mod after;
mod applications;
mod assignments;
mod crowd;
mod files;
mod gate;
mod histories;
mod orders;
mod paper;
mod places;
mod refused;
pub(crate) mod site;
