//! The real binary as a process of its own, which can be killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running `wetland-exchange serve`; killed when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    /// Starts a server over that database and waits until it serves.
    pub(crate) fn start(database_url: &str, data_dir: &Path) -> Self {
        Self::start_with(database_url, data_dir, &[])
    }

    /// The same with more in its environment.
    pub(crate) fn start_with(database_url: &str, data_dir: &Path, env: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
            .envs(env.iter().copied())
            .args(["serve", "--listen=127.0.0.1:0", "--workers=1", "--readers-max=4"])
            .arg(format!("--database-url={database_url}"))
            .arg(format!("--data-dir={}", data_dir.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("the server did not start: {line}")).to_owned();
        Self { child, url }
    }

    /// Kills the process as kill -9 does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
