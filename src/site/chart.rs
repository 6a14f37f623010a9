//! The chart of prices and volumes: SVG by attributes alone, its legend in HTML.

use crate::web::pages::{Facts, Say};

const WIDTH: i64 = 720;
const HEIGHT: i64 = 260;
const LEFT: i64 = 78;
const RIGHT: i64 = 12;
const TOP: i64 = 16;
const BOTTOM: i64 = 30;

/// One day of trading.
struct Point {
    day: String,
    fen: i64,
    m2: i64,
}

/// Draws the points of a price index; nothing where there are none.
pub(super) fn prices(points: &[Facts], say: &Say) -> Option<String> {
    let points: Vec<Point> = points.iter().map(point).collect();
    let highest = points.iter().map(|point| point.fen).max()?.max(1);
    let most = points.iter().map(|point| point.m2).max()?.max(1);
    let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let count = i64::try_from(points.len()).unwrap_or(1).max(1);
    // The highest price stands a little below the top.
    let y = |fen: i64| TOP + high - high * 9 / 10 * (fen / 100) / (highest / 100).max(1);
    let x = |at: i64| LEFT + wide * (2 * at + 1) / (2 * count);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-size=\"12\" fill=\"#4a5b62\"><title>{}</title>",
        say.t("每日均价与成交面积", "Price and area traded, by day"),
    );
    for part in 0..=3 {
        let fen = highest / 3 * part;
        let at = y(fen);
        svg.push_str(&format!(
            "<path d=\"M{LEFT} {at}H{}\" stroke=\"#dfe6e5\"/><text x=\"{}\" y=\"{}\" \
             text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 8,
            at + 4,
            say.count(fen / 100),
        ));
    }
    let bar = (wide / count * 3 / 5).clamp(2, 36);
    let mut line = String::new();
    for (at, point) in (0..).zip(&points) {
        let tall = (high / 2 * point.m2 / most).max(1);
        svg.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{bar}\" height=\"{tall}\" fill=\"#a9cfc4\"><title>{} {}</title></rect>",
            x(at) - bar / 2,
            TOP + high - tall,
            point.day,
            say.m2(point.m2),
        ));
        let step = if at == 0 { 'M' } else { 'L' };
        line.push_str(&format!("{step}{} {}", x(at), y(point.fen)));
    }
    svg.push_str(&format!(
        "<path d=\"{line}\" fill=\"none\" stroke=\"#b04a00\" stroke-width=\"2.5\"/>"
    ));
    for (at, point) in (0..).zip(&points) {
        svg.push_str(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"3.5\" fill=\"#b04a00\"/>",
            x(at),
            y(point.fen),
        ));
    }
    let ends = [(points.first()?, LEFT, "start"), (points.last()?, WIDTH - RIGHT, "end")];
    let shown = if points.len() > 1 { 2 } else { 1 };
    for (point, at, anchor) in ends.into_iter().take(shown) {
        svg.push_str(&format!(
            "<text x=\"{at}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            HEIGHT - 10,
            say.day(&point.day),
        ));
    }
    svg.push_str("</svg>");
    Some(svg)
}

fn point(facts: &Facts) -> Point {
    let fen = facts.text("price_per_mu").replace('.', "").parse().unwrap_or_default();
    // Only a day is drawn as text.
    let day = facts.text("day").chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    Point { day, fen, m2: facts.whole("m2") }
}

/// What the colours mean.
pub(super) fn legend(say: &Say) -> &'static str {
    say.t("橙色折线：每日加权均价（元/亩）；绿色柱：每日成交面积（m²）。", "Orange line: the day's weighted price (CNY per mu). Green bars: the area traded that day (m²).")
}
