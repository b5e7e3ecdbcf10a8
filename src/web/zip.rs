//! A ZIP archive written while it is sent (APPNOTE 6.3.10), its files stored as they are: what mails carry is mostly
//! packed already, and nothing has to be known of a file before its last byte. Past four gigabytes or 65,535 files it is a
//! ZIP64 archive, and says so only then: old programs read all that they can.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use bytes::{Bytes, BytesMut};

use crate::mail::{Civil, Moment};

/// Writes an archive piece by piece; the caller sends the pieces in their order.
#[derive(Default)]
pub(super) struct Zip {
    /// The list of files that ends the archive, as it will be sent.
    list: Vec<Bytes>,
    filling: BytesMut,
    entries: u64,
    current: Option<(Entry, flate2::Crc)>,
    offset: u64,
}

struct Entry {
    name: Vec<u8>,
    offset: u64,
    size: u64,
    room: Room,
    dated: Option<Moment>,
}

/// How large a file may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// To 4 GiB, for programs of any age.
    Small,
    /// Larger, perhaps: that must be said before its first byte (4.3.9.2).
    Large,
}

/// The file would be larger than was said, or its name is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too large for this file of a ZIP archive")]
pub(super) struct TooLarge;

/// Bit 3: sizes follow the file. Bit 11: names are UTF-8.
const FLAGS: u16 = 0x0808;
/// 1980-01-01, the format's first day: when a file was made is not known.
const NO_DATE: (u16, u16) = (0, 0x0021);
/// The versions that read a plain archive and one of ZIP64.
const PLAIN: u16 = 20;
const ZIP64: u16 = 45;
/// What stands in a field of 32 bits, or 16, whose value is in the ZIP64 field.
const ELSEWHERE: u32 = u32::MAX;
const ELSEWHERE_16: u16 = u16::MAX;
/// The list is kept in pieces of about this many octets.
const PIECE: usize = 64 << 10;

impl Zip {
    /// Begins a file of at most 4 GiB whose date is not known; one that was begun before must have been ended.
    pub(super) fn begin(&mut self, name: &str) -> Result<Bytes, TooLarge> {
        self.begin_dated(name, None, Room::Small)
    }

    /// Begins a file of this date; one that was begun before must have been ended.
    pub(super) fn begin_dated(&mut self, name: &str, dated: Option<Moment>, room: Room) -> Result<Bytes, TooLarge> {
        let entry = Entry { name: name.as_bytes().to_vec(), offset: self.offset, size: 0, room, dated };
        let mut more = BytesMut::new();
        let size = match room {
            Room::Small => 0,
            Room::Large => {
                put16(&mut more, &[1, 16]);
                put64(&mut more, &[0, 0]);
                ELSEWHERE
            }
        };
        put_time(&mut more, dated);
        let mut header = BytesMut::with_capacity(64 + entry.name.len());
        header.extend_from_slice(b"PK\x03\x04");
        let (time, date) = dos_time(dated);
        put16(&mut header, &[entry.version(), FLAGS, 0, time, date]);
        put32(&mut header, &[0, size, size]);
        put16(&mut header, &[short(entry.name.len())?, short(more.len())?]);
        header.extend_from_slice(&entry.name);
        header.extend_from_slice(&more);
        self.current = Some((entry, flate2::Crc::new()));
        Ok(self.sent(header))
    }

    /// A piece of the file that was begun; goes out as it is.
    pub(super) fn write(&mut self, piece: Bytes) -> Result<Bytes, TooLarge> {
        if let Some((entry, crc)) = &mut self.current {
            crc.update(&piece);
            let length = u64::try_from(piece.len()).map_err(|_| TooLarge)?;
            entry.size += length;
            self.offset += length;
            if entry.room == Room::Small && entry.size >= ELSEWHERE.into() {
                return Err(TooLarge);
            }
        }
        Ok(piece)
    }

    /// Ends the file that was begun.
    pub(super) fn end(&mut self) -> Result<Bytes, TooLarge> {
        let Some((entry, crc)) = self.current.take() else { return Ok(Bytes::new()) };
        let crc = crc.sum();
        let mut descriptor = BytesMut::from(&b"PK\x07\x08"[..]);
        put32(&mut descriptor, &[crc]);
        match entry.room {
            Room::Small => {
                let size = u32::try_from(entry.size).map_err(|_| TooLarge)?;
                put32(&mut descriptor, &[size, size]);
            }
            Room::Large => put64(&mut descriptor, &[entry.size, entry.size]),
        }
        entry.list(crc, &mut self.filling)?;
        self.entries += 1;
        if self.filling.len() >= PIECE {
            self.list.push(self.filling.split().freeze());
        }
        Ok(self.sent(descriptor))
    }

    /// The list of files, which ends the archive.
    pub(super) fn finish(mut self) -> Vec<Bytes> {
        let filling = std::mem::take(&mut self.filling);
        self.list.push(filling.freeze());
        let length = self.list.iter().map(|piece| u64::try_from(piece.len()).unwrap_or(u64::MAX)).sum::<u64>();
        let start = self.offset;
        let mut end = BytesMut::new();
        let is_large = [length, start].into_iter().any(|number| number >= ELSEWHERE.into());
        if is_large || self.entries >= ELSEWHERE_16.into() {
            end.extend_from_slice(b"PK\x06\x06");
            put64(&mut end, &[44]);
            put16(&mut end, &[ZIP64, ZIP64]);
            put32(&mut end, &[0, 0]);
            put64(&mut end, &[self.entries, self.entries, length, start]);
            end.extend_from_slice(b"PK\x06\x07");
            put32(&mut end, &[0]);
            put64(&mut end, &[start + length]);
            put32(&mut end, &[1]);
        }
        let count = u16::try_from(self.entries).unwrap_or(ELSEWHERE_16);
        end.extend_from_slice(b"PK\x05\x06");
        put16(&mut end, &[0, 0, count, count]);
        put32(&mut end, &[low(length), low(start)]);
        put16(&mut end, &[0]);
        self.list.push(end.freeze());
        self.list
    }

