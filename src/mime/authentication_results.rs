//! The `Authentication-Results` field (RFC 8601 2.2), as servers write it rather than as they should.

/// Results of one field that are read; a message with more signatures than these is nobody's honest one.
const MOST: usize = 50;

/// One field: who says it, and what.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Results {
    /// The authserv-id, as written; empty where the server left it out (Microsoft 365, 2024).
    pub(super) by: String,
    pub(super) results: Vec<Found>,
}

/// `method=result`, with what it is about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Lower case, without a version.
    pub(super) method: String,
    /// Lower case.
    pub(super) result: String,
    /// `ptype.property`, lower case, with its value.
    pub(super) properties: Vec<(String, String)>,
}

impl Found {
    /// The value of a property (`header.d`); empty where there is none.
    pub(super) fn property(&self, name: &str) -> &str {
        self.properties.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// Reads a field's text on one line.
pub(super) fn parse(text: &str) -> Results {
    let mut pieces = split(text).into_iter();
    let head = pieces.next().unwrap_or_default();
    // "mx.example.org 1": behind the name stands the version of the format, of which there is one
    let by = match head.as_slice() {
        [Piece::Pair(..), ..] | [] => String::new(),
        [Piece::Word(name), ..] => name.clone(),
    };
    Results { by, results: pieces.filter_map(|piece| found(&piece)).take(MOST).collect() }
}

/// A piece of what stands between two semicolons.
#[derive(Debug)]
enum Piece {
    Word(String),
    Pair(String, String),
}

fn found(pieces: &[Piece]) -> Option<Found> {
    let mut pairs = pieces.iter().filter_map(|piece| match piece {
        Piece::Pair(key, value) => Some((key, value)),
        Piece::Word(_) => None,
    });
    let (method, result) = pairs.next()?;
    let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let properties = pairs.map(|(key, value)| (key.to_ascii_lowercase(), value.clone())).collect();
    Some(Found { method, result: result.to_ascii_lowercase(), properties })
}

/// Cuts at semicolons, and what is between them into words and `key=value`; comments are dropped. What opens and never
/// closes takes the rest of the field with it: nothing behind it may be believed.
fn split(text: &str) -> Vec<Vec<Piece>> {
    let mut sections = vec![Vec::new()];
    // a key may stand in several words ("header . d"), so words wait until it is clear whether `=` follows
    let mut key = String::new();
    let mut rest = text;
    let mut value_next = false;
    loop {
        let spaced = rest.starts_with(|c: char| c.is_whitespace() || c == '(');
        rest = match skip_blanks(rest) {
            Some(rest) => rest,
            None => break,
        };
        let Some(first) = rest.chars().next() else { break };
        let section = match sections.last_mut() {
            Some(section) => section,
            None => break,
        };
        if value_next && first != ';' {
            let Some((value, after)) = value(rest) else { break };
            section.push(Piece::Pair(std::mem::take(&mut key), value));
            (rest, value_next) = (after, false);
            continue;
        }
        match first {
            ';' => {
                end_word(&mut key, section);
                sections.push(Vec::new());
                (rest, value_next) = (rest.get(1..).unwrap_or_default(), false);
            }
            '=' => {
                value_next = !key.is_empty();
                rest = rest.get(1..).unwrap_or_default();
            }
            '"' => {
                end_word(&mut key, section);
                let Some((word, after)) = value(rest) else { break };
                section.push(Piece::Word(word));
                rest = after;
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "=;(\"".contains(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                let tied = key.ends_with(['.', '/']) || word.starts_with(['.', '/']);
                if spaced && !tied {
                    end_word(&mut key, section);
                }
                key.push_str(word);
                rest = after;
            }
        }
    }
    if let Some(section) = sections.last_mut()
        && !value_next
    {
        end_word(&mut key, section);
    }
    sections
}

fn end_word(word: &mut String, section: &mut Vec<Piece>) {
    if !word.is_empty() {
        section.push(Piece::Word(std::mem::take(word)));
    }
}

/// A quoted string without its quotes, or everything up to white space, a semicolon or a comment.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c.is_whitespace() || c == ';' || c == '(').unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        return Some((word.trim_matches(['<', '>']).to_owned(), rest));
    };
    let mut word = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((word, quoted.get(at + 1..)?)),
            '\\' => word.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => word.push(c),
        }
    }
    None
}

