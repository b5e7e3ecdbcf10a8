//! What surrounds every page: the mailboxes, what they hold, how full the account is.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::{Inner, locked};
use super::roles;
use crate::imap::{self, Link, Tree};
use crate::mail::{Counts, Mailbox, MailboxName, Quota, Role};

/// The mailbox tree and the quota, as the server told.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Inbox and the other roles first, then the rest by name; a mailbox stands after its parent.
    pub mailboxes: Vec<Mailbox>,
    /// The storage quota of the inbox's root, where the server has one.
    pub quota: Option<Quota>,
    /// Where new mailboxes go: `INBOX.` on Courier, mostly nothing.
    pub personal_prefix: String,
}

impl Overview {
    /// The mailbox of this name.
    pub fn find(&self, name: &MailboxName) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == *name)
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
}

/// An overview that a page learnt together with its list may be this old when the page asks for it.
const JUST_NOW: Duration = Duration::from_millis(100);
/// Up to this cost every page asks anew; beyond, at most a tenth of the time is spent on it (`R-19`: 2,000 folders).
const CHEAP: Duration = Duration::from_millis(5);
/// Up to so many mailboxes every page asks anew, whatever it costs: it is the way to the server that is long then, and
/// what else the page asks goes the same way at the same time.
const FEW: usize = 100;

impl Surroundings {
    /// The overview, if it is as good as one asked for now.
    pub(super) fn just_now(&self) -> Option<Arc<Overview>> {
        self.known.as_ref().filter(|(at, _)| at.elapsed() < JUST_NOW).map(|(_, overview)| overview.clone())
    }

    /// The overview, if it was asked for after `since`, or if it is dear and young.
    fn good_since(&self, since: Instant) -> Option<Arc<Overview>> {
        let (at, overview) = self.known.as_ref()?;
        let dear = self.cost > CHEAP && overview.mailboxes.len() > FEW;
        let spared = dear && at.elapsed() < self.cost * 10;
        (*at >= since || spared).then(|| overview.clone())
    }
}

impl Inner {
    /// Brings the open mailbox and the overview up to date, together, as of when this work was asked for.
    pub(super) async fn refresh(&self, link: &mut Link) -> Result<Arc<Overview>, imap::Error> {
        let known = locked(&self.surroundings).good_since(link.asked());
        if let Some(overview) = known {
            link.sync().await?;
            return Ok(overview);
        }
        let start = Instant::now();
        let overview = Arc::new(Overview::from(link.sync_with_tree().await?));
        let cost = start.elapsed();
        *locked(&self.surroundings) = Surroundings { known: Some((start, overview.clone())), cost };
        Ok(overview)
    }

    /// What was done here changes counts: the next page asks anew.
    pub(super) fn counts_changed(&self) {
        locked(&self.surroundings).known = None;
    }
}

/// What the open mailbox holds, in agreement with its own view.
pub(super) fn counts_of(mailbox: &Mailbox, messages: u32) -> Counts {
    let unseen = mailbox.counts.map_or(0, |counts| counts.unseen).min(messages);
    Counts { messages, unseen }
}
