//! Whatever a hand inside the database does, `verify` names it (R93).

pub(crate) mod hand;
pub(crate) mod history;
mod many;
mod money;

use diesel::prelude::*;
use wetland_exchange::audit;
use wetland_exchange::identity::{KeyPurpose, Keys};
use wetland_exchange::kernel::db::{Address, ChangeRow, Conn, EntryRow, HeadRow, in_one_snapshot};
use wetland_exchange::schema::{audit_changes, audit_entries, audit_head};
use wetland_exchange::verify;

use crate::support::Town;
use hand::Hand;
use history::History;

/// How many random changes of one column a story makes.
const CHANGES: usize = 140;

on_both_engines! {
    async fn r93_any_column_of_any_row_changed_alone_is_named(town: Town) {
        History::of(&town).await;
        let mut hand = Hand::of(&town);
        let clean = hand.attempt(&[]).unwrap();
        assert!(clean.is_clean(), "{clean}");
        let (mut named, mut tables) = (0, std::collections::BTreeSet::new());
        while named < CHANGES {
            let Some((table, change)) = hand.flip() else { continue };
            if let Some(report) = hand.attempt(std::slice::from_ref(&change)) {
                assert!(!report.is_clean(), "not found: {change}");
                tables.insert(table);
                named += 1;
            }
        }
        assert!(tables.len() > 15, "{tables:?}");
        assert!(hand.attempt(&[]).unwrap().is_clean());
    }

    async fn r93_a_column_added_later_leaves_older_digests_true(town: Town) {
        let mut hand = Hand::of(&town);
        hand.run("BEGIN");
        hand.run("ALTER TABLE organisations ADD COLUMN note TEXT");
        hand.run("ALTER TABLE organisations ADD COLUMN counted BIGINT");
        assert!(hand.look().is_clean());
        hand.run("UPDATE organisations SET counted = 0 WHERE code = 'DEV01'");
        assert!(!hand.look().is_clean());
        hand.run("ROLLBACK");
    }

    async fn r93_a_row_removed_added_or_swapped_with_another_is_named(town: Town) {
        History::of(&town).await;
        let mut hand = Hand::of(&town);
        let (mut removed, mut swapped, mut added) = (0, 0, 0);
        while removed < 30 {
            let removal = hand.removal();
            if let Some(report) = hand.attempt(std::slice::from_ref(&removal)) {
                assert!(!report.is_clean(), "not found: {removal}");
                removed += 1;
            }
        }
        while swapped < 20 || added < 5 {
            let Some((swap, copy)) = hand.swap_and_copy() else { continue };
            if let Some(swap) = swap
                && let Some(report) = hand.attempt(&swap)
            {
                assert!(!report.is_clean(), "not found: {swap:?}");
                swapped += 1;
            }
            if let Some(report) = hand.attempt(std::slice::from_ref(&copy)) {
                assert!(!report.is_clean(), "not found: {copy}");
                added += 1;
            }
        }
    }

    async fn r93_a_deposit_changed_in_all_its_tables_is_named(town: Town) {
        let history = History::of(&town).await;
        history.deposit("DEV04", 5_000_000).await;
        history.buy(1).await;
        let key = signing_key(&town);
        let checkpoint = checkpoint(&town).await;
        let mut hand = Hand::of(&town);

        hand.run("BEGIN");
        raise_last_deposit(&mut hand);
        let report = hand.look();
        assert!(!report.is_clean());
        let tables = |report: &audit::Report| {
            report.findings.iter().map(|one| one.table.clone()).collect::<Vec<_>>()
        };
        assert_eq!(tables(&report), ["journals"], "the journal's digest is all that is left: {report}");

        digest_last_deposit(&mut hand);
        let report = hand.look();
        assert_eq!(tables(&report), ["audit_entries"], "{report}");

        chain_anew(&mut hand, 0);
        let report = hand.look();
        let only_published = report.findings.iter().all(|one| one.table == "audit_checkpoints");
        assert!(only_published, "the owner of the database can write all of it anew: {report}");
        let against = Some((&checkpoint, &key[..]));
        let report = audit::verify(hand.conn(), &verify::plan(), against).unwrap();
        assert!(report.to_string().contains("the log was written anew"), "{report}");
        hand.run("ROLLBACK");
    }

    async fn r93_a_cut_tail_is_named_against_a_checkpoint(town: Town) {
        let history = History::of(&town).await;
        let key = signing_key(&town);
        let address = town.database_url().parse().unwrap();
        for entries in [1, 2, 5] {
            // The database as it would be without its last entries and all that they wrote.
            let mut before = wetland_exchange::kernel::db::open_for_reading(&address).unwrap();
            begin_snapshot(&mut before);
            for m2 in 1..=entries {
                history.buy(m2).await;
            }
            let checkpoint = checkpoint(&town).await;
            let clean = audit::verify(&mut before, &verify::plan(), None).unwrap();
            assert!(clean.is_clean(), "{clean}");
            assert!(clean.entries + entries <= checkpoint.size);
            let against = Some((&checkpoint, &key[..]));
            let report = audit::verify(&mut before, &verify::plan(), against).unwrap();
            assert!(report.to_string().contains("it was cut"), "{report}");
            let mut now = wetland_exchange::kernel::db::open_for_reading(&address).unwrap();
            assert!(verify::verify(&mut now, against).unwrap().is_clean());
        }
    }

    async fn r93_several_connections_find_what_one_finds(town: Town) {
        let history = History::of(&town).await;
        history.buy(1).await;
        let address: Address = town.database_url().parse().unwrap();
        let clean = verify::verify_at(&address, None).unwrap().unwrap();
        assert!(clean.is_clean(), "{clean}");
        let mut hand = Hand::of(&town);
        // One that the rows show, and others that only sums do.
        hand.run("UPDATE trades SET township_fen = township_fen + 1");
        hand.run("UPDATE balances SET balance = balance + 1");
        hand.run("UPDATE lots SET first_serial = first_serial + 1");
        let report = verify::verify_at(&address, None).unwrap().unwrap();
        assert!(report.wrong > 3, "{report}");
        assert_eq!(report, hand.attempt(&[]).unwrap());
    }

    async fn several_connections_see_one_moment_whatever_is_written(town: Town) {
        let history = History::of(&town).await;
        let address: Address = town.database_url().parse().unwrap();
        let looked = tokio::task::spawn_blocking(move || {
            let look = || in_one_snapshot(&address, 4, |conns| Ok(conns.iter_mut().map(end).collect()));
            (0..40).map(|_| look().unwrap().unwrap()).collect::<Vec<Vec<HeadRow>>>()
        });
        while !looked.is_finished() {
            history.buy(1).await;
        }
        let looked = looked.await.unwrap();
        assert!(looked.first() != looked.last(), "something was written meanwhile");
        for heads in looked {
            assert_eq!(heads.len(), 4);
            assert!(heads.iter().all(|head| *head == heads[0]), "{heads:?}");
        }
    }

    async fn r93_a_checkpoint_of_another_exchange_is_named(town: Town) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let ours = checkpoint(&town).await;
        let checkpoint = audit::Signer::new(key, "another".into())
            .sign(ours.origin, ours.size, ours.root, ours.time);
        let address = town.database_url().parse().unwrap();
        let mut conn = wetland_exchange::kernel::db::open_for_reading(&address).unwrap();
        let report = verify::verify(&mut conn, Some((&checkpoint, &signing_key(&town)[..]))).unwrap();
        assert!(report.to_string().contains("not signed by this exchange"), "{report}");
    }
}

