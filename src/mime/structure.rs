//! Our own reading of a whole message, for when the server's description of it can't be read (`R-21`).

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memmem};

use super::header_end::header_end;
use super::header_field::fields;
use super::{content_type, parameter};
use crate::mail::{Disposition, Part, PartKind, PartPath};

/// Containers inside each other, and parts, that are taken apart; what is beyond stays a leaf.
const DEEPEST: usize = 100;
const MOST: usize = 10_000;
/// Lines that look like delimiters and are compared with a boundary, in all: each container compares those of all inside it. Those
/// beyond are text. Honest mail has a few per part; a patch or a dump has one in ten lines.
const MOST_COMPARED: usize = 2_000_000;

/// A message taken apart. Paths are those that IMAP would use, so that what is cut from the message by these ranges is
/// what `BODY[path]` would have brought.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree.
    pub part: Part,
    /// Where the content of each part stands, still encoded; of multiparts nothing is kept.
    pub ranges: HashMap<PartPath, Range<usize>>,
    /// Where the header of the message itself (the root's path) and of each attached message stands.
    pub headers: HashMap<PartPath, Range<usize>>,
    /// Where each part of a multipart stands, header and content.
    pub(super) entities: HashMap<PartPath, Range<usize>>,
}

/// Takes a whole message apart. Never fails: what is no MIME is one text.
pub fn structure(message: &[u8]) -> Parsed {
    structure_below(message, &PartPath::root())
}

/// As [`structure()`], of what stands below `path`.
pub(super) fn structure_below(message: &[u8], path: &PartPath) -> Parsed {
    let mut reader = Reader {
        message,
        ranges: HashMap::new(),
        headers: HashMap::new(),
        entities: HashMap::new(),
        parts: 0,
        compared: 0,
    };
    let part = reader.message(0..message.len(), path, 0);
    let Reader { ranges, headers, entities, .. } = reader;
    Parsed { part, ranges, headers, entities }
}

struct Reader<'a> {
    message: &'a [u8],
    ranges: HashMap<PartPath, Range<usize>>,
    headers: HashMap<PartPath, Range<usize>>,
    entities: HashMap<PartPath, Range<usize>>,
    parts: usize,
    compared: usize,
}

/// What the header of a part says of it.
pub(super) struct Described {
    pub(super) part: Part,
    pub(super) boundary: Option<String>,
}

