//! Parts of a message: the HTML for its frame, files to download, the source.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::account::locked;
use super::content::Content;
use super::essence::Essence;
use super::open_message::TEXT;
use super::{Account, ByteStream, Error, What};
use crate::imap::{Item, Purpose};
use crate::mail::{BodyStructure, MessageRef, Part, PartPath, UidSet, UntrustedHtml};
use crate::mime;

/// Pieces on their way between the server and the browser; each of about 64 kB.
const PIECES: usize = 4;

/// Pieces that are handed on as one, if they wait already: fewer and larger writes to the browser.
const TOGETHER: usize = 2;

/// HTML of a message, and what it may refer to.
#[derive(Debug, Clone)]
pub struct HtmlPart {
    /// As the stranger wrote it.
    pub html: UntrustedHtml,
    /// Parts of the message by Content-ID and Content-Location.
    pub inline: HashMap<String, PartPath>,
    /// Whether there is more than is given here.
    pub cut: bool,
}

/// A part or a message as a file.
#[derive(Debug)]
pub struct FilePart {
    /// A safe name, never empty.
    pub name: String,
    /// The declared type, lower case.
    pub media_type: String,
    /// Octets, if they are known before the end.
    pub size: Option<u64>,
    /// The octets, decoded.
    pub bytes: ByteStream,
}

impl Account {
    /// The HTML of a part, for the sanitiser.
    pub async fn open_html(&self, message: &MessageRef, path: &PartPath) -> Result<HtmlPart, Error> {
        let essence = self.essence(message).await?;
        let (wanted, at) = (message.clone(), path.clone());
        let structure = essence.structure.clone();
        let read = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let (wanted, at, structure) = (wanted.clone(), at.clone(), structure.clone());
                Box::new(move |link| {
                    Box::pin(async move {
                        inner.open_to_read(link, &wanted).await?;
                        let key = (wanted.mailbox.clone(), wanted.uid_validity, wanted.uid);
                        let known = locked(&inner.contents).find(&key);
                        if let Some(bytes) = known.as_ref().and_then(|content| content.bytes(&at)) {
                            let top = known.as_ref().map(|content| content.top().clone());
                            return Ok(top.map(|top| (top, Bytes::copy_from_slice(bytes))));
                        }
                        match structure.as_ref() {
                            BodyStructure::Known(top) => {
                                let items = [Item::Uid, Item::Part(at.clone(), Some(TEXT))];
                                let fetched = link.fetch(&UidSet::new([wanted.uid]), &items).await?;
                                let bytes = fetched.iter().find(|one| one.uid == Some(wanted.uid));
                                let bytes = bytes.and_then(|one| one.body(&at.to_string()).cloned());
                                Ok(bytes.map(|bytes| ((**top).clone(), bytes)))
                            }
                            BodyStructure::Opaque => {
                                let content = Content::read_whole(link, wanted.uid).await?;
                                Ok(content.and_then(|content| {
                                    let bytes = Bytes::copy_from_slice(content.bytes(&at)?);
                                    Some((content.top().clone(), bytes))
                                }))
                            }
                        }
                    })
                })
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        let gone = || Error::NotFound(What::Part(message.mailbox.clone()));
        let (top, bytes) = read.ok_or_else(gone)?;
        let part =
            top.find(path).filter(|part| part.media_type == "text/html" || part.is_a("text")).ok_or_else(gone)?;
        Ok(HtmlPart {
            html: mime::html(part, &bytes),
            inline: mime::inline_ids(&top).into_iter().collect(),
            cut: part.size > u64::from(TEXT),
        })
    }

    /// A part as a file, decoded on the way, never whole in memory.
    pub async fn open_part(&self, message: &MessageRef, path: &PartPath) -> Result<FilePart, Error> {
        let essence = self.essence(message).await?;
        let gone = || Error::NotFound(What::Part(message.mailbox.clone()));
        match essence.structure.as_ref() {
            BodyStructure::Known(top) => {
                let part = top.find(path).ok_or_else(gone)?;
                let bytes = self.stream(message, path, &part.encoding).await?;
                Ok(file(part, bytes))
            }
            BodyStructure::Opaque => {
                let content = self.whole(message).await?;
                let part = content.top().find(path).ok_or_else(gone)?;
                let mut decoder = mime::Decoder::new(&part.encoding);
                let mut decoded = Vec::new();
                decoder.push(content.bytes(path).ok_or_else(gone)?, &mut decoded);
                decoder.finish(&mut decoded);
                Ok(file(part, ByteStream::of(decoded.into())))
            }
        }
    }

