//! What the book needs of the kernel.

/// Ids.
pub mod ids {
    crate::market::model::id!(OrganisationId);
}
