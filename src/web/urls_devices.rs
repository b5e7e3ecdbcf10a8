//! Addresses around the set-up of phones and PCs.

use super::urls::Urls;
use crate::store::JobId;

impl Urls {
    /// Where the settings are tried.
    pub fn devices_check(&self) -> String {
        format!("{}/check", self.devices())
    }

    /// `/import/account`: mail from an account elsewhere.
    pub fn import_account(&self) -> String {
        format!("{}/import/account", self.base())
    }

    /// Where its folders are asked for.
    pub fn import_account_folders(&self) -> String {
        format!("{}/folders", self.import_account())
    }

    /// How far it is.
    pub fn import_account_show(&self, id: &JobId) -> String {
        format!("{}/{id}", self.import_account())
    }

    /// `/devices/pop`: for people who fetch by POP.
    pub fn devices_pop(&self) -> String {
        format!("{}/pop", self.devices())
    }
}
