//! libFuzzer over the parser that the environment names; `tests/fuzz/run` builds and runs it.
#![no_main]

mod parsers;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static PARSER: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("PARSER").unwrap_or_default();
    let found = parsers::PARSERS.iter().find(|(known, _)| *known == name);
    found.map(|(_, parser)| *parser).unwrap_or_else(|| panic!("PARSER={name} is not known"))
});

fuzz_target!(|bytes: &[u8]| PARSER(bytes));
