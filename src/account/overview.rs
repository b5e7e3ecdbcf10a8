//! What surrounds every page: the mailboxes, what they hold, how full the account is.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::{Inner, locked};
use super::roles;
use crate::imap::{self, Filling, Link, Tree, WithQuota};
use crate::mail::{Counts, Mailbox, MailboxName, MessageRef, Quota, Role};

/// The mailbox tree and the quota, as the server told.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Inbox and the other roles first, then the rest by name; a mailbox stands after its parent.
    pub mailboxes: Vec<Mailbox>,
    /// How full the account is.
    pub quota: Quota,
    /// Where new mailboxes go: `INBOX.` on Courier, mostly nothing.
    pub personal_prefix: String,
}

impl Overview {
    /// The mailbox of this name.
    pub fn find(&self, name: &MailboxName) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == *name)
    }

    /// The same with other counts of one mailbox.
    fn counting(&self, name: &MailboxName, counts: Option<Counts>) -> Self {
        let mut same = self.clone();
        if let Some(mailbox) = same.mailboxes.iter_mut().find(|mailbox| mailbox.name == *name) {
            mailbox.counts = counts.or(mailbox.counts);
        }
        same
    }

    /// What the inbox holds, as far as the server told.
    pub fn inbox(&self) -> Option<Counts> {
        self.with_role(Role::Inbox)?.counts
    }

    /// The mailbox with this role.
    pub fn with_role(&self, role: Role) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.role == Some(role))
    }
}

impl From<Tree> for Overview {
    fn from(tree: Tree) -> Self {
        let mut mailboxes = tree.mailboxes;
        roles::complete(&mut mailboxes);
        mailboxes.sort_by_cached_key(|mailbox| {
            let levels: Vec<String> = match mailbox.delimiter {
                Some(delimiter) => mailbox.name.as_str().split(delimiter).map(str::to_lowercase).collect(),
                None => vec![mailbox.name.as_str().to_lowercase()],
            };
            (mailbox.shared, mailbox.role.is_none(), mailbox.role, levels)
        });
        Self { mailboxes, quota: tree.quota, personal_prefix: tree.personal_prefix }
    }
}

/// The last overview.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    known: Option<(Instant, Arc<Overview>)>,
    /// How long the server took for it.
    cost: Duration,
    /// When something was done here that changes counts.
    changed: Option<Instant>,
    /// How old an overview may be and still be believed: not at all, unless somebody watches.
    believed: Duration,
    /// When background work last changed something, and had more to do.
    worked: Option<Instant>,
    quota: Option<KnownQuota>,
}

/// The quota as it was told last.
#[derive(Debug)]
struct KnownQuota {
    told: Instant,
    /// How long the server took for it.
    cost: Duration,
    /// What the mailboxes held then.
    filling: Option<Filling>,
    quota: Quota,
}

/// An overview that a page learnt together with its list may be this old when the page asks for it.
const JUST_NOW: Duration = Duration::from_millis(100);
/// Up to this many mailboxes, or this cost, every page asks anew; beyond, at most a tenth of the time is spent on it
/// (`R-19`: 2,000 folders), and between only the open mailbox is counted.
const FEW: usize = 300;
const CHEAP: Duration = Duration::from_millis(50);
/// While background work goes on the counts beside the folders may be so old: a server may hold the mailbox that it works on, and
/// whoever asks for all counts waits for that (Dovecot 2.3, 2026: a tenth of a second for a window of 500 messages). What the
/// person does themselves counts at once all the same.
const WORKED_ON: Duration = Duration::from_secs(2);
/// Up to this cost the quota is asked for whenever a message came or went.
const CHEAP_QUOTA: Duration = Duration::from_millis(3);
/// The quota is asked for anew after this time, whatever came or went: its limits may be others.
const QUOTA_HOLDS: Duration = Duration::from_secs(60);

impl Surroundings {
    /// The overview, if it is as good as one asked for now.
    pub(super) fn just_now(&self) -> Option<Arc<Overview>> {
        self.known.as_ref().filter(|(at, _)| at.elapsed() < JUST_NOW).map(|(_, overview)| overview.clone())
    }

    /// The overview, if it was asked for after `since`.
    fn good_since(&self, since: Instant) -> Option<Arc<Overview>> {
        self.known.as_ref().filter(|(at, _)| *at >= since).map(|(_, overview)| overview.clone())
    }

