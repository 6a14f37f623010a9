//! One function per use case of occupation, and the facts that several of them share.

mod applications;
mod approval;
mod assignments;
mod balance;
mod cases;
mod certificates;
mod clocks;
mod facts;
mod fees;
mod files;
mod policies;
mod proposals;
mod retirements;
mod reviews;

pub(crate) use applications::{AddDocument, NamedZone, NewDocument, Submit, add_document, submit};
pub(crate) use approval::{
    Approve, End, RecordRestoration, approve, record_restoration, reject, withdraw,
};
pub(crate) use assignments::{
    AssignRetirement, ConfirmAssignment, ask_assignment, confirm_assignment,
};
pub use balance::{balance_of, balance_steps};
pub(crate) use cases::{CloseCase, DecideCase, OpenCase, close_case, decide_case, open_case};
pub use certificates::Press;
pub(crate) use certificates::{
    MarkCertificate, mark_certificate, renew_certificate, visible_certificate, worth_of,
};
pub use clocks::run_due;
pub(crate) use facts::{Facts, county_of_own, facts, seen, visible, visible_retirement};
pub(crate) use fees::{Determine, determine};
pub use fees::{DueFee, fee_ended, fee_is_for, fee_noticed, fee_paid, fees_in_state};
pub(crate) use files::{AttachFile, attach_file, files_of};
pub(crate) use policies::{EnterPolicy, approve_policy, enter_policy, policy, policy_of};
pub(crate) use proposals::{Proposal, ProposedPurchase, propose};
pub(crate) use retirements::{
    AskRetirement, ConfirmRetirement, Part, ask_retirement, cancel_retirement, confirm_retirement,
};
pub(crate) use reviews::{
    Extend, Grade, NoteDeficiency, Opinion, accept, extend, file_opinion, grade, note_deficiency,
};

use crate::kernel::actor::Actor;
use crate::occupation::model::OccupationId;
use crate::occupation::rules::Reviewer;

fn subject(id: OccupationId) -> String {
    format!("occupation:{id}")
}

fn reviewer(actor: &Actor) -> Reviewer {
    Reviewer { organisation: actor.organisation_id, seat: actor.region.clone() }
}
