//! One-time codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds, which all of them
//! understand), and the vault in which their secrets are kept: XChaCha20-Poly1305 under a key made of
//! a key of tokens of this deployment, bound to the person. The database alone gives no codes.

use actix_web::http::StatusCode;
use anyhow::anyhow;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::keys::Ring;
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure, Problem};

/// How long one code is shown.
const STEP_S: i64 = 30;
/// As long as the hash, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;
const NONCE_BYTES: usize = 24;
/// What the app shows as the name of the service.
const ISSUER: &str = "Wetland Exchange";

/// The secret that a person's authenticator holds. It is never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Makes a new one of 160 random bits.
    pub fn new_random() -> Self {
        Self(rand::random::<[u8; SECRET_BYTES]>().to_vec())
    }

    /// Reads a secret as it is shown, in base 32.
    pub fn of_text(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
        (bytes.len() == SECRET_BYTES).then_some(Self(bytes))
    }

    /// The secret for people to type, in base 32.
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The address that a QR code for apps holds.
    pub fn address(&self, username: &str) -> String {
        let issuer = ISSUER.replace(' ', "%20");
        let secret = self.text();
        format!(
            "otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}\
             &algorithm=SHA1&digits=6&period={STEP_S}"
        )
    }

    /// The code of a step of time.
    pub fn code(&self, step: i64) -> String {
        let Ok(mac) = <Hmac<Sha1> as KeyInit>::new_from_slice(&self.0) else {
            return String::new();
        };
        let tag = mac.chain_update(step.to_be_bytes()).finalize().into_bytes();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0xf);
        let word = tag.iter().skip(offset).take(4);
        let word = word.fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:06}", word % 1_000_000)
    }

    /// The step whose code it is: this one, the one before, or the one after, since clocks differ.
    pub(super) fn matching(&self, code: &str, now: Time) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        [0, -1, 1].into_iter().map(|by| step_at(now) + by).find(|step| self.code(*step) == code)
    }
}

/// The step of time of a moment.
pub fn step_at(now: Time) -> i64 {
    now.unix_seconds().div_euclid(STEP_S)
}

/// Seals secrets for the database under the key in use, and opens what any key sealed that counts.
/// What is sealed begins with the id of its key; what was sealed before keys changed has none.
#[derive(Clone)]
pub struct Vault {
    key_id: String,
    /// The one in use first.
    ciphers: Vec<(String, XChaCha20Poly1305)>,
}

impl Vault {
    /// Takes the keys of tokens of this deployment.
    pub fn of(ring: &Ring) -> Self {
        Self::new(ring.all().map(|key| (key.id.key_id.clone(), key.secret())))
    }

    fn new<'a>(keys: impl Iterator<Item = (String, &'a [u8; 32])>) -> Self {
        let cipher = |secret: &[u8; 32]| {
            let key = Sha256::new().chain_update(b"second factors\0").chain_update(secret);
            let key: [u8; 32] = key.finalize().into();
            XChaCha20Poly1305::new(&key.into())
        };
        let ciphers: Vec<_> = keys.map(|(key_id, secret)| (key_id, cipher(secret))).collect();
        let key_id = ciphers.first().map(|(key_id, _)| key_id.clone()).unwrap_or_default();
        Self { key_id, ciphers }
    }

    /// The id of the key under which is sealed now.
    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The id of the key that sealed that.
    pub(super) fn key_of(sealed: &str) -> Option<&str> {
        sealed.split_once(':').map(|(key_id, _)| key_id)
    }

    /// Returns what the database keeps of a person's secret.
    pub fn seal(&self, user: UserId, secret: &Secret) -> Answer<String> {
        let broken = || Failure::broken("a secret can be sealed");
        let (key_id, cipher) = self.ciphers.first().ok_or_else(broken)?;
        let nonce = rand::random::<[u8; NONCE_BYTES]>();
        let about = user.to_string();
        let payload = Payload { msg: &secret.0, aad: about.as_bytes() };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| broken())?;
        Ok(format!("{key_id}:{}", hex::encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what was sealed for that person here; refused where the key that sealed it came after
    /// this instance was started.
    pub(super) fn open(&self, user: UserId, sealed: &str) -> Answer<Secret> {
        let (key_id, hex) = match sealed.split_once(':') {
            Some((key_id, hex)) => (Some(key_id), hex),
            None => (None, sealed),
        };
        let fits = |id: &str| key_id.is_none_or(|key_id| key_id == id);
        if !self.ciphers.iter().any(|(id, _)| fits(id)) {
            return Err(Failure::Refused(keys_changed()));
        }
        let mut ciphers = self.ciphers.iter().filter(|(id, _)| fits(id));
        let opened = ciphers.find_map(|(_, cipher)| opened(cipher, user, hex));
        opened.ok_or_else(|| {
            Failure::Broken(anyhow!(
                "the second factor of {user} was not sealed by this deployment"
            ))
        })
    }
}

/// What an instance answers that works with other keys of tokens than the database says.
pub(super) fn keys_changed() -> Problem {
    tracing::error!(
        "the keys of tokens were changed since this instance was started: start it anew"
    );
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "keys-changed",
        "the keys of this service were changed, and this instance of it was not started since; \
         whoever operates it has to start it anew",
        "本服务的密钥已更换，而当前实例尚未重新启动；请联系运维人员重启后再试",
    )
    .retry_after(60)
}

