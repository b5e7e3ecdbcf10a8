//! Content-Transfer-Encodings (RFC 2045 6), undone in a stream.

mod base_64;
mod quoted_printable;
mod uuencode;

use crate::mail::{Part, PartKind};

/// Undoes the encoding of one part, in pieces of any size. Tolerant: what is damaged is left out or left as it is,
/// what is whole comes out exactly (`A-03`). Holds a few kilobytes at most.
#[derive(Debug)]
pub struct Decoder(Kind);

#[derive(Debug)]
enum Kind {
    Plain,
    Base64(base_64::Decoder),
    QuotedPrintable(quoted_printable::Decoder),
    Uuencode(uuencode::Decoder),
}

impl Decoder {
    /// By the name of the encoding, in any case. An unknown one leaves the bytes alone, as `7bit`, `8bit` and
    /// `binary` do.
    pub fn new(encoding: &str) -> Self {
        Self(match name(encoding).as_str() {
            "base64" => Kind::Base64(base_64::Decoder::default()),
            "quoted-printable" => Kind::QuotedPrintable(quoted_printable::Decoder::default()),
            "uuencode" | "x-uuencode" | "x-uue" | "uue" => Kind::Uuencode(uuencode::Decoder::default()),
            _ => Kind::Plain,
        })
    }

    /// Takes the next bytes and appends what they mean to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Plain => out.extend_from_slice(bytes),
            Kind::Base64(decoder) => decoder.push(bytes, out),
            Kind::QuotedPrintable(decoder) => decoder.push(bytes, out),
            Kind::Uuencode(decoder) => decoder.push(bytes, out),
        }
    }

    /// Appends what was held back for want of more.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            Kind::Plain => {}
            Kind::Base64(decoder) => decoder.finish(out),
            Kind::QuotedPrintable(decoder) => decoder.finish(out),
            Kind::Uuencode(decoder) => decoder.finish(out),
        }
    }
}

/// A whole part at once.
pub fn decode(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = Decoder::new(encoding);
    decoder.push(bytes, &mut out);
    decoder.finish(&mut out);
    out
}

/// The bare name: `"BASE64" (sic)` is base64 too.
fn name(encoding: &str) -> String {
    let encoding = encoding.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let end =
        encoding.find(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | ',' | '"')).unwrap_or(encoding.len());
    encoding.get(..end).unwrap_or_default().to_ascii_lowercase()
}

/// Whether the encoding is one that has to be undone.
pub(super) fn is_known(encoding: &str) -> bool {
    !matches!(Decoder::new(encoding).0, Kind::Plain)
}

/// Octets of a part once decoded, as near as its encoded size tells: exact for identity encodings, two or three
/// octets off for base64 in lines of 76, an upper bound for quoted-printable.
pub fn decoded_size(part: &Part) -> u64 {
    if matches!(part.kind, PartKind::Multipart(_)) {
        return 0;
    }
    match name(&part.encoding).as_str() {
        "base64" => {
            let line_ends = part.size / 78 * 2;
            (part.size - line_ends) / 4 * 3
        }
        "uuencode" | "x-uuencode" | "x-uue" | "uue" => part.size / 63 * 45,
        _ => part.size,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::PartPath;

    /// Decodes in pieces of these sizes, over and over.
    pub(super) fn in_pieces(encoding: &str, bytes: &[u8], sizes: &[usize]) -> Vec<u8> {
        let mut decoder = Decoder::new(encoding);
        let (mut out, mut rest, mut at) = (Vec::new(), bytes, 0);
        while !rest.is_empty() {
            let size = sizes[at % sizes.len()].clamp(1, rest.len());
            decoder.push(&rest[..size], &mut out);
            rest = &rest[size..];
            at += 1;
        }
        decoder.finish(&mut out);
        out
    }

    fn encoded(bytes: &[u8]) -> Vec<u8> {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let group = |three: &[u8]| {
            let at = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
            let value = at(0) << 16 | at(1) << 8 | at(2);
            let letter = |index: usize| match index > three.len() {
                true => b'=',
                false => alphabet[(value >> (18 - 6 * index) & 0x3F) as usize],
            };
            [letter(0), letter(1), letter(2), letter(3)]
        };
        bytes.chunks(3).flat_map(group).collect()
    }

    #[test]
    fn the_name_of_the_encoding_is_read_in_any_dress() {
        for name in ["base64", " BASE64 ", "\"base64\"", "Base64 (x)", "base64;"] {
            assert_eq!(decode(name, b"WsO8cmljaA=="), "Zürich".as_bytes(), "{name:?}");
        }
        assert_eq!(decode("x-unknown", b"a=20b"), b"a=20b");
        assert_eq!(decode("", b"a=20b"), b"a=20b");
    }

    #[test]
    fn sizes_are_near_enough_to_show() {
        let mut part = Part::leaf(PartPath::root(), "application/pdf");
        part.encoding = "base64".to_owned();
        part.size = 78 * 92_000;
        assert_eq!(decoded_size(&part), 57 * 92_000);
        part.size = 8;
        assert_eq!(decoded_size(&part), 6);
        part.encoding = "8bit".to_owned();
        assert_eq!(decoded_size(&part), 8);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_decode_alike( // D-05
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'='), Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'A'), Just(b'M')], 0..600),
            sizes in proptest::collection::vec(1_usize..40, 1..8),
        ) {
            for encoding in ["base64", "quoted-printable", "uuencode", "8bit"] {
                prop_assert_eq!(in_pieces(encoding, &bytes, &sizes), decode(encoding, &bytes), "{}", encoding);
            }
        }

        #[test]
        fn base64_comes_back_exactly(bytes in proptest::collection::vec(any::<u8>(), 0..2000), line in 1_usize..120, sizes in proptest::collection::vec(1_usize..99, 1..6)) {
            let encoded = encoded(&bytes);
            let folded: Vec<u8> = encoded.chunks(line).flat_map(|line| [line, b"\r\n"].concat()).collect();
            prop_assert_eq!(in_pieces("base64", &folded, &sizes), bytes);
        }

        #[test]
        fn quoted_printable_comes_back_exactly(bytes in proptest::collection::vec(any::<u8>(), 0..1000), sizes in proptest::collection::vec(1_usize..99, 1..6)) {
            let mut encoded = Vec::new();
            for (at, byte) in bytes.iter().enumerate() {
                if at % 20 == 19 { encoded.extend(b"=\r\n"); }
                match byte {
                    b'a'..=b'z' => encoded.push(*byte),
                    _ => encoded.extend(format!("={byte:02X}").bytes()),
                }
            }
            prop_assert_eq!(in_pieces("quoted-printable", &encoded, &sizes), bytes);
        }
    }
}
