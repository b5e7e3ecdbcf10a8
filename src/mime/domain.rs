//! Domains of addresses: how they are compared, and to whom they belong.

/// Octets of a name that DNS may have in any spelling: RFC 1035 2.3.4 wants 255 of ASCII.
const LONGEST: usize = 1000;

/// The domain of an addr-spec as DNS has it: lower case, international names in ASCII; empty where there is none.
pub(super) fn of(addr: &str) -> String {
    let domain = addr.rsplit_once('@').map_or("", |(_, domain)| domain);
    ascii(domain)
}

/// A domain as DNS has it; one that can't be in DNS is itself, in lower case.
pub(super) fn ascii(domain: &str) -> String {
    let domain = domain.trim().trim_end_matches('.');
    let short = Some(domain).filter(|domain| domain.len() <= LONGEST);
    short.and_then(|domain| idna::domain_to_ascii(domain).ok()).unwrap_or_else(|| domain.to_lowercase())
}

/// The part of a domain (lower case, ASCII) that somebody had to register, by the Public Suffix List: `example.co.uk`
/// of `mail.example.co.uk`. A public suffix or an address of numbers is itself.
pub(super) fn organisation(domain: &str) -> &str {
    psl::domain_str(domain).unwrap_or(domain)
}

/// Whether two domains (lower case, ASCII) are aligned (RFC 7489 3.1.1, relaxed).
pub(super) fn aligned(one: &str, other: &str) -> bool {
    !one.is_empty() && organisation(one) == organisation(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_compared_by_what_somebody_registered() {
        for (one, other, expected) in [
            ("example.org", "example.org", true),
            ("mail.example.org", "news.example.org", true),
            ("example.org", "example.org.evil.example", false),
            ("a.co.uk", "b.co.uk", false),
            ("x.a.co.uk", "a.co.uk", true),
            ("ann.github.io", "ben.github.io", false),
            ("github.io", "evil.github.io", false),
            ("bank.example", "mybank.example", false),
            ("[192.0.2.1]", "[192.0.2.2]", false),
            ("", "", false),
        ] {
            assert_eq!(aligned(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn an_international_domain_is_the_same_in_both_spellings() {
        assert_eq!(of("ann@Bücher.example"), "xn--bcher-kva.example");
        assert_eq!(of("ann@XN--bcher-kva.example."), "xn--bcher-kva.example");
        assert_eq!((of("ann"), of("")), (String::new(), String::new()));
        let endless = "\u{dc}.".repeat(LONGEST);
        assert_eq!(ascii(&endless), endless.to_lowercase().trim_end_matches('.'));
    }
}
