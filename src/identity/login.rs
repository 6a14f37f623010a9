//! How somebody proves to be who they say: password and code are compared outside the writer, the
//! pace of guesses is decided and a code is used up inside it.
//!
//! Whoever has a second factor logs in with a code in the same request. Without one, or with a wrong
//! one, the answer is that of a wrong password, word for word, so that nobody learns from it that a
//! password that they found is right.

use crate::identity::actions::{
    self, EnterPasswordReset, OpenSession, OpenedTimes, RenewSession, Renewed,
};
use crate::identity::model::{KeptFactor, PasswordResetId, RefreshTokenId, UsedCode};
use crate::identity::passwords::Passwords;
use crate::identity::rules::{self, FactorRefused, LoginRefused, MemberRefused};
use crate::identity::store;
use crate::identity::tokens::{RefreshToken, hash_of_refresh_token, hash_of_username};
use crate::identity::totp::{Secret, Vault, step_at};
use crate::kernel::actor::{Actor, Doing, Factor, Login, credentials_needed};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::problem::{Answer, Failure};

/// A session as its owner gets it: who acts, until when, and the refresh token with its end.
pub(super) struct Opened {
    pub(super) actor: Actor,
    pub(super) ends_at: Time,
    pub(super) refresh_token: RefreshToken,
    pub(super) refresh_expires_at: Time,
}

/// What somebody says to be let in.
pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) password: String,
    pub(super) code: Option<String>,
}

/// A person whose password was right.
struct Proven {
    actor: Actor,
    code: Option<UsedCode>,
    is_outdated: bool,
}

/// Lets somebody in who knows the password of that name, and the code where there is one.
pub(super) async fn log_in(
    db: &Db,
    passwords: &Passwords,
    vault: &Vault,
    said: Credentials,
) -> Answer<Opened> {
    const OPERATION: &str = "create_session";
    let Credentials { username, password, code } = said;
    let session = SessionId::new();
    let (kept, check) = (password.clone(), CodeCheck { vault, code, now: db.clock().now() });
    let proven = prove(db, passwords, &username, password, Some(check), session, OPERATION).await?;
    let Proven { mut actor, code, is_outdated } = proven;
    let has_code = code.is_some();
    let code_at = has_code.then(|| db.clock().now());
    actor.login = Login { session, factor: rules::factor_of(actor.role, code_at) };
    let refresh_token = RefreshToken::new_random();
    let command = OpenSession {
        session,
        token: RefreshTokenId::new(),
        token_hash: refresh_token.hash(),
        username_hash: hash_of_username(&username),
        code,
    };
    let doing = Doing::by(actor.clone(), OPERATION);
    let opened = db.write(doing.clone(), move |tx| actions::open_session(tx, &command)).await;
    let times = opened.map_err(as_wrong_credentials)?;
    // The log's time, by which it is judged whether the code is fresh.
    let factor = rules::factor_of(actor.role, has_code.then_some(times.opened_at));
    actor.login.factor = aged(db, passwords, &actor, factor).await?;
    if is_outdated {
        let (user, hash) = (actor.user_id, passwords.hash(kept).await?);
        db.write(doing, move |tx| actions::rehash(tx, user, &hash)).await?;
    }
    Ok(opened_as(actor, refresh_token, times))
}

/// A password that is older than the profile allows opens one's own account and nothing else.
async fn aged(db: &Db, passwords: &Passwords, actor: &Actor, factor: Factor) -> Answer<Factor> {
    let user = actor.user_id;
    let set_at = db.read(None, move |c| Ok(store::password_set_at(c, user)?)).await?;
    Ok(passwords.aged(factor, set_at, db.clock().now()))
}

fn opened_as(actor: Actor, refresh_token: RefreshToken, times: OpenedTimes) -> Opened {
    let OpenedTimes { opened_at, refresh_expires_at } = times;
    Opened { actor, ends_at: rules::session_ends_at(opened_at), refresh_token, refresh_expires_at }
}

/// A code that somebody else used in the same moment is a wrong one.
fn as_wrong_credentials(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(problem) if ["wrong-code", "no-second-factor"].contains(&problem.code) => {
            LoginRefused::WrongCredentials.into()
        }
        failure => failure,
    }
}

/// The code of a login, which is looked at where there is a second factor.
struct CodeCheck<'v> {
    vault: &'v Vault,
    code: Option<String>,
    now: Time,
}

impl CodeCheck<'_> {
    /// Whether the code is that of the person's second factor and still unused; without a second
    /// factor none is needed.
    fn check(self, user: UserId, factor: Option<KeptFactor>) -> Answer<Option<Option<UsedCode>>> {
        let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
            return Ok(Some(None));
        };
        let code = self.code.unwrap_or_default();
        Ok(used(self.vault, user, factor, &code, self.now)?.map(Some))
    }
}

