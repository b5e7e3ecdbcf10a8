//! Addresses as they may go out (RFC 5322 3.4.1, RFC 6531): strict, where reading is tolerant.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::mail::AddressFault;

/// Octets before the `@`, and of the whole (RFC 5321 4.5.3.1).
const LONGEST_LOCAL: usize = 64;
const LONGEST: usize = 254;
/// Octets of a label of a domain, and of a domain (RFC 1035 2.3.4).
const LONGEST_LABEL: usize = 63;
const LONGEST_DOMAIN: usize = 253;

/// An address in its two halves.
struct AddrSpec {
    /// As typed.
    local: String,
    /// For people.
    domain: String,
    /// For DNS.
    ascii: String,
}

/// The address, tidied: marks without width, which come along when one is copied, are gone; an international domain is in
/// its usual spelling.
pub(super) fn checked(text: &str) -> Result<String, AddressFault> {
    let spec = read(text)?;
    Ok(format!("{}@{}", spec.local, spec.domain))
}

/// The address as it stands in headers and in SMTP: an international domain in ASCII (RFC 5890 A-labels) where the local part
/// is ASCII too, so that any server takes it; else as it is, for servers with SMTPUTF8. `None` where it is no address.
pub fn wire_address(addr: &str) -> Option<String> {
    let spec = read(addr).ok()?;
    let domain = if spec.local.is_ascii() { spec.ascii } else { spec.domain };
    Some(format!("{}@{domain}", spec.local))
}

fn read(text: &str) -> Result<AddrSpec, AddressFault> {
    let text: String = text.trim().chars().filter(|c| !is_without_width(*c)).collect();
    let (local, domain) = halves(&text)?;
    match (local.is_empty(), domain.is_empty()) {
        (true, true) => return Err(AddressFault::NoAddress),
        (true, false) => return Err(AddressFault::NoLocalPart),
        (false, true) => return Err(AddressFault::NoDomain),
        (false, false) => {}
    }
    if !local.starts_with('"') {
        check_dots(local)?;
        if let Some(odd) = local.chars().find(|c| *c != '.' && !is_of_atom(*c)) {
            return Err(fault_of(odd));
        }
    }
    let (domain, ascii) = if domain.starts_with('[') { literal(domain)? } else { name(domain)? };
    if local.len() > LONGEST_LOCAL || local.len() + 1 + ascii.len().max(domain.len()) > LONGEST {
        return Err(AddressFault::TooLong);
    }
    Ok(AddrSpec { local: local.to_owned(), domain, ascii })
}

/// What stands before and behind the one `@` that counts.
fn halves(text: &str) -> Result<(&str, &str), AddressFault> {
    if text.starts_with('"') {
        let end = closing_quote(text).ok_or(AddressFault::Unclosed)?;
        let (local, behind) = text.split_at_checked(end + 1).ok_or(AddressFault::Unclosed)?;
        return match behind.strip_prefix('@') {
            Some(domain) => Ok((local, domain)),
            None => Err(AddressFault::NoAddress),
        };
    }
    let (local, domain) = text.split_once('@').ok_or(match text.contains(char::is_whitespace) {
        true => AddressFault::Blank,
        false => AddressFault::NoAddress,
    })?;
    if domain.contains('@') {
        return Err(AddressFault::SeveralAts);
    }
    Ok((local, domain))
}

/// Where the quoted string at the start ends; `None` where it does not, or has control characters in it.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if c.is_control() => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// A domain by its name, for people and for DNS.
fn name(domain: &str) -> Result<(String, String), AddressFault> {
    check_dots(domain)?;
    if let Some(odd) = domain.chars().find(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
        return Err(fault_of(odd));
    }
    if let Some(odd) = domain.chars().find(|c| c.is_control() || c.is_whitespace()) {
        return Err(fault_of(odd));
    }
    let ascii = idna::domain_to_ascii(domain).map_err(|_| AddressFault::Domain)?;
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.is_ascii()
    };
    if ascii.len() > LONGEST_DOMAIN || !ascii.split('.').all(is_label) {
        return Err(AddressFault::Domain);
    }
    let shown = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_unicode(&ascii).0 };
    Ok((shown, ascii))
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 4.1.3).
fn literal(domain: &str) -> Result<(String, String), AddressFault> {
    let inside = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or(AddressFault::Unclosed)?;
    let is_one = match inside.get(..5).filter(|tag| tag.eq_ignore_ascii_case("IPv6:")) {
        Some(_) => inside.get(5..).is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => inside.parse::<Ipv4Addr>().is_ok(),
    };
    if is_one { Ok((domain.to_owned(), domain.to_owned())) } else { Err(AddressFault::Domain) }
}

