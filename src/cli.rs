//! The command line: what each subcommand does, and what it prints.

mod backup;
mod draws;
mod certificate;
mod keys;
mod people;
mod verify;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat, with_settings_file};
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::{app, demo, due, openapi};

pub use crate::demo::Demo;
pub use backup::{Backup, Restore};
pub use certificate::VerifyCertificate;
pub use keys::KeysCommand;
pub use people::NewUser;
pub use verify::Verify;

/// The exchange on which a county or a province runs its wetland bank
#[derive(Debug, Parser)]
#[command(
    name = "wetland-exchange",
    version,
    after_help = "Try it: wetland-exchange demo, then open http://127.0.0.1:8080/docs/"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub config: Config,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API until it is stopped (Ctrl-C or SIGTERM)
    Serve,
    /// Play a county's first trades on a database of its own, check every figure, then serve
    Demo(Demo),
    /// Add people who may log in
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Let keys of tokens, checkpoints and certificates take each other's place
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Print the present code of an authenticator with this secret, as an app on a telephone would
    Code {
        /// The secret in base 32, as it was shown
        secret: String,
    },
    /// Bring the tables of the database up to date and end
    Migrate,
    /// Do now what the clock asks for, as a serving instance does every few seconds, and end
    RunDue,
    /// Copy everything as of now into a folder and prove it, beside a running service
    Backup(Backup),
    /// Bring a backup back into an empty data folder and an empty database, and prove it
    Restore(Restore),
    /// Recompute the audit log, every row and all sums, and name what is wrong
    Verify(Verify),
    /// Repeat the draw of a panel from its public export, a file or `-`
    RepeatDraw {
        /// What `GET /api/v1/expert-draws/{draw_id}` answered
        file: PathBuf,
    },
    /// Check a certificate to the byte, without a server and without a database
    VerifyCertificate(VerifyCertificate),
    /// Print the API document, or write it to openapi/openapi.json
    Openapi {
        /// Write the checked-in copy instead of printing
        #[arg(long)]
        write: bool,
    },
}

/// What is to be done about people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add one; the password is asked for, or read from standard input
    Add(NewUser),
}

impl Cli {
    /// Reads the arguments; `--help` and a wrong flag end the program here.
    pub fn of(args: Vec<OsString>) -> anyhow::Result<Self> {
        let command = with_settings_file(Self::command(), &args)?;
        let matches = command.get_matches_from(args);
        Self::from_arg_matches(&matches).map_err(|cause| cause.exit())
    }

    /// Does what was asked; the error is one line for the terminal.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve => serve(&self.config).await,
            Command::Demo(demo) => play(&self.config, &demo).await,
            Command::User { command: UserCommand::Add(user) } => {
                say(&people::add_user(&self.config, user).await?)
            }
            Command::Keys { command } => say(&keys::run(&self.config, &command).await?),
            Command::Code { secret } => say(&people::code(&secret)?),
            Command::Migrate => migrate(&self.config).await,
            Command::RunDue => run_due(&self.config).await,
            Command::Backup(asked) => say(&backup::backup(&self.config, &asked)?),
            Command::Restore(asked) => say(&backup::restore(&self.config, &asked)?),
            Command::Verify(asked) => say(&verify::verify(&self.config, &asked)?),
            Command::RepeatDraw { file } => say(&draws::repeat(&file)?),
            Command::VerifyCertificate(asked) => {
                say(&certificate::verify_certificate(&self.config, &asked)?)
            }
            Command::Openapi { write } => print_document(write),
        }
    }
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    log_to_stderr(config)?;
    let running = app::serve(config, Clock::Machine).await?;
    say(&format!("serving on http://{} (API document: /docs/)", running.address))?;
    asked_to_stop().await?;
    say("stopping")?;
    running.stop().await
}

/// The report is what is looked at, so the log is quiet.
async fn play(config: &Config, demo: &Demo) -> anyhow::Result<()> {
    log_to_stderr(&Config { log: "warn".into(), ..config.clone() })?;
    let Some(running) = demo::play(config, demo).await?.serving else { return Ok(()) };
    asked_to_stop().await?;
    running.stop().await
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let db = Db::open(&config.database()?, Clock::Machine, config.db_limits())?;
    db.close().await;
    say("the tables are up to date")
}

async fn run_due(config: &Config) -> anyhow::Result<()> {
    let db = Db::open(&config.database()?, Clock::Machine, config.db_limits())?;
    let done = due::run(&db).await;
    db.close().await;
    for (what, count) in done.map_err(|failure| anyhow::anyhow!("{failure}"))? {
        say(&format!("{what}: {count}"))?;
    }
    Ok(())
}

fn print_document(write: bool) -> anyhow::Result<()> {
    let text = openapi::text(&app::operations());
    if write {
        std::fs::create_dir_all("openapi")?;
        std::fs::write("openapi/openapi.json", text)?;
        return say("openapi/openapi.json is written");
    }
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

async fn asked_to_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

/// Answers go to standard output, the log goes to standard error.
fn log_to_stderr(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|_| anyhow::anyhow!("{:?} is no log filter; try info", config.log))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}
