//! How somebody proves to be who they say: the password is compared outside the writer, the pace
//! of guesses is decided inside it.

use crate::identity::actions::{self, OpenSession, RenewSession, Renewed};
use crate::identity::model::{RefreshTokenId, SessionId};
use crate::identity::passwords::Passwords;
use crate::identity::rules::{self, LoginRefused, MemberRefused};
use crate::identity::store;
use crate::identity::tokens::{RefreshToken, hash_of_refresh_token, hash_of_username};
use crate::kernel::actor::{Actor, Doing, credentials_needed};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};

/// A session as its owner gets it: who acts, and the refresh token with its end.
pub(super) struct Opened {
    pub(super) actor: Actor,
    pub(super) refresh_token: RefreshToken,
    pub(super) refresh_expires_at: Time,
}

/// Lets somebody in who knows the password of that name.
pub(super) async fn log_in(
    db: &Db,
    passwords: &Passwords,
    username: String,
    password: String,
) -> Answer<Opened> {
    const OPERATION: &str = "create_session";
    let actor = prove(db, passwords, &username, password, OPERATION).await?;
    let refresh_token = RefreshToken::new_random();
    let command = OpenSession {
        session: SessionId::new(),
        token: RefreshTokenId::new(),
        token_hash: refresh_token.hash(),
        username_hash: hash_of_username(&username),
    };
    let doing = Doing::by(actor.clone(), OPERATION);
    let refresh_expires_at = db.write(doing, move |tx| actions::open_session(tx, &command)).await?;
    Ok(Opened { actor, refresh_token, refresh_expires_at })
}

/// Returns the person of that name, if it is their password. Whether the name, the password or
/// both are wrong, and whether the account has ended, cannot be told from the answer nor from the
/// time that it takes.
async fn prove(
    db: &Db,
    passwords: &Passwords,
    username: &str,
    password: String,
    operation: &'static str,
) -> Answer<Actor> {
    let (name, hash) = (username.to_owned(), hash_of_username(username));
    let lookup = {
        let hash = hash.clone();
        db.read(None, move |c| Ok(store::login_lookup(c, &name, &hash)?)).await?
    };
    rules::check_pace(lookup.retry_at, db.clock().now())?;
    let known_hash = lookup.person.as_ref().map(|person| person.password_hash.clone());
    let right = passwords.matches(password, known_hash).await?;
    match lookup.person {
        Some(person) if right => Ok(person.actor),
        person => {
            let user = person.map(|person| person.actor.user_id);
            let doing = Doing::system(operation);
            db.write(doing, move |tx| actions::note_failure(tx, &hash, user)).await?;
            Err(LoginRefused::WrongCredentials.into())
        }
    }
}

/// Exchanges a refresh token for the next one.
pub(super) async fn renew(db: &Db, presented: &str) -> Answer<Opened> {
    let refused = || Failure::Refused(credentials_needed());
    let presented_hash = hash_of_refresh_token(presented);
    let asked = presented_hash.clone();
    let actor = db.read(None, move |c| Ok(store::session_actor(c, &asked)?)).await?;
    let actor = actor.ok_or_else(refused)?;
    let refresh_token = RefreshToken::new_random();
    let (token, token_hash) = (RefreshTokenId::new(), refresh_token.hash());
    let command = RenewSession { presented_hash, token, token_hash };
    let doing = Doing::by(actor.clone(), "create_session_renewal");
    match db.write(doing, move |tx| actions::renew_session(tx, &command)).await? {
        Renewed::Until(refresh_expires_at) => {
            Ok(Opened { actor, refresh_token, refresh_expires_at })
        }
        Renewed::SessionEnded => Err(refused()),
    }
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
    rules::check_password(&new, &username)?;
    if current == new {
        return Err(MemberRefused::PasswordSame.into());
    }
    prove(db, passwords, &username, current, "create_own_password").await?;
    let (hash, name) = (passwords.hash(new).await?, hash_of_username(&username));
    db.write(doing, move |tx| {
        actions::pass_failures(tx, &name)?;
        actions::set_password(tx, actor.user_id, &hash).map(|_| ())
    })
    .await
}

/// Gives somebody else another password.
pub(super) async fn change_password(
    db: &Db,
    passwords: &Passwords,
    doing: Doing,
    user: UserId,
    new: String,
) -> Answer<()> {
    let username = username_of(db, doing.actor()?, user).await?;
    rules::check_password(&new, &username)?;
    let hash = passwords.hash(new).await?;
    db.write(doing, move |tx| actions::set_password(tx, user, &hash).map(|_| ())).await
}

async fn username_of(db: &Db, actor: &Actor, user: UserId) -> Answer<String> {
    let found = db.read(Some(actor), move |c| Ok(store::find_user(c, user)?)).await?;
    found.map(|user| user.username).ok_or_else(Failure::not_found)
}
