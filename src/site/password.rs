//! One's own password.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, FieldError, Problem};
use crate::web::pages::{Ask, Field, Form, Link, Page, Pages, Sheet, Shown};

pub(super) fn pages() -> Pages {
    Pages::of(vec![Page::of_roles("/password", Role::ALL, password).own_account().with_form()])
}

async fn password(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, None).into()) };
    let done = match sent.text("new_password") == sent.text("again") {
        true => {
            let body = sent.json(&["current_password", "new_password"], &[]);
            ask.post("/api/v1/me/password", &body).await
        }
        false => Err(Failure::Refused(not_the_same())),
    };
    match done {
        // All sessions are over, this one among them.
        Ok(_) => ask.log_out("/login?done=password").await,
        Err(failure) => ask.again(failure, |problem| shown(&ask, problem)),
    }
}

fn not_the_same() -> Problem {
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    let english = "the new password was not typed alike twice";
    let chinese = "两次输入的新密码不一致";
    Problem::new(status, "passwords-differ", english, chinese).with_errors(vec![FieldError {
        pointer: "/again".to_owned(),
        code: "passwords-differ".to_owned(),
        message: english.to_owned(),
    }])
}

fn shown(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let form = Form::post("/password", ask.t("修改密码", "Change it"))
        .field(
            Field::password("current_password", ask.t("现在的密码", "Present password"))
                .required()
                .autocomplete("current-password"),
        )
        .field(
            Field::password("new_password", ask.t("新密码", "New password"))
                .required()
                .autocomplete("new-password")
                .hint(ask.t(
                    "12 至 128 个字符，不用常见的密码。",
                    "12 to 128 characters, no usual one.",
                )),
        )
        .field(
            Field::password("again", ask.t("再输入一次新密码", "New password once more"))
                .required()
                .autocomplete("new-password"),
        )
        .back(Link::to("/home", ask.t("返回工作台", "To my desk")));
    let form = ask.filled(form, problem);
    Sheet::new(ask.t("修改密码", "Change my password"))
        .lead(ask.t(
            "修改后在所有设备上退出登录，请用新密码重新登录。",
            "You are logged out everywhere after it, and log in with the new one.",
        ))
        .form(form)
}
