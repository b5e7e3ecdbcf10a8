//! What a person types into a mail program: servers, ports and the user name for one address. No password is in any of it.

use crate::config::{ClientServer, Config, Signing, UserName};

/// The longest mail address (RFC 5321 4.5.3.1.3, without its brackets), in octets.
const LONGEST: usize = 254;

/// A mail address as far as it matters here: a name and a domain that this service has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnAddress {
    /// What stands before the `@`; empty where only the domain was told.
    local: String,
    domain: String,
}

/// How a protocol is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    /// The server.
    pub server: ClientServer,
    /// What is typed as the user name; empty where nobody told the address.
    pub user: String,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setup {
    /// What the service is called.
    pub name: String,
    /// Reading.
    pub imap: Option<Reach>,
    /// Fetching.
    pub pop3: Option<Reach>,
    /// Sending.
    pub submission: Option<Reach>,
    /// What a profile is signed with.
    pub signing: Option<Signing>,
}

impl OwnAddress {
    /// Reads an address of this service. A bare name gets the usual domain, and so does nothing at all.
    pub(super) fn parse(text: &str, config: &Config) -> Option<Self> {
        let text = text.trim();
        let usual = config.login.default_domain.as_deref();
        let (local, domain) = text.rsplit_once('@').unwrap_or((text, usual.unwrap_or_default()));
        let domain = domain.to_lowercase();
        let fits =
            |part: &str| !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()\"\\,;:@".contains(c));
        (text.len() <= LONGEST && fits(local) && fits(&domain) && is_ours(&domain, config))
            .then(|| Self { local: local.to_owned(), domain })
    }

    /// The domain that a name like `autoconfig.example.org` was made for, else the usual one.
    pub(super) fn of_host(host: &str, config: &Config) -> Option<Self> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let asked = name.strip_prefix("autoconfig.").or_else(|| name.strip_prefix("autodiscover."));
        asked.and_then(|domain| Self::parse(&format!("@{domain}"), config)).or_else(|| Self::parse("", config))
    }

    /// As it is written; empty where only the domain is known.
    pub(super) fn text(&self) -> String {
        if self.local.is_empty() { String::new() } else { format!("{}@{}", self.local, self.domain) }
    }

    /// What stands after the `@`; empty where there is none.
    pub(super) fn domain(&self) -> &str {
        &self.domain
    }

    fn user(&self, user_name: UserName) -> String {
        match user_name {
            UserName::Address => self.text(),
            UserName::LocalPart => self.local.clone(),
        }
    }
}

/// Whether the service has this domain: one that is named, or any where none is.
fn is_ours(domain: &str, config: &Config) -> bool {
    let named = config.domains.iter().any(|own| own.name == domain);
    let usual = config.login.default_domain.as_deref();
    named || usual == Some(domain) || (config.imap.is_some() && usual.is_none() && config.domains.is_empty())
}

impl Setup {
    /// For an address of ours.
    pub(super) fn of(address: &OwnAddress, config: &Config) -> Self {
        let known = config.client_setup(&address.domain);
        let user = address.user(known.user_name);
        let reach = |server: Option<ClientServer>| server.map(|server| Reach { server, user: user.clone() });
        Self {
            name: if known.name.is_empty() { address.domain.clone() } else { known.name },
            imap: reach(known.imap),
            pop3: reach(known.pop3),
            submission: reach(known.submission),
            signing: known.signing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_ours_or_none() {
        let config = |text: &str| Config::parse(&format!("[imap]\nhost = \"x\"\n{text}"), &[]).unwrap();
        let ours = config("[login]\ndefault_domain = \"a.example\"\n[[domain]]\nname = \"b.example\"\n");
        for (text, read) in [
            ("ann@a.example", Some("ann@a.example")),
            (" Ann@B.example ", Some("Ann@b.example")),
            ("ann", Some("ann@a.example")),
            ("", Some("")),
            ("ann@c.example", None),
            ("a b@a.example", None),
            ("a\r\nb@a.example", None),
            ("<ann@a.example>", None),
            ("a@b@a.example", None),
        ] {
            assert_eq!(OwnAddress::parse(text, &ours).map(|one| one.text()).as_deref(), read, "{text:?}");
        }
        assert!(OwnAddress::parse(&format!("{}@a.example", "a".repeat(300)), &ours).is_none());
        assert_eq!(OwnAddress::of_host("autoconfig.b.example:443", &ours).unwrap().domain(), "b.example");
        assert_eq!(OwnAddress::of_host("evil.example", &ours).unwrap().domain(), "a.example");
        assert!(OwnAddress::parse("ann@any.example", &config("")).is_some());
    }
}
