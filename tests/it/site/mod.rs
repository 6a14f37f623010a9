//! The pages as a person with a browser meets them, first over HTTP and then in a real browser.

pub(crate) mod browser;
mod casework;
mod cdp;
mod centre_story;
mod chromium;
mod dealings;
mod desks;
mod journeys;
mod markup;
mod pictures;
mod quality;
mod reach;
mod safety;
mod scenes;
mod stories;
mod terms;
pub(crate) mod walk;
mod words;
