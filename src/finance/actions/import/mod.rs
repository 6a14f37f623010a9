//! Importing a bank file. It is read and compared outside the writer; then its new lines are booked
//! in the bank's order, at most [`LINES_PER_COMMAND`] in one command, each command leaving complete
//! books: whatever is booked, bank = cash + shares + suspense − receivable (R70). The last command
//! publishes. An import that is broken off is finished by importing the file again.

mod booking;
mod checked;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(super) use self::booking::{exception, paid};
pub(crate) use self::checked::{CheckedFile, CheckedLine, LineResult, check};
use super::super::model::{
    ExceptionKind, FileState, LineId, MappingId, StatementFileId, StatementId, StatementState,
};
use super::super::rules::{FinanceRefusal, plan};
use super::super::statement::{self, Encoding, Format, Layout, Repeat, Statement};
use super::super::store::{self, ExceptionRow, StatementFileRow, StatementRow};
use super::{desk_of, own_fee_account, still_open};
use crate::kernel::actor::{Actor, Doing};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::settlement::FeeAccount;

/// A line writes up to six rows, so that a command stays near 500 rows and buyers wait for little.
const LINES_PER_COMMAND: usize = 80;
/// Keys of one look-up of repeated lines.
const REPEATS_PER_LOOKUP: usize = 500;

/// A file of a bank, read, with what it was read by.
#[derive(Debug, Clone)]
pub(crate) struct ImportStatement {
    pub(crate) id: StatementId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) file_name: String,
    pub(crate) file_hash: String,
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    pub(crate) mapping_id: Option<MappingId>,
    pub(crate) statement: Statement,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Imported {
    pub(crate) statement_id: StatementId,
}

impl ImportStatement {
    /// Reads a file; slow for a big one, so not on a thread that serves requests.
    pub(crate) fn of_file(
        fee_account_id: FeeAccountId,
        file_name: String,
        mapping: Option<(MappingId, Layout)>,
        bytes: &[u8],
    ) -> Result<Self, FinanceRefusal> {
        let (format, encoding) = statement::kind_of(bytes);
        let statement = match &mapping {
            Some((_, layout)) => statement::read_with(bytes, layout)?,
            None => statement::read(bytes)?,
        };
        Ok(Self {
            id: StatementId::new(),
            fee_account_id,
            file_name,
            file_hash: hex::encode(Sha256::digest(bytes)),
            format,
            encoding,
            mapping_id: mapping.map(|(id, _)| id),
            statement,
        })
    }
}

/// Where the new lines of a file begin: those before are booked.
fn new_from(c: &mut Conn, account: &FeeAccount, statement: &Statement) -> Answer<usize> {
    let keys: Vec<&str> = statement.lines.iter().map(|line| line.known_by.as_str()).collect();
    let books = store::books(c, account.id, &keys, Time::in_shanghai(statement.from, 0))?;
    let already_known = plan(&account.number, statement, &books)?.already_known;
    still_open(c, account.id, statement.lines.get(already_known..).unwrap_or_default())?;
    Ok(already_known)
}

/// Books a file's new lines, one command after the other. Only the last carries the caller's key:
/// the others have no effect when they come again.
pub(crate) async fn import(db: &Db, doing: Doing, it: ImportStatement) -> Answer<Imported> {
    let it = Arc::new(it);
    let new = planned(db, &doing, &it).await?;
    let keyless = Doing { once: None, ..doing.clone() };
    let last = book_all_but_last(db, &keyless, &it, new.clone()).await;
    let ended = match last {
        Ok(last) => {
            let it = it.clone();
            db.write(doing, move |tx| publish(tx, &it, new.clone(), last.clone())).await
        }
        Err(failure) => Err(failure),
    };
    stopped_if_refused(db, keyless, &it, ended).await
}

