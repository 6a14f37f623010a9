//! From what is asked to a sheet or tile: which layers, what lies there, what stands beside it.

use crate::disclosure::map::{
    CellCount, Land, LandState, LayerRow, Mark, Outline, SHAPES_MAX, Sheet, SheetSize, TileLand,
    TilePlace, Window, ZoneOutline, ZoneSign, cell_units, draw_sheet, draw_tile, land_space,
    state_name, word, zone_name,
};
use crate::disclosure::store::{self, LandFilter};
use crate::inventory::{self, LayerKind};
use crate::kernel::area::{SurveyedArea, hectares_shown};
use crate::kernel::db::Conn;
use crate::kernel::names::names;
use crate::kernel::problem::{Answer, Failure, Language};
use crate::kernel::region::RegionCode;

names! {
    /// A layer that can be switched.
    pub enum Layer {
        Boundary = "boundary",
        /// Red and yellow zones.
        Zones = "zones",
        EcologicalRedLine = "ecological_red_line",
        BasicFarmland = "basic_farmland",
        UrbanPlanningArea = "urban_planning_area",
        Mangrove = "mangrove",
        Wetland = "wetland",
        Restoration = "restoration",
        Certified = "certified",
        Reserve = "reserve",
        Graticule = "graticule",
    }
}

/// Who looks at a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Public,
    /// Somebody who may see reserve parcels.
    Official,
}

impl Layer {
    /// Reserve parcels without an approved project, and layers, are kept by officials.
    pub(super) fn is_for(self, reader: Reader) -> bool {
        reader == Reader::Official || (self != Self::Reserve && self.kind().is_none())
    }

    /// The kind of layer of the inventory that it is.
    fn kind(self) -> Option<LayerKind> {
        match self {
            Self::Zones => Some(LayerKind::Zones),
            Self::EcologicalRedLine => Some(LayerKind::EcologicalRedLine),
            Self::BasicFarmland => Some(LayerKind::BasicFarmland),
            Self::UrbanPlanningArea => Some(LayerKind::UrbanPlanningArea),
            Self::Mangrove => Some(LayerKind::Mangrove),
            Self::Boundary
            | Self::Wetland
            | Self::Restoration
            | Self::Certified
            | Self::Reserve
            | Self::Graticule => None,
        }
    }

    fn zone_signs(self) -> &'static [ZoneSign] {
        match self {
            Self::Zones => &[ZoneSign::Red, ZoneSign::Yellow],
            Self::EcologicalRedLine => &[ZoneSign::EcologicalRedLine],
            Self::BasicFarmland => &[ZoneSign::BasicFarmland],
            Self::UrbanPlanningArea => &[ZoneSign::UrbanPlanningArea],
            Self::Mangrove => &[ZoneSign::Mangrove],
            Self::Boundary
            | Self::Wetland
            | Self::Restoration
            | Self::Certified
            | Self::Reserve
            | Self::Graticule => &[],
        }
    }

    fn states(self) -> &'static [LandState] {
        match self {
            Self::Wetland => {
                &[LandState::NationalImportant, LandState::ProvincialImportant, LandState::General]
            }
            Self::Restoration => &[LandState::Restoration],
            Self::Certified => &[LandState::Certified],
            Self::Reserve => &[LandState::Reserve],
            Self::Boundary
            | Self::Zones
            | Self::EcologicalRedLine
            | Self::BasicFarmland
            | Self::UrbanPlanningArea
            | Self::Mangrove
            | Self::Graticule => &[],
        }
    }
}

/// A sheet that is asked for.
#[derive(Debug, Clone)]
pub(super) struct SheetAsked {
    pub(super) county: RegionCode,
    pub(super) reader: Reader,
    pub(super) layers: Vec<Layer>,
    pub(super) language: Language,
    pub(super) width: u32,
    pub(super) window: Option<Window>,
}

/// A tile that is asked for.
#[derive(Debug, Clone)]
pub(super) struct TileAsked {
    pub(super) county: RegionCode,
    pub(super) reader: Reader,
    pub(super) layers: Vec<Layer>,
    pub(super) place: TilePlace,
}

fn states(layers: &[Layer]) -> Vec<LandState> {
    layers.iter().flat_map(|layer| layer.states()).copied().collect()
}

/// The address of a parcel for that reader.
fn href(reader: Reader) -> impl Fn(&Mark) -> String {
    move |mark| match reader {
        Reader::Public => format!("/api/v1/public/parcels/{}", mark.id),
        Reader::Official => format!("/api/v1/parcels/{}", mark.id),
    }
}

