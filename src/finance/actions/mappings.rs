//! Keeping how a bank lays out its statements. A change is a new version; what was imported by an
//! older one still names it.

use super::super::model::MappingId;
use super::super::rules::FinanceRefusal;
use super::super::statement::Layout;
use super::super::store::{self, MappingRow};
use super::own_fee_account;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;

/// Keeps a layout under a name, as its next version.
#[derive(Debug, Clone)]
pub(crate) struct KeepMapping {
    pub(crate) id: MappingId,
    pub(crate) name: String,
    pub(crate) bank: String,
    pub(crate) layout: Layout,
}

/// Keeps a layout for the bureau of who asks.
pub(crate) fn keep_mapping(tx: &mut Tx<'_>, it: &KeepMapping) -> Answer<MappingId> {
    let actor = tx.actor()?;
    it.layout.check().map_err(FinanceRefusal::BadLayout)?;
    let version = store::last_version(tx.conn(), actor.organisation_id, &it.name)? + 1;
    let row = MappingRow {
        id: it.id,
        organisation_id: actor.organisation_id,
        name: it.name.clone(),
        version,
        bank: it.bank.clone(),
        layout: serde_json::to_string(&it.layout).map_err(anyhow::Error::from)?,
        kept_by: actor.user_id,
        kept_at: tx.now(),
    };
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("statement_mapping:{}", row.id),
        after: Some(serde_json::json!({
            "name": row.name, "version": version, "bank": row.bank, "layout": it.layout,
        })),
        ..Event::default()
    });
    Ok(row.id)
}

/// The layout by which a file of a fee account is to be read; `None` leaves it to a guess.
pub(crate) fn layout_for(
    c: &mut Conn,
    actor: &Actor,
    fee_account_id: FeeAccountId,
    mapping_id: Option<MappingId>,
) -> Answer<Option<(MappingId, Layout)>> {
    let account = own_fee_account(c, actor, fee_account_id)?;
    let Some(id) = mapping_id else { return Ok(None) };
    let row = store::mapping(c, account.treasury, id)?.ok_or(FinanceRefusal::NoSuchMapping)?;
    Ok(Some((row.id, layout_of(&row)?)))
}

/// The layout that a mapping keeps.
pub(crate) fn layout_of(row: &MappingRow) -> Answer<Layout> {
    serde_json::from_str(&row.layout)
        .map_err(|_| Failure::broken("a kept layout can be read again"))
}
