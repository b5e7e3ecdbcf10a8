//! One message, opened.

use std::sync::Arc;

use super::account::{Inner, locked};
use super::content::{Content, EMPTY_HTML, LIGHT_HTML, WHOLE};
use super::essence::Essence;
use super::explained::explained;
use super::{Account, Asked, Attachment, Body, Error, Neighbours, Opened, What};
use crate::imap::{self, Item, Link, Purpose};
use crate::mail::{BodyStructure, Flag, Flags, MessageRef, Part, PartPath, Selection, UidSet};
use crate::mime::{self, Reading, Shown};

/// A text part longer than this is cut (`D-02`).
pub(super) const TEXT: u32 = 2 << 20;
/// More pieces than this are not shown (`D-03`); all of them can be downloaded.
const BODIES: usize = 100;

impl Account {
    /// Opens a message and marks it read. `list` is what it was opened from, for its neighbours there.
    pub async fn open_message(&self, message: &MessageRef, list: &Asked) -> Result<Opened, Error> {
        self.open(message, list, true).await
    }

    /// Opens a message and leaves its marks alone.
    pub async fn peek_message(&self, message: &MessageRef, list: &Asked) -> Result<Opened, Error> {
        self.open(message, list, false).await
    }

    async fn open(&self, message: &MessageRef, list: &Asked, mark: bool) -> Result<Opened, Error> {
        let (wanted, list) = (message.clone(), list.clone());
        let opened = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let (wanted, list) = (wanted.clone(), list.clone());
                Box::new(move |link| Box::pin(async move { inner.open(link, wanted, &list, mark).await }))
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        let mut opened = opened.ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))?;
        let of_name = self.doubt_of_name(&opened, mark).await;
        opened.doubts.splice(0..0, of_name);
        Ok(opened)
    }

    /// Every header field, decoded, in order.
    pub async fn open_headers(&self, message: &MessageRef) -> Result<Vec<(String, String)>, Error> {
        let wanted = message.clone();
        let header = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let wanted = wanted.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        inner.open_to_read(link, &wanted).await?;
                        let uids = UidSet::new([wanted.uid]);
                        let fetched = link.fetch(&uids, &[Item::Uid, Item::Header(PartPath::root())]).await?;
                        let ours = fetched.iter().find(|one| one.uid == Some(wanted.uid));
                        Ok(ours.and_then(|one| one.body("HEADER").cloned()))
                    })
                })
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        header.map(|bytes| mime::headers(&bytes)).ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))
    }
}

impl Inner {
    /// `None` if the message is not there any more.
    async fn open(
        &self,
        link: &mut Link,
        message: MessageRef,
        list: &Asked,
        mark: bool,
    ) -> Result<Option<Opened>, imap::Error> {
        // what is believed may be older than a message that another page has seen already
        let is_missed = link.has_open(&message.mailbox)
            && !link.trust().is_zero()
            && link.view().is_some_and(|view| view.place_of(message.uid).is_none());
        let (overview, read) = match self.ahead(link, &message, mark) {
            Some(ahead) => self.refresh_along(link, ahead).await?,
            None if is_missed => (self.refresh_now(link).await?, None),
            None => (self.open_mailbox(link, &message.mailbox).await?, None),
        };
        // which may have found the mailbox made anew, and opened that
        link.select_same(&message.mailbox, message.uid_validity).await?;
        let (essence, found) = match read {
            Some((essence, content)) => {
                let found = self.settled(link, &message, &essence, content).await?;
                (essence, Some(found))
            }
            None => {
                let known = self.essences(link, &[message.uid], Vec::new()).await?.remove(&message.uid);
                let Some(essence) = known else { return Ok(None) };
                let found = self.content(link, &message, &essence).await?;
                (essence, found)
            }
        };
        let Some((content, reading, flags)) = found else { return Ok(None) };
        let mut flags = flags;
        if mark && !flags.contains(&Flag::Seen) {
            // read it is, whether or not the server keeps the mark
            self.mark_read(link, &UidSet::new([message.uid])).await?;
            flags.set(&Flag::Seen, true);
        }
        let neighbours = self.neighbours(link, message.uid, list).await?;
        let Some(mailbox) = overview.find(&message.mailbox).cloned() else { return Ok(None) };
        Ok(Some(Opened { flags, neighbours, ..self.opened(message, mailbox, &essence, &content, &reading) }))
    }
}

