//! Opening mailboxes and reading from them: SELECT, FETCH, SEARCH (RFC 9051 6.3.2, 6.4.4, 6.4.5).

use std::ops::Range;

use tokio::sync::mpsc;

use super::argument::Command;
use super::batch::Answers;
use super::fetch::Fetched;
use super::shelf::Rested;
use super::{Capability, Code, Criteria, Error, Item, Link, Order, View, search};
use crate::mail::{MailboxName, ModSeq, PartPath, Uid, UidSet, UidValidity};

/// Servers take command lines of 8192 octets (RFC 7162 4).
pub(super) const LINE: usize = 7_500;

/// How mailboxes are opened on a connection.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Opening {
    /// QRESYNC is enabled: the server tells UIDs of what is removed.
    is_enabled: bool,
    /// Neither QRESYNC nor CONDSTORE is of use.
    is_plain: bool,
}

impl Link {
    /// Opens `mailbox`, unless it is open. What an earlier connection knew of it is taken up, as far as the server can
    /// tell what changed since: by QRESYNC, else by CONDSTORE where no message came or went, else not at all.
    pub async fn select(&mut self, mailbox: &MailboxName) -> Result<&View, Error> {
        if !self.has_open(mailbox) {
            self.select_with(mailbox, &[]).await?;
        }
        self.view.as_ref().ok_or(Error::Garbled("no mailbox selected"))
    }

    /// Whether this mailbox is the one that is open.
    pub fn has_open(&self, mailbox: &MailboxName) -> bool {
        self.view.as_ref().is_some_and(|view| view.mailbox == *mailbox)
    }

    /// Opens `mailbox` with SELECT, and sends `more` in the same breath, whose results come first in the answers.
    pub(super) async fn select_with(&mut self, mailbox: &MailboxName, more: &[Command]) -> Result<Answers, Error> {
        self.rest();
        let rested = self.shelf.take(mailbox);
        self.open_somehow(mailbox, rested, more).await
    }

    /// As [`Self::select_with`], for a look that pages have nothing of: what earlier connections knew stays for them.
    pub(super) async fn select_aside(&mut self, mailbox: &MailboxName, more: &[Command]) -> Result<Answers, Error> {
        self.rest();
        self.open_somehow(mailbox, None, more).await
    }

    async fn open_somehow(
        &mut self,
        mailbox: &MailboxName,
        rested: Option<Rested>,
        more: &[Command],
    ) -> Result<Answers, Error> {
        match self.open(mailbox, rested, more).await {
            Err(Error::Bad) if self.opens_with_state() => {
                self.opening.is_plain = true; // what was offered is not understood
                self.open(mailbox, None, more).await
            }
            opened => opened,
        }
    }

    /// Whether SELECT asks for mod-sequences.
    fn opens_with_state(&self) -> bool {
        let can = |capability| self.capabilities.has(capability) && !self.opening.is_plain;
        can(Capability::QResync) || can(Capability::CondStore)
    }

    async fn open(
        &mut self,
        mailbox: &MailboxName,
        rested: Option<Rested>,
        more: &[Command],
    ) -> Result<Answers, Error> {
        let can = |capability| self.capabilities.has(capability) && !self.opening.is_plain;
        let mut commands = Vec::new();
        let select = Command::new(if self.is_reading { "EXAMINE" } else { "SELECT" }).mailbox(mailbox)?;
        let select = match &rested {
            Some(Rested { uid_validity, mod_seq, .. }) if can(Capability::QResync) => {
                if !self.opening.is_enabled {
                    commands.push(Command::new("ENABLE QRESYNC")); // RFC 7162 3.2.3
                }
                select.raw(&format!("(QRESYNC ({uid_validity} {mod_seq}))"))
            }
            _ if can(Capability::CondStore) => select.word("(CONDSTORE)"),
            _ => select,
        };
        commands.push(select);
        let last = commands.len() - 1;
        commands.extend_from_slice(more);
        self.view = Some(View::new(mailbox.clone()));
        let asked = tokio::time::Instant::now();
        let opened = self.batch(commands).await.and_then(|answers| {
            answers.result(last)?;
            self.opening.is_enabled |= last > 0 && answers.result(0).is_ok();
            Ok(answers)
        });
        let (mut answers, view) = match (opened, self.view.as_mut()) {
            (Ok(answers), Some(view)) => (answers, view),
            (Err(error), _) => {
                self.view = None; // a refused SELECT leaves none selected (RFC 9051 6.3.2)
                return Err(match error {
                    // Dovecot 2.3 and 2.4 say "Mailbox doesn't exist" without a code
                    Error::No(Code::None) => Error::No(Code::NonExistent),
                    error => error,
                });
            }
            (Ok(_), None) => return Err(Error::Garbled("no mailbox selected")),
        };
        for code in &answers.codes {
            match code {
                Code::UidValidity(uid_validity) => view.uid_validity = *uid_validity,
                Code::HighestModSeq(number) => view.mod_seq = ModSeq::new(*number),
                Code::UidNext(uid) => view.uid_next = Some(*uid),
                _ => {}
            }
        }
        self.synced = Some(asked);
        answers.results.drain(..=last);
        // UIDs of another UIDVALIDITY mean nothing
        if let Some(rested) = rested.filter(|rested| view.uid_validity == rested.uid_validity) {
            self.resume(rested, &answers.earlier).await?;
        }
        Ok(answers)
    }

