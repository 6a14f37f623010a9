//! Payment notices and what came in for them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::exceptions::returns_of_developer as store_returns;
use super::lines::keys_per_query;
use crate::finance::model::{
    CorrectionKind, CorrectionState, DepositId, LineId, NoticeId, NoticeState,
};
use crate::finance::rules::{DeskNotice, Source};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{FeeAccountId, JournalId};
use crate::schema::{corrections, deposits, payment_notices};

/// How many of what a line may be are looked at.
const CANDIDATES_MAX: i64 = 50;

record! {
    /// A row is one reference code of a fee account.
    pub(crate) struct NoticeRow in payment_notices {
        id: NoticeId as Id,
        fee_account_id: FeeAccountId as Id,
        county: RegionCode as Text,
        reference: String as Text,
        organisation_id: OrganisationId as Id,
        amount_fen: Fen as BigInt,
        received_fen: Fen as BigInt,
        purpose: String as Text,
        state: NoticeState as Text,
        issued_by: UserId as Id,
        issued_at: Time as Timestamp,
        paid_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is money of one line that became a developer's cash.
    pub(crate) struct DepositRow in deposits {
        id: DepositId as Id,
        fee_account_id: FeeAccountId as Id,
        line_id: LineId as Id,
        organisation_id: OrganisationId as Id,
        notice_id: Option<NoticeId> as Nullable<Id>,
        amount_fen: Fen as BigInt,
        account: String as Text,
        account_name: String as Text,
        journal_id: JournalId as Id,
        assigned_by: Option<UserId> as Nullable<Id>,
        reason: Option<String> as Nullable<Text>,
        deposited_at: Time as Timestamp,
    }
}

impl NoticeRow {
    /// The notice with so much more received; paid once the amount is reached.
    pub(in crate::finance) fn received(&self, more: Fen, now: Time) -> Answer<Self> {
        let received_fen = self
            .received_fen
            .checked_add(more)
            .ok_or_else(|| Failure::broken("what a notice receives stays within the books"))?;
        let paid = received_fen >= self.amount_fen;
        Ok(Self {
            received_fen,
            state: if paid { NoticeState::Paid } else { NoticeState::Open },
            paid_at: if paid { self.paid_at.or(Some(now)) } else { None },
            ..self.clone()
        })
    }

