//! The servers under load, each a process of its own: the exchange as it is shipped, and one that
//! checks the same token, parses the same body and writes nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context, anyhow};
use serde::Deserialize;
use utoipa::ToSchema;
use wetland_exchange::config::Config;
use wetland_exchange::identity::{KeyPurpose, Keys, Tokens};
use wetland_exchange::kernel::area::SquareMetres;
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::operations::{Operation, Operations};
use wetland_exchange::web::{Asked, Gate, finish, mount};

/// The word by which this program is told to be the echo.
pub(crate) const ECHO: &str = "echo-server";

/// A server that is killed when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// The exchange with its own defaults.
    pub(crate) fn exchange(url: &str, folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"));
        command.args(["serve", "--listen=127.0.0.1:0", "--account-rate=0", "--address-rate=0"]);
        command.arg(format!("--database-url={url}"));
        command.arg(format!("--data-dir={}", folder.display()));
        Self::start(command)
    }

    /// Plays the demo in that folder, and returns the address of its database and its data folder.
    pub(crate) fn demo(folder: &Path) -> anyhow::Result<(String, PathBuf)> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"));
        command.args(["demo", "--exit"]).arg(format!("--data-dir={}", folder.display()));
        let played = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        anyhow::ensure!(played.success(), "the demo ended with {played}");
        let url = format!("sqlite://{}", folder.join("demo.db").display());
        Ok((url, folder.join("demo-keys")))
    }

    /// The echo, with the keys of that folder.
    pub(crate) fn echo(folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(ECHO).arg(folder);
        Self::start(command)
    }

    fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("a pipe")?).read_line(&mut line)?;
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let address = address.ok_or_else(|| anyhow!("a server did not start: {line}"))?.parse()?;
        Ok(Self { child, address })
    }

    /// Resident memory in MB.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: f64 = line.context("VmRSS")?.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib / 1_024.0)
    }

    /// Stops it as an operator would.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body of a purchase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Echoed {
    m2: SquareMetres,
}

/// Answers what it was asked
#[utoipa::path(
    post, path = "/echo", tag = "bench", request_body = Echoed,
    responses((status = 201, body = i64)),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
async fn create_echo(asked: Asked<Echoed>) -> HttpResponse {
    HttpResponse::Created().json(asked.body.m2)
}

/// Serves until it is killed.
pub(crate) async fn serve_echo(folder: &Path) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::new("info,actix_server=warn");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    wetland_exchange::web::record_metrics();
    let config = Config::of_flags(&[])?;
    let keys = Keys::open(folder)?;
    let secret = keys.of(KeyPurpose::Tokens).next().context("a key of tokens")?;
    let tokens = Tokens::new(secret.secret());
    let check = move |token: &str, now| tokens.check(token, now);
    let gate = Data::new(Gate::new(Clock::Machine, config.web_limits(), check));
    let server = HttpServer::new(move || {
        let gate = gate.clone();
        let house = web::scope("")
            .configure(move |config| {
                let echo = Operation::of::<__path_create_echo>("create_echo", || {
                    web::route().to(create_echo)
                });
                config.app_data(gate);
                mount(config, &Operations::of(vec![echo]));
            })
            .wrap(from_fn(finish))
            .wrap(Compress::default());
        App::new().route("/bare", web::post().to(bare)).service(house)
    })
    .bind("127.0.0.1:0")?;
    let address = server.addrs().first().copied().context("an address")?;
    writeln!(std::io::stdout().lock(), "echoing on http://{address}")?;
    Ok(server.run().await?)
}

/// What actix does by itself.
async fn bare(body: Bytes) -> HttpResponse {
    HttpResponse::Created().content_type("application/json").body(body)
}
