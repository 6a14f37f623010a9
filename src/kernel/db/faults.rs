//! What an engine says when it is not the command's fault.

/// A disk that is full, read-only or broken.
const CANNOT_WRITE: [&str; 7] = [
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
    "No space left on device",
    "could not fsync file",
    "in a read-only transaction",
];

/// Whether the database cannot be written now, whatever the command. That may pass: the batch is
/// answered with 503, and the next one tries with a new connection.
pub(super) fn cannot_write(message: &str) -> bool {
    CANNOT_WRITE.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_wrong_command() {
        assert!(cannot_write("database or disk is full"));
        assert!(cannot_write("could not extend file \"base/1/2\": No space left on device"));
        assert!(!cannot_write("UNIQUE constraint failed: batches.number"));
    }
}
