//! Which submission server sends whose mail.

use std::collections::HashMap;

use crate::smtp::Submitter;

/// Where somebody's mail leaves.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The server.
    pub submitter: Submitter,
    /// Whether it puts what it sends into Sent by itself.
    pub files_sent: bool,
}

/// The servers the operator configured: one for everybody, or one for each mail domain. The default is that nobody can send.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    default: Option<Outgoing>,
    domains: HashMap<String, Outgoing>,
}

impl Submission {
    /// The one for everybody else, and those of mail domains.
    pub fn new(default: Option<Outgoing>, domains: impl IntoIterator<Item = (String, Outgoing)>) -> Self {
        let domains = domains.into_iter().map(|(domain, outgoing)| (domain.to_lowercase(), outgoing)).collect();
        Self { default, domains }
    }

    /// The server for a login name; `None`: this person reads only.
    pub(super) fn of(&self, user: &str) -> Option<Outgoing> {
        let domain = user.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.and_then(|domain| self.domains.get(&domain)).or(self.default.as_ref()).cloned()
    }
}
