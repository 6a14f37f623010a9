//! The pages as a person with a browser meets them, first over HTTP and then in a real browser.

pub(crate) mod browser;
mod casework;
mod cdp;
mod chromium;
mod dealings;
mod desks;
mod journeys;
mod markup;
mod pictures;
mod quality;
mod safety;
mod scenes;
mod stories;
pub(crate) mod walk;
mod words;
