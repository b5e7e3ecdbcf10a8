//! A conversation: the messages of a thread in one mailbox, and one's own answers from Sent.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::time::Instant;

use super::account::{Inner, Work, locked};
use super::content::Content;
use super::essence::Essence;
use super::memory::Weighed;
use super::namesake::PATIENCE;
use super::open_message::TEXT;
use super::recent::Recent;
use super::{Account, Error, Opened, What};
use crate::imap::{self, Criteria, Item, Link, Purpose, ThreadId, Threads};
use crate::mail::{BodyStructure, Flag, Mailbox, MailboxName, MessageRef, Moment, PartPath, Role, Uid, UidSet};
use crate::mime;

/// More messages of a conversation are not shown; the newest are (`D-03`).
const MOST: usize = 100;
/// Message ids by which answers in another mailbox are found.
const IDS: usize = 16;
/// Senders whose names are asked about for one page.
const NAMES: usize = 3;
/// Open messages whose HTML is read with everything else, the newest.
const DESIGNED: usize = 8;
/// An answer is not older than what it answers; clocks and days of servers differ.
const DAY: i64 = 86_400;

/// Which messages of a mailbox belong together, by the state of the mailbox.
pub(super) type ThreadLists = Recent<u64, Arc<Threads>>;

impl Weighed for Threads {
    fn weight(&self) -> usize {
        Threads::weight(self)
    }
}

/// A thread, the oldest message first.
#[derive(Debug)]
pub struct Conversation {
    /// Where the message lies that was asked for.
    pub mailbox: Mailbox,
    /// Its messages.
    pub messages: Vec<Said>,
    /// How many older ones are not among them.
    pub left_out: usize,
}

/// A message of a conversation.
#[derive(Debug)]
pub struct Said {
    /// The message, open, with its marks as they were before.
    pub opened: Opened,
    /// Whether it comes from another mailbox than the conversation: one's own answer from Sent.
    pub is_elsewhere: bool,
}

/// What one mailbox has of a conversation.
#[derive(Default)]
struct Found {
    mailbox: Option<Mailbox>,
    /// Where the rest may be: Sent, or the inbox for a message in Sent.
    other: Option<MailboxName>,
    said: Vec<Opened>,
    left_out: usize,
    thread: Option<ThreadId>,
}

impl Account {
    /// The conversation that a message is in; `mark` marks its unread messages as read.
    pub async fn conversation(&self, message: &MessageRef, mark: bool) -> Result<Conversation, Error> {
        let wanted = message.clone();
        let here = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let wanted = wanted.clone();
                Box::new(move |link| Box::pin(async move { inner.said_here(link, wanted, mark).await }))
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        let gone = || Error::NotFound(What::Message(message.mailbox.clone()));
        let mut here = here.filter(|here| !here.said.is_empty()).ok_or_else(gone)?;
        let mailbox = here.mailbox.take().ok_or_else(gone)?;
        let elsewhere = match here.other.take() {
            Some(other) => self.said_elsewhere(other, &here).await?,
            None => Found::default(),
        };
        let mut known: HashSet<String> =
            here.said.iter().filter_map(|opened| opened.envelope.message_id.clone()).collect();
        let mut messages: Vec<Said> =
            here.said.into_iter().map(|opened| Said { opened, is_elsewhere: false }).collect();
        for opened in elsewhere.said {
            // a copy of what is here already is no other message
            if opened.envelope.message_id.clone().is_none_or(|id| known.insert(id)) {
                messages.push(Said { opened, is_elsewhere: true });
            }
        }
        messages.sort_by_key(|said| when(&said.opened));
        let too_many = messages.len().saturating_sub(MOST);
        messages.drain(..too_many);
        self.doubt_names(&mut messages, mark).await;
        let left_out = here.left_out + elsewhere.left_out + too_many;
        Ok(Conversation { mailbox, messages, left_out })
    }

