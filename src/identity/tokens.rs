//! Tokens. An access token is a signed statement of who acts, good for ten minutes and checked
//! without the database; a refresh token is 256 random bits that the database knows by their hash.
//!
//! One algorithm, HS256: the exchange alone makes and checks them, and the check is on the way of
//! every request. Time is an argument here as everywhere, so that a set clock holds for tokens too.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keys::Ring;
use crate::kernel::actor::{Actor, Factor, Login, Role, credentials_needed};
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, SessionId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;

/// How long an access token is good. Rights that change act at once all the same (`standing`).
pub(super) const ACCESS_TOKEN_S: i64 = 600;

/// How far the clocks of two instances may differ before one refuses the other's new tokens.
const NOT_BEFORE_LEEWAY_S: i64 = 5;

/// No token of ours is longer; more is not even looked at.
const TOKEN_BYTES_MAX: usize = 1024;

const ISSUER: &str = "wetland-exchange";
const AUDIENCE: &str = "wetland-exchange-api";

/// RFC 9068: says that this is an access token and nothing else that is signed with the same key.
const TYPE: &str = "at+jwt";

/// Makes and checks access tokens.
pub struct Tokens {
    header: Header,
    signing: EncodingKey,
    /// The one in use first.
    checking: Vec<DecodingKey>,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
    nbf: i64,
    sub: UserId,
    organisation: OrganisationId,
    role: Role,
    region: RegionCode,
    standing: i64,
    session: SessionId,
    factor: FactorName,
    /// When a code was last given, where there is a second factor.
    code_at: Option<i64>,
}

/// The second factor of a login, as a token says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FactorName {
    NotNeeded,
    Missing,
    PasswordOutdated,
    Confirmed,
}

impl Tokens {
    /// Signs by the key in use; takes what any signed that counts.
    pub fn of(ring: &Ring) -> Self {
        let checking = ring.all().map(|key| DecodingKey::from_secret(key.secret())).collect();
        Self { checking, ..Self::new(ring.in_use.secret()) }
    }

    /// The same with that secret alone.
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The library asks the machine's clock; `check` compares with the time it is given.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        Self {
            header,
            signing: EncodingKey::from_secret(secret),
            checking: vec![DecodingKey::from_secret(secret)],
            validation,
        }
    }

    /// Returns a token that says that `actor` acts, until their session ends at the latest.
    pub fn issue(&self, actor: &Actor, until: Time, now: Time) -> Answer<String> {
        let (factor, code_at) = match actor.login.factor {
            Factor::NotNeeded => (FactorName::NotNeeded, None),
            Factor::Missing => (FactorName::Missing, None),
            Factor::PasswordOutdated => (FactorName::PasswordOutdated, None),
            Factor::Confirmed(at) => (FactorName::Confirmed, Some(at.unix_seconds())),
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: expiry(until, now).unix_seconds(),
            nbf: now.unix_seconds(),
            sub: actor.user_id,
            organisation: actor.organisation_id,
            role: actor.role,
            region: actor.region.clone(),
            standing: actor.standing,
            session: actor.login.session,
            factor,
            code_at,
        };
        jsonwebtoken::encode(&self.header, &claims, &self.signing)
            .map_err(|cause| Failure::Broken(cause.into()))
    }

    /// Returns who acts, or 401. Whatever is wrong with the token, the answer is the same.
    pub fn check(&self, token: &str, now: Time) -> Answer<Actor> {
        let actor = self.claims(token, now).and_then(actor_of);
        actor.ok_or(Failure::Refused(credentials_needed()))
    }

    fn claims(&self, token: &str, now: Time) -> Option<Claims> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let decoded = |key| jsonwebtoken::decode::<Claims>(token, key, &self.validation).ok();
        let data = self.checking.iter().find_map(decoded)?;
        let now_s = now.unix_seconds();
        let claims = data.claims;
        let is_ours = data.header.typ.as_deref() == Some(TYPE);
        let is_in_time = now_s < claims.exp && claims.nbf <= now_s + NOT_BEFORE_LEEWAY_S;
        (is_ours && is_in_time).then_some(claims)
    }
}

/// When an access token that is made now ends, in a session that ends then.
pub(super) fn expiry(until: Time, now: Time) -> Time {
    now.plus_seconds(ACCESS_TOKEN_S).min(until)
}

fn actor_of(claims: Claims) -> Option<Actor> {
    let factor = match (claims.factor, claims.code_at) {
        (FactorName::NotNeeded, None) => Factor::NotNeeded,
        (FactorName::Missing, None) => Factor::Missing,
        (FactorName::PasswordOutdated, None) => Factor::PasswordOutdated,
        (FactorName::Confirmed, Some(at)) => Factor::Confirmed(Time::of_unix_seconds(at)?),
        _ => return None,
    };
    Some(Actor {
        user_id: claims.sub,
        organisation_id: claims.organisation,
        role: claims.role,
        region: claims.region,
        standing: claims.standing,
        login: Login { session: claims.session, factor },
    })
}

/// A refresh token as its owner holds it; it leaves the house once and is kept nowhere.
pub(super) struct RefreshToken(String);

/// What the database keeps of a refresh token: SHA-256 in hex.
pub(super) type RefreshTokenHash = String;

