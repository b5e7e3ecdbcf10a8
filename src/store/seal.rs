//! Sealing: what only the holder of a key can read again.
//!
//! A password is kept sealed with a key that exists in the browser's cookie and nowhere else, so a copy of the
//! database and of the server's files opens nothing (`S-01`).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{Error, random};

/// Octets of the nonce that stands before each sealed text.
const NONCE: usize = 24;

/// A 256-bit key for XChaCha20-Poly1305; wiped when dropped.
pub struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// A fresh key.
    pub fn new() -> Result<Self, Error> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// The key of these bytes; `None` unless there are 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The key itself, for the cookie that is its only home.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `text`; it opens again only with this key and the same `context`.
    pub fn seal(&self, text: &[u8], context: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = random()?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let payload = Payload { msg: text, aad: context };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed; `None` for another key, another context or changed bytes (`S-07`).
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let payload = Payload { msg: text, aad: context };
        cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_with_the_same_key_and_context() {
        let key = SealKey::new().unwrap();
        let sealed = key.seal(b"hunter2", b"ann").unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        assert_eq!(key.open(&sealed, b"ann").unwrap().as_slice(), b"hunter2");
    }

    #[test]
    fn another_key_another_context_or_a_changed_byte_opens_nothing() {
        let key = SealKey::new().unwrap();
        let sealed = key.seal(b"hunter2", b"ann").unwrap();
        assert!(SealKey::new().unwrap().open(&sealed, b"ann").is_none()); // S-01
        assert!(key.open(&sealed, b"bob").is_none()); // S-07
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&changed, b"ann").is_none(), "byte {at}"); // S-07
        }
        assert!(key.open(&sealed[..NONCE - 1], b"ann").is_none());
    }

    #[test]
    fn two_keys_are_never_the_same() {
        assert_ne!(SealKey::new().unwrap().expose(), SealKey::new().unwrap().expose()); // S-06
    }
}
