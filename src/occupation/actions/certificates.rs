//! Certificates: issued with the retirement, worth something until they are frozen, void or expired.

use chrono::{Datelike, NaiveDate};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;

use super::facts::{seen, visible_retirement};
use super::retirements::serials_text;
use crate::identity;
use crate::inventory;
use crate::kernel::actor::Actor;
use crate::kernel::clock::{Time, last_day_of_years};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::occupation::certificate::{Content, ContentLot, LAYOUT};
use crate::occupation::model::{
    CertificateId, CertificateMarkId, CertificateState, RetirementId, RetirementState,
};
use crate::occupation::rules::{CannotRetire, CannotReview};
use crate::occupation::store::{self, CertificateRow, MarkRow, RetirementRow, SerialsRow, Whose};
use crate::settlement;

/// A certificate speaks for a year; then a new one is issued for the same retirement.
const VALID_YEARS: i32 = 1;
/// The newest trades by which the credits were bought that a certificate names.
const TRADES_MAX: i64 = 20;

/// What certificates are made with: the key that signs them, and where they can be checked.
#[derive(Clone)]
pub struct Press {
    key: SigningKey,
    key_id: String,
    /// How the address of this exchange begins.
    public_url: String,
    ids: Vec<(CertificateId, String)>,
}

impl std::fmt::Debug for Press {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Press {
    pub fn new(key: SigningKey, key_id: String, public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self { key, key_id, public_url, ids: Vec::new() }
    }

