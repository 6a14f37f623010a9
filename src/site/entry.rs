//! Logging in and out, and the language.

use crate::kernel::problem::{Answer, Language, Problem};
use crate::site::factor::{code_field, without_code};
use crate::web::pages::{Ask, Field, Form, Page, Pages, Sheet, Shown};

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::public("/language/{language}", language),
        Page::public("/login", login).with_form(),
        Page::public("/logout", logout).with_form(),
    ])
}

async fn login(ask: Ask) -> Answer<Shown> {
    let to = ask.query("to").to_owned();
    let Some(sent) = &ask.sent else {
        if ask.actor().is_some() {
            return Ok(Shown::see("/home"));
        }
        return Ok(form(&ask, &to, None).into());
    };
    let to = sent.text("to").to_owned();
    let body = sent.json(&["username", "password", "code"], &[]);
    match ask.keep_tokens("/api/v1/sessions", &body, inside(&to)).await {
        Ok(shown) => Ok(shown),
        Err(failure) => ask.again(failure, |problem| form(&ask, &to, problem)),
    }
}

/// Where to go on: a page of this site, or somebody's desk.
pub(super) fn inside(to: &str) -> &str {
    let inside = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    if inside { to } else { "/home" }
}

fn form(ask: &Ask, to: &str, problem: Option<&Problem>) -> Sheet {
    let fields = Form::post("/login", ask.t("登录", "Log in"))
        .field(
            Field::text("username", ask.t("用户名", "User name"))
                .required()
                .autocomplete("username"),
        )
        .field(Field::password("password", ask.t("密码", "Password")).required())
        .field(code_field(ask).hint(ask.t(
            "手机应用显示的 6 位数字；尚未绑定的留空。",
            "The six digits of your authenticator; empty if you have not set one up.",
        )))
        .hidden("to", to);
    let sheet = Sheet::new(ask.t("登录", "Log in")).lead(ask.t(
        "乡镇、运营中心、建设单位、财政等单位的工作人员在此登录。查看公开内容不需要登录。",
        "For officers of townships, the centre, developers and bureaus. What is public needs no login.",
    ));
    let sheet = match (ask.query("done"), problem) {
        ("password", None) => {
            sheet.good(ask.t("密码已修改，请重新登录。", "Your password is changed. Log in again."))
        }
        _ => sheet,
    };
    let sheet = match to.is_empty() || problem.is_some() {
        true => sheet,
        false => sheet.note(ask.t("请登录后继续。", "Log in to go on.")),
    };
    sheet.form(without_code(ask.filled(fields, problem))).text(ask.t(
        "忘记密码请联系系统管理员重置；手机遗失的，由系统管理员录入、安全管理员批准后解除动态验证码。",
        "If you forgot your password, ask the administrator to set another. If you lost your \
         telephone, the system and the security administrator take your second factor back.",
    ))
}

async fn logout(ask: Ask) -> Answer<Shown> {
    if ask.sent.is_some() {
        return ask.log_out("/").await;
    }
    let form = Form::post("/logout", ask.t("退出登录", "Log out"));
    Ok(Sheet::new(ask.t("退出登录", "Log out")).form(form).into())
}

async fn language(ask: Ask) -> Answer<Shown> {
    let language = match ask.part("language").as_str() {
        "en" => Language::English,
        "zh" => Language::Chinese,
        _ => return Err(crate::kernel::problem::Failure::not_found()),
    };
    Ok(ask.read_in(language, ask.query("back")))
}
