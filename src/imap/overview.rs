//! All mailboxes with their counts, the quota, and the open mailbox brought up to date: in one round trip.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tokio::time::Instant;

use super::argument::Command;
use super::batch::Answers;
use super::list::{Status, read_list, read_namespaces, read_status, status_items};
use super::{Along, Capability, Error, Fetched, Link, View, quota};
use crate::mail::{Counts, Mailbox, MailboxName, Quota};

/// What the server has, beside messages.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Mailboxes in the server's order.
    pub mailboxes: Vec<Mailbox>,
    /// The quota of the inbox's roots, as far as it was asked for.
    pub quota: Quota,
    /// How long the server took for the quota, if it was asked for.
    pub quota_cost: Option<Duration>,
    /// What the mailboxes hold.
    pub filling: Option<Filling>,
    /// The prefix under which one's own mailboxes are made, `INBOX.` on Courier.
    pub personal_prefix: String,
}

/// Whether the quota is asked for, behind the tree. It is never free: Dovecot (2.3, 2022) takes four times as long for it as for
/// all counts of a small account, and counts a mailbox of 100,000 messages for 46 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithQuota {
    /// It is.
    Asked,
    /// It is, unless the mailboxes hold what they held then.
    IfChanged(Filling),
    /// It is not.
    Left,
}

/// What all mailboxes hold, in a few octets: as long as it is the same, no message has come or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling(u64);

/// What is asked of a mailbox beside LIST.
const STATE: &str = "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)";

impl Filling {
    /// `None` if of some mailbox too little is known.
    fn of(mailboxes: &[Mailbox], states: &HashMap<MailboxName, Status>) -> Option<Self> {
        // servers list them in an order that may be another one on the next connection (Dovecot 2.3, 2022)
        mailboxes.iter().filter(|mailbox| mailbox.selectable).try_fold(Self(0), |Self(sum), mailbox| {
            let status = states.get(&mailbox.name)?;
            let mut hasher = DefaultHasher::new();
            // whatever comes gets a new UID, and whatever goes is one less
            (mailbox.name.as_str(), status.uid_validity?.number(), status.uid_next?, status.counts.messages)
                .hash(&mut hasher);
            Some(Self(sum.wrapping_add(hasher.finish())))
        })
    }
}

impl Link {
    /// Makes the view true as of now: whatever happened before this was asked for is known afterwards. Several who
    /// asked while another synchronisation was under way share the next one.
    pub async fn sync(&mut self) -> Result<(), Error> {
        if self.needs_sync() { self.sync_now().await } else { Ok(()) }
    }

    /// As [`Self::sync`], whatever was known before.
    pub async fn sync_now(&mut self) -> Result<(), Error> {
        self.synced = Some(Instant::now());
        if self.command(Command::new("NOOP")).await?.complains {
            self.select_afresh().await?;
        }
        Ok(())
    }

    /// Opens the open mailbox once more, since it may be none any more. When another program deletes it, Dovecot (2.3,
    /// 2022) goes on answering from what it has in memory, STATUS of one that was made anew too, and only complains (`* NO
    /// Internal error`) when it is to look. Cyrus (3.6, 2022) tells of each message as expunged, and from then on of
    /// nothing; a page learns by its STATUS that it was made anew, an action opens it afresh.
    pub(super) async fn select_afresh(&mut self) -> Result<(), Error> {
        if let Some(view) = self.view.take() {
            self.select(&view.mailbox).await?;
        }
        Ok(())
    }

    /// As [`Self::sync`], and counts the open mailbox in the same round trip.
    pub async fn sync_with_counts(&mut self, mailbox: &MailboxName) -> Result<Option<Counts>, Error> {
        self.synced = Some(Instant::now());
        let news = self.news();
        let status = Command::new("STATUS").mailbox(mailbox)?.word(STATE);
        let answers = self.batch(vec![Command::new("NOOP"), status]).await?;
        answers.result(0)?;
        if answers.complains {
            self.select_afresh().await?;
        }
        if self.news() != news {
            return Ok(self.status_of_open().await?.map(|status| status.counts));
        }
        self.mark_counted();
        Ok(answers.all("STATUS").find_map(read_status).map(|(_, status)| status.counts))
    }

    /// Whether nothing was told of the open mailbox since its messages were counted on this connection.
    pub fn is_counted(&self) -> bool {
        self.view.as_ref().is_none_or(View::is_counted)
    }

