//! Pledges of which the county's share is security: the director signs for the treasury.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::bank::view::{detail, table};
use crate::web::pages::{Ask, Facts, Form, Sheet, Shown};

pub(super) async fn pledges(ask: Ask) -> Answer<Shown> {
    let list =
        ask.get(&format!("/api/v1/pledges?limit=50{}", ask.passed(&["state", "cursor"]))).await?;
    Ok(Sheet::new(ask.t("质押", "Pledges"))
        .lead(ask.t(
            "以县财政分成作还款来源的质押，须负责人签字后银行才能登记。",
            "Where the treasury's share secures a loan, the director signs before the bank registers.",
        ))
        .form(crate::site::bank::view::filter(&ask, "/finance/pledges"))
        .table(table(&ask, &list, "/finance/pledges"))
        .into())
}

pub(super) async fn pledge(ask: Ask) -> Answer<Shown> {
    let id = ask.part("pledge_id");
    let path = format!("/api/v1/pledges/{id}");
    let one = ask.get(&path).await?;
    if ask.sent.is_none() {
        return Ok(shown(&ask, &one, None).into());
    }
    match ask.act(&format!("{path}/treasury-signature")).await {
        Ok(_) => Ok(Shown::see(format!("/finance/pledges/{id}?done=1"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &one, problem)),
    }
}

fn shown(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let sheet = detail(ask, one, ("/finance/pledges", ask.t("质押", "Pledges")));
    let of_treasury = one.items("shares").iter().any(|share| share.text("") == "treasury_share");
    let waits = one.text("state") == "requested" && of_treasury && !one.yes("treasury_signed");
    if !waits {
        return sheet;
    }
    if ask.actor().is_none_or(|actor| actor.role != Role::FinanceDirector) {
        return sheet.note(ask.t("等待财政局负责人签字。", "The director signs for the treasury."));
    }
    let legend = format!(
        "{} {}",
        ask.t("以县财政分成作还款来源，贷款", "The treasury's share secures a loan of"),
        ask.say.yuan(&one.text("amount")),
    );
    let form = Form::post(ask.path(), ask.t("代表县财政签字", "Sign for the treasury"))
        .legend(legend)
        .once(ask.sent.as_ref());
    sheet.form(match problem {
        Some(problem) => form.refused(problem, &ask.say),
        None => form,
    })
}
