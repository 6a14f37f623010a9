//! The whole house: what a running instance holds, its routes, its start and its stop. The same for
//! `serve`, `demo` and the tests.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{Error, HttpServer, rt};
use anyhow::Context;
use ed25519_dalek::VerifyingKey;

use crate::config::Config;
use crate::identity::{self, KeyPurpose, Keyring, Keys, KnownKey, Passwords, Ring, Tokens, Vault};
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::operations::Operations;
use crate::web::pages::{Secrets, mount_pages};
use crate::web::{self, Gate, Paces};
use crate::{
    audit, census, certification, disclosure, documents, due, encumbrance, experts, finance,
    inventory, ledger, market, notices, occupation, restoration, settlement, site, verify,
};

/// What the handlers of a running instance share.
#[derive(Clone)]
pub struct House {
    pub db: Db,
    pub passwords: Data<Passwords>,
    tokens: Data<Tokens>,
    pub vault: Data<Vault>,
    pub desk: Data<audit::Desk>,
    live: Data<market::Live>,
    press: Data<occupation::Press>,
    gate: Data<Gate>,
    paces: Data<Paces>,
    secrets: Secrets,
}

/// Every operation of every capability, in reading order.
pub fn operations() -> Operations {
    [
        web::operations(),
        audit::operations(),
        ledger::operations(),
        identity::operations(),
        documents::operations(),
        inventory::operations(),
        census::operations(),
        notices::operations(),
        experts::operations(),
        restoration::api::operations(),
        certification::api::operations(),
        settlement::operations(),
        market::operations(),
        occupation::operations(),
        encumbrance::operations(),
        finance::operations(),
        disclosure::operations(),
    ]
    .into_iter()
    .fold(Operations::of(Vec::new()), Operations::and)
}

impl House {
    /// Opens the keys and the database of an instance.
    pub async fn open(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let (settings, own_clock) = (config.clone(), clock.clone());
        let opened = rt::task::spawn_blocking(move || open_here(&settings, own_clock));
        let (keys, passwords, db) = opened.await.context("the start broke off")??;
        let (ring, known) = match known(&db, &keys).await {
            Ok(known) => known,
            Err(cause) => {
                db.close().await;
                return Err(cause);
            }
        };
        let tokens = Data::new(Tokens::of(&ring.tokens));
        let check = tokens.clone();
        let gate = Gate::new(clock, config.web_limits(), move |token, now| check.check(token, now));
        let desk = audit::Desk::new(signer(&ring.checkpoints), note_keys(&known), verify::plan());
        let desk = Data::new(desk);
        let live = Data::new(market::Live::new(db.clone(), config.streams_max));
        let press = Data::new(press(&ring.certificates, config));
        let by_tls = config.public_url.as_ref().is_some_and(|url| url.starts_with("https:"));
        let vault = Data::new(Vault::of(&ring.tokens));
        let secrets = Secrets::new(ring.tokens.all().map(identity::Key::secret), by_tls);
        Ok(Self {
            db,
            desk,
            live,
            press,
            passwords: Data::new(passwords),
            tokens,
            vault,
            gate: Data::new(gate),
            paces: Data::new(config.paces()),
            secrets,
        })
    }

    fn routes(&self, config: &mut ServiceConfig) {
        config.app_data(self.paces.clone());
        self.operations(config);
        web::mount_docs(config);
        let inside = self.clone();
        mount_pages(config, site::site(), self.secrets.clone(), move |config| {
            inside.operations(config);
        });
    }

    /// The operations with what they need; pages ask an app of their own that has nothing else.
    fn operations(&self, config: &mut ServiceConfig) {
        config
            .app_data(Data::new(self.db.clone()))
            .app_data(self.desk.clone())
            .app_data(self.live.clone())
            .app_data(self.press.clone())
            .app_data(self.passwords.clone())
            .app_data(self.tokens.clone())
            .app_data(self.vault.clone())
            .app_data(self.gate.clone());
        web::mount(config, &operations());
    }
}

/// The keys of this instance as the database knows them, and all that it knows.
async fn known(db: &Db, keys: &Keys) -> anyhow::Result<(Keyring, Vec<KnownKey>)> {
    let ring = identity::register_keys(db, keys).await?;
    let known = db.read(None, identity::known_keys).await;
    Ok((ring, known.map_err(|failure| anyhow::anyhow!("{failure}"))?))
}

