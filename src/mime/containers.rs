//! Parts that hold parts of their own, which no server tells of: `winmail.dat`, what S/MIME signed in one piece, and
//! messages that were encoded although RFC 2046 5.2.1 forbids it.
//!
//! What is in them gets places in the tree like any other part: below the container, behind a 0, which IMAP never uses.

use std::collections::HashMap;

use bytes::Bytes;

use super::reading::reading;
use super::structure::{Parsed, structure_below};
use super::usage::{Use, usage};
use super::{cms, tnef, transfer};
use crate::mail::{Disposition, Part, PartKind, PartPath};

/// The type of the node that stands for an opened container: the container itself, then what is in it.
pub(super) const OPENED: &str = "multipart/x-opened";
/// Containers inside each other that are opened (a signed one inside a signed one).
const DEEPEST: usize = 3;
/// Containers of one message that are opened.
const MOST: usize = 20;
/// Encoded octets of a container that is opened (`A-05`).
pub const LARGEST_CONTAINER: u64 = 8 << 20;

/// The opened containers of a message.
#[derive(Debug, Default)]
pub struct Containers {
    parts: HashMap<PartPath, Bytes>,
    headers: HashMap<PartPath, Bytes>,
}

/// The containers of a message that are worth fetching, by their places.
pub fn containers(top: &Part) -> Vec<PartPath> {
    let found = top.walk().take(super::reading::MOST).filter(|part| kind(part).is_some());
    found.filter(|part| part.size <= LARGEST_CONTAINER).take(MOST).map(|part| part.path.clone()).collect()
}

