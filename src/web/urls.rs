//! Every address, built here and nowhere else (`docs`: design §2).

use std::fmt::Write as _;
use std::sync::Arc;

use crate::mail::{MailboxName, MessageId, MessageRef, PartPath, UidValidity};

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

/// From where a message is begun: a name of the query of `GET /compose`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// An answer to whoever wrote.
    Reply,
    /// An answer to everybody.
    ReplyAll,
    /// An answer to the mailing list.
    ReplyList,
    /// Passed on, its text below one's own.
    Forward,
    /// Passed on as a file.
    ForwardAttached,
    /// A draft, written on.
    Edit,
    /// The same once more, to be changed.
    Again,
}

impl Begin {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Reply, Self::ReplyAll, Self::ReplyList, Self::Forward, Self::ForwardAttached, Self::Edit, Self::Again];

    /// How an address calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::ReplyAll => "reply_all",
            Self::ReplyList => "reply_list",
            Self::Forward => "forward",
            Self::ForwardAttached => "forward_attached",
            Self::Edit => "edit",
            Self::Again => "again",
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

    /// The identities of a person.
    pub fn identities(&self) -> String {
        format!("{}/identities", self.settings())
    }

    /// The form of one more.
    pub fn identity_new(&self) -> String {
        format!("{}/new", self.identities())
    }

    /// One of them.
    pub fn identity(&self, number: u32) -> String {
        format!("{}/{number}", self.identities())
    }

    /// What makes it the one that is used first.
    pub fn identity_first(&self, number: u32) -> String {
        format!("{}/first", self.identity(number))
    }

    /// What takes it away.
    pub fn identity_remove(&self, number: u32) -> String {
        format!("{}/remove", self.identity(number))
    }

    /// What brings it back.
    pub fn identity_restore(&self, number: u32) -> String {
        format!("{}/restore", self.identity(number))
    }

    /// How a person likes to write.
    pub fn writing(&self) -> String {
        format!("{}/writing", self.settings())
    }

    /// Texts to begin a message with.
    pub fn canned(&self) -> String {
        format!("{}/templates", self.settings())
    }

    /// The form of one more.
    pub fn canned_new(&self) -> String {
        format!("{}/new", self.canned())
    }

    /// One of them.
    pub fn canned_text(&self, number: u32) -> String {
        format!("{}/{number}", self.canned())
    }

    /// What takes it away.
    pub fn canned_remove(&self, number: u32) -> String {
        format!("{}/remove", self.canned_text(number))
    }

    /// What brings it back.
    pub fn canned_restore(&self, number: u32) -> String {
        format!("{}/restore", self.canned_text(number))
    }

    /// Whom a person wrote to; what is posted there is one to forget.
    pub fn recipients(&self) -> String {
        format!("{}/recipients", self.settings())
    }

    /// What knows one of them again.
    pub fn recipient_restore(&self) -> String {
        format!("{}/restore", self.recipients())
    }

    /// The page that asks before all of them are forgotten, and what it posts to.
    pub fn recipients_forget(&self) -> String {
        format!("{}/forget", self.recipients())
    }

    /// Where scripts ask for people whose names begin with what is typed.
    pub fn suggest(&self) -> String {
        format!("{}/compose/recipients", self.base)
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

    /// One message.
    pub fn message(&self, message: &MessageRef) -> String {
        format!("{}/{}", self.messages_of(&message.mailbox, message.uid_validity), message.uid)
    }

    /// What the addresses of a mailbox's messages have in common; a slash and the UID follow.
    pub fn messages_of(&self, mailbox: &MailboxName, uid_validity: UidValidity) -> String {
        format!("{}/message/{}/{uid_validity}", self.base, encode_mailbox(mailbox))
    }

    /// One message opened from a list (`list` is the end of that list's address), its remote pictures shown: `show` says
    /// that a person asked for them.
    pub fn message_shown(&self, message: &MessageRef, list: &str, show: &str) -> String {
        with_show(self.message(message) + list, show)
    }

    /// The framed HTML of a part; `show` as in [`Self::message_shown`], or empty.
    pub fn body(&self, message: &MessageRef, path: &PartPath, show: &str) -> String {
        let body = match path.is_root() {
            true => format!("{}/body", self.message(message)),
            false => format!("{}/body?part={path}", self.message(message)),
        };
        with_show(body, show)
    }

    /// What to ask for remote pictures of a message, and what is asked for each of them.
    pub fn remote(&self, message: &MessageRef) -> String {
        format!("{}/remote", self.message(message))
    }

    /// A remote picture of a message, by its signed token.
    pub fn remote_picture(&self, message: &MessageRef, token: &str) -> String {
        format!("{}?t={token}", self.remote(message))
    }

    /// A part as a file; its name is the last segment, for programs that save by it.
    pub fn part(&self, message: &MessageRef, path: &PartPath, name: &str) -> String {
        format!("{}/part/{path}/{}", self.message(message), percent_encode(name))
    }

    /// A picture of the message, shown in place.
    pub fn inline(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/inline/{path}", self.message(message))
    }

    /// A small picture of a picture.
    pub fn thumbnail(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/thumbnail/{path}", self.message(message))
    }

    /// A part in a page of its own.
    pub fn view(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/view/{path}", self.message(message))
    }

    /// What to post an attached message to, for it to be saved into a folder.
    pub fn save(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/save/{path}", self.message(message))
    }

    /// All files of a message in one.
    pub fn attachments_zip(&self, message: &MessageRef) -> String {
        format!("{}/attachments.zip", self.message(message))
    }

    /// The message as it came.
    pub fn source(&self, message: &MessageRef) -> String {
        format!("{}/source", self.message(message))
    }

    /// All header fields.
    pub fn headers(&self, message: &MessageRef) -> String {
        format!("{}/headers", self.message(message))
    }

    /// The conversation that the message is in.
    pub fn conversation(&self, message: &MessageRef) -> String {
        format!("{}/conversation", self.message(message))
    }

    /// A message, to be sent once more to somebody else.
    pub fn resend(&self, message: &MessageRef, back: &str) -> String {
        with_back(format!("{}/resend", self.message(message)), back)
    }

    /// What an answer to a message's invitation is sent to.
    pub fn answer(&self, message: &MessageRef) -> String {
        format!("{}/answer", self.message(message))
    }

    /// As [`Self::resend`], gone on with: under the name that it had.
    pub fn resend_again(&self, message: &MessageRef, id: &MessageId, back: &str) -> String {
        with_back(format!("{}?id={}", self.resend(message, ""), percent_encode(id.as_str())), back)
    }

    /// The page that says how to get out of a mailing.
    pub fn unsubscribe(&self, message: &MessageRef) -> String {
        format!("{}/unsubscribe", self.message(message))
    }

    /// The message on paper; `show` as in [`Self::message_shown`], or empty.
    pub fn print(&self, message: &MessageRef, show: &str) -> String {
        with_show(format!("{}/print", self.message(message)), show)
    }

    /// What a composer's form is sent to.
    pub fn compose(&self) -> String {
        format!("{}/compose", self.base)
    }

    /// An empty composer; `back` is the page to come back to, an address of ours, or empty.
    pub fn write(&self, back: &str) -> String {
        with_back(self.compose(), back)
    }

    /// The composer with what was being written when a session ended.
    pub fn kept(&self) -> String {
        format!("{}?kept=1", self.compose())
    }

    /// A composer that begins with a message.
    pub fn begin(&self, begin: Begin, message: &MessageRef, back: &str) -> String {
        with_back(format!("{}?{}={}", self.compose(), begin.name(), percent_encode(&message_path(message))), back)
    }

    /// A composer that a `mailto:` link opens.
    pub fn write_to(&self, mailto: &str, back: &str) -> String {
        with_back(format!("{}?mailto={}", self.compose(), percent_encode(mailto)), back)
    }

    /// What a browser is told to open for `mailto:` links; it puts the link in the place of `%s`.
    pub fn mailto_handler(&self) -> String {
        format!("{}{}?mailto=%s", self.origin, self.compose())
    }

    /// Where scripts save drafts.
    pub fn drafts(&self) -> String {
        format!("{}/drafts", self.base)
    }

    /// Where scripts leave files.
    pub fn uploads(&self) -> String {
        format!("{}/uploads", self.base)
    }

    /// What waits to be sent, and what could not be.
    pub fn outbox(&self) -> String {
        format!("{}/outbox", self.base)
    }

    /// What to post to, for something to be done with a message that waits.
    pub fn outbox_act(&self, act: &str) -> String {
        format!("{}/outbox/{act}", self.base)
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

fn with_show(address: String, show: &str) -> String {
    match (show.is_empty(), address.contains('?')) {
        (true, _) => address,
        (false, true) => format!("{address}&show={show}"),
        (false, false) => format!("{address}?show={show}"),
    }
}

fn with_back(address: String, back: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    if back.is_empty() { address } else { format!("{address}{mark}back={}", percent_encode(back)) }
}

/// A message as fields and queries name it: `INBOX/7/42`, its mailbox written as in a path.
pub(super) fn message_path(message: &MessageRef) -> String {
    format!("{}/{}/{}", encode_mailbox(&message.mailbox), message.uid_validity, message.uid)
}

/// Reads what [`message_path`] writes, and only that.
pub(super) fn read_message_path(text: &str) -> Option<MessageRef> {
    let mut segments = text.split('/');
    let message = MessageRef {
        mailbox: decode_mailbox(segments.next()?)?,
        uid_validity: segments.next()?.parse().ok()?,
        uid: segments.next()?.parse().ok()?,
    };
    segments.next().is_none().then_some(message)
}

/// A mailbox's name in a path: every byte outside `A–Z a–z 0–9 - _ .` is `~XX`, and so are the dots of a name of only
/// dots. No proxy rewrites unreserved characters; `%2F` and `..` get rewritten by many.
pub(super) fn encode_mailbox(mailbox: &MailboxName) -> String {
    let name = mailbox.as_str();
    let only_dots = name.bytes().all(|byte| byte == b'.');
    let mut encoded = String::with_capacity(name.len() + 8);
    for byte in name.bytes() {
        match byte {
            b'.' if only_dots => encoded.push_str("~2E"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "~{byte:02X}");
            }
        }
    }
    encoded
}

/// Reads what [`encode_mailbox`] writes, and only that: a mailbox has one address.
pub(super) fn decode_mailbox(encoded: &str) -> Option<MailboxName> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'~' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => bytes.push(byte),
            _ => return None,
        }
    }
    let name = MailboxName::new(std::str::from_utf8(&bytes).ok()?).ok()?;
    // "~41" would be a second address of "A"; INBOX alone may be written in any case
    (name.is_inbox() || encode_mailbox(&name) == encoded).then_some(name)
}

