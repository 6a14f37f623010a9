//! The audit desk on the wire: the log for auditors, checkpoints and proofs for everybody.

mod checkpoints;
mod entries;
mod verifications;

use ed25519_dalek::VerifyingKey;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::actions;
use super::checkpoint::{Checkpoint, Signer, is_due};
use super::store::{self, CheckpointId};
use super::tree::Span;
use super::verify::Plan;
use crate::kernel::actor::Doing;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::Operations;
use crate::kernel::problem::Answer;

/// What the audit desk of an instance works with.
pub struct Desk {
    signer: Signer,
    /// Those of all notes that were ever given out.
    public_keys: Vec<VerifyingKey>,
    plan: Plan,
    turn: Semaphore,
}

pub fn operations() -> Operations {
    checkpoints::operations().and(entries::operations()).and(verifications::operations())
}

impl Desk {
    pub fn new(signer: Signer, public_keys: Vec<VerifyingKey>, plan: Plan) -> Self {
        Self { signer, public_keys, plan, turn: Semaphore::new(1) }
    }

    /// Signs the log as it is now.
    pub async fn checkpoint(&self, db: &Db) -> Answer<Checkpoint> {
        let now = db.clock().now();
        let signer = self.signer.clone();
        db.read_snapshot(None, move |conn| checkpoint_of(conn, &signer, now)).await
    }

    /// Publishes a checkpoint if one is due, and says whether it was.
    pub async fn run_due(&self, db: &Db) -> Answer<bool> {
        let (last, size) = db
            .read(None, |conn| Ok((store::last_checkpoint(conn)?, store::head(conn)?.seq)))
            .await?;
        if !is_due(last, size, db.clock().now()) {
            return Ok(false);
        }
        let checkpoint = self.checkpoint(db).await?;
        let id = CheckpointId::new();
        db.write(Doing::system("publish_checkpoint"), move |tx| {
            actions::publish_checkpoint(tx, id, &checkpoint)
        })
        .await
    }
}

/// Signs the log as a connection sees it.
pub fn checkpoint_of(conn: &mut Conn, signer: &Signer, now: Time) -> Answer<Checkpoint> {
    let size = store::head(conn)?.seq;
    let root = store::span(conn, Span { start: 0, end: size })?;
    Ok(signer.sign(store::origin(conn)?, size, root, now))
}

/// A cursor is an id; that of an entry is its number.
fn id_of(seq: i64) -> Uuid {
    Uuid::from_u128(u128::from(seq.unsigned_abs()))
}

fn seq_of(id: Uuid) -> i64 {
    i64::try_from(id.as_u128()).unwrap_or(i64::MAX)
}
