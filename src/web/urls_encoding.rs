//! Names as addresses have them: mailboxes, messages, and whatever else somebody typed.

use std::fmt::Write as _;

use crate::mail::{MailboxName, MessageRef};

/// A message as fields and queries name it: `INBOX/7/42`, its mailbox written as in a path.
pub(super) fn message_path(message: &MessageRef) -> String {
    format!("{}/{}/{}", encode_mailbox(&message.mailbox), message.uid_validity, message.uid)
}

/// Reads what [`message_path`] writes, and only that.
pub(super) fn read_message_path(text: &str) -> Option<MessageRef> {
    let mut segments = text.split('/');
    let message = MessageRef {
        mailbox: decode_mailbox(segments.next()?)?,
        uid_validity: segments.next()?.parse().ok()?,
        uid: segments.next()?.parse().ok()?,
    };
    segments.next().is_none().then_some(message)
}

/// A mailbox's name in a path: every byte outside `A–Z a–z 0–9 - _ .` is `~XX`, and so are the dots of a name of only
/// dots. No proxy rewrites unreserved characters; `%2F` and `..` get rewritten by many.
pub(super) fn encode_mailbox(mailbox: &MailboxName) -> String {
    let name = mailbox.as_str();
    let only_dots = name.bytes().all(|byte| byte == b'.');
    let mut encoded = String::with_capacity(name.len() + 8);
    for byte in name.bytes() {
        match byte {
            b'.' if only_dots => encoded.push_str("~2E"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "~{byte:02X}");
            }
        }
    }
    encoded
}

/// Reads what [`encode_mailbox`] writes, and only that: a mailbox has one address.
pub(super) fn decode_mailbox(encoded: &str) -> Option<MailboxName> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'~' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => bytes.push(byte),
            _ => return None,
        }
    }
    let name = MailboxName::new(std::str::from_utf8(&bytes).ok()?).ok()?;
    // "~41" would be a second address of "A"; INBOX alone may be written in any case
    (name.is_inbox() || encode_mailbox(&name) == encoded).then_some(name)
}

/// Percent-encodes all but unreserved characters (RFC 3986 2.3).
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_one_address_and_comes_back_from_it() {
        for (name, address) in [
            ("A/B", "A~2FB"),
            ("Ä & Ö", "~C3~84~20~26~20~C3~96"),
            ("100%", "100~25"),
            ("%2F", "~252F"),
            ("a+b", "a~2Bb"),
            ("..", "~2E~2E"),
            (".", "~2E"),
            ("a..b", "a..b"),
            ("~", "~7E"),
            ("Work/Kunden", "Work~2FKunden"),
            ("写真", "~E5~86~99~E7~9C~9F"),
        ] {
            let mailbox = MailboxName::new(name).unwrap();
            assert_eq!(encode_mailbox(&mailbox), address);
            assert_eq!(decode_mailbox(address).as_ref(), Some(&mailbox), "{address}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_mailbox_is_refused() {
        // C-09
        for wrong in ["", "~", "~4", "~41", "~zz", "a/b", "a b", "%41", "~FF", "~00", "~2e~2e", "..", "a~+1", "é"] {
            assert_eq!(decode_mailbox(wrong), None, "{wrong:?}");
        }
        assert_eq!(decode_mailbox("inbox"), Some(MailboxName::inbox()));
    }

    #[test]
    fn a_message_comes_back_from_its_path() {
        let message = MessageRef {
            mailbox: MailboxName::new("Work/Kunden").unwrap(),
            uid_validity: "7".parse().unwrap(),
            uid: "42".parse().unwrap(),
        };
        assert_eq!(message_path(&message), "Work~2FKunden/7/42");
        assert_eq!(read_message_path("Work~2FKunden/7/42"), Some(message));
        for wrong in ["", "INBOX", "INBOX/7", "INBOX/0/42", "INBOX/7/42/1", "a b/7/42", "INBOX/7/x"] {
            assert_eq!(read_message_path(wrong), None, "{wrong}"); // C-09
        }
    }
}
