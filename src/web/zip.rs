//! A ZIP archive written while it is sent (APPNOTE 6.3.10), its files stored as they are: what mails carry is mostly
//! packed already, and nothing has to be known of a file before its last byte.

use bytes::Bytes;

/// Writes an archive piece by piece; the caller sends the pieces in their order.
#[derive(Default)]
pub(super) struct Zip {
    entries: Vec<Entry>,
    current: Option<(Entry, flate2::Crc)>,
    offset: u32,
}

struct Entry {
    name: Vec<u8>,
    offset: u32,
    size: u32,
    crc: u32,
}

/// The archive would be larger than its format can say (4 GiB, 65,535 files).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too large for a ZIP archive without extensions")]
pub(super) struct TooLarge;

/// Bit 3: sizes follow the file. Bit 11: names are UTF-8.
const FLAGS: u16 = 0x0808;
/// 1980-01-01, the format's first day: when a file was made is not known.
const DATE: u16 = 0x0021;

impl Zip {
    /// Begins a file; one that was begun before must have been ended.
    pub(super) fn begin(&mut self, name: &str) -> Result<Bytes, TooLarge> {
        let name = name.as_bytes().to_vec();
        let mut header = Vec::with_capacity(30 + name.len());
        header.extend_from_slice(b"PK\x03\x04");
        put16(&mut header, &[20, FLAGS, 0, 0, DATE]);
        put32(&mut header, &[0, 0, 0]);
        put16(&mut header, &[u16::try_from(name.len()).map_err(|_| TooLarge)?, 0]);
        header.extend_from_slice(&name);
        self.current = Some((Entry { name, offset: self.offset, size: 0, crc: 0 }, flate2::Crc::new()));
        self.sent(header)
    }

    /// A piece of the file that was begun; goes out as it is.
    pub(super) fn write(&mut self, piece: Bytes) -> Result<Bytes, TooLarge> {
        if let Some((entry, crc)) = &mut self.current {
            crc.update(&piece);
            let length = u32::try_from(piece.len()).map_err(|_| TooLarge)?;
            entry.size = entry.size.checked_add(length).ok_or(TooLarge)?;
            self.offset = self.offset.checked_add(length).ok_or(TooLarge)?;
        }
        Ok(piece)
    }

    /// Ends the file that was begun.
    pub(super) fn end(&mut self) -> Result<Bytes, TooLarge> {
        let Some((mut entry, crc)) = self.current.take() else { return Ok(Bytes::new()) };
        entry.crc = crc.sum();
        let mut descriptor = b"PK\x07\x08".to_vec();
        put32(&mut descriptor, &[entry.crc, entry.size, entry.size]);
        self.entries.push(entry);
        self.sent(descriptor)
    }

    /// The list of files, which ends the archive.
    pub(super) fn finish(self) -> Result<Bytes, TooLarge> {
        let mut list = Vec::new();
        for entry in &self.entries {
            list.extend_from_slice(b"PK\x01\x02");
            put16(&mut list, &[20, 20, FLAGS, 0, 0, DATE]);
            put32(&mut list, &[entry.crc, entry.size, entry.size]);
            put16(&mut list, &[u16::try_from(entry.name.len()).map_err(|_| TooLarge)?, 0, 0, 0, 0]);
            put32(&mut list, &[0, entry.offset]);
            list.extend_from_slice(&entry.name);
        }
        let count = u16::try_from(self.entries.len()).map_err(|_| TooLarge)?;
        let length = u32::try_from(list.len()).map_err(|_| TooLarge)?;
        list.extend_from_slice(b"PK\x05\x06");
        put16(&mut list, &[0, 0, count, count]);
        put32(&mut list, &[length, self.offset]);
        put16(&mut list, &[0]);
        Ok(list.into())
    }

    fn sent(&mut self, bytes: Vec<u8>) -> Result<Bytes, TooLarge> {
        let length = u32::try_from(bytes.len()).map_err(|_| TooLarge)?;
        self.offset = self.offset.checked_add(length).ok_or(TooLarge)?;
        Ok(bytes.into())
    }
}

fn put16(to: &mut Vec<u8>, numbers: &[u16]) {
    numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
}

fn put32(to: &mut Vec<u8>, numbers: &[u32]) {
    numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
}

/// Names that differ: "plan.pdf", "plan (2).pdf". Some systems see no difference between `A` and `a`.
pub(super) fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    names
        .map(|name| {
            let (stem, extension) = match name.rsplit_once('.') {
                Some((stem, extension)) if !stem.is_empty() => (stem.to_owned(), format!(".{extension}")),
                _ => (name.clone(), String::new()),
            };
            let mut candidate = name;
            let mut number = 2;
            while !taken.insert(candidate.to_lowercase()) {
                candidate = format!("{stem} ({number}){extension}");
                number += 1;
            }
            candidate
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_reads_back_byte_for_byte() {
        // read by the list at its end, as programs do
        let files = [("plan.pdf", &b"first"[..]), ("Übersicht.txt", b""), ("b.bin", &[0, 1, 2, 255])];
        let mut zip = Zip::default();
        let mut out = Vec::new();
        for (name, content) in files {
            out.extend_from_slice(&zip.begin(name).unwrap());
            for piece in content.chunks(2) {
                out.extend_from_slice(&zip.write(Bytes::copy_from_slice(piece)).unwrap());
            }
            out.extend_from_slice(&zip.end().unwrap());
        }
        out.extend_from_slice(&zip.finish().unwrap());

        let u16_at = |at: usize| u16::from_le_bytes([out[at], out[at + 1]]) as usize;
        let u32_at = |at: usize| u32::from_le_bytes(out[at..at + 4].try_into().unwrap()) as usize;
        let end = out.len() - 22;
        assert_eq!(&out[end..end + 4], b"PK\x05\x06");
        assert_eq!(u16_at(end + 10), files.len());
        let mut at = u32_at(end + 16);
        assert_eq!(at + u32_at(end + 12), end);
        for (name, content) in files {
            assert_eq!(&out[at..at + 4], b"PK\x01\x02");
            let (crc, size, length, local) = (u32_at(at + 16), u32_at(at + 24), u16_at(at + 28), u32_at(at + 42));
            assert_eq!(&out[at + 46..at + 46 + length], name.as_bytes());
            assert_eq!(&out[local..local + 4], b"PK\x03\x04");
            let start = local + 30 + u16_at(local + 26);
            assert_eq!(&out[start..start + size], content);
            let mut expected = flate2::Crc::new();
            expected.update(content);
            assert_eq!(crc, expected.sum() as usize);
            at += 46 + length;
        }
    }

    #[test]
    fn equal_names_are_told_apart() {
        let names = ["a.pdf", "A.pdf", "a.pdf", "a (2).pdf", "noext", "noext", ".rc"].map(str::to_owned);
        assert_eq!(
            distinct(names.into_iter()),
            ["a.pdf", "A (2).pdf", "a (3).pdf", "a (2) (2).pdf", "noext", "noext (2)", ".rc"]
        );
    }
}
