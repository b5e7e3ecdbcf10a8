//! Pictures: those that came with the mail are shown from there, those on other people's servers are not loaded.

use super::policy::{Policy, Remote};
use super::{css, limits};

/// What becomes of an `img`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// Shown from this address.
    Shown(String),
    /// A box with the alternative text.
    Placeholder,
    /// On another server: a box with the alternative text.
    Remote,
    /// On another server and too small to be seen: it only tells that the mail was opened. Left out.
    Tracker,
}

/// The parts of an `img` that decide.
#[derive(Default)]
pub(super) struct Img<'a> {
    pub(super) src: Option<&'a str>,
    pub(super) has_srcset: bool,
    pub(super) width: Option<&'a str>,
    pub(super) height: Option<&'a str>,
    pub(super) style: Option<&'a str>,
    pub(super) hidden: bool,
}

/// Decides about one `img`.
pub(super) fn picture(img: &Img<'_>, policy: &Policy<'_>) -> Picture {
    let src: String = img.src.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let src = src.trim();
    if src.is_empty() {
        return if img.has_srcset { remote(img, src, policy) } else { Picture::Placeholder };
    }
    if let Some(id) = strip_scheme(src, "cid:") {
        return inline(policy, &percent_decoded(id));
    }
    if strip_scheme(src, "data:").is_some() {
        return data(src).map_or(Picture::Placeholder, Picture::Shown);
    }
    let shown = inline(policy, src);
    if shown != Picture::Placeholder {
        return shown; // Content-Location names a part by any address
    }
    let web = ["http:", "https:", "ftp:", "//", "\\\\", "/\\", "\\/"].iter().any(|s| strip_scheme(src, s).is_some());
    if web { remote(img, src, policy) } else { Picture::Placeholder }
}

/// Whether the last check lets `src` through: an address of our own or a small picture in itself.
pub(super) fn is_ours(src: &str) -> bool {
    let own =
        src.starts_with('/') && !src.starts_with("//") && !src.starts_with("/\\") && !src.contains(char::is_control);
    own || data(src).as_deref() == Some(src)
}

/// Whether `value` (an attribute, a `url()`) would make a browser ask another server.
pub(super) fn is_remote(value: &str) -> bool {
    let value = value.trim_start();
    ["http:", "https:", "//"].iter().any(|s| strip_scheme(value, s).is_some())
}

fn inline(policy: &Policy<'_>, name: &str) -> Picture {
    let bare = name.trim().trim_start_matches('<').trim_end_matches('>');
    (policy.inline)(bare).filter(|url| is_ours(url)).map_or(Picture::Placeholder, Picture::Shown)
}

fn remote(img: &Img<'_>, src: &str, policy: &Policy<'_>) -> Picture {
    match policy.remote {
        Remote::Blocked if is_tracker(img, src) => Picture::Tracker,
        Remote::Blocked => Picture::Remote,
    }
}

/// Nobody sends a picture of two by two pixels to be looked at.
fn is_tracker(img: &Img<'_>, src: &str) -> bool {
    let tiny = |attribute: Option<&str>, property: &str| {
        let styled = img.style.and_then(|style| css::pixels(style, property));
        let plain = attribute.and_then(|value| value.trim().trim_end_matches("px").parse::<f64>().ok());
        styled.or(plain).is_some_and(|pixels| pixels <= 2.0)
    };
    let unseen = img.hidden || img.style.is_some_and(css::hides);
    let known = || {
        const PATTERNS: [&str; 10] = [
            "/wf/open",
            "/track/open",
            "/trk/open",
            "/e/open",
            "/open.aspx",
            "/open.php",
            "/o.gif",
            "/pixel.gif",
            "/beacon.gif",
            "/emimp/",
        ];
        let src = src.to_ascii_lowercase();
        PATTERNS.iter().any(|pattern| src.contains(pattern)) && img.width.is_none() && img.height.is_none()
    };
    unseen || (tiny(img.width, "width") && tiny(img.height, "height")) || known()
}

fn strip_scheme<'a>(src: &'a str, scheme: &str) -> Option<&'a str> {
    let head = src.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| src.get(scheme.len()..)).flatten()
}

