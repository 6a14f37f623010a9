//! Programs that are not ours read what we export, and come to the same figures.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateOrganisation, CreateUser, OrganisationKind};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};

use super::desk::Desk;
use super::papers::file;
use super::periods::closed_september;
use crate::market::fair::invented_code;
use crate::support::{Town, password_of};

/// Adds up every posting of a beancount file, by its own loader.
const BEANCOUNT: &str = "
import collections, sys
from beancount import loader
entries, errors, options = loader.load_file(sys.argv[1])
assert not errors, errors
sums = collections.defaultdict(int)
for entry in entries:
    for posting in getattr(entry, 'postings', None) or []:
        sums[posting.account] += posting.units.number
for account, number in sorted(sums.items()):
    if number:
        print(account, number)
";

/// Runs a program; `None` where it is not installed and need not be.
fn run(program: &str, args: &[&str]) -> Option<String> {
    let required = std::env::var("REQUIRE_TOOLS").is_ok_and(|value| value == "1");
    let output = match Command::new(program).args(args).output() {
        Ok(output) => output,
        Err(_) if !required => {
            eprintln!("not run: {program}");
            return None;
        }
        Err(cause) => panic!("{program} is not installed ({cause}), and REQUIRE_TOOLS=1"),
    };
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !required && complained.contains("No module named 'beancount'") {
        eprintln!("not run: beancount");
        return None;
    }
    assert!(output.status.success(), "{program} {args:?}: {said}{complained}");
    Some(said.into_owned())
}

/// What the trial balance says of each account, money in the bank positive.
async fn trial_balance(desk: &Desk, query: &str) -> BTreeMap<String, String> {
    let shen = desk.town.user("shen.yutong").await;
    let told = shen.get(&desk.path(&format!("trial-balance{query}"))).await.ok();
    assert_eq!(told["debits"], told["credits"], "{told:#}");
    let accounts = told["accounts"].as_array().unwrap().iter();
    let line = |one: &Value| {
        let text = |field: &str| one[field].as_str().unwrap().to_owned();
        let amount = match (text("debit"), text("credit")) {
            (debit, zero) if zero == "0.00" => debit,
            (_, credit) => format!("-{credit}"),
        };
        (text("account"), amount)
    };
    accounts.map(line).collect()
}

/// A developer of this code and name.
pub(super) async fn developer(desk: &Desk, code: &str, name: &str) {
    organisation(desk, code, name, OrganisationKind::Developer, "360124", 77).await;
}

async fn organisation(
    desk: &Desk,
    code: &str,
    name: &str,
    kind: OrganisationKind,
    region: &str,
    n: usize,
) -> OrganisationId {
    let it = CreateOrganisation {
        id: OrganisationId::new(),
        code: code.into(),
        kind,
        name: name.into(),
        region: region.parse().unwrap(),
        uscc: Some(invented_code(n)),
        bank: None,
        related_to: None,
    };
    let id = it.id;
    let doing = Doing::system("set_scene");
    let write =
        desk.town.db.write(doing, move |tx| identity::create_organisation(tx, &it).map(|_| ()));
    write.await.unwrap();
    id
}

/// `next.officer` and `next.director` of the finance bureau of 南昌县.
pub(super) async fn bureau_of_the_next_county(desk: &Desk) {
    let kind = OrganisationKind::FinanceBureau;
    let id = organisation(desk, "NEXTFIN", "南昌县示例财政局", kind, "360121", 78).await;
    for (username, role) in
        [("next.officer", Role::FinanceOfficer), ("next.director", Role::FinanceDirector)]
    {
        let user = CreateUser {
            id: UserId::new(),
            username: username.into(),
            display_name: "示例人员".into(),
            organisation_id: id,
            role,
            password_hash: desk.town.hash_of(&password_of(username)),
        };
        let doing = Doing::system("set_scene");
        let write =
            desk.town.db.write(doing, move |tx| identity::create_user(tx, &user).map(|_| ()));
        write.await.unwrap();
    }
}

