//! Hosts that are not what they look like: numbers, and names in letters that look like other letters.

use std::net::IpAddr;

use unicode_security::RestrictionLevel;
use unicode_security::RestrictionLevelDetection;
use unicode_security::confusable_detection::skeleton;
use url::Host;

/// A host as a person should read it, and whether it must be said, whatever the link's text is.
pub(super) struct Shown {
    /// Decoded where that deceives nobody, else in both forms.
    pub(super) text: String,
    /// A raw address, or a look-alike.
    pub(super) is_odd: bool,
}

/// Reads the host of a URL.
pub(super) fn shown(host: &Host<&str>) -> Shown {
    let name = match host {
        Host::Ipv4(address) => return Shown { text: IpAddr::V4(*address).to_string(), is_odd: true },
        Host::Ipv6(address) => return Shown { text: format!("[{address}]"), is_odd: true },
        Host::Domain(name) => *name,
    };
    if !name.split('.').any(|label| label.starts_with("xn--")) {
        return Shown { text: name.to_owned(), is_odd: false };
    }
    let (decoded, read) = idna::domain_to_unicode(name);
    if read.is_err() || decoded.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Shown { text: name.to_owned(), is_odd: true };
    }
    match decoded.split('.').any(is_look_alike) {
        true => Shown { text: format!("{decoded} ({name})"), is_odd: true },
        false => Shown { text: decoded, is_odd: false },
    }
}

/// Whether a label mixes scripts that nobody mixes, or could be taken for one of plain letters (UTS 39 4, 5.2).
fn is_look_alike(label: &str) -> bool {
    !label.is_ascii()
        && (!label.check_restriction_level(RestrictionLevel::HighlyRestrictive)
            || skeleton(label).all(|c| c.is_ascii()))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn of(address: &str) -> (String, bool) {
        let url = Url::parse(address).unwrap();
        let shown = shown(&url.host().unwrap());
        (shown.text, shown.is_odd)
    }

    #[test]
    fn raw_addresses_are_odd_in_any_spelling() {
        for (address, text) in [
            ("http://192.0.2.1/", "192.0.2.1"),
            ("http://2130706433/", "127.0.0.1"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://[2001:db8::1]/", "[2001:db8::1]"),
        ] {
            assert_eq!(of(address), (text.to_owned(), true), "{address}");
        }
    }

    #[test]
    fn names_in_look_alike_letters_are_odd_and_honest_ones_are_not() {
        for (address, text, is_odd) in [
            ("https://аррӏе.example/", "аррӏе.example (xn--80ak6aa92e.example)", true), // all of it Cyrillic
            ("https://pаypal.example/", "pаypal.example (xn--pypal-4ve.example)", true), // one letter of it
            ("https://ɢoogle.example/", "ɢoogle.example (xn--oogle-wmc.example)", true),
            ("https://münchen.example/", "münchen.example", false),
            ("https://пример.example/", "пример.example", false),
            ("https://写真.example/", "写真.example", false),
            ("https://example.org/", "example.org", false),
        ] {
            assert_eq!(of(address), (text.to_owned(), is_odd), "{address}");
        }
        assert!(shown(&Host::Domain("xn--zzzzzzzz99999999.example")).is_odd, "what can't be decoded");
    }
}
