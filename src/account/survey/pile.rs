//! Which messages belong to a heap: exactly these, in the folders as they are known.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::folder::{Kept, Named};
use super::found::{Heap, OLD_DAYS};
use super::sum::{Found, Known, holds_lists, largest, old_before, twins, year_begins};
use crate::mail::{MailboxName, Selection, Uid, UidSet};

/// A heap's messages, largest first.
pub(super) fn pile(
    folders: &[Known],
    heap: &Heap,
    now: i64,
    delimiter: impl Fn(&MailboxName) -> Option<char>,
) -> Vec<Found> {
    let mut found: Vec<Found> = match heap {
        Heap::Folder(mailbox) => all(folders, |known| known.0.mailbox == *mailbox, |_, _| true),
        Heap::Year(year) => {
            let (from, to) = (year_begins(*year), year_begins(year.saturating_add(1)));
            all(folders, |_| true, |_, kept| (from..to).contains(&i64::from(kept.arrived)))
        }
        // what has no date is in no span of time that is cleared away
        Heap::Before(year) => {
            let before = year_begins(*year);
            all(folders, |_| true, |_, kept| kept.arrived > 0 && i64::from(kept.arrived) < before)
        }
        Heap::Sender(address) => {
            let address = address.trim().to_lowercase();
            by_place(folders, |known| find(&known.0.senders, &address), |kept| kept.sender)
        }
        Heap::List(list) => {
            let (list, old) = (list.trim().to_lowercase(), old_before(now, OLD_DAYS));
            let of = |known: &Known| if holds_lists(known.1) { find(&known.0.lists, &list) } else { None };
            let mut found = by_place(folders, of, |kept| kept.list);
            found.retain(|(_, kept)| kept.arrived > 0 && kept.arrived < old);
            found
        }
        Heap::Biggest => largest(folders, |kept| kept.octets),
        Heap::WithFiles => return largest(folders, |kept| kept.file_octets),
        Heap::Duplicates => twins(folders).into_iter().flat_map(|copies| copies.extra).collect(),
        Heap::OlderThan { mailbox, below, days } => {
            let old = old_before(now, *days);
            let under = delimiter(mailbox).filter(|_| *below).map(|delimiter| format!("{mailbox}{delimiter}"));
            let belongs = |known: &Known| {
                let name = &known.0.mailbox;
                name == mailbox || under.as_ref().is_some_and(|under| name.as_str().starts_with(under))
            };
            all(folders, belongs, |_, kept| kept.arrived > 0 && kept.arrived < old)
        }
    };
    found.sort_unstable_by_key(|(at, kept)| (Reverse(kept.octets), Reverse(kept.arrived), *at, kept.uid));
    found
}

/// The same messages, by folder.
pub(super) fn selections(folders: &[Known], found: &[Found]) -> Vec<Selection> {
    let mut uids: BTreeMap<usize, Vec<Uid>> = BTreeMap::new();
    for (at, kept) in found {
        uids.entry(*at).or_default().extend(Uid::new(kept.uid));
    }
    let selection = |(at, uids): (usize, Vec<Uid>)| {
        let (folder, _) = folders.get(at)?;
        Some(Selection {
            mailbox: folder.mailbox.clone(),
            uid_validity: folder.uid_validity,
            uids: uids.into_iter().collect::<UidSet>(),
        })
    };
    uids.into_iter().filter_map(selection).collect()
}

fn all(folders: &[Known], folder: impl Fn(&Known) -> bool, message: impl Fn(&Known, &Kept) -> bool) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, known) in folders.iter().enumerate().filter(|(_, known)| folder(known)) {
        found.extend(known.0.messages.iter().filter(|kept| message(known, kept)).map(|kept| (at, *kept)));
    }
    found
}

/// What has this place among its folder's senders, or lists.
fn by_place(folders: &[Known], of: impl Fn(&Known) -> Option<u32>, place: impl Fn(&Kept) -> u32) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, known) in folders.iter().enumerate() {
        let Some(wanted) = of(known) else { continue };
        found.extend(known.0.messages.iter().filter(|kept| place(kept) == wanted).map(|kept| (at, *kept)));
    }
    found
}

fn find(names: &[Named], id: &str) -> Option<u32> {
    names.iter().position(|named| *named.id == *id).and_then(|at| u32::try_from(at).ok())
}
