//! The tree of folders, and the flat list of them that "Move to" offers.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::locale::Locale;
use super::mailbox_param::{display_name, field_value, title};
use super::urls::Urls;
use crate::account::Overview;
use crate::mail::{Mailbox, MailboxName, Role};

/// One folder of the tree.
#[derive(Serialize)]
pub(super) struct Branch {
    name: String,
    /// Empty for a name that only holds others.
    url: String,
    icon: &'static str,
    /// The number beside the name, empty for none.
    unread: String,
    current: bool,
    open: bool,
    toggle_label: String,
    children: Vec<Branch>,
}

/// The tree's three parts.
pub(super) struct Tree {
    /// Inbox, Drafts, Sent …
    pub roles: Vec<Branch>,
    /// The person's own.
    pub folders: Vec<Branch>,
    /// Other people's.
    pub shared: Vec<Branch>,
}

/// A folder that messages can go to.
#[derive(Serialize, Clone)]
pub(super) struct Place {
    /// What the form sends.
    pub value: String,
    /// Its name.
    pub label: String,
    /// Its name with those above it.
    pub path: String,
    /// Its picture.
    pub icon: &'static str,
    /// Whether it lies in another folder.
    pub sub: bool,
}

/// Levels drawn; what lies deeper is drawn on the last one.
const DEPTH: usize = 6;
/// Up to this many folders all branches stand open.
const FEW: usize = 24;

/// The tree of what is to be seen: what the person subscribed to, what has a role, and what is needed to reach it.
pub(super) fn grow(mailboxes: &[Mailbox], current: Option<&MailboxName>, urls: &Urls, locale: &Locale) -> Tree {
    let visible = visible(mailboxes, current);
    let by_name: HashMap<&str, usize> =
        visible.iter().enumerate().map(|(at, mailbox)| (mailbox.name.as_str(), at)).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); visible.len()];
    let mut depth = vec![0; visible.len()];
    let mut tops = Vec::new();
    for (at, mailbox) in visible.iter().enumerate() {
        let parent = parent_of(mailbox, &by_name).filter(|parent| *parent < at);
        let parent = parent.filter(|parent| depth.get(*parent).is_some_and(|depth| *depth < DEPTH));
        match parent.and_then(|parent| children.get_mut(parent).map(|list| (parent, list))) {
            Some((parent, list)) => {
                list.push(at);
                let above = depth.get(parent).copied().unwrap_or_default();
                if let Some(depth) = depth.get_mut(at) {
                    *depth = above + 1;
                }
            }
            None => tops.push(at),
        }
    }
    let grower = Grower { mailboxes: &visible, children: &children, current, urls, locale, few: visible.len() <= FEW };
    let mut tree = Tree { roles: Vec::new(), folders: Vec::new(), shared: Vec::new() };
    for at in tops {
        let Some((branch, mailbox)) = grower.branch(at).zip(visible.get(at)) else { continue };
        match (mailbox.shared, mailbox.role) {
            (true, _) => tree.shared.push(branch),
            (false, Some(_)) => tree.roles.push(branch),
            (false, None) => tree.folders.push(branch),
        }
    }
    tree
}

/// Where messages of `from` can be moved or copied to.
pub(super) fn places(mailboxes: &[Mailbox], from: &MailboxName, locale: &Locale) -> Vec<Place> {
    let from = field_value(from);
    every_place(mailboxes, locale).into_iter().filter(|place| place.value != from).collect()
}

/// All folders that messages can lie in.
pub(super) fn every_place(mailboxes: &[Mailbox], locale: &Locale) -> Vec<Place> {
    visible(mailboxes, None)
        .into_iter()
        .filter(|mailbox| mailbox.selectable)
        .map(|mailbox| {
            let label = title(mailbox, locale);
            let path = path_of(mailbox, locale);
            let sub = mailbox.role.is_none() && path != label;
            Place { value: field_value(&mailbox.name), label, path, icon: icon(mailbox), sub }
        })
        .collect()
}

/// A folder's name with those above it.
fn path_of(mailbox: &Mailbox, locale: &Locale) -> String {
    match (mailbox.role, mailbox.delimiter) {
        (None, Some(delimiter)) => {
            // the prefix of everybody's own mailboxes on Courier says nothing
            let name = mailbox.name.as_str();
            let own = name.strip_prefix("INBOX.").filter(|own| delimiter == '.' && !own.is_empty()).unwrap_or(name);
            super::shown::clean(&own.replace(delimiter, " / "))
        }
        _ => title(mailbox, locale),
    }
}

/// The same by its name, known or not.
pub(super) fn path(mailbox: &MailboxName, overview: &Overview, locale: &Locale) -> String {
    match overview.find(mailbox) {
        Some(mailbox) => path_of(mailbox, locale),
        None => display_name(mailbox, locale),
    }
}

struct Grower<'a> {
    mailboxes: &'a [&'a Mailbox],
    children: &'a [Vec<usize>],
    current: Option<&'a MailboxName>,
    urls: &'a Urls,
    locale: &'a Locale,
    few: bool,
}

