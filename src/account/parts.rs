//! Parts of a message: the HTML for its frame, files to download, the source.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::account::{Inner, Work, locked};
use super::content::Content;
use super::essence::Essence;
use super::open_message::TEXT;
use super::{Account, ByteStream, Error, What};
use crate::imap::{self, Capability, Item, Link, Purpose};
use crate::mail::{BodyStructure, MessageRef, Part, PartPath, UidSet, UntrustedHtml};
use crate::mime;

/// Pieces on their way between the server and the browser; each of about 64 kB.
const PIECES: usize = 4;

/// Encoded octets of a part from which on the server is asked to decode it, if it can. Of less there is little to save.
const DECODED_THERE: u64 = 1 << 20;

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
    /// The declared charset of a text; empty where none is.
    pub charset: String,
    /// Octets, if they are known before the end.
    pub size: Option<u64>,
    /// The octets, decoded.
    pub bytes: ByteStream,
}

impl Account {
    /// The HTML of a part, for the sanitiser.
    pub async fn open_html(&self, message: &MessageRef, path: &PartPath) -> Result<HtmlPart, Error> {
        let (wanted, at) = (message.clone(), path.clone());
        let read = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let (wanted, at) = (wanted.clone(), at.clone());
                Box::new(move |link| Box::pin(async move { inner.html(link, &wanted, &at).await }))
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        let read = read.ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))?;
        let gone = || Error::NotFound(What::Part(message.mailbox.clone()));
        let (top, bytes) = read.ok_or_else(gone)?;
        let part = top
            .find(path)
            .filter(|part| part.media_type == "application/xhtml+xml" || part.is_a("text"))
            .ok_or_else(gone)?;
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
            BodyStructure::Known(_) if path.is_inside_a_container() => {
                self.open_container(message, path).await?.file(path).ok_or_else(gone)
            }
            BodyStructure::Known(top) => {
                let part = top.find(path).ok_or_else(gone)?;
                // Dovecot (2.3, 2022) ends the connection over some quoted-printable parts; base64 is what large ones have
                let there = part.size >= DECODED_THERE && part.encoding.eq_ignore_ascii_case("base64");
                let decoding = if there { Decoding::There } else { Decoding::Here };
                let bytes = self.stream_decoded(message, path, &part.encoding, decoding).await?;
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
            charset: String::new(),
            size: None, // RFC822.SIZE is an estimate on some servers, and a length that is wrong cuts the file
            bytes,
        })
    }

    pub(super) async fn essence(&self, message: &MessageRef) -> Result<Arc<Essence>, Error> {
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

    /// Starts a transfer on a connection that no page waits for, and waits for the first octets, so that what goes wrong
    /// before them is a page and not a file that breaks off. Back-pressure goes all the way to the server's socket: a
    /// slow reader costs [`PIECES`] pieces of memory.
    pub(super) async fn stream(
        &self,
        message: &MessageRef,
        path: &PartPath,
        encoding: &str,
    ) -> Result<ByteStream, Error> {
        self.stream_decoded(message, path, encoding, Decoding::Here).await
    }

    async fn stream_decoded(
        &self,
        message: &MessageRef,
        path: &PartPath,
        encoding: &str,
        mut decoding: Decoding,
    ) -> Result<ByteStream, Error> {
        let (decoded, stream) = mpsc::channel(PIECES);
        let (account, message, path) = (self.clone(), message.clone(), path.clone());
        let mut decoder = mime::Decoder::new(encoding);
        self.0.connections.runtime().spawn(async move {
            let mut tries = 0;
            let failure = loop {
                tries += 1;
                let (encoded_in, encoded) = mpsc::channel(PIECES);
                let comes_decoded = Arc::new(AtomicBool::new(false));
                let transfer = account.send_into(&message, &path, decoding, &comes_decoded, encoded_in);
                let decoding_here = decode(encoded, &mut decoder, &comes_decoded, &decoded);
                let (result, begun) = tokio::join!(transfer, decoding_here);
                match result {
                    Ok(true) => {
                        let mut rest = Vec::new();
                        decoder.finish(&mut rest);
                        if !rest.is_empty() {
                            decoded.send(Ok(rest.into())).await.ok();
                        }
                        return;
                    }
                    Ok(false) => break Error::NotFound(What::Part(message.mailbox)),
                    // a read, of which nothing has come yet (`R-01`)
                    Err(error) if error.is_worth_a_retry() && !begun && tries == 1 => decoding = Decoding::Here,
                    Err(error) => break Error::about(error, &message.mailbox),
                }
            };
            decoded.send(Err(failure)).await.ok();
        });
        ByteStream::begun(stream).await
    }

    /// Sends the part's octets into `sink`; `false` if there is no such part. `comes_decoded` tells, before the first of
    /// them, whether they are what the part means.
    async fn send_into(
        &self,
        message: &MessageRef,
        path: &PartPath,
        decoding: Decoding,
        comes_decoded: &Arc<AtomicBool>,
        sink: mpsc::Sender<Bytes>,
    ) -> Result<bool, imap::Error> {
        let (message, path, inner) = (message.clone(), path.clone(), self.0.clone());
        let comes_decoded = comes_decoded.clone();
        let work: Work<bool> = Box::new(move |link| {
            Box::pin(async move {
                inner.open_to_read(link, &message).await?;
                if decoding == Decoding::There && link.capabilities().has(Capability::Binary) {
                    comes_decoded.store(true, Ordering::Release);
                    if link.fetch_decoded_into(message.uid, &path, sink.clone()).await? {
                        return Ok(true);
                    }
                    comes_decoded.store(false, Ordering::Release);
                }
                link.fetch_into(message.uid, &path, sink).await
            })
        });
        self.run(Purpose::Transfer, work).await
    }
}

