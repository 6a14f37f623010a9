//! Closing a day or a month: surveyed, entered by one person, surveyed again and closed by another.

use chrono::NaiveDate;
use serde::Serialize;

use super::super::model::{CloseKind, CloseState, PeriodCloseId};
use super::super::rules::{
    CannotClose, Carried, ClosedSoFar, Evidence, Figures, Obstacle, days_missing, obstacles,
    period_of,
};
use super::super::store::{self, PeriodCloseRow};
use super::{desk_of, house};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, FeeAccountId, MoneyBucket, Place};

/// Enters the close of a period for a second person.
#[derive(Debug, Clone)]
pub(crate) struct EnterClose {
    pub(crate) id: PeriodCloseId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) kind: CloseKind,
    /// The last day, or any day of the month.
    pub(crate) day: NaiveDate,
}

/// What a period comes to, what stays open in it and what stands in its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Survey {
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) figures: Figures,
    pub(crate) carried: Carried,
    pub(crate) obstacles: Vec<Obstacle>,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content {
    id: PeriodCloseId,
    fee_account_id: FeeAccountId,
    kind: CloseKind,
    period_from: NaiveDate,
    period_to: NaiveDate,
    bank_fen: i64,
    cash_fen: i64,
    shares_fen: i64,
    suspense_fen: i64,
    receivable_fen: i64,
    journals: i64,
    moved_fen: i64,
}

/// Looks at all that a close would close.
pub(crate) fn survey(
    c: &mut Conn,
    account: FeeAccountId,
    kind: CloseKind,
    day: NaiveDate,
    today: NaiveDate,
) -> Answer<Survey> {
    let first_day = ledger::first_day(c, account)?;
    let so_far = ClosedSoFar {
        today,
        first_day,
        through: ledger::books_closed_before(c, account)?.map(ledger::last_day_before),
        months_through: store::months_closed_through(c, account)?,
    };
    let (from, to) = period_of(kind, day, &so_far)?;
    let (begin, over) = moments(from, to)?;
    let bank = store::period_totals(c, account, begin, over)?;
    let needed = from.max(first_day.unwrap_or(from));
    let carried = store::carried(c, account)?;
    let suspense = ledger::balance(c, &house(account, MoneyBucket::Suspense))?;
    let receivable = ledger::balance(c, &house(account, MoneyBucket::Receivable))?;
    let evidence = Evidence {
        closing: bank.closing.get(),
        figures: figures(c, account, from, to)?,
        waiting_now: suspense + receivable,
        carried,
        missing: days_missing(needed, to, &store::days_covered(c, account, needed)?),
        broken_off: store::broken_off(c, account, to)?,
        openings: store::openings_waiting(c, account, to)?,
    };
    let obstacles = obstacles(&evidence);
    Ok(Survey { from, to, figures: evidence.figures, carried, obstacles })
}

/// The moments at which a period of days begins and is over.
pub(crate) fn moments(from: NaiveDate, to: NaiveDate) -> Answer<(Time, Time)> {
    let next = to.succ_opt().ok_or_else(|| Failure::broken("a period ends before time does"))?;
    Ok((Time::in_shanghai(from, 0), Time::in_shanghai(next, 0)))
}

/// What a fee account came to at the end of a period.
fn figures(c: &mut Conn, account: FeeAccountId, from: NaiveDate, to: NaiveDate) -> Answer<Figures> {
    let mut figures = Figures::default();
    for it in ledger::movements(c, account, from, to)? {
        figures.moved += it.came;
        let Place::Money(_, bucket) = it.account.place else { continue };
        match bucket {
            MoneyBucket::Clearing => figures.bank -= it.closing,
            MoneyBucket::Available | MoneyBucket::Reserved => figures.cash += it.closing,
            MoneyBucket::TownshipShare | MoneyBucket::CentreShare | MoneyBucket::TreasuryShare => {
                figures.shares += it.closing;
            }
            MoneyBucket::Suspense => figures.suspense += it.closing,
            MoneyBucket::Receivable => figures.receivable -= it.closing,
        }
    }
    let (begin, over) = moments(from, to)?;
    figures.journals = ledger::journals_between(c, account, begin, over)?;
    Ok(figures)
}

