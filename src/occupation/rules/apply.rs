//! Whether land may be applied for at all (R18, R19, R22, R73, R74, R81, R83).

use chrono::NaiveDate;

use crate::inventory::{LandClass, WetlandLevel, WetlandType};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::last_day_of_years;
use crate::occupation::model::{OccupationGround, OccupationTerm};

/// How long a temporary occupation may last (R83).
const TEMPORARY_YEARS_MAX: i32 = 2;

/// What an application says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Application {
    pub(crate) term: OccupationTerm,
    pub(crate) ground: OccupationGround,
    pub(crate) level: WetlandLevel,
    pub(crate) wetland_type: WetlandType,
    pub(crate) mangrove: bool,
    pub(crate) has_provincial_assessment: bool,
    pub(crate) claims_exemption: bool,
    pub(crate) permanent_building: bool,
    pub(crate) starts_on: Option<NaiveDate>,
    pub(crate) ends_on: Option<NaiveDate>,
}

/// A wetland of the inventory that the land touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wetland {
    pub(crate) number: String,
    pub(crate) level: WetlandLevel,
    pub(crate) wetland_type: WetlandType,
    pub(crate) land_class: LandClass,
}

/// What the inventory and earlier approvals know of the place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Neighbourhood {
    pub(crate) wetlands: Vec<Wetland>,
    /// A layer of mangroves touches it.
    pub(crate) in_mangrove_layer: bool,
    /// Why its zones do not allow it, in English and Chinese (R18).
    pub(crate) zones: Option<(String, String)>,
    /// An approved occupation that it overlaps, and by how much.
    pub(crate) approved: Option<(String, SurveyedArea)>,
}

/// Why land cannot be occupied, or an application is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotOccupy {
    #[error(
        "national important wetland is occupied only for national major projects, disaster \
         prevention, important water or protection facilities and wetland protection"
    )]
    NationalImportant,
    #[error("mangroves are occupied only for national major projects and disaster prevention")]
    Mangrove,
    #[error("occupying mangroves needs the assessment of the province")]
    MangroveNotAssessed,
    #[error("mangrove is never general wetland")]
    MangroveIsGeneral,
    #[error("{wetland} is {found}, the application says {declared}")]
    LevelTooLow { wetland: String, found: WetlandLevel, declared: WetlandLevel },
    #[error("the wetland there is {found} ({wetland}), the application says {declared}")]
    OtherType { wetland: String, found: WetlandType, declared: WetlandType },
    #[error("{english}")]
    Zone { english: String, chinese: String },
    #[error("{m2} m² of it are occupied by approval of {number}")]
    Overlaps { number: String, m2: SurveyedArea },
    #[error("a temporary occupation names its first and last day, a permanent one has none")]
    TermDays,
    #[error("a temporary occupation ends before it begins")]
    TermBackwards,
    #[error("a temporary occupation lasts two years at most: until {last}")]
    TermTooLong { last: NaiveDate },
    #[error("a temporary occupation has no permanent building")]
    PermanentBuilding,
    #[error("only flood, waterway, port and other water works are exempt")]
    NotWaterWorks,
    #[error("name either a polygon or the parcels that it is drawn from")]
    PolygonOrParcels,
    #[error("there is no parcel {0} in this county")]
    NoSuchParcel(String),
    #[error("the land lies in no county that you named")]
    NotACounty,
    #[error("at most {most} documents belong to an application")]
    TooManyDocuments { most: usize },
    #[error("at most {most} applications of a developer wait at once")]
    TooManyWaiting { most: i64 },
}

/// Decides whether the application can be taken, and names all that speaks against it.
pub(crate) fn may_apply(it: &Application, around: &Neighbourhood) -> Vec<CannotOccupy> {
    let mut found: Vec<CannotOccupy> = term(it).err().into_iter().collect();
    if it.claims_exemption && it.ground != OccupationGround::WaterWorks {
        found.push(CannotOccupy::NotWaterWorks);
    }
    found.extend(level(it, around));
    found.extend(mangrove(it, around));
    found.extend(
        around.zones.clone().map(|(english, chinese)| CannotOccupy::Zone { english, chinese }),
    );
    found.extend(around.approved.clone().map(|(number, m2)| CannotOccupy::Overlaps { number, m2 }));
    found
}

fn term(it: &Application) -> Result<(), CannotOccupy> {
    match (it.term, it.starts_on, it.ends_on) {
        (OccupationTerm::Permanent, None, None) => Ok(()),
        (OccupationTerm::Temporary, Some(starts_on), Some(ends_on)) => {
            let last = last_day_of_years(starts_on, TEMPORARY_YEARS_MAX).unwrap_or(starts_on);
            if ends_on < starts_on {
                return Err(CannotOccupy::TermBackwards);
            }
            if ends_on > last {
                return Err(CannotOccupy::TermTooLong { last });
            }
            if it.permanent_building { Err(CannotOccupy::PermanentBuilding) } else { Ok(()) }
        }
        _ => Err(CannotOccupy::TermDays),
    }
}

/// Nobody declares a wetland lower, or another, than the inventory has it.
fn level(it: &Application, around: &Neighbourhood) -> Vec<CannotOccupy> {
    let mut found = Vec::new();
    // The most important level comes first.
    let highest = around.wetlands.iter().min_by_key(|wetland| wetland.level);
    if let Some(wetland) = highest.filter(|wetland| wetland.level < it.level) {
        found.push(CannotOccupy::LevelTooLow {
            wetland: wetland.number.clone(),
            found: wetland.level,
            declared: it.level,
        });
    }
    let is_known = around.wetlands.iter().any(|wetland| wetland.wetland_type == it.wetland_type);
    if let Some(wetland) = around.wetlands.first().filter(|_| !is_known) {
        found.push(CannotOccupy::OtherType {
            wetland: wetland.number.clone(),
            found: wetland.wetland_type,
            declared: it.wetland_type,
        });
    }
    let level = highest.map_or(it.level, |wetland| wetland.level.min(it.level));
    let allowed = matches!(
        it.ground,
        OccupationGround::NationalMajorProject
            | OccupationGround::DisasterPrevention
            | OccupationGround::ImportantFacility
            | OccupationGround::WetlandProtection
    );
    if level == WetlandLevel::NationalImportant && !allowed {
        found.push(CannotOccupy::NationalImportant);
    }
    found
}

