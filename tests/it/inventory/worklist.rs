//! The worklist of wetlands inside an urban planning area (R23).

use serde_json::{Value, json};

use super::files::{KIND, WETLAND, bytes};
use super::layers::{approve, draft};

/// A box of degrees as a ring.
fn ring(west: f64, south: f64, wide: f64, high: f64) -> Value {
    let (east, north) = (west + wide, south + high);
    json!([[[west, south], [east, south], [east, north], [west, north], [west, south]]])
}

fn file(features: Vec<(Value, Value)>) -> Value {
    let feature = |(properties, coordinates): (Value, Value)| {
        json!({
            "type": "Feature", "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": coordinates},
        })
    };
    json!({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": features.into_iter().map(feature).collect::<Vec<_>>(),
    })
}

fn wetland(number: &str, m2: &str, level: &str, coordinates: Value) -> (Value, Value) {
    let properties = json!({
        "wetland_no": number, "name": format!("示例城区湿地{number}"),
        "township_code": "360124101", "land_class": "1106", "level": level,
        "wetland_type": "lake", "area_m2": m2, "survey_year": 2025, "source": "2025年度国土变更调查",
        "protected": false,
    });
    (properties, coordinates)
}

/// Some 8 ha; the declared area differs from it by less than 1 %.
const WIDE: f64 = 0.002_887;
const HIGH: f64 = 0.002_552;

on_both_engines! {
    async fn r23_wetlands_of_eight_hectares_in_the_urban_planning_area_are_a_worklist(town: Town) {
        town.on("2025-08-15");
        let zhou = town.user("zhou.jianing").await;
        let at = |n: f64, times: f64| ring(116.20 + n * 0.01, 28.40, WIDE * times, HIGH);
        let wetlands = file(vec![
            wetland("W360124-0101", "80000.00", "general", at(0.0, 1.0)),
            wetland("W360124-0102", "79999.99", "general", at(1.0, 1.0)),
            // Half of 16 ha and a bit lies inside, of the next a bit less than half.
            wetland("W360124-0103", "160000", "general", ring(116.2499 - WIDE, 28.40, WIDE * 2.0, HIGH)),
            wetland("W360124-0104", "160000", "general", ring(116.1999 - WIDE * 1.001, 28.41, WIDE * 2.0, HIGH)),
            wetland("W360124-0105", "80000.00", "provincial_important", at(2.0, 1.0)),
            wetland("W360124-0106", "80000.00", "general", ring(116.30, 28.40, WIDE, HIGH)),
        ]);
        zhou.post_file(WETLAND, KIND, bytes(&wetlands)).await.created();

        let gan = town.user("gan.zhiqiang").await;
        let path = "/api/v1/important-wetland-candidates";
        let unknown = gan.get(path).await.ok();
        assert_eq!((&unknown["planning_areas"], &unknown["items"]), (&json!([]), &json!([])));
        let urban = file(vec![(
            json!({"feature_no": "U360124-01", "name": "示例城市规划区"}),
            ring(116.1999, 28.39, 0.05, 0.04),
        )]);
        let id = draft(&zhou, "urban_planning_area", "demo-1", &urban.to_string()).await;
        approve(&town, &id).await;

        let list = gan.get(path).await.ok();
        assert_eq!(list["planning_areas"][0]["name"], "demo-1");
        let items = list["items"].as_array().unwrap();
        let mut found: Vec<_> = items
            .iter()
            .map(|it| (it["number"].as_str().unwrap(), it["state"].as_str().unwrap()))
            .collect();
        found.sort_unstable();
        assert_eq!(found, [
            ("W360124-0101", "open"), ("W360124-0103", "open"), ("W360124-0105", "important"),
        ], "{list:#}");
        let first = items.iter().find(|it| it["number"] == "W360124-0101").unwrap();
        assert_eq!((&first["inside_m2"], &first["inside_hectares"]), (&json!("80000.00"), &json!("8.0000")));

        let decided = format!("/api/v1/parcels/{}/list-decisions", first["parcel_id"].as_str().unwrap());
        let decision = json!({
            "outcome": "listed", "level": "provincial_important", "document": "示例林湿〔2025〕3号",
            "decided_on": "2025-08-14",
        });
        gan.post(&decided, decision).await.created();
        let open = gan.get(&format!("{path}?state=open")).await.ok();
        assert_eq!(open["items"].as_array().unwrap().len(), 1);
        let listed = gan.get(&format!("{path}?state=listed&limit=1")).await.ok();
        assert_eq!(listed["items"][0]["number"], "W360124-0101");
        assert_eq!(listed["items"][0]["decision"]["document"], "示例林湿〔2025〕3号");
        assert_eq!(listed["items"][0]["level"], "provincial_important");
        let fu = town.user("fu.guoping").await;
        fu.get(path).await.refused(403, "not-allowed");
        town.verify().await;
    }
}
