//! Which POP3 server has whose mail.

use std::collections::HashMap;

use crate::pop3::Dialer;

/// The servers the operator configured: one for everybody, or one for each mail domain. The default is none.
#[derive(Debug, Clone, Default)]
pub struct PopServers {
    default: Option<Dialer>,
    domains: HashMap<String, Dialer>,
}

impl PopServers {
    /// The one for everybody else, and those of mail domains.
    pub fn new(default: Option<Dialer>, domains: impl IntoIterator<Item = (String, Dialer)>) -> Self {
        let domains = domains.into_iter().map(|(domain, dialer)| (domain.to_lowercase(), dialer)).collect();
        Self { default, domains }
    }

    /// The server for a login name.
    pub(super) fn of(&self, user: &str) -> Option<Dialer> {
        let domain = user.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.and_then(|domain| self.domains.get(&domain)).or(self.default.as_ref()).cloned()
    }
}
