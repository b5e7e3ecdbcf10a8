//! Names of files that are safe to show, to save and to put into a header (`A-02`).

use super::{encoded_word, parameter};
use crate::mail::{Part, PartKind};

/// Bytes of the longest name: file systems take 255, and a download adds ` (1)`.
const LONGEST: usize = 240;

/// The name of a part as a file, never empty: what its disposition says, else what its type says, else one made of its
/// place and type (`attachment-2.pdf`).
pub fn file_name(part: &Part) -> String {
    said(part).unwrap_or_else(|| fallback(part))
}

/// The name of an attached message by its subject: `Lunch.eml`.
pub fn message_file_name(subject: &str) -> String {
    // a subject is no path: its slashes separate nothing
    let stem = safe(&subject.replace(['/', '\\'], "_"));
    match stem {
        Some(stem) => shortened(&format!("{stem}.eml")),
        None => "message.eml".to_owned(),
    }
}

/// The name of a folder by that of a mailbox or of a level of it: `Kunden_Nord`.
pub fn folder_name(name: &str) -> String {
    safe(&name.replace(['/', '\\'], "_")).unwrap_or_else(|| "folder".to_owned())
}

/// The name that the sender gave, made safe; `None` where there is none or nothing safe is left of it.
pub(super) fn said(part: &Part) -> Option<String> {
    let disposition = part.disposition.as_ref().map(|disposition| disposition.params.as_slice()).unwrap_or_default();
    // in a form the name is the field's (RFC 7578 4.2)
    let of_form = part.disposition.as_ref().is_some_and(|disposition| disposition.kind == "form-data");
    [(disposition, "filename"), (disposition, "name"), (&part.params, "name"), (&part.params, "filename")]
        .into_iter()
        .filter(|(_, name)| !of_form || *name == "filename")
        .find_map(|(params, name)| safe(&parameter::value(params, name)?))
}

/// Whether the name that was given has bytes that are no UTF-8, or may have: where a server hands them on raw, they come as
/// Latin-1.
pub(super) fn is_raw(part: &Part) -> bool {
    let disposition = part.disposition.iter().flat_map(|disposition| &disposition.params);
    let mut names = disposition.chain(&part.params).filter(|(name, _)| name.contains("name"));
    names.any(|(_, value)| value.contains(|c: char| ('\u{80}'..='\u{ff}').contains(&c)))
}

/// Makes a name safe; `None` where nothing is left.
fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).map(str::trim).find(|component| !component.is_empty())?;
    let mut kept = String::with_capacity(last.len());
    for c in last.chars() {
        match c {
            '"' | ':' | '*' | '?' | '<' | '>' | '|' => kept.push('_'),
            _ if c != '\t' && c.is_control() || is_invisible(c) => {}
            _ if c.is_whitespace() => kept.push(' '),
            _ => kept.push(c),
        }
    }
    let trimmed = kept.trim().trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    if trimmed.is_empty() {
        return None;
    }
    let stem = trimmed.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || matches!(stem.strip_prefix("COM").or(stem.strip_prefix("LPT")), Some(number) if number.chars().count() == 1
            && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³')));
    Some(shortened(&if device { format!("_{trimmed}") } else { trimmed.to_owned() }))
}

/// Marks that turn the direction of text (`exe.gpj`), have no width, or only choose a variant.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// At most [`LONGEST`] bytes, the extension kept.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= 20).unwrap_or(name.len());
    let (stem, extension) = name.split_at(dot);
    let stem = stem.get(..stem.floor_char_boundary(LONGEST - extension.len())).unwrap_or_default();
    format!("{}{extension}", stem.trim_end_matches(['.', ' ']))
}

/// A name for what has none.
fn fallback(part: &Part) -> String {
    if matches!(part.kind, PartKind::Message(_))
        || matches!(part.media_type.as_str(), "message/rfc822" | "message/global")
    {
        return "message.eml".to_owned();
    }
    match part.media_type.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => return "delivery-status.txt".to_owned(),
        "message/disposition-notification" | "message/global-disposition-notification" => {
            return "read-receipt.txt".to_owned();
        }
        "text/rfc822-headers" | "message/global-headers" => return "headers.txt".to_owned(),
        "text/calendar" => return "invitation.ics".to_owned(),
        "application/pgp-signature" => return "signature.asc".to_owned(),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => return "smime.p7s".to_owned(),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => return "smime.p7m".to_owned(),
        "application/ms-tnef" => return "winmail.dat".to_owned(),
        _ => {}
    }
    let numbers: Vec<String> = part.path.numbers().iter().map(u16::to_string).collect();
    let place = if numbers.is_empty() { "1".to_owned() } else { numbers.join("-") };
    // a description is a name in people's words; never with an extension of its own
    let described = part.description.as_deref().map(|text| encoded_word::decode(text).replace(['.', '/', '\\'], " "));
    let stem = described.filter(|text| text.len() < 80).and_then(|text| safe(&text));
    let stem = stem.unwrap_or_else(|| format!("attachment-{place}"));
    shortened(&format!("{stem}.{}", extension(&part.media_type)))
}

