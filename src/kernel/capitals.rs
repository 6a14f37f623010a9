//! Amounts in Chinese capitals (大写金额), as bills and forms write them: hard to alter afterwards.

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
/// Within four digits, from the lowest.
const TENS: [&str; 4] = ["", "拾", "佰", "仟"];
/// Of each four digits, from the lowest; books hold no more than 万亿.
const MYRIADS: [&str; 4] = ["", "万", "亿", "万"];

/// Writes fen in capitals: 1,601,352.90 → 壹佰陆拾万壹仟叁佰伍拾贰元玖角整. An amount that ends in yuan or
/// jiao ends in 整; a run of zeros inside is one 零, which is left out after 万 and 元 where the rules
/// for bills leave it free; a debt begins with 负.
pub fn capitals(fen: i64) -> String {
    let sign = if fen < 0 { "负" } else { "" };
    let fen = fen.unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::from(sign);
    if yuan > 0 {
        text += &whole(yuan);
        text.push('元');
    }
    match (yuan, jiao, fen) {
        (0, 0, 0) => text += "零元整",
        (_, 0, 0) => text.push('整'),
        (_, _, 0) => {
            text.push(digit(jiao));
            text += "角整";
        }
        (_, 0, _) => {
            if yuan > 0 {
                text.push('零');
            }
            text.push(digit(fen));
            text.push('分');
        }
        _ => {
            text.push(digit(jiao));
            text.push('角');
            text.push(digit(fen));
            text.push('分');
        }
    }
    text
}

/// A whole number above 0, four digits at a time from the highest.
fn whole(number: u64) -> String {
    let mut groups = Vec::new();
    let mut rest = number;
    while rest > 0 {
        groups.push(rest % 10_000);
        rest /= 10_000;
    }
    let mut text = String::new();
    let mut zero = false;
    for (n, (group, name)) in groups.iter().zip(MYRIADS).enumerate().rev() {
        if *group == 0 {
            // What was said in 万 of 亿 still lacks its 亿.
            text += if n == 2 { "亿" } else { "" };
            zero = true;
            continue;
        }
        // A gap is said once: after an empty group, or where this one begins with zeros.
        if !text.is_empty() && (zero || *group < 1000) {
            text.push('零');
        }
        text += &four(*group);
        text += name;
        zero = false;
    }
    text
}

/// Up to four digits, not all of them 0; zeros at the beginning and the end are not said.
fn four(number: u64) -> String {
    let (mut text, mut zero, mut size) = (String::new(), false, 1000);
    for name in TENS.iter().rev() {
        let one = number / size % 10;
        if one == 0 {
            zero = !text.is_empty();
        } else {
            if zero {
                text.push('零');
            }
            text.push(digit(one));
            text += name;
            zero = false;
        }
        size /= 10;
    }
    text
}

fn digit(number: u64) -> char {
    usize::try_from(number).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(yuan: &str, expected: &str) {
        let fen: i64 = yuan.replace('.', "").parse().unwrap();
        assert_eq!(capitals(fen), expected, "{yuan}");
    }

    #[test]
    fn amounts_are_written_as_forms_expect_them() {
        check("0.00", "零元整");
        check("0.01", "壹分");
        check("0.10", "壹角整");
        check("0.98", "玖角捌分");
        check("1.00", "壹元整");
        check("1.05", "壹元零伍分");
        check("10.00", "壹拾元整");
        check("1601352.90", "壹佰陆拾万壹仟叁佰伍拾贰元玖角整");
        check("1409.50", "壹仟肆佰零玖元伍角整");
        check("6007.14", "陆仟零柒元壹角肆分");
        check("107000.53", "壹拾万柒仟元伍角叁分");
        check("16409.02", "壹万陆仟肆佰零玖元零贰分");
        check("325.04", "叁佰贰拾伍元零肆分");
        check("-5.00", "负伍元整");
    }

    #[test]
    fn a_run_of_zeros_is_said_once_and_at_the_end_not_at_all() {
        check("10000.00", "壹万元整");
        check("10001.00", "壹万零壹元整");
        check("10010.00", "壹万零壹拾元整");
        check("100000000.00", "壹亿元整");
        check("100000001.00", "壹亿零壹元整");
        check("100010000.00", "壹亿零壹万元整");
        check("1000000000000.00", "壹万亿元整");
        check("10000000000000.00", "壹拾万亿元整");
        check("2020020.20", "贰佰零贰万零贰拾元贰角整");
        check("20002000.00", "贰仟万贰仟元整");
        check("1000200000000.00", "壹万零贰亿元整");
        check("1000000000001.00", "壹万亿零壹元整");
    }

    /// Reads capitals back, digit by digit, as a clerk would.
    fn read(text: &str) -> i64 {
        let (text, sign) = text.strip_prefix('负').map_or((text, 1), |rest| (rest, -1));
        let (mut total, mut upto_yi, mut group, mut last) = (0_i64, 0_i64, 0_i64, 0_i64);
        for c in text.chars() {
            match c {
                '拾' | '佰' | '仟' => {
                    group += last
                        * match c {
                            '拾' => 10,
                            '佰' => 100,
                            _ => 1000,
                        };
                    last = 0;
                }
                '万' => {
                    upto_yi += (group + last) * 10_000;
                    (group, last) = (0, 0);
                }
                '亿' => {
                    upto_yi = (upto_yi + group + last) * 100_000_000;
                    (group, last) = (0, 0);
                }
                '元' => {
                    total = (upto_yi + group + last) * 100;
                    (group, last) = (0, 0);
                }
                '角' => {
                    total += last * 10;
                    last = 0;
                }
                '分' => {
                    total += last;
                    last = 0;
                }
                '整' => {}
                digit => {
                    let place = DIGITS.iter().position(|one| *one == digit).unwrap();
                    last = i64::try_from(place).unwrap();
                }
            }
        }
        total * sign
    }

    proptest! {
        #[test]
        fn amounts_in_capitals_are_read_back(fen in -1_000_000_000_000_000_i64..=1_000_000_000_000_000, shift in 0_u32..14) {
            let fen = fen / 10_i64.pow(shift) * 10_i64.pow(shift / 2);
            let text = capitals(fen);
            prop_assert_eq!(read(&text), fen, "{}", text);
            prop_assert!(!text.contains("零零") && !text.contains("零元") || fen == 0, "{}", text);
        }
    }
}
