//! Tokens that somebody forged, kept, bent or took for another purpose: none is accepted.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use wetland_exchange::identity::{KeyPurpose, Keys};

use crate::support::{Town, password_of, send};

fn operations() -> [(&'static str, &'static str, Value); 5] {
    let order =
        json!({ "m2": 10, "price_per_mu": "1.00", "wetland_type": "marsh", "grade_max": 5 });
    let notice = json!({ "amount": "1000.00", "county": "360124", "purpose": "购买指标" });
    [
        ("GET", "/api/v1/me", json!({})),
        ("GET", "/api/v1/cash-balances", json!({})),
        ("GET", "/api/v1/trades", json!({})),
        ("POST", "/api/v1/orders", order),
        ("POST", "/api/v1/payment-notices", notice),
    ]
}

fn part(text: &str) -> String {
    BASE64.encode(text)
}

fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64.decode(payload).unwrap()).unwrap()
}

fn but(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[name] = value;
    changed
}

fn signed(claims: &Value, header: &Header, secret: &[u8]) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn header(alg: Algorithm, typ: Option<&str>) -> Header {
    Header { typ: typ.map(str::to_owned), ..Header::new(alg) }
}

/// Tokens that are none, each with what is wrong with it.
fn forgeries(real: &str, session: &Value, keys: &Keys) -> Vec<(String, String)> {
    let claims = claims_of(real);
    let now = claims["nbf"].as_i64().unwrap();
    let ours = header(Algorithm::HS256, Some("at+jwt"));
    let secret = keys.of(KeyPurpose::Tokens).next().unwrap().secret();
    let good = |claims: &Value| signed(claims, &ours, secret);
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |what: &str, token: String| all.push((what.to_owned(), token));

    // Signed with our own secret, and still not ours.
    for name in ["iss", "aud", "exp", "nbf", "sub", "organisation", "role", "region", "standing"] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(name);
        add(&format!("without {name}"), good(&without));
        add(&format!("{name} as a list"), good(&but(&claims, name, json!([7]))));
        add(&format!("{name} as null"), good(&but(&claims, name, json!(null))));
    }
    for (name, value) in [
        ("iss", json!("https://elsewhere.example")),
        ("iss", json!("")),
        ("aud", json!("another-api")),
        ("aud", json!(["another-api"])),
        ("exp", json!(now - 1)),
        ("exp", json!(now)),
        ("exp", json!(-1)),
        ("exp", json!("9999999999")),
        ("nbf", json!(now + 60)),
        ("role", json!("root")),
        ("sub", json!("nobody")),
        ("sub", json!("0191e4c8-7b1a-7000-8000-000000000001")),
        ("standing", json!(claims["standing"].as_i64().unwrap() + 1)),
        ("standing", json!(claims["standing"].as_i64().unwrap() - 1)),
    ] {
        add(&format!("{name} {value}"), good(&but(&claims, name, value.clone())));
    }
    for typ in [None, Some("JWT"), Some("jwt"), Some("rt+jwt"), Some("AT+JWT"), Some("")] {
        add(&format!("type {typ:?}"), signed(&claims, &header(Algorithm::HS256, typ), secret));
    }
    for alg in [Algorithm::HS384, Algorithm::HS512] {
        add(&format!("{alg:?}"), signed(&claims, &header(alg, Some("at+jwt")), secret));
    }

    // Signed with another secret: an empty one, a guess, a public key taken for a secret.
    let note = keys.of(KeyPurpose::Checkpoints).next().unwrap();
    let public = note.signing().verifying_key().to_bytes();
    let hex_public = hex::encode(public);
    for secret in [&[][..], b"secret", &[0; 32], &public, hex_public.as_bytes()] {
        add("another secret", signed(&claims, &ours, secret));
    }

    // Not signed, or said to be signed in another way.
    let payload = part(&claims.to_string());
    let signature = real.rsplit('.').next().unwrap();
    for alg in ["none", "None", "NONE", "nOnE", "", "RS256", "ES256", "EdDSA", "HS257"] {
        let head = part(&json!({"alg": alg, "typ": "at+jwt"}).to_string());
        add(&format!("alg {alg:?} unsigned"), format!("{head}.{payload}."));
        add(&format!("alg {alg:?}"), format!("{head}.{payload}.{signature}"));
    }
    let pointing = json!({"alg": "HS256", "typ": "at+jwt", "kid": "../../dev/null",
        "jku": "http://127.0.0.1/keys", "jwk": {"kty": "oct", "k": ""}});
    add("a key of its own", format!("{}.{payload}.{signature}", part(&pointing.to_string())));

    // Bent on the way.
    let (head, rest) = real.split_once('.').unwrap();
    let other = part(&but(&claims, "role", json!("administrator")).to_string());
    add("another payload under the old signature", format!("{head}.{other}.{signature}"));
    add("cut off", real[..real.len() - 1].to_owned());
    add("no signature", format!("{head}.{payload}"));
    add("a part too many", format!("{real}.{signature}"));
    add("padded", format!("{real}=="));
    add("doubled", format!("{real} {real}"));
    add("parts exchanged", format!("{rest}.{head}"));
    add("upper case", real.to_uppercase());
    add("too long", format!("{real}{}", "A".repeat(4_000)));
    add("nothing", String::new());
    add("dots", "..".into());
    add("no token", "let me in".into());
    // What is something else of ours.
    add("the refresh token", session["refresh_token"].as_str().unwrap().to_owned());
    add("the user's id", claims["sub"].as_str().unwrap().to_owned());
    all
}

