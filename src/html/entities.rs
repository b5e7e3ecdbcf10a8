//! Character references (HTML 13.2.5.72 and on): `&amp;`, `&#8364;`, `&copy` without its semicolon.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest name in the table, with its semicolon.
const LONGEST: usize = 33;

/// `raw` with its character references read, and without characters that no mail needs: NUL and the other C0
/// controls go, CR and CR LF become LF (a parser would do it on the next pass).
///
/// `attribute`: inside an attribute `&copy=` and `&copyright` stay as they are, so that old links keep working.
pub(super) fn decode(raw: &str, attribute: bool) -> Cow<'_, str> {
    let dirty = |b: u8| b == b'&' || (b < 0x20 && b != b'\n' && b != b'\t') || b == 0x7f;
    if !raw.bytes().any(dirty) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, from) = rest.split_at(at);
        push_clean(&mut out, before);
        let read = reference(from, attribute, &mut out);
        if read == 0 {
            out.push('&');
        }
        rest = from.get(read.max(1)..).unwrap_or_default();
    }
    push_clean(&mut out, rest);
    // A reference may have made a control character (`&#13;`); the second look is for those.
    if out.bytes().any(|b| (b < 0x20 && b != b'\n' && b != b'\t') || b == 0x7f) {
        let mut clean = String::with_capacity(out.len());
        push_clean(&mut clean, &out);
        out = clean;
    }
    Cow::Owned(out)
}

fn push_clean(out: &mut String, text: &str) {
    let mut after_cr = false;
    for c in text.chars() {
        match c {
            '\r' => out.push('\n'),
            '\n' if after_cr => {}
            '\n' | '\t' => out.push(c),
            c if c < ' ' || c == '\u{7f}' => {}
            c => out.push(c),
        }
        after_cr = c == '\r';
    }
}

/// Reads the reference at the start of `from` (which begins with `&`) into `out`; how many bytes it took, 0 if it
/// is none.
fn reference(from: &str, attribute: bool, out: &mut String) -> usize {
    let body = from.get(1..).unwrap_or_default();
    if let Some(number) = body.strip_prefix('#') {
        return numeric(number, out).map_or(0, |taken| taken + 2);
    }
    let letters = body.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    let with_semicolon = letters + usize::from(body.as_bytes().get(letters) == Some(&b';'));
    for length in (2..=with_semicolon).rev() {
        let Some(name) = body.get(..length) else { continue };
        let Some(&(first, second)) = NAMED_ENTITIES.get(name) else { continue };
        if first == 0 {
            continue; // the table also lists prefixes of names
        }
        let next = body.as_bytes().get(length);
        if attribute && !name.ends_with(';') && next.is_some_and(|&b| b == b'=' || b.is_ascii_alphanumeric()) {
            return 0;
        }
        out.extend([first, second].into_iter().filter(|&c| c != 0).filter_map(char::from_u32));
        return length + 1;
    }
    0
}

/// Reads the digits after `&#`; how many bytes they and the semicolon took.
fn numeric(digits: &str, out: &mut String) -> Option<usize> {
    let (radix, prefix) = if digits.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let mut value: u32 = 0;
    let mut taken = prefix;
    for b in digits.bytes().skip(prefix) {
        let Some(digit) = char::from(b).to_digit(radix) else { break };
        value = value.saturating_mul(radix).saturating_add(digit);
        taken += 1;
    }
    if taken == prefix {
        return None;
    }
    let c1 = value.checked_sub(0x80).and_then(|i| C1_REPLACEMENTS.get(i as usize)).copied().flatten();
    out.push(match value {
        0 => char::REPLACEMENT_CHARACTER,
        _ => c1.or(char::from_u32(value)).unwrap_or(char::REPLACEMENT_CHARACTER),
    });
    Some(taken + usize::from(digits.as_bytes().get(taken) == Some(&b';')))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn references_read_as_a_browser_reads_them() {
        for (raw, text) in [
            ("a &amp; b", "a & b"),
            ("&lt;b&gt;", "<b>"),
            ("&copy2026", "©2026"),
            ("&notit;", "¬it;"),
            ("&#8364;&#x20AC;&#128;", "€€€"),
            ("&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}"),
            ("&;&#;&#x;& &amp", "&;&#;&#x;& &"),
            ("&nosuch;", "&nosuch;"),
            ("a\r\nb\rc&#13;d\0e\u{8}", "a\nb\nc\nde"),
            ("&NotEqualTilde;", "≂\u{338}"),
        ] {
            assert_eq!(decode(raw, false), text, "{raw:?}");
        }
    }

    #[test]
    fn an_old_link_keeps_its_ampersands() {
        assert_eq!(decode("?a=1&copy=2&reg&lang=de&amp;x", true), "?a=1&copy=2®&lang=de&x");
    }
}
