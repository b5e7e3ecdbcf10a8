//! How a message is signed or locked.

/// What was found. Nothing of it is checked or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// A signature by S/MIME (RFC 8551 3.5).
    SignedSmime,
    /// A signature by OpenPGP (RFC 3156 5, or in the text itself).
    SignedPgp,
    /// Locked by S/MIME (RFC 8551 3.3).
    LockedSmime,
    /// Locked by OpenPGP (RFC 3156 4, or in the text itself).
    LockedPgp,
}
