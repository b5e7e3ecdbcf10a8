//! Small pictures of a message's pictures, made one or two at a time.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::Semaphore;

use super::{Account, Error, What};
use crate::mail::{MessageRef, PartPath};
use crate::mime::{self, Thumbnail};

/// Pictures that are decoded at the same time, in the whole process (`D-04`): each may take 48 MiB.
const PARALLEL: usize = 2;
/// Octets of a picture of which a small one is made.
pub const LARGEST_PICTURE: u64 = 12 << 20;
/// How long a picture may take, waiting included.
const DEADLINE: Duration = Duration::from_secs(10);

/// Who may decode.
pub(super) fn workshop() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(PARALLEL))
}

impl Account {
    /// A small picture of a part; not found where the part is no picture that can be decoded within limits.
    pub async fn open_thumbnail(&self, message: &MessageRef, path: &PartPath) -> Result<Thumbnail, Error> {
        let gone = || Error::NotFound(What::Part(message.mailbox.clone()));
        tokio::time::timeout(DEADLINE, self.make_thumbnail(message, path)).await.unwrap_or_else(|_| Err(gone()))
    }

    async fn make_thumbnail(&self, message: &MessageRef, path: &PartPath) -> Result<Thumbnail, Error> {
        let gone = || Error::NotFound(What::Part(message.mailbox.clone()));
        let permit = self.0.workshop.clone().acquire_owned().await.map_err(|_| gone())?;
        let mut file = self.open_part(message, path).await?;
        let mut picture = BytesMut::new();
        while let Some(piece) = file.bytes.next().await {
            picture.extend_from_slice(&piece?);
            if u64::try_from(picture.len()).unwrap_or(u64::MAX) > LARGEST_PICTURE {
                return Err(gone());
            }
        }
        // the permit goes with the work: what is stuck holds its place
        let work = move || {
            let _permit = permit;
            mime::thumbnail(&picture)
        };
        tokio::task::spawn_blocking(work).await.ok().flatten().ok_or_else(gone)
    }
}
