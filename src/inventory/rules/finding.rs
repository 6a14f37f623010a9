//! What is wrong with a feature of a file, in both languages.

use crate::inventory::geometry::GeometryFault;
use crate::inventory::model::{Conclusion, LandClass, ParcelKind};
use crate::kernel::area::SurveyedArea;
use crate::kernel::region::RegionCode;

/// One thing that keeps a feature out.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// A member of the feature beside `type`, `properties` and `geometry`.
    UnknownMember(String),
    UnknownProperty(String),
    MissingProperty(&'static str),
    UnreadableProperty {
        name: String,
        expected: Expected,
    },
    NumberForm {
        number: String,
        kind: ParcelKind,
        county: RegionCode,
    },
    NumberTwice(String),
    NumberTaken(String),
    UnknownTownship(RegionCode),
    OtherRegion {
        township: RegionCode,
        yours: RegionCode,
    },
    SurveyYear {
        year: i64,
        latest: i64,
    },
    UnknownClass(String),
    InWetlandDatabase {
        wetland: String,
        year: i64,
        m2: SurveyedArea,
    },
    OnReserveParcel {
        number: String,
        year: i64,
        m2: SurveyedArea,
    },
    NoWaterRegime,
    NotConcluded,
    NotRestorable(Conclusion),
    ConcludedInFuture,
    PondNotVerified(LandClass),
    PondRefused,
    PondCheckedBySubmitter(String),
    PondCheckedByImporter(String),
    PondCheckedInFuture,
    Cropland(LandClass),
    Adjustable(LandClass),
    OverlapsParcel {
        number: String,
        m2: SurveyedArea,
    },
    OverlapsInFile {
        number: String,
        m2: SurveyedArea,
    },
    Geometry(GeometryFault),
    NoBoundary(RegionCode),
    OutsideCounty {
        county: RegionCode,
        m2: SurveyedArea,
    },
    AreaDiffers {
        declared: SurveyedArea,
        computed: SurveyedArea,
    },
    NoLevel,
    MangroveIsGeneral,
}

/// What a property should have held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Text { characters_max: usize },
    Area,
    Year,
    Date,
    Bool,
    Object,
    Region,
    OneOf(&'static str),
}

