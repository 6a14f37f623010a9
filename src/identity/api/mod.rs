//! Identity over HTTP.

mod accounts;
mod members;
mod sessions;

use crate::kernel::operations::Operations;

/// Everything that can be asked of identity.
pub fn operations() -> Operations {
    sessions::operations().and(members::operations()).and(accounts::operations())
}
