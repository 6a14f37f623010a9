//! The rows of replacements, of late publications, and of papers.

/// Nobody has a replacement in the scene: its loss waits for its second person.
pub(super) const TABLE: &str = "
create_loss_replacement          | township_officer | unknown loss
list_loss_replacements           | township_officer centre forestry_officer auditor | unknown loss
get_replacement                  | township_officer centre forestry_officer auditor | -
create_replacement_approval      | centre_director | -
list_replacement_duties          | township_officer centre forestry_officer auditor | -
create_application_document      | township_officer centre | unknown application
list_application_documents       | township_officer centre forestry_officer auditor administrator | unknown application
create_draw_document             | centre | unknown draw
list_draw_documents              | centre forestry_officer auditor administrator | unknown draw
create_parcel_document           | township_officer centre | unknown parcel
list_parcel_documents            | township_officer centre forestry_officer auditor administrator | unknown parcel
list_late_publications           | public | all
list_overdue_publications        | centre forestry_officer auditor | -
";
