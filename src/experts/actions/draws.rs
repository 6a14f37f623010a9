//! Draws: prepared, announced, drawn or void.

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::audit;
use crate::experts::model::{
    Candidate, Draw, DrawEnd, DrawId, DrawState, ExpertPartId, ExpertStanding, Matter, MemberId,
    Need,
};
use crate::experts::rules::{self, CannotDraw, Prepared, REVEAL_DAYS};
use crate::experts::store;
use crate::experts::store::rows::{CommitmentRow, DrawRow, MemberRow, OutcomeRow};
use crate::identity;
use crate::kernel::actor::{Actor, Doing, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Event, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;

/// How many draws one command looks at, so that the writer is not held up.
const DUE_PER_COMMAND_MAX: i64 = 20;

/// A panel is to be drawn for a matter.
#[derive(Debug, Clone)]
pub struct PrepareDraw {
    pub id: DrawId,
    pub matter: Matter,
    pub subject_id: Uuid,
    /// The number by which people know the matter.
    pub subject_number: String,
    pub region: RegionCode,
    pub needs: Vec<Need>,
    pub moment: Time,
    /// Who has an interest in the matter: neither they nor who is related to them sit.
    pub parties: Vec<OrganisationId>,
    /// Who does the works, where it is known by its name alone.
    pub contractor: Option<String>,
}

/// Somebody publishes the hash of a nonce.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    pub(crate) id: ExpertPartId,
    pub(crate) draw_id: DrawId,
    pub(crate) nonce_hash: String,
}

/// The holder of a nonce reveals it.
#[derive(Debug, Clone)]
pub(crate) struct Reveal {
    pub(crate) id: ExpertPartId,
    pub(crate) draw_id: DrawId,
    pub(crate) nonce: String,
}

/// Returns a draw; an unknown id is not found.
pub(crate) fn draw(c: &mut Conn, id: DrawId) -> Answer<Draw> {
    store::draw(c, id)
}

/// Returns one page of draws, newest first, and one more.
pub(crate) fn draws(c: &mut Conn, before: Option<DrawId>, limit: i64) -> Answer<Vec<Draw>> {
    store::draws(c, before, limit)
}

/// Returns the draws for a matter, the first first.
pub fn draws_about(c: &mut Conn, matter: Matter, subject: Uuid) -> Answer<Vec<Draw>> {
    store::draws_about(c, matter, subject)
}

/// Prepares a draw from the actor's pool, with a frozen list of those without an interest, and
/// records it.
pub fn prepare(tx: &mut Tx<'_>, it: &PrepareDraw) -> Answer<Draw> {
    let actor = tx.actor()?;
    let parties = with_relations(tx.conn(), &it.parties)?;
    let contractor = it.contractor.as_deref();
    let candidates = candidates(tx.conn(), &actor.region, (&parties, contractor), it.subject_id)?;
    let others = store::draws_about(tx.conn(), it.matter, it.subject_id)?;
    let other = others.iter().find(|draw| draw.state != DrawState::Void);
    let other = other.map(|draw| draw.number.as_str());
    let prepared = Prepared { needs: &it.needs, candidates: &candidates, moment: it.moment, other };
    rules::check_prepare(&prepared, tx.now())?;
    let list = rules::list_of(&candidates);
    let county = it.region.county().unwrap_or_else(|| it.region.clone());
    let year = chrono::Datelike::year(&tx.now().date_in_shanghai());
    let n = tx.next_number(&format!("expert_draw:{county}:{year}"))?;
    let text = |value| serde_json::to_string(&value).map_err(anyhow::Error::from);
    let row = DrawRow {
        id: it.id,
        number: format!("DR{county}-{year}-{n:04}"),
        subject_kind: it.matter,
        subject_id: RawId(it.subject_id),
        subject_number: it.subject_number.clone(),
        region: it.region.clone(),
        needs: text(json!(it.needs))?,
        moment: it.moment,
        reveal_by: it.moment.plus_seconds(REVEAL_DAYS * 86_400),
        candidates_hash: rules::hash_of_list(&list).to_vec(),
        candidates: list,
        conflicts: text(json!(parties))?,
        prepared_by: actor.user_id,
        organisation_id: actor.organisation_id,
        prepared_at: tx.now(),
    };
    store::insert_draw(tx, &row)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(json!({
            "number": row.number,
            "about": row.subject_number,
            "moment": row.moment,
            "candidates": candidates.len(),
            "candidates_hash": hex::encode(&row.candidates_hash),
        })),
        ..Event::default()
    });
    store::draw(tx.conn(), it.id)
}

