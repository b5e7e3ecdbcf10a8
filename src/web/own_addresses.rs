//! Which addresses a person may write from (`I-05`): the one they sign in with, and those that the operator allows. The
//! submission server has the last word, when something is sent.

use std::net::IpAddr;

use crate::config::{Addresses, Config};

/// What one person may write from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnAddresses {
    first: String,
    aliases: Vec<String>,
    rule: Addresses,
}

impl OwnAddresses {
    /// Of whoever signs in as `user`. A name that is no address stands for its first alias, else for name@host of the
    /// mail server.
    pub(super) fn of(user: &str, config: &Config) -> Self {
        let domain = domain_of(user).map(str::to_lowercase);
        let served = config.domains.iter().find(|served| domain.as_ref() == Some(&served.name));
        let identities = served.and_then(|served| served.identities.as_ref()).unwrap_or(&config.identities);
        let mut aliases = identities.aliases.get(&user.to_lowercase()).cloned().unwrap_or_default();
        let first = if domain.is_some() {
            user.to_owned()
        } else if aliases.is_empty() {
            let server = served.and_then(|served| served.imap.as_ref()).or(config.imap.as_ref());
            format!("{user}@{}", server.map_or_else(|| "localhost".to_owned(), |server| as_domain(&server.at.host)))
        } else {
            aliases.remove(0)
        };
        aliases.retain(|alias| !same(alias, &first));
        Self { first, aliases, rule: identities.addresses }
    }

    /// The one that everybody has.
    pub(super) fn first(&self) -> &str {
        &self.first
    }

    /// Those that are known, the first one first.
    pub(super) fn known(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.first).chain(&self.aliases).map(String::as_str)
    }

    /// Whether only those that are known may be used.
    pub(super) fn are_all_known(&self) -> bool {
        self.rule == Addresses::Own
    }

    /// Whether this one may be used.
    pub(super) fn allow(&self, address: &str) -> bool {
        let of_domain = || domain_of(&self.first).zip(domain_of(address)).is_some_and(|(ours, its)| same(ours, its));
        match self.rule {
            Addresses::Any => true,
            Addresses::Domain if of_domain() => true,
            Addresses::Domain | Addresses::Own => self.known().any(|known| same(known, address)),
        }
    }
}

fn domain_of(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty())
}

/// A mail address is the same in any case of its letters (RFC 5321 2.4 in practice).
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// A server's name, or its address as mail has it (RFC 5321 4.1.3).
fn as_domain(host: &str) -> String {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(user: &str, keys: &str) -> OwnAddresses {
        let config = format!("[imap]\nhost = \"imap.example.org\"\n{keys}");
        OwnAddresses::of(user, &Config::parse(&config, &[]).unwrap())
    }

    #[test]
    fn one_writes_from_the_address_one_signs_in_with_and_from_no_other() {
        let ann = of("Ann@example.org", "");
        assert_eq!(ann.known().collect::<Vec<_>>(), ["Ann@example.org"]);
        assert!(ann.are_all_known() && ann.allow("ann@EXAMPLE.org"));
        for wrong in ["ben@example.org", "ann@example.com", "", "ann", "ann@example.org@evil.example"] {
            assert!(!ann.allow(wrong), "{wrong}"); // I-05
        }
    }

    #[test]
    fn aliases_are_for_whom_they_were_given() {
        let keys = "[identities]\naliases = { \"ann@example.org\" = [\"office@example.org\", \"ann@example.org\"] }";
        let ann = of("ann@Example.org", keys);
        assert_eq!(ann.known().collect::<Vec<_>>(), ["ann@Example.org", "office@example.org"]);
        assert!(ann.allow("Office@example.org"));
        assert!(!of("ben@example.org", keys).allow("office@example.org"));
    }

    #[test]
    fn a_whole_domain_or_everything_can_be_allowed() {
        let keys = "[identities]\naddresses = \"domain\"\n[[domain]]\nname = \"other.example\"\n\
                    [domain.identities]\naddresses = \"any\"";
        let ann = of("ann@example.org", keys);
        assert!(ann.allow("ben@Example.org") && !ann.are_all_known());
        assert!(!ann.allow("ben@sub.example.org") && !ann.allow("ben@other.example"));
        assert!(of("cy@other.example", keys).allow("somebody@else.example"));
    }

    #[test]
    fn whoever_signs_in_with_a_name_has_an_address_too() {
        assert_eq!(of("ann", "").first(), "ann@imap.example.org");
        let keys = "[identities.aliases]\nann = [\"ann@example.org\", \"a@example.org\"]";
        assert_eq!(of("ann", keys).known().collect::<Vec<_>>(), ["ann@example.org", "a@example.org"]);
        assert_eq!(as_domain("127.0.0.1"), "[127.0.0.1]");
    }
}
