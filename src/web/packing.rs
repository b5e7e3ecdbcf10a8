//! How pages are packed for the way: quickly, since somebody waits.
//!
//! Of what the browser takes, a page goes by zstd, else by gzip, since Brotli costs several times their time. Static
//! files were packed by Brotli when the program started, and go so wherever it is taken.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_ENCODING, HeaderValue};
use actix_web::middleware::Next;

/// What we send, best for a page first, with the weight that tells the layer behind this one.
const CODINGS: [(&str, &str); 3] = [("zstd", "zstd"), ("gzip", "gzip;q=0.5"), ("br", "br;q=0.1")];

/// Puts our order in the place of the browser's; what it does not take is not added.
pub(super) async fn prefer_quick(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let asked = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    if let Some(preferred) = asked.and_then(|asked| HeaderValue::from_str(&in_our_order(asked)).ok()) {
        request.headers_mut().insert(ACCEPT_ENCODING, preferred);
    }
    next.call(request).await
}

fn in_our_order(asked: &str) -> String {
    let takes = |coding: &str| {
        asked.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let refused =
                |weight: &str| weight.strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding)) && !parts.any(refused)
        })
    };
    let taken: Vec<&str> = CODINGS.iter().filter(|(coding, _)| takes(coding)).map(|(_, weighed)| *weighed).collect();
    if taken.is_empty() { "identity".to_owned() } else { taken.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_takes_is_offered_in_our_order() {
        assert_eq!(in_our_order("gzip, deflate, br, zstd"), "zstd, gzip;q=0.5, br;q=0.1");
        assert_eq!(in_our_order("gzip, deflate, br"), "gzip;q=0.5, br;q=0.1");
        assert_eq!(in_our_order("gzip;q=0, br;q=0.0, zstd;q=0.1"), "zstd");
        assert_eq!(in_our_order("deflate"), "identity");
    }
}
