//! Where a box stands in the index of the database.
//!
//! Each box belongs to the smallest level whose cells are as large as it, and to the row of that
//! level in which its south lies. What touches a box then begins, in each level, in a few rows and at
//! most one cell to the west: a search reads little more than what lies near, however much land there
//! is elsewhere.

use super::Bounds;

/// The sides of the cells of each level, in 10⁻⁷ degree: from some 80 m to the whole country.
const CELL_SIDES: [i64; 5] = [1 << 13, 1 << 17, 1 << 21, 1 << 25, 1 << 30];

/// The place of a box in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub level: i64,
    pub row: i64,
}

/// Where in one level the boxes begin that may touch a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strip {
    pub level: i64,
    pub rows: Vec<i64>,
    pub west_min: i64,
    pub west_max: i64,
}

impl Bounds {
    /// The place of the box in the index.
    pub(crate) fn cell(&self) -> Cell {
        let side = (self.east - self.west).max(self.north - self.south);
        let mut cells = levels();
        let (level, cell) =
            cells.find(|(_, cell)| side <= *cell).unwrap_or((LEVEL_LAST, CELL_LAST));
        Cell { level, row: self.south.div_euclid(cell) }
    }

    /// Where the boxes that touch it stand in the index.
    pub(crate) fn strips(&self) -> Vec<Strip> {
        let strips = |(level, cell): (i64, i64)| {
            let rows = (self.south - cell).div_euclid(cell)..=self.north.div_euclid(cell);
            let rows: Vec<i64> = rows.collect();
            let strip = |rows: &[i64]| Strip {
                level,
                rows: rows.to_vec(),
                west_min: self.west - cell,
                west_max: self.east,
            };
            rows.chunks(ROWS_MAX).map(strip).collect::<Vec<_>>()
        };
        levels().flat_map(strips).collect()
    }
}

/// A statement names so many rows: a box as large as the country has more than SQLite can bind.
const ROWS_MAX: usize = 500;
const LEVEL_LAST: i64 = 4;
const CELL_LAST: i64 = 1 << 30;

fn levels() -> impl Iterator<Item = (i64, i64)> {
    (0..).zip(CELL_SIDES)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds() -> impl Strategy<Value = Bounds> {
        let side = prop_oneof![1_i64..20_000, 1_i64..3_000_000, 1_i64..70_000_000];
        (side.clone(), side, 1_160_000_000_i64..1_170_000_000, 280_000_000_i64..290_000_000)
            .prop_map(|(x, y, west, south)| Bounds {
                west,
                south,
                east: west + x,
                north: south + y,
            })
    }

    proptest! {
        #[test]
        fn r19_a_box_that_touches_stands_in_one_of_the_strips(one in bounds(), other in bounds()) {
            let cell = other.cell();
            let found = one.strips().iter().any(|strip| {
                strip.level == cell.level
                    && strip.rows.contains(&cell.row)
                    && (strip.west_min..=strip.west_max).contains(&other.west)
            });
            prop_assert!(found || !one.touches(&other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_box_as_large_as_the_country_is_looked_for_in_several_strips() {
        let country = Bounds {
            west: 730_000_000,
            south: 30_000_000,
            east: 1_360_000_000,
            north: 540_000_000,
        };
        assert!(country.strips().iter().all(|strip| strip.rows.len() <= ROWS_MAX));
    }

    #[test]
    fn a_plot_is_looked_for_in_few_rows() {
        let plot = Bounds {
            west: 1_160_000_000,
            south: 280_000_000,
            east: 1_160_020_000,
            north: 280_015_000,
        };
        assert_eq!(plot.cell().level, 1);
        let rows: Vec<usize> = plot.strips().iter().map(|strip| strip.rows.len()).collect();
        assert!(rows.iter().all(|rows| *rows <= 4), "{rows:?}");
    }
}
