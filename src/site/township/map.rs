//! The township's land on a map of its own: each parcel leads to its page.

use crate::kernel::problem::Answer;
use crate::web::pages::{Ask, Block, Facts, Link, Say, Sheet, Shown, encoded};

const WIDTH: f64 = 800.0;
const MARGIN: f64 = 16.0;
/// More rings than this are a blur on a screen; the list has them all.
const PARCELS_MAX: usize = 600;

struct Plot {
    number: String,
    name: String,
    area: String,
    is_reserve: bool,
    /// The outer rings in degrees.
    rings: Vec<Vec<(f64, f64)>>,
}

pub(super) async fn map(ask: Ask) -> Answer<Shown> {
    let exported = ask.get("/api/v1/parcel-exports").await?;
    let all = exported.items("features");
    let plots: Vec<Plot> = all.iter().take(PARCELS_MAX).map(plot).collect();
    let sheet = Sheet::new(ask.t("我的地块地图", "Map of my parcels"))
        .under("/township/parcels", ask.t("我的地块", "My parcels"))
        .lead(ask.t(
            "点击地块可查看其面积、地类和附件。地图为示意图，面积以入库数据为准。",
            "A parcel leads to its area, class and documents. The map is a sketch; the kept figures hold.",
        ));
    let Some(svg) = drawn(&plots, &ask.say) else {
        return Ok(sheet
            .note(ask.t(
                "还没有入库的地块。请到“摸底任务”上报。",
                "There are no parcels yet. Report them under “Surveys”.",
            ))
            .links(vec![Link::to("/township/surveys", ask.t("上报地块", "Report land")).strong()])
            .into());
    };
    let caption = ask.t(
        "橙色：湿地后备资源；蓝绿色：湿地。按住 Ctrl 滚动滚轮可缩放，拖动可移动。",
        "Orange: reserve land. Teal: wetland. Ctrl and wheel to zoom, drag to move.",
    );
    let sheet = sheet.block(Block::Picture { svg, caption: caption.to_owned(), zoom: true });
    let sheet = match all.len() > PARCELS_MAX {
        true => sheet.note(ask.t(
            "地块较多，地图只画出一部分；全部地块见列表。",
            "There are more parcels than the map draws; the list has them all.",
        )),
        false => sheet,
    };
    Ok(sheet
        .links(vec![
            Link::to("/township/parcels", ask.t("地块列表", "List of parcels")),
            Link::to("/map", ask.t("全县地图", "Map of the county")),
        ])
        .into())
}

fn plot(feature: &Facts) -> Plot {
    let polygons = match feature.text("geometry/type").as_str() {
        "MultiPolygon" => feature.items("geometry/coordinates"),
        _ => vec![feature.at("geometry/coordinates")],
    };
    let ring = |polygon: &Facts| -> Vec<(f64, f64)> {
        let points = polygon.items("0");
        points.iter().filter_map(|point| Some((degree(point, "0")?, degree(point, "1")?))).collect()
    };
    Plot {
        number: feature.text("properties/number"),
        name: feature.text("properties/name"),
        area: feature.text("properties/area_m2"),
        is_reserve: feature.text("properties/kind") == "reserve",
        rings: polygons.iter().map(ring).filter(|ring| ring.len() > 2).collect(),
    }
}

fn degree(point: &Facts, at: &str) -> Option<f64> {
    point.text(at).parse().ok()
}

/// Draws them in the frame that holds them all; nothing where there are none.
fn drawn(plots: &[Plot], say: &Say) -> Option<String> {
    let points = || plots.iter().flat_map(|plot| plot.rings.iter().flatten());
    let (first_x, first_y) = *points().next()?;
    let start = (first_x, first_x, first_y, first_y);
    let (west, east, south, north) = points().fold(start, |(west, east, south, north), (x, y)| {
        (west.min(*x), east.max(*x), south.min(*y), north.max(*y))
    });
    // A degree of longitude is shorter the further north it lies.
    let narrow = f64::midpoint(south, north).to_radians().cos();
    let (wide, tall) = (((east - west) * narrow).max(1e-6), (north - south).max(1e-6));
    let scale = ((WIDTH - 2.0 * MARGIN) / wide).min(WIDTH / tall);
    let height = tall * scale + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" \
         role=\"img\" font-size=\"11\"><title>{}</title><rect width=\"{WIDTH:.0}\" \
         height=\"{height:.0}\" fill=\"#f3f6f5\"/>",
        say.t("本乡镇地块", "Parcels of the township"),
    );
    for plot in plots {
        let mut path = String::new();
        for ring in &plot.rings {
            for (at, (x, y)) in ring.iter().enumerate() {
                let step = if at == 0 { 'M' } else { 'L' };
                let x = MARGIN + (x - west) * narrow * scale;
                let y = MARGIN + (north - y) * scale;
                path.push_str(&format!("{step}{x:.1} {y:.1}"));
            }
            path.push('Z');
        }
        let (fill, line) =
            if plot.is_reserve { ("#f2c894", "#8a4b08") } else { ("#9fd0c4", "#0f5c4d") };
        svg.push_str(&format!(
            "<a href=\"/township/parcels?number={}\"><path d=\"{path}\" fill=\"{fill}\" \
             stroke=\"{line}\"/><title>{} {} {}</title></a>",
            encoded(&plot.number),
            escaped(&plot.number),
            escaped(&plot.name),
            escaped(&say.area(&plot.area)),
        ));
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// A text between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{drawn, plot};
    use crate::kernel::problem::Language;
    use crate::web::pages::{Facts, Say};
    use serde_json::json;

    #[test]
    fn parcels_are_drawn_north_up_inside_the_frame_and_a_name_cannot_break_out() {
        let feature = json!({
            "geometry": { "type": "Polygon", "coordinates": [[[116.0, 28.0], [116.1, 28.0], [116.1, 28.1], [116.0, 28.0]]] },
            "properties": { "number": "R360124-0012", "kind": "reserve", "name": "<script>", "area_m2": 5.0 },
        });
        let svg = drawn(&[plot(&Facts::from(feature))], &Say(Language::English)).unwrap();
        assert!(svg.contains("href=\"/township/parcels?number=R360124-0012\""), "{svg}");
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>"), "{svg}");
        // The south-western corner stands at the left and at the bottom.
        assert!(svg.contains("d=\"M16.0 "), "{svg}");
        assert_eq!(drawn(&[], &Say(Language::English)), None);
    }
}
