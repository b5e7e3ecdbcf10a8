//! Rules: what is thrown away by itself after some days, by folder.
//!
//! A rule is run by the program while its owner is signed in: when they come, and now and then. It finds messages by their date,
//! names them by UID, and leaves the rest to a removal ([`super::removal`]): nothing goes that was not found by its date, and
//! nothing that the rule of that moment would leave ([`super::removal_by_rule`]).
//! Days are counted since a message came into its folder where the server knows that (SAVEDATE, RFC 8514), else since it
//! arrived in the mailbox at all (INTERNALDATE).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::account::locked;
use super::jobs::not_kept;
use super::removal::{How, Removal};
use super::works::Shared;
use super::{Account, Error, Order, Row, on_paper};
use crate::imap::{Capability, Criteria, Link, Purpose};
use crate::mail::{Flag, MailboxName, Moment, Selection, UidSet};
use crate::store::{Belonging, JobId, unix_now};

/// How often a person's rules are run while they are signed in.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// Seconds of a day.
const DAY: i64 = 86_400;
/// The form of what is kept.
const VERSION: u8 = 1;

/// What goes by itself out of a folder, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    version: u8,
    /// Out of this one.
    #[serde(with = "on_paper::mailbox")]
    pub mailbox: MailboxName,
    /// After so many days.
    pub days: u16,
    /// What was not read stays.
    pub read_only: bool,
    /// What is flagged stays.
    pub keep_flagged: bool,
}

/// What a rule would do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// These messages would go; none of them in an empty set.
    pub selection: Selection,
    /// Octets of them.
    pub octets: u64,
    /// Since when days are counted.
    pub counted: Counted,
}

/// Since when days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Since a message came into its folder.
    InFolder,
    /// Since it arrived, in whatever folder.
    Arrived,
}

impl Rule {
    /// Out of this mailbox after so many days, at least one.
    pub fn new(mailbox: MailboxName, days: u16, read_only: bool, keep_flagged: bool) -> Self {
        Self { version: VERSION, mailbox, days: days.max(1), read_only, keep_flagged }
    }

    /// The first day on which nothing goes yet: what is of before it goes.
    fn border(&self, now: i64) -> Moment {
        Moment { seconds: now - i64::from(self.days) * DAY, offset_minutes: 0 }
    }

    fn criteria(&self, counted: Counted, now: i64) -> Criteria {
        Criteria::Before {
            day: self.border(now),
            saved: counted == Counted::InFolder,
            seen: self.read_only,
            unflagged: self.keep_flagged,
            among: None,
        }
    }

    /// What goes now, on this connection; and since when days are counted.
    pub(super) fn criteria_at(&self, link: &Link) -> (Criteria, Counted) {
        let counted = match link.capabilities().has(Capability::SaveDate) {
            true => Counted::InFolder,
            false => Counted::Arrived,
        };
        (self.criteria(counted, unix_now()), counted)
    }

    /// When a message goes; whole days are counted, so it is the day after.
    fn goes(&self, row: &Row) -> Option<Moment> {
        let stays = self.read_only && !row.flags.contains(&Flag::Seen)
            || self.keep_flagged && row.flags.contains(&Flag::Flagged);
        let seconds = row.saved.seconds.saturating_add((i64::from(self.days) + 1) * DAY);
        (!stays).then_some(Moment { seconds, ..row.saved })
    }
}

impl Account {
    /// The person's rules; remembered once they were read.
    pub async fn rules(&self) -> Result<Arc<Vec<Rule>>, Error> {
        if let Some(known) = locked(&self.0.rules).clone() {
            return Ok(known);
        }
        let works = self.works()?;
        let kept = works.belongings.list(self.user(), Belonging::Rule, &works.key).await.map_err(not_kept)?;
        let read = |(_, text): &(u32, String)| serde_json::from_str::<Rule>(text).ok();
        let rules = Arc::new(kept.iter().filter_map(read).filter(|rule| rule.version == VERSION).collect::<Vec<_>>());
        *locked(&self.0.rules) = Some(rules.clone());
        Ok(rules)
    }

    /// Keeps these rules in the place of all before, and runs them soon; what goes by those of before is stopped.
    /// [`Error::Refused`]: there are too many.
    pub async fn keep_rules(&self, rules: &[Rule]) -> Result<(), Error> {
        let works = self.works()?;
        let (belongings, user, key) = (&works.belongings, self.user(), &works.key);
        let names: HashSet<&MailboxName> = rules.iter().map(|rule| &rule.mailbox).collect();
        if names.len() != rules.len() || rules.len() > Belonging::Rule.most() as usize {
            return Err(Error::Refused);
        }
        for id in self.removals_by_rule().await? {
            self.stop_job(&id).await?;
        }
        let old = belongings.list(user, Belonging::Rule, key).await.map_err(not_kept)?;
        *locked(&self.0.rules) = None;
        // those that go first: what is cut short here throws away less, and not more
        let mut numbers = HashMap::new();
        for (number, text) in old {
            let mailbox = serde_json::from_str::<Rule>(&text).ok().map(|rule| rule.mailbox);
            match mailbox.filter(|mailbox| names.contains(mailbox) && !numbers.contains_key(mailbox)) {
                Some(mailbox) => {
                    numbers.insert(mailbox, number);
                }
                None => {
                    belongings.remove(user, Belonging::Rule, number, key).await.map_err(not_kept)?;
                }
            }
        }
        for rule in rules {
            let text = serde_json::to_string(rule).unwrap_or_default();
            match numbers.get(&rule.mailbox) {
                Some(number) => belongings.put(user, Belonging::Rule, *number, &text, key).await.map_err(not_kept)?,
                None => {
                    let added = belongings.add(user, Belonging::Rule, &text, key).await.map_err(not_kept)?;
                    added.ok_or(Error::Refused)?;
                }
            }
        }
        *locked(&self.0.rules) = None;
        works.run_rules_soon(self);
        Ok(())
    }

