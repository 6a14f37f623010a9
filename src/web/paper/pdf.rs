//! A PDF of headings, lines and tables on A4, page by page.

use chrono::{Datelike, NaiveDate};
use krilla::color::rgb;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{Path, PathBuilder, Point, Rect};
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

/// Black and white squares, row by row, as a two-dimensional code is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squares {
    pub width: usize,
    /// Whether each of them is black.
    pub black: Vec<bool>,
}

/// A file that goes along with the paper, as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: &'static str,
    pub mime_type: &'static str,
    pub description: &'static str,
    pub bytes: Vec<u8>,
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
    Squares {
        x: f32,
        y: f32,
        side: f32,
        squares: Squares,
    },
}

/// A paper that is being laid out.
pub struct Document {
    title: String,
    dated: NaiveDate,
    pages: Vec<Vec<Mark>>,
    attachments: Vec<Attachment>,
    y: f32,
}

impl Document {
    /// Begins with its title; `dated` is the only date that the file carries.
    pub fn new(title: &str, dated: NaiveDate) -> Self {
        let (pages, attachments) = (vec![Vec::new()], Vec::new());
        let mut it = Self { title: title.to_owned(), dated, pages, attachments, y: MARGIN };
        it.title(title);
        it
    }

    /// Begins another page with a title of its own.
    pub fn page(&mut self, title: &str) {
        self.break_page();
        self.title(title);
    }

    fn title(&mut self, title: &str) {
        self.y += TITLE;
        let x = (WIDE - width(title, TITLE)) / 2.0;
        self.text(x.max(MARGIN), TITLE, title);
        self.y += TITLE * 0.8;
    }

    /// Squares at the right margin, so many points high, with a line of text under them.
    pub fn squares(&mut self, squares: Squares, side: f32, under: &str) {
        self.room(side + 2.0 * BODY * LEADING);
        self.y += PAD;
        let x = WIDE - MARGIN - side;
        let y = self.y;
        self.mark(Mark::Squares { x, y, side, squares });
        self.y += side + BODY * LEADING;
        let x = WIDE - MARGIN - width(under, BODY);
        self.text(x.max(MARGIN), BODY, under);
    }

    /// Lets a file go along with the paper.
    pub fn attach(&mut self, attachment: Attachment) {
        self.attachments.push(attachment);
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
                    Mark::Squares { x, y, side, squares } => {
                        if let Some(path) = black_squares(x, y, side, &squares) {
                            surface.draw_path(&path);
                        }
                    }
                }
            }
            surface.finish();
            page.finish();
        }
        document.set_metadata(metadata(self.title, self.dated));
        for attachment in self.attachments {
            let file = embedded(attachment, self.dated)?;
            document
                .embed_file(file)
                .ok_or_else(|| anyhow::anyhow!("each file goes along once"))?;
        }
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

/// Runs of black squares as rectangles, so that no hair line shows between neighbours.
fn black_squares(x: f32, y: f32, side: f32, squares: &Squares) -> Option<Path> {
    let count = f32::from(u16::try_from(squares.width).ok()?);
    let one = side / count;
    let mut path = PathBuilder::new();
    for (row, line) in (0_u16..).zip(squares.black.chunks(squares.width.max(1))) {
        let top = y + one * f32::from(row);
        let mut begin = None;
        for (column, black) in (0_u16..).zip(line.iter().copied().chain([false])) {
            match (begin, black) {
                (None, true) => begin = Some(column),
                (Some(first), false) => {
                    let (left, wide) =
                        (x + one * f32::from(first), one * f32::from(column - first));
                    path.push_rect(Rect::from_xywh(left, top, wide, one)?);
                    begin = None;
                }
                _ => {}
            }
        }
    }
    path.finish()
}

fn embedded(it: Attachment, dated: NaiveDate) -> anyhow::Result<EmbeddedFile> {
    let mime_type = MimeType::new(it.mime_type);
    Ok(EmbeddedFile {
        path: it.name.to_owned(),
        mime_type: Some(mime_type.ok_or_else(|| anyhow::anyhow!("a file has a kind"))?),
        description: Some(it.description.to_owned()),
        association_kind: AssociationKind::Source,
        data: it.bytes.into(),
        modification_date: Some(date_of(dated)),
        // Readers with the simplest tools find it as it is.
        compress: Some(false),
        location: None,
    })
}

fn width_in(columns: &[Column], column: &Column) -> f32 {
    let all: f32 = columns.iter().map(|column| column.width).sum();
    (WIDE - 2.0 * MARGIN) * column.width / all
}

fn metadata(title: String, dated: NaiveDate) -> Metadata {
    Metadata::new().title(title).language("zh-CN".into()).creation_date(date_of(dated))
}

fn date_of(dated: NaiveDate) -> DateTime {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    DateTime::new(u16::try_from(dated.year()).unwrap_or(1))
        .month(part(dated.month()))
        .day(part(dated.day()))
}
