//! Which addresses people may write from (`I-05`).

use std::collections::HashMap;

use super::ConfigError;
use super::raw::RawIdentities;

/// Which addresses people may write from, beside the one they sign in with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identities {
    /// What holds for everybody.
    pub addresses: Addresses,
    /// More of them for some, by sign-in name in small letters; the first serves those whose sign-in name is no address.
    pub aliases: HashMap<String, Vec<String>>,
}

/// What holds for everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Addresses {
    /// The sign-in address and the aliases.
    #[default]
    Own,
    /// Any of the sign-in address's domain too: the submission server knows who has which.
    Domain,
    /// Any at all.
    Any,
}

pub(super) fn identities_of(section: &str, raw: RawIdentities) -> Result<Identities, ConfigError> {
    let addresses = match raw.addresses.as_deref() {
        None | Some("own") => Addresses::Own,
        Some("domain") => Addresses::Domain,
        Some("any") => Addresses::Any,
        Some(_) => return Err(ConfigError::new(format!("{section}.addresses"), "must be own, domain or any")),
    };
    let mut aliases = HashMap::new();
    for (user, others) in raw.aliases {
        if let Some(wrong) = others.iter().find(|address| !is_address(address)) {
            let what = format!("{wrong:?} is no address like office@example.org");
            return Err(ConfigError::new(format!("{section}.aliases"), what));
        }
        aliases.insert(user.to_lowercase(), others);
    }
    Ok(Identities { addresses, aliases })
}

fn is_address(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    text.chars().all(plain)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty())
        })
}
