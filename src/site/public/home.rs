//! The first page, and the map.

use super::{market, notices};
use crate::kernel::problem::{Answer, Failure};
use crate::site::chart;
use crate::site::places::{counties, county};
use crate::web::pages::{Ask, Block, Field, Figure, Form, Link, Sheet, Shown, Table};

pub(super) async fn home(ask: Ask) -> Answer<Shown> {
    let region = county(&ask).await?;
    let say = &ask.say;
    let name = ask.region(&region).await?;
    let index = ask.find(&format!("/api/v1/public/price-index?region={region}")).await?;
    let balance = ask.find(&format!("/api/v1/public/balances/{region}")).await?;
    let trades = ask.get("/api/v1/public/trades?limit=5").await?;
    let running = ask.get("/api/v1/public-notices?running=true&limit=5").await?;
    let on_sale = ask.get("/api/v1/listings?state=open&limit=5").await?;
    let mut figures = Vec::new();
    if let Some(index) = &index {
        figures.push(
            Figure::of(ask.t("成交均价", "Weighted price"), say.price(&index.text("price_per_mu")))
                .note(&name),
        );
        figures.push(
            Figure::of(ask.t("成交面积", "Area traded"), say.m2(index.whole("m2"))).note(format!(
                "{} {}",
                say.count(index.whole("trades")),
                ask.t("笔成交", "trades")
            )),
        );
    }
    if let Some(balance) = &balance {
        let area = |path: &str| say.area(&balance.text(path));
        figures.push(
            Figure::of(ask.t("已释放指标", "Credits released"), area("now/released_m2"))
                .note(ask.t("可进入市场", "may be traded")),
        );
        figures.push(
            Figure::of(ask.t("占补平衡余额", "Balance"), area("now/balance_m2"))
                .note(ask.t("不得为负", "never below zero")),
        );
    }
    let mut sheet = Sheet::new(ask.t("湿地占补平衡指标交易", "Trading in wetland offset credits"))
        .lead(ask.t(
            "乡镇修复湿地，运营中心核算认定为指标；建设单位占用湿地前购买并核销指标，做到先补后占。这里公开全部挂牌、成交、公示和核销。",
            "Townships restore wetland and the operations centre certifies it as credits; who occupies wetland first buys credits and retires them. All listings, trades, notices and retirements are public here.",
        ))
        .links(vec![
            Link::to("/listings", ask.t("查看挂牌", "See the listings")).strong(),
            Link::to("/certificate-check", ask.t("核验证明", "Check a certificate")),
            Link::to("/map", ask.t("查看地图", "See the map")),
            Link::to("/about", ask.t("怎样运作", "How it works")),
        ])
        .figures(figures);
    let points = index.map(|index| index.items("points")).unwrap_or_default();
    if let Some(svg) = chart::prices(&points, say) {
        let caption = chart::legend(say).to_owned();
        sheet = sheet.heading(ask.t("价格与成交", "Prices and volumes")).block(Block::Picture {
            svg,
            caption,
            zoom: false,
        });
    }
    // What is being restored and what was certified; the whole map is a page of its own.
    let map = drawn(&ask, &region, "&width=1000&layers=boundary,restoration,certified").await?;
    if let Some(svg) = map {
        let caption = ask
            .t(
                "修复中和已认定的地块，点击可查看。",
                "Land under restoration and certified; each parcel leads to its page.",
            )
            .to_owned();
        let heading = format!("{name} · {}", ask.t("修复地块", "Restored parcels"));
        sheet = sheet
            .heading(heading)
            .block(Block::Picture { svg, caption, zoom: true })
            .links(vec![Link::to("/map", ask.t("完整地图", "The whole map"))]);
    }
    let listings = Table::of(ask.t("在售挂牌", "On sale"), &market::columns(&ask))
        .rows(on_sale.items("items").iter().map(|one| market::row(&ask, one)).collect())
        .empty(ask.t("目前没有在售挂牌。", "Nothing is on sale at the moment."));
    let latest = market::trade_table(&ask, ask.t("最新成交", "Newest trades"), &trades);
    let on_notice = notices::table(&ask, ask.t("正在公示", "On public notice"), &running).await?;
    Ok(sheet.table(listings).table(latest).table(on_notice).into())
}

