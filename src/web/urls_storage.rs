//! Addresses of the page that tells what fills the mailbox.

use super::urls::Urls;

impl Urls {
    /// `/storage`: how full the mailbox is, and what fills it.
    pub fn storage(&self) -> String {
        format!("{}/storage", self.base())
    }
}
