//! Every setting: its flag, its environment variable, its default, its limit and its unit.
//!
//! A flag beats the environment, the environment beats the settings file (TOML, the same names with
//! underscores), the file beats the default. Each setting is written down once, here.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::builder::RangedU64ValueParser;
use clap::{Args, Command, FromArgMatches, ValueEnum};

use crate::identity::{Hashing, PasswordProfile};
use crate::kernel::db;
use crate::web;

/// The settings of one instance.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// Settings file (TOML; the names below with underscores)
    #[arg(long, global = true, env = "EXCHANGE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Address and port on which the API is served; port 0 takes any free one
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,

    /// How the address begins under which people reach the service, as on certificates; the listen
    /// address when absent
    #[arg(long, global = true, env = "EXCHANGE_PUBLIC_URL", value_name = "URL", value_parser = web_address)]
    pub public_url: Option<String>,

    /// Folder of the keys, made at first start; back it up together with the database
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_DATA_DIR",
        value_name = "DIR",
        default_value = "data"
    )]
    pub data_dir: PathBuf,

    /// Keys beside those of the data folder, as PURPOSE:HEX of 64 digits with commas between them: for
    /// platforms that hand secrets over in the environment. Others may see flags
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_KEYS",
        hide_env_values = true,
        value_name = "KEYS",
        value_delimiter = ','
    )]
    pub keys: Vec<String>,

    /// The database: sqlite://PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite://data/exchange.db"
    )]
    pub database_url: String,

    /// Threads that serve requests, 1 to 256; one per core when absent
    #[arg(long, global = true, env = "EXCHANGE_WORKERS", value_name = "COUNT", value_parser = count(1, 256))]
    pub workers: Option<usize>,

    /// Open connections per worker, 16 to 25000; fewer than --queue-max leave people waiting at the door
    /// who could be told to come again
    #[arg(long, global = true, env = "EXCHANGE_CONNECTIONS_MAX", value_name = "COUNT", default_value = "8192", value_parser = count(16, 25_000))]
    pub connections_max: usize,

    /// Requests per second of one person, with ten seconds' worth at once; 0 to 100000, 0 for no limit
    #[arg(long, global = true, env = "EXCHANGE_ACCOUNT_RATE", value_name = "COUNT", default_value = "50", value_parser = count(0, 100_000))]
    pub account_rate: usize,

    /// The same of one address whose sender has not logged in
    #[arg(long, global = true, env = "EXCHANGE_ADDRESS_RATE", value_name = "COUNT", default_value = "50", value_parser = count(0, 100_000))]
    pub address_rate: usize,

    /// A proxy in front of the service, whose X-Forwarded-For is believed; may be given several times
    #[arg(
        long = "proxy",
        global = true,
        env = "EXCHANGE_PROXIES",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub proxies: Vec<IpAddr>,

    /// Size of a JSON body in bytes, 1 KiB to 16 MiB
    #[arg(long, global = true, env = "EXCHANGE_JSON_BYTES_MAX", value_name = "BYTES", default_value = "2097152", value_parser = count(1024, 16 << 20))]
    pub json_bytes_max: usize,

    /// Time in which a JSON body must arrive, in seconds, 1 to 600
    #[arg(long, global = true, env = "EXCHANGE_JSON_SECONDS_MAX", value_name = "SECONDS", default_value = "30", value_parser = count(1, 600))]
    pub json_seconds_max: usize,

    /// Size of an imported file in bytes, 1 KiB to 256 MiB
    #[arg(long, global = true, env = "EXCHANGE_UPLOAD_BYTES_MAX", value_name = "BYTES", default_value = "33554432", value_parser = count(1024, 256 << 20))]
    pub upload_bytes_max: usize,

    /// Time in which an imported file must arrive, in seconds, 1 to 3600
    #[arg(long, global = true, env = "EXCHANGE_UPLOAD_SECONDS_MAX", value_name = "SECONDS", default_value = "300", value_parser = count(1, 3600))]
    pub upload_seconds_max: usize,

    /// Imported files that are held in memory at once, 1 to 64; more are answered with 503
    #[arg(long, global = true, env = "EXCHANGE_UPLOADS_AT_ONCE", value_name = "COUNT", default_value = "4", value_parser = count(1, 64))]
    pub uploads_at_once: usize,

    /// Time in which the head of a request must arrive, in seconds, 1 to 60
    #[arg(long, global = true, env = "EXCHANGE_HEAD_SECONDS_MAX", value_name = "SECONDS", default_value = "5", value_parser = count(1, 60))]
    pub head_seconds_max: usize,

    /// Time that requests under way have to end when the service stops, in seconds, 0 to 600
    #[arg(long, global = true, env = "EXCHANGE_STOP_SECONDS_MAX", value_name = "SECONDS", default_value = "10", value_parser = count(0, 600))]
    pub stop_seconds_max: usize,

    /// Pause between two looks at what the clock asks for (auctions that close, listings that end,
    /// reports that are overdue), in seconds, 1 to 60
    #[arg(long, global = true, env = "EXCHANGE_DUE_SECONDS", value_name = "SECONDS", default_value = "2", value_parser = count(1, 60))]
    pub due_seconds: usize,

    /// Streams of live events at once, 0 to 10000; more are answered with 503
    #[arg(long, global = true, env = "EXCHANGE_STREAMS_MAX", value_name = "COUNT", default_value = "256", value_parser = count(0, 10_000))]
    pub streams_max: usize,

    /// Database connections for reads, 1 to 64
    #[arg(long, global = true, env = "EXCHANGE_READERS_MAX", value_name = "COUNT", default_value = "8", value_parser = count(1, 64))]
    pub readers_max: usize,

    /// Time that a read waits for a connection, and that one statement of it takes on PostgreSQL, in
    /// seconds, 1 to 600; a longer one is answered with 503
    #[arg(long, global = true, env = "EXCHANGE_READ_SECONDS_MAX", value_name = "SECONDS", default_value = "30", value_parser = count(1, 600))]
    pub read_seconds_max: usize,

    /// Commands of one database transaction, 1 to 1024
    #[arg(long, global = true, env = "EXCHANGE_BATCH_MAX", value_name = "COUNT", default_value = "256", value_parser = count(1, 1024))]
    pub batch_max: usize,

    /// Commands that wait for the writer, 16 to 65536; more are answered with 503
    #[arg(long, global = true, env = "EXCHANGE_QUEUE_MAX", value_name = "COUNT", default_value = "4096", value_parser = count(16, 65_536))]
    pub queue_max: usize,

    /// Memory of one password hash in KiB, 8 to 1048576; fewer than 19456 only for tests
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_PASSWORD_MEMORY_KIB",
        value_name = "KIB",
        default_value = "19456",
        value_parser = count(8, 1 << 20)
    )]
    pub password_memory_kib: usize,

    /// Passes of one password hash, 1 to 16
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_PASSWORD_PASSES",
        value_name = "COUNT",
        default_value = "2",
        value_parser = count(1, 16)
    )]
    pub password_passes: usize,

    /// Passwords that are hashed at the same time, 1 to 64; others wait
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_PASSWORDS_AT_ONCE",
        value_name = "COUNT",
        default_value = "2",
        value_parser = count(1, 64)
    )]
    pub passwords_at_once: usize,

    /// What is asked of passwords: standard, or dengbao3 (three of four kinds of characters, a new one
    /// every 90 days, none of the last five again)
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_PASSWORD_PROFILE",
        value_name = "PROFILE",
        default_value = "standard"
    )]
    pub password_profile: PasswordProfile,

    /// What is logged: error, warn, info, debug, or a filter such as info,wetland_exchange=debug
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_LOG",
        value_name = "FILTER",
        default_value = "info,actix_server=warn"
    )]
    pub log: String,

    /// How log lines look
    #[arg(
        long,
        global = true,
        env = "EXCHANGE_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub log_format: LogFormat,
}

