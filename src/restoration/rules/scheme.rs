//! When a project may be proposed: its land (R17), its scheme (R25–R27).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::kernel::money::{Fen, cny};
use crate::kernel::region::RegionCode;
use crate::restoration::model::{
    BarredParcel, Bill, Consent, Mode, Origin, Quantity, Scheme, Species,
};

/// A bill has at most this many lines: ten times the longest that we know of.
pub(crate) const BILL_LINES_MAX: usize = 500;
/// A project has at most this many parcels: tens are usual in a whole county.
pub(crate) const PARCELS_MAX: usize = 100;
/// A project lists at most this many species.
pub(crate) const SPECIES_MAX: usize = 200;

/// Why a project is not taken as it was proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotPropose {
    #[error("the proposer's organisation is not the seat of a township")]
    NotATownship,
    #[error("a project names 1 to {max} {what}, none of them twice")]
    Count { what: &'static str, max: usize },
    #[error("there is no reserve parcel {0}")]
    NoSuchParcel(String),
    #[error("parcel {0} is no active reserve parcel")]
    NotInReserve(String),
    #[error("parcel {number} lies outside county {county}")]
    OtherCounty { number: String, county: RegionCode },
    #[error("no parcel of the project lies in township {0}")]
    NotInTownship(RegionCode),
    #[error("parcel {}: {}", .0.number, .0.english)]
    Barred(BarredParcel),
    #[error("parcel {number} belongs to project {project}")]
    Taken { number: String, project: String },
    #[error("an entrusted project names its contractor")]
    NoContractor,
    #[error(
        "the consent names at least one right holder and no objection: {holders} hold rights, {objections} object"
    )]
    NoConsent { holders: i64, objections: i64 },
    #[error("the consent is dated {0}, after today")]
    ConsentInFuture(NaiveDate),
    #[error("line {line} of the bill says {stated}, quantity × unit price is {due}")]
    LineAmount { line: usize, stated: Fen, due: String },
    #[error("the bill says {stated} in all, its lines add up to {sum}")]
    BillTotal { stated: Fen, sum: String },
    #[error("alien species {0} needs a scientific assessment and an approval number")]
    AlienSpecies(String),
}

/// A parcel that is to be restored, as the inventory knows it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) number: String,
    pub(crate) township: RegionCode,
    pub(crate) active_reserve: bool,
    /// Why the inventory bars it from projects (R17).
    pub(crate) barred: Option<BarredParcel>,
    /// The number of the project that has it.
    pub(crate) taken_by: Option<String>,
}

/// Decides whether the township may propose this scheme for this land.
pub(crate) fn propose(
    scheme: &Scheme,
    land: &[Candidate],
    township: &RegionCode,
    today: NaiveDate,
) -> Result<(), CannotPropose> {
    let Some(county) = township.county().filter(|county| county != township) else {
        return Err(CannotPropose::NotATownship);
    };
    land_is_free(land, township, &county)?;
    if scheme.mode == Mode::Entrusted && scheme.contractor.is_none() {
        return Err(CannotPropose::NoContractor);
    }
    consented(&scheme.consent, today)?;
    bill_adds_up(&scheme.bill)?;
    species_are_allowed(&scheme.species)
}

fn land_is_free(
    land: &[Candidate],
    township: &RegionCode,
    county: &RegionCode,
) -> Result<(), CannotPropose> {
    counted("parcels", PARCELS_MAX, land.iter().map(|parcel| &parcel.number))?;
    for parcel in land {
        let number = parcel.number.clone();
        if !parcel.active_reserve {
            return Err(CannotPropose::NotInReserve(number));
        }
        if !parcel.township.is_within(county) {
            return Err(CannotPropose::OtherCounty { number, county: county.clone() });
        }
        if let Some(barred) = parcel.barred.clone() {
            return Err(CannotPropose::Barred(barred));
        }
        if let Some(project) = parcel.taken_by.clone() {
            return Err(CannotPropose::Taken { number, project });
        }
    }
    if land.iter().any(|parcel| parcel.township == *township) {
        Ok(())
    } else {
        Err(CannotPropose::NotInTownship(township.clone()))
    }
}

fn consented(consent: &Consent, today: NaiveDate) -> Result<(), CannotPropose> {
    let Consent { date, holders, objections } = *consent;
    if holders < 1 || objections != 0 {
        return Err(CannotPropose::NoConsent { holders, objections });
    }
    if date > today { Err(CannotPropose::ConsentInFuture(date)) } else { Ok(()) }
}

