//! Where a place in degrees lies on a sheet or a tile.

/// A piece of the earth, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) east: f64,
    pub(crate) north: f64,
}

/// The database keeps boxes in 10⁻⁷ degree.
const UNITS_PER_DEGREE: f64 = 1e7;
/// A window is never thinner than some ten metres.
const SPAN_DEGREES_MIN: f64 = 1e-4;

impl Window {
    /// Where nothing smaller is known.
    pub(crate) const CHINA: Self = Self { west: 73.0, south: 17.0, east: 136.0, north: 54.0 };

    /// Takes `west,south,east,north`; `None` is no window in China.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let numbers: Vec<f64> =
            text.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>()?;
        let [west, south, east, north] = numbers.as_slice() else { return None };
        let it = Self { west: *west, south: *south, east: *east, north: *north };
        let fits = it.west >= 73.0
            && it.east <= 136.0
            && it.south >= 3.0
            && it.north <= 54.0
            && it.east - it.west >= SPAN_DEGREES_MIN
            && it.north - it.south >= SPAN_DEGREES_MIN;
        fits.then_some(it)
    }

    /// The smallest window around places.
    pub(crate) fn around<'a>(places: impl Iterator<Item = &'a [f64; 2]>) -> Option<Self> {
        places.fold(None, |found: Option<Self>, [lon, lat]| {
            let it = found.unwrap_or(Self { west: *lon, south: *lat, east: *lon, north: *lat });
            Some(Self {
                west: it.west.min(*lon),
                south: it.south.min(*lat),
                east: it.east.max(*lon),
                north: it.north.max(*lat),
            })
        })
    }

    /// The window with some room around it.
    pub(crate) fn grown(self, share: f64) -> Self {
        let (wide, high) = (
            (self.east - self.west).max(SPAN_DEGREES_MIN) * share,
            (self.north - self.south).max(SPAN_DEGREES_MIN) * share,
        );
        Self {
            west: self.west - wide,
            south: self.south - high,
            east: self.east + wide,
            north: self.north + high,
        }
    }

    /// The smallest window around both.
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    pub(crate) fn middle_latitude(self) -> f64 {
        f64::midpoint(self.south, self.north)
    }

    /// The window of that box of the database.
    pub(crate) fn of_units(sides: [i64; 4]) -> Self {
        let [west, south, east, north] = sides.map(degrees);
        Self { west, south, east, north }
    }

    /// West, south, east, north as the database keeps them.
    pub(crate) fn units(self) -> [i64; 4] {
        [self.west, self.south, self.east, self.north].map(units)
    }
}

#[expect(clippy::as_conversions, reason = "saturates; no place has more than 360 degrees")]
pub(crate) fn units(degrees: f64) -> i64 {
    (degrees * UNITS_PER_DEGREE).round() as i64
}

pub(crate) fn degrees(units: i64) -> f64 {
    i32::try_from(units).map_or(0.0, f64::from) / UNITS_PER_DEGREE
}

/// Metres of one degree of longitude and of latitude there, on the ellipsoid of CGCS2000.
pub(crate) fn metres_per_degree(latitude: f64) -> (f64, f64) {
    let (a, e2) = (6_378_137.0_f64, 0.006_694_380_022_9_f64);
    let w2 = 1.0 - e2 * latitude.to_radians().sin().powi(2);
    let degree = std::f64::consts::PI / 180.0;
    let east = a * latitude.to_radians().cos() / w2.sqrt() * degree;
    (east, a * (1.0 - e2) / w2.powf(1.5) * degree)
}

/// How places in degrees become pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Projection {
    /// A county: straight in both directions, true to scale at its middle.
    Plain { window: Window, left: f64, top: f64, per_lon: f64, per_lat: f64 },
    /// A tile of the usual web map.
    Tile(TilePlace),
}

