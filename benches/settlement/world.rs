//! The world that the load meets: one county, one batch, one big listing, buyers with cash. Made
//! through the actions, and where their story is long, row by row as they would leave it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use uuid::Uuid;
use wetland_exchange::identity::{
    self, CreateOrganisation, CreateUser, Keys, OrganisationKind, Tokens,
};
use wetland_exchange::kernel::actor::{Actor, Doing, Factor, Login, Once, Role};
use wetland_exchange::kernel::clock::{Clock, Time};
use wetland_exchange::kernel::db::{Address, Db, Event, Limits, Tx};
use wetland_exchange::kernel::ids::{OrganisationId, SessionId, UserId};
use wetland_exchange::kernel::problem::{Answer, Failure};
use wetland_exchange::ledger::{
    self, Account, BatchId, CreditBucket, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal,
    NewTransfer,
};
use wetland_exchange::market::{self, Buy, ListingId};
use wetland_exchange::settlement::{self, OpenFeeAccount, TradeId};

use crate::rows::{Row, Table, Value};

tables!(
    Projects = "projects",
    Applications = "certification_applications",
    Batches = "batches",
    Townships = "batch_townships",
    Schedules = "fee_schedules",
);

pub(crate) const BUYERS: usize = 64;
const COUNTY: &str = "360124";
const TOWNSHIP: &str = "360124500";
const ISSUED_M2: i64 = 100_000_000;
const PAID_IN_FEN: i64 = 1_000_000_000_000;
/// 94,200.00 CNY per mu.
const PRICE: &str = "94200.00";
/// A purchase moves four amounts; each has two entries.
pub(crate) const ENTRIES_PER_TRADE: usize = 8;

/// One person who buys or imports, and the token that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) actor: Actor,
}

/// A database with its data folder.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    pub(crate) listing: ListingId,
    pub(crate) fee_account: FeeAccountId,
    pub(crate) buyers: Vec<Person>,
    pub(crate) seller: Person,
    pub(crate) officer: Person,
    pub(crate) tokens: Arc<Tokens>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.url)
    }
}

pub(crate) fn cause(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Refused(problem) => anyhow!("{}: {}", problem.code, problem.english),
        Failure::Broken(cause) => cause,
    }
}

impl World {
    /// Founds it, all but the listing, which its seller makes over HTTP.
    pub(crate) async fn found(url: &str, folder: &Path) -> anyhow::Result<Self> {
        let db = open(url, 256)?;
        let keys = Keys::open(folder)?;
        let ring = identity::register_keys(&db, &keys).await?;
        let centre = enrol(&db, 0, OrganisationKind::OperationsCentre, Role::CentreOfficer).await?;
        let officer = enrol(&db, 1, OrganisationKind::FinanceBureau, Role::FinanceOfficer).await?;
        let seller = enrol(&db, 2, OrganisationKind::Township, Role::TownshipOfficer).await?;
        let mut buyers = Vec::with_capacity(BUYERS);
        for n in 0..BUYERS {
            buyers.push(enrol(&db, 3 + n, OrganisationKind::Developer, Role::Developer).await?);
        }
        let fee_account = fee_account(&db, &centre, &officer).await?;
        let batch = certify(&db, &seller, &officer).await?;
        let parties: Vec<OrganisationId> = buyers.iter().map(|b| b.actor.organisation_id).collect();
        pay_in(&db, fee_account, parties).await?;
        db.close().await;
        let tokens = Arc::new(Tokens::of(&ring.tokens));
        let listing = ListingId::from(Uuid::nil());
        let (url, folder) = (url.to_owned(), folder.to_owned());
        let mut world = Self { url, folder, listing, fee_account, buyers, seller, officer, tokens };
        world.listing = world.list(batch).await?;
        Ok(world)
    }

    pub(crate) fn token(&self, of: &Person) -> anyhow::Result<String> {
        let now = Clock::Machine.now();
        self.tokens.issue(&of.actor, now.plus_seconds(600), now).map_err(cause)
    }

    pub(crate) fn path(&self) -> String {
        format!("/api/v1/listings/{}/purchases", self.listing)
    }

    pub(crate) fn purchase(&self) -> Buy {
        Buy {
            trade: TradeId::new(),
            journal: JournalId::new(),
            listing: self.listing,
            area: one_m2(),
        }
    }

    /// What a buyer's request becomes on its way through the border.
    pub(crate) fn doing(&self, buyer: usize) -> Doing {
        let actor = self.buyers.get(buyer % BUYERS).map(|buyer| buyer.actor.clone());
        let once = Once { key: Uuid::now_v7().to_string(), request_hash: [7; 32] };
        Doing { actor, operation: "create_purchase".into(), once: Some(once), expected: None }
    }

