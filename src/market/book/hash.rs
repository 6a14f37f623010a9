//! Finding an id quickly. Ids are ours and random, so nobody can choose them to collide.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from ids.
pub(super) type ById<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// Multiplies eight bytes at a time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            // Ids have sixteen bytes.
            let word = <[u8; 8]>::try_from(eight).map_or(0, u64::from_be_bytes);
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn write_usize(&mut self, _: usize) {
        // The length of an id tells nothing.
    }

    /// The upper bits are the better mixed ones, and maps look at the lower first.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
