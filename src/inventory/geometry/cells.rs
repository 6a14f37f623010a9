//! The grid that boxes are looked up by, the same on both engines.
//!
//! Nine levels of square cells, each four times as wide as the one before, the last as wide as all.
//! A box goes to the first level whose cells are at least as wide and high as itself, and there to
//! the one cell that holds its south-west corner. So it reaches at most one cell further east and
//! north, and whatever meets a box lies in few runs of cells that follow each other. An index on
//! columns west, east, south, north would run through a whole strip of the map instead; an R-tree
//! is there on one engine only.

use super::Bounds;

/// The sides of the cells of each level, in 10⁻⁷ degree: from 11 m to 187 km, and all.
const SIDES: [i64; 9] =
    [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 31];
const ROW_BITS: u32 = 22;
const LEVEL_BITS: u32 = 44;
/// Rows of cells that are looked up one by one; of more, the whole strip is read and sifted.
const ROWS_MAX: i64 = 64;

/// A run of cells, both ends included.
pub(crate) type CellRun = (i64, i64);

/// The cell that a box is kept under.
pub(crate) fn cell_of(bounds: &Bounds) -> i64 {
    let size = (bounds.east - bounds.west).max(bounds.north - bounds.south);
    let mut levels = (0_i64..).zip(SIDES);
    let fitting = levels.find(|(_, side)| size <= *side);
    let (level, side) = fitting.unwrap_or((8, 1 << 31));
    cell(level, bounds.south.max(0) / side, bounds.west.max(0) / side)
}

/// The cells that hold whatever touches the box, and little else.
pub(crate) fn runs_around(bounds: &Bounds) -> Vec<CellRun> {
    (0_i64..).zip(SIDES).flat_map(|(level, side)| runs_of(level, side, bounds)).collect()
}

fn runs_of(level: i64, side: i64, bounds: &Bounds) -> Vec<CellRun> {
    let first = |edge: i64| (edge - side).max(0) / side;
    let last = |edge: i64| edge.max(0) / side;
    let (west, east) = (first(bounds.west), last(bounds.east));
    let (south, north) = (first(bounds.south), last(bounds.north));
    if north - south >= ROWS_MAX {
        return vec![(cell(level, south, west), cell(level, north, east))];
    }
    (south..=north).map(|row| (cell(level, row, west), cell(level, row, east))).collect()
}

fn cell(level: i64, row: i64, column: i64) -> i64 {
    (level << LEVEL_BITS) + (row << ROW_BITS) + column
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds() -> impl Strategy<Value = Bounds> {
        let side = prop_oneof![1_i64..2_000, 1_i64..100_000, 1_i64..60_000_000];
        (1_160_000_000_i64..1_163_000_000, 280_000_000_i64..283_000_000, side.clone(), side)
            .prop_map(|(west, south, wide, high)| Bounds {
                west,
                south,
                east: west + wide,
                north: south + high,
            })
    }

    proptest! {
        /// The naive version: every box is compared.
        #[test]
        fn whatever_touches_a_box_lies_in_its_runs(one in bounds(), other in bounds()) {
            let cell = cell_of(&other);
            let found = runs_around(&one).iter().any(|(first, last)| (*first..=*last).contains(&cell));
            prop_assert!(found || !one.touches(&other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_box_is_looked_up_in_few_runs() {
        let plot = Bounds {
            west: 1_160_000_000,
            south: 280_000_000,
            east: 1_160_009_000,
            north: 280_009_000,
        };
        assert_eq!(cell_of(&plot), (2 << 44) + (17_089 << 22) + 70_800);
        assert!(runs_around(&plot).len() < 40, "{}", runs_around(&plot).len());
        let county = Bounds {
            west: 1_160_000_000,
            south: 280_000_000,
            east: 1_166_000_000,
            north: 288_000_000,
        };
        assert!(runs_around(&county).len() < 200);
        let china = Bounds {
            west: 730_000_000,
            south: 30_000_000,
            east: 1_360_000_000,
            north: 540_000_000,
        };
        assert_eq!(cell_of(&china) >> 44, 8);
    }
}
