//! A township's officer: land, projects, credits on sale, and the township's share.

mod home;
mod land;
mod selling;
mod shares;

use crate::kernel::actor::Role;
use crate::web::pages::{Page, Pages};

const ROLES: &[Role] = &[Role::TownshipOfficer];

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/township", ROLES, home::home),
        Page::of_roles("/township/listings", ROLES, selling::listings),
        Page::of_roles("/township/listings/{listing_id}/withdrawal", ROLES, selling::withdraw)
            .with_form(),
        Page::of_roles("/township/new-listing", ROLES, selling::list).with_form(),
        Page::of_roles("/township/parcels", ROLES, land::parcels),
        Page::of_roles("/township/parcels/{parcel_id}", ROLES, land::parcel),
        Page::of_roles("/township/projects/{project_id}", ROLES, home::project),
        Page::of_roles("/township/shares", ROLES, shares::shares),
        Page::of_roles("/township/shares/{month}", ROLES, shares::month),
        Page::of_roles("/township/surveys", ROLES, land::surveys),
        Page::of_roles("/township/surveys/{task_id}", ROLES, land::survey).with_form(),
    ])
}
