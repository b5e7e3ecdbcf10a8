//! Files that a message carries, as cards.

use serde::Serialize;

use super::locale::Locale;
use super::shown::clean;
use super::sizes::size;
use super::urls::Urls;
use crate::account::Opened;

/// Files shown; a message can carry thousands (`D-03`).
const SHOWN: usize = 1000;

/// A card.
#[derive(Serialize)]
pub(super) struct File {
    name: String,
    size: String,
    url: String,
    icon: &'static str,
    tone: &'static str,
}

/// The cards of a message.
pub(super) fn files(opened: &Opened, locale: &Locale, urls: &Urls) -> Vec<File> {
    opened
        .attachments
        .iter()
        .take(SHOWN)
        .map(|file| {
            let (icon, tone) = picture(&file.media_type, &file.name);
            File {
                size: size(file.size, &locale.language),
                url: urls.part(&opened.message, &file.path, &file.name),
                name: clean(&file.name),
                icon,
                tone,
            }
        })
        .collect()
}

/// Icon and colour for a kind of file, by what it says it is.
fn picture(media_type: &str, name: &str) -> (&'static str, &'static str) {
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
