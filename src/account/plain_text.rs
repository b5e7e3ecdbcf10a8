//! What a designed message says in plain text, as its author wrote that.

use super::account::Inner;
use super::open_message::TEXT;
use super::{Account, Error};
use crate::imap::{Item, Link, Purpose};
use crate::mail::{BodyStructure, MessageRef, PartPath, UidSet};
use crate::mime;

impl Account {
    /// The plain alternative (RFC 2046 5.1.4) of an HTML part, at most 2 MiB of it; `None` where the author made none.
    pub async fn plain_alternative(&self, message: &MessageRef, html: &PartPath) -> Result<Option<String>, Error> {
        let essence = self.essence(message).await?;
        let BodyStructure::Known(top) = essence.structure.as_ref() else { return Ok(None) };
        let Some(part) = mime::plain_alternative(top, html).and_then(|path| top.find(&path).cloned()) else {
            return Ok(None);
        };
        let (wanted, path) = (message.clone(), part.path.clone());
        let bytes = self
            .read(Purpose::Mailbox(&message.mailbox), move |inner| {
                let (wanted, path) = (wanted.clone(), path.clone());
                Box::new(move |link| Box::pin(async move { inner.octets(link, &wanted, &path).await }))
            })
            .await
            .map_err(|error| Error::about(error, &message.mailbox))?;
        Ok(bytes.map(|bytes| mime::text(&part, &bytes)))
    }
}

impl Inner {
    /// A part's octets, as encoded; `None` if message or part are gone.
    async fn octets(
        &self,
        link: &mut Link,
        message: &MessageRef,
        path: &PartPath,
    ) -> Result<Option<bytes::Bytes>, crate::imap::Error> {
        self.open_to_read(link, message).await?;
        let items = [Item::Uid, Item::Part(path.clone(), Some(TEXT))];
        let fetched = link.fetch(&UidSet::new([message.uid]), &items).await?;
        let ours = fetched.iter().find(|one| one.uid == Some(message.uid));
        Ok(ours.and_then(|one| one.body(&path.to_string()).cloned()))
    }
}
