//! How accounts and events are called on papers.

use std::collections::HashMap;

use super::books::BooksForm;
use crate::identity::Organisation;
use crate::kernel::ids::OrganisationId;
use crate::ledger::{Account, Holder, MoneyBucket, Place};

/// Organisations by id.
pub(super) type Known = HashMap<OrganisationId, Organisation>;

/// A bucket as a clerk calls it.
pub(in crate::finance) fn bucket_name(bucket: MoneyBucket) -> &'static str {
    match bucket {
        MoneyBucket::Available => "暂存款（可用）",
        MoneyBucket::Reserved => "暂存款（已锁定）",
        MoneyBucket::TownshipShare => "乡镇工作经费",
        MoneyBucket::CentreShare => "中心管理经费",
        MoneyBucket::TreasuryShare => "县财政",
        MoneyBucket::Clearing => "银行存款",
        MoneyBucket::Suspense => "暂收款",
        MoneyBucket::Receivable => "应收款",
    }
}

/// What happened, as a clerk calls it; an event without a name of its own is said as it is kept.
pub(super) fn event_name(event: &str) -> &str {
    match event {
        "opening" => "期初余额",
        "deposit" => "收款",
        "suspense" => "暂收款入账",
        "receivable" => "待查支出",
        "assignment" => "暂收款认领",
        "auction_deposit" => "竞价保证金锁定",
        "auction_deposit_end" => "竞价保证金处置",
        "negotiated_transfer" => "协议转让锁定",
        "negotiated_transfer_end" => "协议转让解锁",
        "trade" => "指标成交",
        "payout" => "拨付",
        "refund_reserved" => "退款锁定",
        "refund_freed" => "退款解锁",
        "return_reserved" => "原路退回锁定",
        "return_freed" => "原路退回解锁",
        "reversal" => "冲正",
        other => other,
    }
}

/// The holder's code and name; the house has neither.
pub(super) fn holder_of<'k>(account: &Account, known: &'k Known) -> (&'k str, &'k str) {
    match account.holder {
        Holder::House => ("", ""),
        Holder::Organisation(id) => {
            known.get(&id).map_or(("", ""), |one| (one.code.as_str(), one.name.as_str()))
        }
    }
}

/// The bucket of an account of money.
pub(super) fn bucket_of(account: &Account) -> Option<MoneyBucket> {
    match account.place {
        Place::Money(_, bucket) => Some(bucket),
        Place::Credits(..) => None,
    }
}

/// The account's name in the books of another program. Codes of organisations are capital letters and
/// digits, which all of them take.
pub(in crate::finance) fn account_in(form: BooksForm, account: &Account, code: &str) -> String {
    let Some(bucket) = bucket_of(account) else { return String::new() };
    let name = match (form, bucket) {
        (BooksForm::Hledger, MoneyBucket::Clearing) => "assets:bank",
        (BooksForm::Hledger, MoneyBucket::Receivable) => "assets:receivable",
        (BooksForm::Hledger, MoneyBucket::Suspense) => "liabilities:suspense",
        (BooksForm::Hledger, MoneyBucket::Available) => "liabilities:available",
        (BooksForm::Hledger, MoneyBucket::Reserved) => "liabilities:reserved",
        (BooksForm::Hledger, MoneyBucket::TownshipShare) => "liabilities:township-share",
        (BooksForm::Hledger, MoneyBucket::CentreShare) => "liabilities:centre-share",
        (BooksForm::Hledger, MoneyBucket::TreasuryShare) => "liabilities:treasury-share",
        (BooksForm::Beancount, MoneyBucket::Clearing) => "Assets:Bank",
        (BooksForm::Beancount, MoneyBucket::Receivable) => "Assets:Receivable",
        (BooksForm::Beancount, MoneyBucket::Suspense) => "Liabilities:Suspense",
        (BooksForm::Beancount, MoneyBucket::Available) => "Liabilities:Available",
        (BooksForm::Beancount, MoneyBucket::Reserved) => "Liabilities:Reserved",
        (BooksForm::Beancount, MoneyBucket::TownshipShare) => "Liabilities:Township-Share",
        (BooksForm::Beancount, MoneyBucket::CentreShare) => "Liabilities:Centre-Share",
        (BooksForm::Beancount, MoneyBucket::TreasuryShare) => "Liabilities:Treasury-Share",
    };
    if code.is_empty() { name.to_owned() } else { format!("{name}:{code}") }
}
