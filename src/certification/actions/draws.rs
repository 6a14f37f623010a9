//! The panel of experts that judges an application (R30).

use super::visible_application;
use crate::certification::model::ApplicationId;
use crate::certification::rules::CannotCertify;
use crate::experts::{self, Draw, DrawId, Matter, Need, PrepareDraw};
use crate::kernel::clock::Time;
use crate::kernel::db::Tx;
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::restoration;

/// Prepares the draw of a panel for an application; who restored the land or assessed it has an
/// interest.
pub(crate) fn prepare_draw(
    tx: &mut Tx,
    id: ApplicationId,
    draw: DrawId,
    needs: &[Need],
    moment: Time,
) -> Answer<Draw> {
    let actor = tx.actor()?;
    let application = visible_application(tx.conn(), &actor, id)?;
    if application.decision.is_some() {
        return Err(CannotCertify::Decided.into());
    }
    let project = restoration::project(tx.conn(), application.project_id)?;
    let command = PrepareDraw {
        id: draw,
        matter: Matter::CertificationApplication,
        subject_id: id.uuid(),
        subject_number: project.number.clone(),
        region: project.county.clone(),
        needs: needs.to_vec(),
        moment,
        parties: project.parties(),
        contractor: project.contractor.as_ref().map(Label::to_string),
    };
    experts::prepare(tx, &command)
}
