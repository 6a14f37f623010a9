//! `cargo bench --bench finance`: what the finance bureau waits for. Ratios are of one run; the exit
//! status is 1 when one of them misses its target. `--quick` works with a tenth of the rows.

mod periods;

use std::io::Write;
use std::process::ExitCode;

/// What is to be reached.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    lines: Vec<String>,
    missed: usize,
}

impl Targets {
    pub(crate) fn at_most(&mut self, name: &str, value: f64, target: f64) {
        let word = if value <= target { "ok" } else { "MISSED" };
        self.missed += usize::from(value > target);
        self.lines.push(format!("{name:<46} {value:>8.2}  ≤ {target:<6} {word}"));
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Writes a line to the terminal.
pub(crate) fn say(line: &str) {
    // Who closed the terminal does not want to read it.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn main() -> ExitCode {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let mut targets = Targets::default();
    let measured = actix_web::rt::System::new().block_on(periods::measure(quick, &mut targets));
    targets.lines.iter().for_each(|line| say(line));
    match measured {
        Ok(()) if targets.missed == 0 => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(cause) => {
            say(&format!("error: {cause:#}"));
            ExitCode::FAILURE
        }
    }
}
