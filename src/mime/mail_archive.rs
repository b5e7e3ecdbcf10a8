//! Messages in a ZIP archive: `.eml` files, the files of a Maildir, mbox files.
//!
//! Archives come from anywhere. Their names are shown and never used as paths; the list of files is walked and never held; an
//! archive in an archive stays closed; and what unpacks to far more than it was is no mail.

use std::io::{self, Read, Seek};

use zip::ZipReadOptions;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::archive_reader::{Guarded, Window};
use super::incoming::Incoming;
use super::maildir::flags_of_maildir;
use super::mbox::LARGEST_INCOMING;

/// More files than this in one archive are more than are meant.
const MOST_FILES: usize = 1_000_000;
/// Octets that are looked at to see what a file is.
const LOOKED_AT: usize = 4 << 10;
/// Octets that are unpacked at once.
const PIECE: usize = 64 << 10;

/// A ZIP archive that holds mail.
pub struct MailArchive<R> {
    zip: ZipIterable<Window<R>>,
}

/// Why an archive can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// It is none, or broken where it says what is in it.
    #[error("not a ZIP archive that can be read")]
    Unreadable,
    /// There are too many files in it.
    #[error("too many files")]
    TooManyFiles,
}

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveEntry {
    /// Its name, as the archive has it: to be shown.
    pub name: String,
    /// What it is.
    pub what: ArchiveItem,
}

/// What a file of an archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveItem {
    /// A message.
    Message(Incoming),
    /// Messages in an mbox file, to be unpacked.
    Mbox,
    /// A folder, or what systems put beside files.
    Nothing,
    /// An archive.
    Archive,
    /// A file that is no message.
    Other,
    /// A message with more octets than are read of one.
    TooLarge,
    /// It unpacks to far more than mail does.
    Bomb,
    /// It is encrypted, packed in a way that is not known here, or broken.
    Unreadable,
}

/// How much is read of an archive in one go.
#[derive(Debug, Clone, Copy)]
pub struct Portion {
    /// Files.
    pub files: usize,
    /// Messages among them.
    pub messages: usize,
    /// Octets; the message that goes beyond is the last one.
    pub octets: usize,
}

impl<R: Read + Seek> MailArchive<R> {
    /// Looks at the list of files.
    pub fn open(reader: R) -> Result<Self, ArchiveFault> {
        let config = Config { archive_offset: ArchiveOffset::Detect };
        let zip = ZipIterable::try_new(Window::new(reader), config).map_err(|_| ArchiveFault::Unreadable)?;
        if zip.len() > MOST_FILES { Err(ArchiveFault::TooManyFiles) } else { Ok(Self { zip }) }
    }

    /// How many files there are, folders among them.
    pub fn files(&self) -> usize {
        self.zip.len()
    }

    /// Files from this one on, by their place in the list; none behind an mbox file.
    pub fn read(&mut self, from: usize, portion: Portion) -> Result<Vec<ArchiveEntry>, ArchiveFault> {
        let files = self.zip.files().map_err(|_| ArchiveFault::Unreadable)?;
        let mut entries = Vec::new();
        let (mut messages, mut octets) = (0, 0);
        if from > 0 && files.nth(from - 1).is_none_or(|skipped| skipped.is_err()) {
            return Err(ArchiveFault::Unreadable);
        }
        while entries.len() < portion.files && messages < portion.messages && octets < portion.octets {
            let Some(entry) = files.next() else { break };
            let entry = entry.map_err(|_| ArchiveFault::Unreadable)?;
            let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
            let what = if entry.is_dir() || is_of_a_system(&name) {
                ArchiveItem::Nothing
            } else {
                let packed = entry.compressed_size();
                match entry.with_reader(files.reader_mut(), ZipReadOptions::new()) {
                    Ok(file) => item(&name, Guarded::new(file, packed)),
                    Err(ZipError::Io(_)) => return Err(ArchiveFault::Unreadable),
                    Err(_) => ArchiveItem::Unreadable,
                }
            };
            if let ArchiveItem::Message(message) = &what {
                messages += 1;
                octets += message.octets.len();
            }
            let is_mbox = what == ArchiveItem::Mbox;
            entries.push(ArchiveEntry { name, what });
            if is_mbox {
                break;
            }
        }
        Ok(entries)
    }

