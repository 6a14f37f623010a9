//! What one person alone may commit of their organisation, for the acts that commit something.
//!
//! An act names no permit: the one that covers it is taken. So nobody has to carry an id from page
//! to page, no body of an act changes, and what is no larger than the limit uses none up by mistake.

use crate::identity::model::{Commitment, CommitmentPermitId, Organisation, Permit, PermitState};
use crate::identity::rules;
use crate::identity::store::{self, CommitmentPermitRow};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};

/// The limits of some organisations and the permits that they can use, as the commands of one batch
/// leave them.
#[derive(Debug)]
pub struct Commitments {
    limits: Vec<(OrganisationId, Fen)>,
    permits: Vec<(Permit, CommitmentPermitRow)>,
    used: Vec<(usize, CommitmentPermitRow)>,
    now: Time,
}

impl Commitments {
    /// Of these organisations; one query for the permits of all that have a limit, none where none
    /// has.
    pub fn of<'o>(
        conn: &mut Conn,
        organisations: impl Iterator<Item = &'o Organisation>,
        now: Time,
    ) -> Answer<Self> {
        let limits: Vec<_> =
            organisations.filter_map(|one| Some((one.id, one.single_person_limit?))).collect();
        let limited: Vec<OrganisationId> = limits.iter().map(|(id, _)| *id).collect();
        let rows = match limited.is_empty() {
            true => Vec::new(),
            false => store::usable_permits(conn, &limited, now)?,
        };
        let permits = rows.into_iter().map(|row| (Permit::from(&row), row)).collect();
        Ok(Self { limits, permits, used: Vec::new(), now })
    }

    /// Refuses what is over the limit and no permit covers; returns the permit that it needs.
    pub fn admit(&self, it: &Commitment) -> Answer<Option<CommitmentPermitId>> {
        let limit = self.limits.iter().find(|(id, _)| *id == it.organisation);
        let permits = self.permits.iter().map(|(permit, _)| permit);
        Ok(rules::admit(limit.map(|(_, limit)| *limit), permits, it, self.now)?)
    }

    /// Uses up the permit that the commitment of that command was admitted by, so that none after it
    /// finds it.
    pub fn use_up(
        &mut self,
        command: usize,
        permit: Option<CommitmentPermitId>,
        it: &Commitment,
    ) -> Answer<()> {
        let Some(id) = permit else { return Ok(()) };
        let broken = || Failure::broken("a permit is used once, by what it admitted");
        let at = self.permits.iter().position(|(permit, _)| permit.id == id).ok_or_else(broken)?;
        let (_, row) = self.permits.swap_remove(at);
        let (noun, thing) = it.becomes;
        self.used.push((
            command,
            CommitmentPermitRow {
                state: PermitState::Used,
                used_for: Some(format!("{noun}:{thing}")),
                used_fen: Some(Fen::of(it.amount_fen).map_err(|_| broken())?),
                used_at: Some(self.now),
                ..row
            },
        ));
        Ok(())
    }

    /// Saves which permits were used, each for its command.
    pub fn save(&mut self, tx: &mut Tx<'_>) -> Answer<()> {
        for (command, row) in std::mem::take(&mut self.used) {
            let used_by = Some(tx.actor_of(command)?.user_id);
            store::update_permit(tx, command, &CommitmentPermitRow { used_by, ..row })?;
        }
        Ok(())
    }
}

/// Refuses what one person alone may not commit, or uses up the permit that covers it; for an action
/// of one command, which says what it did.
pub fn commit(tx: &mut Tx<'_>, it: &Commitment) -> Answer<()> {
    let (organisation, now) = (store::organisation(tx.conn(), it.organisation)?, tx.now());
    let mut commitments = Commitments::of(tx.conn(), std::iter::once(&organisation), now)?;
    let permit = commitments.admit(it)?;
    commitments.use_up(0, permit, it)?;
    commitments.save(tx)
}
