//! The sheet of a county: title, land, graticule, legend with layers to switch, scale, notes.

use super::cells::draw_cells;
use super::frame::{SCALE_HEIGHT, Space, graticule, north, scale_bar, text, wrapped};
use super::marks::marks_of;
use super::outline::{Outline, pixels};
use super::place::{Projection, Window};
use super::signs::{LandState, ZoneSign, escaped, hatchings};
use super::words::word;
use super::{Land, Mark};
use crate::kernel::problem::Language;

/// From this width on the legend stands beside the land, else below it.
const WIDE_FROM: f64 = 760.0;
const LEGEND_WIDTH: f64 = 286.0;
const MARGIN: f64 = 28.0;
const TITLE_HEIGHT: f64 = 64.0;
const ROW_HEIGHT: f64 = 24.0;
const NOTE_SIZE: f64 = 11.0;

/// How large a sheet is, in pixels, and its language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SheetSize {
    pub(crate) width: f64,
    pub(crate) language: Language,
}

/// A row of the legend: a layer, what it holds, whether it is shown, and the sheet without it.
#[derive(Debug, Clone)]
pub(crate) struct LayerRow {
    pub(crate) state: Option<LandState>,
    pub(crate) name: String,
    pub(crate) sample: String,
    pub(crate) count: String,
    pub(crate) shown: bool,
    pub(crate) href: String,
}

/// A zone under the land.
#[derive(Debug, Clone)]
pub(crate) struct ZoneOutline {
    pub(crate) outline: Outline,
    pub(crate) sign: ZoneSign,
    pub(crate) name: String,
}

impl ZoneOutline {
    pub(super) fn drawn(&self, projection: &Projection) -> String {
        let colour = self.sign.colour();
        format!(
            "<path d=\"{}\" fill=\"{colour}\" fill-opacity=\".28\" stroke=\"{colour}\" \
             stroke-width=\"1.2\" stroke-dasharray=\"5 3\"><title>{}</title></path>",
            self.outline.path(projection),
            escaped(&self.name)
        )
    }
}

/// All that a sheet shows.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// The county; empty where its boundary is switched off or not known.
    pub(crate) boundary: Outline,
    pub(crate) zones: Vec<ZoneOutline>,
    pub(crate) land: Land,
    pub(crate) cell_units: [i64; 2],
    pub(crate) window: Window,
    pub(crate) has_graticule: bool,
    pub(crate) legend: Vec<LayerRow>,
    pub(crate) notes: Vec<String>,
    /// The whole county, where the window is only a part of it.
    pub(crate) whole: Option<String>,
    pub(crate) other_language: String,
}

/// Where the land of a sheet of that width stands, so that its cells can be asked for.
pub(crate) fn land_space(size: SheetSize, window: Window) -> Space {
    let wide = size.width >= WIDE_FROM;
    let width = size.width - MARGIN * 2.0 - if wide { LEGEND_WIDTH } else { 0.0 };
    let (east, north) = super::place::metres_per_degree(window.middle_latitude());
    let shape = ((window.north - window.south) * north) / ((window.east - window.west) * east);
    let height = (width * shape).clamp(width * 0.5, width * 1.3);
    Space { left: MARGIN, top: TITLE_HEIGHT, width, height }
}

/// Draws a sheet.
pub(crate) fn draw_sheet(
    sheet: &Sheet,
    size: SheetSize,
    href: impl Fn(&Mark) -> String,
    closer: impl Fn(Window) -> Option<String>,
) -> String {
    let space = land_space(size, sheet.window);
    let projection =
        Projection::fit(sheet.window, space.left, space.top, space.width, space.height);
    let wide = size.width >= WIDE_FROM;
    let legend_height = 34.0 + ROW_HEIGHT * rows(sheet.legend.len());
    let legend = if wide {
        Space {
            left: space.right() + 14.0,
            top: space.top,
            width: LEGEND_WIDTH - 14.0,
            height: legend_height,
        }
    } else {
        Space {
            left: MARGIN,
            top: space.bottom() + 26.0,
            width: space.width,
            height: legend_height,
        }
    };
    let below = space.bottom().max(legend.bottom() + SCALE_HEIGHT + 10.0);
    let notes_top = below + 34.0;
    let room = size.width - MARGIN * 2.0;
    let notes: Vec<String> =
        sheet.notes.iter().flat_map(|note| wrapped(note, room, NOTE_SIZE)).collect();
    let height = notes_top + 16.0 * rows(notes.len()) + 12.0;

    let mut out = head(sheet, size, height);
    out.push_str(&format!(
        "<clipPath id=\"land\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
        pixels(space.left),
        pixels(space.top),
        pixels(space.width),
        pixels(space.height),
    ));
    out.push_str("<g clip-path=\"url(#land)\">");
    out.push_str(&ground(sheet, &projection, space));
    match &sheet.land {
        Land::Marks(marks) => out.push_str(&marks_of(marks, &projection, space, href)),
        Land::Cells(cells) => {
            out.push_str(&draw_cells(cells, sheet.cell_units, &projection, closer));
        }
    }
    out.push_str("</g>");
    if sheet.has_graticule {
        out.push_str(&graticule(sheet.window, &projection, space));
    }
    out.push_str(&frame(space));
    out.push_str(&north(space));
    let scale = [legend.left, legend.bottom() + 10.0];
    out.push_str(&scale_bar(sheet.window, &projection, scale));
    out.push_str(&legend_of(sheet, legend, size.language));
    for (n, note) in (0_u32..).zip(&notes) {
        out.push_str(&text(MARGIN, notes_top + 16.0 * f64::from(n), NOTE_SIZE, "start", note));
    }
    out.push_str("</svg>");
    out
}

