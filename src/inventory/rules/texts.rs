//! The words of the findings: English by `Display`, Chinese beside it.

use std::fmt::{Display, Formatter, Result};

use super::finding::{Expected, Finding, number_property};
use crate::inventory::geometry::GeometryFault;
use crate::inventory::model::{Conclusion, ParcelKind};

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::UnknownMember(name) => write!(f, "a feature has no member {name:?}"),
            Self::UnknownProperty(name) => write!(f, "{name:?} is not a property of such a parcel"),
            Self::MissingProperty(name) => write!(f, "{name} is missing"),
            Self::UnreadableProperty { name, expected } => write!(f, "{name} must be {expected}"),
            Self::NumberForm { number, kind, county } => {
                write!(
                    f,
                    "the number {number:?} must have the form {}",
                    form(*kind, county.as_str())
                )
            }
            Self::NumberTwice(number) => write!(f, "{number} stands in the file more than once"),
            Self::NumberTaken(number) => write!(f, "{number} is already in the inventory"),
            Self::UnknownTownship(code) => write!(f, "there is no township {code}"),
            Self::OtherRegion { township, yours } => {
                write!(f, "township {township} does not lie in your region {yours}")
            }
            Self::SurveyYear { year, latest } => {
                write!(f, "the survey year {year} is not between 1990 and {latest}")
            }
            Self::UnknownClass(code) => {
                write!(f, "{code:?} is not a land class of the third national land survey")
            }
            Self::InWetlandDatabase { wetland, year, m2 } => {
                write!(f, "{m2} m² of it are {wetland} in the wetland database of {year}")
            }
            Self::OnReserveParcel { number, year, m2 } => {
                write!(f, "{m2} m² of it are reserve parcel {number} of survey year {year}")
            }
            Self::NoWaterRegime => write!(f, "the water regime must be seasonal or long_term"),
            Self::NotConcluded => {
                write!(f, "a conclusion on restorability with basis, author and date is missing")
            }
            Self::NotRestorable(conclusion) => {
                write!(f, "the conclusion is {conclusion}, not restorable")
            }
            Self::ConcludedInFuture => write!(f, "the conclusion is dated in the future"),
            Self::PondNotVerified(class) => {
                write!(
                    f,
                    "class {class} needs a pond verification with verifier, date and evidence"
                )
            }
            Self::PondRefused => write!(f, "the pond verification did not pass"),
            Self::PondCheckedBySubmitter(who) => {
                write!(f, "{who} submitted the parcel and cannot have verified the pond")
            }
            Self::PondCheckedByImporter(who) => {
                write!(f, "{who} imports the file and cannot be the verifier that it names")
            }
            Self::PondCheckedInFuture => write!(f, "the pond verification is dated in the future"),
            Self::Cropland(class) => {
                write!(f, "class {class} is cropland: no restoration project may stand on it")
            }
            Self::Adjustable(class) => {
                write!(
                    f,
                    "class {class} is linked to cropland: no restoration project may stand on it"
                )
            }
            Self::OverlapsParcel { number, m2 } => {
                write!(f, "it overlaps {number} of the inventory by {m2} m²; 1 m² is allowed")
            }
            Self::OverlapsInFile { number, m2 } => {
                write!(f, "it overlaps {number} of the same file by {m2} m²; 1 m² is allowed")
            }
            Self::Geometry(fault) => write!(f, "{}", geometry_english(fault)),
            Self::NoBoundary(county) => write!(f, "the boundary of county {county} is not loaded"),
            Self::OutsideCounty { county, m2 } => {
                write!(f, "{m2} m² of it lie outside county {county}")
            }
            Self::AreaDiffers { declared, computed } => write!(
                f,
                "the declared {declared} m² and the {computed} m² of the polygon differ by more than 1 %"
            ),
            Self::NoLevel => {
                write!(f, "the level must be national_important, provincial_important or general")
            }
            Self::MangroveIsGeneral => write!(f, "mangrove is never of general level"),
        }
    }
}