    /// Takes up what an earlier connection knew; where that is not possible the window is read anew when it is shown.
    async fn resume(&mut self, rested: Rested, earlier: &[UidSet]) -> Result<(), Error> {
        let is_enabled = self.opening.is_enabled;
        let Some(view) = self.view.as_mut() else { return Ok(()) };
        if is_enabled && view.mod_seq.is_some() {
            view.resume(&rested, earlier);
            return Ok(());
        }
        // without being told what went: only if nothing came or went
        let is_same = view.exists() == rested.exists && view.uid_next.is_some() && view.uid_next == rested.uid_next;
        let unchanged = view.mod_seq == Some(rested.mod_seq);
        if is_same && view.mod_seq.is_some() && view.resume(&rested, &[]) && !unchanged {
            let since = format!("(UID FLAGS) (CHANGEDSINCE {})", rested.mod_seq);
            let commands =
                rested.set().split(LINE).iter().map(|uids| Command::new("UID FETCH").uids(uids).raw(&since)).collect();
            if let Err(error) = self.batch(commands).await?.ok() {
                tracing::debug!(%error, "CHANGEDSINCE was refused");
                self.view = None;
                return Err(Error::Bad); // opened again in the plain way
            }
        }
        Ok(())
    }

    /// As [`Self::select`], for UIDs of this UIDVALIDITY; [`Error::Rebuilt`] if they mean nothing any more (`R-11`).
    pub async fn select_same(&mut self, mailbox: &MailboxName, uid_validity: UidValidity) -> Result<&View, Error> {
        let view = self.select(mailbox).await?;
        if view.uid_validity == uid_validity { Ok(view) } else { Err(Error::Rebuilt) }
    }

    /// As [`Self::select_same`], and brings the view up to date: a server need not act on a message that it has not
    /// told of on this connection (Dovecot 2.3 does not), and it may have come by another one.
    pub async fn select_true(&mut self, mailbox: &MailboxName, uid_validity: UidValidity) -> Result<(), Error> {
        self.select_same(mailbox, uid_validity).await?;
        self.sync().await?;
        if self.view.as_ref().is_some_and(|view| view.exists() == 0) {
            self.select_afresh().await?; // it may be none any more
        }
        self.select_same(mailbox, uid_validity).await.map(drop)
    }

    /// Forgets what is open: the next [`Self::select`] asks the server.
    pub fn forget_selected(&mut self) {
        self.view = None;
    }

    /// Makes sure that the view knows UID and flags of the messages at `places` from the newest; `items` are fetched
    /// of those it had to ask for.
    pub async fn window(&mut self, places: Range<u32>, items: &[Item]) -> Result<Vec<Fetched>, Error> {
        for _ in 0..2 {
            let unknown = self.view.as_ref().map(|view| view.unknown(places.clone())).unwrap_or_default();
            if unknown.is_empty() {
                return Ok(Vec::new());
            }
            // by sequence number is safe: EXPUNGE can't come in between (RFC 9051 7.5.1), and the view is up to date
            let command = Command::new("FETCH").sequence(&unknown).raw(&words(items));
            let fetched = merged(self.command(command).await?.fetched);
            if !fetched.is_empty() {
                return Ok(fetched);
            }
            // removed by another client in this very moment, which the server may say only now
            self.command(Command::new("NOOP")).await?;
        }
        // a page of nothing would be a lie about messages that are there
        Err(Error::Garbled("no message of those that exist"))
    }

