//! Pictures: those that came with the mail are shown from there, those on other people's servers as the page allows.

use url::Url;

use super::policy::{Policy, Remote};
use super::{css, limits};

/// What becomes of an `img`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// Shown from this address.
    Shown(String),
    /// A box with the alternative text.
    Placeholder,
    /// On another server, shown from this address of ours.
    Fetched(String),
    /// On another server: a box with the alternative text.
    Remote,
    /// The same, and in a way that nobody fetches.
    OutOfReach,
    /// On another server and too small to be seen: it only tells that the mail was opened. Left out.
    Tracker,
}

/// The parts of an `img` that decide.
#[derive(Default)]
pub(super) struct Img<'a> {
    pub(super) src: Option<&'a str>,
    pub(super) srcset: Option<&'a str>,
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
        let first =
            img.srcset.unwrap_or_default().trim_start().split([' ', '\n', '\t', ',']).next().unwrap_or_default();
        return if is_remote(first) { remote(img, first, policy) } else { Picture::Placeholder };
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

/// Whether the last check lets `src` through: an address of our own, a small picture in itself, or the name of a part, which
/// leads nowhere outside the message that it is written into.
pub(super) fn is_ours(src: &str) -> bool {
    let own =
        src.starts_with('/') && !src.starts_with("//") && !src.starts_with("/\\") && !src.contains(char::is_control);
    let of_part = src.strip_prefix("cid:").is_some_and(|id| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>&\\`".contains(&byte))
    });
    own || of_part || data(src).as_deref() == Some(src)
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
    if is_tracker(img, src) {
        return Picture::Tracker;
    }
    match (web_address(src), policy.remote) {
        (None, _) => Picture::OutOfReach,
        (Some(_), Remote::Blocked) => Picture::Remote,
        (Some(url), Remote::Shown(ours)) => {
            let url = ours(url.as_str());
            if is_ours(&url) { Picture::Fetched(url) } else { Picture::OutOfReach }
        }
    }
}

/// An absolute address of the web, without name and password; one that lacks its scheme (`//a.example/x`) is asked
/// under TLS.
fn web_address(src: &str) -> Option<Url> {
    let base = Url::parse("https://missing.invalid/").ok()?;
    let url = base.join(src).ok().filter(|url| src.len() <= limits::LINK && url.host() != base.host())?;
    let plain = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && plain).then_some(url)
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
        const PATHS: [&str; 14] = [
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
            "/open.gif",
            "/spacer.gif?",
            "/email_open_log_pic.php",
            "/track.gif",
        ];
        const HOSTS: [&str; 12] = [
            "google-analytics.com",
            "mailtrack.io",
            "emltrk.com",
            "awstrack.me",
            "yesware.com",
            "mailfoogae.appspot.com",
            "t.sidekickopen",
            "bananatag.com",
            "mixmax.com",
            "tinyletterapp.com",
            "mailstat.us",
            "readnotify.com",
        ];
        let src = src.to_ascii_lowercase();
        let host = src.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        HOSTS.iter().any(|known| host.contains(known))
            || (PATHS.iter().any(|path| src.contains(path)) && img.width.is_none() && img.height.is_none())
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
        picture(img, &Policy { inline: &inline, ..Policy::for_a_message() })
    }

    fn shown(img: &Img<'_>) -> Picture {
        let ours = |url: &str| format!("/ours?{url}");
        picture(img, &Policy { inline: &|_| None, remote: Remote::Shown(&ours), ..Policy::for_a_message() })
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
        // in a message that is written it keeps its name
        let named = |name: &str| Some(format!("cid:{name}"));
        let policy = Policy { inline: &named, ..Policy::for_a_message() };
        let written = |src| picture(&Img { src: Some(src), ..Img::default() }, &policy);
        assert_eq!(written("cid:logo@x"), Picture::Shown("cid:logo@x".into()));
        assert_eq!(written("cid:x\" onerror=y"), Picture::Placeholder);
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
    fn a_picture_elsewhere_is_shown_by_way_of_us_and_trackers_are_not() {
        let src = |src| shown(&Img { src: Some(src), ..Img::default() });
        for (address, asked) in [
            ("http://a.example/x y", "http://a.example/x%20y"),
            ("HTTPS://A.example/?a=1&b=2", "https://a.example/?a=1&b=2"),
            ("//a.example/x", "https://a.example/x"),
            ("\\\\a.example\\x", "https://a.example/x"),
            ("http://0x7f.1/x", "http://127.0.0.1/x"),
        ] {
            assert_eq!(src(address), Picture::Fetched(format!("/ours?{asked}")), "{address}");
        }
        for address in ["ftp://a.example/x", "http://user:word@a.example/x", "http://", "https://missing.invalid/"] {
            assert_eq!(src(address), Picture::OutOfReach, "{address}");
        }
        let set = Img { srcset: Some(" https://a.example/1.png 1x, https://a.example/2.png 2x"), ..Img::default() };
        assert_eq!(shown(&set), Picture::Fetched("/ours?https://a.example/1.png".into()));
        let tiny = Img { src: Some("http://a.example/x"), width: Some("1"), height: Some("1"), ..Img::default() };
        assert_eq!(shown(&tiny), Picture::Tracker);
        assert_eq!(src("https://www.google-analytics.com/collect?v=1"), Picture::Tracker);
        for address in ["javascript:x", "/webmail/logout", "data:image/svg+xml;base64,AAAA", "x.png"] {
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
