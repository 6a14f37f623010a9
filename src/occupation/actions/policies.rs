//! What a region asks of occupations (R78): entered by one person of its forestry bureau, approved by
//! another.

use serde::Serialize;
use serde_json::json;

use crate::identity::{self, SecondPerson};
use crate::inventory::WetlandType;
use crate::kernel::actor::Role;
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::Label;
use crate::occupation::model::{Policy, PolicyId};
use crate::occupation::rules::CannotReview;
use crate::occupation::store::{self, PolicyRow};

const BUREAU: &[Role] = &[Role::ForestryOfficer];

/// Enters a policy; it takes effect with its approval.
#[derive(Debug, Clone)]
pub(crate) struct EnterPolicy {
    pub(crate) id: PolicyId,
    pub(crate) region: RegionCode,
    pub(crate) policy: Policy,
    pub(crate) document: Label,
}

#[derive(Debug, Serialize)]
struct Content<'a> {
    id: PolicyId,
    region: &'a RegionCode,
    ratio_bp: i64,
    general_compensates: bool,
    types: &'a str,
    document: &'a Label,
}

impl<'a> From<&'a PolicyRow> for Content<'a> {
    fn from(row: &'a PolicyRow) -> Self {
        Self {
            id: row.id,
            region: &row.region,
            ratio_bp: row.ratio_bp,
            general_compensates: row.general_compensates,
            types: &row.types,
            document: &row.document,
        }
    }
}

/// Returns what holds in a county: its own policy, or that of its prefecture or province, or the
/// defaults.
pub(crate) fn policy_of(c: &mut Conn, county: &RegionCode) -> Answer<Policy> {
    let above = [Some(county.clone()), county.prefecture(), Some(county.province())];
    for region in above.into_iter().flatten() {
        if let Some(row) = store::policy_in_force(c, &region)? {
            return policy(&row);
        }
    }
    Ok(Policy::default())
}

/// A row as the rules take it.
pub(crate) fn policy(row: &PolicyRow) -> Answer<Policy> {
    let types: Vec<(WetlandType, WetlandType)> = serde_json::from_str(&row.types)
        .map_err(|_| Failure::broken("a policy names pairs of wetland types"))?;
    Ok(Policy { ratio_bp: row.ratio_bp, general_compensates: row.general_compensates, types })
}

/// One person of the forestry bureau enters what its region asks.
pub(crate) fn enter_policy(tx: &mut Tx, it: &EnterPolicy) -> Answer<PolicyId> {
    let actor = tx.actor()?;
    if it.region.level() == RegionLevel::Township || !it.region.is_within(&actor.region) {
        return Err(CannotReview::PolicyElsewhere.into());
    }
    let mut row = PolicyRow {
        id: it.id,
        region: it.region.clone(),
        ratio_bp: it.policy.ratio_bp,
        general_compensates: it.policy.general_compensates,
        types: serde_json::to_string(&it.policy.types).map_err(anyhow::Error::from)?,
        document: it.document.clone(),
        approval_id: RawId(uuid::Uuid::nil()),
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    let subject = format!("occupation_policy:{}", it.id);
    let content = Content::from(&row);
    let asked = SecondPerson {
        subject: &subject,
        content: &content,
        initiator_roles: BUREAU,
        approver_roles: BUREAU,
    };
    row.approval_id = RawId(identity::ask_second_person(tx, asked)?.uuid());
    tx.insert(&row)?;
    tx.record(Event {
        subject,
        reason: Some(it.document.to_string()),
        after: Some(json!({
            "region": row.region, "ratio_bp": row.ratio_bp,
            "general_compensates": row.general_compensates, "types": it.policy.types,
        })),
        ..Event::default()
    });
    Ok(it.id)
}

/// Another person approves it.
pub(crate) fn approve_policy(tx: &mut Tx, id: PolicyId) -> Answer<PolicyId> {
    let actor = tx.actor()?;
    let row = store::policy(tx.conn(), id)?;
    if !row.region.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    if row.approved_at.is_some() {
        return Err(CannotReview::PolicyApproved.into());
    }
    let people = identity::second_person(tx, row.approval_id.0.into(), &Content::from(&row))?;
    let (approved_by, approved_at) = (Some(people.approver), Some(tx.now()));
    tx.update(&PolicyRow { approved_by, approved_at, ..row })?;
    tx.record(Event { subject: format!("occupation_policy:{id}"), ..Event::default() });
    Ok(id)
}
