//! What money may be spent on, and what a project earned (R68, domain §3.6 and §3.7).

use super::OutgoingRefusal;
use crate::finance::model::{Purpose, Share};
use crate::kernel::money::Fen;

/// Vouchers of one spending.
pub const VOUCHERS_MAX: usize = 100;

/// A voucher as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVoucher {
    pub number: String,
    pub issued_on: chrono::NaiveDate,
    pub amount: Fen,
    pub sha256: Option<String>,
}

/// Whether money of a share may be spent on that, with that reason, for that project.
pub fn check_spending(
    share: Share,
    purpose: Purpose,
    has_reason: bool,
    has_project: bool,
) -> Result<(), OutgoingRefusal> {
    if purpose.share() != share {
        return Err(OutgoingRefusal::PurposeNotPermitted { purpose, share });
    }
    if purpose == Purpose::OtherDirectlyRelated && !has_reason {
        return Err(OutgoingRefusal::ReasonMissing { purpose });
    }
    if has_project != (purpose == Purpose::RestorationCost) {
        return Err(OutgoingRefusal::ProjectNamed);
    }
    Ok(())
}

/// The vouchers of a spending are its amount.
pub fn check_vouchers(amount: Fen, vouchers: &[NewVoucher]) -> Result<(), OutgoingRefusal> {
    if !(1..=VOUCHERS_MAX).contains(&vouchers.len()) {
        return Err(OutgoingRefusal::VoucherCount { most: VOUCHERS_MAX });
    }
    let sum = vouchers.iter().try_fold(Fen::ZERO, |sum, one| sum.checked_add(one.amount));
    let sum = sum.unwrap_or_default();
    if sum != amount || vouchers.iter().any(|one| one.amount.is_zero()) {
        return Err(OutgoingRefusal::VouchersDoNotAddUp { sum, amount });
    }
    let mut numbers: Vec<&str> = vouchers.iter().map(|one| one.number.as_str()).collect();
    numbers.sort_unstable();
    match numbers.iter().zip(numbers.iter().skip(1)).find(|(one, other)| one == other) {
        Some((number, _)) => Err(OutgoingRefusal::VoucherUsed { number: (*number).to_owned() }),
        None => Ok(()),
    }
}

/// Nothing is spent that was not paid out.
pub fn within_paid_out(
    paid_out_fen: i64,
    spent_fen: i64,
    asked: Fen,
) -> Result<(), OutgoingRefusal> {
    let left = Fen::of(paid_out_fen - spent_fen).unwrap_or_default();
    if asked > left { Err(OutgoingRefusal::ExceedsPaidOut { left, asked }) } else { Ok(()) }
}

/// Payments of restoration cost stay within the approved bill.
pub fn within_bill(bill: Option<Fen>, spent_fen: i64, asked: Fen) -> Result<(), OutgoingRefusal> {
    let bill = bill.ok_or(OutgoingRefusal::BillNotApproved)?;
    let left = Fen::of(bill.get() - spent_fen).unwrap_or_default();
    if asked > left { Err(OutgoingRefusal::ExceedsBill { left, asked }) } else { Ok(()) }
}

/// What a project earned: it may be negative while credits are unsold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profit {
    pub profit_fen: i64,
    /// What is missing to nothing.
    pub shortfall_fen: i64,
}

