//! The pictures that HTML shows: what its `img` elements name. Styles, backgrounds and what stands in comments (Outlook's
//! VML) name pictures too, and the sanitiser shows none of those.

use memchr::{memchr, memmem};

use super::entity;
use super::parameter::percent_decoded;

/// Each `src` of an `img` as the name of a part: references decoded, `cid:` taken off and its escapes undone.
pub(super) fn names(html: &str) -> Vec<String> {
    let bytes = html.as_bytes();
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(b"!--") {
            // `<!-->` is one too
            match rest.get(1..).and_then(|inside| memmem::find(inside, b"-->")) {
                Some(end) => at += end + 4,
                None => break,
            }
            continue;
        }
        let is_picture = rest.get(..3).is_some_and(|name| name.eq_ignore_ascii_case(b"img"))
            && rest.get(3).is_some_and(|next| next.is_ascii_whitespace() || *next == b'/');
        if is_picture {
            let (source, length) = source(html.get(at + 3..).unwrap_or_default());
            names.extend(source.map(name));
            at += 3 + length;
        }
    }
    names
}

/// The first `src` among the attributes of a tag, and where these end.
fn source(attributes: &str) -> (Option<&str>, usize) {
    let mut source = None;
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (source, attributes.len() - rest.len());
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        // an equals sign at the start is a name (HTML 13.2.5.32)
        let (name, after) = rest.split_at(end.max(usize::from(rest.starts_with('='))));
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            rest = after;
            continue;
        };
        let value_end = |value: &str| value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
        let (value, after) = match value.strip_prefix(['"', '\'']) {
            Some(inside) => match inside.split_once(if value.starts_with('"') { '"' } else { '\'' }) {
                Some(quoted) => quoted,
                None => return (source, attributes.len()), // a tag that never ends is none
            },
            None => value.split_at(value_end(value)),
        };
        if name.eq_ignore_ascii_case("src") {
            source = source.or(Some(value));
        }
        rest = after;
    }
}

fn name(source: &str) -> String {
    let mut decoded = String::with_capacity(source.len());
    entity::decoded(source, |c| decoded.extend(Some(c).filter(|c| !c.is_control())));
    let bare = decoded.trim();
    let name = match bare.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and(bare.get(4..)) {
        Some(id) => String::from_utf8_lossy(&percent_decoded(id)).into_owned(),
        None => bare.to_owned(),
    };
    name.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sources_of_pictures_are_named() {
        for (html, name) in [
            ("<p><img src=\"cid:a@x\">", "a@x"),
            ("<IMG alt='>' SRC = CID:a%40x>", "a@x"),
            ("<img/src='cid:&lt;a&#64;x&gt;'/>", "a@x"),
            ("<img src='cid:a@x' src='cid:b@x'>", "a@x"),
            ("<img src=http://x/a.png?b&amp;c>", "http://x/a.png?b&c"),
            ("<!--[if !mso]><!--><img src=logo.png><!--<![endif]-->", "logo.png"),
        ] {
            assert_eq!(names(html), [name], "{html}");
        }
    }

    #[test]
    fn what_is_not_shown_names_nothing() {
        for html in [
            "<a href='cid:a@x'>",
            "<td background=cid:a@x style='background:url(cid:a@x)'>",
            "<!--[if gte vml 1]><v:imagedata src=cid:a@x><img src=cid:a@x><![endif]-->",
            "<imgx src=cid:a@x><img><img alt=x>",
            "<img src='cid:a@x",
            "<!-- <img src=cid:a@x>",
        ] {
            assert_eq!(names(html), [""; 0], "{html}");
        }
    }

    #[test]
    fn hostile_html_costs_linear_time() {
        for piece in
            ["<img ", "<img src", "<!--", "<img =", "<img a=\"", "<img a='>", "<", "<img src=a>", "<!-->", "<img/"]
        {
            let html = piece.repeat(1_000_000 / piece.len());
            let (_, spent) = crate::spent::spent(|| names(&html));
            assert!(spent.as_secs() < 3, "{piece:?} took {spent:?}"); // D-04
        }
    }

    proptest! {
        #[test]
        fn no_html_makes_it_panic(html in "[<>!/=imgsrcd:\"' &#%-]{0,120}|\\PC{0,80}") { // D-05
            names(&html);
        }
    }
}
