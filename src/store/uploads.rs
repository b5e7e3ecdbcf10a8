//! Files that people uploaded for messages they are still writing.
//!
//! Below a private folder, a folder for each person, named by a keyed hash, and in it a file for each upload, named by its
//! [`UploadId`]. That is all that is kept of them: what a file is called stands in the draft. Nobody reaches a file but the
//! person it belongs to (`C-10`). A file is written as it comes, piece by piece, under another name until it is whole.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::Error;
use super::server_key::{ServerKey, private_file};
use super::upload::{NotKept, Room, Upload};
use super::upload_folder::{IMPORTS, RELEASED, blocking, broken, make_folder, sweep, unless_gone, used};
use crate::mail::UploadId;

/// How long a file stays that nobody wants any more (`R-44`).
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// And one that work in the background is done with, since that last looked at it: as long as such work waits for its owner.
const KEPT_FOR_WORK: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// The folder of uploads; cheap to clone.
#[derive(Debug, Clone)]
pub struct Uploads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    quota: u64,
    /// How long a file stays that nobody wants any more (`R-44`).
    kept: Duration,
    key: ServerKey,
}

impl Uploads {
    /// Makes the folder, where there is none, for nobody else to look into. One person may have `quota` octets in it.
    pub fn open(folder: &Path, quota: u64, key: &ServerKey) -> Result<Self, Error> {
        Self::open_for(folder, quota, KEPT, key)
    }

    /// The same inside this folder, for files that work in the background has to do with: they stay as long as that may wait.
    pub fn imports(folder: &Path, quota: u64, key: &ServerKey) -> Result<Self, Error> {
        Self::open_for(&folder.join(IMPORTS), quota, KEPT_FOR_WORK, key)
    }

