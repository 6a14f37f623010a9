//! `repeat-draw`: a draw repeated from its public export, beside the database and without a server.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

use crate::experts::{self, Draw};

/// An export of a draw is far smaller than this.
const EXPORT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Returns the panel in a sentence, or an error that names what does not agree.
pub(super) fn repeat(file: &Path) -> anyhow::Result<String> {
    let text = read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let draw: Draw = serde_json::from_str(&text)
        .with_context(|| format!("{} is no export of a draw", file.display()))?;
    let Some(repetition) = experts::repeat(&draw) else {
        bail!("{} is {}: there is nothing to repeat", draw.number, draw.state);
    };
    let wrong = [
        (repetition.candidates_agree, "the list of candidates"),
        (repetition.nonce_agrees, "the nonce"),
        (repetition.seed_agrees, "the seed"),
        (repetition.members_agree, "the members"),
    ];
    if let Some((_, what)) = wrong.iter().find(|(agrees, _)| !agrees) {
        bail!("{}: {what} does not agree with what was published", draw.number);
    }
    let members = repetition.members.iter().map(|id| format!("\n{id}")).collect::<String>();
    Ok(format!("{} agrees; the lot gives{members}", draw.number))
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(EXPORT_BYTES_MAX).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(file)?.take(EXPORT_BYTES_MAX).read_to_string(&mut text)?;
    }
    Ok(text)
}
