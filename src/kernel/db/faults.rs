//! What an engine says when it is not the command's fault.
//!
//! PostgreSQL's codes do not reach us, its words do: 53100 (disk full) and 58030 (the disk gives an
//! error) name what the system said. When its log of writes cannot be written it ends itself; its
//! connections are lost then, and none is opened until it is started again (57P03). Its words are
//! English where its `lc_messages` is C or English.

use diesel::result::{DatabaseErrorKind, Error};

/// A disk that is full, read-only or broken.
const OF_THE_DISK: [&str; 11] = [
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
    "No space left on device",
    // A file that could be made longer in part alone (53100 too).
    "could not extend file",
    "Disk quota exceeded",
    "Input/output error",
    "Read-only file system",
    "could not fsync file",
    "in a read-only transaction",
];

/// A database that ends or is still starting.
const GONE: [&str; 2] = ["server closed", "terminating connection"];

/// Whether it is the disk that is at fault.
pub(super) fn is_of_the_disk(message: &str) -> bool {
    OF_THE_DISK.iter().any(|words| message.contains(words))
}

/// Whether the database cannot be written now, whatever the command. That may pass: the batch is
/// answered with 503, and the next one tries with a new connection.
pub(super) fn cannot_write(message: &str) -> bool {
    is_of_the_disk(message) || GONE.iter().any(|words| message.contains(words))
}

/// What PostgreSQL says to a read that took longer than reads may.
const TOO_LONG: &str = "canceling statement due to statement timeout";

/// Whether a read failed because the database was gone or too busy, so that it may be asked again.
pub(super) fn is_lost(cause: &anyhow::Error) -> bool {
    match cause.downcast_ref() {
        Some(Error::DatabaseError(kind, info)) => {
            matches!(
                kind,
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand
            ) || cannot_write(info.message())
                || info.message() == TOO_LONG
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_is_asked_again_when_the_database_was_gone() {
        let error = |kind, message: &str| {
            anyhow::Error::from(Error::DatabaseError(kind, Box::new(message.to_owned())))
        };
        let (closed, unknown) = (DatabaseErrorKind::ClosedConnection, DatabaseErrorKind::Unknown);
        assert!(is_lost(&error(closed, "no connection to the server")));
        assert!(is_lost(&error(unknown, "terminating connection due to administrator command")));
        assert!(!is_lost(&error(unknown, "column x does not exist")));
        assert!(!is_lost(&anyhow::anyhow!("server closed")));
    }

    #[test]
    fn a_full_disk_is_told_from_a_wrong_command() {
        for message in [
            "database or disk is full",
            "could not extend file \"base/1/2\": No space left on device",
            "could not extend file \"base/1/2\": wrote only 4096 of 8192 bytes at block 7",
            "could not write block 7 in file \"base/1/2\": Input/output error",
            "could not write to file \"pg_wal/xlogtemp.9\": Disk quota exceeded",
            "terminating connection because of crash of another server process",
            "server closed the connection unexpectedly",
        ] {
            assert!(cannot_write(message), "{message}");
        }
        for message in ["UNIQUE constraint failed: batches.number", "out of shared memory"] {
            assert!(!cannot_write(message), "{message}");
        }
    }
}
