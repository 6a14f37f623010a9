//! Liens over HTTP.

mod claims;
mod insurance;
mod lender;
mod requests;
mod sales;
mod values;
mod views;

use crate::kernel::operations::Operations;

pub fn operations() -> Operations {
    requests::operations()
        .and(lender::operations())
        .and(sales::operations())
        .and(values::operations())
        .and(insurance::operations())
        .and(claims::operations())
}
