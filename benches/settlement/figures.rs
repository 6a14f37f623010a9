//! What was measured, and whether it is enough.

use std::io::Write;
use std::time::Duration;

/// One measurement: how many a second, and how long one took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    pub(crate) rate: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Sample {
    pub(crate) fn of(mut micros: Vec<u64>, took: Duration) -> Self {
        micros.sort_unstable();
        let at = |percent: usize| {
            let micros = micros.get((micros.len().saturating_sub(1)) * percent / 100).copied();
            Duration::from_micros(micros.unwrap_or_default()).as_secs_f64() * 1_000.0
        };
        Self { rate: per_second(micros.len(), took), p50_ms: at(50), p99_ms: at(99) }
    }

    /// The one with the middle rate.
    pub(crate) fn median(mut samples: Vec<Self>) -> Self {
        samples.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        samples.get(samples.len() / 2).copied().unwrap_or_default()
    }
}

pub(crate) fn per_second(count: usize, took: Duration) -> f64 {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    f64::from(count) / took.as_secs_f64().max(1e-9)
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

/// The ratios that are to be reached.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    lines: Vec<String>,
    missed: usize,
}

impl Targets {
    pub(crate) fn at_least(&mut self, name: &str, value: f64, target: f64) {
        self.add(name, value, "≥", target, value >= target);
    }

    pub(crate) fn at_most(&mut self, name: &str, value: f64, target: f64) {
        self.add(name, value, "≤", target, value <= target);
    }

    fn add(&mut self, name: &str, value: f64, sign: &str, target: f64, reached: bool) {
        let word = if reached { "ok" } else { "MISSED" };
        self.missed += usize::from(!reached);
        self.lines.push(format!("{name:<46} {value:>8.2}  {sign} {target:<6} {word}"));
    }

    /// Prints them all; whether none was missed.
    pub(crate) fn report(&self) -> bool {
        say("\nname                                              value  target");
        self.lines.iter().for_each(|line| say(line));
        self.missed == 0
    }
}

/// The load of the machine over the last minute, as the system tells it.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}
