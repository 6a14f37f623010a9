//! pain.001.001.09: the customer's credit transfer initiation of ISO 20022, as far as a transfer
//! within the country needs it. Chinese accounts are no IBANs, so they stand in `Othr/Id`.

use std::fmt::Write;

use super::{Payment, PaymentOrder};
use crate::kernel::money::cny;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// Max140Text.
const NAME_CHARS_MAX: usize = 140;

/// Writes an order as pain.001.001.09 in UTF-8.
pub(in crate::finance) fn pain_001(order: &PaymentOrder) -> String {
    let count = order.payments.len().to_string();
    let sum = cny(order.payments.iter().map(|payment| payment.amount.get()).sum());
    let totals = Element::of("NbOfTxs", &count).then(Element::of("CtrlSum", &sum));
    let created = order.ordered_at.naive().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let header = Element::group(
        "GrpHdr",
        Element::of("MsgId", &order.id)
            .then(Element::of("CreDtTm", &created))
            .then(totals.clone())
            .then(Element::group("InitgPty", name(&order.payer_name))),
    );
    let day = order.ordered_at.date_in_shanghai().to_string();
    let mut payments = Element::of("PmtInfId", &order.id)
        .then(Element::of("PmtMtd", "TRF"))
        .then(totals)
        .then(Element::group("ReqdExctnDt", Element::of("Dt", &day)))
        .then(Element::group("Dbtr", name(&order.payer_name)))
        .then(Element::group(
            "DbtrAcct",
            account(&order.payer_account).then(Element::of("Ccy", "CNY")),
        ))
        .then(agent("DbtrAgt", &order.payer_bank));
    for one in &order.payments {
        payments = payments.then(transfer(one));
    }
    let body = header.then(Element::group("PmtInf", payments));
    let document = Element::group("CstmrCdtTrfInitn", body).0;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"{NAMESPACE}\">{document}</Document>\n"
    )
}

fn transfer(payment: &Payment) -> Element {
    let amount = payment.amount.to_string();
    let amount = Element(format!("<InstdAmt Ccy=\"CNY\">{amount}</InstdAmt>"));
    let mut parts = Element::group(
        "PmtId",
        Element::of("InstrId", &payment.number).then(Element::of("EndToEndId", &payment.number)),
    )
    .then(Element::group("Amt", amount));
    if let Some(bank) = &payment.payee_bank {
        parts = parts.then(agent("CdtrAgt", bank));
    }
    let parts = parts
        .then(Element::group("Cdtr", name(&payment.payee_name)))
        .then(Element::group("CdtrAcct", account(&payment.payee_account)))
        .then(Element::group("RmtInf", Element::of("Ustrd", &payment.purpose)));
    Element::group("CdtTrfTxInf", parts)
}

fn name(name: &str) -> Element {
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    Element::of("Nm", &name)
}

fn account(number: &str) -> Element {
    Element::group("Id", Element::group("Othr", Element::of("Id", number)))
}

fn agent(role: &str, bank: &str) -> Element {
    Element::group(role, Element::group("FinInstnId", name(bank)))
}

/// Some elements of the document, one after the other.
#[derive(Clone)]
struct Element(String);

impl Element {
    fn of(tag: &str, text: &str) -> Self {
        Self(format!("<{tag}>{}</{tag}>", escaped(text)))
    }

    fn group(tag: &str, inner: Self) -> Self {
        Self(format!("<{tag}>{}</{tag}>", inner.0))
    }

    fn then(mut self, next: Self) -> Self {
        self.0.push_str(&next.0);
        self
    }
}

/// Text without markup; characters that XML cannot carry are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => {
                // Writing to a text cannot fail.
                let _ = out.write_char(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::samples::example;
    use super::*;

    /// The texts by the path of their elements, as an independent reader sees them.
    fn texts(xml: &str) -> Vec<(String, String)> {
        let (mut reader, mut path, mut found) = (Reader::from_str(xml), Vec::new(), Vec::new());
        let mut text = String::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    text.clear();
                    path.push(start.name().as_ref().to_owned());
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(name) => {
                    text.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap());
                }
                Event::End(_) => {
                    if !text.is_empty() {
                        found.push((path.join("/"), std::mem::take(&mut text)));
                    }
                    path.pop();
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn the_order_carries_its_sums_and_every_name_whole() {
        let found = texts(&pain_001(&example()));
        let of = |end: &str| -> Vec<&str> {
            found.iter().filter(|(path, _)| path.ends_with(end)).map(|(_, text)| &**text).collect()
        };
        assert_eq!(of("NbOfTxs"), ["2", "2"]);
        assert_eq!(of("CtrlSum"), ["288252.01", "288252.01"]);
        assert_eq!(of("GrpHdr/MsgId"), ["360124-PB-2023-0001"]);
        assert_eq!(of("GrpHdr/CreDtTm"), ["2023-09-04T01:00:00Z"]);
        assert_eq!(of("ReqdExctnDt/Dt"), ["2023-09-04"]);
        assert_eq!(of("EndToEndId"), ["PO-2023-0001", "PO-2023-0002"]);
        assert_eq!(of("Cdtr/Nm"), ["五里垦殖场 <A&B> \"湿地\"", "=HYPERLINK(1)"]);
        assert_eq!(of("CdtrAcct/Id/Othr/Id"), ["1502999909000000021"; 2]);
        assert_eq!(of("DbtrAcct/Id/Othr/Id"), ["1502999909000000001"]);
    }

    #[test]
    fn the_same_order_is_the_same_bytes_and_carries_no_control_characters() {
        assert_eq!(pain_001(&example()), pain_001(&example()));
        assert_eq!(escaped("a\u{0}\u{b}<b>"), "a&lt;b&gt;");
    }
}