on_both_engines! {
    async fn no_forged_kept_or_confused_token_is_accepted(town: Town) {
        let keys = Keys::open(town.data_dir()).unwrap();
        let real = town.log_in("dev01.trader").await;
        let session = town.http.post(format!("{}/api/v1/sessions", town.url)).json(&json!({
            "username": "aud01.desk", "password": password_of("aud01.desk"),
        }));
        let session = send(session).await.created();
        let forged = forgeries(&real, &session, &keys);
        assert!(forged.len() >= 60, "{} tokens", forged.len());
        let size = size_of_log(&town).await;
        for (method, path, body) in operations() {
            let method: Method = method.parse().unwrap();
            let ask = |authorization: String| {
                let request = town.http.request(method.clone(), format!("{}{path}", town.url));
                let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
                send(request.header("authorization", authorization).json(&body))
            };
            for (what, token) in &forged {
                let answer = ask(format!("Bearer {token}")).await;
                assert_eq!(answer.status, 401, "{what} at {path}: {}", answer.text);
            }
            for scheme in ["Basic", "Token", "Bearer:", ""] {
                assert_eq!(ask(format!("{scheme} {real}")).await.status, 401, "{scheme} at {path}");
            }
            assert_ne!(ask(format!("Bearer {real}")).await.status, 401, "the real one at {path}");
        }
        assert_eq!(size_of_log(&town).await, size, "strangers cannot fill the log");

        // The real one is good for ten minutes and not a second more.
        town.clock.set(town.now().plus_seconds(600));
        let kept = town.http.get(format!("{}/api/v1/me", town.url)).bearer_auth(&real);
        assert_eq!(send(kept).await.status, 401);
    }
}

/// How many entries the log has, but for those that the real token's refused orders left.
async fn size_of_log(town: &Town) -> i64 {
    let auditor = town.user("aud01.desk").await;
    let page = auditor.get("/api/v1/audit/entries?limit=200").await.ok();
    let own = ["create_order", "place_orders", "create_payment_notice"];
    let entries = page["items"].as_array().unwrap().iter();
    let others = entries.filter(|one| !own.contains(&one["operation"].as_str().unwrap()));
    i64::try_from(others.count()).unwrap()
}
