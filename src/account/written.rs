//! A message as the one that is written about it needs it: header, texts, files.

use std::time::Duration;

use super::loading::collect;
use super::open_message::{TEXT, Tally, attachment, bodies};
use super::{Account, Body, Error, What};
use crate::html::{self, Policy};
use crate::imap::{self, Link, Purpose};
use crate::mail::{Attachment, Envelope, MessageRef, Moment, Part, PartKind, PartPath, Source, UntrustedHtml};
use crate::mime;

/// How long HTML may take to become text (`D-04`).
const DEADLINE: Duration = Duration::from_secs(3);
/// Octets of a text, as encoded, that are gone on with in a form: it takes 8 MiB in all.
const LONGEST_TEXT: u64 = 6 << 20;
/// Octets of markup that are quoted; what is longer is quoted as text.
const LONGEST_QUOTE: usize = 256 << 10;
/// Files that are taken along.
const MOST: usize = 1_000;

/// What was read of it.
pub(super) struct Written {
    pub(super) message: MessageRef,
    pub(super) header: Vec<u8>,
    pub(super) envelope: Envelope,
    pub(super) internal_date: Moment,
    pub(super) size: u64,
    top: Part,
    bodies: Vec<Body>,
    files: Vec<PartPath>,
}

impl Account {
    /// Reads a message to write about it. Its marks stay as they are.
    pub(super) async fn written(&self, message: &MessageRef) -> Result<Written, Error> {
        let wanted = message.clone();
        let read = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let wanted = wanted.clone();
                Box::new(move |link| Box::pin(async move { read(&inner, link, wanted).await }))
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        read.ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))
    }

    /// What it says, as plain text: of designed parts what their author wrote beside them, else their words. Nothing is fetched
    /// from anywhere, and nothing of the markup is left (`X-16`).
    pub(super) async fn text_of(&self, written: &Written) -> Result<String, Error> {
        let mut texts: Vec<String> = Vec::new();
        for body in &written.bodies {
            let text = match body {
                Body::Text { text, .. } => text.clone(),
                Body::Html { path } => self.words_of(&written.message, path).await?,
                // these go along as files
                Body::Image { .. } | Body::Message { .. } => continue,
            };
            if !text.trim().is_empty() {
                // the line end that ends a text is not part of it
                texts.push(text.strip_suffix('\n').unwrap_or(&text).to_owned());
            }
        }
        Ok(texts.join("\n\n"))
    }

    /// As [`Self::text_of`], with nothing cut but what no form takes: see [`Written::too_long`].
    pub(super) async fn whole_text_of(&self, written: &mut Written) -> Result<String, Error> {
        for body in &mut written.bodies {
            let Body::Text { path, text, cut } = body else { continue };
            let Some(part) = written.top.find(path).filter(|part| *cut && part.size <= LONGEST_TEXT) else { continue };
            let most = usize::try_from(LONGEST_TEXT).unwrap_or(usize::MAX);
            let octets = collect(self.open_part(&written.message, path).await?.bytes, most).await?;
            // what is decoded already is not decoded again
            let decoded = Part { encoding: "binary".to_owned(), ..part.clone() };
            (*text, *cut) = (mime::text(&decoded, &octets), false);
        }
        self.text_of(written).await
    }

    async fn words_of(&self, message: &MessageRef, path: &PartPath) -> Result<String, Error> {
        let alternative = self.plain_alternative(message, path).await?;
        if let Some(text) = alternative.filter(|text| !text.trim().is_empty()) {
            return Ok(text);
        }
        let html = self.open_html(message, path).await?.html;
        let words = self.cleaned(html, Policy::for_a_message, |cleaned| html::text_of(&cleaned.html)).await;
        Ok(words.unwrap_or_default())
    }

    /// Its looks as a quote, without pictures and style sheet (`X-16`); `None` where it has none, is too long for a quote, or
    /// cleaning it takes too long.
    pub(super) async fn quoted_looks(&self, written: &Written) -> Result<Option<String>, Error> {
        let Some(path) = written.only_html() else { return Ok(None) };
        let html = self.open_html(&written.message, path).await?.html;
        let quote = self.cleaned(html, Policy::for_a_quote, |cleaned| cleaned.quoted().as_str().to_owned()).await;
        Ok(quote.filter(|quote| quote.len() <= LONGEST_QUOTE))
    }

    /// Its looks, cleaned, pictures named `cid:…`; `None` where it has none, is too long, or cleaning it takes too long.
    pub(super) async fn looks_of(&self, written: &Written) -> Result<Option<String>, Error> {
        let Some(path) = written.only_html() else { return Ok(None) };
        let html = self.open_html(&written.message, path).await?.html;
        let whole = |cleaned: html::Sanitized| match cleaned.cut {
            true => String::new(),
            false => cleaned.html.as_str().trim().to_owned(),
        };
        let looks = self.cleaned(html, Policy::for_a_message, whole).await;
        Ok(looks.filter(|looks| !looks.is_empty()))
    }

    /// What becomes of cleaned markup, on a thread of its own (`D-04`).
    async fn cleaned(
        &self,
        html: UntrustedHtml,
        policy: fn() -> Policy<'static>,
        then: impl FnOnce(html::Sanitized) -> String + Send + 'static,
    ) -> Option<String> {
        let workshop = self.0.workshop.clone();
        let work = async move {
            let permit = workshop.acquire_owned().await.ok()?;
            let work = move || {
                let _permit = permit; // what is stuck holds its place
                then(html::sanitize(&html, &policy()))
            };
            tokio::task::spawn_blocking(work).await.ok()
        };
        tokio::time::timeout(DEADLINE, work).await.ok().flatten()
    }
}

