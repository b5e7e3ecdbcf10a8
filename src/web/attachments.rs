//! Files that a message carries, as cards.

use serde::Serialize;

use super::locale::Locale;
use super::shown::clean;
use super::sizes::size;
use super::urls::Urls;
use crate::account::{Attachment, LARGEST_PICTURE, Opened};

/// Files shown; a message can carry thousands (`D-03`).
const SHOWN: usize = 1000;
/// Small pictures on one page.
const THUMBNAILS: usize = 24;

/// A card.
#[derive(Serialize)]
pub(super) struct File {
    name: String,
    size: String,
    url: String,
    icon: &'static str,
    tone: &'static str,
    thumbnail: String,
    view: String,
    view_label: String,
    view_icon: &'static str,
}

/// Files that have no card.
pub(super) fn without_card(opened: &Opened) -> usize {
    opened.attachments.len().saturating_sub(SHOWN)
}

/// What can be done with a file here, beside saving it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Viewing {
    /// It is shown, once its octets prove to be a picture.
    Picture,
    /// It is read, as text.
    Text,
    /// It is saved into a folder.
    Message,
}

/// What can be done with a file of this type and name.
pub(super) fn viewing(media_type: &str, name: &str) -> Option<Viewing> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    match media_type {
        "image/png" | "image/jpeg" | "image/jpg" | "image/pjpeg" | "image/gif" | "image/webp" => Some(Viewing::Picture),
        "message/rfc822" | "message/global" | "message/news" => Some(Viewing::Message),
        // its source is nothing a person wants to read
        "text/html" => None,
        "application/json" | "application/xml" | "application/x-sh" | "message/delivery-status" => Some(Viewing::Text),
        _ if media_type.starts_with("text/") => Some(Viewing::Text),
        "application/octet-stream" => match extension.as_str() {
            "txt" | "log" | "md" | "csv" | "json" | "xml" | "patch" | "diff" | "ics" | "vcf" => Some(Viewing::Text),
            _ => None,
        },
        _ => None,
    }
}

/// The cards of a message.
pub(super) fn files(opened: &Opened, locale: &Locale, urls: &Urls) -> Vec<File> {
    let mut pictures = 0;
    opened
        .attachments
        .iter()
        .take(SHOWN)
        .map(|file| {
            let (icon, tone) = picture(&file.media_type, &file.name);
            let what = viewing(&file.media_type, &file.name);
            let kind = locale.text(kind(&file.media_type, &file.name));
            let bytes = size(file.size, &locale.language);
            let name = clean(&file.name);
            File {
                size: locale.language.say("attachment-about", [("kind", kind.into()), ("size", bytes.into())]),
                thumbnail: match has_thumbnail(file, what, &mut pictures) {
                    true => urls.thumbnail(&opened.message, &file.path),
                    false => String::new(),
                },
                view_label: match what {
                    Some(Viewing::Message) => locale.language.say("attachment-save", [("name", name.as_str().into())]),
                    Some(_) => locale.language.say("attachment-view", [("name", name.as_str().into())]),
                    None => String::new(),
                },
                view_icon: if what == Some(Viewing::Message) { "folder-input" } else { "external-link" },
                view: what.map(|_| urls.view(&opened.message, &file.path)).unwrap_or_default(),
                url: urls.part(&opened.message, &file.path, &file.name),
                name,
                icon,
                tone,
            }
        })
        .collect()
}

/// Whether a small picture is worth making: of so many pictures, none of them too large.
fn has_thumbnail(file: &Attachment, what: Option<Viewing>, pictures: &mut usize) -> bool {
    let is_one = what == Some(Viewing::Picture) && file.size <= LARGEST_PICTURE;
    *pictures += usize::from(is_one);
    is_one && *pictures <= THUMBNAILS
}

/// What people call a kind of file.
fn kind(media_type: &str, name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let (top, sub) = media_type.split_once('/').unwrap_or((media_type, ""));
    match (top, sub, extension.as_str()) {
        (_, "pdf", _) | (_, _, "pdf") => "kind-pdf",
        (_, "pgp-signature" | "pkcs7-signature" | "x-pkcs7-signature", _) => "kind-signature",
        ("image", ..) => "kind-picture",
        ("audio", ..) => "kind-sound",
        ("video", ..) => "kind-film",
        ("message", "rfc822" | "global" | "news", _) | (_, _, "eml") => "kind-message",
        ("message", ..) | (_, "rfc822-headers", _) => "kind-report",
        (_, "calendar" | "ics", _) | (_, _, "ics") => "kind-calendar",
        (_, "vcard" | "x-vcard", _) | (_, _, "vcf") => "kind-contact",
        (_, _, "xls" | "xlsx" | "ods" | "csv") => "kind-spreadsheet",
        (_, _, "doc" | "docx" | "odt" | "rtf") => "kind-document",
        (_, _, "ppt" | "pptx" | "odp") => "kind-presentation",
        (_, "ms-tnef" | "vnd.ms-tnef", _) => "kind-outlook",
        (_, "html", _) | (_, _, "html" | "htm") => "kind-page",
        (_, "zip" | "gzip" | "x-tar" | "x-7z-compressed" | "x-rar-compressed", _)
        | (_, _, "zip" | "gz" | "tgz" | "tar" | "7z" | "rar" | "xz" | "bz2") => "kind-archive",
        ("text", ..) | (_, _, "txt" | "md" | "log") => "kind-text",
        _ => "kind-file",
    }
}

/// Icon and colour for a kind of file, by what it says it is.
pub(super) fn picture(media_type: &str, name: &str) -> (&'static str, &'static str) {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let (top, sub) = media_type.split_once('/').unwrap_or((media_type, ""));
    match (top, sub, extension.as_str()) {
        (_, "pdf", _) | (_, _, "pdf") => ("file-text", " attachment__thumb--pdf"),
        ("image", ..) => ("file-image", ""),
        ("message", ..) | (_, _, "eml") => ("mail", ""),
        (_, "calendar", _) | (_, _, "ics") => ("calendar", ""),
        (_, _, "xls" | "xlsx" | "ods" | "csv") => ("file-spreadsheet", " attachment__thumb--sheet"),
        (_, "zip" | "gzip" | "x-tar" | "x-7z-compressed" | "x-rar-compressed", _)
        | (_, _, "zip" | "gz" | "tgz" | "tar" | "7z" | "rar" | "xz" | "bz2") => ("file-archive", ""),
        _ => ("file-text", ""),
    }
}
