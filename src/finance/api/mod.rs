//! Money in and out on the wire.

mod batches;
mod corrections;
mod decisions;
mod earnings;
mod books;
mod claims;
mod closes;
mod assignments;
mod checks;
mod exceptions;
mod holds;
mod items;
mod lines;
mod mappings;
mod notices;
mod openings;
mod payment_files;
mod payouts;
mod receivables;
mod periods;
mod reports;
mod returns;
mod secured;
mod spendings;
mod statements;

use super::rules::FinanceRefusal;
use crate::kernel::operations::Operations;

/// What finance offers.
pub fn operations() -> Operations {
    notices::operations()
        .and(statements::operations())
        .and(checks::operations())
        .and(mappings::operations())
        .and(items::operations())
        .and(lines::operations())
        .and(exceptions::operations())
        .and(assignments::operations())
        .and(payouts::operations())
        .and(decisions::operations())
        .and(openings::operations())
        .and(batches::operations())
        .and(payment_files::operations())
        .and(holds::operations())
        .and(spendings::operations())
        .and(earnings::operations())
        .and(corrections::operations())
        .and(receivables::operations())
        .and(returns::operations())
        .and(secured::operations())
        .and(claims::operations())
        .and(reports::operations())
        .and(closes::operations())
        .and(periods::operations())
        .and(books::operations())
}

/// The longest purpose or reason, in characters.
const TEXT_CHARS_MAX: usize = 500;

/// Reads a text that must say something.
fn text(field: &'static str, text: &str) -> Result<String, FinanceRefusal> {
    let text = text.trim();
    if (1..=TEXT_CHARS_MAX).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(FinanceRefusal::BadText { field, most: TEXT_CHARS_MAX })
    }
}
