//! What is sealed, and belongs to one column of one row: in another place it does not open (`S-07`).

use zeroize::Zeroizing;

use super::{Error, SealKey, ServerKey};

/// A row of somebody's.
#[derive(Debug, Clone, Copy)]
pub(super) struct SealedRow<'a> {
    /// What the seal is for: tables are kept apart by it.
    pub(super) purpose: &'static str,
    /// Keyed hash of whose it is.
    pub(super) whose: &'a [u8; 32],
    /// Which row of theirs.
    pub(super) which: &'a [u8],
}

impl SealedRow<'_> {
    /// Seals a text for this column.
    pub(super) fn seal(&self, text: &[u8], column: &str, key: &ServerKey) -> Result<Vec<u8>, Error> {
        self.key(key)?.seal(text, &self.context(column))
    }

    /// Opens what was sealed for it.
    pub(super) fn open(&self, sealed: &[u8], column: &str, key: &ServerKey) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.key(key)?.open(sealed, &self.context(column)).ok_or(Error::Damaged)
    }

    fn key(&self, key: &ServerKey) -> Result<SealKey, Error> {
        SealKey::from_bytes(&key.sign(self.purpose, self.whose)).ok_or(Error::Damaged)
    }

    fn context(&self, column: &str) -> Vec<u8> {
        [column.as_bytes(), self.whose, self.which].concat()
    }
}