impl Inner {
    /// Marks messages of the open mailbox as read; a refusal is no reason not to show them.
    pub(super) async fn mark_read(&self, link: &mut Link, uids: &UidSet) -> Result<(), imap::Error> {
        match link.store(uids, &[Flag::Seen], true).await {
            Ok(_) => self.counts_changed(),
            Err(error) if error.ends_connection() => return Err(error),
            Err(error) => tracing::info!(%error, "what was opened could not be marked read"),
        }
        Ok(())
    }

    /// What the message says, remembered or read, with its marks as of now; `None` if it is gone.
    pub(super) async fn content(
        &self,
        link: &mut Link,
        message: &MessageRef,
        essence: &Essence,
    ) -> Result<Option<(Arc<Content>, Reading, Flags)>, imap::Error> {
        let key = (message.mailbox.clone(), message.uid_validity, message.uid);
        let known = locked(&self.contents).find(&key);
        if let Some(content) = known {
            let reading = mime::reading(content.top());
            let flags = match link.view().and_then(|view| view.flags(message.uid)).cloned() {
                Some(flags) => Some(flags),
                None => {
                    let fetched = link.fetch(&UidSet::new([message.uid]), &[Item::Uid, Item::Flags]).await?;
                    fetched.into_iter().find(|one| one.uid == Some(message.uid)).and_then(|one| one.flags)
                }
            };
            return Ok(flags.map(|flags| (content, reading, flags)));
        }
        let read = Content::read(link, message.uid, &essence.structure, TEXT).await?;
        let Some(content) = read else { return Ok(None) };
        self.settled(link, message, essence, content).await.map(Some)
    }

    /// What was read, read otherwise if the server's structure misleads, and remembered.
    async fn settled(
        &self,
        link: &mut Link,
        message: &MessageRef,
        essence: &Essence,
        mut content: Content,
    ) -> Result<(Arc<Content>, Reading, Flags), imap::Error> {
        let key = (message.mailbox.clone(), message.uid_validity, message.uid);
        if let Some(top) = content.take_mended() {
            self.replace_structure(message, essence, BodyStructure::Known(top));
        }
        let mut reading = mime::reading(content.top());
        // what is longer than is read whole would lose the end of its files for it
        let hides_text = essence.size <= u64::from(WHOLE) && content.hides_text();
        if (reading.damaged || hides_text) && !content.is_makeshift() {
            // Dovecot (2.3, 2022) tells of a multipart without a boundary as of one empty text
            if let Some(whole) = Content::read_whole(link, message.uid).await? {
                let read_here = mime::reading(whole.top());
                if !read_here.damaged {
                    (content, reading) = (whole, read_here);
                    self.distrust_structure(message, essence);
                }
            }
        }
        let flags = content.flags().cloned().unwrap_or_default();
        let content = Arc::new(content);
        if content.is_light() {
            locked(&self.contents).remember(key, content.clone());
        }
        Ok((content, reading, flags))
    }
}

impl Inner {
    /// What a message says and carries, with the marks it had when it was read, without neighbours.
    pub(super) fn opened(
        &self,
        message: MessageRef,
        mailbox: crate::mail::Mailbox,
        essence: &Essence,
        content: &Content,
        reading: &Reading,
    ) -> Opened {
        let top = content.top();
        let header = content.header(&PartPath::root());
        let envelope = mime::envelope_beside(header, top);
        let authenticity = mime::authenticity(header, &envelope.from, &self.trust);
        let mut tally = Tally::default();
        let bodies = bodies(&reading.shown, top, content, &mut tally);
        Opened {
            message,
            mailbox,
            flags: content.flags().cloned().unwrap_or_default(),
            doubts: mime::doubts(header, &envelope),
            readable_domain: envelope.from.first().and_then(|from| mime::readable_domain(&from.addr)),
            receipt: mime::receipt_asked(header, &envelope),
            unsubscribe: mime::unsubscribe(header, &authenticity),
            envelope: Arc::new(envelope),
            authenticity,
            internal_date: essence.internal_date,
            size: essence.size,
            preview: essence.preview.clone(),
            explained: explained(content, &bodies),
            bodies,
            left_out: tally.left_out,
            attachments: files(content, reading).iter().filter_map(|path| attachment(top, path)).collect(),
            neighbours: Neighbours::default(),
            damaged: reading.damaged || content.is_makeshift(),
        }
    }
}

