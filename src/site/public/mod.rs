//! What everybody sees without a login.

mod auctions;
mod batches;
mod checkpoints;
mod demand;
mod home;
mod market;
mod notices;
mod prose;

use crate::web::pages::{Page, Pages};

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::public("/", home::home),
        Page::public("/about", prose::about),
        Page::public("/auctions", auctions::auctions).live(),
        Page::public("/auctions/{auction_id}", auctions::auction).with_form().live(),
        Page::public("/batches", batches::batches),
        Page::public("/batches/{batch_id}", batches::batch),
        Page::public("/certificate-check", batches::certificate_check),
        Page::public("/checkpoints", checkpoints::checkpoints),
        Page::public("/checkpoints/now.note", checkpoints::note),
        Page::public("/demand", demand::demand),
        Page::public("/listings", market::listings),
        Page::public("/listings/{listing_id}", market::listing),
        Page::public("/map", home::map),
        Page::public("/notices", notices::notices),
        Page::public("/notices/{notice_id}", notices::notice).with_form(),
        Page::public("/objections", notices::receipt),
        Page::public("/open-data", prose::open_data),
        Page::public("/parcels/{parcel_id}", batches::parcel),
        Page::public("/prices", market::prices),
        Page::public("/retirements", batches::retirements),
        Page::public("/rules", prose::rules),
        Page::public("/serials/{serial}", batches::serial),
        Page::public("/trades", market::trades),
    ])
}
