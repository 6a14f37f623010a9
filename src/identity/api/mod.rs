//! Identity over HTTP.

mod accounts;
mod factors;
mod grants;
mod keys;
mod limits;
mod members;
mod passwords;
mod permits;
mod sessions;
mod trust;

use crate::kernel::operations::Operations;

/// Everything that can be asked of identity.
pub fn operations() -> Operations {
    sessions::operations()
        .and(factors::operations())
        .and(members::operations())
        .and(passwords::operations())
        .and(keys::operations())
        .and(grants::operations())
        .and(limits::operations())
        .and(permits::operations())
        .and(accounts::operations())
        .and(trust::operations())
}
