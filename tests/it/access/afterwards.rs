//! What happens around and after a certification: notices, objections, experts, freezes, losses.

use serde_json::{Value, json};

use super::scene::Scene;
use crate::afterwards::freeze_by_order;
use crate::inventory::files::{KIND, bytes, plots};
use crate::restoration::works::{described, enter_parcels, proposal};
use crate::support::ADMINISTRATOR;

impl Scene {
    /// A corrected notice with an objection, a pool with a draw, a freeze that is to be thawed and
    /// a loss that waits for its second person.
    pub(super) async fn afterwards(&mut self) {
        let zhou = self.town().user("zhou.jianing").await;
        let notices = zhou.get("/api/v1/public-notices").await.ok();
        let notice = format!("/api/v1/public-notices/{}", id(&notices["items"][0]));
        let body = self.body("create_notice_correction", "");
        let notice = zhou.post(&format!("{notice}/corrections"), body).await.created();
        let path = format!("/api/v1/public-notices/{}/objections", id(&notice));
        self.town().stranger().post(&path, json!({ "text": "面积有误" })).await.created();
        let objections = zhou.get("/api/v1/objections").await.ok();

        let users = self.town().user(ADMINISTRATOR).await.get("/api/v1/users?limit=200").await.ok();
        let mut experts = Vec::new();
        for username in ["ke.anran", "yu.siyuan", "pei.ruolan"] {
            let all = users["items"].as_array().unwrap();
            let user = all.iter().find(|user| user["username"] == username).unwrap();
            let body = json!({ "user_id": user["id"], "fields": ["wetland"] });
            experts.push(zhou.post("/api/v1/experts", body).await.created());
        }
        let draw = self.draw_for_another_project().await;

        let project = format!("/api/v1/projects/{}", self.things["project"]);
        let liang = self.town().user("liang.wenbo").await;
        let orders = format!("{project}/freeze-orders");
        let freeze = freeze_by_order(self.town(), &orders).await;
        let order = zhou.get("/api/v1/freeze-orders").await.ok()["items"][0].clone();
        let reason = json!({ "reason": "已查清", "document": "示例〔2024〕12号" });
        let path = format!("/api/v1/freezes/{}/thaw-requests", id(&freeze));
        let asked = zhou.post(&path, reason).await.created();
        let task = self.body("create_survey_task", "");
        let task = zhou.post("/api/v1/survey-tasks", task).await.created();
        let fu = self.town().user("fu.guoping").await;
        let path = format!("/api/v1/survey-tasks/{}/files", id(&task));
        fu.post_file(&path, KIND, bytes(&plots(&["R360124-0012"]))).await.created();
        let assembly = self.body("create_land_assembly", "");
        let assembly = fu.post("/api/v1/land-assemblies", assembly).await.created();
        let path = format!("{project}/documents?name=a.pdf&purpose=%E5%90%8C%E6%84%8F%E4%B9%A6");
        let pdf = b"%PDF-1.7\n%%EOF\n".to_vec();
        let document = zhou.post_file(&path, "application/octet-stream", pdf).await.created();
        let loss = self.body("create_loss", "");
        let loss = zhou.post(&format!("{project}/losses"), loss).await.created();
        drop((zhou, liang, fu));
        self.put("public_notice", &notice["id"]);
        self.put("objection", &objections["items"][0]["id"]);
        self.put("expert", &experts[2]["id"]);
        self.put("draw", &draw["id"]);
        self.put("freeze", &freeze["id"]);
        self.put("freeze_order", &order["id"]);
        self.put("thaw_request", &asked["thaw_requests"][0]["id"]);
        self.put("survey_task", &task["id"]);
        self.put("land_assembly", &assembly["id"]);
        self.put("document", &document["id"]);
        self.put("loss", &loss["id"]);
    }

    async fn draw_for_another_project(&self) -> Value {
        let it = described("P360124-002");
        enter_parcels(self.town(), &["R360124-0010"]).await;
        let cai = self.town().user("cai.yumei").await;
        let project = cai.post("/api/v1/projects", proposal(&it)).await.created();
        let zhou = self.town().user("zhou.jianing").await;
        let path = format!("/api/v1/projects/{}/expert-draws", id(&project));
        zhou.post(&path, self.body("create_project_draw", "")).await.created()
    }
}

/// The id of what was answered.
fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}
