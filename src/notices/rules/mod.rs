//! Decisions on notices and objections: values in, decision out.

mod decide;
mod mask;

pub(crate) use decide::{
    CannotNotify, Facts, check_new, check_reply, check_step, due_on, may_object, period, standing,
    state_of,
};
pub(crate) use mask::{clear_field, cleared};
pub use mask::{mask_digits, mask_name};
