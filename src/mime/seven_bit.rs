//! Messages for servers without 8BITMIME (RFC 6152): what is 8-bit is encoded, wherever it stands.
//!
//! What [`super::build()`] makes needs it for attached messages alone, which it may not encode; what is sent once more may be
//! anything. The rest stays to the octet. Signatures over what was encoded do not survive that, as they would not survive a relay
//! that does the same.

use std::borrow::Cow;

use mail_builder::headers::HeaderType;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::text::Text;
use memchr::{memchr, memchr_iter};

use super::build_header::addresses;
use super::build_parts::base64_lines;
use super::header_field::{fields, header_length};
use super::structure::described;
use super::{address_list, content_type, header_write, transfer};

/// Parts inside each other that are looked into; deeper ones become octets.
const DEEPEST: usize = 50;
/// Octets of a line (RFC 5322 2.1.1).
const LONGEST_LINE: usize = 998;
/// Fields whose value is a list of addresses.
const OF_ADDRESSES: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "mail-followup-to",
    "disposition-notification-to",
    "return-path",
];

/// The message in 7-bit; itself, if it is that already. Its lines end in CRLF.
pub fn seven_bit(message: &[u8]) -> Cow<'_, [u8]> {
    if is_fit(message) { Cow::Borrowed(message) } else { Cow::Owned(entity(message, "text/plain", 0)) }
}

/// ASCII in lines that may be sent.
fn is_fit(octets: &[u8]) -> bool {
    let mut start = 0;
    let ends = memchr_iter(b'\n', octets).chain([octets.len()]);
    octets.is_ascii()
        && ends.map(|end| end.saturating_sub(std::mem::replace(&mut start, end))).all(|length| length <= LONGEST_LINE)
}

/// A message, or a part of one, with its header.
fn entity(octets: &[u8], default: &str, depth: usize) -> Vec<u8> {
    if is_fit(octets) {
        return octets.to_vec();
    }
    let (header, body) = octets.split_at_checked(header_length(octets)).unwrap_or((octets, b""));
    let told = described(header, default);
    let encoding = told.part.encoding.as_str();
    let is_open = depth < DEEPEST && !matches!(encoding, "base64" | "quoted-printable");
    let (body, encoding) = match told.boundary {
        Some(boundary) if is_open && boundary.is_ascii() && told.part.is_a("multipart") => {
            let default = if told.part.media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
            (parts(body, &boundary, default, depth), Some("7bit"))
        }
        _ if is_open && told.part.media_type == "message/rfc822" => {
            (entity(body, "text/plain", depth + 1), Some("7bit"))
        }
        _ if is_fit(body) => (body.to_vec(), None),
        _ => (base64_lines(&transfer::decode(encoding, body)).into_bytes(), Some("base64")),
    };
    let mut out = fit_header(header, encoding);
    out.extend_from_slice(&body);
    out
}

/// The parts between the delimiters; what stands before and behind them says nothing.
fn parts(body: &[u8], boundary: &str, default: &str, depth: usize) -> Vec<u8> {
    let delimiter = format!("--{boundary}");
    let mut out = Vec::with_capacity(body.len() + body.len() / 2);
    let (mut at, mut open): (usize, Option<usize>) = (0, None);
    let close = |out: &mut Vec<u8>, open: Option<usize>, end: usize| {
        if let Some(start) = open {
            let part = body.get(start..end.max(start)).unwrap_or_default();
            // the line end before a delimiter belongs to it (RFC 2046 5.1.1)
            let part = part.strip_suffix(b"\n").map_or(part, |part| part.strip_suffix(b"\r").unwrap_or(part));
            out.extend(entity(part, default, depth + 1));
            out.extend_from_slice(b"\r\n");
        }
    };
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let line = rest.get(..memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)).unwrap_or(rest);
        let behind = line.strip_prefix(delimiter.as_bytes()).map(<[u8]>::trim_ascii);
        if let Some(behind @ (b"" | b"--")) = behind {
            close(&mut out, open.take(), at);
            out.extend_from_slice(delimiter.as_bytes());
            out.extend_from_slice(behind);
            out.extend_from_slice(b"\r\n");
            if behind == b"--" {
                return out;
            }
            open = Some(at + line.len());
        }
        at += line.len();
    }
    close(&mut out, open, body.len());
    out.extend_from_slice(format!("{delimiter}--\r\n").as_bytes());
    out
}

