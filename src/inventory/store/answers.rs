//! Answers on land that were kept with decisions.

use diesel::prelude::*;

use crate::inventory::model::{KeptAnswer, LandAnswer, LandAnswerId, ParcelId};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::schema::land_answers;

record! {
    /// A row is an answer as it was given to a decision.
    pub(super) struct AnswerRow in land_answers {
        id: LandAnswerId as Id,
        subject: String as Text,
        parcel_id: ParcelId as Id,
        content: String as Text,
        layer_versions: String as Text,
        asked_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        answered_at: Time as Timestamp,
    }
}

/// Saves an answer for the decision of that subject.
pub(crate) fn insert_answer(
    tx: &mut Tx,
    subject: &str,
    parcel_id: ParcelId,
    answer: &LandAnswer,
) -> Answer<()> {
    let (actor, answered_at) = (tx.actor()?, tx.now());
    let text = |it: serde_json::Result<String>| it.map_err(|cause| Failure::Broken(cause.into()));
    tx.insert(&AnswerRow {
        id: LandAnswerId::new(),
        subject: subject.to_owned(),
        parcel_id,
        content: text(serde_json::to_string(answer))?,
        layer_versions: text(serde_json::to_string(&answer.versions))?,
        asked_by: actor.user_id,
        organisation_id: actor.organisation_id,
        answered_at,
    })?;
    Ok(())
}

/// The answers that were given to the decisions of that subject, in order.
pub(crate) fn answers(
    c: &mut Conn,
    subject: &str,
    after: Option<LandAnswerId>,
    rows_max: i64,
) -> Answer<Vec<KeptAnswer>> {
    let mut query = land_answers::table
        .filter(land_answers::subject.eq(subject))
        .select(AnswerRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(land_answers::id.gt(after));
    }
    let rows: Vec<AnswerRow> = query.order(land_answers::id).limit(rows_max).load(c)?;
    let kept = |row: AnswerRow| {
        let answer = serde_json::from_str(&row.content)
            .map_err(|_| Failure::broken("an answer that was kept can be read"))?;
        Ok(KeptAnswer {
            id: row.id,
            subject: row.subject,
            parcel_id: row.parcel_id,
            answer,
            asked_by: row.asked_by,
            organisation_id: row.organisation_id,
            answered_at: row.answered_at,
        })
    };
    rows.into_iter().map(kept).collect()
}
