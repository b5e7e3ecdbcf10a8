//! Addresses around the set-up of phones and PCs.

use super::urls::Urls;

impl Urls {
    /// Where the settings are tried.
    pub fn devices_check(&self) -> String {
        format!("{}/check", self.devices())
    }

    /// `/devices/pop`: for people who fetch by POP.
    pub fn devices_pop(&self) -> String {
        format!("{}/pop", self.devices())
    }
}
