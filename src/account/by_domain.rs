//! What the operator configured once for everybody, and differently for some mail domains (`L-10`).

use std::collections::HashMap;

/// One for everybody, or one for each mail domain. The default is none for anybody.
#[derive(Debug, Clone)]
pub struct ByDomain<T> {
    default: Option<T>,
    domains: HashMap<String, T>,
}

impl<T> ByDomain<T> {
    /// The one for everybody else, and those of mail domains.
    pub fn new(default: Option<T>, domains: impl IntoIterator<Item = (String, T)>) -> Self {
        let domains = domains.into_iter().map(|(domain, one)| (domain.to_lowercase(), one)).collect();
        Self { default, domains }
    }

    /// The one for a login name.
    pub(super) fn of(&self, user: &str) -> Option<&T> {
        let domain = user.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.and_then(|domain| self.domains.get(&domain)).or(self.default.as_ref())
    }
}

impl<T> Default for ByDomain<T> {
    fn default() -> Self {
        Self { default: None, domains: HashMap::new() }
    }
}

/// One for everybody.
impl<T> From<T> for ByDomain<T> {
    fn from(one: T) -> Self {
        Self { default: Some(one), ..Self::default() }
    }
}
