//! The signs of the states that land can be in: colour, form and hatching.

use super::outline::pixels;
use crate::kernel::names::names;

names! {
    /// What a parcel is, as the map shows it.
    pub enum LandState {
        NationalImportant = "national_important",
        ProvincialImportant = "provincial_important",
        General = "general",
        Restoration = "restoration",
        Certified = "certified",
        Reserve = "reserve",
    }
}

impl LandState {
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Self::NationalImportant => "#0b3d78",
            Self::ProvincialImportant => "#2b7bba",
            Self::General => "#86c5e6",
            Self::Restoration => "#e8a317",
            Self::Certified => "#2f8f4e",
            Self::Reserve => "#b59b7c",
        }
    }

    pub(crate) fn edge(self) -> &'static str {
        match self {
            Self::NationalImportant => "#06264c",
            Self::ProvincialImportant => "#14507f",
            Self::General => "#2c7ba3",
            Self::Restoration => "#8a5d00",
            Self::Certified => "#175c2e",
            Self::Reserve => "#6b5333",
        }
    }

    /// How its area is filled; hatched where the land is no wetland yet.
    pub(crate) fn fill(self) -> String {
        match self {
            Self::Restoration | Self::Reserve => format!("url(#h-{self})"),
            Self::NationalImportant
            | Self::ProvincialImportant
            | Self::General
            | Self::Certified => self.colour().to_owned(),
        }
    }

    /// Its sign around a point: what is too small for its own outline is shown by it.
    pub(crate) fn sign(self, [x, y]: [f64; 2], r: f64) -> String {
        let (fill, edge) = (self.colour(), self.edge());
        let paint = format!("fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"1\"");
        let polygon = |points: &[[f64; 2]]| {
            let points: Vec<String> = points
                .iter()
                .map(|[dx, dy]| format!("{},{}", pixels(x + dx * r), pixels(y + dy * r)))
                .collect();
            format!("<polygon points=\"{}\" {paint}/>", points.join(" "))
        };
        match self {
            Self::NationalImportant | Self::ProvincialImportant | Self::General => {
                let (cx, cy) = (pixels(x), pixels(y));
                format!("<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{}\" {paint}/>", pixels(r))
            }
            Self::Restoration => polygon(&[[0.0, -1.1], [1.1, 0.9], [-1.1, 0.9]]),
            Self::Certified => polygon(&[[0.0, -1.3], [1.3, 0.0], [0.0, 1.3], [-1.3, 0.0]]),
            Self::Reserve => polygon(&[[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]),
        }
    }
}

names! {
    /// What a zone under the land is.
    pub enum ZoneSign {
        Red = "red",
        Yellow = "yellow",
        EcologicalRedLine = "ecological_red_line",
        BasicFarmland = "basic_farmland",
        UrbanPlanningArea = "urban_planning_area",
        Mangrove = "mangrove",
    }
}

impl ZoneSign {
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Self::Red => "#d7263d",
            Self::Yellow => "#e0b400",
            Self::EcologicalRedLine => "#a3123f",
            Self::BasicFarmland => "#8a6d1f",
            Self::UrbanPlanningArea => "#6c757d",
            Self::Mangrove => "#1b7f6b",
        }
    }
}

/// The hatchings, once for each drawing.
pub(crate) fn hatchings() -> String {
    let hatch = |state: LandState| {
        let (colour, edge) = (state.colour(), state.edge());
        format!(
            "<pattern id=\"h-{state}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"{colour}\"/>\
             <rect width=\"1.5\" height=\"6\" fill=\"{edge}\"/></pattern>"
        )
    };
    format!("<defs>{}{}</defs>", hatch(LandState::Restoration), hatch(LandState::Reserve))
}

/// Text that may stand in XML.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
