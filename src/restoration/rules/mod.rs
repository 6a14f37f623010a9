//! When a project may be proposed and when it may go on. No I/O here.

mod scheme;
mod stages;

pub(super) use scheme::{Candidate, CannotPropose, PARCELS_MAX, propose};
pub(super) use stages::{
    Assessor, CannotAdvance, Completion, Notified, Post, advance, against_acceptance,
    against_approval, close, deliver_report, file_approval, frozen_on, may_notify, monitor,
    not_withdrawn, plan, reports_due, scope_of, unobjected, withdraw,
};
