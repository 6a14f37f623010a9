//! What a file says of a parcel, under a name that fits a DBF and a longer one for the others.

use crate::inventory::model::Parcel;
use crate::kernel::area::SurveyedArea;

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Whole(i64),
    Area(SurveyedArea),
    YesNo(bool),
    Empty,
}

/// How a column holds its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Up to that many bytes of a DBF; a longer text is cut there, at a whole character.
    Text(u8),
    Whole,
    Area,
    YesNo,
}

pub(super) struct Attribute {
    pub(super) name: &'static str,
    /// At most ten characters.
    pub(super) short: &'static str,
    pub(super) column: Column,
    pub(super) of: fn(&Parcel) -> Cell,
}

fn text(text: impl ToString) -> Cell {
    Cell::Text(text.to_string())
}

fn maybe(text: Option<impl ToString>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.to_string()))
}

/// The columns, in order.
pub(super) const ATTRIBUTES: [Attribute; 17] = [
    attribute("id", "id", Column::Text(36), |it| text(it.id)),
    attribute("number", "number", Column::Text(40), |it| text(&it.number)),
    attribute("kind", "kind", Column::Text(10), |it| text(it.kind)),
    attribute("name", "name", Column::Text(254), |it| text(&it.name)),
    attribute("township", "township", Column::Text(9), |it| text(&it.township)),
    attribute("county", "county", Column::Text(6), |it| text(&it.county)),
    attribute("land_class", "land_class", Column::Text(10), |it| text(it.land.land_class)),
    attribute("land_class_name", "class_name", Column::Text(60), |it| {
        text(it.land.land_class.name())
    }),
    attribute("area_m2", "area_m2", Column::Area, |it| Cell::Area(it.land.declared_area)),
    attribute("computed_area_m2", "computedm2", Column::Area, |it| Cell::Area(it.computed_area)),
    attribute("survey_year", "surv_year", Column::Whole, |it| Cell::Whole(it.land.survey_year)),
    attribute("level", "level", Column::Text(24), |it| text(it.monitoring.level)),
    attribute("wetland_type", "wet_type", Column::Text(12), |it| text(it.monitoring.wetland_type)),
    attribute("water_regime", "water_reg", Column::Text(12), |it| {
        maybe(it.monitoring.water_regime)
    }),
    attribute("protected", "protected", Column::YesNo, |it| {
        it.monitoring.protected.map_or(Cell::Empty, Cell::YesNo)
    }),
    attribute("tenure", "tenure", Column::Text(254), |it| maybe(it.land.tenure.as_deref())),
    attribute("source", "source", Column::Text(254), |it| text(&it.land.source)),
];

const fn attribute(
    name: &'static str,
    short: &'static str,
    column: Column,
    of: fn(&Parcel) -> Cell,
) -> Attribute {
    Attribute { name, short, column, of }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_that_fits_a_dbf() {
        for attribute in ATTRIBUTES {
            assert!((1..=10).contains(&attribute.short.len()), "{}", attribute.short);
        }
    }
}
