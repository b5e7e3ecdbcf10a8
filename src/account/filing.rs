//! Marking, moving, copying and deleting: a [`Selection`] at a time, and nothing but the selection.

use super::account::Work;
use super::roles;
use super::{Account, Error, What};
use crate::imap::{self, Code, Copied, Purpose};
use crate::mail::{Flag, MailboxName, Role, Selection, UidSet, UidValidity};

/// What came of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// To how many messages it was done.
    pub done: u32,
    /// How many of the chosen ones were not there any more (`R-13`).
    pub missing: u32,
    /// Where they are now, after a move or copy.
    pub to: Option<MailboxName>,
    /// The messages where they are now: moving this selection back undoes a move.
    pub undo: Option<Selection>,
}

impl Account {
    /// Sets or clears a mark.
    pub async fn set_flag(&self, chosen: &Selection, flag: &Flag, on: bool) -> Result<Changed, Error> {
        let (flags, wanted) = (vec![flag.clone()], chosen.clone());
        let done = self
            .change(chosen, move |link| {
                Box::pin(async move {
                    link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                    link.store(&wanted.uids, &flags, on).await
                })
            })
            .await?;
        Ok(Changed { done: count(done.len()), missing: count(chosen.uids.len() - done.len()), ..Changed::default() })
    }

    /// Moves messages to a mailbox of the person's tree.
    pub async fn move_messages(&self, chosen: &Selection, to: &MailboxName) -> Result<Changed, Error> {
        let to = self.existing(to).await?;
        let moved = self.transfer(chosen, &to, true, &[]).await?;
        Ok(changed(chosen, moved, to))
    }

    /// Copies messages to a mailbox of the person's tree.
    pub async fn copy_messages(&self, chosen: &Selection, to: &MailboxName) -> Result<Changed, Error> {
        let to = self.existing(to).await?;
        let copied = self.transfer(chosen, &to, false, &[]).await?;
        Ok(Changed { undo: None, ..changed(chosen, copied, to) })
    }

    /// Moves messages to the mailbox with this role, which is made if there is none (`R-17`). What goes to Junk is
    /// marked `$Junk`, what comes out of it `$NotJunk`, so that the server's filter can learn.
    pub async fn move_to_role(&self, chosen: &Selection, role: Role) -> Result<Changed, Error> {
        let overview = self.overview().await?;
        let from = overview.find(&chosen.mailbox).and_then(|mailbox| mailbox.role);
        let marks: &[(Flag, bool)] = match (from, role) {
            (_, Role::Junk) => &[(Flag::NotJunk, false), (Flag::Junk, true)],
            (Some(Role::Junk), Role::Inbox) => &[(Flag::Junk, false), (Flag::NotJunk, true)],
            _ => &[],
        };
        let to = match overview.with_role(role) {
            Some(mailbox) => mailbox.name.clone(),
            None => self.make_role(role, &overview.personal_prefix).await?,
        };
        if to == chosen.mailbox {
            return Ok(Changed { to: Some(to), ..Changed::default() });
        }
        let moved = self.transfer(chosen, &to, true, marks).await?;
        Ok(changed(chosen, moved, to))
    }

    /// Removes messages; they can't be had back. Works over quota, where a move to Trash would not (`R-16`).
    pub async fn delete_for_good(&self, chosen: &Selection) -> Result<Changed, Error> {
        let wanted = chosen.clone();
        let gone = self
            .change(chosen, move |link| {
                Box::pin(async move {
                    link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                    link.expunge(&wanted.uids).await
                })
            })
            .await?;
        Ok(Changed { done: count(gone.len()), missing: count(chosen.uids.len() - gone.len()), ..Changed::default() })
    }

