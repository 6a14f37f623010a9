//! What the lines above the header tell; each fact may stand in any of them.

use chrono::NaiveDate;

use super::cells;
use super::layout::TitleNames;
use super::unreadable::Fault;
use crate::kernel::money::Fen;

/// The most lines before the header row.
const TITLE_LINES_MAX: usize = 20;

/// The facts of the title lines that were found.
#[derive(Default)]
pub(super) struct Title {
    lines: usize,
    pub(super) account: Option<String>,
    pub(super) period: Option<(NaiveDate, NaiveDate)>,
    pub(super) opening: Option<Fen>,
    pub(super) closing: Option<Fen>,
}

impl Title {
    /// Takes one line, its cells joined again by commas, because an amount with separators may have
    /// been cut into cells.
    pub(super) fn take(&mut self, names: &TitleNames, text: &str) -> Result<(), Fault> {
        self.lines += 1;
        if self.lines > TITLE_LINES_MAX {
            return Err(Fault::NoHeader);
        }
        let told = |name: &Option<String>| {
            let name = name.as_deref()?;
            Some((name.to_owned(), cells::after_label(text, name)?))
        };
        if let Some((label, rest)) = told(&names.account) {
            once(&mut self.account, label, cells::leading_number(rest))?;
        }
        if let Some((label, rest)) = told(&names.period) {
            once(&mut self.period, label, cells::leading_period(rest))?;
        }
        if let Some((label, rest)) = told(&names.opening) {
            once(&mut self.opening, label, cells::leading_amount(rest))?;
        }
        if let Some((label, rest)) = told(&names.closing) {
            once(&mut self.closing, label, cells::leading_amount(rest))?;
        }
        match told(&names.currency) {
            Some((_, rest)) if !cells::is_cny(rest) => Err(Fault::NotCny),
            _ => Ok(()),
        }
    }

    /// Checks that all is told that the layout gives a name to.
    pub(super) fn complete(&self, names: &TitleNames) -> Result<(), Fault> {
        for (name, is_told) in [
            (&names.account, self.account.is_some()),
            (&names.period, self.period.is_some()),
            (&names.opening, self.opening.is_some()),
            (&names.closing, self.closing.is_some()),
        ] {
            if let (Some(label), false) = (name, is_told) {
                return Err(Fault::TitleMissing { label: label.clone() });
            }
        }
        Ok(())
    }
}

fn once<T>(place: &mut Option<T>, label: String, value: Option<T>) -> Result<(), Fault> {
    let Some(value) = value else { return Err(Fault::TitleUnreadable { label }) };
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::TitleTwice { label }),
    }
}
