//! Acts on land: parcels, projects through their stages, certification and releases.

use anyhow::Context;
use serde_json::{Value, json};

use super::look::text;
use super::people::Reply;
use super::player::Player;
use super::story::{Act, file, json_file};

const GEOJSON: &str = "application/geo+json";

impl Player {
    /// What projects.json says of a project.
    fn plan(&self, number: &str) -> anyhow::Result<Value> {
        let plans = self.projects.get("projects").and_then(Value::as_array);
        let plan = plans.into_iter().flatten().find(|plan| text(plan, "project_no") == number);
        plan.cloned().with_context(|| format!("projects.json does not tell of {number}"))
    }

    pub(super) async fn import_parcels(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let wanted = act.data.get("parcels").and_then(Value::as_array).context("no parcels")?;
        let mut parcels = json_file(act.text("file")?)?;
        if let Some(features) = parcels.get_mut("features").and_then(Value::as_array_mut) {
            features.retain(|feature| {
                feature.pointer("/properties/parcel_no").is_some_and(|no| wanted.contains(no))
            });
        }
        let bytes = serde_json::to_vec(&parcels)?;
        let path = "/api/v1/parcel-import-reports?kind=reserve";
        let report = self.people.post_file(&act.by, path, GEOJSON, bytes.clone()).await?.done()?;
        if report["refused"] != json!(0) {
            self.parcel_report = report.clone();
        }
        self.answers.report = report;
        let path = format!("/api/v1/parcel-imports?kind=reserve&mode={}", act.text("mode")?);
        let reply = self.people.post_file(&act.by, &path, GEOJSON, bytes).await?;
        if reply.is_done() {
            self.answers.entered = reply.body.clone();
        }
        Ok(reply)
    }

    pub(super) async fn import_wetlands(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let bytes = file(act.text("file")?)?.to_vec();
        let path = "/api/v1/parcel-imports?kind=wetland&mode=reject";
        self.people.post_file(&act.by, path, GEOJSON, bytes).await
    }

    pub(super) async fn propose_project(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let number = act.text("project")?;
        let plan = self.plan(number)?;
        let bill = &plan["bill_of_quantities"];
        let new = json!({
            "name": plan["name"], "parcels": [plan["parcel_no"]], "mode": plan["mode"],
            "contractor": plan["contractor"], "right_holder_consent": plan["right_holder_consent"],
            "legal_duty": plan["legal_duty"], "species": plan["species"],
            "bill_of_quantities": {"lines": bill["lines"], "total": bill["total"]},
        });
        let reply = self.people.post(&act.by, "/api/v1/projects", new).await?;
        if reply.is_done() {
            self.world.ids.keep(number, &reply.body)?;
            if !act.data.contains_key("numbered_elsewhere") {
                self.checks.same("project", &json!(number), &reply.body["number"]);
            }
        }
        Ok(reply)
    }

    pub(super) async fn advance_project(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let noun = match act.text("stage")? {
            "scheme_reviewed" => "scheme-review",
            "approved" => "approval",
            "under_construction" => "construction",
            "completed" => "completion",
            "monitoring" => "monitoring",
            other => anyhow::bail!("a project is not brought to {other} like this"),
        };
        let project = self.world.ids.id(act.text("project")?)?.to_owned();
        if noun == "approval" {
            self.file_zone_approval(act, &project).await?;
        }
        let path = format!("/api/v1/projects/{project}/{noun}");
        self.people.post(&act.by, &path, Value::Null).await
    }

    /// Files the approval that a zone on the project's land needs, where the project has one.
    async fn file_zone_approval(&mut self, act: &Act, project: &str) -> anyhow::Result<()> {
        let plan = self.plan(act.text("project")?)?;
        let approval = &plan["zone_approval"];
        if approval.is_null() {
            return Ok(());
        }
        let township = format!("T{}", text(&plan, "township_code"));
        let officer = self.world.person_of(&township, "township_officer")?;
        let new = json!({
            "zone_no": approval["zone_no"], "approval_no": approval["approval_no"],
            "by": approval["by"], "date": approval["date"],
        });
        let path = format!("/api/v1/projects/{project}/zone-approvals");
        self.people.post(&officer, &path, new).await?.done()?;
        Ok(())
    }

