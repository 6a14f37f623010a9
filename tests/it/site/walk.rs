//! A place where every page of the program has something to show, and the addresses of all of them.

use serde_json::{Value, json};

use crate::encumbrance::{lend, pledged, request};
use crate::finance::desk::trust;
use crate::market::auctions::{Sale, announcement};
use crate::occupation::site::Site;
use crate::support::Town;

/// A name that would break a page that does not escape it.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";

/// A county with credits, a listing, a trade, a retirement, a survey and a payout, and with all that
/// sellers, buyers and banks do with one another.
pub(crate) struct Walk {
    pub(crate) site: Site,
    ids: Vec<(&'static str, String)>,
}

/// Who opens the pages below a path.
const READERS: [(&str, &str); 16] = [
    ("/confirm-code", "liang.wenbo"),
    ("/second-factor", "liang.wenbo"),
    ("/password", "liang.wenbo"),
    ("/centre", "zhou.jianing"),
    ("/forestry", "gan.zhiqiang"),
    ("/expert", "pei.ruolan"),
    ("/township", "fu.guoping"),
    ("/developer", "buyer.00"),
    ("/finance", "peng.haoran"),
    ("/home", "liang.wenbo"),
    ("/auditor", "aud01.desk"),
    ("/administrator", crate::support::ADMINISTRATOR),
    ("/security", crate::support::SECURITY),
    ("/bank", "bnk02.desk"),
    ("/pledge-papers", "bnk02.desk"),
    ("/insurer", "ins01.desk"),
];

impl Walk {
    pub(crate) async fn prepare(town: Town) -> Self {
        // Trusted long before anything is paid, so that there are files for the bank.
        for code in ["T360124500", "CENTRE"] {
            trust(&town, code).await;
        }
        let site = Site::open(town, 3_000).await;
        let listing = site.fair.list(1_000, "94200.00").await;
        let occupation = site.ready(1, "500.00").await;
        let retirement = site.retire(&occupation, 500).await;
        let retirement = text(&retirement["id"]);
        let trader = site.trader().await;
        let certificate = trader
            .post(&format!("/api/v1/retirements/{retirement}/certificates"), json!({}))
            .await
            .created();
        let certificate = text(&certificate["certificates"][0]["id"]);
        let notice = trader
            .post(
                "/api/v1/payment-notices",
                json!({
                    "amount": "1000.00", "county": "360124", "purpose": HOSTILE,
                }),
            )
            .await
            .created();
        let trades = trader.get("/api/v1/trades").await.ok();
        let town = site.town();
        let survey = town
            .user("tu.mingyuan")
            .await
            .post(
                "/api/v1/survey-tasks",
                json!({
                    "document": HOSTILE, "due_on": "2027-12-31", "survey_year": 2023,
                    "title": HOSTILE, "township": "360124500",
                }),
            )
            .await
            .created();
        let desk = &site.fair.desk;
        let organisation = desk.organisation("T360124500").await;
        let payout = desk.enter_share("township_share", "T360124500", "1.00").await.created();
        let fu = town.user("fu.guoping").await;
        let parcels = fu.get("/api/v1/parcels").await.ok();
        let projects = fu.get("/api/v1/projects").await.ok();
        let notices = town.stranger().get("/api/v1/public-notices").await.ok();
        let statements = town.user("peng.haoran").await.get(&desk.path("statements")).await.ok();
        let batch = site.fair.batch.to_string();
        let serials = town.stranger().get(&format!("/api/v1/batches/{batch}")).await.ok();
        let serials = text(&serials["serials"]);
        let dealings = dealings(&site, &occupation, &text(&projects["items"][0]["id"])).await;
        let occupation = occupation.rsplit('/').next().unwrap().to_owned();
        let month = text(&trades["items"][0]["traded_at"])[..7].to_owned();
        let more = super::scenes::prepare(&site).await;
        let mut ids = vec![
            ("batch_id", batch),
            ("certificate_id", certificate),
            ("language", "zh".to_owned()),
            ("listing_id", text(&listing["id"])),
            ("month", month),
            ("notice_id", text(&notices["items"][0]["id"])),
            ("occupation_id", occupation),
            ("organisation_id", organisation.to_string()),
            ("parcel_id", text(&parcels["items"][0]["id"])),
            ("payment_id", text(&notice["id"])),
            ("payout_id", text(&payout["id"])),
            ("project_id", text(&projects["items"][0]["id"])),
            ("retirement_id", retirement),
            ("serial", serials.rsplit_once('-').unwrap().0.to_owned()),
            ("statement_id", text(&statements["items"][0]["id"])),
            ("task_id", text(&survey["id"])),
            ("trade_id", text(&trades["items"][0]["id"])),
        ];
        ids.extend(dealings);
        ids.extend(more);
        ids.extend(super::casework::things(&site).await);
        Self { site, ids }
    }

    pub(crate) fn town(&self) -> &Town {
        self.site.town()
    }

    pub(crate) fn id(&self, name: &str) -> &str {
        self.ids.iter().find(|(known, _)| *known == name).map_or("", |(_, id)| id)
    }