/// A number of things as a number of pixels can be counted with.
pub(crate) fn rows(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or_default())
}

fn head(sheet: &Sheet, size: SheetSize, height: f64) -> String {
    let lang = word(size.language, "zh-CN", "en");
    let (width, height) = (pixels(size.width), pixels(height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" lang=\"{lang}\" font-family=\"'Noto Sans \
         CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif\">\
         <title>{}</title>{}<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        escaped(&sheet.title),
        hatchings(),
    );
    let big = if size.width >= WIDE_FROM { 22.0 } else { 16.0 };
    out.push_str(&text(MARGIN, 36.0, big, "start", &sheet.title));
    out.push_str(&text(MARGIN, 55.0, 12.0, "start", &sheet.subtitle));
    let link = word(size.language, "English", "中文");
    out.push_str(&linked(&sheet.other_language, &coloured(size.width - MARGIN, 15.0, "end", link)));
    if let Some(whole) = &sheet.whole {
        let words = word(size.language, "返回全县", "Whole county");
        out.push_str(&linked(whole, &coloured(size.width - MARGIN, 54.0, "end", words)));
    }
    out
}

fn linked(href: &str, inside: &str) -> String {
    format!("<a href=\"{}\">{inside}</a>", escaped(href))
}

fn coloured(x: f64, y: f64, anchor: &str, words: &str) -> String {
    format!(
        "<text x=\"{}\" y=\"{}\" font-size=\"12\" text-anchor=\"{anchor}\" fill=\"#0b5cad\" \
         text-decoration=\"underline\">{}</text>",
        pixels(x),
        pixels(y),
        escaped(words)
    )
}

/// The county and the zones, under the land.
fn ground(sheet: &Sheet, projection: &Projection, space: Space) -> String {
    let mut out = format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#eef1f3\"/>",
        pixels(space.left),
        pixels(space.top),
        pixels(space.width),
        pixels(space.height),
    );
    let county = sheet.boundary.path(projection);
    out.push_str(&format!(
        "<path d=\"{county}\" fill=\"#fbfaf5\" stroke=\"#5b4a8a\" stroke-width=\"5\" \
         stroke-opacity=\".18\"/>"
    ));
    sheet.zones.iter().for_each(|zone| out.push_str(&zone.drawn(projection)));
    out.push_str(&format!(
        "<path d=\"{county}\" fill=\"none\" stroke=\"#5b4a8a\" stroke-width=\"1.4\" \
         stroke-dasharray=\"9 3 2 3\"/>"
    ));
    out
}

fn frame(space: Space) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#1f2a33\"/>",
        pixels(space.left),
        pixels(space.top),
        pixels(space.width),
        pixels(space.height),
    )
}

/// What the signs mean, how many there are of each, and the sheet with or without each layer.
fn legend_of(sheet: &Sheet, space: Space, language: Language) -> String {
    let title = word(language, "图例（点击切换图层）", "Legend (click to switch layers)");
    let mut out = text(space.left, space.top + 16.0, 14.0, "start", title);
    for (n, row) in (0_u32..).zip(&sheet.legend) {
        let y = space.top + 42.0 + ROW_HEIGHT * f64::from(n);
        let x = space.left;
        let tick = if row.shown {
            format!(
                "<path d=\"M{} {}l3.5 4l6 -8\" fill=\"none\" stroke=\"#0b5cad\" stroke-width=\"2\"/>",
                pixels(x + 1.5),
                pixels(y - 4.0)
            )
        } else {
            String::new()
        };
        let sample = match row.state {
            Some(state) => state.sign([x + 30.0, y - 4.0], 5.5),
            None => format!(
                "<g transform=\"translate({} {})\">{}</g>",
                pixels(x + 20.0),
                pixels(y - 10.0),
                row.sample
            ),
        };
        let inside = format!(
            "<rect x=\"{}\" y=\"{}\" width=\"13\" height=\"13\" fill=\"#fff\" stroke=\"#5a6b78\"/>{tick}{sample}{}{}",
            pixels(x),
            pixels(y - 10.5),
            text(x + 48.0, y, 12.5, "start", &row.name),
            text(space.right(), y, 12.0, "end", &row.count),
        );
        out.push_str(&linked(&row.href, &inside));
    }
    out
}
