//! The list of a kind of thing, and one of them.

use super::columns::{area, rows};
use super::{Case, Deed, encoded, filled};
use crate::kernel::problem::{Answer, Failure};
use crate::site::words::word;
use crate::web::pages::{Ask, Cell, Facts, Form, Link, Sheet, Shown, Table, cell};

/// How many pages of a list are looked through for a thing that has no page of its own.
const PAGES_MAX: usize = 5;

pub(in crate::site) async fn list(ask: Ask, case: &'static Case) -> Answer<Shown> {
    let filters: Vec<&'static str> = case.filters.iter().map(super::Entry::name).collect();
    let passed = ask.passed(&[filters.as_slice(), &["cursor"]].concat());
    let list = ask.get(&address(&ask, case, 50, &passed)).await?;
    let things = list.items(case.rows);
    let mut rows = rows(&ask, case.columns, &things).await?;
    for (row, thing) in rows.iter_mut().zip(&things) {
        if let Some(first) = row.first_mut().filter(|first| first.href.is_empty()) {
            first.href = format!("{}/{}/{}", area(&ask), case.noun, thing.text("id"));
            if first.text.is_empty() {
                first.text = ask.t("查看", "Look").to_owned();
            }
        }
    }
    let mut sheet =
        Sheet::new(ask.t(case.title.0, case.title.1)).lead(ask.t(case.lead.0, case.lead.1));
    if case.begin.contains(&ask.query("done")) {
        sheet = sheet.good(ask.t("已办理。", "Done."));
    }
    let begin = begin(&ask, case);
    if !begin.is_empty() {
        sheet = sheet.links(begin);
    }
    let path = format!("{}/{}", area(&ask), case.noun);
    if !case.filters.is_empty() {
        let mut form = Form::ask(&path, ask.t("筛选", "Filter"));
        for entry in case.filters {
            let field = entry.field(&ask, &Facts::default()).await?;
            form = form.field(field.value(ask.query(entry.name())));
        }
        sheet = sheet.form(form);
    }
    let labels: Vec<&str> = case.columns.iter().map(|column| column.label(&ask)).collect();
    let kept: Vec<(&str, &str)> = filters.iter().map(|name| (*name, ask.query(name))).collect();
    let table = Table::of("", &labels)
        .rows(rows)
        .empty(ask.t(case.empty.0, case.empty.1))
        .next(&list, &ask.say, &path, &kept);
    Ok(sheet.table(table).into())
}

fn address(ask: &Ask, case: &Case, limit: u32, passed: &str) -> String {
    let region = ask.actor().map(|actor| actor.region.to_string()).unwrap_or_default();
    let list = case.list.replace("{region}", &region);
    if !case.paged {
        return list;
    }
    let mark = if list.contains('?') { '&' } else { '?' };
    format!("{list}{mark}limit={limit}{passed}")
}

/// What the reader may begin here.
fn begin(ask: &Ask, case: &Case) -> Vec<Link> {
    let role = ask.actor().map(|actor| actor.role);
    let all = crate::site::beginnings();
    let mine = case.begin.iter().filter_map(|name| {
        let deed = all.iter().find(|deed| deed.name == *name)?;
        let may = role.is_some_and(|role| deed.roles.contains(&role));
        let to = format!("{}/new/{name}", area(ask));
        may.then(|| Link::to(to, ask.t(deed.title.0, deed.title.1)).strong())
    });
    mine.collect()
}

/// The thing that the address names, with all that is known of it.
pub(super) async fn find(ask: &Ask, case: &Case) -> Answer<Facts> {
    let id = ask.part(case.id);
    let mut thing = match case.one.is_empty() {
        true => find_in_list(ask, case, &id).await?,
        false => ask.get(&filled(case.one, &id, &Facts::default())).await?,
    };
    for (name, template) in case.also {
        if let Some(more) = ask.find(&filled(template, &id, &thing)).await? {
            thing = thing.with(name, more);
        }
    }
    Ok(thing)
}

