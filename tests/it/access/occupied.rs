//! What of a county is occupied: an application with retired credits, a policy and a case.

use serde_json::json;

use super::scene::Scene;
use crate::occupation::site;

impl Scene {
    /// An application of the buyer with a retirement that took effect, a policy and a case that wait.
    pub(super) async fn things_occupied(&mut self) {
        let (buyer, gan) =
            (self.town().user("buyer.00").await, self.town().user("gan.zhiqiang").await);
        let body = site::application(1, "80.00");
        let occupation = buyer.post("/api/v1/occupations", body).await.created();
        let path = format!("/api/v1/occupations/{}", occupation["id"].as_str().unwrap());
        gan.post(&format!("{path}/gradings"), site::grading(3)).await.created();
        let parts = json!([{ "batch_id": self.fair.batch, "m2": 50 }]);
        let body = json!({ "parts": parts, "reason": "占补平衡" });
        let retirement = buyer.post(&format!("{path}/retirements"), body).await.created();
        let confirmation =
            format!("/api/v1/retirements/{}/confirmation", retirement["id"].as_str().unwrap());
        let director = self.town().user("buyer.director").await;
        let retirement = director.post(&confirmation, json!({})).await.created();
        let policy = json!({
            "region": "360124", "ratio": "1.00", "general_compensates": true,
            "document": "示例〔2023〕3号",
        });
        let policy = gan.post("/api/v1/occupation-policies", policy).await.created();
        let case = gan.post("/api/v1/violation-cases", site::case()).await.created();
        drop((buyer, gan, director));
        self.put("occupation", &occupation["id"]);
        self.put("retirement", &retirement["id"]);
        self.put("certificate", &retirement["certificates"][0]["id"]);
        self.put("occupation_policy", &policy["id"]);
        self.put("violation_case", &case["id"]);
    }
}
