//! What happened before a story begins, as its files tell it: the schedules of the split, and each
//! project from its parcel to its releases, by the people whose office it is.

use anyhow::Context;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::look::text;
use super::setup::World;
use super::story::{Act, Story, json_file};

/// A parcel enters so many days before its project is proposed.
const ENTERED_DAYS_BEFORE: u64 = 5;
/// Two people bring a schedule and the trading area about so many days before it is in force.
const SCHEDULED_DAYS_BEFORE: u64 = 2;
/// The document by which credits may go through the province (R46); the story names the reach only.
const TRADING_AREA_DOCUMENT: &str = "示例〔2024〕21号";
/// The county's wetland database of that year is loaded on that day.
const WETLANDS_LOADED: (i32, u32, u32) = (2025, 8, 15);
/// The survey whose parcels no project took is offered on that day.
const SURVEY_OFFERED: (i32, u32, u32) = (2025, 9, 1);

/// Who does what in the county.
struct Offices {
    officer: String,
    inspector: String,
    director: String,
}

/// Everything before the first step, in its order within each project.
pub(super) fn acts(story: &Story, projects: &Value, world: &World) -> anyhow::Result<Vec<Act>> {
    let offices = Offices {
        officer: world.person_of("CENTRE", "centre_officer")?,
        inspector: world.another_of("CENTRE", "centre_officer")?,
        director: world.person_of("CENTRE", "centre_director")?,
    };
    let mut acts = schedules(story)?;
    let mut taken = Vec::new();
    for plan in projects["projects"].as_array().into_iter().flatten() {
        taken.push(plan["parcel_no"].clone());
        project(&mut acts, plan, world, &offices)?;
    }
    let others: Vec<Value> = parcels()?.into_iter().filter(|no| !taken.contains(no)).collect();
    let by = &offices.officer;
    let wetlands = json!({"file": "wetland_database.geojson"});
    acts.push(Act::new(day(WETLANDS_LOADED)?, by, "import_wetlands", wetlands));
    let offered = json!({"file": "parcels.geojson", "parcels": others, "mode": "accept_valid"});
    acts.push(Act::new(day(SURVEY_OFFERED)?, by, "import_parcels", offered));
    Ok(acts)
}

fn day((year, month, day): (i32, u32, u32)) -> anyhow::Result<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).context("a day of the calendar")
}

/// The numbers of all parcels of the file.
fn parcels() -> anyhow::Result<Vec<Value>> {
    let file = json_file("parcels.geojson")?;
    let features = file["features"].as_array().context("the parcels are a collection")?;
    Ok(features.iter().map(|feature| feature["properties"]["parcel_no"].clone()).collect())
}

/// The schedules that the first step finds in force, each entered before its first day; the reach
/// of the county's credits comes with the newest.
fn schedules(story: &Story) -> anyhow::Result<Vec<Act>> {
    let found = story.steps.iter().find(|step| step.action == "schedules_in_force");
    let Some(step) = found else { return Ok(Vec::new()) };
    let payout = story.payouts.first().context("the story's payouts name two of the bureau")?;
    let listed = step.data.get("schedules").and_then(Value::as_array).into_iter().flatten();
    let mut acts = Vec::new();
    for schedule in listed {
        let data = json!({
            "schedule": schedule, "entered_by": payout.entered_by,
            "approved_by": payout.approved_by,
        });
        let on = before(date(schedule, "from")?, SCHEDULED_DAYS_BEFORE)?;
        acts.push(Act::new(on, &payout.approved_by, "enter_schedule", data));
    }
    if let (Some(newest), Some(reach)) = (acts.last_mut(), step.data.get("trading_area")) {
        newest.data.insert("trading_area".into(), reach.clone());
        newest.data.insert("trading_area_document".into(), json!(TRADING_AREA_DOCUMENT));
    }
    Ok(acts)
}

fn before(date: NaiveDate, days: u64) -> anyhow::Result<NaiveDate> {
    date.checked_sub_days(Days::new(days)).context("a day of the calendar")
}

fn date(of: &Value, name: &str) -> anyhow::Result<NaiveDate> {
    let day = text(of, name).parse();
    day.with_context(|| format!("{name} is no day: {}", of[name]))
}

