//! One function per use case of experts: load, decide, save, record.

mod draws;
mod panels;
mod papers;
mod pool;

pub(crate) use draws::{Commit, Reveal, commit, draw, draws, reveal};
pub use draws::{PrepareDraw, draws_about, prepare, run_due};
pub(crate) use panels::{CastBallot, Replace, cast, replace};
pub use panels::{Panel, panel_of};
pub(crate) use papers::{attach_document, draw_documents};
pub(crate) use pool::{
    Enter, Recuse, ReviewExpert, SetStanding, enter, experts_page, recuse, review, reviews_of,
    set_standing, visible_expert,
};
