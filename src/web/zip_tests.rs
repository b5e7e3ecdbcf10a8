//! Archives past the old limits of the format, read by Python's `zipfile`, which shares no line with us.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::process::Command;

use super::*;

/// An archive on the disk. What is skipped is a hole in the file: nobody writes or stores it.
struct OnDisk {
    zip: Zip,
    file: File,
    folder: tempfile::TempDir,
}

impl OnDisk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { zip: Zip::default(), file: File::create(folder.path().join("archive.zip")).unwrap(), folder }
    }

    fn add(&mut self, name: &str, content: &'static [u8], room: Room) {
        let pieces = [
            self.zip.begin_dated(name, None, room).unwrap(),
            self.zip.write(Bytes::from_static(content)).unwrap(),
            self.zip.end().unwrap(),
        ];
        pieces.iter().for_each(|piece| self.file.write_all(piece).unwrap());
    }

    /// Octets that belong to no file.
    fn skip(&mut self, octets: u32) {
        self.zip.offset += u64::from(octets);
        self.file.seek(SeekFrom::Current(octets.into())).unwrap();
    }

    /// A file of 4 GiB and a little: two words with a hole between them. Nobody computes its checksum.
    fn add_huge(&mut self, name: &str) {
        let begun = [
            self.zip.begin_dated(name, None, Room::Large).unwrap(),
            self.zip.write(Bytes::from_static(b"before")).unwrap(),
        ];
        begun.iter().for_each(|piece| self.file.write_all(piece).unwrap());
        self.skip(u32::MAX);
        self.zip.current.as_mut().unwrap().0.size += u64::from(u32::MAX);
        let ended = [self.zip.write(Bytes::from_static(b"behind")).unwrap(), self.zip.end().unwrap()];
        ended.iter().for_each(|piece| self.file.write_all(piece).unwrap());
    }

    /// What a line of Python says of it, as `archive`.
    fn told(mut self, python: &str) -> String {
        self.zip.finish().iter().for_each(|piece| self.file.write_all(piece).unwrap());
        let script = format!("import sys, zipfile\narchive = zipfile.ZipFile(sys.argv[1])\nprint({python})");
        let path = self.folder.path().join("archive.zip");
        let output = Command::new("python3").args(["-c", &script]).arg(path).output().expect("python3 runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

#[test]
fn an_archive_of_more_files_than_the_old_format_can_count_has_them_all() {
    for count in [65_534, 65_535, 70_000] {
        let mut archive = OnDisk::new();
        (0..count).for_each(|number| archive.add(&format!("{number}.eml"), b"x", Room::Small));
        let told =
            archive.told("len(archive.namelist()), archive.namelist()[-1], archive.read(archive.namelist()[-1])");
        assert_eq!(told, format!("{count} {}.eml b'x'", count - 1));
    }
}

#[test]
fn a_file_that_begins_past_four_gigabytes_is_found() {
    let mut archive = OnDisk::new();
    archive.add("first.eml", b"near", Room::Small);
    archive.skip(u32::MAX);
    archive.add("second.eml", b"far", Room::Small);
    archive.add("third.mbox", b"farther", Room::Large);
    let told =
        archive.told("[(one.filename, one.header_offset > 2**32, archive.read(one)) for one in archive.infolist()]");
    assert_eq!(told, "[('first.eml', False, b'near'), ('second.eml', True, b'far'), ('third.mbox', True, b'farther')]");
}

#[test]
fn a_list_of_files_that_begins_at_the_last_place_of_the_old_format_is_found() {
    for before in [1, 0] {
        let mut archive = OnDisk::new();
        archive.add("first.eml", b"near", Room::Small);
        let start = u32::try_from(archive.zip.offset).unwrap();
        archive.skip(u32::MAX - start - before);
        assert_eq!(archive.told("archive.start_dir, archive.testzip()"), format!("{} None", u32::MAX - before));
    }
}

#[test]
fn a_file_larger_than_four_gigabytes_is_found_and_so_is_what_follows() {
    let mut archive = OnDisk::new();
    archive.add_huge("huge.mbox");
    archive.add("after.mbox", b"after", Room::Large);
    let told = archive.told("[(one.filename, one.file_size, archive.open(one).read(6)) for one in archive.infolist()]");
    let size = u64::from(u32::MAX) + 12;
    assert_eq!(told, format!("[('huge.mbox', {size}, b'before'), ('after.mbox', 5, b'after')]"));
}

#[test]
fn a_file_that_may_become_large_says_so_before_its_first_octet() {
    let field = |header: &[u8], at: usize| u32::from_le_bytes(header[at..at + 4].try_into().unwrap());
    let header = Zip::default().begin_dated("a", None, Room::Large).unwrap();
    // 4.5.3: the ZIP64 field has what the fields of 32 bits say is there, and nothing else
    assert_eq!((header[4], field(&header, 18), field(&header, 22)), (45, u32::MAX, u32::MAX));
    assert_eq!(header[31..35], [1, 0, 16, 0]);
    let header = Zip::default().begin_dated("a", None, Room::Small).unwrap();
    assert_eq!((header[4], field(&header, 18), field(&header, 22), header.len()), (20, 0, 0, 31));
}

#[test]
fn a_file_that_grows_past_what_was_said_is_refused() {
    let mut zip = Zip::default();
    zip.begin("a").unwrap();
    zip.current.as_mut().unwrap().0.size = u64::from(u32::MAX) - 2;
    zip.write(Bytes::from_static(b"x")).unwrap();
    assert_eq!(zip.write(Bytes::from_static(b"x")), Err(TooLarge));
}
