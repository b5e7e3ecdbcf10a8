//! One file on its way: it is written as it comes, piece by piece, under another name until it is whole.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::server_key::private_file;
use super::upload_folder::{blocking, broken, make_folder, used};
use super::{Error, random};
use crate::mail::UploadId;

/// Octets that are gathered before they are written, for each upload in memory once.
const GATHERED: usize = 256 << 10;
/// Octets of a piece as it comes from a browser, at most as a rule: the last one gathered must fit.
const ONE_MORE: usize = 64 << 10;
/// What the name of a file that is not whole yet ends with.
const PARTIAL: &str = ".part";

/// Why a file was not kept. Whatever came of it is gone.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// It is larger than this, in octets.
    #[error("larger than {0} octets")]
    TooLarge(u64),
    /// All of the person's files together would be larger than this, in octets.
    #[error("more than {0} octets for one person")]
    NoRoom(u64),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Something else; for the log.
    #[error("{0}")]
    Broken(#[from] Error),
}

/// A file on its way. Whatever came of it is deleted when this is dropped before [`Self::finish`].
#[derive(Debug)]
pub struct Upload {
    id: UploadId,
    folder: PathBuf,
    path: PathBuf,
    pub(super) file: Arc<File>,
    gathered: Vec<u8>,
    size: u64,
    room: Room,
    is_whole: bool,
}

/// How much of it there may be, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Octets of the file.
    pub(super) largest: u64,
    /// Octets of all files of the person.
    pub(super) quota: u64,
    /// How long a file stays, and counts.
    pub(super) kept: Duration,
}

/// A file that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// Its name here.
    pub id: UploadId,
    /// Its octets.
    pub size: u64,
}

impl Upload {
    /// Begins one in this folder, which is made where it is not there.
    pub(super) fn begin(folder: PathBuf, room: Room) -> Result<Self, NotKept> {
        make_folder(&folder).map_err(|error| not_kept(&folder, &error))?;
        let id = UploadId::from_bytes(random()?);
        let path = folder.join(format!("{id}{PARTIAL}"));
        let file = Arc::new(private_file(&path).map_err(|error| not_kept(&path, &error))?);
        Ok(Self { id, folder, path, file, gathered: Vec::new(), size: 0, room, is_whole: false })
    }

    /// More of it.
    pub async fn write(&mut self, octets: &[u8]) -> Result<(), NotKept> {
        self.size += u64::try_from(octets.len()).unwrap_or(u64::MAX);
        if self.size > self.room.largest {
            return Err(NotKept::TooLarge(self.room.largest));
        }
        if self.gathered.capacity() == 0 {
            self.gathered.reserve_exact(GATHERED + ONE_MORE);
        }
        self.gathered.extend_from_slice(octets);
        if self.gathered.len() >= GATHERED { self.flush().await } else { Ok(()) }
    }

    /// That was all of it.
    pub async fn finish(mut self) -> Result<Uploaded, NotKept> {
        self.flush().await?;
        let (from, to) = (self.path.clone(), self.folder.join(self.id.as_str()));
        blocking(move || fs::rename(&from, &to).map_err(|error| not_kept(&from, &error))).await??;
        self.is_whole = true;
        Ok(Uploaded { id: self.id.clone(), size: self.size })
    }

    async fn flush(&mut self) -> Result<(), NotKept> {
        let (file, folder, path) = (Arc::clone(&self.file), self.folder.clone(), self.path.clone());
        let Room { quota, kept, .. } = self.room;
        let mut octets = std::mem::take(&mut self.gathered);
        self.gathered = blocking(move || {
            let more = u64::try_from(octets.len()).unwrap_or(u64::MAX);
            let used = used(&folder, kept).map_err(|error| not_kept(&folder, &error))?;
            if used.saturating_add(more) > quota {
                return Err(NotKept::NoRoom(quota));
            }
            (&*file).write_all(&octets).map_err(|error| not_kept(&path, &error))?;
            octets.clear();
            Ok(octets)
        })
        .await??;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.is_whole {
            // one system call; what is left all the same is swept out
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn not_kept(path: &Path, error: &std::io::Error) -> NotKept {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => NotKept::DiskFull,
        _ => NotKept::Broken(broken(path, error)),
    }
}
