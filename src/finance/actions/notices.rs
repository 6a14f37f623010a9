//! Issuing references.

use chrono::Datelike;

use super::super::model::{NoticeId, NoticeState};
use super::super::rules::{FinanceRefusal, next_code};
use super::super::store::NoticeRow;
use super::own_fee_account;
use crate::identity::{self, OrganisationKind};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::settlement;

/// Issues a reference for a developer's payment into a county's fee account.
#[derive(Debug, Clone)]
pub(crate) struct IssueNotice {
    pub(crate) id: NoticeId,
    pub(crate) county: RegionCode,
    /// Absent when a developer asks for itself.
    pub(crate) organisation_id: Option<OrganisationId>,
    pub(crate) amount: Fen,
    pub(crate) purpose: String,
}

/// Issues a reference, numbered by county and year; a developer asks for itself only.
pub(crate) fn issue_notice(tx: &mut Tx<'_>, it: &IssueNotice) -> Answer<NoticeId> {
    let actor = tx.actor()?;
    let account = settlement::fee_account_of_county(tx.conn(), &it.county)?;
    let organisation_id = match (actor.role, it.organisation_id) {
        (Role::Developer, None) => actor.organisation_id,
        (Role::Developer, Some(id)) if id == actor.organisation_id => id,
        (Role::Developer, Some(_)) => return Err(FinanceRefusal::NotADeveloper.into()),
        (_, named) => {
            own_fee_account(tx.conn(), &actor, account.id)?;
            named.ok_or(FinanceRefusal::NotADeveloper)?
        }
    };
    let organisation = identity::organisation(tx.conn(), organisation_id)?;
    if organisation.kind != OrganisationKind::Developer {
        return Err(FinanceRefusal::NotADeveloper.into());
    }
    if it.amount.is_zero() {
        return Err(FinanceRefusal::NothingAsked.into());
    }
    let (year, county) = (tx.now().date_in_shanghai().year(), &account.county);
    let number = next_code(tx.next_number(&format!("payment_notice:{county}:{year}"))?)?;
    let row = NoticeRow {
        id: it.id,
        fee_account_id: account.id,
        county: county.clone(),
        reference: format!("SD{county}-{year}-{number}"),
        organisation_id,
        amount_fen: it.amount,
        received_fen: Fen::ZERO,
        purpose: it.purpose.clone(),
        state: NoticeState::Open,
        issued_by: actor.user_id,
        issued_at: tx.now(),
        paid_at: None,
    };
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("payment_notice:{}", row.reference),
        reason: Some(row.purpose.clone()),
        after: Some(serde_json::json!({
            "reference": row.reference,
            "organisation_id": organisation_id,
            "amount": row.amount_fen,
        })),
        ..Event::default()
    });
    Ok(row.id)
}