    /// Unpacks the file at this place, piece by piece; `sink` may say that it wants no more. What it is in the end: an mbox file,
    /// or why it is none.
    pub fn unpack(
        &mut self,
        at: usize,
        mut sink: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<io::Result<ArchiveItem>, ArchiveFault> {
        let files = self.zip.files().map_err(|_| ArchiveFault::Unreadable)?;
        let entry = files.nth(at).and_then(Result::ok).ok_or(ArchiveFault::Unreadable)?;
        let packed = entry.compressed_size();
        let Ok(file) = entry.with_reader(files.reader_mut(), ZipReadOptions::new()) else {
            return Ok(Ok(ArchiveItem::Unreadable));
        };
        let mut file = Guarded::new(file, packed);
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece) {
                Ok(0) => return Ok(Ok(ArchiveItem::Mbox)),
                Ok(octets) => {
                    if let Err(error) = sink(piece.get(..octets).unwrap_or_default()) {
                        return Ok(Err(error));
                    }
                }
                Err(_) if file.burst => return Ok(Ok(ArchiveItem::Bomb)),
                Err(_) => return Ok(Ok(ArchiveItem::Unreadable)),
            }
        }
    }
}

/// What file systems leave in archives beside what somebody put there.
fn is_of_a_system(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.starts_with("__MACOSX/")
        || last.starts_with("._")
        || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini" | "left-out.txt")
        || last.starts_with("dovecot") && !last.ends_with(".eml")
}

/// What a file is, by its first octets: names tell little.
fn item<F: Read>(name: &str, mut file: Guarded<F>) -> ArchiveItem {
    let mut octets = Vec::new();
    let mut first = (&mut file).take(u64::try_from(LOOKED_AT).unwrap_or(u64::MAX));
    if first.read_to_end(&mut octets).is_err() {
        return if file.burst { ArchiveItem::Bomb } else { ArchiveItem::Unreadable };
    }
    match kind_of_file(&octets) {
        FileKind::Archive => return ArchiveItem::Archive,
        FileKind::Mbox => return ArchiveItem::Mbox,
        FileKind::Message => {}
        FileKind::Other => return ArchiveItem::Other,
    }
    let largest = u64::try_from(LARGEST_INCOMING).unwrap_or(u64::MAX);
    match (&mut file).take(largest).read_to_end(&mut octets) {
        Ok(_) if octets.len() > LARGEST_INCOMING => ArchiveItem::TooLarge,
        Ok(_) => match Incoming::of_file(&octets) {
            Some(mut message) => {
                let marks = flags_of_maildir(name.rsplit(['/', '\\']).next().unwrap_or_default());
                marks.iter().flat_map(|marks| marks.iter()).for_each(|flag| message.flags.set(flag, true));
                ArchiveItem::Message(message)
            }
            None => ArchiveItem::Other,
        },
        Err(_) if file.burst => ArchiveItem::Bomb,
        Err(_) => ArchiveItem::Unreadable,
    }
}

/// What a file seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A ZIP archive, or one of another kind.
    Archive,
    /// An mbox file.
    Mbox,
    /// One message.
    Message,
    /// Something else.
    Other,
}

