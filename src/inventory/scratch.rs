//! A file of our own that is gone when it is let go.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A file in the folder for temporary files, which nobody else may read.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// A name that nothing has yet.
    pub(crate) fn empty() -> Self {
        Self { path: std::env::temp_dir().join(format!("wetland-exchange-{}", Uuid::now_v7())) }
    }

    /// A file with these bytes.
    pub(crate) fn holding(bytes: &[u8]) -> std::io::Result<Self> {
        let scratch = Self::empty();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&scratch.path)?.write_all(bytes)?;
        Ok(scratch)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for ending in ["", "-journal", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(ending);
            // Most of them never were.
            let _ = std::fs::remove_file(path);
        }
    }
}