    /// Fetches `items` of messages of the open mailbox; those that are gone are missing from the answer.
    pub async fn fetch(&mut self, uids: &UidSet, items: &[Item]) -> Result<Vec<Fetched>, Error> {
        let commands =
            uids.split(LINE).iter().map(|uids| Command::new("UID FETCH").uids(uids).raw(&words(items))).collect();
        Ok(merged(self.batch(commands).await?.ok()?.fetched))
    }

    /// Fetches different items of different messages, in one round trip.
    pub async fn fetch_each(&mut self, wanted: &[(UidSet, Vec<Item>)]) -> Result<Vec<Fetched>, Error> {
        let commands =
            wanted.iter().map(|(uids, items)| Command::new("UID FETCH").uids(uids).raw(&words(items))).collect();
        Ok(merged(self.batch(commands).await?.ok()?.fetched))
    }

    /// Sends a part's octets, as encoded, into `sink`. `false` if the message has no such part or is gone.
    pub async fn fetch_into(
        &mut self,
        uid: Uid,
        path: &PartPath,
        sink: mpsc::Sender<bytes::Bytes>,
    ) -> Result<bool, Error> {
        self.fetch_rest_into(uid, path, 0, sink).await
    }

    /// As [`Self::fetch_into`], from this octet on: nothing, if there are no more.
    pub async fn fetch_rest_into(
        &mut self,
        uid: Uid,
        path: &PartPath,
        from: u32,
        sink: mpsc::Sender<bytes::Bytes>,
    ) -> Result<bool, Error> {
        let item = if from == 0 { Item::Part(path.clone(), None) } else { Item::Rest(path.clone(), from) };
        self.send_into(uid, &item, path, sink).await
    }

    /// As [`Self::fetch_into`], decoded by the server (RFC 3516 4.2). `false` also if it can't decode what it has, and then
    /// nothing was sent.
    pub async fn fetch_decoded_into(
        &mut self,
        uid: Uid,
        path: &PartPath,
        sink: mpsc::Sender<bytes::Bytes>,
    ) -> Result<bool, Error> {
        let before = self.session.get_ref().moved();
        match self.send_into(uid, &Item::Decoded(path.clone()), path, sink).await {
            Err(Error::No(_) | Error::Bad) if self.session.get_ref().moved() == before => Ok(false),
            Err(Error::No(_) | Error::Bad) => Err(Error::Garbled("a part that broke off")),
            other => other,
        }
    }

    async fn send_into(
        &mut self,
        uid: Uid,
        item: &Item,
        path: &PartPath,
        sink: mpsc::Sender<bytes::Bytes>,
    ) -> Result<bool, Error> {
        let command = Command::new("UID FETCH").uids(&UidSet::new([uid])).raw(&words(std::slice::from_ref(item)));
        let answer = self.stream(command, sink.clone()).await?;
        let section = path.to_string();
        let Some(fetched) =
            answer.fetched.iter().find(|fetched| fetched.bodies.iter().any(|(name, _)| *name == section))
        else {
            return Ok(false);
        };
        // a short part may come quoted instead of as a literal
        match fetched.body(&section) {
            Some(bytes) if !bytes.is_empty() => sink.send(bytes.clone()).await.map(|()| true).or(Ok(true)),
            Some(_) => Ok(true),
            None => Ok(false),
        }
    }

    /// UIDs of the open mailbox that meet `criteria` and hold all `words`; in `order`, else ascending.
    pub async fn search(
        &mut self,
        criteria: &Criteria,
        words: &[String],
        order: Option<Order>,
    ) -> Result<Vec<Uid>, Error> {
        let name = if order.is_some() { "SORT" } else { "SEARCH" };
        let answer = self.command(search::command(criteria, words, order)?).await?;
        let mut uids: Vec<Uid> = answer.all(name).flat_map(search::read).collect();
        if order.is_none() {
            uids.sort_unstable();
        }
        Ok(uids)
    }
}

pub(super) fn words(items: &[Item]) -> String {
    let words: Vec<_> = items.iter().map(Item::words).collect();
    format!("({})", words.join(" "))
}

/// Servers may spread a message's items over several responses.
pub(super) fn merged(fetched: Vec<Fetched>) -> Vec<Fetched> {
    let mut messages: Vec<Fetched> = Vec::with_capacity(fetched.len());
    let mut places = std::collections::HashMap::with_capacity(fetched.len());
    for one in fetched {
        let Some(uid) = one.uid else { continue };
        match places.get(&uid).copied().and_then(|at: usize| messages.get_mut(at)) {
            None => {
                places.insert(uid, messages.len());
                messages.push(one);
            }
            Some(known) => known.merge(one),
        }
    }
    messages
}
