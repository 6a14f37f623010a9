//! Organisations and users.

use diesel::prelude::*;

use super::passwords::insert_password;
use crate::identity::model::{
    Assessor, BankAccount, CreateOrganisation, CreateUser, Organisation, OrganisationKind, User,
};
use crate::identity::rules::MemberRefused;
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, OnConstraint, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{organisations, users};

record! {
    /// A row is an organisation.
    pub(super) struct OrganisationRow in organisations {
        id: OrganisationId as Id,
        code: String as Text,
        kind: OrganisationKind as Text,
        name: String as Text,
        region: RegionCode as Text,
        uscc: Option<String> as Nullable<Text>,
        bank_account: Option<String> as Nullable<Text>,
        bank_name: Option<String> as Nullable<Text>,
        related_to: Option<OrganisationId> as Nullable<Id>,
        created_at: Time as Timestamp,
        single_person_limit_fen: Option<Fen> as Nullable<BigInt>,
    }
}

record! {
    /// A row is a person with a login.
    pub(super) struct UserRow in users {
        id: UserId as Id,
        username: String as Text,
        display_name: String as Text,
        organisation_id: OrganisationId as Id,
        role: Role as Text,
        password_hash: String as Text,
        standing: i64 as BigInt,
        active: bool as Bool,
        created_at: Time as Timestamp,
    }
}

impl From<OrganisationRow> for Organisation {
    fn from(row: OrganisationRow) -> Self {
        Self {
            id: row.id,
            code: row.code,
            kind: row.kind,
            name: row.name,
            region: row.region,
            uscc: row.uscc,
            bank_account: row.bank_account,
            bank_name: row.bank_name,
            related_to: row.related_to,
            single_person_limit: row.single_person_limit_fen,
        }
    }
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            username: row.username,
            display_name: row.display_name,
            organisation_id: row.organisation_id,
            role: row.role,
            standing: row.standing,
            active: row.active,
        }
    }
}

/// Which organisations a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Organisations {
    pub id: Option<OrganisationId>,
    /// Of any of these kinds.
    pub kinds: Option<Vec<OrganisationKind>>,
    pub region: Option<RegionCode>,
}

/// Returns the organisation, or 404.
pub fn organisation(c: &mut Conn, id: OrganisationId) -> Answer<Organisation> {
    find_organisation(c, id)?.ok_or_else(Failure::not_found)
}

/// The organisation, if there is one with that id.
pub(crate) fn find_organisation(
    c: &mut Conn,
    id: OrganisationId,
) -> QueryResult<Option<Organisation>> {
    let found = organisations::table.find(id).select(OrganisationRow::as_select());
    Ok(found.first(c).optional()?.map(Organisation::from))
}

/// Returns those of the organisations that there are, in no order.
pub fn organisations(c: &mut Conn, ids: &[OrganisationId]) -> Answer<Vec<Organisation>> {
    let rows: Vec<OrganisationRow> = match c {
        Conn::Pg(c) => {
            let named = organisations::table.filter(organisations::id.eq_any(ids));
            named.select(OrganisationRow::as_select()).load(c)?
        }
        Conn::Sqlite(c) => {
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                let one = organisations::table.find(*id).select(OrganisationRow::as_select());
                rows.extend(one.get_result(c).optional()?);
            }
            rows
        }
    };
    Ok(rows.into_iter().map(Organisation::from).collect())
}

/// Returns the organisation with that code, or 404.
pub fn organisation_by_code(c: &mut Conn, code: &str) -> Answer<Organisation> {
    let found = organisations::table
        .filter(organisations::code.eq(code))
        .select(OrganisationRow::as_select());
    found.first(c).optional()?.map(Organisation::from).ok_or_else(Failure::not_found)
}

/// Returns the office of that kind that has its seat in exactly that region, or 404. Of kinds that
/// are no office there may be several: the first that was taken in.
pub fn organisation_in_region(
    c: &mut Conn,
    kind: OrganisationKind,
    region: &RegionCode,
) -> Answer<Organisation> {
    let found = organisations::table
        .filter(organisations::kind.eq(kind).and(organisations::region.eq(region)))
        .order(organisations::id)
        .select(OrganisationRow::as_select());
    found.first(c).optional()?.map(Organisation::from).ok_or_else(Failure::not_found)
}

/// A page of organisations, newest first.
pub(crate) fn organisation_list(
    c: &mut Conn,
    which: &Organisations,
    after: Option<OrganisationId>,
    rows_max: i64,
) -> QueryResult<Vec<Organisation>> {
    let mut list = organisations::table.select(OrganisationRow::as_select()).into_boxed();
    if let Some(id) = which.id {
        list = list.filter(organisations::id.eq(id));
    }
    if let Some(kinds) = &which.kinds {
        list = list.filter(organisations::kind.eq_any(kinds.clone()));
    }
    if let Some(region) = &which.region {
        list = list.filter(organisations::region.eq(region.clone()));
    }
    if let Some(after) = after {
        list = list.filter(organisations::id.lt(after));
    }
    let rows: Vec<OrganisationRow> =
        list.order(organisations::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(Organisation::from).collect())
}

