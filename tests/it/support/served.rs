//! The real binary as a process of its own, which can be killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What strace is asked for; the name of the file with the trace follows.
pub(crate) const TRACED: [&str; 8] = [
    "-f",
    "-qq",
    "-y",
    "-s",
    "5000",
    "-e",
    "trace=pwrite64,fdatasync,fsync,sendto,writev,write",
    "-o",
];

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
        let mut program = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"));
        program.envs(env.iter().copied());
        Self::start_by(program, database_url, data_dir)
    }

    /// The same with every write, sync and send of it traced to a file.
    pub(crate) fn start_traced(database_url: &str, data_dir: &Path, trace: &Path) -> Self {
        let mut program = Command::new("strace");
        program.args(TRACED).arg(trace);
        // What is traced would outlive its tracer.
        program.args(["setpriv", "--pdeathsig", "KILL", env!("CARGO_BIN_EXE_wetland-exchange")]);
        Self::start_by(program, database_url, data_dir)
    }

    fn start_by(mut program: Command, database_url: &str, data_dir: &Path) -> Self {
        let mut child = program
            .args(["serve", "--listen=127.0.0.1:0", "--workers=1", "--readers-max=4"])
            .args(["--account-rate=0", "--address-rate=0"])
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

    /// Kills what is traced, and waits until its trace is whole.
    pub(crate) fn end_traced(mut self, trace: &Path) {
        let lines = std::fs::read_to_string(trace).unwrap();
        let process = lines.split_whitespace().next().unwrap();
        Command::new("kill").args(["-9", process]).status().unwrap();
        self.child.wait().unwrap();
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
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
