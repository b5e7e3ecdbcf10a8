//! Markup cut into tags and text (the tokeniser of HTML 13.2.5), in linear time and with bounded tags.
//!
//! html5ever's own tokeniser compares each attribute of a tag with all before it, so that one tag can take
//! minutes; this one looks at a fixed number. It need not be exact to be safe: what comes of it is written anew
//! and parsed by html5ever afterwards.

use std::borrow::Cow;

use super::limits;

/// One piece of markup. Values are as written, character references unread.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Start { name: Cow<'a, str>, attributes: Vec<Attribute<'a>>, self_closing: bool },
    End { name: Cow<'a, str> },
    Text(&'a str),
}

/// `name="raw"` of a start tag, the name in lower case.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) raw: &'a str,
}

/// Walks over markup from front to back.
#[derive(Clone)]
pub(super) struct Scanner<'a> {
    input: &'a str,
    at: usize,
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn new(input: &'a str) -> Self {
        Self { input, at: 0 }
    }

    /// Where the next one begins, or what is no token and is passed over.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next tag or run of text; `None` at the end. A tag that the end cuts off is no tag.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        loop {
            let start = self.at;
            let first = self.byte(start)?;
            if first != b'<' {
                return self.text_from(start);
            }
            match self.byte(start + 1) {
                Some(b) if b.is_ascii_alphabetic() => {
                    self.at = start + 1;
                    return self.start_tag();
                }
                Some(b'/') => match self.byte(start + 2) {
                    Some(b) if b.is_ascii_alphabetic() => {
                        self.at = start + 2;
                        return self.start_tag().map(|tag| match tag {
                            Token::Start { name, .. } => Token::End { name },
                            other => other,
                        });
                    }
                    Some(_) => self.at = self.find(b'>', start + 2) + 1,
                    None => return self.text_from(start),
                },
                Some(b'!') if self.rest(start).starts_with("<!--") => self.at = self.comment_end(start + 4),
                Some(b'!' | b'?') => self.at = self.find(b'>', start + 2) + 1,
                _ => return self.text_from(start),
            }
        }
    }

    /// Goes on behind the end tag of the element `name`, whose content is text (`script`, `style` …); that text.
    pub(super) fn skip_text(&mut self, name: &str) -> &'a str {
        let start = self.at;
        loop {
            let open = self.find(b'<', self.at);
            let tag = self.rest(open);
            if tag.is_empty() {
                self.at = self.input.len();
                return self.rest(start);
            }
            self.at = open + 1;
            let Some(after) = tag.strip_prefix("</") else { continue };
            let ends = after.as_bytes().get(..name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()))
                && after.as_bytes().get(name.len()).is_none_or(|&b| is_space(b) || b == b'/' || b == b'>');
            if ends {
                self.at = open + 2;
                self.start_tag();
                return self.slice(start, open);
            }
        }
    }

    /// Goes to the end.
    pub(super) fn skip_rest(&mut self) {
        self.at = self.input.len();
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.input.as_bytes().get(at).copied()
    }

    fn rest(&self, from: usize) -> &'a str {
        self.input.get(from..).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.input.get(from..to).unwrap_or_default()
    }

    /// Where `wanted` (an ASCII byte) is next, or the end.
    fn find(&self, wanted: u8, from: usize) -> usize {
        let rest = self.input.as_bytes().get(from..).unwrap_or_default();
        memchr::memchr(wanted, rest).map_or(self.input.len(), |i| from + i)
    }

    /// Text, up to the next `<` that may begin something else.
    fn text_from(&mut self, start: usize) -> Option<Token<'a>> {
        let mut end = self.find(b'<', start + 1);
        while self.byte(end).is_some() {
            match self.byte(end + 1) {
                Some(b'/' | b'!' | b'?') => break,
                Some(b) if b.is_ascii_alphabetic() => break,
                _ => end = self.find(b'<', end + 1),
            }
        }
        self.at = end;
        Some(Token::Text(self.slice(start, end)))
    }

    /// Where the comment whose content begins at `from` is over (`-->`, `--!>`, and at once for `<!-->`, `<!--->`).
    fn comment_end(&self, from: usize) -> usize {
        let body = self.rest(from);
        for abrupt in [">", "->"] {
            if body.starts_with(abrupt) {
                return from + abrupt.len();
            }
        }
        for at in memchr::memmem::find_iter(body.as_bytes(), "--") {
            // find_iter steps over the pair it found: in `--->` the end may be one further on.
            for at in [at, at + 1] {
                let tail = body.get(at..).unwrap_or_default();
                for end in ["-->", "--!>"] {
                    if tail.starts_with(end) {
                        return from + at + end.len();
                    }
                }
            }
        }
        self.input.len()
    }

    /// Reads a tag from its name on.
    fn start_tag(&mut self) -> Option<Token<'a>> {
        let name = lower(self.take_until(|b| is_space(b) || b == b'/' || b == b'>'));
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            let before = self.at;
            self.take_until(|b| !is_space(b) && b != b'/');
            if self.byte(self.at)? == b'>' {
                let self_closing = self.at > before && self.byte(self.at - 1) == Some(b'/');
                self.at += 1;
                return Some(Token::Start { name, attributes, self_closing });
            }
            let start = self.at;
            self.at += 1; // a first '=' belongs to the name
            while self.input.get(self.at..).is_none() {
                self.at += 1; // the rest of a character of several bytes
            }
            self.take_until(|b| is_space(b) || b == b'/' || b == b'>' || b == b'=');
            let attribute = self.slice(start, self.at);
            let raw = self.value()?;
            if attributes.len() < limits::ATTRIBUTES {
                let name = lower(attribute);
                if attributes.iter().all(|known| known.name != name) {
                    attributes.push(Attribute { name, raw });
                }
            }
        }
    }

    /// Reads `= value`, if there is one; `None` when the input ends inside it.
    fn value(&mut self) -> Option<&'a str> {
        let after_name = self.at;
        self.take_until(|b| !is_space(b));
        if self.byte(self.at) != Some(b'=') {
            self.at = after_name;
            return Some("");
        }
        self.at += 1;
        self.take_until(|b| !is_space(b));
        match self.byte(self.at)? {
            quote @ (b'"' | b'\'') => {
                let start = self.at + 1;
                let end = self.find(quote, start);
                self.byte(end)?;
                self.at = end + 1;
                Some(self.slice(start, end))
            }
            _ => Some(self.take_until(|b| is_space(b) || b == b'>')),
        }
    }

    /// Takes bytes up to the first for which `stop` holds.
    fn take_until(&mut self, stop: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = self.input.as_bytes().get(start..).unwrap_or_default();
        self.at = start + rest.iter().position(|&b| stop(b)).unwrap_or(rest.len());
        self.slice(start, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(input: &str) -> Vec<String> {
        let mut scanner = Scanner::new(input);
        let mut out = Vec::new();
        while let Some(token) = scanner.token() {
            out.push(match token {
                Token::Start { name, attributes, self_closing } => {
                    let attributes: String = attributes.iter().map(|a| format!(" {}={}", a.name, a.raw)).collect();
                    format!("<{name}{attributes}{}>", if self_closing { " /" } else { "" })
                }
                Token::End { name } => format!("</{name}>"),
                Token::Text(text) => text.to_owned(),
            });
        }
        out
    }

    #[test]
    fn tags_and_text_are_told_apart() {
        for (input, expected) in [
            ("a<b>c</B >d", vec!["a", "<b>", "c", "</b>", "d"]),
            ("1 < 2 <3<b>", vec!["1 < 2 <3", "<b>"]),
            ("<a/href=x>y", vec!["<a href=x>", "y"]),
            ("<A HREF = 'a>b' x=1y checked>", vec!["<a href=a>b x=1y checked=>"]),
            ("<img src=x/>", vec!["<img src=x/>"]),
            ("<br/><br / >", vec!["<br />", "<br>"]),
            ("<p =a ä=ö>", vec!["<p =a= ä=ö>"]),
            ("a<!-- <b> --!>c<!-->d<!--->e<!----->f", vec!["a", "c", "d", "e", "f"]),
            ("<!DOCTYPE x><?php ?><![if !mso]>x</ bogus>y</>z", vec!["x", "y", "z"]),
            ("x<a href=\"never closed", vec!["x"]),
            ("x<!-- never closed", vec!["x"]),
            ("x</", vec!["x", "</"]),
            ("x<", vec!["x<"]),
            ("<a a=1 A=2>", vec!["<a a=1>"]),
            ("<p a=1\"2>", vec!["<p a=1\"2>"]),
        ] {
            assert_eq!(tokens(input), expected, "{input:?}");
        }
    }

    #[test]
    fn the_text_of_a_script_ends_at_its_own_end_tag() {
        let mut scanner = Scanner::new("if (a</b) </scripts> x </SCRIPT foo>rest");
        assert_eq!(scanner.skip_text("script"), "if (a</b) </scripts> x ");
        assert_eq!(scanner.token(), Some(Token::Text("rest")));
    }

    #[test]
    fn a_tag_with_half_a_million_attributes_costs_next_to_nothing() {
        let input = format!("<a {}>x", (0..200_000).map(|i| format!("a{i} ")).collect::<String>());
        let (tokens, spent) = crate::spent::spent(|| tokens(&input).len());
        assert_eq!(tokens, 2);
        assert!(spent.as_millis() < 500, "{spent:?}");
    }
}