pub(super) async fn map(ask: Ask) -> Answer<Shown> {
    let region = county(&ask).await?;
    let name = ask.region(&region).await?;
    let say = &ask.say;
    let lang = say.t("zh", "en");
    let passed = ask.passed(&["layers", "bbox"]);
    let svg = drawn(&ask, &region, &format!("&width=1000{passed}")).await?;
    let mut sheet = Sheet::new(format!("{name} · {}", ask.t("湿地地图", "Map of wetland"))).lead(ask.t(
        "点击地块可查看其面积、地类和现状。地图为示意图，面积以公布数据为准。",
        "A parcel leads to its area, class and state. The map is a sketch; the published figures hold.",
    ));
    let counties = counties(&ask).await?;
    if counties.len() > 1 {
        let field = Field::choice("county", ask.t("县区", "County"), counties).value(&region);
        sheet = sheet.form(Form::ask("/map", ask.t("查看", "Show")).field(field));
    }
    sheet = match svg {
        Some(svg) => sheet.block(Block::Picture {
            svg,
            caption: ask
                .t(
                    "按住 Ctrl 滚动滚轮可缩放，拖动可移动。",
                    "Ctrl and wheel to zoom, drag to move.",
                )
                .to_owned(),
            zoom: true,
        }),
        None => sheet
            .note(ask.t("该县区还没有公开的地图。", "There is no public map of this county yet.")),
    };
    Ok(sheet
        .links(vec![Link::to(
            format!("/api/v1/public/maps/{region}.svg?lang={lang}"),
            ask.t("打开可打印的地图（SVG）", "The map to print (SVG)"),
        )])
        .into())
}

/// The public map of a county, if there is one.
async fn drawn(ask: &Ask, region: &str, query: &str) -> Answer<Option<String>> {
    let lang = ask.t("zh", "en");
    match ask.text(&format!("/api/v1/public/maps/{region}.svg?lang={lang}{query}")).await {
        Ok(svg) => Ok(Some(own_links(&svg, region, lang))),
        Err(Failure::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The links of a map lead to pages, not to data: a parcel to its page, layers to the map with them,
/// and its switch of languages to that of the site.
fn own_links(svg: &str, region: &str, lang: &str) -> String {
    let other = if lang == "zh" { "en" } else { "zh" };
    let svg = svg.replace("href=\"/api/v1/public/parcels/", "href=\"/parcels/");
    let mut out = String::new();
    let mut rest = svg.as_str();
    let start = format!("href=\"/api/v1/public/maps/{region}.svg?");
    while let Some((before, after)) = rest.split_once(start.as_str()) {
        let Some((query, behind)) = after.split_once('"') else { break };
        out.push_str(before);
        out.push_str(&match query.contains(&format!("lang={other}")) {
            true => format!("href=\"/language/{other}?back=%2Fmap%3Fcounty%3D{region}\""),
            false => format!("href=\"/map?county={region}&amp;{query}\""),
        });
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::own_links;

    #[test]
    fn the_links_of_a_map_stay_in_the_site() {
        let svg = "<a href=\"/api/v1/public/parcels/7\">p</a>\
                   <a href=\"/api/v1/public/maps/360124.svg?layers=a&amp;lang=en\">English</a>\
                   <a href=\"/api/v1/public/maps/360124.svg?layers=b&amp;lang=zh\">a</a>";
        assert_eq!(
            own_links(svg, "360124", "zh"),
            "<a href=\"/parcels/7\">p</a>\
             <a href=\"/language/en?back=%2Fmap%3Fcounty%3D360124\">English</a>\
             <a href=\"/map?county=360124&amp;layers=b&amp;lang=zh\">a</a>"
        );
    }
}
