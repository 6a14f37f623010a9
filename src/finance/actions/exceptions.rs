//! Who looks after an exception, what is said about it, and what it may have been.

use chrono::Duration;

use super::super::model::{ExceptionId, ExceptionKind, ExceptionState, OwnerId, StepId, StepKind};
use super::super::rules::{
    self, FinanceRefusal, OpenNotice, PartTarget, Payer, Proposal, Sent, Waiting,
};
use super::super::store::{self, ExceptionRow, LineRow, OwnerRow, StepRow};
use super::{desk_of, own_fee_account};
use crate::identity;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};

/// Days before a line in which what it returns is looked for, and after which references are old.
const LOOK_BACK_DAYS: i64 = 120;

/// Gives an exception to a person of the bureau.
#[derive(Debug, Clone)]
pub(crate) struct GiveException {
    pub(crate) id: ExceptionId,
    pub(crate) owner_id: UserId,
    pub(crate) said: Option<String>,
}

/// Gives an exception to a person, who may be oneself.
pub(crate) fn give_exception(tx: &mut Tx<'_>, it: &GiveException) -> Answer<ExceptionId> {
    let (actor, row) = open_exception(tx, it.id)?;
    let owner = identity::find_user(tx.conn(), it.owner_id)?.ok_or(FinanceRefusal::NotAnOwner)?;
    let is_finance = matches!(owner.role, Role::FinanceOfficer | Role::FinanceDirector);
    if !is_finance || owner.organisation_id != actor.organisation_id || !owner.active {
        return Err(FinanceRefusal::NotAnOwner.into());
    }
    let before = store::owners_of(tx.conn(), &[row.id])?.remove(&row.id);
    let owned = OwnerRow {
        id: before.as_ref().map_or_else(OwnerId::new, |before| before.id),
        exception_id: row.id,
        owner_id: owner.id,
        given_by: actor.user_id,
        owned_since: tx.now(),
    };
    match &before {
        None => tx.insert(&owned)?,
        Some(_) => tx.update(&owned)?,
    }
    let new = new_step(tx, &row, &actor, StepKind::Owner);
    tx.insert(&StepRow { owner_id: Some(owner.id), said: it.said.clone(), ..new })?;
    tx.record(Event {
        subject: format!("statement_exception:{}", row.id),
        reason: it.said.clone(),
        before: before.map(|before| serde_json::json!({ "owner_id": before.owner_id })),
        after: Some(serde_json::json!({ "owner_id": owner.id })),
    });
    Ok(row.id)
}

/// Keeps what a person has to say about an exception.
pub(crate) fn note_exception(tx: &mut Tx<'_>, id: ExceptionId, said: &str) -> Answer<ExceptionId> {
    let (actor, row) = open_exception(tx, id)?;
    step(tx, &row, &actor, StepKind::Note, None, Some(said))?;
    tx.record(Event {
        subject: format!("statement_exception:{id}"),
        reason: Some(said.to_owned()),
        ..Event::default()
    });
    Ok(id)
}

/// Keeps a step in the history of an exception.
pub(super) fn step(
    tx: &mut Tx<'_>,
    after: &ExceptionRow,
    actor: &Actor,
    kind: StepKind,
    amount_fen: Option<Fen>,
    said: Option<&str>,
) -> Answer<()> {
    let new = new_step(tx, after, actor, kind);
    Ok(tx.insert(&StepRow { amount_fen, said: said.map(str::to_owned), ..new })?)
}

fn new_step(tx: &Tx<'_>, after: &ExceptionRow, actor: &Actor, kind: StepKind) -> StepRow {
    StepRow {
        id: StepId::new(),
        exception_id: after.id,
        kind,
        user_id: actor.user_id,
        owner_id: None,
        amount_fen: None,
        rest_fen: after.rest_fen,
        said: None,
        taken_at: tx.now(),
    }
}

fn open_exception(tx: &mut Tx<'_>, id: ExceptionId) -> Answer<(Actor, ExceptionRow)> {
    let row = store::exception(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, row.fee_account_id)?;
    match row.state {
        ExceptionState::Open => Ok((actor, row)),
        ExceptionState::Resolved => Err(FinanceRefusal::ExceptionResolved.into()),
    }
}