/// Who decodes a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decoding {
    /// We do.
    Here,
    /// The mail server, if it offers that and can.
    There,
}

/// A part's octets as encoded, and the structure it belongs to; `None` for one that is not there.
type Found = Option<(Part, Bytes)>;

impl Inner {
    /// A part of a message, remembered or read, but for a message that is gone.
    async fn html(&self, link: &mut Link, message: &MessageRef, path: &PartPath) -> Result<Option<Found>, imap::Error> {
        let key = (message.mailbox.clone(), message.uid_validity, message.uid);
        let known = locked(&self.contents).find(&key);
        let in_content = |content: &Content| -> Found {
            Some((content.top().clone(), Bytes::copy_from_slice(content.bytes(path)?)))
        };
        // a page that was told of the message a moment ago goes on to its looks
        if let Some(found) = known.as_deref().and_then(in_content)
            && self.is_just_told(link, message)
        {
            return Ok(Some(Some(found)));
        }
        self.open_to_read(link, message).await?;
        let essences = self.essences(link, &[message.uid], Vec::new()).await?;
        let Some(essence) = essences.get(&message.uid) else { return Ok(None) };
        if let Some(found) = known.as_deref().and_then(in_content) {
            return Ok(Some(Some(found)));
        }
        Ok(Some(match essence.structure.as_ref() {
            BodyStructure::Known(_) if path.is_inside_a_container() => {
                let content = Content::read(link, message.uid, &essence.structure, TEXT).await?;
                content.as_ref().and_then(in_content)
            }
            BodyStructure::Known(top) => {
                let items = [Item::Uid, Item::Part(path.clone(), Some(TEXT))];
                let fetched = link.fetch(&UidSet::new([message.uid]), &items).await?;
                let ours = fetched.iter().find(|one| one.uid == Some(message.uid));
                let bytes = ours.and_then(|one| one.body(&path.to_string()).cloned());
                bytes.map(|bytes| (top.as_ref().clone(), bytes))
            }
            BodyStructure::Opaque => {
                let content = Content::read_whole(link, message.uid).await?;
                content.as_ref().and_then(in_content)
            }
        }))
    }
}

/// Decodes what arrives until its end, or until the reader leaves: then its end of the channel is closed, so that the
/// transfer learns of it and frees its connection. Whether anything arrived.
async fn decode(
    mut encoded: mpsc::Receiver<Bytes>,
    decoder: &mut mime::Decoder,
    comes_decoded: &AtomicBool,
    decoded: &mpsc::Sender<Result<Bytes, Error>>,
) -> bool {
    let mut begun = false;
    let mut pieces = Vec::with_capacity(TOGETHER);
    while encoded.recv_many(&mut pieces, TOGETHER).await > 0 {
        begun = true;
        if comes_decoded.load(Ordering::Acquire) {
            for piece in pieces.drain(..) {
                if decoded.send(Ok(piece)).await.is_err() {
                    return true; // the reader left
                }
            }
            continue;
        }
        let mut out = Vec::with_capacity(pieces.iter().map(Bytes::len).sum());
        pieces.drain(..).for_each(|piece| decoder.push(&piece, &mut out));
        if !out.is_empty() && decoded.send(Ok(out.into())).await.is_err() {
            break; // the reader left
        }
    }
    begun
}

pub(super) fn file(part: &Part, bytes: ByteStream) -> FilePart {
    FilePart {
        name: mime::file_name(part),
        media_type: part.media_type.clone(),
        charset: part.param("charset").unwrap_or_default().to_owned(),
        size: None,
        bytes,
    }
}