/// How log lines look: for people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// A web address of letters that need no escape, so that it fits a code and a page.
fn web_address(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":/.-_~[]".contains(c);
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    if has_scheme && text.len() <= 200 && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err("an address begins with https:// or http:// and has at most 200 plain characters"
            .into())
    }
}

fn count(least: u64, most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(least..=most)
}

impl Config {
    /// Reads the settings from flags as the command line does, without a settings file.
    pub fn of_flags(flags: &[&str]) -> anyhow::Result<Self> {
        let command = Self::augment_args(Command::new("wetland-exchange"));
        let matches = command.try_get_matches_from([&["wetland-exchange"], flags].concat())?;
        Ok(Self::from_arg_matches(&matches)?)
    }

    pub fn database(&self) -> anyhow::Result<db::Address> {
        self.database_url.parse()
    }

    pub fn web_limits(&self) -> web::Limits {
        web::Limits {
            json_bytes: self.json_bytes_max,
            json_time: seconds(self.json_seconds_max),
            upload_bytes: self.upload_bytes_max,
            upload_time: seconds(self.upload_seconds_max),
            uploads_at_once: self.uploads_at_once,
        }
    }

    pub fn paces(&self) -> web::Paces {
        let rate = |count| u32::try_from(count).unwrap_or(u32::MAX);
        web::Paces::new(rate(self.account_rate), rate(self.address_rate), self.proxies.clone())
    }

