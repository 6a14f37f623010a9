//! Who gets in, how long, and who must be the second person.

mod approvals;
mod factors;
mod members;
mod sessions;
