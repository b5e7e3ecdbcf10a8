//! A mailbox as the server has told of it so far (RFC 9051 2.3.1.2, 7.4).
//!
//! Sequence numbers live here and nowhere else: they are turned into UIDs before anything leaves this floor (`R-14`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fetch::Fetched;
use crate::mail::{Flags, MailboxName, Uid, UidSet, UidValidity};

/// More messages than this are in no mailbox, whatever a server says (`I-08`): 40 MB of UIDs.
const MESSAGES: u32 = 10_000_000;
/// Flags of at most this many messages are remembered.
const FLAGS: usize = 20_000;

/// Each change of any view gets a number of its own.
static VERSION: AtomicU64 = AtomicU64::new(1);

/// The selected mailbox of one connection, kept true by everything the server says on it.
#[derive(Debug)]
pub struct View {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Its UIDVALIDITY.
    pub uid_validity: UidValidity,
    /// The UID of each message by its sequence number less one; 0 where it was not told yet.
    uids: Vec<u32>,
    /// Flags by UID, of the messages that were looked at.
    flags: HashMap<Uid, Flags>,
    version: u64,
    content: u64,
    /// How often the server told something that counts may depend on.
    news: u64,
    /// What `news` was when its messages were last counted on this connection.
    counted: Option<u64>,
}

impl View {
    pub(super) fn new(mailbox: MailboxName) -> Self {
        let version = VERSION.fetch_add(1, Ordering::Relaxed);
        // a server without UIDVALIDITY breaks RFC 3501 2.3.1.1; any constant serves
        let uid_validity = UidValidity::new(1).unwrap_or_else(|| unreachable!("one is not zero"));
        Self {
            mailbox,
            uid_validity,
            uids: Vec::new(),
            flags: HashMap::new(),
            version,
            content: version,
            news: 0,
            counted: None,
        }
    }

    /// How many messages there are.
    pub fn exists(&self) -> u32 {
        u32::try_from(self.uids.len()).unwrap_or(u32::MAX)
    }

    /// Changes with every change in the mailbox; no two states of any view share one.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Changes when messages come or go, not with their flags.
    pub fn content_version(&self) -> u64 {
        self.content
    }

    /// Grows with everything the server tells of messages that come, go or are marked.
    pub(super) fn news(&self) -> u64 {
        self.news
    }

    /// Its messages were counted, after everything that was told so far.
    pub(super) fn mark_counted(&mut self) {
        self.counted = Some(self.news);
    }

    /// Whether nothing was told since its messages were counted.
    pub(super) fn is_counted(&self) -> bool {
        self.counted == Some(self.news)
    }

    /// The UID of the message at `place`, counted from the newest, from 0; `None` if it is not known or not there.
    pub fn from_newest(&self, place: u32) -> Option<Uid> {
        let at = self.uids.len().checked_sub(place as usize + 1)?;
        self.uids.get(at).copied().and_then(Uid::new)
    }

    /// The place of a message, counted from the newest, from 0, if its number is known.
    pub fn place_of(&self, uid: Uid) -> Option<u32> {
        let at = self.uids.iter().rposition(|known| *known == uid.number())?;
        u32::try_from(self.uids.len() - at - 1).ok()
    }

    /// A message's flags, if they were told.
    pub fn flags(&self, uid: Uid) -> Option<&Flags> {
        self.flags.get(&uid)
    }