    pub(crate) fn address(&self) -> anyhow::Result<Address> {
        self.url.parse()
    }

    /// Offers all credits at one price, as `create_listing` does over HTTP.
    async fn list(&self, batch: BatchId) -> anyhow::Result<ListingId> {
        let server = crate::server::Served::exchange(&self.url, &self.folder)?;
        let body =
            format!("{{\"batch_id\":\"{batch}\",\"m2\":{ISSUED_M2},\"price_per_mu\":\"{PRICE}\"}}");
        let request = crate::load::Request {
            path: "/api/v1/listings".into(),
            token: self.token(&self.seller)?,
            kind: "application/json",
            body: body.into_bytes(),
        };
        let answer = crate::load::once(server.address, &request).await?;
        let view: serde_json::Value = serde_json::from_slice(&answer)?;
        let id = view.get("id").and_then(|id| id.as_str()).unwrap_or_default();
        server.stop()?;
        Ok(id.parse()?)
    }

    /// Lets the buyers buy in big batches, in this process; returns trades per second.
    pub(crate) async fn live_on(&self, trades: usize) -> anyhow::Result<f64> {
        const AT_ONCE: usize = 1_024;
        let db = open(&self.url, AT_ONCE)?;
        let began = std::time::Instant::now();
        let mut left = trades;
        while left > 0 {
            let lanes: Vec<_> = (0..AT_ONCE.min(left))
                .map(|n| {
                    let (db, doing, purchase) = (db.clone(), self.doing(n), self.purchase());
                    tokio::spawn(async move {
                        db.write_together(doing, purchase, market::buy).await.map(|_| ())
                    })
                })
                .collect();
            left -= lanes.len();
            for lane in lanes {
                lane.await?.map_err(cause)?;
            }
        }
        let rate = crate::figures::per_second(trades, began.elapsed());
        db.close().await;
        Ok(rate)
    }
}

fn one_m2() -> wetland_exchange::kernel::area::SquareMetres {
    wetland_exchange::kernel::area::SquareMetres::try_from(1)
        .unwrap_or_else(|_| std::process::abort())
}

fn open(url: &str, batch_max: usize) -> anyhow::Result<Db> {
    Db::open(&url.parse()?, Clock::Machine, Limits { batch_max, ..Limits::default() })
}

async fn write<F>(db: &Db, command: F) -> anyhow::Result<()>
where
    F: Fn(&mut Tx<'_>) -> Answer<()> + Send + Sync + 'static,
{
    db.write(Doing::system("found_bench"), command).await.map_err(cause)
}

/// A unified social credit code with its two check places.
fn uscc(n: usize) -> anyhow::Result<String> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let digits = format!("{n:08}");
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = digits
        .chars()
        .zip(weights)
        .map(|(d, w)| usize::try_from(d.to_digit(10).unwrap_or(0)).unwrap_or(0) * w)
        .sum();
    let check = match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        digit => digit.to_string(),
    };
    let body = format!("91360124{digits}{check}");
    let (mut sum, mut weight) = (0, 1);
    for place in body.chars() {
        sum += ALPHABET.find(place).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    let last = ALPHABET.chars().nth((31 - sum % 31) % 31).ok_or_else(|| anyhow!("31 places"))?;
    Ok(format!("{body}{last}"))
}

async fn enrol(db: &Db, n: usize, kind: OrganisationKind, role: Role) -> anyhow::Result<Person> {
    let township = kind == OrganisationKind::Township;
    let organisation = CreateOrganisation {
        id: OrganisationId::new(),
        code: format!("BENCH{n:03}"),
        kind,
        name: format!("示例单位{n:03}"),
        region: if township { TOWNSHIP } else { COUNTY }.parse()?,
        uscc: Some(uscc(n)?),
        bank: None,
        related_to: None,
    };
    let user = CreateUser {
        id: UserId::new(),
        username: format!("bench.{n:03}"),
        display_name: format!("用户{n:03}"),
        organisation_id: organisation.id,
        role,
        password_hash: "$argon2id$nobody logs in by password here".into(),
    };
    let actor = Actor {
        user_id: user.id,
        organisation_id: organisation.id,
        role,
        region: organisation.region.clone(),
        standing: 1,
        login: Login {
            session: SessionId::new(),
            factor: Factor::Confirmed(Time::in_shanghai("2100-01-01".parse()?, 0)),
        },
    };
    write(db, move |tx| {
        identity::create_organisation(tx, &organisation)?;
        identity::create_user(tx, &user)?;
        Ok(())
    })
    .await?;
    Ok(Person { actor })
}