    /// Where a page can be seen; `None` where nothing of its kind is here.
    pub(crate) fn address(&self, page: &str) -> Option<String> {
        // Files of the program's own naming.
        let page = match page.starts_with("/finance") {
            true => page.replace("{file}", "statement.csv"),
            false => page.to_owned(),
        };
        let page = page.replace("{paper}", "table.csv");
        let page = page.replace("freeze-orders/{order_id}", "freeze-orders/{freeze_order_id}");
        // Only what was approved has papers for the bank.
        let page = page.replace("{payout_id}/table.csv", "{approved_payout_id}/table.csv");
        let page = page.as_str();
        if page == "/finance/new-payout" {
            let organisation = self.id("organisation_id");
            return Some(format!("{page}?organisation_id={organisation}&share=township_share"));
        }
        let mut out = String::new();
        for part in page.split('/').skip(1) {
            let name = part.trim_matches(['{', '}']);
            let deed = super::casework::first_deed(page);
            let id = match part.starts_with('{') {
                false => part,
                true if name == "deed" => &deed,
                true => self.id(name),
            };
            if part.starts_with('{') && id.is_empty() {
                return None;
            }
            out.push('/');
            out.push_str(id);
        }
        Some(out)
    }
}

/// Who opens that page; `None` is everybody.
pub(crate) fn reader_of(page: &str) -> Option<&'static str> {
    READERS.iter().find(|(start, _)| page.starts_with(start)).map(|(_, username)| *username)
}

/// What a township and a developer have between them and with a bank: papers, an order, an auction, a
/// negotiation, pledges and an enforced sale.
async fn dealings(site: &Site, occupation: &str, project: &str) -> Vec<(&'static str, String)> {
    let (fair, town) = (&site.fair, site.town());
    let (fu, buyer) = (town.user("fu.guoping").await, site.trader().await);
    let pdf = || b"%PDF-1.7\n1 0 obj\n%%EOF\n".to_vec();
    let kind = "application/octet-stream";
    let path = format!("/api/v1/projects/{project}/documents?name=a.pdf&purpose=consent");
    let document = fu.post_file(&path, kind, pdf()).await.created();
    let path = format!("{occupation}/files?kind=form&name=b.pdf&purpose=form");
    let file = buyer.post_file(&path, kind, pdf()).await.created();
    let order = json!({
        "m2": 50, "price_per_mu": "300.00", "wetland_type": "marsh", "grade_max": 5,
    });
    let order = buyer.post("/api/v1/orders", order).await.created();
    let auction = Sale::announce(fair, announcement(fair, "open")).await.id;
    let deposits = format!("/api/v1/auctions/{auction}/deposits");
    buyer.post(&deposits, json!({})).await.created();
    let offer = json!({
        "batch_id": fair.batch, "counterparty_id": fair.desk.organisation("T360124500").await,
        "m2": 100, "price_per_mu": "90000.00",
    });
    let transfer = buyer.post("/api/v1/negotiated-transfers", offer).await.created();
    let pledge = pledged(fair, 1_000).await;
    let sale = json!({
        "buyer_id": site.developer, "m2": 100, "price_per_mu": "94200.00", "claim": "5000.00",
        "document": "（2023）赣0124执12号",
    });
    let sale = lend(fair, &pledge, "enforced-sales", sale).await.created();
    let mut own = request(fair).await;
    (own["m2"], own["contract_no"]) = (json!(100), json!("质借〔2023〕2号"));
    own["shares"] = json!([]);
    let own = buyer.post("/api/v1/pledges", own).await.created();
    let limits = "/api/v1/single-person-limits";
    let limit = |yuan: &str| json!({ "limit": yuan, "reason": HOSTILE });
    buyer.post(limits, limit("5000000.00")).await.created();
    buyer.post(limits, limit("6000000.00")).await.created();
    let permit = json!({ "kind": "purchase", "amount": "7000000.00", "reason": HOSTILE });
    let permit = buyer.post("/api/v1/commitment-permits", permit).await.created();
    let assembly = json!({
        "parcel_no": "R360124-0012", "mode": "lease", "assembled_on": "2022-02-28",
        "document": HOSTILE,
        "holders": [{ "name": HOSTILE, "area_m2": "5666.50", "consented_on": "2022-02-23" }],
    });
    let assembly = fu.post("/api/v1/land-assemblies", assembly).await.created();
    vec![
        ("assembly_id", text(&assembly["id"])),
        ("auction_id", auction),
        ("document_id", text(&document["id"])),
        ("file", "form".to_owned()),
        ("file_id", text(&file["id"])),
        ("negotiated_transfer_id", text(&transfer["id"])),
        ("order_id", text(&order["id"])),
        ("own_pledge_id", text(&own["id"])),
        ("permit_id", text(&permit["id"])),
        ("pledge_id", pledge.rsplit('/').next().unwrap().to_owned()),
        ("sale_id", text(&sale["id"])),
    ]
}

/// Nobody, and everybody who opens pages.
pub(crate) fn readers() -> Vec<Option<&'static str>> {
    let mut readers: Vec<_> = READERS.iter().map(|(_, username)| Some(*username)).collect();
    readers.dedup();
    readers.insert(0, None);
    readers
}

/// Whether a page is a file to keep, which a browser does not show.
pub(crate) fn is_file(page: &str) -> bool {
    let ends = [
        "{certificate_id}/{language}",
        "{departure_id}",
        "{document_id}",
        "{file}",
        "{file_id}",
        "{key_id}",
        "{paper}",
    ];
    let kinds = [".json", ".jsonl", ".note", ".pdf"];
    ends.iter().chain(&kinds).any(|end| page.ends_with(end)) || page.contains("{certificate_id}")
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