/// Announces a draw: somebody of another organisation publishes the hash of a nonce.
pub(crate) fn commit(tx: &mut Tx<'_>, it: &Commit) -> Answer<Draw> {
    let actor = tx.actor()?;
    let (row, draw) = known_draw(tx.conn(), &actor, it.draw_id)?;
    let nonce_hash = bytes_of(&it.nonce_hash, 32..=32)?;
    let interested = is_interested(tx.conn(), &row, actor.organisation_id)?;
    let organisations = (row.organisation_id, actor.organisation_id);
    rules::commit(draw.state, organisations, interested, (row.moment, tx.now()))?;
    store::insert_commitment(
        tx,
        &CommitmentRow {
            id: it.id,
            draw_id: it.draw_id,
            nonce_hash,
            committed_by: actor.user_id,
            organisation_id: actor.organisation_id,
            committed_at: tx.now(),
        },
    )?;
    tx.record(Event {
        subject: subject(it.draw_id),
        after: Some(json!({ "nonce_hash": it.nonce_hash, "moment": row.moment })),
        ..Event::default()
    });
    store::draw(tx.conn(), it.draw_id)
}

/// Reveals the nonce; with the head of the log it draws the panel.
pub(crate) fn reveal(tx: &mut Tx<'_>, it: &Reveal) -> Answer<Draw> {
    let actor = tx.actor()?;
    let (row, draw) = known_draw(tx.conn(), &actor, it.draw_id)?;
    let nonce = bytes_of(&it.nonce, 16..=64)?;
    let hash = Sha256::digest(&nonce);
    let commitment = store::commitment(tx.conn(), it.draw_id)?;
    let holder = commitment.as_ref().is_some_and(|one| one.committed_by == actor.user_id);
    let published = commitment.map(|one| one.nonce_hash).unwrap_or_default();
    let term = (row.moment, row.reveal_by);
    rules::reveal(draw.state, holder, term, tx.now(), (&published, hash.as_slice()))?;
    let head = audit::first_entry_after(tx.conn(), row.moment)?;
    let (head_seq, head_hash) = head.ok_or(CannotDraw::NoHead)?;
    let seed = rules::seed_of(&head_hash, &nonce);
    let seats = rules::draw(&seed, &draw.needs, &draw.candidates)
        .ok_or_else(|| Failure::broken("a draw that was prepared fills every seat"))?;
    let members: Vec<MemberRow> = seats
        .iter()
        .zip(1..)
        .map(|(seat, position)| MemberRow {
            id: MemberId::new(),
            draw_id: it.draw_id,
            position,
            field: seat.field,
            expert_id: seat.expert,
            ticket: seat.ticket.to_vec(),
            replaces_id: None,
            reason: None,
            joined_at: tx.now(),
        })
        .collect();
    let outcome = OutcomeRow {
        id: it.id,
        draw_id: it.draw_id,
        outcome: DrawEnd::Drawn,
        head_seq: Some(head_seq),
        head_hash: Some(head_hash),
        nonce: Some(nonce),
        seed: Some(seed.to_vec()),
        reason: None,
        decided_by: Some(actor.user_id),
        decided_at: tx.now(),
    };
    store::insert_outcome(tx, &outcome)?;
    store::insert_members(tx, &members)?;
    tx.record(Event {
        subject: subject(it.draw_id),
        after: Some(json!({
            "head_seq": head_seq,
            "nonce": it.nonce,
            "seed": hex::encode(seed),
            "members": members.iter().map(|member| member.expert_id).collect::<Vec<_>>(),
        })),
        ..Event::default()
    });
    store::draw(tx.conn(), it.draw_id)
}

/// Does what the clock asks of draws: sees to it that something is recorded after each moment, and
/// voids those whose nonce was not revealed in time; returns how many were voided.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let now = db.clock().now();
    let waiting = db.read(None, move |c| {
        let waiting = store::undrawn(c, now, DUE_PER_COMMAND_MAX)?;
        let mut due = Vec::new();
        for (id, moment, reveal_by) in waiting {
            if now > reveal_by || audit::first_entry_after(c, moment)?.is_none() {
                due.push((id, ExpertPartId::new()));
            }
        }
        Ok(due)
    });
    let mut voided = 0;
    for (id, end) in waiting.await? {
        let doing = Doing::system("pass_draw_moment");
        voided += db.write(doing, move |tx| pass_moment(tx, id, end)).await?;
    }
    Ok(voided)
}

