//! What a part is good for, by its type and disposition.

use super::file_name;
use crate::mail::{Part, PartKind};

/// What one leaf is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Text,
    Html,
    Picture,
    File,
}

/// How much of a form we can show: HTML 4, text 3, a picture 2, something 1. An empty text is worth less than any other.
pub(super) fn worth(part: &Part) -> u8 {
    let parts = part.walk().take(super::reading::MOST);
    let worth = parts.map(|part| match usage(part) {
        Use::Html | Use::Text if part.size <= 2 => 1,
        Use::Html => 4,
        Use::Text if is_richer_text(part) => 2,
        Use::Text => 3,
        Use::Picture => 2,
        Use::File => u8::from(matches!(part.kind, PartKind::Message(_))),
    });
    worth.max().unwrap_or(0)
}

/// Another spelling of the same text, which nobody wants as a file.
pub(super) fn is_richer_text(part: &Part) -> bool {
    matches!(
        part.media_type.as_str(),
        "text/enriched"
            | "text/richtext"
            | "text/x-amp-html"
            | "text/watch-html"
            | "text/rtf"
            | "text/markdown"
            | "text/x-markdown"
    )
}

/// Whether the sender says that it is a file. An unknown disposition means so too (RFC 2183 2.8).
pub(super) fn is_attachment(part: &Part) -> bool {
    match part.disposition.as_ref().map(|disposition| disposition.kind.trim()) {
        None | Some("" | "inline" | "inlined" | "form-data") => false,
        Some(kind) => kind == "attachment" || !part.is_a("text"),
    }
}

pub(super) fn usage(part: &Part) -> Use {
    if is_attachment(part) { Use::File } else { usage_of_type(part) }
}

/// By the type alone, once it is one: RFC 2045 5.2 has what is none read as plain text.
pub(super) fn usage_of_type(part: &Part) -> Use {
    if !matches!(part.kind, PartKind::Leaf) {
        return Use::File;
    }
    let (top, sub) = part.media_type.split_once('/').unwrap_or((&part.media_type, ""));
    match (top, sub) {
        ("text", "html") | ("application", "xhtml+xml") => Use::Html,
        ("text", "plain" | "") => Use::Text,
        (
            "text",
            "calendar" | "vcard" | "x-vcard" | "directory" | "css" | "csv" | "xml" | "rfc822-headers" | "javascript",
        ) => Use::File,
        // by itself it is the text; beside a better form it is none
        ("text", "enriched" | "richtext" | "markdown" | "x-markdown") if file_name::said(part).is_none() => Use::Text,
        ("text", _) if is_richer_text(part) => Use::File,
        // an unknown kind of text can be read as it is, unless it comes as a file (RFC 2046 4.1.4)
        ("text", _) => {
            if file_name::said(part).is_some() {
                Use::File
            } else {
                Use::Text
            }
        }
        ("image", "png" | "jpeg" | "jpg" | "pjpeg" | "gif" | "webp") => Use::Picture,
        // a multipart that fell apart, for want of its boundary
        ("multipart", _) => Use::Text,
        ("application" | "image" | "audio" | "video" | "message" | "model" | "font" | "chemical", _) => Use::File,
        (_, "") => Use::Text,
        (top, _) if top.starts_with("x-") => Use::File,
        _ => Use::File,
    }
}
