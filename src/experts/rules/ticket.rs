//! The draw: from a seed and a list, an order that anybody can repeat (R30).
//!
//! Each candidate's ticket is SHA-256 of the seed's 64 hexadecimal digits, a colon and the id; the
//! lowest ticket comes first. So the order of the list, the machine and the language do not matter,
//! and thirty lines of any language give the same panel.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::experts::model::{Candidate, ExpertId, Field, Need};

/// A candidate's place in a draw.
pub type Ticket = [u8; 32];

/// Returns SHA-256(head of the audit log ‖ nonce): nobody knows it before both are there.
pub fn seed_of(head: &[u8], nonce: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(head);
    hash.update(nonce);
    hash.finalize().into()
}

/// Returns the ticket of one id.
pub fn ticket(seed: &[u8; 32], id: Uuid) -> Ticket {
    let text = format!("{}:{}", hex::encode(seed), id.hyphenated());
    Sha256::digest(text.as_bytes()).into()
}

/// Returns the ids in the order of their tickets; ties of bids go by it too (R53).
pub fn order_by_ticket(seed: &[u8; 32], ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut tickets: Vec<(Ticket, Uuid)> =
        ids.into_iter().map(|id| (ticket(seed, id), id)).collect();
    tickets.sort_unstable();
    tickets.into_iter().map(|(_, id)| id).collect()
}

/// Writes a list of candidates as it is hashed: a line `id:field,field` for each, in order of ids.
pub fn list_of(candidates: &[Candidate]) -> String {
    let mut lines: Vec<String> = candidates
        .iter()
        .map(|one| {
            let mut fields: Vec<&str> = one.fields.iter().map(|field| field.as_str()).collect();
            fields.sort_unstable();
            format!("{}:{}\n", one.id, fields.join(","))
        })
        .collect();
    lines.sort_unstable();
    lines.concat()
}

/// Returns the hash of a list of candidates.
pub fn hash_of_list(list: &str) -> [u8; 32] {
    Sha256::digest(list.as_bytes()).into()
}

/// A seat of a panel with the expert whom the draw gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    pub field: Field,
    pub expert: ExpertId,
    pub ticket: Ticket,
}

/// Draws a panel: field by field as the needs name them, each seat goes to the lowest ticket among
/// those who know the field and have no seat yet. Nothing where somebody is missing.
pub fn draw(seed: &[u8; 32], needs: &[Need], candidates: &[Candidate]) -> Option<Vec<Seat>> {
    let mut seats: Vec<Seat> = Vec::new();
    for need in needs {
        for _ in 0..need.seats {
            let taken: Vec<ExpertId> = seats.iter().map(|seat| seat.expert).collect();
            seats.push(next_for(seed, need.field, candidates, &taken)?);
        }
    }
    Some(seats)
}

/// Returns whom the lot gives a seat of that field, leaving out those who were drawn already.
pub fn next_for(
    seed: &[u8; 32],
    field: Field,
    candidates: &[Candidate],
    taken: &[ExpertId],
) -> Option<Seat> {
    let free = candidates
        .iter()
        .filter(|one| one.fields.contains(&field) && !taken.contains(&one.id))
        .map(|one| Seat { field, expert: one.id, ticket: ticket(seed, one.id.uuid()) });
    free.min_by_key(|seat| (seat.ticket, seat.expert))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(n: u128, fields: &[Field]) -> Candidate {
        Candidate { id: Uuid::from_u128(n).into(), fields: fields.to_vec() }
    }

    fn needs() -> Vec<Need> {
        vec![
            Need { field: Field::EconomicsFinance, seats: 1 },
            Need { field: Field::Wetland, seats: 1 },
            Need { field: Field::EcologyEnvironment, seats: 1 },
        ]
    }

    #[test]
    fn r30_the_seed_is_the_head_and_then_the_nonce() {
        // SHA-256 of the three letters "abc", from the standard.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(seed_of(b"ab", b"c")), known);
    }

    #[test]
    fn r30_the_list_is_hashed_in_order_of_ids() {
        let (wetland, economics) = (Field::Wetland, Field::EconomicsFinance);
        let list = [candidate(2, &[wetland, economics]), candidate(1, &[wetland])];
        assert_eq!(
            list_of(&list),
            "00000000-0000-0000-0000-000000000001:wetland\n\
             00000000-0000-0000-0000-000000000002:economics_finance,wetland\n"
        );
        let turned = [list[1].clone(), list[0].clone()];
        assert_eq!(hash_of_list(&list_of(&list)), hash_of_list(&list_of(&turned)));
    }

    #[test]
    fn r30_a_panel_that_cannot_be_filled_is_not_drawn() {
        let few = [candidate(1, &[Field::Wetland]), candidate(2, &[Field::EconomicsFinance])];
        assert_eq!(draw(&[0; 32], &needs(), &few), None);
    }

    proptest! {
        /// A second version sorts everybody once and walks down the list.
        #[test]
        fn r30_the_lot_agrees_with_a_plain_second_version(
            seed in any::<[u8; 32]>(),
            fields in prop::collection::vec(1_u8..8, 3..40),
        ) {
            let known = |mask: u8| -> Vec<Field> {
                Field::ALL.iter().enumerate()
                    .filter(|(n, _)| mask & (1 << n) != 0).map(|(_, field)| *field).collect()
            };
            let candidates: Vec<Candidate> = fields.iter().zip(1_u128..)
                .map(|(mask, n)| candidate(n * 7_919, &known(*mask))).collect();
            let mut sorted: Vec<(String, &Candidate)> = candidates.iter()
                .map(|one| {
                    let text = format!("{}:{}", hex::encode(seed), one.id);
                    (hex::encode(Sha256::digest(text)), one)
                })
                .collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            let mut expected = Vec::new();
            for need in needs() {
                let at = sorted.iter().position(|(_, one)| one.fields.contains(&need.field));
                if let Some(at) = at {
                    expected.push(sorted.remove(at).1.id);
                }
            }
            let drawn = draw(&seed, &needs(), &candidates);
            match drawn {
                Some(seats) => {
                    prop_assert_eq!(seats.iter().map(|seat| seat.expert).collect::<Vec<_>>(), expected);
                }
                None => prop_assert!(expected.len() < 3),
            }
        }
    }

    #[test]
    fn r30_every_candidate_has_a_fair_chance() {
        let candidates: Vec<_> = (1..=5).map(|n| candidate(n, &[Field::Wetland])).collect();
        let need = [Need { field: Field::Wetland, seats: 3 }];
        let mut drawn = std::collections::BTreeMap::new();
        for n in 0..1_000_u32 {
            let seed = seed_of(&n.to_be_bytes(), b"nonce");
            for seat in draw(&seed, &need, &candidates).unwrap() {
                *drawn.entry(seat.expert).or_insert(0) += 1;
            }
        }
        // 600 each is expected; five standard deviations are 77.
        assert!(drawn.values().all(|times| (523..=677).contains(times)), "{drawn:?}");
    }
}
