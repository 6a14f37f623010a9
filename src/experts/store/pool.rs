//! The pool: experts with their standing, reviews and recusals.

use std::collections::BTreeMap;

use diesel::prelude::*;
use uuid::Uuid;

use super::rows::{ExpertRow, RecusalRow, ReviewRow, StandingRow};
use crate::experts::model::{Expert, ExpertId, ExpertPartId, ExpertStanding, Field, Review};
use crate::kernel::db::{Conn, RawId, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{expert_recusals, expert_reviews, expert_standings, experts};

/// Writes fields as they lie in a column.
pub(in crate::experts) fn joined(fields: &[Field]) -> String {
    fields.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(",")
}

/// Reads fields as they lie in a column.
pub(in crate::experts) fn split(fields: &str) -> Answer<Vec<Field>> {
    let field = |name: &str| {
        name.parse().map_err(|_| Failure::broken("an expert's fields are known words"))
    };
    fields.split(',').map(field).collect()
}

/// Loads an expert; an unknown id is not found.
pub(in crate::experts) fn expert(c: &mut Conn, id: ExpertId) -> Answer<Expert> {
    let row = experts::table.find(id).select(ExpertRow::as_select()).first(c).optional()?;
    let row: ExpertRow = row.ok_or_else(Failure::not_found)?;
    with_standing(c, vec![row])?.pop().ok_or_else(Failure::not_found)
}

/// Loads the experts who are that person: one in each pool.
pub(in crate::experts) fn experts_of_user(c: &mut Conn, user: UserId) -> Answer<Vec<Expert>> {
    let rows =
        experts::table.filter(experts::user_id.eq(user)).select(ExpertRow::as_select()).load(c)?;
    with_standing(c, rows)
}

/// Loads the whole pool of a region; it is bounded when somebody is taken in.
pub(in crate::experts) fn pool(c: &mut Conn, region: &RegionCode) -> Answer<Vec<Expert>> {
    let rows = experts::table
        .filter(experts::region.eq(region.clone()))
        .order(experts::id)
        .select(ExpertRow::as_select())
        .load(c)?;
    with_standing(c, rows)
}

/// Loads one page of the experts of a region, newest first, and one more.
pub(in crate::experts) fn page(
    c: &mut Conn,
    region: &RegionCode,
    before: Option<ExpertId>,
    limit: i64,
) -> Answer<Vec<Expert>> {
    let mut query = experts::table
        .filter(experts::region.like(format!("{region}%")))
        .select(ExpertRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(experts::id.lt(before));
    }
    let rows = query.order(experts::id.desc()).limit(limit + 1).load(c)?;
    with_standing(c, rows)
}

/// Who takes no part in a matter.
pub(in crate::experts) fn recused(c: &mut Conn, subject: Uuid) -> QueryResult<Vec<ExpertId>> {
    expert_recusals::table
        .filter(expert_recusals::subject_id.eq(RawId(subject)))
        .select(expert_recusals::expert_id)
        .load(c)
}

/// Loads one page of the reviews of an expert, newest first, and one more.
pub(in crate::experts) fn reviews(
    c: &mut Conn,
    expert: ExpertId,
    before: Option<ExpertPartId>,
    limit: i64,
) -> QueryResult<Vec<Review>> {
    let mut query = expert_reviews::table
        .filter(expert_reviews::expert_id.eq(expert))
        .select(ReviewRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(expert_reviews::id.lt(before));
    }
    let rows: Vec<ReviewRow> = query.order(expert_reviews::id.desc()).limit(limit + 1).load(c)?;
    Ok(rows.into_iter().map(review).collect())
}

pub(in crate::experts) fn review(row: ReviewRow) -> Review {
    Review {
        id: row.id,
        expert_id: row.expert_id,
        draw_id: row.draw_id,
        score: row.score,
        remark: row.remark,
        reviewed_at: row.reviewed_at,
    }
}

/// How often an expert's standing was set.
pub(in crate::experts) fn standings_of(c: &mut Conn, expert: ExpertId) -> QueryResult<i64> {
    expert_standings::table.filter(expert_standings::expert_id.eq(expert)).count().get_result(c)
}

pub(in crate::experts) fn insert_expert(tx: &mut Tx<'_>, row: &ExpertRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_standing(tx: &mut Tx<'_>, row: &StandingRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_review(tx: &mut Tx<'_>, row: &ReviewRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(in crate::experts) fn insert_recusal(tx: &mut Tx<'_>, row: &RecusalRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

fn with_standing(c: &mut Conn, rows: Vec<ExpertRow>) -> Answer<Vec<Expert>> {
    let ids: Vec<ExpertId> = rows.iter().map(|row| row.id).collect();
    let standings = standings(c, &ids)?;
    let mut scores = scores(c, &ids)?;
    let whole = |row: ExpertRow| {
        let scores = scores.remove(&row.id).unwrap_or_default();
        let reviews = i64::try_from(scores.len()).unwrap_or(i64::MAX);
        let sum: i64 = scores.iter().sum();
        Ok(Expert {
            id: row.id,
            number: row.number,
            user_id: row.user_id,
            organisation_id: row.organisation_id,
            name: row.name,
            fields: split(&row.fields)?,
            region: row.region,
            standing: standings.get(&row.id).copied().unwrap_or(ExpertStanding::Active),
            reviews,
            mean_score_hundredths: (reviews > 0)
                .then(|| (sum * 200 + reviews) / (2 * reviews.max(1))),
            entered_at: row.entered_at,
        })
    };
    rows.into_iter().map(whole).collect()
}

fn standings(c: &mut Conn, ids: &[ExpertId]) -> QueryResult<BTreeMap<ExpertId, ExpertStanding>> {
    let of_them = expert_standings::table
        .filter(expert_standings::expert_id.eq_any(ids))
        .order(expert_standings::position)
        .select((expert_standings::expert_id, expert_standings::standing));
    let rows: Vec<(ExpertId, ExpertStanding)> = match c {
        Conn::Pg(c) => of_them.load(c)?,
        Conn::Sqlite(c) => of_them.load(c)?,
    };
    // In order, so that the newest of each stays.
    Ok(rows.into_iter().collect())
}

fn scores(c: &mut Conn, ids: &[ExpertId]) -> QueryResult<BTreeMap<ExpertId, Vec<i64>>> {
    let of_them = expert_reviews::table
        .filter(expert_reviews::expert_id.eq_any(ids))
        .select((expert_reviews::expert_id, expert_reviews::score));
    let rows: Vec<(ExpertId, i64)> = match c {
        Conn::Pg(c) => of_them.load(c)?,
        Conn::Sqlite(c) => of_them.load(c)?,
    };
    let mut scores: BTreeMap<ExpertId, Vec<i64>> = BTreeMap::new();
    for (expert, score) in rows {
        scores.entry(expert).or_default().push(score);
    }
    Ok(scores)
}
