//! Accounts, journals, transfers and lots.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, id};
use crate::kernel::names::names;

id! {
    /// One journal: one business event.
    pub struct JournalId;
}

id! {
    /// One account, made from its holder, asset and bucket.
    pub struct AccountId;
}

id! {
    /// One batch: the credits of one certification.
    pub struct BatchId;
}

id! {
    /// One county's bank account for trading money.
    pub struct FeeAccountId;
}

id! {
    /// One close of a fee account's books.
    pub struct BookCloseId;
}

names! {
    /// Where money is.
    pub enum MoneyBucket {
        Available = "available",
        Reserved = "reserved",
        TownshipShare = "township_share",
        CentreShare = "centre_share",
        TreasuryShare = "treasury_share",
        /// The bank: its balance here is the negative of the bank's.
        Clearing = "clearing",
        Suspense = "suspense",
        /// What is owed to the fee account: negative here.
        Receivable = "receivable",
    }
}

names! {
    /// Where credits are.
    pub enum CreditBucket {
        Unreleased = "unreleased",
        Buffer = "buffer",
        Available = "available",
        Reserved = "reserved",
        Pledged = "pledged",
        Frozen = "frozen",
        Retired = "retired",
        Cancelled = "cancelled",
        /// Where issued credits come from: the negative of what was issued.
        Issuance = "issuance",
    }
}

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    Organisation(OrganisationId),
    /// The fee account or the register itself: the bank, suspense, issuance.
    House,
}

impl Holder {
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Organisation(id) => id.uuid(),
            Self::House => Uuid::nil(),
        }
    }

    pub fn of_uuid(id: Uuid) -> Self {
        if id.is_nil() { Self::House } else { Self::Organisation(id.into()) }
    }
}

impl From<OrganisationId> for Holder {
    fn from(id: OrganisationId) -> Self {
        Self::Organisation(id)
    }
}

/// What the account is in, and which bucket of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Money(FeeAccountId, MoneyBucket),
    Credits(BatchId, CreditBucket),
}

impl Place {
    /// "money" or "credits".
    pub fn asset(self) -> &'static str {
        match self {
            Self::Money(..) => "money",
            Self::Credits(..) => "credits",
        }
    }

    pub fn asset_id(self) -> Uuid {
        match self {
            Self::Money(id, _) => id.uuid(),
            Self::Credits(id, _) => id.uuid(),
        }
    }

    pub fn bucket(self) -> &'static str {
        match self {
            Self::Money(_, bucket) => bucket.as_str(),
            Self::Credits(_, bucket) => bucket.as_str(),
        }
    }
}

/// A bucket of one holder in one fee account or batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    pub holder: Holder,
    pub place: Place,
}

impl Account {
    pub fn money(
        holder: impl Into<Holder>,
        fee_account: FeeAccountId,
        bucket: MoneyBucket,
    ) -> Self {
        Self { holder: holder.into(), place: Place::Money(fee_account, bucket) }
    }

    pub fn credits(holder: impl Into<Holder>, batch: BatchId, bucket: CreditBucket) -> Self {
        Self { holder: holder.into(), place: Place::Credits(batch, bucket) }
    }

    /// Whether its balance may be negative.
    pub fn is_contra(self) -> bool {
        matches!(
            self.place,
            Place::Money(_, MoneyBucket::Clearing | MoneyBucket::Receivable)
                | Place::Credits(_, CreditBucket::Issuance)
        )
    }

    /// The fee account whose money lies in it.
    pub fn fee_account(self) -> Option<FeeAccountId> {
        match self.place {
            Place::Money(fee_account, _) => Some(fee_account),
            Place::Credits(..) => None,
        }
    }

    /// The batch whose serials lie in it.
    pub fn batch(self) -> Option<BatchId> {
        match self.place {
            Place::Credits(batch, _) => Some(batch),
            Place::Money(..) => None,
        }
    }
}

/// A positive amount that is to move: fen or m².
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransfer {
    pub from: Account,
    pub to: Account,
    pub amount: i64,
}

/// Serials of an account of credits that are to be moved before its lowest ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    pub from: Account,
    pub first: i64,
    pub last: i64,
}

/// A business event that is to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJournal {
    pub id: JournalId,
    /// What happened, in one word: "deposit", "trade".
    pub event: &'static str,
    /// What it is about: the trade, the statement line.
    pub subject: Uuid,
    /// When it took effect in the world; when it was booked is the transaction's time.
    pub effective_at: Time,
    /// The journal that this one undoes.
    pub reverses: Option<JournalId>,
    pub transfers: Vec<NewTransfer>,
}

/// A booked event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    pub id: JournalId,
    pub event: String,
    pub subject: Uuid,
    pub effective_at: Time,
    pub recorded_at: Time,
    pub reverses: Option<JournalId>,
}

/// A run of serial numbers of one batch in one hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lot {
    pub first: i64,
    pub last: i64,
    pub holder: Holder,
    pub bucket: CreditBucket,
}

/// Which of an account's past balances is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// With everything that was booked here by then.
    Recorded(Time),
    /// With everything that took effect in the world by then.
    Effective(Time),
    /// With everything that took effect by the end of that day in Shanghai.
    EndOf(NaiveDate),
}

/// What an account of money held before a period, what came and went in it, and what it held at its
/// end, in fen and by when it took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub account: Account,
    pub opening: i64,
    pub came: i64,
    pub went: i64,
    pub closing: i64,
}

/// A journal that moved money of a fee account, with its transfers of that money in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    pub journal: Journal,
    pub transfers: Vec<NewTransfer>,
}