/// Makes leaves of encoded messages, whose inside a server may have described without decoding it.
pub fn close_encoded_messages(part: &mut Part) {
    if kind(part) == Some(Kind::Message) {
        part.kind = PartKind::Leaf;
    }
    match &mut part.kind {
        PartKind::Leaf => {}
        PartKind::Multipart(parts) => parts.iter_mut().for_each(close_encoded_messages),
        PartKind::Message(inner) => close_encoded_messages(inner),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tnef,
    Signed,
    Message,
}

fn kind(part: &Part) -> Option<Kind> {
    match part.media_type.as_str() {
        "application/ms-tnef" | "application/vnd.ms-tnef" => Some(Kind::Tnef),
        "application/octet-stream" | "text/plain"
            if super::file_name::said(part).is_some_and(|name| name == "winmail.dat") =>
        {
            Some(Kind::Tnef)
        }
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => match part.param("smime-type") {
            None => Some(Kind::Signed),
            Some(said) => said.to_ascii_lowercase().starts_with("signed").then_some(Kind::Signed),
        },
        "message/rfc822" | "message/global" => {
            let encoding = part.encoding.trim().to_ascii_lowercase();
            matches!(encoding.as_str(), "base64" | "quoted-printable").then_some(Kind::Message)
        }
        _ => None,
    }
}

impl Containers {
    /// Opens what `fetched` has the (encoded) octets of, and puts what is in it into the tree.
    pub fn open(top: &mut Part, fetched: impl Fn(&PartPath) -> Option<Bytes>) -> Self {
        let mut opened = Self::default();
        close_encoded_messages(top);
        let mut seen = Vec::new();
        for _ in 0..DEEPEST {
            let waiting: Vec<PartPath> = containers(top).into_iter().filter(|path| !seen.contains(path)).collect();
            if waiting.is_empty() || seen.len() >= MOST {
                break;
            }
            let nothing_else = reading(top).shown.is_empty();
            for path in waiting {
                let octets = opened.parts.get(&path).cloned().or_else(|| fetched(&path));
                if let (Some(octets), Some(part)) = (octets, top.find_mut(&path)) {
                    opened.open_one(part, &octets, nothing_else);
                }
                seen.push(path);
            }
        }
        opened
    }

    /// The (encoded) octets of a part inside.
    pub fn bytes(&self, path: &PartPath) -> Option<&Bytes> {
        self.parts.get(path)
    }

    /// The header of a message inside.
    pub fn header(&self, path: &PartPath) -> Option<&Bytes> {
        self.headers.get(path)
    }

    /// Keeps what is read in place, and forgets files: they are fetched when somebody wants them.
    #[must_use]
    pub fn without_files(self, top: &Part) -> Self {
        let is_read = |path: &PartPath| {
            top.find(path).is_some_and(|part| matches!(usage(part), Use::Text | Use::Html) || part.is_a("text"))
        };
        let copied = |(path, bytes): (PartPath, Bytes)| (path, Bytes::copy_from_slice(&bytes));
        Self {
            parts: self.parts.into_iter().filter(|(path, _)| is_read(path)).map(copied).collect(),
            headers: self.headers.into_iter().map(copied).collect(),
        }
    }

    /// Octets that are held.
    pub fn weight(&self) -> usize {
        self.parts.values().chain(self.headers.values()).map(|bytes| bytes.len() + 128).sum()
    }

    fn open_one(&mut self, part: &mut Part, encoded: &[u8], nothing_else: bool) {
        let decoded = transfer::decode(&part.encoding, encoded);
        match kind(part) {
            Some(Kind::Tnef) => {
                let Some(found) = tnef::read(&decoded) else { return };
                let parts = self.tnef(&part.path, &found, &Bytes::from(decoded), nothing_else);
                graft(part, parts);
            }
            Some(Kind::Signed) => {
                // some gateways leave the encoding in place of the label
                let Some(content) = cms::signed_content(&decoded) else { return };
                let inner = self.entity(&part.path, content.into(), None);
                graft(part, vec![inner]);
            }
            Some(Kind::Message) => {
                let inner = self.entity(&part.path, decoded.into(), Some(&part.path.clone()));
                part.kind = PartKind::Message(Box::new(inner));
            }
            None => {}
        }
    }

    /// A MIME entity taken apart; the header of a message is that of the part itself.
    fn entity(&mut self, path: &PartPath, octets: Bytes, header_of: Option<&PartPath>) -> Part {
        let below = path.child(0);
        let Parsed { part, ranges, headers, .. } = structure_below(&octets, &below);
        self.parts.extend(ranges.into_iter().map(|(path, range)| (path, octets.slice(range))));
        for (path, range) in headers {
            let of = if path == below { header_of.cloned() } else { Some(path) };
            self.headers.extend(of.map(|path| (path, octets.slice(range))));
        }
        part
    }

    fn tnef(&mut self, path: &PartPath, found: &tnef::Tnef, octets: &Bytes, nothing_else: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut add = |mut part: Part, content: std::ops::Range<usize>| {
            let Ok(number) = u16::try_from(parts.len() + 1) else { return };
            part.path = path.child(0).child(number);
            part.encoding = "binary".to_owned();
            part.size = u64::try_from(content.len()).unwrap_or(u64::MAX);
            self.parts.insert(part.path.clone(), octets.slice(content));
            parts.push(part);
        };
        for file in &found.files {
            let mut part = Part::leaf(PartPath::root(), media_type(file));
            let params = vec![("filename".to_owned(), file.name.clone())];
            part.disposition = Some(Disposition { kind: "attachment".to_owned(), params });
            part.id = Some(file.id.clone()).filter(|id| !id.is_empty());
            add(part, file.content.clone());
        }
        // Outlook sends the text outside as well, mostly
        if let Some(body) = found.body.as_ref().filter(|_| nothing_else) {
            let mut part = Part::leaf(PartPath::root(), if body.html { "text/html" } else { "text/plain" });
            part.params = vec![("charset".to_owned(), body.charset.clone())];
            add(part, body.content.clone());
        }
        parts
    }
}

/// The type of a file: as the sender calls it, if that is a type, else by its name's ending.
fn media_type(file: &tnef::TnefFile) -> &str {
    let is_type = |text: &&str| {
        let token =
            |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b));
        text.split_once('/')
            .is_some_and(|(top, sub)| token(top) && token(sub) && top != "multipart" && top != "message")
    };
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let by_name = match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    };
    Some(file.media_type.as_str()).filter(is_type).unwrap_or(by_name)
}

