//! Bytes of a mail on their way to a disk: a fixed type, a name on one line, and nothing a browser could run
//! (`A-01`, `A-02`, `A-04`).

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{self, HeaderValue};
use bytes::Bytes;

use super::urls::percent_encode;
use crate::account::{self, ByteStream};

/// A stream as a response's body. When it fails the connection is cut: half a file must not look like a whole one.
pub(super) struct Streamed {
    bytes: ByteStream,
    size: BodySize,
}

impl Streamed {
    /// `size` where it is known exactly, in bytes.
    pub(super) fn new(bytes: ByteStream, size: Option<u64>) -> Self {
        Self { bytes, size: size.map_or(BodySize::Stream, BodySize::Sized) }
    }
}

impl MessageBody for Streamed {
    type Error = account::Error;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.get_mut().bytes.poll_next(cx)
    }
}

/// A file to be saved under `name`.
pub(super) fn attachment(name: &str, bytes: ByteStream, size: Option<u64>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type("application/octet-stream");
    response.insert_header((header::CONTENT_DISPOSITION, disposition(name)));
    inert(&mut response);
    response.body(Streamed::new(bytes, size))
}

/// What every answer that carries a mail's own bytes has: no guessing, no running, no packing, no keeping.
pub(super) fn inert(response: &mut actix_web::HttpResponseBuilder) {
    response
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // named, so that the middleware that packs pages leaves a stream alone
        .insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("identity")));
}

/// RFC 6266: a plain name for old programs, the real one for the others. Percent-encoded, it can't end its line.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | '/') || c == ' ' { c } else { '_' })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encode(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_stays_in_its_header() {
        // A-02, C-11
        assert_eq!(
            disposition("Täst \"x\"\r\nSet-Cookie: a.pdf"),
            "attachment; filename=\"T_st _x___Set-Cookie: a.pdf\"; \
             filename*=UTF-8''T%C3%A4st%20%22x%22%0D%0ASet-Cookie%3A%20a.pdf"
        );
    }
}
