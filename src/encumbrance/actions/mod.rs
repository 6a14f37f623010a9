//! What people and the clock do to liens.

mod due;
mod insurance;
mod lender;
mod requests;
mod sales;
mod values;

pub use due::run_due;
pub(crate) use insurance::{
    RegisterPolicy, Verdict, decide_claim, insured_seen_by, open_claim, register_policy,
    replace_claim, visible_claim, visible_policy,
};
pub(crate) use insurance::{claim_paid, claim_to_pay};
pub(crate) use lender::{Extend, Register, Release, extend, register, release};
pub(crate) use requests::{
    EndRequest, Request, Wanted, ask, refuse, seen_by, sign, visible, withdraw,
};
pub(crate) use sales::{
    AcceptSale, AskSale, accept_sale, approve_sale, ask_sale, sales_of, visible_sale, withdraw_sale,
};
pub(crate) use values::{Valuation, value};

use crate::certification::{self, Batch};
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::BatchId;

fn batch_of(c: &mut Conn, id: BatchId) -> Answer<Batch> {
    let batches = certification::batches(c, &[id])?;
    batches.into_iter().next().ok_or_else(Failure::not_found)
}