impl Projection {
    /// Fits the window into a box of pixels, in its middle.
    pub(crate) fn fit(window: Window, left: f64, top: f64, width: f64, height: f64) -> Self {
        let (east, north) = metres_per_degree(window.middle_latitude());
        let (wide, high) =
            ((window.east - window.west) * east, (window.north - window.south) * north);
        let per_metre = (width / wide).min(height / high);
        Self::Plain {
            window,
            left: left + (width - wide * per_metre) / 2.0,
            top: top + (height - high * per_metre) / 2.0,
            per_lon: per_metre * east,
            per_lat: per_metre * north,
        }
    }

    pub(crate) fn place(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Plain { window, left, top, per_lon, per_lat } => {
                [left + (lon - window.west) * per_lon, top + (window.north - lat) * per_lat]
            }
            Self::Tile(tile) => tile.place([lon, lat]),
        }
    }
}

/// One tile of the usual web map: zoom, column from the west, row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TilePlace {
    zoom: u32,
    column: u32,
    row: u32,
}

/// A tile's side in pixels.
pub(crate) const TILE_PIXELS: f64 = 256.0;
/// A pixel is then some 15 cm.
const ZOOM_MAX: u32 = 20;

impl TilePlace {
    /// `None` where there is no such tile.
    pub(crate) fn of(zoom: u32, column: u32, row: u32) -> Option<Self> {
        let side = 1_u32.checked_shl(zoom).filter(|_| zoom <= ZOOM_MAX)?;
        (column < side && row < side).then_some(Self { zoom, column, row })
    }

    fn side(self) -> f64 {
        f64::from(1_u32 << self.zoom)
    }

    pub(crate) fn window(self) -> Window {
        let lon = |column: f64| column / self.side() * 360.0 - 180.0;
        let lat = |row: f64| {
            let y = std::f64::consts::PI * (1.0 - 2.0 * row / self.side());
            y.sinh().atan().to_degrees()
        };
        let (column, row) = (f64::from(self.column), f64::from(self.row));
        Window {
            west: lon(column),
            south: lat(row + 1.0),
            east: lon(column + 1.0),
            north: lat(row),
        }
    }

    fn place(self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let x = (lon + 180.0) / 360.0 * self.side() - f64::from(self.column);
        let y = lat.to_radians().tan().asinh() / std::f64::consts::PI;
        let y = (1.0 - y) / 2.0 * self.side() - f64::from(self.row);
        [x * TILE_PIXELS, y * TILE_PIXELS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: [f64; 2], b: [f64; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6
    }

    #[test]
    fn a_tile_spans_its_own_window() {
        let tile = TilePlace::of(10, 842, 427).unwrap();
        let window = tile.window();
        assert!(close(tile.place([window.west, window.north]), [0.0, 0.0]));
        assert!(close(tile.place([window.east, window.south]), [256.0, 256.0]));
        assert!(TilePlace::of(21, 0, 0).is_none());
        assert!(TilePlace::of(1, 2, 0).is_none());
        assert!(TilePlace::of(0, 0, 0).is_some());
    }

    #[test]
    fn a_sheet_is_true_to_scale_in_both_directions() {
        let window = Window { west: 116.0, south: 28.1, east: 116.6, north: 28.8 };
        let sheet = Projection::fit(window, 10.0, 20.0, 600.0, 600.0);
        let [x0, y0] = sheet.place([116.0, 28.8]);
        let [x1, y1] = sheet.place([116.6, 28.1]);
        let (east, north) = metres_per_degree(28.45);
        let ratio = ((x1 - x0) / (y1 - y0)) / (0.6 * east / (0.7 * north));
        assert!((ratio - 1.0).abs() < 1e-9);
        assert!((y1 - y0 - 600.0).abs() < 1e-6 && x0 > 10.0 && x1 < 610.0);
    }

    #[test]
    fn a_window_is_four_numbers_in_china() {
        assert!(Window::of_text("116.0, 28.1,116.6,28.8").is_some());
        for bad in ["", "1,2,3", "116,28,116,28", "28,116,29,117", "116,28,NaN,29", "116,28,117,x"]
        {
            assert!(Window::of_text(bad).is_none(), "{bad} was taken");
        }
    }
}
