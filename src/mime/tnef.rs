//! TNEF, which Outlook sends as `winmail.dat` (MS-OXTNEF): files and text in a container of its own.
//!
//! One pass over the octets that are there: every length is held against what is left, nothing is allocated by a
//! length that is only claimed, and each step goes forward (`A-05`; CVE-2026-62641 and -62642 were neither).

use std::ops::Range;

use super::code_page::{label, text};
use super::tnef_reader::Reader;

/// Files that are listed, those of messages inside included.
const MOST_FILES: usize = 200;
/// Messages inside each other.
const DEEPEST: usize = 3;

const SIGNATURE: u32 = 0x223E_9F78;

/// What is in a container. Ranges are of the octets it was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tnef {
    pub(super) files: Vec<TnefFile>,
    /// The text, its charset, and whether it is HTML.
    pub(super) body: Option<TnefBody>,
}

/// A file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TnefFile {
    pub(super) name: String,
    /// As the sender calls it; empty where that is not said.
    pub(super) media_type: String,
    pub(super) id: String,
    pub(super) content: Range<usize>,
}

/// The message's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TnefBody {
    pub(super) html: bool,
    pub(super) charset: String,
    pub(super) content: Range<usize>,
}

/// Reads a container; `None` where it is none.
pub(super) fn read(octets: &[u8]) -> Option<Tnef> {
    let mut found = Tnef::default();
    Reader::new(octets).container(&mut found, 0)?;
    // a directory entry without octets is no file
    found.files.retain(|file| !file.content.is_empty());
    Some(found)
}

impl Reader<'_> {
    /// Attributes to the end, or to where they make no sense: what came before counts.
    fn container(mut self, found: &mut Tnef, depth: usize) -> Option<()> {
        if self.u32()? != SIGNATURE {
            return None;
        }
        self.u16()?;
        let mut code_page = 1252;
        let mut file: Option<TnefFile> = None;
        while let Some((id, value)) = self.attribute() {
            match id {
                // attOemCodepage
                0x9007 => code_page = self.inside(&value).u32().unwrap_or(code_page),
                // attBody
                0x800C if depth == 0 && found.body.is_none() => {
                    found.body = Some(TnefBody { html: false, charset: label(code_page), content: value });
                }
                // attMsgProps
                0x9003 if depth == 0 => self.inside(&value).message(found, code_page),
                // attAttachRenddata: a file begins
                0x9002 => {
                    keep(found, file.replace(TnefFile::default()));
                }
                // attAttachTitle
                0x8010 => {
                    let file = file.get_or_insert_default();
                    if file.name.is_empty() {
                        file.name = text(self.cut(&value), 0x1E, code_page);
                    }
                }
                // attAttachData
                0x800F => file.get_or_insert_default().content = value,
                // attAttachment: what MAPI knows of the file
                0x9005 => {
                    let inner = self.inside(&value).file(file.get_or_insert_default(), code_page);
                    if let Some(inner) = inner.filter(|_| depth < DEEPEST) {
                        file = None;
                        self.inside(&inner).container(found, depth + 1);
                    }
                }
                _ => {}
            }
            if found.files.len() >= MOST_FILES {
                return Some(());
            }
        }
        keep(found, file);
        Some(())
    }

    /// The text among a message's properties; HTML rather than plain.
    fn message(mut self, found: &mut Tnef, code_page: u32) {
        let mut internet = code_page;
        let mut html = None;
        self.properties(|reader, property| match property.id {
            // PR_INTERNET_CPID
            0x3FDE => internet = reader.inside(&property.value).u32().unwrap_or(code_page),
            // PR_BODY
            0x1000 => {
                let charset = if property.kind == 0x1F { "utf-16le".to_owned() } else { label(code_page) };
                found.body = Some(TnefBody { html: false, charset, content: property.value });
            }
            // PR_HTML
            0x1013 => html = Some((property.kind, property.value)),
            _ => {}
        });
        if let Some((kind, content)) = html.filter(|(_, content)| !content.is_empty()) {
            let charset = if kind == 0x1F { "utf-16le".to_owned() } else { label(internet) };
            found.body = Some(TnefBody { html: true, charset, content });
        }
    }

    /// What the properties of a file say of it; where a message inside stands, if it is one.
    fn file(mut self, file: &mut TnefFile, code_page: u32) -> Option<Range<usize>> {
        let mut inner = None;
        let (mut long, mut short, mut shown) = (String::new(), String::new(), String::new());
        self.properties(|reader, property| {
            let said = || text(reader.cut(&property.value), property.kind, code_page);
            match property.id {
                0x3707 => long = said(),  // PR_ATTACH_LONG_FILENAME
                0x3704 => short = said(), // PR_ATTACH_FILENAME
                0x3001 => shown = said(), // PR_DISPLAY_NAME
                0x370E => file.media_type = said().to_ascii_lowercase(),
                0x3712 => file.id = said().trim_matches(['<', '>']).to_owned(),
                // PR_ATTACH_DATA: octets, or an object that begins with the id of its kind
                0x3701 if property.kind == 0x0D => {
                    let content = property.value.start.saturating_add(16).min(property.value.end)..property.value.end;
                    let is_message = reader.inside(&content).u32() == Some(SIGNATURE);
                    if is_message { inner = Some(content) } else { file.content = content }
                }
                0x3701 if file.content.is_empty() => file.content = property.value,
                _ => {}
            }
        });
        // the title is a name of eight letters; without a better one it has to do
        let better = [long, short, shown].into_iter().find(|name| !name.is_empty());
        if let Some(name) = better {
            file.name = name;
        }
        inner
    }
}

