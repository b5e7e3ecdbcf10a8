//! Which site made the browser ask (`C-01`, `C-03`).
//!
//! Browsers say it in `Sec-Fetch-Site` and, for a POST, in `Origin`; programs and text browsers say nothing, and have
//! the form's token to show. Our pages ask for no `Referer`, so that a browser writes `Origin: null` on our own forms
//! (Fetch 3.2): `null` is ours only where `Sec-Fetch-Site` says so, or where no browser would send that (plain HTTP to
//! another machine) and the token has to be enough.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::state::State;
use crate::config::Origin;

/// Answers 403 to what another site made the browser ask.
pub(super) async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let welcome = request.app_data::<web::Data<State>>().is_some_and(|state| {
        let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let below = request.path().strip_prefix(state.config.base_path.as_str()).unwrap_or("-");
        let landing = matches!(below, "" | "/" | "/login" | "/compose");
        if safe { landing || !is_cross_site(request.headers()) } else { is_ours(request.headers(), &state.origin) }
    });
    if welcome {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.error_response(super::Error::Foreign).map_into_boxed_body())
}

fn is_cross_site(headers: &HeaderMap) -> bool {
    header(headers, "sec-fetch-site") == Some("cross-site")
}

fn is_ours(headers: &HeaderMap, ours: &Origin) -> bool {
    let site = header(headers, "sec-fetch-site");
    let site_is_ours = matches!(site, None | Some("same-origin" | "none"));
    let origin_is_ours = match headers.get("origin").map(|origin| origin.to_str()) {
        None => true,
        Some(Ok("null")) => site == Some("same-origin") || (site.is_none() && !ours.is_trustworthy()),
        Some(Ok(origin)) => origin == ours.as_str(),
        Some(Err(_)) => false,
    };
    site_is_ours && origin_is_ours
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    // What is not text is not what a browser of ours sends: it counts as foreign, not as absent.
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn without_tls_a_browser_can_only_say_null() {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("origin"), HeaderValue::from_static("null"));
        assert!(is_ours(&headers, &"http://mail.example.org".parse().unwrap()));
        assert!(!is_ours(&headers, &"http://127.0.0.1:8080".parse().unwrap()));
    }

    #[test]
    fn a_change_comes_from_our_own_page_or_from_no_page() {
        let ours: Origin = "https://mail.example.org".parse().unwrap();
        for (origin, site, welcome) in [
            (None, None, true), // a text browser; the token decides
            (Some("https://mail.example.org"), None, true),
            (Some("https://mail.example.org"), Some("same-origin"), true),
            (Some("null"), Some("same-origin"), true),
            (None, Some("none"), true),
            (Some("null"), None, false),
            (Some("null"), Some("cross-site"), false),
            (Some("https://evil.test"), None, false),
            (Some("https://evil.test"), Some("same-origin"), false),
            (Some("https://mail.example.org"), Some("cross-site"), false),
            (Some("https://mail.example.org"), Some("same-site"), false),
            (Some("http://mail.example.org"), None, false),
            (Some("https://mail.example.org:8443"), None, false),
            (Some("https://mail.example.org.evil.test"), None, false),
            (None, Some("\u{e4}"), false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
                if let Some(value) = value {
                    headers.insert(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
                }
            }
            assert_eq!(is_ours(&headers, &ours), welcome, "{origin:?} {site:?}"); // C-01
        }
    }
}
