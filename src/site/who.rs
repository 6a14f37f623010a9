//! Who did something, by name.

use std::collections::BTreeMap;

use crate::kernel::problem::Answer;
use crate::web::pages::{Ask, Facts};

/// The names of people by their ids, each asked for once.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Looks up everybody whom these facts name at these paths.
    pub(super) async fn of(ask: &Ask, facts: &[Facts], paths: &[&str]) -> Answer<Self> {
        let mut names = BTreeMap::new();
        for one in facts {
            for path in paths {
                let id = one.text(path);
                if id.is_empty() || names.contains_key(&id) {
                    continue;
                }
                let user = ask.find(&format!("/api/v1/users/{id}")).await?.unwrap_or_default();
                names.insert(id, user.text("display_name"));
            }
        }
        Ok(Self(names))
    }

    /// The name, or a dash where nobody did it or nobody may know.
    pub(super) fn get(&self, id: &str) -> String {
        let name = self.0.get(id).filter(|name| !name.is_empty());
        name.cloned().unwrap_or_else(|| "—".to_owned())
    }
}

/// Whether that is the reader.
pub(super) fn is_me(ask: &Ask, id: &str) -> bool {
    ask.actor().is_some_and(|actor| actor.user_id.to_string() == id)
}