    /// As it lies on the desk of the person who matches lines.
    pub(in crate::finance) fn on_desk(&self) -> DeskNotice {
        let rest = self.amount_fen.checked_sub(self.received_fen).unwrap_or_default();
        DeskNotice { id: self.id, reference: self.reference.clone(), rest }
    }
}

/// Which notices a list shows.
#[derive(Debug, Clone, Default)]
pub(in crate::finance) struct NoticeFilter {
    pub(in crate::finance) fee_account_id: Option<FeeAccountId>,
    pub(in crate::finance) organisation_id: Option<OrganisationId>,
    pub(in crate::finance) state: Option<NoticeState>,
}

pub(in crate::finance) fn notice(c: &mut Conn, id: NoticeId) -> Answer<NoticeRow> {
    let found =
        payment_notices::table.find(id).select(NoticeRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// The notices of one fee account with these references.
pub(in crate::finance) fn notices_by_reference(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    references: &[String],
) -> QueryResult<Vec<NoticeRow>> {
    let mut notices = Vec::with_capacity(references.len());
    for references in references.chunks(keys_per_query(c)) {
        // A reference is known by itself. Asked for the account too, SQLite would look through all
        // notices of the account for each file.
        let found: Vec<NoticeRow> = payment_notices::table
            .filter(payment_notices::reference.eq_any(references))
            .select(NoticeRow::as_select())
            .load(c)?;
        notices.extend(found.into_iter().filter(|it| it.fee_account_id == fee_account_id));
    }
    Ok(notices)
}

/// The references of these notices.
pub(in crate::finance) fn references_of(
    c: &mut Conn,
    ids: &[NoticeId],
) -> QueryResult<HashMap<NoticeId, String>> {
    let rows: Vec<(NoticeId, String)> = payment_notices::table
        .filter(payment_notices::id.eq_any(ids))
        .select((payment_notices::id, payment_notices::reference))
        .load(c)?;
    Ok(rows.into_iter().collect())
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_notices(
    c: &mut Conn,
    filter: &NoticeFilter,
    page: &PageQuery,
) -> Answer<Vec<NoticeRow>> {
    let mut query = payment_notices::table.into_boxed();
    if let Some(id) = filter.fee_account_id {
        query = query.filter(payment_notices::fee_account_id.eq(id));
    }
    if let Some(id) = filter.organisation_id {
        query = query.filter(payment_notices::organisation_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(payment_notices::state.eq(state));
    }
    if let Some(after) = page.after::<NoticeId>()? {
        query = query.filter(payment_notices::id.lt(after));
    }
    let query = query.order(payment_notices::id.desc()).limit(page.limit() + 1);
    Ok(query.select(NoticeRow::as_select()).load(c)?)
}

/// What came in for a developer, by the account that it came from, in the order of arrival.
pub(in crate::finance) fn sources(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
) -> Answer<Vec<Source>> {
    let undone = corrections::table
        .filter(corrections::kind.eq(CorrectionKind::Deposit))
        .filter(corrections::state.eq(CorrectionState::Approved))
        .filter(corrections::fee_account_id.eq(fee_account_id))
        .select(corrections::subject_id);
    let rows: Vec<DepositRow> = deposits::table
        .filter(deposits::fee_account_id.eq(fee_account_id))
        .filter(deposits::organisation_id.eq(organisation_id))
        .filter(deposits::id.ne_all(undone))
        .order(deposits::id)
        .select(DepositRow::as_select())
        .load(c)?;
    let mut sources: Vec<Source> = Vec::new();
    for row in rows {
        match sources.iter_mut().find(|source| source.account == row.account) {
            Some(source) => {
                let sum = source.rest.checked_add(row.amount_fen);
                source.rest =
                    sum.ok_or_else(|| Failure::broken("deposits stay within the books"))?;
            }
            None => sources.push(Source {
                account: row.account,
                name: row.account_name,
                rest: row.amount_fen,
            }),
        }
    }
    for row in store_returns(c, fee_account_id, organisation_id)? {
        let Some(source) = sources.iter_mut().find(|source| source.account == row.account) else {
            continue;
        };
        // What the bank took back cannot go back once more.
        let changed = source.rest.checked_sub(row.amount_fen);
        source.rest = changed.ok_or_else(|| Failure::broken("returns stay within the books"))?;
    }
    Ok(sources)
}

/// Open references of an account that wait for exactly so much; a bounded part of them, newest first.
pub(in crate::finance) fn open_notices_of(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    rest: Fen,
) -> QueryResult<Vec<NoticeRow>> {
    payment_notices::table
        .filter(payment_notices::fee_account_id.eq(fee_account_id))
        .filter(payment_notices::state.eq(NoticeState::Open))
        .filter(payment_notices::amount_fen.eq(rest))
        .filter(payment_notices::received_fen.eq(Fen::ZERO))
        .order(payment_notices::id.desc())
        .limit(CANDIDATES_MAX)
        .select(NoticeRow::as_select())
        .load(c)
}

/// The developers that have paid from that account before.
pub(in crate::finance) fn developers_paying_from(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    account: &str,
) -> QueryResult<Vec<OrganisationId>> {
    if account.is_empty() {
        return Ok(Vec::new());
    }
    deposits::table
        .filter(deposits::fee_account_id.eq(fee_account_id))
        .filter(deposits::account.eq(account))
        .select(deposits::organisation_id)
        .distinct()
        .limit(CANDIDATES_MAX)
        .load(c)
}

/// The accounts from which a developer has paid.
pub(in crate::finance) fn accounts_of_payer(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
) -> QueryResult<Vec<String>> {
    deposits::table
        .filter(deposits::fee_account_id.eq(fee_account_id))
        .filter(deposits::organisation_id.eq(organisation_id))
        .select(deposits::account)
        .distinct()
        .limit(CANDIDATES_MAX)
        .load(c)
}

/// What of a line became cash and still stands, in the order of time: two people may have undone it.
pub(in crate::finance) fn deposits_of_line(
    c: &mut Conn,
    line_id: LineId,
) -> QueryResult<Vec<DepositRow>> {
    let undone = corrections::table
        .filter(corrections::kind.eq(CorrectionKind::Deposit))
        .filter(corrections::state.eq(CorrectionState::Approved))
        .select(corrections::subject_id);
    deposits::table
        .filter(deposits::line_id.eq(line_id))
        .filter(deposits::id.ne_all(undone))
        .order(deposits::id)
        .select(DepositRow::as_select())
        .load(c)
}

/// All that ever became cash of these lines.
pub(in crate::finance) fn deposits_of_lines(
    c: &mut Conn,
    lines: &[LineId],
) -> QueryResult<Vec<DepositRow>> {
    deposits::table
        .filter(deposits::line_id.eq_any(lines))
        .order(deposits::id)
        .select(DepositRow::as_select())
        .load(c)
}

/// The fee accounts in which an organisation ever had cash.
pub(in crate::finance) fn fee_accounts_with_cash_of(
    c: &mut Conn,
    organisation_id: OrganisationId,
) -> QueryResult<Vec<FeeAccountId>> {
    deposits::table
        .filter(deposits::organisation_id.eq(organisation_id))
        .select(deposits::fee_account_id)
        .distinct()
        .order(deposits::fee_account_id)
        .load(c)
}

/// How many lines a person has assigned in a fee account.
pub(in crate::finance) fn lines_assigned_by(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    user_id: UserId,
) -> QueryResult<i64> {
    deposits::table
        .filter(deposits::fee_account_id.eq(fee_account_id))
        .filter(deposits::assigned_by.eq(user_id))
        .count()
        .get_result(c)
}
