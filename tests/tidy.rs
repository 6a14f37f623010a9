//! The repository checks itself. A remark that was made twice in review becomes a check here, and
//! the message of each says what to write instead.
//!
//! It knows nothing of the crate: it reads the files as text.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a check ends where a file is not as it should be"
)]

mod tidy {
    mod breaks;
    mod imports;
    mod leftovers;
    mod migrations;
    mod roles;
    mod rules;
    mod schema;
    mod source;
    mod tree;
}
