//! Who gets in, how long, and who must be the second person.

mod approvals;
mod factors;
mod grants;
mod members;
mod profile;
mod rotation;
mod sessions;
