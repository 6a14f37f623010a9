//! A PDF of headings, lines and tables on A4, page by page.

use chrono::{Datelike, NaiveDate};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::text::TextDirection;

use super::font::{font, width, wrapped};

/// A4 in points.
const WIDE: f32 = 595.28;
const HIGH: f32 = 841.89;
const MARGIN: f32 = 42.5;
const TITLE: f32 = 16.0;
const HEADING: f32 = 12.0;
const BODY: f32 = 9.5;
const LEADING: f32 = 1.45;
/// Between a cell's text and its borders.
const PAD: f32 = 3.0;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A column of a table; the widths of all share the page's width.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub head: &'static str,
    pub width: f32,
    pub align: Align,
}

impl Column {
    pub fn left(head: &'static str, width: f32) -> Self {
        Self { head, width, align: Align::Left }
    }

    pub fn right(head: &'static str, width: f32) -> Self {
        Self { head, width, align: Align::Right }
    }
}

enum Mark {
    Text {
        x: f32,
        y: f32,
        size: f32,
        text: String,
    },
    /// A line across the page's text.
    Rule {
        y: f32,
    },
}

/// A paper that is being laid out.
pub struct Document {
    title: String,
    dated: NaiveDate,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

impl Document {
    /// Begins with its title; `dated` is the only date that the file carries.
    pub fn new(title: &str, dated: NaiveDate) -> Self {
        let mut it = Self { title: title.to_owned(), dated, pages: vec![Vec::new()], y: MARGIN };
        it.y += TITLE;
        let x = (WIDE - width(title, TITLE)) / 2.0;
        it.text(x.max(MARGIN), TITLE, title);
        it.y += TITLE * 0.8;
        it
    }

    /// A heading, which keeps company with what follows.
    pub fn heading(&mut self, text: &str) {
        self.y += HEADING * 0.6;
        self.room(HEADING * LEADING + 3.0 * BODY * LEADING);
        self.y += HEADING * LEADING;
        self.text(MARGIN, HEADING, text);
        self.y += HEADING * 0.3;
    }

    /// A paragraph.
    pub fn line(&mut self, text: &str) {
        for line in wrapped(text, BODY, WIDE - 2.0 * MARGIN) {
            self.room(BODY * LEADING);
            self.y += BODY * LEADING;
            self.text(MARGIN, BODY, &line);
        }
    }

    /// A table; its heads are repeated on each page.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        let heads: Vec<String> = columns.iter().map(|column| column.head.to_owned()).collect();
        self.room(2.0 * (BODY * LEADING + 2.0 * PAD));
        self.rule();
        self.row(columns, &heads);
        for row in rows {
            if !self.has_room(self.height_of(columns, row)) {
                self.break_page();
                self.rule();
                self.row(columns, &heads);
            }
            self.row(columns, row);
        }
        self.y += PAD;
    }

    /// The whole file.
    pub fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        self.number_pages();
        let (font, mut document) = (font()?, krilla::Document::new());
        let settings = PageSettings::from_wh(WIDE, HIGH);
        let settings = settings.ok_or_else(|| anyhow::anyhow!("A4 is a size"))?;
        for marks in self.pages {
            let mut page = document.start_page_with(settings.clone());
            let mut surface = page.surface();
            surface
                .set_fill(Some(Fill { paint: rgb::Color::new(0, 0, 0).into(), ..Fill::default() }));
            for mark in marks {
                match mark {
                    Mark::Text { x, y, size, text } => surface.draw_text(
                        Point::from_xy(x, y),
                        font.clone(),
                        size,
                        &text,
                        false,
                        TextDirection::LeftToRight,
                    ),
                    Mark::Rule { y } => {
                        let mut path = PathBuilder::new();
                        path.move_to(MARGIN, y);
                        path.line_to(WIDE - MARGIN, y);
                        surface.set_stroke(Some(Stroke { width: 0.5, ..Stroke::default() }));
                        if let Some(path) = path.finish() {
                            surface.draw_path(&path);
                        }
                        surface.set_stroke(None);
                    }
                }
            }
            surface.finish();
            page.finish();
        }
        document.set_metadata(metadata(self.title, self.dated));
        document.finish().map_err(|cause| anyhow::anyhow!("the PDF cannot be written: {cause:?}"))
    }

    fn number_pages(&mut self) {
        let pages = self.pages.len();
        for (n, page) in self.pages.iter_mut().enumerate() {
            let text = format!("第 {} 页，共 {pages} 页", n + 1);
            let x = (WIDE - width(&text, BODY)) / 2.0;
            page.push(Mark::Text { x, y: HIGH - MARGIN / 2.0, size: BODY, text });
        }
    }

    fn row(&mut self, columns: &[Column], cells: &[String]) {
        let (top, height) = (self.y, self.height_of(columns, cells));
        let mut x = MARGIN;
        for (column, cell) in columns.iter().zip(cells) {
            let wide = width_in(columns, column);
            for (n, line) in (0_u16..).zip(wrapped(cell, BODY, wide - 2.0 * PAD)) {
                self.y = top + PAD + BODY * LEADING * f32::from(n) + BODY;
                let x = match column.align {
                    Align::Left => x + PAD,
                    Align::Right => x + wide - PAD - width(&line, BODY),
                };
                self.text(x, BODY, &line);
            }
            x += wide;
        }
        self.y = top + height;
        self.rule();
    }

    fn height_of(&self, columns: &[Column], cells: &[String]) -> f32 {
        let lines = columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| wrapped(cell, BODY, width_in(columns, column) - 2.0 * PAD).len());
        let lines = u16::try_from(lines.max().unwrap_or(1)).unwrap_or(u16::MAX);
        f32::from(lines) * BODY * LEADING + 2.0 * PAD
    }

    fn rule(&mut self) {
        let y = self.y;
        self.mark(Mark::Rule { y });
    }

    fn text(&mut self, x: f32, size: f32, text: &str) {
        let (y, text) = (self.y, text.to_owned());
        if !text.is_empty() {
            self.mark(Mark::Text { x, y, size, text });
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn room(&mut self, high: f32) {
        if !self.has_room(high) {
            self.break_page();
        }
    }

    fn has_room(&self, high: f32) -> bool {
        self.y + high <= HIGH - MARGIN
    }

    fn break_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = MARGIN;
    }
}

fn width_in(columns: &[Column], column: &Column) -> f32 {
    let all: f32 = columns.iter().map(|column| column.width).sum();
    (WIDE - 2.0 * MARGIN) * column.width / all
}

fn metadata(title: String, dated: NaiveDate) -> Metadata {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let date = DateTime::new(u16::try_from(dated.year()).unwrap_or(1))
        .month(part(dated.month()))
        .day(part(dated.day()));
    Metadata::new().title(title).language("zh-CN".into()).creation_date(date)
}
