//! The body of a message that is built: text, its looks, pictures, files.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::{BodyPart, MimePart};
use memchr::memmem;

use super::bcc::without_bcc;
use super::flowed;
use super::header_field::visible;
use super::parameter::percent_decoded;
use super::text::tidy;
use crate::mail::{Attachment, CalendarText, Draft};

/// Octets of a line that need no encoding (RFC 5322 2.1.1): those that should be, and those that may be.
const LINE: usize = 78;
const LONGEST_LINE: usize = 998;
/// Octets that make one line of base64 (RFC 2045 6.8).
const BASE64_LINE: usize = 57;
/// Octets of a media type.
const LONGEST_TYPE: usize = 127;

/// The body, whole: `mixed` of the text and the files; the text `alternative` where it has looks; these `related` to the
/// pictures in them.
pub(super) fn body<'x>(draft: &Draft, files: &'x [Bytes]) -> MimePart<'x> {
    let text = text_lines(&draft.text);
    let html = draft.html.as_deref().map(document);
    let (pictures, others): (Vec<_>, Vec<_>) = draft
        .attachments
        .iter()
        .zip(files)
        .partition(|(attachment, _)| html.as_deref().is_some_and(|html| is_in(attachment, html)));
    let boundary = Boundary::new(draft, &text, html.as_deref().unwrap_or_default(), files);

    let mut whole = text_part(text);
    if let Some(html) = html {
        let mut rich = MimePart::new(ContentType::new("text/html").attribute("charset", "utf-8"), html);
        if !pictures.is_empty() {
            let of = pictures.into_iter().map(|(attachment, file)| picture(attachment, file));
            rich = boundary.multipart("related", std::iter::once(rich).chain(of));
        }
        whole = boundary.multipart("alternative", [whole, rich]);
    }
    if let Some(calendar) = &draft.calendar {
        whole = boundary.multipart("alternative", [whole, calendar_part(calendar)]);
    }
    if others.is_empty() {
        return whole;
    }
    let of = others.into_iter().map(|(attachment, file)| file_part(attachment, file));
    boundary.multipart("mixed", std::iter::once(whole).chain(of))
}

/// A report (RFC 6522): what people read, and then what programs do.
pub(super) fn report(draft: &Draft, kind: &'static str, lines: String) -> MimePart<'static> {
    let text = text_lines(&draft.text);
    let boundary = format!("{}_report", Boundary::new(draft, &text, &lines, &[]).0);
    let told = MimePart::new(ContentType::new(format!("message/{kind}")), BodyPart::Binary(lines.into_bytes().into()));
    let content_type =
        ContentType::new("multipart/report").attribute("report-type", kind).attribute("boundary", boundary);
    MimePart::new(content_type, vec![text_part(text), told.transfer_encoding("7bit")])
}

/// The text as flowed lines that end in CRLF, the last one too.
fn text_lines(text: &str) -> String {
    let mut lines = flowed::cut(&tidy(text));
    lines.push('\n');
    lines.replace('\n', "\r\n")
}

fn text_part(lines: String) -> MimePart<'static> {
    let media_type = ContentType::new("text/plain").attribute("charset", "utf-8").attribute("format", "flowed");
    let plain = lines.is_ascii() && !lines.contains('\x7f') && lines.split("\r\n").all(|line| line.len() <= LINE);
    let part = MimePart::new(media_type, lines);
    // flowed lines end in blanks: nothing that has to be encoded for that alone (RFC 3676 4.2)
    if plain { part.transfer_encoding("7bit") } else { part }
}

/// What calendars read (RFC 6047 2.4). In base64: its long lines and its line ends must come through as they are.
fn calendar_part(calendar: &CalendarText) -> MimePart<'static> {
    let media_type =
        ContentType::new("text/calendar").attribute("charset", "utf-8").attribute("method", calendar.method);
    let lines = base64_lines(calendar.text.as_bytes());
    MimePart::new(media_type, BodyPart::Binary(Cow::Owned(lines.into_bytes()))).transfer_encoding("base64")
}

/// A fragment of cleaned markup as a document of its own.
fn document(fragment: &str) -> String {
    let fragment = tidy(fragment);
    let fragment = fragment.trim();
    format!(
        "<!DOCTYPE html>\n<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>\n<body>\n{fragment}\n</body></html>\n"
    )
    .replace('\n', "\r\n")
}

/// Whether the markup shows this picture.
fn is_in(attachment: &Attachment, html: &str) -> bool {
    let Some(id) = attachment.content_id.as_deref().filter(|id| is_content_id(id)) else { return false };
    let escaped = html.replace("&amp;", "&");
    let cid = format!("cid:{id}");
    escaped.contains(&cid) || memmem::find(&percent_decoded(&escaped), cid.as_bytes()).is_some()
}

/// Visible ASCII without brackets; mailers are free with it, and leave the `@` out.
fn is_content_id(id: &str) -> bool {
    (1..=200).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\()".contains(&byte))
}

fn picture<'x>(attachment: &Attachment, file: &'x Bytes) -> MimePart<'x> {
    let disposition = named("inline", &attachment.name);
    encoded(&media_type(&attachment.media_type), file)
        .header("Content-Disposition", disposition)
        .cid(attachment.content_id.clone().unwrap_or_default())
}