    /// What is doubtful about the senders' names. Only those of the newest messages that were not read are asked about, each
    /// once; of the others it is said what is known.
    async fn doubt_names(&self, messages: &mut [Said], mark: bool) {
        let last = messages.len().saturating_sub(1);
        let (mut asked, began) = (HashSet::new(), Instant::now());
        for (at, said) in messages.iter_mut().enumerate().rev().filter(|(_, said)| !said.is_elsewhere) {
            let opened = &mut said.opened;
            let is_open = at == last || !opened.flags.contains(&Flag::Seen);
            let from = opened.envelope.from.first().cloned();
            let has_time = began.elapsed() < PATIENCE;
            let ask =
                mark && is_open && has_time && asked.len() < NAMES && from.is_some_and(|from| asked.insert(from.addr));
            let of_name = self.doubt_of_name(opened, ask).await;
            opened.doubts.splice(0..0, of_name);
        }
    }

    /// What another mailbox has of it. That it can't be asked takes nothing from what is here.
    async fn said_elsewhere(&self, other: MailboxName, here: &Found) -> Result<Found, Error> {
        let mut ids: Vec<String> = Vec::new();
        for opened in &here.said {
            let envelope = &opened.envelope;
            for id in envelope.message_id.iter().chain(envelope.references.first()) {
                if !ids.contains(id) && !id.contains(|c: char| c.is_control()) {
                    ids.push(id.clone()); // I-03
                }
            }
        }
        ids.truncate(IDS);
        let since = here.said.iter().map(|opened| opened.internal_date).min_by_key(|moment| moment.seconds);
        let since = since.map(|moment| Moment { seconds: moment.seconds - DAY, ..moment });
        let (name, thread) = (other.clone(), here.thread.clone());
        let found = self
            .read(Purpose::Mailbox(&other), move |inner| -> Work<Found> {
                let (name, thread, ids) = (name.clone(), thread.clone(), ids.clone());
                Box::new(move |link| {
                    Box::pin(async move {
                        let overview = inner.open_mailbox(link, &name).await?;
                        let uids = match thread {
                            Some(thread) => link.search(&Criteria::Thread(thread), &[], None).await?,
                            None if ids.is_empty() => Vec::new(),
                            None => link.related(&ids, since).await?,
                        };
                        let Some(mailbox) = overview.find(&name).cloned() else { return Ok(Found::default()) };
                        inner.read_said(link, mailbox, uids).await
                    })
                })
            })
            .await;
        match found.map_err(|error| Error::about(error, &other)) {
            Err(error @ (Error::SignedOut | Error::Unreachable(_))) => Err(error),
            Err(_) => Ok(Found::default()),
            Ok(found) => Ok(found),
        }
    }
}

/// When it was said, in seconds: as its author's clock had it, unless that is off by more than a day. Mails of two
/// mailboxes may have arrived in the same second, or have been put there later.
fn when(opened: &Opened) -> i64 {
    let arrived = opened.internal_date.seconds;
    let sent = opened.envelope.sent_date.map(|sent| sent.seconds);
    sent.filter(|sent| sent.abs_diff(arrived) < DAY.unsigned_abs()).unwrap_or(arrived)
}

impl Inner {
    /// What the message's own mailbox has; `None` if the message is gone.
    async fn said_here(&self, link: &mut Link, message: MessageRef, mark: bool) -> Result<Option<Found>, imap::Error> {
        let overview = self.open_mailbox(link, &message.mailbox).await?;
        link.select_same(&message.mailbox, message.uid_validity).await?;
        let Some(mailbox) = overview.find(&message.mailbox).cloned() else { return Ok(None) };
        let thread = link.thread_id(message.uid).await?;
        let mut uids = match &thread {
            Some(thread) => link.search(&Criteria::Thread(thread.clone()), &[], None).await?,
            None => self.thread_of(link, message.uid).await?,
        };
        if !uids.contains(&message.uid) {
            uids.push(message.uid);
        }
        let role = if mailbox.role == Some(Role::Sent) { Role::Inbox } else { Role::Sent };
        let other = overview.with_role(role).filter(|other| other.selectable && other.name != message.mailbox);
        let other = other.map(|other| other.name.clone());
        let found = self.read_said(link, mailbox, uids).await?;
        if found.said.iter().all(|opened| opened.message.uid != message.uid) && found.left_out == 0 {
            return Ok(None);
        }
        let unread: UidSet = found
            .said
            .iter()
            .filter(|opened| !opened.flags.contains(&Flag::Seen))
            .map(|opened| opened.message.uid)
            .collect();
        if mark && !unread.is_empty() {
            self.mark_read(link, &unread).await?;
        }
        Ok(Some(Found { other, thread, ..found }))
    }

