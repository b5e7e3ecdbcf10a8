//! The headers of every response (security.md 4.3, `H-01`): what a page of ours may do, and who may use it.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Origin;

/// The headers, made once.
#[derive(Debug)]
pub struct Policy {
    headers: Vec<(HeaderName, HeaderValue)>,
    writing: Option<HeaderValue>,
}

/// What needs no knowledge of where we are.
const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"),
    ("x-dns-prefetch-control", "off"),
    ("cache-control", "no-store"),
];

/// The one policy that may make markup of a text (Trusted Types): `static/js/modules/fragment.js` makes it, once, for
/// the fragments of our own event stream and nothing else. A second policy, or a second one of this name, is refused.
const FRAGMENT_POLICY: &str = "fernpost-live";

/// And those of a page on which a text gets its looks: `static/js/rich_text.js` parses what was pasted, without running it,
/// and copies what it knows; the default policy lets nothing become markup that did not go through that.
const WRITING_POLICIES: &str = "fernpost-live fernpost-write default";

impl Policy {
    /// For pages at this origin below this path. Sources are limited to our own paths: a file from a mail lies on the
    /// same host and must be no script.
    pub(crate) fn new(origin: &Origin, base_path: &str) -> Self {
        let base = format!("{origin}{base_path}/");
        let content = |types: &str| {
            format!(
                "default-src 'none'; script-src {base}static/; style-src {base}static/; \
             img-src {base}static/ {base}message/ data:; font-src {base}static/; connect-src {base}; \
             frame-src {base}message/; form-action {base}; base-uri 'none'; object-src 'none'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {types}"
            )
        };
        let mut headers: Vec<_> = FIXED
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        // An origin is ASCII without control characters, a base path too: both are always a header's value.
        if let Ok(content) = HeaderValue::from_str(&content(FRAGMENT_POLICY)) {
            headers.push((HeaderName::from_static("content-security-policy"), content));
        }
        if origin.is_secure() {
            let a_year = HeaderValue::from_static("max-age=31536000");
            headers.push((HeaderName::from_static("strict-transport-security"), a_year));
        }
        Self { headers, writing: HeaderValue::from_str(&content(WRITING_POLICIES)).ok() }
    }

    /// What a page may do on which a text gets its looks, set by its handler.
    pub(super) fn writing(&self) -> Option<(HeaderName, HeaderValue)> {
        Some((HeaderName::from_static("content-security-policy"), self.writing.clone()?))
    }

    /// Adds what the handler did not set itself: a framed mail and a file have stricter rules of their own.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_a_path_of_ours() {
        let policy = Policy::new(&"https://mail.example.org".parse().unwrap(), "/webmail");
        let mut headers = HeaderMap::new();
        policy.apply(&mut headers);
        let content = headers.get("content-security-policy").unwrap().to_str().unwrap().to_owned();
        assert!(content.contains("script-src https://mail.example.org/webmail/static/;"));
        for wrong in ["unsafe", "'self'", "*", "https:;"] {
            assert!(!content.contains(wrong), "{wrong}"); // H-01
        }
        assert!(content.ends_with("; require-trusted-types-for 'script'; trusted-types fernpost-live"));
        assert_eq!(headers.get("strict-transport-security").unwrap(), "max-age=31536000");
    }

    #[test]
    fn a_handlers_own_header_stays() {
        let policy = Policy::new(&"http://127.0.0.1:8080".parse().unwrap(), "");
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("cache-control"), HeaderValue::from_static("max-age=1"));
        policy.apply(&mut headers);
        assert_eq!(headers.get("cache-control").unwrap(), "max-age=1");
        assert!(!headers.contains_key("strict-transport-security"));
        let content = headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(content.contains("frame-src http://127.0.0.1:8080/message/;"));
    }
}
