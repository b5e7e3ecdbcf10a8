//! Bytes to text by the name of their charset, as people label it rather than as they should.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{charset_label, dos_code_page, utf_7};

/// Decodes `bytes`. A byte order mark beats the label; the label is read the WHATWG way; one that means nothing
/// (none, `us-ascii` over 8-bit bytes, unknown) leaves it to the bytes: UTF-8 where they are valid, else windows-1252.
pub(super) fn decode(label: Option<&str>, bytes: &[u8]) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        // two bytes of an unlabelled or differently labelled short text prove little, unless it reads well
        if encoding == UTF_8 || bytes.len().is_multiple_of(2) {
            return encoding.decode_without_bom_handling(rest).0.into_owned();
        }
    }
    match label.map(bare_label) {
        Some(label) => named(&label, bytes).unwrap_or_else(|| guess(bytes)),
        None => guess(bytes),
    }
}

/// Decodes `bytes` that nobody labelled.
pub(super) fn guess(bytes: &[u8]) -> String {
    if is_iso_2022_jp(bytes) {
        return whatwg(encoding_rs::ISO_2022_JP, bytes);
    }
    match utf8_but_for_the_end(bytes) {
        Some(text) => text.to_owned(),
        None => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Whether `label` says which charset it is. `us-ascii` does not: servers fill it in where the author said nothing.
pub(super) fn says_something(label: &str) -> bool {
    let label = bare_label(label);
    !is_ascii_label(&label) && named(&label, b"").is_some()
}

/// Whether browsers know `label`; they dropped some for good reason (UTF-7 in a `meta` serves attacks only).
pub(super) fn browsers_know(label: &str) -> bool {
    Encoding::for_label(alias(&bare_label(label)).as_bytes()).is_some_and(|found| found != encoding_rs::REPLACEMENT)
}

/// The label without quotes, comments and language (RFC 2231 5), lower case.
fn bare_label(label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '(' | '*' | ',' | '"');
    let (bare, behind) = label.split_at(label.find(ends).unwrap_or(label.len()));
    let mut bare = bare.trim_end_matches('\'').to_ascii_lowercase();
    // `iso 8859-2`
    let number = behind.trim_start();
    if number.starts_with(|c: char| c.is_ascii_digit()) && bare.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        bare.push('-');
        bare.extend(number.chars().take_while(|c| !ends(*c)));
    }
    bare
}

fn is_ascii_label(label: &str) -> bool {
    matches!(label, "us-ascii" | "ascii" | "us_ascii" | "ansi_x3.4-1968" | "ansi_x3.4-1986" | "iso646-us" | "7bit")
}

/// Decodes by a bare label; `None` where the label says nothing.
fn named(label: &str, bytes: &[u8]) -> Option<String> {
    known(label, bytes).or_else(|| known(&charset_label::meant(label)?, bytes))
}

fn known(label: &str, bytes: &[u8]) -> Option<String> {
    if is_ascii_label(label) {
        return Some(guess(bytes));
    }
    let label = alias(label);
    match label {
        "utf-16" | "ucs-2" | "iso-10646-ucs-2" | "unicode" => return Some(utf_16(bytes)),
        "utf-32" | "utf-32be" | "utf-32le" | "ucs-4" | "iso-10646-ucs-4" => return Some(utf_32(bytes, label)),
        "iso-2022-kr" | "csiso2022kr" => return Some(seven_bit(bytes, true, encoding_rs::EUC_KR)),
        "utf-7" => return Some(utf_7::decode(bytes)),
        "hz-gb-2312" | "hz" => return Some(seven_bit(bytes, false, encoding_rs::GBK)),
        _ => {}
    }
    if let Some(upper) = dos_code_page::upper_half(label) {
        let upper: Vec<char> = upper.chars().collect();
        return Some(bytes.iter().map(|&byte| single(byte, &upper)).collect());
    }
    if let Some(encoding) = Encoding::for_label(label.as_bytes()).filter(|found| *found != encoding_rs::REPLACEMENT) {
        return Some(whatwg(encoding, bytes));
    }
    // the few more that browsers dropped
    match mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes()) {
        Some(decoder) if !matches!(label, "replacement" | "iso-2022-cn" | "iso-2022-cn-ext") => Some(decoder(bytes)),
        _ => None,
    }
}

