//! What a rule ordered to be removed may have changed since: it was read, flagged, or the rule is another one by now. Each window is
//! held against the rule of that moment before it goes.

use super::account::Work;
use super::removal_cursor::Window;
use super::rules::Rule;
use super::{Account, Error};
use crate::imap::{Purpose, Weighed};
use crate::mail::Selection;

impl Account {
    /// The rule that a mailbox has now.
    pub(super) async fn rule_of(&self, selection: &Selection) -> Result<Option<Rule>, Error> {
        Ok(self.rules().await?.iter().find(|rule| rule.mailbox == selection.mailbox).cloned())
    }

    /// What of a window still goes by its rule, and how many messages of it stay.
    pub(super) async fn still_due(
        &self,
        rule: Rule,
        selection: &Selection,
        window: &Window,
    ) -> Result<(Window, u64), Error> {
        let (mailbox, uid_validity, there) =
            (selection.mailbox.clone(), selection.uid_validity, window.weighed().there);
        let work: Work<(Weighed, u64)> = Box::new(move |link| {
            Box::pin(async move {
                link.select_true(&mailbox, uid_validity).await?;
                if there.is_empty() {
                    return Ok((Weighed::default(), 0));
                }
                let (criteria, _) = rule.criteria_at(link);
                link.weigh_due(&there, &criteria).await
            })
        });
        let looked = self.run(Purpose::Transfer, work).await;
        let (due, stay) = looked.map_err(|error| Error::about(error, &selection.mailbox))?;
        Ok((window.with(&due), stay))
    }
}
