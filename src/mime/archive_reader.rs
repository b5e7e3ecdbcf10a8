//! Readers around a ZIP archive: one that notices when a file bursts, and one for many small steps.

use std::io::{self, Read, Seek, SeekFrom};

/// How much larger than it was packed a file may become: text packs to a twentieth, what is made to burst to a thousandth.
const MOST_GROWTH: u64 = 400;
/// Below this nothing is said of growth.
const HARMLESS: u64 = 1 << 20;
/// Octets of the archive that are read at once.
const READ: usize = 64 << 10;

/// Reads a packed file, and stops where it bursts.
pub(super) struct Guarded<F> {
    file: F,
    most: u64,
    came: u64,
    /// Whether it did.
    pub(super) burst: bool,
}

impl<F: Read> Guarded<F> {
    /// Of a file of so many octets in its archive.
    pub(super) fn new(file: F, packed: u64) -> Self {
        Self { file, most: packed.saturating_mul(MOST_GROWTH).max(HARMLESS), came: 0, burst: false }
    }
}

impl<F: Read> Read for Guarded<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let octets = self.file.read(into)?;
        self.came += u64::try_from(octets).unwrap_or(u64::MAX);
        if self.came > self.most {
            self.burst = true;
            return Err(io::Error::other("it bursts"));
        }
        Ok(octets)
    }
}

/// A reader that remembers the octets around it: the list of files is read in small steps, each of which seeks first.
pub(super) struct Window<R> {
    inner: R,
    at: u64,
    start: u64,
    octets: Vec<u8>,
}

impl<R> Window<R> {
    /// Around this reader, from its beginning.
    pub(super) fn new(inner: R) -> Self {
        Self { inner, at: 0, start: 0, octets: Vec::new() }
    }

    /// What is remembered from here on.
    fn here(&self) -> &[u8] {
        let from = self.at.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| self.octets.get(from..)).unwrap_or_default()
    }
}

impl<R: Read + Seek> Read for Window<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.here().is_empty() {
            self.inner.seek(SeekFrom::Start(self.at))?;
            self.octets.resize(READ, 0);
            let octets = self.inner.read(&mut self.octets)?;
            self.octets.truncate(octets);
            self.start = self.at;
        }
        let here = self.here();
        let octets = here.len().min(into.len());
        into.get_mut(..octets).unwrap_or_default().copy_from_slice(here.get(..octets).unwrap_or_default());
        self.at += u64::try_from(octets).unwrap_or(u64::MAX);
        Ok(octets)
    }
}

impl<R: Seek> Seek for Window<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wrong = || io::Error::from(io::ErrorKind::InvalidInput);
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.checked_add_signed(by).ok_or_else(wrong)?,
            SeekFrom::End(by) => self.inner.seek(SeekFrom::End(0))?.checked_add_signed(by).ok_or_else(wrong)?,
        };
        Ok(self.at)
    }
}
