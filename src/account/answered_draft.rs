//! What a draft answers or passes on, when it is gone on with. Ours say where that lies; for those of other programs, which don't,
//! the inbox is asked, and no other mailbox: that is three round trips, and each more would be three more before a page comes.

use std::time::Duration;

use tokio::time::timeout;

use super::Account;
use super::account::Work;
use crate::imap::{Item, Purpose};
use crate::mail::{About, Draft, MailboxName, MessageRef, Moment, PartPath, UidSet};
use crate::mime;

/// How long anybody waits for it. What is not found is answered all the same, only without the mark.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long before the draft the answered message may have come, in seconds.
const BACK: i64 = 90 * 86_400;
/// Messages of the conversation whose headers are read for it.
const MOST: usize = 20;

impl Account {
    /// The message in the inbox that a draft answers, by `In-Reply-To`; or passes on, which is the last that it refers to
    /// and does not answer.
    pub(super) async fn about_of(&self, draft: &Draft) -> Option<About> {
        let (id, about): (_, fn(MessageRef) -> About) = match (draft.in_reply_to.first(), draft.references.last()) {
            (Some(answered), _) => (answered, About::Answers),
            (None, Some(passed_on)) => (passed_on, |message| About::Forwards(vec![message])),
            (None, None) => return None,
        };
        let id = id.as_str().to_owned();
        let since = Moment { seconds: draft.date.seconds.saturating_sub(BACK), ..draft.date };
        let inbox = MailboxName::inbox();
        let found = self.read(Purpose::Mailbox(&inbox), move |_| -> Work<Option<MessageRef>> {
            let (id, inbox) = (id.clone(), MailboxName::inbox());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select(&inbox).await?;
                    // those that answer it too are found with it, and are younger
                    let mut uids = link.related(std::slice::from_ref(&id), Some(since)).await?;
                    uids.truncate(MOST);
                    let uids: UidSet = uids.into_iter().collect();
                    if uids.is_empty() {
                        return Ok(None);
                    }
                    let header = PartPath::root();
                    let fetched = link.fetch(&uids, &[Item::Uid, Item::Header(header.clone())]).await?;
                    let named = fetched.into_iter().find(|one| {
                        let header = one.body(&Item::header_section(&header));
                        header.is_some_and(|header| mime::envelope(header).message_id.as_deref() == Some(&id))
                    });
                    let uid = named.and_then(|one| one.uid);
                    let view = link.view().map(|view| view.uid_validity);
                    Ok(uid.zip(view).map(|(uid, uid_validity)| MessageRef { mailbox: inbox, uid_validity, uid }))
                })
            })
        });
        timeout(PATIENCE, found).await.ok()?.ok()?.map(about)
    }
}
