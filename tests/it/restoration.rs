//! Restoration projects, told as stories on both engines.

mod walk;
pub(crate) mod works;

use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};

use self::works::{Works, acceptance, described, enter_parcels, officer_of, proposal};
use crate::inventory::files::{KIND, RESERVE, bytes, plots};
use crate::inventory::layers::{approve, draft, layers_of_the_story};
use crate::market::fair::invented_code;
use crate::support::{Town, password_of};

/// A centre of the province, with an officer and a director.
async fn province(town: &Town) {
    let it = CreateOrganisation {
        id: OrganisationId::new(),
        code: "CENTRE36".into(),
        kind: OrganisationKind::OperationsCentre,
        name: "示例省湿地资源运营中心".into(),
        region: "36".parse().unwrap(),
        uscc: Some(invented_code(701)),
        bank: None,
        related_to: None,
    };
    let person = |username: &str, role| CreateUser {
        id: UserId::new(),
        username: username.into(),
        display_name: "示例人员".into(),
        organisation_id: it.id,
        role,
        password_hash: town.hash_of(&password_of(username)),
    };
    let people = [
        person("province.officer", Role::CentreOfficer),
        person("province.director", Role::CentreDirector),
    ];
    let write = town.db.write(Doing::system("found_province"), move |tx| {
        identity::create_organisation(tx, &it)?;
        people.iter().try_for_each(|one| identity::create_user(tx, one).map(|_| ()))
    });
    write.await.unwrap();
}

