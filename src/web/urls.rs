//! Every address, built here and nowhere else (`docs`: design §2).

use std::sync::Arc;

pub use super::urls_compose::Begin;
pub(super) use super::urls_encoding::{
    decode_mailbox, encode_mailbox, message_path, percent_encode, read_message_path,
};
use crate::mail::MailboxName;

/// Builds addresses below the base path.
#[derive(Debug, Clone)]
pub struct Urls {
    base: Arc<str>,
    origin: Arc<str>,
    hash: Arc<str>,
}

/// What can be done to chosen messages: the last segment of `POST /messages/…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Set or clear a flag.
    Flag,
    /// Move to a folder.
    Move,
    /// Copy to a folder.
    Copy,
    /// Move to Archive.
    Archive,
    /// Move to Junk, or out of it.
    Junk,
    /// Move to Trash; from there, for good.
    Delete,
    /// Move back.
    Undo,
}

impl Act {
    fn segment(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Move => "move",
            Self::Copy => "copy",
            Self::Archive => "archive",
            Self::Junk => "junk",
            Self::Delete => "delete",
            Self::Undo => "undo",
        }
    }
}

impl Urls {
    /// `base` is the configured base path ("/webmail", or "" and "/" for the root), `origin` the scheme and host that
    /// browsers use, `hash` names the static files of this build.
    pub fn new(base: &str, origin: &str, hash: &str) -> Self {
        Self { base: base.trim_end_matches('/').into(), origin: origin.trim_end_matches('/').into(), hash: hash.into() }
    }

    /// The base path without its last slash; empty at the root.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The scheme and host that browsers use, without a slash at its end.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Where cookies are valid: the base path, never empty.
    pub fn cookie_path(&self) -> &str {
        if self.base.is_empty() { "/" } else { &self.base }
    }

    /// `/`: from there to the inbox or to the sign-in page.
    pub fn home(&self) -> String {
        format!("{}/", self.base)
    }

    /// `/login`.
    pub fn login(&self) -> String {
        format!("{}/login", self.base)
    }

    /// `/logout`.
    pub fn logout(&self) -> String {
        format!("{}/logout", self.base)
    }

    /// `/events`: what changes while a page is open.
    pub fn events(&self) -> String {
        format!("{}/events", self.base)
    }

    /// `/settings`.
    pub fn settings(&self) -> String {
        format!("{}/settings", self.base)
    }

    /// `/devices`: how a mailbox is set up in other programs.
    pub fn devices(&self) -> String {
        format!("{}/devices", self.base)
    }

    /// The same for an address, from anywhere: scheme and host too.
    pub fn devices_for(&self, address: &str) -> String {
        format!("{}{}?address={}", self.origin, self.devices(), percent_encode(address))
    }

    /// What Apple's devices set themselves up by.
    pub fn apple_profile(&self, address: &str) -> String {
        format!("{}/devices/mail.mobileconfig?address={}", self.base, percent_encode(address))
    }

    /// The sign-in page from anywhere.
    pub fn login_from_anywhere(&self) -> String {
        format!("{}{}", self.origin, self.login())
    }

    /// Where a sender is forgotten whose remote pictures were always shown.
    pub fn senders(&self) -> String {
        format!("{}/settings/senders", self.base)
    }

    /// What a page is about, as `/events` is asked for it: an address of ours without base path and first slash.
    pub fn subject(&self, address: &str) -> String {
        address.strip_prefix(&*self.base).unwrap_or(address).trim_start_matches('/').to_owned()
    }

    /// A message list.
    pub fn mailbox(&self, mailbox: &MailboxName) -> String {
        format!("{}/mailbox/{}", self.base, encode_mailbox(mailbox))
    }

    /// The page that asks before a mailbox is emptied, and what it posts to.
    pub fn mailbox_empty(&self, mailbox: &MailboxName) -> String {
        format!("{}/empty", self.mailbox(mailbox))
    }

    /// What to post chosen messages to.
    pub fn act(&self, act: Act) -> String {
        format!("{}/messages/{}", self.base, act.segment())
    }

    /// A static file of this build.
    pub fn static_file(&self, name: &str) -> String {
        format!("{}/static/{}/{name}", self.base, self.hash)
    }

    /// The origin and path below which message pictures lie, for a content security policy.
    pub fn message_source(&self) -> String {
        format!("{}{}/message/", self.origin, self.base)
    }

    /// The origin and path below which static files lie, for a content security policy.
    pub fn static_source(&self) -> String {
        format!("{}{}/static/", self.origin, self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{MessageRef, UidValidity};

    #[test]
    fn addresses_stand_below_the_base_path() {
        let message = MessageRef {
            mailbox: MailboxName::new("Work/Kunden").unwrap(),
            uid_validity: UidValidity::new(7).unwrap(),
            uid: crate::mail::Uid::new(42).unwrap(),
        };
        let urls = Urls::new("/webmail/", "https://mail.example.org", "3f9a");
        assert_eq!(urls.message(&message), "/webmail/message/Work~2FKunden/7/42");
        assert_eq!(
            urls.part(&message, &"1.2".parse().unwrap(), "a/b ü?.pdf"),
            "/webmail/message/Work~2FKunden/7/42/part/1.2/a%2Fb%20%C3%BC%3F.pdf"
        );
        assert_eq!(urls.subject(&urls.message(&message)), "message/Work~2FKunden/7/42");
        assert_eq!(
            urls.begin(Begin::ReplyAll, &message, "/webmail/mailbox/INBOX?page=2"),
            "/webmail/compose?reply_all=Work~2FKunden%2F7%2F42&back=%2Fwebmail%2Fmailbox%2FINBOX%3Fpage%3D2"
        );
        assert_eq!(urls.write(""), "/webmail/compose");
        assert_eq!(urls.mailto_handler(), "https://mail.example.org/webmail/compose?mailto=%s");
        assert_eq!(Urls::new("/", "", "x").subject("/mailbox/INBOX?page=2"), "mailbox/INBOX?page=2");
        assert_eq!(urls.message_source(), "https://mail.example.org/webmail/message/");
        assert_eq!(Urls::new("/", "", "x").home(), "/");
    }
}
