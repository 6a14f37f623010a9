//! Identity over HTTP.

mod accounts;
mod factors;
mod grants;
mod keys;
mod members;
mod passwords;
mod sessions;

use crate::kernel::operations::Operations;

/// Everything that can be asked of identity.
pub fn operations() -> Operations {
    sessions::operations()
        .and(factors::operations())
        .and(members::operations())
        .and(passwords::operations())
        .and(keys::operations())
        .and(grants::operations())
        .and(accounts::operations())
}
