//! The rows, and how a journal's contents are hashed.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kernel::clock::Time;
use crate::kernel::db::{Canonical, RawId, derived_record, record};
use crate::ledger::model::{
    Account, AccountId, BatchId, BookCloseId, FeeAccountId, Holder, JournalId, Place,
};

record! {
    /// A row is one place where money or credits of one holder can be.
    pub(crate) struct AccountRow in accounts {
        id: AccountId as Id,
        holder_id: RawId as Id,
        asset: String as Text,
        asset_id: RawId as Id,
        bucket: String as Text,
    }
}

derived_record! {
    /// A row is what an account holds now.
    pub(crate) struct BalanceRow in balances {
        account_id: AccountId as Id,
        balance: i64 as BigInt,
        version: i64 as BigInt,
        contra: bool as Bool,
    }
    replacing (account_id) set (balance, version)
}

record! {
    /// A row is one business event.
    pub(crate) struct JournalRow in journals {
        id: JournalId as Id,
        event: String as Text,
        subject_id: RawId as Id,
        effective_at: Time as Timestamp,
        recorded_at: Time as Timestamp,
        reverses_id: Option<JournalId> as Nullable<Id>,
        contents_hash: Vec<u8> as Binary,
    }
}

derived_record! {
    /// A row is one amount that moved, with both accounts' balances before and after.
    pub(crate) struct TransferRow in transfers {
        journal_id: JournalId as Id,
        n: i32 as Integer,
        from_account_id: AccountId as Id,
        to_account_id: AccountId as Id,
        amount: i64 as BigInt,
        from_before: i64 as BigInt,
        from_after: i64 as BigInt,
        from_version: i64 as BigInt,
        to_before: i64 as BigInt,
        to_after: i64 as BigInt,
        to_version: i64 as BigInt,
    }
}

derived_record! {
    /// A row is one run of serials that moved.
    pub(crate) struct LotMoveRow in lot_moves {
        journal_id: JournalId as Id,
        n: i32 as Integer,
        batch_id: BatchId as Id,
        first_serial: i64 as BigInt,
        last_serial: i64 as BigInt,
        from_account_id: AccountId as Id,
        to_account_id: AccountId as Id,
    }
}

derived_record! {
    /// A row is one run of serials in one account now.
    pub(crate) struct LotRow in lots {
        batch_id: BatchId as Id,
        last_serial: i64 as BigInt,
        first_serial: i64 as BigInt,
        account_id: AccountId as Id,
    }
    replacing (batch_id, last_serial) set (first_serial, account_id)
}

derived_record! {
    /// A row is what came and went in an account of money on one day, and what it then held.
    pub(crate) struct AccountDayRow in account_days {
        account_id: AccountId as Id,
        day: NaiveDate as Date,
        came_fen: i64 as BigInt,
        went_fen: i64 as BigInt,
        balance_fen: i64 as BigInt,
    }
    replacing (account_id, day) set (came_fen, went_fen, balance_fen)
}

derived_record! {
    /// A row says that a journal moved money of a fee account.
    pub(crate) struct MoneyJournalRow in money_journals {
        fee_account_id: FeeAccountId as Id,
        effective_at: Time as Timestamp,
        journal_id: JournalId as Id,
    }
}

record! {
    /// A row is the moment before which nothing more takes effect in a fee account.
    pub(crate) struct BookCloseRow in book_closes {
        id: BookCloseId as Id,
        fee_account_id: FeeAccountId as Id,
        closed_before: Time as Timestamp,
        closed_at: Time as Timestamp,
    }
}

/// The id of an account: the first half of SHA-256 of holder, asset and bucket, as a UUIDv8.
pub(crate) fn account_id(account: &Account) -> AccountId {
    let mut name = Vec::with_capacity(128);
    RawId(account.holder.uuid()).canonical(&mut name);
    account.place.asset().canonical(&mut name);
    RawId(account.place.asset_id()).canonical(&mut name);
    account.place.bucket().canonical(&mut name);
    let digest: [u8; 32] = Sha256::digest(&name).into();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Uuid::new_v8(bytes).into()
}

impl AccountRow {
    pub(super) fn of(account: &Account) -> Self {
        Self {
            id: account_id(account),
            holder_id: RawId(account.holder.uuid()),
            asset: account.place.asset().to_owned(),
            asset_id: RawId(account.place.asset_id()),
            bucket: account.place.bucket().to_owned(),
        }
    }

    /// The account that the row names; `None` when its words are not ours.
    pub(crate) fn account(&self) -> Option<Account> {
        let place = match self.asset.as_str() {
            "money" => Place::Money(self.asset_id.0.into(), self.bucket.parse().ok()?),
            "credits" => Place::Credits(self.asset_id.0.into(), self.bucket.parse().ok()?),
            _ => return None,
        };
        Some(Account { holder: Holder::of_uuid(self.holder_id.0), place })
    }
}

/// SHA-256 over the transfers and then the lot moves of one journal, in order, each with all of
/// its columns in canonical form.
pub(crate) fn contents_hash(transfers: &[TransferRow], moves: &[LotMoveRow]) -> [u8; 32] {
    let mut out = Vec::with_capacity(256 * transfers.len());
    for row in transfers {
        "transfers".canonical(&mut out);
        row.journal_id.canonical(&mut out);
        row.n.canonical(&mut out);
        row.from_account_id.canonical(&mut out);
        row.to_account_id.canonical(&mut out);
        for number in [
            row.amount,
            row.from_before,
            row.from_after,
            row.from_version,
            row.to_before,
            row.to_after,
            row.to_version,
        ] {
            number.canonical(&mut out);
        }
    }
    for row in moves {
        "lot_moves".canonical(&mut out);
        row.journal_id.canonical(&mut out);
        row.n.canonical(&mut out);
        row.batch_id.canonical(&mut out);
        row.first_serial.canonical(&mut out);
        row.last_serial.canonical(&mut out);
        row.from_account_id.canonical(&mut out);
        row.to_account_id.canonical(&mut out);
    }
    Sha256::digest(&out).into()
}