fn graft(part: &mut Part, inside: Vec<Part>) {
    if inside.is_empty() {
        return;
    }
    let mut node = Part::leaf(part.path.clone(), OPENED);
    std::mem::swap(part, &mut node);
    let all = std::iter::once(node).chain(inside).collect();
    part.kind = PartKind::Multipart(all);
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::super::{Shown, decode, file_name, html, seals, structure, text};
    use super::*;
    use crate::mail::Seal;

    fn base64(octets: &[u8]) -> String {
        base64::engine::general_purpose::STANDARD.encode(octets)
    }

    /// The message opened: its tree, and what is inside.
    fn open(message: &str) -> (Part, Containers) {
        let Parsed { mut part, ranges, .. } = structure(message.as_bytes());
        let whole = Bytes::copy_from_slice(message.as_bytes());
        let opened = Containers::open(&mut part, |path| ranges.get(path).map(|range| whole.slice(range.clone())));
        (part, opened)
    }

    fn tnef_mail(text: &str) -> String {
        format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n{text}--b\r\nContent-Type: application/ms-tnef; \
             name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            base64(&tnef::tests::sample())
        )
    }

    #[test]
    fn the_files_of_a_winmail_dat_are_files_of_the_message() {
        let (top, opened) = open(&tnef_mail("--b\r\n\r\nHello\r\n"));
        let reading = reading(&top);
        let files: Vec<_> =
            reading.attachments.iter().map(|path| (path.to_string(), file_name(top.find(path).unwrap()))).collect();
        let named = |path: &str, name: &str| (path.to_owned(), name.to_owned());
        assert_eq!(
            files,
            [named("2", "winmail.dat"), named("2.0.1", "Übersicht 2026.pdf"), named("2.0.2", "Täst.txt")]
        );
        assert_eq!(reading.shown, [Shown::Text("1".parse().unwrap())]);
        assert_eq!(opened.bytes(&"2.0.1".parse().unwrap()).unwrap(), &b"first file"[..]);
    }

    #[test]
    fn the_text_of_a_winmail_dat_is_shown_where_there_is_no_other() {
        let (top, opened) = open(&tnef_mail(""));
        let path: PartPath = "1.0.3".parse().unwrap();
        assert_eq!(reading(&top).shown, [Shown::Html(path.clone())]);
        let opened = opened.without_files(&top);
        assert_eq!(html(top.find(&path).unwrap(), opened.bytes(&path).unwrap()).as_str(), "<p>Grüße</p>");
        assert_eq!(opened.bytes(&"1.0.1".parse().unwrap()), None);
    }

    #[test]
    fn what_smime_signed_in_one_piece_is_read() {
        let inner = "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nSigned text\r\n\
            --i\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--i--\r\n";
        let twice = format!(
            "Content-Type: application/x-pkcs7-mime; smime-type=Signed-Data; name=smime.p7m\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}",
            base64(&cms::tests::signed(inner.as_bytes()))
        );
        for (mail, depth) in [
            (twice.clone(), "1.0"),
            (
                format!(
                    "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                    base64(&cms::tests::signed(twice.as_bytes()))
                ),
                "1.0.1.0",
            ),
        ] {
            let (top, opened) = open(&mail);
            let path: PartPath = format!("{depth}.1").parse().unwrap();
            assert_eq!(reading(&top).shown, [Shown::Text(path.clone())], "{depth}");
            assert_eq!(text(top.find(&path).unwrap(), opened.bytes(&path).unwrap()), "Signed text");
            assert!(reading(&top).attachments.contains(&format!("{depth}.2").parse().unwrap()));
            assert_eq!(seals(&top), [Seal::SignedSmime]);
        }
    }

    #[test]
    fn an_encoded_message_is_a_message_all_the_same() {
        let inner = "Subject: Inner\r\n\r\nInside";
        let (top, opened) = open(&format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            base64(inner.as_bytes())
        ));
        let path: PartPath = "1".parse().unwrap();
        let inside = vec![Shown::Text("1.0.1".parse().unwrap())];
        assert_eq!(reading(&top).shown, [Shown::Message { path: path.clone(), inside }]);
        assert_eq!(opened.header(&path).unwrap(), &b"Subject: Inner\r\n\r\n"[..]);
        assert_eq!(opened.bytes(&"1.0.1".parse().unwrap()).unwrap(), &b"Inside"[..]);
        let part = top.find(&path).unwrap();
        assert_eq!(decode(&part.encoding, base64(inner.as_bytes()).as_bytes()), inner.as_bytes());
    }

    #[test]
    fn containers_are_opened_to_a_depth() {
        //
        let mut mail = "\r\nInnermost".to_owned();
        for depth in 1..=DEEPEST + 1 {
            mail = format!(
                "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                base64(&cms::tests::signed(mail.as_bytes()))
            );
            assert_eq!(reading(&open(&mail).0).shown.len(), usize::from(depth <= DEEPEST), "{depth}");
        }
    }

    #[test]
    fn what_is_no_container_stays_a_file() {
        let (top, _) = open(
            "Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgEAAQaQCAAEAAAAAAABAAEAAg==",
        );
        assert_eq!(reading(&top).attachments, ["1".parse().unwrap()]);
        let (top, _) = open("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nxyz");
        assert_eq!((reading(&top).attachments.len(), seals(&top)), (1, vec![Seal::LockedSmime]));
    }
}
