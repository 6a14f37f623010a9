//! The operations centre: what waits for it, and everything that it decides.

mod certification;
mod freezes;
mod home;
mod land;
mod market;
mod money;
mod notices;
mod panels;
mod projects;

use crate::kernel::actor::Role;
use crate::site::casework::{self, Case, Deed, Two, casework_pages};
use crate::web::pages::{Facts, Page, Pages};

pub(super) use certification::{APPLICATION, BATCH};
pub(super) use freezes::{FREEZE, FREEZE_ORDER, LOSS, REPLACEMENT};
pub(super) use home::{Wait, inbox};
pub(super) use land::{LAYER, NEW_LAYER, PARCEL, PARCEL_IMPORT, SURVEY, features};
pub(super) use market::{AUCTION, ENFORCED_SALE, TRADING_BAN, TRANSFER};
pub(super) use money::SPENDING;
pub(super) use notices::{NOTICE, OBJECTION};
pub(super) use panels::{DRAW, EXPERT};
pub(super) use projects::PROJECT;

pub(super) const CENTRE: &[Role] = &[Role::CentreOfficer, Role::CentreDirector];
pub(super) const OFFICER: &[Role] = &[Role::CentreOfficer];
pub(super) const DIRECTOR: &[Role] = &[Role::CentreDirector];
/// The centre and the forestry bureau.
pub(super) const AUTHORITIES: &[Role] =
    &[Role::CentreOfficer, Role::CentreDirector, Role::ForestryOfficer];
/// Who may take part in an order to freeze, or bring a layer into force.
pub(super) const HEADS: &[Role] = &[Role::CentreDirector, Role::ForestryOfficer];
/// Who proposes a project, and the centre for it.
pub(super) const WITH_TOWNSHIP: &[Role] = &[Role::TownshipOfficer, Role::CentreOfficer];

/// What is begun from nothing.
pub(super) const BEGIN: &[Deed] =
    &[panels::NEW_EXPERT, land::NEW_SURVEY, land::NEW_LAYER, market::NEW_BAN, money::NEW_SPENDING];

/// Everything that the centre works on.
pub(super) const CASES: &[&Case] = &[
    &APPLICATION,
    &AUCTION,
    &BATCH,
    &DRAW,
    &ENFORCED_SALE,
    &EXPERT,
    &FREEZE,
    &FREEZE_ORDER,
    &LAYER,
    &LOSS,
    &NOTICE,
    &OBJECTION,
    &PARCEL,
    &PROJECT,
    &REPLACEMENT,
    &SPENDING,
    &SURVEY,
    &TRADING_BAN,
    &TRANSFER,
];

pub(super) fn pages() -> Pages {
    let mut pages = vec![
        Page::of_roles("/centre", CENTRE, home::home),
        Page::of_roles("/centre/documents/{document_id}", CENTRE, casework::paper),
        Page::of_roles("/centre/new/{deed}", CENTRE, |ask| casework::fresh(ask, BEGIN)).with_form(),
        Page::of_roles("/centre/layers/{version_id}/features", CENTRE, features).with_form(),
        Page::of_roles("/centre/parcel-imports", CENTRE, |ask| casework::list(ask, &PARCEL_IMPORT)),
        Page::of_roles("/centre/parcel-imports/{import_id}", CENTRE, |ask| {
            casework::show(ask, &PARCEL_IMPORT, false)
        }),
        Page::of_roles("/centre/parcels-import", CENTRE, land::import).with_form(),
    ];
    pages.extend(casework_pages!("/centre", CENTRE, [
        "applications" "application_id" APPLICATION papers,
        "auctions" "auction_id" AUCTION,
        "batches" "batch_id" BATCH,
        "draws" "draw_id" DRAW papers,
        "enforced-sales" "sale_id" ENFORCED_SALE,
        "experts" "expert_id" EXPERT,
        "freeze-orders" "order_id" FREEZE_ORDER,
        "freezes" "freeze_id" FREEZE,
        "layers" "version_id" LAYER,
        "losses" "loss_id" LOSS,
        "notices" "notice_id" NOTICE,
        "objections" "objection_id" OBJECTION,
        "parcels" "parcel_id" PARCEL papers,
        "projects" "project_id" PROJECT papers,
        "replacements" "replacement_id" REPLACEMENT,
        "spendings" "spending_id" SPENDING,
        "surveys" "task_id" SURVEY,
        "trading-bans" "ban_id" TRADING_BAN,
        "transfers" "transfer_id" TRANSFER,
    ]));
    Pages::of(pages)
}

/// Whether a fact of the thing is one of these words.
fn is(thing: &Facts, at: &str, words: &[&str]) -> bool {
    words.contains(&thing.text(at).as_str())
}

/// For what has passed or has been decided.
const DECIDED: Two = ("已经办结", "it is decided already");