impl RefreshToken {
    /// Makes a new one of 256 random bits.
    pub(super) fn new_random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    pub(super) fn hash(&self) -> RefreshTokenHash {
        hash_of_refresh_token(&self.0)
    }
}

/// Returns what the database keeps of a token that somebody sent.
pub(super) fn hash_of_refresh_token(text: &str) -> RefreshTokenHash {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Returns under what failed logins of a name are counted; names of strangers are not kept.
pub(super) fn hash_of_username(name: &str) -> String {
    hex::encode(Sha256::digest(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Time {
        Time::in_shanghai("2026-09-04".parse().unwrap(), 12)
    }

    fn actor() -> Actor {
        Actor {
            user_id: UserId::new(),
            organisation_id: OrganisationId::new(),
            role: Role::TownshipOfficer,
            region: "360124500".parse().unwrap(),
            standing: 7,
            login: Login { session: SessionId::new(), factor: Factor::Confirmed(noon()) },
        }
    }

    fn tomorrow() -> Time {
        noon().plus_seconds(86_400)
    }

    fn tokens() -> Tokens {
        Tokens::new(&[7; 32])
    }

    /// Signs any header and claims with the right key.
    fn forge(typ: Option<&str>, algorithm: Algorithm, claims: &serde_json::Value) -> String {
        let mut header = Header::new(algorithm);
        header.typ = typ.map(str::to_owned);
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&[7; 32])).unwrap()
    }

    fn honest_claims() -> serde_json::Value {
        let actor = actor();
        serde_json::json!({
            "iss": ISSUER, "aud": AUDIENCE,
            "exp": noon().unix_seconds() + 600, "nbf": noon().unix_seconds(),
            "sub": actor.user_id, "organisation": actor.organisation_id,
            "role": actor.role, "region": actor.region, "standing": 1,
            "session": actor.login.session, "factor": "not_needed",
        })
    }

    #[test]
    fn a_token_says_who_acts_for_ten_minutes() {
        let (tokens, actor) = (tokens(), actor());
        let token = tokens.issue(&actor, tomorrow(), noon()).unwrap();
        assert_eq!(tokens.check(&token, noon()).unwrap(), actor);
        assert_eq!(tokens.check(&token, noon().plus_seconds(599)).unwrap(), actor);
        assert!(tokens.check(&token, noon().plus_seconds(600)).is_err());
        assert!(tokens.check(&token, noon().plus_seconds(-5)).is_ok());
        assert!(tokens.check(&token, noon().plus_seconds(-6)).is_err());
    }

    #[test]
    fn c6_no_token_outlives_its_session() {
        let (tokens, ends) = (tokens(), noon().plus_seconds(60));
        let token = tokens.issue(&actor(), ends, noon()).unwrap();
        assert!(tokens.check(&token, noon().plus_seconds(59)).is_ok());
        assert!(tokens.check(&token, ends).is_err());
    }

    #[test]
    fn a_token_of_another_deployment_or_a_changed_one_is_refused() {
        let token = tokens().issue(&actor(), tomorrow(), noon()).unwrap();
        assert!(Tokens::new(&[8; 32]).check(&token, noon()).is_err());
        for at in 0..token.len() - 1 {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(tokens().check(&changed, noon()).is_err(), "byte {at} was not noticed");
        }
        for not_a_token in ["", ".", "..", "a.b.c", &"a".repeat(2000)] {
            assert!(tokens().check(not_a_token, noon()).is_err());
        }
    }

    #[test]
    fn issuer_audience_type_times_and_algorithm_are_all_asked_for() {
        let (hs256, claims) = (Algorithm::HS256, honest_claims());
        assert!(tokens().check(&forge(Some(TYPE), hs256, &claims), noon()).is_ok());
        for typ in [None, Some("JWT"), Some("rt+jwt")] {
            assert!(tokens().check(&forge(typ, hs256, &claims), noon()).is_err(), "{typ:?}");
        }
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            assert!(tokens().check(&forge(Some(TYPE), algorithm, &claims), noon()).is_err());
        }
        for claim in [
            "iss",
            "aud",
            "exp",
            "nbf",
            "sub",
            "organisation",
            "role",
            "standing",
            "session",
            "factor",
        ] {
            let mut without = claims.clone();
            without.as_object_mut().unwrap().remove(claim);
            let token = forge(Some(TYPE), hs256, &without);
            assert!(tokens().check(&token, noon()).is_err(), "{claim} is not asked for");
        }
        for (claim, other) in [
            ("iss", "somebody"),
            ("aud", "something"),
            ("role", "king"),
            ("factor", "confirmed"),
            ("factor", "none"),
        ] {
            let mut changed = claims.clone();
            changed[claim] = other.into();
            assert!(tokens().check(&forge(Some(TYPE), hs256, &changed), noon()).is_err());
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let header = part(r#"{"typ":"at+jwt","alg":"none"}"#);
        let claims = part(&honest_claims().to_string());
        assert!(tokens().check(&format!("{header}.{claims}."), noon()).is_err());
    }

    #[test]
    fn refresh_tokens_are_random_and_kept_as_a_hash() {
        let (one, other) = (RefreshToken::new_random(), RefreshToken::new_random());
        assert_ne!(one.hash(), other.hash());
        assert_eq!((one.hash().len(), one.0.len()), (64, 43));
        assert_eq!(one.hash(), hash_of_refresh_token(&one.into_text()));
    }
}