pub(crate) fn insert_organisation(
    tx: &mut Tx<'_>,
    it: &CreateOrganisation,
) -> Answer<Organisation> {
    let row = OrganisationRow {
        id: it.id,
        code: it.code.clone(),
        kind: it.kind,
        name: it.name.clone(),
        region: it.region.clone(),
        uscc: it.uscc.clone(),
        bank_account: it.bank.as_ref().map(|bank| bank.number.clone()),
        bank_name: it.bank.as_ref().map(|bank| bank.bank_name.clone()),
        related_to: it.related_to,
        created_at: tx.now(),
        single_person_limit_fen: None,
    };
    let taken = [
        ("organisations_code_key", MemberRefused::CodeTaken),
        ("organisations_uscc_key", MemberRefused::UsccTaken),
        ("organisations_kind_region_key", MemberRefused::OfficeTaken(it.kind)),
    ];
    on_constraints(tx.insert(&row), taken)?;
    Ok(row.into())
}

/// Saves to which account an organisation is paid from now on.
pub(crate) fn update_bank_account(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    bank: &BankAccount,
) -> Answer<()> {
    let query = organisations::table.find(id).select(OrganisationRow::as_select());
    let row: OrganisationRow = query.first(tx.conn())?;
    let (bank_account, bank_name) = (Some(bank.number.clone()), Some(bank.bank_name.clone()));
    Ok(tx.update(&OrganisationRow { bank_account, bank_name, ..row })?)
}

/// Saves how much of an organisation's money or credits one person alone commits from now on.
pub(crate) fn update_single_person_limit(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    limit: Option<Fen>,
) -> Answer<()> {
    let query = organisations::table.find(id).select(OrganisationRow::as_select());
    let row: OrganisationRow = query.first(tx.conn())?;
    Ok(tx.update(&OrganisationRow { single_person_limit_fen: limit, ..row })?)
}

/// Turns the first of the constraints that broke into its refusal.
fn on_constraints<const N: usize>(
    saved: QueryResult<()>,
    taken: [(&str, MemberRefused); N],
) -> Answer<()> {
    let mut cause = match saved {
        Ok(()) => return Ok(()),
        Err(cause) => cause,
    };
    for (name, refusal) in taken {
        cause = match Err::<(), _>(cause).on_constraint(name, refusal) {
            Err(Failure::Broken(cause)) => match cause.downcast() {
                Ok(cause) => cause,
                Err(other) => return Err(Failure::Broken(other)),
            },
            answered => return answered,
        };
    }
    Err(cause.into())
}

/// The user, if there is one with that id.
pub fn find_user(c: &mut Conn, id: UserId) -> QueryResult<Option<User>> {
    let found = users::table.find(id).select(UserRow::as_select());
    Ok(found.first(c).optional()?.map(User::from))
}

/// A page of users, newest first, of one organisation or of all.
pub(crate) fn user_list(
    c: &mut Conn,
    of: Option<OrganisationId>,
    after: Option<UserId>,
    rows_max: i64,
) -> QueryResult<Vec<User>> {
    let mut list = users::table.select(UserRow::as_select()).into_boxed();
    if let Some(organisation_id) = of {
        list = list.filter(users::organisation_id.eq(organisation_id));
    }
    if let Some(after) = after {
        list = list.filter(users::id.lt(after));
    }
    let rows: Vec<UserRow> = list.order(users::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// A page of those who assess and may log in, newest first.
pub(crate) fn assessor_list(
    c: &mut Conn,
    after: Option<UserId>,
    rows_max: i64,
) -> QueryResult<Vec<Assessor>> {
    let mut list = users::table
        .inner_join(organisations::table)
        .filter(users::role.eq(Role::Assessor).and(users::active.eq(true)))
        .select((users::id, users::display_name, organisations::id, organisations::name))
        .into_boxed();
    if let Some(after) = after {
        list = list.filter(users::id.lt(after));
    }
    let rows: Vec<(UserId, String, OrganisationId, String)> =
        list.order(users::id.desc()).limit(rows_max).load(c)?;
    let assessor = |(id, display_name, organisation_id, organisation_name)| Assessor {
        id,
        display_name,
        organisation_id,
        organisation_name,
    };
    Ok(rows.into_iter().map(assessor).collect())
}

/// Takes a person in who may log in at once.
pub(crate) fn insert_user(tx: &mut Tx<'_>, it: &CreateUser) -> Answer<User> {
    let row = UserRow { active: true, ..newcomer(tx, it) };
    insert(tx, row)
}

/// Takes a person in who may not log in yet.
pub(crate) fn insert_newcomer(tx: &mut Tx<'_>, it: &CreateUser) -> Answer<User> {
    let row = newcomer(tx, it);
    insert(tx, row)
}

fn newcomer(tx: &Tx<'_>, it: &CreateUser) -> UserRow {
    UserRow {
        id: it.id,
        username: it.username.clone(),
        display_name: it.display_name.clone(),
        organisation_id: it.organisation_id,
        role: it.role,
        password_hash: it.password_hash.clone(),
        standing: 1,
        active: false,
        created_at: tx.now(),
    }
}

fn insert(tx: &mut Tx<'_>, row: UserRow) -> Answer<User> {
    tx.insert(&row).on_constraint("users_username_key", MemberRefused::UsernameTaken)?;
    insert_password(tx, row.id, &row.password_hash)?;
    Ok(row.into())
}

/// Saves role, standing and activity of a user, and a new password hash if there is one.
pub(crate) fn update_user(tx: &mut Tx<'_>, user: &User, password_hash: Option<&str>) -> Answer<()> {
    let row: UserRow = users::table.find(user.id).select(UserRow::as_select()).first(tx.conn())?;
    let row = UserRow {
        role: user.role,
        standing: user.standing,
        active: user.active,
        password_hash: password_hash.map_or(row.password_hash, str::to_owned),
        ..row
    };
    Ok(tx.update(&row)?)
}
