//! The files of the story, whole or cut.

use serde_json::{Value, json};
use wetland_exchange::kernel::clock::Time;

use crate::support::Town;

pub(crate) const KIND: &str = "application/geo+json";
pub(crate) const RESERVE: &str = "/api/v1/parcel-imports?kind=reserve&mode=reject";
pub(crate) const VALID: &str = "/api/v1/parcel-imports?kind=reserve&mode=accept_valid";
pub(crate) const WETLAND: &str = "/api/v1/parcel-imports?kind=wetland";

/// The six parcels of survey year 2025, of which four are refused.
pub(crate) const SIX: [&str; 6] = [
    "R360124-0002",
    "R360124-0004",
    "R360124-0006",
    "R360124-0008",
    "R360124-0009",
    "R360124-0011",
];

/// The plots with these numbers, in the order of the file.
pub(crate) fn plots(numbers: &[&str]) -> Value {
    let text = include_str!("../../fixtures/jinxian/parcels.geojson");
    let mut file: Value = serde_json::from_str(text).unwrap();
    let all = file["features"].as_array().unwrap();
    let kept = all
        .iter()
        .filter(|feature| numbers.contains(&feature["properties"]["parcel_no"].as_str().unwrap()));
    file["features"] = json!(kept.cloned().collect::<Vec<_>>());
    file
}

pub(crate) fn wetlands() -> Vec<u8> {
    include_bytes!("../../fixtures/jinxian/wetland_database.geojson").to_vec()
}

pub(crate) fn bytes(file: &Value) -> Vec<u8> {
    file.to_string().into_bytes()
}

/// Plays the imports of the story up to the day before step 9.
pub(crate) async fn before_step_nine(town: &Town) {
    let zhou = town.user("zhou.jianing").await;
    for (day, numbers) in [
        ("2022-03-02", &["R360124-0012"][..]),
        ("2023-03-01", &["R360124-0010"]),
        ("2023-03-13", &["R360124-0003"]),
        ("2024-06-03", &["R360124-0001"]),
        ("2024-09-09", &["R360124-0005", "R360124-0007"]),
    ] {
        town.on(day);
        zhou.post_file(RESERVE, KIND, bytes(&plots(numbers))).await.created();
    }
    town.on("2025-08-15");
    zhou.post_file(WETLAND, KIND, wetlands()).await.created();
    town.clock.set(Time::in_shanghai("2025-08-18".parse().unwrap(), 9));
}

/// Every parcel that this person sees.
pub(crate) async fn all_parcels(town: &Town, username: &str, query: &str) -> Vec<Value> {
    let user = town.user(username).await;
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/parcels?limit=3{query}{cursor}");
        let page = user.get(&path).await.ok();
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

pub(crate) fn numbers(parcels: &[Value]) -> Vec<&str> {
    let mut numbers: Vec<&str> =
        parcels.iter().map(|parcel| parcel["number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}
