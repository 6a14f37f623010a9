//! How much of an enforced sale's money is bound to the lender.

use crate::encumbrance::model::SecuredShare;

/// A part of a trade's money and whose it is, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leg<O> {
    pub(crate) organisation: O,
    pub(crate) share: SecuredShare,
    pub(crate) fen: i64,
}

/// Returns what of each share goes to the lender: only shares that secure the loan, the township's
/// first, until the claim is met. Without a share there is only the lien.
pub(crate) fn bound<O: Copy>(
    legs: &[Leg<O>],
    shares: &[SecuredShare],
    claim_fen: i64,
) -> Vec<Leg<O>> {
    let (mut left, mut bound) = (claim_fen, Vec::new());
    for share in [SecuredShare::Township, SecuredShare::Treasury] {
        for leg in legs.iter().filter(|leg| leg.share == share && shares.contains(&share)) {
            let fen = leg.fen.min(left);
            if fen > 0 {
                bound.push(Leg { fen, ..*leg });
                left -= fen;
            }
        }
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r44_the_lender_gets_the_shares_that_secure_the_loan_up_to_its_claim() {
        let township = Leg { organisation: 1, share: SecuredShare::Township, fen: 200 };
        let treasury = Leg { organisation: 2, share: SecuredShare::Treasury, fen: 700 };
        let legs = [treasury, township];
        let all = [SecuredShare::Township, SecuredShare::Treasury];
        let fens = |shares: &[SecuredShare], claim: i64| -> Vec<(i32, i64)> {
            bound(&legs, shares, claim).iter().map(|leg| (leg.organisation, leg.fen)).collect()
        };
        assert_eq!(fens(&all, 1_000), [(1, 200), (2, 700)]);
        assert_eq!(fens(&all, 300), [(1, 200), (2, 100)]);
        assert_eq!(fens(&all, 200), [(1, 200)]);
        assert_eq!(fens(&[SecuredShare::Township], 1_000), [(1, 200)]);
        assert_eq!(fens(&[SecuredShare::Treasury], 1_000), [(2, 700)]);
        assert_eq!(fens(&[], 1_000), []);
    }
}
