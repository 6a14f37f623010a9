//! Thousands of random mutations of one copy, each undone after it was looked for: a value flipped, a
//! row removed, added or swapped with another, the tail cut, the log written anew after some entry,
//! the whole database put back to an earlier day.

use std::collections::BTreeMap;
use std::time::Instant;

use wetland_exchange::audit::{self, Checkpoint, Report};
use wetland_exchange::kernel::db::{Conn, open_for_reading};
use wetland_exchange::verify;

use super::hand::Hand;
use super::history::History;
use super::{begin_snapshot, chain_anew, checkpoint, signing_key};
use crate::support::{Town, long_count};

const SAMPLE: usize = 40;
/// Earlier days that the database is put back to.
const YESTERDAYS: i64 = 4;

type Key = ed25519_dalek::VerifyingKey;

/// A town with a past, and what an auditor kept of it.
struct Kept {
    key: [Key; 1],
    checkpoint: Checkpoint,
    /// The database as it was, and as it would be again.
    yesterdays: Vec<Conn>,
}

impl Kept {
    async fn of(town: &Town) -> Self {
        let history = History::of(town).await;
        let address = town.database_url().parse().unwrap();
        let mut yesterdays = Vec::new();
        for m2 in 1..=YESTERDAYS {
            let mut yesterday = open_for_reading(&address).unwrap();
            begin_snapshot(&mut yesterday);
            yesterdays.push(yesterday);
            history.buy(m2).await;
            history.deposit("DEV04", 100 * m2).await;
        }
        Self { key: signing_key(town), checkpoint: checkpoint(town).await, yesterdays }
    }

    fn against(&self, conn: &mut Conn) -> Report {
        let against = Some((&self.checkpoint, &self.key[..]));
        audit::verify(conn, &verify::plan(), against).unwrap()
    }

    fn finds_nothing(&self, hand: &mut Hand) -> bool {
        hand.run("BEGIN");
        let report = self.against(hand.conn());
        hand.run("ROLLBACK");
        report.is_clean()
    }

    fn put_back(&mut self, hand: &mut Hand) -> Report {
        let n = hand.below(self.yesterdays.len());
        let mut conn = self.yesterdays.swap_remove(n);
        let report = self.against(&mut conn);
        self.yesterdays.push(conn);
        assert!(report.to_string().contains("it was cut"), "{report}");
        report
    }
}

/// The tail of the log is gone, as if it had never been.
fn cut(hand: &mut Hand) -> Vec<String> {
    let (size, count) = (size(hand), i64::try_from(1 + hand.below(20)).unwrap());
    let last = size - count;
    vec![
        format!("DELETE FROM audit_changes WHERE seq > {last}"),
        format!("DELETE FROM audit_entries WHERE seq > {last}"),
        format!(
            "UPDATE audit_head SET seq = {last}, \
             hash = (SELECT hash FROM audit_entries WHERE seq = {last})"
        ),
    ]
}

fn size(hand: &mut Hand) -> i64 {
    hand.number("SELECT seq AS number FROM audit_head")
}

/// An entry says something else, and every hash after it fits.
fn written_anew(kept: &Kept, hand: &mut Hand) -> Report {
    let limit = usize::try_from(size(hand).min(60)).unwrap();
    let from = size(hand) - i64::try_from(hand.below(limit)).unwrap();
    let word = hand.below(1_000_000);
    hand.run("BEGIN");
    hand.run(&format!("UPDATE audit_entries SET reason = 'x{word}' WHERE seq = {from}"));
    chain_anew(hand, from - 1);
    let report = kept.against(hand.conn());
    hand.run("ROLLBACK");
    // Of what the checkpoint does not reach, the published ones of later and the kept tree tell.
    let told = report.to_string();
    assert!(from > kept.checkpoint.size || told.contains("the log was written anew"), "{told}");
    report
}

/// One mutation: its kind, and what is said of it; `None` where nothing came of it.
fn mutate(kept: &mut Kept, hand: &mut Hand) -> Option<(&'static str, String, Report)> {
    let (kind, statements) = match hand.below(100) {
        0..40 => ("flip", vec![hand.flip()?.1]),
        40..60 => ("delete", vec![hand.removal()]),
        60..70 => ("insert", vec![hand.swap_and_copy()?.1]),
        70..80 => ("swap", hand.swap_and_copy()?.0?.to_vec()),
        80..88 => ("cut", cut(hand)),
        88..96 => return Some(("rewrite", "rewrite".into(), written_anew(kept, hand))),
        _ => return Some(("roll back", "roll back".into(), kept.put_back(hand))),
    };
    let report = hand.attempt(&statements)?;
    Some((kind, statements.join("; "), report))
}

async fn mutations(town: Town, count: usize) {
    // First the hand, which takes constraints away: on PostgreSQL that waits for all who look.
    let mut hand = Hand::of(&town);
    let mut kept = Kept::of(&town).await;
    assert!(kept.finds_nothing(&mut hand));
    let (began, mut found) = (Instant::now(), BTreeMap::<&str, usize>::new());
    while found.values().sum::<usize>() < count {
        let Some((kind, what, report)) = mutate(&mut kept, &mut hand) else { continue };
        assert!(!report.is_clean(), "not found: {what}");
        *found.entry(kind).or_default() += 1;
    }
    assert!(kept.finds_nothing(&mut hand), "all of them are undone");
    let seconds = began.elapsed().as_secs();
    eprintln!("mutations: {count} of {count} found in {seconds} s: {found:?}");
}

on_both_engines! {
    async fn r93_every_kind_of_random_mutation_is_found(town: Town) {
        mutations(town, SAMPLE).await;
    }

    #[ignore = "takes minutes; the sample of it runs always"]
    async fn r93_ten_thousand_random_mutations_are_found(town: Town) {
        mutations(town, usize::try_from(long_count("MUTATIONS", 10_000)).unwrap()).await;
    }
}
