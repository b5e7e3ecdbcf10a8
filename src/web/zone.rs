//! The browser's time zone: told by a script in a cookie, where there are scripts.

use actix_web::HttpRequest;

/// The name of the cookie; a script writes it, so it has no prefix and can be read by it.
const COOKIE: &str = "fernpost_zone";

/// A name like `Europe/Berlin`: letters, digits and a few marks, at most 64 of them. Whether there is such a zone is
/// not known here.
pub(super) fn of(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(COOKIE)?;
    let text = cookie.value();
    let plain = !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    plain.then(|| text.to_owned())
}