    /// The overview, if it is dear, or background work is in the way, and it is young and has this mailbox.
    fn spared(&self, mailbox: &MailboxName) -> Option<Arc<Overview>> {
        let (at, overview) = self.known.as_ref()?;
        let is_dear = overview.mailboxes.len() > FEW && self.cost > CHEAP;
        let is_worked_on = self.worked.is_some_and(|worked| worked.elapsed() < WORKED_ON);
        let age = at.elapsed();
        let is_young = (is_dear && age < self.cost * 10) || (is_worked_on && age < WORKED_ON);
        (is_young && overview.find(mailbox).is_some()).then(|| overview.clone())
    }

    /// How to ask for the quota: whenever a message came or went, which no use can change without; where it is dear, for a
    /// twentieth of the time at most.
    pub(super) fn wants_quota(&self) -> WithQuota {
        let Some(known) = &self.quota else { return WithQuota::Asked };
        let age = known.told.elapsed();
        // an estimate is what the person sees change under their hands
        let is_of_before = known.quota.estimate.is_some() && self.changed.is_some_and(|changed| changed > known.told);
        match known.filling {
            _ if is_of_before => WithQuota::Asked,
            _ if known.cost > CHEAP_QUOTA && age < known.cost * 20 => WithQuota::Left,
            Some(filling) if age < QUOTA_HOLDS => WithQuota::IfChanged(filling),
            _ => WithQuota::Asked,
        }
    }

    /// The quota that was told with this tree, else the last one.
    fn quota_of(&mut self, tree: &Tree) -> Quota {
        if let Some(cost) = tree.quota_cost {
            let (told, filling, quota) = (Instant::now(), tree.filling, tree.quota.clone());
            self.quota = Some(KnownQuota { told, cost, filling, quota });
        }
        self.quota.as_ref().map(|known| known.quota.clone()).unwrap_or_default()
    }

    /// That moment, or the later one at which something was done here.
    fn not_before(&self, moment: Instant) -> Instant {
        self.changed.map_or(moment, |changed| changed.max(moment))
    }

    /// When something was done here that changes counts.
    pub(super) fn changed(&self) -> Option<Instant> {
        self.changed
    }

    /// Nothing of before now is believed any more.
    pub(super) fn distrust(&mut self) {
        self.known = None;
        self.changed = Some(Instant::now());
    }

    /// From now on overviews of this age are believed.
    pub(super) fn believe(&mut self, age: Duration) {
        self.believed = age;
    }

    /// Puts an overview that agrees better in the place of the one that it was made of, unless another was told meanwhile.
    fn correct(&mut self, of: &Arc<Overview>, overview: Arc<Overview>) {
        if let Some((_, known)) = self.known.as_mut().filter(|(_, known)| Arc::ptr_eq(known, of)) {
            *known = overview;
        }
    }

    /// Keeps an overview that was asked for at `at`, unless something was done meanwhile.
    fn keep(&mut self, at: Instant, overview: Arc<Overview>) {
        self.cost = at.elapsed();
        if self.changed.is_none_or(|changed| changed < at) {
            self.known = Some((at, overview));
        }
    }
}

impl Inner {
    /// Opens `mailbox`, and brings it and the overview up to date as [`Self::refresh`] does. A new connection, or one that
    /// had another mailbox open, does it all in one round trip.
    pub(super) async fn open_mailbox(
        &self,
        link: &mut Link,
        mailbox: &MailboxName,
    ) -> Result<Arc<Overview>, imap::Error> {
        let is_known = {
            let surroundings = locked(&self.surroundings);
            let counted = surroundings.not_before(link.believed_since(surroundings.believed));
            surroundings.good_since(counted).is_some() || surroundings.spared(mailbox).is_some()
        };
        if !is_known && !link.has_open(mailbox) {
            let start = Instant::now();
            let with_quota = locked(&self.surroundings).wants_quota();
            let tree = link.select_with_tree(mailbox, with_quota).await?;
            return Ok(self.learn(start, tree));
        }
        link.select(mailbox).await?;
        self.refresh(link).await
    }

    /// Brings the open mailbox and the overview up to date, together, as of when this work was asked for; or as of a
    /// moment before, where somebody watches and that is believed ([`super::pulse`]). What was done here counts at once.
    pub(super) async fn refresh(&self, link: &mut Link) -> Result<Arc<Overview>, imap::Error> {
        let (since, known) = {
            let surroundings = locked(&self.surroundings);
            let since = surroundings.not_before(link.believed_since(link.trust()));
            let counted = surroundings.not_before(link.believed_since(surroundings.believed));
            (since, surroundings.good_since(counted))
        };
        let Some(overview) = known else { return self.refresh_now(link).await };
        if !link.is_synced_since(since) {
            link.sync_now().await?;
        }
        self.agreeing(link, overview).await
    }

