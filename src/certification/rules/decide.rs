//! When an application is taken (R32–R34, R39) and who decides on it (R35).

use crate::certification::model::Indicators;
use crate::kernel::actor::Role;
use crate::kernel::area::SquareMetres;
use crate::kernel::ids::UserId;
use crate::kernel::region::RegionCode;
use crate::restoration::{Label, Project, Stage};

/// A grade rests on at most this many indicators: ten times what methods use.
pub(crate) const INDICATORS_MAX: usize = 100;

/// Why land does not become credits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotCertify {
    #[error("only accepted land is certified, the project is {0}")]
    NotAccepted(Stage),
    #[error("the project has no monitoring plan")]
    NoPlan,
    #[error("land that is restored to meet a legal duty earns no credit: {0}")]
    LegalDuty(String),
    #[error("{0} right holders object")]
    Objections(i64),
    #[error("parcel {number} cannot be certified: {reason}")]
    Parcel { number: String, reason: String },
    #[error("{asked} asked for, {left} m² of the accepted area are left")]
    TooMuch { asked: SquareMetres, left: i64 },
    #[error("a grade rests on 1 to {max} indicators with names of 1 to 300 characters")]
    Indicators { max: usize },
    #[error("the application is decided")]
    Decided,
    #[error("who entered an application does not decide on it")]
    SamePerson,
    #[error("a director of the centre decides on an application")]
    NotADirector,
    #[error("no organisation of township {0} can hold its part of the batch")]
    NoTownship(RegionCode),
}

/// What an application asks of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) m2: SquareMetres,
    /// What other applications of the project, open or certified, ask for.
    pub(crate) others_m2: i64,
    /// Parcels that the inventory bars by now, with the reason (R17, R19).
    pub(crate) barred: Option<(String, String)>,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decider {
    pub(crate) user: UserId,
    pub(crate) role: Role,
}

/// Decides whether so much of the project's land may become credits; asked when an application is
/// entered and again when it is certified. A change of land class on paper is no way to it: the land
/// must have been restored by a project and accepted (R16).
pub(crate) fn certifiable(project: &Project, asked: &Asked) -> Result<(), CannotCertify> {
    let accepted = match (&project.acceptance, project.stage) {
        (Some(accepted), Stage::Accepted | Stage::Monitoring) => accepted,
        _ => return Err(CannotCertify::NotAccepted(project.stage)),
    };
    if project.monitoring_plan.is_none() {
        return Err(CannotCertify::NoPlan);
    }
    if project.legal_duty.exists {
        return Err(CannotCertify::LegalDuty(project.legal_duty.basis.to_string()));
    }
    if project.right_holder_consent.objections > 0 {
        return Err(CannotCertify::Objections(project.right_holder_consent.objections));
    }
    if let Some((number, reason)) = asked.barred.clone() {
        return Err(CannotCertify::Parcel { number, reason });
    }
    let left = accepted.accepted_area_m2.whole_m2_floor() - asked.others_m2;
    if asked.m2.get() > left {
        return Err(CannotCertify::TooMuch { asked: asked.m2, left: left.max(0) });
    }
    Ok(())
}

/// Decides whether a grade rests on something (R39).
pub(crate) fn indicators_given(indicators: &Indicators) -> Result<(), CannotCertify> {
    let named = indicators.keys().all(|name| name.parse::<Label>().is_ok());
    if named && (1..=INDICATORS_MAX).contains(&indicators.len()) {
        Ok(())
    } else {
        Err(CannotCertify::Indicators { max: INDICATORS_MAX })
    }
}

/// Decides who may decide: another person than entered the application, and a director (R35).
pub(crate) fn decide(
    entered_by: UserId,
    decided: bool,
    decider: &Decider,
) -> Result<(), CannotCertify> {
    if decider.user == entered_by {
        return Err(CannotCertify::SamePerson);
    }
    if decider.role != Role::CentreDirector {
        return Err(CannotCertify::NotADirector);
    }
    if decided { Err(CannotCertify::Decided) } else { Ok(()) }
}
