//! The ledger over HTTP: for auditors everything, for everybody their own credits.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{
    Account, AsOf, BatchId, CreditBucket, FeeAccountId, Holder, MoneyBucket, Place,
};
use super::store::{self, Entry};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::OrganisationId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::web::Problems;

/// Entries of one page; an auditor reads many.
const ENTRIES_PER_PAGE_MAX: i64 = 200;

pub fn operations() -> Operations {
    operations![get_trial_balance, get_balance, list_entries, list_lots, list_holdings]
}

/// One county's money or one batch's credits.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssetQuery {
    fee_account_id: Option<FeeAccountId>,
    batch_id: Option<BatchId>,
}

impl AssetQuery {
    fn id(self) -> Answer<Uuid> {
        match (self.fee_account_id, self.batch_id) {
            (Some(id), None) => Ok(id.uuid()),
            (None, Some(id)) => Ok(id.uuid()),
            _ => Err(which_account()),
        }
    }
}

fn which_account() -> Failure {
    Failure::Refused(Problem::new(
        actix_web::http::StatusCode::BAD_REQUEST,
        "which-account",
        "name a fee_account_id or a batch_id, and a bucket that it has",
        "请指定 fee_account_id 或 batch_id 之一，以及其已有的科目",
    ))
}

/// The sum of one bucket over all holders: fen, or m² of credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BucketSum {
    #[schema(example = "available")]
    pub bucket: String,
    #[schema(example = 10200)]
    pub sum: i64,
}

/// A trial balance; the total is 0, since every transfer has two sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrialBalance {
    pub buckets: Vec<BucketSum>,
    #[schema(example = 0)]
    pub total: i64,
}

/// Sums up the buckets of a fee account in fen or of a batch in m²
#[utoipa::path(
    get, path = "/api/v1/ledger/trial-balance", tag = "ledger", params(AssetQuery),
    responses((status = 200, body = TrialBalance), Problems),
    extensions(("x-roles" = json!(["auditor", "administrator"])), ("x-effect" = json!("read")))
)]
pub async fn get_trial_balance(
    db: Data<Db>,
    actor: Actor,
    query: Query<AssetQuery>,
) -> Answer<Json<TrialBalance>> {
    let asset = query.id()?;
    let sums = db.read(Some(&actor), move |c| store::trial_balance(c, asset)).await?;
    Ok(Json(TrialBalance {
        total: sums.iter().map(|(_, sum)| sum).sum(),
        buckets: sums.into_iter().map(|(bucket, sum)| BucketSum { bucket, sum }).collect(),
    }))
}

/// One account: whose, of what, which bucket.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Whose account; absent for the house: clearing, suspense, issuance.
    holder_id: Option<OrganisationId>,
    fee_account_id: Option<FeeAccountId>,
    batch_id: Option<BatchId>,
    #[param(example = "available")]
    bucket: String,
    /// The balance with everything that was booked by then.
    recorded_at: Option<Time>,
    /// The balance with everything that took effect by then.
    effective_at: Option<Time>,
    /// Entries after this version of the account.
    #[param(minimum = 0, example = 0)]
    after_version: Option<i64>,
}

impl AccountQuery {
    fn account(&self) -> Answer<Account> {
        let place = match (self.fee_account_id, self.batch_id) {
            (Some(id), None) => {
                Place::Money(id, self.bucket.parse::<MoneyBucket>().map_err(|_| which_account())?)
            }
            (None, Some(id)) => Place::Credits(
                id,
                self.bucket.parse::<CreditBucket>().map_err(|_| which_account())?,
            ),
            _ => return Err(which_account()),
        };
        Ok(Account { holder: self.holder_id.map_or(Holder::House, Holder::Organisation), place })
    }
}

/// What an account holds or held: fen, or m² of credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BalanceView {
    #[schema(example = 144126000)]
    pub balance: i64,
}

/// Shows what an account holds, or held at a past moment
#[utoipa::path(
    get, path = "/api/v1/ledger/balance", tag = "ledger", params(AccountQuery),
    responses((status = 200, body = BalanceView), Problems),
    extensions(("x-roles" = json!(["auditor", "administrator"])), ("x-effect" = json!("read")))
)]
pub async fn get_balance(
    db: Data<Db>,
    actor: Actor,
    query: Query<AccountQuery>,
) -> Answer<Json<BalanceView>> {
    let account = query.account()?;
    let as_of = match (query.recorded_at, query.effective_at) {
        (None, None) => None,
        (Some(at), None) => Some(AsOf::Recorded(at)),
        (None, Some(at)) => Some(AsOf::Effective(at)),
        (Some(_), Some(_)) => return Err(which_account()),
    };
    let read = move |c: &mut _| match as_of {
        None => store::balance(c, &account),
        Some(as_of) => store::balance_as_of(c, &account, as_of),
    };
    Ok(Json(BalanceView { balance: db.read_snapshot(Some(&actor), read).await? }))
}

