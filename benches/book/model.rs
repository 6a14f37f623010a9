//! What the book needs of the market's nouns.

/// Declares an id.
macro_rules! id {
    ($name:ident) => {
        /// An id.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }
    };
}

pub(crate) use id;

id!(ListingId);
id!(OrderId);

/// What an order does with what is not filled at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    GoodTillDate,
    FillOrKill,
    ImmediateOrCancel,
}