    /// Removes exactly the messages that are in Trash or Junk now; refused for any other mailbox.
    pub async fn empty_mailbox(&self, mailbox: &MailboxName, uid_validity: UidValidity) -> Result<Changed, Error> {
        let overview = self.overview().await?;
        let role = overview.find(mailbox).ok_or_else(|| Error::NotFound(What::Mailbox(mailbox.clone())))?.role;
        if !matches!(role, Some(Role::Trash | Role::Junk)) {
            return Err(Error::Refused);
        }
        let everything = Selection { mailbox: mailbox.clone(), uid_validity, uids: UidSet::default() };
        let name = mailbox.clone();
        let gone = self
            .change(&everything, move |link| {
                Box::pin(async move {
                    link.select_true(&name, uid_validity).await?;
                    let all: UidSet = link.search(&imap::Criteria::All, &[], None).await?.into_iter().collect();
                    link.expunge(&all).await
                })
            })
            .await?;
        Ok(Changed { done: count(gone.len()), ..Changed::default() })
    }

    /// The mailbox as LIST has it: a name from an address is not trusted to exist (`C-09`).
    async fn existing(&self, name: &MailboxName) -> Result<MailboxName, Error> {
        let overview = self.overview().await?;
        let found = overview.find(name).filter(|mailbox| mailbox.selectable);
        found.map(|mailbox| mailbox.name.clone()).ok_or_else(|| Error::NotFound(What::Mailbox(name.clone())))
    }

    async fn make_role(&self, role: Role, prefix: &str) -> Result<MailboxName, Error> {
        let name =
            MailboxName::new(&format!("{prefix}{}", roles::default_name(role))).map_err(|_| Error::NoRole(role))?;
        let made = name.clone();
        let work: Work<()> = Box::new(move |link| Box::pin(async move { link.create(&made).await }));
        match self.run(Purpose::Mailbox(&MailboxName::inbox()), work).await {
            Ok(()) => {
                self.0.counts_changed();
                Ok(name)
            }
            Err(imap::Error::No(Code::OverQuota)) => Err(Error::OverQuota),
            Err(imap::Error::No(_)) => Err(Error::NoRole(role)),
            Err(error) => Err(Error::about(error, &name)),
        }
    }

    /// Marks, then moves or copies. The marks come first, since a message can't be marked where it is no more; a
    /// server that does not keep them (PERMANENTFLAGS) may refuse them.
    async fn transfer(
        &self,
        chosen: &Selection,
        to: &MailboxName,
        moves: bool,
        marks: &[(Flag, bool)],
    ) -> Result<Copied, Error> {
        let (wanted, target, marks) = (chosen.clone(), to.clone(), marks.to_vec());
        self.change(chosen, move |link| {
            Box::pin(async move {
                link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                for (flag, on) in marks {
                    match link.store(&wanted.uids, &[flag], on).await {
                        Err(error) if error.ends_connection() => return Err(error),
                        _ => {}
                    }
                }
                if moves { link.move_to(&wanted.uids, &target).await } else { link.copy(&wanted.uids, &target).await }
            })
        })
        .await
    }

    /// Runs a change once. If the connection is lost meanwhile, what came of it is looked up (`R-01`): all of the
    /// chosen ones still there means nothing was done; anything else is not known for certain.
    async fn change<T, F>(&self, chosen: &Selection, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut imap::Link) -> futures_util::future::BoxFuture<'a, Result<T, imap::Error>>
            + Send
            + 'static,
    {
        let result = self.run(Purpose::Mailbox(&chosen.mailbox), Box::new(work)).await;
        self.0.counts_changed();
        let error = match result {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        match error {
            imap::Error::Closed | imap::Error::Bye(_) | imap::Error::TimedOut | imap::Error::Garbled(_) => {
                Err(Error::Unknown)
            }
            other => Err(Error::about(other, &chosen.mailbox)),
        }
    }
}

fn changed(chosen: &Selection, copied: Copied, to: MailboxName) -> Changed {
    let done = copied.from.len();
    let undo = copied.to.filter(|(_, uids)| !uids.is_empty()).map(|(uid_validity, uids)| Selection {
        mailbox: to.clone(),
        uid_validity,
        uids,
    });
    Changed { done: count(done), missing: count(chosen.uids.len().saturating_sub(done)), to: Some(to), undo }
}

fn count(messages: usize) -> u32 {
    u32::try_from(messages).unwrap_or(u32::MAX)
}
