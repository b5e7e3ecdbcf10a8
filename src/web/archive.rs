//! Messages as a file that other programs read: a ZIP archive of `.eml` files, an mbox file, a Maildir (decision 0029).

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use super::tar::{Tar, WrongLength};
use super::zip::{Distinct, Room, TooLarge, Zip};
use crate::account::{Carried, MboxWriter, folder_name, maildir_info, message_file_name};
use crate::mail::{Address, Flags, MailboxName, Moment};
use crate::store;

/// Which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Format {
    /// A ZIP archive with a file for each message.
    #[default]
    Zip,
    /// An mbox file; of several mailboxes a ZIP archive with one for each.
    Mbox,
    /// A Maildir, in a tar archive: ZIP archives are unpacked on Windows, where no name has a colon.
    Maildir,
}

impl Format {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Zip, Self::Mbox, Self::Maildir];

    /// How a form calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Mbox => "mbox",
            Self::Maildir => "maildir",
        }
    }

    /// What a form means.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// An archive that is being written.
pub(super) struct Archive {
    kind: Kind,
    /// Where in the archive the messages of a mailbox go; empty where there is one mailbox only.
    folders: HashMap<MailboxName, String>,
    written: u64,
}

enum Kind {
    Zip { zip: Zip, names: Distinct },
    Mbox { writer: Option<MboxWriter> },
    Mboxes { zip: Zip, open: Option<MailboxName>, writer: Option<MboxWriter> },
    Maildir { tar: Tar, made: HashSet<String> },
}

/// The octets that have become ready, in their order.
pub(super) type Out = Vec<Bytes>;

