//! The polygons of a Shapefile. Read by hand: no number in the file decides how much memory is
//! taken, and rings stay as they are drawn.

use super::wkb::Bytes;
use crate::inventory::geometry::{RawGeometry, RawRing};

const HEAD_BYTES: usize = 100;
const FILE_CODE: i32 = 9_994;

/// The records of a file, in order.
pub(super) struct Records<'b> {
    rest: &'b [u8],
}

/// Reads the head; `None` where the bytes are no Shapefile.
pub(super) fn open(file: &[u8]) -> Option<Records<'_>> {
    let code = i32::from_be_bytes(file.get(..4)?.try_into().ok()?);
    let rest = file.get(HEAD_BYTES..)?;
    (code == FILE_CODE).then_some(Records { rest })
}

impl Iterator for Records<'_> {
    /// `None` where the file breaks off.
    type Item = Option<RawGeometry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let geometry = self.record();
        if geometry.is_none() {
            self.rest = &[];
        }
        Some(geometry)
    }
}

impl Records<'_> {
    fn record(&mut self) -> Option<RawGeometry> {
        let words = u32::from_be_bytes(self.rest.get(4..8)?.try_into().ok()?);
        let length = usize::try_from(words).ok()?.checked_mul(2)?;
        let (content, rest) = self.rest.get(8..)?.split_at_checked(length)?;
        self.rest = rest;
        geometry(&mut Bytes::new(content))
    }
}

fn geometry(bytes: &mut Bytes<'_>) -> Option<RawGeometry> {
    match bytes.whole()? {
        0 => Some(RawGeometry::missing()),
        // With or without heights and measures, which come after the places.
        5 | 15 | 25 => polygon(bytes),
        1 | 11 | 21 => Some(RawGeometry::other("Point")),
        3 | 13 | 23 => Some(RawGeometry::other("PolyLine")),
        8 | 18 | 28 => Some(RawGeometry::other("MultiPoint")),
        kind => Some(RawGeometry::other(format!("Shapefile {kind}"))),
    }
}

fn polygon(bytes: &mut Bytes<'_>) -> Option<RawGeometry> {
    bytes.part(32)?;
    let ring_count = bytes.whole()?;
    let point_count = bytes.whole()?;
    let (ring_count, point_count) =
        (usize::try_from(ring_count).ok()?, usize::try_from(point_count).ok()?);
    if ring_count.checked_mul(4)?.checked_add(point_count.checked_mul(16)?)? > bytes.left() {
        return None;
    }
    let mut starts = Vec::with_capacity(ring_count);
    for _ in 0..ring_count {
        starts.push(usize::try_from(bytes.whole()?).ok()?);
    }
    let mut points = Vec::with_capacity(point_count);
    for _ in 0..point_count {
        points.push([bytes.number()?, bytes.number()?]);
    }
    let ends = starts.iter().skip(1).copied().chain([point_count]);
    let rings: Option<Vec<RawRing>> = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| Some(points.get(*start..end)?.to_vec()))
        .collect();
    Some(RawGeometry::of_polygons(grouped(rings?)))
}

/// Outer rings turn clockwise here, holes the other way; a hole belongs to the smallest outer ring
/// that holds it. A hole that none holds is drawn as an outer ring.
fn grouped(rings: Vec<RawRing>) -> Vec<Vec<RawRing>> {
    let (outer, holes): (Vec<RawRing>, Vec<RawRing>) =
        rings.into_iter().partition(|ring| doubled_area(ring) <= 0.0);
    let mut polygons: Vec<Vec<RawRing>> = outer.into_iter().map(|ring| vec![ring]).collect();
    let mut stray = Vec::new();
    for hole in holes {
        let around = polygons.iter_mut().filter(|polygon| {
            polygon.first().is_some_and(|outer| hole.iter().any(|place| holds(outer, place)))
        });
        let size = |polygon: &&mut Vec<RawRing>| {
            polygon.first().map_or(0.0, |outer| doubled_area(outer).abs())
        };
        match around.min_by(|one, other| size(one).total_cmp(&size(other))) {
            Some(polygon) => polygon.push(hole),
            None => stray.push(vec![hole]),
        }
    }
    polygons.extend(stray);
    polygons
}

fn edges(ring: &RawRing) -> impl Iterator<Item = (&[f64; 2], &[f64; 2])> {
    ring.iter().zip(ring.iter().skip(1))
}

fn doubled_area(ring: &RawRing) -> f64 {
    let Some([x0, y0]) = ring.first() else { return 0.0 };
    edges(ring).map(|([ax, ay], [bx, by])| (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)).sum()
}

/// Whether a ring goes around a place: a line to the east crosses it an odd number of times.
fn holds(ring: &RawRing, [x, y]: &[f64; 2]) -> bool {
    let crossings = edges(ring).filter(|([ax, ay], [bx, by])| {
        (ay > y) != (by > y) && *x < (bx - ax) * (y - ay) / (by - ay) + ax
    });
    crossings.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(at: f64, side: f64, clockwise: bool) -> RawRing {
        let mut ring =
            vec![[at, at], [at, at + side], [at + side, at + side], [at + side, at], [at, at]];
        if !clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn holes_belong_to_the_smallest_ring_around_them() {
        let (lake, hole) = (square(0.0, 10.0, true), square(1.0, 8.0, false));
        let (island, pond) = (square(2.0, 4.0, true), square(3.0, 1.0, false));
        let far = square(20.0, 1.0, true);
        let rings = vec![lake.clone(), island.clone(), pond.clone(), far.clone(), hole.clone()];
        assert_eq!(grouped(rings), [vec![lake, hole], vec![island, pond], vec![far]]);
        let stray = square(1.0, 1.0, false);
        assert_eq!(grouped(vec![stray.clone()]), [vec![stray]]);
    }

    #[test]
    fn a_file_that_lies_about_its_size_takes_no_memory() {
        let mut file = vec![0; HEAD_BYTES];
        file[..4].copy_from_slice(&FILE_CODE.to_be_bytes());
        let mut record = vec![0; 8 + 44];
        record[4..8].copy_from_slice(&22_u32.to_be_bytes());
        record[8] = 5;
        record[44..48].copy_from_slice(&u32::MAX.to_le_bytes());
        record[48..52].copy_from_slice(&u32::MAX.to_le_bytes());
        file.extend(record);
        assert_eq!(open(&file).unwrap().collect::<Vec<_>>(), [None]);
        assert!(open(b"PK").is_none());
        file.truncate(HEAD_BYTES + 3);
        assert_eq!(open(&file).unwrap().collect::<Vec<_>>(), [None]);
    }
}
