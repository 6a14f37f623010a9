//! Where somebody comes after logging in.

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::words::word;
use crate::web::pages::{Ask, Link, Page, Pages, Sheet, Shown, cell};

pub(super) fn pages() -> Pages {
    Pages::of(vec![Page::of_roles("/home", Role::ALL, home)])
}

async fn home(ask: Ask) -> Answer<Shown> {
    match ask.actor().map(|actor| actor.role) {
        Some(Role::TownshipOfficer) => return Ok(Shown::see("/township")),
        Some(Role::CentreOfficer | Role::CentreDirector) => return Ok(Shown::see("/centre")),
        Some(Role::ForestryOfficer) => return Ok(Shown::see("/forestry")),
        Some(Role::Assessor) => return Ok(Shown::see("/expert")),
        Some(Role::Developer | Role::DeveloperDirector) => return Ok(Shown::see("/developer")),
        Some(Role::FinanceOfficer | Role::FinanceDirector) => return Ok(Shown::see("/finance")),
        Some(Role::Auditor | Role::AuditAdministrator) => return Ok(Shown::see("/auditor")),
        Some(Role::Administrator) => return Ok(Shown::see("/administrator")),
        Some(Role::SecurityAdministrator) => return Ok(Shown::see("/security")),
        Some(Role::BankOfficer) => return Ok(Shown::see("/bank")),
        Some(Role::InsurerOfficer) => return Ok(Shown::see("/insurer")),
        _ => {}
    }
    let me = ask.get("/api/v1/me").await?;
    Ok(Sheet::new(ask.t("我的工作台", "My desk"))
        .facts(vec![
            (ask.t("姓名", "Name"), cell(me.text("user/display_name"))),
            (ask.t("单位", "Organisation"), cell(me.text("organisation/name"))),
            (ask.t("岗位", "Role"), cell(word(&ask.say, &me.text("user/role")))),
        ])
        .note(ask.t(
            "您岗位的业务通过接口办理；公开内容可在本网站查看。",
            "Your role works by the API; what is public can be read here.",
        ))
        .links(vec![
            Link::to("/notices", ask.t("公示", "Public notices")).strong(),
            Link::to("/docs/", ask.t("接口文档", "API documentation")),
        ])
        .into())
}
