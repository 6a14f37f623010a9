//! Maps: who sees what on them, in which language, with which layers, and how they are kept.

use crate::certification::certify;
use crate::inventory::files::before_step_nine;
use crate::inventory::layers::layers_of_the_story;
use crate::restoration::works::Works;

const PUBLIC: &str = "/api/v1/public/maps/360124.svg";
const OFFICIAL: &str = "/api/v1/maps/360124.svg";

on_both_engines! {
    async fn a_public_map_shows_wetlands_and_no_draft(town: Town) {
        before_step_nine(&town).await;
        let stranger = town.stranger();
        let map = stranger.get(PUBLIC).await;
        assert_eq!(map.status, 200, "{}", map.text);
        assert_eq!(map.header("content-type"), "image/svg+xml; charset=utf-8");
        assert_eq!(map.header("cache-control"), "public, max-age=300");
        assert!(map.header("content-security-policy").contains("default-src 'none'"));
        for shown in ["进贤县湿地分布图（示意）", "W360124-0001", "W360124-0003", "示意图", "2025 年"] {
            assert!(map.text.contains(shown), "no {shown}: {}", map.text);
        }
        for hidden in ["R360124", "<script", "<style", "style=", "后备"] {
            assert!(!map.text.contains(hidden), "{hidden} is shown");
        }
        // Each parcel is a link to what everybody may see of it.
        let at = map.text.find("/api/v1/public/parcels/").unwrap();
        let path: String = map.text[at..].chars().take_while(|c| *c != '"').collect();
        let parcel = stranger.get(&path).await.ok();
        assert!(parcel["number"].as_str().unwrap().starts_with("W360124"));
        assert_eq!(parcel["state"], "general");
        assert!(parcel.get("tenure").is_none() && parcel["polygon"]["type"] == "Polygon");

        let etag = map.header("etag").to_owned();
        let again = stranger.request(reqwest::Method::GET, PUBLIC).await;
        let again = crate::support::send(again.header("if-none-match", etag)).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    }

    async fn an_official_sees_reserve_parcels_of_the_own_region_alone(town: Town) {
        before_step_nine(&town).await;
        let zhou = town.user("zhou.jianing").await;
        let map = zhou.get(OFFICIAL).await;
        assert_eq!(map.header("cache-control"), "private, no-cache");
        assert!(map.text.contains("R360124-0012") && map.text.contains("后备资源地块"));
        let reserve = zhou.get("/api/v1/parcels?kind=reserve&limit=1").await.ok();
        let id = reserve["items"][0]["id"].as_str().unwrap();
        assert!(map.text.contains(&format!("/api/v1/parcels/{id}")));
        town.stranger().get(&format!("/api/v1/public/parcels/{id}")).await.refused(404, "not-found");
        zhou.get("/api/v1/maps/360121.svg").await.refused(404, "not-found");
        zhou.get("/api/v1/maps/360121/tiles/10/842/427.svg").await.refused(404, "not-found");
        town.stranger().get(OFFICIAL).await.refused(401, "credentials-needed");
    }

    async fn restored_land_is_public_once_its_project_is_approved(town: Town) {
        let works = Works::propose(&town, "P360124-001").await;
        let stranger = town.stranger();
        assert!(!stranger.get(PUBLIC).await.text.contains("R360124-0012"));
        certify(&works).await;
        let map = stranger.get(&format!("{PUBLIC}?lang=en")).await.text;
        assert!(map.contains("R360124-0012") && map.contains("Certified (credits)"));
        assert!(map.contains("Wetlands of 进贤县 (sketch)"), "{map}");
    }

    async fn layers_windows_and_widths_are_switched_by_the_query(town: Town) {
        before_step_nine(&town).await;
        let stranger = town.stranger();
        let map = async |query: &str| stranger.get(&format!("{PUBLIC}?{query}")).await;
        assert!(!map("layers=boundary").await.text.contains("W360124-0001"));
        assert!(!map("layers=wetland&lang=en").await.text.contains("116.2°E"));
        let part = map("bbox=116.38,28.50,116.42,28.54").await.text;
        assert!(part.contains("W360124-0002") && !part.contains("W360124-0001"), "{part}");
        assert!(part.contains("返回全县"));
        assert!(map("width=360").await.text.contains("width=\"360\""));
        for bad in ["layers=reserve", "layers=x", "lang=fr", "width=319", "width=x", "bbox=1,2,3",
            "bbox=28,116,29,117", "nonsense=1"] {
            map(bad).await.refused(400, "bad-query");
        }
        for unknown in ["/api/v1/public/maps/999999.svg", "/api/v1/public/maps/36.svg",
            "/api/v1/public/maps/360124100.svg", "/api/v1/public/maps/360124/tiles/3/9/1.svg",
            "/api/v1/public/maps/360124/tiles/25/0/0.svg"] {
            stranger.get(unknown).await.refused(404, "not-found");
        }
    }

    async fn a_tile_shows_what_lies_in_it(town: Town) {
        before_step_nine(&town).await;
        let stranger = town.stranger();
        // The tile of zoom 14 in which W360124-0002 lies.
        let (lon, lat) = (116.404_f64, 28.5195_f64);
        let side = 16_384.0;
        let x = ((lon + 180.0) / 360.0 * side).floor();
        let y = ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side).floor();
        let path = |x: f64, y: f64| format!("/api/v1/public/maps/360124/tiles/14/{x}/{y}.svg");
        let tile = stranger.get(&path(x, y)).await;
        assert!(tile.text.contains("W360124-0002"), "{}", tile.text);
        assert!(!tile.header("etag").is_empty());
        let empty = stranger.get(&path(x + 3.0, y + 3.0)).await.text;
        assert!(!empty.contains("W360124"), "{empty}");
        let bare = stranger.get(&format!("{}?layers=boundary", path(x, y))).await.text;
        assert!(!bare.contains("W360124"), "{bare}");
    }

    async fn r18_a_tile_shows_the_zones_to_officials_alone(town: Town) {
        before_step_nine(&town).await;
        layers_of_the_story(&town).await;
        let zhou = town.user("zhou.jianing").await;
        // The tile of zoom 11 in which Z360124-R01 lies.
        let (x, y) = (1685, 853);
        let tile = format!("maps/360124/tiles/11/{x}/{y}.svg");
        let official = zhou.get(&format!("/api/v1/{tile}")).await.text;
        assert!(official.contains("示例红线区") && official.contains("示例黄线区"), "{official}");
        let without = zhou.get(&format!("/api/v1/{tile}?layers=boundary,reserve")).await.text;
        assert!(!without.contains("示例红线区"), "{without}");
        let public = town.stranger().get(&format!("/api/v1/public/{tile}")).await.text;
        assert!(public.contains("<svg") && !public.contains("示例红线区"), "{public}");
    }
}
