//! What everybody may read of personal data (R92).

use crate::kernel::text::{Label, Passage};
use crate::notices::model::NoticeField;

/// Runs of digits from this length on are telephone, identity or account numbers; our own numbers
/// have shorter runs.
const PERSONAL_DIGITS_MIN: usize = 11;
/// So many digits stay readable at the end, by which the person concerned knows the number.
const DIGITS_KEPT: usize = 4;

/// Returns a person's name with all but its first character hidden.
pub fn mask_name(name: &str) -> String {
    let name = name.trim();
    name.chars().enumerate().map(|(n, c)| if n == 0 { c } else { '*' }).collect()
}

/// Returns a text in which no telephone, identity or account number and no mail address can be read.
pub fn mask_digits(text: &str) -> String {
    let (mut out, mut run) = (String::with_capacity(text.len()), String::new());
    for c in text.chars().chain(std::iter::once('\0')) {
        // An identity number may end with X; spaces and hyphens are not part of a run.
        let goes_on = c.is_ascii_digit() || (run.len() == 17 && matches!(c, 'X' | 'x'));
        if goes_on {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            out.push_str(&masked_run(&run));
            run.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
    mask_addresses(&out)
}

fn masked_run(run: &str) -> String {
    let length = run.len();
    if length < PERSONAL_DIGITS_MIN {
        return run.to_owned();
    }
    let kept = run.chars().skip(length - DIGITS_KEPT);
    std::iter::repeat_n('*', length - DIGITS_KEPT).chain(kept).collect()
}

fn mask_addresses(text: &str) -> String {
    let word = |word: &str| match word.split_once('@') {
        Some((name, domain)) if !name.is_empty() && domain.contains('.') => format!("***@{domain}"),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Returns a text as everybody may read it.
pub(crate) fn cleared(text: &Passage) -> Passage {
    mask_digits(text.as_str()).parse().unwrap_or_else(|_| text.clone())
}

/// Returns a field as everybody may read it.
pub(crate) fn clear_field(field: &NoticeField) -> NoticeField {
    let name: Label = mask_digits(field.name.as_str()).parse().unwrap_or(field.name.clone());
    NoticeField { name, value: cleared(&field.value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r92_names_show_their_first_character_only() {
        for (name, masked) in [("甘志强", "甘**"), ("裴若兰 ", "裴**"), ("", ""), ("李", "李")]
        {
            assert_eq!(mask_name(name), masked);
        }
    }

    #[test]
    fn r92_personal_numbers_are_hidden_and_our_own_stay() {
        for (text, masked) in [
            ("电话13812345678。", "电话*******5678。"),
            ("身份证36012419700101123X", "身份证**************123X"),
            ("账号1502999909000000021", "账号***************0021"),
            ("a.b@example.cn 电询", "***@example.cn 电询"),
            ("WL-360124-2023-B0001-000001-011333", "WL-360124-2023-B0001-000001-011333"),
            ("面积11333.00 m²，2023-08-04", "面积11333.00 m²，2023-08-04"),
            ("尾号1234567890", "尾号1234567890"),
        ] {
            assert_eq!(mask_digits(text), masked);
        }
    }
}
