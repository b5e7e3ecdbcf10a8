//! Links that begin a message with another one: answer it, pass it on, write on.

use serde::Serialize;

use super::locale::Locale;
use super::urls::{Begin, Urls};
use crate::mail::{Address, Envelope, MessageRef, Role};

/// One link.
#[derive(Serialize, Clone)]
pub(super) struct WriteLink {
    url: String,
    label: String,
    title: String,
    icon: &'static str,
    /// The letter that follows it; empty for none.
    key: &'static str,
    /// Whether it gives way on a narrow screen.
    wide: bool,
}

/// Links in sight, and those behind "More".
#[derive(Default)]
pub(super) struct WriteLinks {
    /// In sight.
    pub bar: Vec<WriteLink>,
    /// Behind "More".
    pub more: Vec<WriteLink>,
}

/// Makes them.
pub(super) struct Writer<'a> {
    /// Language.
    pub locale: &'a Locale,
    /// Where they lead.
    pub urls: &'a Urls,
    /// Who looks: the login name.
    pub user: &'a str,
    /// The page to come back to.
    pub back: &'a str,
}

impl Writer<'_> {
    /// For a message in a mailbox with this role.
    pub(super) fn links(&self, message: &MessageRef, envelope: &Envelope, role: Option<Role>) -> WriteLinks {
        let link = |begin, label: &str, title: &str, icon, key| WriteLink {
            url: self.urls.begin(begin, message, self.back),
            label: self.locale.text(label).to_owned(),
            title: self.locale.text(title).to_owned(),
            icon,
            key,
            wide: false,
        };
        let again = link(Begin::Again, "write-again", "write-again", "square-pen", "");
        if role == Some(Role::Drafts) {
            let edit = link(Begin::Edit, "edit-draft", "edit-draft", "square-pen", "r");
            return WriteLinks { bar: vec![edit], more: vec![again] };
        }
        let mut bar = vec![link(Begin::Reply, "reply", "reply-title", "reply", "r")];
        if self.has_others(envelope) {
            let all = link(Begin::ReplyAll, "reply-all", "reply-all-title", "reply-all", "a");
            bar.push(WriteLink { wide: true, ..all });
        }
        let forward = link(Begin::Forward, "forward", "forward-title", "forward", "f");
        bar.push(WriteLink { wide: true, ..forward });
        let mut more = Vec::new();
        if envelope.list_id.is_some() {
            more.push(link(Begin::ReplyList, "reply-list", "reply-list", "users", ""));
        }
        more.push(link(Begin::ForwardAttached, "forward-attached", "forward-attached", "mail", ""));
        more.push(WriteLink {
            url: self.urls.resend(message, self.back),
            ..link(Begin::Again, "resend", "resend", "send", "")
        });
        more.push(again);
        WriteLinks { bar, more }
    }

    /// Whether an answer to all goes to somebody else than an answer does.
    fn has_others(&self, envelope: &Envelope) -> bool {
        let answered = if envelope.reply_to.is_empty() { &envelope.from } else { &envelope.reply_to };
        let is_known = |one: &Address| {
            one.addr.eq_ignore_ascii_case(self.user)
                || answered.iter().any(|known| known.addr.eq_ignore_ascii_case(&one.addr))
        };
        envelope.to.iter().chain(&envelope.cc).any(|one| !one.addr.is_empty() && !is_known(one))
    }
}
