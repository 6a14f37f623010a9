//! Pages that explain: about, the rules in plain words, the open data.

use crate::kernel::problem::Answer;
use crate::site::places::county;
use crate::web::pages::{Ask, Link, Sheet, Shown, Table, cell};

pub(super) async fn about(ask: Ask) -> Answer<Shown> {
    let steps = [
        (
            "1. 乡镇修复：乡镇把湿地名录以外、适合恢复的土地修复为湿地，方案和结果都要公示。",
            "1. Restore: a township restores land outside the wetland database; scheme and result are put on public notice.",
        ),
        (
            "2. 核算认定：运营中心在验收后核算面积，每平方米核发 1 个指标，10% 留作缓冲储备，其余分期释放。",
            "2. Certify: after acceptance the operations centre issues one credit for each square metre, keeps 10% as a buffer, and releases the rest in steps.",
        ),
        (
            "3. 交易：指标可以挂牌、竞价或协议转让。交割时指标和资金同时到账，缺一不可。",
            "3. Trade: credits are listed, auctioned or transferred by agreement. Credits and money change hands at the same moment, or not at all.",
        ),
        (
            "4. 分成：成交金额 20% 归乡镇、10% 归运营中心、其余归县财政，精确到分。",
            "4. Split: 20% of the amount goes to the township, 10% to the centre, the rest to the county, to the fen.",
        ),
        (
            "5. 核销：建设单位在占用湿地前核销同等面积的指标，取得核销证明，先补后占。",
            "5. Retire: before wetland is occupied the developer retires as many credits and gets a certificate.",
        ),
    ];
    let people = [
        (
            "乡镇：录入地块、实施修复、挂牌，查看分成。",
            "Townships enter parcels, restore, list credits, and see their share.",
        ),
        (
            "建设单位：查找、购买、核销指标，下载证明。",
            "Developers find, buy and retire credits and download certificates.",
        ),
        (
            "财政局：导入银行流水、对账、拨付。",
            "The finance bureau imports bank statements, reconciles and pays out.",
        ),
        (
            "公众：不用登录即可查看全部公开内容，并可对公示提出异议。",
            "Everybody reads what is public without a login, and may object to notices.",
        ),
    ];
    Ok(Sheet::new(ask.t("平台说明", "About the exchange"))
        .lead(ask.t(
            "谁占用湿地，谁先补上。本平台让补上的每一平方米都查得到、用一次、算得清。",
            "Who takes wetland gives wetland first. Here every square metre given can be traced, is used once, and is accounted for.",
        ))
        .heading(ask.t("怎样运作", "How it works"))
        .list(steps.iter().map(|(zh, en)| cell(ask.t(zh, en))).collect())
        .heading(ask.t("谁在使用", "Who uses it"))
        .list(people.iter().map(|(zh, en)| cell(ask.t(zh, en))).collect())
        .links(vec![
            Link::to("/rules", ask.t("规则说明", "The rules in plain words")),
            Link::to("/open-data", ask.t("开放数据", "Open data")),
        ])
        .into())
}

/// A sentence in Chinese and in English.
type Saying = (&'static str, &'static str);

pub(super) async fn rules(ask: Ask) -> Answer<Shown> {
    let parts: [(&str, &str, &[Saying]); 5] = [
        (
            "面积与金额",
            "Area and money",
            &[
                (
                    "1 公顷 = 15 亩 = 10,000 平方米。认定面积取整数平方米，舍去小数。",
                    "1 hectare = 15 mu = 10,000 m². Certified area is whole square metres, rounded down.",
                ),
                (
                    "单价以元/亩计；金额 = 面积 × 单价，四舍五入到分。",
                    "Prices are per mu; an amount is area times price, rounded half up to the fen.",
                ),
            ],
        ),
        (
            "指标",
            "Credits",
            &[
                (
                    "每个指标有唯一编号，编号不重复使用；核销或注销后永久退出。",
                    "Each credit has a serial that is never used again; once retired it is gone for good.",
                ),
                (
                    "核发面积的 10% 作缓冲储备；其余在认定、验收满一年、满三年时分别累计释放 60%、80%、100%。",
                    "10% is a buffer; of the rest 60, 80 and 100% are released at certification and one and three years after acceptance.",
                ),
                (
                    "修复的湿地灭失的，先扣项目方自己的指标；已售出的指标依然有效，缺口由项目补建。",
                    "If restored land is lost, the project's own side pays first; credits already sold stay valid and the project replaces the gap.",
                ),
                (
                    "质押、冻结的指标不能出售。",
                    "Credits that are pledged or frozen cannot be sold.",
                ),
            ],
        ),
        (
            "交易",
            "Trading",
            &[
                (
                    "竞价至少提前 7 天公告，交保证金后方可出价；未竞得的，保证金即时退还。",
                    "Auctions are announced at least 7 days ahead; a deposit is needed to bid and freed at once for those who lose.",
                ),
                (
                    "买卖双方不能是同一单位；关联方之间的成交会标明，且不计入价格指数。",
                    "Nobody buys from themselves; trades between related parties are marked and left out of the index.",
                ),
                (
                    "资金实际到账后才能使用；预留的资金和指标不能重复使用。",
                    "Money counts once the bank shows it; what is reserved cannot be used twice.",
                ),
                (
                    "指标默认只能用于本县；有文件允许时可扩大到设区市或省内。",
                    "Credits serve their own county, or further within the province where a document allows it.",
                ),
            ],
        ),
        (
            "占用与核销",
            "Occupation and retirement",
            &[
                (
                    "先补后占：核销面积不少于占用面积、等级不低于被占湿地、类型相符，才能批准占用。",
                    "Compensate first: an occupation is approved only when as much area, no worse a grade, of a fitting type has been retired.",
                ),
                (
                    "国家重要湿地除国家重大项目等情形外不得占用。",
                    "Nationally important wetland is not occupied but for national projects and the like.",
                ),
                ("一次核销只用于一个项目。", "A retirement serves one project only."),
            ],
        ),
        (
            "公开与监督",
            "Openness",
            &[
                (
                    "修复方案和结果各公示 7 天，竞价结果公示 3 天；有异议未处理完的，不得进入下一步。",
                    "Schemes and results are on notice for 7 days, auction results for 3; an open objection stops the next step.",
                ),
                (
                    "录入和批准不能是同一人。每一次变更都记入不可篡改的审计日志。",
                    "Nobody approves what they entered. Every change is in a log that cannot be altered unseen.",
                ),
            ],
        ),
    ];
    let mut sheet = Sheet::new(ask.t("规则说明", "The rules in plain words")).lead(ask.t(
        "以下是交易规则的要点，以正式文件为准。",
        "The gist of the rules; the official documents hold.",
    ));
    for (zh, en, items) in parts {
        sheet = sheet
            .heading(ask.t(zh, en))
            .list(items.iter().map(|(zh, en)| cell(ask.t(zh, en))).collect());
    }
    Ok(sheet.into())
}

