//! One's own second factor: set up with an authenticator app, and asked for again before approvals.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use serde_json::json;

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::entry::inside;
use crate::web::pages::{Ask, Block, Field, Form, Link, Page, Pages, Sheet, Shown, cell};

/// White around a code, in squares.
const QUIET: usize = 4;

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/second-factor", Role::ALL, second_factor).own_account().with_form(),
        Page::of_roles("/confirm-code", Role::ALL, confirm_code).with_form(),
    ])
}

async fn second_factor(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else {
        let to = ask.query("to").to_owned();
        return standing(&ask, &to).await;
    };
    let to = sent.text("to").to_owned();
    if !sent.has("code") && !sent.has("begun") {
        let begun = ask.act("/api/v1/me/second-factor").await?;
        let (secret, address) = (begun.text("secret"), begun.text("otpauth_url"));
        return Ok(shown_once(&ask, &secret, &address, &to).into());
    }
    let body = json!({ "code": sent.text("code") });
    let confirmation = "/api/v1/me/second-factor/confirmation";
    match ask.keep_tokens(confirmation, &body, inside(&to)).await {
        Ok(shown) => Ok(shown),
        Err(failure) => ask.again(failure, |problem| {
            let again = ask.t(
                "请用刚才扫码添加的条目显示的下一个验证码再试；若已删除该条目，请重新开始。",
                "Try the next code of the entry that you have just added. If it is gone, begin again.",
            );
            titled(&ask).note(again).form(code_form(&ask, &to, problem)).links(vec![Link::to(
                "/second-factor",
                ask.t("重新开始", "Begin again"),
            )])
        }),
    }
}

/// How it stands, and what to do about it.
async fn standing(ask: &Ask, to: &str) -> Answer<Shown> {
    let now = ask.get("/api/v1/me/second-factor").await?;
    let confirmed = now.text("confirmed_at");
    if !confirmed.is_empty() {
        let since = ask.say.time(&confirmed);
        let facts = vec![
            (ask.t("状态", "State"), cell(ask.t("已绑定", "In force"))),
            (ask.t("绑定时间", "Since"), cell(since)),
        ];
        return Ok(titled(ask)
            .good(ask.t("您的动态验证码已生效。", "Your second factor is in force."))
            .facts(facts)
            .text(ask.t(
                "手机遗失或更换时，请联系系统管理员；解除绑定由系统管理员录入、安全管理员批准。",
                "If you lose or change your telephone, tell the system administrator; the \
                 security administrator approves that your second factor is taken back.",
            ))
            .links(vec![Link::to("/home", ask.t("返回工作台", "To my desk")).strong()])
            .into());
    }
    let why = match now.text("needed").as_str() {
        "true" => ask.t(
            "您的岗位须绑定动态验证码后才能办理业务。此后每次登录除密码外还须输入验证码。",
            "Your role needs a second factor before you can work. From then on every login takes a \
             code beside the password.",
        ),
        _ => ask.t(
            "您的岗位可以不绑定动态验证码；绑定后每次登录都须输入验证码。",
            "Your role may do without a second factor; once set up, every login takes a code.",
        ),
    };
    let begin = Form::post("/second-factor", ask.t("开始绑定", "Begin")).hidden("to", to);
    Ok(titled(ask)
        .lead(why)
        .list(vec![
            cell(ask.t(
                "在手机上安装任一动态验证码应用（支持 TOTP 标准即可）。",
                "Have any authenticator app (TOTP) on your telephone.",
            )),
            cell(ask.t(
                "点击“开始绑定”，用应用扫描二维码，或手工输入密钥。",
                "Press “Begin”, scan the code with the app, or type the secret.",
            )),
            cell(ask.t(
                "输入应用显示的 6 位验证码，完成绑定。",
                "Enter the six digits that the app shows.",
            )),
        ])
        .form(begin)
        .into())
}

/// The secret, which no page shows a second time.
fn shown_once(ask: &Ask, secret: &str, address: &str, to: &str) -> Sheet {
    let sheet = titled(ask).note(ask.t(
        "二维码和密钥只显示这一次，请勿截图或告知他人。",
        "The code and the secret are shown this once. Keep them to yourself.",
    ));
    let sheet = match drawn(address, ask.t("绑定用二维码", "Code to scan")) {
        Some(svg) => sheet.block(Block::Picture {
            svg,
            caption: ask.t("用动态验证码应用扫描", "Scan it with your app").to_owned(),
            zoom: false,
        }),
        None => sheet,
    };
    let letters: Vec<char> = secret.chars().collect();
    let fours: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    sheet
        .facts(vec![
            (ask.t("密钥（手工输入用）", "Secret, for typing"), cell(fours.join(" "))),
            (
                ask.t("类型", "Kind"),
                cell(ask.t("基于时间，6 位，30 秒", "by time, 6 digits, 30 seconds")),
            ),
        ])
        .form(code_form(ask, to, None))
}

fn titled(ask: &Ask) -> Sheet {
    Sheet::new(ask.t("动态验证码", "Second factor"))
}

fn code_form(ask: &Ask, to: &str, problem: Option<&Problem>) -> Form {
    let form = Form::post("/second-factor", ask.t("完成绑定", "Put it into force"))
        .field(code_field(ask).required())
        .hidden("begun", "1")
        .hidden("to", to);
    without_code(ask.filled(form, problem))
}

/// A code that was sent is worth nothing any more.
pub(super) fn without_code(mut form: Form) -> Form {
    for field in form.fields.iter_mut().filter(|field| field.name == "code") {
        field.value.clear();
    }
    form
}

/// The field for a code, here and at the login.
pub(super) fn code_field(ask: &Ask) -> Field {
    Field::text("code", ask.t("动态验证码", "Code of your app")).autocomplete("one-time-code")
}

async fn confirm_code(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else {
        let to = ask.query("to").to_owned();
        return Ok(fresh(&ask, &to, None).into());
    };
    let to = sent.text("to").to_owned();
    let body = json!({ "code": sent.text("code") });
    match ask.keep_tokens("/api/v1/session/second-factor", &body, inside(&to)).await {
        Ok(shown) => Ok(shown),
        Err(failure) => ask.again(failure, |problem| fresh(&ask, &to, problem)),
    }
}

fn fresh(ask: &Ask, to: &str, problem: Option<&Problem>) -> Sheet {
    let form = Form::post("/confirm-code", ask.t("核验并继续", "Confirm and go on"))
        .field(code_field(ask).required())
        .hidden("to", to)
        .back(Link::to(inside(to), ask.t("返回", "Back")));
    Sheet::new(ask.t("核验动态验证码", "Confirm that it is you"))
        .lead(ask.t(
            "审批须在 5 分钟内核验过一次动态验证码。核验后回到原页面，请再次提交审批。",
            "An approval needs a code of the last five minutes. You then come back to the page that \
             you were on, where you approve again.",
        ))
        .form(without_code(ask.filled(form, problem)))
}

/// The QR code as squares; nothing where the text is too long for one.
fn drawn(text: &str, title: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (inner, side) = (code.width(), code.width() + 2 * QUIET);
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % inner + QUIET, at / inner + QUIET));
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"240\" \
         height=\"240\" role=\"img\" shape-rendering=\"crispEdges\"><title>{title}</title>\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}
