//! A county full of plots, served by this process.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, anyhow};
use wetland_exchange::app::{self, Running};
use wetland_exchange::config::Config;
use wetland_exchange::identity::{
    self, CreateOrganisation, CreateUser, KeyPurpose, Keys, OrganisationKind, Tokens,
};
use wetland_exchange::inventory::{
    self, CheckParcels, CountyBoundaryId, EnterParcels, FileFormat, ImportMode, ParcelImportId,
    ParcelKind, RegionId, Submission,
};
use wetland_exchange::kernel::actor::{Actor, Doing, Factor, Login, Role};
use wetland_exchange::kernel::clock::{Clock, Time};
use wetland_exchange::kernel::db::Db;
use wetland_exchange::kernel::ids::{OrganisationId, SessionId, UserId};
use wetland_exchange::kernel::problem::Failure;

use crate::Took;

const REGIONS: &str = include_str!("../../tests/fixtures/jinxian/regions.csv");
const TOWNSHIP: &str = "360124500";
/// A plot is 100 by 100 m, 120 m from the next; so many stand in a row.
const ROW: usize = 1_000;
const SIDE: i64 = 1_000_000;
const STEP: i64 = 1_200_000;

/// The county, and how many plots it has.
pub(crate) struct County {
    db: Db,
    server: Option<Running>,
    actor: Actor,
    token: String,
    http: reqwest::Client,
    pub(crate) plots: usize,
}

fn cause(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Refused(problem) => {
            let errors = problem.errors.iter().take(3).map(|error| error.message.as_str());
            anyhow!("{} {}", problem.english, errors.collect::<Vec<_>>().join("; "))
        }
        Failure::Broken(cause) => cause,
    }
}

