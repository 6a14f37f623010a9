//! Compensate first, told as stories on both engines: applications, the gate, retirements, their
//! certificates, and what follows.

mod after;
mod applications;
mod assignments;
mod crowd;
mod gate;
mod histories;
mod orders;
mod paper;
pub(crate) mod site;
