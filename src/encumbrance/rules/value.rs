//! What the shares that secure a loan are worth, and whether that covers it.

/// What a valuation rests on: the index as turnover and area, so that nothing is rounded before it
/// has to be, and the parts of the secured shares in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Basis {
    pub(crate) turnover: i64,
    pub(crate) traded_m2: i64,
    pub(crate) pledged_m2: i64,
    pub(crate) secured_bp: i64,
    pub(crate) haircut_percent: i64,
}

/// How a loan stands against what secures it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cover {
    /// The value in percent of the loan, rounded down.
    pub(crate) percent: i64,
    pub(crate) is_enough: bool,
}

/// How many m² are 15 mu.
const M2_PER_15_MU: i128 = 10_000;

/// Returns what the secured shares would bring at the index, before and after the haircut, in fen
/// and rounded down; none where nothing was traded.
pub(crate) fn secured_value(it: &Basis) -> Option<(i64, i64)> {
    if it.traded_m2 <= 0 {
        return None;
    }
    // Index in fen per mu is turnover over area; 15 mu are 10,000 m².
    let top = i128::from(it.turnover) * i128::from(it.pledged_m2) * 15;
    let whole = top.checked_mul(i128::from(it.secured_bp))?
        / (i128::from(it.traded_m2) * M2_PER_15_MU * 10_000);
    let kept = whole * i128::from(100 - it.haircut_percent.clamp(0, 100)) / 100;
    Some((i64::try_from(whole).ok()?, i64::try_from(kept).ok()?))
}

/// Says whether a value covers so many percent of a loan.
pub(crate) fn cover(value_fen: i64, loan_fen: i64, agreed_percent: i64) -> Cover {
    let hundredfold = i128::from(value_fen) * 100;
    let percent = hundredfold / i128::from(loan_fen.max(1));
    Cover {
        percent: i64::try_from(percent).unwrap_or(i64::MAX),
        is_enough: hundredfold >= i128::from(loan_fen) * i128::from(agreed_percent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_the_secured_part_at_the_index_less_the_haircut() {
        // 15 mu at 100.00 CNY a mu are 1,500.00; the township's fifth is 300.00, less 30 % 210.00.
        let basis = Basis {
            turnover: 10_000 * 667,
            traded_m2: 667,
            pledged_m2: 10_000,
            secured_bp: 2_000,
            haircut_percent: 30,
        };
        assert_eq!(secured_value(&basis), Some((30_000, 21_000)));
        assert_eq!(secured_value(&Basis { secured_bp: 0, ..basis }), Some((0, 0)));
        assert_eq!(secured_value(&Basis { traded_m2: 0, ..basis }), None);
        // A third of a fen is not worth a fen.
        let odd = Basis { turnover: 1, traded_m2: 3, pledged_m2: 2_000, ..basis };
        assert_eq!(secured_value(&Basis { secured_bp: 10_000, ..odd }), Some((1, 0)));
    }

    #[test]
    fn a_cover_is_enough_from_the_agreed_percentage_on() {
        let of = |value: i64| cover(value, 30_000, 70);
        assert_eq!(of(21_000), Cover { percent: 70, is_enough: true });
        assert_eq!(of(20_999), Cover { percent: 69, is_enough: false });
        assert_eq!(cover(1, 3, 0), Cover { percent: 33, is_enough: true });
    }
}