/// Compares a code with the secret of a second factor.
fn used(
    vault: &Vault,
    user: UserId,
    factor: KeptFactor,
    code: &str,
    now: Time,
) -> Answer<Option<UsedCode>> {
    let step = vault.open(user, &factor.sealed_secret)?.matching(code, now);
    let now_step = step_at(now);
    let step = step.filter(|step| rules::use_step(*step, factor.last_step, now_step).is_ok());
    Ok(step.map(|step| UsedCode { factor, step, now_step }))
}

/// Returns the person of that name, if it is their password. Whether the name, the password, the
/// code or all are wrong, and whether the account has ended, cannot be told from the answer nor from
/// the time that it takes.
async fn prove(
    db: &Db,
    passwords: &Passwords,
    username: &str,
    password: String,
    code: Option<CodeCheck<'_>>,
    session: SessionId,
    operation: &'static str,
) -> Answer<Proven> {
    let (name, hash) = (username.to_owned(), hash_of_username(username));
    let lookup = {
        let hash = hash.clone();
        db.read(None, move |c| Ok(store::login_lookup(c, &name, &hash, session)?)).await?
    };
    rules::check_pace(lookup.retry_at, db.clock().now())?;
    let known_hash = lookup.person.as_ref().map(|person| person.password_hash.clone());
    let right = passwords.matches(password, known_hash).await?;
    let user = lookup.person.as_ref().map(|person| person.actor.user_id);
    if let Some(person) = lookup.person.filter(|_| right) {
        let code = match code {
            Some(check) => check.check(person.actor.user_id, person.factor)?,
            None => Some(None),
        };
        if let Some(code) = code {
            let is_outdated = passwords.is_outdated(&person.password_hash);
            return Ok(Proven { actor: person.actor, code, is_outdated });
        }
    }
    note_failure(db, operation, hash, user, "wrong password").await?;
    Err(LoginRefused::WrongCredentials.into())
}

async fn note_failure(
    db: &Db,
    operation: &'static str,
    username_hash: String,
    user: Option<UserId>,
    reason: &'static str,
) -> Answer<()> {
    let doing = Doing::system(operation);
    db.write(doing, move |tx| actions::note_failure(tx, &username_hash, user, reason)).await
}

/// Exchanges a refresh token for the next one.
pub(super) async fn renew(db: &Db, passwords: &Passwords, presented: &str) -> Answer<Opened> {
    let refused = || Failure::Refused(credentials_needed());
    let presented_hash = hash_of_refresh_token(presented);
    let asked = presented_hash.clone();
    let known = db.read(None, move |c| Ok(store::session_by_token(c, &asked)?)).await?;
    let store::KnownSession { mut actor, opened_at, has_factor } = known.ok_or_else(refused)?;
    // A session that began without a second factor is over as soon as there is one: the standing
    // was raised. So a code was given when this one began.
    let factor = rules::factor_of(actor.role, has_factor.then_some(opened_at));
    actor.login.factor = aged(db, passwords, &actor, factor).await?;
    let refresh_token = RefreshToken::new_random();
    let (token, token_hash) = (RefreshTokenId::new(), refresh_token.hash());
    let command = RenewSession { presented_hash, token, token_hash };
    let doing = Doing::by(actor.clone(), "create_session_renewal");
    match db.write(doing, move |tx| actions::renew_session(tx, &command)).await? {
        Renewed::Until(refresh_expires_at) => {
            let ends_at = rules::session_ends_at(opened_at);
            Ok(Opened { actor, ends_at, refresh_token, refresh_expires_at })
        }
        Renewed::SessionEnded => Err(refused()),
    }
}

/// A secret that somebody is shown once, with the address for their app.
pub(super) struct Begun {
    pub(super) secret: String,
    pub(super) address: String,
}

/// Begins to set up the actor's second factor.
pub(super) async fn begin_factor(db: &Db, vault: &Vault, doing: Doing) -> Answer<Begun> {
    let actor = doing.actor()?.clone();
    let username = username_of(db, &actor, actor.user_id).await?;
    let secret = Secret::new_random();
    let sealed = vault.seal(actor.user_id, &secret)?;
    // The secret is shown once and kept nowhere, so a request that comes again makes another.
    let doing = Doing { once: None, ..doing };
    db.write(doing, move |tx| actions::begin_factor(tx, &sealed)).await?;
    Ok(Begun { secret: secret.text(), address: secret.address(&username) })
}

/// Puts the actor's second factor into force and opens a session that has it.
pub(super) async fn confirm_factor(
    db: &Db,
    passwords: &Passwords,
    vault: &Vault,
    doing: Doing,
    code: &str,
) -> Answer<Opened> {
    let mut actor = doing.actor()?.clone();
    let (used, username_hash) = prove_code(db, vault, &doing, code).await?;
    let (session, refresh_token) = (SessionId::new(), RefreshToken::new_random());
    let command = OpenSession {
        session,
        token: RefreshTokenId::new(),
        token_hash: refresh_token.hash(),
        username_hash,
        code: None,
    };
    let doing = Doing { once: None, ..doing };
    let confirm =
        move |tx: &mut crate::kernel::db::Tx<'_>| actions::confirm_factor(tx, &used, &command);
    let (standing, times) = db.write(doing, confirm).await?;
    actor.standing = standing;
    let factor = aged(db, passwords, &actor, Factor::Confirmed(times.opened_at)).await?;
    actor.login = Login { session, factor };
    Ok(opened_as(actor, refresh_token, times))
}

