//! Bodies and views of lists of important wetlands and of markers.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{IntoParams, ToSchema};

use super::published_views::label;
use crate::inventory::actions::{DecideOnList, ListEntryText, PublishList, SetMarker};
use crate::inventory::model::{
    ListDecision, ListDecisionId, ListOutcome, MarkerText, ParcelId, WetlandLevel, WetlandList,
    WetlandListId, WetlandMarker, WetlandMarkerId, WetlandType,
};
use crate::kernel::area::{SurveyedArea, hectares_shown};
use crate::kernel::clock::Time;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::web::paper;

/// Which lists or markers are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// This region and those in it.
    #[param(value_type = Option<String>, example = "360124")]
    pub(super) region: Option<RegionCode>,
}

/// A decision whether a wetland stands on a list.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewListDecision {
    pub outcome: ListOutcome,
    /// `national_important` or `provincial_important`; `international_important` counts as national.
    #[serde(deserialize_with = "a_level")]
    #[schema(example = "provincial_important")]
    pub level: WetlandLevel,
    #[schema(example = "示例林湿〔2026〕3号")]
    pub document: String,
    /// Needed where a wetland is left off.
    #[schema(example = "位于城市规划区内，面积 8 公顷以上")]
    pub reason: Option<String>,
    pub decided_on: NaiveDate,
}

/// An international level counts as national (R22).
fn a_level<'de, D: Deserializer<'de>>(input: D) -> Result<WetlandLevel, D::Error> {
    let text = String::deserialize(input)?;
    let text = if text == "international_important" { "national_important" } else { &text };
    text.parse().map_err(de::Error::custom)
}

impl NewListDecision {
    pub(super) fn on(self, parcel_id: ParcelId) -> Answer<DecideOnList> {
        Ok(DecideOnList {
            id: ListDecisionId::new(),
            parcel_id,
            outcome: self.outcome,
            level: self.level,
            document: label("document", self.document)?,
            reason: self.reason.map(|reason| label("reason", reason)).transpose()?,
            decided_on: self.decided_on,
        })
    }
}

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ListDecisionView {
    pub id: ListDecisionId,
    #[schema(example = "W360124-0002")]
    pub wetland_number: String,
    pub parcel_id: ParcelId,
    pub outcome: ListOutcome,
    pub level: WetlandLevel,
    #[schema(example = "示例林湿〔2026〕3号")]
    pub document: String,
    #[schema(example = "位于城市规划区内，面积 8 公顷以上")]
    pub reason: Option<String>,
    pub decided_on: NaiveDate,
    pub recorded_at: Time,
}

impl From<ListDecision> for ListDecisionView {
    fn from(it: ListDecision) -> Self {
        Self {
            id: it.id,
            wetland_number: it.wetland_number,
            parcel_id: it.parcel_id,
            outcome: it.outcome,
            level: it.level,
            document: it.document,
            reason: it.reason,
            decided_on: it.decided_on,
            recorded_at: it.recorded_at,
        }
    }
}

/// Which list is to be published.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWetlandList {
    pub region: RegionCode,
    pub level: WetlandLevel,
    /// The document by which the government approved it.
    #[schema(example = "示例府发〔2026〕8号")]
    pub document: String,
    pub published_on: NaiveDate,
}

impl TryFrom<NewWetlandList> for PublishList {
    type Error = Failure;

    fn try_from(it: NewWetlandList) -> Answer<Self> {
        Ok(Self {
            id: WetlandListId::new(),
            region: it.region,
            level: it.level,
            document: label("document", it.document)?,
            published_on: it.published_on,
        })
    }
}

/// A published list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct WetlandListSummary {
    pub id: WetlandListId,
    pub region: RegionCode,
    pub level: WetlandLevel,
    /// 1, 2, 3 … among the lists of its region and level.
    #[schema(example = 1)]
    pub version: i64,
    #[schema(example = "示例府发〔2026〕8号")]
    pub document: String,
    pub published_on: NaiveDate,
    #[schema(example = 3)]
    pub entry_count: i64,
    pub area_m2: SurveyedArea,
    #[schema(example = "12.93")]
    pub hectares: String,
}

impl From<&WetlandList> for WetlandListSummary {
    fn from(it: &WetlandList) -> Self {
        Self {
            id: it.id,
            region: it.region.clone(),
            level: it.level,
            version: it.version,
            document: it.document.clone(),
            published_on: it.published_on,
            entry_count: it.entry_count,
            area_m2: it.area,
            hectares: hectares_shown(it.area, 2),
        }
    }
}

/// A published list with its entries as they were on that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct WetlandListView {
    #[serde(flatten)]
    pub list: WetlandListSummary,
    pub entries: Vec<ListEntryText>,
}

impl WetlandListView {
    pub(super) fn of(it: &WetlandList) -> Answer<Self> {
        let entries = serde_json::from_str(&it.entries).map_err(anyhow::Error::from)?;
        Ok(Self { list: it.into(), entries })
    }