impl Reader<'_> {
    fn cut(&self, range: &Range<usize>) -> &[u8] {
        self.message.get(range.clone()).unwrap_or_default()
    }

    /// A message below `path`: a multipart shares the path, anything else is its part 1 (RFC 9051 6.4.5.1).
    fn message(&mut self, range: Range<usize>, path: &PartPath, depth: usize) -> Part {
        let body = self.body_start(&range);
        self.headers.insert(path.clone(), range.start..body);
        let described = described(self.cut(&(range.start..body)), "text/plain");
        self.content(described, body..range.end, path, true, depth)
    }

    /// One part of a multipart.
    fn entity(&mut self, range: Range<usize>, path: &PartPath, default: &str, depth: usize) -> Part {
        let body = self.body_start(&range);
        self.entities.insert(path.clone(), range.clone());
        let described = described(self.cut(&(range.start..body)), default);
        self.content(described, body..range.end, path, false, depth)
    }

    fn content(
        &mut self,
        described: Described,
        body: Range<usize>,
        path: &PartPath,
        is_message: bool,
        depth: usize,
    ) -> Part {
        let Described { mut part, boundary } = described;
        self.parts += 1;
        let may_open = depth < DEEPEST && self.parts < MOST;
        let opened = if may_open && part.is_a("multipart") { self.open(&body, boundary) } else { None };
        if let Some(ranges) = opened {
            let default = if part.media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
            let mut parts = Vec::new();
            for (at, range) in ranges.into_iter().enumerate() {
                let Ok(number) = u16::try_from(at + 1) else { break };
                if self.parts >= MOST {
                    break;
                }
                parts.push(self.entity(range, &path.child(number), default, depth + 1));
            }
            part.path = path.clone();
            part.kind = PartKind::Multipart(parts);
            return part;
        }
        part.path = if is_message { path.child(1) } else { path.clone() };
        part.size = u64::try_from(body.len()).unwrap_or(u64::MAX);
        self.ranges.insert(part.path.clone(), body.clone());
        // an encoded message can't be looked into without decoding it; RFC 2046 5.2.1 forbids it
        let plain = !matches!(part.encoding.as_str(), "base64" | "quoted-printable");
        if may_open && plain && matches!(part.media_type.as_str(), "message/rfc822" | "message/global" | "message/news")
        {
            part.kind = PartKind::Message(Box::new(self.message(body, &part.path.clone(), depth + 1)));
        }
        part
    }

    /// Where the body begins.
    fn body_start(&self, range: &Range<usize>) -> usize {
        let bytes = self.cut(range);
        if memchr(b'\n', bytes).is_some() {
            return range.start + header_end(bytes);
        }
        // a header alone, or an old Macintosh's line ends
        memmem::find(bytes, b"\r\r").map_or(range.end, |end| range.start + end + 2)
    }

    /// The parts of a multipart, by its boundary; where that is missing or wrong, by what looks like one. `None` where
    /// there is no delimiter at all.
    fn open(&mut self, body: &Range<usize>, boundary: Option<String>) -> Option<Vec<Range<usize>>> {
        let declared = boundary.and_then(|boundary| self.split(body, boundary.as_bytes()));
        declared.or_else(|| {
            let bytes = self.message.get(body.clone())?;
            let start = if bytes.starts_with(b"--") { 2 } else { memmem::find(bytes, b"\n--")? + 3 };
            let line = bytes.get(start..)?;
            let line = line.get(..memchr(b'\n', line)?)?.trim_ascii_end();
            let plausible = (1..=70).contains(&line.len()) && !line.starts_with(b" ") && !line.ends_with(b"-");
            let parts = if plausible { self.split(body, line) } else { None };
            parts.filter(|parts| !parts.is_empty())
        })
    }

    /// The parts between the delimiters; the line end before a delimiter belongs to it (RFC 2046 5.1.1). A missing
    /// closing delimiter ends with the body. `None` where there is no delimiter.
    fn split(&mut self, body: &Range<usize>, boundary: &[u8]) -> Option<Vec<Range<usize>>> {
        let bytes = self.message.get(body.clone()).unwrap_or_default();
        let mut parts = Vec::new();
        let mut open: Option<usize> = None;
        let mut seen = false;
        let mut at = 0;
        let delimiter = memmem::Finder::new(b"\n--");
        loop {
            // `at` is the start of a line
            if let Some(closes) = is_delimiter(bytes.get(at..).unwrap_or_default(), boundary) {
                seen = true;
                if let Some(start) = open.take() {
                    let end = match bytes.get(..at) {
                        Some([.., b'\r', b'\n']) => at - 2,
                        Some([.., b'\n']) => at - 1,
                        _ => at,
                    };
                    parts.push(body.start + start.min(end)..body.start + end);
                }
                if closes || parts.len() >= MOST {
                    return Some(parts);
                }
                let rest = bytes.get(at..).unwrap_or_default();
                open = Some(at + memchr(b'\n', rest).map_or(rest.len(), |end| end + 1));
            }
            if self.compared >= MOST_COMPARED {
                break;
            }
            self.compared += 1;
            match delimiter.find(bytes.get(at..).unwrap_or_default()) {
                Some(next) => at += next + 1,
                None => break,
            }
        }
        if let Some(start) = open {
            parts.push(body.start + start..body.end);
        }
        seen.then_some(parts)
    }
}

/// Whether a line is `--boundary` (false) or `--boundary--` (true); blanks may follow, nothing else.
fn is_delimiter(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let rest = rest.get(..memchr(b'\n', rest).unwrap_or(rest.len()))?;
    let (closes, rest) = rest.strip_prefix(b"--").map_or((false, rest), |rest| (true, rest));
    rest.iter().all(u8::is_ascii_whitespace).then_some(closes)
}

pub(super) fn described(header: &[u8], default: &str) -> Described {
    described_in(header, default, None)
}

