//! What `verify` is to know of identity's tables.

use crate::audit::{Plan, Undigested};

/// All rows have digests but those of failed logins.
pub fn plan() -> Plan {
    let undigested = Undigested {
        table: "login_failures",
        because: "they are forgotten after a quiet time; the log keeps their count by minute",
    };
    Plan { undigested: vec![undigested], ..Plan::default() }
}
