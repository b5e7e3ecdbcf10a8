//! The next messages of files that were brought in.
//!
//! Files are read on threads where that keeps nobody waiting, from where the cursor stands; of any size a window is in memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::Error;
use super::importing::{Brought, Cursor, Importing};
use super::job::Notice;
use crate::mail::UploadId;
use crate::mime::{self, ArchiveFault, ArchiveItem, FileKind, Incoming, MailArchive, MboxItem, MboxReader, Portion};
use crate::store::{NotKept, Uploads};

/// Messages and octets of a window; the message that goes beyond is the last one.
const MESSAGES: usize = 200;
const OCTETS: usize = 8 << 20;
/// Files of an archive that are looked at for a window: each window walks along the list of files anew.
const FILES: usize = 10_000;
/// Octets of a file that are read at once.
const PIECE: usize = 256 << 10;
/// Octets that are looked at to see what a file is.
const LOOKED_AT: u64 = 4 << 10;
/// All of an archive together may grow to so many times its octets, and this much more: text packs to a twentieth.
const MOST_GROWTH: u64 = 100;
const HARMLESS: u64 = 64 << 20;

/// A message that was found in a file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) message: Incoming,
    /// Its Message-ID, empty where it has none, and its subject.
    pub(super) told: (String, String),
    /// The file it was in.
    pub(super) file: String,
}

impl Found {
    fn new(message: Incoming, file: &str) -> Self {
        let (id, subject) = message.told();
        Self { message, told: (id.unwrap_or_default(), subject), file: file.to_owned() }
    }

    /// Its Message-ID; empty where it has none.
    pub(super) fn id(&self) -> &str {
        &self.told.0
    }

    /// What it is called when something is said of it.
    pub(super) fn about(&self) -> String {
        if self.told.1.is_empty() { self.file.clone() } else { self.told.1.clone() }
    }
}

/// A window of messages.
#[derive(Debug)]
pub(super) struct Sheaf {
    pub(super) found: Vec<Found>,
    /// What is no message, and why.
    pub(super) remarks: Vec<(Notice, String)>,
    /// Where the next window begins.
    pub(super) next: Cursor,
    /// Whether this is the last one.
    pub(super) is_all: bool,
    /// How much of all files was read then: octets, of octets.
    pub(super) share: (u64, u64),
}

/// Reads files of a person.
pub(super) struct Gatherer<'a> {
    pub(super) uploads: &'a Uploads,
    pub(super) user: &'a str,
    pub(super) importing: &'a Importing,
}

/// What was read at a place.
#[derive(Default)]
struct Portioned {
    found: Vec<Found>,
    remarks: Vec<(Notice, String)>,
    next: Cursor,
    /// The file is done.
    ends: bool,
    /// Of this file: how much of it was read, of how much.
    share: (u64, u64),
}

