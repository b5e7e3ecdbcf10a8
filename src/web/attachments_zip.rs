//! All files of a message in one: `GET /message/…/attachments.zip`.

use actix_web::HttpResponse;
use bytes::Bytes;
use tokio::sync::mpsc;

use super::download;
use super::error::Error;
use super::params::MessageParam;
use super::shown::clean;
use super::visit::Visit;
use super::zip::{TooLarge, Zip, distinct};
use crate::account::{self, Account, Asked, Attachment, ByteStream, Container, FilePart};
use crate::mail::MessageRef;

/// The archive, written while it is sent: one piece of one file is in memory at a time.
pub(super) async fn attachments_zip(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    if opened.attachments.is_empty() {
        return Err(Error::NotFound);
    }
    let subject: String = clean(&opened.envelope.subject)
        .chars()
        .map(|c| if c.is_alphanumeric() || " -_.,()".contains(c) { c } else { '_' })
        .take(60)
        .collect();
    let subject = subject.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let name = if subject.is_empty() { "attachments.zip".to_owned() } else { format!("{subject}.zip") };
    let (sender, pieces) = mpsc::channel(2);
    let (account, message, files) = (visit.account().clone(), message.0, opened.attachments);
    actix_web::rt::spawn(async move {
        if let Err(Stop::Failed(error)) = send(&account, &message, &files, &sender).await {
            // the connection is cut, so that nobody takes half an archive for a whole one
            let _ = sender.send(Err(error)).await;
        }
    });
    Ok(download::attachment(&name, ByteStream::new(pieces), None))
}

type Sender = mpsc::Sender<Result<Bytes, account::Error>>;

/// Why no more is sent.
enum Stop {
    /// The browser went away.
    Gone,
    /// A file could not be had.
    Failed(account::Error),
}

impl From<TooLarge> for Stop {
    fn from(_: TooLarge) -> Self {
        Self::Failed(account::Error::Refused)
    }
}

impl From<account::Error> for Stop {
    fn from(error: account::Error) -> Self {
        Self::Failed(error)
    }
}

async fn send(account: &Account, message: &MessageRef, files: &[Attachment], sender: &Sender) -> Result<(), Stop> {
    let mut zip = Zip::default();
    let names = distinct(files.iter().map(|file| file.name.clone()));
    let mut open: Option<Container> = None;
    for (file, name) in files.iter().zip(names) {
        let mut part = part_of(account, message, file, &mut open).await?;
        out(sender, zip.begin(&name)?).await?;
        while let Some(piece) = part.bytes.next().await {
            out(sender, zip.write(piece?)?).await?;
        }
        out(sender, zip.end()?).await?;
    }
    for piece in zip.finish() {
        out(sender, piece).await?;
    }
    Ok(())
}

/// A file; what is in a container comes from the one that is open, so that it is fetched once for all of its files.
async fn part_of(
    account: &Account,
    message: &MessageRef,
    file: &Attachment,
    open: &mut Option<Container>,
) -> Result<FilePart, account::Error> {
    if file.path.is_inside_a_container() && !open.as_ref().is_some_and(|open| open.holds(&file.path)) {
        *open = account.open_container(message, &file.path).await.ok();
    }
    match open.as_ref().and_then(|open| open.file(&file.path)) {
        Some(part) => Ok(part),
        None => account.open_part(message, &file.path).await,
    }
}

async fn out(sender: &Sender, piece: Bytes) -> Result<(), Stop> {
    sender.send(Ok(piece)).await.map_err(|_| Stop::Gone)
}