impl Finding {
    /// The same text in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::UnknownMember(name) => format!("要素不应含有成员 {name:?}"),
            Self::UnknownProperty(name) => format!("此类地块没有属性 {name:?}"),
            Self::MissingProperty(name) => format!("缺少 {name}"),
            Self::UnreadableProperty { name, expected } => {
                format!("{name} 应为{}", expected.chinese())
            }
            Self::NumberForm { number, kind, county } => {
                format!("编号 {number:?} 应为 {} 的形式", form(*kind, county.as_str()))
            }
            Self::NumberTwice(number) => format!("编号 {number} 在文件中重复"),
            Self::NumberTaken(number) => format!("编号 {number} 已入库"),
            Self::UnknownTownship(code) => format!("没有乡镇 {code}"),
            Self::OtherRegion { township, yours } => {
                format!("乡镇 {township} 不在本单位辖区 {yours} 内")
            }
            Self::SurveyYear { year, latest } => {
                format!("调查年度 {year} 应在 1990 至 {latest} 之间")
            }
            Self::UnknownClass(code) => format!("{code:?} 不是第三次全国国土调查的地类编码"),
            Self::InWetlandDatabase { wetland, year, m2 } => {
                format!("其中 {m2} 平方米已在 {year} 年度湿地资源数据库中（{wetland}）")
            }
            Self::OnReserveParcel { number, year, m2 } => {
                format!("其中 {m2} 平方米是 {year} 年度湿地后备资源 {number}")
            }
            Self::NoWaterRegime => "积水条件应为季节性积水或长期性积水".into(),
            Self::NotConcluded => "缺少可修复性结论（依据、结论人、日期）".into(),
            Self::NotRestorable(Conclusion::NotDetermined) => "可修复性结论未确定".into(),
            Self::NotRestorable(_) => "可修复性结论为不可修复".into(),
            Self::ConcludedInFuture => "可修复性结论日期晚于今天".into(),
            Self::PondNotVerified(class) => {
                format!("地类 {class} 应附坑塘属性核实（核实人、日期、证据）")
            }
            Self::PondRefused => "坑塘属性核实未通过".into(),
            Self::PondCheckedBySubmitter(who) => format!("{who} 为报送人，不得核实自己报送的坑塘"),
            Self::PondCheckedByImporter(who) => format!("{who} 为导入人，文件不得以其为核实人"),
            Self::PondCheckedInFuture => "坑塘属性核实日期晚于今天".into(),
            Self::Cropland(class) => format!("地类 {class} 为耕地，不得实施湿地修复项目"),
            Self::Adjustable(class) => {
                format!("地类 {class} 为可调整地类，与耕地挂钩，不得实施湿地修复项目")
            }
            Self::OverlapsParcel { number, m2 } => {
                format!("与库内 {number} 重叠 {m2} 平方米，容差为 1 平方米")
            }
            Self::OverlapsInFile { number, m2 } => {
                format!("与同一文件内 {number} 重叠 {m2} 平方米，容差为 1 平方米")
            }
            Self::Geometry(fault) => geometry_chinese(fault),
            Self::NoBoundary(county) => format!("尚未载入县级行政区 {county} 的界线"),
            Self::OutsideCounty { county, m2 } => {
                format!("有 {m2} 平方米在县级行政区 {county} 界外")
            }
            Self::AreaDiffers { declared, computed } => {
                format!("申报面积 {declared} 平方米与图形椭球面积 {computed} 平方米相差超过 1%")
            }
            Self::NoLevel => "湿地级别应为国家重要、省级重要或一般".into(),
            Self::MangroveIsGeneral => "红树林湿地不得定为一般湿地".into(),
        }
    }
}

impl Display for Expected {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Text { characters_max } => {
                write!(f, "a text of 1 to {characters_max} characters without control characters")
            }
            Self::Area => write!(f, "an area in m², as text with at most two places, above 0"),
            Self::Year => write!(f, "a year, as a whole number"),
            Self::Date => write!(f, "a date, YYYY-MM-DD"),
            Self::Bool => write!(f, "true or false"),
            Self::Object => write!(f, "an object"),
            Self::Region => write!(f, "a township code of 9 digits, as text"),
            Self::OneOf(words) => write!(f, "one of {words}"),
        }
    }
}

impl Expected {
    fn chinese(self) -> String {
        match self {
            Self::Text { characters_max } => {
                format!("1 至 {characters_max} 个字的文本，不含控制字符")
            }
            Self::Area => "以平方米计、最多两位小数、大于 0 的文本".into(),
            Self::Year => "整数年份".into(),
            Self::Date => "YYYY-MM-DD 日期".into(),
            Self::Bool => " true 或 false".into(),
            Self::Object => "对象".into(),
            Self::Region => "9 位乡镇代码文本".into(),
            Self::OneOf(words) => format!("以下之一：{words}"),
        }
    }
}

