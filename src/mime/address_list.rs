//! Lists of addresses (RFC 5322 3.4 with its obsolete forms), read as a person would.

use super::address_token::{Kind, Token, Tokens};
use super::header_field::visible;
use super::{encoded_word, missing_comma};
use crate::mail::Address;

/// Every mailbox of a list, in order; groups dissolved, empty places left out.
pub(super) fn parse(text: &str) -> Vec<Address> {
    read(text, whole)
}

/// As [`parse()`], of those whom a message goes to: where a comma is missing they are parted all the same. Of a sender it
/// would be a way to stand behind another one.
pub(super) fn parse_recipients(text: &str) -> Vec<Address> {
    read(text, missing_comma::parted)
}

fn read(text: &str, parted: Parted) -> Vec<Address> {
    let mut found = entries(text, parted);
    // the whole field as one encoded word hides its structure; nothing else can be meant
    if let [only] = found.as_slice()
        && only.addr.is_empty()
        && text.trim_start().starts_with("=?")
        && only.name.contains('@')
    {
        let inside = entries(&only.name, parted);
        if inside.iter().all(|address| !address.addr.is_empty()) && !inside.is_empty() {
            found = inside;
        }
    }
    found
}

/// Into what an entry falls apart that is more than one.
type Parted = for<'a, 't> fn(&'a [Token<'t>]) -> Vec<&'a [Token<'t>]>;

fn whole<'a, 't>(entry: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    vec![entry]
}

fn entries(text: &str, parted: Parted) -> Vec<Address> {
    let mut found = Vec::new();
    let mut entry: Vec<Token<'_>> = Vec::new();
    let (mut angle, mut route, mut seen_at) = (false, false, false);
    let grouped = text.contains(';');
    for token in Tokens::new(text) {
        match token.kind {
            Kind::Special('<') => angle = true,
            Kind::Special('>') => angle = false,
            Kind::Special('@') => {
                seen_at = true;
                // only a source route begins with it (RFC 5322 4.4)
                route |= angle && matches!(entry.last(), Some(last) if last.kind == Kind::Special('<'));
            }
            // a group's name; without the semicolon that ends a group it may be part of a name
            Kind::Special(':') if !angle && !seen_at && grouped => {
                entry.clear();
                continue;
            }
            Kind::Special(':') => route = false,
            // commas belong to a route (`<@a,@b:c@d>`) and to nothing else inside brackets
            Kind::Special(',') if angle && route => {}
            Kind::Special(',' | ';') => {
                found.extend(parted(&entry).into_iter().filter_map(address));
                entry.clear();
                (angle, route, seen_at) = (false, false, false);
                continue;
            }
            _ => {}
        }
        entry.push(token);
    }
    found.extend(parted(&entry).into_iter().filter_map(address));
    found
}

