//! What the ledger's refusals look like on the wire.

use actix_web::http::StatusCode;

use super::books::CannotPost;
use super::lien::CreditsPledged;
use crate::kernel::problem::{Failure, Problem, Refusal};

impl Refusal for CreditsPledged {
    fn code(&self) -> &'static str {
        "credits-pledged"
    }

    fn status(&self) -> StatusCode {
        StatusCode::CONFLICT
    }

    fn chinese(&self) -> String {
        let Self { available_m2, pledged_m2, asked_m2 } = self;
        format!("R44：可用 {available_m2} m²，已质押 {pledged_m2} m²，无法动用 {asked_m2} m²")
    }
}

impl From<CannotPost> for Failure {
    fn from(refusal: CannotPost) -> Self {
        let english = refusal.to_string();
        let (code, chinese) = match refusal {
            CannotPost::NotEnough { bucket, held, asked } => {
                ("not-enough", format!("需要 {asked}，{}仅有 {held}", bucket_in_chinese(bucket)))
            }
            CannotPost::NotThere { first, last } => {
                ("serials-not-there", format!("编号 {first} 至 {last} 不全在该账户中"))
            }
            CannotPost::Final { bucket } => {
                ("final-state", format!("{}的指标不能再转出", bucket_in_chinese(bucket)))
            }
            CannotPost::Closed { on, through } => (
                "period-closed",
                format!("本账户已结账至 {through}，{on} 在已结账期内，不能再入账"),
            ),
            CannotPost::Fault(invariant) => return Self::broken(invariant),
        };
        Self::Refused(Problem::new(StatusCode::CONFLICT, code, &english, &chinese))
    }
}

fn bucket_in_chinese(bucket: &str) -> &'static str {
    match bucket {
        "available" => "可用",
        "reserved" => "已锁定",
        "township_share" => "乡镇工作经费",
        "centre_share" => "中心管理经费",
        "treasury_share" => "县财政",
        "clearing" => "银行账户",
        "suspense" => "暂收款",
        "receivable" => "应收款",
        "unreleased" => "未释放",
        "buffer" => "缓冲储备",
        "pledged" => "已质押",
        "frozen" => "已冻结",
        "retired" => "已核销",
        "cancelled" => "已注销",
        _ => "账户",
    }
}