    fn sent(&mut self, bytes: BytesMut) -> Bytes {
        self.offset += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        bytes.freeze()
    }
}

impl Entry {
    fn version(&self) -> u16 {
        if self.room == Room::Large { ZIP64 } else { PLAIN }
    }

    /// Its line in the list of files.
    fn list(&self, crc: u32, to: &mut BytesMut) -> Result<(), TooLarge> {
        // 4.5.3: those that do not fit, in this order
        let wide: Vec<u64> =
            [self.size, self.size, self.offset].into_iter().filter(|number| *number >= ELSEWHERE.into()).collect();
        let mut more = BytesMut::new();
        if !wide.is_empty() {
            put16(&mut more, &[1, short(wide.len() * 8)?]);
            put64(&mut more, &wide);
        }
        put_time(&mut more, self.dated);
        let version = if wide.is_empty() { self.version() } else { ZIP64 };
        let (time, date) = dos_time(self.dated);
        to.extend_from_slice(b"PK\x01\x02");
        put16(to, &[version, version, FLAGS, 0, time, date]);
        put32(to, &[crc, low(self.size), low(self.size)]);
        put16(to, &[short(self.name.len())?, short(more.len())?, 0, 0, 0]);
        put32(to, &[0, low(self.offset)]);
        to.extend_from_slice(&self.name);
        to.extend_from_slice(&more);
        Ok(())
    }
}

/// What stands in a field of 32 bits.
fn low(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(ELSEWHERE)
}

fn short(length: usize) -> Result<u16, TooLarge> {
    u16::try_from(length).map_err(|_| TooLarge)
}

/// Time and date as MS-DOS has them, in the zone that stands beside the moment: from 1980, every other second.
fn dos_time(dated: Option<Moment>) -> (u16, u16) {
    let local = dated.and_then(|at| Civil::from_seconds(at.seconds.checked_add(i64::from(at.offset_minutes) * 60)?));
    let Some(local) = local.filter(|local| (1980..2108).contains(&local.year)) else { return NO_DATE };
    let of = |number: u8| u16::from(number);
    let years = u16::try_from(local.year - 1980).unwrap_or(0);
    (
        of(local.hour) << 11 | of(local.minute) << 5 | (of(local.second) / 2),
        years << 9 | of(local.month) << 5 | of(local.day),
    )
}

/// The "extended timestamp" of Info-ZIP: seconds since 1970, in UTC.
fn put_time(to: &mut BytesMut, dated: Option<Moment>) {
    if let Some(seconds) = dated.and_then(|at| i32::try_from(at.seconds).ok()) {
        put16(to, &[0x5455, 5]);
        to.extend_from_slice(&[1]);
        to.extend_from_slice(&seconds.to_le_bytes());
    }
}

fn put16(to: &mut BytesMut, numbers: &[u16]) {
    numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
}

fn put32(to: &mut BytesMut, numbers: &[u32]) {
    numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
}

fn put64(to: &mut BytesMut, numbers: &[u64]) {
    numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
}

/// Makes names that differ: "plan.pdf", "plan (2).pdf". Some systems see no difference between `A` and `a`. Of each name
/// eight octets are remembered, so that an archive may have millions.
#[derive(Default)]
pub(super) struct Distinct {
    taken: HashSet<u64>,
    /// Which number the next one of a name gets: many of one name are not counted through each time.
    next: HashMap<u64, u64>,
    hashes: RandomState,
}

impl Distinct {
    /// `name`, or what makes it another one.
    pub(super) fn name(&mut self, name: String) -> String {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
            _ => (name.as_str(), String::new()),
        };
        let hash = |name: &str| self.hashes.hash_one(name.to_lowercase());
        let own = hash(&name);
        if self.taken.insert(own) {
            return name;
        }
        let number = self.next.entry(own).or_insert(2);
        loop {
            let candidate = format!("{stem} ({number}){extension}");
            *number += 1;
            if self.taken.insert(hash(&candidate)) {
                return candidate;
            }
        }
    }
}

/// All of these names, made different.
pub(super) fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct = Distinct::default();
    names.map(|name| distinct.name(name)).collect()
}

#[cfg(test)]
#[path = "zip_tests.rs"]
mod past_limits;

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
        zip.finish().iter().for_each(|piece| out.extend_from_slice(piece));

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
    fn dates_are_those_of_the_zone_beside_them() {
        let date = |seconds, offset_minutes| dos_time(Some(Moment { seconds, offset_minutes }));
        // 2026-01-13 09:30:00
        assert_eq!(date(1_768_293_000, 60), (9 << 11 | 30 << 5, 46 << 9 | 1 << 5 | 13));
        assert_eq!(date(0, 0), NO_DATE);
        assert_eq!(date(i64::MAX, 0), NO_DATE);
        assert_eq!(dos_time(None), NO_DATE);
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
