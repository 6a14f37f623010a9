//! What the writer answers before a command runs: people whose rights changed since their token was
//! made, and requests that came before.

use std::collections::{HashMap, HashSet};

use diesel::QueryResult;

use super::connection::Conn;
use super::standing::{self, OnceId, OnceKey};
use super::work::Work;
use crate::kernel::actor::Doing;
use crate::kernel::clock::Time;

/// Answers what needs no action: people who lost their rights, requests that came before. Returns
/// the keys that came before, but so long ago that they are free again, with their rows.
pub(super) fn settle_at_the_door(
    conn: &mut Conn,
    works: &mut [Box<dyn Work>],
    now: Time,
) -> QueryResult<HashMap<OnceKey, OnceId>> {
    turn_away(conn, works)?;
    let doings: Vec<Vec<Doing>> = works.iter().map(|work| work.doings()).collect();
    let keys: Vec<_> = doings.iter().flatten().filter_map(standing::once_key).collect();
    let (kept, free_again) = standing::kept_answers(conn, &keys, now)?;
    for (work, doings) in works.iter_mut().zip(doings) {
        for (command, doing) in doings.into_iter().enumerate() {
            if work.is_settled(command) {
                continue;
            }
            let Some(found) = standing::once_key(&doing).and_then(|key| kept.get(&key)) else {
                continue;
            };
            let same = doing.once.is_some_and(|once| once.request_hash == found.request_hash[..]);
            if same {
                work.replay(command, &found.answer);
            } else {
                work.settle(command, standing::key_used_otherwise());
            }
        }
    }
    Ok(free_again)
}

/// Answers people who do not stand as their token says: before a batch, and again behind a command
/// of the batch that changed somebody's rights.
pub(super) fn turn_away(conn: &mut Conn, works: &mut [Box<dyn Work>]) -> QueryResult<()> {
    let doings: Vec<Vec<Doing>> = works.iter().map(|work| work.doings()).collect();
    let people: HashSet<_> =
        doings.iter().flatten().filter_map(|d| d.actor.as_ref()).map(|a| a.user_id).collect();
    let standings = standing::standings(conn, &people.into_iter().collect::<Vec<_>>())?;
    for (work, doings) in works.iter_mut().zip(doings) {
        for (command, doing) in doings.iter().enumerate() {
            let checked = doing.actor.as_ref().map(|actor| standing::check(actor, &standings));
            if let Some(Err(refused)) = checked
                && !work.is_settled(command)
            {
                work.settle(command, refused);
            }
        }
    }
    Ok(())
}
