//! The properties of a feature, one by one, each with its own finding when it cannot be read.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::inventory::model::{Draft, PondCheck, Restorability, WetlandLevel};
use crate::inventory::rules::{Expected, Finding};
use crate::kernel::area::SurveyedArea;
use crate::kernel::names::NoSuchName;
use crate::kernel::region::{RegionCode, RegionLevel};

/// Numbers, names of people and of places fit a line.
pub(crate) const LABEL_CHARACTERS_MAX: usize = 200;
/// Reasons and evidence fit a page.
const TEXT_CHARACTERS_MAX: usize = 4_000;

/// What is left to be read of an object, and what could not be read.
pub(super) struct Properties {
    rest: Map<String, Value>,
    /// The names of the objects around it, each with a slash.
    prefix: String,
    findings: Vec<Finding>,
}

impl Properties {
    pub(super) fn of(properties: Map<String, Value>) -> Self {
        Self { rest: properties, prefix: String::new(), findings: Vec::new() }
    }

    /// Reads a feature of the county's reserve file.
    pub(super) fn reserve(&mut self) -> Draft {
        let mut draft = self.of_both("parcel_no", "declared_area_m2");
        draft.tenure = self.label("tenure");
        // Absent and null are findings of R13 and R14, not of the form.
        draft.water_regime = self.optional("water_regime", one_of("seasonal, long_term"));
        draft.restorability = self.object("restorable").and_then(|inner| self.restorability(inner));
        draft.submitted_by = self.label("submitted_by");
        draft.pond_check = self.object("pond_check").and_then(|inner| self.pond_check(inner));
        draft.source = self.optional("source", label);
        draft
    }

    /// Reads a feature of the wetland database.
    pub(super) fn wetland(&mut self) -> Draft {
        let mut draft = self.of_both("wetland_no", "area_m2");
        draft.source = self.label("source");
        draft.protected = self.required("protected", |value| value.as_bool().ok_or(Expected::Bool));
        draft
    }

    fn of_both(&mut self, number: &'static str, area: &'static str) -> Draft {
        Draft {
            number: self.label(number),
            name: self.label("name"),
            township: self.required("township_code", township),
            land_class: self.land_class(),
            declared_area: self.required(area, positive_area),
            level: self.optional("level", level),
            wetland_type: self
                .required("wetland_type", one_of("coastal, river, lake, marsh, artificial")),
            survey_year: self.required("survey_year", |value| value.as_i64().ok_or(Expected::Year)),
            ..Draft::default()
        }
    }

    /// Every finding, and one for each property that nobody asked for.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let unknown = self.rest.keys().map(|key| key.chars().take(40).collect::<String>());
        findings
            .extend(unknown.map(|key| Finding::UnknownProperty(format!("{}{key}", self.prefix))));
        findings
    }

    fn label(&mut self, name: &'static str) -> Option<String> {
        self.required(name, label)
    }

    fn land_class(&mut self) -> Option<crate::inventory::model::LandClass> {
        let code = self.label("land_class")?;
        let class = code.parse();
        class
            .map_err(|_| self.findings.push(Finding::UnknownClass(code.chars().take(20).collect())))
            .ok()
    }

    fn restorability(&mut self, inner: Map<String, Value>) -> Option<Restorability> {
        self.inside("restorable", inner, |of| {
            let conclusion = one_of("restorable, not_restorable, not_determined");
            let conclusion = of.required("conclusion", conclusion);
            let (basis, author) = (of.required("basis", text), of.required("author", label));
            let date = of.required("date", date);
            Some(Restorability {
                conclusion: conclusion?,
                basis: basis?,
                author: author?,
                date: date?,
            })
        })
    }

    fn pond_check(&mut self, inner: Map<String, Value>) -> Option<PondCheck> {
        self.inside("pond_check", inner, |of| {
            let result = of.required("result", one_of("passed, refused"));
            let (evidence, verified_by) =
                (of.required("evidence", text), of.required("verified_by", label));
            let date = of.required("date", date);
            Some(PondCheck {
                result: result?,
                evidence: evidence?,
                verified_by: verified_by?,
                date: date?,
            })
        })
    }

    fn inside<T>(
        &mut self,
        name: &str,
        inner: Map<String, Value>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let prefix = format!("{}{name}/", self.prefix);
        let mut inner = Self { rest: inner, prefix, findings: Vec::new() };
        let value = read(&mut inner);
        self.findings.extend(inner.finish());
        value
    }

    fn object(&mut self, name: &'static str) -> Option<Map<String, Value>> {
        self.optional(name, |value| value.as_object().cloned().ok_or(Expected::Object))
    }

    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Result<T, Expected>,
    ) -> Option<T> {
        match self.rest.get(name) {
            None | Some(Value::Null) if self.prefix.is_empty() => {
                self.rest.remove(name);
                self.findings.push(Finding::MissingProperty(name));
                None
            }
            None => self.unreadable(name, read(&Value::Null).err()),
            Some(_) => self.optional(name, read),
        }
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, Expected>,
    ) -> Option<T> {
        let value = self.rest.remove(name)?;
        if value.is_null() && self.prefix.is_empty() {
            return None;
        }
        read(&value).map_err(|expected| self.unreadable::<T>(name, Some(expected))).ok()
    }

    fn unreadable<T>(&mut self, name: &str, expected: Option<Expected>) -> Option<T> {
        let name = format!("{}{name}", self.prefix);
        let expected = expected.unwrap_or(Expected::Object);
        self.findings.push(Finding::UnreadableProperty { name, expected });
        None
    }
}

pub(super) fn label(value: &Value) -> Result<String, Expected> {
    text_of(value, LABEL_CHARACTERS_MAX)
}

fn text(value: &Value) -> Result<String, Expected> {
    text_of(value, TEXT_CHARACTERS_MAX)
}

fn text_of(value: &Value, characters_max: usize) -> Result<String, Expected> {
    let text = value.as_str().map(str::trim).filter(|text| {
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        (1..=characters_max).contains(&text.chars().count()) && !text.contains(control)
    });
    text.map(str::to_owned).ok_or(Expected::Text { characters_max })
}

fn township(value: &Value) -> Result<RegionCode, Expected> {
    let code = value.as_str().and_then(|text| text.parse::<RegionCode>().ok());
    code.filter(|code| code.level() == RegionLevel::Township).ok_or(Expected::Region)
}

fn positive_area(value: &Value) -> Result<SurveyedArea, Expected> {
    let area = value.as_str().and_then(|text| text.parse::<SurveyedArea>().ok());
    area.filter(|area| area.centi_m2() > 0).ok_or(Expected::Area)
}

pub(super) fn date(value: &Value) -> Result<NaiveDate, Expected> {
    let text = value.as_str().filter(|text| text.len() == 10);
    text.and_then(|text| text.parse().ok()).ok_or(Expected::Date)
}

/// A wetland of international importance counts as a national one (R22).
fn level(value: &Value) -> Result<WetlandLevel, Expected> {
    match value.as_str() {
        Some("international_important") => Ok(WetlandLevel::NationalImportant),
        Some(text) => text.parse().map_err(|_: NoSuchName| LEVELS),
        None => Err(LEVELS),
    }
}

const LEVELS: Expected =
    Expected::OneOf("international_important, national_important, provincial_important, general");

pub(super) fn one_of<T: std::str::FromStr>(
    words: &'static str,
) -> impl Fn(&Value) -> Result<T, Expected> {
    move |value| {
        let word = value.as_str().and_then(|text| text.parse().ok());
        word.ok_or(Expected::OneOf(words))
    }
}
