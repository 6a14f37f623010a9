//! A place where every page of the program has something to show, and the addresses of all of them.

use serde_json::{Value, json};

use crate::occupation::site::Site;
use crate::support::Town;

/// A name that would break a page that does not escape it.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";

/// A county with credits, a listing, a trade, a retirement, a survey and a payout.
pub(crate) struct Walk {
    pub(crate) site: Site,
    ids: Vec<(&'static str, String)>,
}

/// Who opens the pages below a path.
pub(crate) const READERS: [(&str, &str); 7] = [
    ("/centre", "zhou.jianing"),
    ("/forestry", "gan.zhiqiang"),
    ("/expert", "pei.ruolan"),
    ("/township", "fu.guoping"),
    ("/developer", "buyer.00"),
    ("/finance", "peng.haoran"),
    ("/home", "liang.wenbo"),
];

impl Walk {
    pub(crate) async fn prepare(town: Town) -> Self {
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
        let occupation = occupation.rsplit('/').next().unwrap().to_owned();
        let month = text(&trades["items"][0]["traded_at"])[..7].to_owned();
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
        if page == "/finance/new-payout" {
            let organisation = self.id("organisation_id");
            return Some(format!("{page}?organisation_id={organisation}&share=township_share"));
        }
        let mut out = String::new();
        for part in page.split('/').skip(1) {
            let name = part.trim_matches(['{', '}']);
            let deed = super::casework::first_deed(page);
            let id = match (part.starts_with('{'), page.starts_with("/developer/deposits")) {
                (false, _) => part,
                (true, _) if name == "deed" => &deed,
                (true, true) => self.id("payment_id"),
                (true, false) => self.id(name),
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

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