/// profit = trades' amounts − townships' shares − centre's shares − approved bill.
pub fn profit(amount_fen: i64, township_fen: i64, centre_fen: i64, bill: Fen) -> Profit {
    let profit_fen = amount_fen - township_fen - centre_fen - bill.get();
    Profit { profit_fen, shortfall_fen: (-profit_fen).max(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fen(fen: i64) -> Fen {
        Fen::of(fen).unwrap()
    }

    fn voucher(number: &str, amount: i64) -> NewVoucher {
        let issued_on = "2023-09-04".parse().unwrap();
        NewVoucher { number: number.into(), issued_on, amount: fen(amount), sha256: None }
    }

    #[test]
    fn r68_each_purpose_belongs_to_one_share_and_every_other_is_refused() {
        let counted = |share: Share| {
            let fits = |purpose: &&Purpose| {
                let project = **purpose == Purpose::RestorationCost;
                check_spending(share, **purpose, true, project).is_ok()
            };
            Purpose::ALL.iter().filter(fits).count()
        };
        assert_eq!(Share::ALL.iter().map(|share| counted(*share)).collect::<Vec<_>>(), [5, 8, 1]);
        assert_eq!(
            check_spending(Share::Township, Purpose::Publicity, true, false),
            Err(OutgoingRefusal::PurposeNotPermitted {
                purpose: Purpose::Publicity,
                share: Share::Township
            })
        );
    }

    #[test]
    fn r68_other_cost_needs_a_reason_and_restoration_a_project() {
        let purpose = Purpose::OtherDirectlyRelated;
        assert_eq!(
            check_spending(Share::Centre, purpose, false, false),
            Err(OutgoingRefusal::ReasonMissing { purpose })
        );
        let restoration = Purpose::RestorationCost;
        for (share, purpose, project) in
            [(Share::Treasury, restoration, false), (Share::Centre, Purpose::Survey, true)]
        {
            let refused = check_spending(share, purpose, true, project);
            assert_eq!(refused, Err(OutgoingRefusal::ProjectNamed));
        }
    }

    #[test]
    fn r68_vouchers_add_up_and_each_counts_once() {
        let check = |vouchers: &[NewVoucher]| check_vouchers(fen(300), vouchers);
        assert_eq!(check(&[voucher("1", 100), voucher("2", 200)]), Ok(()));
        assert_eq!(check(&[]), Err(OutgoingRefusal::VoucherCount { most: VOUCHERS_MAX }));
        let short = OutgoingRefusal::VouchersDoNotAddUp { sum: fen(299), amount: fen(300) };
        assert_eq!(check(&[voucher("1", 299)]), Err(short));
        let used = OutgoingRefusal::VoucherUsed { number: "1".into() };
        assert_eq!(check(&[voucher("1", 100), voucher("1", 200)]), Err(used));
        let nothing = OutgoingRefusal::VouchersDoNotAddUp { sum: fen(300), amount: fen(300) };
        assert_eq!(check(&[voucher("1", 300), voucher("2", 0)]), Err(nothing));
    }

    #[test]
    fn r68_no_more_is_spent_than_was_paid_out() {
        assert_eq!(within_paid_out(500, 200, fen(300)), Ok(()));
        let exceeds = OutgoingRefusal::ExceedsPaidOut { left: fen(300), asked: fen(301) };
        assert_eq!(within_paid_out(500, 200, fen(301)), Err(exceeds));
        // A payout that came back after its money was spent leaves nothing.
        let nothing = OutgoingRefusal::ExceedsPaidOut { left: Fen::ZERO, asked: fen(1) };
        assert_eq!(within_paid_out(100, 200, fen(1)), Err(nothing));
    }

    #[test]
    fn restoration_cost_stays_within_the_approved_bill() {
        assert_eq!(within_bill(Some(fen(1_000)), 400, fen(600)), Ok(()));
        let exceeds = OutgoingRefusal::ExceedsBill { left: fen(600), asked: fen(601) };
        assert_eq!(within_bill(Some(fen(1_000)), 400, fen(601)), Err(exceeds));
        assert_eq!(within_bill(None, 0, fen(1)), Err(OutgoingRefusal::BillNotApproved));
    }

    #[test]
    fn the_profit_of_a_project_may_be_negative_and_its_shortfall_is_told() {
        let all_sold = profit(10_000, 2_000, 1_000, fen(6_000));
        assert_eq!(all_sold, Profit { profit_fen: 1_000, shortfall_fen: 0 });
        let unsold = profit(0, 0, 0, fen(6_000));
        assert_eq!(unsold, Profit { profit_fen: -6_000, shortfall_fen: 6_000 });
    }
}
