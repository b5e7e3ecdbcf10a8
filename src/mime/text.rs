//! Text parts as text.

use super::usage::{Use, usage_of_type};
use super::{charset, flowed, parameter, transfer};
use crate::mail::{Part, UntrustedHtml};

/// The text of a part: transfer encoding and charset undone, flowed lines joined (RFC 3676; quotes keep `> `),
/// line ends as `\n`, no control characters but tab and line end.
pub fn text(part: &Part, bytes: &[u8]) -> String {
    let decoded = transfer::decode(&part.encoding, bytes);
    let label = parameter::value(&part.params, "charset");
    let mut text = tidy(&charset::decode(label.as_deref(), &decoded));
    if matches!(part.media_type.as_str(), "text/enriched" | "text/richtext") {
        text = without_commands(&text);
    }
    let is =
        |name, value: &str| parameter::value(&part.params, name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    if is("format", "flowed") { flowed::joined(&text, is("delsp", "yes")) } else { text }
}

/// Text whose transfer encoding is undone already, by the label of its charset; empty where there is none.
pub fn decoded_text(label: &str, bytes: &[u8]) -> String {
    tidy(&charset::decode(Some(label).filter(|label| !label.is_empty()), bytes))
}

/// The HTML of a part, decoded exactly once (`X-12`). A byte order mark tells its charset, else the part's label, else
/// its own `meta`, else the bytes; `us-ascii`, which servers fill in, counts as no label.
pub fn html(part: &Part, bytes: &[u8]) -> UntrustedHtml {
    let decoded = transfer::decode(&part.encoding, bytes);
    let label = parameter::value(&part.params, "charset").filter(|label| charset::says_something(label));
    let label = label.or_else(|| meta_charset(&decoded));
    UntrustedHtml::new(charset::decode(label.as_deref(), &decoded))
}

/// The charset that HTML names itself, decoded from its transfer encoding.
pub fn charset_in_html(part: &Part, bytes: &[u8]) -> Option<String> {
    (usage_of_type(part) == Use::Html).then(|| meta_charset(&transfer::decode(&part.encoding, bytes))).flatten()
}

/// The words of text/enriched (RFC 1896): formatting commands and their parameters go, and `<<` is one `<`.
fn without_commands(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    // a search that failed once would fail again, and cost the rest again
    let mut never_ends = false;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        if let Some(after) = after.strip_prefix('<') {
            words.push('<');
            rest = after;
            continue;
        }
        let Some((command, behind)) = after.split_once('>') else {
            words.push('<');
            words.push_str(after);
            return words;
        };
        let is_param = command.eq_ignore_ascii_case("param") && !never_ends;
        let behind_param = if is_param { behind.split_once("</param>") } else { None };
        never_ends |= is_param && behind_param.is_none();
        rest = behind_param.map_or(behind, |(_, behind)| behind);
    }
    words + rest
}

/// Line ends to `\n`; control characters (C0, C1, DEL) and the byte order mark go.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                // mailers that convert twice write CR CR LF
                while chars.next_if_eq(&'\r').is_some() {}
                chars.next_if_eq(&'\n');
                tidied.push('\n');
            }
            '\n' | '\t' => tidied.push(c),
            '\u{c}' => tidied.push('\n'),
            _ if c.is_control() => {}
            _ => tidied.push(c),
        }
    }
    tidied
}

