//! The server's own key: signs tokens, hashes names. Made at first start, kept in a file that only we may read.
//!
//! It never encrypts a password: see [`super::SealKey`].

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Error, random};

/// A file with fewer bytes than this holds no key of ours.
const LEAST: usize = 32;

/// The key of the secret file. All uses are kept apart by a purpose.
pub struct ServerKey(Zeroizing<Vec<u8>>);

impl ServerKey {
    /// Reads the file, or makes it with 64 random bytes and mode 0600.
    pub fn open_or_make(path: &Path) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::File { path: path.to_owned(), what: error.to_string() };
        match fs::read(path) {
            Ok(bytes) if bytes.len() >= LEAST => Ok(Self(Zeroizing::new(bytes))),
            Ok(_) => Err(Error::File { path: path.to_owned(), what: "holds fewer than 32 bytes".to_owned() }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let bytes: [u8; 64] = random()?;
                let mut file = private_file(path).map_err(failed)?;
                file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
                Ok(Self(Zeroizing::new(bytes.to_vec())))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// HMAC-SHA-256 of `data` for this purpose.
    pub fn sign(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.mac(purpose, data).map_or([0; 32], |mac| mac.finalize().into_bytes().into())
    }

    /// Whether `signature` is [`Self::sign`] of the same; in constant time.
    pub fn verify(&self, purpose: &str, data: &[u8], signature: &[u8]) -> bool {
        self.mac(purpose, data).is_some_and(|mac| mac.verify_slice(signature).is_ok())
    }

    /// A key for one purpose alone, of which nobody finds out this one.
    pub(super) fn derived(&self, purpose: &str) -> Self {
        Self(Zeroizing::new(self.sign("a key of its own", purpose.as_bytes()).to_vec()))
    }

    // HMAC takes a key of any length: `None` never happens, and if it did, nothing would verify.
    fn mac(&self, purpose: &str, data: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(data);
        Some(mac)
    }
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

/// A new file that only we may read.
pub(super) fn private_file(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fernpost.secret");
        let first = ServerKey::open_or_make(&path).unwrap();
        let again = ServerKey::open_or_make(&path).unwrap();
        assert_eq!(first.sign("a", b"x"), again.sign("a", b"x"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_signature_holds_for_one_purpose_and_one_text() {
        let folder = tempfile::tempdir().unwrap();
        let key = ServerKey::open_or_make(&folder.path().join("secret")).unwrap();
        let signature = key.sign("login", b"x");
        assert!(key.verify("login", b"x", &signature));
        assert!(!key.verify("flash", b"x", &signature));
        assert!(!key.verify("login", b"y", &signature));
        assert!(!key.verify("login", b"x", &signature[..16]));
    }

    #[test]
    fn a_file_that_is_too_short_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "short").unwrap();
        assert!(matches!(ServerKey::open_or_make(&path), Err(Error::File { .. })));
    }
}
