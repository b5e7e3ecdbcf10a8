//! Reads what a server tells of a folder's messages into what is kept of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

use super::folder::{Folder, Kept, NO_LIST, Named, TITLED_MEANWHILE};
use crate::account::memory::Memory;
use crate::imap::Fetched;
use crate::mail::{BodyStructure, MailboxName, Part, PartKind, PartPath, Uid, UidSet, UidValidity};
use crate::mime::{self, Glance};

/// Messages of at least so many octets have their structure read: smaller ones can't have files that are worth looking for.
pub(super) const LARGE: u32 = 100_000;
/// A text is kept up to so many octets: a subject, an address, a list's identifier (`D-03`).
const LONGEST: usize = 300;

/// Chosen anew by each process, so that nobody can write a message with the identity of another.
static IDENTITY: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A folder that is being read.
pub(super) struct Builder {
    folder: Folder,
    senders: Interned,
    lists: Interned,
    /// Subjects of smaller messages are not worth keeping any more.
    bar: u32,
}

/// Each text once, found by how it stands in a header.
#[derive(Default)]
struct Interned {
    by_field: HashMap<Box<[u8]>, u32>,
    by_id: HashMap<Box<str>, u32>,
}

impl Builder {
    pub(super) fn new(
        mailbox: &MailboxName,
        uid_validity: UidValidity,
        uid_next: Option<Uid>,
        memory: &Arc<Memory>,
    ) -> Self {
        let folder = Folder::new(mailbox, uid_validity, uid_next, memory);
        Self { folder, senders: Interned::default(), lists: Interned::default(), bar: 0 }
    }

    /// Goes on from what is known of the same folder, as far as it is still there.
    pub(super) fn from_known(known: &Folder, uids: &[Uid], uid_next: Option<Uid>) -> Self {
        let mut builder = Self::new(&known.mailbox, known.uid_validity, uid_next, &known.memory);
        let there = |kept: &&Kept| uids.binary_search_by_key(&kept.uid, |uid| uid.number()).is_ok();
        let folder = &mut builder.folder;
        folder.messages = known.messages.iter().filter(there).copied().collect();
        (folder.senders, folder.lists) = (known.senders.clone(), known.lists.clone());
        folder.titles = known.titles.clone();
        builder.senders.know(&known.senders);
        builder.lists.know(&known.lists);
        builder
    }

    /// What is still there of it.
    pub(super) fn with(mut self, uids: &[Uid]) -> Self {
        self.folder.messages.retain(|kept| uids.binary_search_by_key(&kept.uid, |uid| uid.number()).is_ok());
        self
    }

    pub(super) fn uid_validity(&self) -> UidValidity {
        self.folder.uid_validity
    }

    pub(super) fn knows(&self, uid: Uid) -> bool {
        self.folder.find(uid.number()).is_some()
    }

    /// Takes in what was fetched of messages. A server that sends more than was asked for is heard once for each.
    pub(super) fn take(&mut self, fetched: Vec<Fetched>) {
        let folder = &mut self.folder;
        let octets_of = |uid: &u32| Some((folder.find(*uid)?.octets, *uid));
        let mut largest: Vec<(u32, u32)> = folder.titles.keys().filter_map(octets_of).collect();
        for one in fetched {
            let (Some(uid), Some(size)) = (one.uid, one.size) else { continue };
            let glance = one.header_fields().map(|header| mime::glance(header)).unwrap_or_default();
            let arrived = one.internal_date.or_else(|| glance.date());
            let octets = u32::try_from(size).unwrap_or(u32::MAX);
            let sender = self.senders.place(glance.from_field(), &mut folder.senders, || named_sender(&glance));
            let list = match glance.list_field() {
                b"" => NO_LIST,
                field => self.lists.place(field, &mut folder.lists, || named_list(&glance)),
            };
            if octets >= self.bar {
                folder.titles.insert(uid.number(), cut(&glance.subject()).into());
                largest.push((octets, uid.number()));
                if largest.len() > TITLED_MEANWHILE {
                    self.bar = folder.keep_titles_of(&mut largest);
                }
            }
            folder.messages.push(Kept {
                uid: uid.number(),
                arrived: arrived.and_then(|moment| u32::try_from(moment.seconds).ok()).unwrap_or(0),
                octets,
                file_octets: 0,
                sender,
                list,
                identity: glance.identity().map_or(0, |fields| IDENTITY.hash_one(fields).max(1)),
            });
        }
        folder.messages.sort_by_key(|kept| kept.uid);
        folder.messages.dedup_by_key(|kept| kept.uid);
    }

