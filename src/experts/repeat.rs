//! Repeating a draw from its public export, by nothing else than what stands in it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::experts::model::{Draw, DrawState, ExpertId};
use crate::experts::rules::{draw, hash_of_list, list_of, next_for, seed_of};

/// What repeating a draw found: each check by itself, and the panel that comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Repetition {
    /// Whether everything agrees.
    #[schema(example = true)]
    pub agrees: bool,
    /// The list has the hash that was published.
    #[schema(example = true)]
    pub candidates_agree: bool,
    /// The nonce has the hash that was published before the moment.
    #[schema(example = true)]
    pub nonce_agrees: bool,
    /// The seed is SHA-256(head ‖ nonce).
    #[schema(example = true)]
    pub seed_agrees: bool,
    /// The members, with their replacements, are those that the draw gives.
    #[schema(example = true)]
    pub members_agree: bool,
    /// Whom the draw gives, in order.
    pub members: Vec<ExpertId>,
}

/// Repeats a draw; nothing where it was not drawn.
pub fn repeat(it: &Draw) -> Option<Repetition> {
    if it.state != DrawState::Drawn {
        return None;
    }
    let bytes = |hex: &Option<String>| hex::decode(hex.as_deref()?).ok();
    let (head, nonce) = (bytes(&it.head_hash)?, bytes(&it.nonce)?);
    let nonce_hash = hex::encode(Sha256::digest(&nonce));
    let seed = seed_of(&head, &nonce);
    let members = lot_of(it, &seed);
    let candidates_agree =
        hex::encode(hash_of_list(&list_of(&it.candidates))) == it.candidates_hash;
    let nonce_agrees = it.nonce_hash.as_ref() == Some(&nonce_hash);
    let seed_agrees = it.seed.as_ref() == Some(&hex::encode(seed));
    let members_agree = members.iter().eq(it.members.iter().map(|member| &member.expert_id));
    let agrees = candidates_agree && nonce_agrees && seed_agrees && members_agree;
    Some(Repetition { agrees, candidates_agree, nonce_agrees, seed_agrees, members_agree, members })
}

/// The panel as drawn, then each replacement in the field of who went.
fn lot_of(it: &Draw, seed: &[u8; 32]) -> Vec<ExpertId> {
    let seats = draw(seed, &it.needs, &it.candidates).unwrap_or_default();
    let mut members: Vec<ExpertId> = seats.iter().map(|seat| seat.expert).collect();
    for member in it.members.iter().filter(|member| member.replaces.is_some()) {
        let next = next_for(seed, member.field, &it.candidates, &members);
        members.extend(next.map(|seat| seat.expert));
    }
    members
}