    pub fn db_limits(&self) -> db::Limits {
        db::Limits {
            readers_max: u32::try_from(self.readers_max).unwrap_or(u32::MAX),
            read_time: seconds(self.read_seconds_max),
            batch_max: self.batch_max,
            queue_max: self.queue_max,
        }
    }

    pub fn hashing(&self) -> Hashing {
        Hashing {
            memory_kib: u32::try_from(self.password_memory_kib).unwrap_or(u32::MAX),
            passes: u32::try_from(self.password_passes).unwrap_or(u32::MAX),
            lanes: 1,
            parallel_max: self.passwords_at_once,
        }
    }

    pub fn head_time(&self) -> Duration {
        seconds(self.head_seconds_max)
    }

    pub fn due_pause(&self) -> Duration {
        seconds(self.due_seconds)
    }
}

fn seconds(count: usize) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Puts the values of the settings file, where one is named, in the place of the defaults.
pub fn with_settings_file(command: Command, args: &[OsString]) -> anyhow::Result<Command> {
    let Some(path) = settings_file(args) else { return Ok(command) };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("the settings file {} cannot be read", path.display()))?;
    let bad = || format!("the settings file {} cannot be understood", path.display());
    let table: toml::Table = text.parse().map_err(one_line).with_context(bad)?;
    let mut command = command;
    for (name, value) in table {
        let known = command.get_arguments().any(|arg| arg.get_id() == name.as_str());
        anyhow::ensure!(known && name != "config", "{}: no setting is called {name}", bad());
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            other => anyhow::bail!("{}: {name} cannot be {other}", bad()),
        };
        // The command line is built once and lives as long as the program.
        let value: &'static str = value.leak();
        command = command.mut_arg(name, |arg| arg.default_value(value));
    }
    Ok(command)
}

fn one_line(cause: toml::de::Error) -> anyhow::Error {
    anyhow::anyhow!("{}", cause.message().replace('\n', " "))
}

/// The settings file must be known before the other settings can be read.
fn settings_file(args: &[OsString]) -> Option<PathBuf> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let arg = arg.to_string_lossy();
        if arg == "--config" {
            return args.next().map(PathBuf::from);
        }
        if let Some(path) = arg.strip_prefix("--config=") {
            return Some(Path::new(path).to_owned());
        }
    }
    std::env::var_os("EXCHANGE_CONFIG").map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_default_within_its_limits() {
        let config = Config::of_flags(&[]).unwrap();
        assert_eq!(config.json_bytes_max, 2 << 20);
        assert_eq!(config.web_limits().upload_bytes, 32 << 20);
        for bad in ["--json-bytes-max=1", "--workers=0", "--listen=nowhere", "--log-format=xml"] {
            assert!(Config::of_flags(&[bad]).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn a_flag_beats_the_settings_file_and_the_file_beats_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("exchange.toml");
        std::fs::write(&file, "batch_max = 7\nqueue_max = 99\n").unwrap();
        let args: Vec<OsString> =
            ["x".into(), "--config".into(), file.clone().into(), "--queue-max=55".into()].into();
        let command = Config::augment_args(Command::new("x"));
        let matches =
            with_settings_file(command, &args).unwrap().try_get_matches_from(args).unwrap();
        let config = Config::from_arg_matches(&matches).unwrap();
        assert_eq!((config.batch_max, config.queue_max, config.readers_max), (7, 55, 8));

        for bad in ["batch_maximum = 7", "batch_max = [1]", "batch_max = "] {
            std::fs::write(&file, bad).unwrap();
            let args = ["x".into(), "--config".into(), file.clone().into()];
            let cause = with_settings_file(Config::augment_args(Command::new("x")), &args);
            let line = format!("{:#}", cause.unwrap_err());
            assert!(!line.contains('\n'), "{line}");
        }
    }
}