    /// The large ones that `known` does not have, whose structure is worth reading.
    pub(super) fn large(&self, known: Option<&Folder>) -> UidSet {
        let is_new = |kept: &&Kept| known.is_none_or(|known| known.find(kept.uid).is_none());
        let large = self.folder.messages.iter().filter(|kept| kept.octets >= LARGE).filter(is_new);
        large.filter_map(|kept| Uid::new(kept.uid)).collect()
    }

    /// Takes in the structures of large ones.
    pub(super) fn take_structures(&mut self, fetched: &[Fetched]) {
        for one in fetched {
            let (Some(uid), Some(BodyStructure::Known(top))) = (one.uid, &one.structure) else { continue };
            let at = self.folder.messages.binary_search_by_key(&uid.number(), |kept| kept.uid);
            if let Some(kept) = at.ok().and_then(|at| self.folder.messages.get_mut(at)) {
                // no file is larger than its message, whatever is said of it
                kept.file_octets = u32::try_from(file_octets(top)).unwrap_or(u32::MAX).min(kept.octets);
            }
        }
    }

    pub(super) fn finish(self) -> Folder {
        self.folder.finish()
    }
}

impl Interned {
    fn know(&mut self, known: &[Named]) {
        self.by_id.extend((0..).zip(known).map(|(at, named)| (named.id.clone(), at)));
    }

    /// The place of what this field names, which is read the first time it is met.
    fn place(&mut self, field: &[u8], all: &mut Vec<Named>, read: impl FnOnce() -> Named) -> u32 {
        if let Some(place) = self.by_field.get(field) {
            return *place;
        }
        let named = read();
        let place = match self.by_id.get(&named.id) {
            Some(place) => {
                if let Some(known) = usize::try_from(*place).ok().and_then(|at| all.get_mut(at))
                    && !named.name.is_empty()
                {
                    known.name = named.name;
                }
                *place
            }
            None => {
                let place = u32::try_from(all.len()).unwrap_or(u32::MAX);
                self.by_id.insert(named.id.clone(), place);
                all.push(named);
                place
            }
        };
        self.by_field.insert(field.into(), place);
        place
    }
}

fn named_sender(glance: &Glance<'_>) -> Named {
    let sender = glance.sender().unwrap_or_default();
    Named { id: cut(&sender.addr.trim().to_lowercase()).into(), name: cut(sender.name.trim()).into() }
}

/// A field that names no list is one of its own, without an identifier.
fn named_list(glance: &Glance<'_>) -> Named {
    let (id, name) = glance.list().unwrap_or_default();
    Named { id: cut(&id.to_lowercase()).into(), name: cut(&name).into() }
}

/// At most [`LONGEST`] octets, whole characters.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// What the files in a message take, each counted once: what is inside an attached message is part of it.
fn file_octets(top: &Part) -> u64 {
    fn sum(part: &Part, files: &[PartPath]) -> u64 {
        // a multipart has the place of the message around it
        if files.contains(&part.path) && !matches!(part.kind, PartKind::Multipart(_)) {
            return mime::decoded_size(part);
        }
        part.children().iter().map(|child| sum(child, files)).fold(0, u64::saturating_add)
    }
    sum(top, &mime::reading(top).attachments)
}

#[cfg(test)]
mod tests {
    use super::super::folder::TITLED;
    use super::*;

    fn fetched(uid: u32, size: u64, header: &str) -> Fetched {
        let mut fetched = Fetched::default();
        (fetched.uid, fetched.size) = (Uid::new(uid), Some(size));
        fetched.bodies.push(("HEADER.FIELDS (FROM)".to_owned(), Some(header.as_bytes().to_vec().into())));
        fetched
    }

