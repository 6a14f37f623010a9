//! The unified social credit code: 18 places, of which the last checks the whole (GB 32100-2015)
//! and places 9 to 17 are an organisation code with a check place of its own (GB 11714-1997).

/// Why a text is no unified social credit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAUscc {
    #[error("a unified social credit code has 18 places, this one {0}")]
    Length(usize),
    #[error("{0:?} does not occur in a unified social credit code")]
    Character(char),
    #[error("places 3 to 8 name a region and are digits")]
    Region,
    #[error("the organisation code in places 9 to 17 does not check (GB 11714)")]
    OrganisationCode,
    #[error("the check character in place 18 does not fit (GB 32100)")]
    CheckCharacter,
}

/// Digits and capital letters without I, O, S, V, Z, which are too easily misread.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Powers of 3 modulo 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Checks both check characters.
pub(super) fn check_uscc(code: &str) -> Result<(), NotAUscc> {
    let places: Vec<char> = code.chars().collect();
    if places.len() != 18 {
        return Err(NotAUscc::Length(places.len()));
    }
    let mut sum = 0;
    for (place, weight) in places.iter().zip(WEIGHTS) {
        sum += value(*place)? * weight;
    }
    if !places.iter().skip(2).take(6).all(char::is_ascii_digit) {
        return Err(NotAUscc::Region);
    }
    if !is_organisation_code(places.iter().skip(8).take(9)) {
        return Err(NotAUscc::OrganisationCode);
    }
    let last = places.last().map_or(Err(NotAUscc::Length(0)), |last| value(*last))?;
    if last == (31 - sum % 31) % 31 { Ok(()) } else { Err(NotAUscc::CheckCharacter) }
}

/// The place of a character in the alphabet.
fn value(character: char) -> Result<u32, NotAUscc> {
    let found = (0..).zip(ALPHABET.chars()).find(|(_, known)| *known == character);
    found.map(|(value, _)| value).ok_or(NotAUscc::Character(character))
}

/// Eight digits or letters and a check place; here A is 10 and Z is 35.
fn is_organisation_code<'a>(places: impl Iterator<Item = &'a char> + Clone) -> bool {
    let values = places.clone().map(|place| place.to_digit(36).unwrap_or(0));
    let sum: u32 = values.zip(ORGANISATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('?'),
    };
    places.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_with_both_check_characters_are_taken() {
        for code in [
            "12360124DEM000014K",
            "11360124DEM000022H",
            "11360124DEM000030C",
            "12360124DEM0001022",
            "11360124DEM000129W",
            "91360124DEM001017Y",
            "91360121DEM001025E",
            "91361129DEM0010339",
            "91360100DEM00201XH",
            "91360100DEM0050186",
        ] {
            assert_eq!(check_uscc(code), Ok(()), "{code}");
        }
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        let right = "91360124DEM001017Y";
        for at in 0..right.len() {
            for other in ALPHABET.chars().filter(|c| Some(*c) != right.chars().nth(at)) {
                let wrong: String = right
                    .chars()
                    .enumerate()
                    .map(|(n, c)| if n == at { other } else { c })
                    .collect();
                assert!(check_uscc(&wrong).is_err(), "{wrong} was taken");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (code, expected) in [
            ("", NotAUscc::Length(0)),
            ("91360124DEM001017", NotAUscc::Length(17)),
            ("91360124DEM001017O", NotAUscc::Character('O')),
            ("91360124dem001017Y", NotAUscc::Character('d')),
            ("9136012ADEM001017Y", NotAUscc::Region),
            ("91360124DEM001018Y", NotAUscc::OrganisationCode),
            ("91360124DEM001017X", NotAUscc::CheckCharacter),
        ] {
            assert_eq!(check_uscc(code), Err(expected), "{code}");
        }
    }
}