/// Enters a close; refused with all that stands open and must be solved.
pub(crate) fn enter_close(tx: &mut Tx<'_>, it: &EnterClose) -> Answer<PeriodCloseId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let today = tx.now().date_in_shanghai();
    let found = survey(tx.conn(), account.id, it.kind, it.day, today)?;
    let Survey { from, to, figures, carried, .. } = solved(found)?;
    let content = content(it.id, account.id, it.kind, (from, to), &figures);
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("period_close:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let row = PeriodCloseRow {
        id: it.id,
        fee_account_id: account.id,
        kind: it.kind,
        period_from: from,
        period_to: to,
        bank_fen: figures.bank,
        cash_fen: figures.cash,
        shares_fen: figures.shares,
        suspense_fen: figures.suspense,
        receivable_fen: figures.receivable,
        journals: figures.journals,
        moved_fen: figures.moved,
        exceptions: carried.exceptions,
        exceptions_fen: carried.exceptions_fen,
        payouts: carried.payouts,
        payouts_fen: carried.payouts_fen,
        approval_id,
        state: CloseState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        closed_by: None,
        closed_at: None,
    };
    tx.insert(&row)?;
    tx.record(event(&row));
    Ok(row.id)
}

/// Closes a period as it was entered: from now on nothing takes effect in it.
pub(crate) fn close(tx: &mut Tx<'_>, id: PeriodCloseId) -> Answer<PeriodCloseId> {
    let before = store::period_close(tx.conn(), id)?;
    let (_, account) = desk_of(tx, before.fee_account_id)?;
    if before.state == CloseState::Closed {
        return Err(CannotClose::Decided.into());
    }
    let today = tx.now().date_in_shanghai();
    let found = survey(tx.conn(), account.id, before.kind, before.period_to, today)?;
    let now = solved(found)?;
    let period = (before.period_from, before.period_to);
    if (now.from, now.to) != period || now.figures != figures_of(&before) {
        return Err(CannotClose::Changed.into());
    }
    let content = content(id, account.id, before.kind, period, &now.figures);
    let approved = identity::second_person(tx, before.approval_id, &content)?;
    let (_, over) = moments(now.from, now.to)?;
    if ledger::books_closed_before(tx.conn(), account.id)?.is_none_or(|closed| closed < over) {
        ledger::close_books(tx, account.id, over)?;
    }
    let row = PeriodCloseRow {
        state: CloseState::Closed,
        closed_by: Some(approved.approver),
        closed_at: Some(tx.now()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row));
    Ok(row.id)
}

fn solved(survey: Survey) -> Result<Survey, CannotClose> {
    if survey.obstacles.is_empty() {
        Ok(survey)
    } else {
        Err(CannotClose::StandsOpen(survey.obstacles))
    }
}

fn content(
    id: PeriodCloseId,
    fee_account_id: FeeAccountId,
    kind: CloseKind,
    (period_from, period_to): (NaiveDate, NaiveDate),
    figures: &Figures,
) -> Content {
    Content {
        id,
        fee_account_id,
        kind,
        period_from,
        period_to,
        bank_fen: figures.bank,
        cash_fen: figures.cash,
        shares_fen: figures.shares,
        suspense_fen: figures.suspense,
        receivable_fen: figures.receivable,
        journals: figures.journals,
        moved_fen: figures.moved,
    }
}

fn figures_of(row: &PeriodCloseRow) -> Figures {
    Figures {
        bank: row.bank_fen,
        cash: row.cash_fen,
        shares: row.shares_fen,
        suspense: row.suspense_fen,
        receivable: row.receivable_fen,
        journals: row.journals,
        moved: row.moved_fen,
    }
}

fn event(row: &PeriodCloseRow) -> Event {
    Event {
        subject: format!("period_close:{}", row.id),
        after: Some(serde_json::json!({
            "kind": row.kind,
            "from": row.period_from,
            "to": row.period_to,
            "bank_fen": row.bank_fen,
            "exceptions": row.exceptions,
            "state": row.state,
        })),
        ..Event::default()
    }
}
