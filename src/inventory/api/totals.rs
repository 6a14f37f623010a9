//! What the public sees of the inventory.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::TotalsQuery;
use crate::inventory::model::{ClassGroup, ParcelKind};
use crate::inventory::rules::{self, Sum};
use crate::inventory::store::{self, ParcelFilter};
use crate::kernel::area::{SurveyedArea, hectares_shown, mu_shown};
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_inventory_totals]
}

/// What there is of wetland and of land that may become wetland.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct InventoryTotals {
    pub region: Option<RegionCode>,
    /// The year of the wetland database; absent where there is none yet.
    #[schema(example = 2025)]
    pub survey_year: Option<i64>,
    pub wetland: KindTotals,
    pub reserve: KindTotals,
}

/// The totals of one kind of parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct KindTotals {
    pub groups: Vec<GroupTotals>,
    pub total: AreaTotals,
    /// Paddy and aquaculture ponds count in no wetland total (R11).
    pub not_counted: AreaTotals,
}

/// The total of a group of land classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct GroupTotals {
    pub group: ClassGroup,
    #[serde(flatten)]
    pub area: AreaTotals,
    /// Of the total; absent where there is nothing.
    #[schema(example = "79.65")]
    pub percent: Option<String>,
}

/// A number of parcels and their declared area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AreaTotals {
    #[schema(example = 3)]
    pub parcels: i64,
    pub m2: SurveyedArea,
    #[schema(example = "194.0029")]
    pub mu: String,
    #[schema(example = "12.93")]
    pub hectares: String,
}

/// Shows the totals of the inventory by group of land class
#[utoipa::path(
    get, path = "/api/v1/inventory-totals", tag = "inventory", params(TotalsQuery),
    responses((status = 200, body = InventoryTotals), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_inventory_totals(db: Data<Db>, query: Query<TotalsQuery>) -> Answer<HttpResponse> {
    let query = query.into_inner();
    let totals = db.read_snapshot(None, move |c| inventory_totals(c, query)).await?;
    Ok(HttpResponse::Ok().json(totals))
}

fn inventory_totals(c: &mut Conn, query: TotalsQuery) -> Answer<InventoryTotals> {
    let TotalsQuery { region, survey_year } = query;
    let survey_year = match survey_year {
        Some(year) => Some(year),
        None => store::latest_wetland_year(c, region.as_ref())?,
    };
    let mut of = |kind: ParcelKind, survey_year: Option<i64>| {
        let filter = ParcelFilter {
            region: region.clone(),
            survey_year,
            kind: Some(kind),
            ..ParcelFilter::default()
        };
        store::sums_by_class(c, &filter)
            .map(|sums| KindTotals::of(kind, &rules::totals(kind, &sums)))
    };
    let wetland = of(ParcelKind::Wetland, Some(survey_year.unwrap_or(0)))?;
    let reserve = of(ParcelKind::Reserve, None)?;
    Ok(InventoryTotals { region, survey_year, wetland, reserve })
}

impl KindTotals {
    fn of(kind: ParcelKind, totals: &rules::Totals) -> Self {
        // The groups that such parcels may be of are shown even where they are empty.
        let always: &[ClassGroup] = match kind {
            ParcelKind::Wetland => &[ClassGroup::Wetland, ClassGroup::Water],
            ParcelKind::Reserve => &[],
        };
        let shown =
            |group: &&ClassGroup| always.contains(group) || totals.groups.contains_key(group);
        let groups = ClassGroup::ALL.iter().filter(shown).map(|group| {
            let sum = totals.groups.get(group).copied().unwrap_or_default();
            let percent = rules::percent_shown(sum.centi_m2, totals.total.centi_m2);
            GroupTotals { group: *group, area: AreaTotals::of(sum), percent }
        });
        Self {
            groups: groups.collect(),
            total: AreaTotals::of(totals.total),
            not_counted: AreaTotals::of(totals.not_counted),
        }
    }
}

impl AreaTotals {
    fn of(sum: Sum) -> Self {
        let m2 = sum.area();
        Self { parcels: sum.parcels, m2, mu: mu_shown(m2), hectares: hectares_shown(m2, 2) }
    }
}
