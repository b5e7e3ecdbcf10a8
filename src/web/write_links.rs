//! Links that begin a message with another one: answer it, pass it on, write on.

use std::collections::HashSet;

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
        if has_others(envelope, self.user) {
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
}

/// Whether an answer to all goes to somebody else than an answer does.
fn has_others(envelope: &Envelope, user: &str) -> bool {
    let answered = if envelope.reply_to.is_empty() { &envelope.from } else { &envelope.reply_to };
    // a set: both lists may have tens of thousands
    let mut known: HashSet<String> = answered.iter().map(|one| one.addr.to_ascii_lowercase()).collect();
    known.insert(user.to_ascii_lowercase());
    let is_known = |one: &Address| known.contains(&one.addr.to_ascii_lowercase());
    envelope.to.iter().chain(&envelope.cc).any(|one| !one.addr.is_empty() && !is_known(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(addrs: impl Iterator<Item = String>) -> Vec<Address> {
        addrs.map(|addr| Address { name: String::new(), addr }).collect()
    }

    #[test]
    fn an_answer_to_all_is_offered_where_it_goes_to_somebody_else() {
        let envelope = |to: &[&str]| Envelope {
            from: addresses(["Bo@b.example".to_owned()].into_iter()),
            to: addresses(to.iter().map(|to| (*to).to_owned())),
            ..Envelope::default()
        };
        assert!(!has_others(&envelope(&["ANN@a.example", "bo@B.example", ""]), "ann@a.example"));
        assert!(has_others(&envelope(&["ann@a.example", "c@c.example"]), "ann@a.example"));
    }

    #[test]
    fn hostile_lists_cost_linear_time() {
        let list = || addresses((0..40_000).map(|at| format!("{at:05}@b.example")));
        let envelope = Envelope { reply_to: list(), to: list(), ..Envelope::default() };
        let (others, spent) = crate::spent::spent(|| has_others(&envelope, "ann@a.example"));
        assert!(!others);
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }
}
