//! The border to HTTP: who may come in, what may be sent, how an answer looks. No business words.
//!
//! Every request passes [`finish`] (request id, problem texts, headers, one log line) and, once its
//! path is known, the guard of its resource, which knows from the operation's own description who
//! may call it and what it may do. A path without an operation answers 404.

mod asked;
mod docs;
mod finish;
mod gate;
mod guard;
mod metrics;
mod pace;
pub mod pages;
pub mod paper;
mod problems;
mod refusal;
mod service;
mod stream;
#[cfg(test)]
mod tests;
mod unharmed;

pub use asked::{Asked, AskedBytes};
pub use docs::mount_docs;
pub use finish::finish;
pub use gate::{Gate, Limits};
pub use guard::mount;
pub use metrics::{metrics_text, record_metrics};
pub use pace::Paces;
pub use problems::Problems;
pub use refusal::Turned;
pub use service::operations;
pub use stream::{Gone, Outlet, Streams, event};
