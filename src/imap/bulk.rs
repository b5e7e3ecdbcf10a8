//! Many messages, a window at a time: removed or moved, and of the next window it is looked what is there, in the same round
//! trip (RFC 9051 6.4.5, 6.4.6, 6.4.9).

use std::collections::HashMap;

use super::argument::Command;
use super::select::LINE;
use super::token::Value;
use super::{Capability, Criteria, Error, Fetched, Item, Link, search};
use crate::mail::{Flag, MailboxName, Uid, UidSet, UidValidity};

/// What is there of a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weighed {
    /// The messages that a person sees.
    pub there: UidSet,
    /// Those of them that somebody else marked `\Deleted`.
    pub marked: UidSet,
    /// Octets of all of them, as far as the server tells.
    pub octets: u64,
}

/// By what a copy is known: it has the octets and the day of what it was copied from.
type Likeness = (Option<u64>, Option<i64>, Vec<u8>);

impl Link {
    /// Looks what is there of these messages of the open mailbox.
    pub async fn weigh(&mut self, uids: &UidSet) -> Result<Weighed, Error> {
        let answers = self.batch(weighing(uids)).await?.ok()?;
        Ok(self.weighed(answers.fetched, uids))
    }

    /// As [`Self::weigh`], of those alone that meet [`Criteria::Before`] now; and how many of these messages are there besides.
    pub async fn weigh_due(&mut self, uids: &UidSet, criteria: &Criteria) -> Result<(Weighed, u64), Error> {
        let searches = uids.split(LINE).into_iter().map(|uids| search::command(&criteria.among(&uids), &[], None));
        let mut commands = searches.collect::<Result<Vec<_>, _>>()?;
        commands.extend(weighing(uids));
        let answers = self.batch(commands).await?.ok()?;
        let found: UidSet = answers.all("SEARCH").flat_map(search::read).collect();
        let there = self.weighed(answers.fetched.clone(), uids).there.len();
        let due = self.weighed(answers.fetched, &found.intersection(uids));
        let besides = there.saturating_sub(due.there.len()) as u64;
        Ok((due, besides))
    }

    /// Removes messages of the open mailbox for good, and looks what is there of `next`. Done twice it does the same. A server
    /// that refuses has changed nothing: the marks are taken back, but from those that had one before.
    pub async fn expunge_and_weigh(&mut self, now: &Weighed, next: &UidSet) -> Result<Weighed, Error> {
        let sets = now.there.split(LINE);
        let mut commands = Vec::with_capacity(2 * sets.len() + 1);
        for uids in &sets {
            commands.push(Command::new("UID STORE").uids(uids).word("+FLAGS.SILENT").flags(&[Flag::Deleted])?);
        }
        if self.capabilities.has(Capability::UidPlus) {
            commands.extend(sets.iter().map(|uids| Command::new("UID EXPUNGE").uids(uids)));
        }
        let deeds = commands.len();
        commands.extend(weighing(next));
        let answers = self.batch(commands).await?;
        if let Some(refusal) = answers.results.iter().take(deeds).find_map(|result| result.as_ref().err()).cloned() {
            let ours: UidSet = now.there.iter().filter(|uid| !now.marked.contains(*uid)).collect();
            if !ours.is_empty() {
                match self.store(&ours, &[Flag::Deleted], false).await {
                    Err(error) if error.ends_connection() => return Err(error),
                    _ => {} // what refuses to be put back stays
                }
            }
            return Err(refusal);
        }
        let fetched = answers.ok()?.fetched;
        Ok(self.weighed(fetched, next))
    }

    /// UIDVALIDITY of a mailbox, and a number that is no greater than the UID of whatever comes into it from now on.
    pub async fn next_uid(&mut self, mailbox: &MailboxName) -> Result<(UidValidity, Uid), Error> {
        let status = Command::new("STATUS").mailbox(mailbox)?.word("(UIDNEXT UIDVALIDITY)");
        let answers = self.command(status).await?;
        let told = answers.all("STATUS").find_map(|values| {
            let [_, Value::List(items), ..] = values else { return None };
            let item = |word: &str| {
                let at = items.iter().position(|value| value.is(word))?;
                u32::try_from(items.get(at + 1)?.number()?).ok()
            };
            Some((UidValidity::new(item("UIDVALIDITY")?)?, Uid::new(item("UIDNEXT")?)?))
        });
        told.ok_or(Error::Garbled("no UIDNEXT"))
    }

    /// Those of `sources` that were copied to another mailbox, which has got the messages of `since` and later since then; each
    /// copy speaks for one. Opens the other mailbox and the first one again.
    pub async fn copied_since(
        &mut self,
        sources: &UidSet,
        target: &MailboxName,
        since: (UidValidity, Uid),
    ) -> Result<UidSet, Error> {
        const ITEMS: [Item; 4] = [Item::Uid, Item::Size, Item::InternalDate, Item::ListFields];
        let Some((mailbox, uid_validity)) = self.view.as_ref().map(|view| (view.mailbox.clone(), view.uid_validity))
        else {
            return Err(Error::Garbled("no mailbox selected"));
        };
        let mine = self.fetch(sources, &ITEMS).await?;
        self.select_true(target, since.0).await?;
        let later = UidSet::from(vec![(since.1.number(), u32::MAX)]);
        let arrived = self.fetch(&later, &ITEMS).await?;
        self.select_true(&mailbox, uid_validity).await?;
        let mut copies: HashMap<Likeness, usize> = HashMap::new();
        for one in arrived.iter().filter(|one| one.uid.is_some_and(|uid| uid >= since.1)) {
            *copies.entry(likeness(one)).or_default() += 1;
        }
        let has_copy = |one: &&Fetched| match copies.get_mut(&likeness(one)) {
            Some(left @ 1..) => {
                *left -= 1;
                true
            }
            _ => false,
        };
        Ok(mine.iter().filter(has_copy).filter_map(|one| one.uid).collect())
    }

    fn weighed(&self, fetched: Vec<Fetched>, uids: &UidSet) -> Weighed {
        let (mut there, mut marked, mut octets) = (Vec::new(), Vec::new(), 0_u64);
        for one in fetched {
            let Some(uid) = one.uid.filter(|uid| uids.contains(*uid)) else { continue };
            let is_marked = one.flags.as_ref().is_some_and(|flags| flags.contains(&Flag::Deleted));
            if is_marked && self.hides_deleted() {
                continue;
            }
            there.push(uid);
            if is_marked {
                marked.push(uid);
            }
            octets = octets.saturating_add(one.size.unwrap_or_default());
        }
        Weighed { there: UidSet::new(there), marked: UidSet::new(marked), octets }
    }
}

fn weighing(uids: &UidSet) -> Vec<Command> {
    uids.split(LINE).iter().map(|uids| Command::new("UID FETCH").uids(uids).word("(UID FLAGS RFC822.SIZE)")).collect()
}

fn likeness(one: &Fetched) -> Likeness {
    (
        one.size,
        one.internal_date.map(|date| date.seconds),
        one.header_fields().map(|it| it.to_vec()).unwrap_or_default(),
    )
}
