//! The parts of a camt.053 message that are read, by the names that the message gives them. Fields
//! of other versions that mean the same stand side by side.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Document {
    #[serde(rename = "BkToCstmrStmt")]
    pub(super) message: Message,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    #[serde(rename = "Stmt", default)]
    pub(super) statements: Vec<Stmt>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Stmt {
    #[serde(rename = "FrToDt")]
    pub(super) period: Option<Period>,
    #[serde(rename = "Acct")]
    pub(super) account: Account,
    #[serde(rename = "Bal", default)]
    pub(super) balances: Vec<Balance>,
    #[serde(rename = "Ntry", default)]
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Period {
    #[serde(rename = "FrDtTm", alias = "FrDt")]
    pub(super) from: String,
    #[serde(rename = "ToDtTm", alias = "ToDt")]
    pub(super) to: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    #[serde(rename = "Id")]
    pub(super) id: AccountId,
    #[serde(rename = "Ccy")]
    pub(super) currency: Option<String>,
}

/// Chinese accounts have no IBAN: theirs stands under `Othr/Id`.
#[derive(Debug, Deserialize)]
pub(super) struct AccountId {
    #[serde(rename = "IBAN")]
    pub(super) iban: Option<String>,
    #[serde(rename = "Othr")]
    pub(super) other: Option<OtherId>,
}

impl AccountId {
    pub(super) fn number(&self) -> Option<&str> {
        self.other.as_ref().map(|other| other.id.as_str()).or(self.iban.as_deref())
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct OtherId {
    #[serde(rename = "Id")]
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Balance {
    #[serde(rename = "Tp")]
    pub(super) kind: BalanceKind,
    #[serde(rename = "Amt")]
    pub(super) amount: Amount,
    #[serde(rename = "CdtDbtInd")]
    pub(super) side: String,
    #[serde(rename = "Dt")]
    pub(super) date: DateChoice,
}

#[derive(Debug, Deserialize)]
pub(super) struct BalanceKind {
    #[serde(rename = "CdOrPrtry")]
    pub(super) choice: Code,
}

#[derive(Debug, Deserialize)]
pub(super) struct Code {
    #[serde(rename = "Cd")]
    pub(super) code: Option<String>,
    /// Version 02 writes the code itself.
    #[serde(rename = "$text")]
    pub(super) text: Option<String>,
}

impl Code {
    pub(super) fn word(&self) -> &str {
        self.code.as_deref().or(self.text.as_deref()).unwrap_or_default().trim()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Amount {
    #[serde(rename = "@Ccy")]
    pub(super) currency: Option<String>,
    #[serde(rename = "$text")]
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct DateChoice {
    #[serde(rename = "Dt")]
    pub(super) day: Option<String>,
    #[serde(rename = "DtTm")]
    pub(super) moment: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "NtryRef")]
    pub(super) reference: Option<String>,
    #[serde(rename = "Amt")]
    pub(super) amount: Amount,
    #[serde(rename = "CdtDbtInd")]
    pub(super) side: String,
    #[serde(rename = "Sts")]
    pub(super) status: Option<Code>,
    #[serde(rename = "BookgDt")]
    pub(super) booked: Option<DateChoice>,
    #[serde(rename = "AcctSvcrRef")]
    pub(super) bank_reference: Option<String>,
    #[serde(rename = "NtryDtls", default)]
    pub(super) details: Vec<Details>,
    #[serde(rename = "AddtlNtryInf")]
    pub(super) more: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Details {
    #[serde(rename = "TxDtls", default)]
    pub(super) transactions: Vec<Transaction>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Transaction {
    #[serde(rename = "Refs")]
    pub(super) references: Option<References>,
    #[serde(rename = "Amt")]
    pub(super) amount: Option<Amount>,
    /// Where version 02 has the amount.
    #[serde(rename = "AmtDtls")]
    pub(super) amounts: Option<Amounts>,
    #[serde(rename = "CdtDbtInd")]
    pub(super) side: Option<String>,
    #[serde(rename = "RltdPties")]
    pub(super) parties: Option<Parties>,
    #[serde(rename = "RmtInf")]
    pub(super) remittance: Option<Remittance>,
    #[serde(rename = "AddtlTxInf")]
    pub(super) more: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct References {
    #[serde(rename = "AcctSvcrRef")]
    pub(super) bank: Option<String>,
    #[serde(rename = "EndToEndId")]
    pub(super) end_to_end: Option<String>,
    #[serde(rename = "TxId")]
    pub(super) transaction: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Amounts {
    #[serde(rename = "TxAmt")]
    pub(super) transaction: Option<TransactionAmount>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TransactionAmount {
    #[serde(rename = "Amt")]
    pub(super) amount: Amount,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Parties {
    #[serde(rename = "Dbtr")]
    pub(super) debtor: Option<Party>,
    #[serde(rename = "DbtrAcct")]
    pub(super) debtor_account: Option<Account>,
    #[serde(rename = "Cdtr")]
    pub(super) creditor: Option<Party>,
    #[serde(rename = "CdtrAcct")]
    pub(super) creditor_account: Option<Account>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Party {
    #[serde(rename = "Pty")]
    pub(super) party: Option<Named>,
    #[serde(rename = "Nm")]
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    #[serde(rename = "Nm")]
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Remittance {
    #[serde(rename = "Ustrd", default)]
    pub(super) texts: Vec<String>,
}
