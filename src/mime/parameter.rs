//! Values of parameters: RFC 2231 pieces and charsets, and the encoded words that do not belong there.

use super::encoded_word::unescaped;
use super::{charset, encoded_word};

/// Octets of a value that are read, as they are written: the longest name of a file, with its charset and each octet
/// as three, is half of it.
const LONGEST: usize = 8 << 10;

/// The value of `name` in any of its spellings, the RFC 2231 ones first; `None` where there is none or it is empty.
///
/// `name*=utf-8''…`, `name*0*=…; name*1=…`, `name="=?utf-8?…?="` (RFC 2047 forbids it, mailers write it), plain.
pub(super) fn value(params: &[(String, String)], name: &str) -> Option<String> {
    let mut plain = None;
    let mut pieces: Vec<(u32, bool, &str)> = Vec::new();
    for (key, text) in params.iter().take(2000) {
        let Some(suffix) =
            key.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).and(key.get(name.len()..))
        else {
            continue;
        };
        match suffix.as_bytes() {
            [] => plain = plain.or(Some(text)),
            [b'*'] => pieces.push((0, true, text)),
            [b'*', number @ .., b'*'] => pieces.extend(digits(number).map(|number| (number, true, text.as_str()))),
            [b'*', number @ ..] => pieces.extend(digits(number).map(|number| (number, false, text.as_str()))),
            _ => {}
        }
    }
    pieces.sort_by_key(|(number, ..)| *number);
    pieces.dedup_by_key(|(number, ..)| *number);
    let mut room = LONGEST;
    for (_, _, text) in &mut pieces {
        *text = beginning(text, room);
        room -= text.len();
    }
    let joined = joined(&pieces);
    let decoded = match plain {
        _ if !joined.trim().is_empty() => joined,
        // a server may have made one line of a folded value, or left the fold in it
        Some(text) => encoded_word::decode(&beginning(text, LONGEST).replace(['\r', '\n'], "")).into_owned(),
        None => return None,
    };
    (!decoded.trim().is_empty()).then_some(decoded)
}

/// At most so many octets of it.
fn beginning(text: &str, room: usize) -> &str {
    text.get(..text.floor_char_boundary(room)).unwrap_or_default()
}

fn digits(number: &[u8]) -> Option<u32> {
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// The pieces as one text. Bytes of neighbouring extended pieces are decoded together, since a character may be cut.
fn joined(pieces: &[(u32, bool, &str)]) -> String {
    let mut label = None;
    let mut text = String::new();
    let mut bytes = Vec::new();
    let mut literal = true;
    let mut raw = false;
    for (at, (_, extended, value)) in pieces.iter().enumerate() {
        if !extended {
            flush(&mut bytes, label.filter(|_| !raw), &mut text);
            text.push_str(value);
            continue;
        }
        literal = false;
        let mut value = *value;
        if at == 0
            && let Some((charset, rest)) = value.split_once('\'')
            && let Some((_, rest)) = rest.split_once('\'')
        {
            label = Some(charset).filter(|charset| !charset.is_empty());
            value = rest;
        }
        // raw characters between the escapes are UTF-8 by now, whatever the label says
        raw |= !value.is_ascii();
        bytes.extend(percent_decoded(value));
    }
    flush(&mut bytes, label.filter(|_| !raw), &mut text);
    // encoded words cut into pieces
    if literal { encoded_word::decode(&text).into_owned() } else { text }
}

fn flush(bytes: &mut Vec<u8>, label: Option<&str>, text: &mut String) {
    if !bytes.is_empty() {
        text.push_str(&charset::decode(label, bytes));
        bytes.clear();
    }
}

/// The octets of a text with `%XX` escapes; what only looks like one stays.
pub(super) fn percent_decoded(text: &str) -> Vec<u8> {
    unescaped(text, b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(params: &[(&str, &str)], expected: &str) {
        let params: Vec<_> = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(value(&params, "filename").as_deref().unwrap_or_default(), expected, "{params:?}");
    }

    #[test]
    fn rfc_2231_values_are_joined_and_decoded() {
        reads(&[("filename*", "utf-8''%e2%82%ac%20rates.txt")], "€ rates.txt");
        reads(&[("filename*", "''plain%20name.txt")], "plain name.txt");
        reads(&[("filename*", "no%20charset.txt")], "no charset.txt");
        reads(&[("filename*0", "a very long file "), ("filename*1", "name.txt")], "a very long file name.txt");
        reads(
            &[("filename*2", "und mehr.txt"), ("filename*0*", "utf-8''Gr%C3%BC"), ("filename*1*", "%C3%9Fe%20")],
            "Grüße und mehr.txt",
        );
        reads(&[("filename*0*", "utf-8''%E2%82"), ("filename*1*", "%AC.txt")], "€.txt");
        reads(&[("filename*0*", "iso-8859-1'de'%FC"), ("filename*1*", "%DF")], "üß");
        // Dovecot joins the pieces of that by itself
        reads(&[("filename*", "utf-8''Gr%C3%BC%C3%9Fe%20und mehr.txt")], "Grüße und mehr.txt");
        reads(&[("filename*10", "k"), ("filename*9", "j"), ("filename*1", "b"), ("filename*0", "a")], "abjk");
    }

    #[test]
    fn what_is_longer_than_any_name_is_cut() {
        let long = "\u{65e5}".repeat(255);
        let escaped: String = long.bytes().map(|byte| format!("%{byte:02X}")).collect();
        reads(&[("filename*", &format!("utf-8''{escaped}"))], &long);
        let pieces: Vec<_> = (0..300).map(|at| (format!("filename*{at}"), "x".repeat(1000))).collect();
        assert_eq!(value(&pieces, "filename").unwrap().len(), LONGEST); // D-04
        let plain = vec![("filename".to_owned(), "\u{65e5}".repeat(LONGEST))];
        assert!(value(&plain, "filename").unwrap().len() <= LONGEST); // D-04
    }

    #[test]
    fn the_extended_spelling_wins_over_the_plain_one() {
        reads(&[("filename", "EURO.txt"), ("filename*", "utf-8''%e2%82%ac.txt")], "€.txt");
        reads(&[("filename", "plain.txt"), ("filename*", "utf-8''")], "plain.txt");
    }

    #[test]
    fn encoded_words_in_parameters_are_decoded_all_the_same() {
        reads(
            &[("filename", "=?utf-8?B?RWluIGxhbmdlciA=?= =?utf-8?B?RGF0ZWluYW1lLnBkZg==?=")],
            "Ein langer Dateiname.pdf",
        );
        reads(&[("filename*0", "=?utf-8?Q?Gr=C3"), ("filename*1", "=BC=C3=9Fe?=.txt")], "Grüße.txt");
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        reads(&[("filename*", "utf-8''100%.txt")], "100%.txt");
        reads(&[("filename*x", "a"), ("filename*", "utf-8''%zz")], "%zz");
        reads(&[("filename*", "iso-8859-1''%FC"), ("filename*99999999999", "x")], "ü");
    }
}
