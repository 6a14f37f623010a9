//! The Merkle tree over the log, as RFC 6962 (and RFC 9162, section 2.1) has it: what its root is,
//! and which subtrees prove that an entry lies in it, or that one log continues another. A leaf is
//! the chained hash of an entry; entry 1 is leaf 0. No I/O here.

use sha2::{Digest, Sha256};

use crate::kernel::db::{KEPT_EVERY, TreeHash, node_hash};

/// Hashes the complete subtrees of a span, which grow smaller from left to right.
pub(super) fn folded(parts: &[TreeHash]) -> Option<TreeHash> {
    let (last, before) = parts.split_last()?;
    Some(before.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

/// A complete subtree: the leaves from `position << level`, 2^level of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subtree {
    pub(super) level: u32,
    pub(super) position: i64,
}

/// The leaves from `start` up to but not with `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Span {
    /// The complete subtrees that it is made of, from left to right. It starts where a subtree of
    /// its size may start, as all spans of a tree and of its proofs do.
    pub(super) fn parts(self) -> Vec<Subtree> {
        let mut at = self.start;
        let mut parts = Vec::new();
        while at < self.end {
            let level = (self.end - at).ilog2();
            parts.push(Subtree { level, position: at >> level });
            at += 1 << level;
        }
        parts
    }

    /// Goes down from here, to the side that is said of the border between the two, as long as that
    /// is wanted. Returns where it ends, and what it passed by, from the bottom up.
    fn descend(self, on: impl Fn(Self) -> bool, left: impl Fn(i64) -> bool) -> (Self, Vec<Self>) {
        let mut at = self;
        let mut passed = Vec::new();
        while on(at) {
            // The largest power of two that is smaller than its length.
            let border = at.start + (1 << (at.end - at.start - 1).ilog2());
            let one = Self { start: at.start, end: border };
            let other = Self { start: border, end: at.end };
            let (inside, beside) = if left(border) { (one, other) } else { (other, one) };
            passed.push(beside);
            at = inside;
        }
        passed.reverse();
        (at, passed)
    }
}

/// The spans whose hashes lead from a leaf to the root of a tree of that size, from the bottom up.
/// `index` is smaller than `size`.
pub(super) fn inclusion(index: i64, size: i64) -> Vec<Span> {
    let whole = Span { start: 0, end: size };
    whole.descend(|at| at.end - at.start > 1, |border| index < border).1
}

/// The spans whose hashes prove that the tree of size `old` is the beginning of the one of size
/// `new`. `old` is at least 1 and at most `new`.
pub(super) fn consistency(old: i64, new: i64) -> Vec<Span> {
    let whole = Span { start: 0, end: new };
    let (at, passed) = whole.descend(|at| at.end > old, |border| old <= border);
    // The old tree as a whole is what the reader has already.
    let first = (at.start > 0).then_some(at);
    first.into_iter().chain(passed).collect()
}

/// A tree that grows leaf by leaf in a few hashes of memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Growing {
    size: i64,
    /// The complete subtrees, from left to right.
    parts: Vec<(u32, TreeHash)>,
}

impl Growing {
    /// Adds a leaf and returns the kept subtrees that it completes, the smallest first.
    pub(super) fn push(&mut self, leaf: TreeHash) -> Vec<(Subtree, TreeHash)> {
        self.size += 1;
        let (mut level, mut hash) = (0, leaf);
        let mut completed = Vec::new();
        while let Some((_, left)) = self.parts.pop_if(|(other, _)| *other == level) {
            hash = node_hash(&left, &hash);
            level += 1;
            if level % KEPT_EVERY == 0 {
                let position = (self.size >> level) - 1;
                completed.push((Subtree { level, position }, hash));
            }
        }
        self.parts.push((level, hash));
        completed
    }

    /// The root of what was added; that of an empty tree is the hash of nothing.
    pub(super) fn root(&self) -> TreeHash {
        let parts: Vec<TreeHash> = self.parts.iter().map(|(_, hash)| *hash).collect();
        folded(&parts).unwrap_or_else(|| Sha256::digest([]).into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::db::{KEPT_BELOW, leaf_hash, subtree_hash};

    /// RFC 6962, section 2.1, word by word.
    fn mth(leaves: &[TreeHash]) -> TreeHash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            many => {
                let k = many.len().next_power_of_two() / 2;
                let mut text = vec![1];
                text.extend(mth(&many[..k]));
                text.extend(mth(&many[k..]));
                Sha256::digest(text).into()
            }
        }
    }

    fn path(m: usize, leaves: &[TreeHash]) -> Vec<TreeHash> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut path, beside) = if m < k {
            (path(m, &leaves[..k]), mth(&leaves[k..]))
        } else {
            (path(m - k, &leaves[k..]), mth(&leaves[..k]))
        };
        path.push(beside);
        path
    }

    fn subproof(m: usize, leaves: &[TreeHash], whole: bool) -> Vec<TreeHash> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![mth(leaves)] };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, beside) = if m <= k {
            (subproof(m, &leaves[..k], whole), mth(&leaves[k..]))
        } else {
            (subproof(m - k, &leaves[k..], false), mth(&leaves[..k]))
        };
        proof.push(beside);
        proof
    }

    fn leaves(count: i64) -> Vec<TreeHash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn subtree(leaves: &[TreeHash], it: Subtree) -> TreeHash {
        let start = usize::try_from(it.position << it.level).unwrap();
        subtree_hash(leaves[start..start + (1 << it.level)].to_vec()).unwrap()
    }

    fn hashes(leaves: &[TreeHash], spans: &[Span]) -> Vec<TreeHash> {
        let hash_of = |span: &Span| {
            let parts: Vec<TreeHash> =
                span.parts().into_iter().map(|part| subtree(leaves, part)).collect();
            folded(&parts).unwrap()
        };
        spans.iter().map(hash_of).collect()
    }

    proptest! {
        #[test]
        fn r93_roots_and_proofs_are_those_of_the_rfc(size in 1_i64..700, other in 0_i64..700) {
            let leaves = leaves(size);
            let other = other % size;
            let index = usize::try_from(other).unwrap();
            let mut growing = Growing::default();
            let mut kept = Vec::new();
            leaves.iter().for_each(|leaf| kept.extend(growing.push(*leaf)));
            prop_assert_eq!(growing.root(), mth(&leaves));
            prop_assert_eq!(kept.len(), usize::try_from(size / KEPT_BELOW).unwrap());
            for (it, hash) in kept {
                prop_assert_eq!(subtree(&leaves, it), hash);
            }
            let whole = hashes(&leaves, &[Span { start: 0, end: size }]);
            prop_assert_eq!(whole, vec![mth(&leaves)]);
            prop_assert_eq!(hashes(&leaves, &inclusion(other, size)), path(index, &leaves));
            let proof = hashes(&leaves, &consistency(other + 1, size));
            prop_assert_eq!(proof, subproof(index + 1, &leaves, true));
        }
    }

    #[test]
    fn r93_the_root_of_nothing_is_the_hash_of_nothing() {
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex::encode(Growing::default().root()), nothing);
    }

    #[test]
    fn r93_a_subtree_of_two_to_the_sixteen_is_kept_too() {
        let mut growing = Growing::default();
        let mut kept = Vec::new();
        (0..1_i64 << 16).for_each(|n| kept.extend(growing.push(leaf_hash(&n.to_be_bytes()))));
        let (last, root) = *kept.last().unwrap();
        assert_eq!((last, root), (Subtree { level: 16, position: 0 }, growing.root()));
        assert_eq!(kept.len(), 257);
    }
}