fn form(kind: ParcelKind, county: &str) -> String {
    let letter = if number_property(kind) == "parcel_no" { 'R' } else { 'W' };
    format!("{letter}{county}-0001")
}

fn geometry_english(fault: &GeometryFault) -> String {
    match fault {
        GeometryFault::Missing => "there is no geometry".into(),
        GeometryFault::NotAPolygon(kind) => format!("{kind:?} is not Polygon or MultiPolygon"),
        GeometryFault::UnknownMember(name) => format!("a polygon has no member {name:?}"),
        GeometryFault::NotCoordinates => {
            "coordinates must be rings of [longitude, latitude], two numbers each".into()
        }
        GeometryFault::NotClosed { ring } => {
            format!("ring {ring} is not closed: its last point must be its first")
        }
        GeometryFault::TooFewPoints { ring } => format!("ring {ring} has fewer than three points"),
        GeometryFault::TooManyPoints { most } => format!("a polygon has at most {most} points"),
        GeometryFault::SwappedAxes => {
            "the axes are swapped: longitude comes first, then latitude".into()
        }
        GeometryFault::NotDegrees => {
            "these are metres of a projection; degrees of CGCS2000 (EPSG:4490) are needed".into()
        }
        GeometryFault::NotMetres => {
            "these are degrees, but the file has metres of a Gauss-Krüger zone".into()
        }
        GeometryFault::OtherZone { found: 0, zone } => {
            format!("its eastings carry no zone, the others of the file carry zone {zone}")
        }
        GeometryFault::OtherZone { found, zone } if found == zone => {
            format!("its eastings carry zone {zone}, the others of the file carry none")
        }
        GeometryFault::OtherZone { found, zone } => {
            format!("it lies in Gauss-Krüger zone {found}, the file in zone {zone}")
        }
        GeometryFault::OutsideZone { zone } => {
            format!("these are no metres of Gauss-Krüger zone {zone}")
        }
        GeometryFault::OutsideChina(at) => format!("the point {at} lies outside China"),
        GeometryFault::SelfIntersection(at) => format!("a ring meets itself near {at}"),
        GeometryFault::RingsCross(at) => format!("two rings cross or share a border near {at}"),
        GeometryFault::RingsOverlap => {
            "a hole lies outside its polygon, or holes or polygons overlap".into()
        }
    }
}

fn geometry_chinese(fault: &GeometryFault) -> String {
    match fault {
        GeometryFault::Missing => "没有图形".into(),
        GeometryFault::NotAPolygon(kind) => format!("{kind:?} 不是 Polygon 或 MultiPolygon"),
        GeometryFault::UnknownMember(name) => format!("图形不应含有成员 {name:?}"),
        GeometryFault::NotCoordinates => "坐标应为 [经度, 纬度] 组成的环，每点两个数".into(),
        GeometryFault::NotClosed { ring } => format!("第 {ring} 环未闭合，末点应与首点相同"),
        GeometryFault::TooFewPoints { ring } => format!("第 {ring} 环不足三个点"),
        GeometryFault::TooManyPoints { most } => format!("一个图形最多 {most} 个点"),
        GeometryFault::SwappedAxes => "经纬度颠倒：应经度在前、纬度在后".into(),
        GeometryFault::NotDegrees => "坐标是投影平面的米，应为 CGCS2000（EPSG:4490）的度".into(),
        GeometryFault::NotMetres => "坐标是度，而文件其余为高斯—克吕格投影的米".into(),
        GeometryFault::OtherZone { found: 0, zone } => {
            format!("横坐标不含带号，而文件其余带号为 {zone}")
        }
        GeometryFault::OtherZone { found, zone } if found == zone => {
            format!("横坐标含带号 {zone}，而文件其余不含带号")
        }
        GeometryFault::OtherZone { found, zone } => {
            format!("坐标在第 {found} 带，而文件在第 {zone} 带")
        }
        GeometryFault::OutsideZone { zone } => format!("坐标不是高斯—克吕格第 {zone} 带的米"),
        GeometryFault::OutsideChina(at) => format!("点 {at} 不在中国境内"),
        GeometryFault::SelfIntersection(at) => format!("图形在 {at} 附近自相交"),
        GeometryFault::RingsCross(at) => format!("两环在 {at} 附近相交或共边"),
        GeometryFault::RingsOverlap => "内环在外环之外，或内环、图形互相重叠".into(),
    }
}