/// What one entry of the list says.
fn address(entry: &[Token<'_>]) -> Option<Address> {
    // a comment alone is nobody (RFC 5322 A.5)
    if entry.iter().all(|token| matches!(token.kind, Kind::Comment(_))) {
        return None;
    }
    let open = entry.iter().rposition(|token| token.kind == Kind::Special('<'));
    let (said, addr) = match open {
        Some(at) => {
            let (before, after) = (entry.get(..at)?, entry.get(at + 1..)?);
            let close = after.iter().position(|token| token.kind == Kind::Special('>')).unwrap_or(after.len());
            let inside = after.get(..close)?;
            let start = inside.iter().position(|token| token.kind == Kind::Special(':')).map_or(0, |colon| colon + 1);
            let route = matches!(inside.first(), Some(token) if token.kind == Kind::Special('@'));
            let scheme = start == 2 && !route; // `<mailto:anna@example.com>`
            let spec = inside.get(if route || scheme { start } else { 0 }..)?;
            let after_close = after.get(close + 1..).unwrap_or_default();
            // `<anna@example.com> Anna`, `<anna@example.com> (Anna)`
            let phrase =
                if before.iter().any(|token| !matches!(token.kind, Kind::Special(_))) { before } else { after_close };
            (name(phrase), joined(spec))
        }
        None => bare(entry)?,
    };
    let addr = visible(addr.trim()).into_owned();
    let mut name = visible(&said).trim().to_owned();
    if name.contains("  ") {
        name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    (!name.is_empty() || !addr.is_empty()).then_some(Address { name, addr })
}

/// An entry without brackets: `anna@example.com`, `anna@example.com (Anna)`, `Anna anna@example.com`, `root`.
fn bare(entry: &[Token<'_>]) -> Option<(String, String)> {
    // an unfinished group (`undisclosed-recipients:`), or a scheme (`mailto:anna@example.com`)
    let colon = entry.iter().rposition(|token| token.kind == Kind::Special(':'));
    let entry = entry.get(colon.map_or(0, |colon| colon + 1)..)?;
    let Some(at) = entry.iter().rposition(|token| token.kind == Kind::Special('@')) else {
        let words = entry.iter().filter(|token| !matches!(token.kind, Kind::Comment(_))).count();
        return Some(
            match entry.iter().find(|token| !matches!(token.kind, Kind::Comment(_))).map(|token| &token.kind) {
                // a local part alone, as cron writes
                Some(Kind::Atom(word)) if words == 1 && !word.starts_with("=?") => {
                    (comment(entry).unwrap_or_default(), (*word).to_owned())
                }
                // a whole address in quotes
                Some(Kind::Quoted(text)) if words == 1 && text.contains('@') && !text.contains(char::is_whitespace) => {
                    (comment(entry).unwrap_or_default(), text.clone().into_owned())
                }
                _ => (name(entry), String::new()),
            },
        );
    };
    // white space around dots and `@` is allowed, and obsolete (RFC 5322 4.4): the spec grows while dots tie it, and
    // comments that stand between loosen nothing
    let (mut start, mut first) = (at, at);
    while let Some(token) = start.checked_sub(1).and_then(|before| entry.get(before)) {
        let tied = first == at
            || matches!(&token.kind, Kind::Atom(word) if word.ends_with('.'))
            || matches!(entry.get(first).map(|token| &token.kind), Some(Kind::Atom(word)) if word.starts_with('.'));
        match token.kind {
            Kind::Comment(_) => start -= 1,
            Kind::Atom(_) | Kind::Quoted(_) if tied => {
                start -= 1;
                first = start;
            }
            _ => break,
        }
    }
    let (mut end, mut last) = (at + 1, at);
    let mut open = true;
    while let Some(token) = entry.get(end) {
        match &token.kind {
            Kind::Comment(_) => {}
            Kind::Atom(word) if open || word.starts_with('.') => {
                open = word.ends_with('.');
                last = end;
            }
            _ => break,
        }
        end += 1;
    }
    let before = entry.get(..start)?;
    let rest: Vec<Token<'_>> = before.iter().chain(entry.get(end..)?).cloned().collect();
    let spec = entry.get(start..end)?;
    let mut name = name(&rest);
    if name.trim().is_empty() {
        // a comment inside the spec names no person
        let (before, behind) = (entry.get(start..first)?, entry.get(last + 1..end)?);
        name = comment(behind).or_else(|| comment(before)).unwrap_or_default();
    }
    Some((name, joined(spec)))
}

/// The last comment, which old mailers use for the name; decoded.
fn comment(tokens: &[Token<'_>]) -> Option<String> {
    tokens.iter().rev().find_map(|token| match &token.kind {
        Kind::Comment(text) => Some(encoded_word::decode(text).into_owned()),
        _ => None,
    })
}

/// The display name, decoded: words and quoted strings; the comment where there is nothing else.
fn name(phrase: &[Token<'_>]) -> String {
    let mut name = String::new();
    // what stands outside quotes is decoded in a row; an encoded word in quotes is none to its neighbours, and the
    // blank between them is one
    let mut bare = String::new();
    for token in phrase {
        if token.spaced && !(name.is_empty() && bare.is_empty()) {
            bare.push(' ');
        }
        match &token.kind {
            Kind::Atom(word) => bare.push_str(word),
            Kind::Quoted(text) => {
                name.push_str(&encoded_word::decode(&bare));
                name.push_str(&encoded_word::decode(text));
                bare.clear();
            }
            Kind::Special(mark) if !matches!(mark, '<' | '>') => bare.push(*mark),
            Kind::Special(_) | Kind::Comment(_) => {}
        }
    }
    name.push_str(&encoded_word::decode(&bare));
    if name.trim().is_empty() { comment(phrase).unwrap_or_default() } else { name }
}

/// The addr-spec without comments and white space; a quoted local part keeps its quotes.
fn joined(spec: &[Token<'_>]) -> String {
    let mut addr = String::new();
    let whole = spec.iter().filter(|token| !matches!(token.kind, Kind::Comment(_))).count() == 1;
    for token in spec {
        match &token.kind {
            Kind::Atom(word) => addr.push_str(word),
            Kind::Quoted(text) if whole && text.contains('@') => addr.push_str(text),
            Kind::Quoted(text) => {
                addr.push('"');
                for c in text.chars() {
                    if matches!(c, '"' | '\\') {
                        addr.push('\\');
                    }
                    addr.push(c);
                }
                addr.push('"');
            }
            Kind::Special(mark) => addr.push(*mark),
            Kind::Comment(_) => {}
        }
    }
    addr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(list: &str, expected: &[(&str, &str)]) {
        let found: Vec<_> = parse(list).into_iter().map(|address| (address.name, address.addr)).collect();
        let expected: Vec<_> = expected.iter().map(|(name, addr)| ((*name).to_owned(), (*addr).to_owned())).collect();
        assert_eq!(found, expected, "{list:?}");
    }

    #[test]
    fn the_usual_forms_are_read() {
        reads("Anna Example <anna@example.com>", &[("Anna Example", "anna@example.com")]);
        reads("\"Example, Anna\" <a@b>, c@d", &[("Example, Anna", "a@b"), ("", "c@d")]);
        reads("John Q. Public <jqp@example.com>", &[("John Q. Public", "jqp@example.com")]);
        reads("anna@example.com (Anna Example)", &[("Anna Example", "anna@example.com")]);
        reads("\"Joe \\\"Q\\\" P\" <\"j. p\"@b.c>", &[("Joe \"Q\" P", "\"j. p\"@b.c")]);
        reads("a@[192.0.2.1], b@[IPv6:2001:db8::1]", &[("", "a@[192.0.2.1]"), ("", "b@[IPv6:2001:db8::1]")]);
    }

    #[test]
    fn groups_are_dissolved() {
        reads(
            "Team: alice@example.com, \"Bob B\" <bob@example.com>;, carol@example.com",
            &[("", "alice@example.com"), ("Bob B", "bob@example.com"), ("", "carol@example.com")],
        );
        reads("undisclosed-recipients:;", &[]);
        reads("undisclosed-recipients:", &[]);
    }

    #[test]
    fn comments_do_not_confuse() {
        reads("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", &[("Pete", "pete@silly.test")]);
        reads("(outer (inner) x) a@b (Name)", &[("Name", "a@b")]);
        reads("anna(home)@example(x).com", &[("", "anna@example.com")]);
        reads("Anna (x) anna (home) @ example.com (y)", &[("Anna", "anna@example.com")]);
    }

    #[test]
    fn a_comment_alone_is_nobody() {
        // RFC 5322 A.5
        reads("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", &[]);
        reads("a@x (A), (nobody), b@x (B), (and friends)", &[("A", "a@x"), ("B", "b@x")]);
        reads("(nobody)", &[]);
    }

    #[test]
    fn the_blank_beside_a_quoted_encoded_word_is_one() {
        for name in [
            "\"=?utf-8?Q?J=C3=B6rg?=\" =?utf-8?Q?M=C3=BCller?=",
            "\"=?utf-8?Q?J=C3=B6rg?=\" \"=?utf-8?Q?M=C3=BCller?=\"",
        ] {
            reads(&format!("{name} <j@x>"), &[("Jörg Müller", "j@x")]);
        }
    }

    #[test]
    fn obsolete_forms_are_read() {
        reads("Old <@relay1.example,@relay2.example:dest@example.com>", &[("Old", "dest@example.com")]);
        reads("anna . b @ example . com", &[("", "anna.b@example.com")]);
        reads("a@example.org,, ,b@example.org,", &[("", "a@example.org"), ("", "b@example.org")]);
        reads("a@b; c@d", &[("", "a@b"), ("", "c@d")]);
    }

    #[test]
    fn encoded_words_are_decoded_wherever_they_stand() {
        reads(
            "=?utf-8?Q?J=C3=BCrgen?= =?utf-8?Q?_Q=2E?= Public <jq@example.com>",
            &[("Jürgen Q. Public", "jq@example.com")],
        );
        reads("\"=?utf-8?B?SsO2cmcgR3Jvw58=?=\" <jg@example.com>", &[("Jörg Groß", "jg@example.com")]);
        reads("=?utf-8?Q?M=C3=BCller, A@B <x>?= <a@b>", &[("Müller, A@B <x>", "a@b")]);
        reads("a@b (=?utf-8?Q?J=C3=B6rg?=)", &[("Jörg", "a@b")]);
        reads("=?utf-8?Q?Anna_=3Ca=40b=3E?=", &[("Anna", "a@b")]);
    }

    #[test]
    fn an_encoded_comma_or_bracket_adds_nobody() {
        reads("=?utf-8?Q?x=2C_evil=40example.org?= <a@b>", &[("x, evil@example.org", "a@b")]);
        reads(
            "=?utf-8?Q?boss=40corp.example_=3Cboss=40corp.example=3E?= <evil@x>",
            &[("boss@corp.example <boss@corp.example>", "evil@x")],
        );
    }

    #[test]
    fn what_is_broken_is_read_as_meant() {
        reads("<>", &[]);
        reads("Anna <>", &[("Anna", "")]);
        reads("Anna <a@b", &[("Anna", "a@b")]);
        reads("Anna <a@b, Ben <c@d>", &[("Anna", "a@b"), ("Ben", "c@d")]);
        reads("\"Anna <a@b>", &[("Anna", "a@b")]);
        reads("Anna (x <a@b>", &[("Anna (x", "a@b")]);
        reads("Anna a@b", &[("Anna", "a@b")]);
        reads("a@b <a@b>", &[("a@b", "a@b")]);
        reads("root", &[("", "root")]);
        reads("Cron Daemon", &[("Cron Daemon", "")]);
        reads("<mailto:a@b>", &[("", "a@b")]);
        reads("mailto:a@b", &[("", "a@b")]);
        reads("Anna :-) <a@b>", &[("Anna :-)", "a@b")]);
        reads("[List] Anna <a@b>", &[("[List] Anna", "a@b")]);
        reads("'a@b'", &[("", "'a@b'")]);
    }

    #[test]
    fn hostile_lists_cost_linear_time() {
        for piece in [
            "\"", "(", "\\\"", "=?", "=?a?q?", "<", "@", "=", "[", "(\\", "a,", ":", "\"(", "<@a,", "[ ", "a@", "<a:",
            ";:",
        ] {
            let list = piece.repeat(200_000 / piece.len());
            let (_, spent) = crate::spent::spent(|| parse(&list));
            assert!(spent.as_secs() < 3, "{piece:?} took {spent:?}"); // D-04
        }
        // where an end of an encoded word stands before everything or behind it
        for (begin, piece, end) in
            [("?= ", "x=?a?q?", ""), ("", "=,", "?="), ("", "=?aaaa,", "?="), ("?=,", "=?a?b?,", "")]
        {
            let list = format!("{begin}{}{end}", piece.repeat(500_000 / piece.len()));
            let (_, spent) = crate::spent::spent(|| parse(&list));
            assert!(spent.as_secs() < 3, "{piece:?} took {spent:?}"); // D-04
        }
    }
}