    fn mark_counted(&mut self) {
        if let Some(view) = &mut self.view {
            view.mark_counted();
        }
    }

    /// Counts of the open mailbox once more: a server need not have looked at it anew when it answered STATUS behind a
    /// NOOP (Dovecot 2.3 had not), and this batch brought news.
    async fn status_of_open(&mut self) -> Result<Option<Status>, Error> {
        let Some(view) = &self.view else { return Ok(None) };
        let status = Command::new("STATUS").mailbox(&view.mailbox)?.word(STATE);
        let answers = self.batch(vec![status]).await?;
        self.mark_counted();
        Ok(answers.all("STATUS").find_map(read_status).map(|(_, status)| status))
    }

    fn news(&self) -> u64 {
        self.view.as_ref().map_or(0, View::news)
    }

    /// Whether a synchronisation that was asked for now has not been answered by an earlier one.
    pub fn needs_sync(&self) -> bool {
        !self.is_synced_since(self.asked)
    }

    /// Whether the view is as true as one that was asked for at `moment`.
    pub fn is_synced_since(&self, moment: Instant) -> bool {
        self.synced.is_some_and(|synced| synced >= moment)
    }

    /// What may be believed for a page that was asked for now, if things of this age are. Nothing older than what the server has told
    /// since on its own, since counts depend on it.
    pub fn believed_since(&self, age: std::time::Duration) -> Instant {
        let oldest = self.asked.checked_sub(age).unwrap_or(self.asked);
        self.told.map_or(oldest, |told| told.max(oldest))
    }

    /// How old a synchronisation may be and still be believed.
    pub fn trust(&self) -> std::time::Duration {
        self.trust
    }

    /// From now on synchronisations of this age are believed, as long as somebody watches ([`super::Attention`]).
    pub fn believe(&mut self, age: std::time::Duration) {
        self.trust = age;
    }

    /// Whether anything the server told on its own has not been followed by a synchronisation.
    pub fn has_unasked_news(&self) -> bool {
        self.told.is_some_and(|told| !self.is_synced_since(told))
    }

    /// As [`Self::sync`], and tells all mailboxes, and the quota if it is wanted, in the same round trip.
    pub async fn sync_with_tree(&mut self, with_quota: WithQuota) -> Result<Tree, Error> {
        Ok(self.sync_and(None, with_quota).await?.0)
    }

    /// As [`Self::sync_with_tree`], and reads a message, and marks it, in the same round trip: the counts are those
    /// behind the mark. `None` if the message is gone; a refusal to read it is no refusal of the rest.
    pub async fn sync_with_tree_along(
        &mut self,
        along: &Along,
        with_quota: WithQuota,
    ) -> Result<(Tree, Result<Option<Fetched>, Error>), Error> {
        self.sync_and(Some(along), with_quota).await
    }

    async fn sync_and(
        &mut self,
        along: Option<&Along>,
        with_quota: WithQuota,
    ) -> Result<(Tree, Result<Option<Fetched>, Error>), Error> {
        self.synced = Some(Instant::now());
        let ours = along.map(Along::commands).transpose()?.unwrap_or_default();
        let own = ours.len();
        let commands = [vec![Command::new("NOOP")], ours, self.tree_commands()].concat();
        let (news, was_marked) = (self.news(), along.is_some_and(|along| along.is_marked(self)));
        let mut answers = self.batch(commands).await?;
        answers.result(0)?;
        let read = if own > 0 { answers.result(1) } else { Ok(()) };
        drop(answers.results.drain(..=own));
        let read = read.map(|()| along.and_then(|along| along.find(std::mem::take(&mut answers.fetched), self)));
        // our own mark is news that the counts behind it know of
        let expected = u64::from(!was_marked && along.is_some_and(|along| along.is_marked(self)));
        let has_news = self.news() != news + expected;
        let complains = answers.complains;
        let (mut tree, states) = self.read_tree(&answers)?;
        let mut states = match states {
            Some(states) => states,
            None => self.status_of(&tree.mailboxes).await?, // behind the NOOP's answer
        };
        if self.lists_with_status()
            && has_news
            && let Some(open) = self.view.as_ref().map(|view| view.mailbox.clone())
            && let Some(fresh) = self.status_of_open().await?
        {
            states.insert(open, fresh);
        }
        if let Some(view) = &self.view
            && (complains || states.get(&view.mailbox).is_some_and(|status| is_another(status, view)))
        {
            let mailbox = view.mailbox.clone();
            self.select_afresh().await?;
            if let Some(status) = self.status_of_open().await? {
                states.insert(mailbox, status);
            }
        }
        self.mark_counted();
        self.complete(&mut tree, &states);
        self.fill_in_quota(&mut tree, &states, with_quota).await?;
        Ok((tree, read))
    }