fn opened(cipher: &XChaCha20Poly1305, user: UserId, sealed: &str) -> Option<Secret> {
    let sealed = hex::decode(sealed).ok()?;
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let about = user.to_string();
    let payload = Payload { msg: sealed, aad: about.as_bytes() };
    cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::in_shanghai("1970-01-01".parse().unwrap(), 8).plus_seconds(seconds)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = Secret(b"12345678901234567890".to_vec());
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(step_at(at(seconds))), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_in_its_step_and_the_next_to_it() {
        let secret = Secret(b"12345678901234567890".to_vec());
        let code = secret.code(100);
        for (seconds, matched) in [
            (100 * 30, true),
            (99 * 30, true),
            (101 * 30 + 29, true),
            (102 * 30, false),
            (98 * 30, false),
        ] {
            assert_eq!(secret.matching(&code, at(seconds)).is_some(), matched, "{seconds}");
        }
        assert_eq!(secret.matching(&format!("{} {}", &code[..3], &code[3..]), at(3000)), Some(100));
        for wrong in ["", "000000", "1234567", "abcdef"] {
            assert_eq!(secret.matching(wrong, at(3000)), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_read_as_it_is_shown() {
        let secret = Secret::new_random();
        let text = secret.text();
        assert_eq!(text.len(), 32);
        assert!(Secret::of_text(&text.to_lowercase()).unwrap() == secret);
        assert!(Secret::of_text("AAAA").is_none() && Secret::of_text("!").is_none());
        let address = secret.address("liang.wenbo");
        assert!(address.starts_with("otpauth://totp/Wetland%20Exchange:liang.wenbo?secret="));
    }

    fn vault(keys: &[(&str, u8)]) -> Vault {
        let secrets: Vec<_> = keys.iter().map(|(id, byte)| (id.to_string(), [*byte; 32])).collect();
        Vault::new(secrets.iter().map(|(id, secret)| (id.clone(), secret)))
    }

    #[test]
    fn what_is_sealed_opens_here_for_that_person_only() {
        let (vault, user, secret) = (vault(&[("old", 7)]), UserId::new(), Secret::new_random());
        let sealed = vault.seal(user, &secret).unwrap();
        assert!(vault.open(user, &sealed).unwrap() == secret);
        assert!(!sealed.contains(&hex::encode(&secret.0)));
        assert_ne!(vault.seal(user, &secret).unwrap(), sealed);
        assert!(vault.open(UserId::new(), &sealed).is_err());
        assert!(self::vault(&[("old", 8)]).open(user, &sealed).is_err());
        for bad in ["", "00", "zz", "old:", &sealed[6..], &sealed.replace("old", "new")] {
            assert!(vault.open(user, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_an_older_key_sealed_opens_and_is_sealed_by_the_one_in_use() {
        let (user, secret) = (UserId::new(), Secret::new_random());
        let sealed = vault(&[("old", 7)]).seal(user, &secret).unwrap();
        let both = vault(&[("new", 8), ("old", 7)]);
        let unnamed = sealed.strip_prefix("old:").unwrap();
        for kept in [&*sealed, unnamed] {
            assert!(both.open(user, kept).unwrap() == secret, "{kept}");
        }
        let anew = both.seal(user, &secret).unwrap();
        assert_eq!(Vault::key_of(&anew), Some(both.key_id()));
        assert!(vault(&[("new", 8)]).open(user, &anew).unwrap() == secret);
        assert!(vault(&[("new", 8)]).open(user, &sealed).is_err());
    }
}
