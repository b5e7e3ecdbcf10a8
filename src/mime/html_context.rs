//! What stands around an HTML part: the pictures it may refer to, and its plain form.

use std::collections::{HashMap, HashSet};

use super::html_pictures;
use super::parameter::percent_decoded;
use super::preview::preview_of_html;
use super::reading::{MOST, Reading};
use super::usage::{Use, usage};
use crate::mail::{Part, PartKind, PartPath, UntrustedHtml};

/// What an HTML part may refer to: each `Content-ID` (without brackets) and `Content-Location` with its part. Where two have
/// the same name, the last is meant.
pub fn inline_ids(part: &Part) -> Vec<(String, PartPath)> {
    let leaves = part.walk().take(MOST).filter(|part| matches!(part.kind, PartKind::Leaf));
    let mut escaped = Vec::new();
    let mut named = Vec::new();
    for part in leaves {
        if let Some(id) = part.id.as_deref().map(|id| id.trim().trim_start_matches('<').trim_end_matches('>')) {
            // some write the escapes of the address into the field as well
            let meant = String::from_utf8_lossy(&percent_decoded(id)).into_owned();
            escaped.extend(Some((meant, part.path.clone())).filter(|(meant, _)| meant != id));
            named.push((id.to_owned(), part.path.clone()));
        }
        // folding leaves blanks in long addresses
        let location = part.location.as_deref().map(|location| location.split_whitespace().collect::<String>());
        named.extend(location.map(|location| (location, part.path.clone())));
    }
    escaped.extend(named);
    escaped.retain(|(id, _)| !id.is_empty());
    escaped
}

/// The plain alternative of an HTML part, for those who prefer it or when the HTML turns out to be empty.
pub fn plain_alternative(part: &Part, html: &PartPath) -> Option<PartPath> {
    let holder =
        part.walk().take(MOST).filter(|part| part.media_type == "multipart/alternative").filter(|alternative| {
            alternative.walk().take(MOST).any(|part| part.path == *html && usage(part) == Use::Html)
        });
    let inner = holder.last()?;
    inner.walk().find(|part| usage(part) == Use::Text && part.size > 2).map(|part| part.path.clone())
}

/// Whether HTML shows nothing at all: no word, no picture, no line. Of short HTML only: what is long was made by somebody.
pub fn shows_nothing(html: &str) -> bool {
    const SHORT: usize = 4096;
    let seen = ["<img", "<blockquote", "<hr", "<svg", "<input", "<button", "bgcolor", "background"];
    html.len() <= SHORT && preview_of_html(html).is_empty() && {
        let html = html.to_ascii_lowercase();
        !seen.iter().any(|seen| html.contains(seen))
    }
}

/// Pictures that [`super::reading()`] left to the HTML parts.
pub fn background_pictures(part: &Part, reading: &Reading) -> Vec<PartPath> {
    let listed: HashSet<&PartPath> = reading.attachments.iter().collect();
    let pictures = part.walk().take(MOST).filter(|part| part.is_a("image") && matches!(part.kind, PartKind::Leaf));
    pictures.filter(|part| !listed.contains(&part.path)).map(|part| part.path.clone()).collect()
}

/// What is offered as files, in the order of the parts, where `htmls` are all HTML parts that are shown: pictures among
/// `background` that none of them shows, nobody would ever see.
pub fn files_beside(part: &Part, reading: &Reading, background: &[PartPath], htmls: &[UntrustedHtml]) -> Vec<PartPath> {
    let ids: HashMap<String, PartPath> = inline_ids(part).into_iter().collect();
    let shown: HashSet<&PartPath> =
        htmls.iter().flat_map(|html| html_pictures::names(html.as_str())).filter_map(|name| ids.get(&name)).collect();
    let unseen: Vec<&PartPath> = background.iter().filter(|path| !shown.contains(path)).collect();
    let mut files: Vec<PartPath> = reading.attachments.iter().chain(unseen.iter().copied()).cloned().collect();
    if !unseen.is_empty() {
        let order: HashMap<&PartPath, usize> = part.walk().enumerate().map(|(at, part)| (&part.path, at)).collect();
        files.sort_by_key(|path| order.get(path).copied());
    }
    files
}

#[cfg(test)]
mod tests {
    use super::super::reading::reading;
    use super::super::structure::structure;
    use super::*;

    #[test]
    fn html_without_words_or_pictures_shows_nothing() {
        for html in [
            "<html><body><br></body></html>",
            "<div>&nbsp;</div>",
            "<style>p{}</style><!-- x -->",
            "",
            "<title>T</title> <p>\u{200b}</p>",
        ] {
            assert!(shows_nothing(html), "{html}");
        }
        for html in ["<p>x", "<IMG src=cid:a>", "<blockquote>x</blockquote>", "<hr>", "<td bgcolor=red>"] {
            assert!(!shows_nothing(html), "{html}");
        }
    }

    /// The files of related parts: HTML, and two pictures with the ids `a@x` and `b%40x`.
    fn files(html: &str) -> Vec<String> {
        let picture = |id: &str| format!("--r\nContent-Type: image/png\nContent-ID: <{id}>\n\nx\n");
        let message = format!(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/related; boundary=r\n\n--r\n\
             Content-Type: text/html\n\n{html}\n{}{}--r--\n--m\nContent-Type: application/pdf\n\nx\n--m--",
            picture("a@x"),
            picture("b%40x")
        );
        let part = structure(message.as_bytes()).part;
        let reading = reading(&part);
        let background = background_pictures(&part, &reading);
        let files = files_beside(&part, &reading, &background, &[UntrustedHtml::new(html.to_owned())]);
        files.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn pictures_that_no_html_shows_are_files() {
        assert_eq!(files("<img src='cid:a%40x'><img src=cid:b@x>"), ["2"]);
        assert_eq!(files("<img src=cid:a@x><p>cid:b@x <a href=cid:b@x>"), ["1.3", "2"]);
        assert_eq!(files("<img src=cid:c@x>"), ["1.2", "1.3", "2"]);
    }
}
