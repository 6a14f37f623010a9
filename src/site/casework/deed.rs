//! Commands: what each does, who may give it and when, its form, and the operation that obeys it.

use serde_json::Value;

use super::columns::area;
use super::handlers::{by_whom, facts, find};
use super::{Case, Entry, Two, filled};
use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::web::pages::{Ask, Facts, Figure, Form, Link, Say, Sent, Sheet, Shown};

/// A command.
#[derive(Clone, Copy)]
pub(in crate::site) struct Deed {
    /// Its word in the address.
    pub(in crate::site) name: &'static str,
    /// The path of its operation, as the API has it.
    pub(in crate::site) to: &'static str,
    pub(in crate::site) title: Two,
    /// What happens by it.
    says: Two,
    pub(in crate::site) roles: &'static [Role],
    pub(super) open: fn(&Facts) -> bool,
    /// When it may be given, said where it may not.
    pub(super) when: Two,
    /// The fact that says who began it, where another person has to end it.
    begun_by: &'static str,
    entries: &'static [Entry],
    mend: fn(Value) -> Value,
    /// What it moves, for the look before it.
    moves: fn(&Say, &Facts) -> Vec<Figure>,
    /// The kind of thing that it makes, to which it leads; empty where it changes this one.
    makes: &'static str,
}

impl Deed {
    pub(in crate::site) const fn new(
        name: &'static str,
        to: &'static str,
        roles: &'static [Role],
        title: Two,
        says: Two,
    ) -> Self {
        Self {
            name,
            to,
            title,
            says,
            roles,
            open: |_| true,
            when: ("", ""),
            begun_by: "",
            entries: &[],
            mend: |body| body,
            moves: |_, _| Vec::new(),
            makes: "",
        }
    }

    /// Only then; elsewhere the page says when.
    pub(in crate::site) const fn when(self, open: fn(&Facts) -> bool, when: Two) -> Self {
        Self { open, when, ..self }
    }

    /// Not by the person whom that fact names.
    pub(in crate::site) const fn not_by(self, begun_by: &'static str) -> Self {
        Self { begun_by, ..self }
    }

    /// Why the reader, who may give such commands, may not give this one now.
    pub(super) fn closed<'a>(&self, ask: &'a Ask, thing: &Facts) -> Option<&'a str> {
        if !(self.open)(thing) {
            return Some(ask.t(self.when.0, self.when.1));
        }
        let begun_by = thing.text(self.begun_by);
        let own = ask.actor().is_some_and(|actor| actor.user_id.to_string() == begun_by);
        let another = ask.t("须由录入人以外的人办理", "by another person than who entered it");
        (!self.begun_by.is_empty() && own).then_some(another)
    }

    pub(in crate::site) const fn with(self, entries: &'static [Entry]) -> Self {
        Self { entries, ..self }
    }

    /// Puts what was filled in into the shape that the operation takes.
    pub(in crate::site) const fn mend(self, mend: fn(Value) -> Value) -> Self {
        Self { mend, ..self }
    }

    pub(in crate::site) const fn moving(self, moves: fn(&Say, &Facts) -> Vec<Figure>) -> Self {
        Self { moves, ..self }
    }

    pub(in crate::site) const fn makes(self, noun: &'static str) -> Self {
        Self { makes: noun, ..self }
    }

    /// The address of its operation: parts that were chosen in the form, the rest from the thing.
    fn address(&self, ask: &Ask, case_id: &str, thing: &Facts, sent: &Sent) -> String {
        let id = ask.part(case_id);
        let mut to = self.to.to_owned();
        for entry in self.entries.iter().filter(|entry| entry.is_place()) {
            let place = format!("{{{}}}", entry.name());
            to = to.replace(&place, &super::encoded(sent.text(entry.name())));
        }
        // What is left is the thing itself, however its operation calls it.
        let parts = to.split('/').map(|part| if part.starts_with('{') { "{id}" } else { part });
        filled(&parts.collect::<Vec<_>>().join("/"), &id, thing)
    }

    async fn obey(&self, ask: &Ask, case_id: &str, thing: &Facts, sent: &Sent) -> Answer<Facts> {
        let to = self.address(ask, case_id, thing, sent);
        if self.entries.iter().all(Entry::is_place) {
            return ask.act(&to).await;
        }
        let mut body = Value::Object(serde_json::Map::new());
        for entry in self.entries {
            entry.put(&mut body, thing, sent);
        }
        ask.post(&to, &(self.mend)(body)).await
    }

    async fn form(&self, ask: &Ask, thing: &Facts, back: Link) -> Answer<Form> {
        let mut form = Form::post(ask.path(), ask.t(self.title.0, self.title.1));
        for entry in self.entries.iter().filter(|entry| !entry.is_given()) {
            form = form.field(entry.field(ask, thing).await?);
        }
        Ok(form.back(back))
    }
}

