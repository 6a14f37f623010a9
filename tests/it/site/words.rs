//! No word of a program is left where people read.

use wetland_exchange::kernel::problem::Language;
use wetland_exchange::site::word;
use wetland_exchange::web::pages::Say;
use wetland_exchange::{app, openapi};

use crate::coverage::none;

/// The closed lists of which pages show words, with what tells their words from others.
const LISTS: [(&str, &str); 65] = [
    ("ApplicationOutcome", ""),
    ("AuctionKind", "auction."),
    ("AuctionState", ""),
    ("AwardState", ""),
    ("CertificateState", ""),
    ("CertificationCondition", "condition."),
    ("ClockKind", "clock."),
    ("ClockState", "clock."),
    ("CreditBucket", ""),
    ("DocumentKind", "document."),
    ("DrawState", "draw."),
    ("DutyState", "duty."),
    ("EnforcedSaleState", "sale."),
    ("ExceptionKind", ""),
    ("ExpertStanding", "expert."),
    ("Field", ""),
    ("FreezeAuthority", "authority."),
    ("FreezeCause", ""),
    ("ImportMode", "mode."),
    ("LandState", ""),
    ("LayerKind", "layer."),
    ("LayerState", "layer_state."),
    ("LineResultWord", ""),
    ("ListOutcome", ""),
    ("ListingState", ""),
    ("Matter", "matter."),
    ("Measure", ""),
    ("Milestone", ""),
    ("Mode", ""),
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
    ("PanelOutcome", "panel."),
    ("ParcelChangeKind", "change."),
    ("ParcelKind", ""),
    ("PayoutKind", ""),
    ("PayoutState", "payout."),
    ("PondFinding", "pond."),
    ("PublicNoticeState", ""),
    ("Purpose", ""),
    ("ReplacementKind", "replacement."),
    ("RetirementState", ""),
    ("Role", ""),
    ("Share", ""),
    ("Side", "side."),
    ("Source", ""),
    ("SpendingState", ""),
    ("Stage", "stage."),
    ("StatementState", ""),
    ("SurveyState", "survey."),
    ("SurveyStepKind", ""),
    ("TraceHolder", ""),
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