fn keep(found: &mut Tnef, file: Option<TnefFile>) {
    found.files.extend(file.filter(|file| !file.content.is_empty()));
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn attribute(level: u8, id: u32, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap();
        let sum = value.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        [&[level][..], &id.to_le_bytes(), &length.to_le_bytes(), value, &sum.to_le_bytes()].concat()
    }

    fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
        let mut out = [kind.to_le_bytes(), id.to_le_bytes()].concat();
        if matches!(kind, 0x1E | 0x1F | 0x0D | 0x102) {
            out.extend(1_u32.to_le_bytes());
            out.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        }
        out.extend(value);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }

    fn properties(all: &[Vec<u8>]) -> Vec<u8> {
        [&u32::try_from(all.len()).unwrap().to_le_bytes()[..], &all.concat()].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn container(attributes: &[Vec<u8>]) -> Vec<u8> {
        [&SIGNATURE.to_le_bytes()[..], &[1, 0], &attributes.concat()].concat()
    }

    /// A container as Outlook writes it: a text, and two files.
    pub(crate) fn sample() -> Vec<u8> {
        let html = "<p>Grüße</p>".as_bytes();
        container(&[
            attribute(1, 0x0006_9007, &[0xE4, 4, 0, 0, 0, 0, 0, 0]),
            attribute(
                1,
                0x0006_9003,
                &properties(&[
                    property(0x03, 0x3FDE, &65001_u32.to_le_bytes()),
                    property(0x1F, 0x1000, &wide("Grüße")),
                    property(0x102, 0x1013, html),
                ]),
            ),
            attribute(2, 0x0006_9002, &[0; 14]),
            attribute(2, 0x0001_8010, b"UBERSI~1.PDF\0"),
            attribute(2, 0x0006_800F, b"first file"),
            attribute(
                2,
                0x0006_9005,
                &properties(&[
                    property(0x0B, 0x0E13, &[1, 0, 0, 0]),
                    property(0x1F, 0x3707, &wide("Übersicht 2026.pdf")),
                    property(0x1E, 0x370E, b"application/pdf\0"),
                ]),
            ),
            attribute(2, 0x0006_9002, &[0; 14]),
            attribute(2, 0x0001_8010, b"T\xe4st.txt\0"),
            attribute(2, 0x0006_800F, b"second"),
        ])
    }

    #[test]
    fn files_have_their_long_names_and_exact_octets() {
        let octets = sample();
        let found = read(&octets).unwrap();
        let files: Vec<_> =
            found.files.iter().map(|file| (file.name.as_str(), &octets[file.content.clone()])).collect();
        assert_eq!(files, [("Übersicht 2026.pdf", &b"first file"[..]), ("Täst.txt", b"second")]);
        assert_eq!(found.files[0].media_type, "application/pdf");
        let body = found.body.unwrap();
        assert_eq!(
            (body.html, body.charset.as_str(), &octets[body.content]),
            (true, "utf-8", "<p>Grüße</p>".as_bytes())
        );
    }

    #[test]
    fn files_of_a_message_inside_are_found_to_a_depth() {
        let mut inner = container(&[
            attribute(2, 0x0006_9002, &[0; 14]),
            attribute(2, 0x0001_8010, b"deep.txt\0"),
            attribute(2, 0x0006_800F, b"deep"),
        ]);
        let wrap = |inner: &[u8]| {
            let object = [&[7; 16][..], inner].concat();
            let named = property(0x1E, 0x3001, b"Inner\0");
            let all = properties(&[named, property(0x0D, 0x3701, &object)]);
            container(&[attribute(2, 0x0006_9002, &[0; 14]), attribute(2, 0x0006_9005, &all)])
        };
        for depth in 1..=DEEPEST + 1 {
            inner = wrap(&inner);
            assert_eq!(read(&inner).unwrap().files.len(), usize::from(depth <= DEEPEST), "{depth}");
        }
    }

    #[test]
    fn what_claims_to_be_huge_costs_nothing() {
        // CVE-2026-62641, CVE-2026-62642
        let mut huge = container(&[]);
        huge.extend([2, 0x0F, 0x80, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert_eq!(read(&huge).unwrap().files, []);
        let many = [&u32::MAX.to_le_bytes()[..], &property(0x101E, 0x3707, &u32::MAX.to_le_bytes())].concat();
        let many = container(&[attribute(2, 0x0006_9005, &many)]);
        assert_eq!(read(&many).unwrap().files, []);
        // values without width go on for ever in parsers that believe the count
        let endless = properties(&[[&0x1001_u16.to_le_bytes()[..], &[7, 0x37], &u32::MAX.to_le_bytes()].concat()]);
        assert_eq!(read(&container(&[attribute(2, 0x0006_9005, &endless)])).unwrap().files, []);
        let empties = attribute(2, 0x0006_9002, &[]).repeat(100_000);
        assert_eq!(read(&container(&[empties])).unwrap().files, []);
        let files = [attribute(2, 0x0006_9002, &[]), attribute(2, 0x0006_800F, b"x")].concat().repeat(10_000);
        assert_eq!(read(&container(&[files])).unwrap().files.len(), MOST_FILES); // D-03
    }

    #[test]
    fn what_is_cut_short_gives_what_came_before() {
        let whole = sample();
        for length in 0..whole.len() {
            let found = read(&whole[..length]);
            assert_eq!(found.is_some(), length >= 6, "{length}");
        }
        assert_eq!(read(b"PK\x03\x04 no container"), None);
    }

    proptest! {
        #[test]
        fn any_change_to_a_container_is_read_without_a_panic(changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..20)) {
            let mut octets = sample();
            for (at, byte) in changes {
                let at = usize::from(at) % octets.len();
                octets[at] = byte;
            }
            if let Some(found) = read(&octets) {
                for file in found.files {
                    prop_assert!(octets.get(file.content).is_some());
                }
            }
        }
    }
}
