//! Mailboxes as a page names them, and as a form names them back.

use super::locale::Locale;
use super::shown::clean;
use super::urls::{decode_mailbox, encode_mailbox};
use crate::mail::{Mailbox, MailboxName};

/// A mailbox in a form's field: written as in an address.
pub(super) fn field_value(mailbox: &MailboxName) -> String {
    encode_mailbox(mailbox)
}

/// Reads a form's field: as [`field_value`] writes it, or a plain name that could be no such value because it holds
/// a character that is always encoded there.
pub(super) fn read_field(text: &str) -> Option<MailboxName> {
    decode_mailbox(text).or_else(|| {
        let encoded_only = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
        if encoded_only { None } else { MailboxName::new(text).ok() }
    })
}

/// What a mailbox is called on the screen: by its role, or the last segment of its name.
pub(super) fn title(mailbox: &Mailbox, locale: &Locale) -> String {
    match mailbox.role {
        Some(role) => locale.text(super::error_page::role_key(role)).to_owned(),
        None => clean(mailbox.name.leaf(mailbox.delimiter)),
    }
}

/// What a name is called where nothing else is known of its mailbox.
pub(super) fn display_name(mailbox: &MailboxName, locale: &Locale) -> String {
    if mailbox.is_inbox() {
        return locale.text("role-inbox").to_owned();
    }
    // the prefix of everybody's own mailboxes on Courier, and on Cyrus as Debian sets it up
    clean(mailbox.as_str().strip_prefix("INBOX.").unwrap_or(mailbox.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_as_it_was_written_and_plain_names_too() {
        for name in ["A/B", "Work ~ Play", "INBOX", "100%", "Ä"] {
            let mailbox = MailboxName::new(name).unwrap();
            assert_eq!(read_field(&field_value(&mailbox)), Some(mailbox.clone()));
            assert_eq!(read_field(name), Some(mailbox));
        }
        assert_eq!(read_field("a~b"), None);
        assert_eq!(read_field("a\r\nb"), None);
    }
}
