//! No word of a program is left where people read.

use wetland_exchange::kernel::problem::Language;
use wetland_exchange::site::word;
use wetland_exchange::web::pages::Say;
use wetland_exchange::{app, openapi};

use crate::coverage::none;

/// The closed lists of which pages show words, with what tells their words from others.
const LISTS: &[(&str, &str)] = &[
    ("AccountChangeState", "change."),
    ("AccountHoldState", "hold."),
    ("ApplicationOutcome", ""),
    ("AssemblyMode", "assembly."),
    ("AuctionKind", "auction."),
    ("AuctionState", ""),
    ("AwardState", ""),
    ("CertificateState", ""),
    ("CertificationCondition", "condition."),
    ("ClaimState", "claim."),
    ("ClockKind", "clock."),
    ("ClockState", "clock."),
    ("CommitmentKind", "commitment."),
    ("CorrectionKind", "correction."),
    ("CorrectionState", "correction."),
    ("CreditBucket", ""),
    ("DayKind", "day."),
    ("DepartureKind", "departure."),
    ("DepositOutcome", "deposit."),
    ("DocumentKind", "document."),
    ("DocumentKind", "paper."),
    ("DrawState", "draw."),
    ("DutyState", "duty."),
    ("EnforcedSaleState", "sale."),
    ("ExceptionKind", ""),
    ("Execution", ""),
    ("ExpertStanding", "expert."),
    ("FeeState", "fee."),
    ("Field", ""),
    ("FreezeAuthority", "authority."),
    ("FreezeCause", ""),
    ("Ground", "ground."),
    ("ImportMode", "mode."),
    ("KeyState", "key."),
    ("LandState", ""),
    ("LayerKind", "layer."),
    ("LayerState", "layer_state."),
    ("LimitState", "limit."),
    ("LineResultWord", ""),
    ("ListOutcome", ""),
    ("ListingState", ""),
    ("Matter", "matter."),
    ("Measure", ""),
    ("Milestone", ""),
    ("Mode", ""),
    ("NegotiationState", "negotiation."),
    ("NegotiationState", "transfer."),
    ("NoticeKind", ""),
    ("NoticeObjectionState", ""),
    ("NoticeState", "notice."),
    ("ObjectionState", ""),
    ("ObjectionStepKind", ""),
    ("OccupationGround", "ground."),
    ("OccupationOutcome", ""),
    ("OccupationState", "occupation."),
    ("OccupationTerm", ""),
    ("OccupationTerm", "term."),
    ("OpeningState", "opening."),
    ("OrderState", "order."),
    ("OrganisationKind", "kind."),
    ("PanelOutcome", "panel."),
    ("ParcelChangeKind", "change."),
    ("ParcelKind", ""),
    ("PaymentField", "column."),
    ("PayoutKind", ""),
    ("PayoutState", "payout."),
    ("PermitState", "permit."),
    ("PledgeState", "pledge."),
    ("PondFinding", "pond."),
    ("PublicNoticeState", ""),
    ("Purpose", ""),
    ("Reach", "reach."),
    ("RefundRequestState", "refund."),
    ("ReplacementKind", "replacement."),
    ("RetirementState", ""),
    ("Role", ""),
    ("RoleGrantState", "grant."),
    ("SecuredShare", ""),
    ("Share", ""),
    ("Side", "side."),
    ("Source", ""),
    ("SpendingState", ""),
    ("Stage", "stage."),
    ("StatementState", ""),
    ("StepKind", "step."),
    ("SurveyState", "survey."),
    ("SurveyStepKind", ""),
    ("TableEncoding", "encoding."),
    ("TraceHolder", ""),
    ("TrustedAccountState", "trust."),
    ("ViolationKind", ""),
    ("ViolationState", "case."),
    ("Vote", "vote."),
    ("WaterRegime", ""),
    ("WetlandLevel", ""),
    ("WetlandType", ""),
];

#[test]
fn every_word_that_pages_show_has_its_chinese_and_its_english() {
    let document = openapi::document(&app::operations());
    let mut complaints = Vec::new();
    for (list, start) in LISTS {
        let words = document["components"]["schemas"][list]["enum"].as_array();
        let words = words.unwrap_or_else(|| panic!("{list} is no list of words"));
        for name in words.iter().filter_map(|name| name.as_str()) {
            let name = format!("{start}{name}");
            let chinese = word(&Say(Language::Chinese), &name);
            let english = word(&Say(Language::English), &name);
            if chinese.is_ascii() || !english.is_ascii() || english.contains('_') {
                complaints.push(format!("{list}: {name} is {chinese} and {english}"));
            }
        }
    }
    none(complaints);
}