    fn open_for(folder: &Path, quota: u64, kept: Duration, key: &ServerKey) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::File { path: folder.to_owned(), what: error.to_string() };
        make_folder(folder).map_err(failed)?;
        // whoever can't write here says so when the program starts, and not when somebody sends
        let probe = folder.join("probe");
        match private_file(&probe) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
        fs::remove_file(&probe).or_else(unless_gone).map_err(failed)?;
        Ok(Self(Arc::new(Inner { folder: folder.to_owned(), quota, kept, key: key.derived("uploads") })))
    }

    /// Begins to keep a file of this person, of `largest` octets at most.
    pub async fn begin(&self, user: &str, largest: u64) -> Result<Upload, NotKept> {
        let (folder, quota, kept) = (self.folder_of(user), self.0.quota, self.0.kept);
        blocking(move || Upload::begin(folder, Room { largest, quota, kept })).await?
    }

    /// The octets of a file; `None`: this person has none of this name.
    pub async fn read(&self, user: &str, id: &UploadId) -> Result<Option<Bytes>, Error> {
        let path = self.folder_of(user).join(id.as_str());
        blocking(move || match fs::read(&path) {
            Ok(octets) => Ok(Some(Bytes::from(octets))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::File { path, what: error.to_string() }),
        })
        .await?
    }

    /// A file, open to be read piece by piece; `None`: this person has none of this name.
    pub async fn open_file(&self, user: &str, id: &UploadId) -> Result<Option<File>, Error> {
        let path = self.folder_of(user).join(id.as_str());
        blocking(move || match File::open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(broken(&path, &error)),
        })
        .await?
    }

    /// A file is still wanted: its time begins anew. One that is not there is not made.
    pub async fn touch(&self, user: &str, id: &UploadId) -> Result<(), Error> {
        let path = self.folder_of(user).join(id.as_str());
        let touching = move || {
            let touched = File::options().write(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
            touched.or_else(unless_gone).map_err(|error| broken(&path, &error))
        };
        blocking(touching).await?
    }

    /// The octets of a file lie elsewhere now: it goes in an hour, and counts no more until then. One that is not there is gone
    /// already.
    pub async fn release(&self, user: &str, id: &UploadId) -> Result<(), Error> {
        let (path, kept) = (self.folder_of(user).join(id.as_str()), self.0.kept);
        let releasing = move || {
            let released = SystemTime::now().checked_sub(kept - RELEASED).unwrap_or(SystemTime::UNIX_EPOCH);
            let written = File::options().write(true).open(&path).and_then(|file| file.set_modified(released));
            written.or_else(unless_gone).map_err(|error| broken(&path, &error))
        };
        blocking(releasing).await?
    }

    /// Deletes a file; one that is not there is deleted already.
    pub async fn remove(&self, user: &str, id: &UploadId) -> Result<(), Error> {
        let path = self.folder_of(user).join(id.as_str());
        let removing = move || fs::remove_file(&path).or_else(unless_gone).map_err(|error| broken(&path, &error));
        blocking(removing).await?
    }

    /// Octets that this person has here, those on their way among them.
    pub async fn used(&self, user: &str) -> Result<u64, Error> {
        let (folder, kept) = (self.folder_of(user), self.0.kept);
        blocking(move || used(&folder, kept).map_err(|error| broken(&folder, &error))).await?
    }

    /// What one person may have here, in octets.
    pub fn quota(&self) -> u64 {
        self.0.quota
    }

    /// Deletes what nobody wanted for a day (`R-44`).
    pub async fn sweep(&self) -> Result<(), Error> {
        self.sweep_at(SystemTime::now()).await
    }

    async fn sweep_at(&self, now: SystemTime) -> Result<(), Error> {
        let (folder, kept) = (self.0.folder.clone(), self.0.kept);
        blocking(move || sweep(&folder, kept, now).map_err(|error| broken(&folder, &error))).await?
    }

    fn folder_of(&self, user: &str) -> PathBuf {
        let hash = self.0.key.sign("whose uploads", user.as_bytes());
        let name: String = hash.iter().take(16).map(|octet| format!("{octet:02x}")).collect();
        self.0.folder.join(name)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::upload::Uploaded;
    use super::*;

    fn uploads(quota: u64) -> (tempfile::TempDir, Uploads) {
        let folder = tempfile::tempdir().unwrap();
        let key = ServerKey::open_or_make(&folder.path().join("secret")).unwrap();
        let uploads = Uploads::open(&folder.path().join("uploads"), quota, &key).unwrap();
        (folder, uploads)
    }

    async fn keep(uploads: &Uploads, user: &str, octets: &[u8]) -> Result<Uploaded, NotKept> {
        let mut upload = uploads.begin(user, 1 << 20).await?;
        for piece in octets.chunks(100_000) {
            upload.write(piece).await?;
        }
        upload.finish().await
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
        }
        all
    }

    #[tokio::test]
    async fn a_file_comes_back_as_it_was_to_its_owner_alone() {
        let (folder, uploads) = uploads(1 << 20);
        let octets: Vec<u8> = (0..700_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        let kept = keep(&uploads, "ann", &octets).await.unwrap();
        assert_eq!(kept.size, 700_000);
        assert_eq!(uploads.read("ann", &kept.id).await.unwrap().unwrap(), octets);
        assert_eq!(uploads.read("ben", &kept.id).await.unwrap(), None); // C-10
        uploads.remove("ben", &kept.id).await.unwrap();
        assert_eq!(uploads.used("ann").await.unwrap(), 700_000);
        for path in files(&folder.path().join("uploads")) {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
            assert!(!path.display().to_string().contains("ann"));
        }
        uploads.remove("ann", &kept.id).await.unwrap();
        uploads.remove("ann", &kept.id).await.unwrap();
        assert_eq!(uploads.read("ann", &kept.id).await.unwrap(), None);
        assert_eq!(uploads.used("ann").await.unwrap(), 0);
    }

    #[tokio::test]
    async fn what_is_not_whole_leaves_nothing() {
        let (folder, uploads) = uploads(600_000);
        let mut broken_off = uploads.begin("ann", 1 << 20).await.unwrap();
        broken_off.write(&[7; 300_000]).await.unwrap();
        drop(broken_off);
        assert_eq!(files(&folder.path().join("uploads")).len(), 0);
        let mut large = uploads.begin("ann", 10).await.unwrap();
        large.write(&[7; 10]).await.unwrap();
        assert!(matches!(large.write(&[7]).await, Err(NotKept::TooLarge(10))));
        drop(large);
        let kept = keep(&uploads, "ann", &[7; 400_000]).await.unwrap();
        assert!(matches!(keep(&uploads, "ann", &[7; 200_001]).await, Err(NotKept::NoRoom(600_000))));
        keep(&uploads, "ann", &[7; 200_000]).await.unwrap();
        keep(&uploads, "ben", &[7; 200_001]).await.unwrap();
        assert_eq!(uploads.read("ann", &kept.id).await.unwrap().unwrap().len(), 400_000);
        assert_eq!(files(&folder.path().join("uploads")).len(), 3);
    }

    #[tokio::test]
    async fn a_full_disk_is_told_for_what_it_is() {
        let (folder, uploads) = uploads(1 << 20);
        let mut upload = uploads.begin("ann", 1 << 20).await.unwrap();
        upload.file = Arc::new(File::options().write(true).open("/dev/full").unwrap());
        upload.write(b"hello").await.unwrap();
        assert!(matches!(upload.finish().await, Err(NotKept::DiskFull)));
        assert_eq!(files(&folder.path().join("uploads")).len(), 0);
    }

    #[tokio::test]
    async fn what_nobody_wanted_for_a_day_is_swept_out() {
        let (folder, uploads) = uploads(1 << 20);
        let kept = keep(&uploads, "ann", b"hello").await.unwrap();
        let partial = uploads.begin("ann", 10).await.unwrap();
        uploads.sweep_at(SystemTime::now() + KEPT - Duration::from_secs(60)).await.unwrap();
        assert!(uploads.read("ann", &kept.id).await.unwrap().is_some());
        uploads.sweep_at(SystemTime::now() + KEPT + Duration::from_secs(60)).await.unwrap();
        assert_eq!(uploads.read("ann", &kept.id).await.unwrap(), None);
        assert_eq!(fs::read_dir(folder.path().join("uploads")).unwrap().count(), 0);
        drop(partial);
        keep(&uploads, "ann", b"hello").await.unwrap();
    }

    #[tokio::test]
    async fn what_lies_elsewhere_counts_no_more_and_goes_in_an_hour() {
        let (_folder, uploads) = uploads(500_000);
        let kept = keep(&uploads, "ann", &[7; 400_000]).await.unwrap();
        uploads.release("ben", &kept.id).await.unwrap();
        assert_eq!(uploads.used("ann").await.unwrap(), 400_000);
        uploads.release("ann", &kept.id).await.unwrap();
        assert_eq!(uploads.used("ann").await.unwrap(), 0);
        keep(&uploads, "ann", &[7; 400_000]).await.unwrap();
        uploads.sweep_at(SystemTime::now() + RELEASED - Duration::from_secs(60)).await.unwrap();
        assert!(uploads.read("ann", &kept.id).await.unwrap().is_some(), "a form from before still names it");
        uploads.sweep_at(SystemTime::now() + RELEASED + Duration::from_secs(60)).await.unwrap();
        assert_eq!(uploads.read("ann", &kept.id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_folder_that_can_not_be_made_is_named() {
        let (folder, _) = uploads(1);
        let key = ServerKey::open_or_make(&folder.path().join("secret")).unwrap();
        let error = Uploads::open(&folder.path().join("secret").join("x"), 1, &key).unwrap_err().to_string();
        assert!(error.contains("secret"), "{error}");
    }
}