fn end(conn: &mut Conn) -> HeadRow {
    audit_head::table.select(HeadRow::as_select()).first(conn).unwrap()
}

async fn checkpoint(town: &Town) -> audit::Checkpoint {
    let given = town.stranger().get("/api/v1/audit/checkpoint/note").await;
    given.text.parse().unwrap()
}

pub(crate) fn signing_key(town: &Town) -> [ed25519_dalek::VerifyingKey; 1] {
    let keys = Keys::open(town.data_dir()).unwrap();
    [keys.of(KeyPurpose::Checkpoints).next().unwrap().signing().verifying_key()]
}

/// Begins a snapshot that stays; the first query fixes what it sees.
fn begin_snapshot(conn: &mut Conn) {
    use diesel::connection::SimpleConnection;
    match conn {
        Conn::Pg(conn) => conn.batch_execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1 FROM audit_head",
        ),
        Conn::Sqlite(conn) => conn.batch_execute("BEGIN; SELECT 1 FROM audit_head"),
    }
    .unwrap();
}

/// DEV04's only deposit becomes larger by one fen, in every table of the ledger.
fn raise_last_deposit(hand: &mut Hand) {
    let journal = last_deposit(hand);
    let its = format!("journal_id = '{journal}'");
    for (account, version, sign) in
        [("from_account_id", "from_version", "-"), ("to_account_id", "to_version", "+")]
    {
        let account = hand
            .words(&format!("SELECT CAST({account} AS TEXT) AS word FROM transfers WHERE {its}"));
        let last = hand.number(&format!(
            "SELECT version AS number FROM balances WHERE account_id = '{}'",
            account[0]
        ));
        let own = hand.number(&format!("SELECT {version} AS number FROM transfers WHERE {its}"));
        assert_eq!(last, own, "the deposit is the last entry of its accounts");
        hand.run(&format!(
            "UPDATE balances SET balance = balance {sign} 1 WHERE account_id = '{}'",
            account[0]
        ));
        let column = if sign == "-" { "went_fen" } else { "came_fen" };
        hand.run(&format!(
            "UPDATE account_days SET {column} = {column} + 1, balance_fen = balance_fen {sign} 1 \
             WHERE account_id = '{0}' AND day = (SELECT MAX(day) FROM account_days WHERE account_id = '{0}')",
            account[0]
        ));
    }
    hand.run(&format!(
        "UPDATE transfers SET amount = amount + 1, from_after = from_after - 1, to_after = to_after + 1 WHERE {its}"
    ));
    let hash = contents_hash(hand, &journal);
    let hash = if hand.is_postgres() { format!("'\\x{hash}'") } else { format!("x'{hash}'") };
    hand.run(&format!("UPDATE journals SET contents_hash = {hash} WHERE id = '{journal}'"));
}