/// As [`described()`], raw bytes in names of files read by `charset`.
pub(super) fn described_in(header: &[u8], default: &str, charset: Option<&str>) -> Described {
    let mut part = Part::leaf(PartPath::root(), default);
    let mut typed = false;
    let mut boundary = None;
    for field in fields(header) {
        if field.is("content-type") && !typed {
            let (value, params) = content_type::parse(&field.unfolded(charset));
            typed = true;
            boundary = parameter::value(&params, "boundary").map(|value| value.trim_end().to_owned());
            part.params = params;
            part.media_type = match value.split_once('/') {
                Some((top, sub)) if !top.is_empty() && !sub.is_empty() => value,
                // RFC 2045 5.2: what is no type is read as plain text
                _ => "text/plain".to_owned(),
            };
        } else if field.is("content-transfer-encoding") && part.encoding.is_empty() {
            part.encoding = field.unfolded(None).trim().to_ascii_lowercase();
        } else if field.is("content-disposition") && part.disposition.is_none() {
            let text = field.unfolded(charset);
            let (mut kind, mut params) = content_type::parse(&text);
            if kind.contains('=') {
                // parameters without a disposition before them: an unknown one means a file (RFC 2183 2.8)
                (kind, params) = content_type::parse(&format!("attachment; {text}"));
            }
            part.disposition = Some(Disposition { kind, params });
        } else if field.is("content-id") && part.id.is_none() {
            let id = field.unfolded(None);
            let id = id.trim().trim_start_matches('<').trim_end_matches('>').trim();
            part.id = (!id.is_empty()).then(|| id.to_owned());
        } else if field.is("content-description") && part.description.is_none() {
            part.description = Some(field.unfolded(None).into_owned());
        } else if field.is("content-location") && part.location.is_none() {
            part.location = Some(field.unfolded(None).trim().to_owned());
        }
    }
    let boundary = boundary.filter(|boundary| !boundary.is_empty());
    Described { part, boundary }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mime;

    /// `path type "content"` of every part, outermost first.
    fn told(message: &str) -> Vec<String> {
        let parsed = structure(message.as_bytes());
        let one = |part: &Part| match parsed
            .ranges
            .get(&part.path)
            .filter(|_| !matches!(part.kind, PartKind::Multipart(_)))
        {
            Some(range) => format!("{} {} {:?}", part.path, part.media_type, &message[range.clone()]),
            None => format!("{} {}", part.path, part.media_type),
        };
        parsed.part.walk().map(one).collect()
    }

    #[test]
    fn parts_are_numbered_as_imap_numbers_them() {
        let inner = "Subject: in\r\n\r\nhello";
        let message = format!(
            "Content-Type: multipart/mixed; boundary=a\r\n\r\npreamble\r\n--a\r\n\r\none\r\n--a\r\nContent-Type: message/rfc822\r\n\r\n\
             {inner}\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/html\r\n\r\n<p>\r\n--b--\r\n--a--\r\nepilogue"
        );
        let parts = told(&message);
        assert_eq!(parts[0], " multipart/mixed");
        assert_eq!(parts[1], "1 text/plain \"one\"");
        assert!(parts[2].starts_with("2 message/rfc822"));
        assert_eq!(parts[3], "2.1 text/plain \"hello\"");
        assert!(parts[4].starts_with("3 message/rfc822"));
        assert_eq!(parts[5], "3 multipart/alternative");
        assert_eq!(parts[6], "3.1 text/html \"<p>\"");
        let parsed = structure(message.as_bytes());
        let header = &message[parsed.headers[&"2".parse().unwrap()].clone()];
        assert_eq!(mime::envelope(header.as_bytes()).subject, "in");
    }

    #[test]
    fn a_message_without_parts_is_part_one() {
        assert_eq!(told("Subject: x\r\n\r\nbody"), ["1 text/plain \"body\""]);
        assert_eq!(told("\r\nbody"), ["1 text/plain \"body\""]);
        assert_eq!(told("Subject: x"), ["1 text/plain \"\""]);
        assert_eq!(told(""), ["1 text/plain \"\""]);
        assert_eq!(told("Subject: x\r\rbody\r"), ["1 text/plain \"body\\r\""]);
        assert_eq!(told("Subject: x\r\r\n\r\r\nbody"), ["1 text/plain \"body\""]);
        assert_eq!(told("Subject: x\r\nNo blank line\r\n"), ["1 text/plain \"No blank line\\r\\n\""]);
    }

    #[test]
    fn boundaries_that_begin_alike_are_told_apart() {
        let parts =
            told("Content-Type: multipart/mixed; boundary=s\n\n--s\n\n1\n--s-in\n2\n--s \t\n\n3\n--S\n--s--\n--s\n\n4");
        assert_eq!(parts, [" multipart/mixed", "1 text/plain \"1\\n--s-in\\n2\"", "2 text/plain \"3\\n--S\""]);
    }

    #[test]
    fn a_boundary_that_is_missing_or_wrong_is_guessed() {
        for wrong in ["", "; boundary=other", "; boundary=\"\""] {
            let parts = told(&format!("Content-Type: multipart/mixed{wrong}\n\n--b\n\ntext\n--b--\n"));
            assert_eq!(parts, [" multipart/mixed", "1 text/plain \"text\""], "{wrong:?}"); // R-21
        }
        assert_eq!(told("Content-Type: multipart/mixed; boundary=b\n\ntext"), ["1 multipart/mixed \"text\""]);
        assert_eq!(told("Content-Type: multipart/mixed; boundary=b\n\n--b--\n"), [" multipart/mixed"]);
    }

    #[test]
    fn parts_without_a_blank_line_have_their_text() {
        let parts = told(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nWords at once\nmore\n--b\nContent-Type: text/html\nWords <b>too</b>\n\
             --bx no delimiter\n--b--",
        );
        assert_eq!(parts[1], "1 text/plain \"Words at once\\nmore\"");
        assert_eq!(parts[2], "2 text/html \"Words <b>too</b>\\n--bx no delimiter\"");
    }

    #[test]
    fn what_never_closes_ends_with_the_message() {
        let parts = told(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nin\n--a\n\nout",
        );
        assert_eq!(parts[2..], ["1.1 text/plain \"in\"", "2 text/plain \"out\""]);
    }

    #[test]
    fn neither_depth_nor_number_of_parts_is_without_end() {
        let deep: String =
            (0..20_000).map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n")).collect();
        assert_eq!(structure(deep.as_bytes()).part.walk().count(), 101); // D-03
        let rfc822 = "Content-Type: message/rfc822\n\n".repeat(20_000);
        assert!(structure(rfc822.as_bytes()).part.walk().count() <= 102); // D-03
        let wide = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(200_000));
        let (parts, spent) = crate::spent::spent(|| structure(wide.as_bytes()).part.walk().count());
        assert!(parts <= 10_001); // D-03
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-01
    }

    #[test]
    fn hostile_delimiters_in_many_containers_cost_linear_time() {
        let deep: String =
            (0..DEEPEST).map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n")).collect();
        let message = format!("{deep}\n{}", "\n--".repeat(1_000_000));
        let (parts, spent) = crate::spent::spent(|| structure(message.as_bytes()).part.walk().count());
        assert!(parts > 1);
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic( // D-05
            lines in proptest::collection::vec(prop_oneof![
                Just("Content-Type: multipart/mixed; boundary=a"), Just("Content-Type: message/rfc822"), Just("--a"), Just("--a--"),
                Just(""), Just("text"), Just("Content-Type: multipart/related"), Just("Content-ID: <x>"), Just("\r"), Just("--"),
            ], 0..60),
        ) {
            let message = lines.join("\n");
            let parsed = structure(message.as_bytes());
            let reading = mime::reading(&parsed.part);
            for path in &reading.attachments {
                let part = parsed.part.find(path).unwrap();
                prop_assert!(!mime::file_name(part).is_empty());
                prop_assert!(message.get(parsed.ranges[path].clone()).is_some());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) { // D-05
            let parsed = structure(&bytes);
            mime::headers(&bytes);
            for part in parsed.part.walk().filter(|part| part.is_a("text")) {
                let content = &bytes[parsed.ranges[&part.path].clone()];
                mime::preview(&mime::text(part, content));
                mime::preview_of_html(mime::html(part, content).as_str());
            }
        }
    }
}