/// Percent-encodes all but unreserved characters (RFC 3986 2.3).
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_one_address_and_comes_back_from_it() {
        for (name, address) in [
            ("A/B", "A~2FB"),
            ("Ä & Ö", "~C3~84~20~26~20~C3~96"),
            ("100%", "100~25"),
            ("%2F", "~252F"),
            ("a+b", "a~2Bb"),
            ("..", "~2E~2E"),
            (".", "~2E"),
            ("a..b", "a..b"),
            ("~", "~7E"),
            ("Work/Kunden", "Work~2FKunden"),
            ("写真", "~E5~86~99~E7~9C~9F"),
        ] {
            let mailbox = MailboxName::new(name).unwrap();
            assert_eq!(encode_mailbox(&mailbox), address);
            assert_eq!(decode_mailbox(address).as_ref(), Some(&mailbox), "{address}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_mailbox_is_refused() {
        // C-09
        for wrong in ["", "~", "~4", "~41", "~zz", "a/b", "a b", "%41", "~FF", "~00", "~2e~2e", "..", "a~+1", "é"] {
            assert_eq!(decode_mailbox(wrong), None, "{wrong:?}");
        }
        assert_eq!(decode_mailbox("inbox"), Some(MailboxName::inbox()));
    }

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
        assert_eq!(read_message_path("Work~2FKunden/7/42"), Some(message.clone()));
        for wrong in ["", "INBOX", "INBOX/7", "INBOX/0/42", "INBOX/7/42/1", "a b/7/42", "INBOX/7/x"] {
            assert_eq!(read_message_path(wrong), None, "{wrong}"); // C-09
        }
        assert_eq!(Urls::new("/", "", "x").subject("/mailbox/INBOX?page=2"), "mailbox/INBOX?page=2");
        assert_eq!(urls.message_source(), "https://mail.example.org/webmail/message/");
        assert_eq!(Urls::new("/", "", "x").home(), "/");
    }
}
