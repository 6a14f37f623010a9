//! How facts are shown: in a column of a list, in a line of a page, in a table below it.

use super::Two;
use crate::kernel::problem::Answer;
use crate::site::words::{grade, word};
use crate::web::pages::{Ask, Cell, Facts, Table, cell};

/// A fact, its label, and how people read it.
#[derive(Clone, Copy)]
pub(in crate::site) struct Column {
    at: &'static str,
    label: Two,
    show: Show,
    to: &'static str,
}

#[derive(Clone, Copy)]
enum Show {
    Text,
    /// A word of a closed list, after what tells its words from others.
    Word(&'static str),
    Words,
    Day,
    Time,
    Area,
    M2,
    Yuan,
    Price,
    Count,
    Hundredths,
    Region,
    /// The number of a batch that is known by its id.
    Batch,
    /// A link to something that has no number of its own.
    Look,
    Yes,
    Grade,
    /// Texts that stand in both languages: `message` is `message_zh` and `message_en`.
    Said,
    /// What all items of a list say, in both languages.
    AllSaid,
    /// Whether it was the reader.
    Person,
}

impl Column {
    const fn new(at: &'static str, label: Two, show: Show) -> Self {
        Self { at, label, show, to: "" }
    }

    pub(in crate::site) const fn text(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Text)
    }

    pub(in crate::site) const fn word(at: &'static str, start: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Word(start))
    }

    pub(in crate::site) const fn words(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Words)
    }

    pub(in crate::site) const fn day(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Day)
    }

    pub(in crate::site) const fn time(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Time)
    }

    pub(in crate::site) const fn area(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Area)
    }

    pub(in crate::site) const fn m2(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::M2)
    }

    pub(in crate::site) const fn yuan(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Yuan)
    }

    pub(in crate::site) const fn price(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Price)
    }

    pub(in crate::site) const fn count(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Count)
    }

    pub(in crate::site) const fn hundredths(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Hundredths)
    }

    pub(in crate::site) const fn region(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Region)
    }

    pub(in crate::site) const fn batch(at: &'static str) -> Self {
        Self::new(at, ("批次", "Batch"), Show::Batch).to("/batches/{batch_id}")
    }

    pub(in crate::site) const fn look(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Look)
    }

    pub(in crate::site) const fn yes(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Yes)
    }

    pub(in crate::site) const fn grade(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Grade)
    }

    pub(in crate::site) const fn said(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Said)
    }

    pub(in crate::site) const fn all_said(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::AllSaid)
    }

    pub(in crate::site) const fn person(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Show::Person)
    }

    /// Leads somewhere: `projects/{project_id}` beside the page, `/batches/{id}` anywhere.
    pub(in crate::site) const fn to(self, to: &'static str) -> Self {
        Self { to, ..self }
    }

    pub(super) fn label<'a>(&self, ask: &'a Ask) -> &'a str {
        ask.t(self.label.0, self.label.1)
    }

    /// Where a fact is missing there is nothing to lead to, and nothing to show.
    pub(super) async fn cell(&self, ask: &Ask, thing: &Facts) -> Answer<Cell> {
        let (say, value) = (&ask.say, thing.text(self.at));
        let shown = match self.show {
            Show::Text => cell(value),
            Show::Word(_) if value.is_empty() => cell("—"),
            Show::Word(start) => cell(word(say, &format!("{start}{value}"))),
            Show::Words => {
                let words = thing.items(self.at).into_iter().map(|one| word(say, &one.text("")));
                cell(words.collect::<Vec<_>>().join(ask.t("、", ", ")))
            }
            Show::Day => cell(say.day(&value)),
            Show::Time if value.is_empty() => cell("—"),
            Show::Time => cell(say.time(&value)),
            Show::Area => cell(say.area(&value)).number(),
            Show::M2 if thing.has(self.at) => cell(say.m2(thing.whole(self.at))).number(),
            Show::M2 => cell("—").number(),
            Show::Yuan => cell(say.yuan(&value)).number(),
            Show::Price => cell(say.price(&value)).number(),
            Show::Count => cell(say.count(thing.whole(self.at))).number(),
            Show::Hundredths => cell(hundredths(thing, self.at)).number(),
            Show::Region if value.is_empty() => cell(""),
            Show::Region => cell(ask.region(&value).await?),
            Show::Look if value.is_empty() => cell(""),
            Show::Look => cell(ask.t("查看", "See it")),
            Show::Batch if value.is_empty() => cell(""),
            Show::Batch => {
                let batch = ask.find(&format!("/api/v1/batches/{value}")).await?;
                cell(batch.map_or(value, |batch| batch.text("number")))
            }
            Show::Yes => cell(say.yes_no(thing.yes(self.at))),
            Show::Grade => cell(grade(say, &value)),
            Show::Said => cell(said(ask, thing, self.at)),
            Show::AllSaid => {
                let all = thing.items(self.at);
                let all = all.iter().map(|one| said(ask, one, "message"));
                cell(all.collect::<Vec<_>>().join(ask.t("；", "; ")))
            }
            Show::Person => cell(person(ask, &value)),
        };
        if self.to.is_empty() || shown.text.is_empty() {
            return Ok(shown);
        }
        let to = super::filled(self.to, &thing.text("id"), thing);
        Ok(shown.to(if to.starts_with('/') { to } else { format!("{}/{to}", area(ask)) }))
    }
}

/// The first step of the address, under which a person's pages stand.
pub(super) fn area(ask: &Ask) -> String {
    format!("/{}", ask.path().split('/').nth(1).unwrap_or_default())
}

fn said(ask: &Ask, thing: &Facts, at: &str) -> String {
    thing.text(&format!("{at}_{}", ask.t("zh", "en")))
}

fn hundredths(thing: &Facts, at: &str) -> String {
    match thing.has(at) {
        true => {
            let value = thing.whole(at);
            format!("{}.{:02}", value / 100, value.rem_euclid(100))
        }
        false => "—".to_owned(),
    }
}

/// Names of people stay with their organisation; whether it was oneself matters for the second one.
fn person(ask: &Ask, id: &str) -> String {
    let me = ask.actor().is_some_and(|actor| actor.user_id.to_string() == id);
    match (id.is_empty(), me) {
        (true, _) => "—",
        (false, true) => ask.t("本人", "yourself"),
        (false, false) => ask.t("其他人员", "somebody else"),
    }
    .to_owned()
}

/// A table below the facts.
pub(in crate::site) struct Part {
    pub(in crate::site) at: &'static str,
    pub(in crate::site) caption: Two,
    pub(in crate::site) empty: Two,
    pub(in crate::site) columns: &'static [Column],
}

impl Part {
    pub(super) async fn table(&self, ask: &Ask, thing: &Facts) -> Answer<Table> {
        let rows = rows(ask, self.columns, &thing.items(self.at)).await?;
        let labels: Vec<&str> = self.columns.iter().map(|column| column.label(ask)).collect();
        Ok(Table::of(ask.t(self.caption.0, self.caption.1), &labels)
            .rows(rows)
            .empty(ask.t(self.empty.0, self.empty.1)))
    }
}

pub(super) async fn rows(
    ask: &Ask,
    columns: &[Column],
    things: &[Facts],
) -> Answer<Vec<Vec<Cell>>> {
    let mut rows = Vec::new();
    for thing in things {
        let mut row = Vec::new();
        for column in columns {
            row.push(column.cell(ask, thing).await?);
        }
        rows.push(row);
    }
    Ok(rows)
}