on_both_engines! {
    async fn r31_important_wetland_is_approved_and_accepted_above_the_county(town: Town) {
        province(&town).await;
        let it = described("P360124-001");
        town.on(it["stages"]["proposed"].as_str().unwrap());
        let mut file = plots(&["R360124-0012"]);
        file["features"][0]["properties"]["level"] = json!("provincial_important");
        town.user("zhou.jianing").await.post_file(RESERVE, KIND, bytes(&file)).await.created();
        let project = town.user("fu.guoping").await.post("/api/v1/projects", proposal(&it)).await.created();
        let works = Works { town: &town, it, id: project["id"].as_str().unwrap().to_owned() };
        works.enter("scheme_reviewed").await;
        works.from("2022-04-28");
        let approval = works.path("approval");
        let (liang, tu) = (town.user("liang.wenbo").await, town.user("tu.mingyuan").await);
        liang.post(&approval, json!({})).await.refused(403, "important-wetland");
        let above = town.user("province.director").await;
        assert_eq!(above.post(&approval, json!({})).await.created()["stage"], "approved");
        works.enter("under_construction").await;
        works.enter("completed").await;
        works.from(works.it["stages"]["accepted"].as_str().unwrap());
        let path = works.path("acceptance");
        tu.post(&path, acceptance(&works.it)).await.refused(403, "important-wetland");
        let officer = town.user("province.officer").await;
        assert_eq!(officer.post(&path, acceptance(&works.it)).await.created()["stage"], "accepted");
        town.verify().await;
    }

    async fn r24_a_project_goes_through_its_stages_in_order_each_with_who_and_when(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let fu = town.user("fu.guoping").await;
        let too_early = fu.post(&wuli.path("construction"), json!({})).await;
        too_early.refused(409, "stage-out-of-order");

        wuli.complete().await;
        let liang = town.user("liang.wenbo").await;
        let backwards = liang.post(&wuli.path("approval"), json!({})).await;
        backwards.refused(409, "stage-out-of-order");

        let accepted = wuli.enter("accepted").await;
        assert_eq!(accepted["acceptance"]["accepted_area_m2"], "11333.00");
        assert_eq!(accepted["acceptance"]["accepted_on"], "2023-08-04");
        let tu = town.user("tu.mingyuan").await;
        let unplanned = tu.post(&wuli.path("monitoring"), json!({})).await;
        unplanned.refused(409, "monitoring-plan-missing");

        let planned = wuli.plan().await;
        let due: Vec<Value> = wuli.it["monitoring_plan"]["reports"].as_array().unwrap().iter()
            .map(|report| report["due"].clone()).collect();
        assert_eq!(planned["monitoring_plan"]["reports_due"], json!(due));
        fu.post(&wuli.path("monitoring-plan"), json!({"years": 5})).await
            .refused(409, "monitoring-plan-exists");
        wuli.enter("monitoring").await;

        town.on("2028-09-01");
        let due: Vec<String> =
            due.iter().map(|day| day.as_str().unwrap().to_owned()).collect();
        let (last, before) = due.split_last().unwrap();
        for day in before {
            wuli.report(day).await;
        }
        let mut closure = json!({
            "post_assessment": {
                "assessor": "ASR01", "report_no": "JY-2028-031", "date": "2028-08-20",
                "author": "裴若兰", "no_interest_declared": true,
            },
        });
        tu.post(&wuli.path("closure"), closure.clone()).await.refused(422, "unreadable-values");
        closure["keeper"] = json!("五里垦殖场湿地管护站");
        // The last report was due four weeks ago: late, but not yet too late.
        assert_eq!(last, "2028-08-04");
        let closed = tu.post(&wuli.path("closure"), closure).await.created();
        let stages: Vec<&str> = closed["stages"].as_array().unwrap().iter()
            .map(|entry| entry["stage"].as_str().unwrap()).collect();
        assert_eq!(stages, [
            "proposed", "scheme_reviewed", "approved", "under_construction", "completed",
            "accepted", "monitoring", "closed",
        ]);
        assert_eq!(closed["stages"][1]["entered_at"], "2022-04-18T01:00:00.000000Z");
        assert_eq!(closed["closure"]["keeper"], "五里垦殖场湿地管护站");
        assert_eq!(fu.get(&format!("/api/v1/projects/{}", wuli.id)).await.ok(), closed);
    }

    async fn r26_the_bills_of_all_fixtures_add_up_and_a_fen_too_much_is_refused(town: Town) {
        for (number, counted) in [
            ("P360124-001", "P360124-001"), ("P360124-002", "P360124-002"),
            ("P360124-003", "P360124-003"), ("P360124-004", "P360124-004"),
            ("P360124-006", "P360124-005"), ("P360124-005", "P360124-006"),
            ("P360124-007", "P360124-007"),
        ] {
            let it = described(number);
            let township = officer_of(it["township_code"].as_str().unwrap());
            let mut wrong = proposal(&it);
            wrong["bill_of_quantities"]["total"] = json!("612345.68");
            town.on(it["stages"]["proposed"].as_str().unwrap());
            enter_parcels(&town, &[it["parcel_no"].as_str().unwrap()]).await;
            let officer = town.user(township).await;
            officer.post("/api/v1/projects", wrong).await.refused(422, "bill-total");
            let mut wrong = proposal(&it);
            wrong["bill_of_quantities"]["lines"][0]["amount"] = json!("0.01");
            officer.post("/api/v1/projects", wrong).await.refused(422, "bill-line-amount");
            let made = officer.post("/api/v1/projects", proposal(&it)).await.created();
            assert_eq!(made["number"], counted);
            assert_eq!(made["bill_of_quantities"]["total"], it["bill_of_quantities"]["total"]);
            assert_eq!(made["species"].as_array().unwrap().len(), it["species"].as_array().unwrap().len());
        }
    }

    async fn r25_r26_r27_a_scheme_with_a_gap_is_refused(town: Town) {
        let it = described("P360124-001");
        town.on("2022-03-07");
        enter_parcels(&town, &["R360124-0012"]).await;
        let fu = town.user("fu.guoping").await;
        let cypress = json!({"name": "落羽杉", "latin": "Taxodium distichum", "origin": "alien"});
        for (pointer, value, code) in [
            ("/contractor", Value::Null, "contractor-missing"),
            ("/right_holder_consent/objections", json!(1), "right-holder-consent-missing"),
            ("/right_holder_consent/holders", json!(0), "right-holder-consent-missing"),
            ("/right_holder_consent/date", json!("2022-03-08"), "consent-in-future"),
            ("/species/0", cypress, "alien-species-unapproved"),
            ("/species", json!([]), "count-out-of-range"),
            ("/parcels", json!([]), "count-out-of-range"),
            ("/parcels/0", json!("R360124-9999"), "no-such-parcel"),
            ("/mode", json!("alone"), "unreadable-values"),
            ("/name", json!("  "), "unreadable-values"),
            ("/bill_of_quantities/lines/0/quantity", json!("0.001"), "unreadable-values"),
        ] {
            let mut body = proposal(&it);
            *body.pointer_mut(pointer).unwrap() = value;
            fu.post("/api/v1/projects", body).await.refused(422, code);
        }
        assert_eq!(fu.get("/api/v1/projects").await.ok()["items"], json!([]));
    }

    async fn a_parcel_has_one_project_which_its_own_township_proposes(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let body = proposal(&wuli.it);
        let fu = town.user("fu.guoping").await;
        fu.post("/api/v1/projects", body.clone()).await.refused(409, "parcel-has-project");
        town.on("2023-03-20");
        enter_parcels(&town, &["R360124-0003"]).await;
        let mut foreign = body;
        foreign["parcels"] = json!(["R360124-0003"]);
        fu.post("/api/v1/projects", foreign).await.refused(422, "no-parcel-in-township");
    }

    async fn r29_r33_land_is_accepted_on_an_independent_report_and_two_visits(town: Town) {
        let it = described("P360124-001");
        let related = |body: &mut Value| body["contractor"] = json!("抚河示例桥梁工程有限公司");
        let wuli = Works::propose_as(&town, it.clone(), related).await;
        wuli.complete().await;
        town.on("2023-08-04");
        let tu = town.user("tu.mingyuan").await;
        for (pointer, value, code) in [
            // ASR02 is related to DEV02, which is the contractor here.
            ("/third_party_report/assessor", json!("ASR02"), "assessor-has-interest"),
            ("/third_party_report/assessor", json!("ASR99"), "no-such-assessor"),
            ("/third_party_report/assessor", json!("DEV01"), "no-such-assessor"),
            ("/third_party_report/no_interest_declared", json!(false), "interest-not-denied"),
            ("/third_party_report/date", json!("2023-04-19"), "date-out-of-range"),
            ("/inspection/date", json!("2023-08-05"), "date-out-of-range"),
            ("/inspection/inspectors", json!(["甘志强"]), "inspectors-too-few"),
            ("/inspection/inspectors", json!(["甘志强", " 甘志强"]), "inspectors-too-few"),
            ("/third_party_report/accepted_area_m2", json!("11333.10"), "accepted-area-out-of-range"),
            ("/third_party_report/accepted_area_m2", json!("0.00"), "accepted-area-out-of-range"),
        ] {
            let mut body = acceptance(&it);
            *body.pointer_mut(pointer).unwrap() = value;
            tu.post(&wuli.path("acceptance"), body).await.refused(422, code);
        }
        tu.post(&wuli.path("acceptance"), acceptance(&it)).await.created();
    }

    async fn r94_the_drafts_of_a_township_are_unknown_to_the_others(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let path = format!("/api/v1/projects/{}", wuli.id);
        let rao = town.user("rao.zhiyuan").await;
        let seen = async || {
            let page = rao.get("/api/v1/projects").await.ok();
            page["items"].as_array().unwrap().len()
        };
        for stage in ["scheme_reviewed", "approved"] {
            rao.get(&path).await.refused(404, "not-found");
            assert_eq!(seen().await, 0);
            wuli.enter(stage).await;
        }
        rao.get(&path).await.ok();
        assert_eq!(seen().await, 1);
        rao.post(&wuli.path("construction"), json!({})).await.refused(404, "not-found");
        for username in ["fu.guoping", "zhou.jianing", "gan.zhiqiang", "aud01.desk"] {
            let reader = town.user(username).await;
            assert_eq!(reader.get(&path).await.ok()["stage"], "approved");
            let page = reader.get("/api/v1/projects").await.ok();
            assert_eq!(page["items"][0]["stage"], "approved", "{username}");
        }
        town.user("dev01.trader").await.get(&path).await.refused(403, "not-allowed");
        town.stranger().get(&path).await.refused(401, "credentials-needed");
    }

    async fn r17_land_under_basic_farmland_carries_no_project(town: Town) {
        let wuli = described("P360124-001");
        let farmland = include_str!("../fixtures/jinxian/basic_farmland.geojson");
        let parcels = include_str!("../fixtures/jinxian/parcels.geojson");
        let (mut layer, parcels): (Value, Value) =
            (serde_json::from_str(farmland).unwrap(), serde_json::from_str(parcels).unwrap());
        layer["features"][0]["geometry"] = parcels["features"][11]["geometry"].clone();
        let zhou = town.user("zhou.jianing").await;
        let id = draft(&zhou, "basic_farmland", "demo-1", &layer.to_string()).await;
        town.on("2022-03-07");
        enter_parcels(&town, &["R360124-0012"]).await;
        let fu = town.user("fu.guoping").await;
        // A draft bars nothing; approved it does, before the proposal and before the approval.
        let project = fu.post("/api/v1/projects", proposal(&wuli)).await.created();
        approve(&town, &id).await;
        let path = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());
        zhou.post(&format!("{path}/scheme-notice"), json!({})).await.created();
        zhou.post(&format!("{path}/scheme-review"), json!({})).await.created();
        town.on("2022-03-15");
        let liang = town.user("liang.wenbo").await;
        liang.post(&format!("{path}/approval"), json!({})).await.refused(409, "land-barred");
        let reason = json!({ "reason": "涉及永久基本农田" });
        fu.post(&format!("{path}/withdrawal"), reason).await.created();
        let again = fu.post("/api/v1/projects", proposal(&wuli)).await;
        let problem = again.refused(409, "parcel-barred");
        assert!(problem["detail"].as_str().unwrap().contains("F360124-001"), "{problem:#}");
    }

    async fn r18_a_project_in_the_yellow_zone_needs_the_named_approval(town: Town) {
        town.on("2024-06-03");
        layers_of_the_story(&town).await;
        let sanli = Works::propose(&town, "P360124-004").await;
        sanli.enter("scheme_reviewed").await;
        town.on(sanli.it["stages"]["approved"].as_str().unwrap());
        let (liang, hu) = (town.user("liang.wenbo").await, town.user("hu.xiaoqiu").await);
        let missing = liang.post(&sanli.path("approval"), json!({})).await;
        let problem = missing.refused(409, "zone-approval-missing");
        assert!(problem["detail"].as_str().unwrap().contains("800.00 m²"), "{problem:#}");
        assert_eq!(liang.get(&sanli.path("land-answers")).await.ok()["items"], json!([]));

        // An approval for another zone, or by another authority, is none.
        let named = &sanli.it["zone_approval"];
        let mut approval = json!({
            "zone_no": "Z360124-R01", "approval_no": named["approval_no"], "by": named["by"],
            "date": named["date"],
        });
        hu.post(&sanli.path("zone-approvals"), approval.clone()).await.created();
        liang.post(&sanli.path("approval"), json!({})).await.refused(409, "zone-approval-missing");
        approval["zone_no"] = named["zone_no"].clone();
        approval["date"] = json!("2030-01-01");
        hu.post(&sanli.path("zone-approvals"), approval.clone()).await.refused(422, "date-out-of-range");
        approval["date"] = named["date"].clone();
        let filed = hu.post(&sanli.path("zone-approvals"), approval.clone()).await.created();
        assert_eq!(filed["zone_approvals"][1]["approval_no"], "示例〔2024〕17号");
        hu.post(&sanli.path("zone-approvals"), approval.clone()).await.refused(409, "zone-approval-exists");
        liang.post(&sanli.path("approval"), json!({})).await.created();
        approval["zone_no"] = json!("Z1");
        hu.post(&sanli.path("zone-approvals"), approval).await.refused(409, "zone-approval-too-late");

        // The answer that the approval rests on is kept, also when the layer changes later.
        let kept = liang.get(&sanli.path("land-answers")).await.ok();
        let answer = &kept["items"][0]["answer"];
        assert_eq!(kept["items"].as_array().unwrap().len(), 1);
        assert_eq!(kept["items"][0]["subject"], format!("project:{}", sanli.id));
        assert_eq!(answer["layers"][0]["number"], "Z360124-Y01");
        assert_eq!(answer["layers"][0]["m2"], "800.00");
        assert_eq!(answer["versions"][1]["name"], "demo-1");
        let fu = town.user("fu.guoping").await;
        assert_eq!(fu.get(&sanli.path("land-answers")).await.ok(), kept);
    }

    async fn a_project_is_withdrawn_before_its_construction_and_frees_its_parcels(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let (fu, zhou) = (town.user("fu.guoping").await, town.user("zhou.jianing").await);
        let parcel = &zhou.get("/api/v1/parcels").await.ok()["items"][0];
        let parcel = format!("/api/v1/parcels/{}", parcel["id"].as_str().unwrap());
        let reason = json!({ "reason": "权利人改变用途" });
        zhou.post(&format!("{parcel}/withdrawal"), reason.clone()).await
            .refused(409, "parcel-has-project");
        let withdrawn = fu.post(&wuli.path("withdrawal"), reason.clone()).await.created();
        assert_eq!(withdrawn["withdrawal"]["reason"], "权利人改变用途");
        zhou.post(&wuli.path("scheme-review"), json!({})).await.refused(409, "project-withdrawn");
        fu.post(&wuli.path("withdrawal"), reason.clone()).await.refused(409, "project-withdrawn");

        let again = fu.post("/api/v1/projects", proposal(&wuli.it)).await.created();
        assert_eq!(again["number"], "P360124-002");
        let second = Works { town: &town, it: wuli.it.clone(), id: again["id"].as_str().unwrap().into() };
        for stage in ["scheme_reviewed", "approved", "under_construction"] {
            second.enter(stage).await;
        }
        fu.post(&second.path("withdrawal"), reason.clone()).await.refused(409, "project-too-far");
        zhou.post(&format!("{parcel}/withdrawal"), reason).await.refused(409, "parcel-has-project");
    }
}
