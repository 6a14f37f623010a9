//! The file of regions: `code,name,parent_code,level`, one region a line.

use std::collections::BTreeMap;

use crate::inventory::import::LABEL_CHARACTERS_MAX;
use crate::inventory::model::Region;
use crate::kernel::region::{RegionCode, RegionLevel};

/// China has some 45 thousand regions down to townships.
pub(crate) const REGIONS_MAX: usize = 50_000;

/// One line that is no region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    pub line: u64,
    pub fault: RegionFault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegionFault {
    #[error("the first line must be code,name,parent_code,level")]
    Header,
    #[error("a line has four cells in UTF-8")]
    Cells,
    #[error("the code must have 2, 4, 6 or 9 digits")]
    Code,
    #[error("the name must have 1 to 200 characters")]
    Name,
    #[error("the level is not that of the code")]
    Level,
    #[error("the parent must be the region one level up, whose code begins this one")]
    Parent,
    #[error("the parent is neither in the file nor known")]
    UnknownParent,
    #[error("the code stands in the file more than once")]
    Twice,
    #[error("the file holds no region")]
    Empty,
    #[error("the file holds more than 50000 regions")]
    TooMany,
}

impl RegionFault {
    /// For programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Cells => "cells",
            Self::Code => "region-code",
            Self::Name => "region-name",
            Self::Level => "region-level",
            Self::Parent => "region-parent",
            Self::UnknownParent => "unknown-parent",
            Self::Twice => "region-twice",
            Self::Empty => "no-regions",
            Self::TooMany => "too-many-regions",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::Header => "首行应为 code,name,parent_code,level",
            Self::Cells => "每行应为四列，UTF-8 编码",
            Self::Code => "代码应为 2、4、6 或 9 位数字",
            Self::Name => "名称应为 1 至 200 个字",
            Self::Level => "级别与代码位数不符",
            Self::Parent => "上级应为上一级区划，且其代码为本代码的前缀",
            Self::UnknownParent => "上级区划不在文件中，也未载入",
            Self::Twice => "代码在文件中重复",
            Self::Empty => "文件中没有区划",
            Self::TooMany => "文件中的区划超过 50000 个",
        }
    }
}

/// Reads the file, parents before children; `is_known` says which regions are there already.
pub fn read_regions(
    file: &[u8],
    is_known: impl Fn(&RegionCode) -> bool,
) -> Result<Vec<Region>, Vec<BadLine>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut lines = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let (mut regions, mut bad) = (BTreeMap::new(), Vec::new());
    for (record, line) in lines.records().zip(1_u64..) {
        if regions.len() >= REGIONS_MAX {
            return Err(vec![BadLine { line, fault: RegionFault::TooMany }]);
        }
        let read = record.map_err(|_| RegionFault::Cells).and_then(|record| {
            if line == 1 { header(&record).map(|()| None) } else { region(&record).map(Some) }
        });
        match read {
            Ok(None) => {}
            Ok(Some(region)) => {
                if regions.insert(region.code.clone(), (line, region)).is_some() {
                    bad.push(BadLine { line, fault: RegionFault::Twice });
                }
            }
            Err(fault) => bad.push(BadLine { line, fault }),
        }
    }
    for (line, region) in regions.values() {
        let unknown = |parent: &RegionCode| !regions.contains_key(parent) && !is_known(parent);
        if region.parent.as_ref().is_some_and(unknown) {
            bad.push(BadLine { line: *line, fault: RegionFault::UnknownParent });
        }
    }
    if regions.is_empty() && bad.is_empty() {
        bad.push(BadLine { line: 1, fault: RegionFault::Empty });
    }
    // A parent's code is the beginning of its children's, so it sorts before them.
    if bad.is_empty() {
        Ok(regions.into_values().map(|(_, region)| region).collect())
    } else {
        Err(bad)
    }
}

fn header(record: &csv::StringRecord) -> Result<(), RegionFault> {
    let names = ["code", "name", "parent_code", "level"];
    if record.iter().eq(names) { Ok(()) } else { Err(RegionFault::Header) }
}

fn region(record: &csv::StringRecord) -> Result<Region, RegionFault> {
    let cells: Vec<&str> = record.iter().map(str::trim).collect();
    let [code, name, parent, level] = cells.as_slice() else { return Err(RegionFault::Cells) };
    let code: RegionCode = code.parse().map_err(|_| RegionFault::Code)?;
    if name.is_empty()
        || name.chars().count() > LABEL_CHARACTERS_MAX
        || name.contains(char::is_control)
    {
        return Err(RegionFault::Name);
    }
    if *level != code.level().as_str() {
        return Err(RegionFault::Level);
    }
    let above = above(&code);
    if above.as_ref().map_or("", RegionCode::as_str) != *parent {
        return Err(RegionFault::Parent);
    }
    Ok(Region { name: (*name).to_owned(), parent: above, code })
}

/// The region one level up.
fn above(code: &RegionCode) -> Option<RegionCode> {
    match code.level() {
        RegionLevel::Province => None,
        RegionLevel::Prefecture => Some(code.province()),
        RegionLevel::County => code.prefecture(),
        RegionLevel::Township => code.county(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &str, expected: &[(u64, RegionFault)]) {
        let file = format!("code,name,parent_code,level\n{lines}");
        let bad =
            read_regions(file.as_bytes(), |code| code.as_str() == "36").err().unwrap_or_default();
        let bad: Vec<_> = bad.into_iter().map(|bad| (bad.line, bad.fault)).collect();
        assert_eq!(bad, expected);
    }

    #[test]
    fn the_storys_regions_are_read_parents_first() {
        let file = include_bytes!("../../../tests/fixtures/jinxian/regions.csv");
        let regions = read_regions(file, |_| false).unwrap();
        assert_eq!(regions.len(), 33);
        assert_eq!(
            regions
                .iter()
                .filter(|r| r.parent.as_ref().is_some_and(|p| p.as_str() == "360124"))
                .count(),
            23
        );
        for (at, region) in regions.iter().enumerate() {
            if let Some(parent) = &region.parent {
                assert!(regions[..at].iter().any(|before| before.code == *parent));
            }
        }
    }

    #[test]
    fn a_parent_exists_and_begins_the_code() {
        check("3601,南昌市,36,prefecture", &[]);
        check("360124,进贤县,3601,county", &[(2, RegionFault::UnknownParent)]);
        check("3601,南昌市,35,prefecture", &[(2, RegionFault::Parent)]);
        check("360124,进贤县,36,county", &[(2, RegionFault::Parent)]);
        check("36,江西省,36,province", &[(2, RegionFault::Parent)]);
    }

    #[test]
    fn a_line_that_is_no_region_is_named() {
        check("", &[(1, RegionFault::Empty)]);
        check("360,x,36,prefecture", &[(2, RegionFault::Code)]);
        check("3601,,36,prefecture", &[(2, RegionFault::Name)]);
        check("3601,x,36,county", &[(2, RegionFault::Level)]);
        check("3601,x,36", &[(2, RegionFault::Cells)]);
        check("3601,x,36,prefecture\n3601,y,36,prefecture", &[(3, RegionFault::Twice)]);
        assert!(read_regions(b"a,b\n", |_| true).is_err());
        assert!(read_regions(b"\xff\xfe", |_| true).is_err());
        assert!(read_regions(b"", |_| true).is_err());
    }
}