/// `None` if the message is gone.
async fn read(
    inner: &super::account::Inner,
    link: &mut Link,
    message: MessageRef,
) -> Result<Option<Written>, imap::Error> {
    inner.open_to_read(link, &message).await?;
    let Some(essence) = inner.essences(link, &[message.uid], Vec::new()).await?.remove(&message.uid) else {
        return Ok(None);
    };
    let Some((content, reading, _)) = inner.content(link, &message, &essence).await? else { return Ok(None) };
    let (top, header) = (content.top(), content.header(&PartPath::root()));
    Ok(Some(Written {
        envelope: mime::envelope_beside(header, top),
        header: header.to_vec(),
        internal_date: essence.internal_date,
        size: essence.size,
        bodies: bodies(&reading.shown, top, &content, &mut Tally::default()),
        top: top.clone(),
        files: reading.attachments,
        message,
    }))
}

impl Written {
    /// The part that is all it says, if that has looks.
    fn only_html(&self) -> Option<&PartPath> {
        let mut texts = self.bodies.iter().filter(|body| matches!(body, Body::Html { .. } | Body::Text { .. }));
        match (texts.next(), texts.next()) {
            (Some(Body::Html { path }), None) => Some(path),
            _ => None,
        }
    }

    /// Its files, and the pictures that its looks show, as files of another message.
    pub(super) fn attachments(&self) -> Vec<Attachment> {
        let pictures = self.top.walk().filter(|part| {
            matches!(part.kind, PartKind::Leaf) && part.is_a("image") && !self.files.contains(&part.path)
        });
        let pictures: Vec<&PartPath> = pictures.map(|part| &part.path).collect();
        let paths = self.files.iter().chain(pictures).take(MOST);
        paths
            .filter_map(|path| {
                let file = attachment(&self.top, path)?;
                let id = self.top.find(path).and_then(|part| part.id.as_deref()).map(bare_id);
                Some(Attachment {
                    name: file.name,
                    media_type: file.media_type,
                    size: file.size,
                    content_id: id.filter(|id| !id.is_empty()),
                    source: Source::Part(self.message.clone(), path.clone()),
                })
            })
            .collect()
    }

    /// Texts of it that no form takes, as files: nothing is lost of a draft that is gone on with.
    pub(super) fn too_long(&self) -> Vec<Attachment> {
        let too_long = self.bodies.iter().filter_map(|body| match body {
            Body::Text { path, cut: true, .. } => Some((path, "text.txt")),
            Body::Html { path } if self.top.find(path).is_some_and(|part| part.size > u64::from(TEXT)) => {
                Some((path, "text.html"))
            }
            _ => None,
        });
        too_long
            .filter_map(|(path, name)| {
                let file = attachment(&self.top, path)?;
                let source = Source::Part(self.message.clone(), path.clone());
                let (name, media_type, size) = (name.to_owned(), file.media_type, file.size);
                Some(Attachment { name, media_type, size, content_id: None, source })
            })
            .collect()
    }

    /// The whole of it, as a file.
    pub(super) fn as_attachment(&self) -> Attachment {
        Attachment {
            name: mime::message_file_name(&self.envelope.subject),
            media_type: "message/rfc822".to_owned(),
            size: self.size,
            content_id: None,
            source: Source::Message(self.message.clone()),
        }
    }

    /// When it was written, as far as anybody knows.
    pub(super) fn date(&self) -> Moment {
        self.envelope.sent_date.unwrap_or(self.internal_date)
    }
}

fn bare_id(id: &str) -> String {
    id.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}
