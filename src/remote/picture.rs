//! What may be shown: four kinds of picture, told by their first bytes and by nothing that the sender says of them.

use bytes::Bytes;

/// A picture that browsers draw without running anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// By its first bytes.
    pub media_type: &'static str,
    /// As it came.
    pub bytes: Bytes,
    /// Whether this is one transparent pixel in place of something that could not be had.
    pub is_placeholder: bool,
}

/// One transparent pixel (GIF89a).
const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21, 0xf9, 4, 1, 0, 0, 0,
    0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0x44, 0, 0x3b,
];

impl Picture {
    /// The picture in these bytes, if they are one.
    pub(super) fn read(bytes: Bytes) -> Option<Self> {
        Some(Self { media_type: picture_type(&bytes)?, bytes, is_placeholder: false })
    }

    /// What is shown in place of a picture that could not be had.
    pub(super) fn placeholder() -> Self {
        Self { media_type: "image/gif", bytes: Bytes::from_static(PIXEL), is_placeholder: true }
    }
}

/// The type of a picture by its first twelve bytes: PNG, JPEG, GIF, WebP.
pub fn picture_type(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_pictures() {
        assert_eq!(picture_type(b"\x89PNG\r\n\x1a\n0000"), Some("image/png"));
        assert_eq!(picture_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(picture_type(b"GIF89a\x01\x00"), Some("image/gif"));
        assert_eq!(picture_type(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        assert_eq!(picture_type(PIXEL), Some("image/gif"));
        for other in [&b"<svg xmlns="[..], b"<html>", b"%PDF-1.7", b"", b"GIF88a", b"RIFF0000WAVE", b"\x1f\x8b\x08"] {
            assert_eq!(picture_type(other), None); // A-04, P-03
        }
    }
}
