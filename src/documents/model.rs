//! The nouns of documents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

id! {
    /// A document.
    pub struct DocumentId;
}

id! {
    /// A part of a document's bytes.
    pub struct DocumentPartId;
}

names! {
    /// What a document belongs to.
    pub enum DocumentSubject {
        Project = "project",
        Parcel = "parcel",
        LandAssembly = "land_assembly",
        CertificationApplication = "certification_application",
        ExpertDraw = "expert_draw",
        Occupation = "occupation",
    }
}

names! {
    /// What a document is, by its content.
    pub enum FileKind {
        Pdf = "pdf",
        Png = "png",
        Jpeg = "jpeg",
        Docx = "docx",
        Xlsx = "xlsx",
        Ofd = "ofd",
    }
}

/// A document, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub id: DocumentId,
    pub subject_kind: DocumentSubject,
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    pub subject_id: Uuid,
    pub region: RegionCode,
    /// The organisation whose affair it is, besides the authorities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OrganisationId>,
    /// What it is for.
    #[schema(example = "权利人同意书")]
    pub purpose: Label,
    #[schema(example = "同意书.pdf")]
    pub name: Label,
    pub kind: FileKind,
    #[schema(example = 48213)]
    pub bytes: i64,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    pub attached_by: UserId,
    pub organisation_id: OrganisationId,
    pub attached_at: Time,
}

/// A file that is to be attached.
#[derive(Debug, Clone)]
pub struct NewDocument {
    pub id: DocumentId,
    pub subject_kind: DocumentSubject,
    pub subject_id: Uuid,
    pub region: RegionCode,
    pub owner: Option<OrganisationId>,
    pub purpose: Label,
    pub name: Label,
    pub bytes: std::sync::Arc<[u8]>,
}
