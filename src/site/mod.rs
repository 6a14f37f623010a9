//! The site: what each person of the exchange sees and does in a browser.
//!
//! It stands below all capabilities, since a person's page shows several of them together, and uses
//! none of them: it reads and acts by the operations of the API alone, as [`crate::web::pages`] puts
//! them. So it has no store, no rules and no actions; what may be seen and done is decided once.
//!
//! `public` needs no login; each other file holds the pages of one kind of person. `words` says the
//! words of states and kinds in both languages, `chart` draws the prices, `parts` holds what pages of
//! several people are made of; `auctions`, `transfers`, `pledges` and `insurance` are alike for sellers and buyers.

mod acts;
mod administrator;
mod auctions;
mod auditor;
mod bank;
mod casework;
mod centre;
mod chart;
mod desk;
mod developer;
mod entry;
mod experts;
mod factor;
mod finance;
mod forestry;
mod insurance;
mod insurer;
mod parts;
mod password;
mod places;
mod pledges;
mod public;
mod security;
mod township;
mod transfers;
mod who;
mod words;

use crate::kernel::actor::Role;
use crate::web::pages::{Link, Pages, Say, Site};

pub use words::word;

/// Every page, in reading order.
pub fn pages() -> Pages {
    [
        public::pages(),
        entry::pages(),
        factor::pages(),
        password::pages(),
        desk::pages(),
        township::pages(),
        centre::pages(),
        forestry::pages(),
        experts::pages(),
        developer::pages(),
        finance::pages(),
        auditor::pages(),
        administrator::pages(),
        security::pages(),
        bank::pages(),
        insurer::pages(),
    ]
    .into_iter()
    .fold(Pages::of(Vec::new()), Pages::and)
}

/// Every command that pages of casework give: where it stands, its operation, and who gives it.
pub fn commands() -> Vec<Command> {
    let cases = [centre::CASES, finance::CASES, forestry::CASES, township::CASES];
    let cases = cases.into_iter().flatten();
    let of_cases = cases.flat_map(|case| {
        case.deeds.iter().map(|deed| Command {
            noun: case.noun,
            name: deed.name,
            operation: deed.to,
            roles: deed.roles,
        })
    });
    let begun = beginnings().into_iter().map(|deed| Command {
        noun: "new",
        name: deed.name,
        operation: deed.to,
        roles: deed.roles,
    });
    of_cases.chain(begun).collect()
}

/// A command as a test compares it with the operations of the API.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// What it is about, as the addresses say it, and its own word there.
    pub noun: &'static str,
    pub name: &'static str,
    /// The path of its operation.
    pub operation: &'static str,
    pub roles: &'static [Role],
}

/// The commands that begin something.
fn beginnings() -> Vec<casework::Deed> {
    [centre::BEGIN, finance::BEGIN, forestry::BEGIN].concat()
}

/// What surrounds every page.
pub fn site() -> Site {
    Site {
        pages,
        ways,
        footer,
        name: ("湿地占补平衡指标交易平台", "Wetland Offset Credit Exchange"),
    }
}

