//! Looks into mailboxes aside from pages: what is there, and what it takes.

use std::collections::HashMap;

use super::argument::Command;
use super::list::status_items;
use super::select::{merged, words};
use super::{Capability, Criteria, Error, Fetched, Item, Link, View};
use crate::mail::{MailboxName, Uid, UidSet, UidValidity};

/// Mailboxes that are asked for in one round trip.
const AT_ONCE: usize = 500;

/// What tells whether messages came or went: the same numbers again, and none did (RFC 9051 2.3.1.1: UIDs only grow).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxState {
    /// Its UIDVALIDITY.
    pub uid_validity: UidValidity,
    /// The UID that the next message will get; `None` from a server that does not tell, and where messages may be hidden that were
    /// not ([`Link::hides_deleted`]): then it can't be known.
    pub uid_next: Option<Uid>,
    /// How many messages there are.
    pub messages: u32,
    /// What they take, if it was asked for and the server can tell (RFC 8438).
    pub octets: Option<u64>,
}

impl Link {
    /// The state of each of these mailboxes as of now; those that are not there, or refuse, are missing.
    pub async fn states(
        &mut self,
        mailboxes: &[MailboxName],
        with_sizes: WithSizes,
    ) -> Result<HashMap<MailboxName, MailboxState>, Error> {
        // of the mailbox that is open, Dovecot (2.3, 2022) tells what it knew when it last looked: it looks now
        self.command(Command::new("NOOP")).await?;
        let items = match with_sizes {
            WithSizes::Asked if self.capabilities.has(Capability::StatusSize) => "(MESSAGES UIDNEXT UIDVALIDITY SIZE)",
            _ => "(MESSAGES UIDNEXT UIDVALIDITY)",
        };
        let mut states = HashMap::new();
        for mailboxes in mailboxes.chunks(AT_ONCE) {
            let commands = mailboxes
                .iter()
                .map(|mailbox| Ok(Command::new("STATUS").mailbox(mailbox)?.word(items)))
                .collect::<Result<Vec<_>, Error>>()?;
            let answers = self.batch(commands).await?;
            for (mailbox, number) in answers.all("STATUS").filter_map(status_items) {
                let item = |word: &str| number(word).and_then(|number| u32::try_from(number).ok());
                let Some((messages, uid_validity)) =
                    item("MESSAGES").zip(item("UIDVALIDITY").and_then(UidValidity::new))
                else {
                    continue;
                };
                let uid_next = item("UIDNEXT").and_then(Uid::new).filter(|_| !self.hides_deleted());
                let octets = number("SIZE");
                states.insert(mailbox, MailboxState { uid_validity, uid_next, messages, octets });
            }
        }
        Ok(states)
    }

    /// Opens a mailbox to look into it, unless it is open; what pages know of it is left as it is.
    pub async fn look_into(&mut self, mailbox: &MailboxName) -> Result<MailboxState, Error> {
        if !self.has_open(mailbox) {
            self.select_aside(mailbox, &[]).await?;
        }
        self.view.as_ref().map(state_of).ok_or(Error::Garbled("no mailbox selected"))
    }

    /// As [`Self::look_into`], and fetches `items` of all messages in the same round trip: for a mailbox that is known to hold few.
    pub async fn look_into_all(
        &mut self,
        mailbox: &MailboxName,
        items: &[Item],
    ) -> Result<(MailboxState, Vec<Fetched>), Error> {
        let all = UidSet::from(vec![(1, u32::MAX)]);
        if self.has_open(mailbox) {
            let state = self.look_into(mailbox).await?;
            return Ok((state, self.fetch(&all, items).await?));
        }
        let fetch = Command::new("UID FETCH").uids(&all).raw(&words(items));
        let answers = self.select_aside(mailbox, &[fetch]).await?.ok()?;
        let state = self.look_into(mailbox).await?;
        Ok((state, merged(answers.fetched)))
    }

    /// The UIDs of the open mailbox, ascending; without those that are hidden ([`Self::hides_deleted`]).
    pub async fn all_uids(&mut self) -> Result<Vec<Uid>, Error> {
        let criteria = match self.hides_deleted() {
            true => Criteria::Undeleted(UidSet::from(vec![(1, u32::MAX)])),
            false => Criteria::All,
        };
        self.search(&criteria, &[], None).await
    }

    /// Looks away: nothing of the open mailbox is kept for anybody.
    pub fn look_away(&mut self) {
        self.forget_selected();
    }
}

/// Whether STATUS is to tell what mailboxes take, which some servers must add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithSizes {
    /// Where the server can.
    Asked,
    /// Not at all.
    Left,
}

fn state_of(view: &View) -> MailboxState {
    MailboxState { uid_validity: view.uid_validity, uid_next: view.uid_next, messages: view.exists(), octets: None }
}
