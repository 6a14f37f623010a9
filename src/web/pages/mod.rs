//! Pages: HTML that the server writes, for people with a browser.
//!
//! A page is declared once, like an operation of the API: [`Page`] with its path, who may open it,
//! and whether it takes a form. One list ([`Pages`]) makes the router, the guard and the tests, so
//! that no page exists that is not guarded; what is not in the list answers 404.
//!
//! A page knows nothing of the inside of a capability. It reads and acts by [`Ask`], which puts the
//! operations of the API to the same instance, without a socket: the same guard, the same roles, the
//! same actions, the same problems. So there is no second version of anything, and a page cannot
//! show what its reader may not read. actix keeps what builds a request and runs an app without a
//! socket in its module `test`; nothing else of that module is used.
//!
//! A login gives the API's own tokens, kept in two cookies that no script can read and that no other
//! site's link or form sends along (`HttpOnly`, `SameSite=Strict`). The access token goes to each
//! operation as it does from any client; when it has ended, the refresh token is exchanged for new
//! ones, once for requests that come side by side. Every form carries a token made of the visitor's
//! form cookie, who is logged in, and a secret of this deployment; a form without it is refused.
//!
//! Answers allow no inline script or style and no other host (`Content-Security-Policy`); what a
//! logged-in person sees is never stored; what everybody sees alike is kept for a few seconds, by us too.

mod ask;
mod assets;
mod cookies;
mod facts;
mod faults;
mod form;
mod inside;
mod render;
mod say;
mod sent;
mod serve;
mod session;
mod sheet;
mod shelf;
mod sorting;

pub use ask::Ask;
pub use facts::Facts;
pub use form::{Field, Form};
pub use say::{Say, month_of, today};
pub use sent::{Sent, SentFile, with};
pub use session::Secrets;
pub use sheet::{Block, Cell, Figure, Link, Sheet, Table, cell, encoded};

pub(super) use render::{is_page, language as language_of_pages, page_of_problem, wants_page};

use std::pin::Pin;
use std::rc::Rc;

use actix_web::web::ServiceConfig;

use crate::kernel::actor::Role;
use crate::kernel::operations::Callers;
use crate::kernel::problem::Answer;

type Shaping = Pin<Box<dyn Future<Output = Answer<Shown>>>>;

/// What a page answers.
pub enum Shown {
    Sheet(Box<Sheet>),
    /// Go on there, as after a form that did something.
    See {
        to: String,
        cookies: Vec<String>,
    },
    /// A file to keep.
    File {
        bytes: Vec<u8>,
        kind: String,
        name: String,
    },
}

impl From<Sheet> for Shown {
    fn from(sheet: Sheet) -> Self {
        Self::Sheet(Box::new(sheet))
    }
}

impl Shown {
    pub fn see(to: impl Into<String>) -> Self {
        Self::See { to: to.into(), cookies: Vec::new() }
    }
}

/// One page: where it is, who may open it, and what it shows.
#[derive(Clone)]
pub struct Page {
    pub path: &'static str,
    pub callers: Callers,
    /// Whether it also takes the form that it shows.
    pub posts: bool,
    /// Open also to who has yet to set up the second factor that their role needs.
    pub own_account: bool,
    shape: Rc<dyn Fn(Ask) -> Shaping>,
}

impl Page {
    /// A page for everybody.
    pub fn public<F>(path: &'static str, shape: impl Fn(Ask) -> F + 'static) -> Self
    where
        F: Future<Output = Answer<Shown>> + 'static,
    {
        let shape = Rc::new(move |ask| -> Shaping { Box::pin(shape(ask)) });
        Self { path, callers: Callers::Public, posts: false, own_account: false, shape }
    }

    /// A page for these roles.
    pub fn of_roles<F>(
        path: &'static str,
        roles: &[Role],
        shape: impl Fn(Ask) -> F + 'static,
    ) -> Self
    where
        F: Future<Output = Answer<Shown>> + 'static,
    {
        Self { callers: Callers::Roles(roles.to_vec()), ..Self::public(path, shape) }
    }

    /// The same page, open also to who has yet to set up the second factor that their role needs.
    #[must_use]
    pub fn own_account(self) -> Self {
        Self { own_account: true, ..self }
    }

    /// The same page, which also takes its form.
    #[must_use]
    pub fn with_form(self) -> Self {
        Self { posts: true, ..self }
    }
}

/// The pages of the program.
#[derive(Clone)]
pub struct Pages(Vec<Page>);

impl Pages {
    pub fn of(pages: Vec<Page>) -> Self {
        Self(pages)
    }

    /// Both lists in one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Page> {
        self.0.iter()
    }
}

/// How the pages of one area are laid out around their content: its name and its way around.
#[derive(Clone, Copy)]
pub struct Site {
    pub pages: fn() -> Pages,
    /// The links of the header for somebody of that role, or for nobody.
    pub ways: fn(&Say, Option<Role>) -> Vec<Link>,
    pub footer: fn(&Say) -> Vec<Link>,
    pub name: (&'static str, &'static str),
}

/// Registers the pages; `operations` registers the operations on the app that pages ask.
pub fn mount_pages(
    config: &mut ServiceConfig,
    site: Site,
    secrets: Secrets,
    operations: impl Fn(&mut ServiceConfig) + 'static,
) {
    assets::mount(config);
    serve::mount(config, site, secrets, Rc::new(operations));
}
