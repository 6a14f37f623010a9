//! What the book needs of the inventory.

/// Some wetland types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WetlandType {
    Marsh,
}