impl County {
    pub(crate) async fn found(url: &str, folder: &Path) -> anyhow::Result<Self> {
        let config = Config::of_flags(&[
            "--listen=127.0.0.1:0",
            "--account-rate=0",
            "--address-rate=0",
            "--workers=1",
            &format!("--database-url={url}"),
            &format!("--data-dir={}", folder.display()),
        ])?;
        let server = app::serve(&config, Clock::Machine).await?;
        let db = server.house.db.clone();
        let actor = enrol(&db).await?;
        let keys = Keys::open(folder)?;
        let secret =
            keys.of(KeyPurpose::Tokens).next().ok_or_else(|| anyhow!("a key of tokens"))?;
        let token = Tokens::new(secret.secret());
        let now = Clock::Machine.now();
        let token = token.issue(&actor, now.plus_seconds(600), now).map_err(cause)?;
        settle(&db).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { db, server: Some(server), actor, token, http, plots: 0 })
    }

    /// Takes in a file of as many plots beside those that are there.
    pub(crate) async fn take_in(&mut self, plots: usize) -> anyhow::Result<Took> {
        let file = file(self.plots, plots)?;
        let (by, mut took) = (self.submission()?, Took::default());
        let began = Instant::now();
        let opened = inventory::open_file(FileFormat::GeoJson, by.kind, None, file.as_bytes());
        let opened = opened.map_err(|bad| anyhow!("{bad}"))?;
        drop(file);
        let read = self.db.read(None, move |c| {
            let read = inventory::read_parcels(c, &by, opened)?;
            let parsed = began.elapsed();
            let it = CheckParcels { by, file_sha256: "0".repeat(64), file: read };
            Ok((inventory::check_parcels(c, it)?, parsed))
        });
        let (checked, parsed) = read.await.map_err(cause)?;
        took.parsed = parsed;
        took.checked = began.elapsed() - parsed;
        let began = Instant::now();
        let it = EnterParcels { id: ParcelImportId::new(), mode: ImportMode::Reject, checked };
        let doing = Doing::by(self.actor.clone(), "create_parcel_import");
        let entered = self.db.write(doing, move |tx| {
            inventory::enter_parcels(tx, &it).map(|import| import.accepted)
        });
        entered.await.map_err(cause)?;
        took.stored = began.elapsed();
        self.plots += plots;
        Ok(took)
    }

    /// Checks one reserve plot that lies over a wetland; all that is there around it is measured.
    pub(crate) async fn check_one(&self, n: usize) -> anyhow::Result<()> {
        let file = file(n * 37 % 10_000, 1)?;
        let by = Submission { kind: ParcelKind::Reserve, ..self.submission()? };
        let checked = self.db.read(None, move |c| {
            let opened = inventory::open_file(FileFormat::GeoJson, by.kind, None, file.as_bytes())?;
            let file = inventory::read_parcels(c, &by, opened)?;
            let it = CheckParcels { by, file_sha256: "0".repeat(64), file };
            inventory::check_parcels(c, it)
        });
        let report = checked.await.map_err(cause)?.report();
        let findings = report.features.iter().flat_map(|feature| &feature.findings);
        let overlaps = findings.filter(|finding| finding.code == "in-wetland-database").count();
        anyhow::ensure!(overlaps == 1, "the plot is one wetland");
        Ok(())
    }

    /// The middle times of a page of features by box and by key.
    pub(crate) async fn pages(&self) -> anyhow::Result<(f64, f64)> {
        let (mut by_box, mut by_key) = (Vec::new(), Vec::new());
        let first = self.page("limit=1").await?.0;
        let first = first.pointer("/features/0/id").and_then(|id| id.as_str()).context("an id")?;
        let first = first.to_owned();
        for n in 0..20_i64 {
            let (lon, lat) = (origin_lon() + n * STEP, origin_lat());
            let degrees =
                |nano: i64| format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
            let bbox = format!(
                "bbox={},{},{},{}&limit=50",
                degrees(lon),
                degrees(lat),
                degrees(lon + 9 * STEP),
                degrees(lat + 4 * STEP)
            );
            let (page, took) = self.page(&bbox).await?;
            anyhow::ensure!(
                page.get("numberReturned").is_some_and(|count| *count == 50),
                "a box of fifty plots"
            );
            by_box.push(took);
            let (page, took) = self.page(&format!("limit=50&after={first}")).await?;
            anyhow::ensure!(
                page.get("numberReturned").is_some_and(|count| *count == 50),
                "fifty plots by key"
            );
            by_key.push(took);
        }
        Ok((crate::median(by_box), crate::median(by_key)))
    }

    async fn page(&self, query: &str) -> anyhow::Result<(serde_json::Value, f64)> {
        let address = self.server.as_ref().context("a server")?.address;
        let url = format!("http://{address}/api/v1/ogc/collections/wetlands/items?{query}");
        let began = Instant::now();
        let answer = self.http.get(url).bearer_auth(&self.token).send().await?;
        let text = answer.error_for_status()?.text().await?;
        let took = began.elapsed().as_secs_f64();
        Ok((serde_json::from_str(&text)?, took))
    }

    pub(crate) async fn close(&mut self) {
        if let Some(server) = self.server.take()
            && let Err(cause) = server.stop().await
        {
            crate::say(&format!("the server did not stop: {cause:#}"));
        }
    }

    fn submission(&self) -> anyhow::Result<Submission> {
        Ok(Submission {
            kind: ParcelKind::Wetland,
            importer: Vec::new(),
            region: "360124".parse()?,
            today: Clock::Machine.now().date_in_shanghai(),
        })
    }
}

async fn enrol(db: &Db) -> anyhow::Result<Actor> {
    let organisation = CreateOrganisation {
        id: OrganisationId::new(),
        code: "BENCH".into(),
        kind: OrganisationKind::OperationsCentre,
        name: "示例运营中心".into(),
        region: "360124".parse()?,
        uscc: Some("12360124DEM000014K".into()),
        bank: None,
        related_to: None,
    };
    let user = CreateUser {
        id: UserId::new(),
        username: "bench".into(),
        display_name: "用户".into(),
        organisation_id: organisation.id,
        role: Role::CentreOfficer,
        password_hash: "$argon2id$nobody logs in by password here".into(),
    };
    let actor = Actor {
        user_id: user.id,
        organisation_id: organisation.id,
        role: user.role,
        region: organisation.region.clone(),
        standing: 1,
        login: Login {
            session: SessionId::new(),
            factor: Factor::Confirmed(Time::in_shanghai("2100-01-01".parse()?, 0)),
        },
    };
    let founded = db.write(Doing::system("found_bench"), move |tx| {
        identity::create_organisation(tx, &organisation)?;
        identity::create_user(tx, &user)?;
        Ok(())
    });
    founded.await.map_err(cause)?;
    Ok(actor)
}

