//! Reads a response into a tree of values (RFC 9051 9), tolerantly.
//!
//! Servers send more spaces, fewer quotes and other bytes than the grammar has. Nothing here refuses: what can't be
//! understood is skipped, so that one odd message does not hide a folder. Iterative and limited in depth: a nested
//! list 10,000 deep costs no stack.

use bytes::Bytes;

/// Deeper lists become [`Value::Opaque`].
const DEPTH: usize = 64;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// `NIL`.
    Nil,
    /// A bare word: atom, number, flag, or `BODY[HEADER.FIELDS (SUBJECT)]<0>`.
    Atom(Bytes),
    /// A quoted string, unescaped, or a literal.
    Text(Bytes),
    /// A parenthesised list.
    List(Vec<Value>),
    /// A list nested too deep to be meant.
    Opaque,
}

impl Value {
    /// The octets of an atom or text.
    pub(super) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Atom(bytes) | Self::Text(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The text of an atom or string: UTF-8, else every octet as one character (Latin-1), since that keeps ASCII.
    pub(super) fn text(&self) -> Option<String> {
        self.bytes().map(|bytes| lenient(bytes))
    }

    /// A number.
    pub(super) fn number(&self) -> Option<u64> {
        std::str::from_utf8(self.bytes()?).ok()?.parse().ok()
    }

    /// The items of a list.
    pub(super) fn list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it is this word, in any letter case.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Atom(bytes) if bytes.eq_ignore_ascii_case(word.as_bytes()))
    }
}

/// Octets as text: UTF-8, else Latin-1.
pub(super) fn lenient(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// All values of a response, in order.
pub(super) fn values(response: &Bytes) -> Vec<Value> {
    let mut reader = Reader { input: response, at: 0, quotes_end: true };
    let mut open: Vec<Vec<Value>> = vec![Vec::new()];
    let mut too_deep = 0usize;
    while let Some(byte) = reader.peek() {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => reader.at += 1,
            b'(' => {
                reader.at += 1;
                if open.len() > DEPTH || too_deep > 0 {
                    too_deep += 1;
                } else {
                    open.push(Vec::new());
                }
            }
            b')' => {
                reader.at += 1;
                let value = if too_deep > 0 {
                    too_deep -= 1;
                    (too_deep == 0).then_some(Value::Opaque)
                } else if open.len() > 1 {
                    open.pop().map(Value::List)
                } else {
                    None // one parenthesis too many
                };
                push(&mut open, value);
            }
            _ => {
                let value = reader.scalar();
                push(&mut open, (too_deep == 0).then_some(value));
            }
        }
    }
    // lists that were never closed end with the response
    while open.len() > 1 {
        let list = open.pop().map(Value::List);
        push(&mut open, list);
    }
    open.pop().unwrap_or_default()
}

fn push(open: &mut [Vec<Value>], value: Option<Value>) {
    if let (Some(list), Some(value)) = (open.last_mut(), value) {
        list.push(value);
    }
}

