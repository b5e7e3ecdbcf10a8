//! Which mail server serves whom.

use std::collections::HashMap;

use crate::imap::Dialer;

/// The servers the operator configured: one for everybody, or one for each mail domain (`L-10`).
#[derive(Debug, Clone)]
pub struct Servers {
    default: Option<Dialer>,
    domains: HashMap<String, Dialer>,
}

impl Servers {
    /// The one for everybody else, and those of mail domains.
    pub fn new(default: Option<Dialer>, domains: impl IntoIterator<Item = (String, Dialer)>) -> Self {
        let domains = domains.into_iter().map(|(domain, dialer)| (domain.to_lowercase(), dialer)).collect();
        Self { default, domains }
    }

    /// The server for a login name; `None` if no server is configured for its domain.
    pub(super) fn serving(&self, user: &str) -> Option<&Dialer> {
        let domain = user.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.and_then(|domain| self.domains.get(&domain)).or(self.default.as_ref())
    }
}

/// One server for everybody.
impl From<Dialer> for Servers {
    fn from(dialer: Dialer) -> Self {
        Self { default: Some(dialer), domains: HashMap::new() }
    }
}