/// Draws the sheet; an unknown county has none.
pub(super) fn sheet(c: &mut Conn, asked: &SheetAsked) -> Answer<String> {
    let region = inventory::region(c, &asked.county)?.ok_or_else(Failure::not_found)?;
    let outline = store::boundary(c, &asked.county)?;
    let size = SheetSize { width: f64::from(asked.width), language: asked.language };
    let filter = LandFilter {
        county: asked.county.clone(),
        window: asked.window,
        states: states(&asked.layers),
        with_reserve: asked.reader == Reader::Official,
    };
    let whole = outline.as_ref().and_then(Outline::window);
    let marks = store::marks(c, &filter, SHAPES_MAX)?;
    // Without a boundary the sheet shows what there is.
    let known = match (asked.window, whole, &marks) {
        (Some(window), ..) => Some(window),
        (None, Some(whole), _) => Some(whole.grown(0.03)),
        (None, None, Some(marks)) => {
            let own = marks.iter().filter_map(|mark| mark.outline.window());
            own.reduce(Window::joined).map(|window| window.grown(0.03))
        }
        (None, None, None) => store::extent(c, &filter)?.map(|window| window.grown(0.03)),
    };
    let window = known.unwrap_or(Window::CHINA);
    let space = land_space(size, window);
    let cell_units = cell_units(window, space.width, space.height);
    let land = match marks {
        Some(marks) => Land::Marks(marks),
        None => Land::Cells(store::cells(c, &filter, cell_units)?),
    };
    let year = store::wetland_year(c, &asked.county)?;
    let zones = zones(c, &asked.county, window, &asked.layers)?;
    let sheet = Sheet {
        title: title(&region.name, asked),
        subtitle: subtitle(year, &land, asked.language),
        boundary: outline.filter(|_| asked.layers.contains(&Layer::Boundary)).unwrap_or_default(),
        legend: legend(&land, &zones, asked),
        zones,
        land,
        cell_units,
        window,
        has_graticule: asked.layers.contains(&Layer::Graticule),
        notes: notes(asked.language),
        whole: asked.window.map(|_| asked.address(&asked.layers, None, asked.language)),
        other_language: asked.address(
            &asked.layers,
            asked.window,
            match asked.language {
                Language::Chinese => Language::English,
                Language::English => Language::Chinese,
            },
        ),
    };
    let closer = |window: Window| Some(asked.address(&asked.layers, Some(window), asked.language));
    Ok(draw_sheet(&sheet, size, href(asked.reader), closer))
}

/// What is in force there of the layers that are zones and plans.
fn zones(
    c: &mut Conn,
    county: &RegionCode,
    window: Window,
    layers: &[Layer],
) -> Answer<Vec<ZoneOutline>> {
    let kinds: Vec<LayerKind> = layers.iter().filter_map(|layer| layer.kind()).collect();
    if kinds.is_empty() { Ok(Vec::new()) } else { store::zones(c, county, window, &kinds) }
}

/// Draws the tile; where it does not touch the county it is empty.
pub(super) fn tile(c: &mut Conn, asked: &TileAsked) -> Answer<String> {
    inventory::region(c, &asked.county)?.ok_or_else(Failure::not_found)?;
    let window = asked.place.window();
    let shows_boundary = asked.layers.contains(&Layer::Boundary);
    let outlines: Vec<Outline> =
        store::boundary(c, &asked.county)?.into_iter().filter(|_| shows_boundary).collect();
    let filter = LandFilter {
        county: asked.county.clone(),
        window: Some(window),
        states: states(&asked.layers),
        with_reserve: asked.reader == Reader::Official,
    };
    let cell_units = cell_units(window, 256.0, 256.0);
    let land = match store::marks(c, &filter, SHAPES_MAX)? {
        Some(marks) => Land::Marks(marks),
        None => Land::Cells(store::cells(c, &filter, cell_units)?),
    };
    let zones = zones(c, &asked.county, window, &asked.layers)?;
    let it = TileLand { outlines, zones, land, cell_units };
    Ok(draw_tile(asked.place, &it, href(asked.reader)))
}

impl SheetAsked {
    /// The address of the same sheet with other layers, window or language.
    fn address(&self, layers: &[Layer], window: Option<Window>, language: Language) -> String {
        let folder = match self.reader {
            Reader::Public => "/api/v1/public/maps",
            Reader::Official => "/api/v1/maps",
        };
        let names: Vec<&str> = layers.iter().map(|layer| layer.as_str()).collect();
        let lang = word(language, "zh", "en");
        let bbox = window.map(|it| {
            format!("&bbox={:.5},{:.5},{:.5},{:.5}", it.west, it.south, it.east, it.north)
        });
        format!(
            "{folder}/{}.svg?layers={}&lang={lang}&width={}{}",
            self.county,
            names.join(","),
            self.width,
            bbox.unwrap_or_default()
        )
    }
}

fn title(name: &str, asked: &SheetAsked) -> String {
    match (asked.language, asked.reader) {
        (Language::Chinese, Reader::Public) => format!("{name}湿地分布图（示意）"),
        (Language::Chinese, Reader::Official) => format!("{name}湿地与后备资源图（示意）"),
        (Language::English, Reader::Public) => format!("Wetlands of {name} (sketch)"),
        (Language::English, Reader::Official) => format!("Wetlands and reserve of {name} (sketch)"),
    }
}

