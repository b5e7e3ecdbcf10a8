//! Takes a survey: folder after folder, the largest first.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::folder::Folder;
use super::found::FolderUse;
use super::reading::Reader;
use super::state::{Planned, Stage};
use crate::account::{Account, Error};
use crate::imap::{self, MailboxState, WithSizes};
use crate::mail::{Mailbox, MailboxName};

/// More messages than this are not kept of one person, whatever the mail server has: 64 MB.
const MOST: usize = 2_000_000;
/// Nor are more folders than this looked at (`I-08`).
const FOLDERS: usize = 5_000;

/// Survey `run`, from its beginning to its end.
pub(super) async fn take(account: Account, run: u64, stop: CancellationToken) {
    let surveying = &account.0.surveying;
    let (stage, summed) = tokio::select! {
        biased;
        () = stop.cancelled() => (Stage::Stopped, None),
        taken = survey(&account, run) => match taken {
            Ok(Stage::Done) => (Stage::Done, account.summed_at_the_end().await),
            Ok(stage) => (stage, None),
            Err(error) => (Stage::Failed(error), None),
        },
    };
    surveying.end(run, stage, summed);
}

async fn survey(account: &Account, run: u64) -> Result<Stage, Error> {
    let surveying = &account.0.surveying;
    let about_inbox = |error| Error::about(error, &MailboxName::inbox());
    let overview = account.overview().await?;
    // what is in other people's folders takes their room, and what a folder gathers lies elsewhere
    let own = |mailbox: &&Mailbox| mailbox.selectable && !mailbox.shared && !mailbox.gathers;
    let mut mailboxes: Vec<&Mailbox> = overview.mailboxes.iter().filter(own).collect();
    let beyond: Vec<MailboxName> = mailboxes.iter().skip(FOLDERS).map(|mailbox| mailbox.name.clone()).collect();
    mailboxes.truncate(FOLDERS);
    let names: Arc<[MailboxName]> = mailboxes.iter().map(|mailbox| mailbox.name.clone()).collect();
    let is_first = surveying.snapshot().is_none_or(|snapshot| snapshot.folders.is_empty());
    let with_sizes = if is_first { WithSizes::Asked } else { WithSizes::Left };
    let mut reader = Reader::new(account);
    let states = reader
        .read(|| {
            let names = names.clone();
            Box::new(move |link| Box::pin(async move { link.states(&names, with_sizes).await }))
        })
        .await
        .map_err(about_inbox)?;
    let told = |mailbox: &Mailbox| {
        let state = states.get(&mailbox.name);
        FolderUse {
            mailbox: mailbox.name.clone(),
            messages: state.map_or(0, |state| state.messages),
            octets: state.and_then(|state| state.octets).unwrap_or(0),
            file_octets: 0,
        }
    };
    let plan: Vec<Planned> = mailboxes
        .iter()
        .map(|mailbox| Planned {
            mailbox: mailbox.name.clone(),
            role: mailbox.role,
            delimiter: mailbox.delimiter,
            told: told(mailbox),
            is_done: false,
        })
        .collect();
    let mut order: Vec<FolderUse> = plan.iter().map(|planned| planned.told.clone()).collect();
    order.sort_by_key(|told| std::cmp::Reverse((told.octets, told.messages)));
    let known = surveying.tell(run, |state| {
        state.plan = plan;
        state.left_out = beyond;
        state.known.retain(|mailbox, _| names.contains(mailbox));
        // first what needs no reading, so that it is shown at once
        let mut unread = Vec::new();
        for FolderUse { mailbox, .. } in order {
            let known = state.known.get(&mailbox).cloned();
            match (states.get(&mailbox), known) {
                (None, _) => state.done(&mailbox, None),
                (Some(told), Some(known)) if is_same(&known, told) => state.done(&mailbox, Some(known)),
                (Some(told), _) if told.messages == 0 => {
                    let empty = Folder::new(&mailbox, told.uid_validity, told.uid_next, &account.0.memory);
                    state.done(&mailbox, Some(Arc::new(empty)));
                }
                (Some(told), known) => unread.push((mailbox, *told, known)),
            }
        }
        let kept: usize = state.known.values().map(|folder| folder.messages.len()).sum();
        (unread, kept)
    });
    let Some((unread, mut kept)) = known else { return Ok(Stage::Stopped) };
    for (mailbox, told, known) in unread {
        if surveying.is_deserted() {
            return Ok(Stage::Deserted);
        }
        let before = known.as_ref().map_or(0, |known| known.messages.len());
        let fits = usize::try_from(told.messages).is_ok_and(|messages| kept - before + messages <= MOST);
        let folder = match fits {
            true => reader.folder(&mailbox, told, known).await,
            false => Err(imap::Error::No(imap::Code::None)),
        };
        let folder = match folder {
            Ok(folder) => {
                kept = kept - before + folder.messages.len();
                Some(Arc::new(folder))
            }
            // it is gone, or can't be read: the others can
            Err(error) if !error.ends_connection() || matches!(error, imap::Error::Garbled(_)) => {
                tracing::info!(%error, "a folder was left out of a survey");
                None
            }
            Err(error) => return Err(Error::about(error, &mailbox)),
        };
        if surveying.tell(run, |state| state.done(&mailbox, folder)).is_none() {
            return Ok(Stage::Stopped);
        }
    }
    Ok(Stage::Done)
}

/// Whether nothing came or went since the folder was read.
fn is_same(known: &Folder, told: &MailboxState) -> bool {
    let messages = u32::try_from(known.messages.len()).unwrap_or(u32::MAX);
    known.uid_validity == told.uid_validity
        && known.uid_next.is_some()
        && known.uid_next == told.uid_next
        && messages == told.messages
}