    /// Sequence numbers among the `places` from the newest whose UID or flags were not told yet, as ranges.
    pub(super) fn unknown(&self, places: std::ops::Range<u32>) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for place in places.rev() {
            let Some(sequence) = self.exists().checked_sub(place).filter(|sequence| *sequence > 0) else { continue };
            if self.from_newest(place).is_some_and(|uid| self.flags.contains_key(&uid)) {
                continue;
            }
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == sequence => *last = sequence,
                _ => ranges.push((sequence, sequence)),
            }
        }
        ranges
    }

    pub(super) fn on_exists(&mut self, exists: u32) -> Result<(), super::Error> {
        if exists > MESSAGES {
            return Err(super::Error::Garbled("more messages than can be meant"));
        }
        let exists = exists as usize;
        if exists > self.uids.len() {
            self.uids.resize(exists, 0);
            self.changed(true);
        }
        // fewer than known without EXPUNGE breaks the protocol; the messages at the end are the ones in doubt
        while exists < self.uids.len() {
            self.on_expunge(self.exists());
        }
        Ok(())
    }

    pub(super) fn on_expunge(&mut self, sequence: u32) {
        let at = (sequence as usize).wrapping_sub(1);
        if at < self.uids.len() {
            let uid = self.uids.remove(at);
            if let Some(uid) = Uid::new(uid) {
                self.flags.remove(&uid);
            }
            self.changed(true);
        }
    }

    pub(super) fn on_vanished(&mut self, gone: &UidSet) {
        self.uids.retain(|uid| !Uid::new(*uid).is_some_and(|uid| gone.contains(uid)));
        self.flags.retain(|uid, _| !gone.contains(*uid));
        self.changed(true);
    }

    pub(super) fn on_fetch(&mut self, fetched: &Fetched) {
        let Some(slot) = self.uids.get_mut((fetched.sequence as usize).wrapping_sub(1)) else { return };
        if let Some(uid) = fetched.uid {
            *slot = uid.number();
        }
        if let (Some(uid), Some(flags)) = (Uid::new(*slot), &fetched.flags) {
            if self.flags.get(&uid) != Some(flags) {
                // an answer to our own question about a message that was not looked at before is no news
                if self.flags.contains_key(&uid) || !fetched.is_an_answer() {
                    self.news += 1;
                }
                if self.flags.len() >= FLAGS {
                    self.flags = HashMap::new(); // they are asked for again where they are shown
                    self.changed(false);
                }
                let told_before = self.flags.insert(uid, flags.clone()).is_some();
                if told_before {
                    self.changed(false);
                }
            }
        } else if fetched.flags.is_some() {
            self.news += 1;
            self.changed(false);
        }
    }

    fn changed(&mut self, content: bool) {
        if content {
            self.news += 1;
        }
        self.version = VERSION.fetch_add(1, Ordering::Relaxed);
        if content {
            self.content = self.version;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(sequence: u32, uid: u32, flags: &[&str]) -> Fetched {
        let flags = flags.iter().map(|flag| crate::mail::Flag::from_wire(flag)).collect();
        Fetched { sequence, uid: Uid::new(uid), flags: Some(flags), ..Fetched::default() }
    }

    fn view(uids: &[u32]) -> View {
        let mut view = View::new(MailboxName::inbox());
        for (sequence, uid) in (1..).zip(uids) {
            view.on_exists(sequence).unwrap();
            if *uid > 0 {
                view.on_fetch(&fetched(sequence, *uid, &[]));
            }
        }
        view
    }

    #[test]
    fn expunged_messages_shift_the_ones_after_them() {
        let mut view = view(&[10, 20, 30, 40]);
        view.on_expunge(2);
        assert_eq!(view.place_of(Uid::new(30).unwrap()), Some(1));
        assert_eq!(view.from_newest(2).map(Uid::number), Some(10));
        assert_eq!(view.exists(), 3);
    }

    #[test]
    fn only_what_was_not_told_is_asked_for() {
        let mut view = view(&[10, 0, 30, 0, 0]);
        assert_eq!(view.unknown(0..5), [(2, 2), (4, 5)]);
        view.on_exists(6).unwrap();
        assert_eq!(view.unknown(0..2), [(5, 6)]);
        assert_eq!(view.unknown(4..50), [(2, 2)]);
    }

    #[test]
    fn a_flag_of_another_device_makes_a_new_version() {
        let mut view = view(&[10, 20]);
        let before = view.version();
        // without a UID, as NOOP tells it
        view.on_fetch(&Fetched { uid: None, ..fetched(2, 20, &["\\Seen"]) });
        assert!(view.version() > before);
        assert!(view.flags(Uid::new(20).unwrap()).unwrap().contains(&crate::mail::Flag::Seen));
    }

    #[test]
    fn vanished_messages_leave() {
        let mut view = view(&[10, 20, 30]);
        view.on_vanished(&UidSet::parse("10:25").unwrap());
        assert_eq!((view.exists(), view.from_newest(0).map(Uid::number)), (1, Some(30)));
    }
}