fn subtitle(year: i64, land: &Land, language: Language) -> String {
    let parcels = match land {
        Land::Marks(marks) => i64::try_from(marks.len()).unwrap_or(i64::MAX),
        Land::Cells(cells) => cells.iter().map(|cell| cell.parcels).sum(),
    };
    match (language, year) {
        (Language::Chinese, 0) => format!("湿地资源数据库：未入库 · 图上 {parcels} 个地块"),
        (Language::Chinese, _) => format!("湿地资源数据库：{year} 年 · 图上 {parcels} 个地块"),
        (Language::English, 0) => format!("Wetland database: none yet · {parcels} parcels shown"),
        (Language::English, _) => format!("Wetland database of {year} · {parcels} parcels shown"),
    }
}

fn notes(language: Language) -> Vec<String> {
    let notes = match language {
        Language::Chinese => [
            "示意图，不作为权属、界线和执法依据；图斑面积以数据库记载为准。",
            "坐标系：CGCS2000（EPSG:4490）。过小的图斑以符号表示；图斑过多时按网格汇总显示，点击网格可放大。",
        ],
        Language::English => [
            "A sketch: no evidence of tenure or boundaries. Areas are those of the database.",
            "CGCS2000 (EPSG:4490). Small parcels are shown by signs, very many by cells; click a cell to zoom.",
        ],
    };
    notes.map(str::to_owned).to_vec()
}

/// A row for every state of every layer that the reader may see, each switching its layer.
fn legend(land: &Land, zones: &[ZoneOutline], asked: &SheetAsked) -> Vec<LayerRow> {
    let mut rows = Vec::new();
    for layer in Layer::ALL.iter().copied().filter(|layer| layer.is_for(asked.reader)) {
        let shown = asked.layers.contains(&layer);
        let mut layers = asked.layers.clone();
        if shown {
            layers.retain(|one| *one != layer);
        } else {
            layers.push(layer);
        }
        layers.sort();
        let href = asked.address(&layers, asked.window, asked.language);
        for state in layer.states() {
            rows.push(LayerRow {
                state: Some(*state),
                name: state_name(*state, asked.language).to_owned(),
                sample: String::new(),
                count: if shown { count(land, *state) } else { "–".into() },
                shown,
                href: href.clone(),
            });
        }
        for sign in layer.zone_signs() {
            let colour = sign.colour();
            rows.push(LayerRow {
                state: None,
                name: zone_name(*sign, asked.language).to_owned(),
                sample: format!(
                    "<rect width=\"22\" height=\"11\" fill=\"{colour}\" fill-opacity=\".28\" \
                     stroke=\"{colour}\" stroke-dasharray=\"5 3\"/>"
                ),
                count: if shown {
                    zones.iter().filter(|zone| zone.sign == *sign).count().to_string()
                } else {
                    "–".into()
                },
                shown,
                href: href.clone(),
            });
        }
        let plain = match layer {
            Layer::Boundary => Some((
                word(asked.language, "县界（示意）", "County boundary (sketch)"),
                "<path d=\"M0 6h22\" stroke=\"#5b4a8a\" stroke-width=\"1.6\" stroke-dasharray=\"9 3 2 3\"/>",
            )),
            Layer::Graticule => Some((
                word(asked.language, "经纬网", "Graticule"),
                "<path d=\"M0 6h22M11 0v12\" stroke=\"#9aa7b1\" stroke-dasharray=\"2 3\"/>",
            )),
            Layer::Zones
            | Layer::EcologicalRedLine
            | Layer::BasicFarmland
            | Layer::UrbanPlanningArea
            | Layer::Mangrove
            | Layer::Wetland
            | Layer::Restoration
            | Layer::Certified
            | Layer::Reserve => None,
        };
        if let Some((name, sample)) = plain {
            let (name, sample) = (name.to_owned(), sample.to_owned());
            rows.push(LayerRow { state: None, name, sample, count: String::new(), shown, href });
        }
    }
    rows
}

/// How many parcels of a state there are, and where each is known, how many hectares.
fn count(land: &Land, state: LandState) -> String {
    match land {
        Land::Marks(marks) => {
            let own: Vec<&Mark> = marks.iter().filter(|mark| mark.state == state).collect();
            let centi_m2: i64 = own.iter().map(|mark| mark.area.centi_m2()).sum();
            let area = SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default();
            format!("{} · {} ha", own.len(), hectares_shown(area, 2))
        }
        Land::Cells(cells) => {
            let own = |cell: &&CellCount| cell.state == state;
            cells.iter().filter(own).map(|cell| cell.parcels).sum::<i64>().to_string()
        }
    }
}