/// September and October with a little of everything.
async fn two_months(town: Town) -> Desk {
    let desk = closed_september(town).await;
    let dev02 = desk.organisation("DEV02").await;
    desk.assign("S2", json!([{ "organisation_id": dev02, "amount": "4.00" }])).await.created();
    desk.refund("60.00").await;
    desk
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

on_both_engines! {
    async fn r70_hledger_and_beancount_come_to_the_same_trial_balance(town: Town) {
        let desk = two_months(town).await;
        let folder = tempfile::tempdir().unwrap();
        for (through, query) in [
            ("2026-09-30", "?effective_on=2026-09-30".to_owned()),
            ("2026-10-02", String::new()),
        ] {
            let ours = trial_balance(&desk, &query).await;
            assert!(ours.len() >= 6, "{ours:?}");
            let books = file(&desk, &format!("books?format=hledger&through={through}")).await;
            let path = written(folder.path(), "books.journal", &books);
            let args = ["-f", &path, "--strict", "balance", "--flat", "--no-total", "-O", "csv"];
            if let Some(said) = run("hledger", &args) {
                let theirs = said.lines().skip(1).map(|line| {
                    let (account, amount) = line.trim_matches('"').split_once("\",\"").unwrap();
                    (account.to_owned(), amount.trim_end_matches(" CNY").to_owned())
                });
                assert_eq!(theirs.collect::<BTreeMap<_, _>>(), ours);
            }
            let books = file(&desk, &format!("books?format=beancount&through={through}")).await;
            let path = written(folder.path(), "books.beancount", &books);
            if let Some(said) = run("python3", &["-c", BEANCOUNT, &path]) {
                let theirs = said.lines().map(|line| {
                    let (account, amount) = line.split_once(' ').unwrap();
                    (account.to_lowercase(), amount.to_owned())
                });
                let ours = ours.iter().map(|(account, amount)| (account.to_lowercase(), amount.clone()));
                assert_eq!(theirs.collect::<BTreeMap<_, _>>(), ours.collect());
                run("bean-check", &[&path]);
            }
        }
        let moment = "2026-09-03T23:00:00Z";
        let early = trial_balance(&desk, &format!("?recorded_at={moment}")).await;
        assert_eq!(early["assets:bank"], "105.00");
        assert_eq!(early["liabilities:available:DEV01"], "-100.00");
    }

    async fn r70_a_reader_of_pdf_finds_names_and_amounts(town: Town) {
        let desk = two_months(town).await;
        let folder = tempfile::tempdir().unwrap();
        let pdf = file(&desk, "period-statement-file?from=2026-09-01&to=2026-09-30&format=pdf").await;
        assert!(pdf.len() < 400_000, "only the glyphs that are used are embedded: {}", pdf.len());
        let path = written(folder.path(), "statement.pdf", &pdf);
        let Some(text) = run("pdftotext", &["-layout", &path, "-"]) else { return };
        for expected in [
            "进贤县湿地资源运营中心交易费用管理账户",
            "已于 2026-10-02 结账",
            "期末银行余额",
            "105.00",
            "壹佰零伍元整",
            "赣鄱示例公路",
            "进贤县财政局",
            "202609-00003",
            "暂收款入账",
            "第 1 页，共 ",
        ] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
    }
}

/// LibreOffice believes what a workbook says its formulas come to, unless it is told not to.
pub(crate) const RECALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// A workbook whose formulas have forgotten what they came to, so that whoever shows a sum has added
/// it up.
fn without_results(bytes: Vec<u8>) -> Vec<u8> {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..book.len() {
        let mut part = book.by_index(n).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        let mut parts = text.split("</f><v>");
        let mut bare = parts.next().unwrap().to_owned();
        for rest in parts {
            bare += "</f><v>0";
            bare += rest.split_once("</v>").map(|_| &rest[rest.find("</v>").unwrap()..]).unwrap();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(bare.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

on_both_engines! {
    #[ignore = "needs LibreOffice; cargo test --test it -- --ignored libreoffice"]
    async fn r70_libreoffice_comes_to_the_same_sums(town: Town) {
        let desk = two_months(town).await;
        let folder = tempfile::tempdir().unwrap();
        let bytes = file(&desk, "period-statement-file?from=2026-09-01&to=2026-09-30&format=xlsx").await;
        let path = written(folder.path(), "statement.xlsx", &without_results(bytes));
        let out = folder.path().to_str().unwrap();
        std::fs::create_dir_all(folder.path().join("profile/user")).unwrap();
        std::fs::write(folder.path().join("profile/user/registrymodifications.xcu"), RECALCULATE).unwrap();
        let profile = format!("-env:UserInstallation=file://{out}/profile");
        let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
        let args = [&*profile, "--headless", "--convert-to", filter, "--outdir", out, &path];
        if run("soffice", &args).is_none() {
            return;
        }
        let sheet = |name: &str| {
            std::fs::read_to_string(folder.path().join(format!("statement-{name}.csv"))).unwrap()
        };
        let summary = sheet("汇总");
        for expected in ["期末银行余额,105,", "暂存款（可用）,90,", "差额,0,", "乡镇工作经费,2,"] {
            assert!(summary.contains(expected), "{expected} is missing:\n{summary}");
        }
        let vouchers = sheet("凭证");
        assert!(vouchers.lines().last().unwrap().contains(",115,"), "{vouchers}");
        assert!(sheet("科目余额").contains("县财政,FINANCE,进贤县财政局,0,7,0,7"));
    }
}