struct Reader<'a> {
    input: &'a Bytes,
    at: usize,
    /// Whether a string that begins now may still find its closing quote; looked for in vain only once.
    quotes_end: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    /// A quoted string, a literal or a word; always moves on.
    fn scalar(&mut self) -> Value {
        match self.peek() {
            Some(b'"') if self.quotes_end => self.quoted(),
            Some(b'{' | b'~') => self.literal().unwrap_or_else(|| self.atom()),
            _ => self.atom(),
        }
    }

    fn quoted(&mut self) -> Value {
        let start = self.at + 1;
        let rest = self.input.get(start..).unwrap_or_default();
        // the common case, without escapes: no copy
        if let Some(end) = memchr::memchr2(b'"', b'\\', rest)
            && rest.get(end) == Some(&b'"')
            && ends_string(rest.get(end + 1).copied())
        {
            self.at = start + end + 1;
            return Value::Text(self.input.slice(start..start + end));
        }
        let mut text = Vec::new();
        let mut bytes = rest.iter().copied().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' => text.extend(bytes.next().map(|(_, escaped)| escaped)),
                // a quote that nothing may follow was meant to be part of the text
                b'"' if ends_string(rest.get(at + 1).copied()) => {
                    self.at = start + at + 1;
                    return Value::Text(text.into());
                }
                _ => text.push(byte),
            }
        }
        // a quote without partner must not swallow the rest of the response
        self.quotes_end = false;
        self.atom()
    }

    fn literal(&mut self) -> Option<Value> {
        let rest = self.input.get(self.at..)?;
        let after = rest.strip_prefix(b"~").unwrap_or(rest).strip_prefix(b"{")?;
        let close = memchr::memchr(b'}', after.get(..22.min(after.len()))?)?;
        let digits = after.get(..close)?;
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        let size: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let line_end = after.get(close + 1..)?;
        let line_end_size = if line_end.starts_with(b"\r\n") { 2 } else { usize::from(line_end.starts_with(b"\n")) };
        if line_end_size == 0 {
            return None;
        }
        let start = self.input.len() - line_end.len() + line_end_size;
        let end = start.checked_add(size)?.min(self.input.len());
        self.at = end;
        Some(Value::Text(self.input.slice(start..end)))
    }

    fn atom(&mut self) -> Value {
        let start = self.at;
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Value::Atom(self.input.slice(start..self.at));
        }
        let mut brackets = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => brackets += 1,
                b']' => brackets = brackets.saturating_sub(1),
                b' ' | b'(' | b')' | b'\r' | b'\n' if brackets == 0 => break,
                b'"' if brackets == 0 && self.at > start => break,
                _ => {}
            }
            self.at += 1;
        }
        if self.at == start {
            self.at += 1;
        }
        let word = self.input.slice(start..self.at);
        if word.eq_ignore_ascii_case(b"NIL") { Value::Nil } else { Value::Atom(word) }
    }
}

/// What may stand after a closing quote.
fn ends_string(next: Option<u8>) -> bool {
    matches!(next, None | Some(b' ' | b')' | b'(' | b'"' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(response: &str) -> Vec<Value> {
        values(&Bytes::copy_from_slice(response.as_bytes()))
    }

    fn atom(text: &str) -> Value {
        Value::Atom(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn text(text: &str) -> Value {
        Value::Text(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn words_strings_literals_and_lists_are_told_apart() {
        assert_eq!(
            read("* 1 FETCH (UID 7 X {3}\r\na\"b NIL \"q\\\"\\\\\" (\"\"))"),
            [
                atom("*"),
                atom("1"),
                atom("FETCH"),
                Value::List(vec![
                    atom("UID"),
                    atom("7"),
                    atom("X"),
                    text("a\"b"),
                    Value::Nil,
                    text("q\"\\"),
                    Value::List(vec![text("")])
                ])
            ]
        );
    }

    #[test]
    fn a_section_with_spaces_is_one_word() {
        assert_eq!(
            read("BODY[HEADER.FIELDS (FROM TO)]<0> \"x\""),
            [atom("BODY[HEADER.FIELDS (FROM TO)]<0>"), text("x")]
        );
    }

    #[test]
    fn an_unescaped_quote_stays_in_its_string() {
        assert_eq!(read("(\"say \"hi\"!\" NIL)"), [Value::List(vec![text("say \"hi\"!"), Value::Nil])]);
    }

    #[test]
    fn a_quote_without_partner_hides_nothing_behind_it() {
        let items = read("(X \"a \"quote\" inside\" NIL UID 5)");
        assert_eq!(items[0].list().unwrap().last(), Some(&atom("5")));
        // and costs one look to the end, not one for each quote
        assert!(values(&Bytes::from("\"a".repeat(1 << 20))).len() > 1 << 20);
    }

    #[test]
    fn ten_thousand_nested_lists_cost_no_stack_and_hide_nothing_else() {
        let line = format!("* 1 FETCH (BODYSTRUCTURE {}{} UID 5)", "(".repeat(10_000), ")".repeat(10_000)); // I-08
        let values = read(&line);
        let items = values.last().and_then(Value::list).unwrap();
        assert_eq!(items.get(2..), Some(&[atom("UID"), atom("5")][..]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_the_end_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = values(&Bytes::from(bytes));
        }

        #[test]
        fn nasty_mixtures_are_read_without_panic(line in "[(){}\"\\\\~ 0-9a+\r\n\\[\\]]{0,80}") {
            let _ = read(&line);
        }
    }
}
