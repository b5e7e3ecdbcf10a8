//! Addresses of taking mail along.

use super::urls::{Urls, encode_mailbox};
use crate::mail::MailboxName;

impl Urls {
    /// `/export`: what chosen messages are posted to, to be downloaded.
    pub fn export(&self) -> String {
        format!("{}/export", self.base())
    }

    /// Where somebody chooses how a mailbox is downloaded; `query` is what a list was asked for (`?filter=…&q=…`), or empty.
    pub fn export_mailbox(&self, mailbox: &MailboxName, query: &str) -> String {
        let query = query.strip_prefix('?').map(|query| format!("&{query}")).unwrap_or_default();
        format!("{}?mailbox={}{query}", self.export(), encode_mailbox(mailbox))
    }

    /// `/import`: where messages are brought in; into this mailbox, where one is named.
    pub fn import(&self, into: Option<&MailboxName>) -> String {
        let into = into.map(|mailbox| format!("?mailbox={}", encode_mailbox(mailbox))).unwrap_or_default();
        format!("{}/import{into}", self.base())
    }
}