/// What a file seems to be, by how it begins.
pub fn kind_of_file(first: &[u8]) -> FileKind {
    let begins = |magic: &[u8]| first.starts_with(magic);
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") || begins(b"PK\x06\x06") {
        return FileKind::Archive;
    }
    if begins(b"\x1f\x8b") || begins(b"7z\xbc\xaf\x27\x1c") || begins(b"Rar!") || begins(b"BZh") {
        return FileKind::Archive;
    }
    if begins(b"From ") {
        return FileKind::Mbox;
    }
    // the beginning may end in the middle of a header
    if Incoming::of_file(first).is_some() { FileKind::Message } else { FileKind::Other }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;
    use crate::mail::Flag;

    fn archive(files: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, octets) in files {
            zip.start_file(*name, packed).unwrap();
            zip.write_all(octets).unwrap();
        }
        zip.finish().unwrap()
    }

    const ALL: Portion = Portion { files: usize::MAX, messages: usize::MAX, octets: usize::MAX };

    fn read(files: &[(&str, &[u8])]) -> Vec<ArchiveEntry> {
        MailArchive::open(archive(files)).unwrap().read(0, ALL).unwrap()
    }

    #[test]
    fn files_are_what_their_octets_say() {
        let entries = read(&[
            ("Work/a.eml", b"Subject: a\r\n\r\nHi\r\n"),
            ("../../etc/cur/1.2.host:2,FS", b"Subject: b\n\n"),
            ("photo.jpg", b"\xff\xd8\xff\xe0"),
            ("inner.zip", b"PK\x03\x04rest"),
            ("__MACOSX/._a.eml", b"\0\x05\x16\x07"),
            ("empty.eml", b""),
            ("all", b"From - Tue Jan 13 08:30:00 2026\nA: b\n\n"),
            ("behind.eml", b"A: b\n\n"),
        ]);
        let what: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), &entry.what)).collect();
        let [(_, ArchiveItem::Message(a)), (path, ArchiveItem::Message(b)), rest @ ..] = what.as_slice() else {
            panic!("{what:?}")
        };
        assert_eq!(a.octets, b"Subject: a\r\n\r\nHi\r\n");
        assert_eq!(*path, "../../etc/cur/1.2.host:2,FS");
        assert_eq!(b.flags, [Flag::Flagged, Flag::Seen].into_iter().collect());
        let rest: Vec<&ArchiveItem> = rest.iter().map(|(_, what)| *what).collect();
        let expected =
            [ArchiveItem::Other, ArchiveItem::Archive, ArchiveItem::Nothing, ArchiveItem::Other, ArchiveItem::Mbox];
        assert_eq!(rest, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn an_archive_is_read_in_portions_from_any_place() {
        let text = |number: usize| format!("Subject: {number}\r\n\r\n");
        let texts: Vec<(String, String)> = (0..25).map(|number| (format!("{number}.eml"), text(number))).collect();
        let files: Vec<(&str, &[u8])> = texts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        let mut zip = MailArchive::open(archive(&files)).unwrap();
        assert_eq!(zip.files(), 25);
        let mut names = Vec::new();
        while names.len() < 25 {
            let portion = zip.read(names.len(), Portion { files: 7, messages: 9, octets: 50 }).unwrap();
            assert!(!portion.is_empty() && portion.len() <= 7);
            names.extend(portion.into_iter().map(|entry| entry.name));
        }
        assert_eq!(names, texts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
        assert_eq!(zip.read(25, ALL).unwrap(), []);
        assert_eq!(zip.read(26, ALL), Err(ArchiveFault::Unreadable));
    }

    #[test]
    fn what_bursts_is_left_closed() {
        let mut bomb = b"Subject: a\r\n\r\n".to_vec();
        bomb.resize(30 << 20, b' ');
        let mbox = [&b"From - Tue Jan 13 08:30:00 2026\n"[..], &bomb].concat();
        let packed = archive(&[("bomb.eml", &bomb), ("mbox", &mbox)]);
        assert!(packed.get_ref().len() < 200_000);
        let mut zip = MailArchive::open(packed).unwrap();
        let entries = zip.read(0, ALL).unwrap();
        assert_eq!(entries[0].what, ArchiveItem::Bomb);
        let mut octets = 0;
        let unpacked = zip.unpack(1, |piece| {
            octets += piece.len();
            Ok(())
        });
        assert_eq!(unpacked.unwrap().unwrap(), ArchiveItem::Bomb);
        assert!(octets < 20 << 20);
    }

    #[test]
    fn what_is_broken_is_said_and_the_rest_is_read() {
        let whole = archive(&[("a.eml", b"Subject: a\r\n\r\naaaaaaaaaaaaaaaaaaaa"), ("b.eml", b"Subject: b\r\n\r\n")]);
        let mut octets = whole.into_inner();
        let at = octets.windows(5).position(|five| five == b"a.eml").unwrap() + 5;
        octets[at + 2] ^= 0xff;
        let entries = MailArchive::open(Cursor::new(octets.clone())).unwrap().read(0, ALL).unwrap();
        assert_eq!(entries[0].what, ArchiveItem::Unreadable);
        assert!(matches!(entries[1].what, ArchiveItem::Message(_)));
        for cut in [0, 10, octets.len() / 2, octets.len() - 1] {
            let opened = MailArchive::open(Cursor::new(octets[..cut].to_vec()));
            assert_eq!(opened.err(), Some(ArchiveFault::Unreadable), "{cut}");
        }
    }

    #[test]
    fn an_mbox_is_unpacked_piece_by_piece() {
        let mbox: Vec<u8> = (0..20_000_u32).flat_map(|number| format!("From line {number}\n").into_bytes()).collect();
        let mut zip = MailArchive::open(archive(&[("mbox", &mbox)])).unwrap();
        assert_eq!(zip.read(0, ALL).unwrap()[0].what, ArchiveItem::Mbox);
        let mut unpacked = Vec::new();
        let what = zip.unpack(0, |piece| {
            unpacked.extend_from_slice(piece);
            Ok(())
        });
        assert_eq!((what.unwrap().unwrap(), unpacked), (ArchiveItem::Mbox, mbox));
        let full = zip.unpack(0, |_| Err(io::Error::from(io::ErrorKind::StorageFull)));
        assert_eq!(full.unwrap().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