fn bill_adds_up(bill: &Bill) -> Result<(), CannotPropose> {
    if bill.lines.is_empty() || bill.lines.len() > BILL_LINES_MAX {
        return Err(CannotPropose::Count { what: "bill lines", max: BILL_LINES_MAX });
    }
    let mut sum = 0_i64;
    for (line, n) in bill.lines.iter().zip(1..) {
        let due = line_amount(line.quantity, line.unit_price);
        if i128::from(line.amount.get()) != due {
            let due = i64::try_from(due).map_or_else(|_| "too much".to_owned(), cny);
            return Err(CannotPropose::LineAmount { line: n, stated: line.amount, due });
        }
        sum = sum.saturating_add(line.amount.get());
    }
    if sum == bill.total.get() {
        Ok(())
    } else {
        Err(CannotPropose::BillTotal { stated: bill.total, sum: cny(sum) })
    }
}

/// Returns half_up(quantity × unit price) in fen (R26).
fn line_amount(quantity: Quantity, unit_price: Fen) -> i128 {
    let hundredths = i128::from(quantity.hundredths()) * i128::from(unit_price.get());
    (hundredths + 50) / 100
}

fn species_are_allowed(species: &[Species]) -> Result<(), CannotPropose> {
    counted("species", SPECIES_MAX, species.iter().map(|one| &one.latin))?;
    let unapproved = |one: &&Species| {
        one.origin == Origin::Alien && (one.assessment.is_none() || one.approval_no.is_none())
    };
    match species.iter().find(unapproved) {
        Some(one) => Err(CannotPropose::AlienSpecies(one.name.to_string())),
        None => Ok(()),
    }
}