/// The ways of the header: a person's own first.
fn ways(say: &Say, role: Option<Role>) -> Vec<Link> {
    let link = |href: &str, chinese, english| Link::to(href, say.t(chinese, english));
    let mut ways = match role {
        Some(Role::TownshipOfficer) => vec![
            link("/township", "我的工作台", "My desk"),
            link("/township/parcels", "我的地块", "My parcels"),
            link("/township/surveys", "摸底任务", "Surveys"),
            link("/township/projects", "修复项目", "Projects"),
            link("/township/objections", "异议", "Objections"),
            link("/township/credits", "我的指标", "My credits"),
            link("/township/listings", "我的挂牌", "My listings"),
            link("/township/auctions", "我的竞价", "My auctions"),
            link("/township/transfers", "协议转让", "Negotiated"),
            link("/township/pledges", "质押", "Pledges"),
            link("/township/shares", "分成收入", "Our share"),
        ],
        Some(Role::CentreOfficer | Role::CentreDirector) => vec![
            link("/centre", "我的工作台", "My desk"),
            link("/centre/projects", "修复项目", "Projects"),
            link("/centre/surveys", "摸底任务", "Surveys"),
            link("/centre/objections", "异议", "Objections"),
            link("/centre/draws", "专家摇号", "Panels"),
            link("/centre/applications", "核算认定", "Certification"),
            link("/centre/batches", "批次与释放", "Releases"),
            link("/centre/freezes", "冻结", "Freezes"),
        ],
        Some(Role::ForestryOfficer) => vec![
            link("/forestry", "我的工作台", "My desk"),
            link("/forestry/occupations", "占用审批", "Occupations"),
            link("/forestry/retirements", "核销审核", "Retirements"),
            link("/forestry/cases", "违法案件", "Cases"),
            link("/forestry/draws", "专家摇号", "Panels"),
        ],
        Some(Role::Assessor) => vec![
            link("/expert", "我的工作台", "My desk"),
            link("/expert/draws", "专家摇号", "Panels"),
            link("/expert/experts", "专家库", "Pool of experts"),
        ],
        Some(Role::Developer | Role::DeveloperDirector) => vec![
            link("/developer", "我的工作台", "My desk"),
            link("/developer/occupations", "占用申请", "Applications"),
            link("/developer/orders", "我的买单", "My orders"),
            link("/developer/auctions", "我的竞价", "My auctions"),
            link("/developer/transfers", "协议转让", "Negotiated"),
            link("/developer/deposits", "缴款与退款", "Money"),
            link("/developer/retirements", "核销与证明", "Retirements"),
            link("/developer/pledges", "质押", "Pledges"),
        ],
        Some(Role::FinanceOfficer | Role::FinanceDirector) => vec![
            link("/finance", "我的工作台", "My desk"),
            link("/finance/statements", "银行流水", "Statements"),
            link("/finance/reconciliation", "对账", "Reconciliation"),
            link("/finance/exceptions", "异常", "Exceptions"),
            link("/finance/payouts", "拨付", "Payouts"),
            link("/finance/closes", "结账", "Closing"),
            link("/finance/downloads", "报表下载", "Downloads"),
        ],
        Some(Role::Auditor | Role::AuditAdministrator) => vec![
            link("/auditor", "我的工作台", "My desk"),
            link("/auditor/entries", "审计日志", "Audit log"),
            link("/auditor/verification", "验证", "Verify"),
        ],
        Some(Role::Administrator) => vec![
            link("/administrator", "我的工作台", "My desk"),
            link("/administrator/organisations", "单位", "Organisations"),
            link("/administrator/users", "人员", "People"),
        ],
        Some(Role::SecurityAdministrator) => vec![
            link("/security", "我的工作台", "My desk"),
            link("/security/grants", "授权记录", "Roles given"),
        ],
        Some(Role::BankOfficer) => vec![link("/bank", "质押", "Pledges")],
        Some(Role::InsurerOfficer) => {
            vec![link("/insurer", "保单", "Policies"), link("/insurer/claims", "索赔", "Claims")]
        }
        _ => Vec::new(),
    };
    ways.extend([
        link("/listings", "挂牌", "Listings"),
        link("/auctions", "竞价", "Auctions"),
        link("/demand", "求购", "Demand"),
        link("/prices", "价格指数", "Prices"),
        link("/trades", "成交", "Trades"),
        link("/notices", "公示", "Notices"),
        link("/map", "地图", "Map"),
        link("/batches", "指标批次", "Batches"),
        link("/retirements", "核销", "Retired"),
        link("/certificate-check", "证明核验", "Check a certificate"),
    ]);
    ways
}

fn footer(say: &Say) -> Vec<Link> {
    let link = |href: &str, chinese, english| Link::to(href, say.t(chinese, english));
    vec![
        link("/about", "平台说明", "About"),
        link("/rules", "规则说明", "The rules in plain words"),
        link("/second-factor", "账号安全", "My second factor"),
        link("/password", "修改密码", "My password"),
        link("/open-data", "开放数据", "Open data"),
        link("/checkpoints", "审计检查点", "Checkpoints"),
        link("/objections", "异议查询", "Follow an objection"),
        link("/docs/", "接口文档", "API"),
    ]
}