/// What a waiting line may have been.
pub(crate) fn proposals_for(
    c: &mut Conn,
    actor: &Actor,
    id: ExceptionId,
) -> Answer<(LineRow, Vec<Proposal>)> {
    let row = store::exception(c, id)?;
    own_fee_account(c, actor, row.fee_account_id)?;
    let line = store::line(c, row.line_id)?;
    let done = row.kind == ExceptionKind::Duplicate || row.state == ExceptionState::Resolved;
    let rest = Fen::of(row.rest_fen.saturating_abs());
    let rest = rest.map_err(|_| Failure::broken("what waits stays within the books"))?;
    if done || rest.is_zero() {
        return Ok((line, Vec::new()));
    }
    let proposals =
        if row.rest_fen > 0 { for_credit(c, &line, rest)? } else { for_debit(c, &line, rest)? };
    Ok((line, proposals))
}

fn for_credit(c: &mut Conn, line: &LineRow, rest: Fen) -> Answer<Vec<Proposal>> {
    let named = rules::codes_in(&line.text);
    let numbers = rules::numbers_in(&line.text);
    let codes: Vec<String> = named.iter().cloned().collect();
    let mut notices = store::notices_by_reference(c, line.fee_account_id, &codes)?;
    let same = store::open_notices_of(c, line.fee_account_id, rest)?;
    notices.extend(same.into_iter().filter(|one| !named.contains(&one.reference)));
    let mut developers =
        store::developers_paying_from(c, line.fee_account_id, &line.counterparty_account)?;
    developers.extend(notices.iter().map(|notice| notice.organisation_id));
    developers.sort_unstable();
    developers.dedup();
    let mut payers = Vec::new();
    for one in identity::organisations(c, &developers)? {
        let mut accounts = store::accounts_of_payer(c, line.fee_account_id, one.id)?;
        accounts.extend(one.bank_account);
        let accounts = accounts.into_iter().filter(|account| !account.is_empty()).collect();
        payers.push(Payer { id: one.id, name: one.name, accounts });
    }
    let open = notices.iter().map(|notice| OpenNotice {
        id: notice.id,
        reference: notice.reference.clone(),
        organisation_id: notice.organisation_id,
        rest: notice.on_desk().rest,
        issued_on: notice.issued_at.date_in_shanghai(),
    });
    let open: Vec<OpenNotice> = open.filter(|notice| !notice.rest.is_zero()).collect();
    let since = since(line);
    let mut sent = Vec::new();
    let paid = store::paid_payouts_of(c, line.fee_account_id, rest, since)?;
    let ids: Vec<_> = paid.iter().map(|payout| payout.id).collect();
    let came_back = store::returns_of(c, &ids)?;
    for payout in paid.into_iter().filter(|payout| !came_back.contains_key(&payout.id)) {
        sent.push(Sent {
            target: PartTarget::ReturnedPayout(payout.id),
            number: Some(payout.number),
            amount: payout.amount_fen,
            on: payout.paid_at.unwrap_or(payout.entered_at).date_in_shanghai(),
            name: payout.account_name,
            account: payout.account,
        });
    }
    let named = if named.is_empty() { &numbers } else { &named };
    Ok(rules::propose_for_credit(&waiting(line, rest, named), &open, &payers, &sent))
}

fn for_debit(c: &mut Conn, line: &LineRow, rest: Fen) -> Answer<Vec<Proposal>> {
    let numbers = rules::numbers_in(&line.text);
    let approved = store::approved_payouts_of(c, line.fee_account_id, rest)?;
    let mut sent: Vec<Sent> = approved
        .into_iter()
        .map(|payout| Sent {
            target: PartTarget::Payout(payout.number.clone()),
            number: Some(payout.number),
            amount: payout.amount_fen,
            on: payout.entered_at.date_in_shanghai(),
            name: payout.account_name,
            account: payout.account,
        })
        .collect();
    let since = since(line);
    let earlier = store::credits_of(c, line.fee_account_id, rest, (since, line.position))?;
    sent.extend(earlier.into_iter().map(|one| Sent {
        target: PartTarget::ReturnedLine(one.id),
        number: None,
        amount: one.credit_fen,
        on: one.effective_at.date_in_shanghai(),
        name: one.counterparty_name,
        account: one.counterparty_account,
    }));
    Ok(rules::propose_for_debit(&waiting(line, rest, &numbers), &sent))
}

fn waiting<'a>(
    line: &'a LineRow,
    rest: Fen,
    named: &'a std::collections::BTreeSet<String>,
) -> Waiting<'a> {
    Waiting {
        rest,
        on: line.effective_at.date_in_shanghai(),
        name: &line.counterparty_name,
        account: &line.counterparty_account,
        named,
    }
}

fn since(line: &LineRow) -> Time {
    Time::of(line.effective_at.naive() - Duration::days(LOOK_BACK_DAYS))
}
