//! Who is who and who may act: organisations, users with one role each, sessions, and the second
//! person whom some acts need.
//!
//! A session is a family of refresh tokens, each used once; a token that comes back after its use
//! ends the whole family. `users.standing` is in every access token and is raised with each change
//! of role or password, so that such a change acts at once. An approval binds two people to the
//! exact content of one act, for seven days, once.
//!
//! Roles that move value, decide or administer need a second factor: the codes of an authenticator
//! app, each of which counts once, since the step of time of the last one is saved with what it let
//! happen. Until it is set up the guard opens nothing but one's own account. To be a second person
//! takes a code of the last five minutes. Whoever loses theirs gets it taken back by two others.
//!
//! System, security and audit administrators are three people: a role is entered by the first and
//! takes effect when the second approves it; the third reads the log. None of them does business.
//!
//! An organisation that buys may set a limit from which on one person of it alone commits nothing: no
//! purchase, order, bid, buyer's terms, pledge. It is lowered by one person at once and raised by two.
//! Beyond it an act uses up a permit, which two people gave for a day, once, up to an amount; the act
//! names none, since the smallest that covers it is taken. Each act is held against the limit by
//! itself. What already needs two people (retirements) and what only carries out what was committed
//! (completing an award, a deposit that comes back unless a bid wins) needs no permit.
//!
//! A deployment may ask more of passwords than length and strength (C2): then one that is too old
//! opens nothing but its owner's account. When a password was set is kept in any case, so that the
//! profile can be turned on later.
//!
//! An organisation is paid to its registered account. A change of it is entered by one person of the
//! finance bureau, approved by another, and paid to only from noon of the next working day on (R69).
//! Each organisation has a list of the accounts that are trusted: what leaves for any other waits. The
//! registered account is put on it by the same two people and acts from nine o'clock of the fourth
//! working day on; either of them takes it off at once, and so does a change of the account. Decision:
//! no account came onto the list by itself, not even one that was paid to for years, since nobody
//! vouched for it to two people; until somebody does, its payouts wait half a day.
//!
//! The calendar of working days (R8) lies here too, since every capability below may ask it.
//!
//! Keys take each other's place (C23): one is added, copied to every instance, used, and the one before
//! it is accepted until it is dropped. The database says which is which, the data folder holds them
//! all, and each step is in the log. A running instance learns of a step when it is started anew;
//! sessions survive that, since refresh tokens are kept as hashes. Public halves are kept for good.
//!
//! Invariants: a role exists only in its kind of organisation; nobody changes their own role; no
//! password, no refresh token and no secret of an authenticator is kept in clear; argon2 never runs on
//! the writer.

mod actions;
mod api;
mod keys;
mod login;
mod model;
mod passwords;
mod refusal;
mod rules;
mod store;
mod tokens;
mod totp;

pub use actions::{
    Commitments, SecondPerson, UsedKey, add_key, ask_second_person, certificate_keys, commit,
    create_organisation, create_user, drop_key, fresh_code, give_second_factor, known_keys, plan,
    register_keys, second_person, use_key, waits_for_trust,
};
pub use api::operations;
pub use keys::{Key, Keyring, Keys, Ring};
pub use model::{
    ApprovalId, Approved, BankAccount, Commitment, CommitmentKind, CreateOrganisation, CreateUser,
    KeyId, KeyPurpose, KeyState, KnownKey, Organisation, OrganisationKind, PasswordProfile, User,
};
pub use passwords::{Hashing, Passwords};
pub use rules::{needs_factor, roles_of};
pub use store::{
    account_waits_until, calendar, find_user, organisation, organisation_by_code,
    organisation_in_region, organisations,
};
pub use tokens::Tokens;
pub use totp::{Secret, Vault, step_at};