/// The effect of one journal on one account: fen, or m² of credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryView {
    pub version: i64,
    pub journal_id: Uuid,
    #[schema(example = "trade")]
    pub event: String,
    /// What the journal is about: the trade, the statement line.
    pub subject_id: Uuid,
    pub amount: i64,
    pub balance_before: i64,
    pub balance_after: i64,
    pub effective_at: Time,
    pub recorded_at: Time,
}

impl From<Entry> for EntryView {
    fn from(it: Entry) -> Self {
        Self {
            version: it.version,
            journal_id: it.journal.id.uuid(),
            event: it.journal.event,
            subject_id: it.journal.subject,
            amount: it.amount,
            balance_before: it.balance_before,
            balance_after: it.balance_after,
            effective_at: it.journal.effective_at,
            recorded_at: it.journal.recorded_at,
        }
    }
}

/// Lists the entries of an account in order, up to 200 at a time
#[utoipa::path(
    get, path = "/api/v1/ledger/entries", tag = "ledger", params(AccountQuery),
    responses((status = 200, body = Vec<EntryView>), Problems),
    extensions(("x-roles" = json!(["auditor", "administrator"])), ("x-effect" = json!("read")))
)]
pub async fn list_entries(
    db: Data<Db>,
    actor: Actor,
    query: Query<AccountQuery>,
) -> Answer<Json<Vec<EntryView>>> {
    let (account, after) = (query.account()?, query.after_version.unwrap_or(0));
    let read = move |c: &mut _| store::entries_after(c, &account, after, ENTRIES_PER_PAGE_MAX);
    let entries = db.read(Some(&actor), read).await?;
    Ok(Json(entries.into_iter().map(EntryView::from).collect()))
}

/// A run of serial numbers of one batch in one hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LotView {
    #[schema(example = 1)]
    pub first: i64,
    #[schema(example = 10200)]
    pub last: i64,
    pub holder_id: OrganisationId,
    pub bucket: CreditBucket,
}

/// Which batch.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchQuery {
    batch_id: BatchId,
}

/// Lists the lots of a batch in the order of their serials
#[utoipa::path(
    get, path = "/api/v1/ledger/lots", tag = "ledger", params(BatchQuery),
    responses((status = 200, body = Vec<LotView>), Problems),
    extensions(
        ("x-roles" = json!(["auditor", "administrator"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_lots(
    db: Data<Db>,
    actor: Actor,
    query: Query<BatchQuery>,
) -> Answer<Json<Vec<LotView>>> {
    let batch = query.batch_id;
    let lots = db.read(Some(&actor), move |c| store::lots_of_batch(c, batch)).await?;
    let views = lots.into_iter().filter_map(|lot| match lot.holder {
        Holder::Organisation(holder_id) => {
            Some(LotView { first: lot.first, last: lot.last, holder_id, bucket: lot.bucket })
        }
        Holder::House => None,
    });
    Ok(Json(views.collect()))
}

/// Credits of one batch in one bucket of the caller's organisation, in m².
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldingView {
    pub batch_id: BatchId,
    pub bucket: CreditBucket,
    #[schema(example = 10200)]
    pub m2: i64,
}

/// Lists the credits of the own organisation
#[utoipa::path(
    get, path = "/api/v1/holdings", tag = "ledger",
    responses((status = 200, body = Vec<HoldingView>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_holdings(db: Data<Db>, actor: Actor) -> Answer<Json<Vec<HoldingView>>> {
    let holder = actor.organisation_id;
    let held = db.read(Some(&actor), move |c| store::credits_of_holder(c, holder)).await?;
    let views = held.into_iter().filter_map(|(account, m2)| match account.place {
        Place::Credits(batch_id, bucket) if m2 > 0 => Some(HoldingView { batch_id, bucket, m2 }),
        Place::Credits(..) | Place::Money(..) => None,
    });
    Ok(Json(views.collect()))
}