async fn find_in_list(ask: &Ask, case: &Case, id: &str) -> Answer<Facts> {
    let mut cursor = String::new();
    for _ in 0..PAGES_MAX {
        let page = ask.get(&address(ask, case, 200, &cursor)).await?;
        if let Some(found) = page.items(case.rows).into_iter().find(|one| one.text("id") == id) {
            return Ok(found);
        }
        match page.next() {
            Some(next) => cursor = format!("&cursor={}", encoded(&next)),
            None => break,
        }
    }
    Err(Failure::not_found())
}

/// One thing: its facts, what the reader may do next and why not, and all that happened.
pub(in crate::site) async fn show(ask: Ask, case: &'static Case, papers: bool) -> Answer<Shown> {
    let thing = find(&ask, case).await?;
    let mut sheet = Sheet::new(case.name_of(&thing))
        .under(&format!("{}/{}", area(&ask), case.noun), ask.t(case.title.0, case.title.1));
    if let Some(done) = case.deeds.iter().find(|deed| deed.name == ask.query("done")) {
        let text = format!("{}{}", ask.t("已办理：", "Done: "), ask.t(done.title.0, done.title.1));
        sheet = sheet.good(text);
    }
    sheet = sheet.facts(facts(&ask, case, &thing).await?);
    sheet = with_deeds(&ask, case, &thing, sheet, papers);
    for part in case.parts {
        sheet = sheet.table(part.table(&ask, &thing).await?);
    }
    Ok(sheet.into())
}

/// The facts of a thing that are known.
pub(super) async fn facts<'a>(
    ask: &'a Ask,
    case: &Case,
    thing: &Facts,
) -> Answer<Vec<(&'a str, Cell)>> {
    let mut facts = Vec::new();
    for column in case.facts {
        let shown = column.cell(ask, thing).await?;
        if !shown.text.is_empty() && shown.text != "—" {
            facts.push((column.label(ask), shown));
        }
    }
    Ok(facts)
}

fn with_deeds(ask: &Ask, case: &Case, thing: &Facts, mut sheet: Sheet, papers: bool) -> Sheet {
    let here = format!("{}/{}/{}", area(ask), case.noun, thing.text("id"));
    let role = ask.actor().map(|actor| actor.role);
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for deed in case.deeds {
        let mine = role.is_some_and(|role| deed.roles.contains(&role));
        let title = ask.t(deed.title.0, deed.title.1);
        let colon = ask.say.colon();
        match deed.closed(ask, thing) {
            None if mine => open.push(Link::to(format!("{here}/{}", deed.name), title)),
            Some(why) if mine => closed.push(cell(format!("{title}{colon}{why}"))),
            _ if (deed.open)(thing) => {
                closed.push(cell(format!("{title}{colon}{}", by_whom(ask, deed))));
            }
            _ => {}
        }
    }
    if let Some(first) = open.first_mut() {
        first.strong = true;
    }
    if papers {
        open.push(Link::to(format!("{here}/documents"), ask.t("材料", "Documents")));
    }
    if case.deeds.is_empty() && open.is_empty() {
        return sheet;
    }
    sheet = sheet.heading(ask.t("我可以办理", "What I may do"));
    sheet = match open.is_empty() {
        true => {
            sheet.text(ask.t("现在没有需要您办理的事项。", "There is nothing for you to do now."))
        }
        false => sheet.links(open),
    };
    match closed.is_empty() {
        true => sheet,
        false => sheet
            .heading(ask.t("现在不能办理的，以及原因", "What I may not do now, and why"))
            .list(closed),
    }
}

/// Who else does it.
pub(super) fn by_whom(ask: &Ask, deed: &Deed) -> String {
    let roles = deed.roles.iter().map(|role| word(&ask.say, role.as_str()));
    let roles = roles.collect::<Vec<_>>().join(ask.t("或", " or "));
    match ask.say.is_chinese() {
        true => format!("由{roles}办理"),
        false => format!("done by: {roles}"),
    }
}