fn last_deposit(hand: &mut Hand) -> String {
    let journals = "SELECT CAST(id AS TEXT) AS word FROM journals WHERE event = 'deposit' ORDER BY id DESC LIMIT 1";
    hand.words(journals).remove(0)
}

/// The canonical form, written down once more.
fn field(text: &str) -> String {
    format!("{}:{text}", text.len())
}

fn sha256(text: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(text.as_bytes()))
}

fn contents_hash(hand: &mut Hand, journal: &str) -> String {
    let columns = "journal_id n from_account_id to_account_id amount from_before from_after from_version to_before to_after to_version";
    let mut text = field("transfers");
    for column in columns.split(' ') {
        let value = hand.words(&format!(
            "SELECT CAST({column} AS TEXT) AS word FROM transfers WHERE journal_id = '{journal}'"
        ));
        assert_eq!(value.len(), 1);
        text += &field(&value[0]);
    }
    sha256(&text)
}

/// The change of the log takes the digest of the journal as it is now.
fn digest_last_deposit(hand: &mut Hand) {
    let journal = last_deposit(hand);
    let (time, hex) = if hand.is_postgres() {
        (
            "to_char(recorded_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
            "encode(contents_hash, 'hex')",
        )
    } else {
        ("replace(recorded_at, ' ', 'T') || 'Z'", "lower(hex(contents_hash))")
    };
    let effective = time.replace("recorded_at", "effective_at");
    let mut text = field("journals");
    for column in ["CAST(id AS TEXT)", "event", "CAST(subject_id AS TEXT)", &effective, time] {
        text += &field(
            &hand.words(&format!("SELECT {column} AS word FROM journals WHERE id = '{journal}'"))
                [0],
        );
    }
    text.push('-');
    text += &field(
        &hand.words(&format!("SELECT {hex} AS word FROM journals WHERE id = '{journal}'"))[0],
    );
    let digest = sha256(&text);
    let digest = if hand.is_postgres() { format!("'\\x{digest}'") } else { format!("x'{digest}'") };
    hand.run(&format!(
        "UPDATE audit_changes SET digest = {digest} WHERE table_name = 'journals' AND row_id = '{journal}'"
    ));
}

/// Every entry after the first so many gets the hash that follows from the one before it.
fn chain_anew(hand: &mut Hand, after: i64) {
    let entries: Vec<EntryRow> = audit_entries::table
        .filter(audit_entries::seq.ge(after))
        .order(audit_entries::seq)
        .select(EntryRow::as_select())
        .load(hand.conn())
        .unwrap();
    let mut previous = vec![0; 32];
    for entry in entries {
        if entry.seq == after {
            previous = entry.hash;
            continue;
        }
        let changes: Vec<ChangeRow> = audit_changes::table
            .filter(audit_changes::seq.eq(entry.seq))
            .order(audit_changes::n)
            .select(ChangeRow::as_select())
            .load(hand.conn())
            .unwrap();
        let digests = changes.iter().map(|c| (&*c.table_name, c.row_id.0, c.digest.as_slice()));
        previous = entry.chained(&previous, digests).to_vec();
        let hex = hex::encode(&previous);
        let hash = if hand.is_postgres() { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
        hand.run(&format!("UPDATE audit_entries SET hash = {hash} WHERE seq = {}", entry.seq));
        hand.run(&format!("UPDATE audit_head SET hash = {hash} WHERE seq = {}", entry.seq));
    }
}
