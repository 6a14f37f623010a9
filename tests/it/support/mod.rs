//! The town of the tests: a server on a free port, a clock that is set, people who log in.

mod client;
mod cluster;
mod engine;
mod town;

pub(crate) use client::send;
pub(crate) use engine::Engine;
pub(crate) use town::Town;

/// Declares tests that run on SQLite and on PostgreSQL, each in a town of its own:
///
/// ```ignore
/// on_both_engines! {
///     async fn r48_nobody_buys_from_themselves(town: Town) { … }
/// }
/// ```
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($town:ident: Town) $story:block)+) => {$(
        pastey::paste! {
            async fn [<story_of_ $name>]($town: $crate::support::Town) $story

            $(#[$meta])*
            mod $name {
                #[actix_web::test]
                async fn sqlite() {
                    $crate::support::Engine::Sqlite.play(super::[<story_of_ $name>]).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    $crate::support::Engine::Postgres.play(super::[<story_of_ $name>]).await;
                }
            }
        }
    )+};
}