fn check_dots(side: &str) -> Result<(), AddressFault> {
    if side.starts_with('.') || side.ends_with('.') || side.contains("..") { Err(AddressFault::Dots) } else { Ok(()) }
}

fn fault_of(odd: char) -> AddressFault {
    match odd {
        '(' | ')' => AddressFault::Comment,
        '"' | '<' | '>' | '[' | ']' => AddressFault::Unclosed,
        _ if odd.is_whitespace() => AddressFault::Blank,
        _ => AddressFault::Character(odd),
    }
}

/// `atext` (RFC 5322 3.2.3, RFC 6532 3.2).
fn is_of_atom(c: char) -> bool {
    match c {
        _ if !c.is_ascii() => !c.is_control() && !c.is_whitespace(),
        _ => c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c),
    }
}

/// Zero-width and direction marks, of which none is part of an address.
pub(super) fn is_without_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_have_them() {
        for (typed, address) in [
            ("ann@b.example", "ann@b.example"),
            (" ann.b+tag@b.example ", "ann.b+tag@b.example"),
            ("Ann@B.Example", "Ann@B.Example"),
            ("a@b", "a@b"),
            ("o'neil@b.example", "o'neil@b.example"),
            ("\"j. p@x\"@b.example", "\"j. p@x\"@b.example"),
            ("a@[192.0.2.1]", "a@[192.0.2.1]"),
            ("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"),
            ("jörg@b.example", "jörg@b.example"),
            ("ann@BÜCHER.example", "ann@bücher.example"),
            ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
            ("\u{200b}ann@b.example\u{feff}", "ann@b.example"),
        ] {
            assert_eq!(checked(typed).as_deref(), Ok(address), "{typed:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let long = format!("{}@b.example", "a".repeat(65));
        let far = format!("a@{}", "b23456789.".repeat(26) + "example");
        for (typed, why) in [
            ("", AddressFault::NoAddress),
            ("@", AddressFault::NoAddress),
            ("ann", AddressFault::NoAddress),
            ("@b.example", AddressFault::NoLocalPart),
            ("ann@", AddressFault::NoDomain),
            ("ann@@b.example", AddressFault::SeveralAts),
            ("a@b@c", AddressFault::SeveralAts),
            ("ann b@c.example", AddressFault::Blank),
            ("ann@b .example", AddressFault::Blank),
            ("ann@b.example\r\nBcc: x@y", AddressFault::SeveralAts),
            ("ann@b\r\n.example", AddressFault::Blank), // I-05
            ("ann\0@b.example", AddressFault::Character('\0')),
            ("ann@b\0.example", AddressFault::Character('\0')),
            ("\"a\r\nb\"@c", AddressFault::Unclosed),
            ("ann..b@c.example", AddressFault::Dots),
            (".ann@b", AddressFault::Dots),
            ("ann@b..example", AddressFault::Dots),
            ("ann@b.example.", AddressFault::Dots),
            ("ann(x)@b", AddressFault::Comment),
            ("ann@-b.example", AddressFault::Domain),
            ("ann@[300.0.0.1]", AddressFault::Domain),
            ("ann@[192.0.2.1", AddressFault::Unclosed),
            ("ann@b,c", AddressFault::Character(',')),
            ("a;b@c", AddressFault::Character(';')),
            (&long, AddressFault::TooLong),
            (&far, AddressFault::Domain),
        ] {
            assert_eq!(checked(typed), Err(why), "{typed:?}");
        }
    }

    #[test]
    fn an_international_domain_goes_out_in_ascii_where_that_helps() {
        assert_eq!(wire_address("ann@bücher.example").as_deref(), Some("ann@xn--bcher-kva.example"));
        assert_eq!(wire_address("jörg@bücher.example").as_deref(), Some("jörg@bücher.example"));
        assert_eq!(wire_address("ann"), None);
    }
}
