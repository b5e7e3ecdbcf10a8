//! Whose findings about senders are believed, by mail domain.

use std::collections::HashMap;
use std::sync::Arc;

use crate::mime::Trust;

/// What the operator configured: for everybody, or for each mail domain. The default believes nobody.
#[derive(Debug, Clone, Default)]
pub struct Trusted {
    default: Arc<Trust>,
    domains: HashMap<String, Arc<Trust>>,
}

impl Trusted {
    /// For everybody else, and for the people of mail domains.
    pub fn new(default: Trust, domains: impl IntoIterator<Item = (String, Trust)>) -> Self {
        let domains = domains.into_iter().map(|(domain, trust)| (domain.to_lowercase(), Arc::new(trust))).collect();
        Self { default: Arc::new(default), domains }
    }

    /// For a login name.
    pub(super) fn of(&self, user: &str) -> Arc<Trust> {
        let domain = user.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.and_then(|domain| self.domains.get(&domain)).unwrap_or(&self.default).clone()
    }
}
