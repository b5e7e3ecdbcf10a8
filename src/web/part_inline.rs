//! A picture of the message, shown in place: `GET /message/…/inline/{part}`. Only what its first bytes prove to be a
//! picture that browsers draw without running anything (`A-01`, `A-04`).

use actix_web::HttpResponse;
use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use super::download::{Streamed, inert};
use super::error::Error;
use super::params::{MessageParam, PartParam};
use super::visit::Visit;
use crate::account::{self, ByteStream};

/// Bytes that tell the kinds apart.
const MAGIC: usize = 12;

/// The picture, or 404.
pub(super) async fn part_inline(visit: Visit, message: MessageParam, part: PartParam) -> Result<HttpResponse, Error> {
    let mut file = visit.account().open_part(&message.0, &part.0).await?;
    let mut head = BytesMut::new();
    while head.len() < MAGIC {
        match file.bytes.next().await {
            Some(piece) => head.extend_from_slice(&piece?),
            None => break,
        }
    }
    let media_type = picture_type(&head).ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    response.content_type(media_type);
    inert(&mut response);
    Ok(response.body(Streamed::new(with_head(head.freeze(), file.bytes), file.size)))
}

/// By magic bytes: PNG, JPEG, GIF, WebP.
fn picture_type(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// What was read already, and then the rest.
fn with_head(head: Bytes, mut rest: ByteStream) -> ByteStream {
    let (sender, pieces) = mpsc::channel::<Result<Bytes, account::Error>>(2);
    actix_web::rt::spawn(async move {
        let mut next = Some(Ok(head));
        while let Some(piece) = next {
            if sender.send(piece).await.is_err() {
                return; // nobody looks any more
            }
            next = rest.next().await;
        }
    });
    ByteStream::new(pieces)
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
        for other in [&b"<svg xmlns="[..], b"<html>", b"%PDF-1.7", b"", b"GIF88a", b"RIFF0000WAVE"] {
            assert_eq!(picture_type(other), None);
        }
    }
}