/// One byte of a single-byte charset.
fn single(byte: u8, upper: &[char]) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(high) => upper.get(usize::from(high)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Names in use that neither library knows, as names they know.
fn alias(label: &str) -> &str {
    match label {
        "cp932" | "ms932" | "windows-932" | "cp943" | "cp943c" | "shift_jisx0213" | "shift_jis-2004" => "shift_jis",
        "cp936" | "ms936" | "windows-936" | "euc-cn" | "gb_2312" | "gb2312-80" => "gbk",
        "cp949" | "ms949" | "uhc" | "ks_c_5601" | "ksc5601" | "johab" => "euc-kr",
        "cp950" | "ms950" | "big-5" | "big5-eten" => "big5",
        "cp874" | "tis620" => "windows-874",
        "cp50220" | "cp50221" | "cp50222" | "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms"
        | "iso-2022-jp-2004" => "iso-2022-jp",
        "eucjp" | "euc_jp" | "eucjp-ms" | "eucjp-win" | "cp51932" => "euc-jp",
        "euckr" | "euc_kr" => "euc-kr",
        "cp65001" | "utf8mb4" | "utf-8n" | "utf_8" | "utf-8-strict" | "utf-8-mac" | "65001" => "utf-8",
        "win-1250" | "win1250" | "windows1250" => "windows-1250",
        "win-1251" | "win1251" | "windows1251" => "windows-1251",
        "win-1252"
        | "win1252"
        | "windows1252"
        | "ansi"
        | "latin-1"
        | "latin_1"
        | "iso-8859-1-windows-3.1-latin-1"
        | "iso8859_1" => "windows-1252",
        "win-1253" | "win1253" => "windows-1253",
        "win-1254" | "win1254" => "windows-1254",
        "mac-roman" | "macroman" | "x-mac-roman-latin1" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        "koi8-ru" => "koi8-u",
        "unicode-1-1-utf-7" | "utf7" | "x-unicode-2-0-utf-7" | "unicode-2-0-utf-7" => "utf-7",
        "utf16" => "utf-16",
        "utf16le" | "ucs-2le" => "utf-16le",
        "utf16be" | "ucs-2be" => "utf-16be",
        other => other,
    }
}

/// By encoding_rs, but for two kinds of plain lies: UTF-8 that is not, and windows-1252 that is UTF-8.
fn whatwg(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let western = encoding == WINDOWS_1252;
    if western && !bytes.is_ascii() {
        // real Latin text is as good as never a run of valid UTF-8 sequences
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
    }
    let without = (encoding == encoding_rs::ISO_2022_JP).then(|| without_idle_escapes(bytes));
    let (text, damaged) = encoding.decode_without_bom_handling(without.as_deref().unwrap_or(bytes));
    if damaged && encoding == UTF_8 && utf8_but_for_the_end(bytes).is_none() && !text.chars().any(is_beyond_ascii) {
        return WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    }
    text.into_owned()
}

/// A character that only a valid multi-byte sequence can have made.
fn is_beyond_ascii(c: char) -> bool {
    !c.is_ascii() && c != char::REPLACEMENT_CHARACTER
}

/// The text, where the bytes are UTF-8 or only cut inside their last character.
fn utf8_but_for_the_end(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(fault) if fault.error_len().is_none() && fault.valid_up_to() > 3 => {
            let text = std::str::from_utf8(bytes.get(..fault.valid_up_to())?).ok()?;
            // one stray high byte at the end of plain ASCII is Latin text that ends so
            text.chars().any(is_beyond_ascii).then_some(text)
        }
        Err(_) => None,
    }
}

/// Seven-bit bytes with a shift to two-byte Japanese: `ESC $` in an unlabelled text can mean nothing else.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    bytes.is_ascii() && memchr::memmem::find(bytes, b"\x1b$").is_some()
}

/// Leaves out each shift (`ESC ( B`, `ESC $ B` …) that another one follows at once: it stands there wherever two
/// encoded words were put together, and browsers show it as damage (WHATWG Encoding 12.2.1). And ends at the line what is
/// still shifted there, as each line has to (RFC 1468).
fn without_idle_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut shifted = false;
    while let Some((first, after)) = rest.split_first() {
        match rest {
            [0x1b, b'(' | b'$', _, 0x1b, b'(' | b'$', ..] => {
                rest = rest.get(3..).unwrap_or_default();
                continue;
            }
            [0x1b, mark @ (b'(' | b'$'), ..] => shifted = *mark == b'$',
            [b'\r' | b'\n', ..] if shifted => {
                kept.extend(b"\x1b(B");
                shifted = false;
            }
            _ => {}
        }
        kept.push(*first);
        rest = after;
    }
    kept
}

/// UTF-16 without a byte order mark: the side that holds the zeros is the high one; RFC 2781 4.3 says big-endian.
fn utf_16(bytes: &[u8]) -> String {
    let mut zeros = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2).take(512) {
        match pair {
            [0, low] if *low != 0 => zeros.0 += 1,
            [high, 0] if *high != 0 => zeros.1 += 1,
            _ => {}
        }
    }
    let encoding = if zeros.1 > zeros.0 { UTF_16LE } else { UTF_16BE };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn utf_32(bytes: &[u8], label: &str) -> String {
    let little = match bytes {
        [0xFF, 0xFE, 0, 0, ..] => true,
        [0, 0, 0xFE, 0xFF, ..] => false,
        _ => label.ends_with("le"),
    };
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|four| if little { u32::from_le_bytes(*four) } else { u32::from_be_bytes(*four) })
        .filter(|code| *code != 0xFEFF)
        .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// ISO-2022-KR (RFC 1557: SO and SI shift) and HZ (RFC 1843: `~{` and `~}`) are their 8-bit sisters with the top bit
