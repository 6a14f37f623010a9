//! Several forms on one page, of which one was sent.

use crate::kernel::problem::Problem;
use crate::web::pages::{Ask, Form};

/// The form of one act: if it is the one that was sent, it keeps its values and says what is wrong.
pub(super) fn act(ask: &Ask, name: &str, form: Form, problem: Option<&Problem>) -> Form {
    let form = form.hidden("act", name);
    match &ask.sent {
        Some(sent) if sent.text("act") == name => ask.filled(form, problem).once(Some(sent)),
        _ => form.once(None),
    }
}
