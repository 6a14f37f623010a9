//! What the statement of a month costs with a long and with a short history before it, and what a
//! workbook of 100,000 rows costs in memory.

use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use reqwest::Client;
use serde_json::json;
use wetland_exchange::app;
use wetland_exchange::config::Config;
use wetland_exchange::identity::{
    self, CreateOrganisation, CreateUser, OrganisationKind, Secret, Vault, step_at,
};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::clock::{Clock, SetClock, Time};
use wetland_exchange::kernel::db::{Db, Event};
use wetland_exchange::kernel::ids::{OrganisationId, UserId};
use wetland_exchange::kernel::region::RegionCode;
use wetland_exchange::ledger::{
    self, Account, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal, NewTransfer,
};
use wetland_exchange::settlement::{self, OpenFeeAccount};

use super::{Targets, median, say};

const PASSWORD: &str = "the long password of the bench";
/// Journals of one command.
const JOURNALS: usize = 500;
const SHORT_ENTRIES: usize = 10_000;
const LONG_ENTRIES: usize = 1_000_000;
const MONTH_ENTRIES: usize = 4_000;
const WORKBOOK_ROWS: usize = 100_000;
/// The history lies on the days before this one.
const MONTH: (&str, &str) = ("2026-09-01", "2026-09-30");

/// Measures both and adds their ratios.
pub(crate) async fn measure(quick: bool, targets: &mut Targets) -> anyhow::Result<()> {
    let long_entries = if quick { LONG_ENTRIES / 10 } else { LONG_ENTRIES };
    let rows = if quick { WORKBOOK_ROWS / 10 } else { WORKBOOK_ROWS };
    let short = Bureau::open(SHORT_ENTRIES).await?;
    let long = Bureau::open(long_entries).await?;
    let (mut of_short, mut of_long) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        of_short.push(short.statement("period-statement", "").await?.0.as_secs_f64());
        of_long.push(long.statement("period-statement", "").await?.0.as_secs_f64());
    }
    let (of_short, of_long) = (median(of_short), median(of_long));
    say(&format!(
        "a month's statement: {:.1} ms after {SHORT_ENTRIES} entries, {:.1} ms after {long_entries}",
        of_short * 1_000.0,
        of_long * 1_000.0
    ));
    targets.at_most("a month's statement: long history / short", of_long / of_short, 1.5);
    short.fill(rows, MONTH.0.parse()?, 1).await?;
    short.statement("period-statement-file", "&format=csv").await?;
    // The peak is counted from here on.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = memory_mb()?;
    let (took, bytes) = short.statement("period-statement-file", "&format=xlsx").await?;
    let grew = peak_mb()? - before;
    say(&format!(
        "a workbook of {rows} rows: {took:.1?}, {bytes} bytes, {grew:.0} MB more at most"
    ));
    targets.at_most("a workbook's memory in MB", grew, 64.0);
    Ok(())
}

/// A finance bureau with a server of its own.
struct Bureau {
    db: Db,
    url: String,
    http: Client,
    token: String,
    account: FeeAccountId,
    centre: OrganisationId,
    _server: app::Running,
    _folder: tempfile::TempDir,
}

impl Bureau {
    /// With so many entries in the years before the month, and some in it.
    async fn open(entries: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = Config::of_flags(&[
            "--listen=127.0.0.1:0",
            "--account-rate=0",
            "--address-rate=0",
            "--workers=1",
            &format!("--database-url=sqlite://{}", folder.path().join("bench.db").display()),
            &format!("--data-dir={}", folder.path().display()),
        ])?;
        let clock = SetClock::at(Time::in_shanghai("2026-10-05".parse()?, 9));
        let server = app::serve(&config, Clock::Set(clock)).await?;
        let db = server.house.db.clone();
        let hash = server.house.passwords.hash_here(PASSWORD)?;
        let secret = Secret::new_random();
        let (centre, account) = found(&db, hash, &server.house.vault, &secret).await?;
        let url = format!("http://{}", server.address);
        let http = Client::builder().no_proxy().build()?;
        let code = secret.code(step_at(db.clock().now()));
        let body = json!({ "username": "bench.officer", "password": PASSWORD, "code": code });
        let login = http.post(format!("{url}/api/v1/sessions")).json(&body).send().await?;
        let login: serde_json::Value = login.json().await?;
        let token = login
            .get("access_token")
            .and_then(|token| token.as_str())
            .unwrap_or_default()
            .to_owned();
        let bureau =
            Self { db, url, http, token, account, centre, _server: server, _folder: folder };
        bureau.fill(entries / 2, "2024-01-01".parse()?, 900).await?;
        bureau.fill(MONTH_ENTRIES / 2, MONTH.0.parse()?, 28).await?;
        Ok(bureau)
    }

