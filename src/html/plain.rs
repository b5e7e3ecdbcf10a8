//! Sanitised markup read as plain text.

use super::entities;
use super::safe::SafeHtml;
use super::scan::{Scanner, Token};

/// The text of `html`: blocks and line breaks on lines of their own, cells apart, nothing else of the layout.
pub fn text_of(html: &SafeHtml) -> String {
    let mut scanner = Scanner::new(html.as_str());
    let mut out = String::new();
    let mut preformatted = 0_usize;
    while let Some(token) = scanner.token() {
        match token {
            Token::Text(raw) => {
                let text = entities::decode(raw, false);
                if preformatted > 0 { out.push_str(&text) } else { push_collapsed(&mut out, &text) }
            }
            Token::Start { name, .. } => {
                preformatted += usize::from(name == "pre");
                separate(&mut out, &name);
            }
            Token::End { name } => {
                preformatted = preformatted.saturating_sub(usize::from(name == "pre"));
                separate(&mut out, &name);
            }
        }
    }
    out.trim().to_owned()
}

fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if !matches!(c, ' ' | '\t' | '\n') {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

fn separate(out: &mut String, name: &str) {
    match name {
        "br" => out.push('\n'),
        "td" | "th" if !out.is_empty() && !out.ends_with([' ', '\n', '\t']) => out.push('\t'),
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "tr" | "table" | "blockquote" | "pre" | "hr"
        | "ul" | "ol" | "dl" | "dt" | "dd" | "center" | "address" | "dir" | "caption" => {
            let kept = out.trim_end_matches([' ', '\t']).len();
            out.truncate(kept);
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_on_lines_of_their_own() {
        let html = SafeHtml::new("<p>Dear&nbsp;A &amp; B,</p><div>one<br>two</div><table><tr><td>1</td><td>2</td></tr></table><pre>a\n  b</pre>".into());
        assert_eq!(text_of(&html), "Dear\u{a0}A & B,\none\ntwo\n1\t2\na\n  b");
    }
}
