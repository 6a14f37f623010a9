//! The attachments of a paper as they lie in its bytes: our papers carry them as they are.

/// What goes along with a certificate.
pub(super) struct Attached<'a> {
    pub(super) json: &'a [u8],
    pub(super) signature: &'a [u8],
}

/// How long an Ed25519 signature is.
const SIGNATURE_BYTES: usize = 64;

/// Finds the contents and their signature among the attached files.
pub(super) fn find(pdf: &[u8]) -> Option<Attached<'_>> {
    let (mut json, mut signature) = (None, None);
    for file in files(pdf) {
        if file.starts_with(b"{") {
            json = json.or(Some(file));
        } else if file.len() == SIGNATURE_BYTES {
            signature = signature.or(Some(file));
        }
    }
    Some(Attached { json: json?, signature: signature? })
}

/// The streams that say that they are attached files.
fn files(pdf: &[u8]) -> Vec<&[u8]> {
    const KIND: &[u8] = b"/EmbeddedFile";
    let mut found = Vec::new();
    let mut rest = pdf;
    while let Some(at) = position(rest, KIND) {
        let before = rest.get(..at).unwrap_or_default();
        let after = rest.get(at..).unwrap_or_default();
        // The list of the attached files has nearly the same name.
        if after.get(KIND.len()) == Some(&b's') {
            rest = after.get(KIND.len()..).unwrap_or_default();
            continue;
        }
        let begins = before.windows(4).rposition(|window| window == b" obj").unwrap_or(0);
        let Some(stream) = position(after, b"stream\n") else { break };
        let head =
            [before.get(begins..).unwrap_or_default(), after.get(..stream).unwrap_or_default()];
        let data = after.get(stream + b"stream\n".len()..).unwrap_or_default();
        let length = length_in(&head.concat());
        if let Some(file) = length.and_then(|length| data.get(..length)) {
            found.push(file);
        }
        rest = data;
    }
    found
}

fn length_in(head: &[u8]) -> Option<usize> {
    const LENGTH: &[u8] = b"/Length";
    let digits = head.get(position(head, LENGTH)? + LENGTH.len()..)?.trim_ascii_start();
    let digits: String =
        digits.iter().map(|byte| char::from(*byte)).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn position(of: &[u8], needle: &[u8]) -> Option<usize> {
    of.windows(needle.len()).position(|window| window == needle)
}
