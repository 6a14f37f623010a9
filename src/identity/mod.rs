//! Who is who and who may act: organisations, users with one role each, sessions, and the second
//! person whom some acts need.
//!
//! A session is a family of refresh tokens, each used once; a token that comes back after its use
//! ends the whole family. `users.standing` is in every access token and is raised with each change
//! of role or password, so that such a change acts at once. An approval binds two people to the
//! exact content of one act, for seven days, once.
//!
//! Invariants: a role exists only in its kind of organisation; nobody changes their own role; no
//! password and no refresh token is kept in clear; argon2 never runs on the writer.

mod keys;
mod model;
mod passwords;
mod rules;
mod tokens;

pub use keys::Keys;
pub use passwords::{Hashing, Passwords};
pub use tokens::{ACCESS_TOKEN_S, RefreshToken, RefreshTokenHash, Tokens, hash_of_refresh_token};
