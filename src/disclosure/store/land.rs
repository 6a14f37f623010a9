//! What lies on the land of a county, for its map: every parcel, or how many by cell.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::disclosure::map::{CellCount, LandState, Mark, Outline, Window};
use crate::inventory::{self, Bounds, Parcel, ParcelId, Strip};
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{county_boundaries, list_decisions, parcels};

/// Which parcels a map shows.
#[derive(Debug, Clone)]
pub(crate) struct LandFilter {
    pub(crate) county: RegionCode,
    /// All of the county when absent.
    pub(crate) window: Option<Window>,
    pub(crate) states: Vec<LandState>,
    /// Whether reserve land without an approved project is known to the reader.
    pub(crate) with_reserve: bool,
}

#[derive(QueryableByName)]
struct ShapeRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    area: i64,
    #[diesel(sql_type = Text)]
    polygon: String,
}

#[derive(QueryableByName)]
struct CellRow {
    /// Column and row in one number, which is grouped by faster than two.
    #[diesel(sql_type = BigInt)]
    cell: i64,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    parcels: i64,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    parcels: i64,
}

#[derive(QueryableByName)]
struct ExtentRow {
    #[diesel(sql_type = Nullable<BigInt>)]
    west: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    south: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    east: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    north: Option<i64>,
}

/// The window around all that the filter lets through.
pub(crate) fn extent(c: &mut Conn, filter: &LandFilter) -> Answer<Option<Window>> {
    let mut found: Option<Window> = None;
    for source in sources(c, filter)? {
        let sql = format!(
            "SELECT MIN(g.west) AS west, MIN(g.south) AS south, MAX(g.east) AS east, \
             MAX(g.north) AS north FROM {} WHERE {}",
            source.from, source.condition
        );
        let rows: Vec<ExtentRow> = match c {
            Conn::Pg(c) => diesel::sql_query(sql).load(c)?,
            Conn::Sqlite(c) => diesel::sql_query(sql).load(c)?,
        };
        for row in rows {
            if let ExtentRow { west: Some(w), south: Some(s), east: Some(e), north: Some(n) } = row
            {
                let own = Window::of_units([w, s, e, n]);
                found = Some(found.map_or(own, |known| known.joined(own)));
            }
        }
    }
    Ok(found)
}

/// The boundary of a county that counts, where one is known.
pub(crate) fn boundary(c: &mut Conn, county: &RegionCode) -> Answer<Option<Outline>> {
    let text: Option<String> = county_boundaries::table
        .filter(county_boundaries::county.eq(county))
        .order(county_boundaries::id.desc())
        .select(county_boundaries::polygon)
        .first(c)
        .optional()?;
    Ok(text.map(|text| Outline::of_text(&text)))
}

/// The year of the county's wetland database; 0 where there is none.
pub(crate) fn wetland_year(c: &mut Conn, county: &RegionCode) -> Answer<i64> {
    let year: Option<i64> = parcels::table
        .filter(parcels::county.eq(county))
        .filter(parcels::kind.eq("wetland"))
        .select(diesel::dsl::max(parcels::land_survey_year))
        .first(c)?;
    Ok(year.unwrap_or_default())
}

/// Every parcel that the filter lets through, or `None` where there are more than `rows_max`.
pub(crate) fn marks(c: &mut Conn, filter: &LandFilter, rows_max: i64) -> Answer<Option<Vec<Mark>>> {
    let sources = sources(c, filter)?;
    let mut left = rows_max;
    for source in &sources {
        let sql = format!(
            "SELECT COUNT(*) AS parcels FROM (SELECT 1 AS one FROM {} WHERE {} LIMIT {}) AS counted",
            source.from,
            source.condition,
            left.saturating_add(1)
        );
        let rows: Vec<CountRow> = match c {
            Conn::Pg(c) => diesel::sql_query(sql).load(c)?,
            Conn::Sqlite(c) => diesel::sql_query(sql).load(c)?,
        };
        left = left.saturating_sub(rows.first().map_or(0, |row| row.parcels));
        if left < 0 {
            return Ok(None);
        }
    }
    let mut found = Vec::new();
    for source in &sources {
        let sql = format!(
            "SELECT CAST(p.id AS TEXT) AS id, p.number AS number, p.name AS name, {} AS state, \
             p.declared_area AS area, {POLYGON} AS polygon FROM {} WHERE {}",
            source.state, source.from, source.condition
        );
        let rows: Vec<ShapeRow> = match c {
            Conn::Pg(c) => diesel::sql_query(sql).load(c)?,
            Conn::Sqlite(c) => diesel::sql_query(sql).load(c)?,
        };
        found.extend(rows.into_iter().map(mark).collect::<Answer<Vec<_>>>()?);
    }
    found.retain(|mark| filter.states.contains(&mark.state));
    found.sort_by(|a, b| a.number.cmp(&b.number));
    Ok(Some(found))
}

