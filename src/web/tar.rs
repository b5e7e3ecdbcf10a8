//! A tar archive written while it is sent (POSIX.1-2017, pax): each file's octets behind a block that tells its name and how
//! many there are.

use bytes::{BufMut, Bytes, BytesMut};

use crate::mail::Moment;

/// Octets of a block.
const BLOCK: usize = 512;
/// The longest name that a block has room for.
const LONGEST: usize = 100;

/// Writes an archive piece by piece; the caller sends the pieces in their order.
#[derive(Default)]
pub(super) struct Tar {
    /// Octets of the file that has begun, and how many of them came.
    size: u64,
    came: u64,
}

/// The file is not as long as was told ahead; nothing that follows could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file of another length than was told")]
pub(super) struct WrongLength;

impl Tar {
    /// A folder. It has a date as files have: Python's `mailbox` (3.13, 2026) looks into none of 1970.
    pub(super) fn folder(&mut self, name: &str, dated: Moment) -> Bytes {
        header(&format!("{name}/"), b'5', 0, Some(dated)).freeze()
    }

    /// Begins a file of exactly `size` octets.
    pub(super) fn begin(&mut self, name: &str, size: u64, dated: Moment) -> Bytes {
        (self.size, self.came) = (size, 0);
        header(name, b'0', size, Some(dated)).freeze()
    }

    /// A piece of the file that was begun; goes out as it is.
    pub(super) fn write(&mut self, piece: Bytes) -> Result<Bytes, WrongLength> {
        self.came += u64::try_from(piece.len()).map_err(|_| WrongLength)?;
        if self.came > self.size { Err(WrongLength) } else { Ok(piece) }
    }

    /// Ends the file that was begun.
    pub(super) fn end(&mut self) -> Result<Bytes, WrongLength> {
        if self.came != self.size {
            return Err(WrongLength);
        }
        Ok(Bytes::from(vec![0; padding(usize::try_from(self.size % 512).unwrap_or(0))]))
    }

    /// The end of the archive.
    pub(super) fn finish(self) -> Bytes {
        Bytes::from_static(&[0; 2 * BLOCK])
    }
}

/// The octets that fill a block of which `used` are used.
fn padding(used: usize) -> usize {
    (BLOCK - used % BLOCK) % BLOCK
}

/// The block before a file; before it, where the name has no room in it or is no ASCII, a file of the kind `x` that has it.
fn header(name: &str, kind: u8, size: u64, dated: Option<Moment>) -> BytesMut {
    let mut out = BytesMut::with_capacity(3 * BLOCK);
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    if name.len() > LONGEST || plain != name {
        let record = record("path", name);
        out.extend_from_slice(&block("PaxHeader", b'x', u64::try_from(record.len()).unwrap_or(0), None));
        out.extend_from_slice(record.as_bytes());
        out.put_bytes(0, padding(record.len()));
    }
    out.extend_from_slice(&block(&plain, kind, size, dated));
    out
}

/// `"28 path=some/longer/name\n"`: the number counts itself.
fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    format!("{length} {key}={value}\n")
}

fn block(name: &str, kind: u8, size: u64, dated: Option<Moment>) -> BytesMut {
    let mut out = BytesMut::with_capacity(BLOCK);
    let name = name.as_bytes();
    out.extend_from_slice(name.get(..LONGEST).unwrap_or(name));
    out.put_bytes(0, LONGEST - out.len());
    let seconds = dated.map_or(0, |at| u64::try_from(at.seconds).unwrap_or(0));
    let mode = if kind == b'5' { "0000700\0" } else { "0000600\0" };
    out.extend_from_slice(mode.as_bytes());
    out.extend_from_slice(b"0000000\x000000000\0");
    // eleven octal digits: eight gigabytes, and the year 2242
    out.extend_from_slice(
        format!("{:011o}\0{:011o}\0", size.min(0o77_777_777_777), seconds.min(0o77_777_777_777)).as_bytes(),
    );
    out.extend_from_slice(b"        ");
    out.put_u8(kind);
    out.put_bytes(0, 100);
    out.extend_from_slice(b"ustar\x0000");
    out.put_bytes(0, BLOCK - out.len());
    let sum: u32 = out.iter().map(|byte| u32::from(*byte)).sum();
    if let Some(field) = out.get_mut(148..156) {
        field.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_itself() {
        assert_eq!(record("path", "a"), "9 path=a\n");
        for length in 1..1200 {
            let record = record("path", &"x".repeat(length));
            let told: usize = record.split(' ').next().unwrap().parse().unwrap();
            assert_eq!(told, record.len());
        }
    }

    #[test]
    fn a_file_is_as_long_as_was_told_or_the_archive_ends() {
        let mut tar = Tar::default();
        let dated = Moment { seconds: 0, offset_minutes: 0 };
        assert_eq!(tar.begin("a", 3, dated).len(), BLOCK);
        assert_eq!(tar.write(Bytes::from_static(b"ab")).unwrap().len(), 2);
        assert_eq!(tar.end(), Err(WrongLength));
        assert_eq!(tar.write(Bytes::from_static(b"cd")), Err(WrongLength));
        assert_eq!(tar.begin("ü", 512, dated).len(), 3 * BLOCK);
        tar.write(Bytes::from(vec![7; 512])).unwrap();
        assert_eq!(tar.end().unwrap().len(), 0);
    }
}