impl Finding {
    /// The rule that it breaks; none means that the file itself cannot be read so.
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Self::UnknownMember(_)
            | Self::UnknownProperty(_)
            | Self::MissingProperty(_)
            | Self::UnreadableProperty { .. }
            | Self::NumberForm { .. }
            | Self::NumberTwice(_)
            | Self::NumberTaken(_)
            | Self::UnknownTownship(_) => None,
            Self::OtherRegion { .. } => Some("R94"),
            Self::SurveyYear { .. } => Some("R21"),
            Self::UnknownClass(_) => Some("R10"),
            Self::InWetlandDatabase { .. } | Self::OnReserveParcel { .. } => Some("R12"),
            Self::NoWaterRegime => Some("R13"),
            Self::NotConcluded | Self::NotRestorable(_) | Self::ConcludedInFuture => Some("R14"),
            Self::PondNotVerified(_)
            | Self::PondRefused
            | Self::PondCheckedBySubmitter(_)
            | Self::PondCheckedByImporter(_)
            | Self::PondCheckedInFuture => Some("R15"),
            Self::Cropland(_) | Self::Adjustable(_) => Some("R17"),
            Self::OverlapsParcel { .. } | Self::OverlapsInFile { .. } => Some("R19"),
            Self::Geometry(_)
            | Self::NoBoundary(_)
            | Self::OutsideCounty { .. }
            | Self::AreaDiffers { .. } => Some("R20"),
            Self::NoLevel | Self::MangroveIsGeneral => Some("R22"),
        }
    }

    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownMember(_) => "unknown-member",
            Self::UnknownProperty(_) => "unknown-property",
            Self::MissingProperty(_) => "missing-property",
            Self::UnreadableProperty { .. } => "unreadable-property",
            Self::NumberForm { .. } => "number-form",
            Self::NumberTwice(_) => "number-twice",
            Self::NumberTaken(_) => "number-taken",
            Self::UnknownTownship(_) => "unknown-township",
            Self::OtherRegion { .. } => "other-region",
            Self::SurveyYear { .. } => "survey-year",
            Self::UnknownClass(_) => "unknown-land-class",
            Self::InWetlandDatabase { .. } => "in-wetland-database",
            Self::OnReserveParcel { .. } => "on-reserve-parcel",
            Self::NoWaterRegime => "no-water-regime",
            Self::NotConcluded => "not-concluded",
            Self::NotRestorable(_) => "not-restorable",
            Self::ConcludedInFuture => "concluded-in-future",
            Self::PondNotVerified(_) => "pond-not-verified",
            Self::PondRefused => "pond-refused",
            Self::PondCheckedBySubmitter(_) => "pond-checked-by-submitter",
            Self::PondCheckedByImporter(_) => "pond-checked-by-importer",
            Self::PondCheckedInFuture => "pond-checked-in-future",
            Self::Cropland(_) => "cropland",
            Self::Adjustable(_) => "linked-to-cropland",
            Self::OverlapsParcel { .. } => "overlaps-parcel",
            Self::OverlapsInFile { .. } => "overlaps-in-file",
            Self::Geometry(fault) => geometry_code(fault),
            Self::NoBoundary(_) => "no-county-boundary",
            Self::OutsideCounty { .. } => "outside-county",
            Self::AreaDiffers { .. } => "area-differs",
            Self::NoLevel => "no-level",
            Self::MangroveIsGeneral => "mangrove-is-general",
        }
    }

    /// Where in the feature, as the end of a JSON pointer.
    pub fn pointer(&self) -> String {
        let property = match self {
            Self::UnknownMember(name) => return format!("/{}", escaped(name)),
            Self::Geometry(_) => return "/geometry".into(),
            Self::OutsideCounty { .. }
            | Self::NoBoundary(_)
            | Self::OverlapsParcel { .. }
            | Self::OverlapsInFile { .. }
            | Self::InWetlandDatabase { .. }
            | Self::OnReserveParcel { .. } => return "/geometry".into(),
            Self::UnknownProperty(name) | Self::UnreadableProperty { name, .. } => {
                return format!(
                    "/properties/{}",
                    name.split('/').map(escaped).collect::<Vec<_>>().join("/")
                );
            }
            Self::MissingProperty(name) => name,
            Self::NumberForm { kind, .. } => number_property(*kind),
            Self::NumberTwice(_) | Self::NumberTaken(_) => return "/properties".into(),
            Self::UnknownTownship(_) | Self::OtherRegion { .. } => "township_code",
            Self::SurveyYear { .. } => "survey_year",
            Self::UnknownClass(_) | Self::Cropland(_) | Self::Adjustable(_) => "land_class",
            Self::NoWaterRegime => "water_regime",
            Self::NotConcluded | Self::NotRestorable(_) | Self::ConcludedInFuture => "restorable",
            Self::PondNotVerified(_)
            | Self::PondRefused
            | Self::PondCheckedBySubmitter(_)
            | Self::PondCheckedByImporter(_)
            | Self::PondCheckedInFuture => "pond_check",
            Self::AreaDiffers { .. } => return "/properties".into(),
            Self::NoLevel | Self::MangroveIsGeneral => "level",
        };
        format!("/properties/{property}")
    }
}

/// The name of the property that holds the number.
pub(crate) fn number_property(kind: ParcelKind) -> &'static str {
    match kind {
        ParcelKind::Reserve => "parcel_no",
        ParcelKind::Wetland => "wetland_no",
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn geometry_code(fault: &GeometryFault) -> &'static str {
    match fault {
        GeometryFault::Missing => "no-geometry",
        GeometryFault::NotAPolygon(_) => "not-a-polygon",
        GeometryFault::UnknownMember(_) => "unknown-geometry-member",
        GeometryFault::NotCoordinates => "not-coordinates",
        GeometryFault::NotClosed { .. } => "ring-not-closed",
        GeometryFault::TooFewPoints { .. } => "too-few-points",
        GeometryFault::TooManyPoints { .. } => "too-many-points",
        GeometryFault::SwappedAxes => "swapped-axes",
        GeometryFault::NotDegrees => "not-degrees",
        GeometryFault::NotMetres => "not-metres",
        GeometryFault::OtherZone { .. } => "other-zone",
        GeometryFault::OutsideZone { .. } => "outside-zone",
        GeometryFault::OutsideChina(_) => "outside-china",
        GeometryFault::SelfIntersection(_) => "self-intersection",
        GeometryFault::RingsCross(_) => "rings-cross",
        GeometryFault::RingsOverlap => "rings-overlap",
    }
}