    /// As [`Self::select`], and tells what [`Self::sync_with_tree`] does, in the same round trip: the way of a connection
    /// that is new.
    pub async fn select_with_tree(&mut self, mailbox: &MailboxName, with_quota: WithQuota) -> Result<Tree, Error> {
        let commands = self.tree_commands();
        let answers = self.select_with(mailbox, &commands).await?;
        let (mut tree, states) = self.read_tree(&answers)?;
        let states = match states {
            Some(states) => states,
            None => self.status_of(&tree.mailboxes).await?,
        };
        self.mark_counted();
        self.complete(&mut tree, &states);
        self.fill_in_quota(&mut tree, &states, with_quota).await?;
        Ok(tree)
    }

    /// LIST-STATUS needs LIST-EXTENDED's RETURN (RFC 5819 2).
    fn lists_with_status(&self) -> bool {
        self.capabilities.has(Capability::ListStatus) && self.capabilities.has(Capability::ListExtended)
    }

    /// LIST, and what accompanies it.
    fn tree_commands(&self) -> Vec<Command> {
        let mut commands = vec![self.list_command()];
        if !self.capabilities.has(Capability::ListExtended) {
            commands.push(Command::new("LSUB \"\" \"*\""));
        }
        if self.namespaces.is_none() && self.capabilities.has(Capability::Namespace) {
            commands.push(Command::new("NAMESPACE"));
        }
        commands
    }

    /// What was answered to [`Self::tree_commands`]; the states of mailboxes if they came along.
    fn read_tree(&mut self, answers: &Answers) -> Result<(Tree, Option<HashMap<MailboxName, Status>>), Error> {
        answers.result(0)?; // subscriptions and namespaces are extras: they may be refused
        let mut tree = Tree { mailboxes: answers.all("LIST").filter_map(read_list).collect(), ..Tree::default() };
        mark_subscribed(&mut tree.mailboxes, answers.all("LSUB").filter_map(read_list));
        if let Some(values) = answers.all("NAMESPACE").next() {
            self.namespaces = Some(read_namespaces(values));
        }
        let states = self.lists_with_status().then(|| answers.all("STATUS").filter_map(read_status).collect());
        Ok((tree, states))
    }

    fn list_command(&self) -> Command {
        let can = |capability| self.capabilities.has(capability);
        match (can(Capability::ListExtended), can(Capability::ListStatus), can(Capability::SpecialUse)) {
            (true, true, true) => Command::new(
                "LIST \"\" \"*\" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY))",
            ),
            (true, true, false) => {
                Command::new("LIST \"\" \"*\" RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY))")
            }
            (true, false, true) => Command::new("LIST \"\" \"*\" RETURN (SUBSCRIBED SPECIAL-USE)"),
            (true, false, false) => Command::new("LIST \"\" \"*\" RETURN (SUBSCRIBED)"),
            (false, _, true) => Command::new("LIST \"\" \"*\" RETURN (SPECIAL-USE)"),
            (false, _, false) => Command::new("LIST \"\" \"*\""),
        }
    }

    /// STATUS of each mailbox, pipelined; those that refuse have no counts.
    async fn status_of(&mut self, mailboxes: &[Mailbox]) -> Result<HashMap<MailboxName, Status>, Error> {
        let commands = mailboxes
            .iter()
            .filter(|mailbox| mailbox.selectable)
            .take(500)
            .map(|mailbox| Ok(Command::new("STATUS").mailbox(&mailbox.name)?.word(STATE)))
            .collect::<Result<Vec<_>, Error>>()?;
        let answers = self.batch(commands).await?;
        Ok(answers.all("STATUS").filter_map(read_status).collect())
    }

