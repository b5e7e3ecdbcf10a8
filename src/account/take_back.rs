//! A message that waits in the outbox without a draft, to be written on: where Drafts had no room its octets are there alone.

use super::errand::not_kept;
use super::{Account, Error};
use crate::html::{self, Policy};
use crate::mail::{Attachment, Draft, MessageId, Moment, Part, PartKind, PartPath, Source};
use crate::mime::{self, Parsed, Shown};

impl Account {
    /// The message of this name as a draft; its files are uploads from here on, and it is in the outbox still. `None` where the
    /// outbox has no octets of it.
    pub async fn take_back(&self, id: &MessageId, now: Moment) -> Result<Option<Draft>, Error> {
        let post = self.post()?;
        let entry = post.outbox.find(self.user(), id.as_str(), &post.key).await.map_err(not_kept)?;
        let Some(entry) = entry else { return Ok(None) };
        let Some(octets) = post.outbox.message(&entry, &post.key).await.map_err(not_kept)? else { return Ok(None) };
        let parsed = mime::structure(&octets);
        let header = parsed.headers.get(&PartPath::root()).and_then(|at| octets.get(at.clone())).unwrap_or_default();
        let mut draft = mime::draft_of_header(header, id.clone(), now);
        let reading = mime::reading(&parsed.part);
        // it was made here: one text, and perhaps its looks
        match reading.shown.first() {
            Some(Shown::Html(path)) => {
                let looks = part(&parsed, &octets, path).map(|(part, encoded)| mime::html(part, encoded));
                let looks = looks.map(|looks| html::sanitize(&looks, &Policy::for_a_message()).html);
                draft.html = looks.map(|looks| looks.as_str().trim().to_owned());
                if let Some(text) = mime::plain_alternative(&parsed.part, path) {
                    draft.text = text_of(&parsed, &octets, &text);
                }
            }
            Some(Shown::Text(path)) => draft.text = text_of(&parsed, &octets, path),
            _ => {}
        }
        let pictures = parsed.part.walk().filter(|part| {
            matches!(part.kind, PartKind::Leaf) && part.is_a("image") && !reading.attachments.contains(&part.path)
        });
        let pictures: Vec<PartPath> = pictures.map(|part| part.path.clone()).collect();
        for path in reading.attachments.iter().chain(&pictures) {
            if let Some((part, encoded)) = part(&parsed, &octets, path) {
                draft.attachments.push(self.uploaded(part, &mime::decode(&part.encoding, encoded)).await?);
            }
        }
        Ok(Some(draft))
    }

    async fn uploaded(&self, part: &Part, octets: &[u8]) -> Result<Attachment, Error> {
        let broken = |error| {
            tracing::warn!(%error, "a file of a message in the outbox could not be taken along");
            Error::NotKept
        };
        let uploads = &self.post()?.uploads;
        let mut upload = uploads.begin(self.user(), u64::MAX).await.map_err(broken)?;
        upload.write(octets).await.map_err(broken)?;
        let kept = upload.finish().await.map_err(broken)?;
        let id = part.id.as_deref().map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
        Ok(Attachment {
            name: mime::file_name(part),
            media_type: part.media_type.clone(),
            size: kept.size,
            content_id: id.filter(|id| !id.is_empty()),
            source: Source::Upload(kept.id),
        })
    }
}

/// A part, and its octets as they are encoded.
fn part<'a>(parsed: &'a Parsed, octets: &'a [u8], path: &PartPath) -> Option<(&'a Part, &'a [u8])> {
    Some((parsed.part.find(path)?, octets.get(parsed.ranges.get(path)?.clone())?))
}

fn text_of(parsed: &Parsed, octets: &[u8], path: &PartPath) -> String {
    let text = part(parsed, octets, path).map(|(part, encoded)| mime::text(part, encoded)).unwrap_or_default();
    // the line end that ends a text is not part of it
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}
