//! A container, opened: `winmail.dat` and its like, for whoever wants several of its files.

use bytes::BytesMut;

use super::parts::file;
use super::{Account, ByteStream, Error, FilePart, What};
use crate::mail::{BodyStructure, MessageRef, Part, PartPath};
use crate::mime::{self, Containers};

/// An opened container; its files are in memory while it lives.
#[derive(Debug)]
pub struct Container {
    at: PartPath,
    top: Part,
    inside: Containers,
}

impl Container {
    /// Whether a part, if there is such a one, is in here.
    pub fn holds(&self, path: &PartPath) -> bool {
        path.is_inside_a_container() && path.on_the_server() == self.at
    }

    /// A part of it as a file.
    pub fn file(&self, path: &PartPath) -> Option<FilePart> {
        let part = self.top.find(path)?;
        let decoded = mime::decode(&part.encoding, self.inside.bytes(path)?);
        Some(file(part, ByteStream::of(decoded.into())))
    }
}

impl Account {
    /// Opens the container in which `path` is found. Where the server's structure is of no use there is none: then
    /// [`Account::open_part`] takes the whole message apart.
    pub async fn open_container(&self, message: &MessageRef, path: &PartPath) -> Result<Container, Error> {
        let essence = self.essence(message).await?;
        let gone = || Error::NotFound(What::Part(message.mailbox.clone()));
        let BodyStructure::Known(top) = essence.structure.as_ref() else { return Err(gone()) };
        let at = path.on_the_server();
        if top.find(&at).ok_or_else(gone)?.size > mime::LARGEST_CONTAINER {
            return Err(gone());
        }
        let mut stream = self.stream(message, &at, "").await?;
        let mut encoded = BytesMut::new();
        while let Some(piece) = stream.next().await {
            encoded.extend_from_slice(&piece?);
        }
        let (encoded, mut top) = (encoded.freeze(), (**top).clone());
        let inside = Containers::open(&mut top, |path| (*path == at).then(|| encoded.clone()));
        Ok(Container { at, top, inside })
    }
}