fn mark(row: ShapeRow) -> Answer<Mark> {
    Ok(Mark {
        id: row.id.parse().map_err(|_| Failure::broken("a parcel's id is one"))?,
        number: row.number,
        name: row.name,
        state: state_of(&row.state)?,
        area: SurveyedArea::of_centi_m2(row.area).unwrap_or_default(),
        outline: Outline::of_text(&row.polygon),
    })
}

/// More rows of cells than there are between the equator and 90° north, however small.
const ROWS_MAX: i64 = 1_000_000_000;

/// How many parcels of each state have the middle of their box in a cell of that size.
pub(crate) fn cells(
    c: &mut Conn,
    filter: &LandFilter,
    [wide, high]: [i64; 2],
) -> Answer<Vec<CellCount>> {
    let mut found = Vec::new();
    for source in sources(c, filter)? {
        let sql = format!(
            "SELECT (g.west + g.east) / 2 / {wide} * {ROWS_MAX} + (g.south + g.north) / 2 / {high} \
             AS cell, {} AS state, COUNT(*) AS parcels FROM {} WHERE {} GROUP BY 1, 2",
            source.state, source.from, source.condition
        );
        let rows: Vec<CellRow> = match c {
            Conn::Pg(c) => diesel::sql_query(sql).load(c)?,
            Conn::Sqlite(c) => diesel::sql_query(sql).load(c)?,
        };
        for row in rows {
            let state = state_of(&row.state)?;
            let (column, cell_row) = (row.cell / ROWS_MAX, row.cell % ROWS_MAX);
            found.push(CellCount { column, row: cell_row, state, parcels: row.parcels });
        }
    }
    found.retain(|cell| filter.states.contains(&cell.state));
    Ok(found)
}

fn state_of(text: &str) -> Answer<LandState> {
    text.parse().map_err(|_| Failure::broken("the state of a parcel is one of ours"))
}

/// Parcels of one kind: from where, which, and the expression of their state. All that is written
/// into the text is ours or digits.
struct Source {
    from: &'static str,
    condition: String,
    state: String,
}

/// The polygon as it was corrected last, else as it entered.
const POLYGON: &str =
    "COALESCE(g.polygon, (SELECT b.polygon FROM parcel_polygons b WHERE b.id = p.id))";
const APPROVED: &str = "SELECT j.parcel_id FROM project_parcels j \
    INNER JOIN project_stages s ON s.project_id = j.project_id WHERE s.stage = 'approved' \
    AND NOT EXISTS (SELECT 1 FROM project_withdrawals w WHERE w.project_id = j.project_id)";
const CERTIFIED: &str = "SELECT j.parcel_id FROM project_parcels j \
    INNER JOIN batches t ON t.project_id = j.project_id";
/// In a wider window, in 10⁻⁷ degree, a county's own parcels are fewer than what its rows of the
/// grid hold.
const NEAR_UNITS_MAX: i64 = 2_500_000;

