//! Organisations and users. Everyone sees their own; administrators of each kind and auditors see all (R94).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::identity::actions;
use crate::identity::model::{
    Assessor, BankAccount, CreateOrganisation, CreateUser, Organisation, OrganisationKind,
    Participant, RoleGrantId, User,
};
use crate::identity::passwords::Passwords;
use crate::identity::store::{self, Organisations};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_organisation,
        list_organisations,
        get_organisation,
        list_participants,
        create_user,
        list_users,
        list_assessors,
        get_user,
        create_deactivation,
    ]
}

/// Whether that person sees all people, or those of their own organisation only.
fn sees_all(actor: &Actor) -> bool {
    matches!(
        actor.role,
        Role::Administrator
            | Role::SecurityAdministrator
            | Role::AuditAdministrator
            | Role::Auditor
    )
}

/// Whether that person sees all organisations. Finance assigns money to those who paid it and pays
/// to their accounts.
fn sees_organisations(actor: &Actor) -> bool {
    sees_all(actor) || matches!(actor.role, Role::FinanceOfficer | Role::FinanceDirector)
}

/// An organisation to take in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrganisation {
    #[schema(example = "DEV01", pattern = "^[A-Z0-9]{2,20}$")]
    pub code: String,
    pub kind: OrganisationKind,
    #[schema(example = "赣鄱示例公路建设有限公司", min_length = 1, max_length = 100)]
    pub name: String,
    /// Its seat.
    pub region: RegionCode,
    /// Unified social credit code; only the operator may be without one.
    #[schema(example = "91360124DEM001017Y")]
    pub uscc: Option<String>,
    pub bank: Option<NewBankAccount>,
    /// An organisation with an interest in this one.
    pub related_to: Option<OrganisationId>,
}

/// A bank account with the bank that keeps it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBankAccount {
    #[schema(example = "1502999909000000101", pattern = r"^\d{8,32}$")]
    pub number: String,
    #[schema(example = "赣鄱示例银行进贤支行", min_length = 1, max_length = 100)]
    pub bank_name: String,
}

impl NewOrganisation {
    fn into_command(self, id: OrganisationId) -> CreateOrganisation {
        let bank =
            |bank: NewBankAccount| BankAccount { number: bank.number, bank_name: bank.bank_name };
        CreateOrganisation {
            id,
            code: self.code,
            kind: self.kind,
            name: self.name,
            region: self.region,
            uscc: self.uscc,
            bank: self.bank.map(bank),
            related_to: self.related_to,
        }
    }
}

/// Takes an organisation in
#[utoipa::path(
    post, path = "/api/v1/organisations", tag = "identity", request_body = NewOrganisation,
    responses((status = 201, body = Organisation), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
pub(super) async fn create_organisation(
    db: Data<Db>,
    asked: Asked<NewOrganisation>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command(OrganisationId::new());
    let made = db.write(doing, move |tx| actions::create_organisation(tx, &command)).await?;
    Ok(HttpResponse::Created().json(made))
}

/// Which organisations are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OrganisationFilter {
    pub kind: Option<OrganisationKind>,
    /// Those with their seat in exactly this region.
    pub region: Option<RegionCode>,
}

/// Lists organisations: administrators and auditors see all, others their own
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "identity", params(PageQuery, OrganisationFilter),
    responses((status = 200, body = Page<Organisation>), Problems),
    extensions(("x-roles" = json!(Role::ALL)), ("x-effect" = json!("read"))),
)]
pub(super) async fn list_organisations(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<OrganisationFilter>,
) -> Answer<HttpResponse> {
    let (after, rows_max) = (page.after()?, page.limit() + 1);
    let OrganisationFilter { kind, region } = filter.into_inner();
    let id = (!sees_organisations(&actor)).then_some(actor.organisation_id);
    let which = Organisations { id, kinds: kind.map(|kind| vec![kind]), region };
    let rows =
        db.read(Some(&actor), move |c| Ok(store::organisation_list(c, &which, after, rows_max)?));
    Ok(HttpResponse::Ok().json(Page::of(rows.await?, &page, |row| row.id.uuid(), |row| row)))
}

/// Shows an organisation
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation_id}", tag = "identity",
    params(("organisation_id" = OrganisationId, Path)),
    responses((status = 200, body = Organisation), Problems),
    extensions(("x-roles" = json!(Role::ALL)), ("x-effect" = json!("read"))),
)]
pub(super) async fn get_organisation(
    db: Data<Db>,
    actor: Actor,
    organisation_id: Path<OrganisationId>,
) -> Answer<HttpResponse> {
    let id = organisation_id.into_inner();
    if !sees_organisations(&actor) && id != actor.organisation_id {
        return Err(Failure::not_found());
    }
    let organisation = db.read(Some(&actor), move |c| store::organisation(c, id)).await?;
    Ok(HttpResponse::Ok().json(organisation))
}

/// Who can be dealt with: sellers, buyers, lenders and insurers.
const PARTICIPANTS: [OrganisationKind; 4] = [
    OrganisationKind::Township,
    OrganisationKind::Developer,
    OrganisationKind::Bank,
    OrganisationKind::Insurer,
];

