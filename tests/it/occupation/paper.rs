//! The certificate in the hands of programs that others wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use wetland_exchange::identity::{self, KeyPurpose, Keys};

use super::site::Site;
use crate::support::{Town, text, tool};

/// Retires 50 m² and saves the certificate.
async fn certificate(site: &Site, folder: &Path) -> (Value, PathBuf) {
    let path = site.ready(1, "50.00").await;
    let done = site.retire(&path, 50).await;
    let one = done["certificates"][0].clone();
    let file = folder.join("certificate.pdf");
    let paper = format!("/api/v1/certificates/{}/paper.pdf", one["id"].as_str().unwrap());
    let trader = site.trader().await;
    let request = trader.request(reqwest::Method::GET, &paper).await;
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    std::fs::write(&file, answer.bytes().await.unwrap()).unwrap();
    (one, file)
}

/// Runs the program's own check.
fn verify(town: &Town, file: &Path) -> (bool, String) {
    let data = format!("--data-dir={}", town.data_dir().display());
    let output = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
        .args(["verify-certificate", text(file), &data])
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

on_both_engines! {
    async fn r42_a_certificate_is_read_and_checked_by_the_programs_of_others(town: Town) {
        let site = Site::open(town, 100).await;
        let folder = tempfile::tempdir().unwrap();
        let (one, file) = certificate(&site, folder.path()).await;
        let number = one["number"].as_str().unwrap();
        let Some(words) = tool("pdftotext", &["-layout", text(&file), "-"], &[]).await else { return };
        for word in [
            number, "湿地占补平衡指标核销证明", "示例建设单位00", "示例县道改建工程",
            "WL-360124-2023-B0001-000001-000050", "50 平方米", "CJ360124-2023-000001",
            "Certificate of retired wetland credits", "Retired at",
        ] {
            assert!(words.contains(word), "{word} is not in\n{words}");
        }
        let fonts = tool("pdffonts", &[text(&file)], &[]).await.unwrap();
        assert!(fonts.lines().skip(2).all(|line| line.contains("yes yes yes")), "{fonts}");

        let attached = folder.path().join("attached");
        std::fs::create_dir(&attached).unwrap();
        tool("pdfdetach", &["-saveall", "-o", text(&attached), text(&file)], &[]).await.unwrap();
        let json = attached.join("certificate.json");
        let signature = attached.join("certificate.sig");
        let content: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        assert_eq!((&content["certificate"], &content["m2"]), (&one["number"], &json!(50)));
        let key_id = content["key_id"].as_str().unwrap();
        let stranger = site.town().stranger();
        let pem = format!("/api/v1/public/certificate-keys/{key_id}/key.pem");
        let key = folder.path().join("key.pem");
        std::fs::write(&key, stranger.get(&pem).await.text).unwrap();
        let args = [
            "pkeyutl", "-verify", "-pubin", "-inkey", text(&key), "-rawin", "-in", text(&json),
            "-sigfile", text(&signature),
        ];
        let Some(said) = tool("openssl", &args, &[]).await else { return };
        assert!(said.contains("Signature Verified Successfully"), "{said}");
        let mut changed = std::fs::read(&json).unwrap();
        changed[20] ^= 1;
        std::fs::write(&json, changed).unwrap();
        let output = Command::new("openssl").args(args).output().unwrap();
        assert!(!output.status.success(), "a changed byte passed");

        let picture = folder.path().join("page");
        let args = ["-r", "150", "-gray", "-png", "-singlefile", text(&file), text(&picture)];
        tool("pdftoppm", &args, &[]).await.unwrap();
        let picture = folder.path().join("page.png");
        let Some(code) = tool("zbarimg", &["--raw", "-q", text(&picture)], &[]).await else { return };
        assert_eq!(code.trim(), content["check"].as_str().unwrap());
        let (_, path) = code.trim().split_once("/certificates/").unwrap();
        let page = stranger.get(&format!("/certificates/{path}")).await;
        assert!(page.text.contains("有效 / valid") && page.text.contains(number), "{}", page.text);
    }

    async fn r42_a_certificate_that_was_altered_forged_or_is_another_one_is_refused(town: Town) {
        let site = Site::open(town, 100).await;
        let folder = tempfile::tempdir().unwrap();
        let (_, file) = certificate(&site, folder.path()).await;
        let whole = std::fs::read(&file).unwrap();
        let (_, said) = verify(site.town(), &file);
        // The town's day is long ago for the machine's clock.
        assert!(said.contains("expired on 2024-08-24"), "{said}");
        for at in [whole.len() / 3, whole.len() / 2, whole.len() - 20] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            let file = folder.path().join("changed.pdf");
            std::fs::write(&file, changed).unwrap();
            let (passed, said) = verify(site.town(), &file);
            assert!(!passed && !said.contains("expired"), "{at}: {said}");
        }
        let other = format!("--public-key={}", "ab".repeat(32));
        let output = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
            .args(["verify-certificate", text(&file), &other])
            .output()
            .unwrap();
        assert!(!output.status.success());
        let (passed, said) = verify(site.town(), Path::new("Cargo.toml"));
        assert!(!passed && said.contains("no certificate"), "{said}");
    }

    async fn c23_a_certificate_is_checked_by_the_key_of_its_time(town: Town) {
        let site = Site::open(town, 100).await;
        let folder = tempfile::tempdir().unwrap();
        let (_, file) = certificate(&site, folder.path()).await;
        let town = site.town();
        let keys = || Keys::open(town.data_dir()).unwrap();
        let purpose = KeyPurpose::Certificates;
        let old = keys().of(purpose).next().unwrap().id.clone();
        identity::add_key(&town.db, &keys(), purpose).await.unwrap();
        identity::use_key(&town.db, &keys(), purpose).await.unwrap();
        // The town's day is long ago for the machine's clock; the signature holds.
        let (_, said) = verify(town, &file);
        assert!(said.contains("expired on"), "{said}");
        identity::drop_key(&town.db, purpose).await.unwrap();
        std::fs::remove_file(town.data_dir().join("certificates.key")).unwrap();
        let (_, said) = verify(town, &file);
        assert!(said.contains("the signature is not of this key"), "{said}");

        // Its public half is there for good.
        let shown = town.stranger().get("/api/v1/public/certificate-keys").await.ok();
        let shown = shown["items"].as_array().unwrap().clone();
        assert_eq!(shown.len(), 2);
        let one = shown.iter().find(|one| one["key_id"] == old.key_id).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
            .args(["verify-certificate", text(&file), "--public-key"])
            .arg(one["public_key"].as_str().unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("expired on"), "{said}");
        let pem = format!("/api/v1/public/certificate-keys/{}/key.pem", old.key_id);
        assert_eq!(town.stranger().get(&pem).await.status, 200);
    }

    async fn r42_the_public_learns_what_a_certificate_is_worth_and_no_more_than_its_paper(town: Town) {
        let site = Site::open(town, 100).await;
        let folder = tempfile::tempdir().unwrap();
        let (one, _) = certificate(&site, folder.path()).await;
        let (number, code) =
            (one["number"].as_str().unwrap(), one["short_code"].as_str().unwrap().to_owned());
        let stranger = site.town().stranger();
        let path = format!("/api/v1/public/certificates/{number}/{code}");
        let told = stranger.get(&path).await.ok();
        assert_eq!((&told["state"], &told["m2"]), (&json!("valid"), &json!(50)));
        let names: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), 13, "{names:?}");
        assert_eq!(stranger.get(&path.to_lowercase().replace("hxz", "HXZ")).await.ok()["number"], number);
        let wrong = format!("/api/v1/public/certificates/{number}/{}", "0".repeat(12));
        let unknown = format!("/api/v1/public/certificates/HXZ360124-2023-9999/{code}");
        for path in [wrong, unknown, format!("/certificates/{number}/x")] {
            stranger.get(&path).await.refused(404, "not-found");
        }
        let gan = site.forestry().await;
        let id = one["id"].as_str().unwrap();
        let mark = json!({ "reason": "核查期间冻结", "document": "示例林湿〔2023〕41号" });
        site.town().on("2023-09-01");
        gan.post(&format!("/api/v1/certificates/{id}/freeze"), mark.clone()).await.created();
        let told = stranger.get(&path).await.ok();
        assert_eq!((&told["state"], &told["since"], &told["reason"]),
            (&json!("frozen"), &json!("2023-09-01T01:00:00.000000Z"), &json!("核查期间冻结")));
        let renewal = |id: &str| format!("/api/v1/retirements/{id}/certificates");
        let list = site.trader().await.get("/api/v1/retirements").await.ok();
        let retirement = list["items"][0]["id"].as_str().unwrap().to_owned();
        let trader = site.trader().await;
        trader.post(&renewal(&retirement), json!({})).await.refused(409, "certificate-state");
        gan.post(&format!("/api/v1/certificates/{id}/thaw"), mark).await.created();
        let renewed = trader.post(&renewal(&retirement), json!({})).await.created();
        assert_eq!(renewed["certificates"].as_array().unwrap().len(), 2);
        assert_eq!(stranger.get(&path).await.ok()["state"], "void");
        let newest = &renewed["certificates"][0];
        let path = format!("/api/v1/public/certificates/{}/{}",
            newest["number"].as_str().unwrap(), newest["short_code"].as_str().unwrap());
        site.town().on("2024-09-01");
        let told = stranger.get(&path).await.ok();
        assert_eq!((&told["state"], &told["since"]), (&json!("void"), &json!("2024-08-31T16:00:00.000000Z")));
        site.town().verify().await;
    }
}
