//! What the clock asks of the log: to publish how long it is and what it hashes to.

use serde_json::json;

use super::checkpoint::{Checkpoint, is_due};
use super::store::{self, CheckpointId, CheckpointRow};
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::Answer;

/// Keeps a checkpoint for everybody to read, unless another instance was faster. That it was
/// published is itself in the log, so that it cannot be taken back.
pub(super) fn publish_checkpoint(
    tx: &mut Tx<'_>,
    id: CheckpointId,
    checkpoint: &Checkpoint,
) -> Answer<bool> {
    let last = store::last_checkpoint(tx.conn())?;
    if !is_due(last, checkpoint.size, checkpoint.time) {
        return Ok(false);
    }
    let (size, signed_at) = (checkpoint.size, checkpoint.time);
    tx.insert(&CheckpointRow { id, size, signed_at, note: checkpoint.to_string() })?;
    tx.record(Event {
        subject: format!("checkpoint:{id}"),
        after: Some(json!({ "size": size, "root": hex::encode(checkpoint.root) })),
        ..Event::default()
    });
    Ok(true)
}