/// Without white space and comments (RFC 5322 3.2.2) at its start; `None` where a comment does not end.
pub(super) fn skip_blanks(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    while rest.starts_with('(') {
        rest = comment(rest)?.1.trim_start();
    }
    Some(rest)
}

/// What stands in the comment at the start of `text`, and what behind it. Comments nest.
pub(super) fn comment(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 1 => return Some((text.get(1..at)?, text.get(at + 1..)?)),
            ')' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `by | method=result key=value …| …`
    fn read(text: &str) -> String {
        let read = parse(text);
        let found = read.results.iter().map(|found| {
            let properties: String = found.properties.iter().map(|(key, value)| format!(" {key}={value}")).collect();
            format!("{}={}{properties}", found.method, found.result)
        });
        [vec![read.by.clone()], found.collect()].concat().join(" | ")
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        // RFC 8601 appendix B
        for (text, expected) in [
            ("example.org 1; none", "example.org"),
            ("example.com; spf=pass smtp.mailfrom=example.net", "example.com | spf=pass smtp.mailfrom=example.net"),
            (
                "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
                "example.com | auth=pass smtp.auth=sender@example.net | spf=pass smtp.mailfrom=example.net",
            ),
            (
                "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
                "foo.example.net | dkim=fail policy.expired=1362471462",
            ),
            (
                "example.com; dkim=fail reason=\"bad signature\" header.d=newyork.example.com",
                "example.com | dkim=fail reason=bad signature header.d=newyork.example.com",
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_servers_really_write_is_read() {
        for (text, expected) in [
            (
                "mx.example.org; dkim=pass (2048-bit key; unprotected) header.d=a.example header.i=@a.example header.b=\"Ab/c=\"; dmarc=pass (policy=none) header.from=a.example",
                "mx.example.org | dkim=pass header.d=a.example header.i=@a.example header.b=Ab/c= | dmarc=pass header.from=a.example",
            ),
            // Microsoft 365: nobody says it
            (
                "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=pass (signature was verified) header.d=a.example;dmarc=pass action=none header.from=a.example;compauth=pass reason=100",
                " | dkim=pass header.d=a.example | dmarc=pass action=none header.from=a.example | compauth=pass reason=100",
            ),
            ("\"mx.example.org\" ;dkim=none", "mx.example.org | dkim=none"),
            ("mx;spf=pass smtp.mailfrom=<ann@a.example>;", "mx | spf=pass smtp.mailfrom=ann@a.example"),
            ("mx; dkim=pass header.b=QUJD== header.d=a.example", "mx | dkim=pass header.b=QUJD== header.d=a.example"),
            ("MX.example.org; DKIM=PASS Header.D=A.example", "MX.example.org | dkim=pass header.d=A.example"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_stranger_smuggles_into_a_value_or_a_comment_is_no_result() {
        for (text, expected) in [
            (
                "mx; spf=fail smtp.mailfrom=\"x; dmarc=pass header.from=bank.example\"@evil.example; dkim=none",
                "mx | spf=fail smtp.mailfrom=x; dmarc=pass header.from=bank.example | dkim=none",
            ),
            ("mx; spf=fail (helo a; dmarc=pass) smtp.helo=a", "mx | spf=fail smtp.helo=a"),
            ("mx; spf=fail (helo a\\); dmarc=pass) smtp.helo=a", "mx | spf=fail smtp.helo=a"),
            ("mx; spf=fail (never closed; dmarc=pass", "mx | spf=fail"),
            ("mx; spf=fail smtp.helo=\"never closed; dmarc=pass", "mx | spf=fail"),
            ("(mx.example.org) evil; dmarc=pass", "evil | dmarc=pass"),
            ("; dmarc=pass", " | dmarc=pass"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z=;()\"\\\\. é<>/0-9]{0,120}") { // D-05
            parse(&text);
        }
    }
}
