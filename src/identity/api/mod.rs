//! Identity over HTTP.

mod members;
mod sessions;

use crate::kernel::operations::Operations;

pub use members::*;
pub use sessions::*;

/// Everything that can be asked of identity.
pub fn operations() -> Operations {
    sessions::operations().and(members::operations())
}