fn sources(c: &mut Conn, filter: &LandFilter) -> Answer<Vec<Source>> {
    let county = &filter.county;
    // What was withdrawn has no level.
    let mut condition = format!("g.id = p.id AND p.county = '{county}' AND g.cell_level >= 0");
    // The first of two tables is read first on SQLite.
    let mut from = match c {
        Conn::Pg(_) => "parcels p CROSS JOIN parcel_places g",
        Conn::Sqlite(_) => {
            "parcels p CROSS JOIN parcel_places g INDEXED BY parcel_places_id_box_idx"
        }
    };
    if let Some(window) = filter.window {
        let [west, south, east, north] = window.units();
        condition.push_str(&format!(
            " AND g.west <= {east} AND g.east >= {west} AND g.south <= {north} AND g.north >= {south}"
        ));
        if (east - west).max(north - south) <= NEAR_UNITS_MAX {
            let strips = inventory::strips_around(&Bounds { west, south, east, north });
            let strips: Vec<String> = strips.iter().filter_map(strip_condition).collect();
            condition.push_str(&format!(" AND ({})", strips.join(" OR ")));
            from = "parcel_places g CROSS JOIN parcels p";
        }
    }
    let wants = |states: &[LandState]| states.iter().any(|state| filter.states.contains(state));
    let mut found = Vec::new();
    if wants(&[LandState::NationalImportant, LandState::ProvincialImportant, LandState::General]) {
        let year = wetland_year(c, county)?;
        let condition =
            format!("{condition} AND p.kind = 'wetland' AND p.land_survey_year = {year}");
        found.push(Source { from, condition, state: level_expression(c)? });
    }
    if wants(&[LandState::Restoration, LandState::Certified, LandState::Reserve]) {
        let known = if filter.with_reserve && wants(&[LandState::Reserve]) {
            String::new()
        } else {
            format!(" AND p.id IN ({APPROVED})")
        };
        found.push(Source {
            from,
            condition: format!("{condition} AND p.kind = 'reserve'{known}"),
            state: format!(
                "CASE WHEN p.id IN ({CERTIFIED}) THEN 'certified' \
                 WHEN p.id IN ({APPROVED}) THEN 'restoration' ELSE 'reserve' END"
            ),
        });
    }
    Ok(found)
}

fn strip_condition(strip: &Strip) -> Option<String> {
    let (first, last) = (strip.rows.first()?, strip.rows.last()?);
    Some(format!(
        "(g.cell_level = {} AND g.cell_row BETWEEN {first} AND {last} AND g.west BETWEEN {} AND {})",
        strip.level, strip.west_min, strip.west_max
    ))
}

/// The level that counts: what the newest decision lists a wetland as, else what monitoring says.
fn level_expression(c: &mut Conn) -> Answer<String> {
    let any: Option<ParcelId> =
        list_decisions::table.select(list_decisions::parcel_id).first(c).optional()?;
    Ok(match any {
        None => "p.level".to_owned(),
        Some(_) => "COALESCE((SELECT CASE WHEN d.outcome = 'listed' THEN d.level END \
                    FROM list_decisions d WHERE d.wetland_number = p.number \
                    ORDER BY d.id DESC LIMIT 1), p.level)"
            .to_owned(),
    })
}

#[derive(QueryableByName)]
struct StateRow {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    polygon: String,
}

/// A parcel that everybody may see, with its state and polygon as GeoJSON.
pub(crate) fn public_parcel(
    c: &mut Conn,
    id: ParcelId,
) -> Answer<Option<(Parcel, LandState, String)>> {
    let found = inventory::parcels(c, &[id])?.pop();
    let Some(parcel) = found else { return Ok(None) };
    let filter = LandFilter {
        county: parcel.county.clone(),
        window: None,
        states: LandState::ALL.iter().copied().filter(|it| *it != LandState::Reserve).collect(),
        with_reserve: false,
    };
    for source in sources(c, &filter)? {
        let sql = format!(
            "SELECT {} AS state, {POLYGON} AS polygon FROM {} WHERE {} AND p.id = '{id}'",
            source.state, source.from, source.condition
        );
        let rows: Vec<StateRow> = match c {
            Conn::Pg(c) => diesel::sql_query(sql).load(c)?,
            Conn::Sqlite(c) => diesel::sql_query(sql).load(c)?,
        };
        if let Some(row) = rows.into_iter().next() {
            return Ok(Some((parcel, state_of(&row.state)?, row.polygon)));
        }
    }
    Ok(None)
}