impl Grower<'_> {
    /// The branch at a place of the list; recursion ends at [`DEPTH`].
    fn branch(&self, at: usize) -> Option<Branch> {
        let mailbox = *self.mailboxes.get(at)?;
        let children: Vec<Branch> = self.children.get(at)?.iter().filter_map(|child| self.branch(*child)).collect();
        let name = title(mailbox, self.locale);
        Some(Branch {
            url: if mailbox.selectable { self.urls.mailbox(&mailbox.name) } else { String::new() },
            icon: icon(mailbox),
            unread: self.beside(mailbox),
            current: self.current == Some(&mailbox.name),
            open: self.few || children.iter().any(|child| child.current || child.open),
            toggle_label: match children.is_empty() {
                true => String::new(),
                false => self.locale.language.say("folders-in", [("folder", name.as_str().into())]),
            },
            name,
            children,
        })
    }

    /// The number of unread messages; nobody needs to be told of those they wrote or threw away.
    fn beside(&self, mailbox: &Mailbox) -> String {
        match (mailbox.role, mailbox.counts) {
            (Some(Role::Sent | Role::Trash | Role::Drafts), _) | (_, None) => String::new(),
            (_, Some(counts)) if counts.unseen == 0 => String::new(),
            (_, Some(counts)) => self.locale.language.number(counts.unseen.into()),
        }
    }
}

/// What is to be seen, in the order given. Where nothing is subscribed to the server keeps no such list: all is seen.
fn visible<'a>(mailboxes: &'a [Mailbox], current: Option<&MailboxName>) -> Vec<&'a Mailbox> {
    let wanted = |mailbox: &Mailbox| {
        mailbox.subscribed || mailbox.role.is_some() || current.is_some_and(|current| *current == mailbox.name)
    };
    let keeps_list = mailboxes.iter().any(|mailbox| mailbox.subscribed && mailbox.role.is_none());
    let mut above: HashSet<&str> = HashSet::new();
    if keeps_list {
        for mailbox in mailboxes.iter().filter(|mailbox| wanted(mailbox)) {
            above.extend(ancestors(mailbox));
        }
    }
    mailboxes.iter().filter(|mailbox| !keeps_list || wanted(mailbox) || above.contains(mailbox.name.as_str())).collect()
}

/// The names above a mailbox's, nearest first.
fn ancestors(mailbox: &Mailbox) -> impl Iterator<Item = &str> {
    let mut name = mailbox.name.as_str();
    std::iter::from_fn(move || {
        let (above, _) = name.rsplit_once(mailbox.delimiter?)?;
        name = above;
        (!above.is_empty()).then_some(above)
    })
}

/// The nearest listed name above; not the inbox: many servers put everything below it, and that says nothing.
fn parent_of(mailbox: &Mailbox, by_name: &HashMap<&str, usize>) -> Option<usize> {
    if mailbox.role.is_some() {
        return None;
    }
    ancestors(mailbox).filter(|name| !name.eq_ignore_ascii_case("INBOX")).find_map(|name| by_name.get(name).copied())
}

/// A mailbox's picture.
fn icon(mailbox: &Mailbox) -> &'static str {
    match mailbox.role {
        Some(Role::Inbox) => "inbox",
        Some(Role::Drafts) => "file-pen-line",
        Some(Role::Sent) => "send",
        Some(Role::Archive) => "archive",
        Some(Role::Junk) => "shield-alert",
        Some(Role::Trash) => "trash-2",
        None if mailbox.shared => "users",
        None => "folder",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Counts;
    use crate::web::words::Words;

    fn mailbox(name: &str, role: Option<Role>, subscribed: bool) -> Mailbox {
        Mailbox {
            name: MailboxName::new(name).unwrap(),
            delimiter: Some('/'),
            role,
            selectable: true,
            subscribed,
            shared: false,
            gathers: false,
            counts: Some(Counts { messages: 9, unseen: 3 }),
        }
    }

    fn tree(mailboxes: &[Mailbox]) -> Tree {
        let locale = Locale::new(&Words::load().unwrap(), "en", None).unwrap();
        grow(mailboxes, None, &Urls::new("/webmail", "", ""), &locale)
    }

    fn names(branches: &[Branch]) -> Vec<&str> {
        branches.iter().map(|branch| branch.name.as_str()).collect()
    }

    #[test]
    fn folders_lie_in_their_parents_and_roles_stand_apart() {
        let tree = tree(&[
            mailbox("INBOX", Some(Role::Inbox), true),
            mailbox("Trash", Some(Role::Trash), true),
            mailbox("Clients", None, true),
            mailbox("Clients/Museum", None, true),
            mailbox("Clients/Museum/2026", None, true),
        ]);
        assert_eq!(names(&tree.roles), ["Inbox", "Trash"]);
        assert_eq!(names(&tree.folders), ["Clients"]);
        assert_eq!(names(&tree.folders[0].children[0].children), ["2026"]);
        assert_eq!((tree.roles[0].unread.as_str(), tree.roles[1].unread.as_str()), ("3", ""));
    }

    #[test]
    fn what_lies_below_the_inbox_stands_beside_it() {
        let tree = tree(&[mailbox("INBOX", Some(Role::Inbox), true), mailbox("INBOX/Bills", None, true)]);
        assert_eq!(names(&tree.folders), ["Bills"]);
    }

    #[test]
    fn only_subscribed_folders_are_seen_unless_none_is() {
        let all = [mailbox("A", None, false), mailbox("A/B", None, true), mailbox("C", None, false)];
        let seen = tree(&all);
        assert_eq!(names(&seen.folders), ["A"]); // needed to reach A/B
        assert_eq!(names(&tree(&all[..1]).folders), ["A"]);
        assert_eq!(names(&tree(&[all[0].clone(), all[2].clone()]).folders), ["A", "C"]);
    }

    #[test]
    fn a_name_of_500_levels_is_drawn_on_a_few() {
        let mut deep: Vec<Mailbox> = Vec::new();
        for levels in 1..500 {
            deep.push(mailbox(&vec!["a"; levels].join("/"), None, true));
        }
        let mut level = &tree(&deep).folders;
        let mut depth = 0;
        while let Some(first) = level.first() {
            depth += 1;
            level = &first.children;
        }
        assert_eq!(depth, DEPTH + 1);
    }
}
