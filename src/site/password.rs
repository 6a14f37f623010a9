//! One's own password.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::web::pages::{Ask, Field, Form, Link, Page, Pages, Sheet, Shown};

pub(super) fn pages() -> Pages {
    Pages::of(vec![Page::of_roles("/password", Role::ALL, password).own_account().with_form()])
}

async fn password(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(form(&ask, None).into()) };
    let body = sent.json(&["current_password", "new_password"], &[]);
    match ask.post("/api/v1/me/password", &body).await {
        // All sessions are over, this one too.
        Ok(_) => Ok(Shown::see("/login?to=%2Fhome")),
        Err(failure) => ask.again(failure, |problem| form(&ask, problem)),
    }
}

fn form(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let fields = Form::post("/password", ask.t("修改密码", "Change it"))
        .field(
            Field::password("current_password", ask.t("现密码", "Present password"))
                .required()
                .autocomplete("current-password"),
        )
        .field(
            Field::password("new_password", ask.t("新密码", "New password"))
                .required()
                .autocomplete("new-password")
                .hint(ask.t(
                    "12 至 128 个字符，不易被猜到。",
                    "12 to 128 characters that are not easily guessed.",
                )),
        )
        .back(Link::to("/home", ask.t("返回", "Back")));
    let mut form = ask.filled(fields, problem);
    for field in &mut form.fields {
        field.value.clear();
    }
    Sheet::new(ask.t("修改密码", "Change your password"))
        .lead(ask.t(
            "修改后所有登录立即失效，请用新密码重新登录。",
            "All your sessions end with it; log in again with the new password.",
        ))
        .form(form)
}
