//! A mailbox as the server has told of it so far (RFC 9051 2.3.1.2, 7.4).
//!
//! Sequence numbers live here and nowhere else: they are turned into UIDs before anything leaves this floor (`R-14`).

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};

use super::fetch::Fetched;
use super::shelf::Rested;
use crate::mail::{Flags, MailboxName, ModSeq, Uid, UidSet, UidValidity};

/// More messages than this are in no mailbox, whatever a server says (`I-08`): 40 MB of UIDs.
const MESSAGES: u32 = 10_000_000;
/// Flags of at most this many messages are remembered.
const FLAGS: usize = 20_000;
/// Messages that left lately are remembered, this many of them.
const DEPARTED: usize = 256;

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
    /// Those that left lately, the last at the end.
    departed: VecDeque<Uid>,
    version: u64,
    content: u64,
    /// How often the server told something that counts may depend on.
    news: u64,
    /// The mailbox's state when it was opened (RFC 7162 3.1.2.1), and the UID its next message was to get.
    pub(super) mod_seq: Option<ModSeq>,
    pub(super) uid_next: Option<Uid>,
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
            departed: VecDeque::new(),
            version,
            content: version,
            news: 0,
            mod_seq: None,
            uid_next: None,
            counted: None,
        }
    }

    /// The UID that the next message was to get, if nothing has come since it was told.
    pub fn uid_next(&self) -> Option<Uid> {
        self.uid_next
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

    /// Messages that left while this view was kept, a few hundred at most. A UID is never given again (RFC 9051
    /// 2.3.1.1), so none of them comes back.
    pub fn departed(&self) -> impl Iterator<Item = Uid> {
        self.departed.iter().copied()
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
            if !self.uids.is_empty() {
                self.uid_next = None; // was told for the state before
            }
            self.uids.resize(exists, 0);
            self.changed(true);
        }
        // fewer than known without EXPUNGE breaks the protocol; the messages at the end are the ones in doubt
        if exists < self.uids.len() {
            let beyond = self.uids.get(exists..).unwrap_or_default();
            let gone: Vec<Uid> = beyond.iter().rev().copied().filter_map(Uid::new).collect();
            // at once: a server may say ten million, then none, then ten million
            self.uids.truncate(exists);
            for uid in gone {
                self.flags.remove(&uid);
                self.depart(uid);
            }
            self.changed(true);
        }
        Ok(())
    }

    pub(super) fn on_expunge(&mut self, sequence: u32) {
        let at = (sequence as usize).wrapping_sub(1);
        if at < self.uids.len() {
            let uid = self.uids.remove(at);
            if let Some(uid) = Uid::new(uid) {
                self.flags.remove(&uid);
                self.depart(uid);
            }
            self.changed(true);
        }
    }

    /// Each of these was there until now (RFC 7162 3.2.10): one whose number was not told yet is one of the unknown
    /// ones between its neighbours, and any of those will do.
    pub(super) fn on_vanished(&mut self, gone: &UidSet) {
        let known: std::collections::HashSet<u32> = self.uids.iter().copied().filter(|uid| holds(gone, *uid)).collect();
        self.uids.retain(|uid| !known.contains(uid));
        self.flags.retain(|uid, _| !gone.contains(*uid));
        known.iter().copied().filter_map(Uid::new).for_each(|uid| self.depart(uid));
        // one pass over both: what is gone ascends, so what stands before it grows
        let most = self.uids.len();
        let mut after = std::mem::take(&mut self.uids).into_iter().peekable();
        for uid in gone.iter().map(Uid::number).filter(|uid| !known.contains(uid)).take(most) {
            while let Some(before) = after.next_if(|other| *other <= uid) {
                self.uids.push(before);
            }
            if self.uids.last() == Some(&0) {
                self.uids.pop();
            }
        }
        self.uids.extend(after);
        self.changed(true);
    }

    /// What may be kept of it for another connection: the newest messages that were told without a gap, `most` of them.
    pub(super) fn rest(self, most: usize) -> Option<Rested> {
        let exists = self.exists();
        let known = self.uids.iter().rev().take(most).take_while(|uid| **uid > 0).count();
        let uids: Vec<u32> = self.uids.into_iter().skip(exists as usize - known).collect();
        if uids.is_empty() {
            return None;
        }
        let flags =
            uids.iter().filter_map(|uid| Uid::new(*uid)).filter_map(|uid| Some((uid, self.flags.get(&uid)?.clone())));
        let flags = flags.collect();
        Some(Rested {
            uid_validity: self.uid_validity,
            mod_seq: self.mod_seq?,
            exists,
            uid_next: self.uid_next,
            uids,
            flags,
        })
    }

    /// Takes up what is known of the mailbox from an earlier connection. The server has told, in answer to SELECT, what
    /// is gone since (`earlier`) and, as FETCH, what came or changed. `false` if that does not fit: then nothing was
    /// taken up.
    pub(super) fn resume(&mut self, rested: &Rested, earlier: &[UidSet]) -> bool {
        let gone = |uid: u32| earlier.iter().any(|set| holds(set, uid));
        let old: Vec<u32> = rested.uids.iter().copied().filter(|uid| !gone(*uid)).collect();
        let newest = rested.uids.last().copied().unwrap_or(0);
        // all that came since was told, with its number: the old ones end where those begin
        let end = self.uids.iter().position(|uid| *uid > newest).unwrap_or(self.uids.len());
        let Some(start) = end.checked_sub(old.len()) else { return false };
        let was_whole = rested.uids.len() == rested.exists as usize;
        let new_are_told = self.uids.iter().skip(end).all(|uid| *uid > newest);
        let fits = self.uids.iter().skip(start).take(old.len()).zip(&old).all(|(told, old)| *told == 0 || told == old);
        if !new_are_told || !fits || (was_whole && start > 0) {
            return false;
        }
        self.uids.splice(start..end, old.iter().copied());
        let left = rested.uids.iter().copied().filter(|uid| gone(*uid)).filter_map(Uid::new);
        left.for_each(|uid| self.depart(uid));
        for uid in old.iter().filter_map(|uid| Uid::new(*uid)) {
            if let (false, Some(flags)) = (self.flags.contains_key(&uid), rested.flags.get(&uid)) {
                self.flags.insert(uid, flags.clone());
            }
        }
        true
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

    fn depart(&mut self, uid: Uid) {
        if self.departed.len() == DEPARTED {
            self.departed.pop_front();
        }
        self.departed.push_back(uid);
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

fn holds(set: &UidSet, uid: u32) -> bool {
    Uid::new(uid).is_some_and(|uid| set.contains(uid))
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
        assert!(view.departed().map(Uid::number).eq([20]));
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
    fn a_vanished_message_whose_number_was_never_told_leaves_its_gap() {
        let mut view = view(&[0, 0, 30, 0, 50, 0]);
        view.on_vanished(&UidSet::parse("40").unwrap());
        assert_eq!(view.uids, [0, 0, 30, 50, 0]);
        view.on_vanished(&UidSet::parse("7,60").unwrap());
        assert_eq!(view.uids, [0, 30, 50]);
    }

    #[test]
    fn hostile_numbers_cost_linear_time() {
        let mut view = View::new(MailboxName::inbox());
        view.on_exists(100_000).unwrap();
        let gone = UidSet::parse("1:99999").unwrap();
        let ((), spent) = crate::spent::spent(|| view.on_vanished(&gone));
        assert_eq!(view.uids, [0]);
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    #[test]
    fn fewer_messages_without_expunge_leave_at_once() {
        let mut view = view(&[10, 0, 30, 0]);
        let news = view.news();
        view.on_exists(1).unwrap();
        assert_eq!((view.uids.as_slice(), view.news()), (&[10][..], news + 1)); // D-04
        assert!(view.departed().map(Uid::number).eq([30]));
        assert_eq!(view.flags(Uid::new(30).unwrap()), None);
    }

    fn rested(uids: &[u32], exists: u32) -> Rested {
        let flags = uids.iter().filter_map(|uid| Uid::new(*uid)).map(|uid| (uid, Flags::default())).collect();
        let (uid_validity, mod_seq) = (UidValidity::new(1).unwrap(), ModSeq::new(5).unwrap());
        Rested { uid_validity, mod_seq, exists, uid_next: None, uids: uids.to_vec(), flags }
    }

    #[test]
    fn what_was_known_stands_where_it_belongs_after_a_reconnect() {
        // 10 of before, of which the newest four were known; one is gone, two are new
        let mut view = view(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 80]);
        assert!(view.resume(&rested(&[20, 30, 40, 50], 10), &[UidSet::parse("30,60").unwrap()]));
        assert_eq!(view.uids, [0, 0, 0, 0, 0, 0, 20, 40, 50, 70, 80]);
        assert!(view.unknown(0..5).is_empty());
        assert!(view.departed().map(Uid::number).eq([30]));
    }

    #[test]
    fn what_does_not_fit_is_not_taken_up() {
        let mut fewer = view(&[0, 0]);
        assert!(!fewer.resume(&rested(&[10, 20, 30], 3), &[]));
        let mut more = view(&[0, 0, 0, 0]);
        assert!(!more.resume(&rested(&[10, 20, 30], 3), &[]), "all were known, and one more is old");
        let mut other = view(&[0, 0, 25]);
        assert!(!other.resume(&rested(&[10, 20, 30], 3), &[]), "25 was told where 30 should be");
        let mut untold = view(&[0, 0, 0, 40, 0]);
        assert!(!untold.resume(&rested(&[10, 20, 30], 3), &[]), "a new one without its number");
        assert_eq!(untold.uids, [0, 0, 0, 40, 0]);
    }

    #[test]
    fn only_what_is_known_without_a_gap_is_kept() {
        let mut seen = view(&[1, 0, 3, 4]);
        assert_eq!(seen.mod_seq, None);
        seen.mod_seq = ModSeq::new(9);
        assert_eq!(seen.rest(10).unwrap().uids, [3, 4]);
        let mut blind = view(&[1, 2, 0]);
        blind.mod_seq = ModSeq::new(9);
        assert!(blind.rest(10).is_none());
    }

    #[test]
    fn vanished_messages_leave() {
        let mut view = view(&[10, 20, 30]);
        view.on_vanished(&UidSet::parse("10:25").unwrap());
        assert_eq!((view.exists(), view.from_newest(0).map(Uid::number)), (1, Some(30)));
    }
}