async fn fee_account(db: &Db, centre: &Person, officer: &Person) -> anyhow::Result<FeeAccountId> {
    let it = OpenFeeAccount {
        id: FeeAccountId::new(),
        county: COUNTY.parse()?,
        number: ACCOUNT.into(),
        name: "示例交易费用管理账户".into(),
        bank: "示例银行".into(),
        document: "示例〔2022〕1号".into(),
        centre: centre.actor.organisation_id,
        treasury: officer.actor.organisation_id,
    };
    let id = it.id;
    let officer = officer.actor.user_id.uuid();
    write(db, move |tx| {
        settlement::open_fee_account(tx, &it)?;
        let text = |text: &str| Value::Text(text.into());
        let schedule = vec![
            text(COUNTY),
            Value::Whole(1),
            text("2020-01-01"),
            text("2099-12-31"),
            Value::Whole(2_000),
            Value::Whole(1_000),
            text("bench"),
            Value::Id(Uuid::nil()),
            Value::Id(officer),
            Value::Time(tx.now()),
            Value::Id(officer),
            Value::Time(tx.now()),
        ];
        Ok(tx.insert(&Row::<Schedules>::new(Uuid::now_v7(), schedule))?)
    })
    .await?;
    Ok(id)
}

pub(crate) const ACCOUNT: &str = "1502999909000000001";

/// A project, its application and its batch, all of it issued and released to the seller.
async fn certify(db: &Db, seller: &Person, officer: &Person) -> anyhow::Result<BatchId> {
    let batch = BatchId::new();
    let (owner, user) = (seller.actor.organisation_id, officer.actor.user_id.uuid());
    write(db, move |tx| {
        let text = |text: &str| Value::Text(text.into());
        let (project, application) = (Uuid::now_v7(), Uuid::now_v7());
        let owner_id = Value::Id(owner.uuid());
        let now = Value::Time(tx.now());
        let of_project = vec![
            text("P360124-001"),
            text("bench"),
            text(COUNTY),
            text(TOWNSHIP),
            owner_id.clone(),
            text("self"),
            Value::Null,
            text("2022-01-01"),
            Value::Whole(1),
            Value::Whole(0),
            Value::Bool(false),
            text("none"),
            Value::Whole(0),
        ];
        tx.insert(&Row::<Projects>::new(project, of_project))?;
        let of_application = vec![
            Value::Id(project),
            text("P360124-001"),
            text(TOWNSHIP),
            owner_id.clone(),
            Value::Whole(ISSUED_M2),
            text("marsh"),
            Value::Whole(2),
            text("bench"),
            text("{\"a\":1}"),
            Value::Id(user),
            now.clone(),
        ];
        tx.insert(&Row::<Applications>::new(application, of_application))?;
        let of_batch = vec![
            Value::Id(application),
            text("360124-2023-B0001"),
            Value::Id(project),
            text("P360124-001"),
            text(COUNTY),
            owner_id.clone(),
            owner_id.clone(),
            text("marsh"),
            Value::Whole(2),
            Value::Whole(2023),
            Value::Whole(ISSUED_M2),
            Value::Whole(0),
            text("2023-01-01"),
            now,
        ];
        tx.insert(&Row::<Batches>::new(batch.uuid(), of_batch))?;
        let share =
            vec![Value::Id(batch.uuid()), text(TOWNSHIP), owner_id, Value::Whole(ISSUED_M2)];
        tx.insert(&Row::<Townships>::new(Uuid::now_v7(), share))?;
        let issue = NewTransfer {
            from: Account::credits(Holder::House, batch, CreditBucket::Issuance),
            to: Account::credits(owner, batch, CreditBucket::Available),
            amount: ISSUED_M2,
        };
        post(tx, "issue", vec![issue])
    })
    .await?;
    Ok(batch)
}

async fn pay_in(db: &Db, into: FeeAccountId, parties: Vec<OrganisationId>) -> anyhow::Result<()> {
    write(db, move |tx| {
        let deposit = |party: &OrganisationId| NewTransfer {
            from: Account::money(Holder::House, into, MoneyBucket::Clearing),
            to: Account::money(*party, into, MoneyBucket::Available),
            amount: PAID_IN_FEN,
        };
        post(tx, "deposit", parties.iter().map(deposit).collect())
    })
    .await
}

fn post(tx: &mut Tx<'_>, event: &'static str, transfers: Vec<NewTransfer>) -> Answer<()> {
    let (id, effective_at): (JournalId, Time) = (JournalId::new(), tx.now());
    let subject = id.uuid();
    ledger::post(tx, NewJournal { id, event, subject, effective_at, reverses: None, transfers })?;
    tx.record(Event { subject: format!("bench:{subject}"), ..Event::default() });
    Ok(())
}
