//! What stands around an HTML part: the pictures it may refer to, and its plain form.

use super::parameter::percent_decoded;
use super::reading::{MOST, Reading};
use super::usage::{Use, usage};
use crate::mail::{Part, PartKind, PartPath};

/// What an HTML part may refer to: each `Content-ID` (without brackets) and `Content-Location` with its part.
pub fn inline_ids(part: &Part) -> Vec<(String, PartPath)> {
    let leaves = part.walk().take(MOST).filter(|part| matches!(part.kind, PartKind::Leaf));
    let named = leaves.flat_map(|part| {
        let id = part.id.as_deref().map(|id| id.trim().trim_start_matches('<').trim_end_matches('>'));
        // folding leaves blanks in long addresses
        let location = part.location.as_deref().map(|location| location.split_whitespace().collect::<String>());
        let ids = id.map(str::to_owned).into_iter().chain(location);
        ids.filter(|id| !id.is_empty()).map(|id| (id, part.path.clone()))
    });
    named.collect()
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

/// Pictures that [`super::reading()`] left to the HTML parts, of which `html`, all of them in a row, mentions neither id nor
/// location: nobody would see them, so they are files after all.
pub fn unused_pictures(part: &Part, reading: &Reading, html: &str) -> Vec<PartPath> {
    let html = String::from_utf8_lossy(&percent_decoded(html)).replace("&amp;", "&");
    let pictures = part.walk().take(MOST).filter(|part| part.is_a("image") && matches!(part.kind, PartKind::Leaf));
    let left = pictures.filter(|part| !reading.attachments.contains(&part.path));
    let names = |part: &Part| inline_ids(part).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    left.filter(|part| !names(part).iter().any(|id| html.contains(id.as_str()))).map(|part| part.path.clone()).collect()
}