/// How many pieces are shown, and how many are not.
#[derive(Debug, Default)]
pub(super) struct Tally {
    shown: usize,
    left_out: usize,
}

/// What is shown, in order; at most [`BODIES`] pieces. What is not is counted: those beyond, and texts that were not fetched
/// since there was more than one page may have.
pub(super) fn bodies(shown: &[Shown], top: &Part, content: &Content, tally: &mut Tally) -> Vec<Body> {
    let mut bodies = Vec::new();
    for one in shown {
        if tally.shown >= BODIES {
            tally.left_out += pieces(one);
            continue;
        }
        tally.shown += 1;
        match one {
            Shown::Html(path) => {
                bodies.push(words_of_empty(path, top, content).unwrap_or(Body::Html { path: path.clone() }))
            }
            Shown::Image(path) => {
                if let Some(part) = top.find(path) {
                    bodies.push(Body::Image { path: path.clone(), name: mime::file_name(part) });
                }
            }
            Shown::Text(path) => {
                if let (Some(part), Some(bytes)) = (top.find(path), content.bytes(path)) {
                    let cut = part.size > u64::from(TEXT);
                    bodies.push(Body::Text { path: path.clone(), text: mime::text(part, bytes), cut });
                } else if top.find(path).is_some_and(|part| part.size > 0) {
                    tally.left_out += 1;
                }
            }
            Shown::Message { path, inside } => bodies.push(Body::Message {
                path: path.clone(),
                envelope: Box::new(mime::envelope_beside(content.header(path), top.find(path).unwrap_or(top))),
                bodies: self::bodies(inside, top, content, tally),
            }),
        }
    }
    bodies
}

/// What the author says in plain words where the designed form shows nothing.
fn words_of_empty(html: &PartPath, top: &Part, content: &Content) -> Option<Body> {
    let of = |path: &PartPath| top.find(path).zip(content.bytes(path));
    let (designed, looks) = of(html).filter(|(part, _)| part.size <= EMPTY_HTML)?;
    mime::shows_nothing(mime::html(designed, looks).as_str()).then_some(())?;
    let path = mime::plain_alternative(top, html)?;
    let (part, bytes) = of(&path)?;
    let text = Some(mime::text(part, bytes)).filter(|text| !text.trim().is_empty())?;
    Some(Body::Text { cut: part.size > u64::from(TEXT), path, text })
}

/// What is offered as files. Pictures that the HTML could show and does not are among them, as far as it is at hand: nothing
/// is fetched for this, and of long HTML (`content::LIGHT_HTML`) it is believed that it shows what it came with.
fn files(content: &Content, reading: &Reading) -> Vec<PartPath> {
    let top = content.top();
    let background = mime::background_pictures(top, reading);
    let mut paths = Vec::new();
    designed(&reading.shown, &mut paths);
    let looked_at = |path: &&PartPath| top.find(path).is_some_and(|part| part.size <= LIGHT_HTML);
    if background.is_empty() || paths.len() > BODIES || !paths.iter().all(looked_at) {
        return reading.attachments.clone();
    }
    let html = |path: &PartPath| Some(mime::html(top.find(path)?, content.bytes(path)?));
    match paths.into_iter().map(html).collect::<Option<Vec<_>>>() {
        Some(htmls) => mime::files_beside(top, reading, &background, &htmls),
        None => reading.attachments.clone(),
    }
}

/// The HTML parts among what is shown.
fn designed<'a>(shown: &'a [Shown], paths: &mut Vec<&'a PartPath>) {
    for one in shown {
        match one {
            Shown::Html(path) => paths.push(path),
            Shown::Message { inside, .. } => designed(inside, paths),
            Shown::Text(_) | Shown::Image(_) => {}
        }
    }
}

/// A piece, and those in it.
fn pieces(shown: &Shown) -> usize {
    match shown {
        Shown::Message { inside, .. } => 1 + inside.iter().map(pieces).sum::<usize>(),
        _ => 1,
    }
}

pub(super) fn attachment(top: &Part, path: &PartPath) -> Option<Attachment> {
    let part = top.find(path)?;
    Some(Attachment {
        path: path.clone(),
        name: mime::file_name(part),
        media_type: part.media_type.clone(),
        size: mime::decoded_size(part),
    })
}

impl From<&Opened> for Selection {
    fn from(opened: &Opened) -> Self {
        Self::from(&opened.message)
    }
}
