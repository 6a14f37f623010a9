//! What the border needs to know of the rest of the house.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::kernel::actor::Actor;
use crate::kernel::clock::{Clock, Time};
use crate::kernel::problem::Answer;

/// Bounds of what a stranger may send.
#[derive(Debug, Clone)]
pub struct Limits {
    pub json_bytes: usize,
    pub json_time: Duration,
    pub upload_bytes: usize,
    pub upload_time: Duration,
    /// Files that are held in memory at once.
    pub uploads_at_once: usize,
}

type CheckToken = dyn Fn(&str, Time) -> Answer<Actor> + Send + Sync;

/// Who comes in: the check of a token, the time, the limits.
#[derive(Clone)]
pub struct Gate {
    check: Arc<CheckToken>,
    pub(super) clock: Clock,
    pub(super) limits: Limits,
    pub(super) uploads: Arc<Semaphore>,
}

impl Gate {
    /// `check` says whose token it is, at that time.
    pub fn new(
        clock: Clock,
        limits: Limits,
        check: impl Fn(&str, Time) -> Answer<Actor> + Send + Sync + 'static,
    ) -> Self {
        let uploads = Arc::new(Semaphore::new(limits.uploads_at_once));
        Self { check: Arc::new(check), clock, limits, uploads }
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(super) fn actor_of(&self, token: &str) -> Answer<Actor> {
        (self.check)(token, self.clock.now())
    }
}
