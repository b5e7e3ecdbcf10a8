//! The token in every form of a signed-in person (`C-01`).
//!
//! The session holds 32 random bytes. A form carries them masked with fresh random bytes, so that two copies of a
//! page have nothing in common that compression could betray (BREACH).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::store::{Error, random};

/// A form's token for this secret; another one each time.
pub(super) fn token(secret: &[u8; 32]) -> Result<String, Error> {
    let mask: [u8; 32] = random()?;
    Ok(URL_SAFE_NO_PAD.encode([mask, xor(&mask, secret)].concat()))
}

/// Whether the token was made of this secret.
pub(super) fn holds(token: &str, secret: &[u8; 32]) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((mask, masked)) = bytes.split_first_chunk::<32>() else { return false };
    let Ok(masked) = <&[u8; 32]>::try_from(masked) else { return false };
    xor(mask, masked).ct_eq(secret).into()
}

fn xor(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let mut mixed = *a;
    mixed.iter_mut().zip(b).for_each(|(byte, other)| *byte ^= other);
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_new_each_time_and_holds_for_its_secret_alone() {
        let secret: [u8; 32] = random().unwrap();
        let (first, second) = (token(&secret).unwrap(), token(&secret).unwrap());
        assert_ne!(first, second);
        assert!(holds(&first, &secret) && holds(&second, &secret));
        assert!(!holds(&first, &random().unwrap()));
        for wrong in ["", "AAAA", &first[1..], &format!("{first}AA"), "not base64!"] {
            assert!(!holds(wrong, &secret), "{wrong}"); // C-01
        }
    }
}
