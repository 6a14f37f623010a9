//! The font of all papers, and how wide its glyphs are.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use krilla::text::Font;
use ttf_parser::Face;

/// LXGW WenKai, under the SIL Open Font License; joined by `src/build.rs`.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/paper.ttf"));

static FONT: LazyLock<Option<Font>> = LazyLock::new(|| Font::new(BYTES.into(), 0));
static FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(BYTES, 0).ok());
/// Widths by character in thousandths of the size; a paper uses few characters many times.
static WIDTHS: Mutex<Option<HashMap<char, f32>>> = Mutex::new(None);

pub(super) fn font() -> anyhow::Result<Font> {
    FONT.clone().ok_or_else(|| anyhow::anyhow!("the font of the papers is a font"))
}

/// How wide a text is at that size.
pub(super) fn width(text: &str, size: f32) -> f32 {
    let mut known = WIDTHS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    text.chars().map(|c| *known.entry(c).or_insert_with(|| width_of(c)) * size).sum()
}

/// As a part of the size; what the font does not have counts as a full one.
fn width_of(c: char) -> f32 {
    let measured = FACE.as_ref().and_then(|face| {
        let advance = face.glyph_hor_advance(face.glyph_index(c)?)?;
        Some(f32::from(advance) / f32::from(face.units_per_em()))
    });
    measured.unwrap_or(1.0)
}

/// The text in lines that are no wider than that.
pub(super) fn wrapped(text: &str, size: f32, width_max: f32) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
    for c in text.chars() {
        let wide = width(c.encode_utf8(&mut [0; 4]), size);
        if used + wide > width_max && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        line.push(c);
        used += wide;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_would_be_too_wide() {
        assert!((width("壹佰", 10.0) - 20.0).abs() < 0.01);
        assert_eq!(wrapped("湿地占补平衡", 10.0, 31.0), ["湿地占", "补平衡"]);
        assert_eq!(wrapped("", 10.0, 31.0), [""]);
    }
}
