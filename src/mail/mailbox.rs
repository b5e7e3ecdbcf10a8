//! Mailboxes: their names, what they are for, what is in them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A text that no IMAP server could take as a mailbox name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mailbox name")]
pub struct NotAMailboxName;

/// A mailbox's full name, decoded to Unicode, with the hierarchy delimiter as the server uses it.
///
/// `INBOX` is one name in any letter case (RFC 9051 5.1). Two names are equal when their decoded texts are; the
/// wire form is remembered only where it can't be made from the text (a server's broken modified UTF-7, `I-02`).
#[derive(Clone)]
pub struct MailboxName {
    text: Arc<str>,
    wire: Option<Arc<[u8]>>,
}

impl MailboxName {
    /// The name with this decoded text: not empty, at most 1000 bytes, without NUL, CR or LF.
    pub fn new(text: &str) -> Result<Self, NotAMailboxName> {
        if text.is_empty() || text.len() > 1000 || text.contains(['\0', '\r', '\n']) {
            return Err(NotAMailboxName);
        }
        let text = if text.eq_ignore_ascii_case("INBOX") { "INBOX" } else { text };
        Ok(Self { text: text.into(), wire: None })
    }

    /// A name whose text can be shown but not be encoded again: `wire` is what the server must be told.
    pub fn with_wire_form(text: &str, wire: &[u8]) -> Result<Self, NotAMailboxName> {
        Ok(Self { wire: Some(wire.into()), ..Self::new(text)? })
    }

    /// The one mailbox that always exists (RFC 9051 5.1).
    pub fn inbox() -> Self {
        Self { text: "INBOX".into(), wire: None }
    }

    /// Whether this is the inbox.
    pub fn is_inbox(&self) -> bool {
        &*self.text == "INBOX"
    }

    /// The decoded name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes to send instead of encoding the text, where the server's own form was odd.
    pub fn wire_form(&self) -> Option<&[u8]> {
        self.wire.as_deref()
    }

    /// The last segment of the name, which is what a tree shows.
    pub fn leaf(&self, delimiter: Option<char>) -> &str {
        delimiter.and_then(|at| self.text.rsplit(at).next()).filter(|leaf| !leaf.is_empty()).unwrap_or(&self.text)
    }
}

impl PartialEq for MailboxName {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for MailboxName {}

impl Hash for MailboxName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for MailboxName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for MailboxName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl fmt::Debug for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailboxName({:?})", self.text)
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a mailbox is for (RFC 6154, RFC 8457); never guessed from an English name where the server can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Where mail arrives.
    Inbox,
    /// Unfinished messages.
    Drafts,
    /// Copies of what was sent.
    Sent,
    /// What is done with and kept.
    Archive,
    /// Unwanted mail.
    Junk,
    /// Deleted mail.
    Trash,
}

/// How much a mailbox holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All messages.
    pub messages: u32,
    /// Those without `\Seen`.
    pub unseen: u32,
}

/// A mailbox as LIST describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Its full name.
    pub name: MailboxName,
    /// What separates the levels of its name; `None` in a flat namespace.
    pub delimiter: Option<char>,
    /// What it is for.
    pub role: Option<Role>,
    /// Whether it can be opened: a `\Noselect` name only holds others.
    pub selectable: bool,
    /// Whether the person subscribed to it.
    pub subscribed: bool,
    /// Whether it belongs to somebody else (RFC 2342: other users' and shared namespaces).
    pub shared: bool,
    /// Whether it shows messages that lie in other mailboxes (RFC 6154 2, `\All` and `\Flagged`): nothing in it takes room.
    pub gathers: bool,
    /// What it holds, where the server told.
    pub counts: Option<Counts>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inbox_is_one_name_in_any_case() {
        assert_eq!(MailboxName::new("inBox").unwrap(), MailboxName::inbox());
        assert_ne!(MailboxName::new("work").unwrap(), MailboxName::new("Work").unwrap());
    }

    #[test]
    fn line_ends_and_nul_are_in_no_name() {
        for wrong in ["", "a\r\nb", "a\0", "a\n"] {
            assert!(MailboxName::new(wrong).is_err(), "{wrong:?}"); // I-01
        }
    }

    #[test]
    fn the_leaf_is_what_stands_after_the_last_delimiter() {
        let name = MailboxName::new("Work/Kunden/Ä").unwrap();
        assert_eq!(name.leaf(Some('/')), "Ä");
        assert_eq!(name.leaf(None), "Work/Kunden/Ä");
    }
}