/// The extension that people expect of a type.
fn extension(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/gzip" | "application/x-gzip" => "gz",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "application/vnd.oasis.opendocument.text" => "odt",
        "application/vnd.oasis.opendocument.spreadsheet" => "ods",
        "application/rtf" | "text/rtf" => "rtf",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/ics" => "ics",
        "application/pgp-encrypted" | "application/pgp-keys" => "asc",
        "image/png" => "png",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "image/bmp" | "image/x-ms-bmp" => "bmp",
        "image/tiff" => "tif",
        "image/heic" => "heic",
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/wav" | "audio/x-wav" => "wav",
        "audio/ogg" => "ogg",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" | "text/directory" => "vcf",
        "text/x-patch" | "text/x-diff" => "patch",
        "text/markdown" => "md",
        _ if media_type.starts_with("text/") => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::{Disposition, PartPath};

    fn part(media_type: &str, name: Option<&str>, filename: Option<&str>) -> Part {
        let mut part = Part::leaf("1.2".parse::<PartPath>().unwrap(), media_type);
        part.params.extend(name.map(|name| ("name".to_owned(), name.to_owned())));
        part.disposition = filename.map(|name| Disposition {
            kind: "attachment".to_owned(),
            params: vec![("filename".to_owned(), name.to_owned())],
        });
        part
    }

    fn named(filename: &str) -> String {
        file_name(&part("application/pdf", None, Some(filename)))
    }

    #[test]
    fn the_disposition_names_the_file_before_the_type_does() {
        assert_eq!(file_name(&part("application/pdf", Some("b.pdf"), Some("a.pdf"))), "a.pdf");
        assert_eq!(file_name(&part("application/pdf", Some("b.pdf"), None)), "b.pdf");
        assert_eq!(file_name(&part("application/pdf", Some("b.pdf"), Some(" "))), "b.pdf");
    }

    #[test]
    fn a_nameless_part_is_named_by_place_and_type() {
        assert_eq!(file_name(&part("application/pdf", None, None)), "attachment-1-2.pdf");
        assert_eq!(file_name(&part("application/x-odd", None, Some("..."))), "attachment-1-2.bin");
        assert_eq!(file_name(&part("message/rfc822", None, None)), "message.eml");
    }

    #[test]
    fn names_can_do_no_harm() {
        //
        assert_eq!(named("/home/anna/../docs/plan.txt"), "plan.txt");
        assert_eq!(named("C:\\docs\\plan.txt"), "plan.txt");
        assert_eq!(named("dir/"), "dir");
        assert_eq!(named("a\"b:c*d?e<f>g|h.txt"), "a_b_c_d_e_f_g_h.txt");
        assert_eq!(named("ann\u{202e}gpj.exe"), "anngpj.exe");
        assert_eq!(named("a\0b\r\nc\u{85}\u{200b}.txt"), "abc.txt");
        assert_eq!(named(".bashrc"), "bashrc");
        assert_eq!(named("evil.exe. . "), "evil.exe");
        assert_eq!(named("CON"), "_CON");
        assert_eq!(named("com1.txt"), "_com1.txt");
        assert_eq!(named("console.txt"), "console.txt");
        assert_eq!(named("..\\..\\"), "attachment-1-2.pdf");
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = named(&format!("{}.pdf", "ü".repeat(200)));
        assert!(long.len() <= LONGEST && long.ends_with("ü.pdf"), "{long}");
        assert!(named(&"x".repeat(500)).len() <= LONGEST);
        let whole = format!("{}.pdf", "ж".repeat(115));
        assert_eq!(named(&whole), whole);
    }

    #[test]
    fn an_attached_message_is_called_by_its_subject() {
        assert_eq!(message_file_name("Re: Lunch 12/24?"), "Re_ Lunch 12_24_.eml");
        assert_eq!(message_file_name(""), "message.eml");
        assert!(message_file_name(&"long ".repeat(99)).ends_with(".eml"));
    }

    proptest! {
        #[test]
        fn every_name_is_safe(name in "\\PC{0,200}|[./\\\\ a:\u{202e}\u{0}-\u{1f}]{0,30}") {
            let made = named(&name);
            prop_assert!(!made.is_empty() && made.len() <= LONGEST);
            prop_assert!(!made.contains(['/', '\\', '"', ':', '\n', '\r', '\0']) && !made.starts_with('.') && !made.ends_with(['.', ' ']));
            prop_assert!(!made.chars().any(|c| c.is_control() || is_invisible(c)));
        }
    }
}