/// The page of a command about a thing.
pub(in crate::site) async fn deed(ask: Ask, case: &'static Case) -> Answer<Shown> {
    let name = ask.part("deed");
    let deed = case.deeds.iter().find(|deed| deed.name == name).ok_or_else(Failure::not_found)?;
    let thing = find(&ask, case).await?;
    let home = format!("{}/{}/{}", area(&ask), case.noun, ask.part(case.id));
    let failure = match &ask.sent {
        Some(sent) => match deed.obey(&ask, case.id, &thing, sent).await {
            Ok(done) => return Ok(Shown::see(after(&ask, deed, &home, &done))),
            Err(failure) => Some(failure),
        },
        None => None,
    };
    let known = facts(&ask, case, &thing).await?;
    let sheet = Sheet::new(ask.t(deed.title.0, deed.title.1))
        .under(&format!("{}/{}", area(&ask), case.noun), ask.t(case.title.0, case.title.1))
        .under(&home, case.name_of(&thing));
    let moves = (deed.moves)(&ask.say, &thing);
    let sheet = match moves.is_empty() {
        true => sheet,
        false => sheet.figures(moves),
    };
    let sheet = sheet.text(ask.t(deed.says.0, deed.says.1)).facts(known);
    let back = Link::to(&home, ask.t("返回", "Back"));
    let mine = ask.actor().is_some_and(|actor| deed.roles.contains(&actor.role));
    match failure {
        Some(failure) => {
            let form = deed.form(&ask, &thing, back).await?;
            ask.again(failure, |problem| sheet.form(refilled(&ask, form, problem)))
        }
        None if !mine => Ok(sheet.note(by_whom(&ask, deed)).links(vec![back]).into()),
        None => match deed.closed(&ask, &thing) {
            Some(why) => {
                let text = format!("{}{why}", ask.t("现在不能办理：", "Not now: "));
                Ok(sheet.note(text).links(vec![back]).into())
            }
            None => {
                let form = deed.form(&ask, &thing, back).await?;
                Ok(sheet.form(refilled(&ask, form, None)).into())
            }
        },
    }
}

/// Where a command leads: to what it made, or back with word that it was obeyed.
fn after(ask: &Ask, deed: &Deed, home: &str, done: &Facts) -> String {
    match (deed.makes.is_empty(), done.text("id")) {
        (false, id) if !id.is_empty() => format!("{}/{}/{id}", area(ask), deed.makes),
        _ => format!("{home}?done={}", deed.name),
    }
}

/// The page of a command that begins something.
pub(in crate::site) async fn fresh(ask: Ask, begin: &'static [Deed]) -> Answer<Shown> {
    let name = ask.part("deed");
    let deed = begin.iter().find(|deed| deed.name == name).ok_or_else(Failure::not_found)?;
    let nothing = Facts::default();
    let home = format!("{}/{}", area(&ask), deed.makes);
    let failure = match &ask.sent {
        Some(sent) => match deed.obey(&ask, "", &nothing, sent).await {
            Ok(done) => {
                return Ok(Shown::see(format!("{home}?done={name}&id={}", done.text("id"))));
            }
            Err(failure) => Some(failure),
        },
        None => None,
    };
    let sheet = Sheet::new(ask.t(deed.title.0, deed.title.1))
        .under(&area(&ask), ask.t("我的工作台", "My desk"))
        .text(ask.t(deed.says.0, deed.says.1));
    let back = Link::to(&home, ask.t("返回", "Back"));
    if !ask.actor().is_some_and(|actor| deed.roles.contains(&actor.role)) {
        return Ok(sheet.note(by_whom(&ask, deed)).links(vec![back]).into());
    }
    let form = deed.form(&ask, &nothing, back).await?;
    match failure {
        Some(failure) => ask.again(failure, |problem| sheet.form(refilled(&ask, form, problem))),
        None => Ok(sheet.form(refilled(&ask, form, None)).into()),
    }
}

/// The form with what was sent, and what is wrong with it.
fn refilled(ask: &Ask, form: Form, problem: Option<&Problem>) -> Form {
    ask.filled(form, problem).once(ask.sent.as_ref())
}