    /// Asks for the quota, if it is wanted: in a round trip of its own, since the answers of one come together, and its cost is to
    /// be learnt. Where there is no QUOTA, what one's own mailboxes take is summed up, if the server knows that of each (RFC 8438).
    async fn fill_in_quota(
        &mut self,
        tree: &mut Tree,
        states: &HashMap<MailboxName, Status>,
        with_quota: WithQuota,
    ) -> Result<(), Error> {
        tree.filling = Filling::of(&tree.mailboxes, states);
        let is_wanted = match with_quota {
            WithQuota::Asked => true,
            WithQuota::IfChanged(known) => tree.filling != Some(known),
            WithQuota::Left => false,
        };
        let start = Instant::now();
        if is_wanted && self.capabilities.has(Capability::Quota) {
            let answers = self.batch(vec![Command::new("GETQUOTAROOT").mailbox(&MailboxName::inbox())?]).await?;
            tree.quota.roots = quota::read(answers.all("QUOTA"));
        } else if is_wanted && self.capabilities.has(Capability::StatusSize) {
            tree.quota.estimate = Some(self.sum_of_sizes(tree).await?);
        } else {
            return Ok(());
        }
        tree.quota_cost = Some(start.elapsed());
        Ok(())
    }

    /// Octets of one's own mailboxes.
    async fn sum_of_sizes(&mut self, tree: &Tree) -> Result<u64, Error> {
        let own = tree.mailboxes.iter().filter(|mailbox| mailbox.selectable && !mailbox.shared && !mailbox.gathers);
        let commands = own
            .take(500)
            .map(|mailbox| Ok(Command::new("STATUS").mailbox(&mailbox.name)?.word("(SIZE)")))
            .collect::<Result<Vec<_>, Error>>()?;
        let answers = self.batch(commands).await?;
        let sizes = answers.all("STATUS").filter_map(status_items).filter_map(|(_, number)| number("SIZE"));
        Ok(sizes.fold(0, u64::saturating_add))
    }

    fn complete(&self, tree: &mut Tree, states: &HashMap<MailboxName, Status>) {
        let spaces = self.namespaces.clone().unwrap_or_default();
        for mailbox in &mut tree.mailboxes {
            mailbox.counts = states.get(&mailbox.name).map(|status| status.counts);
            mailbox.shared = spaces.others.iter().any(|prefix| mailbox.name.as_str().starts_with(prefix.as_str()));
        }
        tree.personal_prefix = match self.namespaces {
            Some(_) => spaces.personal,
            None => common_prefix(&tree.mailboxes),
        };
    }
}

/// Marks those that are among the ones of LSUB, of which a server may tell any number.
fn mark_subscribed(mailboxes: &mut [Mailbox], subscribed: impl Iterator<Item = Mailbox>) {
    let subscribed: HashSet<MailboxName> = subscribed.map(|mailbox| mailbox.name).collect();
    for mailbox in mailboxes.iter_mut().filter(|mailbox| subscribed.contains(&mailbox.name)) {
        mailbox.subscribed = true;
    }
}

/// Whether the mailbox was made anew behind an open view: Dovecot (2.3, 2022) says nothing of it to who has the old one
/// open, and neither does Cyrus (3.6, 2022), whose old one is empty then.
fn is_another(status: &Status, view: &View) -> bool {
    status.uid_validity.is_some_and(|uid_validity| uid_validity != view.uid_validity)
        || (view.exists() == 0 && status.counts.messages > 0)
}

/// `INBOX.` if everything lies below the inbox, on a server that does not tell of namespaces; else nothing.
fn common_prefix(mailboxes: &[Mailbox]) -> String {
    let mut others = mailboxes.iter().filter(|mailbox| !mailbox.name.is_inbox()).peekable();
    let Some(delimiter) = others.peek().and_then(|mailbox| mailbox.delimiter) else { return String::new() };
    let prefix = format!("INBOX{delimiter}");
    let all = others.all(|mailbox| {
        mailbox.name.as_str().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(&prefix))
    });
    if all { prefix } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailboxes(prefix: &str) -> Vec<Mailbox> {
        let one = |at: usize| Mailbox {
            name: MailboxName::new(&format!("{prefix}{at:05}")).unwrap(),
            delimiter: None,
            role: None,
            selectable: true,
            subscribed: false,
            shared: false,
            gathers: false,
            counts: None,
        };
        (0..30_000).map(one).collect()
    }

    #[test]
    fn hostile_lists_cost_linear_time() {
        let (mut some, all) = (mailboxes("a"), mailboxes("a"));
        let others = mailboxes("b");
        let ((), spent) = crate::spent::spent(|| mark_subscribed(&mut some, others.into_iter()));
        assert!(!some.iter().any(|mailbox| mailbox.subscribed));
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
        mark_subscribed(&mut some, all.into_iter().take(10));
        assert_eq!(some.iter().filter(|mailbox| mailbox.subscribed).count(), 10);
    }
}
