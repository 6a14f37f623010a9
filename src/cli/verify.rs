//! `verify`: everything recomputed, beside the database and without a server.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use ed25519_dalek::VerifyingKey;

use crate::audit::Checkpoint;
use crate::config::Config;
use crate::kernel::db::{Address, open_for_reading};
use crate::kernel::problem::Failure;
use crate::{app, identity};

/// What the log is held against.
#[derive(Debug, Clone, Args)]
pub struct Verify {
    /// The note of a checkpoint from earlier: the log must still hold what it signs
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// The public key of checkpoints, 64 hex digits; when absent, any that the database knows
    #[arg(long, value_name = "HEX", requires = "against")]
    pub public_key: Option<String>,
}

/// Returns the result in a sentence, or an error that names the first wrong row.
pub(super) fn verify(config: &Config, asked: &Verify) -> anyhow::Result<String> {
    let given = asked.public_key.as_deref().map(key).transpose()?;
    let note = asked.against.as_deref().map(read_checkpoint).transpose()?;
    let address = config.database()?;
    if let Address::Sqlite(path) = &address
        && !Path::new(path).is_file()
    {
        bail!("there is no database file {path}");
    }
    let keys = match (&note, given) {
        (None, _) => Vec::new(),
        (Some(_), Some(key)) => vec![key],
        (Some(_), None) => {
            let mut conn = open_for_reading(&address)?;
            app::note_keys(&identity::known_keys(&mut conn).map_err(said)?)
        }
    };
    let against = note.as_ref().map(|note| (note, &*keys));
    let report = crate::verify::verify_at(&address, against)?.map_err(said)?;
    if report.is_clean() { Ok(report.to_string()) } else { bail!("{report}") }
}

fn read_checkpoint(file: &Path) -> anyhow::Result<Checkpoint> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the checkpoint {} cannot be read", file.display()))?;
    text.parse().with_context(|| format!("{} is not a checkpoint", file.display()))
}

fn key(hex: &str) -> anyhow::Result<VerifyingKey> {
    let bytes = hex::decode(hex).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    key.context("--public-key takes 64 hex digits of an Ed25519 key")
}

fn said(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Broken(cause) => cause.context("the database cannot be verified"),
        Failure::Refused(problem) => anyhow::anyhow!(problem.english),
    }
}
