//! The text of a message as an answer carries it.

use std::borrow::Cow;

/// Octets that are quoted of one message; who quotes more quotes a book.
const LONGEST: usize = 256 * 1024;

/// A text (flowed lines joined, line ends as LF) with its quote marks, the last line ended. Its signature (from the line `-- `
/// on, RFC 3676 4.3) goes, and so do empty lines around it; nothing is left of a text that says nothing.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in cut(without_signature(text)).trim_end().trim_start_matches('\n').lines() {
        let line = line.trim_end();
        out.push('>');
        // marks of deeper quotes stand together: `>> ` (RFC 3676 4.5)
        if !line.starts_with('>') && !line.is_empty() {
            out.push(' ');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A text as it is passed on: all of it.
pub fn passed_on(text: &str) -> String {
    cut(text).trim_end().to_owned()
}

fn without_signature(text: &str) -> &str {
    if text.starts_with("-- \n") {
        return text; // there is nothing but
    }
    text.find("\n-- \n").and_then(|at| text.get(..at)).or_else(|| text.strip_suffix("\n-- ")).unwrap_or(text)
}

/// As much of it as is taken along; the rest is said to be missing.
fn cut(text: &str) -> Cow<'_, str> {
    match text.get(..text.floor_char_boundary(LONGEST)) {
        Some(begin) if begin.len() < text.len() => Cow::Owned(format!("{begin}\n[\u{2026}]")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_deeper() {
        assert_eq!(quoted("\n\nHi\n\n> Hello\n>> Hey\n> \n"), "> Hi\n>\n>> Hello\n>>> Hey\n>>\n");
        assert_eq!(quoted(" >own sign\n"), ">  >own sign\n");
        assert_eq!(quoted(""), "");
        assert_eq!(quoted(" \n\n"), "");
    }

    #[test]
    fn the_signature_goes() {
        assert_eq!(quoted("Hi\n-- \nAnn\nSales"), "> Hi\n");
        assert_eq!(quoted("Hi\n--\nno mark"), "> Hi\n> --\n> no mark\n");
        assert_eq!(quoted("-- \nnothing but"), "> --\n> nothing but\n");
        assert_eq!(quoted("Hi\n> -- \n> theirs\nmore"), "> Hi\n>> --\n>> theirs\n> more\n");
        assert_eq!(passed_on("Hi\n-- \nAnn\n\n"), "Hi\n-- \nAnn");
    }

    #[test]
    fn a_book_is_not_quoted_whole() {
        let long = "line of text\n".repeat(60_000);
        assert!(quoted(&long).len() < 400_000 && quoted(&long).ends_with("> [\u{2026}]\n"));
    }
}
