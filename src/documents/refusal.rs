//! How the refusals of documents look on the wire.

use actix_web::http::StatusCode;

use crate::documents::rules::CannotAttach;
use crate::kernel::problem::Refusal;

impl Refusal for CannotAttach {
    fn code(&self) -> &'static str {
        match self {
            Self::Size { .. } => "document-size",
            Self::UnknownKind => "document-kind-unknown",
            Self::NameDiffers { .. } => "document-name-differs",
            Self::PathInName => "document-name-path",
            Self::Full { .. } => "documents-full",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Size { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnknownKind | Self::NameDiffers { .. } | Self::PathInName => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Full { .. } => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Size { bytes, max } => format!("附件应为 1 至 {max} 字节，该文件为 {bytes} 字节"),
            Self::UnknownKind => "按内容只接受 PDF、PNG、JPEG、DOCX、XLSX、OFD 文件".into(),
            Self::NameDiffers { is, name } => format!("按内容该文件为 {is}，与文件名 {name} 不符"),
            Self::PathInName => "文件名不得含有路径".into(),
            Self::Full { max } => format!("附件已达 {max} 个"),
        }
    }
}
