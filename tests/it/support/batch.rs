//! A batch of credits as a certification leaves it, without its long story before.

use uuid::Uuid;
use wetland_exchange::kernel::db::Tx;
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::kernel::problem::Answer;
use wetland_exchange::ledger::{Account, BatchId, CreditBucket, Holder, NewTransfer};

use super::rows::{Row, Table, Value};

tables!(
    Projects = "projects",
    Applications = "certification_applications",
    Batches = "batches",
    Townships = "batch_townships",
);

const COUNTY: &str = "360124";
/// The regions of the two townships, in their order.
const REGIONS: [&str; 2] = ["360124108", "360124500"];

/// A batch that is to be there; the second of its townships owns it.
#[derive(Debug, Clone)]
pub(crate) struct NewBatch {
    pub(crate) batch: BatchId,
    pub(crate) number: usize,
    pub(crate) townships: [OrganisationId; 2],
    pub(crate) certified: [i64; 2],
    pub(crate) assessor: OrganisationId,
    pub(crate) officer: UserId,
}

impl NewBatch {
    /// Saves its rows; returns the transfer that issues all of it.
    pub(crate) fn save(&self, tx: &mut Tx<'_>) -> Answer<NewTransfer> {
        let text = |text: &str| Value::Text(text.into());
        let (project, application) = (Uuid::now_v7(), Uuid::now_v7());
        let (owner, issued) = (self.townships[1], self.certified[0] + self.certified[1]);
        let project_number = format!("P{COUNTY}-H{:06}", self.number);
        let owner_id = Value::Id(owner.uuid());
        let now = Value::Time(tx.now());
        let of_project = vec![
            text(&project_number),
            text("示例修复项目"),
            text(COUNTY),
            text(REGIONS[1]),
            owner_id.clone(),
            text("self"),
            Value::Null,
            text("2022-01-01"),
            Value::Whole(1),
            Value::Whole(0),
            Value::Bool(false),
            text("none"),
            Value::Whole(0),
        ];
        tx.insert(&Row::<Projects>::new(project, of_project))?;
        let of_application = vec![
            Value::Id(project),
            text(&project_number),
            text(REGIONS[1]),
            owner_id.clone(),
            Value::Whole(issued),
            text("marsh"),
            Value::Whole(2),
            text("示例"),
            text("{\"a\":1}"),
            Value::Id(self.officer.uuid()),
            now.clone(),
        ];
        tx.insert(&Row::<Applications>::new(application, of_application))?;
        let of_batch = vec![
            Value::Id(application),
            text(&format!("{COUNTY}-2023-H{:06}", self.number)),
            Value::Id(project),
            text(&project_number),
            text(COUNTY),
            owner_id,
            Value::Id(self.assessor.uuid()),
            text("marsh"),
            Value::Whole(2),
            Value::Whole(2023),
            Value::Whole(issued),
            Value::Whole(0),
            text("2023-01-01"),
            now,
        ];
        tx.insert(&Row::<Batches>::new(self.batch.uuid(), of_batch))?;
        for n in [0, 1] {
            let share = vec![
                Value::Id(self.batch.uuid()),
                text(REGIONS[n]),
                Value::Id(self.townships[n].uuid()),
                Value::Whole(self.certified[n]),
            ];
            tx.insert(&Row::<Townships>::new(Uuid::now_v7(), share))?;
        }
        Ok(NewTransfer {
            from: Account::credits(Holder::House, self.batch, CreditBucket::Issuance),
            to: Account::credits(owner, self.batch, CreditBucket::Available),
            amount: issued,
        })
    }
}
