//! Which signatures and locks a message has, by its parts. Nothing is checked here.

use super::containers::OPENED;
use super::reading::MOST;
use crate::mail::{Part, PartKind, Seal};

/// The seals of a message, each kind once; not those of messages inside it.
pub fn seals(top: &Part) -> Vec<Seal> {
    let mut found = Vec::new();
    let mut waiting = vec![top];
    let mut seen = 0;
    while let Some(part) = waiting.pop() {
        seen += 1;
        if seen > MOST {
            break;
        }
        if let Some(seal) = seal(part).filter(|seal| !found.contains(seal)) {
            found.push(seal);
        }
        if let PartKind::Multipart(parts) = &part.kind {
            // of an opened container what is in it counts, not its wrapper
            let from = usize::from(part.media_type == OPENED);
            waiting.extend(parts.iter().skip(from).rev());
        }
    }
    found
}

fn seal(part: &Part) -> Option<Seal> {
    let says = |name: &str, word: &str| part.param(name).is_some_and(|value| value.to_ascii_lowercase().contains(word));
    let has = |media_type: &str| part.children().iter().any(|inner| inner.media_type == media_type);
    match part.media_type.as_str() {
        "multipart/signed" if says("protocol", "pgp") || has("application/pgp-signature") => Some(Seal::SignedPgp),
        "multipart/signed"
            if says("protocol", "pkcs7")
                || has("application/pkcs7-signature")
                || has("application/x-pkcs7-signature") =>
        {
            Some(Seal::SignedSmime)
        }
        "multipart/encrypted" if says("protocol", "pgp") => Some(Seal::LockedPgp),
        // Exchange makes multipart/mixed of a multipart/encrypted (2019)
        "application/pgp-encrypted" => Some(Seal::LockedPgp),
        OPENED if part.children().first().is_some_and(|part| part.media_type.ends_with("pkcs7-mime")) => {
            Some(Seal::SignedSmime)
        }
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            if says("smime-type", "signed") {
                Some(Seal::SignedSmime)
            } else if says("smime-type", "certs-only") || says("smime-type", "compressed") {
                None
            } else {
                Some(Seal::LockedSmime)
            }
        }
        _ => None,
    }
}

/// The seal that stands in a text itself (RFC 9580 6.2, 7).
pub fn seal_of_text(text: &str) -> Option<Seal> {
    let marks = |mark: &str| text.starts_with(mark) || text.contains(&format!("\n{mark}"));
    if marks("-----BEGIN PGP MESSAGE-----") {
        Some(Seal::LockedPgp)
    } else if marks("-----BEGIN PGP SIGNED MESSAGE-----") && marks("-----BEGIN PGP SIGNATURE-----") {
        Some(Seal::SignedPgp)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> Vec<Seal> {
        seals(&super::super::structure(message.as_bytes()).part)
    }

    #[test]
    fn signatures_and_locks_are_known_by_their_parts() {
        let signed = |protocol: &str, media_type: &str| {
            of(&format!(
                "Content-Type: multipart/signed; boundary=b{protocol}\r\n\r\n--b\r\n\r\nText\r\n\
                 --b\r\nContent-Type: {media_type}\r\n\r\nx\r\n--b--\r\n"
            ))
        };
        assert_eq!(signed("; protocol=\"application/pkcs7-signature\"", "x/y"), [Seal::SignedSmime]);
        assert_eq!(signed("", "application/x-pkcs7-signature"), [Seal::SignedSmime]);
        assert_eq!(signed("; protocol=\"application/PGP-signature\"", "x/y"), [Seal::SignedPgp]);
        assert_eq!(signed("", "text/plain"), []);
        assert_eq!(of("Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nx"), [Seal::LockedSmime]);
        assert_eq!(of("Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n\r\nx"), []);
        let locked = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n\
            Version: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n";
        assert_eq!(of(locked), [Seal::LockedPgp]);
    }

    #[test]
    fn seals_in_a_text_stand_at_the_start_of_a_line() {
        assert_eq!(seal_of_text("Hi\n-----BEGIN PGP MESSAGE-----\n\nabc"), Some(Seal::LockedPgp));
        let signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi\n-----BEGIN PGP SIGNATURE-----\n";
        assert_eq!(seal_of_text(signed), Some(Seal::SignedPgp));
        assert_eq!(seal_of_text("> -----BEGIN PGP MESSAGE-----\n"), None);
    }
}
