//! The kept corpus of the fuzzers and random mutations of it, fed to each parser: a sample of what
//! `tests/fuzz/run` does with counters of where each input gets.

#[path = "../../fuzz/parsers.rs"]
mod fuzzed;

use std::path::Path;

use crate::support::long_count;

/// Mutations for each parser.
const MUTATIONS: u64 = 3_000;
const BYTES_MAX: usize = 8_192;
/// What means something to one parser or another.
const SIGNS: &[u8] = b"0129-+.,;:\"'<>[]{}\n\r\t\0\xff\xe4e=";

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(most.max(1)).unwrap()).unwrap()
    }

    /// One small change of an input; `other` is another one to take pieces from.
    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let end = (at + 1 + self.below(40)).min(bytes.len());
        match self.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, SIGNS[self.below(SIGNS.len())]),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let from = self.below(other.len());
                let to = (from + self.below(60)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            5 => {
                let numbers =
                    ["9223372036854775807", "-1", "1e309", "0.005", "999999999999999999999"];
                bytes.splice(at..end, numbers[self.below(numbers.len())].bytes());
            }
            _ => bytes.truncate(at.max(bytes.len() / 2)),
        }
        bytes.truncate(BYTES_MAX);
    }
}

#[test]
fn the_kept_corpus_and_its_mutations_end_no_parser() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, parser) in fuzzed::PARSERS {
        let files = std::fs::read_dir(corpus.join(name)).unwrap();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        let kept: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
        kept.iter().for_each(|bytes| parser(bytes));
        parser(&[]);
        let mut dice = Dice(7);
        for n in 0..long_count("PARSER_MUTATIONS", MUTATIONS) {
            let mut bytes = kept[dice.below(kept.len())].clone();
            let other = &kept[dice.below(kept.len())];
            for _ in 0..=dice.below(6) {
                dice.change(&mut bytes, other);
            }
            let given = bytes.clone();
            let ended = std::panic::catch_unwind(move || parser(&given));
            assert!(ended.is_ok(), "{name}, mutation {n}: {:?}", String::from_utf8_lossy(&bytes));
        }
    }
}