    fn builder(memory: &Arc<Memory>) -> Builder {
        Builder::new(&MailboxName::inbox(), UidValidity::new(1).unwrap(), None, memory)
    }

    #[test]
    fn subjects_of_the_largest_are_kept_however_they_come() {
        let sizes = (1..=5_000_u32).map(|uid| (uid, u64::from(uid)));
        for sizes in
            [sizes.clone().collect::<Vec<_>>(), sizes.rev().map(|(uid, _)| (uid, u64::from(5_001 - uid))).collect()]
        {
            let mut builder = builder(&Arc::new(Memory::new(usize::MAX)));
            for window in sizes.chunks(700) {
                let of = |(uid, size): &(u32, u64)| fetched(*uid, *size, &format!("Subject: {size}"));
                builder.take(window.iter().map(of).collect());
                assert!(builder.folder.titles.len() <= TITLED_MEANWHILE + 1);
            }
            let folder = builder.finish();
            assert_eq!((folder.messages.len(), folder.titles.len()), (5_000, TITLED));
            let largest = folder.messages.iter().filter(|kept| kept.octets > 4_900);
            assert!(largest.clone().all(|kept| *folder.titles[&kept.uid] == *kept.octets.to_string()));
        }
    }

    #[test]
    fn a_sender_is_one_however_the_name_is_spelled() {
        let mut builder = builder(&Arc::new(Memory::new(usize::MAX)));
        builder.take(vec![
            fetched(1, 10, "From: Ann <ANN@example.org>"),
            fetched(2, 10, "From: \"Ann B.\" <ann@example.org>"),
            fetched(3, 10, "From: ann@example.org"),
            fetched(4, 10, "Subject: nobody"),
            fetched(3, 10, "From: told twice"),
        ]);
        let folder = builder.finish();
        assert_eq!(folder.messages.iter().map(|kept| kept.sender).collect::<Vec<_>>(), [0, 0, 0, 1]);
        assert_eq!((&*folder.senders[0].id, &*folder.senders[0].name), ("ann@example.org", "Ann B."));
    }

    #[test]
    fn what_a_folder_weighs_is_given_back_with_it() {
        let memory = Arc::new(Memory::new(usize::MAX));
        let mut reading = builder(&memory);
        reading.take((1..=1_000).map(|uid| fetched(uid, 10, "From: ann@example.org")).collect());
        let folder = reading.finish();
        assert!((32_000..60_000).contains(&memory.used()), "{}", memory.used());
        drop(folder);
        drop(builder(&memory)); // given up on its way
        assert_eq!(memory.used(), 0);
    }

    #[test]
    fn a_file_is_counted_once_and_is_not_larger_than_its_message() {
        let path = |numbers: &[u16]| numbers.iter().fold(PartPath::root(), |path, number| path.child(*number));
        let file = |numbers: &[u16], size| Part {
            size,
            encoding: "8bit".into(),
            disposition: Some(crate::mail::Disposition { kind: "attachment".into(), params: Vec::new() }),
            ..Part::leaf(path(numbers), "application/pdf")
        };
        let inner = Part {
            kind: PartKind::Multipart(vec![Part::leaf(path(&[2, 1]), "text/plain"), file(&[2, 2], 700)]),
            ..Part::leaf(path(&[2]), "multipart/mixed")
        };
        let message =
            Part { size: 1_000, kind: PartKind::Message(Box::new(inner)), ..Part::leaf(path(&[2]), "message/rfc822") };
        let text = Part { size: 50, ..Part::leaf(path(&[1]), "text/plain") };
        let parts = vec![text, message, file(&[3], 5_000)];
        let top = Part { kind: PartKind::Multipart(parts), ..Part::leaf(PartPath::root(), "multipart/mixed") };
        assert_eq!(file_octets(&top), 6_000);

        let mut builder = builder(&Arc::new(Memory::new(usize::MAX)));
        builder.take(vec![fetched(1, 2_000, "")]);
        let mut described = fetched(1, 2_000, "");
        described.structure = Some(BodyStructure::Known(Box::new(top)));
        builder.take_structures(&[described]);
        assert_eq!(builder.finish().file_octets, 2_000);
    }
}