impl Gatherer<'_> {
    /// The window at the cursor; of files with a message each, many together.
    pub(super) async fn gather(&self, cursor: &Cursor) -> Result<Sheaf, Error> {
        let all: u64 = self.importing.files.iter().map(|file| file.octets).sum();
        let mut sheaf = Sheaf {
            found: Vec::new(),
            remarks: Vec::new(),
            next: Cursor { begun: None, ..cursor.clone() },
            is_all: true,
            share: (all, all),
        };
        while let Some(brought) = self.importing.files.get(sheaf.next.file) {
            let at = sheaf.next.clone();
            let read = if at.unpacks { self.unpack(brought, &at).await? } else { self.read(brought, &at).await? };
            sheaf.found.extend(read.found);
            sheaf.remarks.extend(read.remarks);
            let before: u64 = self.importing.files.iter().take(at.file).map(|file| file.octets).sum();
            let (done, of) = read.share;
            let here = u128::from(brought.octets) * u128::from(done) / u128::from(of.max(1));
            sheaf.share.0 = before + u64::try_from(here).unwrap_or(u64::MAX);
            sheaf.next = read.next;
            if !read.ends {
                break;
            }
            sheaf.share.0 = before + brought.octets;
            sheaf.next = Cursor { file: at.file + 1, ..Cursor::default() };
            let octets: usize = sheaf.found.iter().map(|one| one.message.octets.len()).sum();
            if sheaf.found.len() + sheaf.remarks.len() >= MESSAGES || octets >= OCTETS {
                break;
            }
        }
        sheaf.is_all = sheaf.next.file >= self.importing.files.len();
        Ok(sheaf)
    }

    /// The files are still wanted.
    pub(super) async fn touch(&self, cursor: &Cursor) -> Result<(), Error> {
        // all of them now and then, and after each pause
        let many = if cursor.begun.is_some() || cursor.file.is_multiple_of(100) { usize::MAX } else { 1 };
        let files = self.importing.files.iter().skip(cursor.file).take(many).map(|file| &file.upload);
        for id in files.chain(&cursor.unpacked).filter_map(|id| UploadId::parse(id)) {
            self.uploads.touch(self.user, &id).await.map_err(not_read)?;
        }
        Ok(())
    }

    /// A file is not wanted any more; what can't be deleted now is swept out.
    pub(super) async fn remove(&self, id: &str) {
        if let Some(id) = UploadId::parse(id)
            && let Err(error) = self.uploads.remove(self.user, &id).await
        {
            tracing::warn!(%error, "a file that was brought in could not be deleted");
        }
    }

    async fn open(&self, id: &str) -> Result<Option<File>, Error> {
        match UploadId::parse(id) {
            Some(id) => self.uploads.open_file(self.user, &id).await.map_err(not_read),
            None => Ok(None),
        }
    }

    async fn read(&self, brought: &Brought, cursor: &Cursor) -> Result<Portioned, Error> {
        let (name, cursor) = (brought.name.clone(), cursor.clone());
        if let Some(unpacked) = &cursor.unpacked {
            let Some(file) = self.open(unpacked).await? else {
                // unpacked once more
                return Ok(Portioned {
                    next: Cursor { unpacks: true, unpacked: None, ..cursor },
                    ..Portioned::default()
                });
            };
            return blocking(move || {
                let mut read = mbox(file, &name, &cursor)?;
                if read.ends {
                    let Cursor { file, entry, grown, .. } = cursor;
                    let next = Cursor { file, entry: entry + 1, grown, ..Cursor::default() };
                    read = Portioned { ends: false, next, ..read };
                }
                Ok(read)
            })
            .await;
        }
        let Some(file) = self.open(&brought.upload).await? else { return Ok(gone(&name)) };
        let octets = brought.octets;
        blocking(move || {
            let mut file = file;
            let mut first = Vec::new();
            (&mut file).take(LOOKED_AT).read_to_end(&mut first)?;
            file.seek(SeekFrom::Start(0))?;
            match mime::kind_of_file(&first) {
                FileKind::Archive => archive(file, octets, &name, &cursor),
                FileKind::Mbox => mbox(file, &name, &cursor),
                FileKind::Message => message(file, octets, &name),
                FileKind::Other => Ok(remark(Notice::NotAMessage, &name)),
            }
        })
        .await
    }

    /// Unpacks an mbox file of an archive beside it.
    async fn unpack(&self, brought: &Brought, cursor: &Cursor) -> Result<Portioned, Error> {
        let Some(file) = self.open(&brought.upload).await? else { return Ok(gone(&brought.name)) };
        let largest = most(brought.octets).saturating_sub(cursor.grown);
        let mut upload = self.uploads.begin(self.user, largest).await.map_err(|_| Error::NotKept)?;
        let at = cursor.entry;
        let runtime = tokio::runtime::Handle::current();
        let (what, upload, trouble) = blocking(move || {
            let mut trouble = None;
            let mut archive = MailArchive::open(file).map_err(io::Error::other)?;
            let what = archive.unpack(at, |piece| {
                runtime.block_on(upload.write(piece)).map_err(|error| {
                    trouble = Some(error);
                    io::ErrorKind::Other.into()
                })
            });
            Ok((what.map_err(io::Error::other)?, upload, trouble))
        })
        .await?;
        let passed_over = |notice| {
            let next = Cursor { entry: cursor.entry + 1, unpacks: false, ..cursor.clone() };
            Portioned { remarks: vec![(notice, brought.name.clone())], next, ..Portioned::default() }
        };
        match (what, trouble) {
            (Ok(ArchiveItem::Mbox), None) => {
                let kept = upload.finish().await.map_err(|_| Error::NotKept)?;
                let unpacked = Some(kept.id.as_str().to_owned());
                let grown = cursor.grown.saturating_add(kept.size);
                let next = Cursor { unpacks: false, unpacked, offset: 0, grown, ..cursor.clone() };
                Ok(Portioned { next, ..Portioned::default() })
            }
            (_, Some(NotKept::TooLarge(_))) | (Ok(ArchiveItem::Bomb), _) => Ok(passed_over(Notice::Bursts)),
            (_, Some(NotKept::NoRoom(_))) => Ok(passed_over(Notice::TooLarge)),
            (Ok(_), None) => Ok(passed_over(Notice::Unreadable)),
            _ => Err(Error::NotKept),
        }
    }
}

/// How many octets an archive of so many may hold.
fn most(octets: u64) -> u64 {
    octets.saturating_mul(MOST_GROWTH).saturating_add(HARMLESS)
}

fn gone(name: &str) -> Portioned {
    remark(Notice::FileGone, name)
}