fn file_part<'x>(attachment: &Attachment, file: &'x Bytes) -> MimePart<'x> {
    let disposition = named("attachment", &attachment.name);
    let media_type = media_type(&attachment.media_type);
    if media_type != "message/rfc822" {
        return encoded(&media_type, file).header("Content-Disposition", disposition);
    }
    match attached_message(file) {
        Some((message, encoding)) => MimePart::new(ContentType::new(media_type), BodyPart::Binary(message))
            .transfer_encoding(encoding)
            .header("Content-Disposition", disposition),
        // a message must not be encoded (RFC 2046 5.2.1); a file may be
        None => encoded("application/octet-stream", file).header("Content-Disposition", disposition),
    }
}

/// A message as it may stand in another one, and what its octets are; `None` where it can't without being encoded. Who was
/// told of it in secret stays a secret (`I-07`).
fn attached_message(message: &[u8]) -> Option<(Cow<'_, [u8]>, &'static str)> {
    let message = with_crlf(without_bcc(message));
    let lone_cr = memchr::memchr_iter(b'\r', &message).any(|at| message.get(at + 1) != Some(&b'\n'));
    let length = |line: &[u8]| line.strip_suffix(b"\r").unwrap_or(line).len();
    let fits = message.split(|byte| *byte == b'\n').all(|line| length(line) <= LONGEST_LINE);
    let can = !message.is_empty() && !lone_cr && fits && !message.contains(&0);
    can.then(|| if message.is_ascii() { (message, "7bit") } else { (message, "8bit") })
}

/// Line ends as CRLF.
fn with_crlf(message: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let is_bare = |at: usize| at.checked_sub(1).and_then(|before| message.get(before)) != Some(&b'\r');
    if !memchr::memchr_iter(b'\n', &message).any(is_bare) {
        return message;
    }
    let mut out = Vec::with_capacity(message.len() + message.len() / 32);
    let mut copied = 0;
    for at in memchr::memchr_iter(b'\n', &message).filter(|at| is_bare(*at)) {
        out.extend_from_slice(message.get(copied..at).unwrap_or_default());
        out.push(b'\r');
        copied = at;
    }
    out.extend_from_slice(message.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Octets in base64, of whatever type: nothing on the way may touch them.
fn encoded<'x>(media_type: &str, file: &'x [u8]) -> MimePart<'x> {
    let content_type = ContentType::new(media_type.to_owned());
    if !media_type.starts_with("text/") {
        return MimePart::new(content_type, BodyPart::Binary(Cow::Borrowed(file)));
    }
    // mail-builder (2.0, 2026) leaves text as it is where it thinks it can, lone CR and NUL included
    let lines = base64_lines(file);
    let content_type = match std::str::from_utf8(file) {
        Ok(_) => content_type.attribute("charset", "utf-8"),
        Err(_) => content_type,
    };
    MimePart::new(content_type, BodyPart::Binary(Cow::Owned(lines.into_bytes()))).transfer_encoding("base64")
}

/// Octets as lines of base64 (RFC 2045 6.8).
pub(super) fn base64_lines(octets: &[u8]) -> String {
    let mut lines = String::with_capacity(octets.len() / BASE64_LINE * 78 + 78);
    for line in octets.chunks(BASE64_LINE) {
        STANDARD.encode_string(line, &mut lines);
        lines.push_str("\r\n");
    }
    lines
}

/// A disposition with a name (RFC 2183, RFC 2231).
fn named(kind: &'static str, name: &str) -> ContentType<'static> {
    let name = visible(name).replace(['/', '\\'], "_").trim().to_owned();
    let disposition = ContentType::new(kind);
    if name.is_empty() { disposition } else { disposition.attribute("filename", name) }
}

/// The type of a file; what is none, or would have to be taken apart, is octets.
fn media_type(said: &str) -> String {
    let said = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    let fits =
        said.len() <= LONGEST_TYPE && said.split_once('/').is_some_and(|(top, sub)| is_token(top) && is_token(sub));
    let is_whole = !said.starts_with("multipart/") && (!said.starts_with("message/") || said == "message/rfc822");
    if fits && is_whole { said } else { "application/octet-stream".to_owned() }
}

/// What stands between the parts, and in none of them.
struct Boundary(String);

impl Boundary {
    /// Made of the message's name, so that a draft is always the same octets. `=_` is in nothing that is encoded (RFC 2045
    /// 6.7); the rest is looked through.
    fn new(draft: &Draft, text: &str, html: &str, files: &[Bytes]) -> Self {
        let name: String = draft.message_id.as_str().chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        let mut number = 0_u64;
        loop {
            let stem = format!("=_{name}{number}");
            let finder = memmem::Finder::new(&stem);
            let is_in = |octets: &[u8]| finder.find(octets).is_some();
            if !is_in(text.as_bytes()) && !is_in(html.as_bytes()) && !files.iter().any(|file| is_in(file)) {
                return Self(stem);
            }
            number += 1;
        }
    }

    fn multipart<'x>(&self, kind: &str, parts: impl IntoIterator<Item = MimePart<'x>>) -> MimePart<'x> {
        let mut content_type = ContentType::new(format!("multipart/{kind}"));
        if kind == "related" {
            content_type = content_type.attribute("type", "text/html"); // RFC 2387 3.1
        }
        let boundary = format!("{}_{kind}", self.0);
        MimePart::new(content_type.attribute("boundary", boundary), parts.into_iter().collect::<Vec<_>>())
    }
}
