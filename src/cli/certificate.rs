//! `verify-certificate`: a certificate checked to the byte, beside any server.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use ed25519_dalek::VerifyingKey;

use crate::config::Config;
use crate::identity::{KeyPurpose, Keys};
use crate::kernel::clock::Clock;
use crate::occupation::{BadCertificate, check_paper};

/// A certificate holds some pages and a font.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Which certificate is checked, by which key.
#[derive(Debug, Clone, Args)]
pub struct VerifyCertificate {
    /// The certificate as PDF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The public key of certificates, 64 hex digits; when absent, any of the data folder
    #[arg(long, value_name = "HEX")]
    pub public_key: Option<String>,
}

/// Returns what the certificate says, or an error that names what is wrong with it.
pub(super) fn verify_certificate(
    config: &Config,
    asked: &VerifyCertificate,
) -> anyhow::Result<String> {
    let shown = asked.file.display();
    let about =
        std::fs::metadata(&asked.file).with_context(|| format!("{shown} cannot be read"))?;
    if about.len() > FILE_BYTES_MAX {
        bail!("{shown} is larger than any certificate");
    }
    let pdf = std::fs::read(&asked.file).with_context(|| format!("{shown} cannot be read"))?;
    let today = Clock::Machine.now().date_in_shanghai();
    let mut checked = Err(BadCertificate::BadSignature);
    for key in public_keys(config, asked.public_key.as_deref())? {
        checked = check_paper(&pdf, &key, today);
        if checked != Err(BadCertificate::BadSignature) {
            break;
        }
    }
    let it = checked?;
    let serials: Vec<&str> = it.lots.iter().map(|lot| lot.serials.as_str()).collect();
    Ok(format!(
        "{} is whole and signed: {} retired {} m² for {} ({}), {}; valid to {}. Whether it was \
         frozen or declared void since says {}",
        it.certificate,
        it.developer,
        it.m2,
        it.project,
        it.occupation,
        serials.join(", "),
        it.valid_to,
        it.check,
    ))
}

fn public_keys(config: &Config, public_key: Option<&str>) -> anyhow::Result<Vec<VerifyingKey>> {
    if let Some(hex) = public_key {
        let bytes = hex::decode(hex).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        let key = key.context("--public-key takes 64 hex digits of an Ed25519 key")?;
        return Ok(vec![key]);
    }
    // Opening them would make new ones, which signed nothing.
    if config.keys.is_empty() && !Keys::are_in(&config.data_dir, KeyPurpose::Certificates) {
        bail!(
            "there is no key of certificates in {}; give the public key with --public-key",
            config.data_dir.display()
        );
    }
    let keys = Keys::open_with(&config.data_dir, &config.keys)?;
    let certificates = keys.of(KeyPurpose::Certificates);
    Ok(certificates.map(|key| key.signing().verifying_key()).collect())
}