/// A project as its plan tells it, as far as it came.
fn project(
    acts: &mut Vec<Act>,
    plan: &Value,
    world: &World,
    offices: &Offices,
) -> anyhow::Result<()> {
    let number = text(plan, "project_no");
    let township = format!("T{}", text(plan, "township_code"));
    let township = world.person_of(&township, "township_officer")?;
    let Offices { officer, inspector, director } = offices;
    let stages = &plan["stages"];
    let proposed = date(stages, "proposed")?;
    let parcel =
        json!({"file": "parcels.geojson", "parcels": [plan["parcel_no"]], "mode": "reject"});
    let mut add = |on: NaiveDate, by: &str, action: &str, data: Value| {
        acts.push(Act::new(on, by, action, data));
    };
    add(before(proposed, ENTERED_DAYS_BEFORE)?, officer, "import_parcels", parcel);
    // Projects are counted as they are proposed, which need not be the order of the file.
    let own = json!({"project": number, "numbered_elsewhere": true});
    add(proposed, &township, "propose_project", own);
    notice(&mut add, plan, "scheme", officer)?;
    for (stage, by) in [
        ("scheme_reviewed", officer),
        ("approved", director),
        ("under_construction", &township),
        ("completed", &township),
    ] {
        let data = json!({"project": number, "stage": stage});
        add(date(stages, stage)?, by, "advance_project", data);
    }
    add(date(stages, "accepted")?, inspector, "accept_project", json!({"project": number}));
    notice(&mut add, plan, "result", officer)?;
    let certification = &plan["certification"];
    if !certification.is_null() {
        let on = date(certification, "date")?;
        let by = text(certification, "entered_by");
        add(before(on, 1)?, by, "apply_certification", json!({"project": number}));
        let batch = json!({"project": number, "batch": certification["batch_no"]});
        add(on, text(certification, "decided_by"), "certify", batch);
        let monitoring = json!({"project": number, "stage": "monitoring"});
        add(date(stages, "monitoring")?, inspector, "advance_project", monitoring);
    }
    for report in plan["monitoring_plan"]["reports"].as_array().into_iter().flatten() {
        if report["delivered"].is_string() {
            let due = json!({"project": number, "due": report["due"]});
            add(date(report, "delivered")?, &township, "deliver_monitoring_report", due);
        }
    }
    for release in plan["releases"].as_array().into_iter().flatten() {
        let mut data = release.clone();
        data["batch"] = certification["batch_no"].clone();
        add(date(release, "date")?, director, "release", data);
    }
    Ok(())
}

/// A notice, and what was objected to it.
fn notice(
    add: &mut impl FnMut(NaiveDate, &str, &str, Value),
    plan: &Value,
    kind: &str,
    by: &str,
) -> anyhow::Result<()> {
    let listed = plan["notices"].as_array().into_iter().flatten();
    for notice in listed.filter(|notice| text(notice, "kind") == kind) {
        let project = &plan["project_no"];
        let opened = json!({"project": project, "kind": kind, "to": notice["to"]});
        add(date(notice, "from")?, by, "open_notice", opened);
        for objection in notice["objections"].as_array().into_iter().flatten() {
            let data = json!({"project": project, "kind": kind, "text": objection["text"]});
            add(date(objection, "filed")?, "anybody", "object", data);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_story_begins_with_seven_projects_of_the_file() {
        let story = Story::read(None).unwrap();
        let projects = json_file("projects.json").unwrap();
        let world = World::of(&story.setup, "360124".into()).unwrap();
        let acts = acts(&story, &projects, &world).unwrap();
        let count = |action: &str| acts.iter().filter(|act| act.action == action).count();
        assert_eq!(count("propose_project"), 7);
        assert_eq!(count("certify"), 6);
        assert_eq!(count("object"), 1);
        assert_eq!(count("enter_schedule"), 2);
        assert_eq!(count("release"), 10);
        let first = &story.steps[0];
        for act in &acts {
            assert!(
                act.date < first.date || act.action == "deliver_monitoring_report",
                "{} on {}",
                act.action,
                act.date
            );
        }
    }
}
