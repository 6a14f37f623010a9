//! What a waiting line may have been: proposals that a person confirms with a reason. A proposal
//! rests on grounds that can be told (the same amount, the same payer, a day near enough); nothing
//! is booked by it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Part, PartTarget};
use crate::finance::model::{Ground, NoticeId};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;

/// How many days may lie between a reference and its money, or between money and its return.
const WINDOW_DAYS: i64 = 90;
/// The most proposals for one line.
const PROPOSALS_MAX: usize = 10;

/// What of a line waits, and what the line tells.
#[derive(Debug, Clone)]
pub struct Waiting<'a> {
    pub rest: Fen,
    pub on: NaiveDate,
    pub name: &'a str,
    pub account: &'a str,
    /// References or payout numbers in its text.
    pub named: &'a BTreeSet<String>,
}

/// A reference that is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenNotice {
    pub id: NoticeId,
    pub reference: String,
    pub organisation_id: OrganisationId,
    pub rest: Fen,
    pub issued_on: NaiveDate,
}

/// A developer, and the accounts from which it has paid or that it has registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    pub id: OrganisationId,
    pub name: String,
    pub accounts: BTreeSet<String>,
}

/// Money that may have gone the other way before: a payout, or a line of money in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub target: PartTarget,
    /// The payout's number.
    pub number: Option<String>,
    pub amount: Fen,
    pub on: NaiveDate,
    pub name: String,
    pub account: String,
}

/// What a waiting line may have been, ready to be assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub parts: Vec<Part>,
    pub grounds: Vec<Ground>,
}

/// Proposals for money in: open references, the developer alone, or a payout that came back.
pub fn propose_for_credit(
    waiting: &Waiting<'_>,
    notices: &[OpenNotice],
    payers: &[Payer],
    sent: &[Sent],
) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = all_named(waiting, notices).into_iter().collect();
    for notice in notices {
        proposals.extend(for_notice(waiting, notice, payers));
    }
    for payer in payers {
        let grounds = payer_grounds(waiting, payer);
        let has_reference = |one: &Proposal| {
            let of_payer = |notice: &OpenNotice| {
                notice.organisation_id == payer.id && one.names(&notice.reference)
            };
            notices.iter().any(of_payer)
        };
        if !grounds.is_empty() && !proposals.iter().any(has_reference) {
            let target = PartTarget::Organisation(payer.id);
            proposals
                .push(Proposal { parts: vec![Part { target, amount: waiting.rest }], grounds });
        }
    }
    proposals.extend(sent.iter().filter_map(|one| for_sent(waiting, one)));
    best(proposals)
}

/// Proposals for money out: a payout on its way, or an earlier line of money in that went back.
pub fn propose_for_debit(waiting: &Waiting<'_>, sent: &[Sent]) -> Vec<Proposal> {
    best(sent.iter().filter_map(|one| for_sent(waiting, one)).collect())
}

impl Proposal {
    fn names(&self, reference: &str) -> bool {
        let is =
            |part: &Part| matches!(&part.target, PartTarget::Reference(one) if one == reference);
        self.parts.iter().any(is)
    }
}

/// One transfer for several references whose amounts add up to it.
fn all_named(waiting: &Waiting<'_>, notices: &[OpenNotice]) -> Option<Proposal> {
    let named: Vec<&OpenNotice> =
        notices.iter().filter(|notice| waiting.named.contains(&notice.reference)).collect();
    let sum = named.iter().try_fold(Fen::ZERO, |sum, notice| sum.checked_add(notice.rest))?;
    if named.len() < 2 || named.len() != waiting.named.len() || sum != waiting.rest {
        return None;
    }
    let part = |notice: &&OpenNotice| Part {
        target: PartTarget::Reference(notice.reference.clone()),
        amount: notice.rest,
    };
    let grounds = vec![Ground::NamedReference, Ground::SumOfNamed];
    Some(Proposal { parts: named.iter().map(part).collect(), grounds })
}

fn for_notice(waiting: &Waiting<'_>, notice: &OpenNotice, payers: &[Payer]) -> Option<Proposal> {
    let payer = payers.iter().find(|payer| payer.id == notice.organisation_id);
    let mut grounds = payer.map(|payer| payer_grounds(waiting, payer)).unwrap_or_default();
    let is_named = waiting.named.contains(&notice.reference);
    if is_named {
        grounds.push(Ground::NamedReference);
    }
    let is_same = notice.rest == waiting.rest;
    if grounds.is_empty() || !(is_same || is_named) {
        return None;
    }
    if is_same {
        grounds.push(Ground::SameAmount);
    }
    if is_near(notice.issued_on, waiting.on) {
        grounds.push(Ground::InWindow);
    }
    // What is over belongs to the same developer, without a reference.
    let over = waiting.rest.checked_sub(notice.rest).filter(|over| !over.is_zero());
    let to = |target, amount| Part { target, amount };
    let reference = PartTarget::Reference(notice.reference.clone());
    let mut parts = vec![to(reference, notice.rest.min(waiting.rest))];
    parts.extend(over.map(|over| to(PartTarget::Organisation(notice.organisation_id), over)));
    Some(Proposal { parts, grounds })
}

fn for_sent(waiting: &Waiting<'_>, sent: &Sent) -> Option<Proposal> {
    if sent.amount != waiting.rest {
        return None;
    }
    let mut grounds = vec![Ground::SameAmount];
    if sent.number.as_ref().is_some_and(|number| waiting.named.contains(number)) {
        grounds.push(Ground::NamedPayout);
    }
    if !sent.account.is_empty() && sent.account == waiting.account {
        grounds.push(Ground::KnownAccount);
    }
    if !sent.name.is_empty() && sent.name == waiting.name {
        grounds.push(Ground::SamePayer);
    }
    if grounds.len() < 2 {
        return None;
    }
    if is_near(sent.on, waiting.on) {
        grounds.push(Ground::InWindow);
    }
    let parts = vec![Part { target: sent.target.clone(), amount: sent.amount }];
    Some(Proposal { parts, grounds })
}

fn payer_grounds(waiting: &Waiting<'_>, payer: &Payer) -> Vec<Ground> {
    let mut grounds = Vec::new();
    if !waiting.name.is_empty() && payer.name == waiting.name {
        grounds.push(Ground::SamePayer);
    }
    if payer.accounts.contains(waiting.account) {
        grounds.push(Ground::KnownAccount);
    }
    grounds
}

fn is_near(before: NaiveDate, on: NaiveDate) -> bool {
    (0..=WINDOW_DAYS).contains(&on.signed_duration_since(before).num_days())
}

/// Those with most grounds first; in their own order where they have as many.
fn best(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    proposals.sort_by_key(|proposal| std::cmp::Reverse(proposal.grounds.len()));
    proposals.truncate(PROPOSALS_MAX);
    proposals
}