    /// As a spreadsheet opens it.
    pub(super) fn csv(&self) -> Answer<Vec<u8>> {
        paper::table(&HEADS, |table| {
            for it in &self.entries {
                table.texts(&[
                    &it.number,
                    &it.name,
                    &it.county.to_string(),
                    &it.township.to_string(),
                    &it.land_class.to_string(),
                    it.land_class.name(),
                    type_name(it.wetland_type),
                    &it.area_m2.to_string(),
                    it.document.as_deref().unwrap_or_default(),
                ])?;
            }
            Ok(())
        })
    }
}

const HEADS: [&str; 9] = [
    "编号",
    "名称",
    "县级区划",
    "乡级区划",
    "地类编码",
    "地类",
    "湿地类型",
    "面积（平方米）",
    "依据",
];

fn type_name(wetland_type: WetlandType) -> &'static str {
    match wetland_type {
        WetlandType::Coastal => "近海与海岸湿地",
        WetlandType::River => "河流湿地",
        WetlandType::Lake => "湖泊湿地",
        WetlandType::Marsh => "沼泽湿地",
        WetlandType::Artificial => "人工湿地",
    }
}

/// A marker that was set. Every text must be there; level, type and area are taken from the records.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMarker {
    #[schema(example = "示例湖滨沼泽")]
    pub name: Option<String>,
    /// The main ecological functions.
    #[schema(example = "调蓄洪水、候鸟越冬")]
    pub functions: Option<String>,
    /// The protected species.
    #[schema(example = "白鹤、小天鹅")]
    pub species: Option<String>,
    /// The competent authority.
    #[schema(example = "进贤县林业局")]
    pub authority: Option<String>,
    /// The unit that manages it.
    #[schema(example = "前坊镇湿地管护站")]
    pub manager: Option<String>,
    /// What is protected, from where to where.
    #[schema(example = "湖岸线以内全部水面及滩涂")]
    pub scope: Option<String>,
    /// The telephone number for supervision.
    #[schema(example = "0791-00000000")]
    pub phone: Option<String>,
    /// Where it stands.
    #[schema(example = "东岸渡口，116.4040, 28.5190")]
    pub place: Option<String>,
    pub set_on: NaiveDate,
}

impl NewMarker {
    pub(super) fn at(self, parcel_id: ParcelId) -> Answer<SetMarker> {
        // What is missing is told all at once by the rule.
        let text = |name: &str, text: Option<String>| {
            let text = text.unwrap_or_default();
            if text.trim().is_empty() { Ok(String::new()) } else { label(name, text) }
        };
        Ok(SetMarker {
            id: WetlandMarkerId::new(),
            parcel_id,
            text: MarkerText {
                name: text("name", self.name)?,
                functions: text("functions", self.functions)?,
                species: text("species", self.species)?,
                authority: text("authority", self.authority)?,
                manager: text("manager", self.manager)?,
                scope: text("scope", self.scope)?,
                phone: text("phone", self.phone)?,
                place: text("place", self.place)?,
            },
            set_on: self.set_on,
        })
    }
}

/// A marker and what is written on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct MarkerView {
    pub id: WetlandMarkerId,
    #[schema(example = "JB360124-0001")]
    pub number: String,
    #[schema(example = "W360124-0002")]
    pub wetland_number: String,
    pub county: RegionCode,
    #[schema(example = "示例湖滨沼泽")]
    pub name: String,
    pub level: WetlandLevel,
    pub wetland_type: WetlandType,
    pub area_m2: SurveyedArea,
    #[schema(example = "1.8825")]
    pub hectares: String,
    #[schema(example = "调蓄洪水、候鸟越冬")]
    pub functions: String,
    #[schema(example = "白鹤、小天鹅")]
    pub species: String,
    #[schema(example = "进贤县林业局")]
    pub authority: String,
    #[schema(example = "前坊镇湿地管护站")]
    pub manager: String,
    #[schema(example = "湖岸线以内全部水面及滩涂")]
    pub scope: String,
    #[schema(example = "0791-00000000")]
    pub phone: String,
    #[schema(example = "东岸渡口，116.4040, 28.5190")]
    pub place: String,
    pub set_on: NaiveDate,
}

impl From<WetlandMarker> for MarkerView {
    fn from(it: WetlandMarker) -> Self {
        Self {
            id: it.id,
            number: it.number,
            wetland_number: it.wetland_number,
            county: it.county,
            name: it.text.name,
            level: it.level,
            wetland_type: it.wetland_type,
            area_m2: it.area,
            hectares: hectares_shown(it.area, 4),
            functions: it.text.functions,
            species: it.text.species,
            authority: it.text.authority,
            manager: it.text.manager,
            scope: it.text.scope,
            phone: it.text.phone,
            place: it.text.place,
            set_on: it.set_on,
        }
    }
}
