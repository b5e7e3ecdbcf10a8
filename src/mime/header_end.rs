//! Where a header ends, with the blank line that belongs there and without.

use memchr::memchr;

use super::header_field::split;

/// Octets up to where the text begins: behind the blank line, whatever the line ends are; or at the first line that is
/// neither a field nor the rest of one, if no field follows that header blocks are known to have.
///
/// Before a blank line such lines must have words to be text: a long field that was broken without a blank is no letter.
pub(super) fn header_end(octets: &[u8]) -> usize {
    let mut stray = None;
    let mut at = 0;
    while let Some(line) = octets.get(at..).filter(|rest| !rest.is_empty()) {
        let length = memchr(b'\n', line).map_or(line.len(), |end| end + 1);
        let line = line.get(..length).unwrap_or_default();
        if matches!(line, [ends @ .., b'\n'] if ends.iter().all(|byte| *byte == b'\r')) {
            let has_words = |from: &usize| {
                let lines = octets.get(*from..at).unwrap_or_default().split(|byte| *byte == b'\n');
                lines.into_iter().any(|line| line.trim_ascii().contains(&b' '))
            };
            return stray.filter(has_words).unwrap_or(at + length);
        }
        let is_fold = at > 0 && matches!(line, [b' ' | b'\t', ..]);
        let is_postmark = at == 0 && (line.starts_with(b"From ") || line.starts_with(b">From "));
        match split(line) {
            _ if is_fold || is_postmark => {}
            Some(field) if is_of_a_header(field.name) => stray = None,
            Some(_) => {}
            None => stray = stray.or(Some(at)),
        }
        at += length;
    }
    stray.unwrap_or(octets.len())
}

/// Whether text stands in what a server took for a header, or behind it.
pub fn hides_text(header: &[u8]) -> bool {
    memchr(b'\n', header).is_some()
        && header.get(header_end(header)..).is_some_and(|rest| !rest.trim_ascii().is_empty())
}

/// Whether a name is one that fields have and lines of a letter have not (`Note: …`).
fn is_of_a_header(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let families: [&[u8]; 9] =
        [b"x-", b"content-", b"list-", b"resent-", b"received", b"arc-", b"dkim-", b"thread-", b"authentication-"];
    families.iter().any(|family| name.starts_with(family))
        || matches!(
            name.as_slice(),
            b"from"
                | b"to"
                | b"cc"
                | b"bcc"
                | b"date"
                | b"subject"
                | b"sender"
                | b"reply-to"
                | b"message-id"
                | b"in-reply-to"
                | b"references"
                | b"mime-version"
                | b"return-path"
                | b"delivered-to"
                | b"user-agent"
                | b"auto-submitted"
                | b"precedence"
                | b"importance"
                | b"priority"
                | b"organization"
                | b"errors-to"
                | b"feedback-id"
                | b"keywords"
                | b"comments"
                | b"envelope-to"
                | b"mailing-list"
                | b"disposition-notification-to"
                | b"return-receipt-to"
                | b"apparently-to"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(message: &str) -> &str {
        message.get(header_end(message.as_bytes())..).unwrap()
    }

    #[test]
    fn a_blank_line_ends_a_header_whatever_its_line_ends() {
        assert_eq!(text("A: 1\r\nB: 2\r\n\r\ntext\r\n\r\nmore"), "text\r\n\r\nmore");
        assert_eq!(text("A: 1\n\ntext"), "text");
        assert_eq!(text("A: 1\r\r\n\r\r\ntext\r\r\n"), "text\r\r\n");
        assert_eq!(text("\r\ntext: x"), "text: x");
        assert_eq!(text("A: 1\r\nB: 2"), "");
        assert_eq!(text(""), "");
    }

    #[test]
    fn without_one_the_first_line_that_is_no_field_does() {
        assert_eq!(text("Subject: x\nHello Ben,\nhow are you: fine\nbye"), "Hello Ben,\nhow are you: fine\nbye");
        assert_eq!(text("Subject: x\nDear Ben,\nNote: y\n\nSecond"), "Dear Ben,\nNote: y\n\nSecond");
        assert_eq!(text("Subject: x\n  \nWords behind it"), "Words behind it");
        assert_eq!(text("Text at once\nmore"), "Text at once\nmore");
        assert_eq!(text(" -- bb\nfinish"), " -- bb\nfinish");
    }

    #[test]
    fn a_line_among_fields_ends_nothing() {
        assert_eq!(text("Subject: x\nno colon here\nX-After: y\n\ntext"), "text");
        assert_eq!(text("From ann@x Tue Jan 13 09:30:00 2026\nA: 1\n\ntext"), "text");
        assert_eq!(text("Subject: x\nb=brokenwithoutblank\n\ntext"), "text");
    }

    #[test]
    fn text_that_a_server_took_for_a_header_is_seen() {
        assert!(hides_text(b"Subject: x\r\nHello Ben,\r\n"));
        assert!(hides_text(b"Subject: x\r\r\n\r\r\ntext\r\r\n"));
        assert!(!hides_text(b"Subject: x\r\nY: z\r\n\r\n"));
        assert!(!hides_text(b"") && !hides_text(b"Subject: x\rtext"));
    }

    #[test]
    fn hostile_headers_cost_linear_time() {
        for piece in ["x\n", " \n", "a:\n", "x y\n", "\r", "From:\nx\n"] {
            let header = piece.repeat(1_000_000 / piece.len());
            let (_, spent) = crate::spent::spent(|| header_end(header.as_bytes()));
            assert!(spent.as_secs() < 3, "{piece:?} took {spent:?}"); // D-04
        }
    }
}
