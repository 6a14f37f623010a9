//! What a lien keeps from being used (R44). Pure.

/// Credits are asked for that are under a lien until the lender releases them (R44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("R44: {available_m2} m² available, {pledged_m2} m² pledged; {asked_m2} m² were asked for")]
pub struct CreditsPledged {
    pub available_m2: i64,
    pub pledged_m2: i64,
    pub asked_m2: i64,
}

/// Refuses what is more than available where a lien holds a part of the rest. Where none does, the
/// caller says what is missing.
pub fn check_lien(
    asked_m2: i64,
    (available_m2, pledged_m2): (i64, i64),
) -> Result<(), CreditsPledged> {
    if asked_m2 > available_m2 && pledged_m2 > 0 {
        return Err(CreditsPledged { available_m2, pledged_m2, asked_m2 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r44_pledged_credits_are_not_there_to_be_used() {
        assert_eq!(check_lien(1_934, (1_934, 10_000)), Ok(()));
        assert_eq!(check_lien(5_000, (1_934, 0)), Ok(()), "the caller says it in its own words");
        let refused = check_lien(5_000, (1_934, 10_000)).map_err(|refused| refused.to_string());
        let told = "R44: 1934 m² available, 10000 m² pledged; 5000 m² were asked for";
        assert_eq!(refused, Err(told.to_owned()));
    }
}
