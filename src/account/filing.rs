//! Marking, moving, copying and deleting: a [`Selection`] at a time, and nothing but the selection.

use super::account::{Inner, Work};
use super::aftermath::{Aftermath, Marked, Trace};
use super::{Account, Error, How, JobId, Order, Overview, Removal, What, roles};
use crate::imap::{self, Code, Copied, Purpose};
use crate::mail::{Flag, MailboxName, Role, Selection, UidSet, UidValidity};

/// More messages than this are removed in the background: a page would wait for them, and so would others.
const AT_ONCE: usize = 2_000;

/// What came of emptying a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emptied {
    /// It was done.
    Done(Changed),
    /// It goes on in the background.
    Begun(JobId),
}

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
        let work = move || -> Work<UidSet> {
            let (flags, wanted) = (flags.clone(), wanted.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                    Ok(link.store(&wanted.uids, &flags, on).await?.into_iter().collect())
                })
            })
        };
        let done = self.change(chosen, Trace::Flag(flag.clone(), on), work, |done| done).await?;
        Ok(Changed { done: count(done.len()), missing: missing(chosen, done.len()), ..Changed::default() })
    }

    /// Moves messages to a mailbox of the person's tree.
    pub async fn move_messages(&self, chosen: &Selection, to: &MailboxName) -> Result<Changed, Error> {
        self.transfer_to_existing(chosen, to, true, &[]).await
    }

    /// Moves messages back to where they were, and takes back what [`Self::move_to_role`] marked on the way to Junk or
    /// out of it: other programs go by the mark, wherever the message lies.
    pub async fn move_back(&self, chosen: &Selection, to: &MailboxName) -> Result<Changed, Error> {
        let overview = self.overview().await?;
        let is_junk = |name| overview.find(name).is_some_and(|mailbox| mailbox.role == Some(Role::Junk));
        let marks: &[(Flag, bool)] = match (is_junk(&chosen.mailbox), is_junk(to)) {
            (true, false) => &[(Flag::Junk, false)],
            (false, true) => &[(Flag::NotJunk, false), (Flag::Junk, true)],
            _ => &[],
        };
        self.transfer_to_existing(chosen, to, true, marks).await
    }

    /// Copies messages to a mailbox of the person's tree.
    pub async fn copy_messages(&self, chosen: &Selection, to: &MailboxName) -> Result<Changed, Error> {
        Ok(Changed { undo: None, ..self.transfer_to_existing(chosen, to, false, &[]).await? })
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
        self.move_to_role_marked(chosen, role, marks).await
    }

    /// The same, with marks that are set or cleared on the way.
    pub(super) async fn move_to_role_marked(
        &self,
        chosen: &Selection,
        role: Role,
        marks: &[(Flag, bool)],
    ) -> Result<Changed, Error> {
        let overview = self.overview().await?;
        let known = overview.with_role(role).map(|mailbox| mailbox.name.clone());
        let to = match known.clone() {
            Some(name) => name,
            None => self.make_role(role, &overview).await?,
        };
        if to == chosen.mailbox {
            return Ok(Changed { to: Some(to), ..Changed::default() });
        }
        if let Some(moved) = self.transfer(chosen, &to, true, marks).await? {
            return Ok(changed(chosen, moved, to));
        }
        // it was there a moment ago, and is made again, once
        let to = if known.is_some() { self.make_role(role, &overview).await? } else { to };
        let moved = self.transfer(chosen, &to, true, marks).await?;
        moved.map(|moved| changed(chosen, moved, to)).ok_or(Error::NoRole(role))
    }

    /// Removes messages; they can't be had back. Works over quota, where a move to Trash would not (`R-16`).
    pub async fn delete_for_good(&self, chosen: &Selection) -> Result<Changed, Error> {
        let wanted = chosen.clone();
        let marked = Marked::default();
        let marks = marked.clone();
        let work = move || -> Work<UidSet> {
            let (wanted, marked) = (wanted.clone(), marks.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                    marked.look(link, &wanted.uids, &[(Flag::Deleted, true)]).await?;
                    let gone = link.expunge(&wanted.uids).await;
                    marked.take_back_if_refused(link, &gone).await?;
                    gone
                })
            })
        };
        let gone = self.change(chosen, Trace::Removed(marked), work, |gone| gone).await?;
        Ok(Changed { done: count(gone.len()), missing: missing(chosen, gone.len()), ..Changed::default() })
    }

    /// Removes exactly the messages that are in Trash or Junk now, many of them in the background; refused for any other mailbox.
    pub async fn empty_mailbox(&self, mailbox: &MailboxName, uid_validity: UidValidity) -> Result<Emptied, Error> {
        let overview = self.overview().await?;
        let role = overview.find(mailbox).ok_or_else(|| Error::NotFound(What::Mailbox(mailbox.clone())))?.role;
        if !matches!(role, Some(Role::Trash | Role::Junk)) {
            return Err(Error::Refused);
        }
        let name = mailbox.clone();
        let everything = self
            .read(Purpose::Mailbox(mailbox), move |_| {
                let name = name.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        link.select_true(&name, uid_validity).await?;
                        link.search(&imap::Criteria::All, &[], None).await
                    })
                })
            })
            .await
            .map_err(|error| Error::about(error, mailbox))?;
        let uids: UidSet = everything.into_iter().collect();
        if uids.is_empty() {
            return Ok(Emptied::Done(Changed::default()));
        }
        let selection = Selection { mailbox: mailbox.clone(), uid_validity, uids };
        if selection.uids.len() <= AT_ONCE || self.works().is_err() {
            return self.delete_for_good(&selection).await.map(Emptied::Done);
        }
        let removal = Removal { from: vec![selection], how: How::ForGood, by_rule: false };
        self.begin_job(Order::Remove(removal)).await.map(Emptied::Begun)
    }

    async fn transfer_to_existing(
        &self,
        chosen: &Selection,
        to: &MailboxName,
        moves: bool,
        marks: &[(Flag, bool)],
    ) -> Result<Changed, Error> {
        let gone = || Error::NotFound(What::Mailbox(to.clone()));
        // a name from an address is not trusted to exist, and LIST has its spelling on the wire (`C-09`)
        let overview = self.overview().await?;
        let to = overview.find(to).filter(|mailbox| mailbox.selectable).ok_or_else(gone)?.name.clone();
        let copied = self.transfer(chosen, &to, moves, marks).await?.ok_or_else(gone)?;
        Ok(changed(chosen, copied, to))
    }

    /// Makes and subscribes a mailbox for the role.
    pub(super) async fn make_role(&self, role: Role, overview: &Overview) -> Result<MailboxName, Error> {
        for name in roles::new_names(role, overview) {
            let made = name.clone();
            let work: Work<()> = Box::new(move |link| Box::pin(async move { link.create(&made).await }));
            match self.run(Purpose::Mailbox(&MailboxName::inbox()), work).await {
                Ok(()) | Err(imap::Error::No(Code::AlreadyExists)) => {
                    self.0.counts_changed();
                    return Ok(name);
                }
                Err(imap::Error::No(Code::OverQuota)) => return Err(Error::OverQuota),
                Err(imap::Error::No(Code::None)) => {} // perhaps only the place was wrong
                Err(imap::Error::No(_)) => return Err(Error::NoRole(role)),
                Err(error) => return Err(Error::about(error, &name)),
            }
        }
        Err(Error::NoRole(role))
    }

    /// Marks, then moves or copies; `None` if there is no such target. The marks come first, since a message can't be
    /// marked where it is no more; a server that does not keep them (PERMANENTFLAGS) may refuse them.
    async fn transfer(
        &self,
        chosen: &Selection,
        to: &MailboxName,
        moves: bool,
        marks: &[(Flag, bool)],
    ) -> Result<Option<Copied>, Error> {
        let (wanted, target, marks) = (chosen.clone(), to.clone(), marks.to_vec());
        let marked = Marked::default();
        let trace = if moves { Trace::Moved(marked.clone()) } else { Trace::Nowhere };
        let work = move || -> Work<Option<Copied>> {
            let (wanted, target, marks, marked) = (wanted.clone(), target.clone(), marks.clone(), marked.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                    marked.look(link, &wanted.uids, &marks).await?;
                    for (flag, on) in marks {
                        match link.store(&wanted.uids, &[flag], on).await {
                            Err(error) if error.ends_connection() => return Err(error),
                            _ => {}
                        }
                    }
                    let uids = &wanted.uids;
                    let copied = if moves { link.move_to(uids, &target).await } else { link.copy(uids, &target).await };
                    marked.take_back_if_refused(link, &copied).await?;
                    match copied {
                        Err(imap::Error::No(Code::TryCreate | Code::NonExistent)) => Ok(None),
                        other => other.map(Some),
                    }
                })
            })
        };
        self.change(chosen, trace, work, |from| Some(Copied { from, to: None })).await
    }

    /// Runs a change once. If the connection is lost meanwhile, what came of it is looked up (`R-01`), and answered
    /// with `found`.
    async fn change<T: Send + 'static>(
        &self,
        chosen: &Selection,
        trace: Trace,
        work: impl Fn() -> Work<T>,
        found: impl FnOnce(UidSet) -> T,
    ) -> Result<T, Error> {
        let purpose = Purpose::Mailbox(&chosen.mailbox);
        let about = |error| Error::about(error, &chosen.mailbox);
        let mut first = true;
        // as long as nothing was sent it may be tried again
        let result = loop {
            match self.0.connections.client(purpose).await {
                Ok(client) => match client.run(work()).await {
                    Err(imap::Error::NotSent) if first => {}
                    result => break result,
                },
                Err(error) if error.is_worth_a_retry() && first => {}
                Err(error) => return Err(about(error)),
            }
            first = false;
        };
        self.0.counts_changed();
        let lost = match result {
            Ok(done) => return Ok(done),
            Err(error) if !error.ends_connection() || error == imap::Error::NotSent => return Err(about(error)),
            Err(error) => error,
        };
        let (again, sought) = (chosen.clone(), trace);
        let look: Work<Aftermath> =
            Box::new(move |link| Box::pin(async move { Inner::aftermath(link, &again, &sought).await }));
        match self.run(purpose, look).await {
            Ok(Aftermath::Done(uids)) => Ok(found(uids)),
            // a server that was only slow may do it yet, whatever it looks like now
            Ok(Aftermath::NotDone) if lost != imap::Error::TimedOut => Err(about(lost)),
            // the mailbox went away, and with it the connection that had it open (Dovecot says BYE then)
            Err(error @ imap::Error::No(Code::NonExistent | Code::TryCreate)) => Err(about(error)),
            Ok(Aftermath::NotDone | Aftermath::Unclear) | Err(_) => Err(Error::Unknown),
        }
    }
}

fn missing(chosen: &Selection, done: usize) -> u32 {
    count(chosen.uids.len().saturating_sub(done))
}

fn changed(chosen: &Selection, copied: Copied, to: MailboxName) -> Changed {
    let done = copied.from.len();
    let undo = copied.to.filter(|(_, uids)| !uids.is_empty()).map(|(uid_validity, uids)| Selection {
        mailbox: to.clone(),
        uid_validity,
        uids,
    });
    Changed { done: count(done), missing: missing(chosen, done), to: Some(to), undo }
}

fn count(messages: usize) -> u32 {
    u32::try_from(messages).unwrap_or(u32::MAX)
}
