//! Whose findings about senders are believed, by mail domain.

use std::sync::Arc;

use super::by_domain::ByDomain;
use crate::mime::Trust;

/// What the operator configured: for everybody, or for each mail domain. The default believes nobody.
#[derive(Debug, Clone, Default)]
pub struct Trusted(ByDomain<Arc<Trust>>);

impl Trusted {
    /// For everybody else, and for the people of mail domains.
    pub fn new(default: Trust, domains: impl IntoIterator<Item = (String, Trust)>) -> Self {
        let domains = domains.into_iter().map(|(domain, trust)| (domain, Arc::new(trust)));
        Self(ByDomain::new(Some(Arc::new(default)), domains))
    }

    /// For a login name.
    pub(super) fn of(&self, user: &str) -> Arc<Trust> {
        self.0.of(user).cloned().unwrap_or_default()
    }
}
