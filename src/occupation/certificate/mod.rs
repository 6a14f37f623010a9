//! The certificate of a retirement: its contents as canonical JSON, its paper, and how it is checked.
//!
//! The JSON has no spaces, its members stand in the order of their names, and it is UTF-8; the
//! signature is Ed25519 over exactly these bytes. Both go along with the PDF as attachments,
//! `certificate.json` and `certificate.sig` (64 bytes), uncompressed. Anybody can check a paper
//! without our code, with the public key that the exchange publishes as PEM:
//!
//! ```text
//! curl -o key.pem https://EXCHANGE/api/v1/public/certificate-keys/KEY_ID/key.pem
//! pdfdetach -saveall -o attached paper.pdf
//! openssl pkeyutl -verify -pubin -inkey key.pem -rawin \
//!     -in attached/certificate.json -sigfile attached/certificate.sig
//! ```
//!
//! Then the printed page is compared with `certificate.json`. The same contents give the same paper
//! to the byte, so `wetland-exchange verify-certificate FILE` also prints the paper anew and finds a
//! change of any byte. Whether a certificate is frozen or void says only the exchange itself, at the
//! address in its code.

mod attached;
mod paper;

use chrono::NaiveDate;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

pub(super) use self::paper::paper;
use crate::inventory::WetlandType;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::region::RegionCode;

/// The layout of the paper that this program prints.
pub(super) const LAYOUT: i64 = 1;

/// What a certificate says; the members stand in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub certificate: String,
    /// Where to ask what it is worth.
    pub check: String,
    pub county: RegionCode,
    pub county_name: String,
    pub developer: String,
    pub developer_uscc: String,
    pub issued_at: Time,
    pub key_id: String,
    pub layout: i64,
    pub lots: Vec<ContentLot>,
    pub m2: i64,
    pub occupation: String,
    pub occupied_grade: i64,
    pub occupied_m2: SurveyedArea,
    pub project: String,
    pub reason: String,
    pub retired_at: Time,
    pub retirement: String,
    pub valid_to: NaiveDate,
    pub wetland_type: WetlandType,
}

/// A run of serials that was retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentLot {
    pub batch: String,
    pub county: RegionCode,
    pub grade: i64,
    pub m2: i64,
    pub serials: String,
    pub trades: Vec<String>,
    pub wetland_type: WetlandType,
}

/// Why a paper proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCertificate {
    #[error("this is no certificate: it has no attached certificate.json and certificate.sig")]
    NothingAttached,
    #[error("the attached contents are not those of a certificate")]
    NotContents,
    #[error("the signature is not of this key: the certificate is forged or altered")]
    BadSignature,
    #[error("it names the layout {0}, which this program does not print")]
    OtherLayout(i64),
    #[error("the signed contents are whole, but the paper around them was altered")]
    PaperAltered,
    #[error("the certificate expired on {0}")]
    Expired(NaiveDate),
}

/// Checks a paper to the byte: the signature over the attached contents, and the paper itself, which
/// is printed anew from them. Returns what it says.
pub fn check_paper(
    pdf: &[u8],
    key: &VerifyingKey,
    today: NaiveDate,
) -> Result<Content, BadCertificate> {
    let attached = attached::find(pdf).ok_or(BadCertificate::NothingAttached)?;
    let signature =
        Signature::from_slice(attached.signature).map_err(|_| BadCertificate::BadSignature)?;
    key.verify_strict(attached.json, &signature).map_err(|_| BadCertificate::BadSignature)?;
    let content: Content =
        serde_json::from_slice(attached.json).map_err(|_| BadCertificate::NotContents)?;
    if content.layout != LAYOUT {
        return Err(BadCertificate::OtherLayout(content.layout));
    }
    let printed = paper(attached.json, attached.signature).ok();
    if printed.as_deref() != Some(pdf) {
        return Err(BadCertificate::PaperAltered);
    }
    if today > content.valid_to {
        return Err(BadCertificate::Expired(content.valid_to));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    fn content() -> Content {
        let at = Time::in_shanghai("2026-09-24".parse().unwrap(), 9);
        Content {
            certificate: "HXZ360124-2026-0001".into(),
            check: "http://127.0.0.1:8080/certificates/HXZ360124-2026-0001/ABCDEFGHJKMN".into(),
            county: "360124".parse().unwrap(),
            county_name: "进贤县".into(),
            developer: "赣鄱示例公路建设有限公司".into(),
            developer_uscc: "91360124DEM001017Y".into(),
            issued_at: at,
            key_id: "0123456789abcdef".into(),
            layout: LAYOUT,
            lots: vec![ContentLot {
                batch: "360124-2023-B0001".into(),
                county: "360124".parse().unwrap(),
                grade: 2,
                m2: 9_876,
                serials: "WL-360124-2023-B0001-000001-009876".into(),
                trades: vec!["CJ360124-2026-000001".into()],
                wetland_type: WetlandType::Marsh,
            }],
            m2: 9_876,
            occupation: "ZY360124-2026-0001".into(),
            occupied_grade: 3,
            occupied_m2: "9876.40".parse().unwrap(),
            project: "示例县道改建工程".into(),
            reason: "占补平衡".into(),
            retired_at: at,
            retirement: "HX360124-2026-0001".into(),
            valid_to: "2027-09-23".parse().unwrap(),
            wetland_type: WetlandType::Marsh,
        }
    }

    fn printed(key: &SigningKey) -> Vec<u8> {
        let json = serde_json::to_string(&content()).unwrap();
        paper(json.as_bytes(), &key.sign(json.as_bytes()).to_bytes()).unwrap()
    }

    #[test]
    fn a_certificate_is_checked_to_the_byte_and_by_its_own_key_only() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let pdf = printed(&key);
        let (day, own) = ("2026-10-01".parse().unwrap(), key.verifying_key());
        assert_eq!(check_paper(&pdf, &own, day), Ok(content()));
        assert_eq!(printed(&key), pdf, "the same contents give the same bytes");
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(check_paper(&pdf, &other, day), Err(BadCertificate::BadSignature));
        let late = "2027-09-24".parse().unwrap();
        let expired = Err(BadCertificate::Expired("2027-09-23".parse().unwrap()));
        assert_eq!(check_paper(&pdf, &own, late), expired);
        assert_eq!(check_paper(b"%PDF-1.7", &own, day), Err(BadCertificate::NothingAttached));
        let mut bytes = (0..pdf.len()).step_by(pdf.len() / 400 + 1);
        assert!(bytes.all(|at| {
            let mut changed = pdf.clone();
            changed[at] ^= 1;
            check_paper(&changed, &own, day).is_err()
        }));
        let mut longer = pdf.clone();
        longer.push(b'\n');
        assert_eq!(check_paper(&longer, &own, day), Err(BadCertificate::PaperAltered));
    }

    #[test]
    fn the_members_of_the_contents_stand_in_order() {
        // The lots have members of the same names.
        let content = Content { lots: Vec::new(), ..content() };
        let value: serde_json::Value = serde_json::to_value(&content).unwrap();
        let text = serde_json::to_string(&content).unwrap();
        let mut names: Vec<&String> = value.as_object().unwrap().keys().collect();
        names.sort();
        let places: Vec<_> =
            names.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
        assert!(!text.contains(": ") && !text.contains(", "));
    }
}