/// Confirms by a code that it is still the same person; returns them and when the session ends.
pub(super) async fn confirm_session(
    db: &Db,
    vault: &Vault,
    doing: Doing,
    code: &str,
) -> Answer<(Actor, Time)> {
    let mut actor = doing.actor()?.clone();
    let (used, hash) = prove_code(db, vault, &doing, code).await?;
    if used.factor.confirmed_at.is_none() {
        return Err(FactorRefused::Absent.into());
    }
    let doing = Doing { once: None, ..doing };
    let confirm =
        move |tx: &mut crate::kernel::db::Tx<'_>| actions::confirm_session(tx, &used, &hash);
    let (opened_at, confirmed_at) = db.write(doing, confirm).await?;
    actor.login.factor = Factor::Confirmed(confirmed_at);
    Ok((actor, rules::session_ends_at(opened_at)))
}

/// Compares a code with the actor's second factor, at the pace of logins; returns it with what the
/// failures are counted under.
async fn prove_code(
    db: &Db,
    vault: &Vault,
    doing: &Doing,
    code: &str,
) -> Answer<(UsedCode, String)> {
    let (actor, now) = (doing.actor()?, db.clock().now());
    let user = actor.user_id;
    let hash = hash_of_username(&username_of(db, actor, user).await?);
    let asked = hash.clone();
    let known = db.read(Some(actor), move |c| {
        Ok((store::factor(c, user)?, store::login_failures(c, &asked)?))
    });
    let (factor, failures) = known.await?;
    rules::check_pace(failures.map(|failures| failures.retry_at), now)?;
    let factor = factor.ok_or(FactorRefused::Absent)?;
    if let Some(used) = used(vault, user, factor, code, now)? {
        return Ok((used, hash));
    }
    note_failure(db, "create_fresh_code", hash, Some(user), "wrong code").await?;
    Err(FactorRefused::WrongCode.into())
}

/// Gives the actor another password, once the present one is proven.
pub(super) async fn change_own_password(
    db: &Db,
    passwords: &Passwords,
    doing: Doing,
    current: String,
    new: String,
) -> Answer<()> {
    let actor = doing.actor()?.clone();
    let username = username_of(db, &actor, actor.user_id).await?;
    passwords.check(&new, &username)?;
    if current == new {
        return Err(MemberRefused::PasswordSame.into());
    }
    let session = actor.login.session;
    prove(db, passwords, &username, current, None, session, "create_own_password").await?;
    check_unused(db, passwords, actor.user_id, &new).await?;
    let (hash, name) = (passwords.hash(new).await?, hash_of_username(&username));
    db.write(doing, move |tx| {
        actions::pass_failures(tx, &name)?;
        actions::set_password(tx, actor.user_id, &hash).map(|_| ())
    })
    .await
}

/// The password that somebody is to have who forgot theirs, and why.
pub(super) struct PasswordWish {
    pub(super) user: UserId,
    pub(super) password: String,
    pub(super) reason: String,
}

/// Enters another password for somebody else, for a second person.
pub(super) async fn enter_password_reset(
    db: &Db,
    passwords: &Passwords,
    doing: Doing,
    wish: PasswordWish,
) -> Answer<PasswordResetId> {
    let PasswordWish { user, password, reason } = wish;
    let username = username_of(db, doing.actor()?, user).await?;
    passwords.check(&password, &username)?;
    check_unused(db, passwords, user, &password).await?;
    let command = EnterPasswordReset {
        id: PasswordResetId::new(),
        user_id: user,
        password_hash: passwords.hash(password).await?,
        reason,
    };
    db.write(doing, move |tx| actions::enter_password_reset(tx, &command)).await
}

/// Refuses a password that was one of the person's last ones, where the profile asks for it.
async fn check_unused(db: &Db, passwords: &Passwords, of: UserId, new: &str) -> Answer<()> {
    let kept = i64::try_from(rules::PASSWORDS_KEPT).unwrap_or(i64::MAX);
    let hashes = db.read(None, move |c| Ok(store::last_passwords(c, of, kept)?)).await?;
    passwords.check_unused(new, hashes).await
}

async fn username_of(db: &Db, actor: &Actor, user: UserId) -> Answer<String> {
    let found = db.read(Some(actor), move |c| Ok(store::find_user(c, user)?)).await?;
    found.map(|user| user.username).ok_or_else(Failure::not_found)
}
