//! What stands against a certification before anybody asks for it.

use chrono::NaiveDate;

use super::{asked, project_within, visible_application};
use crate::certification::model::{ApplicationId, Milestone, Settings};
use crate::certification::rules::{self, CannotCertify, buffer};
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::restoration::{Project, ProjectId};

/// How far a certification has come, and what it would issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gate {
    pub(crate) project: Project,
    /// What is asked for, or what is left of the accepted land.
    pub(crate) m2: i64,
    pub(crate) buffer_m2: i64,
    /// What is available in all after each milestone.
    pub(crate) steps: Vec<(Milestone, i64)>,
    /// Everything that stands against it.
    pub(crate) against: Vec<CannotCertify>,
}

/// The gate for all land of a project that is accepted and not applied for yet.
pub(crate) fn project_gate(
    c: &mut Conn,
    actor: &Actor,
    id: ProjectId,
    settings: &Settings,
    today: NaiveDate,
) -> Answer<Gate> {
    let project = project_within(c, id, &actor.region)?;
    // Nobody's application: all that there are count.
    let all = asked(c, &project, ApplicationId::new(), SquareMetres::ONE, today)?;
    let accepted = project.acceptance.as_ref().map(|it| it.accepted_area_m2.whole_m2_floor());
    let left = accepted.map_or(0, |accepted| (accepted - all.others_m2).max(0));
    let asked = rules::Asked { m2: left.try_into().unwrap_or(all.m2), ..all };
    Ok(gate(project, &asked, left, settings))
}

/// The gate for what an application asks for.
pub(crate) fn application_gate(
    c: &mut Conn,
    actor: &Actor,
    id: ApplicationId,
    settings: &Settings,
    today: NaiveDate,
) -> Answer<Gate> {
    let application = visible_application(c, actor, id)?;
    let project = crate::restoration::project(c, application.project_id)?;
    let asked = asked(c, &project, id, application.m2, today)?;
    Ok(gate(project, &asked, application.m2.get(), settings))
}

fn gate(project: Project, asked: &rules::Asked, m2: i64, settings: &Settings) -> Gate {
    let against = rules::against(&project, asked).into_iter().map(|(_, reason)| reason).collect();
    let buffer_m2 = buffer(m2, settings.buffer_percent);
    Gate { steps: rules::steps(m2, buffer_m2, settings), project, m2, buffer_m2, against }
}
