//! Changes of the accounts to which organisations are paid, and the calendar of working days.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::members::NewBankAccount;
use crate::identity::actions::{self, EnterAccountChange, visible_organisation};
use crate::identity::model::{AccountChangeId, AccountChangeState, BankAccount};
use crate::identity::store::{self, AccountChangeRow};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::calendar::{self, CalendarDay, DayKind};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_account_change,
        list_account_changes,
        create_account_change_approval,
        create_account_change_rejection,
        list_calendar_days,
        create_calendar_days,
    ]
}

/// Another account to which an organisation is to be paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccountChange {
    bank: NewBankAccount,
    /// The letter by which the organisation asks for it.
    #[schema(value_type = String, example = "五里垦殖场〔2023〕7号函")]
    reason: Label,
}

/// A change of the account to which an organisation is paid.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct AccountChangeView {
    id: AccountChangeId,
    organisation_id: OrganisationId,
    #[schema(example = "1502999909000000999")]
    number: String,
    #[schema(example = "赣鄱示例银行进贤支行")]
    bank_name: String,
    #[schema(example = "1502999909000000021")]
    previous_number: Option<String>,
    #[schema(example = "五里垦殖场〔2023〕7号函")]
    reason: String,
    state: AccountChangeState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// Payouts to the account wait until then at least: noon of the working day after its approval.
    trusted_from: Option<Time>,
    /// Why it was turned down.
    #[schema(example = "来函无公章")]
    decision: Option<String>,
}

impl From<AccountChangeRow> for AccountChangeView {
    fn from(row: AccountChangeRow) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            number: row.number,
            bank_name: row.bank_name,
            previous_number: row.previous_number,
            reason: row.reason,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            trusted_from: row.trusted_from,
            decision: row.decision,
        }
    }
}

/// Enters another account to which an organisation of the county is to be paid, for a second person
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation_id}/account-changes", tag = "identity",
    params(("organisation_id" = OrganisationId, Path)), request_body = NewAccountChange,
    responses((status = 201, body = AccountChangeView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_account_change(
    db: Data<Db>,
    organisation_id: Path<OrganisationId>,
    asked: Asked<NewAccountChange>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterAccountChange {
        id: AccountChangeId::new(),
        organisation_id: *organisation_id,
        bank: BankAccount { number: body.bank.number, bank_name: body.bank.bank_name },
        reason: body.reason.to_string(),
    };
    let id = db.write(doing, move |tx| actions::enter_account_change(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Lists the changes of an organisation's account
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation_id}/account-changes", tag = "identity",
    params(("organisation_id" = OrganisationId, Path), PageQuery),
    responses((status = 200, body = Page<AccountChangeView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_account_changes(
    db: Data<Db>,
    actor: Actor,
    organisation_id: Path<OrganisationId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let organisation = visible_organisation(c, &asker, *organisation_id)?;
        let rows = store::account_changes(c, organisation.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), AccountChangeView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Registers the account as the second person; payouts to it wait until it is trusted
#[utoipa::path(
    post, path = "/api/v1/account-changes/{change_id}/approval", tag = "identity",
    params(("change_id" = AccountChangeId, Path)),
    responses((status = 200, body = AccountChangeView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_account_change_approval(
    db: Data<Db>,
    change_id: Path<AccountChangeId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *change_id;
    let id = db.write(asked.doing, move |tx| actions::approve_account_change(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Says why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccountChangeRejection {
    #[schema(value_type = String, example = "来函无公章")]
    reason: Label,
}

/// Turns a change of account down
#[utoipa::path(
    post, path = "/api/v1/account-changes/{change_id}/rejection", tag = "identity",
    params(("change_id" = AccountChangeId, Path)), request_body = NewAccountChangeRejection,
    responses((status = 200, body = AccountChangeView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_account_change_rejection(
    db: Data<Db>,
    change_id: Path<AccountChangeId>,
    asked: Asked<NewAccountChangeRejection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*change_id, body.reason.to_string());
    let reject =
        move |tx: &mut crate::kernel::db::Tx<'_>| actions::reject_account_change(tx, id, &reason);
    let id = db.write(doing, reject).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

async fn view_of(db: &Db, id: AccountChangeId) -> Answer<AccountChangeView> {
    db.read(None, move |c| store::account_change(c, id)).await.map(AccountChangeView::from)
}

/// A day that is not what its weekday says.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarDay)]
struct CalendarDayView {
    #[schema(example = "2027-02-06")]
    day: NaiveDate,
    /// `ordinary` takes back what was said of the day.
    kind: DayKind,
    #[schema(value_type = String, example = "春节")]
    name: Label,
}

/// The days of a notice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCalendarDays {
    days: Vec<CalendarDayView>,
}

/// Which days are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CalendarQuery {
    #[param(example = "2026-01-01")]
    from: NaiveDate,
    #[param(example = "2026-12-31")]
    to: NaiveDate,
}

/// Lists holidays and the working days that make up for them (R8)
#[utoipa::path(
    get, path = "/api/v1/calendar-days", tag = "identity", params(CalendarQuery),
    responses((status = 200, body = Vec<CalendarDayView>), Problems),
    extensions(("x-roles" = json!(Role::ALL)), ("x-effect" = json!("read"))),
)]
async fn list_calendar_days(
    db: Data<Db>,
    actor: Actor,
    query: Query<CalendarQuery>,
) -> Answer<HttpResponse> {
    let (from, to) = (query.from, query.to);
    let entered = db.read(Some(&actor), move |c| Ok(store::calendar_days(c, from, to)?)).await?;
    let said_anew = |day: NaiveDate| entered.iter().any(|one| one.day == day);
    let published = calendar::published().iter();
    let mut days: Vec<CalendarDay> = published
        .filter(|one| (from..=to).contains(&one.day) && !said_anew(one.day))
        .cloned()
        .collect();
    days.extend(entered.iter().filter(|one| one.kind != DayKind::Ordinary).cloned());
    days.sort_by_key(|one| one.day);
    let views = days.into_iter().map(view_of_day).collect::<Answer<Vec<_>>>()?;
    Ok(HttpResponse::Ok().json(views))
}

/// Enters holidays and the working days that make up for them (R8)
#[utoipa::path(
    post, path = "/api/v1/calendar-days", tag = "identity", request_body = NewCalendarDays,
    responses((status = 201, body = Vec<CalendarDayView>), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_calendar_days(db: Data<Db>, asked: Asked<NewCalendarDays>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let day = |one: &CalendarDayView| CalendarDay {
        day: one.day,
        kind: one.kind,
        name: one.name.to_string(),
    };
    let days: Vec<CalendarDay> = body.days.iter().map(day).collect();
    db.write(doing, move |tx| actions::enter_days(tx, &days)).await?;
    Ok(HttpResponse::Created().json(body.days))
}

fn view_of_day(one: CalendarDay) -> Answer<CalendarDayView> {
    let name = one.name.parse().map_err(anyhow::Error::from)?;
    Ok(CalendarDayView { day: one.day, kind: one.kind, name })
}