/// taken off while shifted.
fn seven_bit(bytes: &[u8], korean: bool, sister: &'static Encoding) -> String {
    let mut eight = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        let (taken, emit) = match (korean, rest) {
            (true, [0x1B, b'$', b')', b'C', ..]) => (4, None),
            (true, [0x0E, ..]) => {
                shifted = true;
                (1, None)
            }
            (true, [0x0F, ..]) => {
                shifted = false;
                (1, None)
            }
            (false, [b'~', b'{', ..]) => {
                shifted = true;
                (2, None)
            }
            (false, [b'~', b'}', ..]) => {
                shifted = false;
                (2, None)
            }
            (false, [b'~', b'~', ..]) if !shifted => (2, Some(b'~')),
            (false, [b'~', b'\n', ..]) => (2, None),
            _ if byte == b'\n' => {
                shifted = false; // both end at the line
                (1, Some(byte))
            }
            _ => (1, Some(if shifted && byte > b' ' { byte | 0x80 } else { byte })),
        };
        eight.extend(emit);
        rest = after.get(taken - 1..).unwrap_or_default();
    }
    sister.decode_without_bom_handling(&eight).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_browsers_read_them() {
        assert_eq!(decode(Some("iso-8859-1"), b"\x80 \x93"), "€ “");
        assert_eq!(decode(Some("gb2312"), b"\xd6\xec\xe9\x46\xbb\xf9"), "朱镕基");
        assert_eq!(decode(Some("'utf-8'"), "ñandú".as_bytes()), "ñandú");
        assert_eq!(decode(Some("utf-8 (Plain text)"), "für".as_bytes()), "für");
        assert_eq!(decode(Some("iso 8859-2"), b"P\xf8\xedli\xb9"), "Příliš");
        assert_eq!(decode(Some("x-iso-8859-2"), b"P\xf8\xedli\xb9"), "Příliš");
        assert_eq!(decode(Some("dos-866"), b"\x80"), "А");
    }

    #[test]
    fn a_label_that_says_nothing_leaves_it_to_the_bytes() {
        for label in [None, Some("us-ascii"), Some("x-foo-9"), Some("")] {
            assert_eq!(decode(label, "Zürich €".as_bytes()), "Zürich €", "{label:?}");
            assert_eq!(decode(label, b"Z\xfcrich \x80"), "Zürich €", "{label:?}");
        }
        assert!(says_something("koi8-r") && !says_something("us-ascii") && !says_something("x-foo-9"));
    }

    #[test]
    fn plain_lies_about_utf_8_are_seen_through() {
        assert_eq!(decode(Some("iso-8859-1"), "Zürich".as_bytes()), "Zürich");
        assert_eq!(decode(Some("utf-8"), b"Z\xfcrich"), "Zürich");
        assert_eq!(decode(Some("utf-8"), "für \u{e4}\u{f6}".as_bytes().split_last().unwrap().1), "für ä\u{fffd}");
    }

    #[test]
    fn unicode_comes_in_every_width() {
        let le: Vec<u8> = "žlu".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "zlu".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(Some("utf-16le"), &le), "žlu");
        assert_eq!(decode(Some("utf-16"), &be), "zlu");
        assert_eq!(decode(Some("utf-16"), &[b"\xff\xfe".as_slice(), &le].concat()), "žlu");
        assert_eq!(decode(None, &[b"\xff\xfe".as_slice(), &le].concat()), "žlu");
        assert_eq!(decode(Some("utf-7"), b"Hi Mom +Jjo-"), "Hi Mom \u{263a}");
        assert_eq!(decode(Some("utf-32be"), &[0, 0, 1, 0x7e]), "ž");
        assert_eq!(decode(Some("utf-8"), "\u{feff}x".as_bytes()), "x");
    }

    #[test]
    fn charsets_that_browsers_dropped_still_read() {
        assert_eq!(decode(Some("iso-2022-kr"), b"\x1b$)C\x0e0!\x0f!"), "가!");
        assert_eq!(decode(Some("hz-gb-2312"), b"a ~{VPND~} ~~"), "a 中文 ~");
        assert_eq!(decode(Some("cp437"), b"\x81ber \xe1"), "über ß");
        assert_eq!(decode(Some("ibm852"), b"\xa7"), "ž");
        assert_eq!(decode(Some("cp850"), b"\x84"), "ä");
        assert_eq!(decode(Some("cp866"), b"\x80"), "А");
        assert_eq!(decode(None, b"\x1b$B$3\x1b(B"), "こ");
        assert_eq!(decode(Some("iso-2022-jp"), b"\x1b$BF|K\\\r\nplain\r\n"), "日本\r\nplain\r\n");
    }
}
