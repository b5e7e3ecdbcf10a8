//! Which messages belong together: THREAD (RFC 5256), THREADID (RFC 8474), and the header fields behind both.

use super::argument::Command;
use super::token::Value;
use super::{Capability, Criteria, Error, Item, Link};
use crate::mail::{Moment, Uid, UidSet};

/// Message ids that a search asks for at once; a command line stays short.
const IDS: usize = 16;

/// The messages of a mailbox by conversation: each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Threads {
    uids: Vec<Uid>,
    /// Where each conversation ends in `uids`.
    ends: Vec<usize>,
}

impl Threads {
    /// The conversation that a message is in, itself among them, as the server ordered them; nothing if it is in none.
    pub fn of(&self, uid: Uid) -> &[Uid] {
        let Some(at) = self.uids.iter().position(|one| *one == uid) else { return &[] };
        let which = self.ends.partition_point(|end| *end <= at);
        let start = which.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(which).copied().unwrap_or(self.uids.len());
        self.uids.get(start..end).unwrap_or_default()
    }

    /// What it takes, in octets.
    pub fn weight(&self) -> usize {
        self.uids.capacity() * size_of::<Uid>() + self.ends.capacity() * size_of::<usize>()
    }

    /// `* THREAD (2)(3 6 (4 23)(44 7 96))`: who answers whom is left out.
    fn read(values: &[Value]) -> Self {
        let mut threads = Self::default();
        for value in values {
            let mut open = vec![value];
            while let Some(value) = open.pop() {
                match value {
                    Value::List(inner) => open.extend(inner.iter().rev()),
                    other => {
                        let uid = other.number().and_then(|number| Uid::new(u32::try_from(number).ok()?));
                        threads.uids.extend(uid);
                    }
                }
            }
            if threads.ends.last().copied().unwrap_or(0) < threads.uids.len() {
                threads.ends.push(threads.uids.len());
            }
        }
        threads
    }
}

/// A conversation's name on a server that gives it one (RFC 8474 5.2), the same in all of its mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThreadId(pub(super) String);

impl Link {
    /// All conversations of the open mailbox; `None` where the server makes none.
    pub async fn threads(&mut self) -> Result<Option<Threads>, Error> {
        let command = if self.capabilities.has(Capability::ThreadRefs) {
            Command::new("UID THREAD REFS US-ASCII ALL")
        } else if self.capabilities.has(Capability::ThreadReferences) {
            Command::new("UID THREAD REFERENCES US-ASCII ALL")
        } else {
            return Ok(None);
        };
        let answers = self.command(command).await?;
        let threads = answers.all("THREAD").next().map(Threads::read).unwrap_or_default();
        Ok(Some(threads))
    }

    /// The name of the conversation that a message of the open mailbox is in, where the server gives it one.
    pub async fn thread_id(&mut self, uid: Uid) -> Result<Option<ThreadId>, Error> {
        if !self.capabilities.has(Capability::ObjectId) {
            return Ok(None);
        }
        let fetched = self.fetch(&UidSet::new([uid]), &[Item::Uid, Item::ThreadId]).await?;
        Ok(fetched.into_iter().find(|one| one.uid == Some(uid)).and_then(|one| one.thread_id))
    }

    /// Messages of the open mailbox that have one of these message ids, or name one as what they answer or refer to.
    /// `since` (RFC 9051 6.4.4, days by INTERNALDATE) keeps a server from reading all headers of a large mailbox.
    pub async fn related(&mut self, ids: &[String], since: Option<Moment>) -> Result<Vec<Uid>, Error> {
        let mut found = Vec::new();
        for ids in ids.chunks(IDS) {
            let criteria = Criteria::Related { ids: ids.to_vec(), since };
            found.extend(self.search(&criteria, &[], None).await?);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    fn threads(text: &str) -> Threads {
        Threads::read(&token::values(&Bytes::copy_from_slice(text.as_bytes())))
    }

    fn of(threads: &Threads, uid: u32) -> Vec<u32> {
        threads.of(Uid::new(uid).unwrap()).iter().map(|uid| uid.number()).collect()
    }

    #[test]
    fn a_conversation_is_all_of_its_branches() {
        let some = threads("(2)(3 6 (4 23)(44 7 96))((8)(9 10))(11");
        assert_eq!(of(&some, 2), [2]);
        for uid in [3, 23, 96] {
            assert_eq!(of(&some, uid), [3, 6, 4, 23, 44, 7, 96]);
        }
        assert_eq!((of(&some, 9), of(&some, 11)), (vec![8, 9, 10], vec![11]));
        assert!(of(&some, 5).is_empty() && of(&threads(""), 1).is_empty() && of(&threads("()(NIL x)"), 1).is_empty());
    }

    #[test]
    fn a_conversation_deeper_than_can_be_meant_costs_no_stack() {
        let deep = format!("(1 {}2 3{})", "(".repeat(50_000), ")".repeat(50_000));
        assert_eq!(of(&threads(&deep), 1), [1]);
    }
}
