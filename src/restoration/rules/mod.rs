//! When a project may be proposed and when it may go on. No I/O here.

mod scheme;
mod stages;

pub(super) use scheme::{Candidate, CannotPropose, PARCELS_MAX, propose};
pub(super) use stages::{
    Assessor, CannotAdvance, Completion, Post, accept, advance, approve, close, file_approval,
    monitor, not_withdrawn, plan, reports_due, scope_of, withdraw,
};
