//! Polygons in well-known binary, as GeoPackages keep them. Read by hand, so that a ring that is
//! not closed is seen and no number in the file decides how much memory is taken.

use crate::inventory::geometry::{RawGeometry, RawRing};

/// Bytes that are read from the front.
pub(super) struct Bytes<'b> {
    rest: &'b [u8],
    is_little: bool,
}

impl<'b> Bytes<'b> {
    pub(super) fn new(rest: &'b [u8]) -> Self {
        Self { rest, is_little: true }
    }

    /// Reads the order of bytes of what follows.
    fn order(&mut self) -> Option<()> {
        let [order] = self.take::<1>()?;
        self.is_little = order == 1;
        (order <= 1).then_some(())
    }

    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }

    /// The next bytes, that many.
    pub(super) fn part(&mut self, length: usize) -> Option<&'b [u8]> {
        let (part, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(part)
    }

    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn whole(&mut self) -> Option<u32> {
        let bytes = self.take()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// A count of things of at least that many bytes, which are still to come.
    pub(super) fn count(&mut self, bytes_each: usize) -> Option<usize> {
        let count = usize::try_from(self.whole()?).ok()?;
        (count.checked_mul(bytes_each)? <= self.left()).then_some(count)
    }

    pub(super) fn number(&mut self) -> Option<f64> {
        let bytes = self.take()?;
        Some(if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }
}

/// Reads one geometry; `None` where the bytes are none.
pub(super) fn read(wkb: &[u8]) -> Option<RawGeometry> {
    let mut bytes = Bytes::new(wkb);
    let (kind, numbers) = head(&mut bytes)?;
    match kind {
        3 => Some(RawGeometry::of_polygons(vec![polygon(&mut bytes, numbers)?])),
        6 => {
            let count = bytes.count(9)?;
            let mut polygons = Vec::with_capacity(count);
            for _ in 0..count {
                let (kind, numbers) = head(&mut bytes)?;
                if kind != 3 {
                    return None;
                }
                polygons.push(polygon(&mut bytes, numbers)?);
            }
            Some(RawGeometry::of_polygons(polygons))
        }
        1 => Some(RawGeometry::other("Point")),
        2 => Some(RawGeometry::other("LineString")),
        4 => Some(RawGeometry::other("MultiPoint")),
        5 => Some(RawGeometry::other("MultiLineString")),
        _ => Some(RawGeometry::other(format!("WKB {kind}"))),
    }
}

/// The kind of a geometry, and how many numbers each of its places has: heights are left out.
fn head(bytes: &mut Bytes<'_>) -> Option<(u32, usize)> {
    bytes.order()?;
    let kind = bytes.whole()?;
    let (thousands, kind) = (kind / 1_000, kind % 1_000);
    match thousands {
        0 => Some((kind, 2)),
        1 | 2 => Some((kind, 3)),
        3 => Some((kind, 4)),
        _ => None,
    }
}

fn polygon(bytes: &mut Bytes<'_>, numbers: usize) -> Option<Vec<RawRing>> {
    let count = bytes.count(4)?;
    let mut rings = Vec::with_capacity(count);
    for _ in 0..count {
        let points = bytes.count(8 * numbers)?;
        let mut ring = Vec::with_capacity(points);
        for _ in 0..points {
            ring.push([bytes.number()?, bytes.number()?]);
            bytes.part(8 * (numbers - 2))?;
        }
        rings.push(ring);
    }
    Some(rings)
}