    /// The same, ready for one certificate: its id and the short code are made before the command.
    pub(crate) fn for_one(&self) -> Self {
        let code = short_code(rand::random::<u64>());
        Self { ids: vec![(CertificateId::new(), code)], ..self.clone() }
    }
}

/// Twelve letters of 32 that are not taken for each other: 60 bits that nobody guesses.
fn short_code(random: u64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letter = |n: u32| {
        let at = usize::try_from(random >> (5 * n) & 31).unwrap_or(0);
        LETTERS.get(at).copied().map_or('0', char::from)
    };
    (0..12).map(letter).collect()
}

/// Issues the certificate of a retirement; returns its number.
pub(super) fn issue(
    tx: &mut Tx,
    press: &Press,
    row: &RetirementRow,
    serials: &[SerialsRow],
) -> Answer<String> {
    let now = tx.now();
    let (id, short_code) =
        press.ids.first().cloned().ok_or_else(|| Failure::broken("a press is ready for one"))?;
    let today = now.date_in_shanghai();
    let series = format!("HXZ{}-{}", row.county, today.year());
    let number = format!("{series}-{:04}", tx.next_number(&series)?);
    let valid_to = last_day_of_years(today, VALID_YEARS)
        .ok_or_else(|| Failure::broken("a certificate has a last day"))?;
    let check = format!("{}/certificates/{number}/{short_code}", press.public_url);
    let content = content(tx.conn(), press, row, serials, (&number, check, now, valid_to))?;
    let content = serde_json::to_string(&content).map_err(anyhow::Error::from)?;
    let signature = hex::encode(press.key.sign(content.as_bytes()).to_bytes());
    tx.insert(&CertificateRow {
        id,
        number: number.clone(),
        retirement_id: row.id,
        occupation_id: row.serves_id,
        short_code,
        content,
        signature,
        key_id: press.key_id.clone(),
        issued_at: now,
        valid_to,
    })?;
    Ok(number)
}

fn content(
    c: &mut Conn,
    press: &Press,
    row: &RetirementRow,
    serials: &[SerialsRow],
    (number, check, issued_at, valid_to): (&str, String, Time, NaiveDate),
) -> Answer<Content> {
    let occupation = store::occupation(c, row.serves_id)?;
    let developer = identity::organisation(c, row.developer_id)?;
    let county = inventory::region(c, &occupation.county)?;
    let mut lots = Vec::with_capacity(serials.len());
    for run in serials {
        lots.push(ContentLot {
            batch: run.batch_number.clone(),
            county: run.county.clone(),
            grade: run.grade,
            m2: run.m2.get(),
            serials: serials_text(run),
            trades: settlement::trades_of_buyer(c, row.developer_id, run.batch_id, TRADES_MAX)?,
            wetland_type: run.wetland_type,
        });
    }
    let state = store::state(c, occupation.id)?;
    Ok(Content {
        certificate: number.to_owned(),
        check,
        county: occupation.county,
        county_name: county.map(|county| county.name).unwrap_or_default(),
        developer: developer.name,
        developer_uscc: developer.uscc.unwrap_or_default(),
        issued_at,
        key_id: press.key_id.clone(),
        layout: LAYOUT,
        lots,
        m2: row.m2.get(),
        occupation: occupation.number,
        occupied_grade: state.grade.unwrap_or_default(),
        occupied_m2: occupation.area,
        project: occupation.project_name.to_string(),
        reason: row.reason.to_string(),
        retired_at: row.decided_at.unwrap_or(issued_at),
        retirement: row.number.clone(),
        valid_to,
        wetland_type: occupation.wetland_type,
    })
}

/// What a certificate is worth on that day, since when and why.
pub(crate) fn worth_of(
    c: &mut Conn,
    it: &CertificateRow,
    today: NaiveDate,
) -> Answer<(CertificateState, Time, Option<Label>)> {
    let mark = store::last_mark(c, it.id)?;
    let expired_at = it.valid_to.succ_opt().map(|day| Time::in_shanghai(day, 0));
    let expired: Option<Label> = "有效期已过".parse().ok();
    Ok(match (mark, expired_at) {
        (Some(mark), _) if mark.state == CertificateState::Void => {
            (CertificateState::Void, mark.marked_at, Some(mark.reason))
        }
        (_, Some(at)) if today > it.valid_to => (CertificateState::Void, at, expired),
        (Some(mark), _) if mark.state == CertificateState::Frozen => {
            (CertificateState::Frozen, mark.marked_at, Some(mark.reason))
        }
        (Some(mark), _) => (CertificateState::Valid, mark.marked_at, Some(mark.reason)),
        (None, _) => (CertificateState::Valid, it.issued_at, None),
    })
}

/// Declares void what certificates of a retirement there are.
pub(super) fn void_all(tx: &mut Tx, id: RetirementId, reason: &str) -> Answer<()> {
    let reason: Label =
        reason.parse().map_err(|_| Failure::broken("a reason of ours is a short text"))?;
    for certificate in store::certificates_of(tx.conn(), id)? {
        let last = store::last_mark(tx.conn(), certificate.id)?;
        if last.is_some_and(|mark| mark.state == CertificateState::Void) {
            continue;
        }
        let marked_by = tx.doing()?.actor.as_ref().map(|actor| actor.user_id);
        tx.insert(&MarkRow {
            id: CertificateMarkId::new(),
            certificate_id: certificate.id,
            state: CertificateState::Void,
            reason: reason.clone(),
            document: None,
            marked_by,
            marked_at: tx.now(),
        })?;
    }
    Ok(())
}

/// Issues a new certificate of a retirement; the one before is void, unless it is frozen.
pub(crate) fn renew_certificate(
    tx: &mut Tx,
    id: RetirementId,
    press: &Press,
) -> Answer<RetirementId> {
    let (actor, today) = (tx.actor()?, tx.now().date_in_shanghai());
    let row = visible_retirement(tx.conn(), &actor, id)?;
    if row.state != RetirementState::Effective {
        return Err(CannotRetire::NotWaiting(row.state).into());
    }
    if let Some(newest) = store::certificates_of(tx.conn(), id)?.first() {
        let (state, ..) = worth_of(tx.conn(), newest, today)?;
        if state == CertificateState::Frozen {
            return Err(CannotReview::CertificateState(state).into());
        }
    }
    void_all(tx, id, "已换发新证明")?;
    let serials = store::serials(tx.conn(), id)?;
    let number = issue(tx, press, &row, &serials)?;
    tx.record(Event {
        subject: format!("retirement:{id}"),
        after: Some(json!({ "certificate": number })),
        ..Event::default()
    });
    Ok(id)
}

/// Changes what a certificate is worth.
#[derive(Debug, Clone)]
pub(crate) struct MarkCertificate {
    pub(crate) id: CertificateMarkId,
    pub(crate) certificate_id: CertificateId,
    /// Frozen, or valid again.
    pub(crate) state: CertificateState,
    pub(crate) reason: Label,
    pub(crate) document: Label,
}

/// The forestry bureau freezes a certificate, or thaws it; frozen, its credits do not count.
pub(crate) fn mark_certificate(tx: &mut Tx, it: &MarkCertificate) -> Answer<CertificateId> {
    let (actor, today) = (tx.actor()?, tx.now().date_in_shanghai());
    let certificate = visible_certificate(tx.conn(), &actor, it.certificate_id)?;
    let (before, ..) = worth_of(tx.conn(), &certificate, today)?;
    let expected = match it.state {
        CertificateState::Frozen => CertificateState::Valid,
        CertificateState::Valid | CertificateState::Void => CertificateState::Frozen,
    };
    if before != expected {
        return Err(CannotReview::CertificateState(before).into());
    }
    tx.insert(&MarkRow {
        id: it.id,
        certificate_id: certificate.id,
        state: it.state,
        reason: it.reason.clone(),
        document: Some(it.document.clone()),
        marked_by: Some(actor.user_id),
        marked_at: tx.now(),
    })?;
    tx.record(Event {
        subject: format!("certificate:{}", certificate.number),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "state": before })),
        after: Some(json!({ "state": it.state, "document": it.document })),
    });
    Ok(certificate.id)
}

/// Loads a certificate that the actor may know of.
pub(crate) fn visible_certificate(
    c: &mut Conn,
    actor: &Actor,
    id: CertificateId,
) -> Answer<CertificateRow> {
    let row = store::certificate(c, id)?;
    let occupation = store::occupation(c, row.occupation_id)?;
    let is_seen = match seen(actor) {
        Whose::Developer(developer) => occupation.developer_id == developer,
        Whose::Region(region) => occupation.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_code_has_twelve_letters_that_are_not_taken_for_each_other() {
        assert_eq!(short_code(0), "000000000000");
        assert_eq!(short_code(u64::MAX), "ZZZZZZZZZZZZ");
        assert_eq!(short_code(1 << 5 | 31), "Z10000000000");
    }
}
