//! What is printed once the story is played.

use serde_json::Value;

use super::expect::rules_of;
use super::look::{State, number, text};
use super::people::{ADMINISTRATOR, AUDIT, SECURITY, password_of};
use super::player::Player;
use super::screen::{heading, say, wide};
use super::setup::World;

/// Prints what happened, and proves it.
pub(super) async fn print(player: &mut Player, state: &State) -> anyhow::Result<()> {
    parcels(player, state)?;
    batches(player, state)?;
    trades(&player.world, state)?;
    balances(&player.world, state)?;
    reconciliation(&player.answers.reconciliation)?;
    heading("校验", "verification")?;
    say(text(&player.answers.verification, "summary"))?;
    let checkpoint = player.people.read("/api/v1/audit/checkpoint").await?;
    say(&format!("签名检查点 signed checkpoint:\n{}", text(&checkpoint, "note")))?;
    figures(player)
}

fn parcels(player: &Player, state: &State) -> anyhow::Result<()> {
    heading("入库地块", "parcels that entered")?;
    for parcel in &state.parcels {
        let land = &parcel["land_survey"];
        say(&format!(
            "{} {:>5} {:>9} m² {}",
            text(parcel, "number"),
            text(land, "land_class"),
            text(land, "declared_area_m2"),
            text(parcel, "name"),
        ))?;
    }
    heading("被拒地块", "parcels that were refused")?;
    let features = player.parcel_report.get("features").and_then(Value::as_array);
    for feature in features.into_iter().flatten() {
        let rules = rules_of(feature);
        if rules.is_empty() {
            continue;
        }
        say(&format!("{} {}", text(feature, "number"), text(feature, "name")))?;
        for finding in feature["findings"].as_array().into_iter().flatten() {
            say(&format!("  {:>3} {}", text(finding, "rule"), text(finding, "message_zh")))?;
            say(&format!("      {}", text(finding, "message_en")))?;
        }
    }
    Ok(())
}

fn batches(player: &Player, state: &State) -> anyhow::Result<()> {
    heading("指标批次", "batches of credits (m²)")?;
    for batch in &state.batches {
        say(&format!(
            "{} {} 签发 issued {}，缓冲 buffer {}",
            text(batch, "project_number"),
            text(batch, "number"),
            number(batch, "issued_m2"),
            number(batch, "buffer_m2"),
        ))?;
        say(&format!("  {}", text(batch, "serials")))?;
        for lot in state.joined_lots(text(batch, "number"), &player.world) {
            let (first, last) = (number(&lot, "first"), number(&lot, "last"));
            let (holder, bucket) = (text(&lot, "holder"), text(&lot, "bucket"));
            say(&format!("  {first:>6} – {last:>6} {holder:<10} {bucket}"))?;
        }
    }
    Ok(())
}

fn trades(world: &World, state: &State) -> anyhow::Result<()> {
    heading("成交与分配", "trades and their split (CNY)")?;
    for trade in &state.trades {
        let (seller, buyer) =
            (world.code_of(&trade["seller_id"]), world.code_of(&trade["buyer_id"]));
        let (m2, price) = (number(trade, "m2"), text(trade, "price_per_mu"));
        say(&format!("{} {seller} → {buyer}: {m2} m² × {price}/亩", text(trade, "number")))?;
        for (chinese, name) in [
            ("金额", "amount"),
            ("乡镇 20 %", "township_share"),
            ("中心 10 %", "centre_share"),
            ("县财政", "treasury_share"),
        ] {
            say(&format!(
                "  {} {:>14}",
                wide(&format!("{chinese} {name}"), 26),
                text(trade, name)
            ))?;
        }
    }
    Ok(())
}

fn balances(world: &World, state: &State) -> anyhow::Result<()> {
    heading("各方余额", "balances by holder")?;
    for (code, bucket, balance) in state.money(|_| true) {
        let name = world.organisations.iter().find(|(known, _)| *known == code);
        let name = name.map_or("", |(_, name)| name);
        say(&format!("{code:<10} {bucket:<15} {balance:>13} {name}"))?;
    }
    for (batch, holders) in state.credits(world) {
        for (holder, buckets) in holders.as_object().into_iter().flatten() {
            for (bucket, _) in buckets.as_object().into_iter().flatten() {
                let m2 = number(buckets, bucket);
                say(&format!("{holder:<10} {bucket:<15} {m2:>10} m² {batch}"))?;
            }
        }
    }
    Ok(())
}

fn reconciliation(figures: &Value) -> anyhow::Result<()> {
    heading("对账", "reconciliation with the bank (CNY)")?;
    say(&format!("{} – {}", text(figures, "from"), text(figures, "to")))?;
    for (chinese, name) in [
        ("期初余额", "opening"),
        ("收入", "total_credits"),
        ("支出", "total_debits"),
        ("期末余额", "closing"),
        ("账面银行存款", "ledger_bank"),
        ("差额", "difference"),
        ("已拨付", "paid_out"),
        ("已退款", "refunded"),
        ("待处理合计", "exceptions_sum"),
    ] {
        say(&format!("  {} {:>14}", wide(&format!("{chinese} {name}"), 28), text(figures, name)))?;
    }
    for exception in figures["exceptions"].as_array().into_iter().flatten() {
        let line = &exception["line"];
        let (kind, rest) = (text(exception, "kind"), text(exception, "rest"));
        let name = text(line, "counterparty_name");
        say(&format!("  差异 {kind}: {} {rest} {name}", text(line, "serial")))?;
    }
    Ok(())
}

fn figures(player: &Player) -> anyhow::Result<()> {
    let (figures, differences) = (player.checks.figures(), player.checks.differences());
    heading("结果", "result")?;
    say(&format!(
        "核对 {figures} 项数字，{} 项不符 — {figures} figures checked, {} differ",
        differences.len(),
        differences.len()
    ))?;
    for difference in differences {
        say(&format!("  {difference}"))?;
    }
    Ok(())
}

/// Prints where to look, and who may log in.
pub(super) fn accounts(player: &Player, address: &str) -> anyhow::Result<()> {
    heading(
        "演示账号",
        "demo accounts (username, password, secret of the authenticator app, role)",
    )?;
    let line = |name: &str, about: &str| {
        let (password, secret) = (password_of(name), player.people.secret_of(name));
        say(&format!("{name:<19} {password:<27} {secret:<32} {about}"))
    };
    line(ADMINISTRATOR, "administrator")?;
    line(SECURITY, "security_administrator")?;
    line(AUDIT, "audit_administrator")?;
    for person in &player.world.people {
        line(&person.username, &format!("{} {}", person.role, person.org_code))?;
    }
    say("  登录时的验证码 — the code for a login: wetland-exchange code SECRET")?;
    heading("现在可以访问", "where to look")?;
    say(&format!(
        "  http://{address}/              网站 the site, for everybody and after a login"
    ))?;
    say(&format!("  http://{address}/docs/         接口文档 the API, to be tried out"))?;
    say(&format!("  http://{address}/openapi.json  接口描述 its description"))?;
    say(&format!("  http://{address}/healthz       健康检查 health"))?;
    say("  按 Ctrl-C 结束 — Ctrl-C ends it")
}
