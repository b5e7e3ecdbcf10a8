//! Text and attribute values written the way html5ever's serialiser writes them (HTML 13.3).

use std::fmt::Write as _;

/// Writes `text` as the content of an element.
pub(super) fn text(out: &mut String, text: &str) {
    write(out, text, false);
}

/// Writes `value` as the content of a double-quoted attribute.
pub(super) fn attribute(out: &mut String, value: &str) {
    write(out, value, true);
}

/// Writes ` name="value"`, an attribute as it stands in a start tag.
pub(super) fn named(out: &mut String, name: &str, value: &str) {
    let _ = write!(out, " {name}=\"");
    attribute(out, value);
    out.push('"');
}

fn write(out: &mut String, text: &str, attribute: bool) {
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escaped = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' if attribute => "&quot;",
            '\u{a0}' => "&nbsp;",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        out.push_str(escaped);
        plain = at + c.len_utf8();
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}
