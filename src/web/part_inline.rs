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
use crate::remote::picture_type;

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
