//! One line for each answer (`R-58`): which route, whose (hashed), how long, what came of it. No address with its
//! query, no name, no mail.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::HttpRequest;

use super::signed_in::UserHash;

/// What names one request in the log, in `X-Request-Id` and on a page that tells of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestId(u32);

impl RequestId {
    /// The next one; they jump about, so that one is not taken for its neighbour when read aloud.
    pub(super) fn next() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // An odd factor: every number comes once before one comes twice.
        let start = std::process::id();
        Self(COUNT.fetch_add(1, Ordering::Relaxed).wrapping_add(start).wrapping_mul(0x9e37_79b1))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}-{:04X}", self.0 >> 16, self.0 & 0xffff)
    }
}

/// The pattern of the route that answered, never the address asked for.
pub(super) fn route(request: &HttpRequest) -> String {
    request.match_pattern().unwrap_or_else(|| "-".to_owned())
}

/// Writes the line.
pub(super) fn write(id: RequestId, request: &HttpRequest, route: &str, status: u16, took: Duration) {
    let method = request.method();
    let milliseconds = took.as_secs_f64() * 1000.0;
    let extensions = request.extensions();
    let user = extensions.get::<UserHash>().map_or("-", |user| user.0.as_str());
    tracing::info!(target: "fernpost::access", %id, %method, route, status, user, "{milliseconds:.2} ms");
}
