//! The tokens of address lists (RFC 5322 3.2), broken ones too.

use std::borrow::Cow;

use super::encoded_word;

/// One token; `spaced` tells whether white space stood before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) spaced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A run of ordinary characters, dots too, or an encoded word, or a domain literal.
    Atom(&'a str),
    /// A quoted string without its quotes and escapes.
    Quoted(Cow<'a, str>),
    /// A comment without its parentheses and escapes.
    Comment(Cow<'a, str>),
    /// One of `<>@,;:`.
    Special(char),
}

/// Cuts a list into tokens. What opens and never closes is an ordinary character.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Set once a search for the closing mark failed: it would fail again, and cost its length again.
    no_quote: bool,
    no_comment: bool,
    /// Octets from the last end of an encoded word to the end of the list: where fewer are left, no word begins, and none is
    /// looked for.
    word_tail: Option<usize>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let word_tail = text.rfind("?=").map(|end| text.len() - end);
        Self { rest: text, no_quote: false, no_comment: false, word_tail }
    }

    /// The length of the encoded word that begins `at` octets ahead.
    fn word_at(&self, at: usize) -> Option<usize> {
        let text = self.rest.get(at..).filter(|text| self.word_tail.is_some_and(|tail| text.len() >= tail))?;
        encoded_word::at_start(text).map(|word| word.length)
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn atom(&mut self) -> &'a str {
        let mut from = 0;
        loop {
            let Some(found) = self.rest.get(from..).and_then(|tail| tail.find(ends_atom)) else {
                return self.take(self.rest.len());
            };
            let end = from + found;
            // `=?` glued to what precedes it begins a token of its own; `=` elsewhere is ordinary
            if self.rest.as_bytes().get(end) == Some(&b'=') && (end == 0 || self.word_at(end).is_none()) {
                from = end + 1;
                continue;
            }
            // an opening mark at the start that never closes
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            return self.take(end.max(first));
        }
    }
}

fn ends_atom(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '@' | ',' | ';' | ':' | '"' | '(' | '=')
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let before = self.rest.len();
        self.rest = self.rest.trim_start();
        let mut spaced = self.rest.len() < before;
        if self.rest.starts_with('"') && !self.no_quote && enclosed(self.rest, '"', '"').is_none() {
            self.no_quote = true;
        }
        if self.no_quote {
            // stray quotes mean nothing
            let before = self.rest.len();
            self.rest = self.rest.trim_start_matches(|c: char| c == '"' || c.is_whitespace());
            spaced |= self.rest.len() < before;
        }
        let first = self.rest.chars().next()?;
        let kind = match first {
            '<' | '>' | '@' | ',' | ';' | ':' => {
                self.take(1);
                Kind::Special(first)
            }
            '"' => {
                let (content, length) = enclosed(self.rest, '"', '"')?;
                self.take(length);
                Kind::Quoted(content)
            }
            '(' if !self.no_comment => match enclosed(self.rest, '(', ')') {
                Some((content, length)) => {
                    self.take(length);
                    Kind::Comment(content)
                }
                None => {
                    self.no_comment = true;
                    Kind::Atom(self.atom())
                }
            },
            // a domain literal is never long
            '[' => match self.rest.bytes().take(100).position(|b| matches!(b, b']' | b'<' | b',' | b'@')) {
                Some(end) if self.rest.as_bytes().get(end) == Some(&b']') => Kind::Atom(self.take(end + 1)),
                _ => Kind::Atom(self.atom()),
            },
            '=' => match self.word_at(0) {
                Some(length) => Kind::Atom(self.take(length)),
                None => Kind::Atom(self.atom()),
            },
            _ => Kind::Atom(self.atom()),
        };
        Some(Token { kind, spaced })
    }
}

/// What stands between `open` at the start and its `close`, unescaped, and the length of the whole. Comments nest.
fn enclosed(text: &str, open: char, close: char) -> Option<(Cow<'_, str>, usize)> {
    let mut depth = 0_usize;
    let mut escaped = false;
    let mut escapes = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => {
                escaped = true;
                escapes = true;
            }
            _ if c == close && (depth == 1 || open == close && depth > 0) => {
                let content = text.get(1..at)?;
                let content = if escapes { Cow::Owned(unescaped(content)) } else { Cow::Borrowed(content) };
                return Some((content, at + 1));
            }
            _ if c == close && depth > 0 => depth -= 1,
            _ if c == open => depth += 1,
            _ => {}
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut escaped = false;
    text.chars()
        .filter(|&c| {
            escaped = c == '\\' && !escaped;
            !escaped
        })
        .collect()
}