    /// Books that many deposits, spread over days.
    async fn fill(&self, journals: usize, from: NaiveDate, days: usize) -> anyhow::Result<()> {
        let (account, centre) = (self.account, self.centre);
        for begin in (0..journals).step_by(JOURNALS) {
            let (end, per_day) = ((begin + JOURNALS).min(journals), journals.div_ceil(days));
            let write = self.db.write(Doing::system("fill"), move |tx| {
                let booked = (begin..end).map(|n| {
                    let day = from + Days::new(u64::try_from(n / per_day).unwrap_or_default());
                    (0, deposit(account, centre, Time::in_shanghai(day, 10)))
                });
                ledger::post_each(tx, booked.collect())?;
                tx.record(Event { subject: "bench:fill".into(), ..Event::default() });
                Ok(())
            });
            write.await.map_err(|failure| anyhow::anyhow!("{failure}"))?;
        }
        Ok(())
    }

    /// How long a statement of the month takes, and how long it is.
    async fn statement(&self, what: &str, more: &str) -> anyhow::Result<(Duration, usize)> {
        let (from, to) = MONTH;
        let path = format!("fee-accounts/{}/{what}?from={from}&to={to}{more}", self.account);
        let began = Instant::now();
        let request = self.http.get(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        let bytes = request.send().await?.error_for_status()?.bytes().await?;
        Ok((began.elapsed(), bytes.len()))
    }
}

fn deposit(account: FeeAccountId, centre: OrganisationId, effective_at: Time) -> NewJournal {
    let id = JournalId::new();
    NewJournal {
        id,
        event: "deposit",
        subject: id.uuid(),
        effective_at,
        reverses: None,
        transfers: vec![NewTransfer {
            from: Account::money(Holder::House, account, MoneyBucket::Clearing),
            to: Account::money(centre, account, MoneyBucket::CentreShare),
            amount: 100,
        }],
    }
}

async fn found(
    db: &Db,
    password_hash: String,
    vault: &Vault,
    secret: &Secret,
) -> anyhow::Result<(OrganisationId, FeeAccountId)> {
    let county: RegionCode = "360124".parse().map_err(|_| anyhow::anyhow!("a county's code"))?;
    let organisation = |code: &str, kind, uscc: &str| CreateOrganisation {
        id: OrganisationId::new(),
        code: code.into(),
        kind,
        name: format!("示例{code}"),
        region: county.clone(),
        uscc: Some(uscc.into()),
        bank: None,
        related_to: None,
    };
    let centre = organisation("CENTRE", OrganisationKind::OperationsCentre, "12360124DEM000014K");
    let bureau = organisation("FINANCE", OrganisationKind::FinanceBureau, "11360124DEM000022H");
    let officer = CreateUser {
        id: UserId::new(),
        username: "bench.officer".into(),
        display_name: "示例人员".into(),
        organisation_id: bureau.id,
        role: Role::FinanceOfficer,
        password_hash,
    };
    let account = OpenFeeAccount {
        id: FeeAccountId::new(),
        county: county.clone(),
        number: "1502999909000000001".into(),
        name: "示例交易费用管理账户".into(),
        bank: "示例银行".into(),
        document: "示例".into(),
        centre: centre.id,
        treasury: bureau.id,
    };
    let ids = (centre.id, account.id);
    let sealed = vault.seal(officer.id, secret).map_err(|failure| anyhow::anyhow!("{failure}"))?;
    let write = db.write(Doing::system("found"), move |tx| {
        identity::create_organisation(tx, &centre)?;
        identity::create_organisation(tx, &bureau)?;
        identity::create_user(tx, &officer)?;
        identity::give_second_factor(tx, officer.id, &sealed)?;
        settlement::open_fee_account(tx, &account).map(|_| ())
    });
    write.await.map_err(|failure| anyhow::anyhow!("{failure}"))?;
    Ok(ids)
}

fn memory_mb() -> anyhow::Result<f64> {
    status("VmRSS:")
}

fn peak_mb() -> anyhow::Result<f64> {
    status("VmHWM:")
}

/// A figure of this process in MB.
fn status(field: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.unwrap_or_default() / 1_024.0)
}
