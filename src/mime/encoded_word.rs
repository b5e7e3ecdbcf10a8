//! Encoded words in header texts (RFC 2047), as they are found rather than as they are allowed.

use std::borrow::Cow;

use memchr::memmem;

use super::charset;
use super::transfer::Decoder;

/// One encoded word at the beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    charset: &'a str,
    base64: bool,
    text: &'a str,
    /// Bytes of the whole, from `=?` to `?=`.
    pub(super) length: usize,
}

/// The encoded word that `text` begins with. Blanks and specials inside it are not allowed, and common.
pub(super) fn at_start(text: &str) -> Option<Word<'_>> {
    let inside = text.strip_prefix("=?")?;
    let (charset, rest) = inside.split_once('?')?;
    if charset.is_empty() || charset.len() > 60 || !charset.bytes().all(|b| b.is_ascii_graphic() && b != b'=') {
        return None;
    }
    let (base64, content) = match rest.as_bytes() {
        [b'b' | b'B', b'?', ..] => (true, rest.get(2..)?),
        [b'q' | b'Q', b'?', ..] => (false, rest.get(2..)?),
        _ => return None,
    };
    let end = end_of_content(content, base64)?;
    let length = text.len() - content.len() + end + 2;
    Some(Word { charset, base64, text: content.get(..end)?, length })
}

/// Where the closing `?=` stands. In Q a bare question mark may precede an escape (`Was?=20Ja?=`): that is no end.
fn end_of_content(content: &str, base64: bool) -> Option<usize> {
    let mut end = content.find("?=")?;
    if base64 {
        return Some(end);
    }
    loop {
        let after = content.get(end + 2..)?;
        match after.as_bytes() {
            [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {}
            _ => break,
        }
        // within the length that a word may have, so that no text makes this costly
        let near = after.get(..after.floor_char_boundary(80))?;
        let word = near.split(char::is_whitespace).next()?;
        match word.find("?=") {
            // what follows is another encoded word of its own
            Some(next) if !word.get(..next)?.contains("=?") => end += 2 + next,
            _ => break,
        }
    }
    Some(end)
}

impl Word<'_> {
    fn bytes(&self) -> Vec<u8> {
        if self.base64 {
            let mut bytes = Vec::with_capacity(self.text.len());
            let mut decoder = Decoder::new("base64");
            decoder.push(self.text.as_bytes(), &mut bytes);
            decoder.finish(&mut bytes);
            return bytes;
        }
        unescaped(&self.text.replace('_', " "), b'=')
    }
}

/// The octets of a text with escapes of `mark` and two hexadecimal digits; what only looks like one stays.
pub(super) fn unescaped(text: &str, mark: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match after {
            [high, low, tail @ ..] if byte == mark => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = tail;
                }
                _ => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
    bytes
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Decodes every encoded word of `text`. White space between two of them goes; two of one charset are decoded as
/// one, since mailers cut characters in the middle.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if memmem::find(text.as_bytes(), b"=?").is_none() {
        return Cow::Borrowed(text);
    }
    let Some(last_end) = text.rfind("?=") else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    let mut run: Option<(String, Vec<u8>)> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest.find("=?").unwrap_or(rest.len());
        let (before, from) = rest.split_at(start);
        let word = at_start(from);
        let between_words = word.is_some() && run.is_some() && before.trim().is_empty();
        let adjoins = word.is_some() && before.is_empty();
        if !between_words && !adjoins {
            flush(&mut run, &mut decoded);
            decoded.push_str(before);
        }
        match word {
            Some(word) => {
                match &mut run {
                    Some((charset, bytes)) if charset.eq_ignore_ascii_case(word.charset) => bytes.extend(word.bytes()),
                    _ => {
                        flush(&mut run, &mut decoded);
                        run = Some((word.charset.to_owned(), word.bytes()));
                    }
                }
                rest = from.get(word.length..).unwrap_or_default();
            }
            None if from.is_empty() => break,
            None => {
                flush(&mut run, &mut decoded);
                // behind the last end there is no further word: the search stays linear
                if text.len() - from.len() > last_end {
                    decoded.push_str(from);
                    break;
                }
                decoded.push_str("=?");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    flush(&mut run, &mut decoded);
    Cow::Owned(decoded)
}

fn flush(run: &mut Option<(String, Vec<u8>)>, decoded: &mut String) {
    if let Some((charset, bytes)) = run.take() {
        decoded.push_str(&charset::decode(Some(&charset), &bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_decode_in_either_encoding_and_any_case() {
        assert_eq!(decode("=?UTF-8?q?Caf=C3=A9_au=20lait?="), "Café au lait");
        assert_eq!(decode("=?uTf-8?b?w5xuZGVy?="), "Ünder");
        assert_eq!(decode("=?utf-8?B?S8O2bG4?="), "Köln");
        assert_eq!(decode("=?iso-8859-1*de?Q?Gr=fc=DFe?="), "Grüße");
    }

    #[test]
    fn blanks_between_words_go_and_those_beside_text_stay() {
        assert_eq!(decode("=?utf-8?Q?a?= =?utf-8?Q?b?=  =?iso-8859-1?Q?=e4?= c d"), "abä c d");
        assert_eq!(decode("Re: =?utf-8?Q?a?= b"), "Re: a b");
        assert_eq!(decode("x=?utf-8?Q?a?=y"), "xay");
    }

    #[test]
    fn japanese_words_that_shift_back_and_forth_are_put_together_without_damage() {
        let two = "=?iso-2022-jp?b?GyRCJDsbKEI=?=\r\n =?iso-2022-jp?b?GyRCJE4bKEI=?=";
        assert_eq!(decode(two), "せの");
    }

    #[test]
    fn a_character_cut_between_two_words_is_whole_again() {
        assert_eq!(decode("=?utf-8?B?w?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9?="), "é");
        assert_eq!(decode("=?utf-8?Q?=E2=82?=\t=?UTF-8?Q?=AC?="), "€");
    }

    #[test]
    fn what_only_looks_like_a_word_stays() {
        let odd = "What =?is this? =?= ?= a test =?utf-8?X?abc?=";
        assert_eq!(decode(odd), odd);
        assert_eq!(decode("=?utf-8?Q?never ends"), "=?utf-8?Q?never ends");
        assert_eq!(decode("=?"), "=?");
    }

    #[test]
    fn forbidden_characters_inside_a_word_do_no_harm() {
        assert_eq!(decode("=?utf-8?Q?a b, c?="), "a b, c");
        assert_eq!(decode("=?utf-8?Q?Was?=20nun??="), "Was? nun?");
        assert_eq!(decode("=?utf-8?Q?100=ZZ?="), "100=ZZ");
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for piece in ["=?", "=?a?q?", "?=aa", "=?u?q??=aa", "=?u?b?", "=?u?q?=?= ", "=?u?q?x?=\u{e9}", "=? ", "=?aaaa"]
        {
            for end in ["", "?="] {
                let text = format!("=?u?q?{}{end}", piece.repeat(250_000 / piece.len()));
                let (_, spent) = crate::spent::spent(|| decode(&text));
                assert!(spent.as_secs() < 3, "{piece:?} took {spent:?}"); // D-04
            }
        }
    }

    #[test]
    fn an_unknown_charset_still_shows_its_text() {
        assert_eq!(decode("=?x-unknown-99?Q?plain_ascii?= tail"), "plain ascii tail");
    }
}
