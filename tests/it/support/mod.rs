//! The town of the tests: a server on a free port, a clock that is set, people who log in.

#[macro_use]
#[path = "../../../benches/settlement/rows.rs"]
mod rows;

mod batch;
mod client;
mod cluster;
mod engine;
mod land;
mod logins;
mod people;
mod served;
mod tools;
mod town;

pub(crate) use batch::NewBatch;
pub(crate) use client::{Reply, User, http, send};
pub(crate) use engine::{Engine, empty_postgres, postgres, sqlite};
pub(crate) use people::{ADMINISTRATOR, AUDIT, SECURITY, username_of};
pub(crate) use served::{Served, TRACED};
pub(crate) use tools::{long_count, text, tool};
pub(crate) use town::{Town, config, password_of};

/// Declares tests that run on SQLite and on PostgreSQL, each in a town of its own:
///
/// ```ignore
/// on_both_engines! {
///     async fn r48_nobody_buys_from_themselves(town: Town) { … }
/// }
/// ```
///
/// gives `r48_nobody_buys_from_themselves_on_sqlite` and `…_on_postgres`.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($town:ident: Town) $story:block)+) => { pastey::paste! {$(
        async fn $name($town: $crate::support::Town) $story

        $(#[$meta])*
        #[actix_web::test]
        async fn [<$name _on_sqlite>]() {
            $crate::support::Engine::Sqlite.play($name).await;
        }

        $(#[$meta])*
        #[actix_web::test]
        async fn [<$name _on_postgres>]() {
            $crate::support::Engine::Postgres.play($name).await;
        }
    )+}};
}