    /// What a rule would throw away at this moment; nothing is changed.
    pub async fn due(&self, rule: &Rule) -> Result<Due, Error> {
        let (rule, mailbox) = (rule.clone(), rule.mailbox.clone());
        let found = self
            .read(Purpose::Transfer, move |_| {
                let rule = rule.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        let uid_validity = link.select(&rule.mailbox).await?.uid_validity;
                        link.select_true(&rule.mailbox, uid_validity).await?;
                        let (criteria, counted) = rule.criteria_at(link);
                        let uids: UidSet = link.search(&criteria, &[], None).await?.into_iter().collect();
                        let weighed = link.weigh(&uids).await?;
                        let selection = Selection { mailbox: rule.mailbox.clone(), uid_validity, uids: weighed.there };
                        Ok(Due { selection, octets: weighed.octets, counted })
                    })
                })
            })
            .await;
        found.map_err(|error| Error::about(error, &mailbox))
    }

    /// Says of each row when it will go by a rule.
    pub(super) async fn tell_when_they_go(&self, mailbox: &MailboxName, rows: &mut [Row]) {
        // a program without a store has no rules
        let Ok(rules) = self.rules().await else { return };
        let Some(rule) = rules.iter().find(|rule| rule.mailbox == *mailbox) else { return };
        for row in rows {
            row.goes = rule.goes(row);
        }
    }

    /// What was ordered by rules and is not over.
    async fn removals_by_rule(&self) -> Result<Vec<JobId>, Error> {
        let is_ours = |order: &Order| matches!(order, Order::Remove(removal) if removal.by_rule);
        let jobs = self.jobs().await?;
        Ok(jobs.iter().filter(|job| job.is_open() && is_ours(&job.order)).map(|job| job.id).collect())
    }

    /// Orders what is due, unless what was ordered before is not over.
    async fn run_rules(&self) -> Result<(), Error> {
        let rules = self.rules().await?;
        if rules.is_empty() {
            return Ok(());
        }
        if !self.removals_by_rule().await?.is_empty() {
            return Ok(());
        }
        let mut from = Vec::new();
        for rule in rules.iter() {
            match self.due(rule).await {
                Ok(due) if due.selection.uids.is_empty() => {}
                Ok(due) => from.push(due.selection),
                // the folder went; its rule waits for one of that name
                Err(Error::NotFound(_) | Error::Refused) => {}
                Err(error) => return Err(error),
            }
        }
        if !from.is_empty() {
            self.begin_job(Order::Remove(Removal { from, how: How::ForGood, by_rule: true })).await?;
        }
        Ok(())
    }
}

/// Runs the rules of those who have not had them run for long. One after the other of a person, and on connections that no page
/// waits for.
pub(super) fn run_rules(people: Vec<Account>, works: &Arc<Shared>) {
    for account in people {
        let whose = works.whose(&account);
        if !works.rules_are_due(whose) {
            continue;
        }
        let works = works.clone();
        account.0.connections.runtime().clone().spawn(async move {
            let Ok(_window) = account.0.windows.acquire().await else { return };
            if works.stop.is_cancelled() {
                return;
            }
            if let Err(error) = account.run_rules().await {
                tracing::info!(%error, "rules could not be run; they are run later");
                works.run_rules_again_later(whose);
            }
        });
    }
}

impl Shared {
    /// Whether it is time for a person's rules; if so it is not for some hours.
    fn rules_are_due(&self, whose: [u8; 32]) -> bool {
        are_due(&mut locked(&self.ruled), whose, Instant::now())
    }

    /// As if they had not been run for long: they changed, or their owner signed in.
    pub(super) fn run_rules_soon(&self, account: &Account) {
        locked(&self.ruled).remove(&self.whose(account));
        self.welcome(account);
    }

    fn run_rules_again_later(&self, whose: [u8; 32]) {
        let later = Instant::now() + EVERY / 24;
        locked(&self.ruled).insert(whose, later);
    }
}

/// Whether it is time for a person's rules now; if so it is not for [`EVERY`].
fn are_due(ruled: &mut HashMap<[u8; 32], Instant>, whose: [u8; 32], now: Instant) -> bool {
    ruled.retain(|_, next| *next > now);
    let is_due = !ruled.contains_key(&whose);
    if is_due {
        ruled.insert(whose, now + EVERY);
    }
    is_due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_run_every_six_hours_each_persons_by_themselves() {
        let (mut ruled, start) = (HashMap::new(), Instant::now());
        let mut at = |minutes: u64, who| are_due(&mut ruled, [who; 32], start + Duration::from_secs(minutes * 60));
        let due =
            [at(0, 1), at(1, 1), at(2, 2), at(359, 1), at(360, 1), at(361, 1), at(361, 2), at(719, 1), at(721, 1)];
        assert_eq!(due, [true, false, true, false, true, false, false, false, true]);
    }

    #[test]
    fn a_rule_is_read_as_it_was_written() {
        let rule = Rule::new(MailboxName::with_wire_form("Kladde", b"Kl&bad").unwrap(), 0, true, false);
        assert_eq!(rule.days, 1, "nothing goes on the day it comes");
        let read: Rule = serde_json::from_str(&serde_json::to_string(&rule).unwrap()).unwrap();
        assert_eq!((&read, read.mailbox.wire_form()), (&rule, Some(&b"Kl&bad"[..])));
    }
}