    /// The whole message as it lies on the server.
    pub async fn open_source(&self, message: &MessageRef) -> Result<FilePart, Error> {
        self.essence(message).await?; // a message that is gone is a page, not a file that breaks off
        let bytes = self.stream(message, &PartPath::root(), "").await?;
        Ok(FilePart {
            name: format!("message-{}.eml", message.uid),
            media_type: "message/rfc822".to_owned(),
            size: None, // RFC822.SIZE is an estimate on some servers, and a length that is wrong cuts the file
            bytes,
        })
    }

    async fn essence(&self, message: &MessageRef) -> Result<Arc<Essence>, Error> {
        let wanted = message.clone();
        let found = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let wanted = wanted.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        inner.open_to_read(link, &wanted).await?;
                        Ok(inner.essences(link, &[wanted.uid], Vec::new()).await?.remove(&wanted.uid))
                    })
                })
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        found.ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))
    }

    async fn whole(&self, message: &MessageRef) -> Result<Content, Error> {
        let wanted = message.clone();
        let content = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let wanted = wanted.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        inner.open_to_read(link, &wanted).await?;
                        Content::read_whole(link, wanted.uid).await
                    })
                })
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        content.ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))
    }

    /// Starts a transfer on a connection that no page waits for. Back-pressure goes all the way to the server's
    /// socket: a slow reader costs [`PIECES`] pieces of memory.
    async fn stream(&self, message: &MessageRef, path: &PartPath, encoding: &str) -> Result<ByteStream, Error> {
        let client = self.0.connections.client(Purpose::Transfer).await;
        let client = client.map_err(|error| Error::about(error, &message.mailbox))?;
        let (encoded_in, mut encoded) = mpsc::channel::<Bytes>(PIECES);
        let (decoded, stream) = mpsc::channel(PIECES);
        let (wanted, at, inner) = (message.clone(), path.clone(), self.0.clone());
        let transfer = async move {
            client
                .run(move |link| {
                    Box::pin(async move {
                        inner.open_to_read(link, &wanted).await?;
                        link.fetch_into(wanted.uid, &at, encoded_in).await
                    })
                })
                .await
        };
        let mut decoder = mime::Decoder::new(encoding);
        let mailbox = message.mailbox.clone();
        let end = decoded.clone();
        self.0.connections.runtime().spawn(async move {
            // owns its end of the channel: when the reader leaves, the transfer learns of it and frees its connection
            let decode = async move {
                let mut pieces = Vec::with_capacity(TOGETHER);
                while encoded.recv_many(&mut pieces, TOGETHER).await > 0 {
                    let mut out = Vec::with_capacity(pieces.iter().map(Bytes::len).sum());
                    pieces.drain(..).for_each(|piece| decoder.push(&piece, &mut out));
                    if !out.is_empty() && decoded.send(Ok(out.into())).await.is_err() {
                        return; // the reader left
                    }
                }
                let mut out = Vec::new();
                decoder.finish(&mut out);
                if !out.is_empty() {
                    decoded.send(Ok(out.into())).await.ok();
                }
            };
            let (result, ()) = tokio::join!(transfer, decode);
            let failure = match result {
                Ok(true) => return,
                Ok(false) => Error::NotFound(What::Part(mailbox)),
                Err(error) => Error::about(error, &mailbox),
            };
            end.send(Err(failure)).await.ok();
        });
        Ok(ByteStream::new(stream))
    }
}

fn file(part: &Part, bytes: ByteStream) -> FilePart {
    FilePart { name: mime::file_name(part), media_type: part.media_type.clone(), size: None, bytes }
}
