//! Small pictures of pictures, decoded within limits: a picture of a few kilobytes can claim to be gigabytes (`A-05`).

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// Longest edge of what comes out, in pixels: a card shows half of it on an ordinary screen.
const EDGE: u32 = 96;
/// Longest edge of what is decoded, in pixels.
const LONGEST: u32 = 12_000;
/// Octets that decoding may take.
const MEMORY: u64 = 48 << 20;

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// `image/png` or `image/jpeg`: what we wrote, whatever it was made from.
    pub media_type: &'static str,
    /// The octets.
    pub octets: Vec<u8>,
}

/// Makes a small picture of a PNG, JPEG, GIF (its first frame) or WebP, the right way up; `None` of anything else, of
/// what is damaged, and of what would take too much.
pub fn thumbnail(picture: &[u8]) -> Option<Thumbnail> {
    let format = image::guess_format(picture).ok()?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(picture), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // not every decoder counts its own output
    if decoder.total_bytes() > MEMORY {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut small = DynamicImage::from_decoder(decoder).ok()?.thumbnail(EDGE, EDGE);
    small.apply_orientation(orientation);
    let mut out = Cursor::new(Vec::new());
    let media_type = if small.color().has_alpha() {
        DynamicImage::from(small.to_rgba8()).write_to(&mut out, ImageFormat::Png).ok()?;
        "image/png"
    } else {
        DynamicImage::from(small.to_rgb8()).write_to(&mut out, ImageFormat::Jpeg).ok()?;
        "image/jpeg"
    };
    Some(Thumbnail { media_type, octets: out.into_inner() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn pictures_become_small_and_keep_their_shape() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let small = thumbnail(&picture(400, 200, format)).unwrap();
            let read = image::load_from_memory(&small.octets).unwrap();
            assert_eq!((read.width(), read.height()), (96, 48), "{format:?}");
        }
    }

    #[test]
    fn what_claims_to_be_huge_costs_nothing() {
        // the header of a PNG of 30,000 by 30,000, and a real one that is too long
        let mut bomb = picture(1, 1, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        assert_eq!(thumbnail(&bomb), None);
        assert_eq!(thumbnail(&picture(LONGEST + 1, 1, ImageFormat::Png)), None);
    }

    #[test]
    fn what_is_no_picture_has_none() {
        let whole = picture(50, 50, ImageFormat::Png);
        for wrong in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"", b"\xff\xd8\xff", b"BM", &whole[..40]] {
            assert_eq!(thumbnail(wrong), None);
        }
    }
}