/// A file of which nothing is read.
fn remark(notice: Notice, name: &str) -> Portioned {
    Portioned { remarks: vec![(notice, name.to_owned())], ends: true, share: (1, 1), ..Portioned::default() }
}

fn message(file: File, octets: u64, name: &str) -> io::Result<Portioned> {
    let largest = u64::try_from(mime::LARGEST_INCOMING).unwrap_or(u64::MAX);
    if octets > largest {
        return Ok(remark(Notice::TooLarge, name));
    }
    let mut whole = Vec::new();
    file.take(largest).read_to_end(&mut whole)?;
    Ok(match Incoming::of_file(&whole) {
        Some(message) => Portioned {
            found: vec![Found::new(message, name)],
            remarks: Vec::new(),
            ..remark(Notice::NotAMessage, name)
        },
        None => remark(Notice::NotAMessage, name),
    })
}

/// Messages of an mbox file from the cursor on.
fn mbox(mut file: File, name: &str, cursor: &Cursor) -> io::Result<Portioned> {
    let all = file.metadata()?.len();
    file.seek(SeekFrom::Start(cursor.offset))?;
    let mut reader = MboxReader::new(cursor.offset);
    let mut read = Portioned { next: cursor.clone(), ..Portioned::default() };
    let mut octets = 0;
    let mut piece = vec![0; PIECE];
    let mut is_read = false;
    while read.found.len() + read.remarks.len() < MESSAGES && octets < OCTETS {
        let Some(entry) = reader.read() else {
            if is_read {
                read.ends = true;
                break;
            }
            let came = file.read(&mut piece)?;
            reader.push(piece.get(..came).unwrap_or_default());
            if came == 0 {
                reader.end();
                is_read = true;
            }
            continue;
        };
        read.next.offset = entry.next;
        match entry.what {
            MboxItem::Message(message) => {
                octets += message.octets.len();
                read.found.push(Found::new(message, name));
            }
            MboxItem::Deleted => read.remarks.push((Notice::DeletedThere, String::new())),
            MboxItem::TooLarge(_) => read.remarks.push((Notice::TooLarge, name.to_owned())),
            MboxItem::NotAMessage => read.remarks.push((Notice::NotAMessage, name.to_owned())),
        }
    }
    read.share = (read.next.offset, all);
    Ok(read)
}

/// Messages of an archive from the cursor on; an mbox file in it is the last thing that is looked at.
fn archive(file: File, octets: u64, name: &str, cursor: &Cursor) -> io::Result<Portioned> {
    let mut archive = match MailArchive::open(file) {
        Ok(archive) => archive,
        Err(ArchiveFault::Unreadable) => return Ok(remark(Notice::Unreadable, name)),
        Err(ArchiveFault::TooManyFiles) => return Ok(remark(Notice::TooLarge, name)),
    };
    let files = archive.files();
    let portion = Portion { files: FILES, messages: MESSAGES, octets: OCTETS };
    let Ok(entries) = archive.read(cursor.entry, portion) else {
        return Ok(remark(Notice::Unreadable, name));
    };
    let mut read = Portioned { next: cursor.clone(), ..Portioned::default() };
    for entry in entries {
        let notice = match entry.what {
            ArchiveItem::Message(message) => {
                let size = u64::try_from(message.octets.len()).unwrap_or(u64::MAX);
                read.next.grown = read.next.grown.saturating_add(size);
                if read.next.grown > most(octets) {
                    return Ok(Portioned { ends: true, remarks: vec![(Notice::Bursts, name.to_owned())], ..read });
                }
                read.found.push(Found::new(message, &entry.name));
                None
            }
            ArchiveItem::Mbox => {
                read.next.unpacks = true;
                break;
            }
            ArchiveItem::Nothing => None,
            ArchiveItem::Archive => Some(Notice::ArchiveInside),
            ArchiveItem::Other => Some(Notice::NotAMessage),
            ArchiveItem::TooLarge => Some(Notice::TooLarge),
            ArchiveItem::Bomb => Some(Notice::Bursts),
            ArchiveItem::Unreadable => Some(Notice::Unreadable),
        };
        read.next.entry += 1;
        read.remarks.extend(notice.map(|notice| (notice, entry.name)));
    }
    let count = |files: usize| u64::try_from(files).unwrap_or(u64::MAX);
    read.share = (count(read.next.entry), count(files));
    read.ends = read.next.entry >= files && !read.next.unpacks;
    Ok(read)
}

/// Work on files, on a thread where it keeps nobody waiting.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Error::NotKept)?;
    done.map_err(|error| {
        tracing::error!(%error, "a file that was brought in can't be read");
        Error::NotKept
    })
}

fn not_read(error: crate::store::Error) -> Error {
    tracing::error!(%error, "a file that was brought in can't be read");
    Error::NotKept
}