/// A small picture of one of four raster types, base64, written the one way that is let through.
fn data(src: &str) -> Option<String> {
    let rest = strip_scheme(src, "data:image/")?;
    let (kind, encoded) = rest.split_once(',')?;
    let kind = match kind.to_ascii_lowercase().as_str() {
        "png;base64" => "png",
        "jpeg;base64" | "jpg;base64" => "jpeg",
        "gif;base64" => "gif",
        "webp;base64" => "webp",
        _ => return None,
    };
    if encoded.len() / 4 * 3 > limits::DATA_IMAGE + limits::DATA_IMAGE / 16 {
        return None;
    }
    let encoded: String = encoded.split_ascii_whitespace().collect();
    let fits = encoded.len() / 4 * 3 <= limits::DATA_IMAGE;
    let clean = encoded.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    (fits && clean).then(|| format!("data:image/{kind};base64,{encoded}"))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |i: usize| after.get(i).and_then(|&b| char::from(b).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(img: &Img<'_>) -> Picture {
        let inline = |name: &str| (name == "logo@x y" || name == "logo.png").then(|| "/m/part/2/logo.png".to_owned());
        picture(img, &Policy { inline: &inline, remote: Remote::Blocked })
    }

    fn src(src: &str) -> Picture {
        decide(&Img { src: Some(src), ..Img::default() })
    }

    #[test]
    fn a_picture_that_came_with_the_mail_is_shown() {
        for name in ["cid:logo@x%20y", "CID:<logo@x y>", " ci\nd:logo@x y", "logo.png"] {
            assert_eq!(src(name), Picture::Shown("/m/part/2/logo.png".into()), "{name}");
        }
        assert_eq!(src("cid:other"), Picture::Placeholder);
    }

    #[test]
    fn a_picture_elsewhere_is_not_loaded_in_any_spelling() {
        for address in
            ["http://a.example/x", "HTTPS://a.example/x", "//a.example/x", "\\\\a.example\\x", "h\nttp://a/x"]
        {
            assert_eq!(src(address), Picture::Remote, "{address}");
        }
        for address in ["/webmail/logout", "javascript:x", "file:///x", "blob:x", "x.png", "about:blank"] {
            assert_eq!(src(address), Picture::Placeholder, "{address}");
        }
    }

    #[test]
    fn what_is_too_small_to_see_is_a_tracker() {
        let image = |width, height, style| {
            decide(&Img { src: Some("http://a.example/x"), width, height, style, ..Img::default() })
        };
        assert_eq!(image(Some("1"), Some("1"), None), Picture::Tracker);
        assert_eq!(image(None, None, Some("width:1px;height:1px")), Picture::Tracker);
        assert_eq!(image(None, None, Some("Display: none !important")), Picture::Tracker);
        assert_eq!(image(Some("1"), Some("20"), None), Picture::Remote);
        assert_eq!(src("https://mail.example/wf/open?upn=1"), Picture::Tracker);
    }

    #[test]
    fn a_picture_in_itself_must_be_small_and_of_a_raster_type() {
        let small = "data:image/png;base64,aGFs bG8=";
        assert_eq!(src(small), Picture::Shown("data:image/png;base64,aGFsbG8=".into()));
        assert_eq!(src("data:image/svg+xml;base64,aGFs"), Picture::Placeholder);
        assert_eq!(src("data:image/png,aGFs"), Picture::Placeholder);
        assert_eq!(src("data:text/html;base64,aGFs"), Picture::Placeholder);
        assert_eq!(src(&format!("data:image/png;base64,{}", "A".repeat(140_000))), Picture::Placeholder);
    }

    #[test]
    fn the_last_check_takes_only_our_own_addresses() {
        for (src, ours) in [
            ("/m/part/2/x.png", true),
            ("//evil.example/x", false),
            ("/\\evil.example/x", false),
            ("http://evil.example/x", false),
            ("x.png", false),
            ("data:image/gif;base64,R0lGOD", true),
            ("data:image/svg+xml;base64,aGFs", false),
        ] {
            assert_eq!(is_ours(src), ours, "{src}");
        }
    }
}