/// The archive can't be what it should: it is cut, so that nobody takes it for a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// See there.
    #[error("{0}")]
    TooLarge(#[from] TooLarge),
    /// See there.
    #[error("{0}")]
    WrongLength(#[from] WrongLength),
}

impl Archive {
    /// An archive of messages of these mailboxes, each with its folders in it from the outermost in.
    pub(super) fn new(format: Format, mailboxes: &[(MailboxName, Vec<String>)]) -> Self {
        let mut names = Distinct::default();
        let several = mailboxes.len() > 1;
        let folder = |(name, levels): &(MailboxName, Vec<String>)| {
            let levels: Vec<String> = levels.iter().map(|level| folder_name(level)).collect();
            (name.clone(), names.name(levels.join("/")))
        };
        let is_tree = several || format == Format::Maildir;
        let folders = if is_tree { mailboxes.iter().map(folder).collect() } else { HashMap::new() };
        let kind = match format {
            Format::Zip => Kind::Zip { zip: Zip::default(), names: Distinct::default() },
            Format::Mbox if several => Kind::Mboxes { zip: Zip::default(), open: None, writer: None },
            Format::Mbox => Kind::Mbox { writer: None },
            Format::Maildir => Kind::Maildir { tar: Tar::default(), made: HashSet::new() },
        };
        Self { kind, folders, written: 0 }
    }

    /// What the name of the file ends with.
    pub(super) fn extension(&self) -> &'static str {
        match self.kind {
            Kind::Zip { .. } | Kind::Mboxes { .. } => "zip",
            Kind::Mbox { .. } => "mbox",
            Kind::Maildir { .. } => "tar",
        }
    }

    /// Begins a message; `day` is its date as names have it.
    pub(super) fn begin(&mut self, message: &Carried, day: &str, out: &mut Out) -> Result<(), Broken> {
        let folder = self.folders.get(&message.mailbox).map(String::as_str).unwrap_or_default();
        self.written += 1;
        match &mut self.kind {
            Kind::Zip { zip, names } => {
                let name = format!("{day} {}", message_file_name(&message.envelope.subject));
                let name = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                out.push(zip.begin_dated(&names.name(name), Some(date(message)), Room::Small)?);
            }
            Kind::Mbox { writer } => {
                let mut octets = Vec::new();
                *writer = Some(postmark(message, &mut octets));
                out.push(octets.into());
            }
            Kind::Mboxes { zip, open, writer } => {
                if open.as_ref() != Some(&message.mailbox) {
                    out.push(zip.end()?);
                    out.push(zip.begin_dated(&format!("{folder}.mbox"), None, Room::Large)?);
                    *open = Some(message.mailbox.clone());
                }
                let mut octets = Vec::new();
                *writer = Some(postmark(message, &mut octets));
                out.push(zip.write(octets.into())?);
            }
            Kind::Maildir { tar, made } => {
                if made.insert(folder.to_owned()) {
                    let now = Moment { seconds: store::unix_now(), offset_minutes: 0 };
                    out.push(tar.folder(folder, now));
                    for part in ["cur", "new", "tmp"] {
                        out.push(tar.folder(&format!("{folder}/{part}"), now));
                    }
                }
                let (seconds, info) = (message.arrived.seconds.max(0), maildir_info(&message.flags));
                let (number, size) = (self.written, message.size);
                let name = format!("{folder}/cur/{seconds}.M{number}.fernpost,S={size}:{info}");
                out.push(tar.begin(&name, size, message.arrived));
            }
        }
        Ok(())
    }

    /// A piece of it.
    pub(super) fn write(&mut self, piece: Bytes, out: &mut Out) -> Result<(), Broken> {
        match &mut self.kind {
            Kind::Zip { zip, .. } => out.push(zip.write(piece)?),
            Kind::Maildir { tar, .. } => out.push(tar.write(piece)?),
            Kind::Mbox { writer } => out.push(quoted(&piece, writer.as_mut())),
            Kind::Mboxes { zip, writer, .. } => out.push(zip.write(quoted(&piece, writer.as_mut()))?),
        }
        Ok(())
    }

    /// Ends it.
    pub(super) fn end(&mut self, out: &mut Out) -> Result<(), Broken> {
        let ended = |writer: &mut Option<MboxWriter>| {
            let mut octets = Vec::new();
            if let Some(writer) = writer.take() {
                writer.end(&mut octets);
            }
            Bytes::from(octets)
        };
        match &mut self.kind {
            Kind::Zip { zip, .. } => out.push(zip.end()?),
            Kind::Maildir { tar, .. } => out.push(tar.end()?),
            Kind::Mbox { writer } => out.push(ended(writer)),
            Kind::Mboxes { zip, writer, .. } => out.push(zip.write(ended(writer))?),
        }
        Ok(())
    }

    /// Adds what is to be known of the archive: a file of this name; in an mbox file, which has none, a message of this subject.
    pub(super) fn note(&mut self, name: &str, text: &str, now: Moment, out: &mut Out) -> Result<(), Broken> {
        let octets = Bytes::from(text.replace('\n', "\r\n"));
        match &mut self.kind {
            Kind::Zip { zip, .. } | Kind::Mboxes { zip, .. } => {
                out.push(zip.end()?);
                out.push(zip.begin_dated(name, Some(now), Room::Small)?);
                out.push(zip.write(octets)?);
                out.push(zip.end()?);
            }
            Kind::Maildir { tar, .. } => {
                out.push(tar.begin(name, u64::try_from(octets.len()).unwrap_or(0), now));
                out.push(tar.write(octets)?);
                out.push(tar.end()?);
            }
            Kind::Mbox { .. } => {
                let mut mbox = Vec::new();
                let mut writer = MboxWriter::begin("", now, &Flags::default(), &mut mbox);
                let head = format!(
                    "From: MAILER-DAEMON\r\nSubject: {name}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Content-Transfer-Encoding: 8bit\r\n\r\n"
                );
                writer.push(head.as_bytes(), &mut mbox);
                writer.push(&octets, &mut mbox);
                writer.end(&mut mbox);
                out.push(mbox.into());
            }
        }
        Ok(())
    }

    /// That was all of it.
    pub(super) fn finish(self, out: &mut Out) -> Result<(), Broken> {
        match self.kind {
            Kind::Zip { zip, .. } => out.extend(zip.finish()),
            Kind::Maildir { tar, .. } => out.push(tar.finish()),
            Kind::Mbox { .. } => {}
            Kind::Mboxes { mut zip, .. } => {
                out.push(zip.end()?);
                out.extend(zip.finish());
            }
        }
        Ok(())
    }
}

/// When it was written, if that can be believed, else when it arrived.
pub(super) fn date(message: &Carried) -> Moment {
    /// 1980: before that there was no mail as ours.
    const FIRST: i64 = 315_532_800;
    /// A clock may be wrong by so many seconds.
    const AHEAD: i64 = 86_400;
    let arrived = message.arrived;
    message
        .envelope
        .sent_date
        .filter(|at| (FIRST..=arrived.seconds.saturating_add(AHEAD)).contains(&at.seconds))
        .unwrap_or(arrived)
}

fn postmark(message: &Carried, octets: &mut Vec<u8>) -> MboxWriter {
    let sender = message.envelope.from.first().map(|from: &Address| from.addr.as_str()).unwrap_or_default();
    MboxWriter::begin(sender, message.arrived, &message.flags, octets)
}

fn quoted(piece: &[u8], writer: Option<&mut MboxWriter>) -> Bytes {
    let mut octets = Vec::with_capacity(piece.len() + 64);
    if let Some(writer) = writer {
        writer.push(piece, &mut octets);
    }
    octets.into()
}
