//! Occupation over HTTP.

mod alarms;
mod applications;
mod cases;
mod certificates;
mod decisions;
mod files;
mod gate;
mod orders;
mod policies;
mod public;
mod retirement_views;
mod retirements;
mod reviews;
mod views;

use crate::kernel::operations::Operations;

/// Every operation of occupation.
pub fn operations() -> Operations {
    [
        applications::operations(),
        files::operations(),
        reviews::operations(),
        gate::operations(),
        orders::operations(),
        decisions::operations(),
        retirements::operations(),
        certificates::operations(),
        public::operations(),
        alarms::operations(),
        cases::operations(),
        policies::operations(),
    ]
    .into_iter()
    .fold(Operations::of(Vec::new()), Operations::and)
}
