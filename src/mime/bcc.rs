//! `Bcc` (RFC 5322 3.6.3), and what only a draft needs: kept in one's own copy, gone from what goes out.

use std::borrow::Cow;

use memchr::memchr;

use super::build_header::{ABOUT, ASKS, SAVED_BY};

/// The message without its `Bcc` fields and without what only a draft needs, whatever their case and folds; every other octet stays (`I-07`).
pub fn without_bcc(message: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let (mut at, mut copied) = (0, 0);
    let mut inside = false;
    while at < message.len() {
        let rest = message.get(at..).unwrap_or_default();
        let line = rest.get(..memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)).unwrap_or(rest);
        if !matches!(line, [b' ' | b'\t', ..]) {
            let is_private = is_private(line);
            if is_private && !inside {
                kept.extend_from_slice(message.get(copied..at).unwrap_or_default());
            } else if inside && !is_private {
                copied = at;
            }
            inside = is_private;
            if line.trim_ascii().is_empty() {
                break; // the blank line: what follows is no header
            }
        }
        at += line.len();
    }
    if kept.is_empty() && copied == 0 && !inside {
        return Cow::Borrowed(message);
    }
    if !inside {
        kept.extend_from_slice(message.get(copied..).unwrap_or_default());
    }
    Cow::Owned(kept)
}

/// `Bcc`, and what a draft keeps for the one who writes it.
fn is_private(line: &[u8]) -> bool {
    let name = memchr(b':', line).and_then(|colon| line.get(..colon)).unwrap_or_default().trim_ascii();
    ["bcc", ASKS, ABOUT, SAVED_BY].iter().any(|private| name.eq_ignore_ascii_case(private.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exactly_the_field_goes() {
        for (message, expected) in [
            ("A: 1\r\nBcc: a@b\r\nC: 2\r\n\r\nBcc: text\r\n", "A: 1\r\nC: 2\r\n\r\nBcc: text\r\n"),
            ("bCC : a@b,\r\n c@d,\r\n\te@f\r\nC: 2\r\n\r\n", "C: 2\r\n\r\n"),
            ("A: 1\r\nBCC:\r\n\r\nx", "A: 1\r\n\r\nx"),
            ("A: 1\nBcc: a\nBcc: b\n c\nD: 2\nbcc: e\n\nx", "A: 1\nD: 2\n\nx"),
            ("A: 1\r\nX-Fernpost-Asks: delivery\r\n\r\nx", "A: 1\r\n\r\nx"),
            ("A: 1\r\nX-Fernpost-Saved-By: 7.1\r\n\r\nx", "A: 1\r\n\r\nx"),
            ("A: 1\r\nX-Fernpost-About: forwards 7 SU5CT1g\r\n 1 2\r\n\r\nx", "A: 1\r\n\r\nx"),
            ("Bcc: a", ""),
            ("A: 1\r\nBcc: a", "A: 1\r\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&without_bcc(message.as_bytes())), expected, "{message:?}"); // I-07
        }
        for kept in [
            "",
            "\r\nBcc: a@b",
            "A: 1\r\nX-Bcc: a\r\nBccs: b\r\nResent-Bcc: c\r\n\r\n",
            "Subject: x\r\n Bcc: y\r\n\r\n",
            "no colon\r\nA: bcc:\r\n\r\n",
        ] {
            assert!(matches!(without_bcc(kept.as_bytes()), Cow::Borrowed(same) if same == kept.as_bytes()), "{kept:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_goes(before in "((A|X|Bz)[a-z-]{0,5}: [a-z]{0,9}\r\n( [a-z]{1,9}\r\n)?){0,3}", folds in "( [a-z@,]{1,9}\r\n){0,3}",
            after in "([CDX][a-z-]{0,5}: [a-z]{0,9}\r\n){0,3}", body in "(\r\n[\\PC\r\n]{0,40})?") {
            let whole = format!("{before}Bcc: x\r\n{folds}{after}{body}");
            prop_assert_eq!(without_bcc(whole.as_bytes()).into_owned(), format!("{before}{after}{body}").into_bytes()); // I-07
        }
    }
}
