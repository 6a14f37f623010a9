//! What a page consists of. The content is said here, its HTML is written in one template, so that
//! every table, every field and every figure of the site looks and behaves alike.

use super::facts::Facts;
use super::form::Form;
use super::say::Say;
use super::sorting::Head;

/// A page without what surrounds it.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub title: String,
    /// Where the reader is: the pages above this one.
    pub trail: Vec<Link>,
    pub blocks: Vec<Block>,
    /// The status of the answer; 200 unless a form was refused.
    pub status: u16,
}

#[derive(Debug, Clone)]
pub enum Block {
    /// A sentence under the title.
    Lead(String),
    Heading(String),
    Text(String),
    /// Something that happened or is to be known: `good`, `bad` or `note`.
    Message {
        kind: &'static str,
        text: String,
    },
    Figures(Vec<Figure>),
    Facts(Vec<(String, Cell)>),
    Table(Table),
    Form(Form),
    Links(Vec<Link>),
    List(Vec<Cell>),
    /// So many of so many; the page is loaded again until it is done.
    Progress {
        label: String,
        done: i64,
        total: i64,
    },
    /// SVG of our own making, which writes texts as escaped.
    Picture {
        svg: String,
        caption: String,
        /// Whether it can be moved and enlarged.
        zoom: bool,
    },
}

/// A number that is the point of the page.
#[derive(Debug, Clone)]
pub struct Figure {
    pub label: String,
    pub value: String,
    pub note: String,
}

#[derive(Debug, Clone, Default)]
pub struct Link {
    pub href: String,
    pub text: String,
    /// Whether it is the next thing to do.
    pub strong: bool,
}

/// What stands in one place of a table.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    pub text: String,
    pub href: String,
    /// Numbers stand to the right.
    pub number: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// What to say, and to do, while there are none.
    pub empty: String,
    pub next: Option<Link>,
    pub exports: Vec<Link>,
    /// The headings as they are written, once it is known where the table stands.
    pub(super) heads: Vec<Head>,
}

/// A text in a table.
pub fn cell(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

impl Cell {
    pub fn to(self, href: impl Into<String>) -> Self {
        Self { href: href.into(), ..self }
    }

    pub fn number(self) -> Self {
        Self { number: true, ..self }
    }

    /// The text, or a dash where there is none, so that a link has a name.
    pub(super) fn shown(&self) -> &str {
        if self.text.is_empty() { "—" } else { &self.text }
    }
}

impl Link {
    pub fn to(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into(), strong: false }
    }

    pub fn strong(self) -> Self {
        Self { strong: true, ..self }
    }
}

impl Figure {
    pub fn of(label: &str, value: String) -> Self {
        Self { label: label.to_owned(), value, note: String::new() }
    }

    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

impl Sheet {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), status: 200, ..Self::default() }
    }

    pub fn under(mut self, href: &str, text: impl Into<String>) -> Self {
        self.trail.push(Link::to(href, text));
        self
    }

    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    pub fn lead(self, text: impl Into<String>) -> Self {
        self.block(Block::Lead(text.into()))
    }

    pub fn heading(self, text: impl Into<String>) -> Self {
        self.block(Block::Heading(text.into()))
    }

    pub fn text(self, text: impl Into<String>) -> Self {
        self.block(Block::Text(text.into()))
    }

    pub fn good(self, text: impl Into<String>) -> Self {
        self.block(Block::Message { kind: "good", text: text.into() })
    }

    pub fn bad(self, text: impl Into<String>) -> Self {
        self.block(Block::Message { kind: "bad", text: text.into() })
    }

    pub fn note(self, text: impl Into<String>) -> Self {
        self.block(Block::Message { kind: "note", text: text.into() })
    }

    pub fn figures(self, figures: Vec<Figure>) -> Self {
        self.block(Block::Figures(figures))
    }

    pub fn facts(self, facts: Vec<(&str, Cell)>) -> Self {
        let facts = facts.into_iter().map(|(name, cell)| (name.to_owned(), cell));
        self.block(Block::Facts(facts.collect()))
    }

    pub fn table(self, table: Table) -> Self {
        self.block(Block::Table(table))
    }

    pub fn links(self, links: Vec<Link>) -> Self {
        self.block(Block::Links(links))
    }

    pub fn list(self, items: Vec<Cell>) -> Self {
        self.block(Block::List(items))
    }

    pub fn form(mut self, mut form: Form) -> Self {
        if !form.problem.is_empty() || form.fields.iter().any(|field| !field.error.is_empty()) {
            self.status = 422;
        }
        // A page has each id once, however many of its forms ask for a reason.
        for field in &mut form.fields {
            let named = |block: &&Block| match block {
                Block::Form(other) => other.fields.iter().any(|it| it.name == field.name),
                _ => false,
            };
            field.place = self.blocks.iter().filter(named).count() + 1;
        }
        self.block(Block::Form(form))
    }

    /// How far something is that goes on without its reader.
    pub fn progress(self, label: &str, done: i64, total: i64) -> Self {
        self.block(Block::Progress { label: label.to_owned(), done, total })
    }

    /// Whether it asks for something that changes the world.
    pub(super) fn posts(&self) -> bool {
        self.blocks.iter().any(|block| matches!(block, Block::Form(form) if form.posts))
    }
}

impl Table {
    pub fn of(caption: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { caption: caption.into(), columns, ..Self::default() }
    }

    pub fn rows(self, rows: Vec<Vec<Cell>>) -> Self {
        Self { rows, ..self }
    }

    pub fn empty(self, text: impl Into<String>) -> Self {
        Self { empty: text.into(), ..self }
    }

    pub fn export(mut self, link: Link) -> Self {
        self.exports.push(link);
        self
    }

    /// Whether a column holds numbers, by its first row.
    pub(super) fn is_number(&self, at: &usize) -> bool {
        self.rows.first().and_then(|row| row.get(*at)).is_some_and(|cell| cell.number)
    }

    /// The heading of a column, which stands beside each value where the table is too wide.
    pub(super) fn label(&self, at: &usize) -> &str {
        self.columns.get(*at).map_or("", String::as_str)
    }

    /// Leads to the next page of a list, at `path` with what was asked for.
    pub fn next(self, list: &Facts, say: &Say, path: &str, query: &[(&str, &str)]) -> Self {
        let next = list.next().map(|cursor| {
            let mut all: Vec<_> = query.iter().filter(|(_, value)| !value.is_empty()).collect();
            let cursor = ("cursor", cursor.as_str());
            all.push(&cursor);
            Link::to(address(path, &all), say.t("下一页", "Next page"))
        });
        Self { next, ..self }
    }
}

/// A path with a query.
fn address(path: &str, query: &[&(&str, &str)]) -> String {
    let pairs = query.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Percent-encodes a value of a query or a part of a path.
pub fn encoded(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