    /// The messages of the open mailbox that belong to this one, as far as server and header fields tell.
    async fn thread_of(&self, link: &mut Link, uid: Uid) -> Result<Vec<Uid>, imap::Error> {
        let state = link.view().map_or(0, |view| view.content_version());
        let known = locked(&self.threads).find(&state);
        if let Some(threads) = known {
            return Ok(threads.of(uid).to_vec());
        }
        if let Some(threads) = link.threads().await?.map(Arc::new) {
            locked(&self.threads).remember(state, threads.clone());
            return Ok(threads.of(uid).to_vec());
        }
        let fetched = link.fetch(&UidSet::new([uid]), &[Item::Uid, Item::Header(PartPath::root())]).await?;
        let header = fetched.iter().find(|one| one.uid == Some(uid)).and_then(|one| one.body("HEADER"));
        let Some(envelope) = header.map(|header| mime::envelope(header)) else { return Ok(Vec::new()) };
        let first = envelope.references.first().or(envelope.in_reply_to.first());
        let mut ids: Vec<String> = first.into_iter().chain(&envelope.message_id).cloned().collect();
        ids.retain(|id| !id.contains(|c: char| c.is_control())); // I-03
        if ids.is_empty() { Ok(Vec::new()) } else { link.related(&ids, None).await }
    }

    /// Reads messages of the open mailbox, the newest [`MOST`].
    async fn read_said(&self, link: &mut Link, mailbox: Mailbox, mut uids: Vec<Uid>) -> Result<Found, imap::Error> {
        uids.sort_unstable();
        uids.dedup();
        let left_out = uids.len().saturating_sub(MOST);
        uids.drain(..left_out);
        let Some(uid_validity) = link.view().map(|view| view.uid_validity) else { return Ok(Found::default()) };
        let mut said = Vec::new();
        for (uid, essence, mut content, is_whole) in self.said(link, &uids).await? {
            let message = MessageRef { mailbox: mailbox.name.clone(), uid_validity, uid };
            let reading = mime::reading(content.top());
            if let Some(top) = content.take_mended() {
                self.replace_structure(&message, &essence, BodyStructure::Known(top));
            }
            let is_sound = !reading.damaged && !content.hides_text();
            said.push(self.opened(message, mailbox.clone(), &essence, &content, &reading));
            // the frames, asked for next, find their HTML; one that was read without it is no content to be remembered
            if is_whole && is_sound && content.is_light() {
                locked(&self.contents).remember((mailbox.name.clone(), uid_validity, uid), Arc::new(content));
            }
        }
        Ok(Found { mailbox: Some(mailbox), said, left_out, ..Found::default() })
    }

    /// Essence and content of each message that is still there, and whether all was read that its own page would have.
    async fn said(
        &self,
        link: &mut Link,
        uids: &[Uid],
    ) -> Result<Vec<(Uid, Arc<Essence>, Content, bool)>, imap::Error> {
        let essences = self.essences(link, uids, Vec::new()).await?;
        // what is shown open has its frame, and a page says first what that was not given
        let is_open = |uid: &Uid| {
            Some(uid) == uids.last()
                || link.view().is_some_and(|view| view.flags(*uid).is_some_and(|flags| !flags.contains(&Flag::Seen)))
        };
        let designed: HashSet<Uid> = uids.iter().rev().copied().filter(is_open).take(DESIGNED).collect();
        let wanted: Vec<_> = uids
            .iter()
            .filter_map(|uid| Some((*uid, essences.get(uid)?.structure.as_ref(), designed.contains(uid))))
            .collect();
        let (mut contents, short) = Content::read_many(link, &wanted, TEXT).await?;
        let is_whole = |uid: &Uid| designed.contains(uid) && !short.contains(uid);
        let found = |uid: &Uid| Some((*uid, essences.get(uid)?.clone(), contents.remove(uid)?, is_whole(uid)));
        Ok(uids.iter().filter_map(found).collect())
    }
}
