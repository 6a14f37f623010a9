//! The words of a map in both languages.

use super::signs::{LandState, ZoneSign};
use crate::kernel::problem::Language;

/// A text in Chinese and English.
pub(crate) fn word(
    language: Language,
    chinese: &'static str,
    english: &'static str,
) -> &'static str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// The state as the legend names it.
pub(crate) fn state_name(state: LandState, language: Language) -> &'static str {
    match state {
        LandState::NationalImportant => word(language, "国家重要湿地", "National wetland"),
        LandState::ProvincialImportant => word(language, "省级重要湿地", "Provincial wetland"),
        LandState::General => word(language, "一般湿地", "General wetland"),
        LandState::Restoration => word(language, "修复中地块", "Under restoration"),
        LandState::Certified => word(language, "已核算认定地块", "Certified (credits)"),
        LandState::Reserve => word(language, "后备资源地块", "Reserve parcel"),
    }
}

/// The zone as the legend names it.
pub(crate) fn zone_name(sign: ZoneSign, language: Language) -> &'static str {
    match sign {
        ZoneSign::Red => word(language, "红线区", "Red zone"),
        ZoneSign::Yellow => word(language, "黄线区", "Yellow zone"),
        ZoneSign::EcologicalRedLine => word(language, "生态保护红线", "Ecological red line"),
        ZoneSign::BasicFarmland => word(language, "永久基本农田", "Permanent basic farmland"),
        ZoneSign::UrbanPlanningArea => word(language, "城市规划区", "Urban planning area"),
        ZoneSign::Mangrove => word(language, "红树林", "Mangrove"),
    }
}
