//! What everybody's pages show of an auction: its state, its terms, its bids and its result.

use super::parts::table;
use super::words::{grade, word};
use crate::web::pages::{Ask, Cell, Facts, Figure, Table, cell};

/// Its state, unless it is suspended.
pub(super) fn state(ask: &Ask, one: &Facts) -> String {
    let name = if one.yes("suspended") { "suspended".to_owned() } else { one.text("state") };
    word(&ask.say, &name)
}

/// Where it stands.
pub(super) fn figures(ask: &Ask, one: &Facts) -> Vec<Figure> {
    let say = &ask.say;
    let bids = format!("{} {}", say.count(one.whole("bids")), ask.t("次出价", "bids"));
    let highest = say.price(&one.text("highest_price_per_mu"));
    vec![
        Figure::of(ask.t("状态", "State"), state(ask, one)),
        Figure::of(ask.t("面积", "Area"), say.m2(one.whole("m2"))),
        Figure::of(ask.t("当前最高价", "Highest so far"), highest).note(bids),
    ]
}

/// What is auctioned, and by which rules.
pub(super) fn terms<'a>(ask: &'a Ask, one: &Facts) -> Vec<(&'a str, Cell)> {
    let say = &ask.say;
    let reserve = match (one.yes("reserve_secret"), one.has("reserve_price_per_mu")) {
        (_, true) => say.price(&one.text("reserve_price_per_mu")),
        (true, false) => ask.t("有，保密", "there is one, kept secret").to_owned(),
        (false, false) => ask.t("无", "none").to_owned(),
    };
    let deposit = say.yuan(&one.text("deposit"));
    let deposit = format!(
        "{deposit}{open}{}%{close}",
        one.text("deposit_percent"),
        open = ask.t("（", " ("),
        close = ask.t("）", ")")
    );
    let batch = format!("/batches/{}", one.text("batch_id"));
    vec![
        (ask.t("卖方", "Seller"), cell(one.text("seller_name"))),
        (ask.t("指标批次", "Batch"), cell(one.text("batch_number")).to(batch)),
        (ask.t("方式", "Kind"), cell(word(say, &format!("auction.{}", one.text("kind"))))),
        (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
        (ask.t("质量等级", "Grade"), cell(grade(say, &one.text("grade")))),
        (ask.t("面积", "Area"), cell(say.m2_mu(one.whole("m2")))),
        (ask.t("起始价", "Start price"), cell(say.price(&one.text("start_price_per_mu")))),
        (ask.t("加价幅度", "Step"), cell(say.price(&one.text("step_per_mu")))),
        (ask.t("保留价", "Reserve price"), cell(reserve)),
        (ask.t("保证金", "Deposit"), cell(deposit)),
        (ask.t("公告时间", "Announced"), cell(say.time(&one.text("announced_at")))),
        (ask.t("开始", "Opens"), cell(say.time(&one.text("opens_at")))),
        (ask.t("截止", "Ends"), cell(say.time(&one.text("ends_at")))),
        (ask.t("结果公示至", "Result on notice to"), cell(say.day(&one.text("notice_to")))),
    ]
}

/// A page of its bids, without names.
pub(super) fn bids(ask: &Ask, list: &Facts) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|bid| {
        let own = if bid.yes("own") { ask.t("（本单位）", " (yours)") } else { "" };
        vec![
            cell(format!("{} {}{own}", ask.t("竞买人", "Bidder"), bid.text("bidder"))),
            cell(say.time(&bid.text("bid_at"))),
            cell(say.m2(bid.whole("m2"))).number(),
            cell(say.price(&bid.text("price_per_mu"))).number(),
        ]
    });
    let columns = [("竞买人", "Bidder"), ("时间", "Time"), ("面积", "Area"), ("出价", "Bid")];
    table(ask, ("出价记录", "Bids"), &columns).rows(rows.collect()).empty(ask.t(
        "还没有可公开的出价。密封报价在截止前不公开。",
        "No bids to show yet. Sealed bids are not shown before the end.",
    ))
}

/// Who won what.
pub(super) fn awards(ask: &Ask, one: &Facts) -> Table {
    let say = &ask.say;
    let rows = one.items("awards").into_iter().map(|award| {
        vec![
            cell(award.text("bidder_name")),
            cell(say.m2(award.whole("m2"))).number(),
            cell(say.price(&award.text("price_per_mu"))).number(),
            cell(say.yuan(&award.text("amount"))).number(),
            cell(award.text("confirmation_number")),
            cell(word(say, &award.text("state"))),
        ]
    });
    let columns = [
        ("竞得人", "Winner"),
        ("面积", "Area"),
        ("单价", "Price"),
        ("金额", "Amount"),
        ("成交确认书", "Deal confirmation"),
        ("状态", "State"),
    ];
    table(ask, ("结果", "Result"), &columns)
        .rows(rows.collect())
        .empty(ask.t("截止后产生结果。", "There is a result after the end."))
}