/// What `<?xml … encoding="…"?>`, `<meta charset=…>` or `<meta http-equiv=… content="…; charset=…">` says in the first 2 KiB.
fn meta_charset(html: &[u8]) -> Option<String> {
    let head = html.get(..2048).unwrap_or(html).to_ascii_lowercase();
    let declaration =
        head.trim_ascii_start().strip_prefix(b"<?xml").and_then(|xml| xml.split(|byte| *byte == b'>').next());
    let encoding = declaration.and_then(|xml| xml.get(memchr::memmem::find(xml, b"encoding=")? + 9..));
    let label = encoding.and_then(|value| value.split(|byte| matches!(byte, b'"' | b'\'')).nth(1));
    let label = label.map(|label| String::from_utf8_lossy(label).into_owned());
    if let Some(label) = label.filter(|label| charset::browsers_know(label) && !label.starts_with("utf-16")) {
        return Some(label);
    }
    let mut rest = head.as_slice();
    loop {
        let start = memchr::memmem::find(rest, b"<meta")?;
        rest = rest.get(start + 5..)?;
        let tag = rest.get(..memchr::memchr(b'>', rest).unwrap_or(rest.len()))?;
        let Some(at) = memchr::memmem::find(tag, b"charset") else { continue };
        let Some(value) = tag.get(at + 7..)?.trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| matches!(b, b'"' | b'\'' | b';' | b'>' | b'/') || b.is_ascii_whitespace());
        let label = String::from_utf8_lossy(value.get(..end.unwrap_or(value.len()))?).into_owned();
        if charset::browsers_know(&label) {
            // a document that can be searched for `<meta` is no UTF-16 (HTML 13.2.3.3)
            return (!label.starts_with("utf-16")).then_some(label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::PartPath;

    fn part(media_type: &str, params: &[(&str, &str)], encoding: &str) -> Part {
        Part {
            params: params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            encoding: encoding.to_owned(),
            ..Part::leaf(PartPath::root(), media_type)
        }
    }

    #[test]
    fn text_is_decoded_and_tidied() {
        let plain = part("text/plain", &[("charset", "utf-8")], "quoted-printable");
        assert_eq!(text(&plain, b"caf=C3=A9\r\nbe\0fore\x1b[0m\r\rx\r\r\n\ty"), "café\nbefore[0m\nx\n\ty");
        let flowed = part("text/plain", &[("format", "Flowed"), ("delsp", "yes")], "");
        assert_eq!(text(&flowed, b"a \r\nb \r\n\r\n> c \r\n> d"), "ab\n> cd");
    }

    #[test]
    fn enriched_text_is_its_words() {
        let enriched = part("text/enriched", &[], "");
        let told = text(&enriched, b"<bold>Now</bold> <color><param>red</param>1 << 2</color> <x");
        assert_eq!(told, "Now 1 < 2 <x");
    }

    #[test]
    fn hostile_enriched_text_costs_linear_time() {
        let hostile = "<param>".repeat(200_000);
        let enriched = part("text/enriched", &[], "");
        let (told, spent) = crate::spent::spent(|| text(&enriched, hostile.as_bytes()));
        assert_eq!(told, "");
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    #[test]
    fn html_takes_the_label_before_its_own_meta() {
        let meta = b"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-1\">Z\xc3\xbc";
        assert!(html(&part("text/html", &[("charset", "utf-8")], ""), meta).as_str().ends_with("Zü"));
        let xml = b"<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><html>P\xf8";
        assert!(html(&part("application/xhtml+xml", &[], ""), xml).as_str().ends_with("P\u{159}"));
        let meta = b"<meta charset=\"windows-1251\">\xd2\xee";
        assert!(html(&part("text/html", &[], ""), meta).as_str().ends_with("То"));
        assert_eq!(charset_in_html(&part("text/html", &[], ""), meta).as_deref(), Some("windows-1251"));
        assert_eq!(charset_in_html(&part("text/plain", &[], ""), meta), None);
        assert!(html(&part("text/html", &[("charset", "us-ascii")], ""), meta).as_str().ends_with("То"));
    }

    #[test]
    fn html_is_decoded_exactly_once() {
        // UTF-7 stays what it is unless the part says so, and the meta of UTF-16 can't be true
        let seven = b"<meta charset=utf-16>+ADw-script+AD4-";
        assert_eq!(html(&part("text/html", &[], ""), seven).as_str().as_bytes(), seven);
        let seven = b"<meta charset=utf-7>+ADw-script+AD4-";
        assert_eq!(html(&part("text/html", &[], ""), seven).as_str().as_bytes(), seven);
        let twice = part("text/html", &[], "quoted-printable");
        assert_eq!(html(&twice, b"=3D3Cb&amp;lt;").as_str(), "=3Cb&amp;lt;");
    }
}