fn counted<T: Ord>(
    what: &'static str,
    max: usize,
    items: impl ExactSizeIterator<Item = T>,
) -> Result<(), CannotPropose> {
    let count = items.len();
    let different = items.collect::<BTreeSet<_>>().len();
    if (1..=max).contains(&count) && different == count {
        Ok(())
    } else {
        Err(CannotPropose::Count { what, max })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::{Decimal, RoundingStrategy};

    use super::*;
    use crate::restoration::model::{BillLine, LegalDuty};

    fn line(quantity: &str, unit_price: &str, amount: &str) -> BillLine {
        BillLine {
            item: "土方".parse().unwrap(),
            unit: "m³".parse().unwrap(),
            quantity: quantity.parse().unwrap(),
            unit_price: unit_price.parse().unwrap(),
            amount: amount.parse().unwrap(),
        }
    }

    fn native() -> Species {
        Species {
            name: "芦苇".parse().unwrap(),
            latin: "Phragmites australis".parse().unwrap(),
            origin: Origin::Native,
            assessment: None,
            approval_no: None,
        }
    }

    fn wuli() -> (Scheme, Vec<Candidate>) {
        let scheme = Scheme {
            name: "五里".parse().unwrap(),
            mode: Mode::Entrusted,
            contractor: Some("青岚".parse().unwrap()),
            consent: Consent { date: day("2022-02-23"), holders: 1, objections: 0 },
            legal_duty: LegalDuty { exists: false, basis: "无".parse().unwrap() },
            bill: Bill {
                lines: vec![line("4375.24", "15.24", "66678.66"), line("1", "0.34", "0.34")],
                total: "66679.00".parse().unwrap(),
            },
            species: vec![native()],
        };
        let parcel = Candidate {
            number: "R360124-0012".into(),
            township: "360124500".parse().unwrap(),
            active_reserve: true,
            barred: None,
            taken_by: None,
        };
        (scheme, vec![parcel])
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Scheme, &mut Vec<Candidate>), expected: Result<(), &str>) {
        let (mut scheme, mut land) = wuli();
        change(&mut scheme, &mut land);
        let township = "360124500".parse().unwrap();
        let answer = propose(&scheme, &land, &township, day("2022-03-07"));
        assert_eq!(answer.map_err(|e| e.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn r25_an_entrusted_project_names_a_contractor_and_the_others_need_none() {
        check(|_, _| (), Ok(()));
        check(|it, _| it.contractor = None, Err("an entrusted project names its contractor"));
        for mode in [Mode::Own, Mode::Cooperation] {
            check(|it, _| (it.mode, it.contractor) = (mode, None), Ok(()));
        }
    }

    #[test]
    fn r26_the_scheme_carries_the_consent_of_its_right_holders() {
        let refused = |holders, objections| {
            format!(
                "the consent names at least one right holder and no objection: {holders} hold rights, {objections} object"
            )
        };
        check(|it, _| it.consent.holders = 0, Err(&refused(0, 0)));
        check(|it, _| it.consent.objections = 1, Err(&refused(1, 1)));
        check(
            |it, _| it.consent.date = day("2022-03-08"),
            Err("the consent is dated 2022-03-08, after today"),
        );
    }

    #[test]
    fn r26_the_bill_of_quantities_adds_up_to_the_fen() {
        check(
            |it, _| it.bill.lines[0] = line("4375.24", "15.24", "66678.65"),
            Err("line 1 of the bill says 66678.65, quantity × unit price is 66678.66"),
        );
        check(
            |it, _| it.bill.total = "66679.01".parse().unwrap(),
            Err("the bill says 66679.01 in all, its lines add up to 66679.00"),
        );
        check(
            |it, _| it.bill.lines.clear(),
            Err("a project names 1 to 500 bill lines, none of them twice"),
        );
        check(
            |it, _| it.bill.lines[0] = line("1000000000", "10000000000000.00", "1.00"),
            Err("line 1 of the bill says 1.00, quantity × unit price is too much"),
        );
    }

    #[test]
    fn r27_an_alien_species_needs_an_assessment_and_an_approval() {
        let cypress = |assessment: Option<&str>, approval_no: Option<&str>| Species {
            name: "落羽杉".parse().unwrap(),
            latin: "Taxodium distichum".parse().unwrap(),
            origin: Origin::Alien,
            assessment: assessment.map(|text| text.parse().unwrap()),
            approval_no: approval_no.map(|text| text.parse().unwrap()),
        };
        let refused =
            Err("alien species 落羽杉 needs a scientific assessment and an approval number");
        check(|it, _| it.species.push(cypress(None, None)), refused);
        check(|it, _| it.species.push(cypress(Some("评估"), None)), refused);
        check(|it, _| it.species.push(cypress(None, Some("6号"))), refused);
        check(|it, _| it.species.push(cypress(Some("评估"), Some("6号"))), Ok(()));
    }

    #[test]
    fn r27_a_species_is_native_unless_it_says_otherwise() {
        let species: Species =
            serde_json::from_str(r#"{"name":"菰","latin":"Zizania latifolia"}"#).unwrap();
        assert_eq!(species.origin, Origin::Native);
    }

    fn barred() -> BarredParcel {
        let (number, english) = ("R360124-0012".into(), "class 1104K is linked to cropland".into());
        BarredParcel { number, english, chinese: "与耕地挂钩".into() }
    }

    #[test]
    fn r17_a_parcel_that_the_inventory_bars_enters_no_project() {
        check(
            |_, land| land[0].barred = Some(barred()),
            Err("parcel R360124-0012: class 1104K is linked to cropland"),
        );
    }

    #[test]
    fn a_parcel_has_one_project_and_lies_in_the_proposers_county() {
        check(
            |_, land| land[0].taken_by = Some("P360124-001".into()),
            Err("parcel R360124-0012 belongs to project P360124-001"),
        );
        check(
            |_, land| land[0].active_reserve = false,
            Err("parcel R360124-0012 is no active reserve parcel"),
        );
        check(
            |_, land| land[0].township = "360121100".parse().unwrap(),
            Err("parcel R360124-0012 lies outside county 360124"),
        );
        check(
            |_, land| land[0].township = "360124100".parse().unwrap(),
            Err("no parcel of the project lies in township 360124500"),
        );
        check(
            |_, land| land.extend_from_within(..),
            Err("a project names 1 to 100 parcels, none of them twice"),
        );
        check(|_, land| land.clear(), Err("a project names 1 to 100 parcels, none of them twice"));
    }

    proptest! {
        /// The naive version works in decimals, as a clerk would.
        #[test]
        fn r26_a_line_agrees_with_a_clerks_decimal_arithmetic(quantity in 1_i64..10_000_000_000, price in 0_i64..1_000_000_000) {
            let clerk = (Decimal::new(quantity, 2) * Decimal::new(price, 2))
                .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            let ours = line_amount(Quantity::of_hundredths(quantity).unwrap(), Fen::of(price).unwrap());
            prop_assert_eq!(Decimal::from_i128_with_scale(ours, 2), clerk);
        }
    }
}
