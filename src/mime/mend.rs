//! What a server lost of a part's description: Dovecot (2.3, 2022) cuts a name without quotes at its first blank, and drops
//! one whose quote is never closed, and an encoding with anything behind it. The part's own header has all of it; and the text
//! too, where no blank line ends it.

use super::structure::described_in;
use super::usage::{Use, usage};
use super::{charset, file_name, parameter, transfer};
use crate::mail::{Part, PartKind, PartPath};

/// Parts whose header is looked at.
const MOST: usize = 20;

/// The parts whose description may lack something: files without a name, or with one that has no ending or raw bytes, and
/// empty texts.
pub fn doubtful(top: &Part) -> Vec<PartPath> {
    let leaves = top.walk().take(super::reading::MOST).filter(|part| matches!(part.kind, PartKind::Leaf));
    let doubtful = leaves.filter(|part| {
        may_hide_text(part)
            || match file_name::said(part) {
                Some(name) => !name.contains('.') || file_name::is_raw(part),
                // Cyrus (3.6, 2022) drops the whole of a disposition that lacks its first word
                None => {
                    let is_file = part.disposition.is_some() || part.media_type.starts_with("application/");
                    is_file && usage(part) != Use::Text
                }
            }
    });
    doubtful.take(MOST).map(|part| part.path.clone()).collect()
}

/// Whether a part's text may stand in its header: see [`super::hides_text()`].
pub fn may_hide_text(part: &Part) -> bool {
    part.size == 0 && usage(part) == Use::Text
}

/// Takes from the part's own header what its description lacks; whether there was anything. Raw bytes there are UTF-8, else
/// of the charset that the message's text has.
pub fn mend(part: &mut Part, header: &[u8], of_text: Option<&str>) -> bool {
    let told = described_in(header, &part.media_type, of_text).part;
    let mut mended = false;
    let (known, named) = (file_name::said(part).unwrap_or_default(), file_name::said(&told).unwrap_or_default());
    if named.len() > known.len() || (!named.is_empty() && named != known && file_name::is_raw(part)) {
        part.disposition.clone_from(&told.disposition);
        part.params.clone_from(&told.params);
        mended = true;
    }
    let is_told = |encoding: &str| transfer::is_known(encoding);
    if is_told(&told.encoding) && !is_told(&part.encoding) {
        part.encoding.clone_from(&told.encoding);
        mended = true;
    }
    let says =
        |part: &Part| parameter::value(&part.params, "charset").is_some_and(|label| charset::says_something(&label));
    if part.is_a("text") && says(&told) && !says(part) {
        part.params.retain(|(name, _)| !name.eq_ignore_ascii_case("charset"));
        part.params.extend(told.params.into_iter().filter(|(name, _)| name.starts_with("charset")));
        mended = true;
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Disposition;

    fn part(params: &[(&str, &str)], encoding: &str) -> Part {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Part {
            disposition: Some(Disposition { kind: "attachment".into(), params }),
            encoding: encoding.into(),
            ..Part::leaf(PartPath::root().child(1), "application/octet-stream")
        }
    }

    #[test]
    fn a_name_that_was_cut_or_lost_comes_from_the_header() {
        for (known, header, name) in [
            (&[("filename", "my")][..], "Content-Disposition: attachment; filename=my file.pdf", "my file.pdf"),
            (&[], "Content-Disposition: attachment; filename=\"a.pdf", "a.pdf"),
            (&[], "Content-Disposition: filename=\"b.pdf\"", "b.pdf"),
        ] {
            let mut part = part(known, "base64");
            assert_eq!(doubtful(&part), [part.path.clone()]);
            assert!(mend(&mut part, format!("{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n").as_bytes(), None));
            assert_eq!(file_name::file_name(&part), name);
        }
    }

    #[test]
    fn an_encoding_that_was_lost_comes_from_the_header() {
        for said in ["base64;", "\"base64\"", "base64 (really)"] {
            let mut part = part(&[("filename", "a.bin")], "7bit");
            assert!(mend(&mut part, format!("Content-Transfer-Encoding: {said}\r\n\r\n").as_bytes(), None), "{said}");
            assert_eq!(transfer::decode(&part.encoding, b"eA=="), b"x", "{said}");
        }
    }

    #[test]
    fn a_name_in_raw_bytes_is_read_by_the_charset_of_the_text() {
        let header = b"Content-Disposition: attachment; filename=\"\xd6\xd0\xce\xc4.txt\"\r\n\r\n";
        let mut raw = part(&[("filename", "ÖÐÎÄ.txt")], "base64");
        assert_eq!(doubtful(&raw), [raw.path.clone()]);
        assert!(mend(&mut raw, header, Some("gb2312")));
        assert_eq!(file_name::file_name(&raw), "中文.txt");
        let mut good = part(&[("filename", "Grüße.txt")], "base64");
        let header = "Content-Disposition: attachment; filename=\"Grüße.txt\"\r\n\r\n";
        assert!(!mend(&mut good, header.as_bytes(), Some("gb2312")));
    }

    #[test]
    fn a_charset_whose_quote_never_closes_comes_from_the_header() {
        let mut text = Part::leaf(PartPath::root().child(1), "text/plain");
        text.params.push(("charset".into(), "us-ascii".into()));
        assert!(mend(&mut text, b"Content-Type: text/plain; charset=\"iso-8859-2\r\n\r\n", None));
        assert_eq!(text.params, [("charset".to_owned(), "iso-8859-2".to_owned())]);
        assert!(!mend(&mut text, b"Content-Type: text/plain; charset=us-ascii\r\n\r\n", None));
    }

    #[test]
    fn an_empty_text_may_stand_in_its_header() {
        let mut text = Part::leaf(PartPath::root().child(2), "text/plain");
        assert_eq!(doubtful(&text), [text.path.clone()]);
        text.size = 1;
        assert_eq!(doubtful(&text), []);
    }

    #[test]
    fn what_is_described_well_is_left_alone() {
        let good = part(&[("filename", "a.pdf")], "base64");
        assert_eq!(doubtful(&good), []);
        let mut same = good.clone();
        assert!(!mend(&mut same, b"Content-Type: text/html; name=x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", None));
        assert_eq!(same, good);
    }
}