/// Regions, and a boundary that all plots lie in.
async fn settle(db: &Db) -> anyhow::Result<()> {
    let regions = inventory::read_regions(REGIONS.as_bytes(), |_| false);
    let regions = regions.map_err(|_| anyhow!("the fixtures' regions"))?;
    let regions: Vec<_> = regions.into_iter().map(|it| (RegionId::new(), it)).collect();
    let boundary = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":[{"type":"Feature","properties":{"code":"360124"},"geometry":{"type":"Polygon","coordinates":[[[115,26],[119,26],[119,30],[115,30],[115,26]]]}}]}"#;
    let boundary = inventory::read_boundary(FileFormat::GeoJson, None, boundary.as_bytes());
    let boundary = boundary.map_err(|_| anyhow!("the boundary of the bench"))?;
    let settled = db.write(Doing::system("found_bench"), move |tx| {
        inventory::create_regions(tx, &regions)?;
        let id = CountyBoundaryId::new();
        inventory::create_county_boundary(tx, id, &boundary, &"0".repeat(64))?;
        Ok(())
    });
    settled.await.map_err(cause)
}

fn origin_lon() -> i64 {
    116_000_000_000
}

fn origin_lat() -> i64 {
    27_000_000_000
}

/// A file of wetlands that goes on where the last one ended.
fn file(from: usize, count: usize) -> anyhow::Result<String> {
    let mut file = String::from(
        r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":["#,
    );
    for n in from..from + count {
        let (column, row) = (i64::try_from(n % ROW)?, i64::try_from(n / ROW)?);
        let (west, south) = (origin_lon() + column * STEP, origin_lat() + row * STEP);
        let (east, north) = (west + SIDE, south + SIDE);
        let place = |lon: i64, lat: i64| {
            let degrees =
                |nano: i64| format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
            format!("[{},{}]", degrees(lon), degrees(lat))
        };
        let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
        let ring: Vec<String> = ring.into_iter().map(|(lon, lat)| place(lon, lat)).collect();
        // A thousandth of a degree each way; the bench is not about its area to a percent.
        let m2 = area(row);
        let comma = if n == from { "" } else { "," };
        write!(
            file,
            "{comma}{{\"type\":\"Feature\",\"properties\":{{\"wetland_no\":\"W360124-{:07}\",\"name\":\"示例湿地\",\
             \"township_code\":\"{TOWNSHIP}\",\"land_class\":\"1106\",\"area_m2\":\"{m2:.2}\",\
             \"level\":\"general\",\"wetland_type\":\"lake\",\"survey_year\":2025,\
             \"source\":\"示例\",\"protected\":false}},\"geometry\":{{\"type\":\"Polygon\",\
             \"coordinates\":[[{}]]}}}}",
            n + 1,
            ring.join(",")
        )?;
    }
    file.push_str("]}");
    Ok(file)
}

/// About the area of a plot in that row, in square metres.
fn area(row: i64) -> f64 {
    let latitude = 27.0 + f64::from(u32::try_from(row).unwrap_or_default()) * 0.0012;
    let (sin, cos) = latitude.to_radians().sin_cos();
    let w2 = 1.0 - 0.006_694_38 * sin * sin;
    let degree = 6_378_137.0_f64.to_radians();
    let (east, north) = (degree * cos / w2.sqrt(), degree * (1.0 - 0.006_694_38) / w2.powf(1.5));
    east * north * 1e-6
}
