//! A paper on disk: written piece by piece, sent piece by piece, gone when it is sent.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::Bytes;

use crate::kernel::problem::Answer;

/// How much of a file is held in memory while it is sent.
const PIECE_BYTES: usize = 64 * 1024;

/// What kind of file a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Xlsx,
    Pdf,
    Csv,
    Text,
}

impl Kind {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// A finished paper.
#[derive(Debug)]
pub struct Paper {
    file: File,
    bytes: u64,
}

impl Paper {
    /// Lets a writer write into a file without a name.
    pub fn write(write: impl FnOnce(&mut BufWriter<File>) -> Answer<()>) -> Answer<Self> {
        let mut out = BufWriter::new(tempfile::tempfile().map_err(anyhow::Error::from)?);
        write(&mut out)?;
        out.flush().map_err(anyhow::Error::from)?;
        let mut file = out.into_inner().map_err(|cause| anyhow::Error::from(cause.into_error()))?;
        let bytes = file.seek(SeekFrom::End(0)).map_err(anyhow::Error::from)?;
        file.seek(SeekFrom::Start(0)).map_err(anyhow::Error::from)?;
        Ok(Self { file, bytes })
    }

    /// How long it is.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Sends it as a file of that name, which is of ASCII letters, digits, dots and hyphens.
    pub fn answer(self, kind: Kind, name: &str) -> HttpResponse {
        HttpResponse::Ok()
            .content_type(kind.content_type())
            .insert_header((
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ))
            .body(Pieces { file: self.file, left: self.bytes })
    }
}

struct Pieces {
    file: File,
    left: u64,
}

impl MessageBody for Pieces {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left)
    }

    /// Reads from a file that was just written and lies in the machine's cache.
    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, std::io::Error>>> {
        let it = self.get_mut();
        if it.left == 0 {
            return Poll::Ready(None);
        }
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let limit = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        Poll::Ready(Some(match (&mut it.file).take(limit).read_to_end(&mut piece) {
            Ok(0) => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {
                it.left = it.left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                Ok(Bytes::from(piece))
            }
            Err(cause) => Err(cause),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_paper_arrives_as_it_was_written() {
        let text: String = (0..40_000).map(|n| format!("{n}\n")).collect();
        let paper = Paper::write(|out| {
            out.write_all(text.as_bytes()).map_err(anyhow::Error::from)?;
            Ok(())
        })
        .unwrap();
        assert_eq!(paper.bytes(), u64::try_from(text.len()).unwrap());
        let answer = paper.answer(Kind::Text, "numbers.txt");
        let told = answer.headers().get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap();
        assert_eq!(told, "attachment; filename=\"numbers.txt\"");
        let sent = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
        assert_eq!(sent, text.as_bytes());
    }
}
