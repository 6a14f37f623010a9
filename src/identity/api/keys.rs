//! The public halves of the keys that sign checkpoints and certificates, for everybody to check by.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::actions;
use crate::identity::model::{KeyPurpose, KeyState, KnownKey};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![list_public_keys]
}

/// A public key with its times. One that is accepted signed until lately and still signs checkpoints
/// beside the one in use; what a dropped one signed is still checked by it.
#[derive(Debug, Serialize, ToSchema)]
struct PublicKeyView {
    purpose: KeyPurpose,
    #[schema(example = "5f1d36a0c2e49b7d")]
    key_id: String,
    /// Ed25519, 64 hex digits.
    #[schema(example = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")]
    public_key: String,
    state: KeyState,
    added_at: Time,
    used_from: Option<Time>,
    /// When another took its place.
    used_until: Option<Time>,
    dropped_at: Option<Time>,
}

impl PublicKeyView {
    /// Keys of tokens are secrets without a public half.
    fn of(one: KnownKey) -> Option<Self> {
        let state = one.state();
        Some(Self {
            purpose: one.key.purpose,
            key_id: one.key.key_id,
            public_key: one.key.public_key?,
            state,
            added_at: one.added_at,
            used_from: one.used_from,
            used_until: one.used_until,
            dropped_at: one.dropped_at,
        })
    }
}

/// All of them: a deployment has a handful in its life.
#[derive(Debug, Serialize, ToSchema)]
struct PublicKeys {
    items: Vec<PublicKeyView>,
}

/// Lists the public keys of checkpoints and certificates, past ones too
#[utoipa::path(
    get, path = "/api/v1/public/keys", tag = "identity",
    responses((status = 200, body = PublicKeys), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_public_keys(db: Data<Db>) -> Answer<HttpResponse> {
    let known = db.read(None, actions::known_keys).await?;
    let items = known.into_iter().filter_map(PublicKeyView::of).collect();
    Ok(HttpResponse::Ok().json(PublicKeys { items }))
}