fn mangrove(it: &Application, around: &Neighbourhood) -> Vec<CannotOccupy> {
    let is_mangrove = it.mangrove
        || around.in_mangrove_layer
        || around.wetlands.iter().any(|wetland| wetland.land_class.is_mangrove());
    if !is_mangrove {
        return Vec::new();
    }
    let mut found = Vec::new();
    if it.level == WetlandLevel::General {
        found.push(CannotOccupy::MangroveIsGeneral);
    }
    let allowed = matches!(
        it.ground,
        OccupationGround::NationalMajorProject | OccupationGround::DisasterPrevention
    );
    if !allowed {
        found.push(CannotOccupy::Mangrove);
    } else if !it.has_provincial_assessment {
        found.push(CannotOccupy::MangroveNotAssessed);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn road() -> Application {
        Application {
            term: OccupationTerm::Permanent,
            ground: OccupationGround::Other,
            level: WetlandLevel::General,
            wetland_type: WetlandType::Marsh,
            mangrove: false,
            has_provincial_assessment: false,
            claims_exemption: false,
            permanent_building: true,
            starts_on: None,
            ends_on: None,
        }
    }

    fn wetland(level: WetlandLevel, class: &str) -> Wetland {
        Wetland {
            number: "W360124-0003".into(),
            level,
            wetland_type: WetlandType::Marsh,
            land_class: class.parse().unwrap(),
        }
    }

    #[track_caller]
    fn check(it: &Application, wetlands: Vec<Wetland>, expected: &[CannotOccupy]) {
        let around = Neighbourhood { wetlands, ..Neighbourhood::default() };
        assert_eq!(may_apply(it, &around), expected);
    }

    #[test]
    fn r73_national_important_wetland_is_occupied_for_four_grounds_only() {
        for ground in OccupationGround::ALL {
            let it =
                Application { ground: *ground, level: WetlandLevel::NationalImportant, ..road() };
            let allowed = !matches!(ground, OccupationGround::WaterWorks | OccupationGround::Other);
            let expected: &[CannotOccupy] =
                if allowed { &[] } else { &[CannotOccupy::NationalImportant] };
            check(&it, Vec::new(), expected);
        }
        let national = wetland(WetlandLevel::NationalImportant, "1108");
        let lowered = CannotOccupy::LevelTooLow {
            wetland: "W360124-0003".into(),
            found: WetlandLevel::NationalImportant,
            declared: WetlandLevel::General,
        };
        check(&road(), vec![national], &[lowered, CannotOccupy::NationalImportant]);
    }

    #[test]
    fn r74_mangroves_are_occupied_with_an_assessment_for_two_grounds_only() {
        let grove = vec![wetland(WetlandLevel::ProvincialImportant, "0303")];
        let it = Application { level: WetlandLevel::ProvincialImportant, ..road() };
        check(&it, grove.clone(), &[CannotOccupy::Mangrove]);
        let it = Application { ground: OccupationGround::DisasterPrevention, ..it };
        check(&it, grove.clone(), &[CannotOccupy::MangroveNotAssessed]);
        let it = Application { has_provincial_assessment: true, ..it };
        check(&it, grove, &[]);
        let general = Application { mangrove: true, level: WetlandLevel::General, ..it };
        check(&general, Vec::new(), &[CannotOccupy::MangroveIsGeneral]);
    }

    #[test]
    fn r83_a_temporary_occupation_lasts_two_years_and_builds_nothing() {
        let it = Application {
            term: OccupationTerm::Temporary,
            permanent_building: false,
            starts_on: Some(day("2024-02-29")),
            ends_on: Some(day("2026-02-28")),
            ..road()
        };
        check(&it, Vec::new(), &[]);
        let longer = Application { ends_on: Some(day("2026-03-01")), ..it.clone() };
        check(&longer, Vec::new(), &[CannotOccupy::TermTooLong { last: day("2026-02-28") }]);
        let backwards = Application { ends_on: Some(day("2024-02-28")), ..it.clone() };
        check(&backwards, Vec::new(), &[CannotOccupy::TermBackwards]);
        let house = Application { permanent_building: true, ..it.clone() };
        check(&house, Vec::new(), &[CannotOccupy::PermanentBuilding]);
        check(&Application { ends_on: None, ..it }, Vec::new(), &[CannotOccupy::TermDays]);
    }

    #[test]
    fn r81_only_water_works_claim_to_be_exempt() {
        let it = Application { claims_exemption: true, ..road() };
        check(&it, Vec::new(), &[CannotOccupy::NotWaterWorks]);
        let port = Application { ground: OccupationGround::WaterWorks, ..it };
        check(&port, Vec::new(), &[]);
    }

    #[test]
    fn r18_a_zone_that_forbids_and_an_earlier_approval_are_named_together() {
        let m2: SurveyedArea = "12.50".parse().unwrap();
        let around = Neighbourhood {
            zones: Some(("red".into(), "红".into())),
            approved: Some(("ZY360124-2026-0001".into(), m2)),
            ..Neighbourhood::default()
        };
        assert_eq!(may_apply(&road(), &around).len(), 2);
    }
}
