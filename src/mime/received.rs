//! The `Received` field (RFC 5321 4.4): which host wrote it, and from whom that host took the message.

use std::net::IpAddr;

use super::authentication_results::{comment, skip_blanks};

/// One hop.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hop<'a> {
    /// Who wrote the field; empty where it does not say.
    pub(super) by: &'a str,
    /// From whom.
    pub(super) from: From<'a>,
}

/// From whom a host took a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum From<'a> {
    /// From nobody: it was written or passed on there.
    #[default]
    Itself,
    /// From a host that the writer looked up by its address; the name is empty where it has none.
    Known { name: &'a str, address: Option<IpAddr> },
    /// From whoever called itself so, and over a protocol that only one's own servers speak among themselves (LMTP), or
    /// without a word on the connection.
    Called(&'a str),
}

/// Reads a field's text on one line.
pub(super) fn parse(text: &str) -> Hop<'_> {
    read(text).unwrap_or_default()
}

fn read(text: &str) -> Option<Hop<'_>> {
    let mut rest = skip_blanks(text)?;
    let (mut from, mut by, mut protocol) = (None, "", "");
    let (first, after) = word(rest);
    if first.eq_ignore_ascii_case("from") {
        // what the other side called itself, brackets glued to it included: it chose them
        let (called, behind) = word(after.trim_start());
        let behind = behind.trim_start();
        let tcp_info = if behind.starts_with('(') { Some(comment(behind)?.0) } else { None };
        from = Some((called, tcp_info));
        rest = skip_blanks(behind)?;
    }
    loop {
        let (key, after) = word(rest);
        if key.is_empty() || key.starts_with(';') {
            break;
        }
        rest = skip_blanks(after)?;
        if key.eq_ignore_ascii_case("by") && by.is_empty() {
            (by, rest) = word(rest);
        } else if key.eq_ignore_ascii_case("with") && protocol.is_empty() {
            (protocol, rest) = word(rest);
        }
        rest = skip_blanks(rest)?;
    }
    let local = protocol.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("LMTP"));
    let from = match from {
        None => From::Itself,
        Some((called, _)) if local => From::Called(called),
        Some((called, None)) => From::Called(called),
        Some((called, Some(info))) => known(called, info),
    };
    Some(Hop { by, from })
}

/// A word up to white space or the semicolon before the date, and the rest.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == ';').unwrap_or(text.len());
    text.split_at_checked(end.max(usize::from(text.starts_with(';')))).unwrap_or((text, ""))
}

/// `mx.example.org [192.0.2.1]`, `[127.0.0.1]`, `ann@host [192.0.2.1] (may be forged)`, `192.0.2.1`, `helo=…`.
fn known<'a>(called: &'a str, info: &'a str) -> From<'a> {
    let (name, address) = match info.split_once('[') {
        Some((before, after)) => (before.trim(), after.split(']').next().unwrap_or_default()),
        None => ("", info.trim()),
    };
    let literal = called.strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
    let address = ip(address).or_else(|| ip(literal?));
    let name = name.rsplit(['@', ' ']).next().unwrap_or_default();
    let doubtful = name.eq_ignore_ascii_case("unknown") || info.contains("may be forged") || address.is_none();
    From::Known { name: if doubtful { "" } else { name }, address }
}

fn ip(text: &str) -> Option<IpAddr> {
    let tagged = text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("IPv6:"));
    let text = if tagged { text.get(5..)? } else { text };
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_read_as_servers_write_them() {
        let known = |name, address: &str| From::Known { name, address: address.parse().ok() };
        for (text, by, from) in [
            (
                "from mail.a.example (mail.a.example [192.0.2.1]) (using TLSv1.3 with cipher X (256/256 bits)) by mx.example.org (Postfix) with ESMTPS id 1; Tue, 13 Jan 2026 09:30:00 +0100",
                "mx.example.org",
                known("mail.a.example", "192.0.2.1"),
            ),
            (
                "from mx.example.org (unknown [192.0.2.1]) by mx.example.org with SMTP",
                "mx.example.org",
                known("", "192.0.2.1"),
            ),
            ("from a (a [IPv6:2001:db8::1]) by b; date", "b", known("a", "2001:db8::1")),
            ("from a (evil [192.0.2.1] (may be forged)) by b", "b", known("", "192.0.2.1")),
            // Exim
            ("from [192.0.2.1] (helo=mx.example.org) by b with esmtp (Exim 4.96)", "b", known("", "192.0.2.1")),
            ("from mx.example.org ([127.0.0.1] helo=x) by b with esmtp", "b", known("", "127.0.0.1")),
            // Exchange
            ("from mx.example.org (192.0.2.1) by b with Microsoft SMTP Server", "b", known("", "192.0.2.1")),
            // Dovecot
            (
                "from mx.example.org\tby imap.example.org with LMTP\tid x\tfor <a@b>; date",
                "imap.example.org",
                From::Called("mx.example.org"),
            ),
            ("from mx ([192.0.2.1]) by imap with LMTPSA id x; date", "imap", From::Called("mx")),
            ("by mx.example.org (Postfix, from userid 0) id 1; date", "mx.example.org", From::Itself),
            ("(comment) from a (b [192.0.2.1]) by c; date", "c", known("b", "192.0.2.1")),
            ("nonsense", "", From::Itself),
            ("", "", From::Itself),
        ] {
            assert_eq!(parse(text), Hop { by, from }, "{text}");
        }
    }

    #[test]
    fn what_a_stranger_calls_itself_is_not_what_it_is() {
        for text in [
            "from x(localhost[127.0.0.1]) (evil.example [192.0.2.1]) by mx; date",
            "from by (evil.example [192.0.2.1]) by mx; date",
            "from (mx (evil.example [192.0.2.1]) by mx; date",
        ] {
            let hop = parse(text);
            let caught = hop == Hop::default()
                || hop
                    == Hop { by: "mx", from: From::Known { name: "evil.example", address: "192.0.2.1".parse().ok() } };
            assert!(caught, "{text}: {hop:?}");
        }
    }
}