/// Opens an import and answers at once; its lines are booked after that. The first command carries
/// the caller's key.
pub(crate) async fn begin_import(db: &Db, doing: Doing, it: ImportStatement) -> Answer<Imported> {
    let it = Arc::new(it);
    let new = planned(db, &doing, &it).await?;
    let keyless = Doing { once: None, ..doing.clone() };
    let (opening, of_opening) = (it.clone(), new.clone());
    let begun = db.write(doing, move |tx| begin(tx, &opening, of_opening.clone())).await?;
    // A request that came before is answered as then, and its import is not begun again.
    if begun.statement_id == it.id {
        let db = db.clone();
        tokio::spawn(async move {
            let ended = match book_all_but_last(&db, &keyless, &it, new.clone()).await {
                Ok(last) => {
                    let it = it.clone();
                    let publishing =
                        move |tx: &mut Tx<'_>| publish(tx, &it, new.clone(), last.clone());
                    db.write(keyless.clone(), publishing).await
                }
                Err(failure) => Err(failure),
            };
            if let Err(failure) = stopped_if_refused(&db, keyless, &it, ended).await {
                tracing::warn!(statement.id = %it.id, "import {} stopped: {failure}", it.id);
            }
        });
    }
    Ok(begun)
}

async fn planned(db: &Db, doing: &Doing, it: &Arc<ImportStatement>) -> Answer<Range<usize>> {
    let actor = doing.actor()?.clone();
    let (asker, asked) = (actor.clone(), it.clone());
    db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, asked.fee_account_id)?;
        Ok(new_from(c, &account, &asked.statement)?..asked.statement.lines.len())
    })
    .await
}

/// Returns the lines that are left for the command that publishes.
async fn book_all_but_last(
    db: &Db,
    doing: &Doing,
    it: &Arc<ImportStatement>,
    new: Range<usize>,
) -> Answer<Range<usize>> {
    let mut from = new.start;
    while new.end - from > LINES_PER_COMMAND {
        let (it, all, part) = (it.clone(), new.clone(), from..from + LINES_PER_COMMAND);
        from = part.end;
        db.write(doing.clone(), move |tx| book_part(tx, &it, all.clone(), part.clone())).await?;
    }
    Ok(from..new.end)
}

/// Leaves word on the import why it did not go on.
async fn stopped_if_refused(
    db: &Db,
    doing: Doing,
    it: &Arc<ImportStatement>,
    ended: Answer<Imported>,
) -> Answer<Imported> {
    if let Err(failure) = &ended {
        let (it, why) = (it.clone(), failure.to_string());
        let told = db.write(doing, move |tx| stop(tx, &it, &why)).await;
        if told.is_err() {
            tracing::warn!("an import cannot be marked as stopped");
        }
    }
    ended
}

/// Opens an import whose lines are booked by later commands.
fn begin(tx: &mut Tx<'_>, it: &ImportStatement, new: Range<usize>) -> Answer<Imported> {
    let (actor, _) = desk_of(tx, it.fee_account_id)?;
    let (row, _) = opened(tx, it, &actor, new)?;
    tx.record(event(&row));
    Ok(Imported { statement_id: it.id })
}

/// Books some lines of an import.
fn book_part(
    tx: &mut Tx<'_>,
    it: &ImportStatement,
    new: Range<usize>,
    part: Range<usize>,
) -> Answer<()> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let (before, _) = opened(tx, it, &actor, new)?;
    let lines = it.statement.lines.get(part).unwrap_or_default();
    let imported = before.imported + booking::book(tx, &account, it.id, lines)?;
    let row = StatementRow { imported, ..before };
    tx.update(&row)?;
    tx.record(event(&row));
    Ok(())
}

/// Books the last lines of an import and publishes it.
fn publish(
    tx: &mut Tx<'_>,
    it: &ImportStatement,
    new: Range<usize>,
    last: Range<usize>,
) -> Answer<Imported> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let (before, file) = opened(tx, it, &actor, new)?;
    let lines = it.statement.lines.get(last).unwrap_or_default();
    let imported = before.imported + booking::book(tx, &account, it.id, lines)?;
    list_repeats(tx, &account, &it.statement.repeats)?;
    let distinct = count(it.statement.lines.len())?;
    let row = StatementRow {
        imported,
        already_known: distinct - imported,
        state: StatementState::Published,
        ..before
    };
    tx.update(&row)?;
    tx.update(&StatementFileRow { state: FileState::Done, ended_at: Some(tx.now()), ..file })?;
    tx.record(event(&row));
    Ok(Imported { statement_id: it.id })
}