fn pass_moment(tx: &mut Tx<'_>, id: DrawId, end: ExpertPartId) -> Answer<usize> {
    let draw = store::draw(tx.conn(), id)?;
    let open = matches!(draw.state, DrawState::Prepared | DrawState::Announced);
    if open && tx.now() > draw.reveal_by {
        let reason = match draw.state {
            DrawState::Prepared => "未按期公告，本次抽取作废",
            _ => "随机数未按期公开，本次抽取作废",
        };
        store::insert_outcome(
            tx,
            &OutcomeRow {
                id: end,
                draw_id: id,
                outcome: DrawEnd::Void,
                head_seq: None,
                head_hash: None,
                nonce: None,
                seed: None,
                reason: Some(reason.to_owned()),
                decided_by: None,
                decided_at: tx.now(),
            },
        )?;
        tx.record(Event {
            subject: subject(id),
            reason: Some(reason.to_owned()),
            before: Some(json!({ "state": draw.state })),
            after: Some(json!({ "state": DrawState::Void })),
        });
        return Ok(1);
    }
    if open && audit::first_entry_after(tx.conn(), draw.moment)?.is_none() {
        tx.record(Event {
            subject: subject(id),
            after: Some(json!({ "moment_passed": draw.moment })),
            ..Event::default()
        });
    }
    Ok(0)
}

/// Whether an organisation has an interest in the matter of a draw, as it was when it was prepared.
pub(super) fn is_interested(
    c: &mut Conn,
    row: &DrawRow,
    organisation: OrganisationId,
) -> Answer<bool> {
    let parties = store::parties(&row.conflicts)?;
    let it = identity::organisation(c, organisation)?;
    Ok(rules::related((it.id, it.related_to), &parties))
}

pub(super) fn subject(id: DrawId) -> String {
    format!("expert_draw:{id}")
}

/// A draw is public; acting on it is for people of its region and for auditors.
fn known_draw(c: &mut Conn, actor: &Actor, id: DrawId) -> Answer<(DrawRow, Draw)> {
    let row = store::draw_row(c, id)?;
    if actor.role != Role::Auditor && !row.region.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let draw = store::draw(c, id)?;
    Ok((row, draw))
}

fn with_relations(
    c: &mut Conn,
    parties: &[OrganisationId],
) -> Answer<Vec<(OrganisationId, Option<OrganisationId>)>> {
    let organisations = identity::organisations(c, parties)?;
    Ok(organisations.into_iter().map(|one| (one.id, one.related_to)).collect())
}

fn candidates(
    c: &mut Conn,
    region: &RegionCode,
    (parties, contractor): (&[(OrganisationId, Option<OrganisationId>)], Option<&str>),
    subject: Uuid,
) -> Answer<Vec<Candidate>> {
    let recused = store::recused(c, subject)?;
    let pool = store::pool(c, region)?;
    let ids: Vec<OrganisationId> = pool.iter().map(|expert| expert.organisation_id).collect();
    let organisations = identity::organisations(c, &ids)?;
    let interested = |organisation: OrganisationId| {
        let theirs = organisations.iter().find(|one| one.id == organisation);
        theirs.is_some_and(|one| {
            rules::related((one.id, one.related_to), parties)
                || contractor == Some(one.name.as_str())
        })
    };
    let free = pool.into_iter().filter(|expert| {
        expert.standing == ExpertStanding::Active
            && !recused.contains(&expert.id)
            && !interested(expert.organisation_id)
    });
    Ok(free.map(|expert| Candidate { id: expert.id, fields: expert.fields }).collect())
}

fn bytes_of(hex: &str, lengths: std::ops::RangeInclusive<usize>) -> Result<Vec<u8>, CannotDraw> {
    let bytes = hex::decode(hex).map_err(|_| CannotDraw::NotANonce)?;
    if lengths.contains(&bytes.len()) { Ok(bytes) } else { Err(CannotDraw::NotANonce) }
}