    /// Accepts a project, and files the plan by which its land is watched.
    pub(super) async fn accept_project(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let number = act.text("project")?;
        let (plan, project) = (self.plan(number)?, self.world.ids.id(number)?.to_owned());
        let report = act.data.get("third_party_report").unwrap_or(&plan["third_party_report"]);
        let inspection = act.data.get("inspection").unwrap_or(&plan["inspection"]);
        let new = json!({
            "inspection": inspection,
            "third_party_report": {
                "assessor": report["assessor"], "report_no": report["report_no"],
                "date": report["date"], "author": report["author"],
                "accepted_area_m2": report["accepted_area_m2"],
                "no_interest_declared": report["no_interest_declared"],
            },
        });
        let path = format!("/api/v1/projects/{project}/acceptance");
        let reply = self.people.post(&act.by, &path, new).await?;
        if reply.is_done() {
            self.answers.accepted = reply.body.clone();
            let path = format!("/api/v1/projects/{project}/monitoring-plan");
            let years = json!({"years": plan["monitoring_plan"]["years"]});
            self.people.post(&act.by, &path, years).await?.done()?;
        }
        Ok(reply)
    }

    /// Puts a project's scheme or result before everybody; the story says until when.
    pub(super) async fn open_notice(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let project = self.world.ids.id(act.text("project")?)?.to_owned();
        let kind = act.text("kind")?;
        let path = format!("/api/v1/projects/{project}/{kind}-notice");
        let reply = self.people.post(&act.by, &path, Value::Null).await?;
        if reply.is_done() {
            let what = format!("{} {kind} notice to", act.text("project")?);
            self.checks.same(&what, &json!(act.text("to")?), &reply.body["to"]);
            self.world.ids.keep(&notice_of(act.text("project")?, kind), &reply.body)?;
        }
        Ok(reply)
    }

    /// Somebody objects to a notice, without logging in.
    pub(super) async fn object(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let notice = notice_of(act.text("project")?, act.text("kind")?);
        let path = format!("/api/v1/public-notices/{}/objections", self.world.ids.id(&notice)?);
        self.people.post_openly(&path, json!({"text": act.text("text")?})).await
    }

    /// Delivers the report that is due on the day that the story names.
    pub(super) async fn deliver_monitoring_report(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let number = act.text("project")?;
        let (plan, project) = (self.plan(number)?, self.world.ids.id(number)?.to_owned());
        let due = act.text("due")?;
        let report = &plan["third_party_report"];
        let new = json!({
            "due_on": due, "report_no": format!("JC-{number}-{due}"), "date": act.date,
            "author": report["author"], "restored_area_m2": report["accepted_area_m2"],
            "findings": "按监测方案完成年度监测，修复面积未减少",
        });
        let path = format!("/api/v1/projects/{project}/monitoring-reports");
        self.people.post(&act.by, &path, new).await
    }

    pub(super) async fn apply_certification(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let number = act.text("project")?;
        let plan = self.plan(number)?;
        let certification = &plan["certification"];
        let new = json!({
            "project_id": self.world.ids.id(number)?,
            "m2": act.data.get("m2").unwrap_or(&certification["certified_m2"]),
            "wetland_type": certification["wetland_type"], "grade": certification["grade"],
            "grade_method": certification["grade_method"],
            "grade_indicators": certification["grade_indicators"],
        });
        let reply = self.people.post(&act.by, "/api/v1/certification-applications", new).await?;
        if reply.is_done() {
            self.world.ids.keep(&application_of(number), &reply.body)?;
        }
        Ok(reply)
    }

    pub(super) async fn certify(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let number = act.text("project")?;
        let application = self.world.ids.id(&application_of(number))?;
        let path = format!("/api/v1/certification-applications/{application}/certification");
        let reply = self.people.post(&act.by, &path, Value::Null).await?;
        if reply.is_done() {
            let batch = act.text("batch")?;
            self.world.ids.keep(batch, &reply.body)?;
            self.checks.same("batch", &json!(batch), &reply.body["number"]);
            let plan = self.plan(number)?;
            let serials = &plan["certification"]["serials"];
            self.checks.same(&format!("{batch} serials"), serials, &reply.body["serials"]);
            self.answers.certified = reply.body.clone();
        }
        Ok(reply)
    }

    pub(super) async fn release(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let batch = act.text("batch")?;
        let path = format!("/api/v1/batches/{}/releases", self.world.ids.id(batch)?);
        let milestone = json!({"milestone": act.text("milestone")?});
        let reply = self.people.post(&act.by, &path, milestone).await?;
        if reply.is_done() {
            let what = format!("{batch} {} cumulative", act.text("milestone")?);
            let [m2, percent] = ["cumulative_m2", "cumulative_percent"]
                .map(|name| act.data.get(name).unwrap_or(&Value::Null));
            self.checks.same(&format!("{what} m²"), m2, &reply.body["cumulative_m2"]);
            self.checks.same(&format!("{what} %"), percent, &reply.body["percent"]);
        }
        Ok(reply)
    }
}

/// Under which name a project's application is known here; it has no number of its own.
fn application_of(project: &str) -> String {
    format!("application of {project}")
}

/// Under which name a notice of a project is known here.
fn notice_of(project: &str, kind: &str) -> String {
    format!("{kind} notice of {project}")
}
