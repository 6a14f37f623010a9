//! The books for other programs, and the trial balance that they must show too.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::own_fee_account;
use super::super::papers::{self, BooksForm, account_in};
use super::super::rules::FinanceRefusal;
use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::money::cny;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::ledger::{self, AsOf, FeeAccountId, Holder, MoneyBucket, Place};
use crate::web::Problems;
use crate::web::paper::{Kind, Paper};

pub(super) fn operations() -> Operations {
    operations![export_books, get_fee_account_trial_balance]
}

/// For which program, and up to which day.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BooksQuery {
    #[param(inline, example = "hledger")]
    format: BooksForm,
    /// With all that took effect up to this day; today when absent.
    #[param(example = "2026-09-30")]
    #[serde(default)]
    through: Option<NaiveDate>,
}

/// Exports the whole books of a fee account as a journal for hledger or beancount
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/books", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), BooksQuery),
    responses(
        (status = 200, body = String, content_type = "text/plain",
            example = "commodity 1000.00 CNY\naccount assets:bank\n"),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn export_books(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    asked: Query<BooksQuery>,
) -> Answer<HttpResponse> {
    let (asker, asked) = (actor.clone(), asked.into_inner());
    let through = asked.through.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    let written = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let ending = match asked.format {
            BooksForm::Hledger => "journal",
            BooksForm::Beancount => "beancount",
        };
        let name = format!("books-{}-{through}.{ending}", account.county);
        let write = |out: &mut _| papers::write_books(c, out, &account, asked.format, through);
        Ok((Paper::write(write)?, name))
    });
    let (paper, name) = written.await?;
    Ok(paper.answer(Kind::Text, &name))
}

/// As of which day or moment; now when both are absent.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AsOfQuery {
    /// With all that took effect by the end of this day.
    #[param(example = "2026-09-30")]
    #[serde(default)]
    effective_on: Option<NaiveDate>,
    /// With all that was booked here by this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    recorded_at: Option<Time>,
}

/// One account of a trial balance; what is not on the one side is on the other.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TrialBalanceLineView {
    /// As it is called in the export of the books.
    #[schema(example = "liabilities:treasury-share:FINANCE")]
    account: String,
    bucket: MoneyBucket,
    #[schema(example = "进贤县财政局")]
    organisation_name: String,
    #[schema(example = "0.00")]
    debit: String,
    #[schema(example = "2528790.21")]
    credit: String,
}

/// The trial balance of a fee account; both sums are the same.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FeeAccountTrialBalanceView {
    fee_account_id: FeeAccountId,
    accounts: Vec<TrialBalanceLineView>,
    #[schema(example = "3700557.45")]
    debits: String,
    #[schema(example = "3700557.45")]
    credits: String,
}

/// Shows the trial balance of a fee account, now or as of a past day or moment
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/trial-balance", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), AsOfQuery),
    responses((status = 200, body = FeeAccountTrialBalanceView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_fee_account_trial_balance(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    asked: Query<AsOfQuery>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let as_of = match (asked.effective_on, asked.recorded_at) {
        (None, at) => AsOf::Recorded(at.unwrap_or(now)),
        (Some(day), None) => AsOf::EndOf(day),
        (Some(_), Some(_)) => return Err(FinanceRefusal::PeriodBackwards.into()),
    };
    let view = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        trial_balance(c, account.id, as_of)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

fn trial_balance(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    as_of: AsOf,
) -> Answer<FeeAccountTrialBalanceView> {
    let balances = ledger::balances_as_of(c, fee_account_id, as_of)?;
    let ids: Vec<_> = balances
        .iter()
        .filter_map(|(account, _)| match account.holder {
            Holder::Organisation(id) => Some(id),
            Holder::House => None,
        })
        .collect();
    let organisations = identity::organisations(c, &ids)?;
    let (mut accounts, mut debits, mut credits) = (Vec::new(), 0, 0);
    for (account, balance) in balances {
        let Place::Money(_, bucket) = account.place else { continue };
        let holder = organisations.iter().find(|one| Holder::from(one.id) == account.holder);
        let (code, name) = holder.map_or(("", ""), |one| (&*one.code, &*one.name));
        let (debit, credit) = ((-balance).max(0), balance.max(0));
        debits += debit;
        credits += credit;
        accounts.push(TrialBalanceLineView {
            account: account_in(BooksForm::Hledger, &account, code),
            bucket,
            organisation_name: name.to_owned(),
            debit: cny(debit),
            credit: cny(credit),
        });
    }
    let (debits, credits) = (cny(debits), cny(credits));
    Ok(FeeAccountTrialBalanceView { fee_account_id, accounts, debits, credits })
}
