//! Things that people of an authority work on: a list of them, one of them with all that was done,
//! and every command about it – open with its form, or with the reason why it is not.
//!
//! What differs from thing to thing is said as data: which operations read it, which of its facts
//! stand where, which commands there are. So every list, page and command behaves alike, and a test
//! compares the commands with the operations of the API.

mod columns;
mod deed;
mod entries;
mod handlers;
mod papers;

use crate::web::pages::Facts;

pub(super) use columns::{Column, Part};
pub(super) use deed::{Deed, deed, fresh};
pub(super) use entries::Entry;
pub(super) use handlers::{list, show};
pub(super) use papers::{paper, papers};

/// The list, one, its documents and its commands of each kind of thing, below an area's path.
macro_rules! casework_pages {
    ($area:literal, $roles:expr, [$($noun:literal $id:literal $case:ident $($papers:ident)?,)+]) => {{
        use $crate::site::casework;
        use $crate::web::pages::Page;

        let mut pages = Vec::new();
        $(
            let case: &'static casework::Case = &$case;
            let papers = concat!("", $(stringify!($papers))?) == "papers";
            pages.push(Page::of_roles(concat!($area, "/", $noun), $roles, move |ask| {
                casework::list(ask, case)
            }));
            pages.push(Page::of_roles(concat!($area, "/", $noun, "/{", $id, "}"), $roles, move |ask| {
                casework::show(ask, case, papers)
            }));
            $(
                let $papers = concat!($area, "/", $noun, "/{", $id, "}/documents");
                pages.push(
                    Page::of_roles($papers, $roles, move |ask| casework::papers(ask, case)).with_form(),
                );
            )?
            if !case.deeds.is_empty() {
                let path = concat!($area, "/", $noun, "/{", $id, "}/{deed}");
                let deed = Page::of_roles(path, $roles, move |ask| casework::deed(ask, case));
                pages.push(deed.with_form());
            }
        )+
        pages
    }};
}

pub(super) use casework_pages;

/// Chinese and English.
pub(super) type Two = (&'static str, &'static str);

/// A kind of thing that is worked on.
pub(super) struct Case {
    /// Its word in the address, and the name of its id there.
    pub(super) noun: &'static str,
    pub(super) id: &'static str,
    /// The operation that lists it; `{region}` is the reader's own.
    pub(super) list: &'static str,
    /// Where they stand in its answer.
    pub(super) rows: &'static str,
    /// The operation that shows one, with `{id}`; none where the list is all that there is.
    pub(super) one: &'static str,
    /// Whether the list comes in pages.
    pub(super) paged: bool,
    /// Operations that know more of it, kept under a name of its facts; `{x}` is its fact `x`.
    pub(super) also: &'static [(&'static str, &'static str)],
    pub(super) title: Two,
    pub(super) lead: Two,
    pub(super) empty: Two,
    /// The facts that name one.
    pub(super) names: &'static [&'static str],
    pub(super) columns: &'static [Column],
    pub(super) filters: &'static [Entry],
    pub(super) facts: &'static [Column],
    pub(super) parts: &'static [Part],
    pub(super) deeds: &'static [Deed],
    /// What begins one, as `(command, title)` of what is begun from nothing.
    pub(super) begin: &'static [&'static str],
    /// The operation that lists and takes its documents, with `{id}`.
    pub(super) papers: &'static str,
}

impl Case {
    /// A kind of thing of which nothing more is known yet.
    pub(super) const EMPTY: Self = Self {
        noun: "",
        id: "",
        list: "",
        rows: "items",
        one: "",
        paged: true,
        also: &[],
        title: ("", ""),
        lead: ("", ""),
        empty: ("", ""),
        names: &["number"],
        columns: &[],
        filters: &[],
        facts: &[],
        parts: &[],
        deeds: &[],
        begin: &[],
        papers: "",
    };

    /// How one is called.
    fn name_of(&self, thing: &Facts) -> String {
        let names = self.names.iter().map(|path| thing.text(path));
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Puts facts into the places of an address: `{id}` and any other fact by its name.
fn filled(template: &str, id: &str, thing: &Facts) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, end) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        match name {
            "id" => out.push_str(id),
            name => out.push_str(&encoded(&thing.text(name))),
        }
        rest = end;
    }
    out + rest
}

/// Percent-encodes a part of an address.
fn encoded(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_takes_the_id_and_other_facts() {
        let thing = Facts::from(serde_json::json!({"project_id": "a/b"}));
        let check = |template, expected| assert_eq!(filled(template, "7", &thing), expected);
        check("/api/v1/draws/{id}", "/api/v1/draws/7");
        check("/api/v1/projects/{project_id}/gate", "/api/v1/projects/a%2Fb/gate");
        check("/api/v1/notices?subject_id={id}", "/api/v1/notices?subject_id=7");
        check("/api/v1/draws", "/api/v1/draws");
    }
}