pub(super) async fn open_data(ask: Ask) -> Answer<Shown> {
    let region = county(&ask).await?;
    let rows = [
        ("成交记录", "Trades", "/api/v1/public/trades", "/api/v1/public/trades.csv".to_owned()),
        (
            "价格指数",
            "Price index",
            "/api/v1/public/price-index",
            format!("/api/v1/public/price-index.csv?region={region}"),
        ),
        (
            "核销记录",
            "Retirements",
            "/api/v1/public/retirements",
            "/api/v1/public/retirements.csv".to_owned(),
        ),
        (
            "占补平衡余额",
            "Balances",
            "/api/v1/public/balances/{region}",
            format!("/api/v1/public/balances/{region}/history.csv"),
        ),
        ("挂牌", "Listings", "/api/v1/listings", "/api/v1/listings".to_owned()),
        ("竞价", "Auctions", "/api/v1/auctions", "/api/v1/auctions".to_owned()),
        ("求购", "Demand", "/api/v1/public/demand", "/api/v1/public/demand".to_owned()),
        ("指标批次", "Batches", "/api/v1/public/batches", "/api/v1/public/batches".to_owned()),
        ("公示", "Public notices", "/api/v1/public-notices", "/api/v1/public-notices".to_owned()),
        (
            "湿地资源总量",
            "Totals of land",
            "/api/v1/inventory-totals",
            "/api/v1/inventory-totals".to_owned(),
        ),
        (
            "公布数据表",
            "Published tables",
            "/api/v1/published-tables",
            "/api/v1/published-tables".to_owned(),
        ),
        (
            "湿地名录",
            "Lists of wetlands",
            "/api/v1/wetland-lists",
            "/api/v1/wetland-lists".to_owned(),
        ),
        (
            "面积管控目标",
            "Area targets",
            "/api/v1/wetland-targets",
            "/api/v1/wetland-targets".to_owned(),
        ),
        (
            "分成方案",
            "Fee schedules",
            "/api/v1/fee-schedules",
            format!("/api/v1/fee-schedules?county={region}"),
        ),
        (
            "地图（SVG）",
            "Map (SVG)",
            "/api/v1/public/maps/{county}.svg",
            format!("/api/v1/public/maps/{region}.svg"),
        ),
        ("地理要素（OGC API）", "Features (OGC API)", "/api/v1/ogc", "/api/v1/ogc".to_owned()),
        (
            "审计检查点",
            "Audit checkpoint",
            "/api/v1/audit/checkpoints",
            "/api/v1/audit/checkpoints".to_owned(),
        ),
        (
            "签名公钥（证明、审计检查点）",
            "Public keys of certificates and checkpoints",
            "/api/v1/public/keys",
            "/api/v1/public/keys".to_owned(),
        ),
    ];
    let rows = rows.into_iter().map(|(zh, en, path, example)| {
        let kind = if example.contains(".csv") {
            "CSV"
        } else if example.contains(".svg") {
            "SVG"
        } else {
            "JSON"
        };
        vec![cell(ask.t(zh, en)), cell(path), cell(kind), cell(ask.t("打开", "Open")).to(example)]
    });
    let columns = [
        ask.t("数据", "Data"),
        ask.t("接口地址", "Address"),
        ask.t("格式", "Format"),
        ask.t("示例", "Example"),
    ];
    Ok(Sheet::new(ask.t("开放数据", "Open data"))
        .lead(ask.t(
            "网站上公开的内容都可以直接取得数据，无需登录，可自由使用。",
            "Whatever is public on the site can be had as data, without a login.",
        ))
        .table(Table::of("", &columns).rows(rows.collect()))
        .links(vec![
            Link::to("/docs/", ask.t("接口文档", "API documentation")).strong(),
            Link::to("/openapi.json", "OpenAPI"),
        ])
        .into())
}
