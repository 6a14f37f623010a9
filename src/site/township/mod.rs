//! A township's officer: land, projects, credits on sale, and the township's share.

mod assemblies;
mod auctions;
mod credits;
mod duties;
mod home;
mod land;
mod map;
mod projects;
mod proposing;
mod selling;
mod shares;
mod spending;

use crate::kernel::actor::Role;
use crate::site::casework::{Case, casework_pages};
use crate::site::centre::{APPLICATION, NOTICE, OBJECTION, REPLACEMENT};
use crate::site::{insurance, pledges, transfers};
use crate::web::pages::{Page, Pages};

use duties::DUTY;

const ROLES: &[Role] = &[Role::TownshipOfficer];

/// What only its owner does about a thing that others see too.
pub(super) const CASES: &[&Case] = &[&DUTY];

pub(super) fn pages() -> Pages {
    let own = Pages::of(vec![
        Page::of_roles("/township", ROLES, home::home),
        Page::of_roles("/township/assemblies", ROLES, assemblies::assemblies),
        Page::of_roles("/township/assemblies/{assembly_id}", ROLES, assemblies::assembly)
            .with_form(),
        Page::of_roles("/township/auctions", ROLES, auctions::auctions),
        Page::of_roles("/township/auctions/{auction_id}", ROLES, auctions::auction).with_form(),
        Page::of_roles("/township/credits", ROLES, credits::credits),
        Page::of_roles("/township/documents/{document_id}", ROLES, projects::document),
        Page::of_roles("/township/listings", ROLES, selling::listings),
        Page::of_roles("/township/listings/{listing_id}/withdrawal", ROLES, selling::withdraw)
            .with_form(),
        Page::of_roles("/township/map", ROLES, map::map),
        Page::of_roles("/township/new-assembly", ROLES, assemblies::record).with_form(),
        Page::of_roles("/township/new-auction", ROLES, auctions::announce).with_form(),
        Page::of_roles("/township/new-listing", ROLES, selling::list).with_form(),
        Page::of_roles("/township/new-project", ROLES, proposing::propose).with_form(),
        Page::of_roles("/township/new-spending", ROLES, spending::spend).with_form(),
        Page::of_roles("/township/parcel-files/{file}", ROLES, land::file),
        Page::of_roles("/township/parcels", ROLES, land::parcels),
        Page::of_roles("/township/parcels/{parcel_id}", ROLES, land::parcel).with_form(),
        Page::of_roles("/township/projects", ROLES, projects::projects),
        Page::of_roles("/township/projects/{project_id}", ROLES, projects::project).with_form(),
        Page::of_roles("/township/shares", ROLES, shares::shares),
        Page::of_roles("/township/shares/{month}", ROLES, shares::month),
        Page::of_roles("/township/surveys", ROLES, land::surveys),
        Page::of_roles("/township/surveys/{task_id}", ROLES, land::survey).with_form(),
    ]);
    let cases = casework_pages!("/township", ROLES, [
        "applications" "application_id" APPLICATION papers,
        "losses" "loss_id" DUTY,
        "notices" "notice_id" NOTICE,
        "objections" "objection_id" OBJECTION,
        "replacements" "replacement_id" REPLACEMENT,
    ]);
    own.and(Pages::of(cases))
        .and(transfers::of_township(ROLES))
        .and(pledges::of_township(ROLES))
        .and(insurance::of_township(ROLES))
}
