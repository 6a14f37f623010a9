//! Finance, the administrator, the bank and the insurer at their desks, with forms alone.

use reqwest::StatusCode;
use serde_json::json;
use wetland_exchange::kernel::clock::Time;

use super::browser::{Browser, value_of};
use super::stories::{has, link};
use super::walk::Walk;
use crate::encumbrance::{ask, held, request};
use crate::finance::desk::{Desk, Row};
use crate::market::fair::Fair;
use crate::support::{ADMINISTRATOR, Reply, SECURITY};

/// Sends a form that shows the key of its own form, of which a page has several.
async fn act(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> Reply {
    let shown = browser.get(page).await;
    let token = value_of(&shown.text, "form_token");
    let key = uuid::Uuid::now_v7().to_string();
    let mut all = vec![("form_token", token.as_str()), ("key", key.as_str())];
    all.extend(fields);
    browser.post_raw(page, &all).await
}

#[track_caller]
fn went(answer: &Reply) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

on_both_engines! {
    async fn finance_assigns_gives_back_and_corrects(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let rows = [Row::new("S1", 10_000, "没有缴款码"), Row::new("S2", 500, "没有缴款码")];
        desk.import(desk.file(0, &rows)).await;
        let peng = Browser::of(&desk.town, "peng.haoran").await;
        has(&peng.get("/finance").await.text, "2 条流水异常待处理");
        let list = peng.get("/finance/exceptions").await;
        let page = link(&list.text, "/finance/exceptions/");
        let other = link(list.text.split_once(&page).unwrap().1, "/finance/exceptions/");
        let (large, small) = match peng.get(&page).await.text.contains("100.00 元") {
            true => (page, other),
            false => (other, page),
        };

        // What is missing is said in the reader's language, in the form that was sent.
        let none = act(&peng, &large, &[("act", "assign"), ("amount", "viel"), ("reason", "来函")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&none.text, "请填写金额（元），最多两位小数");
        has(&none.text, "value=\"viel\"");
        went(&act(&peng, &large, &[("act", "own"), ("said", "我来查")]).await);
        has(&peng.get(&large).await.text, "我来查");
        let dev01 = desk.organisation("DEV01").await.to_string();
        let to = [("act", "assign"), ("amount", "100.00"), ("organisation_id", &*dev01), ("reason", "来函说明")];
        went(&act(&peng, &large, &to).await);
        let done = peng.get(&large).await;
        has(&done.text, "已处理");
        has(&done.text, "来函说明");

        let back = went(&act(&peng, &small, &[("act", "return"), ("reason", "不是交易资金")]).await);
        has(&peng.get(&back).await.text, "5.00 元");
        let shen = Browser::of(&desk.town, "shen.yutong").await;
        let page = back.split('?').next().unwrap();
        went(&act(&shen, page, &[("act", "approve")]).await);
        let approved = shen.get(page).await;
        has(&approved.text, "收款账户未在受信名单中");
        assert!(!approved.text.contains(&format!("{page}/order")), "{}", approved.text);
        desk.town.clock.set(Time::in_shanghai("2026-09-04".parse().unwrap(), 12));
        let (peng, shen) = (
            Browser::of(&desk.town, "peng.haoran").await,
            Browser::of(&desk.town, "shen.yutong").await,
        );
        let approved = shen.get(page).await;
        let order = shen.get(&link(&approved.text, &format!("{page}/order"))).await;
        has(&order.text, "pain.001");

        let deposits = peng.get("/finance/deposits").await;
        let wrong = link(&deposits.text, "/finance/new-correction").replace("&amp;", "&").replace("&#38;", "&");
        let form = peng.get(&wrong).await;
        let subject = value_after(&form.text, "id=\"subject_id\"");
        let fields = [("kind", "deposit"), ("subject_id", &*subject), ("reason", "认领错了")];
        let entered = went(&act(&peng, "/finance/new-correction", &fields).await);
        let page = entered.split('?').next().unwrap();
        // Who entered it finds no button; the director does.
        assert!(!peng.get(page).await.text.contains("value=\"approve\""));
        went(&act(&shen, page, &[("act", "approve")]).await);
        has(&shen.get(page).await.text, "已冲正");
        desk.town.verify().await;
    }

    async fn finance_pays_a_refund_and_a_run_and_takes_the_files(town: Town) {
        let walk = Walk::prepare(town).await;
        let peng = Browser::of(walk.town(), "peng.haoran").await;
        has(&peng.get("/finance/refunds").await.text, "10.00 元");
        let page = format!("/finance/refunds/{}", walk.id("refund_id"));
        let payout = went(&peng.post(&page, &[]).await);
        has(&peng.get(&payout).await.text, "10.00 元");
        let page = format!("/finance/secured/{}", walk.id("proceeds_id"));
        let refused = peng.post(&page, &[]).await;
        // The lender's account is not known yet, which the form says.
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        has(&refused.text, "role=\"alert\"");
        let elsewhere = walk.site.fair.desk.organisation("AUD01").await;
        has(&peng.get(&format!("/finance/accounts/{elsewhere}")).await.text, "本县不向该单位付款");
        let lender = walk.site.fair.desk.organisation("BNK02").await;
        let account = format!("/finance/accounts/{lender}");
        let change = [("act", "change"), ("number", "6228480000000077"), ("bank_name", "抚河示例农村商业银行"), ("reason", "来函")];
        went(&act(&peng, &account, &change).await);
        let shen = Browser::of(walk.town(), "shen.yutong").await;
        went(&act(&shen, &account, &[("act", "approve")]).await);
        let payout = went(&peng.post(&page, &[]).await);
        has(&peng.get(&payout).await.text, "1,000.00 元");
        let spend = [
            ("purpose", "restoration_cost"), ("amount", "1"), ("spent_on", "2023-08-25"),
            ("payee", "施工单位"), ("number", "记-1"), ("issued_on", "2023-08-25"),
        ];
        let refused = peng.post("/finance/spending", &spend).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&refused.text, "施工单位");
        let sheets = peng.get("/finance/downloads?from=2023-08-01&to=2023-08-31").await;
        has(&sheets.text, "期末余额大写");
        for (file, kind) in [
            ("statement.pdf", "application/pdf"),
            ("statement.csv", "text/csv"),
            ("vouchers.csv", "text/csv"),
            ("lines.csv", "text/csv"),
            ("books.hledger", "text/plain"),
            ("books.beancount", "text/plain"),
        ] {
            let path = format!("/finance/files/{file}?from=2023-08-01&to=2023-08-31");
            let answer = peng.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{file}: {}", answer.text);
            assert!(answer.header("content-type").starts_with(kind), "{file}");
            assert!(answer.header("content-disposition").starts_with("attachment"), "{file}");
        }
        assert_eq!(peng.get("/finance/files/other").await.status, StatusCode::NOT_FOUND);
        let mapping = [("bank", "示例银行"), ("name", "网银导出"), ("date", "日期"), ("balance", "余额"), ("amount", "金额"), ("direction", "借贷"), ("own_account", "账号")];
        let kept = peng.post("/finance/mappings", &mapping).await;
        has(&peng.get(&went(&kept)).await.text, "网银导出");
    }

    async fn a_large_statement_is_booked_while_its_page_tells_how_far_it_is(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let text = "货款".repeat(40);
        let rows: Vec<Row> = (0..4_500).map(|n| Row::new(&format!("S{n}"), 100, &text)).collect();
        let file = desk.file(0, &rows);
        assert!(file.len() > 1 << 20, "{}", file.len());
        let peng = Browser::of(&desk.town, "peng.haoran").await;
        let sent = peng.upload("/finance/statements", &[("act", "book")], ("大文件.csv", &file)).await;
        let page = went(&sent);
        let shown = peng.get(&page).await;
        has(&shown.text, "<progress");
        has(&shown.text, "data-reload");
        let stop = page.split('?').next().unwrap();
        has(&peng.post(stop, &[]).await.text, "id=\"reason-error\"");
        went(&peng.post(stop, &[("reason", "选错了文件")]).await);
        let stopped = peng.get(stop).await;
        has(&stopped.text, "选错了文件");
        assert!(!stopped.text.contains("data-reload"));
    }

    async fn the_administrator_adds_changes_and_ends_people(town: Town) {
        let admin = Browser::of(&town, ADMINISTRATOR).await;
        let fields = [
            ("name", "新建设公司"), ("code", "DEV99"), ("kind", "developer"), ("region", "36"),
            ("uscc", "91360124DEM00105X7"),
        ];
        let wrong = admin.post("/administrator/new-organisation", &[("name", "新建设公司"), ("region", "x")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&wrong.text, "class=\"error\"");
        let mut fields = fields.to_vec();
        fields[3].1 = "360124";
        let body = went(&admin.post("/administrator/new-organisation", &fields).await);
        has(&admin.get(&body).await.text, "新建设公司");
        let organisation = body.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
        let person = [
            ("organisation_id", &*organisation), ("display_name", "林小川"), ("username", "lin.xiaochuan"),
            ("role", "developer"), ("password", "a-long-password-1"),
        ];
        let user = went(&admin.post("/administrator/new-user", &person).await);
        let user = user.split('?').next().unwrap();
        has(&admin.get(user).await.text, "待批准");
        let security = Browser::of(&town, SECURITY).await;
        has(&security.get("/security").await.text, "林小川");
        let page = format!("/security/people/{}", user.rsplit('/').next().unwrap());
        let decide = async |what: &str| {
            let shown = security.get(&page).await.text;
            let grant = super::browser::value_of(&shown, "grant");
            let sent = [("act", what), ("grant", &*grant), ("reason", "无任命文件")];
            act(&security, &page, &sent).await
        };
        went(&decide("approve").await);
        let shown = admin.get(user).await;
        let version = shown.text.split_once("name=\"version\" value=\"").unwrap().1;
        let version = version.split_once('"').unwrap().0.replace("&quot;", "\"").replace("&#34;", "\"");
        let stale = [("act", "role"), ("role", "developer_director"), ("version", "\"old\"")];
        assert_eq!(act(&admin, user, &stale).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let role = [("act", "role"), ("role", "developer_director"), ("version", &*version)];
        went(&act(&admin, user, &role).await);
        has(&admin.get(user).await.text, "待安全管理员批准");
        has(&security.get(&page).await.text, "建设单位经办人 → 建设单位负责人");
        went(&decide("reject").await);
        has(&admin.get(user).await.text, "无任命文件");
        went(&act(&admin, user, &role).await);
        went(&decide("approve").await);
        has(&admin.get(user).await.text, "已生效");
        has(&security.get("/security/grants?state=approved").await.text, "林小川");
        let short = [("act", "password"), ("password", "x"), ("reason", "忘记密码")];
        let short = act(&admin, user, &short).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", short.text);
        let new = [("act", "password"), ("password", "another-long-password-2"), ("reason", "忘记密码")];
        went(&act(&admin, user, &new).await);
        has(&admin.get(user).await.text, "密码重置记录");
        has(&security.get("/security").await.text, "待批的密码重置");
        let reset = super::browser::value_of(&security.get(&page).await.text, "reset");
        went(&act(&security, &page, &[("act", "password"), ("reset", &*reset)]).await);
        went(&act(&admin, user, &[("act", "end")]).await);
        has(&admin.get(user).await.text, "已停用");
        let day = [("day", "2026-10-10"), ("kind", "workday"), ("name", "国庆节调休上班")];
        let kept = went(&admin.post("/administrator/calendar", &day).await);
        has(&admin.get(&kept).await.text, "国庆节调休上班");
    }

    async fn a_bank_registers_a_pledge_and_releases_it(town: Town) {
        let fair = Fair::open(town, 0).await;
        let path = ask(&fair, request(&fair).await).await;
        let page = format!("/bank/pledges/{}", path.rsplit('/').next().unwrap());
        let bank = Browser::of(fair.town(), "bnk02.desk").await;
        has(&bank.get("/bank").await.text, "质押待登记");
        has(&bank.get(&page).await.text, "100,000.00 元");
        went(&act(&bank, &page, &[("act", "register")]).await);
        let pledged = wetland_exchange::ledger::CreditBucket::Pledged;
        assert_eq!(held(&fair, pledged).await, 5_000);
        let too_much = act(&bank, &page, &[("act", "release"), ("m2", "5001"), ("reason", "还清")]).await;
        assert_eq!(too_much.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&too_much.text, "value=\"5001\"");
        let extension = [("act", "extend"), ("contract_no", "展〔2024〕1号"), ("ends_on", "2025-08-24")];
        went(&act(&bank, &page, &extension).await);
        went(&act(&bank, &page, &[("act", "release"), ("m2", "5000"), ("reason", "还清")]).await);
        assert_eq!(held(&fair, pledged).await, 0);
        has(&bank.get(&page).await.text, "展〔2024〕1号");
        fair.town().verify().await;
    }

    async fn an_insurer_registers_a_policy_and_decides_a_claim(town: Town) {
        let walk = Walk::prepare(town).await;
        let insurer = Browser::of(walk.town(), "ins01.desk").await;
        has(&insurer.get("/insurer").await.text, "索赔待核定");
        let holder = walk.id("organisation_id").to_owned();
        let policy = [
            ("policy_no", "PICC-2"), ("holder_id", &*holder), ("batch_id", walk.id("batch_id")),
            ("first_serial", "6,400"), ("last_serial", "6,300"), ("sum", "500.00"),
            ("perils", "洪水"), ("starts_on", "2023-09-01"), ("ends_on", "2024-08-31"),
        ];
        let refused = insurer.post("/insurer/new-policy", &policy).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        has(&refused.text, "value=\"6,400\"");
        let mut right = policy.to_vec();
        right[4].1 = "6,450";
        let kept = went(&insurer.post("/insurer/new-policy", &right).await);
        has(&insurer.get(&kept).await.text, "PICC-2");
        let claim = format!("/insurer/claims/{}", walk.id("claim_id"));
        let more = act(&insurer, &claim, &[("act", "accept"), ("amount", "1000.01")]).await;
        assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
        went(&act(&insurer, &claim, &[("act", "accept"), ("amount", "700.00")]).await);
        has(&insurer.get(&claim).await.text, "已核定，待赔付");
    }

    async fn the_director_signs_for_the_treasury(town: Town) {
        let fair = Fair::open(town, 0).await;
        let mut body = request(&fair).await;
        body["shares"] = json!(["township_share", "treasury_share"]);
        let path = ask(&fair, body).await;
        let page = format!("/finance/pledges/{}", path.rsplit('/').next().unwrap());
        let peng = Browser::of(fair.town(), "peng.haoran").await;
        has(&peng.get(&page).await.text, "等待财政局负责人签字");
        let shen = Browser::of(fair.town(), "shen.yutong").await;
        has(&shen.get("/finance").await.text, "质押待签字");
        went(&shen.post(&page, &[]).await);
        assert!(!shen.get("/finance").await.text.contains("质押待签字"));
    }
}

/// The value of the field that begins so.
fn value_after(html: &str, mark: &str) -> String {
    let rest = html.split_once(mark).map_or("", |(_, rest)| rest);
    let rest = rest.split_once("value=\"").map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default().to_owned()
}