/// Lists by name the townships, developers, banks and insurers that one can deal with
///
/// Their accounts and limits stay their own (R94).
#[utoipa::path(
    get, path = "/api/v1/participants", tag = "identity", params(PageQuery, OrganisationFilter),
    responses((status = 200, body = Page<Participant>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director", "centre_officer", "centre_director"])),
        ("x-effect" = json!("read")),
    ),
)]
pub(super) async fn list_participants(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<OrganisationFilter>,
) -> Answer<HttpResponse> {
    let (after, rows_max) = (page.after()?, page.limit() + 1);
    let OrganisationFilter { kind, region } = filter.into_inner();
    let kinds = PARTICIPANTS.into_iter().filter(|one| kind.is_none_or(|kind| *one == kind));
    let which = Organisations { id: None, kinds: Some(kinds.collect()), region };
    let rows =
        db.read(Some(&actor), move |c| Ok(store::organisation_list(c, &which, after, rows_max)?));
    let page = Page::of(rows.await?, &page, |row| row.id.uuid(), Participant::from);
    Ok(HttpResponse::Ok().json(page))
}

/// A person to give a login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    #[schema(example = "liang.wenbo", pattern = "^[a-z][a-z0-9._-]{2,39}$")]
    pub username: String,
    #[schema(example = "梁文博", min_length = 1, max_length = 100)]
    pub display_name: String,
    pub organisation_id: OrganisationId,
    pub role: Role,
    #[schema(example = "a password to be changed", min_length = 12, max_length = 128)]
    pub password: String,
}

/// Gives a person a login; it is good when the security administrator approves the role
#[utoipa::path(
    post, path = "/api/v1/users", tag = "identity", request_body = NewUser,
    responses((status = 201, body = User), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
pub(super) async fn create_user(
    db: Data<Db>,
    passwords: Data<Passwords>,
    asked: Asked<NewUser>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    passwords.check(&body.password, &body.username)?;
    let command = CreateUser {
        id: UserId::new(),
        username: body.username,
        display_name: body.display_name,
        organisation_id: body.organisation_id,
        role: body.role,
        password_hash: passwords.hash(body.password).await?,
    };
    let grant = RoleGrantId::new();
    let user = db.write(doing, move |tx| actions::enter_user(tx, &command, grant)).await?;
    Ok(HttpResponse::Created().json(user))
}

/// Which people are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UserFilter {
    pub organisation_id: Option<OrganisationId>,
}

/// Lists people with a login
#[utoipa::path(
    get, path = "/api/v1/users", tag = "identity", params(PageQuery, UserFilter),
    responses((status = 200, body = Page<User>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "security_administrator", "audit_administrator", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
pub(super) async fn list_users(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<UserFilter>,
) -> Answer<HttpResponse> {
    let (after, rows_max) = (page.after()?, page.limit() + 1);
    let of = filter.organisation_id;
    let rows = db.read(Some(&actor), move |c| Ok(store::user_list(c, of, after, rows_max)?));
    Ok(HttpResponse::Ok().json(Page::of(rows.await?, &page, |row| row.id.uuid(), |row| row)))
}

/// Lists those who assess, for a centre that takes experts into its pool
#[utoipa::path(
    get, path = "/api/v1/assessors", tag = "identity", params(PageQuery),
    responses((status = 200, body = Page<Assessor>), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("read")),
    ),
)]
pub(super) async fn list_assessors(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (after, rows_max) = (page.after()?, page.limit() + 1);
    let rows = db.read(Some(&actor), move |c| Ok(store::assessor_list(c, after, rows_max)?));
    Ok(HttpResponse::Ok().json(Page::of(rows.await?, &page, |row| row.id.uuid(), |row| row)))
}

/// Shows a person: everyone those of their own organisation, administrators and auditors all
#[utoipa::path(
    get, path = "/api/v1/users/{user_id}", tag = "identity",
    params(("user_id" = UserId, Path)),
    responses((status = 200, body = User), Problems),
    extensions(("x-roles" = json!(Role::ALL)), ("x-effect" = json!("read"))),
)]
pub(super) async fn get_user(
    db: Data<Db>,
    actor: Actor,
    user_id: Path<UserId>,
) -> Answer<HttpResponse> {
    let id = user_id.into_inner();
    let user = db.read(Some(&actor), move |c| Ok(store::find_user(c, id)?)).await?;
    let known = |user: &User| sees_all(&actor) || user.organisation_id == actor.organisation_id;
    Ok(HttpResponse::Ok().json(user.filter(known).ok_or_else(Failure::not_found)?))
}

/// Ends a person's account; it acts at once and for good
#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/deactivation", tag = "identity",
    params(("user_id" = UserId, Path)),
    responses((status = 201, body = User), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub(super) async fn create_deactivation(
    db: Data<Db>,
    user_id: Path<UserId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = user_id.into_inner();
    let write = move |tx: &mut Tx<'_>| {
        expect_user(tx, id)?;
        actions::deactivate_user(tx, id)
    };
    let user = db.write(asked.doing, write).await?;
    Ok(HttpResponse::Created().json(user))
}

/// The person must still be as the caller saw them.
pub(super) fn expect_user(tx: &mut Tx<'_>, id: UserId) -> Answer<()> {
    tx.expect_version(|c| Ok(store::find_user(c, id)?))
}