/// What signs the checkpoints of this deployment.
pub fn signer(ring: &Ring) -> audit::Signer {
    let previous = ring.previous.iter().map(identity::Key::signing).collect();
    audit::Signer::new(ring.in_use.signing(), ring.in_use.id.key_id.clone()).beside(previous)
}

/// The public keys of all checkpoints that this deployment ever signed, or may sign next.
pub fn note_keys(known: &[KnownKey]) -> Vec<VerifyingKey> {
    let of_checkpoints = known.iter().filter(|one| one.key.purpose == KeyPurpose::Checkpoints);
    of_checkpoints.filter_map(|one| one.key.verifying_key()).collect()
}

/// What makes the certificates of this deployment.
fn press(ring: &Ring, config: &Config) -> occupation::Press {
    let address = format!("http://{}", config.listen);
    let public_url = config.public_url.as_deref().unwrap_or(&address);
    occupation::Press::new(ring.in_use.signing(), ring.in_use.id.key_id.clone(), public_url)
}

/// What waits for files and for the database.
fn open_here(config: &Config, clock: Clock) -> anyhow::Result<(Keys, Passwords, Db)> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("the data folder {} cannot be made", config.data_dir.display()))?;
    let keys = Keys::open_with(&config.data_dir, &config.keys)?;
    let passwords = Passwords::new(config.hashing())?.with_profile(config.password_profile);
    let db = Db::open(&config.database()?, clock, config.db_limits())?;
    Ok((keys, passwords, db))
}

/// Builds the app as actix wants it, once per worker.
fn app(
    house: House,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    actix_web::App::new()
        .configure(move |config| house.routes(config))
        .wrap(from_fn(web::finish))
        .wrap(Compress::default())
}

/// An instance that serves.
pub struct Running {
    pub address: SocketAddr,
    pub house: House,
    handle: ServerHandle,
    server: rt::task::JoinHandle<std::io::Result<()>>,
    due: rt::task::JoinHandle<()>,
    watch: rt::task::JoinHandle<()>,
}

/// Every few seconds does what the clock asks for, and publishes the checkpoint that is due then.
async fn run_due(house: House, pause: Duration) {
    let House { db, desk, paces, .. } = house;
    loop {
        rt::time::sleep(pause).await;
        paces.forget();
        if let Err(failure) = due::run(&db).await {
            tracing::warn!("what was due is left for the next time: {failure}");
        }
        if let Err(failure) = desk.run_due(&db).await {
            tracing::warn!("the checkpoint is left for the next time: {failure}");
        }
    }
}

/// Starts an instance; it serves until it is stopped.
pub async fn serve(config: &Config, clock: Clock) -> anyhow::Result<Running> {
    let listener = listen(config.listen)?;
    let address = listener.local_addr()?;
    web::record_metrics();
    let house = House::open(config, clock).await?;
    let shared = house.clone();
    let mut server = HttpServer::new(move || app(shared.clone()))
        .client_request_timeout(config.head_time())
        .max_connections(config.connections_max)
        .shutdown_timeout(u64::try_from(config.stop_seconds_max)?)
        .disable_signals();
    if let Some(workers) = config.workers {
        server = server.workers(workers);
    }
    let server = server.listen(listener)?.run();
    let handle = server.handle();
    let due = rt::spawn(run_due(house.clone(), config.due_pause()));
    let live = house.live.clone();
    let watch = rt::spawn(async move { live.watch().await });
    Ok(Running { address, house, handle, server: rt::spawn(server), due, watch })
}

impl Running {
    /// Drops everything at once, as a test does with its town.
    pub fn abandon(self) {
        drop(self.handle.stop(false));
        self.due.abort();
        self.watch.abort();
        self.server.abort();
    }

    /// Takes no more requests, lets those under way end, and closes the database.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.due.abort();
        self.watch.abort();
        self.house.live.close();
        self.handle.stop(true).await;
        let ended = self.server.await;
        self.house.db.close().await;
        Ok(ended.context("the server ended by a panic")??)
    }
}

/// Takes the address, or says why it cannot be had.
pub(crate) fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is already in use; choose another address with --listen")
        }
        _ => anyhow::anyhow!("cannot listen on {address}: {cause}"),
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
