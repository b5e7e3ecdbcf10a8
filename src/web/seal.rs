//! What is said of signatures and locks, none of which is checked or opened here.

use super::locale::Locale;
use crate::account::Explained;
use crate::mail::Seal;

/// A sentence for each, and whether it keeps the text from being read.
pub(super) fn sentences(explained: &Explained, locale: &Locale) -> Vec<(String, bool)> {
    let sentence = |seal: &Seal| {
        let (key, locked) = match seal {
            Seal::SignedSmime => ("seal-signed-smime", false),
            Seal::SignedPgp => ("seal-signed-pgp", false),
            Seal::LockedSmime => ("seal-locked-smime", true),
            Seal::LockedPgp => ("seal-locked-pgp", true),
        };
        (locale.text(key).to_owned(), locked)
    };
    explained.seals.iter().map(sentence).collect()
}
