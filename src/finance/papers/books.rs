//! The books of a fee account as plain text for hledger and beancount, with all that their strict
//! readers want declared. Money in the bank is positive there, what is owed to people negative: the
//! opposite of this ledger's signs.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contents::{each_voucher, known_holders};
use super::names::{Known, account_in, event_name, holder_of};
use crate::kernel::db::Conn;
use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, Voucher};
use crate::settlement::FeeAccount;

/// Whose form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::finance) enum BooksForm {
    Hledger,
    Beancount,
}

/// Writes all that took effect up to a day.
pub(in crate::finance) fn write_books(
    c: &mut Conn,
    out: &mut impl Write,
    account: &FeeAccount,
    form: BooksForm,
    through: NaiveDate,
) -> Answer<()> {
    let Some(first) = ledger::first_day(c, account.id)? else {
        return put(out, &head(form, account));
    };
    let known = known_holders(c, account.id)?;
    put(out, &head(form, account))?;
    // What moved by then, so that later accounts change nothing of an earlier period's file.
    let mut accounts: Vec<String> = ledger::movements(c, account.id, first, through)?
        .iter()
        .map(|it| account_in(form, &it.account, holder_of(&it.account, &known).0))
        .collect();
    accounts.sort_unstable();
    for one in &accounts {
        put(
            out,
            &match form {
                BooksForm::Hledger => format!("account {one}\n"),
                BooksForm::Beancount => format!("{first} open {one} CNY\n"),
            },
        )?;
    }
    if first > through {
        return Ok(());
    }
    each_voucher(c, account.id, (first, through), |number, voucher| {
        put(out, &entry(form, number, voucher, &known))
    })
}

fn head(form: BooksForm, account: &FeeAccount) -> String {
    let (county, number) = (&account.county, &account.number);
    match form {
        BooksForm::Hledger => {
            format!("; fee account {number} of {county}\ndecimal-mark .\ncommodity 1000.00 CNY\n")
        }
        BooksForm::Beancount => format!(
            "; fee account {number} of {county}\noption \"title\" \"{county} {number}\"\n\
             option \"operating_currency\" \"CNY\"\n"
        ),
    }
}

/// One voucher: what it does to each account, in one posting each.
fn entry(form: BooksForm, number: &str, voucher: &Voucher, known: &Known) -> String {
    let mut sums: BTreeMap<Account, i64> = BTreeMap::new();
    for transfer in &voucher.transfers {
        *sums.entry(transfer.from).or_default() += transfer.amount;
        *sums.entry(transfer.to).or_default() -= transfer.amount;
    }
    let day = voucher.journal.effective_at.date_in_shanghai();
    let (event, id) = (event_name(&voucher.journal.event), voucher.journal.id);
    let mut text = match form {
        BooksForm::Hledger => format!("\n{day} * ({number}) {event}  ; {id}\n"),
        BooksForm::Beancount => {
            format!("\n{day} * \"{event}\"\n  number: \"{number}\"\n  journal: \"{id}\"\n")
        }
    };
    for (account, fen) in sums {
        let name = account_in(form, &account, holder_of(&account, known).0);
        text += &format!("  {name}  {} CNY\n", cny(fen));
    }
    text
}

fn put(out: &mut impl Write, text: &str) -> Answer<()> {
    out.write_all(text.as_bytes()).map_err(|cause| Failure::Broken(cause.into()))
}
