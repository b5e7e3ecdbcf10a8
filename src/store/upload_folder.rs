//! Folders of uploads on the disk: what lies there, what of it counts, what is swept out.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::Error;

/// The folder of files for work in the background among the folders of people, whose names are longer.
pub(super) const IMPORTS: &str = "imports";
/// How long a file stays whose octets lie in a draft by now: a form from before may still name it.
pub(super) const RELEASED: Duration = Duration::from_secs(60 * 60);

/// Makes it, for nobody else to look into.
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Octets of a folder that count: not those that were released.
pub(super) fn used(folder: &Path, kept: Duration) -> std::io::Result<u64> {
    let now = SystemTime::now();
    let mut sum: u64 = 0;
    for entry in entries(folder)? {
        match entry?.metadata() {
            Ok(about) if age(&about, now) >= kept - RELEASED => {}
            Ok(about) => sum = sum.saturating_add(about.len()),
            Err(error) => unless_gone(error)?,
        }
    }
    Ok(sum)
}

/// Deletes what is older than `kept`, and folders of people that are empty.
pub(super) fn sweep(folder: &Path, kept: Duration, now: SystemTime) -> std::io::Result<()> {
    let is_old = |about: &fs::Metadata| age(about, now) > kept;
    for person in entries(folder)? {
        let person = person?;
        let Ok(about) = person.metadata() else { continue };
        if !about.is_dir() || person.file_name() == IMPORTS {
            continue;
        }
        for entry in entries(&person.path())? {
            let entry = entry?;
            if entry.metadata().is_ok_and(|about| is_old(&about)) {
                fs::remove_file(entry.path()).or_else(unless_gone)?;
            }
        }
        if is_old(&about) {
            // succeeds for an empty one alone
            let _ = fs::remove_dir(person.path());
        }
    }
    Ok(())
}

/// How long ago it was written; nothing, for what comes from the future.
fn age(about: &fs::Metadata, now: SystemTime) -> Duration {
    about.modified().ok().and_then(|written| now.duration_since(written).ok()).unwrap_or_default()
}

/// What is in a folder: nothing, if it is not there.
fn entries(folder: &Path) -> std::io::Result<impl Iterator<Item = std::io::Result<fs::DirEntry>>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None.into_iter().flatten()),
        Err(error) => Err(error),
    }
}

pub(super) fn unless_gone(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

pub(super) fn broken(path: &Path, error: &std::io::Error) -> Error {
    Error::File { path: path.to_owned(), what: error.to_string() }
}

/// Work on files, on a thread where it keeps nobody waiting.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Damaged)
}