    /// The overview with the open mailbox counted again, if anything was told of it since: lists and counts of one page
    /// come from one view.
    async fn agreeing(&self, link: &mut Link, overview: Arc<Overview>) -> Result<Arc<Overview>, imap::Error> {
        let Some(open) = link.view().map(|view| view.mailbox.clone()).filter(|_| !link.is_counted()) else {
            return Ok(overview);
        };
        self.counted_again(link, &open, &overview).await
    }

    /// The overview with the open mailbox counted again, and everybody's from now on.
    async fn counted_again(
        &self,
        link: &mut Link,
        open: &MailboxName,
        overview: &Arc<Overview>,
    ) -> Result<Arc<Overview>, imap::Error> {
        let counts = link.sync_with_counts(open).await?;
        let counted = Arc::new(overview.counting(open, counts));
        locked(&self.surroundings).correct(overview, counted.clone());
        Ok(counted)
    }

    /// As [`Self::refresh`], as of now.
    pub(super) async fn refresh_now(&self, link: &mut Link) -> Result<Arc<Overview>, imap::Error> {
        let open = link.view().map(|view| view.mailbox.clone());
        if let Some(open) = open
            && let Some(overview) = { locked(&self.surroundings).spared(&open) }
        {
            return self.counted_again(link, &open, &overview).await;
        }
        let start = Instant::now();
        let with_quota = locked(&self.surroundings).wants_quota();
        let tree = link.sync_with_tree(with_quota).await?;
        Ok(self.learn(start, tree))
    }

    /// Whether the mailboxes are so many that not every page asks for all of them.
    pub(super) fn is_spared(&self, mailbox: &MailboxName) -> bool {
        locked(&self.surroundings).spared(mailbox).is_some()
    }

    /// Whether neither the open mailbox nor the overview has to be asked for.
    pub(super) fn is_believed(&self, link: &Link) -> bool {
        let surroundings = locked(&self.surroundings);
        let since = surroundings.not_before(link.believed_since(link.trust()));
        let counted = surroundings.not_before(link.believed_since(surroundings.believed));
        link.is_synced_since(since) && surroundings.good_since(counted).is_some()
    }

    /// Keeps what was told at `start`.
    pub(super) fn learn(&self, start: Instant, tree: Tree) -> Arc<Overview> {
        let mut surroundings = locked(&self.surroundings);
        let mut quota = surroundings.quota_of(&tree);
        if quota.octets().is_none() {
            quota.estimate = self.surveying.octets();
        }
        let overview = Arc::new(Overview { quota, ..Overview::from(tree) });
        surroundings.keep(start, overview.clone());
        overview
    }

    /// What was done here changes counts: the next page asks anew, and whoever watches is told.
    pub(super) fn counts_changed(&self) {
        locked(&self.surroundings).distrust();
        self.pulse.hurry();
    }

    /// Background work changed something, and has more to do.
    pub(super) fn worked_on(&self) {
        locked(&self.surroundings).worked = Some(Instant::now());
    }

    /// Whether the server told a moment ago that the message is there, and nothing was done here since.
    pub(super) fn is_just_told(&self, link: &Link, message: &MessageRef) -> bool {
        let view = link.view().filter(|view| view.mailbox == message.mailbox);
        let is_known =
            view.is_some_and(|view| view.uid_validity == message.uid_validity && view.place_of(message.uid).is_some());
        is_known && link.is_synced_since(locked(&self.surroundings).not_before(link.believed_since(JUST_NOW)))
    }

    /// Opens a message's mailbox to read from it: in step with the server, or believed to be and the message known.
    pub(super) async fn open_to_read(&self, link: &mut Link, message: &MessageRef) -> Result<(), imap::Error> {
        let view = link.select_same(&message.mailbox, message.uid_validity).await?;
        let is_known = view.place_of(message.uid).is_some();
        let since = locked(&self.surroundings).not_before(link.believed_since(link.trust()));
        if is_known && link.is_synced_since(since) {
            return Ok(());
        }
        link.sync().await?;
        // which may have found the mailbox made anew, and opened that
        link.select_same(&message.mailbox, message.uid_validity).await.map(drop)
    }
}

/// What the open mailbox holds, in agreement with its own view.
pub(super) fn counts_of(mailbox: &Mailbox, messages: u32) -> Counts {
    let unseen = mailbox.counts.map_or(0, |counts| counts.unseen).min(messages);
    Counts { messages, unseen }
}
