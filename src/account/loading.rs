//! The octets of attachments, wherever they are.

use bytes::{Bytes, BytesMut};

use super::{Account, ByteStream, Error, What};
use crate::mail::{Attachment, Source};

/// All attachments of a message together, and a whole message, in octets: they are in memory while it is made and sent.
pub(super) const LARGEST: usize = 96 << 20;

impl Account {
    /// The octets of attachments, decoded, in their order. One that is not there any more is [`Error::NotFound`]; more than
    /// can be taken is [`Error::Refused`].
    pub(super) async fn load(&self, attachments: &[Attachment]) -> Result<Vec<Bytes>, Error> {
        let mut files = Vec::with_capacity(attachments.len());
        let mut room = LARGEST;
        for attachment in attachments {
            let octets = match &attachment.source {
                Source::Upload(id) => {
                    let found = self.post()?.uploads.read(self.user(), id).await.map_err(|error| {
                        tracing::error!(%error, "an uploaded file can't be read");
                        Error::NotKept
                    })?;
                    found.ok_or_else(|| Error::NotFound(What::Upload(attachment.name.clone())))?
                }
                Source::Part(message, path) => collect(self.open_part(message, path).await?.bytes, room).await?,
                Source::Message(message) => collect(self.open_source(message).await?.bytes, room).await?,
            };
            room = room.checked_sub(octets.len()).ok_or(Error::Refused)?;
            files.push(octets);
        }
        Ok(files)
    }
}

/// All of a stream, if it is no more than this.
pub(super) async fn collect(mut stream: ByteStream, most: usize) -> Result<Bytes, Error> {
    let mut octets = BytesMut::new();
    while let Some(piece) = stream.next().await {
        octets.extend_from_slice(&piece?);
        if octets.len() > most {
            return Err(Error::Refused);
        }
    }
    Ok(octets.freeze())
}
