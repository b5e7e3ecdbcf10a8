//! Which mailbox is for what, where the server does not say (RFC 6154 is silent on many servers).

use super::Overview;
use crate::mail::{Mailbox, MailboxName, Role};

/// Names that mail programs have given to mailboxes of a role, lower case, without prefix.
const NAMES: &[(Role, &[&str])] = &[
    (Role::Drafts, &["drafts", "draft", "entwürfe", "brouillons", "borradores", "concepten", "szkice"]),
    (
        Role::Sent,
        &["sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete objekte", "envoyés", "enviados"],
    ),
    (Role::Archive, &["archive", "archives", "archiv"]),
    (Role::Junk, &["junk", "spam", "junk e-mail", "junk mail", "bulk mail"]),
    (
        Role::Trash,
        &[
            "trash",
            "deleted items",
            "deleted messages",
            "papierkorb",
            "gelöschte objekte",
            "corbeille",
            "papelera",
            "bin",
        ],
    ),
];

/// Gives each role that no mailbox has to the mailbox that other programs use for it.
pub(super) fn complete(mailboxes: &mut [Mailbox]) {
    for (role, names) in NAMES {
        if mailboxes.iter().any(|mailbox| mailbox.role == Some(*role)) {
            continue;
        }
        let found = names.iter().find_map(|name| {
            mailboxes.iter().position(|mailbox| {
                mailbox.role.is_none()
                    && mailbox.selectable
                    && !mailbox.shared
                    && top_name(mailbox).to_lowercase() == *name
            })
        });
        if let Some(mailbox) = found.and_then(|at| mailboxes.get_mut(at)) {
            mailbox.role = Some(*role);
        }
    }
}

/// Where to make a mailbox for `role`: in one's own namespace, and if no prefix is known for that, below the inbox, which
/// is where servers without NAMESPACE that refuse the first place want it (Courier).
pub(super) fn new_names(role: Role, overview: &Overview) -> Vec<MailboxName> {
    let mut names = vec![format!("{}{}", overview.personal_prefix, default_name(role))];
    if let Some(delimiter) = overview.with_role(Role::Inbox).and_then(|inbox| inbox.delimiter)
        && overview.personal_prefix.is_empty()
    {
        names.push(format!("INBOX{delimiter}{}", default_name(role)));
    }
    names.iter().filter_map(|name| MailboxName::new(name).ok()).collect()
}

/// What to call a new mailbox for `role`.
fn default_name(role: Role) -> &'static str {
    match role {
        Role::Inbox => "INBOX",
        Role::Drafts => "Drafts",
        Role::Sent => "Sent",
        Role::Archive => "Archive",
        Role::Junk => "Junk",
        Role::Trash => "Trash",
    }
}

/// The name without `INBOX` and its delimiter before it, as Courier and Cyrus have it.
fn top_name(mailbox: &Mailbox) -> &str {
    let name = mailbox.name.as_str();
    let prefix = "INBOX".len() + 1;
    match (name.get(..prefix), mailbox.delimiter) {
        (Some(start), Some(delimiter)) if start.to_ascii_uppercase() == format!("INBOX{delimiter}") => {
            name.get(prefix..).unwrap_or(name)
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(name: &str) -> Mailbox {
        Mailbox {
            name: MailboxName::new(name).unwrap(),
            delimiter: Some('.'),
            role: None,
            selectable: true,
            subscribed: true,
            shared: false,
            gathers: false,
            counts: None,
        }
    }

    #[test]
    fn roles_are_found_below_the_inbox_and_the_server_has_the_first_word() {
        let mut some = [mailbox("INBOX.Deleted Items"), mailbox("INBOX.Work.Trash"), mailbox("Spam"), mailbox("Junk")];
        some[2].role = Some(Role::Junk);
        complete(&mut some);
        let roles: Vec<_> = some.iter().map(|mailbox| mailbox.role).collect();
        assert_eq!(roles, [Some(Role::Trash), None, Some(Role::Junk), None]);
    }
}
