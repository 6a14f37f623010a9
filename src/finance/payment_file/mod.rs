//! The files by which a bank is told to pay an approved batch: its own table, or ISO 20022's
//! pain.001. The same batch gives the same bytes however often it is asked for, and every payment
//! carries its payout's number, by which the bank's statement brings it back.

mod pain;
mod table;

pub(super) use self::pain::pain_001;
pub(super) use self::table::{STANDARD, check_columns, table};
use super::model::TableEncoding;
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;

/// What a bank is to pay from one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PaymentOrder {
    /// The batch's number with its county, known to nobody else.
    pub(super) id: String,
    /// When the batch was approved.
    pub(super) ordered_at: Time,
    pub(super) payer_name: String,
    pub(super) payer_account: String,
    pub(super) payer_bank: String,
    pub(super) payments: Vec<Payment>,
}

/// One payment of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payment {
    pub(super) number: String,
    pub(super) payee_name: String,
    pub(super) payee_account: String,
    pub(super) payee_bank: Option<String>,
    pub(super) amount: Fen,
    /// What the payee reads.
    pub(super) purpose: String,
}

/// The table of a bank that has no template of its own here.
pub(super) const STANDARD_ENCODING: TableEncoding = TableEncoding::Utf8Bom;

#[cfg(test)]
mod samples {
    use super::*;

    /// An order of two payments with everything that makes trouble in names.
    pub(super) fn example() -> PaymentOrder {
        let payment = |number: &str, name: &str, fen: i64| Payment {
            number: number.into(),
            payee_name: name.into(),
            payee_account: "1502999909000000021".into(),
            payee_bank: Some("赣鄱示例银行进贤支行".into()),
            amount: Fen::of(fen).unwrap(),
            purpose: format!("{number} 乡镇工作经费"),
        };
        PaymentOrder {
            id: "360124-PB-2023-0001".into(),
            ordered_at: Time::in_shanghai("2023-09-04".parse().unwrap(), 9),
            payer_name: "进贤县湿地资源运营中心交易费用管理账户".into(),
            payer_account: "1502999909000000001".into(),
            payer_bank: "赣鄱示例银行进贤支行".into(),
            payments: vec![
                payment("PO-2023-0001", "五里垦殖场 <A&B> \"湿地\"", 28_825_200),
                payment("PO-2023-0002", "=HYPERLINK(1)", 1),
            ],
        }
    }
}
