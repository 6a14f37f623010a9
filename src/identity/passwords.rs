//! Passwords: hashed with argon2id on the blocking pool, never on the writer, a bounded number at a
//! time, so that logins cannot take the memory or the processors of those who trade.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use anyhow::anyhow;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::model::PasswordProfile;
use super::rules::{MemberRefused, aged, check_password, check_profile};
use crate::kernel::actor::Factor;
use crate::kernel::clock::Time;
use crate::kernel::problem::{Answer, Failure, Problem};

/// How long a login may wait for its turn to be hashed.
const TURN_WAIT_MAX: Duration = Duration::from_secs(10);

/// What one hash costs, and how many are made at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashing {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    /// Each takes `memory_kib` and one processor.
    pub parallel_max: usize,
}

impl Default for Hashing {
    /// What OWASP advises for argon2id; two at a time.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1, parallel_max: 2 }
    }
}

impl Hashing {
    /// Costs next to nothing, for tests and nothing else.
    pub fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1, lanes: 1, parallel_max: 2 }
    }
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    profile: PasswordProfile,
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// The hash of a password that nobody has, with which a login of nobody is compared, so that
    /// it takes as long as any other.
    nobodys: Arc<str>,
}

impl Passwords {
    pub fn new(hashing: Hashing) -> anyhow::Result<Self> {
        let params = Params::new(hashing.memory_kib, hashing.passes, hashing.lanes, None)
            .map_err(|cause| anyhow!("the password hashing cannot be set so: {cause}"))?;
        if hashing.parallel_max == 0 || hashing.parallel_max > Semaphore::MAX_PERMITS {
            return Err(anyhow!("at least one password must be hashed at a time"));
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = hash_with(&argon2, &hex::encode(rand::random::<[u8; 32]>()))?;
        let turns = Arc::new(Semaphore::new(hashing.parallel_max));
        let profile = PasswordProfile::Standard;
        Ok(Self { profile, argon2, turns, nobodys: nobodys.into() })
    }

    /// The same with that profile.
    #[must_use]
    pub fn with_profile(self, profile: PasswordProfile) -> Self {
        Self { profile, ..self }
    }

    /// Whether that person may use that password here, whatever theirs were before.
    pub fn check(&self, password: &str, username: &str) -> Result<(), MemberRefused> {
        check_password(password, username)?;
        check_profile(self.profile, password)
    }

    /// What a login comes to whose password was set then.
    pub(super) fn aged(&self, factor: Factor, set_at: Option<Time>, now: Time) -> Factor {
        aged(self.profile, factor, set_at, now)
    }

    /// Refuses a password that is one of those hashes, where the profile asks for it.
    pub(super) async fn check_unused(&self, password: &str, hashes: Vec<String>) -> Answer<()> {
        if self.profile == PasswordProfile::Standard {
            return Ok(());
        }
        for hash in hashes {
            if self.matches(password.to_owned(), Some(hash)).await? {
                return Err(MemberRefused::PasswordReused.into());
            }
        }
        Ok(())
    }

    /// Returns the hash to keep of a new password.
    pub async fn hash(&self, password: String) -> Answer<String> {
        let argon2 = self.argon2.clone();
        self.in_turn(move || hash_with(&argon2, &password)).await?.map_err(Failure::Broken)
    }

    /// The same at once and on this thread, for the command line and the demo's setup.
    pub fn hash_here(&self, password: &str) -> anyhow::Result<String> {
        hash_with(&self.argon2, password)
    }

    /// Whether the hash was made at another cost than one that is made today.
    pub(super) fn is_outdated(&self, hash: &str) -> bool {
        cost_of(hash) != cost_of(&self.nobodys)
    }

    /// Whether it is the password of that hash. Without a hash it is not, and that takes as long.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Answer<bool> {
        let argon2 = self.argon2.clone();
        let nobodys = Arc::clone(&self.nobodys);
        self.in_turn(move || {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(&nobodys);
            let hash = phc::PasswordHash::new(hash).map_err(|cause| anyhow!("{cause}"))?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await?
        .map_err(Failure::Broken)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = tokio::time::timeout(TURN_WAIT_MAX, turn).await;
        let turn = turn.map_err(|_| Failure::Refused(too_many_logins()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Failure::broken("hashing a password does not panic"))
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &str) -> anyhow::Result<String> {
    let hash: phc::PasswordHash =
        argon2.hash_password(password.as_bytes()).map_err(|cause| anyhow!("{cause}"))?;
    Ok(hash.to_string())
}

/// All of a hash but its salt and its value.
fn cost_of(hash: &str) -> Option<&str> {
    hash.rsplitn(3, '$').nth(2)
}

fn too_many_logins() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-logins",
        "too many people are logging in at this moment; try again",
        "当前登录人数过多，请稍后再试",
    )
    .retry_after(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_password_is_known_by_its_hash_and_no_hash_is_made_twice() {
        let passwords = Passwords::new(Hashing::cheap()).unwrap();
        let hash = passwords.hash("a good password".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert_ne!(passwords.hash_here("a good password").unwrap(), hash);
        for (password, expected) in [("a good password", true), ("a bad password", false)] {
            let matches = passwords.matches(password.into(), Some(hash.clone())).await;
            assert_eq!(matches.unwrap(), expected);
        }
        assert!(!passwords.matches("a good password".into(), None).await.unwrap());
    }

    #[test]
    fn c3_a_hash_of_another_cost_is_outdated() {
        let (cheap, dear) = (Hashing::cheap(), Hashing { passes: 2, ..Hashing::cheap() });
        let (cheap, dear) = (Passwords::new(cheap).unwrap(), Passwords::new(dear).unwrap());
        let hash = cheap.hash_here("a good password").unwrap();
        assert!(!cheap.is_outdated(&hash) && dear.is_outdated(&hash));
        assert!(cheap.is_outdated("") && cheap.is_outdated("$argon2id$"));
    }

    #[actix_web::test]
    async fn a_login_of_nobody_costs_what_a_login_costs() {
        let passwords = Passwords::new(Hashing::default()).unwrap();
        assert!(passwords.nobodys.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn settings_that_hash_nothing_are_refused() {
        assert!(Passwords::new(Hashing { passes: 0, ..Hashing::cheap() }).is_err());
        assert!(Passwords::new(Hashing { parallel_max: 0, ..Hashing::cheap() }).is_err());
    }
}
