//! COPY, MOVE, EXPUNGE and CREATE (RFC 9051 6.4.7, 6.4.8, 6.4.9, 6.3.4).
//!
//! Only the chosen UIDs are ever touched: a bare EXPUNGE or CLOSE, which would destroy what other programs marked
//! `\Deleted`, is not in this program.

use super::argument::Command;
use super::select::LINE;
use super::{Capability, Code, Criteria, Error, Link, search};
use crate::mail::{Flag, MailboxName, UidSet, UidValidity};

/// What was copied or moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    /// The messages that were there, by their UID in the source.
    pub from: UidSet,
    /// Where they are now: UIDVALIDITY and UIDs of the target, if the server told (COPYUID, RFC 4315 3).
    pub to: Option<(UidValidity, UidSet)>,
}

impl Link {
    /// Copies messages of the open mailbox.
    pub async fn copy(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied, Error> {
        let uids = self.visible(uids).await?;
        self.transfer("UID COPY", &uids, to).await
    }

    /// Moves messages of the open mailbox. Without MOVE: copy, wait for the OK, mark the source `\Deleted`, expunge
    /// exactly those; without UIDPLUS they stay marked, since nothing else is safe (`R-10`).
    pub async fn move_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied, Error> {
        let uids = self.visible(uids).await?;
        if self.capabilities.has(Capability::Move) {
            return self.transfer("UID MOVE", &uids, to).await;
        }
        let copied = self.transfer("UID COPY", &uids, to).await?;
        self.remove(&copied.from).await?;
        Ok(copied)
    }

    /// Removes messages of the open mailbox for good; those that were there.
    pub async fn expunge(&mut self, uids: &UidSet) -> Result<UidSet, Error> {
        let uids = self.visible(uids).await?;
        self.remove(&uids).await
    }

    /// Those that a person sees. Without UIDPLUS what was moved or deleted stays, marked and out of sight; from a form of
    /// before it must not be moved once more, and be there twice.
    async fn visible(&mut self, uids: &UidSet) -> Result<UidSet, Error> {
        if !self.hides_deleted() {
            return Ok(uids.clone());
        }
        let search = |uids: &UidSet| search::command(&Criteria::Undeleted(uids.clone()), &[], None);
        let commands = uids.split(LINE).iter().map(search).collect::<Result<_, _>>()?;
        let answers = self.batch(commands).await?.ok()?;
        Ok(answers.all("SEARCH").flat_map(search::read).collect::<UidSet>().intersection(uids))
    }

    async fn remove(&mut self, uids: &UidSet) -> Result<UidSet, Error> {
        let there: UidSet = self.store(uids, &[Flag::Deleted], true).await?.into_iter().collect();
        if self.capabilities.has(Capability::UidPlus) {
            let commands = there.split(LINE).iter().map(|uids| Command::new("UID EXPUNGE").uids(uids)).collect();
            self.batch(commands).await?.ok()?;
        }
        Ok(there)
    }

    /// Whether messages marked `\Deleted` stay where they are, because the server has no UID EXPUNGE.
    pub fn hides_deleted(&self) -> bool {
        !self.capabilities.has(Capability::UidPlus)
    }

    /// Makes a mailbox and subscribes to it (`R-17`).
    pub async fn create(&mut self, mailbox: &MailboxName) -> Result<(), Error> {
        self.command(Command::new("CREATE").mailbox(mailbox)?).await?;
        match self.command(Command::new("SUBSCRIBE").mailbox(mailbox)?).await {
            Err(error) if error.ends_connection() => Err(error),
            _ => Ok(()), // it is there, subscribed or not
        }
    }

    async fn transfer(&mut self, verb: &'static str, uids: &UidSet, to: &MailboxName) -> Result<Copied, Error> {
        // COPYUID tells what was there; where it does not come, a search sent ahead does, in the same round trip
        let mut commands = Vec::new();
        let sets = uids.split(LINE);
        for uids in &sets {
            commands.push(search::command(&Criteria::Uids(uids.clone()), &[], None)?);
            commands.push(Command::new(verb).uids(uids).mailbox(to)?);
        }
        let answers = self.batch(commands).await?;
        let done = answers.deeds(&sets, 1)?;
        let was_told = answers.deeds(&sets, 0).is_ok();
        let mut copied = Copied::default();
        let (mut from, mut there) = (Vec::new(), Vec::new());
        // COPYUID stands in the tagged OK of COPY and in an untagged one of MOVE (RFC 6851 4.3)
        for code in answers.all_codes() {
            if let Code::CopyUid { validity, from: source, to: target } = code {
                from.extend_from_slice(source.ranges());
                there.extend_from_slice(target.ranges());
                copied.to = Some((*validity, UidSet::default()));
            }
        }
        // and no server, however odd its COPYUID, makes us touch what was not chosen
        let (told, arrived) = (UidSet::from(from), UidSet::from(there));
        copied.from = match copied.to {
            Some(_) => told.intersection(uids),
            None if was_told => answers.all("SEARCH").flat_map(search::read).collect::<UidSet>().intersection(&done),
            None => done, // it refused to say what was there, and moved it
        };
        let fits = copied.from.len() == told.len() && told.len() == arrived.len();
        copied.to = copied.to.filter(|_| fits).map(|(validity, _)| (validity, arrived));
        Ok(copied)
    }
}
