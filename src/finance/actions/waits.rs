//! When an approved payout may leave: at once for an account that is trusted, from noon of the next
//! working day for any other, and never for one on hold (R69).

use std::collections::BTreeSet;

use super::super::model::PayoutKind;
use super::super::rules::{export_now, not_held};
use super::super::store::{self, PayoutRow, PayoutTermsRow, PayoutWaitRow};
use crate::identity;
use crate::kernel::calendar::Calendar;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;

/// To whom a payout goes. Whoever paid in money that nobody knows is nobody here.
pub(super) fn payee_of(c: &mut Conn, payout: &PayoutRow) -> Answer<Option<OrganisationId>> {
    let own = payout.organisation_id;
    Ok(match payout.kind {
        PayoutKind::Share => Some(store::lender_of(c, payout.id)?.unwrap_or(own)),
        PayoutKind::Refund => Some(own),
        PayoutKind::Return => None,
    })
}

/// Keeps until when a payout waits that is approved now.
pub(super) fn keep_wait(tx: &mut Tx<'_>, payout: &PayoutRow, calendar: &Calendar) -> Answer<()> {
    let (payee, now) = (payee_of(tx.conn(), payout)?, tx.now());
    let to = (payee, payout.account.as_str());
    if let Some(waits_until) = identity::waits_for_trust(tx.conn(), to, now, calendar)? {
        tx.insert(&PayoutWaitRow { id: payout.id, waits_until })?;
    }
    Ok(())
}

/// Until when a payout waits, as it was kept: for a new account since its entry, for one that was not
/// trusted since its approval.
pub(in crate::finance) fn waits_until(
    terms: Option<&PayoutTermsRow>,
    wait: Option<&PayoutWaitRow>,
) -> Option<Time> {
    terms.and_then(|terms| terms.waits_until).max(wait.map(|wait| wait.waits_until))
}

/// What decides at one moment which payouts of a fee account a payment file may contain.
pub(super) struct Gate {
    held: BTreeSet<String>,
    calendar: Calendar,
    now: Time,
}

impl Gate {
    pub(super) fn of(c: &mut Conn, account: FeeAccountId, now: Time) -> Answer<Self> {
        let held = store::held_accounts(c, account)?.into_keys().collect();
        Ok(Self { held, calendar: identity::calendar(c)?, now })
    }

    /// Refuses a payout that is not to leave now. An account that was taken off the list after the
    /// approval, or was approved before there was a list, makes its payout wait as if it had never
    /// been on it; only a wait that was kept lets it be cancelled, since the file of any other may be
    /// at the bank already.
    pub(super) fn lets_out(
        &self,
        c: &mut Conn,
        payout: &PayoutRow,
        terms: Option<&PayoutTermsRow>,
    ) -> Answer<()> {
        not_held(&self.held, &payout.number, &payout.account)?;
        let wait = store::waits_of(c, &[payout.id])?.remove(&payout.id);
        let mut until = waits_until(terms, wait.as_ref());
        if let (None, Some(approved_at)) = (&wait, payout.decided_at) {
            let to = (payee_of(c, payout)?, payout.account.as_str());
            until = until.max(identity::waits_for_trust(c, to, approved_at, &self.calendar)?);
        }
        export_now(&payout.number, until, self.now)?;
        Ok(())
    }
}