/// Marks an import as stopped; what it has booked stays booked and the books are whole.
fn stop(tx: &mut Tx<'_>, it: &ImportStatement, why: &str) -> Answer<()> {
    desk_of(tx, it.fee_account_id)?;
    let Some(file) = store::statement_file(tx.conn(), it.id)? else { return Ok(()) };
    if file.state != FileState::Running {
        return Ok(());
    }
    let (ended_at, problem) = (Some(tx.now()), Some(why.to_owned()));
    tx.update(&StatementFileRow { state: FileState::Stopped, problem, ended_at, ..file })?;
    tx.record(Event {
        subject: format!("statement:{}", it.id),
        reason: Some(why.to_owned()),
        ..Event::default()
    });
    Ok(())
}

/// Ends an import that still runs, or that was broken off with its server: no more of it is booked.
/// What it has booked stays; importing the file again goes on there.
pub(crate) fn cancel_import(tx: &mut Tx<'_>, id: StatementId, reason: &str) -> Answer<StatementId> {
    let row = store::statement(tx.conn(), id)?;
    desk_of(tx, row.fee_account_id)?;
    let file = store::statement_file(tx.conn(), id)?;
    let file = file.filter(|file| file.state == FileState::Running);
    let file = file.ok_or(FinanceRefusal::ImportEnded)?;
    let (ended_at, problem) = (Some(tx.now()), Some(reason.to_owned()));
    tx.update(&StatementFileRow { state: FileState::Stopped, problem, ended_at, ..file })?;
    tx.record(Event { reason: Some(reason.to_owned()), ..event(&row) });
    Ok(id)
}

/// The rows of this import, made by its first command.
fn opened(
    tx: &mut Tx<'_>,
    it: &ImportStatement,
    actor: &Actor,
    new: Range<usize>,
) -> Answer<(StatementRow, StatementFileRow)> {
    if let Some(row) = store::statement_if_any(tx.conn(), it.id)?
        && let Some(file) = store::statement_file(tx.conn(), it.id)?
    {
        return match file.state {
            FileState::Running => Ok((row, file)),
            FileState::Done | FileState::Stopped => {
                Err(FinanceRefusal::ImportCancelled { reason: file.problem.unwrap_or_default() }
                    .into())
            }
        };
    }
    let statement = &it.statement;
    let row = StatementRow {
        id: it.id,
        fee_account_id: it.fee_account_id,
        file_name: it.file_name.clone(),
        file_hash: it.file_hash.clone(),
        period_from: statement.from,
        period_to: statement.to,
        opening_fen: statement.opening,
        closing_fen: statement.closing,
        file_rows: count(statement.rows())?,
        imported: 0,
        already_known: 0,
        repeated: count(statement.repeats.len())?,
        state: StatementState::Importing,
        imported_by: actor.user_id,
        imported_at: tx.now(),
    };
    let file = StatementFileRow {
        id: StatementFileId::new(),
        statement_id: it.id,
        format: it.format,
        encoding: it.encoding,
        mapping_id: it.mapping_id,
        transactions: count(statement.transactions())?,
        to_book: count(new.len())?,
        state: FileState::Running,
        problem: None,
        started_at: tx.now(),
        ended_at: None,
    };
    tx.insert(&row)?;
    tx.insert(&file)?;
    Ok((row, file))
}

/// Lists repeated rows, each line once for good however often and in whatever file it is repeated.
fn list_repeats(tx: &mut Tx<'_>, account: &FeeAccount, repeats: &[Repeat]) -> Answer<()> {
    let now = tx.now();
    for repeats in repeats.chunks(REPEATS_PER_LOOKUP) {
        let keys: Vec<&str> = repeats.iter().map(|repeat| repeat.of.as_str()).collect();
        let lines = store::lines_by_key(tx.conn(), account.id, &keys)?;
        let ids: Vec<LineId> = lines.iter().map(|line| line.id).collect();
        let listed = store::duplicates_of(tx.conn(), &ids)?;
        let new = lines.iter().filter(|line| !listed.contains(&line.id));
        let rows: Vec<ExceptionRow> =
            new.map(|line| exception(line, ExceptionKind::Duplicate, None, 0, now)).collect();
        tx.insert_all(&rows)?;
    }
    Ok(())
}

fn event(row: &StatementRow) -> Event {
    Event {
        subject: format!("statement:{}", row.id),
        after: Some(serde_json::json!({
            "file_hash": row.file_hash,
            "closing": row.closing_fen,
            "imported": row.imported,
            "state": row.state,
        })),
        ..Event::default()
    }
}

fn count(length: usize) -> Answer<i64> {
    i64::try_from(length).map_err(|_| Failure::broken("a file has fewer rows than that"))
}
