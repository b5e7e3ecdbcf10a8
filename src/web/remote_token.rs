//! What only we can have written: the address of a remote picture, and that a person asked for them (`A-06`, `P-01`).
//!
//! Both are a time, a signature and, for a picture, its address. They end within the hour, and hold for one person and
//! one message.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::store::{ServerKey, unix_now};

/// Ends are multiples of this, in seconds: a page that is drawn again has the same addresses, and a browser finds its
/// pictures again.
const STEP: i64 = 30 * 60;
/// Octets of the signature: as many as nobody guesses.
const SIGNATURE: usize = 16;

/// For the picture at `url`, in this message (by its path) of this person.
pub(super) fn picture(url: &str, message: &str, user: &str, key: &ServerKey) -> String {
    write("remote picture", &[user, message, url], url, ends(unix_now()), key)
}

/// The picture's address, if we signed it for this message and person less than an hour ago.
pub(super) fn read_picture(token: &str, message: &str, user: &str, key: &ServerKey) -> Option<String> {
    let (url, read) = parse(token)?;
    holds("remote picture", &[user, message, &url], &read, unix_now(), key).then_some(url)
}

/// That the pictures of this message are to be shown in this session.
pub(super) fn show(message: &str, session: &[u8; 32], key: &ServerKey) -> String {
    let session = URL_SAFE_NO_PAD.encode(session);
    write("show remote pictures", &[&session, message], "", ends(unix_now()), key)
}

/// Whether we signed that, less than an hour ago.
pub(super) fn is_shown(token: &str, message: &str, session: &[u8; 32], key: &ServerKey) -> bool {
    let session = URL_SAFE_NO_PAD.encode(session);
    parse(token).is_some_and(|(rest, read)| {
        rest.is_empty() && holds("show remote pictures", &[&session, message], &read, unix_now(), key)
    })
}

/// Between half an hour and an hour from `now`.
fn ends(now: i64) -> i64 {
    (now.div_euclid(STEP) + 2) * STEP
}

/// When it ends, and its signature.
struct Read {
    ends: i64,
    signature: [u8; SIGNATURE],
}

fn write(purpose: &str, about: &[&str], rest: &str, ends: i64, key: &ServerKey) -> String {
    let signature = sign(purpose, about, ends, key);
    URL_SAFE_NO_PAD.encode([&ends.to_be_bytes()[..], &signature, rest.as_bytes()].concat())
}

fn parse(token: &str) -> Option<(String, Read)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (ends, rest) = bytes.split_first_chunk()?;
    let (signature, rest) = rest.split_first_chunk()?;
    let rest = String::from_utf8(rest.to_vec()).ok()?;
    Some((rest, Read { ends: i64::from_be_bytes(*ends), signature: *signature }))
}

fn holds(purpose: &str, about: &[&str], read: &Read, now: i64, key: &ServerKey) -> bool {
    use subtle::ConstantTimeEq;
    bool::from(sign(purpose, about, read.ends, key).ct_eq(&read.signature)) && now < read.ends
}

/// Each text with its length before it: no two lists of texts are signed alike.
fn sign(purpose: &str, about: &[&str], ends: i64, key: &ServerKey) -> [u8; SIGNATURE] {
    let mut data = ends.to_be_bytes().to_vec();
    for text in about {
        data.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        data.extend_from_slice(text.as_bytes());
    }
    let whole = key.sign(purpose, &data);
    whole.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://a.example/x.png?y=1";
    const HERE: &str = "/webmail/message/INBOX/7/42";

    fn key() -> ServerKey {
        let folder = tempfile::tempdir().unwrap();
        ServerKey::open_or_make(&folder.path().join("secret")).unwrap()
    }

    #[test]
    fn a_picture_is_for_one_person_and_one_message_and_not_a_letter_may_change() {
        // A-06, P-01
        let key = key();
        let token = picture(URL, HERE, "ann", &key);
        assert_eq!(read_picture(&token, HERE, "ann", &key).as_deref(), Some(URL));
        assert_eq!(picture(URL, HERE, "ann", &key), token, "the same address on the same page");
        assert_eq!(read_picture(&token, HERE, "bob", &key), None);
        assert_eq!(read_picture(&token, "/webmail/message/INBOX/7/43", "ann", &key), None);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(read_picture(std::str::from_utf8(&changed).unwrap(), HERE, "ann", &key), None, "letter {at}");
        }
        for wrong in ["", "AAAA", &token[1..], &token[..token.len() - 1], &format!("{token}AA"), "not base64"] {
            assert_eq!(read_picture(wrong, HERE, "ann", &key), None, "{wrong}");
        }
        assert_eq!(read_picture(&token, HERE, "ann", &self::key()), None);
    }

    #[test]
    fn it_ends_within_the_hour() {
        let key = key();
        for now in [1_795_000_000, 1_795_001_799, 1_795_001_800] {
            let lasts = ends(now) - now;
            assert!((STEP..=2 * STEP).contains(&lasts), "{lasts}");
            let read = Read { ends: ends(now), signature: sign("x", &["y"], ends(now), &key) };
            assert!(holds("x", &["y"], &read, now + lasts - 1, &key) && !holds("x", &["y"], &read, now + lasts, &key));
            assert!(!holds("z", &["y"], &read, now, &key) && !holds("x", &["y", ""], &read, now, &key));
        }
    }

    #[test]
    fn that_pictures_are_shown_is_for_one_session_and_one_message() {
        let key = key();
        let token = show(HERE, &[1; 32], &key);
        assert!(is_shown(&token, HERE, &[1; 32], &key));
        assert!(!is_shown(&token, HERE, &[2; 32], &key) && !is_shown(&token, "/webmail/x", &[1; 32], &key));
        assert!(
            !is_shown(&picture("", HERE, "ann", &key), HERE, &[1; 32], &key) && !is_shown("", HERE, &[1; 32], &key)
        );
    }
}