/// The header with everything encoded that has to be, and with this transfer encoding.
fn fit_header(header: &[u8], encoding: Option<&str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(header.len() + 100);
    let mut at = 0;
    while at < header.len() {
        let rest = header.get(at..).unwrap_or_default();
        let mut length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        while matches!(rest.get(length), Some(b' ' | b'\t')) {
            let more = rest.get(length..).unwrap_or_default();
            length += memchr(b'\n', more).map_or(more.len(), |end| end + 1);
        }
        let whole = rest.get(..length).unwrap_or(rest);
        at += length;
        match fields(whole).next() {
            Some(field) if encoding.is_some() && field.is("content-transfer-encoding") => {}
            Some(field) if !is_fit(whole) => {
                let name = String::from_utf8_lossy(field.name).into_owned();
                header_write::write(&mut out, &name, rewritten(&name, &field.unfolded(None)));
            }
            Some(_) => out.extend_from_slice(whole),
            // the empty line, and lines that are no fields
            None if whole.trim_ascii().is_empty() => break,
            None => out.extend(whole.iter().filter(|byte| byte.is_ascii())),
        }
    }
    header_write::write(&mut out, "Content-Transfer-Encoding", encoding.map(super::build_header::raw));
    out.extend_from_slice(b"\r\n");
    out
}

fn rewritten(name: &str, value: &str) -> Option<HeaderType<'static>> {
    let name = name.to_ascii_lowercase();
    if OF_ADDRESSES.contains(&name.as_str()) {
        return addresses(&address_list::parse(value));
    }
    if matches!(name.as_str(), "content-type" | "content-disposition") {
        let (kind, params) = content_type::parse(value);
        let ascii = |text: String| text.chars().filter(char::is_ascii_graphic).collect::<String>();
        let mut typed = ContentType::new(ascii(kind));
        for (key, value) in params {
            typed = typed.attribute(ascii(key), value);
        }
        return Some(typed.into());
    }
    Some(Text::new(super::encoded_word::decode(value).into_owned()).into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{envelope, structure, text};
    use super::*;

    /// The texts of a message, one after the other.
    fn texts(message: &[u8]) -> Vec<String> {
        let parsed = structure(message);
        let leaves = parsed.part.walk().filter(|part| part.is_a("text"));
        leaves.map(|part| text(part, &message[parsed.ranges[&part.path].clone()])).collect()
    }

    #[test]
    fn what_is_eight_bit_is_encoded_and_says_the_same() {
        let inner = "Content-Type: multipart/alternative; boundary=i\r\nFrom: Jörg <j@b>\r\nSubject: Grüße\r\nX: a\r\n\r\npreamble é\r\n\
            --i\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nhé\r\n--i\r\nContent-Type: text/html\r\n\r\nplain\r\n--i--\r\n";
        let whole = format!(
            "Subject: outer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"o\"\r\n\r\n--o\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             ascii\r\n--o\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: attachment; filename=\"ü.eml\"\r\n\r\n{inner}\r\n--o--\r\n"
        );
        let fit = seven_bit(whole.as_bytes());
        assert!(fit.is_ascii(), "{}", String::from_utf8_lossy(&fit)); // R-37
        assert_eq!(texts(&fit), texts(whole.as_bytes()));
        assert_eq!(texts(&fit), ["ascii", "hé", "plain"]);
        let (was, is) = (structure(whole.as_bytes()), structure(&fit));
        let names =
            |parsed: &super::super::Parsed| super::super::file_name(parsed.part.find(&"2".parse().unwrap()).unwrap());
        assert_eq!((names(&is).as_str(), names(&is)), ("ü.eml", names(&was)));
        let header = |message: &[u8], parsed: &super::super::Parsed| {
            envelope(&message[parsed.headers[&"2".parse().unwrap()].clone()])
        };
        assert_eq!(header(&fit, &is), header(whole.as_bytes(), &was));
        assert_eq!(is.part.find(&"2".parse().unwrap()).unwrap().encoding, "7bit"); // RFC 2046 5.2.1
    }

    #[test]
    fn what_is_seven_bit_stays_to_the_octet() {
        for fit in ["A: b\r\n\r\nplain\r\n", "", "A: b"] {
            assert!(matches!(seven_bit(fit.as_bytes()), Cow::Borrowed(same) if same == fit.as_bytes()));
        }
        let long = format!("A: b\r\n\r\n{}\r\n", "x".repeat(1_200));
        let fit = seven_bit(long.as_bytes());
        assert!(is_fit(&fit), "{}", String::from_utf8_lossy(&fit)); // I-06
        assert_eq!(texts(&fit), [format!("{}\n", "x".repeat(1_200))]);
    }

    #[test]
    fn deep_messages_end() {
        let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000) + "é";
        assert!(seven_bit(deep.as_bytes()).is_ascii()); // D-05
    }

    proptest! {
        #[test]
        fn whatever_comes_is_made_fit(pieces in proptest::collection::vec(
            "--b|--b--|\r\n|\n|Content-Type: multipart/mixed; boundary=b|Content-Type: message/rfc822|From: é <a@b>|[é:a-z ]{0,9}|Content-Transfer-Encoding: 8bit", 0..30,
        )) {
            prop_assert!(seven_bit(pieces.concat().as_bytes()).is_ascii());
        }
    }
}
